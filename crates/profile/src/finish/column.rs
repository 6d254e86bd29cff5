//! The end of one column's fold: what all classes share.

use arrow_schema::DataType;

use super::{Context, instant, milliseconds, number, other, text};
use crate::SampleColumn;
use crate::fold::{Absent, ColumnFold, Kept, Picked};
use crate::fold::{PickedSlot, TextFold};
use crate::knowledge::Token;
use crate::number::{count, figure, share};
use crate::plan::Plan;
use crate::report::{
    Basis, BasisRule, CodeMissing, Column, ColumnKind, Counts, Distinct, Exactness, Inside,
    SentinelCount,
};

/// A column, done.
pub(crate) struct Done {
    pub(crate) index: usize,
    pub(crate) column: Column,
    pub(crate) sample: SampleColumn,
    /// Sampled rows that miss it; empty where none does.
    pub(crate) missing: Vec<bool>,
    /// Sampled instants, ms.
    pub(crate) times: Option<Vec<i64>>,
    /// Rows missing in each block; empty where none is.
    pub(crate) blocks: Vec<u64>,
    /// The central 99 % of its numbers.
    pub(crate) central: Option<(f64, f64)>,
    pub(crate) notes: Notes,
    pub(crate) show: Show,
}

/// What alerts need beyond the figures of the report.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// Whether the column is taken for an identifying one by its name or its values.
    pub(crate) guessed: bool,
    /// Whether it takes part in comparisons of columns.
    pub(crate) compared: bool,
    /// Chance of counts as even as these, were all values equally likely.
    pub(crate) uniform: Option<f64>,
    /// 1 − entropy ÷ its greatest.
    pub(crate) imbalance: Option<f64>,
    /// Values that differ from another in case, accents or spaces alone.
    pub(crate) dirty: u64,
    /// Share of the rarer types in text of several.
    pub(crate) mixed: Option<f64>,
}

/// How single cells of a column may be shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Show {
    pub(crate) name: String,
    /// Whether the column's values are hidden.
    pub(crate) hidden: bool,
    pub(crate) token: Token,
    /// Hashes of the texts that may be shown; none where all may.
    pub(crate) texts: Option<std::collections::HashSet<u64>>,
    /// Numbers that may be shown, by their bits; none where all may.
    pub(crate) numbers: Option<std::collections::HashSet<u64>>,
}

/// What the fold of one class adds to a column.
pub(crate) struct Body {
    pub(crate) kind: ColumnKind,
    pub(crate) identifying: bool,
    pub(crate) distinct: (u64, u64, Option<f64>),
    pub(crate) number: Option<crate::report::NumberFigures>,
    pub(crate) text: Option<crate::report::TextFigures>,
    pub(crate) datetime: Option<crate::report::DateFigures>,
    pub(crate) common: Option<crate::report::Common>,
    pub(crate) extremes: Option<crate::report::Extremes>,
    pub(crate) sample: SampleColumn,
    pub(crate) central: Option<(f64, f64)>,
    pub(crate) notes: Notes,
    pub(crate) show: Show,
    /// Bytes of values of no fixed width.
    pub(crate) bytes: u64,
}

/// Ends the fold of a column.
pub(crate) fn finish(fold: ColumnFold, context: &Context<'_>) -> Done {
    let ColumnFold {
        plan,
        kept,
        mut absent,
        picked,
    } = fold;
    let counts = counts(&kept, context);
    let slots = Slots {
        picked: &picked,
        order: context.order,
    };
    let body = match kept {
        Kept::Number(fold) => number::body(&plan, *fold, &slots, context),
        Kept::Text(fold) => text::body(&plan, *fold, &slots, context),
        Kept::Instant(fold) => instant::body(&plan, *fold, &slots, context),
        Kept::Boolean(fold) => other::boolean(&plan, fold, &slots, context),
        Kept::Other(fold) => other::unsupported(&plan, fold),
    };
    let (missing_by_code, structural) = by_code(&absent, context);
    let missing = slots.missing();
    let times = (plan.class == crate::plan::Class::Instant)
        .then(|| slots.numbers().map(milliseconds).collect());
    let blocks = match absent.total() {
        0 => Vec::new(),
        _ => absent.blocks(context.rows).to_vec(),
    };
    let counts = Counts {
        structural,
        gaps: absent.total() - structural,
        ..counts
    };
    Done {
        index: plan.index,
        sample: body.sample,
        missing,
        times,
        blocks,
        central: body.central,
        notes: body.notes,
        show: body.show,
        column: Column {
            memory_bytes: memory(&plan, &counts, body.bytes),
            kind: body.kind,
            identifying: body.identifying,
            counts,
            distinct: distinct(body.distinct, context.rows),
            missing_by_code,
            number: body.number,
            text: body.text,
            datetime: body.datetime,
            common: body.common,
            extremes: body.extremes,
            ..described(plan, &counts)
        },
    }
}

fn counts(kept: &Kept, context: &Context<'_>) -> Counts {
    let counts = match kept {
        Kept::Number(fold) => fold.counts,
        Kept::Text(fold) => fold.counts,
        Kept::Instant(fold) => fold.counts,
        Kept::Boolean(fold) => fold.counts,
        Kept::Other(fold) => fold.counts,
    };
    Counts {
        rows: context.rows,
        ..counts
    }
}

