//! One raw document. Names of keys, the misspelt ones included, are those the API writes.

use crate::landmarks::Landmarks;
use crate::measure::{FIRST_MODEL, METRICS, Measured, Run};
use crate::model::Model;
use crate::numbers::rounded;
use crate::person::identity_number;
use crate::plan::Attempt;
use crate::random::Random;
use crate::scenario::parts::{DateForm, Switches};
use crate::time::{LocalTime, SECOND_US};
use crate::verdict::{Code, FAR, NEAR, Reach, Stage, Verdict};
use crate::writer::Writer;

/// Names of the pictures.
const PICTURES: [&str; 2] = ["near_img", "far_img"];

/// Alphabet of transaction ids.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Texts of front ends that failed.
const FRONT_END_ERRORS: [&str; 3] = [
    "camera permission denied",
    "capture timed out",
    "camera stream interrupted",
];

/// What a document is made of.
struct Maker<'a> {
    writer: &'a mut Writer,
    model: &'a Model,
    attempt: &'a Attempt,
    measured: &'a Measured,
    landmarks: Option<&'a Landmarks>,
    random: &'a mut Random,
    switches: Switches,
}

/// Writes the document of an attempt.
pub(crate) fn write_document(
    writer: &mut Writer,
    model: &Model,
    attempt: &Attempt,
    measured: &Measured,
    landmarks: Option<&Landmarks>,
    random: &mut Random,
) {
    let client = model.clients.get(attempt.process.client);
    let switches = client.map_or(model.scenario.switches, |client| client.switches);
    let mut maker = Maker {
        writer,
        model,
        attempt,
        measured,
        landmarks,
        random,
        switches,
    };
    maker.document();
}

