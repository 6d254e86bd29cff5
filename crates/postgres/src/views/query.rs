//! The queries of the views, in the layers in which the lake's plans are made:
//!
//! ```text
//! staging ⋈ context → measured values → windows over the attempts of a process → columns
//! ```
//!
//! Names of layers between begin with `_`, which no feature's does. All windows have one
//! partition and one order, so that one sort serves them all.

use veriscope_card::views::{ColumnDoc, TimeColumn, View, ViewColumn};
use veriscope_card::views::{ColumnType, ProcessColumn};
use veriscope_card::{Card, Microservice, MicroserviceTimes, Outcome, TransformRule};

use super::expression::{
    self, IS_LAST, IS_REPEAT, attempt, measured, ms_between, outcome, sql_type, typed_sum,
};
use crate::layout::{Layout, OFFSET, POLICY};
use crate::quote;

/// Returns the query of a view.
pub(super) fn query(card: &Card, layout: &Layout, view: View) -> String {
    match view {
        View::Attempts => attempts(card, layout),
        View::Processes => processes(card, layout),
        View::MicroserviceTimes => microservice_times(card, layout),
    }
}

fn attempts(card: &Card, layout: &Layout) -> String {
    let columns: Vec<String> = card
        .attempt_columns()
        .iter()
        .map(|column| {
            let column_type = column.doc.column_type;
            typed(&column.doc, &attempt(card, &column.definition, column_type))
        })
        .collect();
    format!(
        "SELECT {} FROM ({}) AS placed",
        columns.join(", "),
        placed(card, layout, &[])
    )
}

fn processes(card: &Card, layout: &Layout) -> String {
    let columns: Vec<String> = card
        .process_columns()
        .iter()
        .map(|column| typed(&column.doc, &process(card, column)))
        .collect();
    // The figures of a process are windows that end at a row; the row of the last attempt
    // has all of it, and the dimensions too.
    let course = course(card);
    format!(
        "SELECT {} FROM ({}) AS placed WHERE {IS_LAST}",
        columns.join(", "),
        course_over(card, layout, &course)
    )
}

fn process(card: &Card, column: &ViewColumn<ProcessColumn>) -> String {
    let column_type = column.doc.column_type;
    let date = quote::name(&card.roles.date);
    match &column.definition {
        ProcessColumn::Last(definition) => attempt(card, definition, column_type),
        ProcessColumn::Attempts => "_attempt".to_owned(),
        ProcessColumn::Repeats => "_repeats".to_owned(),
        ProcessColumn::IsAccepted => "_ever_accepted".to_owned(),
        // Attempts up to the first accepted one are those that are no repeats.
        ProcessColumn::AcceptedAt => {
            "CASE WHEN _ever_accepted THEN _attempt - _repeats END".to_owned()
        }
        ProcessColumn::FirstOutcome => "_first_outcome".to_owned(),
        ProcessColumn::LastOutcome => "_outcome".to_owned(),
        ProcessColumn::FirstCode => "_first_code".to_owned(),
        ProcessColumn::LastCode => {
            let code = card.roles.code.as_ref();
            code.map_or_else(|| "NULL".to_owned(), |code| quote::name(code))
        }
        ProcessColumn::LastReason => expression::reason(card),
        ProcessColumn::FirstDate => "_first_date".to_owned(),
        ProcessColumn::LastDate => date,
        ProcessColumn::SpanMs => ms_between("_first_date", &date),
        ProcessColumn::AcceptedAfterMs => ms_between("_first_date", "_accepted_date"),
        ProcessColumn::ApiTimeMs => typed_sum("_api_time", column_type),
    }
}

