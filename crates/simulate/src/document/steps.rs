//! The results of each step, as far as a transaction got.

use super::Maker;
use crate::measure::{FIRST_MODEL, METRICS, Run};
use crate::numbers::{rounded, whole};
use crate::verdict::{Reach, Stage, Verdict};

impl Maker<'_> {
    pub(super) fn picture(&mut self, picture: usize) {
        let Verdict { reach, .. } = self.measured.verdict;
        let reach = reach[picture];
        self.integrity();
        if reach >= Reach::Accessory && self.switches.with_accessories {
            self.accessories(picture);
        }
        if reach >= Reach::Face {
            self.face(picture);
        }
        if reach >= Reach::Quality && self.switches.with_iqa {
            self.quality(picture);
        }
        if reach >= Reach::AntiSpoofing {
            self.antispoofing(picture);
        }
    }

    /// Opens a step with its message and code.
    fn step(&mut self, name: &str, message: &str, code: &str) {
        self.writer.object(name);
        self.writer.text("msg", message);
        self.writer.text("code", code);
    }

    /// Opens a step, with the code of the refusal if it was refused here. Returns false
    /// where it failed by itself: such a step has no results, and is closed already.
    fn refusable_step(
        &mut self,
        name: &str,
        stage: Stage,
        picture: usize,
        passed: (&str, &str),
    ) -> bool {
        let Verdict { code, failing, .. } = self.measured.verdict;
        let is_refused = code.stage == stage && failing == Some(picture);
        if !is_refused {
            self.step(name, passed.0, passed.1);
            return true;
        }
        self.step(name, code.description, code.code);
        if code.is_technical() {
            self.writer.end();
        }
        !code.is_technical()
    }

    fn integrity(&mut self) {
        let [width, height] = self.attempt.process.size;
        self.step("integrity_dims", "integrity and dimensions OK", "0000");
        let writer = &mut *self.writer;
        writer.object("results");
        writer.text("file_ext", ".jpg");
        writer.array("raw_img_size");
        writer.int("", width);
        writer.int("", height);
        writer.end();
        writer.flag("resized", false);
        writer.end();
        writer.end();
    }

    fn accessories(&mut self, picture: usize) {
        let passed = ("accesories OK", "0200");
        if !self.refusable_step("accessory_detector", Stage::Accessory, picture, passed) {
            return;
        }
        let Verdict { code, failing, .. } = self.measured.verdict;
        let found = code.stage == Stage::Accessory && failing == Some(picture);
        self.writer.object("results");
        self.writer.object("predictions");
        self.writer.object("accessories");
        self.accessory("face");
        if found {
            self.accessory(code.description);
        }
        self.writer.end();
        self.times(self.measured.runs[picture][0]);
        self.writer.end();
        self.writer.end();
        self.writer.end();
    }

    fn accessory(&mut self, name: &str) {
        self.writer.object(name);
        self.bounding_box("bbox");
        let confidence = rounded(0.6 + 0.39 * self.random.unit(), 8);
        self.writer.double("confidence", confidence);
        self.writer.end();
    }

    fn bounding_box(&mut self, name: &str) {
        self.writer.array(name);
        for (low, width) in [(0.2, 0.15), (0.15, 0.2), (0.35, 0.25), (0.4, 0.25)] {
            let side = rounded(low + width * self.random.unit(), 8);
            self.writer.double("", side);
        }
        self.writer.end();
    }

    fn face(&mut self, picture: usize) {
        if !self.refusable_step("face_detector", Stage::Face, picture, ("face OK", "0100")) {
            return;
        }
        let Verdict { code, failing, .. } = self.measured.verdict;
        let is_refused = code.stage == Stage::Face && failing == Some(picture);
        let num_faces = match (is_refused, code.code) {
            (true, "0102") => 0,
            (true, "0103") => 2,
            _ => 1,
        };
        self.writer.object("results");
        self.writer.object("predictions");
        self.writer.object("faces");
        self.bounding_boxes("bboxes", num_faces);
        match self.landmarks {
            Some(landmarks) if num_faces == 1 => {
                landmarks.write("landmarks", self.writer, self.random)
            }
            _ => {}
        }
        self.bounding_boxes("bboxes_raw", num_faces);
        self.writer.end();
        self.times(self.measured.runs[picture][1]);
        self.writer.end();
        self.writer.object("config");
        self.writer.double("exp_factor_w", 0.85);
        self.writer.double("exp_factor_h", 0.85);
        self.writer.end();
        self.writer.end();
        self.writer.end();
    }

    fn bounding_boxes(&mut self, name: &str, num_faces: u32) {
        self.writer.array(name);
        for _ in 0..num_faces {
            self.bounding_box("");
        }
        self.writer.end();
    }

    fn times(&mut self, run: Option<Run>) {
        if let Some(run) = run {
            self.writer.int("time_ms", run.service_ms);
            self.writer.int("queue_time_ms", run.queue_ms);
        }
    }

    fn quality(&mut self, picture: usize) {
        let runs = &self.measured.runs[picture];
        let scores = self.measured.scores[picture];
        for (place, name, message) in [(2, "liqe", "liqe OK"), (3, "topiq", "topiq OK")] {
            let Some(run) = runs[place] else {
                continue;
            };
            self.step(name, message, "0300");
            self.writer.object("results");
            self.writer.object("predictions");
            self.writer.double("score", scores[place - 2]);
            self.times(Some(run));
            self.writer.end();
            self.writer.end();
            self.writer.end();
        }
        if let Some(run) = runs[4] {
            self.step("classic_metrics", "classic metrics OK", "0300");
            self.writer.object("results");
            self.writer.int("time_ms", run.service_ms);
            for (name, score) in METRICS.into_iter().zip(scores).skip(2) {
                self.writer.double(name, score);
            }
            self.writer.end();
            self.writer.end();
        }
        if !self.refusable_step(
            "iqa_heuristics",
            Stage::Quality,
            picture,
            ("quality OK", "0300"),
        ) {
            return;
        }
        self.writer.object("results");
        self.writer.object("config");
        for name in ["liqe_thr", "topiq_thr", "sharpness_thr"] {
            self.threshold(name, name);
        }
        for (name, low, high) in [
            ("brightness_range", "brightness_low", "brightness_high"),
            ("colofulness_range", "colofulness_low", "colofulness_high"),
            ("contrast_range", "contrast_low", "contrast_high"),
        ] {
            self.writer.array(name);
            self.threshold("", low);
            self.threshold("", high);
            self.writer.end();
        }
        self.threshold("blur_score_thr", "blur_score_thr");
        self.threshold("svd_score_thr", "svd_score_thr");
        self.writer.end();
        self.writer.double("time_ms", self.measured.iqa_ms[picture]);
        self.writer.end();
        self.writer.end();
    }

    fn policy(&self, name: &str) -> f64 {
        let policy = self
            .model
            .policy(self.attempt.process.client, self.attempt.day);
        policy.get(name).copied().unwrap_or(0.0)
    }

    /// Writes a threshold; a whole one stands as an integer, as the API writes it.
    fn threshold(&mut self, name: &str, of_policy: &str) {
        let value = self.policy(of_policy);
        if value.fract() == 0.0 && value.abs() < 1e9 {
            self.writer.int(name, whole(value));
        } else {
            self.writer.double(name, value);
        }
    }

    fn antispoofing(&mut self, picture: usize) {
        const STEPS: [(&str, &str, &str); 4] = [
            ("as_35_selfies", "as 3.5 selfies OK", "as_35_selfies_thr"),
            ("ibeta2_crops", "ibeta2 crops OK", "ibeta2_crops_thr"),
            ("ibeta2_full", "ibeta2 full OK", "ibeta2_full_thr"),
            ("ibeta2_clip", "ibeta2 clip OK", "ibeta2_clip_thr"),
        ];
        let probabilities = self.measured.probabilities[picture];
        for (place, (name, message, threshold)) in STEPS.into_iter().enumerate() {
            let Some(run) = self.measured.runs[picture][FIRST_MODEL + place] else {
                continue;
            };
            let probability = probabilities[place];
            let is_real = probability >= self.policy(threshold);
            self.step(name, message, if is_real { "1400" } else { "1402" });
            self.writer.object("results");
            self.writer.object("predictions");
            self.writer
                .text("class", if is_real { "REAL" } else { "SPOOFING" });
            self.writer.double("prob", probability);
            self.times(Some(run));
            self.writer.end();
            self.writer.end();
            self.writer.end();
        }
        if !self.refusable_step(
            "as_heuristics",
            Stage::Spoof,
            picture,
            ("antispoofing OK", "1400"),
        ) {
            return;
        }
        self.writer.object("results");
        self.writer.object("predictions");
        self.writer.double("prob", probabilities[STEPS.len()]);
        self.writer
            .double("time_ms", self.measured.antispoofing_ms[picture]);
        self.writer.end();
        self.writer.object("config");
        for (name, threshold) in [
            ("ibeta2_full_thr", "ibeta2_full_thr"),
            ("ibeta2_crops_thr", "ibeta2_crops_thr"),
            ("ibeta2_clip_thr", "ibeta2_clip_thr"),
            ("as_3.5_selfies_thr", "as_35_selfies_thr"),
            ("as_heuristics_thr", "as_heuristics_thr"),
        ] {
            self.threshold(name, threshold);
        }
        self.writer.end();
        self.writer.end();
        self.writer.end();
    }

    pub(super) fn geometry_check(&mut self) {
        let code = self.measured.verdict.code;
        match code.stage {
            Stage::Geometry => self.step("geometry_check", code.description, code.code),
            _ => self.step("geometry_check", "geometry check OK", "3000"),
        }
        if let Some(run) = self.measured.geometry_run {
            let [neural, handcrafted] = self.measured.geometry;
            self.writer.object("results");
            self.writer.object("predictions");
            self.writer.double("neural_score", neural);
            self.times(Some(run));
            self.writer.int("image_difference", 0);
            self.writer.double("handcrafted_score", handcrafted);
            self.writer.end();
            self.writer.object("config");
            for (name, threshold) in [
                (
                    "image_difference_threshold",
                    "geometry_image_difference_threshold",
                ),
                ("handcrafted_threshold", "geometry_handcrafted_threshold"),
                ("neural_threshold", "geometry_neural_threshold"),
            ] {
                self.threshold(name, threshold);
            }
            self.writer.end();
            self.writer.end();
        }
        self.writer.end();
    }
}
