//! Answers as CSV: one row for each group and one for the whole, numbers in full.

use veriscope_metrics::query::{Cell, Number};

use super::get::Got;

/// Writes all answers below one header. Metrics asked together share their dimensions.
pub(super) fn write(got: &Got<'_>) -> anyhow::Result<Vec<u8>> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let by = got
        .answers
        .first()
        .map_or(&[][..], |first| first.answer.by.as_slice());
    let mut header = vec!["metric".to_owned(), "row".to_owned()];
    header.extend(by.iter().cloned());
    let numbers = [
        "value",
        "low",
        "high",
        "n",
        "persons",
        "too_few",
        "approximate",
    ];
    header.extend(numbers.map(str::to_owned));
    writer.write_record(&header)?;
    for answered in &got.answers {
        let answer = &answered.answer;
        for row in &answer.rows {
            let mut cells = vec![answer.metric.clone(), "group".to_owned()];
            cells.extend(row.dimensions.iter().map(cell));
            cells.extend(number(&row.number));
            writer.write_record(&cells)?;
        }
        let mut cells = vec![answer.metric.clone(), "total".to_owned()];
        cells.extend(by.iter().map(|_| String::new()));
        cells.extend(number(&answer.total));
        writer.write_record(&cells)?;
    }
    Ok(writer
        .into_inner()
        .map_err(::csv::IntoInnerError::into_error)?)
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Bool(value) => value.to_string(),
        Cell::Int(value) => value.to_string(),
        Cell::Float(value) => value.to_string(),
        Cell::Text(text) => harmless(text),
    }
}

/// Text that a spreadsheet would run as a formula gets an apostrophe before it, as in exports.
pub(in crate::commands) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn number(number: &Number) -> [String; 7] {
    let float = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    [
        float(number.value),
        float(number.low),
        float(number.high),
        number.n.to_string(),
        number
            .persons
            .map(|persons| persons.to_string())
            .unwrap_or_default(),
        number.is_too_few.to_string(),
        number.is_approximate.to_string(),
    ]
}
