//! The published schema of the JSON is that of the types.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};
use veriscope_profile::Report;

#[test]
fn the_published_schema_is_that_of_the_types() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/profile.schema.json"
    );
    let text = format!("{:#}\n", schema());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        published == text,
        "docs/profile.schema.json is out of date; write it with \
         `UPDATE_DOCS=1 cargo nextest run -p veriscope-profile`"
    );
}

/// The types as a JSON Schema: OpenAPI 3.1 describes types in its words, at another place.
fn schema() -> Value {
    let mut parts = Vec::new();
    Report::schemas(&mut parts);
    let parts: BTreeMap<String, Value> = parts
        .into_iter()
        .map(|(name, part)| (name, serde_json::to_value(part).unwrap()))
        .collect();
    let mut root = serde_json::to_value(Report::schema()).unwrap();
    let described = root.as_object_mut().unwrap();
    described.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    described.insert("title".to_owned(), json!("Report"));
    described.insert("$defs".to_owned(), json!(parts));
    let text = root
        .to_string()
        .replace("#/components/schemas/", "#/$defs/");
    serde_json::from_str(&text).unwrap()
}
