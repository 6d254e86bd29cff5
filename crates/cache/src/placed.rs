//! Columns that are made of the order of the rows and of their times.

use std::collections::HashMap;

use veriscope_card::Outcome;
use veriscope_metrics::query::Cell;

use crate::bundle::Numbered;
use crate::coded::Coded;
use crate::durations::Durations;
use crate::layout::{IS_ACCEPTED, Layout, REACHED};
use crate::order::Order;

/// How an attempt ended.
pub(crate) const OUTCOME: &str = "outcome";

/// What became of an attempt, by the value of its column.
pub(crate) fn outcome(value: Option<&Cell>) -> Outcome {
    match value {
        Some(Cell::Text(text)) if text == Outcome::Accepted.name() => Outcome::Accepted,
        Some(Cell::Text(text)) if text == Outcome::Rejected.name() => Outcome::Rejected,
        _ => Outcome::Technical,
    }
}

/// The columns that say where an attempt stands in its process.
pub(crate) fn placed(order: &Order) -> Vec<Numbered> {
    let flags = || vec![Cell::Bool(false), Cell::Bool(true)];
    let flag = |name: &str, bit: u8| {
        let rows = order.flags.iter().map(|flags| u16::from(flags & bit != 0));
        Numbered::of(name, flags(), rows)
    };
    let most = order.attempts.iter().max().copied().unwrap_or(0);
    let numbers: Vec<Cell> = (1..=i64::from(most)).map(Cell::Int).collect();
    let kinds = ["first", "repeat", "retry"].map(|kind| Cell::Text(kind.to_owned()));
    let mut placed = vec![
        flag("is_first", Order::FIRST),
        flag("is_last", Order::LAST),
        flag(IS_ACCEPTED, Order::EVER),
        Numbered::of(
            "kind",
            kinds.to_vec(),
            order.flags.iter().map(|flags| match flags {
                flags if flags & Order::FIRST != 0 => 0,
                flags if flags & Order::REPEAT != 0 => 1,
                _ => 2,
            }),
        ),
    ];
    // Beyond 65,536 attempts of one process their numbers tell nothing apart.
    if u16::try_from(most).is_ok() {
        let numbers_of = order.attempts.iter();
        let zero_based = numbers_of.map(|one| u16::try_from(one - 1).unwrap_or(u16::MAX));
        placed.push(Numbered::of("attempt", numbers, zero_based));
    }
    placed
}

/// The code of the attempt before, in the same process.
pub(crate) fn previous(order: &Order, code: &Coded) -> Numbered {
    let has_null = code.values.first() == Some(&Cell::Null);
    let shift = u16::from(!has_null);
    let mut values = code.values.clone();
    if !has_null {
        values.insert(0, Cell::Null);
    }
    let rows = order.flags.iter().enumerate().map(|(row, flags)| {
        if flags & Order::FIRST != 0 {
            return 0;
        }
        let before = row.checked_sub(1).map_or(0, |row| code.place(row));
        u16::try_from(before).unwrap_or(0) + shift
    });
    Numbered::of("previous_code", values, rows)
}

/// The queue times of each row added up.
pub(crate) fn queued(layout: &Layout, durations: &[Durations], rows: usize) -> Option<Durations> {
    let place = |name: &String| layout.durations.iter().position(|known| known == name);
    let places = layout.queues.iter().filter_map(place);
    let queues: Vec<&Durations> = places.filter_map(|place| durations.get(place)).collect();
    (!queues.is_empty()).then(|| Durations::sum(&queues, rows))
}

/// Which steps of the pipeline each row reached, as bits.
pub(crate) fn reached(layout: &Layout, masks: &[u16]) -> Option<Numbered> {
    if layout.steps.is_empty() {
        return None;
    }
    let mut known: Vec<u16> = masks.to_vec();
    known.sort_unstable();
    known.dedup();
    let numbers: HashMap<u16, u16> = known
        .iter()
        .enumerate()
        .map(|(number, mask)| (*mask, u16::try_from(number).unwrap_or(u16::MAX)))
        .collect();
    let values = known.iter().map(|mask| Cell::Int(i64::from(*mask)));
    let rows = masks
        .iter()
        .map(|mask| numbers.get(mask).copied().unwrap_or(0));
    Some(Numbered::of(REACHED, values.collect(), rows))
}
