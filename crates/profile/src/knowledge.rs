//! What is known of the columns beforehand: all that a card says, or nothing.

/// What is known of a table's columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Knowledge {}
