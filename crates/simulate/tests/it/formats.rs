//! Every format holds the same values.

use serde_json::{Map, Value, json};
use veriscope_simulate::{Format, Options, Scenario};

use crate::support::{lines, options, write};

/// Undoes Extended JSON, by the rules of its specification (v2, and v1 for dates).
fn plain(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(fields) => plain_object(fields),
        other => other,
    }
}

fn plain_object(fields: Map<String, Value>) -> Value {
    let wrapped = fields
        .iter()
        .next()
        .map(|(key, value)| (key.clone(), value.clone()));
    match wrapped {
        Some((key, Value::String(digits))) if key == "$numberInt" || key == "$numberLong" => {
            json!(digits.parse::<i64>().unwrap())
        }
        Some((key, Value::String(digits))) if key == "$numberDouble" => read_double(&digits),
        Some((key, value)) if key == "$date" => json!({ "$date": instant_ms(plain(value)) }),
        _ => fields
            .into_iter()
            .map(|(key, value)| (key, plain(value)))
            .collect(),
    }
}

/// Reads digits as the reader of whole documents does, which may be off in the last place:
/// digits are compared, and that they are right is tested beside the landmarks.
fn read_double(digits: &str) -> Value {
    serde_json::from_str(digits).unwrap()
}

fn instant_ms(value: Value) -> i64 {
    match value {
        Value::String(text) => chrono::DateTime::parse_from_rfc3339(&text)
            .unwrap()
            .timestamp_millis(),
        other => other.as_i64().unwrap(),
    }
}

/// Dates of plain JSON as instants, so that they can be compared.
fn with_instant(mut document: Value) -> Value {
    if document["date"].is_string() {
        document["date"] = json!({ "$date": instant_ms(document["date"].take()) });
    }
    document
}

fn check_all_formats(scenario: &Scenario, options: Options, dates: fn(Value) -> Value) {
    let (bytes, truth) = write(scenario, options, Format::Ndjson);
    let expected: Vec<Value> = lines(&bytes).into_iter().map(dates).collect();
    assert_eq!(expected.len() as u64, options.transactions);
    let (bytes, json_truth) = write(scenario, options, Format::Json);
    let array: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    assert!(array.into_iter().map(dates).eq(expected.iter().cloned()));
    assert_eq!(json_truth, truth);
    for format in [Format::Ejson, Format::EjsonRelaxed, Format::EjsonLegacy] {
        let (bytes, other_truth) = write(scenario, options, format);
        let found: Vec<Value> = lines(&bytes).into_iter().map(plain).map(dates).collect();
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{format}");
        }
        assert_eq!(found.len(), expected.len());
        assert_eq!(other_truth, truth);
    }
    let (bytes, _) = write(scenario, options, Format::Bson);
    let found: Vec<Value> = bson_documents(&bytes).into_iter().map(dates).collect();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_close(found, expected);
    }
}

#[test]
fn all_formats_hold_the_same_values() {
    let scenario = Scenario::published_month().unwrap();
    let with_landmarks = Options {
        landmarks: true,
        ..options(11, 40)
    };
    check_all_formats(&scenario, with_landmarks, |document| document);
    check_all_formats(&scenario, options(12, 400), |document| document);
}

#[test]
fn dates_that_are_instants_agree_in_all_formats() {
    let scenario = Scenario::parse("date_form: instant").unwrap();
    check_all_formats(&scenario, options(13, 200), with_instant);
}

#[test]
fn canonical_numbers_are_wrapped_and_relaxed_ones_are_not() {
    let scenario = Scenario::published_month().unwrap();
    let text = |format| String::from_utf8(write(&scenario, options(1, 5), format).0).unwrap();
    let canonical = text(Format::Ejson);
    for needle in [
        "\"time_ms\":{\"$numberInt\":\"",
        "\"ts\":{\"$numberDouble\":\"1736",
        "{\"_id\":{\"$oid\":\"",
    ] {
        assert!(canonical.contains(needle), "{needle}");
    }
    assert!(!text(Format::EjsonRelaxed).contains("$number"));
}

