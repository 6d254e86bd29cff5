//! Standard input that a run can walk away from.
//!
//! A read of a pipe or a terminal can't be called off. So a thread of its own does the
//! reading, and the run looks up every so often whether it was asked to stop. The thread
//! ends with the stream or with the process; it holds two blocks at most.

use std::io::{self, Read};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::interrupt::Interrupt;

/// Bytes of a block.
const BLOCK_BYTES: usize = 256 * 1024;

/// How often a waiting run looks up.
const LOOK_UP: Duration = Duration::from_millis(100);

/// Standard input, which ends early when the run is asked to stop.
pub(super) struct Stdin {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: io::Cursor<Vec<u8>>,
    interrupt: Interrupt,
}

impl Stdin {
    /// Starts to read; once per process.
    pub(super) fn new(interrupt: Interrupt) -> Self {
        let (sender, blocks) = bounded(1);
        std::thread::spawn(move || pass_on(io::stdin(), &sender));
        Self {
            blocks,
            block: io::Cursor::new(Vec::new()),
            interrupt,
        }
    }
}

/// Sends blocks until the stream ends or fails, or no one listens any more.
fn pass_on(mut input: impl Read, blocks: &Sender<io::Result<Vec<u8>>>) {
    loop {
        let mut block = vec![0; BLOCK_BYTES];
        let read = match input.read(&mut block) {
            Ok(0) => break,
            Ok(count) => {
                block.truncate(count);
                Ok(block)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let is_last = read.is_err();
        if blocks.send(read).is_err() || is_last {
            break;
        }
    }
}

impl Read for Stdin {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.block.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            match self.blocks.recv_timeout(LOOK_UP) {
                Ok(block) => self.block = io::Cursor::new(block?),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) if self.interrupt.is_asked() => {
                    return Err(io::Error::other("asked to stop"));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}
