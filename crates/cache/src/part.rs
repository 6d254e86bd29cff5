//! Reading: the rows of a part of the table, as they come.

use std::collections::HashMap;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use veriscope_metrics::AnalysisError;
use veriscope_metrics::hashed::{column, each_text, hashes, in_order, wrong};
use veriscope_metrics::query::{Cell, Exclusion};

use crate::coded::{Coded, CodedPart};
use crate::durations::Durations;
use crate::layout::{IS_ACCEPTED, Layout, QUEUED, REACHED};
use crate::order::Order;
use crate::standing::Standing;
use crate::{Cache, CacheError};

/// Rows of `attempts` while they are read.
#[derive(Debug)]
pub struct Part {
    coded: Vec<CodedPart>,
    durations: Vec<Durations>,
    /// Hashes; 0 for none.
    pub(crate) processes: Vec<u64>,
    pub(crate) persons: Vec<u64>,
    pub(crate) at_us: Vec<i64>,
    pub(crate) keys: Vec<u128>,
    /// Whether every key begins with the column's name.
    have_prefix: bool,
}

impl Part {
    /// Returns a part without rows.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        Self {
            coded: layout.coded.iter().map(|_| CodedPart::new()).collect(),
            durations: vec![Durations::default(); layout.durations.len()],
            processes: Vec::new(),
            persons: Vec::new(),
            at_us: Vec::new(),
            keys: Vec::new(),
            have_prefix: true,
        }
    }

    /// Adds the rows of a batch with the columns of [`Layout::columns`].
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
    pub fn update(&mut self, layout: &Layout, batch: &RecordBatch) -> Result<(), AnalysisError> {
        hashes(batch, layout.process.as_deref(), &mut self.processes)?;
        hashes(batch, layout.person.as_deref(), &mut self.persons)?;
        let dates = column(batch, &layout.date)?;
        let dates = dates
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| wrong(dates, &layout.date, "Timestamp(Microsecond)"))?;
        self.at_us.extend(dates.values());
        let prefix = format!("{}_", layout.key);
        each_text(column(batch, &layout.key)?, &layout.key, |_, key| {
            let key = key.unwrap_or_default();
            self.have_prefix &= key.starts_with(&prefix);
            self.keys.push(in_order(key, &prefix));
        })?;
        for (name, coded) in layout.coded.iter().zip(&mut self.coded) {
            coded.update(column(batch, name)?, name)?;
        }
        for (name, durations) in layout.durations.iter().zip(&mut self.durations) {
            durations.update(column(batch, name)?, name)?;
        }
        Ok(())
    }

    /// Appends another part.
    pub fn merge(&mut self, other: Self) {
        self.processes.extend(other.processes);
        self.persons.extend(other.persons);
        self.at_us.extend(other.at_us);
        self.keys.extend(other.keys);
        self.have_prefix &= other.have_prefix;
        for (mine, more) in self.coded.iter_mut().zip(other.coded) {
            mine.merge(more);
        }
        for (mine, more) in self.durations.iter_mut().zip(other.durations) {
            mine.merge(more);
        }
    }

    pub(crate) fn value(&self, layout: &Layout, name: &str, row: usize) -> Option<&Cell> {
        let place = layout.coded.iter().position(|known| known == name)?;
        self.coded.get(place)?.value(row)
    }

    /// Puts the rows in order, finds each one's place in its process, and marks what
    /// exclusions leave out.
    ///
    /// # Errors
    /// [`CacheError::TooManyRows`].
    pub fn finish(self, layout: &Layout, exclude: &[Exclusion]) -> Result<Cache, CacheError> {
        let rows = self.at_us.len();
        if u32::try_from(rows).is_err() {
            return Err(CacheError::TooManyRows { rows });
        }
        let outcome = layout.coded.iter().position(|name| name == "outcome");
        let accepted = |row: usize| {
            let value = outcome.and_then(|place| self.coded.get(place)?.value(row));
            matches!(value, Some(Cell::Text(text)) if text == "accepted")
        };
        let order = Order::of(
            &self.processes,
            &self.persons,
            &self.at_us,
            &self.keys,
            accepted,
        );
        let excluded = Excluded::of(&self, layout, exclude);
        let rows_in_order = &order.rows;
        let durations: Vec<Durations> = self
            .durations
            .into_iter()
            .map(|one| one.ordered(rows_in_order))
            .collect();
        let of = |row: &u32| usize::try_from(*row).unwrap_or(usize::MAX);
        let mut columns: Vec<Coded> = Vec::with_capacity(layout.coded.len() + 7);
        for (name, coded) in layout.coded.iter().zip(self.coded) {
            columns.extend(coded.finish(name, rows_in_order));
        }
        columns.extend(placed(&order, layout, &columns));
        columns.extend(reached(layout, &durations, rows));
        let at_us: Vec<i64> = rows_in_order
            .iter()
            .map(|row| self.at_us.get(of(row)).copied().unwrap_or(0))
            .collect();
        let keys = rows_in_order
            .iter()
            .map(|row| self.keys.get(of(row)).copied().unwrap_or(0))
            .collect();
        let excluded_rows = rows_in_order
            .iter()
            .map(|row| excluded.rows.get(of(row)).copied().unwrap_or(false))
            .collect();
        let mut names = layout.durations.clone();
        let mut durations = durations;
        durations.extend(queued(layout, &durations, rows));
        names.extend((durations.len() > names.len()).then(|| QUEUED.to_owned()));
        // Where no person is known, a process is what its rows have in common.
        let persons = match &layout.person {
            Some(_) => order.persons,
            None => order.processes.iter().map(|process| process + 1).collect(),
        };
        let by_name = |names: Vec<&String>| {
            let named = names.into_iter().enumerate();
            named.map(|(place, name)| (name.clone(), place)).collect()
        };
        let places = by_name(columns.iter().map(|one| &one.name).collect());
        Ok(Cache {
            rows,
            standing: Standing::of(&columns, rows),
            places,
            columns,
            person: layout.person.clone(),
            client: layout.named.first().cloned().flatten(),
            code: layout.code.clone(),
            total_time: layout.total_time.clone(),
            duration_places: by_name(names.iter().collect()),
            durations,
            persons,
            scattered: order.scattered,
            processes: order.processes,
            last_us: at_us.iter().max().copied(),
            at_us,
            keys,
            key_prefix: if self.have_prefix {
                format!("{}_", layout.key)
            } else {
                String::new()
            },
            excluded: excluded_rows,
            left_out: excluded.counts,
        })
    }
}

