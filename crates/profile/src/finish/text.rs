//! The figures of a column of text.

use std::collections::{BTreeMap, HashSet};

use super::Context;
use super::column::{Body, Notes, Show, Slots, basis, guessed, imbalance, kind_by_values, settled};
use super::common::Counted;
use super::number::{MOST_CATEGORIES, evenness, suggested};
use crate::SampleColumn;
use crate::fold::{TextEntry, TextFold, TextStats};
use crate::knowledge::{Looks, Treat, looks_like_identity, plain};
use crate::number::{count, float, place, rounded, share};
use crate::plan::Plan;
use crate::report::{
    Basis, Cell, ColumnKind, Histogram, Lengths, TextFigures, TextForms, WordCount,
};
use crate::sketch::Weighted;

/// Without a card, text of at most so many different values is a category if they repeat.
const CATEGORY: u64 = 1000;
/// Text of so few different values is one in any case.
const FEW: u64 = 10;
/// Characters listed.
const CHARACTERS: usize = 20;

pub(crate) fn body(plan: &Plan, fold: TextFold, slots: &Slots<'_>, context: &Context<'_>) -> Body {
    let fold = settled(fold);
    let distinct = fold.distinct();
    let by_values = plan.known.treat == Treat::AsFound && looks(&fold, distinct.1);
    let identifying = plan.known.identifying || guessed(plan, by_values);
    let hidden = identifying && !context.options.full;
    let kind = kind(plan, identifying, &fold, distinct);
    let values = Values::new(&fold);
    let is_category = kind == ColumnKind::Category;
    let counts: Vec<u64> = values.0.iter().map(|(_, _, count)| *count).collect();
    let all = is_category && fold.exact();
    Body {
        kind,
        identifying,
        distinct,
        text: (fold.counts.present > 0).then(|| figures(&fold, hidden, context)),
        common: context.common(
            counted(&fold, &values, distinct.0, hidden),
            plan.budget.listed,
        ),
        sample: sample(kind, &fold, &values, slots, context),
        notes: Notes {
            guessed: guessed(plan, by_values),
            compared: is_category,
            uniform: all.then(|| evenness(&counts)).flatten(),
            imbalance: all.then(|| imbalance(&counts)).flatten(),
            dirty: if is_category { dirty(&values) } else { 0 },
            mixed: mixed(&fold.stats.forms),
        },
        show: Show {
            name: plan.name.clone(),
            hidden,
            token: plan.known.token,
            texts: (!context.options.full && !hidden).then(|| showable(&values, context)),
            ..Show::default()
        },
        bytes: fold.bytes,
        number: None,
        datetime: None,
        extremes: None,
        central: None,
    }
}

/// Values by count, commonest first; equally common ones by text.
struct Values<'a>(Vec<(u64, &'a TextEntry, u64)>);

impl<'a> Values<'a> {
    fn new(fold: &'a TextFold) -> Self {
        let mut values: Vec<(u64, &TextEntry, u64)> = fold
            .frequent
            .iter()
            .map(|(hash, entry)| (hash, &entry.value, entry.count))
            .collect();
        values.sort_unstable_by(|one, other| {
            other
                .2
                .cmp(&one.2)
                .then_with(|| (&one.1.text, one.0).cmp(&(&other.1.text, other.0)))
        });
        Self(values)
    }
}

fn looks(fold: &TextFold, once: u64) -> bool {
    looks_like_identity(&Looks {
        n: fold.counts.present,
        once,
        coded: fold.stats.coded,
        forms: fold.stats.forms,
    })
}

fn kind(
    plan: &Plan,
    identifying: bool,
    fold: &TextFold,
    (distinct, _, error): (u64, u64, Option<f64>),
) -> ColumnKind {
    if let Some(kind) = kind_by_values(distinct) {
        return kind;
    }
    let repeats = distinct <= FEW || distinct * 2 <= fold.counts.present;
    if identifying {
        ColumnKind::Identifier
    } else if plan.known.treat == Treat::Text || error.is_some() {
        ColumnKind::Text
    } else if plan.known.treat == Treat::Category || (distinct <= CATEGORY && repeats) {
        ColumnKind::Category
    } else {
        ColumnKind::Text
    }
}

fn shown(entry: &TextEntry) -> String {
    if entry.cut {
        format!("{}…", entry.text)
    } else {
        entry.text.to_string()
    }
}

