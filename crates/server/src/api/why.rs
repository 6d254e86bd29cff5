//! `why`: what sets a selection apart.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Cell, Text};

/// What sets a selection apart.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Why {
    /// What is explained.
    pub selection: WhySide,
    /// What it is compared with.
    pub against: WhySide,
    /// Columns compared.
    pub tested: u64,
    /// What is established, strongest first.
    pub found: Vec<WhyFinding>,
    /// What is not, or is too small to matter; strongest first.
    pub weak: Vec<WhyFinding>,
    /// Whether a sample was compared.
    pub sampled: bool,
}

/// One side of the comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhySide {
    /// The condition.
    pub words: String,
    /// Transactions.
    pub n: u64,
    /// Persons behind them.
    pub persons: Option<u64>,
}

/// A column in which the sides differ.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhyFinding {
    /// The column.
    pub column: String,
    /// What it holds.
    pub title: Text,
    /// What its values are.
    pub kind: WhyKind,
    /// Size of the difference, 0 to 1.
    pub effect: f64,
    /// What the effect is.
    pub effect_name: EffectName,
    /// p value, adjusted for all columns.
    pub p_adjusted: f64,
    /// Whether a side has too few rows or persons.
    pub few: bool,
    /// What differs.
    pub sentence: Text,
    /// Of categories the most frequent values.
    pub categories: Vec<WhyCategory>,
    /// Of numbers bins that both sides share.
    pub bins: Vec<WhyBin>,
    /// Of numbers the medians.
    pub medians: Option<WhyMedians>,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyKind {
    /// Some of a set.
    Category,
    /// Numbers.
    Number,
}

/// What an effect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectName {
    /// Of categories.
    CramersV,
    /// Of numbers, without its sign.
    CliffsDelta,
}

/// A value with its share on either side, 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhyCategory {
    /// The value.
    pub value: Cell,
    /// Share of the selection.
    pub selected: f64,
    /// Share of the others.
    pub against: f64,
    /// Rows of the selection.
    pub selected_n: u64,
    /// Rows of the others.
    pub against_n: u64,
}

/// A bin with its share on either side, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhyBin {
    /// Its lower end.
    pub from: f64,
    /// Its upper end.
    pub to: f64,
    /// Share of the selection.
    pub selected: f64,
    /// Share of the others.
    pub against: f64,
}

/// The median of either side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhyMedians {
    /// Of the selection.
    pub selected: f64,
    /// Of the others.
    pub against: f64,
}
