//! Three documents worked by hand: a full one, one that stopped early, and one in which the
//! API failed. Every cell of the three tables is known.

use serde_json::{Value, json};

use crate::support::Sandbox;
use crate::tables::{Table, is_token};

/// A full transaction. Each number stands once, so that no two columns can be mixed up.
fn full() -> Value {
    let image = |size: [u32; 2], first_ms: u32, first_queue_ms: u32| {
        let times =
            |step: u32| json!({"time_ms": first_ms + step, "queue_time_ms": first_queue_ms + step});
        let service = |step: u32| json!({"code": "0", "results": {"predictions": times(step)}});
        json!({
            "integrity_dims": {"code": "0000", "results": {"raw_img_size": size, "resized": false}},
            "accessory_detector": service(0),
            "face_detector": service(1),
            "liqe": service(2),
            "topiq": service(3),
            "classic_metrics": {"code": "0300", "results": {"time_ms": first_ms + 4}},
            "as_35_selfies": service(5),
            "ibeta2_crops": service(6),
            "ibeta2_full": service(7),
            "ibeta2_clip": service(8),
            "as_heuristics": {"code": "1400", "results": {"predictions": {"time_ms": 0.2}}},
        })
    };
    let mut near = image([1280, 720], 11, 1);
    let mut far = image([720, 1280], 41, 21);
    for (image, scores, classic, probabilities) in [
        (
            &mut near,
            [json!(3.5), json!(0.625)],
            json!({"sharpness": 0.5, "colorfulness": 31, "contrast": 41.5,
                "brightness": 0.375, "blur_score": 0.125, "svd_score": 0.75}),
            [0.99, 0.97, 0.95, 0.93, 0.91],
        ),
        (
            &mut far,
            // A score of -1 is the API's own word for a score that it could not compute.
            [json!("4.25"), json!(-1)],
            json!({"sharpness": 0.25, "colorfulness": 32.5, "contrast": 42.5,
                "brightness": 0.4375, "blur_score": 0.1875, "svd_score": 0.8125}),
            [0.98, 0.96, 0.94, 0.92, 0.90],
        ),
    ] {
        for (service, score) in ["liqe", "topiq"].into_iter().zip(scores) {
            image[service]["results"]["predictions"]["score"] = score;
        }
        for (metric, value) in classic.as_object().unwrap() {
            image["classic_metrics"]["results"][metric] = value.clone();
        }
        let models = [
            "as_35_selfies",
            "ibeta2_crops",
            "ibeta2_full",
            "ibeta2_clip",
            "as_heuristics",
        ];
        for (model, probability) in models.into_iter().zip(probabilities) {
            image[model]["results"]["predictions"]["prob"] = json!(probability);
        }
    }
    json!({
        "api_hash": "rel-9", "user_name": "app-main", "file_token": "tx-full", "service": "check",
        "summary": {"code": "1400", "status": "ok", "desc": "all fine"},
        "http_code": 200, "total_time_ms": 1000, "date": "2031-03-04T10:15:30.123456789-05:00",
        "user_data": {"procesoConvenioGuid": "55501234_2031-03-04_10:14:00",
            "convenio": "harbour-bank", "documento": 55_501_234},
        "metadata": {"near_img": near, "far_img": far, "geometry_check": {"code": "3000",
            "results": {"predictions": {"time_ms": 50, "queue_time_ms": 10}}}},
    })
}

