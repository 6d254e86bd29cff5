//! Golden tokens, numbers in order of first sight, and what becomes of each class.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use proptest::prelude::*;
use veriscope_base::ErrorClass;
use veriscope_card::{Privacy, ValueType};

use super::{Origin, PseudonymiseError, Pseudonymised, Pseudonymiser, is_token_of};
use crate::testing::{card, floats, ints, key, raw_batch, texts};
use crate::{Key, Registry};

fn apply(raw: &RecordBatch, origin: Origin, registry: &mut Registry) -> Pseudonymised {
    Pseudonymiser::new(&card(), &key())
        .apply(raw, origin, registry)
        .unwrap()
}

fn cells(batch: &RecordBatch, column: &str) -> Vec<Option<String>> {
    let array = batch.column_by_name(column).unwrap().as_string::<i32>();
    array.iter().map(|cell| cell.map(str::to_owned)).collect()
}

fn cell(batch: &RecordBatch, column: &str) -> String {
    cells(batch, column).remove(0).unwrap()
}

/// Computed apart from this code:
///
/// ```python
/// import base64, hashlib, hmac, struct
/// def token(origin, feature, value):
///     parts = ["veriscope", "token", origin, feature, value]
///     fed = b"".join(struct.pack("<Q", len(p.encode())) + p.encode() for p in parts)
///     mac = hmac.new(bytes(range(32)), fed, hashlib.sha256).digest()
///     return feature + "_" + base64.b32encode(mac).decode().lower()[:26]
/// print(token("raw", "person", "1000000001"), token("pseudonymous", "person", "1000000001"))
/// print(token("raw", "customer", "señal"))
/// ```
#[test]
fn tokens_are_those_of_an_independent_computation() {
    let raw = raw_batch(
        1,
        &[
            ("person", texts(&[Some("1000000001")])),
            ("customer", texts(&[Some("señal")])),
        ],
    );
    let mut registry = Registry::default();
    let of_raw = apply(&raw, Origin::Raw, &mut registry);
    assert_eq!(
        cell(&of_raw.batch, "person"),
        "person_xebkob7of7725izr7amqzzbz42"
    );
    let of_pseudonyms = apply(&raw, Origin::Pseudonymous, &mut registry);
    assert_eq!(
        cell(&of_pseudonyms.batch, "person"),
        "person_tv6x2rpaokcwi5zw2kdotgrxwg"
    );
    let added = registry.take_added();
    assert_eq!(added[0].token, "customer_5ucfdfci53rjsqhs3jzex6xbsr");
    assert_eq!(added[0].number, 1);
}

#[test]
fn each_class_is_treated_as_the_card_says() {
    let raw = raw_batch(
        2,
        &[
            ("id", texts(&[Some("t1"), Some("t2")])),
            ("person", texts(&[Some("1000000001"), None])),
            ("customer", texts(&[Some("bank"), None])),
            ("note", texts(&[Some("no face of BANK, try again"), None])),
            ("agent", texts(&[Some("curl/8.1"), None])),
            ("town", texts(&[Some("Cali"), None])),
            ("pixels", ints(&[640, 480])),
            ("latitude", floats(&[3.45, 3.46])),
            ("_position", ints(&[0, 1])),
        ],
    );
    let result = apply(&raw, Origin::Raw, &mut Registry::default());
    let schema = result.batch.schema();
    let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
    assert_eq!(
        names,
        [
            "id",
            "at",
            "person",
            "customer",
            "account",
            "pixels",
            "ratio",
            "land",
            "note",
            "agent",
            "_utc_offset_min",
            "_source",
            "_position"
        ]
    );
    assert_eq!(
        cells(&result.batch, "id"),
        [Some("t1".into()), Some("t2".into())]
    );
    assert!(is_token_of("person", &cell(&result.batch, "person")));
    assert_eq!(
        cells(&result.batch, "customer"),
        [Some("customer_1".into()), None]
    );
    assert_eq!(
        cells(&result.batch, "note"),
        [Some("no face of …, try ag".into()), None]
    );
    assert_eq!(
        cells(&result.batch, "agent"),
        [Some("curl 8 / other".into()), None]
    );
    assert_eq!(cells(&result.batch, "person")[1], None);
    assert_eq!(
        result.batch.column_by_name("pixels").unwrap(),
        raw.column(5)
    );
    // person, customer, town and two latitudes.
    assert_eq!(result.raw_values.len(), 5);
    assert_eq!(schema, Pseudonymiser::new(&card(), &key()).output_schema());
}

