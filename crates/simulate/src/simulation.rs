//! One run of a scenario: how many transactions, from which seed, from which day.

use std::io::Write;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::error::SimulateError;
use crate::format::Format;
use crate::model::{Model, Run};
use crate::pipeline::Pipeline;
use crate::plan::fitting_processes;
use crate::render::render;
use crate::scenario::Scenario;
use crate::stream::Documents;
use crate::truth::Truth;

/// What a run adds to its scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Seed: the same one gives the same bytes.
    pub seed: u64,
    /// Exactly so many documents.
    pub transactions: u64,
    /// First day, instead of the scenario's.
    pub from: Option<NaiveDate>,
    /// Number of days, instead of the scenario's.
    pub days: Option<u32>,
    /// Whether documents hold face landmarks: nine tenths of their bytes.
    pub landmarks: bool,
    /// Pipeline, instead of the scenario's.
    pub pipeline: Option<Pipeline>,
}

impl Default for Options {
    /// The published month: 14,654 transactions with landmarks.
    fn default() -> Self {
        Self {
            seed: 1,
            transactions: 14_654,
            from: None,
            days: None,
            landmarks: true,
            pipeline: None,
        }
    }
}

/// A simulation, ready to be written as often as wished.
#[derive(Clone, Debug)]
pub struct Simulation {
    model: Arc<Model>,
    num_processes: u64,
}

impl Simulation {
    /// Makes a simulation. Looks for the number of processes that gives the transactions
    /// asked for, which takes some seconds for ten millions.
    ///
    /// # Errors
    /// Dates, days or a pipeline that make no sense.
    pub fn new(scenario: Scenario, options: Options) -> Result<Self, SimulateError> {
        let start = match options.from {
            Some(date) => date,
            None => date_of(&scenario.start)?,
        };
        let num_days = options.days.unwrap_or(scenario.days);
        if !(1..=366_000).contains(&num_days) {
            return Err(SimulateError::Days { days: num_days });
        }
        let pipeline = match options.pipeline {
            Some(pipeline) => pipeline,
            None => scenario.pipeline()?,
        };
        let run = Run {
            seed: options.seed,
            num_transactions: options.transactions,
            landmarks: options.landmarks,
            pipeline,
            start,
            num_days,
        };
        let model = Arc::new(Model::new(scenario, run)?);
        let num_processes = fitting_processes(&model);
        Ok(Self {
            model,
            num_processes,
        })
    }

    /// Writes all documents and returns the truth about them. They come in the order of
    /// their dates, and so do their `_id`s.
    ///
    /// At least one thread renders, beside the calling one, which writes.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(
        &self,
        format: Format,
        out: &mut dyn Write,
        threads: usize,
    ) -> Result<Truth, SimulateError> {
        render(&self.model, self.num_processes, format, out, threads.max(1))
    }

    /// Returns the same bytes as [`Simulation::write`], made as they are read.
    #[must_use]
    pub fn read(&self, format: Format, threads: usize) -> Documents {
        Documents::start(self.clone(), format, threads)
    }
}

fn date_of(text: &str) -> Result<NaiveDate, SimulateError> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| SimulateError::UnreadableDate {
        text: text.to_owned(),
    })
}
