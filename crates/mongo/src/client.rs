//! The connection, what its errors mean, and how long to wait for it to come back.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use mongodb::bson::{RawDocumentBuf, doc, oid::ObjectId};
use mongodb::error::{Error, ErrorKind};
use mongodb::options::ClientOptions;
use mongodb::{Client, Collection};
use tokio::runtime::Builder;
use veriscope_base::Clock;

use crate::argument::MongoSource;
use crate::error::{ArgumentProblem, MongoError};
use crate::options::ReadOptions;

/// How long a server is looked for at a time, unless `serverSelectionTimeoutMS` says so.
const SELECTION_TIMEOUT: Duration = Duration::from_secs(10);
/// How many times that long a lost server is waited for.
const PATIENCE: u32 = 3;
/// Connections: one reads, one fetches what the projection could not.
const POOL: u32 = 3;

/// Codes of errors that another try mends: network, elections, shutdown, lost cursors and
/// sessions, moved chunks.
const PASSING: [i32; 26] = [
    6, 7, 24, 43, 46, 50, 63, 89, 91, 112, 133, 134, 136, 150, 175, 189, 202, 234, 237, 262, 9001,
    10107, 11600, 11602, 13388, 13435,
];
/// Codes of errors of the query itself: bad value, failed to parse, type mismatch, unknown
/// operator or argument, bad regular expression.
const OF_QUERY: [i32; 8] = [2, 9, 14, 40, 72, 16872, 17287, 51091];

/// A collection that is connected to.
#[derive(Clone)]
pub(crate) struct Connection {
    client: Client,
    pub(crate) collection: Collection<RawDocumentBuf>,
    pub(crate) place: Arc<str>,
    patience_ms: i64,
}

/// What an error means for the reading.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It may pass: another try is worth while.
    Passing {
        /// What to check if it doesn't.
        hint: &'static str,
    },
    /// The place in the stream of changes is gone.
    HistoryLost,
    /// It does not pass.
    Final(MongoError),
}

impl Connection {
    /// Prepares a connection; servers are first spoken to when something is read.
    pub(crate) async fn open(source: &MongoSource) -> Result<Self, MongoError> {
        let place: Arc<str> = Arc::from(source.place());
        let malformed = |error: &Error| match &*error.kind {
            ErrorKind::DnsResolve { .. } => MongoError::Unresolved {
                place: place.to_string(),
            },
            ErrorKind::InvalidTlsConfig { .. } | ErrorKind::Io(_) => MongoError::Tls {
                place: place.to_string(),
            },
            // The driver's words may repeat a part of the URI.
            _ => ArgumentProblem::Uri("an option of the URI is wrong".to_owned()).into(),
        };
        let parsed = ClientOptions::parse(source.uri()).await;
        let mut options = parsed.map_err(|error| malformed(&error))?;
        let selection = *options
            .server_selection_timeout
            .get_or_insert(SELECTION_TIMEOUT);
        options
            .app_name
            .get_or_insert_with(|| "veriscope".to_owned());
        options.max_pool_size.get_or_insert(POOL);
        let client = Client::with_options(options).map_err(|error| malformed(&error))?;
        let collection = client
            .database(source.database())
            .collection(source.collection());
        Ok(Self {
            client,
            collection,
            patience_ms: i64::try_from((selection * PATIENCE).as_millis()).unwrap_or(i64::MAX),
            place,
        })
    }

    /// Says goodbye: cursors that are still open are closed on the server.
    pub(crate) async fn close(self) {
        let Self { client, .. } = self;
        // A server that is gone can't be told, and nothing hangs on it.
        let _ = tokio::time::timeout(Duration::from_secs(1), client.shutdown()).await;
    }

    /// Returns what an error means.
    pub(crate) fn trouble(&self, error: &Error, has_query: bool) -> Trouble {
        let place = || self.place.to_string();
        let passing = |hint| Trouble::Passing { hint };
        match &*error.kind {
            ErrorKind::Authentication { .. } => {
                Trouble::Final(MongoError::Refused { place: place() })
            }
            ErrorKind::InvalidTlsConfig { .. } => {
                Trouble::Final(MongoError::Tls { place: place() })
            }
            ErrorKind::ServerSelection { message, .. } => passing(selection_hint(message)),
            ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } => passing(NO_ANSWER),
            ErrorKind::DnsResolve { .. } => passing("check the name of the host and the DNS"),
            ErrorKind::Command(command) => {
                self.command(command.code, &command.code_name, has_query)
            }
            _ if error.contains_label("RetryableError") => passing(NO_ANSWER),
            _ => Trouble::Final(MongoError::Protocol {
                place: place(),
                what: "a reply",
            }),
        }
    }

    fn command(&self, code: i32, name: &str, has_query: bool) -> Trouble {
        let place = self.place.to_string();
        let name = match name.is_empty() {
            true => "an error".to_owned(),
            false => name.to_owned(),
        };
        if PASSING.contains(&code) {
            return Trouble::Passing { hint: NO_ANSWER };
        }
        if has_query && OF_QUERY.contains(&code) {
            return Trouble::Final(MongoError::Query { place, code, name });
        }
        match code {
            // Invalid and fatal tokens are as good as none.
            260 | 280 | 286 => Trouble::HistoryLost,
            18 | 8000 => Trouble::Final(MongoError::Refused { place }),
            13 => Trouble::Final(MongoError::NotAllowed { place }),
            166 => Trouble::Final(MongoError::View { place }),
            40573 => Trouble::Final(MongoError::NotAReplicaSet { place }),
            _ => Trouble::Final(MongoError::Server { place, code, name }),
        }
    }

    /// Returns a new patience with this connection.
    pub(crate) fn patience(&self, clock: &Arc<dyn Clock>) -> Patience {
        Patience {
            clock: Arc::clone(clock),
            place: Arc::clone(&self.place),
            limit_ms: self.patience_ms,
            since_us: None,
            delays: delays(),
            has_answered: false,
        }
    }
}

