//! `load`: bring the published tables of a PostgreSQL database up to the lake's snapshot.
//! `run` does the same at its end.

mod report;
mod rows;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use veriscope_base::{Clock, ErrorClass, SystemClock};
use veriscope_card::Card;
use veriscope_lake::{Lake, Snapshot};
use veriscope_postgres::{
    Adopt, Database, Extent, LoadError, LoadRequest, Target, VerifyError, VerifyReport,
    VerifyRequest,
};

use super::block_on;
use crate::args::LoadArgs;
use crate::failure::{Ending, Failure};
use crate::interrupt::Interrupt;
use crate::settings::Settings;

use report::render;
pub use report::{LoadSummary, LoadedTable};
use rows::LakeRows;

/// Runs `load`.
///
/// # Errors
/// Class `Configuration` when no database is configured, it refuses the log-in, or it holds
/// something else; `Target` when it can't be written; what the lake says.
pub fn run(args: &LoadArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let Some(target) = settings.config()?.target()? else {
        return Err(no_database().into());
    };
    let card = settings.card()?;
    let lake = Lake::open(&settings.lake, &card)?;
    let interrupt = Interrupt::install()?;
    let (summary, ending) = block_on(async {
        let snapshot = lake.snapshot().await?;
        let source = Source {
            card: &card,
            lake: &lake,
            snapshot: &snapshot,
            interrupt: &interrupt,
        };
        let mut summary = load(settings, target.clone(), &source, args).await?;
        let mut ending = Ending::Done;
        if args.verify {
            let report = verify(target, &source).await?;
            if !report.is_same() {
                ending = Ending::With(ErrorClass::CheckFailed);
            }
            summary.verification = Some(report.into());
        }
        Ok((summary, ending))
    })?;
    if settings.terminal.json {
        settings.terminal.data_json(&summary)?;
    } else if !settings.terminal.quiet || ending != Ending::Done {
        settings.terminal.data(&render(&summary))?;
    }
    Ok(ending)
}

/// What is loaded.
pub(crate) struct Source<'a> {
    /// The card.
    pub(crate) card: &'a Card,
    /// The lake.
    pub(crate) lake: &'a Lake,
    /// The snapshot of it.
    pub(crate) snapshot: &'a Snapshot,
    /// What asks to stop.
    pub(crate) interrupt: &'a Interrupt,
}

/// Loads what changed, for a run that has just been published.
pub(crate) async fn load_changes(
    settings: &Settings,
    target: Target,
    source: &Source<'_>,
) -> anyhow::Result<LoadSummary> {
    load(settings, target, source, &LoadArgs::default()).await
}

async fn load(
    settings: &Settings,
    target: Target,
    source: &Source<'_>,
    args: &LoadArgs,
) -> anyhow::Result<LoadSummary> {
    let identity = source.lake.identity();
    let published = source.snapshot.published();
    settings.terminal.note(&format!(
        "loading snapshot {} into {target}, schema {}",
        published.number, target.schema
    ));
    let clock = SystemClock;
    let request = LoadRequest {
        card: source.card,
        card_hash: card_hash(source.card)?,
        lake_id: identity.id.clone(),
        key_id: identity.key_id.clone(),
        snapshot: published.number,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        extent: match args.full {
            true => Extent::Everything,
            false => Extent::Changes,
        },
        adopt: match args.adopt {
            true => Adopt::MoveAside {
                date: today(&clock),
            },
            false => Adopt::Refuse,
        },
        stop: Some(source.interrupt.flag()),
    };
    let rows = LakeRows::new(source);
    let started_us = clock.now_us();
    let report = Database::new(target.clone())
        .load(&request, &rows)
        .await
        .map_err(load_failure)?;
    let elapsed_ms = u64::try_from((clock.now_us() - started_us) / 1_000).unwrap_or_default();
    let summary = LoadSummary::new(&target, published.number, &report, elapsed_ms);
    for line in summary.notes() {
        settings.terminal.note(&line);
    }
    Ok(summary)
}

async fn verify(target: Target, source: &Source<'_>) -> anyhow::Result<VerifyReport> {
    let identity = source.lake.identity();
    let request = VerifyRequest {
        card: source.card,
        lake_id: identity.id.clone(),
        key_id: identity.key_id.clone(),
        snapshot: source.snapshot.published().number,
        stop: Some(source.interrupt.flag()),
    };
    let rows = LakeRows::new(source);
    let verified = Database::new(target).verify(&request, &rows).await;
    verified.map_err(|error| match error {
        VerifyError::Load(error) => load_failure(error),
        other => {
            let failure = Failure::new(other.class(), other.to_string());
            with_hint(failure, other.hint()).into()
        }
    })
}

/// Gives a failed load the class and the hint that it has; an error of the lake's keeps its own.
fn load_failure(error: LoadError) -> anyhow::Error {
    let message = error.to_string();
    if let LoadError::Rows { source, .. } = error {
        return anyhow::Error::from_boxed(source).context(message);
    }
    let failure = with_hint(Failure::new(error.class(), message), error.hint());
    anyhow::Error::new(error).context(failure)
}

fn with_hint(failure: Failure, hint: Option<&'static str>) -> Failure {
    match hint {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    }
}

fn no_database() -> Failure {
    Failure::new(ErrorClass::Configuration, "no database is configured").with_hint(
        "name it in the section `database:` of config.yaml, or in the variables \
         VERISCOPE_DATABASE__HOST, __USER, __PASSWORD, __NAME; docs/postgres.md has examples",
    )
}

/// A hash of all that a card says.
fn card_hash(card: &Card) -> anyhow::Result<String> {
    Ok(HEXLOWER.encode(&Sha256::digest(serde_json::to_vec(card)?)))
}

fn today(clock: &dyn Clock) -> String {
    let now = chrono::DateTime::from_timestamp_micros(clock.now_us()).unwrap_or_default();
    now.format("%Y%m%d").to_string()
}
