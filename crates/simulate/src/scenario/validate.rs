//! What makes sense in a scenario.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::merge::line_of;
use super::parts::{BothPictures, Segment};
use super::{Scenario, Tables};
use crate::error::ScenarioError;
use crate::measure::{METRICS, MODELS};
use crate::pipeline::{MICROSERVICES, Pipeline};
use crate::quantiles::Quantiles;
use crate::verdict::Code;

/// Names of the thresholds of a policy.
pub(crate) const THRESHOLDS: [&str; 19] = [
    "liqe_thr",
    "topiq_thr",
    "sharpness_thr",
    "brightness_low",
    "brightness_high",
    "colofulness_low",
    "colofulness_high",
    "contrast_low",
    "contrast_high",
    "blur_score_thr",
    "svd_score_thr",
    "ibeta2_full_thr",
    "ibeta2_crops_thr",
    "ibeta2_clip_thr",
    "as_35_selfies_thr",
    "as_heuristics_thr",
    "geometry_image_difference_threshold",
    "geometry_handcrafted_threshold",
    "geometry_neural_threshold",
];

/// Checks a scenario; the first fault is reported, with its line in the text of changes.
pub(super) fn scenario(scenario: &Scenario, text: &str) -> Result<(), ScenarioError> {
    let check = Check { text };
    check.basics(scenario)?;
    check.effects(scenario)?;
    check.measurements(scenario)?;
    for (name, segment) in &scenario.segments {
        check.segment(scenario, name, segment)?;
    }
    Ok(())
}

struct Check<'a> {
    text: &'a str,
}

