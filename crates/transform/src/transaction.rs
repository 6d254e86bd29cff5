//! What is made of one transaction alone: calendar, shapes of pictures, times added up, the
//! reason of its code. Expressions over [`crate::measured::measured_plan`].

use arrow_schema::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, cast, lit, when};
use datafusion::prelude::{coalesce, date_part};
use veriscope_card::views::CalendarPart;
use veriscope_card::{Card, Microservice, Outcome, ReasonClass, TransformRule};

use crate::measured::{LOCAL_TIME, OUTCOME, col};
use crate::{TransformError, rule, times};

/// Returns a part of the local calendar.
pub(crate) fn calendar(part: CalendarPart) -> Expr {
    let local = || col(LOCAL_TIME);
    let number = |part: &str| cast(date_part(lit(part), local()), DataType::Int64);
    let days = || cast(cast(local(), DataType::Date32), DataType::Int32);
    let back = |part: &str| {
        let days_before = cast(date_part(lit(part), local()), DataType::Int32) - lit(1_i32);
        cast(days() - days_before, DataType::Date32)
    };
    match part {
        CalendarPart::LocalTime => local(),
        CalendarPart::Day => cast(local(), DataType::Date32),
        // Counted back by days and not by `date_trunc`, which goes by way of nanoseconds and
        // so not beyond 2262.
        CalendarPart::Week => back("isodow"),
        CalendarPart::Month => back("day"),
        CalendarPart::Weekday => number("isodow"),
        CalendarPart::Hour => number("hour"),
        CalendarPart::Year => number("year"),
        CalendarPart::Minute => number("minute"),
    }
}

/// Returns the reason class of the code of a transaction that was not accepted.
pub(crate) fn reason(card: &Card) -> Result<Expr, DataFusionError> {
    let Some(code) = &card.roles.code else {
        return Ok(null_text());
    };
    let mut branches = when(col(OUTCOME).eq(lit(Outcome::Accepted.name())), null_text());
    for reason in [ReasonClass::Person, ReasonClass::Attack, ReasonClass::Ours] {
        let codes = card
            .codes
            .iter()
            .filter(|known| known.reason == Some(reason))
            .map(|known| lit(known.number))
            .collect();
        branches = branches.when(col(code).in_list(codes, false), lit(reason.name()));
    }
    branches.end()
}

/// Returns a size class, an orientation or whether some are the same, by the rule of the
/// transform column of that name.
pub(crate) fn shape(card: &Card, name: &str) -> Result<Expr, TransformError> {
    let Some(column) = card.transform.iter().find(|column| column.name == name) else {
        return Err(TransformError::UnknownColumn {
            column: name.to_owned(),
            other: name.to_owned(),
        });
    };
    match &column.rule {
        TransformRule::SizeClass { width, height } => {
            let pixels = cast(col(width), DataType::Float64) * cast(col(height), DataType::Float64);
            Ok(rule::size_class(&pixels, &card.size_classes)?)
        }
        TransformRule::Orientation { width, height } => {
            Ok(rule::orientation(&col(width), &col(height))?)
        }
        TransformRule::Same { of } => {
            let mut compared = Vec::with_capacity(of.len());
            for other in of {
                compared.push(shape(card, other)?);
            }
            Ok(rule::all_equal(&compared.iter().collect::<Vec<_>>())?)
        }
        TransformRule::Keep => Ok(col(name)),
        TransformRule::DatePart(_)
        | TransformRule::MicroserviceTotal { .. }
        | TransformRule::MicroservicesTotal
        | TransformRule::TimeRemainder => Err(TransformError::UnknownColumn {
            column: name.to_owned(),
            other: name.to_owned(),
        }),
    }
}

/// Times added up as `Float64`: exact up to 2^53 ms, and nothing wraps.
pub(crate) struct Total {
    /// Whether there is anything to add up.
    pub(crate) is_there: Expr,
    /// The sum, missing times as 0.
    pub(crate) sum: Expr,
}

impl Total {
    /// Returns the sum in the type of a view's column, null where there is none.
    pub(crate) fn typed(self, data_type: &DataType) -> Result<Expr, DataFusionError> {
        let sum = match data_type {
            DataType::Int64 => times::rounded(self.sum),
            _ => self.sum,
        };
        when(self.is_there, sum).end()
    }
}

/// Returns service and queue time of a microservice over all pictures.
pub(crate) fn microservice_total(microservice: &Microservice) -> Total {
    let services = microservice.times.iter().map(|times| &times.service);
    let is_there = services
        .map(|service| col(service).is_not_null())
        .reduce(Expr::or)
        .unwrap_or_else(|| lit(false));
    let known = |name: &String| coalesce(vec![cast(col(name), DataType::Float64), lit(0.0)]);
    let sum = microservice
        .features()
        .map(known)
        .reduce(|sum, time| sum + time)
        .unwrap_or_else(|| lit(0.0));
    Total { is_there, sum }
}

/// Returns the total of a microservice by name.
pub(crate) fn microservice_total_named(card: &Card, name: &str) -> Result<Total, TransformError> {
    let found = card.microservices.iter().find(|known| known.name == name);
    found
        .map(microservice_total)
        .ok_or_else(|| TransformError::UnknownMicroservice {
            column: format!("total_ms_{name}"),
            microservice: name.to_owned(),
        })
}

/// Returns the sum over all microservices that ran.
pub(crate) fn microservices_total(card: &Card) -> Result<Total, DataFusionError> {
    let mut all = Total {
        is_there: lit(false),
        sum: lit(0.0),
    };
    for microservice in &card.microservices {
        let one = microservice_total(microservice);
        let ran = when(one.is_there.clone(), one.sum).otherwise(lit(0.0))?;
        all.is_there = all.is_there.or(one.is_there);
        all.sum = all.sum + ran;
    }
    Ok(all)
}

/// Returns the total time minus the sum over all microservices.
pub(crate) fn remainder(card: &Card) -> Result<Total, TransformError> {
    let Some(total_time) = &card.roles.total_time else {
        return Err(TransformError::MissingRole {
            column: "remainder_ms".to_owned(),
            role: "total_time",
        });
    };
    let all = microservices_total(card)?;
    Ok(Total {
        is_there: col(total_time).is_not_null().and(all.is_there),
        sum: cast(col(total_time), DataType::Float64) - all.sum,
    })
}

fn null_text() -> Expr {
    lit(ScalarValue::Utf8(None))
}