fn by_code(absent: &Absent, context: &Context<'_>) -> (Vec<CodeMissing>, u64) {
    if context.has_codes && absent.total() > 0 {
        context.codes.missing(absent)
    } else {
        (Vec::new(), 0)
    }
}

/// The column with what is known of it beforehand, and no figures.
fn described(plan: Plan, counts: &Counts) -> Column {
    let known = plan.known;
    Column {
        name: plan.name,
        kind: ColumnKind::Empty,
        arrow_type: plan.data_type.to_string(),
        description: known.description,
        unit: known.unit,
        measures: known.measures,
        role: known.role,
        microservice: known.microservice,
        image: known.image,
        twins: Vec::new(),
        identifying: false,
        counts: *counts,
        distinct: distinct((0, 0, None), counts.rows),
        memory_bytes: 0,
        sentinels: known
            .sentinel
            .filter(|_| counts.sentinel > 0)
            .map(|value| SentinelCount {
                value,
                count: counts.sentinel,
            })
            .into_iter()
            .collect(),
        valid: known.valid.map(|(min, max)| Inside { min, max }),
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

fn distinct((values, once, error): (u64, u64, Option<f64>), rows: u64) -> Distinct {
    Distinct {
        values,
        once,
        basis: basis(error, rows),
    }
}

/// Of all rows: exact, or by a summary of a known error.
pub(crate) fn basis(error: Option<f64>, rows: u64) -> Basis {
    match error {
        None => Basis {
            exactness: Exactness::Exact,
            rule: BasisRule::AllRows,
            rows,
            relative_error: None,
        },
        Some(error) => Basis {
            exactness: Exactness::Approximate,
            rule: BasisRule::Sketch,
            rows,
            relative_error: figure(error).filter(|error| *error > 0.0),
        },
    }
}

/// Whether a column that no card knows is taken for an identifying one; [`Notes::guessed`].
pub(crate) const fn guessed(plan: &Plan, by_values: bool) -> bool {
    !plan.of_card && (plan.by_name || by_values)
}

/// What a column is by how many values it has, whatever its type.
pub(crate) const fn kind_by_values(distinct: u64) -> Option<ColumnKind> {
    match distinct {
        0 => Some(ColumnKind::Empty),
        1 => Some(ColumnKind::Constant),
        _ => None,
    }
}

/// 1 − entropy ÷ the entropy of as many equally common values; none of fewer than two.
pub(crate) fn imbalance(counts: &[u64]) -> Option<f64> {
    let n: u64 = counts.iter().sum();
    if counts.len() < 2 || n == 0 {
        return None;
    }
    let entropy: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|times| {
            let part = share(*times, n);
            -part * part.log2()
        })
        .sum();
    Some(1.0 - entropy / crate::number::float(count(counts.len())).log2())
}

/// Size in memory as Arrow lays values out.
fn memory(plan: &Plan, counts: &Counts, bytes: u64) -> u64 {
    let rows = counts.rows;
    let bits = rows.div_ceil(8);
    let validity = if counts.missing > 0 { bits } else { 0 };
    let values = match &plan.data_type {
        DataType::Boolean => bits,
        DataType::Null => 0,
        other => match other.primitive_width() {
            Some(width) => rows * count(width),
            None => 4 * (rows + 1) + bytes,
        },
    };
    values + validity
}

/// The sampled cells of a column, in the order of the sample.
pub(crate) struct Slots<'a> {
    picked: &'a Picked,
    order: &'a [usize],
}

impl Slots<'_> {
    /// Which miss it; empty where none does.
    fn missing(&self) -> Vec<bool> {
        let missing: Vec<bool> = self
            .picked
            .in_order(self.order)
            .map(|slot| slot == PickedSlot::Missing)
            .collect();
        if missing.contains(&true) {
            missing
        } else {
            Vec::new()
        }
    }

    /// Usable numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = Option<f64>> {
        self.picked.in_order(self.order).map(|slot| match slot {
            PickedSlot::Number(value) => Some(value),
            PickedSlot::Missing | PickedSlot::Unusable | PickedSlot::Hash(_) => None,
        })
    }

    /// Hashes of text, booleans as 0 and 1, numbers by their bits.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = Option<u64>> {
        self.picked.in_order(self.order).map(|slot| match slot {
            PickedSlot::Hash(hash) => Some(hash),
            PickedSlot::Number(value) => Some(value.to_bits()),
            PickedSlot::Missing | PickedSlot::Unusable => None,
        })
    }

    /// Categories: `labels` in order, each with the hash that stands for it.
    pub(crate) fn coded(&self, labels: Vec<(u64, String)>) -> SampleColumn {
        let places: std::collections::HashMap<u64, u32> =
            labels.iter().map(|(hash, _)| *hash).zip(0_u32..).collect();
        SampleColumn::Code {
            codes: self
                .hashes()
                .map(|hash| {
                    hash.and_then(|hash| places.get(&hash).copied())
                        .unwrap_or(u32::MAX)
                })
                .collect(),
            labels: labels.into_iter().map(|(_, label)| label).collect(),
        }
    }
}

/// Ends the counting of text: what is pending is counted.
pub(crate) fn settled(mut fold: TextFold) -> TextFold {
    fold.settle();
    fold
}
