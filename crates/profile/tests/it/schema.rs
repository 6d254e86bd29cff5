//! The published schema of the JSON is that of the types.

use veriscope_profile::Report;

#[test]
fn the_published_schema_is_that_of_the_types() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/profile.schema.json"
    );
    let schema = schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Report>();
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
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
