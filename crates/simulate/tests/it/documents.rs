//! What documents look like, and that they stop as the rules have it.

use std::collections::BTreeSet;

use serde_json::Value;
use veriscope_simulate::{Options, Scenario};

use crate::support::{PER_PICTURE, documents, options};

/// All names of one accepted document, as paths; a list counts as one.
fn names(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                names(inner, &format!("{path}/{name}"), found);
            }
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

#[test]
fn an_accepted_document_has_every_field_of_the_api() {
    let options = Options {
        landmarks: true,
        ..options(1, 20)
    };
    let (documents, _) = documents(&Scenario::published_month().unwrap(), options);
    let accepted = documents
        .iter()
        .find(|document| document["summary"]["status"] == "ok")
        .unwrap();
    let mut found = BTreeSet::new();
    names(accepted, "", &mut found);
    for path in [
        "/_id/$oid",
        "/api_hash",
        "/user_name",
        "/service",
        "/api_gateway_id",
        "/file_token",
        "/with_accessories",
        "/with_iqa",
        "/with_icao",
        "/save_azure",
        "/save_mongo",
        "/ts",
        "/date",
        "/summary/status",
        "/summary/code",
        "/summary/desc",
        "/http_code",
        "/total_time_ms",
        "/metadata/geometry_check/msg",
        "/metadata/geometry_check/code",
        "/metadata/geometry_check/results/predictions/neural_score",
        "/metadata/geometry_check/results/predictions/handcrafted_score",
        "/metadata/geometry_check/results/predictions/image_difference",
        "/metadata/geometry_check/results/predictions/time_ms",
        "/metadata/geometry_check/results/predictions/queue_time_ms",
        "/metadata/geometry_check/results/config/image_difference_threshold",
        "/metadata/geometry_check/results/config/handcrafted_threshold",
        "/metadata/geometry_check/results/config/neural_threshold",
        "/user_data/procesoConvenioGuid",
        "/user_data/convenio",
        "/user_data/documento",
    ] {
        assert!(found.contains(path), "{path}");
    }
    for name in [
        "Resolucion",
        "City",
        "PostalCode",
        "ProcessGuid",
        "VersionNavegador",
        "Lenguaje",
        "Subdivision",
        "Tiempo",
        "Camara",
        "Error",
        "ResolucionCamera",
        "Device",
        "Latitud",
        "Navegador",
        "NumDoc",
        "UserAgent",
        "Longitud",
        "Country",
        "Ip",
    ] {
        assert!(
            found.contains(&format!("/user_data/trazabilidad/{name}")),
            "{name}"
        );
    }
    for picture in ["near_img", "far_img"] {
        for name in ["account_name", "container_name", "path"] {
            assert!(
                found.contains(&format!("/azure_blob/{picture}/{name}")),
                "{name}"
            );
        }
        for path in [
            "integrity_dims/msg",
            "integrity_dims/code",
            "integrity_dims/results/file_ext",
            "integrity_dims/results/raw_img_size",
            "integrity_dims/results/resized",
            "accessory_detector/results/predictions/accessories/face/bbox",
            "accessory_detector/results/predictions/accessories/face/confidence",
            "face_detector/results/predictions/faces/bboxes",
            "face_detector/results/predictions/faces/landmarks",
            "face_detector/results/predictions/faces/bboxes_raw",
            "face_detector/results/config/exp_factor_w",
            "face_detector/results/config/exp_factor_h",
            "classic_metrics/results/svd_score",
            "iqa_heuristics/results/config/colofulness_range",
            "iqa_heuristics/results/time_ms",
            "ibeta2_clip/results/predictions/class",
            "as_heuristics/results/predictions/prob",
            "as_heuristics/results/predictions/time_ms",
            "as_heuristics/results/config/as_3.5_selfies_thr",
        ] {
            assert!(
                found.contains(&format!("/metadata/{picture}/{path}")),
                "{path}"
            );
        }
        for name in PER_PICTURE {
            let prefix = format!("/metadata/{picture}/{name}/");
            assert!(found.iter().any(|path| path.starts_with(&prefix)), "{name}");
        }
    }
    let face =
        &accepted["metadata"]["near_img"]["face_detector"]["results"]["predictions"]["faces"];
    let landmarks = face["landmarks"][0].as_object().unwrap();
    assert_eq!(landmarks.len(), 478);
    assert!(
        landmarks
            .values()
            .all(|point| point.as_array().unwrap().len() == 3)
    );
    assert!((60_000..80_000).contains(&accepted.to_string().len()));
}

fn ran(document: &Value, picture: &str, step: &str) -> bool {
    !document["metadata"][picture][step].is_null()
}

