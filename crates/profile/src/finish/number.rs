//! The figures of a column of numbers.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::Context;
use super::column::{Body, Notes, Show, Slots, basis, guessed, imbalance, kind_by_values};
use super::common::{Counted, number};
use crate::SampleColumn;
use crate::fold::{NumberFold, Numbers};
use crate::knowledge::Treat;
use crate::number::{count, figure, float, floor, place, rounded};
use crate::plan::Plan;
use crate::privacy::shape;
use crate::report::{ColumnKind, Histogram, NumberFigures, Quantile, SuggestedBins};
use crate::sketch::{Magnitudes, Moments, Weighted};

/// Different numbers that a category may have.
pub(crate) const MOST_CATEGORIES: usize = 1000;
/// Without a card, whole numbers of so few values are a category, as ydata-profiling has it.
const FEW: u64 = 5;
/// So many different values are tested for evenness one by one.
const FEW_TO_TEST: u64 = 60;
/// Ranks of the report.
const RANKS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

pub(crate) fn body(
    plan: &Plan,
    fold: NumberFold,
    slots: &Slots<'_>,
    context: &Context<'_>,
) -> Body {
    let facts = Facts {
        moments: fold.moments,
        min: fold.min,
        max: fold.max,
        whole: fold.whole,
    };
    let numbers = fold.done(MOST_CATEGORIES);
    let by_values = plan.known.treat == Treat::AsFound && looks_like_id(&facts, &numbers);
    let identifying = plan.known.identifying || guessed(plan, by_values);
    let hidden = identifying && !context.options.full;
    let kind = kind(plan, identifying, &facts, &numbers);
    let with_figures = !hidden && facts.moments.n() > 0 && !(plan.of_card && is_category(plan));
    let central = central(&numbers.weighted);
    let counts: Vec<u64> = numbers.common.iter().map(|(_, count)| *count).collect();
    Body {
        kind,
        identifying,
        number: with_figures.then(|| figures(plan, &facts, &numbers, context)),
        common: context.common(counted(plan, &facts, &numbers, hidden), plan.budget.listed),
        extremes: (kind == ColumnKind::Number && (context.options.full || plan.known.measured))
            .then(|| context.extremes(shown(&numbers.least, plan), shown(&numbers.greatest, plan))),
        sample: sample(kind, &numbers, slots, context),
        central: (kind == ColumnKind::Number && !hidden)
            .then_some(central)
            .flatten(),
        notes: Notes {
            guessed: guessed(plan, by_values),
            compared: matches!(kind, ColumnKind::Number | ColumnKind::Category),
            uniform: uniform(kind, &facts, &numbers),
            imbalance: (kind == ColumnKind::Category)
                .then(|| imbalance(&counts))
                .flatten(),
            ..Notes::default()
        },
        show: Show {
            name: plan.name.clone(),
            hidden,
            token: plan.known.token,
            numbers: showable(kind, &numbers, context),
            ..Show::default()
        },
        distinct: numbers.distinct,
        text: None,
        datetime: None,
        bytes: 0,
    }
}

/// What one pass tells exactly.
struct Facts {
    moments: Moments,
    min: f64,
    max: f64,
    whole: bool,
}

fn is_category(plan: &Plan) -> bool {
    plan.known.treat == Treat::Category
}

fn kind(plan: &Plan, identifying: bool, facts: &Facts, numbers: &Numbers) -> ColumnKind {
    let (distinct, _, error) = numbers.distinct;
    if let Some(kind) = kind_by_values(distinct) {
        return kind;
    }
    let few = facts.whole && distinct <= FEW && plan.known.treat == Treat::AsFound;
    if identifying {
        ColumnKind::Identifier
    } else if (is_category(plan) && error.is_none()) || (few && !plan.of_card) {
        ColumnKind::Category
    } else {
        ColumnKind::Number
    }
}

