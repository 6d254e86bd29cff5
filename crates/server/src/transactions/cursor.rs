//! Where a page ends: the place of its last transaction in the order.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use crate::query::Order;
use crate::refusal::Refusal;

/// A place in the order, least first: by total time where that is asked for, those without
/// one last whatever the order, then by the instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    has_no_total: bool,
    total: i64,
    at_us: i64,
}

impl Place {
    pub(super) fn of(order: Order, total: Option<i64>, at_us: i64) -> Self {
        let signed = |value: i64| match order {
            Order::Ascending => value,
            Order::Descending => value.saturating_neg(),
        };
        Self {
            has_no_total: total.is_none(),
            total: total.map_or(0, signed),
            at_us: signed(at_us),
        }
    }
}

/// A transaction's place, told from all others by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Total time where the order is by that, and the instant, as they are.
    total: Option<i64>,
    pub(super) at_us: i64,
    key: String,
}

impl Cursor {
    pub(super) const fn new(total: Option<i64>, at_us: i64, key: String) -> Self {
        Self { total, at_us, key }
    }

    /// Returns the total time, where the order is by that.
    pub(super) const fn total(&self) -> Option<i64> {
        self.total
    }

    /// Reads what [`Display`] writes.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let read = || {
            let mut parts = text.splitn(3, '.');
            let total = match parts.next()? {
                "" => None,
                total => Some(total.parse().ok()?),
            };
            let at_us = parts.next()?.parse().ok()?;
            let key = parts.next().filter(|key| !key.is_empty())?;
            Some(Self::new(total, at_us, key.to_owned()))
        };
        read().ok_or(Refusal::Parameter {
            name: "after",
            expected: "is what the page before gave as `next`",
        })
    }

    /// Returns the place in an order.
    pub(super) fn place_in(&self, order: Order) -> Place {
        Place::of(order, self.total, self.at_us)
    }

    pub(super) fn compare(&self, other: &Self, order: Order) -> Ordering {
        let keys = self.key.cmp(&other.key);
        let keys = match order {
            Order::Ascending => keys,
            Order::Descending => keys.reverse(),
        };
        let places = self.place_in(order).cmp(&other.place_in(order));
        places.then(keys)
    }

    pub(super) fn is_after(&self, other: &Self, order: Order) -> bool {
        self.compare(other, order).is_gt()
    }
}

impl Display for Cursor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(total) = self.total {
            write!(f, "{total}")?;
        }
        write!(f, ".{}.{}", self.at_us, self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Place};
    use crate::query::Order::{Ascending, Descending};

    #[test]
    fn what_is_written_reads_back() {
        for cursor in [
            Cursor::new(None, -5, "a.b..c".to_owned()),
            Cursor::new(Some(-7), 0, "token".to_owned()),
        ] {
            assert_eq!(Cursor::parse(&cursor.to_string()).unwrap(), cursor);
        }
        for bad in ["", "1", "1.2", "1.2.", "x.2.key", ".x.key"] {
            assert!(Cursor::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_has_no_total_time_comes_last_in_either_order() {
        for order in [Ascending, Descending] {
            let mut places = [None, Some(1), Some(9)].map(|total| Place::of(order, total, 0));
            places.sort();
            assert_eq!(places[2], Place::of(order, None, 0));
        }
    }
}
