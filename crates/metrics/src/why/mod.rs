//! Why are some transactions different? A selection compared with others over every column,
//! the differences ranked by their size.
//!
//! ```text
//! attempts ── WhyRows: each row as a side, a person, a key and coded columns
//!          └─ one contrast for each value (share) or number (rank), allowing for persons
//!             ── Holm over all columns ── what tells the same folded ── Differences
//! ```
//!
//! Nobody speaks for all: of a person with more than 2 % of a side (10 % where persons are few)
//! no more rows are compared than that. Rows of one person go together in every p value.
//!
//! Effects do not depend on how large the sides are: Cramér's V of categories is that of two
//! sides of one size, Cliff's delta of numbers compares every pair. A difference is found where
//! it is established with all columns together at 5 %, at least [`LEAST_EFFECT`], and rests on
//! enough rows and persons of either side.

mod adjust;
mod alike;
mod arranged;
mod category;
mod columns;
mod contrast;
mod distribution;
mod effect;
mod finish;
mod groups;
mod missing;
mod rank;
mod result;
mod rows;
mod stage;
mod tested;
#[cfg(test)]
mod tests;
mod values;

pub use adjust::holm;
pub use columns::{Part, WhyColumns};
pub use effect::{cramers_v, even_phi_squared};
pub use finish::{LEAST_EFFECT, MOST_WEAK};
pub use result::{
    Bin, CategoryShare, Difference, Differences, Distribution, EffectName, Medians, Sides,
};
pub use rows::WhyRows;
