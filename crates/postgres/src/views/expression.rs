//! Columns of the views as SQL expressions over the layers of [`super::query`].

use veriscope_card::views::{AttemptColumn, CalendarPart, ColumnType};
use veriscope_card::{Card, Microservice, Outcome, Range, ReasonClass, TransformRule, ValueType};

use crate::quote;

/// The largest `double precision` below 2^63, and the smallest `bigint`.
const BIGINT_LIMITS: (&str, &str) = ("9223372036854774784", "-9223372036854775808");

/// Returns a column's type.
pub(super) const fn sql_type(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Text => "text",
        ColumnType::Int => "bigint",
        ColumnType::Float => "double precision",
        ColumnType::Bool => "boolean",
        ColumnType::Instant => "timestamp with time zone",
        ColumnType::LocalTime => "timestamp without time zone",
        ColumnType::Day => "date",
    }
}

/// Returns a column of `attempts`, in its type.
pub(super) fn attempt(card: &Card, definition: &AttemptColumn, column_type: ColumnType) -> String {
    match definition {
        AttemptColumn::Feature(name) => quote::name(name),
        AttemptColumn::Shape(name) => shape(card, name),
        AttemptColumn::Attempt => "_attempt".to_owned(),
        AttemptColumn::IsFirst => "_attempt = 1".to_owned(),
        AttemptColumn::IsLast => IS_LAST.to_owned(),
        AttemptColumn::Outcome => "_outcome".to_owned(),
        AttemptColumn::Kind => format!(
            "CASE WHEN _attempt = 1 THEN 'first' WHEN {IS_REPEAT} THEN 'repeat' ELSE 'retry' END"
        ),
        AttemptColumn::Reason => reason(card),
        AttemptColumn::PreviousCode => "_previous_code".to_owned(),
        AttemptColumn::GapMs => ms_between("_previous_date", &quote::name(&card.roles.date)),
        AttemptColumn::Calendar(part) => calendar(*part).to_owned(),
        AttemptColumn::PolicyId => "_policy_id".to_owned(),
        AttemptColumn::MicroserviceTotal(name) => {
            let found = card.microservices.iter().find(|known| known.name == *name);
            found.map_or_else(null, |found| microservice_total(found).typed(column_type))
        }
        AttemptColumn::MicroservicesTotal => microservices_total(card).typed(column_type),
        AttemptColumn::Remainder => remainder(card).typed(column_type),
    }
}

/// Whether an attempt is the last of its process: dates are never null.
pub(super) const IS_LAST: &str = "_next_date IS NULL";
/// Whether an attempt comes after an accepted one of its process.
pub(super) const IS_REPEAT: &str = "coalesce(_accepted_before, false)";

/// Returns whole milliseconds from one instant to a later one.
pub(super) fn ms_between(from: &str, to: &str) -> String {
    // In whole microseconds first: before PostgreSQL 14 the seconds are a binary fraction.
    format!("round(extract(epoch FROM ({to} - {from}))::numeric * 1000000)::bigint / 1000")
}

/// Returns a feature as it was measured, over the staging table `s` and its context `c`.
pub(super) fn measured(
    side: &str,
    name: &str,
    value_type: ValueType,
    valid: Option<Range>,
) -> String {
    let value = format!("{side}.{}", quote::name(name));
    let Some(range) = valid else { return value };
    let bound = |bound: f64| match value_type {
        ValueType::Int if bound.fract() == 0.0 => format!("({bound})::bigint"),
        _ => float(bound),
    };
    let at_least = range.min.map(|min| format!("{value} >= {}", bound(min)));
    let at_most = range.max.map(|max| format!("{value} <= {}", bound(max)));
    let checks: Vec<String> = at_least.into_iter().chain(at_most).collect();
    if checks.is_empty() {
        return value;
    }
    format!("CASE WHEN {} THEN {value} END", checks.join(" AND "))
}

