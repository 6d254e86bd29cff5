//! Named places where a test can stop the program, to prove what survives.
//!
//! Compiled in only with the feature `failpoints`. The action `return(FILE)` writes FILE
//! and then stands still, so that the test can kill the process at exactly this place.

/// Stops here when a test asks for it.
pub(crate) fn failpoint(name: &str) {
    #[cfg(feature = "failpoints")]
    fail::fail_point!(name, |marker: Option<String>| {
        if let Some(marker) = marker {
            let _ = std::fs::write(marker, name);
            loop {
                std::thread::park();
            }
        }
    });
    #[cfg(not(feature = "failpoints"))]
    let _ = name;
}
