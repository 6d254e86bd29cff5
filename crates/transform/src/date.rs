//! Parts of the date, read in the document's own offset; names are English.

use arrow_schema::DataType;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, case, cast, lit};
use datafusion::prelude::date_part;
use veriscope_card::DatePart;

/// Months, January first: `date_part('month')` counts them from 1.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Weekdays, Monday first: `date_part('isodow')` counts them from 1.
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Returns a part of `local`, a timestamp without a zone; null where it is null.
pub(crate) fn date_part_expr(local: Expr, part: DatePart) -> Result<Expr, DataFusionError> {
    match part {
        DatePart::Year => Ok(number("year", local)),
        DatePart::MonthName => name("month", local, &MONTHS),
        DatePart::Day => Ok(number("day", local)),
        DatePart::WeekdayName => name("isodow", local, &WEEKDAYS),
        DatePart::Hour => Ok(number("hour", local)),
        DatePart::Minute => Ok(number("minute", local)),
    }
}

fn number(part: &str, local: Expr) -> Expr {
    cast(date_part(lit(part), local), DataType::Int64)
}

fn name(part: &str, local: Expr, names: &[&str]) -> Result<Expr, DataFusionError> {
    let mut branches = case(date_part(lit(part), local));
    for (number, name) in (1_i32..).zip(names) {
        branches = branches.when(lit(number), lit(*name));
    }
    branches.end()
}
