//! docs/simulator.md names every parameter.

use serde_json::Value;
use veriscope_simulate::Scenario;

const MANUAL: &str = include_str!("../../../../docs/simulator.md");

/// Mappings whose keys are names of things, not parameters.
const OPEN: [&str; 16] = [
    "microservice_factors",
    "clients",
    "persistence",
    "countries",
    "devices",
    "gateways",
    "segments",
    "overhead",
    "times",
    "queue",
    "probabilities",
    "scores_of_code",
    "scores_of_geometry",
    "scores",
    "codes",
    "sizes",
];

fn parameters(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) if OPEN.contains(&name) => {
            if let Some((_, first)) = fields.iter().next() {
                parameters(first, "", found);
            }
        }
        Value::Object(fields) => {
            for (name, inner) in fields {
                found.push(name.clone());
                parameters(inner, name, found);
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                parameters(first, "", found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_parameter_stands_in_the_manual() {
    let scenario = serde_json::to_value(Scenario::published_month().unwrap()).unwrap();
    let mut names = Vec::new();
    parameters(&scenario, "", &mut names);
    assert!(names.len() > 60);
    let missing: Vec<&String> = names
        .iter()
        .filter(|name| !name.starts_with("client_") && !MANUAL.contains(&format!("`{name}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/simulator.md says nothing of {missing:?}"
    );
}
