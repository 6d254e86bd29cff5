//! Named places where a test can stop the program, to prove what survives.
//!
//! Compiled in only with the feature `failpoints`, which released binaries lack. The variable
//! `FAILPOINTS` names places and actions; the action `return(FILE)` writes FILE and then
//! stands still, so that a test can kill the process at exactly this place.

/// Reads which places are to stop; nothing without the feature.
pub fn arm_failpoints() {
    #[cfg(feature = "failpoints")]
    std::mem::forget(fail::FailScenario::setup());
}

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
