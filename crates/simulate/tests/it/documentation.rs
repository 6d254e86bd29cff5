//! docs/simulator.md names every parameter.

use serde_json::Value;
use veriscope_simulate::Scenario;

const MANUAL: &str = include_str!("../../../../docs/simulator.md");

/// Mappings of tables by kind and by what is measured: their keys are no parameters.
const CLOSED: [&str; 3] = ["times", "probabilities", "scores"];

/// Mappings whose keys are names of things, not parameters.
const OPEN: [&str; 13] = [
    "microservice_factors",
    "clients",
    "persistence",
    "countries",
    "devices",
    "gateways",
    "segments",
    "overhead",
    "queue",
    "scores_of_code",
    "scores_of_geometry",
    "codes",
    "sizes",
];

fn parameters(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(_) if CLOSED.contains(&name) => {}
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
