//! Why is this different? Some transactions compared with the rest, or with others, over every
//! column of `attempts`.

mod page;
mod rows;
mod words;

use std::sync::Arc;

use serde::{Serialize, Serializer};
use veriscope_card::views::{ColumnDoc, Language, View};
use veriscope_metrics::expression::{Measure, Predicate};
use veriscope_metrics::intervals::Enough;
use veriscope_metrics::number::floor_index;
use veriscope_metrics::query::Cell;
use veriscope_metrics::registry::Words;
use veriscope_metrics::render::datafusion::Quantiles;
use veriscope_metrics::why::{
    Bin, CategoryShare, Difference, Distribution, EffectName, Medians, Part, Sides, WhyColumns,
};

use crate::{AnswerError, Asker, SelectionFault};

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhyAnswer {
    /// What is to be explained.
    pub selection: Side,
    /// What it is compared with.
    pub against: Side,
    /// Columns compared.
    pub tested: u64,
    /// What is established, strongest first; circumstances first where the selection is one of
    /// measurements.
    pub found: Vec<WhyFinding>,
    /// What is not established, or too small to matter: at most ten, strongest first.
    pub weak: Vec<WhyFinding>,
    /// Whether a sample was compared.
    pub sampled: bool,
    /// Columns that name the selection again, which were not compared.
    pub left_out: Vec<String>,
    /// Transactions of either side that were compared: of a person with a large part of a side
    /// not all.
    pub compared: Sides<u64>,
    /// Share of the rows of either side that one person has.
    #[serde(skip)]
    largest_person: Sides<f64>,
}

/// One side of the comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// The condition.
    pub words: String,
    /// Transactions.
    pub n: u64,
    /// Persons behind them; none where the API knows no persons.
    pub persons: Option<u64>,
    /// Whether it is all that the selection leaves.
    #[serde(skip)]
    pub is_rest: bool,
}

/// A column in which the sides differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhyFinding {
    /// The column of `attempts`.
    pub column: String,
    /// What it holds.
    pub title: Words,
    /// Whether its values are categories or numbers.
    pub kind: WhyKind,
    /// Size of the difference, 0 to 1.
    pub effect: f64,
    /// What the effect is.
    pub effect_name: EffectName,
    /// p value, adjusted for all columns.
    pub p_adjusted: f64,
    /// Whether a side has too few rows or persons to rest anything on.
    pub few: bool,
    /// What differs.
    pub sentence: Words,
    /// Of categories the most frequent values of both sides.
    pub categories: Vec<CategoryShare>,
    /// Of numbers bins that both sides share.
    pub bins: Vec<Bin>,
    /// Of numbers the medians.
    #[serde(serialize_with = "medians")]
    pub medians: Option<Medians>,
    /// Found columns that tell the same, strongest first.
    pub same_as: Vec<String>,
    /// Whether it was so before the API looked, or is what the API measured.
    pub part: Part,
    /// Whether it is of being measured at all: its categories are yes and no.
    #[serde(skip)]
    is_of_measuring: bool,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyKind {
    /// Some of a set.
    Category,
    /// Numbers.
    Number,
}

fn medians<S: Serializer>(medians: &Option<Medians>, serializer: S) -> Result<S::Ok, S::Error> {
    medians.serialize(serializer)
}

/// Compares a selection with the rest, or with the rows of another condition that the
/// selection leaves, within the rows that are asked about.
///
/// # Errors
/// [`AnswerError::Selection`] where a side is empty; else a condition does not go with
/// `attempts`, or the engine fails.
pub async fn why(
    asker: &Asker<'_>,
    selection: &Predicate,
    against: Option<&Predicate>,
) -> Result<WhyAnswer, AnswerError> {
    let source = &asker.source;
    let columns = source.registry.columns(View::Attempts);
    let selection = selection.clone().checked(columns)?;
    let against = match against {
        Some(against) => Some(against.clone().checked(columns)?),
        None => None,
    };
    let rest = selection.complement();
    let others = match &against {
        Some(against) => against.clone().and(rest),
        None => rest,
    };
    let counted = Counted::of(asker, &selection, &others, against.is_none()).await?;
    let mut named = selection.columns();
    named.extend(against.iter().flat_map(Predicate::columns));
    let compared = Arc::new(WhyColumns::new(source.card, &named));
    let shares = rows::shares(counted.selected.0, counted.others.0);
    let rows = rows::read(asker, &compared, &selection, &others, shares).await?;
    let differences = rows::finish(rows, Enough::default()).await?;
    let teller = words::Teller {
        docs: columns.docs,
        card: source.card,
        is_rest: against.is_none(),
    };
    let told =
        |found: Vec<Difference>| found.into_iter().map(|one| finding(one, &teller)).collect();
    Ok(WhyAnswer {
        selection: side(selection.to_string(), counted.selected, false),
        against: side(
            match &against {
                Some(against) => against.to_string(),
                None => format!("not ({selection})"),
            },
            counted.others,
            against.is_none(),
        ),
        tested: differences.tested,
        found: told(differences.found),
        weak: told(differences.weak),
        sampled: shares.iter().any(|share| *share < 1.0),
        left_out: differences.left_out,
        compared: differences.rows,
        largest_person: differences.largest_person,
    })
}

