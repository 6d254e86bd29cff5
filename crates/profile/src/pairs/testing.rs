//! The table of `tests/reference`, as a sample, and its figures by other programs.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "support of tests may panic; that is how a test fails"
)]

use serde_json::Value;

use crate::report::{
    Column, ColumnKind, Counts, Distinct, Duplicates, Missing, MissingMatrix, Overview, Provenance,
    Report, SampleRows,
};
use crate::{ACCEPTED, Profiled, REJECTED, Sample, SampleColumn, TECHNICAL};

/// Number columns of the table.
pub(crate) const NUMBERS: [&str; 6] = ["x", "y", "z", "k", "w", "delay"];
/// Columns of categories.
pub(crate) const CODES: [&str; 5] = ["a", "b", "c", "flag", "late"];

/// The columns of the sample.
pub(crate) fn names() -> Vec<&'static str> {
    NUMBERS.into_iter().chain(CODES).collect()
}

/// What other programs found; `tests/reference/figures.py` says how.
pub(crate) fn figures() -> Value {
    serde_json::from_str(include_str!("../../tests/reference/figures.json")).unwrap()
}

fn cells(name: &str) -> Vec<&'static str> {
    let mut lines = include_str!("../../tests/reference/table.csv").lines();
    let place = lines
        .next()
        .unwrap()
        .split(',')
        .position(|known| known == name)
        .unwrap();
    lines
        .map(|line| line.split(',').nth(place).unwrap())
        .collect()
}

fn column(name: &str) -> SampleColumn {
    let cells = cells(name);
    if NUMBERS.contains(&name) {
        return SampleColumn::Number(
            cells
                .iter()
                .map(|cell| cell.parse().unwrap_or(f64::NAN))
                .collect(),
        );
    }
    let mut labels: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    labels.sort();
    labels.dedup();
    labels.retain(|label| !label.is_empty());
    let code = |cell: &&str| {
        let place = labels.iter().position(|label| label == cell);
        place.map_or(u32::MAX, |place| u32::try_from(place).unwrap())
    };
    SampleColumn::Code {
        codes: cells.iter().map(code).collect(),
        labels,
    }
}

/// The whole table; minutes count from Monday, 2025-01-06.
pub(crate) fn sample() -> Sample {
    let minutes = cells("minute");
    let first_ms = 1_736_121_600_000;
    let outcome = |cell: &str| match cell {
        "accepted" => ACCEPTED,
        "rejected" => REJECTED,
        _ => TECHNICAL,
    };
    Sample {
        rows: minutes.len(),
        complete: true,
        of: u64::try_from(minutes.len()).unwrap(),
        columns: names().into_iter().map(column).collect(),
        missing: names()
            .into_iter()
            .map(|name| cells(name).iter().map(|cell| cell.is_empty()).collect())
            .collect(),
        outcome: Some(cells("outcome").into_iter().map(outcome).collect()),
        time: Some(
            minutes
                .iter()
                .map(|cell| first_ms + cell.parse::<i64>().unwrap() * 60_000)
                .collect(),
        ),
        code: None,
        offset_minutes: 0,
    }
}

/// A column of the report, as far as the analyses of the sample look at it.
pub(crate) fn report_column(name: &str, kind: ColumnKind) -> Column {
    let basis = sample().basis(usize::MAX);
    Column {
        name: name.to_owned(),
        kind,
        arrow_type: "Float64".to_owned(),
        description: None,
        unit: None,
        measures: None,
        role: None,
        microservice: None,
        image: None,
        twins: Vec::new(),
        identifying: false,
        counts: Counts::default(),
        distinct: Distinct {
            values: 0,
            once: 0,
            basis,
        },
        memory_bytes: 0,
        sentinels: Vec::new(),
        valid: None,
        missing_by_code: Vec::new(),
        number: None,
        text: None,
        datetime: None,
        common: None,
        extremes: None,
        by_outcome: None,
        drift: None,
    }
}

/// The columns of the report.
pub(crate) fn report_columns() -> Vec<Column> {
    let kind = |name: &str| match name {
        "flag" | "late" => ColumnKind::Boolean,
        name if CODES.contains(&name) => ColumnKind::Category,
        _ => ColumnKind::Number,
    };
    names()
        .into_iter()
        .map(|name| report_column(name, kind(name)))
        .collect()
}

/// Whether two figures are the same but for rounding to six decimals.
pub(crate) fn near(found: f64, fact: &Value) -> bool {
    let fact = fact.as_f64().unwrap();
    (found - fact).abs() <= 6e-7 * fact.abs().max(1.0)
}

/// A report without figures of the whole table, around some columns and their sample.
pub(crate) fn profiled(columns: Vec<Column>, sample: Sample) -> Profiled {
    let basis = sample.basis(sample.rows);
    let report = Report {
        version: crate::VERSION,
        provenance: Provenance::default(),
        safe: true,
        smallest_cell: 5,
        overview: Overview {
            rows: sample.of,
            columns: u64::try_from(columns.len()).unwrap(),
            cells: 0,
            missing_cells: 0,
            memory_bytes: 0,
            kinds: Vec::new(),
            first_day: None,
            last_day: None,
            time_column: None,
            code_column: None,
        },
        alerts: Vec::new(),
        groups: Vec::new(),
        columns,
        codes: Vec::new(),
        points: None,
        correlations: None,
        missing: Missing {
            matrix: MissingMatrix {
                block_rows: 0,
                blocks: 0,
                columns: Vec::new(),
            },
            nullity: None,
            dendrogram: None,
        },
        duplicates: Duplicates {
            rows: 0,
            groups: 0,
            most: Vec::new(),
            basis,
        },
        sample: SampleRows::default(),
        outcomes: None,
        drift: None,
        comparison: None,
    };
    Profiled { report, sample }
}

/// Some rows of a sample.
pub(crate) fn rows_where(sample: &Sample, keep: impl Fn(usize) -> bool) -> Sample {
    let rows: Vec<usize> = (0..sample.rows).filter(|row| keep(*row)).collect();
    let column = |column: &SampleColumn| match column {
        SampleColumn::Number(values) => {
            SampleColumn::Number(rows.iter().map(|row| values[*row]).collect())
        }
        SampleColumn::Code { codes, labels } => SampleColumn::Code {
            codes: rows.iter().map(|row| codes[*row]).collect(),
            labels: labels.clone(),
        },
        SampleColumn::None => SampleColumn::None,
    };
    Sample {
        rows: rows.len(),
        complete: true,
        of: u64::try_from(rows.len()).unwrap(),
        columns: sample.columns.iter().map(column).collect(),
        missing: sample
            .missing
            .iter()
            .map(|missing| rows.iter().map(|row| missing[*row]).collect())
            .collect(),
        ..Sample::default()
    }
}
