//! One raw document. Names of keys, the misspelt ones included, are those the API writes.

mod steps;

use crate::landmarks::Landmarks;
use crate::measure::Measured;
use crate::model::Model;
use crate::person::identity_number;
use crate::plan::Attempt;
use crate::random::Random;
use crate::scenario::parts::{DateForm, Switches};
use crate::time::{LocalTime, SECOND_US};
use crate::verdict::{Code, FAR, NEAR};
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