/// Whole numbers of six digits and more that nearly all occur once, or a count of the rows.
fn looks_like_id(facts: &Facts, numbers: &Numbers) -> bool {
    let (distinct, once, _) = numbers.distinct;
    let n = facts.moments.n();
    let unique = n > 1 && once * 10 > n * 9;
    let counts_rows = distinct == n && facts.max - facts.min + 1.0 <= float(n);
    facts.whole && unique && (facts.min >= 100_000.0 || counts_rows)
}

fn counted(plan: &Plan, facts: &Facts, numbers: &Numbers, hidden: bool) -> Counted {
    let all = (numbers.distinct.0, facts.moments.n());
    let exact = numbers.weighted.exact();
    if !hidden {
        let values = numbers
            .common
            .iter()
            .map(|(value, count)| (number(*value), *count));
        return Counted {
            values: values.collect(),
            all,
            shapes: false,
            exact,
        };
    }
    let mut shapes = std::collections::BTreeMap::new();
    for (value, times) in numbers.weighted.values() {
        *shapes
            .entry(shape(&format!("{value}"), &plan.name))
            .or_insert(0) += times;
    }
    let mut values: Vec<(String, u64)> = shapes.into_iter().collect();
    values.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let all = (count(values.len()), all.1);
    let values = values
        .into_iter()
        .map(|(shape, times)| (crate::report::Cell::Hidden { shape }, times));
    Counted {
        values: values.collect(),
        all,
        shapes: true,
        exact,
    }
}

fn shown<'a>(values: &'a [(f64, u64)], plan: &Plan) -> &'a [(f64, u64)] {
    let most = (plan.budget.listed / 2).min(values.len());
    values.get(..most).unwrap_or_default()
}

/// Of a category, the numbers common enough to stand in a row of the sample.
fn showable(
    kind: ColumnKind,
    numbers: &Numbers,
    context: &Context<'_>,
) -> Option<std::collections::HashSet<u64>> {
    (kind == ColumnKind::Category && !context.options.full).then(|| {
        numbers
            .common
            .iter()
            .filter(|(_, count)| *count >= context.least_rows())
            .map(|(value, _)| value.to_bits())
            .collect()
    })
}

fn sample(
    kind: ColumnKind,
    numbers: &Numbers,
    slots: &Slots<'_>,
    context: &Context<'_>,
) -> SampleColumn {
    match kind {
        ColumnKind::Number => SampleColumn::Number(
            slots
                .numbers()
                .map(|value| value.unwrap_or(f64::NAN))
                .collect(),
        ),
        ColumnKind::Category if numbers.distinct.0 <= count(MOST_CATEGORIES) => {
            let labels = numbers.common.iter().map(|(value, count)| {
                (value.to_bits(), context.label(&format!("{value}"), *count))
            });
            slots.coded(labels.collect())
        }
        _ => SampleColumn::None,
    }
}

fn figures(plan: &Plan, facts: &Facts, numbers: &Numbers, context: &Context<'_>) -> NumberFigures {
    let moments = &facts.moments;
    let weighted = &numbers.weighted;
    let quantiles = weighted.quantiles(&RANKS);
    let at = |rank: usize| quantiles.get(rank).copied().unwrap_or(0.0);
    let mean = moments.mean().unwrap_or(0.0);
    let sd = moments.variance().map(f64::sqrt);
    let iqr = at(5) - at(3);
    let bins = Bins {
        plan,
        facts,
        n: moments.n(),
        iqr,
    };
    NumberFigures {
        n: moments.n(),
        whole: facts.whole,
        min: facts.min,
        max: facts.max,
        mean: rounded(mean),
        sum: rounded(moments.sum()),
        sd: sd.and_then(figure),
        variance: moments.variance().and_then(figure),
        cv: sd.map(|sd| sd / mean).and_then(figure),
        skewness: moments.skewness().and_then(figure),
        kurtosis: moments.kurtosis().and_then(figure),
        range: rounded(facts.max - facts.min),
        iqr: rounded(iqr),
        mad: rounded(weighted.deviation(at(4))),
        quantiles: RANKS
            .iter()
            .zip(&quantiles)
            .map(|(at, value)| Quantile {
                at: *at,
                value: rounded(*value),
            })
            .collect(),
        order: numbers.order,
        histogram: bins.histogram(weighted, facts.min, facts.max),
        central: long_tailed(facts, weighted)
            .map(|(low, high)| bins.histogram(weighted, low, high)),
        basis: basis(
            (!weighted.exact()).then_some(Magnitudes::RELATIVE_ERROR),
            context.rows,
        ),
    }
}

