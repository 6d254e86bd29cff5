//! What a command line names: files and streams, and collections of MongoDB, in their order.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_lake::SourceIdentity;
use veriscope_mongo::{Bounds, Credentials, MongoSource, Projection, ReadOptions};
use veriscope_source::{Limits, SourceSpec, resolve};

use crate::args::{MongoArgs, ReadingArgs};
use crate::failure::Failure;
use crate::ingest::identities;
use crate::settings::{Settings, SettingsError};

/// One source.
#[derive(Clone)]
pub(crate) enum Source {
    /// A file or standard input.
    File(SourceSpec),
    /// A collection.
    Mongo(Box<Collection>),
}

/// A collection, and what to read of it.
#[derive(Clone)]
pub(crate) struct Collection {
    /// Where it is.
    pub(crate) source: MongoSource,
    /// How the ledger knows it.
    pub(crate) identity: SourceIdentity,
    /// Which documents.
    pub(crate) options: ReadOptions,
    /// What of each.
    pub(crate) projection: Projection,
}

/// Resolves arguments, and checks each source: files open, collections answer.
///
/// # Errors
/// Class `Usage`, `Configuration` or `Source`.
pub(crate) fn resolve_all(
    arguments: &[String],
    mongo: &MongoArgs,
    reading: &ReadingArgs,
    settings: &Settings,
) -> anyhow::Result<Vec<Source>> {
    let (collections, files): (Vec<&String>, Vec<&String>) = arguments
        .iter()
        .partition(|argument| MongoSource::is_meant(argument));
    check_use(&collections, &files, mongo)?;
    let mut files = match files.is_empty() && !collections.is_empty() {
        true => Vec::new(),
        false => resolve(&files.into_iter().cloned().collect::<Vec<_>>())?,
    }
    .into_iter()
    .peekable();
    let mut sources = Vec::new();
    let maker = match collections.is_empty() {
        true => None,
        false => Some(Maker::new(mongo, reading, settings)?),
    };
    for argument in arguments {
        if let (Some(maker), true) = (&maker, MongoSource::is_meant(argument)) {
            sources.push(Source::Mongo(Box::new(maker.collection(argument)?)));
            continue;
        }
        // A pattern gives many files, all of one argument.
        while let Some(file) = files.next_if(|file| file.argument == *argument) {
            sources.push(Source::File(file));
        }
    }
    for source in &sources {
        if let Source::Mongo(collection) = source {
            veriscope_mongo::check(&collection.source, &collection.options)?;
        }
    }
    Ok(sources)
}

/// Returns how the ledger knows sources.
pub(crate) fn identities_of(sources: &[Source]) -> Vec<SourceIdentity> {
    sources
        .iter()
        .flat_map(|source| match source {
            Source::File(file) => identities(std::slice::from_ref(file)),
            Source::Mongo(collection) => vec![collection.identity.clone()],
        })
        .collect()
}

/// Returns the bytes of all sources, where all are known.
pub(crate) fn total_bytes(sources: &[Source]) -> Option<u64> {
    sources
        .iter()
        .map(|source| match source {
            Source::File(file) => file.size_bytes,
            Source::Mongo(_) => None,
        })
        .sum()
}

fn check_use(collections: &[&String], files: &[&String], mongo: &MongoArgs) -> Result<(), Failure> {
    let usage = |message: String| Err(Failure::new(ErrorClass::Usage, message));
    match mongo.given() {
        Some(option) if collections.is_empty() => usage(format!(
            "{option} goes for collections of MongoDB alone, and none is named"
        )),
        Some(_) if mongo.follow && (collections.len() > 1 || !files.is_empty()) => {
            usage("--follow takes one collection and no other source".to_owned())
        }
        Some(_) | None => Ok(()),
    }
}

/// Makes collections of arguments.
struct Maker<'a> {
    credentials: Credentials,
    card: Card,
    mongo: &'a MongoArgs,
    limits: Limits,
}

impl<'a> Maker<'a> {
    fn new(
        mongo: &'a MongoArgs,
        reading: &ReadingArgs,
        settings: &Settings,
    ) -> Result<Self, SettingsError> {
        let max = usize::try_from(reading.max_document_size).unwrap_or(usize::MAX);
        Ok(Self {
            credentials: settings.config()?.mongodb_credentials(),
            card: settings.card()?,
            mongo,
            limits: Limits {
                max_document_bytes: max,
                ..Limits::default()
            },
        })
    }

    fn collection(&self, argument: &str) -> anyhow::Result<Collection> {
        let source = MongoSource::parse(argument, &self.credentials)?;
        let mut options = ReadOptions {
            query: self.mongo.selection.query.clone(),
            updated_field: self.mongo.updated_field.clone(),
            follow: self.mongo.follow,
            limits: self.limits,
            ..ReadOptions::default()
        };
        if let Some(overlap) = self.mongo.overlap {
            options.overlap_ms = overlap.ms;
        }
        let now_ms = options.clock.now_us() / 1000;
        let offset = self.card.dates.default_offset_minutes;
        options.bounds = Bounds {
            since_ms: self
                .mongo
                .selection
                .since
                .map(|since| since.ms(now_ms, offset)),
            until_ms: self
                .mongo
                .selection
                .until
                .map(|until| until.ms(now_ms, offset)),
        };
        Ok(Collection {
            identity: SourceIdentity {
                label: source.label(),
                location: location(&source, &options),
                size_bytes: None,
                modified_us: None,
                by_mark: true,
            },
            projection: Projection::new(&self.card, options.updated_field.as_ref()),
            source,
            options,
        })
    }
}

/// Returns the place, and a digest of the query: what was read by one query says nothing of
/// another's, and a query may hold identities.
fn location(source: &MongoSource, options: &ReadOptions) -> String {
    match &options.query {
        None => source.place().to_owned(),
        Some(query) => {
            let digest = HEXLOWER.encode(&Sha256::digest(query.to_bytes()));
            let short = digest.get(..16).unwrap_or_default();
            format!("{}?query={short}", source.place())
        }
    }
}