fn code<'a>(document: &'a Value, picture: &str, step: &str) -> Option<&'a str> {
    document["metadata"][picture][step]["code"].as_str()
}

#[test]
fn documents_stop_where_a_check_failed() {
    let (documents, _) = documents(&Scenario::published_month().unwrap(), options(4, 3_000));
    for document in &documents {
        let summary = document["summary"]["code"].as_str().unwrap();
        let is = |picture, step, passed| code(document, picture, step) == Some(passed);
        let both = |step, passed| is("near_img", step, passed) && is("far_img", step, passed);
        assert_eq!(document["summary"]["status"] == "ok", summary == "1400");
        assert!(both("integrity_dims", "0000") && ran(document, "near_img", "accessory_detector"));
        let passed_both = both("accessory_detector", "0200")
            && both("face_detector", "0100")
            && !summary.starts_with("04");
        assert_eq!(ran(document, "near_img", "liqe"), passed_both, "{summary}");
        if ran(document, "far_img", "liqe") {
            assert!(is("near_img", "iqa_heuristics", "0300"), "{summary}");
        }
        let has_geometry = !document["metadata"]["geometry_check"].is_null();
        assert_eq!(has_geometry, both("iqa_heuristics", "0300"), "{summary}");
        let geometry_passed = document["metadata"]["geometry_check"]["code"] == "3000";
        assert_eq!(
            ran(document, "near_img", "ibeta2_clip"),
            geometry_passed,
            "{summary}"
        );
        if ran(document, "far_img", "ibeta2_clip") {
            assert!(is("near_img", "as_heuristics", "1400"), "{summary}");
        }
        let codes: BTreeSet<&str> = ["near_img", "far_img"]
            .into_iter()
            .flat_map(|picture| {
                [
                    "accessory_detector",
                    "face_detector",
                    "iqa_heuristics",
                    "as_heuristics",
                ]
                .into_iter()
                .filter_map(move |step| code(document, picture, step))
            })
            .chain(document["metadata"]["geometry_check"]["code"].as_str())
            .filter(|code| !code.ends_with("00"))
            .collect();
        // The ICAO check leaves no step of its own.
        let expected: BTreeSet<&str> = [summary]
            .into_iter()
            .filter(|code| *code != "1400" && !code.starts_with("04"))
            .collect();
        assert_eq!(
            codes
                .iter()
                .filter(|code| **code != "3000")
                .copied()
                .collect::<BTreeSet<_>>(),
            expected
        );
    }
}

#[test]
fn a_switch_that_is_off_leaves_its_check_out() {
    let text = "
clients:
  client_1: { switches: { with_accessories: false } }
  client_2: { switches: { with_iqa: false } }
  client_6: { switches: { with_icao: false } }
";
    let (documents, _) = documents(&Scenario::parse(text).unwrap(), options(5, 3_000));
    let mut seen = [0; 3];
    for document in &documents {
        let summary = document["summary"]["code"].as_str().unwrap();
        if document["with_accessories"] == false {
            seen[0] += 1;
            assert!(!ran(document, "near_img", "accessory_detector") && !summary.starts_with("02"));
        }
        if document["with_iqa"] == false {
            seen[1] += 1;
            assert!(
                !ran(document, "near_img", "iqa_heuristics") && !ran(document, "far_img", "liqe")
            );
            assert!(!summary.starts_with("03"));
        }
        if document["with_icao"] == false {
            seen[2] += 1;
            assert!(!summary.starts_with("04"));
        }
    }
    assert!(seen.iter().all(|count| *count > 100), "{seen:?}");
}

#[test]
fn technical_errors_leave_no_results_of_what_failed() {
    let text = "
segments:
  phone: { codes: { \"0301\": { attempts: 400, last: 100 }, \"1401\": { attempts: 400, last: 100 }, \"0201\": { attempts: 400, last: 100 } } }
";
    let (documents, _) = documents(&Scenario::parse(text).unwrap(), options(6, 3_000));
    let mut seen = BTreeSet::new();
    for document in &documents {
        let summary = document["summary"]["code"].as_str().unwrap();
        let step = match summary {
            "0301" => "iqa_heuristics",
            "1401" => "as_heuristics",
            "0201" => "accessory_detector",
            _ => continue,
        };
        seen.insert(summary.to_owned());
        let failed = ["near_img", "far_img"]
            .into_iter()
            .map(|picture| &document["metadata"][picture][step])
            .find(|step| step["code"] == summary)
            .unwrap();
        assert!(failed["results"].is_null());
    }
    assert_eq!(seen.len(), 3);
}