/// The central 99 %.
fn central(weighted: &Weighted) -> Option<(f64, f64)> {
    let ends = weighted.quantiles(&[0.005, 0.995]);
    match (ends.first(), ends.last()) {
        (Some(low), Some(high)) if low < high => Some((*low, *high)),
        _ => None,
    }
}

/// The central 99 % where it has less than two thirds of the range.
fn long_tailed(facts: &Facts, weighted: &Weighted) -> Option<(f64, f64)> {
    central(weighted).filter(|(low, high)| (facts.max - facts.min) > 1.5 * (high - low))
}

/// How to cut a range into bins.
struct Bins<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    n: u64,
    iqr: f64,
}

impl Bins<'_> {
    fn histogram(&self, weighted: &Weighted, low: f64, high: f64) -> Histogram {
        let fine = self.plan.budget.bins;
        let (low, high, bins) = if self.facts.whole && high - low < float(count(fine)) {
            let (low, high) = (low.floor(), high.ceil());
            (low - 0.5, high + 0.5, place(floor(high - low)) + 1)
        } else {
            (low, high, fine)
        };
        let (counts, below, above) = weighted.histogram(low, high, bins);
        Histogram {
            low: rounded(low),
            high: rounded(high),
            counts,
            below,
            above,
            suggested: suggested(self.n, high - low, self.iqr),
        }
    }
}

/// Rules of thumb for the number of bins, at least 1 and at most 1,000.
pub(crate) fn suggested(n: u64, range: f64, iqr: f64) -> SuggestedBins {
    let bins = |bins: f64| floor(bins.ceil().clamp(1.0, 1000.0));
    let values = float(n.max(1));
    let sturges = values.log2() + 1.0;
    let width = 2.0 * iqr / values.cbrt();
    SuggestedBins {
        sqrt: bins(values.sqrt()),
        sturges: bins(sturges),
        freedman_diaconis: bins(if width > 0.0 { range / width } else { sturges }),
    }
}

/// The chi-squared test that all values are equally common, where there are few, or else all
/// bins by Sturges' rule equally full: p.
fn uniform(kind: ColumnKind, facts: &Facts, numbers: &Numbers) -> Option<f64> {
    if !matches!(kind, ColumnKind::Number | ColumnKind::Category) {
        return None;
    }
    if numbers.weighted.exact() && numbers.distinct.0 <= FEW_TO_TEST {
        let counts: Vec<u64> = numbers.weighted.values().map(|(_, count)| count).collect();
        return evenness(&counts);
    }
    let bins = place(suggested(facts.moments.n(), 1.0, 0.0).sturges);
    let (counts, ..) = numbers.weighted.histogram(facts.min, facts.max, bins);
    (kind == ColumnKind::Number).then(|| evenness(&counts))?
}

/// Returns the p of the chi-squared test of equal counts; none of fewer than two, or where less
/// than five of each are to be expected.
pub(crate) fn evenness(counts: &[u64]) -> Option<f64> {
    let n: u64 = counts.iter().sum();
    let cells = float(count(counts.len()));
    let expected = float(n) / cells;
    if counts.len() < 2 || expected < 5.0 {
        return None;
    }
    let statistic: f64 = counts
        .iter()
        .map(|found| (float(*found) - expected).powi(2) / expected)
        .sum();
    let p = ChiSquared::new(cells - 1.0).ok()?.sf(statistic);
    figure(p)
}

impl Context<'_> {
    /// A category's label: that of one too rare to be shown says nothing.
    pub(crate) fn label(&self, label: &str, rows: u64) -> String {
        if rows >= self.least_rows() {
            label.to_owned()
        } else {
            "…".to_owned()
        }
    }
}
