//! `metrics list|show|get`: what is measured, how it is defined, and its numbers.

mod csv;
mod get;
mod numbers;
mod page;

pub(super) use csv::harmless as csv_text;
pub(super) use page::escaped as markdown_text;
use serde::Serialize;
use veriscope_base::ErrorClass;
use veriscope_card::views::Language;
use veriscope_metrics::registry::{Metric, Registry};

use crate::args::{Lang, MetricsCommand, MetricsListArgs, MetricsShowArgs};
use crate::failure::{Ending, Failure};
use crate::settings::Settings;
use crate::terminal::{left, table};

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::English,
            Lang::Es => Self::Spanish,
        }
    }
}

/// Runs `metrics`.
///
/// # Errors
/// Class `Usage` for an unknown metric or a condition that does not go with it, and what the
/// lake says.
pub fn run(action: MetricsCommand, settings: &Settings) -> anyhow::Result<Ending> {
    match action {
        MetricsCommand::List(args) => list(&args, settings),
        MetricsCommand::Show(args) => show(&args, settings),
        MetricsCommand::Get(args) => get::run(&args, settings),
    }
}

/// Finds a metric; an unknown one is told with what is near.
fn find<'a>(registry: &'a Registry, id: &str) -> anyhow::Result<&'a Metric> {
    if let Some(metric) = registry.metric(id) {
        return Ok(metric);
    }
    let word = id.split('_').next().unwrap_or(id);
    let near: Vec<&str> = registry
        .metrics()
        .iter()
        .map(|metric| metric.id.as_str())
        .filter(|known| !word.is_empty() && known.contains(word))
        .take(5)
        .collect();
    let hint = if near.is_empty() {
        "`veriscope metrics list` shows all metrics".to_owned()
    } else {
        format!(
            "did you mean {}? `veriscope metrics list` shows all metrics",
            near.join(", ")
        )
    };
    Err(
        Failure::new(ErrorClass::Usage, format!("there is no metric `{id}`"))
            .with_hint(hint)
            .into(),
    )
}

fn list(args: &MetricsListArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let language = args.lang.into();
    let registry = Registry::new(&settings.card()?);
    let wanted = args
        .containing
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    let is_wanted = |metric: &&Metric| {
        metric.id.contains(&wanted) || metric.title.get(language).to_lowercase().contains(&wanted)
    };
    let metrics: Vec<&Metric> = registry.metrics().iter().filter(is_wanted).collect();
    if settings.terminal.json {
        settings.terminal.data_json(&metrics)?;
        return Ok(Ending::Done);
    }
    if metrics.is_empty() {
        settings
            .terminal
            .note("no metric has this text in its id or title");
        return Ok(Ending::Done);
    }
    let columns = match language {
        Language::English => [left("metric"), left("unit"), left("what")],
        Language::Spanish => [left("métrica"), left("unidad"), left("qué")],
    };
    let rows = metrics
        .iter()
        .map(|metric| {
            vec![
                metric.id.clone(),
                metric.unit.name(language).to_owned(),
                metric.title.get(language).to_owned(),
            ]
        })
        .collect();
    settings.terminal.data(&table(&columns, rows))?;
    Ok(Ending::Done)
}

/// A metric in full, for machines.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    metric: &'a Metric,
    /// The expression, as people read it.
    expression: String,
    sql: String,
    dax: Option<String>,
}

fn show(args: &MetricsShowArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let language = args.lang.into();
    let registry = Registry::new(&settings.card()?);
    let metric = find(&registry, &args.id)?;
    let shown = Shown {
        metric,
        expression: metric.measure.to_string(),
        sql: registry.to_sql(metric, "public", &[]),
        dax: registry.to_dax(metric).ok(),
    };
    if settings.terminal.json {
        settings.terminal.data_json(&shown)?;
        return Ok(Ending::Done);
    }
    let styles = settings.terminal.out;
    let mut text = format!(
        "{}\n{}\n\n",
        styles.bold(metric.title.get(language)),
        metric.definition.get(language)
    );
    let words = match language {
        Language::English => [
            "view",
            "unit",
            "expression",
            "parts",
            "least n",
            "persons",
            "dimensions",
        ],
        Language::Spanish => [
            "vista",
            "unidad",
            "expresión",
            "partes",
            "n mínimo",
            "personas",
            "dimensiones",
        ],
    };
    let [view, unit, expression, parts, least, persons, dimensions] = words;
    let facts = vec![
        vec![view.to_owned(), metric.view.name().to_owned()],
        vec![unit.to_owned(), metric.unit.name(language).to_owned()],
        vec![expression.to_owned(), shown.expression.clone()],
        vec![
            parts.to_owned(),
            metric.additivity.name(language).to_owned(),
        ],
        vec![
            least.to_owned(),
            format!(
                "{}; {persons}: {}",
                metric.enough.rows, metric.enough.clusters
            ),
        ],
    ];
    text.push_str(&table(&[left(""), left("")], facts));
    text.push_str(&format!(
        "\n\n{dimensions}:\n{}\n\nSQL:\n{}\n\nDAX:\n{}\n",
        wrapped(&metric.dimensions),
        indented(&shown.sql),
        indented(shown.dax.as_deref().unwrap_or("-"))
    ));
    settings.terminal.data(&text)?;
    Ok(Ending::Done)
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

/// Names parted by commas, in lines that fit a terminal of 80 columns.
fn wrapped(names: &[String]) -> String {
    const WIDTH: usize = 78;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for name in names {
        if !line.is_empty() && line.len() + name.len() + 2 > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if line.is_empty() {
            line = format!("  {name}");
        } else {
            line.push_str(", ");
            line.push_str(name);
        }
    }
    lines.push(line);
    lines.join(",\n")
}
