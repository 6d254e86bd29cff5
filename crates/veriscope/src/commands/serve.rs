//! `serve`: the dashboard and its HTTP API, over the newest snapshot.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use veriscope_base::SystemClock;
use veriscope_metrics::registry::Registry;
use veriscope_server::{LOOK_EVERY, Limits, Listener, News, Place, Server, listen};

use super::block_on;
use crate::args::ServeArgs;
use crate::failure::Ending;
use crate::interrupt::Interrupt;
use crate::settings::Settings;
use crate::terminal::{Terminal, format};

/// Runs `serve` until it is asked to stop.
///
/// # Errors
/// Class `Usage` for an address that others can reach, `Target` for one that is in use, and
/// what the lake says.
pub fn run(args: &ServeArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let prepared = args.prepared.clone();
    serve(args.address.addr, prepared, settings, Interrupt::install()?)
}

/// Serves until it is asked to stop.
pub(crate) fn serve(
    address: SocketAddr,
    prepared: Option<PathBuf>,
    settings: &Settings,
    interrupt: Interrupt,
) -> anyhow::Result<Ending> {
    let card = Arc::new(settings.card()?);
    let place = Place {
        folder: settings.lake.clone(),
        registry: Arc::new(Registry::new(&card)),
        card,
        rules: settings.config()?.exclude,
        prepared,
    };
    block_on(async move {
        let listening = listen(address).await?;
        let address = listening.local_addr()?;
        let server = Server::start(veriscope_server::Settings {
            place,
            address,
            clock: Arc::new(SystemClock),
            listener: Arc::new(Told(settings.terminal.clone())),
            look_every: LOOK_EVERY,
            limits: Limits::default(),
        })
        .await?;
        settings.terminal.note(&format!(
            "the dashboard of {} is at http://{address}; Ctrl-C stops it",
            settings.lake.display()
        ));
        if settings.terminal.json {
            let address = serde_json::json!({ "address": format!("http://{address}") });
            settings.terminal.data_json_line(&address)?;
        }
        let stopped = async move {
            // Being asked to stop is what this waits for.
            let _ = interrupt.stop(std::future::pending::<()>()).await;
        };
        server.serve(listening, stopped).await?;
        Ok(Ending::Done)
    })
}

/// Says on the terminal what the server tells.
struct Told(Terminal);

impl Listener for Told {
    fn tell(&self, news: News) {
        match news {
            News::Loaded {
                version,
                transactions,
                elapsed_ms,
                size_bytes,
                is_prepared,
            } => self.0.note(&format!(
                "snapshot {version} is shown: {}, {} in {}, {} in memory",
                format::counted(transactions, "transaction", "transactions"),
                if is_prepared {
                    "read as prepared"
                } else {
                    "read"
                },
                format::duration_ms(elapsed_ms),
                format::bytes(size_bytes),
            )),
            News::NotLoaded { cause } => self
                .0
                .warn(&format!("the newest snapshot can't be read: {cause}")),
            News::NotRead { cause } => self.0.warn(&format!(
                "the snapshot was made anew: what was kept before is of no use: {cause}"
            )),
            News::NotKept { cause } => self.0.warn(&format!(
                "the snapshot is shown, but can't be kept for the next start: {cause}"
            )),
            News::LakeGone => self
                .0
                .warn("the lake is not there any more; the server waits for it"),
            News::Failed {
                request,
                route,
                cause,
            } => self
                .0
                .warn(&format!("request {request} of {route} failed: {cause}")),
        }
    }
}
