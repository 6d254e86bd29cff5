//! What deserves a look.

use super::column::Notes;
use crate::number::{count, figure, share};
use crate::report::{Alert, AlertCode, Column, ColumnKind, Report, Severity, Verdict};

/// A share from which missing values, zeros and the like are named, as in ydata-profiling.
const NAMED: f64 = 0.01;
/// A share of gaps from which they are grave.
const GRAVE: f64 = 0.2;
/// Different values from which a category has many, as in ydata-profiling.
const MANY: u64 = 50;
/// A skewness from which a tail is long, as in ydata-profiling.
const SKEWED: f64 = 20.0;
/// As in ydata-profiling.
const IMBALANCED: f64 = 0.5;
/// As in ydata-profiling.
const UNIFORM: f64 = 0.999;
/// A coefficient from which columns go together.
const TOGETHER: f64 = 0.8;
/// Columns named with one that goes together with many.
const NAMED_WITH: usize = 5;

/// Returns all alerts, gravest first, then by code and column.
pub(crate) fn alerts(report: &Report, notes: &[Notes]) -> Vec<Alert> {
    let mut alerts = of_table(report);
    for (place, (column, notes)) in report.columns.iter().zip(notes).enumerate() {
        let mut found = List {
            place,
            alerts: &mut alerts,
        };
        of_counts(column, notes, &mut found);
        of_values(column, notes, &mut found);
        of_time(column, &mut found);
    }
    alerts.extend(of_pairs(report));
    alerts.sort_by_key(|alert| (alert.severity, alert.code, alert.column));
    alerts
}

/// Alerts of one column.
struct List<'a> {
    place: usize,
    alerts: &'a mut Vec<Alert>,
}

impl List<'_> {
    fn add(&mut self, code: AlertCode, severity: Severity, value: Option<f64>, count: Option<u64>) {
        self.alerts.push(Alert {
            code,
            severity,
            column: Some(self.place),
            others: Vec::new(),
            value: value.and_then(figure),
            count,
        });
    }

    fn share(&mut self, code: AlertCode, severity: Severity, part: u64, whole: u64) {
        self.add(code, severity, Some(share(part, whole)), Some(part));
    }
}

fn of_table(report: &Report) -> Vec<Alert> {
    let table = |code, severity, count, value| Alert {
        code,
        severity,
        column: None,
        others: Vec::new(),
        value,
        count: Some(count),
    };
    let mut alerts = Vec::new();
    let rows = report.overview.rows;
    if rows == 0 {
        alerts.push(table(AlertCode::NoRows, Severity::Warning, 0, None));
    }
    let duplicates = report.duplicates.rows;
    if duplicates > 0 {
        let part = figure(share(duplicates, rows));
        alerts.push(table(
            AlertCode::Duplicates,
            Severity::Warning,
            duplicates,
            part,
        ));
    }
    alerts
}

fn of_counts(column: &Column, notes: &Notes, found: &mut List<'_>) {
    let counts = &column.counts;
    let rows = counts.rows;
    if rows == 0 {
        return;
    }
    match column.kind {
        ColumnKind::Empty => found.add(AlertCode::Empty, Severity::Warning, None, Some(rows)),
        ColumnKind::Constant => {
            found.add(
                AlertCode::Constant,
                Severity::Notice,
                None,
                Some(counts.present),
            );
        }
        ColumnKind::Unsupported => {
            found.add(AlertCode::Unsupported, Severity::Notice, None, None);
        }
        _ => {}
    }
    if !notes.compared {
        found.add(AlertCode::Rejected, Severity::Info, None, None);
    }
    if notes.guessed {
        found.add(AlertCode::Identifying, Severity::Notice, None, None);
    }
    let gaps = share(counts.gaps, rows);
    if gaps > NAMED && column.kind != ColumnKind::Empty {
        let severity = if gaps > GRAVE {
            Severity::Warning
        } else {
            Severity::Notice
        };
        found.share(AlertCode::Missing, severity, counts.gaps, rows);
    }
    if share(counts.structural, rows) > NAMED && column.kind != ColumnKind::Empty {
        found.share(
            AlertCode::StructuralMissing,
            Severity::Info,
            counts.structural,
            rows,
        );
    }
    if counts.sentinel > 0 {
        found.share(AlertCode::Sentinels, Severity::Info, counts.sentinel, rows);
    }
    if counts.out_of_range > 0 {
        found.share(
            AlertCode::OutOfRange,
            Severity::Notice,
            counts.out_of_range,
            rows,
        );
    }
    if counts.infinite > 0 {
        found.share(
            AlertCode::Infinite,
            Severity::Warning,
            counts.infinite,
            rows,
        );
    }
}