#[test]
fn no_documents_are_an_empty_file_or_an_empty_array() {
    let scenario = Scenario::published_month().unwrap();
    assert!(write(&scenario, options(1, 0), Format::Ndjson).0.is_empty());
    let (bytes, truth) = write(&scenario, options(1, 0), Format::Json);
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), json!([]));
    assert_eq!(truth.counts.processes, 0);
}

/// Equal but for the last place of a number, which other digits of the same may lose.
fn assert_close(found: &Value, expected: &Value) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            assert!(found.keys().eq(expected.keys()));
            found
                .values()
                .zip(expected.values())
                .for_each(|(one, other)| assert_close(one, other));
        }
        (Value::Array(found), Value::Array(expected)) => {
            assert_eq!(found.len(), expected.len());
            found
                .iter()
                .zip(expected)
                .for_each(|(one, other)| assert_close(one, other));
        }
        (Value::Number(one), Value::Number(other)) if one.is_f64() => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            assert!(
                (one - other).abs() <= other.abs() * 4.0 * f64::EPSILON,
                "{one} {other}"
            );
        }
        _ => assert_eq!(found, expected),
    }
}

/// Reads BSON by its specification (bsonspec.org, version 1.1), into plain values.
fn bson_documents(mut bytes: &[u8]) -> Vec<Value> {
    let mut documents = Vec::new();
    while !bytes.is_empty() {
        documents.push(bson_document(&mut bytes, false));
    }
    documents
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (head, tail) = bytes.split_at(length);
    *bytes = tail;
    head
}

fn take_length(bytes: &mut &[u8]) -> usize {
    let length = u32::from_le_bytes(take(bytes, 4).try_into().unwrap());
    usize::try_from(length).unwrap()
}

fn bson_document(bytes: &mut &[u8], is_array: bool) -> Value {
    let length = u32::from_le_bytes(bytes[..4].try_into().unwrap());
    let mut inside = take(bytes, usize::try_from(length).unwrap());
    take(&mut inside, 4);
    let mut fields = Map::new();
    loop {
        let kind = take(&mut inside, 1)[0];
        if kind == 0 {
            break;
        }
        let end = inside.iter().position(|byte| *byte == 0).unwrap();
        let name = String::from_utf8(take(&mut inside, end).to_vec()).unwrap();
        take(&mut inside, 1);
        fields.insert(name, bson_value(kind, &mut inside));
    }
    assert!(inside.is_empty());
    if !is_array {
        return Value::Object(fields);
    }
    assert!(
        fields
            .keys()
            .enumerate()
            .all(|(place, name)| *name == place.to_string())
    );
    fields.into_iter().map(|(_, value)| value).collect()
}

fn bson_value(kind: u8, bytes: &mut &[u8]) -> Value {
    match kind {
        1 => {
            let value = f64::from_le_bytes(take(bytes, 8).try_into().unwrap());
            read_double(&format!("{value:?}"))
        }
        2 => {
            let length = take_length(bytes);
            let text = take(bytes, length);
            assert_eq!(text.last(), Some(&0));
            json!(std::str::from_utf8(&text[..length - 1]).unwrap())
        }
        3 => bson_document(bytes, false),
        4 => bson_document(bytes, true),
        7 => {
            let hex: String = take(bytes, 12)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            json!({ "$oid": hex })
        }
        8 => json!(take(bytes, 1)[0] == 1),
        9 => json!({ "$date": i64::from_le_bytes(take(bytes, 8).try_into().unwrap()) }),
        16 => json!(i32::from_le_bytes(take(bytes, 4).try_into().unwrap())),
        18 => json!(i64::from_le_bytes(take(bytes, 8).try_into().unwrap())),
        other => panic!("element of type {other}"),
    }
}