/// The attempt before it, written an hour later by another clock: no face was found.
fn early() -> Value {
    let accessories = |times: Value| json!({"code": "0200", "results": {"predictions": times}});
    json!({
        "api_hash": "rel-9", "user_name": "app-kiosk", "file_token": "tx-early", "service": "check",
        "summary": {"code": 102.0, "status": "error", "desc": "face not found"},
        "http_code": "200", "total_time_ms": 50, "date": "2031-03-04 11:14:59-04",
        "user_data": {"procesoConvenioGuid": "55501234_2031-03-04_10:14:00",
            "convenio": "harbour-bank", "documento": "55501234"},
        "metadata": {
            "near_img": {
                "integrity_dims": {"code": "0000", "results": {"raw_img_size": [640, 640]}},
                "accessory_detector": accessories(json!({"time_ms": 33, "queue_time_ms": 2})),
                "face_detector": {"code": "0102", "results": {"predictions": {
                    "time_ms": 9, "queue_time_ms": 0, "faces": null}}},
                "liqe": null,
            },
            "far_img": {
                "integrity_dims": {"code": "0000", "results": {"raw_img_size": [320, 239]}},
                "accessory_detector": accessories(json!({"time_ms": {"$numberLong": "30"}})),
            },
        },
    })
}

/// A technical error, as a database exports it: no process, no user, no far picture.
fn failed() -> Value {
    json!({
        "api_hash": "rel-10", "file_token": "-tx-fail", "service": "check",
        "summary": {"code": "0301", "status": "error", "desc": "internal error, quality"},
        "http_code": {"$numberInt": "500"}, "total_time_ms": 812.5,
        "date": {"$date": {"$numberLong": "1930107599999"}},
        "user_data": {"procesoConvenioGuid": null, "convenio": "hill-lender",
            "documento": "88806666"},
        "metadata": {"near_img": {
            "integrity_dims": {"results": {"raw_img_size": ["3840", {"$numberInt": "2160"}]}},
            "accessory_detector": {"results": {"predictions": {"time_ms": "025"}}},
            "liqe": {"code": "0301", "results": {"predictions": {"time_ms": 7e2, "score": null}}},
        }},
    })
}