/// The columns that say where an attempt stands in its process.
fn placed(order: &Order, layout: &Layout, columns: &[Coded]) -> Vec<Coded> {
    let flags = || vec![Cell::Bool(false), Cell::Bool(true)];
    let flag = |name: &str, bit: u8| {
        let rows = order.flags.iter().map(|flags| u16::from(flags & bit != 0));
        Coded::new(name, flags(), rows)
    };
    let most = order.attempts.iter().max().copied().unwrap_or(0);
    let numbers = (1..=i64::from(most)).map(Cell::Int).collect();
    let kinds = ["first", "repeat", "retry"].map(|kind| Cell::Text(kind.to_owned()));
    let mut placed = vec![
        flag("is_first", Order::FIRST),
        flag("is_last", Order::LAST),
        flag(IS_ACCEPTED, Order::EVER),
        Coded::new(
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
        placed.push(Coded::new("attempt", numbers, zero_based));
    }
    let code = columns
        .iter()
        .find(|column| layout.code.as_ref() == Some(&column.name));
    placed.extend(code.map(|code| previous(order, code)));
    placed
}

fn previous(order: &Order, code: &Coded) -> Coded {
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
        let before = row.checked_sub(1).map_or(0, |row| code.codes.get(row));
        u16::try_from(before).unwrap_or(0) + shift
    });
    Coded::new("previous_code", values, rows)
}

/// The queue times of each row added up.
fn queued(layout: &Layout, durations: &[Durations], rows: usize) -> Option<Durations> {
    let place = |name: &String| layout.durations.iter().position(|known| known == name);
    let places = layout.queues.iter().filter_map(place);
    let queues: Vec<&Durations> = places.filter_map(|place| durations.get(place)).collect();
    (!queues.is_empty()).then(|| Durations::sum(&queues, rows))
}

/// Which steps of the pipeline each row reached, as bits.
fn reached(layout: &Layout, durations: &[Durations], rows: usize) -> Option<Coded> {
    if layout.steps.is_empty() {
        return None;
    }
    let place = |name: &String| layout.durations.iter().position(|known| known == name);
    let steps: Vec<Vec<&Durations>> = layout
        .steps
        .iter()
        .map(|names| {
            let places = names.iter().filter_map(place);
            places.filter_map(|place| durations.get(place)).collect()
        })
        .collect();
    let mut masks = vec![0_u16; rows];
    for (step, services) in steps.iter().enumerate() {
        for service in services {
            for (row, mask) in masks.iter_mut().enumerate() {
                *mask |= u16::from(service.get(row).is_some()) << step;
            }
        }
    }
    let mut known: Vec<u16> = masks.clone();
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
    Some(Coded::new(REACHED, values.collect(), rows))
}

/// What exclusions leave out.
struct Excluded {
    rows: Vec<bool>,
    counts: Vec<u64>,
}

impl Excluded {
    fn of(part: &Part, layout: &Layout, exclude: &[Exclusion]) -> Self {
        let rows = part.at_us.len();
        let mut excluded = Self {
            rows: vec![false; rows],
            counts: vec![0; exclude.len()],
        };
        let [client, user, release] = &layout.named;
        for (rule, count) in exclude.iter().zip(&mut excluded.counts) {
            let person = rule.person.as_deref().map(veriscope_metrics::hashed::hash);
            let named = [
                (client, &rule.client),
                (user, &rule.user),
                (release, &rule.release),
            ];
            let equals = |row: usize| {
                let is_person = person.is_none_or(|one| part.persons.get(row) == Some(&one));
                is_person
                    && named.iter().all(|(column, wanted)| match (column, wanted) {
                        (_, None) => true,
                        (None, Some(_)) => false,
                        (Some(column), Some(wanted)) => matches!(
                            part.value(layout, column, row),
                            Some(Cell::Text(text)) if text == wanted
                        ),
                    })
            };
            for (row, out) in excluded.rows.iter_mut().enumerate() {
                if !*out && equals(row) {
                    *out = true;
                    *count += 1;
                }
            }
        }
        excluded
    }
}
