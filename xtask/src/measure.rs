//! Time and peak memory of one child process, as the kernel counts them.

use std::fs;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use veriscope_base::{Clock, SystemClock};

/// How often the peak so far is read; what is allocated in the last interval is missed.
const INTERVAL: Duration = Duration::from_millis(10);

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) elapsed_us: i64,
    /// Greatest resident set; none where the system has no `/proc`.
    pub(crate) peak_bytes: Option<u64>,
    /// Bytes that were fed to its standard input.
    pub(crate) fed_bytes: u64,
}

/// Runs a command to its end, with standard input from `feed`, which runs beside it and
/// returns the number of bytes that it wrote.
///
/// # Errors
/// Where the command or `feed` fails.
pub(crate) fn measure(
    command: &mut Command,
    feed: impl FnOnce(ChildStdin) -> anyhow::Result<u64> + Send,
) -> anyhow::Result<Measured> {
    eprintln!("[bench] {command:?}");
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let started_us = SystemClock.now_us();
    let mut child = command.spawn().context("could not start the command")?;
    let stdin = child
        .stdin
        .take()
        .context("the command has no standard input")?;
    let mut peak_bytes = None;
    let (status, fed) = std::thread::scope(|scope| {
        let feeder = scope.spawn(|| feed(stdin));
        let status = watch(&mut child, &mut peak_bytes);
        (status, feeder.join())
    });
    let elapsed_us = SystemClock.now_us() - started_us;
    let status = status?;
    if !status.success() {
        bail!("the command failed ({status})");
    }
    let fed_bytes =
        fed.map_err(|_| anyhow::anyhow!("the thread that feeds the command failed"))??;
    Ok(Measured {
        elapsed_us,
        peak_bytes,
        fed_bytes,
    })
}

fn watch(child: &mut Child, peak_bytes: &mut Option<u64>) -> anyhow::Result<ExitStatus> {
    loop {
        // Read before the look at the status: a process that has ended shows none.
        *peak_bytes = peak_of(child.id()).max(*peak_bytes);
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(INTERVAL);
    }
}

/// The greatest resident set of a process so far.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    kilobytes
        .trim()
        .strip_suffix("kB")?
        .trim()
        .parse::<u64>()
        .ok()?
        .checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::Command;

    use super::{measure, peak_of};

    #[test]
    fn this_process_has_a_peak_where_the_system_tells_it() {
        if cfg!(target_os = "linux") {
            assert!(peak_of(std::process::id()).unwrap() > 1_000_000);
        }
    }

    #[test]
    fn a_child_is_fed_and_its_failure_is_an_error() {
        let feed = |mut stdin: std::process::ChildStdin| {
            stdin.write_all(b"abc")?;
            anyhow::Ok(3)
        };
        let measured = measure(&mut Command::new("cat"), feed).unwrap();
        assert_eq!(measured.fed_bytes, 3);
        assert!(measure(&mut Command::new("false"), |_| anyhow::Ok(0)).is_err());
    }
}
