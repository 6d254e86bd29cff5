//! An identity planted in every kind of column is found; clean batches pass.

use std::sync::Arc;

use arrow_array::types::{Float32Type, Int8Type, Int32Type};
use arrow_array::{
    ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, Decimal128Array, DictionaryArray,
    FixedSizeBinaryArray, Int32Array, LargeStringArray, ListArray, PrimitiveArray, RecordBatch,
    StringArray, StringViewArray, StructArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow_schema::{DataType, Field};
use proptest::prelude::*;
use veriscope_base::ErrorClass;

use super::{Leak, LeakScan};
use crate::pseudonymise::{Origin, Pseudonymiser};
use crate::testing::{card, floats, ints, key, raw_batch, texts};
use crate::{RawValues, Registry};

const PERSON: &str = "1000000001";

/// Raw values of one row: an identity number, a customer with a name, an account with a
/// short one, and what is never stored.
fn values() -> RawValues {
    let raw = raw_batch(
        2,
        &[
            ("person", texts(&[Some(PERSON), Some("0000234567")])),
            ("customer", texts(&[Some("Banco Sol"), Some("person")])),
            ("account", texts(&[Some("svc"), Some("account_7")])),
            ("town", texts(&[Some("Panama"), Some("0")])),
            ("number", texts(&[Some("20000000"), Some("110111")])),
            ("latitude", floats(&[4.6097, 0.0])),
        ],
    );
    let pseudonymiser = Pseudonymiser::new(&card(), &key());
    pseudonymiser
        .apply(&raw, Origin::Raw, &mut Registry::default())
        .unwrap()
        .raw_values
}

fn check(column: &str, array: ArrayRef) -> Result<(), Leak> {
    let batch = RecordBatch::try_from_iter_with_nullable([(column, array, true)]).unwrap();
    LeakScan::new(&values(), &card()).check(&batch)
}

fn leak(column: &str, row: usize, feature: &str) -> Result<(), Leak> {
    Err(Leak {
        column: column.into(),
        row,
        feature: feature.into(),
    })
}

fn text(column: &str, cell: &str) -> Result<(), Leak> {
    check(column, texts(&[None, Some(cell)]))
}

#[test]
fn an_identity_is_found_in_every_layout_of_text() {
    let cells = vec![Some("clean"), None, Some("path/1000000001/near.png")];
    let as_bytes: Vec<Option<&[u8]>> = cells.iter().map(|c| c.map(str::as_bytes)).collect();
    let layouts: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(cells.clone())),
        Arc::new(LargeStringArray::from(cells.clone())),
        Arc::new(StringViewArray::from(cells.clone())),
        Arc::new(BinaryArray::from(as_bytes.clone())),
        Arc::new(BinaryViewArray::from(as_bytes)),
        Arc::new(
            cells
                .iter()
                .copied()
                .collect::<DictionaryArray<Int32Type>>(),
        ),
        Arc::new(cells.iter().copied().collect::<DictionaryArray<Int8Type>>()),
    ];
    for array in layouts {
        let layout = array.data_type().clone();
        assert_eq!(check("x", array), leak("x", 2, "person"), "{layout}");
    }
    let fixed = FixedSizeBinaryArray::try_from_iter([PERSON.as_bytes()].into_iter()).unwrap();
    assert_eq!(check("x", Arc::new(fixed)), leak("x", 0, "person"));
}

#[test]
fn an_identity_is_found_in_dictionaries_of_other_layouts_and_where_no_row_points_to_it() {
    let keys = Int32Array::from(vec![0, 0]);
    let views = Arc::new(StringViewArray::from(vec!["clean", PERSON]));
    let dictionary = DictionaryArray::<Int32Type>::try_new(keys, views).unwrap();
    assert_eq!(check("x", Arc::new(dictionary)), leak("x", 0, "person"));
    let numbers =
        DictionaryArray::<Int32Type>::try_new(Int32Array::from(vec![1]), ints(&[1, 234_567]));
    assert!(check("x", Arc::new(numbers.unwrap())).is_err());
}

