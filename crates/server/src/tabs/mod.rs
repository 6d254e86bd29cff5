//! The tabs: what a snapshot in memory says to a question.

mod clients;
mod counted;
mod data;
mod funnel;
mod microservices;
mod retries;
mod verdict;
mod waterfall;
mod what_if;

pub(crate) use clients::clients;
pub(crate) use counted::unit as unit_name;
pub(crate) use microservices::microservices;
pub(crate) use retries::retries;
pub(crate) use what_if::what_if;

pub(crate) use data::{DataParts, data};
pub(crate) use verdict::verdict;
pub(crate) use waterfall::bars;
