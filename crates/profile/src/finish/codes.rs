//! The response codes that occur, rare ones put together.

use crate::fold::{Absent, CodeRows};
use crate::report::{Code, CodeMissing};
use crate::sample::NO_TIME;
use crate::{Knowledge, Options};

/// Codes as met, and as listed.
pub(crate) struct Codes {
    /// Rows of each code as met.
    rows: Vec<u64>,
    /// Where each code as met is listed.
    places: Vec<usize>,
    /// In order of the numbers; none last, then rarer ones together.
    pub(crate) listed: Vec<Code>,
}

impl Codes {
    pub(crate) fn new(met: &CodeRows, knowledge: &Knowledge, options: &Options) -> Self {
        let least = if options.full {
            1
        } else {
            options.smallest_cell
        };
        let mut order: Vec<usize> = (0..met.met.len()).collect();
        let number = |place: &usize| {
            met.met
                .get(*place)
                .map(|(code, _)| (*code == NO_TIME, *code))
        };
        order.sort_unstable_by_key(number);
        let mut listed: Vec<Code> = Vec::new();
        let mut places = vec![0; met.met.len()];
        let mut rarer = Code {
            pooled: Some(0),
            ..of(NO_TIME, 0, knowledge)
        };
        let mut rare = Vec::new();
        for place in order {
            let Some((code, rows)) = met.met.get(place) else {
                continue;
            };
            if *rows < least {
                rarer.rows += rows;
                rarer.pooled = rarer.pooled.map(|pooled| pooled + 1);
                rare.push(place);
                continue;
            }
            if let Some(here) = places.get_mut(place) {
                *here = listed.len();
            }
            listed.push(of(*code, *rows, knowledge));
        }
        for place in &rare {
            if let Some(here) = places.get_mut(*place) {
                *here = listed.len();
            }
        }
        if !rare.is_empty() {
            listed.push(rarer);
        }
        Self {
            rows: met.met.iter().map(|(_, rows)| *rows).collect(),
            places,
            listed,
        }
    }

    /// Returns what a column misses by code as listed, and how much of it is structural: in
    /// codes where nearly all rows (99 %) miss it.
    pub(crate) fn missing(&self, absent: &Absent) -> (Vec<CodeMissing>, u64) {
        let mut by_code = vec![
            CodeMissing {
                missing: 0,
                structural: false
            };
            self.listed.len()
        ];
        let mut structural = 0;
        for (met, (rows, place)) in self.rows.iter().zip(&self.places).enumerate() {
            let missing = absent.by_code(met);
            if nearly_all(missing, *rows) {
                structural += missing;
            }
            if let Some(here) = by_code.get_mut(*place) {
                here.missing += missing;
            }
        }
        for (here, code) in by_code.iter_mut().zip(&self.listed) {
            here.structural = nearly_all(here.missing, code.rows);
        }
        (by_code, structural)
    }
}

const fn nearly_all(missing: u64, rows: u64) -> bool {
    missing > 0 && missing * 100 >= rows * 99
}

fn of(code: i64, rows: u64, knowledge: &Knowledge) -> Code {
    let number = (code != NO_TIME).then_some(code);
    let known = number.and_then(|number| knowledge.known_code(number));
    Code {
        number,
        code: known.map(|known| known.code.clone()),
        description: known.map(|known| known.description.clone()),
        outcome: known.map(|known| known.outcome),
        rows,
        pooled: None,
    }
}
