//! The description of the API: the committed one is current, and what is answered has its form.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::Served;

#[test]
fn the_committed_description_is_current() {
    let written = veriscope_server::openapi();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/openapi.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == written,
        "web/openapi.json is not what the server answers; write it anew with \
         `UPDATE_DOCS=1 cargo nextest run --workspace -E 'package(veriscope-server)'`"
    );
}

fn document() -> Value {
    serde_json::from_str(&veriscope_server::openapi()).unwrap()
}

#[tokio::test]
async fn it_is_answered_with_and_names_every_route() {
    let served = Served::with(60).await;
    let answered = served.json("/api/v1/openapi.json").await;
    assert_eq!(answered, document());
    let paths = answered["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 15);
    let mut ids: Vec<&str> = paths
        .values()
        .map(|path| path["get"]["operationId"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "each has an id of its own");
}

#[tokio::test]
async fn every_answer_has_the_form_that_is_described() {
    let served = Served::with(400).await;
    let document = document();
    let listed = served.json("/api/v1/transactions?limit=2").await;
    let key = listed["rows"][0]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let token = key.as_str().unwrap();
    for (path, address) in [
        ("/api/v1/meta", "/api/v1/meta".to_owned()),
        (
            "/api/v1/tabs/clients",
            "/api/v1/tabs/clients?compare=previous".to_owned(),
        ),
        (
            "/api/v1/tabs/microservices",
            "/api/v1/tabs/microservices".to_owned(),
        ),
        ("/api/v1/tabs/retries", "/api/v1/tabs/retries".to_owned()),
        ("/api/v1/tabs/data", "/api/v1/tabs/data".to_owned()),
        (
            "/api/v1/what-if",
            "/api/v1/what-if?faster=topiq:50".to_owned(),
        ),
        (
            "/api/v1/why",
            "/api/v1/why?select.outcome=rejected".to_owned(),
        ),
        (
            "/api/v1/transactions",
            "/api/v1/transactions?limit=5".to_owned(),
        ),
        (
            "/api/v1/transactions/{token}",
            format!("/api/v1/transactions/{token}"),
        ),
        (
            "/api/v1/dimensions/{column}/values",
            "/api/v1/dimensions/convenio/values".to_owned(),
        ),
        ("/health/live", "/health/live".to_owned()),
        ("/health/ready", "/health/ready".to_owned()),
    ] {
        let answer = served.json(&address).await;
        let schema = &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
            ["schema"];
        assert!(schema.is_object(), "{path} is described");
        let mut faults = Vec::new();
        check(&document, schema, &answer, path, &mut faults);
        assert!(faults.is_empty(), "{faults:#?}");
    }
    let problem = served.get("/api/v1/meta/none").await.json();
    let schema = &document["components"]["schemas"]["Problem"];
    let mut faults = Vec::new();
    check(&document, schema, &problem, "problem", &mut faults);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Checks a value against as much of JSON Schema as the description uses.
fn check(document: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        let found = &document["components"]["schemas"][name];
        assert!(found.is_object(), "{name} is described");
        return check(document, found, value, at, faults);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts
            .iter()
            .for_each(|part| check(document, part, value, at, faults));
    }
    for any in ["oneOf", "anyOf"] {
        if let Some(parts) = schema[any].as_array() {
            let fits = parts.iter().any(|part| {
                let mut of_part = Vec::new();
                check(document, part, value, at, &mut of_part);
                of_part.is_empty()
            });
            if !fits {
                faults.push(format!("{at}: fits none of {any}: {value}"));
            }
            return;
        }
    }
    if !is_of_type(&schema["type"], value) {
        faults.push(format!("{at}: is no {}: {value}", schema["type"]));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        faults.push(format!("{at}: is none of {allowed:?}: {value}"));
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        for (place, value) in values.iter().enumerate() {
            check(document, items, value, &format!("{at}[{place}]"), faults);
        }
    }
    let (Some(properties), Some(fields)) = (schema["properties"].as_object(), value.as_object())
    else {
        return;
    };
    for (name, property) in properties {
        match fields.get(name) {
            Some(field) => check(document, property, field, &format!("{at}.{name}"), faults),
            None => faults.push(format!("{at}: has no {name}")),
        }
        let required = schema["required"].as_array().unwrap();
        assert!(
            required.iter().any(|one| one == name),
            "{at}.{name} is required"
        );
    }
}

fn is_of_type(types: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match types {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
        _ => true,
    }
}