impl Check<'_> {
    fn fail<T>(&self, key: &str, message: impl Into<String>) -> Result<T, ScenarioError> {
        let last = key.rsplit('.').next().unwrap_or(key);
        let first = key.split('.').next().unwrap_or(key);
        let line = line_of(self.text, last).or_else(|| line_of(self.text, first));
        Err(ScenarioError::Value {
            line,
            key: key.to_owned(),
            message: message.into(),
        })
    }

    fn require(&self, holds: bool, key: &str, message: &str) -> Result<(), ScenarioError> {
        if holds {
            Ok(())
        } else {
            self.fail(key, message)
        }
    }

    fn share(&self, value: f64, key: &str) -> Result<(), ScenarioError> {
        self.require(
            (0.0..=1.0).contains(&value),
            key,
            "a share lies between 0 and 1",
        )
    }

    fn factor(&self, value: f64, key: &str) -> Result<(), ScenarioError> {
        let sound = value.is_finite() && (0.0..=1_000.0).contains(&value);
        self.require(sound, key, "a factor lies between 0 and 1000")
    }

    fn weights<'a>(
        &self,
        weights: impl IntoIterator<Item = &'a f64>,
        key: &str,
    ) -> Result<(), ScenarioError> {
        let mut sum = 0.0;
        for weight in weights {
            let sound = weight.is_finite() && (0.0..=1e12).contains(weight);
            self.require(sound, key, "a weight is finite and not negative")?;
            sum += weight;
        }
        self.require(sum > 0.0, key, "at least one weight must be above 0")
    }

    fn table(&self, table: &Quantiles, key: &str) -> Result<(), ScenarioError> {
        self.require(
            table.is_ascending(),
            key,
            "the eleven values of a table of quantiles must ascend",
        )
    }

    fn positive_table(&self, table: &Quantiles, key: &str) -> Result<(), ScenarioError> {
        self.table(table, key)?;
        let sound = table.0.iter().all(|value| (0.0..=1e9).contains(value));
        self.require(sound, key, "a time is not negative")
    }

    fn code(&self, code: &str, key: &str) -> Result<(), ScenarioError> {
        if Code::of(code).is_some() {
            return Ok(());
        }
        let known: Vec<&str> = Code::ALL.iter().map(|code| code.code).collect();
        self.fail(
            key,
            format!("`{code}` sums no transaction up; {} do", known.join(", ")),
        )
    }

    fn known<T>(
        &self,
        map: &BTreeMap<String, T>,
        name: &str,
        key: &str,
        list: &str,
    ) -> Result<(), ScenarioError> {
        if map.contains_key(name) {
            return Ok(());
        }
        self.fail(key, format!("`{name}` does not stand in `{list}`"))
    }

    fn basics(&self, scenario: &Scenario) -> Result<(), ScenarioError> {
        let date = NaiveDate::parse_from_str(&scenario.start, "%Y-%m-%d");
        self.require(date.is_ok(), "start", "write a date as 2025-01-31")?;
        let days = (1..=366_000).contains(&scenario.days);
        self.require(days, "days", "a simulation has 1 to 366000 days")?;
        let offset = (-1_080..=1_080).contains(&scenario.offset_minutes);
        self.require(offset, "offset_minutes", "an offset is at most 18 hours")?;
        if scenario.pipeline.parse::<Pipeline>().is_err() {
            let known = Pipeline::ALL.map(Pipeline::name).join(", ");
            return self.fail("pipeline", format!("there are {known}"));
        }
        self.require(
            scenario.deck <= 1_000_000,
            "deck",
            "a deck has at most 1000000 cards",
        )?;
        self.require(!scenario.clients.is_empty(), "clients", "there must be one")?;
        self.require(
            !scenario.segments.is_empty(),
            "segments",
            "there must be one",
        )?;
        self.weights(scenario.countries.values(), "countries")?;
        self.weights(scenario.gateways.values(), "gateways")?;
        let processes = scenario.segments.values().map(|segment| &segment.processes);
        self.weights(processes, "segments")?;
        let persons = scenario.persons;
        self.share(persons.new_share, "persons.new_share")?;
        self.share(
            persons.shared_between_clients,
            "persons.shared_between_clients",
        )?;
        let sound = persons.processes_per_outsize_identity > 0;
        self.require(
            sound,
            "persons.processes_per_outsize_identity",
            "at least 1",
        )?;
        let mut before = None;
        for release in &scenario.releases {
            let ascends = before.is_none_or(|before| release.from_day > before);
            self.require(ascends, "releases", "from_day must ascend")?;
            before = Some(release.from_day);
        }
        let first = scenario.releases.first().map(|release| release.from_day);
        self.require(
            first == Some(0),
            "releases",
            "the first release is from day 0",
        )
    }

    fn effects(&self, scenario: &Scenario) -> Result<(), ScenarioError> {
        for release in &scenario.releases {
            self.factor(release.overhead_factor, "releases.overhead_factor")?;
            self.factors(&release.factors, "releases.factors")?;
        }
        self.factors(&scenario.microservice_factors, "microservice_factors")?;
        for name in THRESHOLDS {
            self.known(&scenario.policy, name, "policy", "policy")?;
        }
        for name in scenario.policy.keys() {
            let key = format!("policy.{name}");
            self.require(
                THRESHOLDS.contains(&name.as_str()),
                &key,
                "no such threshold",
            )?;
        }
        for change in &scenario.policy_changes {
            let key = "policy_changes";
            self.share(change.loss, key)?;
            self.code(&change.code, key)?;
            if let Some(client) = &change.client {
                self.known(&scenario.clients, client, key, "clients")?;
            }
            for name in change.set.keys() {
                self.known(&scenario.policy, name, key, "policy")?;
            }
        }
        for cause in &scenario.causes {
            self.share(cause.loss, "causes")?;
            self.code(&cause.code, "causes")?;
            self.factor(cause.time_factor, "causes")?;
        }
        for (code, share) in &scenario.persistence {
            self.share(*share, &format!("persistence.{code}"))?;
            if code != "other" {
                self.code(code, "persistence")?;
            }
        }
        self.known(&scenario.persistence, "other", "persistence", "persistence")
    }

    fn factors(&self, factors: &BTreeMap<String, f64>, key: &str) -> Result<(), ScenarioError> {
        for (name, factor) in factors {
            self.require(
                MICROSERVICES.contains(&name.as_str()),
                key,
                "no such microservice",
            )?;
            self.factor(*factor, key)?;
        }
        Ok(())
    }

    fn measurements(&self, scenario: &Scenario) -> Result<(), ScenarioError> {
        let near = scenario.near_share;
        let cancelled = scenario.far_cancelled;
        let until = scenario.overhead_until;
        for (value, key) in [
            (near.accessory, "near_share.accessory"),
            (near.face, "near_share.face"),
            (near.quality, "near_share.quality"),
            (near.spoof, "near_share.spoof"),
            (cancelled.accessory, "far_cancelled.accessory"),
            (cancelled.face, "far_cancelled.face"),
            (until.accessory, "overhead_until.accessory"),
            (until.face, "overhead_until.face"),
            (until.quality_near, "overhead_until.quality_near"),
            (until.quality_far, "overhead_until.quality_far"),
            (until.geometry, "overhead_until.geometry"),
            (until.spoof_near, "overhead_until.spoof_near"),
            (scenario.queue_spread, "queue_spread"),
            (scenario.time_spread, "time_spread"),
            (scenario.score_spread.far, "score_spread.far"),
            (scenario.score_spread.metric, "score_spread.metric"),
            (scenario.topiq_failure, "topiq_failure"),
            (scenario.front_end_error, "front_end_error"),
        ] {
            self.share(value, key)?;
        }
        let shares = scenario.picture_share;
        for share in [shares.checks, shares.quality, shares.antispoofing] {
            self.share(share.low, "picture_share")?;
            self.share(share.high, "picture_share")?;
            let ascends = share.low <= share.high;
            self.require(ascends, "picture_share", "low must not be above high")?;
        }
        let gaps = scenario.gaps;
        for (table, key) in [
            (&gaps.start, "gaps.start"),
            (&gaps.after_rejection, "gaps.after_rejection"),
            (&gaps.after_acceptance, "gaps.after_acceptance"),
            (&gaps.bulk, "gaps.bulk"),
            (&scenario.heuristics.iqa, "heuristics.iqa"),
            (&scenario.heuristics.antispoofing, "heuristics.antispoofing"),
        ] {
            self.positive_table(table, key)?;
        }
        for (name, table) in scenario.overhead.iter().chain(&scenario.queue) {
            self.positive_table(table, name)?;
        }
        self.known(&scenario.queue, "other", "queue", "queue")?;
        for (group, tables) in &scenario.times {
            for name in MICROSERVICES {
                self.known(
                    tables,
                    name,
                    &format!("times.{group}"),
                    &format!("times.{group}"),
                )?;
            }
            for (name, table) in tables {
                self.positive_table(table, &format!("times.{group}.{name}"))?;
            }
        }
        for (group, tables) in &scenario.scores {
            self.tables(tables, &METRICS, &format!("scores.{group}"))?;
        }
        for group in ["genuine", "spoof"] {
            self.known(
                &scenario.probabilities,
                group,
                "probabilities",
                "probabilities",
            )?;
        }
        for (group, tables) in &scenario.probabilities {
            self.tables(tables, &MODELS, &format!("probabilities.{group}"))?;
        }
        let both = [scenario.geometry.pass, scenario.geometry.fail];
        for table in both
            .iter()
            .flat_map(|scores| [&scores.neural, &scores.handcrafted])
        {
            self.table(table, "geometry")?;
        }
        for (code, group) in &scenario.scores_of_code {
            self.code(code, "scores_of_code")?;
            self.known(&scenario.scores, group, "scores_of_code", "scores")?;
        }
        for group in scenario.scores_of_geometry.values() {
            self.known(&scenario.scores, group, "scores_of_geometry", "scores")?;
        }
        Ok(())
    }

    fn tables(&self, tables: &Tables, names: &[&str], key: &str) -> Result<(), ScenarioError> {
        for name in names {
            self.known(tables, name, key, key)?;
        }
        for (name, BothPictures { near, far }) in tables {
            self.table(near, &format!("{key}.{name}"))?;
            self.table(far, &format!("{key}.{name}"))?;
        }
        Ok(())
    }

    fn segment(
        &self,
        scenario: &Scenario,
        name: &str,
        segment: &Segment,
    ) -> Result<(), ScenarioError> {
        let key = |part: &str| format!("segments.{name}.{part}");
        self.require(
            segment.days.len() == 31,
            &key("days"),
            "31 weights, one a day of a month",
        )?;
        self.require(
            segment.hours.len() == 24,
            &key("hours"),
            "24 weights, one an hour",
        )?;
        self.weights(&segment.days, &key("days"))?;
        self.weights(&segment.hours, &key("hours"))?;
        self.weights(segment.clients.values(), &key("clients"))?;
        self.weights(segment.sizes.values(), &key("sizes"))?;
        self.weights(segment.devices.values(), &key("devices"))?;
        self.weights(
            segment.codes.values().map(|mix| &mix.attempts),
            &key("codes"),
        )?;
        for client in segment.clients.keys() {
            self.known(&scenario.clients, client, &key("clients"), "clients")?;
        }
        for device in segment.devices.keys() {
            self.known(&scenario.devices, device, &key("devices"), "devices")?;
        }
        for size in segment.sizes.keys() {
            let sound = crate::model::size_of(size).is_some();
            self.require(sound, &key("sizes"), "write a size as 590x896")?;
        }
        self.known(
            &scenario.times,
            &segment.measures,
            &key("measures"),
            "times",
        )?;
        self.known(
            &scenario.overhead,
            &segment.measures,
            &key("measures"),
            "overhead",
        )?;
        self.known(&scenario.scores, &segment.scores, &key("scores"), "scores")?;
        let attempts = segment.attempts.is_none_or(|attempts| attempts > 0);
        self.require(
            attempts,
            &key("attempts"),
            "a process has at least one attempt",
        )?;
        let mut ends = 0.0;
        for (code, mix) in &segment.codes {
            self.code(code, &key("codes"))?;
            let sound = mix.last >= 0.0 && mix.last <= mix.attempts;
            self.require(sound, &key("codes"), "`last` lies between 0 and `attempts`")?;
            ends += mix.last;
        }
        let ends = ends > 0.0 || segment.attempts.is_some();
        self.require(
            ends,
            &key("codes"),
            "a process must end: some `last` must be above 0",
        )
    }
}
