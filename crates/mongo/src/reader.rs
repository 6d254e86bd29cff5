//! The reader of a collection: documents for a thread that waits, read by one that doesn't.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{Receiver, channel};
use veriscope_source::{Content, Document};

use crate::argument::MongoSource;
use crate::class::IdClass;
use crate::client::Connection;
use crate::error::MongoError;
use crate::fetch::{Fetch, Stop};
use crate::mark::{Mark, Tracker};
use crate::notice::Notice;
use crate::options::ReadOptions;
use crate::packet::{Packet, Placed, Stage};
use crate::plan;
use crate::projection::Projection;

/// Replies under way; one is at most 16 MiB and a document.
const REPLIES: usize = 2;

/// How often the iterator looks up, which has no one to look for.
const LOOK_UP: Duration = Duration::from_secs(60);

/// What came next.
#[derive(Debug)]
pub enum Step {
    /// A document.
    Document(Document),
    /// Nothing within the time that was given.
    Waiting,
    /// Nothing more: all is read.
    End,
}

/// The documents of a collection, in the order of their `_id`s, class after class; then, by
/// time of change, those that changed; then, where it follows, changes as they happen.
///
/// A thread of its own reads ahead by a few replies of the server. It ends with the reader.
pub struct Reader {
    packets: Receiver<Packet>,
    /// Waits for packets, with a limit.
    runtime: Runtime,
    thread: Option<JoinHandle<()>>,
    ready: VecDeque<Placed>,
    tracker: Tracker,
    is_following: bool,
    is_bounded: bool,
    bytes: Arc<AtomicU64>,
    notices: BTreeSet<Notice>,
    end: Option<Result<(), MongoError>>,
}

impl Reader {
    /// Starts to read what is new since `published`; or goes on after `resumed`, the mark of
    /// a reading with the same options that was cut short.
    ///
    /// # Errors
    /// `Defect` when there can be no thread. That the server can't be reached is told when
    /// documents are asked for.
    pub fn start(
        source: &MongoSource,
        projection: Projection,
        options: ReadOptions,
        published: Option<Mark>,
        resumed: Option<Mark>,
    ) -> Result<Self, MongoError> {
        let no_thread = |_| MongoError::Defect("no thread could be made to read MongoDB");
        let runtime = || Builder::new_current_thread().enable_all().build();
        let tracker = tracker(&options, published, resumed);
        let (sender, packets) = channel(REPLIES);
        let is_bounded = options.updated_field.is_none()
            && (options.bounds.since_ms.is_some() || options.bounds.until_ms.is_some());
        let reading = runtime().map_err(no_thread)?;
        let (source, work_tracker) = (source.clone(), tracker.clone());
        let work = async move {
            let end = work(&source, projection, options, work_tracker, sender.clone()).await;
            // Where no one listens, no one needs to know.
            let _ = sender.send(Packet::End(end)).await;
        };
        let thread = std::thread::Builder::new()
            .name("mongodb".to_owned())
            .spawn(move || reading.block_on(work))
            .map_err(no_thread)?;
        Ok(Self {
            packets,
            runtime: runtime().map_err(no_thread)?,
            thread: Some(thread),
            ready: VecDeque::new(),
            tracker,
            is_following: false,
            is_bounded,
            bytes: Arc::new(AtomicU64::new(0)),
            notices: BTreeSet::new(),
            end: None,
        })
    }

    /// Returns what comes next, or [`Step::Waiting`] after a while without anything.
    ///
    /// # Errors
    /// The reading failed; it is over then.
    pub fn next_within(&mut self, wait: Duration) -> Result<Step, MongoError> {
        loop {
            if let Some(placed) = self.ready.pop_front() {
                return Ok(Step::Document(self.yield_document(placed)));
            }
            if let Some(end) = &self.end {
                return end.clone().map(|()| Step::End);
            }
            let received = {
                let packets = &mut self.packets;
                self.runtime
                    .block_on(async { tokio::time::timeout(wait, packets.recv()).await })
            };
            match received {
                Err(_) => return Ok(Step::Waiting),
                Ok(None) => {
                    self.end = Some(Err(MongoError::Defect(
                        "the thread that reads MongoDB is gone",
                    )))
                }
                Ok(Some(packet)) => self.receive(packet),
            }
        }
    }

