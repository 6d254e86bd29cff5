//! Parts side by side, over their reports and samples.

mod column;
mod distance;
mod matching;
mod values;

#[cfg(test)]
mod tests;

use crate::Profiled;
use crate::pairs::number::{float_u64, rounded};
use crate::pairs::spread::spread;
use crate::report::{ComparedColumn, ComparedPart, Comparison};

/// Compares two or more tables, each with its name; the first is what the others are measured
/// against.
///
/// Columns are matched by name. Those that a part lacks come first, then those that differ
/// most; equally different ones stand in the order of the tables.
#[must_use]
pub fn compare(parts: &[(&str, &Profiled)]) -> Comparison {
    let profiled: Vec<&Profiled> = parts.iter().map(|(_, part)| *part).collect();
    let matched = matching::by_name(&profiled);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let mut columns: Vec<ComparedColumn> = spread(matched.len(), threads, |place| {
        matched
            .get(place)
            .and_then(|matched| column::compared(matched, &profiled))
    })
    .into_iter()
    .flatten()
    .collect();
    let lacking = |column: &ComparedColumn| column.parts.iter().any(Option::is_none);
    let greatest = |column: &ComparedColumn| column.greatest.unwrap_or(-1.0);
    columns.sort_by(|one, other| {
        let by_presence = lacking(other).cmp(&lacking(one));
        by_presence.then(greatest(other).total_cmp(&greatest(one)))
    });
    Comparison {
        parts: parts
            .iter()
            .map(|(name, part)| figures(name, part))
            .collect(),
        columns,
    }
}

fn figures(name: &str, part: &Profiled) -> ComparedPart {
    let overview = &part.report.overview;
    let accepted_share = part.report.outcomes.and_then(|outcomes| {
        let all = outcomes.accepted + outcomes.rejected + outcomes.technical;
        (all > 0).then(|| rounded(float_u64(outcomes.accepted) / float_u64(all)))
    });
    ComparedPart {
        name: name.to_owned(),
        rows: overview.rows,
        columns: overview.columns,
        missing_share: rounded(
            float_u64(overview.missing_cells) / float_u64(overview.cells.max(1)),
        ),
        duplicates: part.report.duplicates.rows,
        accepted_share,
    }
}
