//! Documents of our own invention in the shape of the built-in card, as JSON values.

use serde_json::{Map, Value, json};

const SERVICES: [&str; 9] = [
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

/// A document with every part that features read, and no landmarks.
pub(crate) fn full(number: u64) -> Value {
    json!({
        "_id": {"$oid": format!("{number:024x}")},
        "api_hash": "rel-7",
        "user_name": "caller one",
        "service": "check",
        "api_gateway_id": "gw-2",
        "file_token": format!("tx-{number}"),
        "with_accessories": true,
        "with_iqa": true,
        "with_icao": false,
        "ts": 1_740_841_200.25,
        "date": "2025-03-01T10:00:00.250000-05:00",
        "http_code": 200,
        "total_time_ms": 2100,
        "summary": {"status": "ok", "code": "1400", "desc": "all fine"},
        "metadata": {
            "near_img": image(number),
            "far_img": image(number + 1),
            "geometry_check": {"code": "3000", "results": {"predictions": {
                "time_ms": 12, "queue_time_ms": 3, "neural_score": 0.5,
                "handcrafted_score": 0.25, "image_difference": 0.125,
            }}},
        },
        "user_data": {
            "procesoConvenioGuid": "77001_2025-03-01_09:58:30",
            "convenio": "customer a",
            "documento": "77001",
            "trazabilidad": {"Device": "phone x", "Country": "CO", "City": "Springfield", "Tiempo": 0, "Ip": "198.51.100.7"},
        },
    })
}

/// The same with face landmarks: nine tenths of it are read by nobody.
#[allow(dead_code, reason = "the benchmark shares this file with the tests")]
pub(crate) fn with_landmarks(number: u64) -> Value {
    let mut document = full(number);
    for image in ["near_img", "far_img"] {
        let mut points = Map::new();
        for point in 0..478_u64 {
            let seed = (point * 2_654_435_761 + number * 97) % 1_000_003;
            let at = |step: u64| 0.1 + ((seed * step) % 1_000_003) as f64 / 1_234_567.891;
            points.insert(point.to_string(), json!([at(3), at(7), at(11) - 0.5]));
        }
        let faces = json!({"bboxes": [[0.125, 0.25, 0.5, 0.75]], "landmarks": [points]});
        document["metadata"][image]["face_detector"]["results"]["predictions"]["faces"] = faces;
    }
    document
}

fn image(number: u64) -> Value {
    let share = |step: u64| ((number * 7919 + step * 104_729) % 1000) as f64 / 1000.0;
    let mut image = Map::new();
    image.insert(
        "integrity_dims".into(),
        json!({"code": "0000", "results": {"file_ext": ".jpg", "raw_img_size": [640, 480], "resized": false}}),
    );
    for (service, step) in SERVICES.iter().zip(1..) {
        let predictions = json!({
            "score": share(step) * 4.0, "prob": share(step + 20), "class": "REAL",
            "time_ms": number % 90 + step, "queue_time_ms": step,
        });
        image.insert(
            (*service).into(),
            json!({"code": "0100", "results": {"predictions": predictions}}),
        );
    }
    image.insert(
        "classic_metrics".into(),
        json!({"code": "0300", "results": {"sharpness": share(40), "colorfulness": share(41),
            "contrast": share(42), "brightness": share(43), "blur_score": share(44),
            "svd_score": share(45), "time_ms": 9}}),
    );
    image.insert(
        "as_heuristics".into(),
        json!({"code": "1400", "results": {"predictions": {"prob": share(50), "time_ms": 1.5}}}),
    );
    Value::Object(image)
}