const STAGING: &str = "\
api_hash                                    | rel-9                            | rel-9                            | rel-10
user_name                                   | user_name_1                      | user_name_2                      |
file_token                                  | tx-full                          | tx-early                         | -tx-fail
service                                     | check                            | check                            | check
summary_code                                | 1400                             | 102                              | 301
summary_status                              | ok                               | error                            | error
summary_desc                                | all fine                         | face not found                   | internal error, quality
http_code                                   | 200                              | 200                              | 500
total_time_ms                               | 1000                             | 50                               | 813
date                                        | 2031-03-04T10:15:30.123456-05:00 | 2031-03-04T11:14:59.000000-04:00 | 2031-02-28T23:59:59.999000-05:00
procesoConvenioGuid                         | {token}                          | {token}                          |
convenio                                    | convenio_1                       | convenio_1                       | convenio_2
documento                                   | {token}                          | {token}                          | {token}
img_size_near_img_width                     | 1280                             | 640                              | 3840
img_size_near_img_height                    | 720                              | 640                              | 2160
img_size_far_img_width                      | 720                              | 320                              |
img_size_far_img_height                     | 1280                             | 239                              |
score_liqe_near_img                         | 3.5                              |                                  |
score_liqe_far_img                          | 4.25                             |                                  |
score_topiq_near_img                        | 0.625                            |                                  |
score_topiq_far_img                         | -1.0                             |                                  |
score_sharpness_classic_metrics_near_img    | 0.5                              |                                  |
score_sharpness_classic_metrics_far_img     | 0.25                             |                                  |
score_colorfulness_classic_metrics_near_img | 31.0                             |                                  |
score_colorfulness_classic_metrics_far_img  | 32.5                             |                                  |
score_contrast_classic_metrics_near_img     | 41.5                             |                                  |
score_contrast_classic_metrics_far_img      | 42.5                             |                                  |
score_brightness_classic_metrics_near_img   | 0.375                            |                                  |
score_brightness_classic_metrics_far_img    | 0.4375                           |                                  |
score_blur_score_classic_metrics_near_img   | 0.125                            |                                  |
score_blur_score_classic_metrics_far_img    | 0.1875                           |                                  |
score_svd_score_classic_metrics_near_img    | 0.75                             |                                  |
score_svd_score_classic_metrics_far_img     | 0.8125                           |                                  |
prob_as_35_selfies_near_img                 | 0.99                             |                                  |
prob_as_35_selfies_far_img                  | 0.98                             |                                  |
prob_ibeta2_crops_near_img                  | 0.97                             |                                  |
prob_ibeta2_crops_far_img                   | 0.96                             |                                  |
prob_ibeta2_full_near_img                   | 0.95                             |                                  |
prob_ibeta2_full_far_img                    | 0.94                             |                                  |
prob_ibeta2_clip_near_img                   | 0.93                             |                                  |
prob_ibeta2_clip_far_img                    | 0.92                             |                                  |
prob_as_heuristics_near_img                 | 0.91                             |                                  |
prob_as_heuristics_far_img                  | 0.9                              |                                  |
time_ms_accessory_detector_near_img         | 11                               | 33                               | 25
time_ms_accessory_detector_far_img          | 41                               | 30                               |
queue_time_ms_accessory_detector_near_img   | 1                                | 2                                |
queue_time_ms_accessory_detector_far_img    | 21                               |                                  |
time_ms_face_detector_near_img              | 12                               | 9                                |
time_ms_face_detector_far_img               | 42                               |                                  |
queue_time_ms_face_detector_near_img        | 2                                | 0                                |
queue_time_ms_face_detector_far_img         | 22                               |                                  |
time_ms_liqe_near_img                       | 13                               |                                  | 700
time_ms_liqe_far_img                        | 43                               |                                  |
queue_time_ms_liqe_near_img                 | 3                                |                                  |
queue_time_ms_liqe_far_img                  | 23                               |                                  |
time_ms_topiq_near_img                      | 14                               |                                  |
time_ms_topiq_far_img                       | 44                               |                                  |
queue_time_ms_topiq_near_img                | 4                                |                                  |
queue_time_ms_topiq_far_img                 | 24                               |                                  |
time_ms_classic_metrics_near_img            | 15                               |                                  |
time_ms_classic_metrics_far_img             | 45                               |                                  |
time_ms_as_35_selfies_near_img              | 16                               |                                  |
time_ms_as_35_selfies_far_img               | 46                               |                                  |
queue_time_ms_as_35_selfies_near_img        | 6                                |                                  |
queue_time_ms_as_35_selfies_far_img         | 26                               |                                  |
time_ms_ibeta2_crops_near_img               | 17                               |                                  |
time_ms_ibeta2_crops_far_img                | 47                               |                                  |
queue_time_ms_ibeta2_crops_near_img         | 7                                |                                  |
queue_time_ms_ibeta2_crops_far_img          | 27                               |                                  |
time_ms_ibeta2_full_near_img                | 18                               |                                  |
time_ms_ibeta2_full_far_img                 | 48                               |                                  |
queue_time_ms_ibeta2_full_near_img          | 8                                |                                  |
queue_time_ms_ibeta2_full_far_img           | 28                               |                                  |
time_ms_ibeta2_clip_near_img                | 19                               |                                  |
time_ms_ibeta2_clip_far_img                 | 49                               |                                  |
queue_time_ms_ibeta2_clip_near_img          | 9                                |                                  |
queue_time_ms_ibeta2_clip_far_img           | 29                               |                                  |
time_ms_geometry_check                      | 50                               |                                  |
queue_time_ms_geometry_check                | 10                               |                                  |
";