#[test]
fn an_identity_is_found_inside_lists_and_structs() {
    let lists = ListArray::from_iter_primitive::<arrow_array::types::Int64Type, _, _>([
        Some(vec![Some(1)]),
        Some(vec![Some(2), Some(1_000_000_001)]),
    ]);
    assert_eq!(check("x", Arc::new(lists)), leak("x", 1, "person"));
    let field = Arc::new(Field::new("inner", DataType::Utf8, true));
    let parts = StructArray::from(vec![(field, texts(&[Some("a"), Some(PERSON)]))]);
    assert_eq!(check("x", Arc::new(parts)), leak("x", 1, "person"));
}

#[test]
fn an_identity_is_found_as_a_number_of_any_type_without_its_leading_zeros() {
    let columns: Vec<ArrayRef> = vec![
        ints(&[1, 1_000_000_001]),
        Arc::new(Int32Array::from(vec![5, 234_567])),
        Arc::new(UInt64Array::from(vec![5, 234_567])),
        floats(&[f64::NAN, 1_000_000_001.0]),
        Arc::new(PrimitiveArray::<Float32Type>::from(vec![1.5, 234_567.0])),
        Arc::new(
            Decimal128Array::from(vec![5, 23_456_700])
                .with_precision_and_scale(20, 2)
                .unwrap(),
        ),
    ];
    for array in columns {
        let layout = array.data_type().clone();
        assert_eq!(check("x", array), leak("x", 1, "person"), "{layout}");
    }
}

#[test]
fn numbers_that_only_come_near_are_clean() {
    check("x", ints(&[-1_000_000_001, 100_000, 0, 7])).unwrap();
    check("x", floats(&[1_000_000_001.5, f64::INFINITY, -0.0, 4.6097])).unwrap();
    // A six-digit number of class drop: a postal code, and a duration in ms.
    check("x", ints(&[110_111])).unwrap();
    assert_eq!(check("x", ints(&[20_000_000])), leak("x", 0, "number"));
}

#[test]
fn long_values_are_found_inside_text_in_any_case() {
    assert_eq!(text("x", "pago a BANCO SOL s.a."), leak("x", 1, "customer"));
    assert_eq!(text("x", "91000000001"), leak("x", 1, "person"));
    assert_eq!(text("x", "0000234567"), leak("x", 1, "person"));
    text("x", "banco del sol").unwrap();
    // As text, leading zeros count.
    text("x", "234567").unwrap();
}

#[test]
fn short_values_and_values_never_stored_are_found_as_whole_cells() {
    assert_eq!(text("x", "svc"), leak("x", 1, "account"));
    assert_eq!(text("x", "Panama"), leak("x", 1, "town"));
    assert_eq!(text("x", "4.6097"), leak("x", 1, "latitude"));
    assert_eq!(text("x", "110111"), leak("x", 1, "number"));
    text("x", "svc-2").unwrap();
    text("x", "SVC").unwrap();
    text("x", "Panama Canal").unwrap();
}

#[test]
fn values_that_say_nothing_stop_no_load() {
    text("x", "0").unwrap();
    text("x", "account_7").unwrap();
}

#[test]
fn a_whole_cell_may_equal_what_the_card_allows() {
    text("land", "Panama").unwrap();
    text("_land", "Panama").unwrap();
    assert_eq!(text("id", "Panama"), leak("id", 1, "town"));
}

#[test]
fn a_customer_called_like_a_feature_stops_no_load() {
    // The second customer is called `person`.
    text("person", "person_abcdefghijklmnopqrstuvwxyz").unwrap();
    text("feature", "person").unwrap();
    text("person", "person_12").unwrap();
    assert_eq!(text("x", "the person."), leak("x", 1, "customer"));
}

#[test]
fn a_name_inside_a_token_is_chance_and_an_identity_after_a_feature_name_is_not() {
    let mut values = RawValues::default();
    values.add("account", crate::raw_values::Search::Inside, "camila");
    let scan = LeakScan::new(&values, &card());
    let batch = |cell: &str| raw_batch(1, &[("person", texts(&[Some(cell)]))]);
    scan.check(&batch("person_abcamilafghijklmnopqrstuvw"))
        .unwrap();
    assert!(scan.check(&batch("person_abcamila")).is_err());
    assert_eq!(
        text("person", "person_1000000001"),
        leak("person", 1, "person")
    );
}

