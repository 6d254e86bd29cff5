//! Summaries of any number of values in bounded memory, the same whatever the cut of batches.

mod distinct;
mod frequent;
mod magnitudes;
mod moments;
mod order;
mod outer;
mod weighted;

pub(crate) use distinct::HashSample;
pub(crate) use frequent::Frequent;
pub(crate) use magnitudes::Magnitudes;
pub(crate) use moments::Moments;
pub(crate) use order::InOrder;
pub(crate) use outer::Outer;
pub(crate) use weighted::Weighted;