fn of_values(column: &Column, notes: &Notes, found: &mut List<'_>) {
    let counts = &column.counts;
    let distinct = column.distinct.values;
    if column.kind == ColumnKind::Number && share(counts.zeros, counts.rows) > NAMED {
        found.share(AlertCode::Zeros, Severity::Info, counts.zeros, counts.rows);
    }
    let skewness = column.number.as_ref().and_then(|number| number.skewness);
    if let Some(skewness) = skewness.filter(|skewness| skewness.abs() > SKEWED) {
        found.add(AlertCode::Skewed, Severity::Notice, Some(skewness), None);
    }
    if let Some(p) = notes.uniform.filter(|p| *p > UNIFORM) {
        found.add(AlertCode::Uniform, Severity::Info, Some(p), None);
    }
    // Measurements with a fraction are all different as a rule; that tells nothing.
    let measured = column.number.as_ref().is_some_and(|number| !number.whole);
    let sure = column.distinct.basis.relative_error.is_none();
    if sure && !measured && distinct == counts.present && distinct > 1 {
        found.add(AlertCode::Unique, Severity::Info, None, Some(distinct));
    }
    if column.kind == ColumnKind::Category && distinct > MANY {
        found.add(
            AlertCode::HighCardinality,
            Severity::Notice,
            None,
            Some(distinct),
        );
    }
    if let Some(imbalance) = notes.imbalance.filter(|imbalance| *imbalance > IMBALANCED) {
        found.add(
            AlertCode::Imbalance,
            Severity::Notice,
            Some(imbalance),
            None,
        );
    }
    if notes.dirty > 0 {
        found.add(
            AlertCode::DirtyCategories,
            Severity::Warning,
            None,
            Some(notes.dirty),
        );
    }
    if let Some(mixed) = notes.mixed {
        found.add(AlertCode::MixedTypes, Severity::Notice, Some(mixed), None);
    }
}

fn of_time(column: &Column, found: &mut List<'_>) {
    let Some(drift) = &column.drift else { return };
    if drift.verdict == Verdict::Strong {
        found.add(
            AlertCode::NonStationary,
            Severity::Notice,
            Some(drift.greatest),
            None,
        );
    }
    if drift.seasonal {
        let told = [drift.by_hour, drift.by_weekday].into_iter().flatten();
        found.add(
            AlertCode::Seasonal,
            Severity::Notice,
            told.reduce(f64::max),
            None,
        );
    }
}

/// One alert for each column that goes together with others.
fn of_pairs(report: &Report) -> Vec<Alert> {
    let Some(correlations) = &report.correlations else {
        return Vec::new();
    };
    crate::pairs::partners(correlations, TOGETHER)
        .into_iter()
        .map(|(column, others)| Alert {
            code: AlertCode::HighCorrelation,
            severity: Severity::Notice,
            column: Some(column),
            value: others.first().and_then(|(_, strongest)| figure(*strongest)),
            count: Some(count(others.len())),
            others: others
                .iter()
                .take(NAMED_WITH)
                .map(|(other, _)| *other)
                .collect(),
        })
        .collect()
}