const TRANSFORM: &str = "\
api_hash                                    | rel-9                            | rel-9                            | rel-10
user_name                                   | user_name_1                      | user_name_2                      |
file_token                                  | tx-full                          | tx-early                         | -tx-fail
service                                     | check                            | check                            | check
summary_code                                | 1400                             | 102                              | 301
summary_status                              | ok                               | error                            | error
summary_desc                                | all fine                         | face not found                   | internal error, quality
http_code                                   | 200                              | 200                              | 500
procesoConvenioGuid                         | {token}                          | {token}                          |
convenio                                    | convenio_1                       | convenio_1                       | convenio_2
documento                                   | {token}                          | {token}                          | {token}
img_size_near_img_width                     | 1280                             | 640                              | 3840
img_size_near_img_height                    | 720                              | 640                              | 2160
img_size_far_img_width                      | 720                              | 320                              |
img_size_far_img_height                     | 1280                             | 239                              |
image_quality_near_img                      | HD                               | SD                               | ULTRAHD
image_quality_far_img                       | HD                               | LOWERSCALES                      |
same_image_quality                          | True                             | False                            |
aspect_ratio_near_img                       | LANDSCAPE                        | SQUARE                           | LANDSCAPE
aspect_ratio_far_img                        | PORTRAIT                         | LANDSCAPE                        |
same_aspect_ratio                           | False                            | False                            |
score_liqe_near_img                         | 3.5                              | -2.0                             | -2.0
score_liqe_far_img                          | 4.25                             | -2.0                             | -2.0
score_topiq_near_img                        | 0.625                            | -2.0                             | -2.0
score_topiq_far_img                         | -1.0                             | -2.0                             | -2.0
score_sharpness_classic_metrics_near_img    | 0.5                              | -2.0                             | -2.0
score_sharpness_classic_metrics_far_img     | 0.25                             | -2.0                             | -2.0
score_colorfulness_classic_metrics_near_img | 31.0                             | -2.0                             | -2.0
score_colorfulness_classic_metrics_far_img  | 32.5                             | -2.0                             | -2.0
score_contrast_classic_metrics_near_img     | 41.5                             | -2.0                             | -2.0
score_contrast_classic_metrics_far_img      | 42.5                             | -2.0                             | -2.0
score_brightness_classic_metrics_near_img   | 0.375                            | -2.0                             | -2.0
score_brightness_classic_metrics_far_img    | 0.4375                           | -2.0                             | -2.0
score_blur_score_classic_metrics_near_img   | 0.125                            | -2.0                             | -2.0
score_blur_score_classic_metrics_far_img    | 0.1875                           | -2.0                             | -2.0
score_svd_score_classic_metrics_near_img    | 0.75                             | -2.0                             | -2.0
score_svd_score_classic_metrics_far_img     | 0.8125                           | -2.0                             | -2.0
prob_as_35_selfies_near_img                 | 0.99                             | -1.0                             | -1.0
prob_as_35_selfies_far_img                  | 0.98                             | -1.0                             | -1.0
prob_ibeta2_crops_near_img                  | 0.97                             | -1.0                             | -1.0
prob_ibeta2_crops_far_img                   | 0.96                             | -1.0                             | -1.0
prob_ibeta2_full_near_img                   | 0.95                             | -1.0                             | -1.0
prob_ibeta2_full_far_img                    | 0.94                             | -1.0                             | -1.0
prob_ibeta2_clip_near_img                   | 0.93                             | -1.0                             | -1.0
prob_ibeta2_clip_far_img                    | 0.92                             | -1.0                             | -1.0
prob_as_heuristics_near_img                 | 0.91                             | -1.0                             | -1.0
prob_as_heuristics_far_img                  | 0.9                              | -1.0                             | -1.0
date                                        | 2031-03-04T10:15:30.123456-05:00 | 2031-03-04T11:14:59.000000-04:00 | 2031-02-28T23:59:59.999000-05:00
date_year                                   | 2031                             | 2031                             | 2031
date_month                                  | March                            | March                            | February
date_day                                    | 4                                | 4                                | 28
date_day_off_week                           | Tuesday                          | Tuesday                          | Friday
date_hour                                   | 10                               | 11                               | 23
date_minute                                 | 15                               | 14                               | 59
total_time_ms_accessory_detector            | 74                               | 65                               | 25
total_time_ms_face_detector                 | 78                               | 9                                | 0
total_time_ms_liqe                          | 82                               | 0                                | 700
total_time_ms_topiq                         | 86                               | 0                                | 0
total_time_ms_classic_metrics               | 60                               | 0                                | 0
total_time_ms_as_35_selfies                 | 94                               | 0                                | 0
total_time_ms_ibeta2_crops                  | 98                               | 0                                | 0
total_time_ms_ibeta2_full                   | 102                              | 0                                | 0
total_time_ms_ibeta2_clip                   | 106                              | 0                                | 0
total_time_ms_geometry_check                | 60                               | 0                                | 0
total_time_ms_all_mircroservices            | 840                              | 74                               | 725
total_time_ms_other_mircroservices          | 160                              | -24                              | 88
total_time_ms                               | 1000                             | 50                               | 813
";

