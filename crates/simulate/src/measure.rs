//! The measurements of one transaction: times, scores, probabilities.

use crate::model::{Model, SegmentModel};
use crate::numbers::{rounded, whole};
use crate::pipeline::{CriticalPath, GEOMETRY, MICROSERVICES, NUM_PER_PICTURE, Times};
use crate::plan::Attempt;
use crate::quantiles::Quantiles;
use crate::random::Random;
use crate::verdict::{Code, FAR, NEAR, Reach, Stage, Verdict};

/// Scores of a picture's quality, in the order of a document.
pub(crate) const METRICS: [&str; 8] = [
    "liqe",
    "topiq",
    "sharpness",
    "colorfulness",
    "contrast",
    "brightness",
    "blur_score",
    "svd_score",
];

/// Decimals that the API writes of them.
const DECIMALS: [u8; 8] = [4, 4, 8, 6, 6, 8, 8, 8];

/// Metrics that are the higher the worse the picture.
const DESCENDS: [bool; 8] = [false, false, false, false, false, false, true, true];

/// Models that judge whether a picture is genuine, and the decision over them.
pub(crate) const MODELS: [&str; 5] = [
    "as_35_selfies",
    "ibeta2_crops",
    "ibeta2_full",
    "ibeta2_clip",
    "as_heuristics",
];

/// Place of the first of them among the microservices.
pub(crate) const FIRST_MODEL: usize = 5;

/// Execution and queue time, ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) service_ms: i64,
    pub(crate) queue_ms: i64,
}

/// What was measured. Where a check did not run, its numbers mean nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) verdict: Verdict,
    /// By picture and microservice; none where it did not run.
    pub(crate) runs: [[Option<Run>; NUM_PER_PICTURE]; 2],
    pub(crate) geometry_run: Option<Run>,
    pub(crate) scores: [[f64; METRICS.len()]; 2],
    pub(crate) probabilities: [[f64; MODELS.len()]; 2],
    pub(crate) geometry: [f64; 2],
    /// Times of the decisions by rule, ms.
    pub(crate) iqa_ms: [f64; 2],
    pub(crate) antispoofing_ms: [f64; 2],
    pub(crate) path: CriticalPath,
    pub(crate) total_ms: i64,
}

impl Measured {
    /// Measures an attempt. The numbers drawn do not depend on how it ends, so that a
    /// scenario which turns one attempt leaves the measurements of others alone.
    pub(crate) fn draw(
        model: &Model,
        segment: &SegmentModel,
        attempt: &Attempt,
        random: &mut Random,
    ) -> Self {
        let scenario = &model.scenario;
        let code = Code::at(attempt.code);
        let verdict = Verdict::draw(code, &scenario.near_share, &scenario.far_cancelled, random);
        let mut measured = Self {
            verdict,
            runs: [[None; NUM_PER_PICTURE]; 2],
            geometry_run: None,
            scores: [[0.0; METRICS.len()]; 2],
            probabilities: [[0.0; MODELS.len()]; 2],
            geometry: [0.0; 2],
            iqa_ms: [0.0; 2],
            antispoofing_ms: [0.0; 2],
            path: CriticalPath::default(),
            total_ms: 0,
        };
        measured.draw_times(model, segment, attempt, random);
        measured.draw_scores(model, segment, random);
        measured.draw_probabilities(model, random);
        measured
    }

    fn draw_times(
        &mut self,
        model: &Model,
        segment: &SegmentModel,
        attempt: &Attempt,
        random: &mut Random,
    ) {
        let scenario = &model.scenario;
        let load = random.unit();
        let (_, release) = model.release(attempt.day);
        let planted = model.time_factor(attempt.process.device, attempt.process.country);
        for (place, name) in MICROSERVICES.into_iter().enumerate() {
            let level = random.near(load, scenario.time_spread);
            let factor = release.map_or(1.0, |release| release.factors[place]);
            let both_ms = segment.times[place].at(level) * factor * planted;
            let range = match place {
                0..=1 => scenario.picture_share.checks,
                2..=4 => scenario.picture_share.quality,
                _ => scenario.picture_share.antispoofing,
            };
            let share = range.low + (range.high - range.low) * random.unit();
            let spread = scenario.queue_spread;
            let queues = [random.near(level, spread), random.near(level, spread)];
            let queue = &segment.queues[place];
            if place == GEOMETRY {
                self.geometry_run = self
                    .has_geometry()
                    .then(|| split(whole(both_ms), queue, queues[NEAR]));
                continue;
            }
            let both_ms = whole(both_ms);
            let near_ms = whole(both_ms as f64 * share);
            for (picture, part_ms) in [(NEAR, near_ms), (FAR, both_ms - near_ms)] {
                if !self.ran(picture, place, model, attempt) {
                    continue;
                }
                let run = if name == "classic_metrics" {
                    Run {
                        service_ms: part_ms,
                        queue_ms: 0,
                    }
                } else {
                    split(part_ms, queue, queues[picture])
                };
                self.runs[picture][place] = Some(run);
            }
        }
        let overhead = segment.overhead.at(random.near(load, scenario.time_spread));
        let factor = release.map_or(1.0, |release| release.overhead_factor);
        self.path = CriticalPath::of(&self.times(), model.pipeline);
        self.total_ms =
            self.path.total_ms() + whole(overhead * factor * planted * self.overhead_share(model));
    }

