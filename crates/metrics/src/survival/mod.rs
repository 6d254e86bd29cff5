//! Time to an event where some have not had it yet.

mod incidence;
mod kaplan_meier;

pub use incidence::{Ending, IncidencePoint, cumulative_incidence};
pub use kaplan_meier::{Curve, Observation, Point, Survival, kaplan_meier};

#[cfg(test)]
mod tests;
