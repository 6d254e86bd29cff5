//! The attempts of whole processes, as the analysis of retries reads them.

use veriscope_metrics::query::Cell;
use veriscope_metrics::retries::{Attempts, NONE, Outcome};

use crate::coded::Coded;
use crate::codes::at;
use crate::durations::Durations;
use crate::placed::{self, OUTCOME};
use crate::{Cache, NOBODY, Selection};

/// Whole processes of some persons.
#[derive(Debug)]
pub struct SomeAttempts {
    /// The attempts.
    pub attempts: Attempts,
    /// One person in so many was taken: 1 where all were.
    pub one_in: u32,
}

impl Selection<'_> {
    /// Returns all attempts of the processes whose last attempt is selected: a process
    /// belongs where that does. Of more processes than `most` those of an even part of the
    /// persons. Pictures and scores are not among them.
    #[must_use]
    pub fn attempts(&self, most: usize) -> SomeAttempts {
        let cache = self.cache;
        let is_last = |row: &&u32| cache.is_last(**row);
        let counts = self.each(None, |rows| rows.iter().filter(is_last).count());
        let processes: usize = counts.into_iter().sum();
        let one_in = u32::try_from(processes.div_ceil(most.max(1)).max(1)).unwrap_or(u32::MAX);
        let mut parts = self
            .each(None, |rows| cache.attempts_of(rows, one_in))
            .into_iter();
        let mut all = parts.next().unwrap_or_default();
        reserve(&mut all, parts.as_slice().iter().map(Attempts::len).sum());
        for part in parts {
            all.process.extend(part.process);
            all.person.extend(part.person);
            all.client.extend(part.client);
            all.at_us.extend(part.at_us);
            all.outcome.extend(part.outcome);
            all.code.extend(part.code);
            all.api_ms.extend(part.api_ms);
            all.pictures.extend(part.pictures);
        }
        all.codes = codes(cache);
        SomeAttempts {
            attempts: all,
            one_in,
        }
    }
}

/// Codes as tables show them, by number.
fn codes(cache: &Cache) -> Vec<String> {
    let column = cache.code.as_deref().and_then(|name| cache.column(name));
    let values = column.map(|column| column.values.as_slice());
    values
        .unwrap_or_default()
        .iter()
        .map(|value| match value {
            // No row has its number: it has none.
            Cell::Null => String::new(),
            Cell::Bool(value) => value.to_string(),
            Cell::Int(value) => value.to_string(),
            Cell::Float(value) => value.to_string(),
            Cell::Text(value) => value.clone(),
        })
        .collect()
}

impl Cache {
    /// Returns all attempts, those that exclusions leave out included, and lets all else go.
    #[must_use]
    pub fn into_attempts(self) -> Attempts {
        let rows = || 0..u32::try_from(self.rows).unwrap_or(u32::MAX);
        let columns = Columns::of(&self);
        let has_persons = self.person.is_some();
        let known = |person: u32| has_persons && person != NOBODY;
        Attempts {
            client: rows().map(|row| number(columns.client, row)).collect(),
            outcome: rows().map(|row| columns.outcome(row)).collect(),
            code: rows().map(|row| number(columns.code, row)).collect(),
            api_ms: rows().map(|row| columns.api_ms(row)).collect(),
            codes: codes(&self),
            pictures: if self.pictures.is_empty() {
                vec![0; self.rows]
            } else {
                self.pictures
            },
            scores: self.scores,
            person: self
                .persons
                .into_iter()
                .map(|person| if known(person) { person } else { NONE })
                .collect(),
            process: self.processes,
            at_us: self.at_us,
        }
    }

    fn attempts_of(&self, rows: &[u32], one_in: u32) -> Attempts {
        let columns = Columns::of(self);
        let process = |row: u32| at(&self.processes, row);
        let mut attempts = Attempts::default();
        reserve(
            &mut attempts,
            rows.len().div_ceil(usize::try_from(one_in).unwrap_or(1)),
        );
        let is_taken = |row: &&u32| self.is_last(**row) && self.owner(**row).is_multiple_of(one_in);
        for last in rows.iter().filter(is_taken) {
            let mut first = *last;
            while first > 0 && process(first - 1) == process(*last) {
                first -= 1;
            }
            for row in first..=*last {
                attempts.process.push(process(row));
                let person = at(&self.persons, row);
                let is_known = self.person.is_some() && person != NOBODY;
                attempts.person.push(if is_known { person } else { NONE });
                attempts.client.push(number(columns.client, row));
                attempts.at_us.push(at(&self.at_us, row));
                attempts.outcome.push(columns.outcome(row));
                attempts.code.push(number(columns.code, row));
                attempts.api_ms.push(columns.api_ms(row));
                attempts.pictures.push(0);
            }
        }
        attempts
    }

    /// Whose a row is: its person's number, which is drawn by a hash; of nobody its process's.
    fn owner(&self, row: u32) -> u32 {
        match at(&self.persons, row) {
            NOBODY => at(&self.processes, row),
            person => person,
        }
    }

    /// Whether no attempt of its process follows a row.
    fn is_last(&self, row: u32) -> bool {
        let place = usize::try_from(row).unwrap_or(usize::MAX);
        self.processes.get(place) != self.processes.get(place.saturating_add(1))
    }
}

/// What is looked up of each row.
struct Columns<'a> {
    client: Option<&'a Coded>,
    code: Option<&'a Coded>,
    outcome: Option<&'a Coded>,
    total: Option<&'a Durations>,
}

impl<'a> Columns<'a> {
    fn of(cache: &'a Cache) -> Self {
        let column = |name: &Option<String>| cache.column(name.as_deref()?);
        Self {
            client: column(&cache.client),
            code: column(&cache.code),
            outcome: cache.column(OUTCOME),
            total: cache
                .total_time
                .as_deref()
                .and_then(|name| cache.duration(name)),
        }
    }

    fn outcome(&self, row: u32) -> Outcome {
        let place = usize::try_from(row).unwrap_or(usize::MAX);
        placed::outcome(self.outcome.map(|column| column.value(place)))
    }

    fn api_ms(&self, row: u32) -> f32 {
        let place = usize::try_from(row).unwrap_or(usize::MAX);
        let time = self.total.and_then(|times| times.get(place));
        time.map_or(f32::NAN, milliseconds)
    }
}

/// Makes room for so many more rows.
fn reserve(attempts: &mut Attempts, rows: usize) {
    attempts.process.reserve(rows);
    attempts.person.reserve(rows);
    attempts.client.reserve(rows);
    attempts.at_us.reserve(rows);
    attempts.outcome.reserve(rows);
    attempts.code.reserve(rows);
    attempts.api_ms.reserve(rows);
    attempts.pictures.reserve(rows);
}

/// The number of a row's value; [`NONE`] for null.
fn number(column: Option<&Coded>, row: u32) -> u32 {
    let place = usize::try_from(row).unwrap_or(usize::MAX);
    let Some(column) = column else {
        return NONE;
    };
    let code = column.place(place);
    match column.values.get(code) {
        None | Some(Cell::Null) => NONE,
        Some(_) => u32::try_from(code).unwrap_or(NONE),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "single precision is enough for times, and halves the memory"
)]
const fn milliseconds(value: i64) -> f32 {
    value as f32
}
