//! The cache against the query engine over the same staged rows.

mod agreement;
mod month;
mod retries;
