//! Arguments of `serve`, and of `demo --serve`.

use std::net::SocketAddr;

use clap::Args;

/// Arguments of `serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Where to listen.
    #[command(flatten)]
    pub address: AddressArgs,
}

/// Where to listen.
#[derive(Clone, Copy, Debug, Args)]
pub struct AddressArgs {
    /// Address to listen on: one of this machine alone; port 0 takes a free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:4747")]
    pub addr: SocketAddr,
}