#[test]
fn pseudonyms_of_others_get_numbers_of_their_own_and_are_no_identities() {
    let raw = raw_batch(1, &[("customer", texts(&[Some("customer_1")]))]);
    let mut registry = Registry::default();
    assert_eq!(
        cell(&apply(&raw, Origin::Raw, &mut registry).batch, "customer"),
        "customer_1"
    );
    let other = apply(&raw, Origin::Pseudonymous, &mut registry);
    assert_eq!(cell(&other.batch, "customer"), "customer_2");
    assert!(other.raw_values.is_empty());
}

#[test]
fn another_key_gives_other_tokens() {
    let raw = raw_batch(1, &[("person", texts(&[Some("1000000001")]))]);
    let other = Pseudonymiser::new(&card(), &Key::from_bytes([9; 32]))
        .apply(&raw, Origin::Raw, &mut Registry::default())
        .unwrap();
    let ours = apply(&raw, Origin::Raw, &mut Registry::default());
    assert_ne!(cell(&ours.batch, "person"), cell(&other.batch, "person"));
}

#[test]
fn a_batch_of_another_shape_is_refused() {
    let raw = raw_batch(1, &[]).project(&[0, 1]).unwrap();
    let error = Pseudonymiser::new(&card(), &key())
        .apply(&raw, Origin::Raw, &mut Registry::default())
        .unwrap_err();
    assert!(matches!(error, PseudonymiseError::WrongSchema));
    assert_eq!(error.class(), ErrorClass::Defect);
}

#[test]
fn a_pseudonym_of_a_number_column_is_refused() {
    let mut card = card();
    let pixels = card
        .features
        .iter_mut()
        .find(|f| f.value_type == ValueType::Int)
        .unwrap();
    pixels.privacy = Privacy::Token;
    let error = Pseudonymiser::new(&card, &key())
        .apply(&raw_batch(1, &[]), Origin::Raw, &mut Registry::default())
        .unwrap_err();
    assert!(error.to_string().contains("`pixels`"), "{error}");
}

#[test]
fn an_empty_batch_gives_an_empty_batch() {
    let result = apply(&raw_batch(0, &[]), Origin::Raw, &mut Registry::default());
    assert_eq!(result.batch.num_rows(), 0);
    assert!(result.raw_values.is_empty());
}

proptest! {
    #[test]
    fn any_batching_gives_the_same_pseudonyms(
        values in prop::collection::vec(prop::option::of("[a-d]{1,2}"), 1..40),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let column: Vec<Option<&str>> = values.iter().map(Option::as_deref).collect();
        let raw = raw_batch(
            column.len(), &[("customer", texts(&column)), ("person", texts(&column))],
        );
        let mut registry = Registry::default();
        let whole = apply(&raw, Origin::Raw, &mut registry).batch;

        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(column.len())).collect();
        ends.push(column.len());
        ends.sort_unstable();
        let mut by_parts = Registry::default();
        let (mut customers, mut persons, mut start) = (Vec::new(), Vec::new(), 0);
        for end in ends {
            // As after a restart: the registry comes back from its rows.
            let mut rows = by_parts.clone();
            prop_assert_eq!(Registry::new(rows.take_added()).unwrap().len(), by_parts.len());
            let part = apply(&raw.slice(start, end - start), Origin::Raw, &mut by_parts).batch;
            customers.extend(cells(&part, "customer"));
            persons.extend(cells(&part, "person"));
            start = end;
        }
        prop_assert_eq!(customers, cells(&whole, "customer"));
        prop_assert_eq!(persons, cells(&whole, "person"));
        prop_assert_eq!(by_parts.take_added(), registry.take_added());
    }

    #[test]
    fn features_and_origins_never_share_a_token(value in ".{1,12}") {
        let raw = raw_batch(1, &[
            ("person", texts(&[Some(&value)])),
            ("customer", texts(&[Some(&value)])),
            ("account", texts(&[Some(&value)])),
        ]);
        let mut registry = Registry::default();
        let mut codes = Vec::new();
        for origin in [Origin::Raw, Origin::Pseudonymous] {
            let person = cell(&apply(&raw, origin, &mut registry).batch, "person");
            prop_assert!(is_token_of("person", &person));
            codes.push(person);
        }
        codes.extend(registry.take_added().into_iter().map(|row| row.token));
        let mut ends: Vec<&str> = codes.iter().filter_map(|c| c.rsplit('_').next()).collect();
        ends.sort_unstable();
        ends.dedup();
        prop_assert_eq!(ends.len(), 6);
    }
}
