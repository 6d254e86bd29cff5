//! `examples`: sixty simulated transactions that show each common way in which one ends.

use std::fs;

use anyhow::{Context, bail};
use serde_json::Value;
use veriscope_simulate::{Format, Options, Scenario, Simulation};

use crate::workspace;

const FILE: &str = "examples/transactions.ndjson";
const SCENARIO: &str = "examples/scenario.yaml";

/// Of the seeds tried, one whose documents have all codes of the scenario.
const SEED: u64 = 135;
const TRANSACTIONS: u64 = 60;

/// Two points of a face tell the shape; all 478 would fill the repository.
const NUM_POINTS: usize = 2;

pub(crate) fn write() -> anyhow::Result<()> {
    let text = text()?;
    fs::write(workspace::root().join(FILE), text).context(FILE)?;
    eprintln!("wrote {FILE}");
    Ok(())
}

pub(crate) fn check() -> anyhow::Result<()> {
    let found = fs::read_to_string(workspace::root().join(FILE)).context(FILE)?;
    if found != text()? {
        bail!("{FILE} is not what `cargo xtask examples` writes: run it, or undo the edit");
    }
    eprintln!("[examples] {FILE} is current");
    Ok(())
}

/// The documents in order of time, one a line.
fn text() -> anyhow::Result<String> {
    let scenario = fs::read_to_string(workspace::root().join(SCENARIO)).context(SCENARIO)?;
    let options = Options {
        seed: SEED,
        transactions: TRANSACTIONS,
        ..Options::default()
    };
    let mut bytes = Vec::new();
    Simulation::new(Scenario::parse(&scenario)?, options)?.write(Format::Json, &mut bytes, 1)?;
    let mut documents: Vec<Value> = serde_json::from_slice(&bytes)?;
    documents.iter_mut().for_each(shorten_landmarks);
    leave_out(&mut documents);
    Ok(documents
        .iter()
        .map(|document| format!("{document}\n"))
        .collect())
}

/// Keeps the first points of each face.
fn shorten_landmarks(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::Array(faces) if name == "landmarks" => shorten(faces),
                    other => shorten_landmarks(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(shorten_landmarks),
        _ => {}
    }
}

fn shorten(faces: &mut [Value]) {
    for face in faces.iter_mut().filter_map(Value::as_object_mut) {
        let points = std::mem::take(face).into_iter();
        *face = points.take(NUM_POINTS).collect();
    }
}

/// Leaves out what a simulation always has and a real API has not: one caller sent no process
/// id, and one transaction broke off without a summary.
fn leave_out(documents: &mut [Value]) {
    if let Some(caller) = documents
        .first_mut()
        .and_then(|document| document["user_data"].as_object_mut())
    {
        caller.shift_remove("procesoConvenioGuid");
        caller["trazabilidad"]["ProcessGuid"] = "".into();
    }
    if let Some(broken) = documents
        .iter_mut()
        .find(|document| document["summary"]["code"] == "2001")
        .and_then(Value::as_object_mut)
    {
        broken.shift_remove("summary");
        broken.insert("http_code".to_owned(), 500.into());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{check, text};

    fn documents() -> Vec<Value> {
        text()
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn distinct(documents: &[Value], pointer: &str) -> BTreeSet<String> {
        documents
            .iter()
            .filter_map(|each| each.pointer(pointer))
            .map(Value::to_string)
            .collect()
    }

    #[test]
    fn the_committed_examples_are_current() {
        check().unwrap();
    }

    #[test]
    fn the_examples_show_every_code_of_their_scenario_and_what_may_be_missing() {
        let documents = documents();
        assert_eq!(documents.len(), 60);
        assert_eq!(distinct(&documents, "/file_token").len(), 60);
        assert_eq!(distinct(&documents, "/user_data/convenio").len(), 3);
        assert_eq!(distinct(&documents, "/user_name").len(), 2);
        assert_eq!(distinct(&documents, "/api_hash").len(), 2);
        assert_eq!(distinct(&documents, "/summary/code").len(), 15);
        let without = |pointer: &str| {
            documents
                .iter()
                .filter(|each| each.pointer(pointer).is_none())
                .count()
        };
        assert_eq!(without("/user_data/procesoConvenioGuid"), 1);
        assert_eq!(without("/summary"), 1);
    }

    #[test]
    fn faces_keep_two_points_of_their_landmarks() {
        let documents = documents();
        let faces = documents[0]["metadata"]["near_img"]["face_detector"]["results"]["predictions"]
            ["faces"]["landmarks"]
            .as_array()
            .unwrap();
        assert_eq!(faces.len(), 1);
        assert_eq!(faces[0].as_object().unwrap().len(), 2);
    }
}
