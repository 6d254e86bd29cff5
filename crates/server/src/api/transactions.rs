//! `transactions`: the pseudonymous rows behind a mark, page by page, and one of them whole.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Cell, Text, WaterfallBar};

/// A page of transactions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Transactions {
    /// Transactions that the filters keep.
    pub total: u64,
    /// The columns.
    pub columns: Vec<ListedColumn>,
    /// Rows, a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// What to give as `after` for the next page; null at the end.
    pub next: Option<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ListedColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub title: Text,
    /// Its unit, where it has one.
    pub unit: Option<String>,
}

/// A transaction.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Transaction {
    /// All columns of the view.
    pub columns: Vec<ListedColumn>,
    /// A cell for each.
    pub row: Vec<Cell>,
    /// Its runs, as the card's pipeline has them; none where the card has no pipeline.
    pub bars: Vec<WaterfallBar>,
}
