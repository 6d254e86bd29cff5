//! Packages of Debian and Ubuntu, for what tests need and no language's registry has.

use std::process::Command;

use crate::step::Step;

/// A mirror may be slow to answer, or be in the middle of an update.
const TRIES: u32 = 3;

/// Root on a system with apt.
pub(crate) fn may_install() -> bool {
    let user = Command::new("id").arg("-u").output();
    let is_root = user.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    is_root && Command::new("apt-get").arg("--version").output().is_ok()
}

/// Installs packages, without what they recommend.
///
/// # Errors
/// Where the lists of packages cannot be fetched, or a package cannot be installed.
pub(crate) fn install(packages: &[&str]) -> anyhow::Result<()> {
    update()?;
    apt_get(&format!("install {}", packages.join(" ")))
        .arguments(["install", "-q", "-y", "--no-install-recommends"])
        .arguments(packages)
        .run()
}

/// Tries again where a mirror failed; the last failure is the one that counts.
fn update() -> anyhow::Result<()> {
    let update = || apt_get("package lists").arguments(["update", "-q"]).run();
    for _ in 1..TRIES {
        match update() {
            Ok(()) => return Ok(()),
            Err(error) => eprintln!("[package lists] {error:#}; trying again"),
        }
    }
    update()
}

fn apt_get(name: &str) -> Step {
    Step::new(name, "apt-get")
        .arguments(["-o", "Acquire::Retries=3"])
        .environment("DEBIAN_FRONTEND", "noninteractive")
}