fn side(words: String, (n, persons): (u64, Option<u64>), is_rest: bool) -> Side {
    Side {
        words,
        n,
        persons,
        is_rest,
    }
}

/// Rows and persons of both sides.
struct Counted {
    selected: (u64, Option<u64>),
    others: (u64, Option<u64>),
}

impl Counted {
    async fn of(
        asker: &Asker<'_>,
        selection: &Predicate,
        others: &Predicate,
        is_rest: bool,
    ) -> Result<Self, AnswerError> {
        let source = &asker.source;
        let query = asker.query(View::Attempts)?;
        let sides = [selection, others];
        let mut measures = vec![Measure::Count];
        measures.extend(sides.map(|side| Measure::Count.filter(side.clone())));
        let person = source.card.roles.person.as_ref();
        if let Some(person) = person {
            let persons = Measure::Distinct(person.clone());
            measures.extend(sides.map(|side| persons.clone().filter(side.clone())));
        }
        let rows = source
            .table(View::Attempts, &query, &[], &measures, Quantiles::Exact)
            .await?;
        let values = rows.first().map(|row| row.values.as_slice());
        let values = values.unwrap_or_default();
        let whole = |place: usize| {
            let value = values.get(place).copied().flatten().unwrap_or(0.0);
            u64::try_from(floor_index(value)).unwrap_or(u64::MAX)
        };
        let persons = |place: usize| person.map(|_| whole(place));
        let all = whole(0);
        let found = Self {
            selected: (whole(1), persons(3)),
            others: (whole(2), persons(4)),
        };
        let fault = if all == 0 {
            SelectionFault::Empty
        } else if found.selected.0 == 0 {
            SelectionFault::KeepsNone { rows: all }
        } else if found.others.0 > 0 {
            return Ok(found);
        } else if is_rest {
            SelectionFault::KeepsAll { rows: all }
        } else {
            SelectionFault::AgainstKeepsNone
        };
        Err(fault.into())
    }
}

/// Returns a difference as it is told.
fn finding(found: Difference, teller: &words::Teller<'_>) -> WhyFinding {
    let doc = teller.doc(&found.column);
    let title = |of: fn(&ColumnDoc) -> &String| {
        doc.map_or_else(|| found.column.clone(), |doc| of(doc).clone())
    };
    let title = Words::new(title(|doc| &doc.en), title(|doc| &doc.es));
    let sentence = Words::new(
        teller.sentence(&found, Language::English),
        teller.sentence(&found, Language::Spanish),
    );
    let is_of_measuring = matches!(found.distribution, Distribution::Measured(_));
    let (kind, categories, bins, medians) = match found.distribution {
        Distribution::Categories(categories) => (WhyKind::Category, categories, Vec::new(), None),
        Distribution::Numbers { bins, medians, .. } => {
            (WhyKind::Number, Vec::new(), bins, Some(medians))
        }
        Distribution::Measured(there) => {
            let categories = measured(there, found.rows);
            (WhyKind::Category, categories, Vec::new(), None)
        }
    };
    WhyFinding {
        column: found.column,
        title,
        kind,
        effect: found.effect,
        effect_name: found.effect_name,
        p_adjusted: found.p_adjusted,
        few: found.is_few,
        sentence,
        categories,
        bins,
        medians,
        same_as: found.same_as,
        part: found.part,
        is_of_measuring,
    }
}

/// Whether a column was measured, as categories: yes and no.
fn measured(there: Sides<f64>, rows: Sides<u64>) -> Vec<CategoryShare> {
    let count = |share: f64, rows: u64| {
        let count = share * veriscope_metrics::number::float_u64(rows);
        u64::try_from(floor_index(count.round())).unwrap_or(u64::MAX)
    };
    let of = |value: bool| {
        let share = |share: f64| if value { share } else { 1.0 - share };
        let (selected, against) = (share(there.selected), share(there.against));
        CategoryShare {
            value: Cell::Bool(value),
            selected,
            against,
            selected_n: count(selected, rows.selected),
            against_n: count(against, rows.against),
        }
    };
    vec![of(true), of(false)]
}
