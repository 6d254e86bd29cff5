//! Whether values rise or fall with the rows.

use crate::report::Order;

/// What the values seen so far allow.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct InOrder {
    last: Option<f64>,
    rises: bool,
    falls: bool,
    stays: bool,
}

impl InOrder {
    pub(crate) fn add(&mut self, value: f64) {
        if let Some(last) = self.last {
            self.rises |= value > last;
            self.falls |= value < last;
            self.stays |= value.total_cmp(&last).is_eq();
        }
        self.last = Some(value);
    }

    pub(crate) const fn found(self) -> Order {
        match (self.rises, self.falls, self.stays) {
            (true, false, false) => Order::StrictlyIncreasing,
            (true, false, true) => Order::Increasing,
            (false, true, false) => Order::StrictlyDecreasing,
            (false, true, true) => Order::Decreasing,
            (false, false, _) => Order::Constant,
            (true, true, _) => Order::None,
        }
    }
}
