//! Ctrl-C: the first asks the command to stop cleanly, the second ends the process.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use veriscope_base::ErrorClass;

use crate::failure::Failure;

/// Whether the user asked to stop (Ctrl-C, SIGTERM).
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Starts to listen; once per process.
    ///
    /// # Errors
    /// A defect when something listens already.
    pub fn install() -> Result<Self, Failure> {
        let interrupt = Self::default();
        let asked = Arc::clone(&interrupt.0);
        ctrlc::set_handler(move || {
            if asked.swap(true, Ordering::SeqCst) {
                // Asked twice: whatever is being written stays unpublished anyway.
                std::process::exit(i32::from(ErrorClass::Interrupted.exit_code()));
            }
            let _ = writeln!(std::io::stderr(), "stopping; once more to stop at once");
        })
        .map_err(|error| Failure::new(ErrorClass::Defect, error.to_string()))?;
        Ok(interrupt)
    }

    /// Returns the flag itself, for threads that look at nothing else.
    #[must_use]
    pub fn flag(&self) -> &AtomicBool {
        &self.0
    }

    /// Returns whether to stop.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Fails once the user asked to stop.
    ///
    /// # Errors
    /// Class `Interrupted`.
    pub fn check(&self) -> Result<(), Failure> {
        if self.is_asked() {
            return Err(Failure::new(ErrorClass::Interrupted, "interrupted"));
        }
        Ok(())
    }
}
