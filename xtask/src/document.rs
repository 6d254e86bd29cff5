//! One raw document of the validation API, with invented values.
//!
//! The key names, the misspelt ones included, are those that the API writes.

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use crate::ending::{Ending, Picture};
use crate::random::Random;
use crate::results::{Writer, work_ms};

/// What is known of a transaction before its measurements are invented.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    pub(crate) instant: DateTime<FixedOffset>,
    pub(crate) ending: Ending,
    pub(crate) release: &'static str,
    pub(crate) user: &'static str,
    pub(crate) client: &'static str,
    pub(crate) person: String,
    /// None where the caller sent no process id.
    pub(crate) process: Option<String>,
    /// The least LIQE score of a picture of good quality.
    pub(crate) liqe_threshold: f64,
}

/// What stands where a document has the landmarks of its faces.
pub(crate) type LandmarksOf = fn(Picture) -> Value;

/// Makes the document of a transaction.
pub(crate) fn document(
    transaction: &Transaction,
    random: &mut Random,
    landmarks_of: LandmarksOf,
) -> Value {
    let verdict = transaction.ending.verdict();
    let file_token = random.token(10);
    let size = random.pick(&[[720, 1280], [1080, 1920], [600, 800], [1280, 720]]);
    let mut writer = Writer {
        random,
        verdict,
        landmarks_of,
        size,
        liqe_threshold: transaction.liqe_threshold,
    };
    let near = writer.picture(Picture::Near);
    let far = writer.picture(Picture::Far);
    let mut metadata = json!({ "near_img": near, "far_img": far });
    if verdict.has_geometry {
        insert(&mut metadata, "geometry_check", writer.geometry());
    }
    let total_time_ms = work_ms(&metadata) + writer.random.between(180, 420);
    let micros = transaction.instant.timestamp_micros();
    let mut document = json!({
        "_id": { "$oid": format!("{:016x}{:08x}", random.next(), random.next() >> 32) },
        "api_hash": transaction.release,
        "user_name": transaction.user,
        "service": "main",
        "api_gateway_id": format!("{:012x}", random.next() >> 16),
        "file_token": file_token,
        "with_accessories": true,
        "with_iqa": true,
        "with_icao": true,
        "save_azure": true,
        "save_mongo": true,
        "ts": micros as f64 / 1e6,
        "date": transaction.instant.format("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string(),
    });
    if transaction.ending != Ending::Crash {
        let status = if transaction.ending == Ending::Accepted {
            "ok"
        } else {
            "error"
        };
        let summary =
            json!({ "status": status, "code": verdict.code, "desc": verdict.description });
        insert(&mut document, "summary", summary);
    }
    insert(&mut document, "metadata", metadata);
    insert(&mut document, "user_data", user_data(transaction, random));
    insert(
        &mut document,
        "http_code",
        json!(transaction.ending.http_code()),
    );
    insert(&mut document, "total_time_ms", json!(total_time_ms));
    let month = transaction.instant.format("%Y-%m").to_string();
    insert(
        &mut document,
        "azure_blob",
        picture_store(&month, &file_token),
    );
    document
}

fn insert(object: &mut Value, key: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(key.to_owned(), value);
    }
}

fn user_data(transaction: &Transaction, random: &mut Random) -> Value {
    let host = random.between(1, 254);
    let network = random.pick(&["192.0.2", "198.51.100", "203.0.113", "192.0.2"]);
    let (device, browser, screen) = random.pick(&[
        ("Example Phone 5", "Chrome Mobile", "412 : 915"),
        ("Example Phone 7", "Chrome Mobile", "384 : 854"),
        ("Sample Tablet 2", "Safari", "810 : 1080"),
        ("Sample Phone Mini", "Firefox Mobile", "360 : 640"),
    ]);
    let process = transaction.process.as_deref();
    let mut user_data = json!({
        "trazabilidad": {
            "Resolucion": screen,
            "City": random.pick(&["Riverton", "Hillsdale", "", "Lakeport"]),
            "PostalCode": "",
            "ProcessGuid": process.unwrap_or_default(),
            "VersionNavegador": random.pick(&["131.0", "130.0", "18.1", "132.0"]),
            "Lenguaje": random.pick(&["es-CO", "es", "es-EC", "es-CO"]),
            "Subdivision": "",
            "Tiempo": random.between(2, 40),
            "Camara": random.pick(&["front", "front", "back", "front"]),
            "Error": random.pick(&["", "", "camera busy", ""]),
            "ResolucionCamera": "1280 : 720",
            "Device": device,
            "Latitud": "",
            "Navegador": browser,
            "NumDoc": transaction.person,
            "UserAgent": "",
            "Longitud": "",
            "Country": random.pick(&["CO", "CO", "EC", "CO"]),
            "Ip": format!("{network}.{host}"),
        },
    });
    if let Some(process) = process {
        insert(&mut user_data, "procesoConvenioGuid", json!(process));
    }
    insert(&mut user_data, "convenio", json!(transaction.client));
    insert(&mut user_data, "documento", json!(transaction.person));
    user_data
}

fn picture_store(month: &str, file_token: &str) -> Value {
    let place = |picture: &str| {
        json!({
            "account_name": "sampleaccount",
            "container_name": month,
            "path": format!("{file_token}/{file_token}~{picture}.png"),
        })
    };
    json!({ "near_img": place("near"), "far_img": place("far") })
}