/// Checks a table against a drawn one: a line for each column, a cell for each document.
fn check(table: &Table, drawn: &str, documents: &[(usize, &str)]) {
    let mut names = Vec::new();
    let mut wrong = Vec::new();
    for line in drawn.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let name = cells[0];
        names.push(name);
        for (place, token) in documents {
            let (expected, found) = (cells[*place], table.row("file_token", token)[name]);
            let is_right = match expected {
                "{token}" => is_token(name, found),
                _ => found == expected,
            };
            if !is_right {
                wrong.push(format!("{name} of {token}: {found} and not {expected}"));
            }
        }
    }
    assert_eq!(table.columns, names, "published columns in published order");
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_cell_of_three_documents_is_as_worked_by_hand() {
    let sandbox = Sandbox::new();
    let documents = json!([full(), early(), failed()]);
    sandbox.write("three.json", &documents.to_string());
    let ran = sandbox.run_ok(&["run", "three.json", "--json"]);
    let summary: Value = serde_json::from_str(&ran.out).unwrap();

    let staging = Table::export(&sandbox, "staging", &[]);
    let transform = Table::export(&sandbox, "transform", &[]);
    let no_retries = Table::export(&sandbox, "no-retries", &[]);
    let all = [(1, "tx-full"), (2, "tx-early"), (3, "-tx-fail")];
    check(&staging, STAGING, &all);
    check(&transform, TRANSFORM, &all);
    check(&no_retries, TRANSFORM, &[(1, "tx-full"), (3, "-tx-fail")]);

    // By instant, not by what the clocks on the wall showed.
    let by_date = ["-tx-fail", "tx-early", "tx-full"];
    assert_eq!(staging.column("file_token"), by_date);
    assert_eq!(transform.column("file_token"), by_date);
    assert_eq!(no_retries.column("file_token"), ["-tx-fail", "tx-full"]);

    // The person of the first two wrote the number once as a number, once as text.
    let documents = staging.column("documento");
    assert_eq!(documents[1], documents[2]);
    assert_ne!(documents[0], documents[1]);
    let processes = staging.column("procesoConvenioGuid");
    assert_eq!(processes[1], processes[2]);

    assert_eq!(summary["processes"], 2);
    assert_eq!(
        summary["acceptance"]["transactions"],
        json!({"accepted": 1, "total": 3})
    );
    assert_eq!(
        summary["acceptance"]["last_attempts"],
        json!({"accepted": 1, "total": 2})
    );
    // The one execution of LIQE on near alone, 700 ms, and (13 + 3 + 43 + 23) ms: a mean of 391.
    assert_eq!(summary["slowest_microservice"]["name"], "liqe");
    assert_eq!(summary["slowest_microservice"]["mean_ms"], 391.0);
    let notes = summary["notes"].as_array().unwrap();
    let noted = |note: &str, feature: &str| {
        notes
            .iter()
            .any(|n| n["note"] == note && n["feature"] == feature && n["count"] == 1)
    };
    assert!(noted("rounded-duration", "total_time_ms"), "{notes:?}");
    assert!(
        noted("outside-valid-range", "score_topiq_far_img"),
        "{notes:?}"
    );
    assert_eq!(notes.len(), 2, "{notes:?}");
}