    fn receive(&mut self, packet: Packet) {
        match packet {
            Packet::Documents(placed) => self.ready.extend(placed),
            Packet::Floor(floor) => self.tracker.begin(floor),
            Packet::Following(token) => {
                self.tracker.settle();
                self.tracker.follow(token);
                self.is_following = true;
            }
            Packet::Idle(token) => {
                self.tracker.follow(token);
                self.is_following = true;
            }
            Packet::Notice(notice) => {
                if notice == Notice::HistoryLost {
                    self.tracker.lose_history();
                    self.is_following = false;
                }
                self.notices.insert(notice);
            }
            Packet::End(end) => {
                if end.is_ok() {
                    self.tracker.settle();
                }
                self.end = Some(end);
            }
        }
    }

    fn yield_document(&mut self, placed: Placed) -> Document {
        let Placed { document, place } = placed;
        self.is_following = place.stage == Stage::Changes;
        if let (Stage::Ids(class), true) = (place.stage, self.is_bounded)
            && !class.has_time()
            && class != IdClass::Null
        {
            self.notices.insert(Notice::NoTime);
        }
        self.tracker.advance(&place);
        let size = match &document.content {
            Content::Broken(broken) => broken.size_bytes,
            _ => document.raw_bytes().len() as u64,
        };
        self.bytes.fetch_add(size, Ordering::Relaxed);
        document
    }

    /// Returns how far it has come: after the last document that was yielded, and, once there
    /// are no more, after all that was there.
    #[must_use]
    pub fn mark(&self) -> &Mark {
        self.tracker.mark()
    }

    /// Returns whether all that was there is read, and changes are followed.
    #[must_use]
    pub fn is_following(&self) -> bool {
        self.is_following
    }

    /// Returns the count of bytes of the documents yielded so far.
    #[must_use]
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes)
    }

    /// Returns what there is to say since the last time.
    pub fn take_notices(&mut self) -> BTreeSet<Notice> {
        std::mem::take(&mut self.notices)
    }
}

impl Iterator for Reader {
    type Item = Result<Document, MongoError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.next_within(LOOK_UP) {
                Ok(Step::Document(document)) => return Some(Ok(document)),
                Ok(Step::Waiting) => {}
                Ok(Step::End) => return None,
                Err(error) => {
                    // Told once; there is nothing more then.
                    self.end = Some(Ok(()));
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.packets.close();
        if let Some(thread) = self.thread.take() {
            // A panic of it was told as a failure already.
            let _ = thread.join();
        }
    }
}

fn tracker(options: &ReadOptions, published: Option<Mark>, resumed: Option<Mark>) -> Tracker {
    let fingerprint = plan::fingerprint(options);
    let has_mark = published.as_ref().is_some_and(|mark| !mark.ids.is_empty());
    let moves = plan::moves_mark(options, has_mark);
    // A reading with other options left a mark that holds for it alone.
    let usable = resumed.filter(|mark| mark.at.as_ref().is_none_or(|at| at.options == fingerprint));
    let mark = match usable {
        Some(resumed) => resumed,
        None => published.map(Mark::settled).unwrap_or_default(),
    };
    let now_ms = options.clock.now_us() / 1000;
    Tracker::new(mark, moves, now_ms, fingerprint)
}

async fn work(
    source: &MongoSource,
    projection: Projection,
    options: ReadOptions,
    tracker: Tracker,
    packets: tokio::sync::mpsc::Sender<Packet>,
) -> Result<(), MongoError> {
    let connection = Connection::open(source).await?;
    let listener = packets.clone();
    let follow = options.follow;
    let mut fetch = Fetch::new(connection.clone(), options, projection, packets, tracker);
    let reading = async {
        match follow {
            true => fetch.follow().await,
            false => fetch.read_all().await,
        }
    };
    let ended = tokio::select! {
        ended = reading => ended,
        () = listener.closed() => Err(Stop::Unheard),
    };
    connection.clone().close().await;
    match ended {
        Ok(()) | Err(Stop::Unheard) => Ok(()),
        Err(Stop::Failed(error)) => Err(error),
        Err(Stop::Driver(_)) => Err(MongoError::Defect("a stream of changes has no history")),
    }
}
