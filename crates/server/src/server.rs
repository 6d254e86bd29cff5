//! The server: listens on loopback, keeps the snapshot, answers, and stops when asked.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use veriscope_base::{Clock, ErrorClass};
use veriscope_metrics::query::{ExclusionFault, Source};

use crate::app::{App, Limits, MOST_STREAMS};
use crate::finished::Finished;
use crate::held::{self, LoadError, Place};
use crate::hosts::Hosts;
use crate::keeper::{Keeper, Status};
use crate::meter::Meter;
use crate::news::Listener;
use crate::routes;

/// How long answers that are under way may take once the server is to stop.
const MOST_DRAIN: Duration = Duration::from_secs(5);
/// How often the lake is looked at.
pub const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address that others can reach.
    #[error(
        "{address} can be reached from other machines, and there is no sign-in yet; give a \
         loopback address such as 127.0.0.1:4747"
    )]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// Someone listens there already.
    #[error(
        "{address} is in use; stop what listens there, or give another port with --addr \
         (port 0 takes a free one)"
    )]
    InUse {
        /// The address.
        address: SocketAddr,
    },
    /// The address can't be listened on.
    #[error("failed to listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The lake can't be served.
    #[error(transparent)]
    Lake(#[from] LoadError),
    /// The listening ended.
    #[error("failed to take connections")]
    Accept(#[source] io::Error),
}

impl ServeError {
    /// Returns the class of the failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::NotLoopback { .. } => ErrorClass::Usage,
            Self::InUse { .. } | Self::Listen { .. } | Self::Accept(_) => ErrorClass::Target,
            Self::Lake(error) => error.class(),
        }
    }
}

/// What a server needs.
pub struct Settings {
    /// What is served.
    pub place: Place,
    /// What it listens on; only names and port of it matter.
    pub address: SocketAddr,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who is told what happens.
    pub listener: Arc<dyn Listener>,
    /// How often the lake is looked at; [`LOOK_EVERY`] for people.
    pub look_every: Duration,
    /// What is taken on at most.
    pub limits: Limits,
}

/// Listens on a loopback address.
///
/// # Errors
/// [`ServeError::NotLoopback`], [`ServeError::InUse`], [`ServeError::Listen`].
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback { address });
    }
    TcpListener::bind(address).await.map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            ServeError::InUse { address }
        } else {
            ServeError::Listen { address, source }
        }
    })
}

/// A server; all that it has begun ends with it, but a snapshot that is being kept is written
/// to its end.
pub struct Server {
    app: Arc<App>,
    stop: watch::Sender<bool>,
    status: watch::Receiver<Status>,
    /// What keeps the snapshot.
    _keeping: JoinSet<()>,
}

impl Server {
    /// Looks at the lake, and begins to read its newest snapshot.
    ///
    /// # Errors
    /// [`ServeError::Lake`] where there is no lake, or a rule of exclusion can't be applied.
    pub async fn start(settings: Settings) -> Result<Self, ServeError> {
        let place = settings.place;
        held::look(&place).await.map_err(LoadError::from)?;
        check_rules(&place).map_err(LoadError::from)?;
        let (stop, stopping) = watch::channel(false);
        let (sender, status) = watch::channel(Status::Loading);
        let app = App {
            status: status.clone(),
            clock: Arc::clone(&settings.clock),
            listener: Arc::clone(&settings.listener),
            hosts: Hosts::of(settings.address),
            folder: place.folder.clone(),
            finished: Finished::new(),
            meter: Meter::new(),
            limits: settings.limits,
            room: Arc::new(Semaphore::new(settings.limits.requests)),
            streams: Arc::new(Semaphore::new(MOST_STREAMS)),
            work: Arc::new(Semaphore::new(1)),
            why: Semaphore::new(1),
            stopping,
        };
        let keeper = Keeper {
            place,
            clock: settings.clock,
            listener: settings.listener,
            every: settings.look_every,
            status: sender,
        };
        let mut keeping = JoinSet::new();
        keeping.spawn(keeper.run());
        Ok(Self {
            app: Arc::new(app),
            stop,
            status,
            _keeping: keeping,
        })
    }

    /// Returns the service, to be called without a port.
    pub fn router(&self) -> Router {
        routes::router(Arc::clone(&self.app))
    }

    /// Waits until the first snapshot was read, or could not be.
    pub async fn settled(&self) {
        let mut status = self.status.clone();
        let is_settled = |status: &Status| !matches!(status, Status::Loading);
        // An error is the keeper having gone, which settles it too.
        let _ = status.wait_for(is_settled).await;
    }

    /// Answers until a future ends; then lets answers that are under way end, for a while.
    ///
    /// # Errors
    /// [`ServeError::Accept`].
    pub async fn serve(
        self,
        listener: TcpListener,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let mut stopping = self.app.stopping.clone();
        let stop = self.stop;
        let signal = async move {
            stopped.await;
            stop.send_replace(true);
        };
        let router = routes::router(Arc::clone(&self.app));
        let serving = axum::serve(listener, router).with_graceful_shutdown(signal);
        let drained = async move {
            // An error is the server having gone already.
            let _ = stopping.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(MOST_DRAIN).await;
        };
        tokio::select! {
            served = serving => served.map_err(ServeError::Accept),
            () = drained => Ok(()),
        }
    }
}

fn check_rules(place: &Place) -> Result<(), ExclusionFault> {
    let session = datafusion::prelude::SessionContext::new();
    let source = Source {
        session: &session,
        card: &place.card,
        registry: &place.registry,
    };
    source.check_exclusions(&place.rules)
}