    /// Returns whether a microservice ran on a picture.
    fn ran(&self, picture: usize, place: usize, model: &Model, attempt: &Attempt) -> bool {
        let switches = model
            .clients
            .get(attempt.process.client)
            .map(|client| client.switches);
        let reach = self.verdict.reach[picture];
        // A microservice that failed by itself leaves no times.
        let failed = self.verdict.code.is_technical() && self.verdict.failing == Some(picture);
        let (needed, asked) = match place {
            0 => (
                Reach::Accessory,
                switches.is_none_or(|switches| switches.with_accessories),
            ),
            1 => (Reach::Face, true),
            2..=4 => (
                Reach::Quality,
                switches.is_none_or(|switches| switches.with_iqa),
            ),
            _ => (Reach::AntiSpoofing, true),
        };
        let is_failing_step = failed
            && matches!(
                (self.verdict.code.stage, place),
                (Stage::Accessory, 0)
                    | (Stage::Face, 1)
                    | (Stage::Quality, 2..=4)
                    | (Stage::Spoof, 5..)
            );
        reach >= needed && asked && !is_failing_step
    }

    fn has_geometry(&self) -> bool {
        let code = self.verdict.code;
        self.verdict.has_geometry && !(code.stage == Stage::Geometry && code.is_technical())
    }

    fn overhead_share(&self, model: &Model) -> f64 {
        let until = &model.scenario.overhead_until;
        match (self.verdict.code.stage, self.verdict.failing) {
            (Stage::Accessory, _) => until.accessory,
            (Stage::Face | Stage::Icao, _) => until.face,
            (Stage::Quality, Some(NEAR)) => until.quality_near,
            (Stage::Quality, _) => until.quality_far,
            (Stage::Geometry, _) => until.geometry,
            (Stage::Spoof, Some(NEAR)) => until.spoof_near,
            (Stage::Spoof | Stage::Done, _) => 1.0,
        }
    }

    fn times(&self) -> Times {
        let of = |run: Option<Run>| run.map_or(0, |run| run.service_ms + run.queue_ms);
        Times {
            pictures: self.runs.map(|runs| runs.map(of)),
            geometry: of(self.geometry_run),
        }
    }

    /// Returns runs, execution time and queue time of a microservice, by its place.
    pub(crate) fn of_microservice(&self, place: usize) -> (u64, i64, i64) {
        let runs = if place == GEOMETRY {
            [self.geometry_run, None]
        } else {
            self.runs.map(|runs| runs.get(place).copied().flatten())
        };
        runs.into_iter().flatten().fold((0, 0, 0), |sums, run| {
            (sums.0 + 1, sums.1 + run.service_ms, sums.2 + run.queue_ms)
        })
    }

    fn draw_scores(&mut self, model: &Model, segment: &SegmentModel, random: &mut Random) {
        let spread = &model.scenario.score_spread;
        let quality = random.unit();
        let far_quality = random.near(quality, spread.far);
        let topiq_fails = [
            random.chance(model.scenario.topiq_failure),
            random.chance(model.scenario.topiq_failure),
        ];
        let tables = [NEAR, FAR].map(|picture| *segment.scores.for_picture(&self.verdict, picture));
        for metric in 0..METRICS.len() {
            let level = random.near(quality, spread.metric);
            let far_level = random.near(level, spread.far);
            // The far picture follows the near one in each metric, and its own quality.
            let far_level = if metric == 0 { far_quality } else { far_level };
            let levels = [if metric == 0 { quality } else { level }, far_level];
            for picture in [NEAR, FAR] {
                let table = &tables[picture][metric][picture];
                let level = if DESCENDS[metric] {
                    1.0 - levels[picture]
                } else {
                    levels[picture]
                };
                self.scores[picture][metric] = rounded(table.at(level), DECIMALS[metric]);
            }
        }
        for picture in [NEAR, FAR] {
            if topiq_fails[picture] {
                self.scores[picture][1] = -1.0;
            }
        }
        let heuristics = &model.scenario.heuristics;
        self.iqa_ms =
            [random.unit(), random.unit()].map(|level| rounded(heuristics.iqa.at(level), 4));
    }

    fn draw_probabilities(&mut self, model: &Model, random: &mut Random) {
        let genuine = random.unit();
        for picture in [NEAR, FAR] {
            let is_refused =
                self.verdict.code.stage == Stage::Spoof && self.verdict.failing == Some(picture);
            let tables = if is_refused {
                &model.probabilities.spoof
            } else {
                &model.probabilities.genuine
            };
            for (place, table) in tables.iter().enumerate() {
                let level = random.near(genuine, 0.5);
                self.probabilities[picture][place] = rounded(table[picture].at(level), 8);
            }
        }
        let failed = self.verdict.code.stage == Stage::Geometry;
        let tables = if failed {
            model.scenario.geometry.fail
        } else {
            model.scenario.geometry.pass
        };
        self.geometry = [
            rounded(tables.neural.at(random.unit()), 4),
            rounded(tables.handcrafted.at(random.unit()), 4),
        ];
        let heuristics = &model.scenario.heuristics;
        self.antispoofing_ms = [random.unit(), random.unit()]
            .map(|level| rounded(heuristics.antispoofing.at(level), 4));
    }
}

/// Parts a time into execution and queue, of which at most seven tenths are queue.
fn split(total_ms: i64, queue: &Quantiles, level: f64) -> Run {
    let queue_ms = whole(queue.at(level)).min(total_ms * 7 / 10).max(0);
    Run {
        service_ms: total_ms - queue_ms,
        queue_ms,
    }
}
