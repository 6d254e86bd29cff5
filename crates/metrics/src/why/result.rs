//! What a comparison comes to.

use serde::Serialize;

use super::Part;
use crate::query::Cell;

/// A number of the selection, and one of what it is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Sides<T> {
    /// Of the selection.
    pub selected: T,
    /// Of the others.
    pub against: T,
}

/// All differences of a selection.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differences {
    /// Rows that were compared: of a person with a large part of a side not all.
    pub rows: Sides<u64>,
    /// Share of all rows of a side that the person with most of them has.
    pub largest_person: Sides<f64>,
    /// Columns compared.
    pub tested: u64,
    /// What is established, strongest first. Where the selection is one of measurements,
    /// circumstances come first.
    pub found: Vec<Difference>,
    /// What is not established or too small to matter, strongest first.
    pub weak: Vec<Difference>,
    /// Columns that name the selection again.
    pub left_out: Vec<String>,
}

/// A column in which the sides differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The column of `attempts`.
    pub column: String,
    /// Whether it was so before the API looked.
    pub part: Part,
    /// What `effect` is.
    pub effect_name: EffectName,
    /// Size of the difference, 0 to 1.
    pub effect: f64,
    /// p value of the column, adjusted for all that were compared.
    pub p_adjusted: f64,
    /// Whether a side has too few rows or persons to rest anything on.
    pub is_few: bool,
    /// Rows with a value.
    pub rows: Sides<u64>,
    /// Persons behind them.
    pub persons: Sides<u64>,
    /// The values of both sides.
    pub distribution: Distribution,
    /// Found columns that tell the same, strongest first.
    pub same_as: Vec<String>,
}

/// What an effect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectName {
    /// Bias-corrected, as of two sides of one size.
    CramersV,
    /// Without its sign.
    CliffsDelta,
}

/// The values of both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// The most frequent values, those of the calendar in their order.
    Categories(Vec<CategoryShare>),
    /// Bins of equal width, and the medians.
    Numbers {
        /// Bins.
        bins: Vec<Bin>,
        /// Medians.
        medians: Medians,
        /// Whether values of the selection are the greater ones.
        is_higher: bool,
    },
    /// Whether the column was measured at all: transactions that stop earlier have no value.
    Measured(Sides<f64>),
}

/// A value with its share on either side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CategoryShare {
    /// The value.
    pub value: Cell,
    /// Share of the selection, 0 to 1.
    pub selected: f64,
    /// Share of the others.
    pub against: f64,
    /// Rows of the selection.
    pub selected_n: u64,
    /// Rows of the others.
    pub against_n: u64,
}

/// A bin with its share on either side; the outermost hold what lies beyond them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Its lower end, within it.
    pub from: f64,
    /// Its upper end.
    pub to: f64,
    /// Share of the selection, 0 to 1.
    pub selected: f64,
    /// Share of the others.
    pub against: f64,
}

/// The median of either side.
pub type Medians = Sides<f64>;