/// The windows that a process's figures are read from; they refer to [`placed`].
fn course(card: &Card) -> Vec<String> {
    let date = quote::name(&card.roles.date);
    let accepted = format!("_outcome = '{}'", Outcome::Accepted.name());
    let mut windows = vec![
        format!("sum(CASE WHEN {IS_REPEAT} THEN 1 ELSE 0 END) OVER so_far AS _repeats"),
        format!("bool_or({accepted}) OVER so_far AS _ever_accepted"),
        format!("min(CASE WHEN {accepted} THEN {date} END) OVER so_far AS _accepted_date"),
        format!("first_value({date}) OVER so_far AS _first_date"),
        "first_value(_outcome) OVER so_far AS _first_outcome".to_owned(),
    ];
    if let Some(code) = &card.roles.code {
        let code = quote::name(code);
        windows.push(format!("first_value({code}) OVER so_far AS _first_code"));
    }
    if let Some(total_time) = &card.roles.total_time {
        let time = quote::name(total_time);
        windows.push(format!(
            "sum({time}::double precision) OVER so_far AS _api_time"
        ));
    }
    windows
}

fn course_over(card: &Card, layout: &Layout, course: &[String]) -> String {
    format!(
        "SELECT placed.*, {} FROM ({}) AS placed WINDOW so_far AS ({} \
         ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        course.join(", "),
        placed(card, layout, &[]),
        window(card)
    )
}

/// Measured values, and the place of each attempt in its process.
fn placed(card: &Card, layout: &Layout, further: &[String]) -> String {
    let date = quote::name(&card.roles.date);
    let accepted = Outcome::Accepted.name();
    let mut windows = vec![
        "row_number() OVER process AS _attempt".to_owned(),
        format!("lead({date}) OVER process AS _next_date"),
        format!("lag({date}) OVER process AS _previous_date"),
        format!(
            "bool_or(_outcome = '{accepted}') OVER (process \
             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS _accepted_before"
        ),
    ];
    if let Some(code) = &card.roles.code {
        let code = quote::name(code);
        windows.push(format!("lag({code}) OVER process AS _previous_code"));
    }
    windows.extend(further.iter().cloned());
    format!(
        "SELECT measured.*, {} FROM ({}) AS measured WINDOW process AS ({})",
        windows.join(", "),
        measured_values(card, layout),
        window(card)
    )
}

fn window(card: &Card) -> String {
    format!(
        "PARTITION BY _process, _own_process ORDER BY {} NULLS FIRST, _key",
        quote::name(&card.roles.date)
    )
}

/// The first layer: every stored feature as measured, and what is told of a transaction.
fn measured_values(card: &Card, layout: &Layout) -> String {
    let key = quote::name(&card.roles.transaction);
    let by_bytes = format!("s.{key} COLLATE pg_catalog.\"C\"");
    let process = match &card.roles.process {
        Some(process) => format!("nullif(s.{}, '')", quote::name(process)),
        None => "NULL::text".to_owned(),
    };
    let mut columns = Vec::new();
    for feature in &card.features {
        let name = quote::name(&feature.name);
        let value = match card.roles.process.as_ref() == Some(&feature.name) {
            true => process.clone(),
            false => measured("s", &feature.name, feature.value_type, feature.valid),
        };
        columns.push(format!("{value} AS {name}"));
    }
    for feature in card.stored_context() {
        let value = measured("c", &feature.name, feature.value_type, feature.valid);
        columns.push(format!("{value} AS {}", quote::name(&feature.name)));
    }
    columns.extend([
        format!("{by_bytes} AS _key"),
        format!("{process} AS _process"),
        format!("CASE WHEN {process} IS NULL THEN {by_bytes} END AS _own_process"),
        format!(
            "(s.{} AT TIME ZONE 'UTC') + coalesce(c.{}, 0) * interval '1 minute' AS _local_time",
            quote::name(&card.roles.date),
            quote::name(OFFSET)
        ),
        format!("c.{} AS _policy_id", quote::name(POLICY)),
        format!("{} AS _outcome", outcome(card)),
    ]);
    format!(
        "SELECT {} FROM {} AS s LEFT JOIN {} AS c ON c.{key} = s.{key}",
        columns.join(", "),
        layout.at(&layout.staging.name),
        layout.at(&layout.context.name)
    )
}