impl Maker<'_> {
    fn document(&mut self) {
        let token = file_token(self.attempt.number, self.model.seed);
        self.writer.begin();
        self.head(&token);
        self.summary();
        self.metadata();
        self.user_data();
        self.writer.int("http_code", self.model.scenario.http_code);
        self.writer.int("total_time_ms", self.measured.total_ms);
        self.azure_blob(&token);
        self.writer.end();
    }

    fn head(&mut self, token: &str) {
        let model = self.model;
        let (release_place, release) = model.release(self.attempt.day);
        let client = model.clients.get(self.attempt.process.client);
        let user = client.map_or("", |client| match &client.first_user {
            Some(first_user) if release_place == 0 => first_user,
            _ => &client.user,
        });
        let offset = model.scenario.offset_minutes;
        let utc_us = self.attempt.at_us - i64::from(offset) * 60 * SECOND_US;
        let writer = &mut *self.writer;
        writer.object_id("_id", object_id(utc_us, self.attempt.number, model.seed));
        writer.text("api_hash", release.map_or("", |release| &release.hash));
        writer.text("user_name", user);
        writer.text("service", &model.scenario.service);
        let gateway = model.gateways.get(self.attempt.process.gateway);
        writer.text("api_gateway_id", gateway.map_or("", String::as_str));
        writer.text("file_token", token);
        writer.flag("with_accessories", self.switches.with_accessories);
        writer.flag("with_iqa", self.switches.with_iqa);
        writer.flag("with_icao", self.switches.with_icao);
        writer.flag("save_azure", true);
        writer.flag("save_mongo", true);
        writer.double("ts", utc_us as f64 / SECOND_US as f64);
        match model.scenario.date_form {
            DateForm::Text => writer.date_text("date", self.attempt.at_us, offset),
            DateForm::Instant => writer.date_instant("date", self.attempt.at_us, offset),
        }
    }

    fn summary(&mut self) {
        let code = self.measured.verdict.code;
        let accepted = self.attempt.code == Code::ACCEPTED;
        let writer = &mut *self.writer;
        writer.object("summary");
        writer.text("status", if accepted { "ok" } else { "error" });
        writer.text("code", code.code);
        writer.text("desc", code.description);
        writer.end();
    }

    fn metadata(&mut self) {
        self.writer.object("metadata");
        for picture in [NEAR, FAR] {
            self.writer.object(PICTURES[picture]);
            self.picture(picture);
            self.writer.end();
        }
        if self.measured.verdict.has_geometry {
            self.geometry_check();
        }
        self.writer.end();
    }

    fn picture(&mut self, picture: usize) {
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
            self.writer.int(name, crate::numbers::whole(value));
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

    fn geometry_check(&mut self) {
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

    fn user_data(&mut self) {
        let process = &self.attempt.process;
        let number = identity_number(process.person, self.model.seed).to_string();
        let guid = process_guid(&number, process.start_s);
        let model = self.model;
        let client = model.clients.get(process.client);
        self.writer.object("user_data");
        self.traceability(&number, &guid);
        self.writer.text("procesoConvenioGuid", &guid);
        self.writer
            .text("convenio", client.map_or("", |client| &client.id));
        self.writer.text("documento", &number);
        self.writer.end();
    }

    /// What the front end tells of itself: an SDK hardly anything, a browser a lot.
    fn traceability(&mut self, number: &str, guid: &str) {
        let model = self.model;
        let Some((name, device)) = model.devices.get(self.attempt.process.device) else {
            return;
        };
        let is_browser = !device.user_agent.is_empty();
        let told = |text: &'static str| if is_browser { text } else { "" };
        let place = [self.random.unit(), self.random.unit()];
        let host = 1 + self.attempt.process.person % 254;
        let failed = self.random.chance(model.scenario.front_end_error);
        let which = self.random.below(FRONT_END_ERRORS.len() as u64);
        let capture_ms = self.random.below(20_000);
        let error = usize::try_from(which)
            .ok()
            .and_then(|which| FRONT_END_ERRORS.get(which));
        let coordinate = |value: f64| {
            if is_browser {
                format!("{value:.8}")
            } else {
                String::new()
            }
        };
        let writer = &mut *self.writer;
        writer.object("trazabilidad");
        writer.text("Resolucion", &device.screen);
        writer.text("City", told("Example City"));
        writer.text("PostalCode", told("999111"));
        writer.text("ProcessGuid", guid);
        writer.text("VersionNavegador", &device.browser_version);
        writer.text("Lenguaje", &device.language);
        writer.text("Subdivision", told("Example Region"));
        let capture_ms = if is_browser { 2_000 + capture_ms } else { 0 };
        writer.int("Tiempo", i64::try_from(capture_ms).unwrap_or(0));
        writer.text("Camara", &device.camera);
        writer.text(
            "Error",
            if failed {
                error.map_or("", |error| error)
            } else {
                ""
            },
        );
        writer.text("ResolucionCamera", &device.camera_resolution);
        writer.text("Device", name);
        writer.text("Latitud", &coordinate(4.0 + place[0]));
        writer.text("Navegador", &device.browser);
        writer.text("NumDoc", number);
        writer.text("UserAgent", &device.user_agent);
        writer.text("Longitud", &coordinate(-74.0 - place[1]));
        let country = model.countries.get(self.attempt.process.country);
        writer.text("Country", country.map_or("", String::as_str));
        // A network that is set aside for documentation (RFC 5737).
        writer.text("Ip", &format!("203.0.113.{host}"));
        writer.end();
    }

    fn azure_blob(&mut self, token: &str) {
        let mut month = Vec::with_capacity(20);
        LocalTime::of(self.attempt.at_us).push(b'T', &mut month);
        month.truncate(7);
        let month = String::from_utf8(month).unwrap_or_default();
        let writer = &mut *self.writer;
        writer.object("azure_blob");
        for (picture, name) in PICTURES.into_iter().zip(["near", "far"]) {
            writer.object(picture);
            writer.text("account_name", "simulatedaccount");
            writer.text("container_name", &month);
            writer.text("path", &format!("{token}/{token}~{name}.png"));
            writer.end();
        }
        writer.end();
    }
}

/// Returns the id of a process: identity number, then local time of its start.
fn process_guid(number: &str, start_s: i64) -> String {
    let mut guid = number.as_bytes().to_vec();
    guid.push(b'_');
    LocalTime::of(start_s * SECOND_US).push(b'_', &mut guid);
    String::from_utf8(guid).unwrap_or_default()
}

/// Returns a transaction's id: ten characters, different for all numbers of one seed.
fn file_token(number: u64, seed: u64) -> String {
    const BITS: u64 = (1 << 60) - 1;
    // Odd factors and shifts by half keep 60 bits one to one.
    let mut mixed = number
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(seed)
        & BITS;
    for factor in [0xbf58_476d_1ce4_e5b9_u64, 0x94d0_49bb_1331_11eb] {
        mixed ^= mixed >> 30;
        mixed = mixed.wrapping_mul(factor) & BITS;
    }
    mixed ^= mixed >> 30;
    let mut token = String::with_capacity(10);
    for place in 0..10 {
        let letter = usize::try_from(mixed >> (6 * place) & 63).unwrap_or(0);
        token.push(ALPHABET.get(letter).copied().map_or('A', char::from));
    }
    token
}

/// Returns an ObjectId: seconds, a byte of the seed, then the number, so ids ascend.
fn object_id(utc_us: i64, number: u64, seed: u64) -> [u8; 12] {
    let seconds = u32::try_from(utc_us.div_euclid(SECOND_US).max(0)).unwrap_or(u32::MAX);
    let mut id = [0; 12];
    let (head, tail) = id.split_at_mut(4);
    head.copy_from_slice(&seconds.to_be_bytes());
    tail.copy_from_slice(&number.to_be_bytes());
    id[4] = seed.to_le_bytes()[0];
    id
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{file_token, object_id, process_guid};

    #[test]
    fn transaction_ids_differ() {
        let tokens: HashSet<String> = (0..100_000).map(|number| file_token(number, 1)).collect();
        assert_eq!(tokens.len(), 100_000);
        assert!(tokens.iter().all(|token| token.len() == 10));
        assert_ne!(file_token(0, 1), file_token(0, 2));
    }

    #[test]
    fn object_ids_ascend_with_time_and_number() {
        let ids = [
            object_id(1_000_000, 7, 3),
            object_id(1_000_000, 8, 3),
            object_id(1_999_999, 1 << 24, 3),
            object_id(2_000_000, 9, 3),
        ];
        assert!(ids.is_sorted());
    }

    #[test]
    fn the_id_of_a_process_holds_number_and_start() {
        assert_eq!(
            process_guid("9000000001", 1_736_665_981),
            "9000000001_2025-01-12_07:13:01"
        );
    }
}
