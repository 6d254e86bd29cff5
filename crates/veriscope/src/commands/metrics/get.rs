//! `metrics get`: evaluate metrics on the newest snapshot.

use serde::Serialize;
use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_card::views::Language;
use veriscope_metrics::expression::{Day, parse_predicate};
use veriscope_metrics::query::{Answer, Outsize, Query, Source};
use veriscope_metrics::registry::{Metric, Registry};

use super::{csv, find, page};
use crate::args::MetricsGetArgs;
use crate::commands::block_on;
use crate::failure::{Ending, Failure};
use crate::lake_access::views;
use crate::settings::Settings;

/// All that was asked for.
#[derive(Serialize)]
pub(super) struct Got<'a> {
    /// Outsize shares of processes, which bend every rate.
    pub(super) outsize: Vec<Outsize>,
    /// One for each metric, in the order asked for.
    pub(super) answers: Vec<Answered<'a>>,
}

/// A metric and its numbers.
#[derive(Serialize)]
pub(super) struct Answered<'a> {
    #[serde(skip)]
    pub(super) metric: &'a Metric,
    title: &'a str,
    definition: &'a str,
    #[serde(flatten)]
    pub(super) answer: Answer,
}

pub(super) fn run(args: &MetricsGetArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let terminal = &settings.terminal;
    if terminal.json && (args.form.csv || args.form.md) {
        return Err(Failure::new(
            ErrorClass::Usage,
            "--json, --csv and --md exclude each other",
        )
        .into());
    }
    let config = settings.config()?;
    let card = settings.card()?;
    let registry = Registry::new(&card);
    let mut metrics = Vec::with_capacity(args.ids.len());
    for id in &args.ids {
        metrics.push(find(&registry, id)?);
    }
    let query = Query {
        by: args.by.clone(),
        from: args.rows.from.map(Day),
        to: args.rows.to.map(Day),
        exclude: if args.rows.no_exclusions {
            Vec::new()
        } else {
            config.exclude
        },
        ..Query::default()
    };
    let got = block_on(evaluate(args, settings, &card, &registry, &metrics, query))?;
    let language = args.form.lang.into();
    if terminal.json {
        terminal.data_json(&got)?;
    } else if args.form.csv {
        terminal.data_bytes(&csv::write(&got)?)?;
        page::notes(&got, language)
            .iter()
            .for_each(|note| terminal.note(note));
    } else if args.form.md {
        terminal.data(&page::markdown(&got, language, args.form.explain))?;
    } else {
        terminal.data(&page::text(&got, language, args.form.explain, terminal.out))?;
    }
    Ok(Ending::Done)
}

async fn evaluate<'a>(
    args: &MetricsGetArgs,
    settings: &Settings,
    card: &Card,
    registry: &'a Registry,
    metrics: &[&'a Metric],
    query: Query,
) -> anyhow::Result<Got<'a>> {
    // What was typed is checked before a lake is read.
    let mut queries = Vec::with_capacity(metrics.len());
    for metric in metrics {
        let columns = registry.columns(metric.view);
        let rows = match &args.rows.condition {
            Some(condition) => Some(parse_predicate(condition, columns)?),
            None => None,
        };
        queries.push(Query {
            rows,
            ..query.clone()
        });
    }
    let session = views(settings, card).await?;
    let source = Source {
        session: &session,
        card,
        registry,
    };
    let language = Language::from(args.form.lang);
    let mut answers = Vec::with_capacity(metrics.len());
    for (metric, query) in metrics.iter().zip(&queries) {
        answers.push(Answered {
            metric,
            title: metric.title.get(language),
            definition: metric.definition.get(language),
            answer: source.evaluate(metric, query).await?,
        });
    }
    Ok(Got {
        outsize: source.outsize(&query).await?,
        answers,
    })
}