fn microservice_times(card: &Card, layout: &Layout) -> String {
    let columns = card.time_columns();
    let measured = measured_values(card, layout);
    let mut queries = Vec::new();
    for microservice in &card.microservices {
        for times in &microservice.times {
            let run = Run {
                card,
                microservice,
                times,
            };
            queries.push(run.query(&measured, &columns));
        }
    }
    if queries.is_empty() {
        let none: Vec<String> = columns
            .iter()
            .map(|column| typed(&column.doc, "NULL"))
            .collect();
        return format!("SELECT {} WHERE false", none.join(", "));
    }
    queries.join(" UNION ALL ")
}

/// One run of a microservice in each transaction.
struct Run<'a> {
    card: &'a Card,
    microservice: &'a Microservice,
    times: &'a MicroserviceTimes,
}

impl Run<'_> {
    fn query(&self, measured: &str, columns: &[ViewColumn<TimeColumn>]) -> String {
        let times = std::iter::once(&self.times.service).chain(&self.times.queue);
        let is_measured: Vec<String> = times
            .map(|name| format!("{} IS NOT NULL", quote::name(name)))
            .collect();
        let columns: Vec<String> = columns
            .iter()
            .map(|column| typed(&column.doc, &self.expression(column)))
            .collect();
        format!(
            "SELECT {} FROM ({measured}) AS measured WHERE {}",
            columns.join(", "),
            is_measured.join(" OR ")
        )
    }

    fn expression(&self, column: &ViewColumn<TimeColumn>) -> String {
        let null = || "NULL".to_owned();
        match &column.definition {
            TimeColumn::Transaction(definition) => {
                attempt(self.card, definition, column.doc.column_type)
            }
            TimeColumn::Microservice => quote::text(&self.microservice.name),
            TimeColumn::Picture => {
                let picture = self.times.image.as_ref();
                picture.map_or_else(null, |picture| quote::text(picture))
            }
            TimeColumn::ServiceMs => quote::name(&self.times.service),
            TimeColumn::QueueMs => {
                let queue = self.times.queue.as_ref();
                queue.map_or_else(null, |queue| quote::name(queue))
            }
            TimeColumn::SizeClass => {
                self.shape(|rule| matches!(rule, TransformRule::SizeClass { .. }))
            }
            TimeColumn::Orientation => {
                self.shape(|rule| matches!(rule, TransformRule::Orientation { .. }))
            }
        }
    }

    /// The shape of the picture by the first transform column with a rule; null for a
    /// microservice that runs once a transaction, unless the card has one picture alone.
    fn shape(&self, is_wanted: impl Fn(&TransformRule) -> bool) -> String {
        let only = match self.card.images.as_slice() {
            [only] => Some(only),
            _ => None,
        };
        let image = self.times.image.as_ref().or(only);
        let found = self
            .card
            .transform
            .iter()
            .filter(|column| is_wanted(&column.rule))
            .find(|column| image.is_some() && self.image_of(&column.rule) == image);
        found.map_or_else(
            || "NULL".to_owned(),
            |column| expression::shape(self.card, &column.name),
        )
    }

    /// The picture whose width and height a rule reads.
    fn image_of(&self, rule: &TransformRule) -> Option<&String> {
        match rule {
            TransformRule::SizeClass { width, .. } | TransformRule::Orientation { width, .. } => {
                self.card.feature(width)?.image.as_ref()
            }
            TransformRule::Keep
            | TransformRule::Same { .. }
            | TransformRule::DatePart(_)
            | TransformRule::MicroserviceTotal { .. }
            | TransformRule::MicroservicesTotal
            | TransformRule::TimeRemainder => None,
        }
    }
}

/// Returns an expression in the type and under the name of its column.
fn typed(doc: &ColumnDoc, expression: &str) -> String {
    let column_type: ColumnType = doc.column_type;
    format!(
        "({expression})::{} AS {}",
        sql_type(column_type),
        quote::name(&doc.name)
    )
}
