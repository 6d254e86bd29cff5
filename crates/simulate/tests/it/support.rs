//! Simulations and their documents, read back by another JSON reader.

use std::collections::BTreeMap;

use serde_json::Value;
use veriscope_simulate::{Format, Options, Scenario, Simulation, Truth};

/// Microservices that run on each picture.
pub(crate) const PER_PICTURE: [&str; 9] = [
    "accessory_detector",
    "face_detector",
    "liqe",
    "topiq",
    "classic_metrics",
    "as_35_selfies",
    "ibeta2_crops",
    "ibeta2_full",
    "ibeta2_clip",
];

/// Options of a small run without landmarks.
pub(crate) fn options(seed: u64, transactions: u64) -> Options {
    Options {
        seed,
        transactions,
        landmarks: false,
        ..Options::default()
    }
}

pub(crate) fn write(scenario: &Scenario, options: Options, format: Format) -> (Vec<u8>, Truth) {
    let simulation = Simulation::new(scenario.clone(), options).unwrap();
    let mut bytes = Vec::new();
    let truth = simulation.write(format, &mut bytes, 2).unwrap();
    (bytes, truth)
}

pub(crate) fn documents(scenario: &Scenario, options: Options) -> (Vec<Value>, Truth) {
    let (bytes, truth) = write(scenario, options, Format::Ndjson);
    (lines(&bytes), truth)
}

pub(crate) fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What the tests need of a document, by the published names of the features.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) code: String,
    pub(crate) description: String,
    pub(crate) accepted: bool,
    pub(crate) date: String,
    pub(crate) process: String,
    pub(crate) client: String,
    pub(crate) person: String,
    pub(crate) class: &'static str,
    pub(crate) orientation: &'static str,
    pub(crate) measured: BTreeMap<String, f64>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The size classes of the published tables.
fn class_of(width: f64, height: f64) -> &'static str {
    let pixels = width * height;
    [
        (1920.0 * 1080.0, "FULLHD"),
        (1280.0 * 720.0, "HD"),
        (1024.0 * 768.0, "XGA"),
        (640.0 * 480.0, "SD"),
    ]
    .into_iter()
    .find(|(least, _)| pixels >= *least)
    .map_or("LOWERSCALES", |(_, name)| name)
}

impl Row {
    pub(crate) fn of(document: &Value) -> Self {
        let user_data = &document["user_data"];
        let size = &document["metadata"]["near_img"]["integrity_dims"]["results"]["raw_img_size"];
        let [width, height] = [0, 1].map(|side| size[side].as_f64().unwrap());
        Self {
            code: text(&document["summary"]["code"]),
            description: text(&document["summary"]["desc"]),
            accepted: document["summary"]["status"] == "ok",
            date: text(&document["date"]),
            process: text(&user_data["procesoConvenioGuid"]),
            client: text(&user_data["convenio"]),
            person: text(&user_data["documento"]),
            class: class_of(width, height),
            orientation: if width > height {
                "LANDSCAPE"
            } else {
                "PORTRAIT"
            },
            measured: measured(document),
        }
    }

    /// Execution and queue time of a microservice on both pictures, ms.
    pub(crate) fn total_ms(&self, microservice: &str) -> f64 {
        ["near_img", "far_img"]
            .iter()
            .flat_map(|picture| {
                ["time_ms", "queue_time_ms"].map(|kind| format!("{kind}_{microservice}_{picture}"))
            })
            .chain(["time_ms", "queue_time_ms"].map(|kind| format!("{kind}_{microservice}")))
            .filter_map(|name| self.measured.get(&name))
            .sum()
    }

    pub(crate) fn all_ms(&self) -> f64 {
        PER_PICTURE
            .iter()
            .chain(&["geometry_check"])
            .map(|name| self.total_ms(name))
            .sum()
    }
}

fn measured(document: &Value) -> BTreeMap<String, f64> {
    let mut measured = BTreeMap::new();
    let mut put = |name: String, value: &Value| {
        if let Some(value) = value.as_f64() {
            measured.insert(name, value);
        }
    };
    put("total_time_ms".to_owned(), &document["total_time_ms"]);
    let metadata = &document["metadata"];
    for picture in ["near_img", "far_img"] {
        let steps = &metadata[picture];
        let size = &steps["integrity_dims"]["results"]["raw_img_size"];
        put(format!("img_size_{picture}_width"), &size[0]);
        put(format!("img_size_{picture}_height"), &size[1]);
        put(format!("img_size_{picture}_img_width"), &size[0]);
        put(format!("img_size_{picture}_img_height"), &size[1]);
        for name in PER_PICTURE.iter().chain(&["as_heuristics"]) {
            let results = &steps[name]["results"];
            let found = match name {
                &"classic_metrics" => results,
                _ => &results["predictions"],
            };
            put(format!("time_ms_{name}_{picture}"), &found["time_ms"]);
            put(
                format!("queue_time_ms_{name}_{picture}"),
                &found["queue_time_ms"],
            );
            put(format!("score_{name}_{picture}"), &found["score"]);
            put(format!("prob_{name}_{picture}"), &found["prob"]);
        }
        for metric in [
            "sharpness",
            "colorfulness",
            "contrast",
            "brightness",
            "blur_score",
            "svd_score",
        ] {
            let value = &steps["classic_metrics"]["results"][metric];
            put(format!("score_{metric}_classic_metrics_{picture}"), value);
        }
    }
    let geometry = &metadata["geometry_check"]["results"]["predictions"];
    put("time_ms_geometry_check".to_owned(), &geometry["time_ms"]);
    put(
        "queue_time_ms_geometry_check".to_owned(),
        &geometry["queue_time_ms"],
    );
    measured
}

/// The last attempt of each process; documents come in the order of their dates.
pub(crate) fn last_attempts(rows: &[Row]) -> Vec<&Row> {
    let mut last = BTreeMap::new();
    for row in rows {
        last.insert(row.process.as_str(), row);
    }
    last.into_values().collect()
}

/// The quantile of a list by linear interpolation, as NumPy and pandas have it.
pub(crate) fn quantile(values: &[f64], level: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = level * (sorted.len() - 1) as f64;
    let below = format!("{}", place.floor()).parse::<usize>().unwrap();
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
