//! Reads a snapshot of a lake into memory.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::error::DataFusionError;
use tokio::sync::OnceCell;
use veriscope_answers::outsize;
use veriscope_base::ErrorClass;
use veriscope_cache::{Cache, CacheError, Layout};
use veriscope_card::Card;
use veriscope_card::views::{Language, View};
use veriscope_lake::{Lake, LakeError};
use veriscope_metrics::AnalysisError;
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::query::{Exclusion, ExclusionFault, Outsize, Query, QueryError, Source};
use veriscope_metrics::registry::Registry;
use veriscope_transform::TransformError;

use super::{Held, Prepared, Titles, describe};
use crate::api::{Text, Verdict};

/// The name of the lake's table of policies in the session.
pub(crate) const POLICIES: &str = "_policies";

/// What is served: a lake, read by a card, without what rules leave out.
#[derive(Clone, Debug)]
pub struct Place {
    /// The lake's folder.
    pub folder: PathBuf,
    /// The card.
    pub card: Arc<Card>,
    /// Its metrics.
    pub registry: Arc<Registry>,
    /// What is left out.
    pub rules: Vec<Exclusion>,
    /// The folder in which the snapshot is kept as memory holds it, if it is to be.
    pub prepared: Option<PathBuf>,
}

/// Which snapshot of which lake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The lake.
    pub lake_id: String,
    /// Number of the snapshot.
    pub number: u64,
}

/// Why a snapshot can't be read into memory.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The lake can't be read.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The views can't be made.
    #[error(transparent)]
    Transform(#[from] TransformError),
    /// The pipeline can't be followed.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// Rows can't be held.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A rule of exclusion can't be applied.
    #[error(transparent)]
    Exclusion(#[from] ExclusionFault),
    /// What bends the rates can't be found.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// What a snapshot is made of could not be written down.
    #[error("failed to tell what the snapshot is made of")]
    Fingerprint(#[from] serde_json::Error),
    /// The engine failed.
    #[error("failed to read the snapshot")]
    Engine(#[from] DataFusionError),
    /// A part of the reading ended before its time.
    #[error("a part of the reading ended before its time")]
    Part(#[from] tokio::task::JoinError),
}

impl LoadError {
    /// Returns the class of the failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Lake(error) => error.class(),
            Self::Transform(error) => error.class(),
            Self::Analysis(error) => error.class(),
            Self::Cache(CacheError::Engine(_)) | Self::Engine(_) => ErrorClass::Target,
            Self::Cache(error) => error.class(),
            Self::Exclusion(error) => error.class(),
            Self::Query(error) => error.class(),
            Self::Part(_) | Self::Fingerprint(_) => ErrorClass::Defect,
        }
    }
}

/// Looks which snapshot is the newest; reads nothing of its tables.
pub(crate) async fn look(place: &Place) -> Result<Seen, LakeError> {
    let lake = Lake::open(&place.folder, &place.card)?;
    let snapshot = lake.snapshot().await?;
    Ok(seen(&lake, snapshot.published().number))
}

fn seen(lake: &Lake, number: u64) -> Seen {
    Seen {
        lake_id: lake.identity().id.clone(),
        number,
    }
}

/// Reads the newest snapshot.
pub(crate) async fn load(place: &Place) -> Result<Held, LoadError> {
    let lake = Lake::open(&place.folder, &place.card)?;
    let snapshot = lake.snapshot().await?;
    let session = snapshot.session()?;
    let staging = snapshot.staging(&session).await?;
    let policies = snapshot.policies(&session).await?;
    veriscope_transform::register(&session, &place.card, Arc::clone(&staging))?;
    session.register_table(POLICIES, policies)?;
    let source = Source {
        session: &session,
        card: &place.card,
        registry: &place.registry,
    };
    source.check_exclusions(&place.rules)?;
    let model = match PathModel::of(&place.card) {
        Ok(model) => Some(model),
        Err(AnalysisError::EmptyPipeline) => None,
        Err(error) => return Err(error.into()),
    };
    let published = snapshot.published();
    let seen = seen(&lake, published.number);
    let prepared = Prepared::of(place, &seen, published)?;
    let (known, refused) = match &prepared {
        Some(prepared) => match prepared.read().await {
            Ok(known) => (known, None),
            Err(error) => (None, Some(error)),
        },
        None => (None, None),
    };
    let is_prepared = known.is_some();
    let layout = Layout::of(&place.card, &place.registry, model.as_ref());
    let cache = match known {
        Some(cache) => cache,
        None => {
            let attempts = session.table(View::Attempts.name()).await?;
            let attempts = attempts.into_unoptimized_plan();
            Cache::of_plan(&session, attempts, layout, &place.rules).await?
        }
    };
    let (verdict, model, cache) = tested(&place.card, model, cache).await?;
    let query = Query {
        exclude: place.rules.clone(),
        ..Query::default()
    };
    let bent = match cache.outsize() {
        Some(shares) => source.named(&query, shares.to_vec()).await?,
        None => source.outsize(&query).await?,
    };
    let titles = Titles::of(&place.card);
    let (info, dimensions, exclusions) = describe::describe(place, &cache, &titles, published);
    Ok(Held {
        seen,
        card: Arc::clone(&place.card),
        registry: Arc::clone(&place.registry),
        model,
        cache,
        prepared,
        is_prepared,
        refused,
        staging: veriscope_transform::scan(staging)?,
        session,
        verdict,
        rules: place.rules.clone(),
        exclusions,
        outsize: bent.iter().map(say).collect(),
        titles,
        dimensions,
        info,
        data: OnceCell::new(),
    })
}

/// Puts the pipeline to the test.
async fn tested(
    card: &Arc<Card>,
    model: Option<PathModel>,
    cache: Cache,
) -> Result<(Option<Verdict>, Option<PathModel>, Cache), LoadError> {
    let card = Arc::clone(card);
    let tested = tokio::task::spawn_blocking(move || {
        let verdict = match &model {
            Some(model) => crate::tabs::verdict(&card, model, &cache)?,
            None => None,
        };
        Ok((verdict, model, cache))
    });
    tested.await?
}

fn say(one: &Outsize) -> Text {
    let said = |language| {
        let text = outsize(one, language);
        let mut letters = text.chars();
        let first = letters.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(letters).collect()
    };
    Text {
        en: said(Language::English),
        es: said(Language::Spanish),
    }
}