fn counted(fold: &TextFold, values: &Values<'_>, distinct: u64, hidden: bool) -> Counted {
    let present = fold.counts.present;
    if !hidden {
        let cells = values
            .0
            .iter()
            .map(|(_, entry, count)| (Cell::Text(shown(entry)), *count));
        return Counted {
            values: cells.collect(),
            all: (distinct, present),
            shapes: false,
            exact: fold.exact(),
        };
    }
    let shapes = &fold.stats.shapes;
    let mut counts: Vec<(&str, u64)> = shapes
        .iter()
        .map(|(_, entry)| (entry.value.as_ref(), entry.count))
        .collect();
    counts.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    let cells = counts.iter().map(|(shape, count)| {
        (
            Cell::Hidden {
                shape: (*shape).to_owned(),
            },
            *count,
        )
    });
    Counted {
        values: cells.collect(),
        all: (count(counts.len()), present),
        shapes: true,
        exact: shapes.exact(),
    }
}

/// Values common enough to stand in a row of the sample.
fn showable(values: &Values<'_>, context: &Context<'_>) -> HashSet<u64> {
    values
        .0
        .iter()
        .filter(|(_, _, count)| *count >= context.least_rows())
        .map(|(hash, ..)| *hash)
        .collect()
}

fn sample(
    kind: ColumnKind,
    fold: &TextFold,
    values: &Values<'_>,
    slots: &Slots<'_>,
    context: &Context<'_>,
) -> SampleColumn {
    if kind != ColumnKind::Category || !fold.exact() || values.0.len() > MOST_CATEGORIES {
        return SampleColumn::None;
    }
    let labels = values
        .0
        .iter()
        .map(|(hash, entry, count)| (*hash, context.label(&shown(entry), *count)));
    slots.coded(labels.collect())
}

fn figures(fold: &TextFold, hidden: bool, context: &Context<'_>) -> TextFigures {
    let stats = &fold.stats;
    let characters = &stats.characters;
    let exact = characters.exact() && stats.lengths_exact();
    TextFigures {
        lengths: lengths(stats, fold.counts.present),
        characters: characters.total(),
        distinct_characters: characters.distinct(),
        common_characters: if hidden {
            Vec::new()
        } else {
            characters.common(CHARACTERS)
        },
        categories: characters.categories(),
        scripts: characters.scripts(),
        words: stats.words,
        common_words: if hidden {
            Vec::new()
        } else {
            words(stats, context)
        },
        words_basis: basis((!stats.common_words.exact()).then_some(0.0), context.rows),
        forms: stats.forms,
        basis: Basis {
            ..basis((!exact).then_some(0.005), context.rows)
        },
    }
}

fn lengths(stats: &TextStats, n: u64) -> Lengths {
    let weighted = Weighted::of_counts(
        stats
            .lengths
            .iter()
            .map(|(length, count)| (float(*length), *count)),
    );
    let median = weighted.quantiles(&[0.5]).first().copied().unwrap_or(0.0);
    let (low, high) = (
        float(stats.shortest.min(stats.longest)),
        float(stats.longest),
    );
    let (low, high) = (low - 0.5, high + 0.5);
    // One bin a length, or up to sixty of several lengths.
    let bins = place(stats.longest.saturating_sub(stats.shortest))
        .saturating_add(1)
        .min(60);
    let (counts, below, above) = weighted.histogram(low, high, bins);
    Lengths {
        min: stats.shortest,
        max: stats.longest,
        mean: rounded(stats.mean_length(n)),
        median: rounded(median),
        histogram: Histogram {
            low,
            high,
            counts,
            below,
            above,
            suggested: suggested(n, high - low, 0.0),
        },
    }
}

fn words(stats: &TextStats, context: &Context<'_>) -> Vec<WordCount> {
    let mut words: Vec<WordCount> = stats
        .common_words
        .iter()
        .filter(|(_, entry)| entry.count >= context.least_rows())
        .map(|(_, entry)| WordCount {
            word: entry.value.to_string(),
            count: entry.count,
        })
        .collect();
    words.sort_unstable_by(|one, other| {
        other
            .count
            .cmp(&one.count)
            .then_with(|| one.word.cmp(&other.word))
    });
    words.truncate(CHARACTERS);
    words
}

/// How many values differ from another in case, accents or white space alone.
fn dirty(values: &Values<'_>) -> u64 {
    let mut groups: BTreeMap<String, u64> = BTreeMap::new();
    for (_, entry, _) in &values.0 {
        let words: Vec<&str> = entry.text.split_whitespace().collect();
        let key = words.join(" ").to_lowercase().chars().map(plain).collect();
        *groups.entry(key).or_insert(0) += 1;
    }
    groups.values().filter(|values| **values > 1).sum()
}

/// Share of the rarer types in text of several; none where one in a hundred or fewer are.
fn mixed(forms: &TextForms) -> Option<f64> {
    let types = [forms.number, forms.date, forms.boolean, forms.other];
    let n: u64 = types.iter().sum();
    let rarer = share(n - types.iter().copied().max().unwrap_or(0), n);
    (rarer > 0.01).then(|| rounded(rarer))
}