/// Returns what became of a transaction, over the staging table `s`: of the values as staged.
pub(super) fn outcome(card: &Card) -> String {
    let of = |name: &String| format!("s.{}", quote::name(name));
    let (code, status) = (
        card.roles.code.as_ref().map(of),
        card.roles.status.as_ref().map(of),
    );
    let accepted = match (&status, &code) {
        (Some(status), _) if !card.accepted_status.is_empty() => {
            let statuses = card.accepted_status.iter().map(|one| quote::text(one));
            is_in(status, statuses)
        }
        (_, Some(code)) => is_in(code, codes(card, Outcome::Accepted)),
        (_, None) => "false".to_owned(),
    };
    let nulls: Vec<String> = [&code, &status]
        .into_iter()
        .flatten()
        .map(|role| format!("{role} IS NULL"))
        .collect();
    let no_summary = match nulls.is_empty() {
        true => "true".to_owned(),
        false => nulls.join(" AND "),
    };
    let technical = match &code {
        Some(code) => format!(
            "({no_summary}) OR {}",
            is_in(code, codes(card, Outcome::Technical))
        ),
        None => no_summary,
    };
    format!(
        "CASE WHEN {accepted} THEN '{}' WHEN {technical} THEN '{}' ELSE '{}' END",
        Outcome::Accepted.name(),
        Outcome::Technical.name(),
        Outcome::Rejected.name()
    )
}

fn codes(card: &Card, class: Outcome) -> impl Iterator<Item = String> {
    let of_class = card.codes.iter().filter(move |known| known.class == class);
    of_class.map(|known| known.number.to_string())
}

/// Returns whether a value is one of some; false where there are none.
fn is_in(value: &str, of: impl Iterator<Item = String>) -> String {
    let listed: Vec<String> = of.collect();
    if listed.is_empty() {
        return "false".to_owned();
    }
    format!("{value} IN ({})", listed.join(", "))
}

/// Returns the reason class of the code of a transaction that was not accepted.
pub(super) fn reason(card: &Card) -> String {
    let Some(code) = &card.roles.code else {
        return null();
    };
    let code = quote::name(code);
    let branches = [ReasonClass::Person, ReasonClass::Attack, ReasonClass::Ours].map(|reason| {
        let of_reason = card
            .codes
            .iter()
            .filter(|known| known.reason == Some(reason))
            .map(|known| known.number.to_string());
        format!("WHEN {} THEN '{}'", is_in(&code, of_reason), reason.name())
    });
    format!(
        "CASE WHEN _outcome = '{}' THEN NULL {} END",
        Outcome::Accepted.name(),
        branches.join(" ")
    )
}

/// Returns a part of the local calendar.
const fn calendar(part: CalendarPart) -> &'static str {
    match part {
        CalendarPart::LocalTime => "_local_time",
        CalendarPart::Day => "_local_time::date",
        CalendarPart::Week => "_local_time::date - (extract(isodow FROM _local_time)::integer - 1)",
        CalendarPart::Month => "_local_time::date - (extract(day FROM _local_time)::integer - 1)",
        CalendarPart::Weekday => "extract(isodow FROM _local_time)::bigint",
        CalendarPart::Hour => "extract(hour FROM _local_time)::bigint",
        CalendarPart::Year => "extract(year FROM _local_time)::bigint",
        CalendarPart::Minute => "extract(minute FROM _local_time)::bigint",
    }
}

/// Returns a size class, an orientation or whether some are the same, by the rule of the
/// transform column of that name.
pub(super) fn shape(card: &Card, name: &str) -> String {
    let Some(column) = card.transform.iter().find(|column| column.name == name) else {
        return null();
    };
    match &column.rule {
        TransformRule::SizeClass { width, height } => {
            let pixels = format!(
                "{}::double precision * {}::double precision",
                quote::name(width),
                quote::name(height)
            );
            let classes: Vec<String> = card
                .size_classes
                .classes
                .iter()
                .map(|class| {
                    let name = quote::text(&class.name);
                    format!("WHEN {pixels} >= {} THEN {name}", class.min_pixels)
                })
                .collect();
            format!(
                "CASE WHEN {pixels} IS NULL THEN NULL {} ELSE {} END",
                classes.join(" "),
                quote::text(&card.size_classes.otherwise)
            )
        }
        TransformRule::Orientation { width, height } => {
            let (width, height) = (quote::name(width), quote::name(height));
            format!(
                "CASE WHEN {width} = {height} THEN 'SQUARE' \
                 WHEN {width} > {height} THEN 'LANDSCAPE' \
                 WHEN {width} < {height} THEN 'PORTRAIT' END"
            )
        }
        TransformRule::Same { of } => all_equal(
            &of.iter()
                .map(|other| format!("({})", shape(card, other)))
                .collect::<Vec<_>>(),
        ),
        TransformRule::Keep => quote::name(name),
        TransformRule::DatePart(_)
        | TransformRule::MicroserviceTotal { .. }
        | TransformRule::MicroservicesTotal
        | TransformRule::TimeRemainder => null(),
    }
}

