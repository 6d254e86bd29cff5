//! The parts of a scenario. `docs/simulator.md` describes every parameter.
#![expect(
    missing_docs,
    reason = "docs/simulator.md describes every parameter; a test keeps it complete"
)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::quantiles::Quantiles;

/// How dates stand in the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateForm {
    /// Text with microseconds and an offset.
    Text,
    /// A BSON date: `$date` in Extended JSON, text with milliseconds in plain JSON.
    Instant,
}

/// Which checks are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    pub with_accessories: bool,
    pub with_iqa: bool,
    pub with_icao: bool,
}

/// Switches of one client that differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClientSwitches {
    pub with_accessories: Option<bool>,
    pub with_iqa: Option<bool>,
    pub with_icao: Option<bool>,
}

/// A release of the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    pub hash: String,
    pub from_day: u32,
    #[serde(default = "one")]
    pub overhead_factor: f64,
    #[serde(default)]
    pub factors: BTreeMap<String, f64>,
}

fn one() -> f64 {
    1.0
}

/// A client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub id: String,
    pub user: String,
    /// Who called before the second release.
    #[serde(default)]
    pub first_user: Option<String>,
    #[serde(default)]
    pub switches: ClientSwitches,
}

/// A change of policy, of one client or of all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyChange {
    #[serde(default)]
    pub client: Option<String>,
    pub from_day: u32,
    #[serde(default)]
    pub set: BTreeMap<String, f64>,
    /// Share of accepted attempts that it turns into `code`.
    pub loss: f64,
    pub code: String,
}

/// A cause planted in a context feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    pub feature: CauseFeature,
    pub value: String,
    pub loss: f64,
    pub code: String,
    #[serde(default = "one")]
    pub time_factor: f64,
}

/// Context features in which a cause can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CauseFeature {
    /// The device of the person.
    Device,
    /// The browser or SDK.
    Browser,
    /// The country of the call.
    Country,
}

/// Who comes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persons {
    pub new_share: f64,
    pub shared_between_clients: f64,
    pub processes_per_outsize_identity: u32,
}

/// How often it is the near picture that is refused, by stage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NearShare {
    pub accessory: f64,
    pub face: f64,
    pub quality: f64,
    pub spoof: f64,
}

/// How often the far picture is given up when the near one was refused, by stage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FarCancelled {
    pub accessory: f64,
    pub face: f64,
}

/// Seconds between attempts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gaps {
    pub start: Quantiles,
    pub after_rejection: Quantiles,
    pub after_acceptance: Quantiles,
    pub bulk: Quantiles,
}

/// A device and what goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    pub browser: String,
    pub browser_version: String,
    pub camera: String,
    pub camera_resolution: String,
    pub screen: String,
    pub language: String,
    pub user_agent: String,
}

/// A kind of traffic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    pub processes: f64,
    pub outsize: bool,
    /// So many attempts in each process, whatever their codes.
    #[serde(default)]
    pub attempts: Option<u32>,
    pub measures: String,
    pub scores: String,
    pub clients: BTreeMap<String, f64>,
    pub days: Vec<f64>,
    pub hours: Vec<f64>,
    pub sizes: BTreeMap<String, f64>,
    pub devices: BTreeMap<String, f64>,
    pub codes: BTreeMap<String, CodeMix>,
}

/// How often a code comes in a segment, and how often it ends a process.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeMix {
    pub attempts: f64,
    pub last: f64,
}

/// What part of the overhead a transaction has that stopped at a stage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverheadUntil {
    pub accessory: f64,
    pub face: f64,
    pub quality_near: f64,
    pub quality_far: f64,
    pub geometry: f64,
    pub spoof_near: f64,
}

/// What of a time on both pictures the near one takes, by kind of check.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureShares {
    pub checks: PictureShare,
    pub quality: PictureShare,
    pub antispoofing: PictureShare,
}

/// A share drawn between two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureShare {
    pub low: f64,
    pub high: f64,
}

/// Times of the decisions by rule, ms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeuristicTimes {
    pub iqa: Quantiles,
    pub antispoofing: Quantiles,
}

/// How closely scores follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreSpread {
    pub far: f64,
    pub metric: f64,
}

/// A table for each picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BothPictures {
    pub near: Quantiles,
    pub far: Quantiles,
}

/// Scores of the geometry check.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geometry {
    pub pass: GeometryScores,
    pub fail: GeometryScores,
}

/// Scores of a geometry check that passed, or that did not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeometryScores {
    pub neural: Quantiles,
    pub handcrafted: Quantiles,
}
