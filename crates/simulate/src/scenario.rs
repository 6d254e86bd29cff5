//! A scenario: every parameter of a simulation, read from YAML over one that is built in.
//!
//! `docs/simulator.md` says what each means and where its default comes from.

mod merge;
pub mod parts;
mod validate;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ScenarioError;
use crate::pipeline::Pipeline;
use crate::quantiles::Quantiles;
use parts::{
    Cause, Client, DateForm, Device, FarCancelled, Gaps, Geometry, HeuristicTimes, NearShare,
    OverheadUntil, Persons, PictureShares, PolicyChange, Release, ScoreSpread, Segment, Switches,
};

const PUBLISHED_MONTH: &str = include_str!("../scenarios/published_month.yaml");
const NULL_MONTH: &str = include_str!("../scenarios/null_month.yaml");

/// Tables of a near and of a far picture, by the name of what is measured.
pub(crate) type Tables = BTreeMap<String, parts::BothPictures>;

/// All parameters of a simulation. See `docs/simulator.md` for each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "docs/simulator.md describes every parameter; a test keeps it complete"
)]
pub struct Scenario {
    pub start: String,
    pub days: u32,
    pub offset_minutes: i32,
    pub date_form: DateForm,
    pub pipeline: String,
    pub deck: u32,
    pub service: String,
    pub http_code: i64,
    pub switches: Switches,
    pub releases: Vec<Release>,
    pub microservice_factors: BTreeMap<String, f64>,
    pub clients: BTreeMap<String, Client>,
    pub policy: BTreeMap<String, f64>,
    pub policy_changes: Vec<PolicyChange>,
    pub causes: Vec<Cause>,
    pub persons: Persons,
    pub persistence: BTreeMap<String, f64>,
    pub near_share: NearShare,
    pub far_cancelled: FarCancelled,
    pub gaps: Gaps,
    pub countries: BTreeMap<String, f64>,
    pub devices: BTreeMap<String, Device>,
    pub gateways: BTreeMap<String, f64>,
    pub segments: BTreeMap<String, Segment>,
    pub overhead: BTreeMap<String, Quantiles>,
    pub overhead_until: OverheadUntil,
    pub times: BTreeMap<String, BTreeMap<String, Quantiles>>,
    pub picture_share: PictureShares,
    pub queue: BTreeMap<String, Quantiles>,
    pub queue_spread: f64,
    pub time_spread: f64,
    pub heuristics: HeuristicTimes,
    pub score_spread: ScoreSpread,
    pub topiq_failure: f64,
    pub front_end_error: f64,
    pub probabilities: BTreeMap<String, Tables>,
    pub geometry: Geometry,
    pub scores_of_code: BTreeMap<String, String>,
    pub scores_of_geometry: BTreeMap<String, String>,
    pub scores: BTreeMap<String, Tables>,
}

/// Which built-in scenario another one changes: the key `base`.
const BASES: [&str; 2] = ["published_month", "null_month"];

impl Scenario {
    /// Returns the published month: the default.
    ///
    /// # Errors
    /// A built-in scenario that is wrong: a defect, which tests rule out.
    pub fn published_month() -> Result<Self, ScenarioError> {
        Self::parse("").map_err(built_in)
    }

    /// Returns a month in which nothing is planted: one kind of traffic, all clients and
    /// days alike, one release after another without a difference, no policy change.
    ///
    /// # Errors
    /// A built-in scenario that is wrong: a defect, which tests rule out.
    pub fn null_month() -> Result<Self, ScenarioError> {
        Self::parse("base: null_month").map_err(built_in)
    }

    /// Reads a scenario: what the text says, over the published month, or over the built-in
    /// scenario that its key `base` names. Mappings are merged key by key; lists and tables
    /// are replaced; a segment, client, … that is null is taken out.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let mut changes = merge::mapping(text)?;
        let base = match changes.shift_remove("base") {
            None => BASES[0].to_owned(),
            Some(Value::String(name)) if BASES.contains(&name.as_str()) => name,
            Some(_) => {
                let message = format!("`base` is one of {}", BASES.join(", "));
                return Err(ScenarioError::Form {
                    line: merge::line_of(text, "base").unwrap_or(1),
                    message,
                });
            }
        };
        let mut merged = merge::mapping(PUBLISHED_MONTH).map_err(built_in)?;
        if base == BASES[1] {
            merge::over(&mut merged, merge::mapping(NULL_MONTH).map_err(built_in)?);
        }
        merge::over(&mut merged, changes);
        let scenario = merge::typed(merged, text)?;
        validate::scenario(&scenario, text)?;
        Ok(scenario)
    }

    /// Returns the pipeline that the scenario names.
    ///
    /// # Errors
    /// A name that none has.
    pub(crate) fn pipeline(&self) -> Result<Pipeline, crate::SimulateError> {
        self.pipeline.parse()
    }
}

fn built_in(error: ScenarioError) -> ScenarioError {
    ScenarioError::BuiltIn {
        message: error.to_string(),
    }
}