/// Returns whether all are equal; null when any is null, also where others already differ.
fn all_equal(compared: &[String]) -> String {
    let nulls: Vec<String> = compared
        .iter()
        .map(|one| format!("{one} IS NULL"))
        .collect();
    let equal: Vec<String> = compared.windows(2).map(|pair| pair.join(" = ")).collect();
    if equal.is_empty() {
        return null();
    }
    format!(
        "CASE WHEN {} THEN NULL ELSE {} END",
        nulls.join(" OR "),
        equal.join(" AND ")
    )
}

/// Times added up as `double precision`: exact up to 2^53 ms, and nothing overflows.
pub(super) struct Total {
    /// Whether there is anything to add up.
    is_there: String,
    /// The sum, missing times as 0.
    sum: String,
}

impl Total {
    fn typed(&self, column_type: ColumnType) -> String {
        format!(
            "CASE WHEN {} THEN {} END",
            self.is_there,
            typed_sum(&self.sum, column_type)
        )
    }
}

/// Returns a sum of times in the type of its column.
pub(super) fn typed_sum(sum: &str, column_type: ColumnType) -> String {
    match column_type {
        ColumnType::Int => {
            let (most, least) = BIGINT_LIMITS;
            format!(
                "least(greatest({sum}, {}), {})::bigint",
                float_text(least),
                float_text(most)
            )
        }
        _ => sum.to_owned(),
    }
}

fn microservice_total(microservice: &Microservice) -> Total {
    let ran: Vec<String> = microservice
        .times
        .iter()
        .map(|times| format!("{} IS NOT NULL", quote::name(&times.service)))
        .collect();
    let times: Vec<String> = microservice
        .features()
        .map(|name| format!("coalesce({}::double precision, 0)", quote::name(name)))
        .collect();
    Total {
        is_there: any(&ran),
        sum: added(&times),
    }
}

fn microservices_total(card: &Card) -> Total {
    let all: Vec<Total> = card.microservices.iter().map(microservice_total).collect();
    let ran: Vec<String> = all.iter().map(|one| one.is_there.clone()).collect();
    let sums: Vec<String> = all
        .iter()
        .map(|one| format!("CASE WHEN {} THEN {} ELSE 0 END", one.is_there, one.sum))
        .collect();
    Total {
        is_there: any(&ran),
        sum: added(&sums),
    }
}

fn remainder(card: &Card) -> Total {
    let Some(total_time) = card.roles.total_time.as_ref().map(|name| quote::name(name)) else {
        return Total {
            is_there: "false".to_owned(),
            sum: "0::double precision".to_owned(),
        };
    };
    let all = microservices_total(card);
    Total {
        is_there: format!("{total_time} IS NOT NULL AND {}", all.is_there),
        sum: format!("({total_time}::double precision - {})", all.sum),
    }
}

fn any(checks: &[String]) -> String {
    match checks.is_empty() {
        true => "false".to_owned(),
        false => format!("({})", checks.join(" OR ")),
    }
}

fn added(terms: &[String]) -> String {
    match terms.is_empty() {
        true => "0::double precision".to_owned(),
        false => format!("({})", terms.join(" + ")),
    }
}

fn null() -> String {
    "NULL".to_owned()
}

/// Returns a number as `double precision`, to its last bit.
fn float(number: f64) -> String {
    float_text(&format!("{number:?}"))
}

fn float_text(digits: &str) -> String {
    format!("'{digits}'::double precision")
}
