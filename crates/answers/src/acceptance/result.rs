//! Rates, of the whole and by dimensions.

use serde::Serialize;
use veriscope_metrics::funnel::{CodeCount, FunnelStep};
use veriscope_metrics::intervals::{Enough, Proportion};
use veriscope_metrics::query::Cell;

/// A rate with what it rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rate {
    /// The rate; none of nothing, or where it rests on too little.
    pub share: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Rows that it is of.
    pub n: u64,
    /// Of these: rows that count.
    pub hits: u64,
    /// Persons behind them, a row without a person as one; none where the API knows none.
    pub persons: Option<u64>,
    /// Whether that is too little to show it.
    #[serde(rename = "too_few")]
    pub is_too_few: bool,
}

impl Rate {
    fn of(found: Option<&Proportion>, has_persons: bool) -> Self {
        let Some(found) = found else {
            return Self {
                persons: has_persons.then_some(0),
                ..Self::default()
            };
        };
        let persons = has_persons.then_some(found.clusters);
        // Without persons on the card, rows are all there is to go by.
        let is_enough = Enough::default().holds(found.trials, persons.unwrap_or(u64::MAX));
        let shown = |value: f64| is_enough.then_some(value);
        Self {
            share: shown(found.share),
            low: shown(found.low),
            high: shown(found.high),
            n: found.trials,
            hits: found.hits,
            persons,
            is_too_few: !is_enough,
        }
    }
}

/// The rates of some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rates {
    /// Accepted, of all transactions.
    pub all: Rate,
    /// Accepted, of first attempts.
    pub first: Rate,
    /// Accepted, of last attempts: what the published table without retries shows.
    pub last: Rate,
    /// Processes ever accepted, by their last attempt's group.
    pub ever: Rate,
    /// Accepted, of those accepted or rejected.
    pub decided: Rate,
    /// Technical errors, of all transactions.
    pub technical: Rate,
}

/// The registry's metrics that [`Rates`] are, in the order of its fields.
pub const METRICS: [&str; 6] = [
    "acceptance",
    "acceptance_first",
    "acceptance_last",
    "acceptance_ever",
    "acceptance_decided",
    "technical_error_rate",
];

impl Rates {
    /// Takes what was found of each of [`METRICS`].
    pub(super) fn of(found: &[Option<Proportion>], has_persons: bool) -> Self {
        let rate = |place: usize| {
            let found = found.get(place).and_then(Option::as_ref);
            Rate::of(found, has_persons)
        };
        Self {
            all: rate(0),
            first: rate(1),
            last: rate(2),
            ever: rate(3),
            decided: rate(4),
            technical: rate(5),
        }
    }
}

/// The rates of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupRates {
    /// The group.
    pub group: Cell,
    /// Its rates.
    #[serde(flatten)]
    pub rates: Rates,
}

/// The rates by one column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DimensionRates {
    /// The column of `attempts`.
    pub column: String,
    /// Each group, in the order of its values, none first; no group at all where there are
    /// more than 65,536.
    pub groups: Vec<GroupRates>,
    /// Rows that are in no group, because there would be too many.
    pub ungrouped: u64,
}

/// Who is accepted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Acceptance {
    /// The whole.
    pub total: Rates,
    /// By each dimension, in the order asked for.
    pub by: Vec<DimensionRates>,
    /// The pipeline's steps, in order.
    pub funnel: Vec<FunnelStep>,
    /// Codes of those not accepted, most frequent first.
    pub reasons: Vec<CodeCount>,
}