const NO_ANSWER: &str = "check that the server runs and that the network reaches it";

/// The driver's message tells why no server would do; nothing of it is shown, because it is
/// long and made for its developers.
fn selection_hint(message: &str) -> &'static str {
    let message = message.to_ascii_lowercase();
    if message.contains("certificate") || message.contains("tls") || message.contains("corrupt") {
        "check tls and tlsCAFile in the URI: the encrypted connection failed"
    } else if message.contains("unexpectedeof") || message.contains("unexpected end of file") {
        "the server hung up at once: check whether it wants tls=true"
    } else {
        NO_ANSWER
    }
}

/// How long a server that does not answer is waited for.
pub(crate) struct Patience {
    clock: Arc<dyn Clock>,
    place: Arc<str>,
    limit_ms: i64,
    since_us: Option<i64>,
    delays: ExponentialBackoff,
    has_answered: bool,
}

fn delays() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(5))
        .without_max_times()
        .build()
}

impl Patience {
    /// Notes that an attempt begins, if the last one was answered.
    pub(crate) fn attempt(&mut self) {
        self.since_us.get_or_insert_with(|| self.clock.now_us());
    }

    /// Notes that the server answered.
    pub(crate) fn answered(&mut self) {
        self.has_answered = true;
        self.since_us = None;
        self.delays = delays();
    }

    /// Waits before the next try.
    ///
    /// # Errors
    /// `Unreachable` or `Lost` when the server has not answered for too long.
    pub(crate) async fn wait(&mut self, hint: &'static str) -> Result<(), MongoError> {
        let now_us = self.clock.now_us();
        let waited_ms = (now_us - *self.since_us.get_or_insert(now_us)) / 1000;
        let delay = self.delays.next().unwrap_or_default();
        let next_ms =
            waited_ms.saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX));
        if next_ms > self.limit_ms {
            let place = self.place.to_string();
            let waited_s = u64::try_from(waited_ms.div_euclid(1000) + 1).unwrap_or_default();
            return Err(match self.has_answered {
                true => MongoError::Lost { place, waited_s },
                false => MongoError::Unreachable {
                    place,
                    waited_s,
                    hint,
                },
            });
        }
        tokio::time::sleep(delay).await;
        Ok(())
    }
}

/// Tells whether a collection can be read by these options, and followed where that is
/// meant: asks for a document that no one has.
///
/// # Errors
/// As reading it would; `Unreachable` only after some patience.
pub fn check(source: &MongoSource, options: &ReadOptions) -> Result<(), MongoError> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|_| MongoError::Defect("no runtime could be made to reach MongoDB"))?;
    runtime.block_on(async {
        let connection = Connection::open(source).await?;
        let checked = try_to_read(&connection, options).await;
        connection.close().await;
        checked
    })
}

async fn try_to_read(connection: &Connection, options: &ReadOptions) -> Result<(), MongoError> {
    let mut patience = connection.patience(&options.clock);
    let query = options.query.as_ref();
    let mut all = vec![doc! { "_id": ObjectId::new() }];
    all.extend(query.map(|query| query.document().clone()));
    loop {
        patience.attempt();
        let tried = async {
            let find = connection.collection.find_one(doc! { "$and": &all });
            find.projection(doc! { "_id": 1 }).await?;
            if options.follow {
                connection.collection.watch().await?;
            }
            Ok(())
        };
        match tried.await {
            Ok(()) => return Ok(()),
            Err(error) => match connection.trouble(&error, query.is_some()) {
                Trouble::Passing { hint } => patience.wait(hint).await?,
                Trouble::Final(error) => return Err(error),
                Trouble::HistoryLost => {
                    return Err(MongoError::Defect("a new stream has no history"));
                }
            },
        }
    }
}