#[test]
fn what_the_program_adds_is_not_taken_for_an_identity() {
    check("_position", ints(&[1_000_000_001])).unwrap();
    check(
        "_content_hash",
        Arc::new(BinaryArray::from(vec![PERSON.as_bytes()])),
    )
    .unwrap();
    text("_run_id", "01940000-1000000001-7").unwrap();
    assert_eq!(text("_run_id", PERSON), leak("_run_id", 1, "person"));
    assert_eq!(
        text("_source", "doc-1000000001.json"),
        leak("_source", 1, "person")
    );
    check(
        "at",
        Arc::new(TimestampMicrosecondArray::from(vec![1_000_000_001])),
    )
    .unwrap();
    check("x", Arc::new(BooleanArray::from(vec![true]))).unwrap();
    check(
        "x",
        Arc::new(BinaryArray::from(vec![b"\xff1000000001".as_slice()])),
    )
    .unwrap();
}

#[test]
fn a_leak_names_the_place_and_not_the_value() {
    let found = text("note", PERSON).unwrap_err();
    assert_eq!(found.class(), ErrorClass::CheckFailed);
    assert!(
        found
            .to_string()
            .contains("`person` stands in column `note`, row 1"),
        "{found}"
    );
    assert!(!format!("{found} {found:?}").contains(PERSON));
}

#[test]
fn pseudonymous_rows_have_nothing_to_search_for() {
    let raw = raw_batch(1, &[("person", texts(&[Some(PERSON)]))]);
    let result = Pseudonymiser::new(&card(), &key())
        .apply(&raw, Origin::Pseudonymous, &mut Registry::default())
        .unwrap();
    LeakScan::new(&result.raw_values, &card())
        .check(&raw)
        .unwrap();
}

proptest! {
    /// What `apply` gives is clean, whatever stands in the classes that it treats; and the
    /// scan finds each long value where it is put back.
    #[test]
    fn pseudonymous_batches_are_clean_and_planted_ones_are_not(
        persons in prop::collection::vec("[A-Za-z0-9 ñ_-]{0,12}", 1..20),
        customer in "[A-Za-z]{2,9}",
        planted in any::<prop::sample::Index>(),
    ) {
        let rows = persons.len();
        let cells: Vec<Option<&str>> = persons.iter().map(|p| Some(p.as_str())).collect();
        let notes: Vec<String> = persons.iter().map(|p| format!("x {p} y")).collect();
        let notes: Vec<Option<&str>> = notes.iter().map(|n| Some(n.as_str())).collect();
        let raw = raw_batch(rows, &[
            ("person", texts(&cells)),
            ("customer", texts(&vec![Some(customer.as_str()); rows])),
            ("note", texts(&notes)),
            ("town", texts(&cells)),
        ]);
        let result = Pseudonymiser::new(&card(), &key())
            .apply(&raw, Origin::Raw, &mut Registry::default())
            .unwrap();
        let scan = LeakScan::new(&result.raw_values, &card());
        // A note may name the person of another row: that is for the scan to refuse.
        let mut columns: Vec<usize> = (0..result.batch.num_columns()).collect();
        columns.retain(|at| result.batch.schema().field(*at).name() != "note");
        prop_assert_eq!(scan.check(&result.batch.project(&columns).unwrap()), Ok(()));

        let person = persons[planted.index(rows)].trim();
        let is_long = person.chars().count() >= 6 && person.contains(|c: char| c.is_alphanumeric() && c != '0');
        let is_word = ["unknown", "undefined"].contains(&person.to_lowercase().as_str());
        if is_long && !is_word && card().feature(person).is_none() {
            let cell = format!("a{}b", person.to_ascii_uppercase());
            let planted = raw_batch(1, &[("land", texts(&[Some(&cell)]))]);
            prop_assert!(scan.check(&planted).is_err());
        }
    }
}
