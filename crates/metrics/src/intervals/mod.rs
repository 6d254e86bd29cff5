//! Intervals that allow for one person's attempts going together.
//!
//! A proportion or a mean over attempts is a ratio estimator over clusters (persons). Its
//! variance comes from the clusters, not from the rows; how much fewer independent rows
//! would tell as much is the design effect.

mod difference;
mod enough;
mod level;
mod linearised;
mod mean;
mod proportion;
mod shift;

pub use difference::{Difference, PairedCount, difference, difference_within_clusters};
pub use enough::Enough;
pub use level::Level;
pub use linearised::{ClusterSum, Linearised, linearise};
pub use mean::{MeanInterval, MeanTally, cluster_sums, mean};
pub use proportion::{ClusterCount, ClusterTally, Proportion, cluster_counts, proportion, wilson};
pub use shift::{Sample, Shift, shift};
