//! Ctrl-C: the first asks the command to stop cleanly, the second ends the process.

use std::future::Future;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use veriscope_base::ErrorClass;

use crate::failure::Failure;

/// Whether the user asked to stop (Ctrl-C, SIGTERM).
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<Asked>);

#[derive(Debug, Default)]
struct Asked {
    flag: AtomicBool,
    notify: Notify,
}

impl Interrupt {
    /// Starts to listen; once per process.
    ///
    /// # Errors
    /// A defect when something listens already.
    pub fn install() -> Result<Self, Failure> {
        let interrupt = Self::default();
        let asked = Arc::clone(&interrupt.0);
        ctrlc::set_handler(move || {
            if asked.flag.swap(true, Ordering::SeqCst) {
                // Asked twice: whatever is being written stays unpublished anyway.
                std::process::exit(i32::from(ErrorClass::Interrupted.exit_code()));
            }
            let _ = writeln!(std::io::stderr(), "stopping; once more to stop at once");
            // One that comes before anyone waits is kept for who waits next.
            asked.notify.notify_one();
        })
        .map_err(|error| Failure::new(ErrorClass::Defect, error.to_string()))?;
        Ok(interrupt)
    }

    /// Returns the flag itself, for threads that look at nothing else.
    #[must_use]
    pub fn flag(&self) -> &AtomicBool {
        &self.0.flag
    }

    /// Returns whether to stop.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.flag.load(Ordering::SeqCst)
    }

    /// Waits for a future, which is dropped as soon as the user asks to stop.
    ///
    /// # Errors
    /// Class `Interrupted`.
    pub async fn stop<T>(&self, future: impl Future<Output = T>) -> Result<T, Failure> {
        self.check()?;
        tokio::select! {
            result = future => {
                self.check()?;
                Ok(result)
            }
            () = self.0.notify.notified() => {
                self.check()?;
                Err(Failure::new(ErrorClass::Interrupted, "interrupted"))
            }
        }
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
