//! Arguments of `serve`, and of `demo --serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// Arguments of `serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Where to listen.
    #[command(flatten)]
    pub address: AddressArgs,
    /// Folder in which the snapshot is kept as memory holds it: the next start takes seconds,
    /// whatever the size
    #[arg(long, value_name = "DIR")]
    pub prepared: Option<PathBuf>,
}

/// Where to listen.
#[derive(Clone, Copy, Debug, Args)]
pub struct AddressArgs {
    /// Address to listen on: one of this machine alone; port 0 takes a free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:4747")]
    pub addr: SocketAddr,
}
