//! The critical path of each transaction through the card's pipeline.
//!
//! In a parallel group only the longest branch counts; branches of equal length share. What
//! did not run is absent. A group whose inner order is undecided is followed both ways, all
//! at once and one after the other, and results are ranges between the two.
//!
//! The kernel works on lanes of [`LANE`] rows, one for each node of the pipeline, without a
//! branch or an allocation for each row; tallies of parts of a table merge.

mod arrangement;
mod columns;
mod follow;
mod kernel;
mod model;
mod result;
mod scenario;
mod schedule;
mod tally;
mod tree;
mod what_if;

#[cfg(test)]
mod tests;

pub use arrangement::{Arrangement, partitions};
pub(crate) use columns::{Column as DurationColumn, Durations};
pub use kernel::LANE;
use kernel::Lane;
pub(crate) use kernel::{Followed, Lanes};
pub use model::{GroupClass, GroupKind, PathModel, Run};
pub use result::{
    Bottlenecks, MicroserviceOnPath, Ranged, Remainder, RunOnPath, Spread, WhatIf, WhatIfCase,
};
pub use scenario::Scenario;
pub use schedule::Bar;
pub use tally::PathTally;
pub(crate) use tree::Tree;
