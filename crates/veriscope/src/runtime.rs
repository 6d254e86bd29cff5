//! The runtime that work on a lake and queries run on.

use std::future::Future;

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};

/// Starts a runtime.
pub(crate) fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("failed to start the worker threads")
}

/// Runs a future on a runtime of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    runtime()?.block_on(future)
}
