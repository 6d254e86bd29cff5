//! Tests of whole files: what is written reads back, and failures leave nothing behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    StringViewArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;
use veriscope_base::ErrorClass;
use veriscope_card::schema::column;

use super::{Destination, Dialect, Export, ExportError, Form};
use crate::args::{Excel, Format};

const CSV: Form = Form::Csv(Dialect::Plain);
/// 2025-01-09T03:10:36.542487Z
const INSTANT: i64 = 1_736_392_236_542_487;

fn instant_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn published() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Utf8, true),
        Field::new("date", instant_type(), true),
        Field::new("ms", DataType::Int64, true),
        Field::new("score", DataType::Float64, true),
        Field::new("same", DataType::Boolean, true),
    ]))
}

type Row = (
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<f64>,
    Option<bool>,
);

fn batch(rows: &[Row], offset_min: i32) -> RecordBatch {
    let instants: Vec<Option<i64>> = rows.iter().map(|row| row.1).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(
            rows.iter()
                .map(|row| row.0.clone())
                .collect::<StringArray>(),
        ),
        Arc::new(TimestampMicrosecondArray::from(instants).with_timezone("UTC")),
        Arc::new(rows.iter().map(|row| row.2).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| row.3).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|row| row.4).collect::<BooleanArray>()),
        Arc::new(Int32Array::from(vec![offset_min; rows.len()])),
    ];
    with_offset(columns)
}

fn with_offset(columns: Vec<ArrayRef>) -> RecordBatch {
    let mut fields: Vec<Field> = published()
        .fields()
        .iter()
        .map(|field| field.as_ref().clone())
        .collect();
    fields.push(Field::new(column::UTC_OFFSET, DataType::Int32, true));
    for (field, array) in fields.iter_mut().zip(&columns) {
        *field = field.clone().with_data_type(array.data_type().clone());
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

fn row(id: &str) -> Row {
    (
        Some(id.to_owned()),
        Some(INSTANT),
        Some(-3),
        Some(0.5),
        Some(true),
    )
}

fn write(path: &Path, form: Form, batches: &[RecordBatch]) -> u64 {
    let destination = Destination::File(path.to_path_buf());
    let mut export = Export::create(&destination, form, &published()).unwrap();
    for batch in batches {
        export.write(batch).unwrap();
    }
    export.finish().unwrap().commit().unwrap()
}

fn written(form: Form, batches: &[RecordBatch]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    write(&path, form, batches);
    fs::read(path).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn csv_has_a_header_and_one_line_a_row() {
    let rows = [
        row("a"),
        (None, None, None, None, None),
        row("b;c, \"d\"\ne"),
    ];
    let text = String::from_utf8(written(CSV, &[batch(&rows, -300)])).unwrap();
    assert_eq!(
        text,
        "id,date,ms,score,same\n\
         a,2025-01-08T22:10:36.542487-05:00,-3,0.5,True\n\
         ,,,,\n\
         \"b;c, \"\"d\"\"\ne\",2025-01-08T22:10:36.542487-05:00,-3,0.5,True\n"
    );
}

#[test]
fn excel_in_spanish_gets_its_own_csv() {
    let rows = [row("a"), row("=1;2")];
    let bytes = written(Form::Csv(Dialect::ExcelEs), &[batch(&rows, -300)]);
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "\u{feff}id;date;ms;score;same\r\n\
         a;2025-01-08 22:10:36;-3;0,5;VERDADERO\r\n\
         \"'=1;2\";2025-01-08 22:10:36;-3;0,5;VERDADERO\r\n"
    );
}

#[test]
fn ndjson_writes_every_column_of_every_row() {
    let rows = [
        row("a \"b\"\n"),
        (None, None, None, Some(f64::NAN), None),
        (
            Some("=1".to_owned()),
            Some(-1),
            Some(i64::MAX),
            Some(1.0),
            Some(false),
        ),
    ];
    let text = String::from_utf8(written(Form::Ndjson, &[batch(&rows, 0)])).unwrap();
    assert_eq!(
        text,
        "{\"id\":\"a \\\"b\\\"\\n\",\"date\":\"2025-01-09T03:10:36.542487+00:00\",\"ms\":-3,\"score\":0.5,\"same\":true}\n\
         {\"id\":null,\"date\":null,\"ms\":null,\"score\":null,\"same\":null}\n\
         {\"id\":\"=1\",\"date\":\"1969-12-31T23:59:59.999999+00:00\",\"ms\":9223372036854775807,\"score\":1.0,\"same\":false}\n"
    );
    for line in text.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}

#[test]
fn parquet_has_the_published_schema_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let rows = [row("=1"), (None, None, None, None, None)];
    assert_eq!(write(&path, Form::Parquet, &[batch(&rows, -300)]), 2);
    let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(builder.schema().fields(), published().fields());
    let read: Vec<RecordBatch> = builder.build().unwrap().collect::<Result<_, _>>().unwrap();
    let expected = batch(&rows, -300).project(&[0, 1, 2, 3, 4]).unwrap();
    assert_eq!(read[0].columns(), expected.columns());
}

#[test]
fn an_empty_table_is_a_file_with_columns_and_no_rows() {
    assert_eq!(written(CSV, &[]), b"id,date,ms,score,same\n");
    assert_eq!(written(Form::Ndjson, &[]), b"");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    write(&path, Form::Parquet, &[]);
    let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(builder.metadata().file_metadata().num_rows(), 0);
}

#[test]
fn the_same_rows_give_the_same_bytes_however_they_are_batched() {
    let rows: Vec<Row> = (0..20_000).map(|n| row(&format!("t{n}"))).collect();
    for form in [CSV, Form::Ndjson, Form::Parquet] {
        let whole = written(form, &[batch(&rows, 0)]);
        let parts: Vec<RecordBatch> = rows.chunks(777).map(|rows| batch(rows, 0)).collect();
        assert!(whole == written(form, &parts), "{form:?}");
    }
}

#[test]
fn text_may_come_as_views() {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringViewArray::from(vec!["a"])),
        Arc::new(TimestampMicrosecondArray::from(vec![0]).with_timezone("UTC")),
        Arc::new(Int64Array::from(vec![1])),
        Arc::new(Float64Array::from(vec![1.0])),
        Arc::new(BooleanArray::from(vec![false])),
        Arc::new(Int32Array::from(vec![None])),
    ];
    let text = String::from_utf8(written(CSV, &[with_offset(columns)])).unwrap();
    assert_eq!(
        text.lines().nth(1),
        Some("a,1970-01-01T00:00:00.000000+00:00,1,1.0,False")
    );
}

#[test]
fn rows_of_another_table_are_a_defect() {
    let folder = tempfile::tempdir().unwrap();
    let destination = Destination::File(folder.path().join("t.csv"));
    let mut export = Export::create(&destination, CSV, &published()).unwrap();
    let other = batch(&[row("a")], 0).project(&[1, 0, 2, 3, 4, 5]).unwrap();
    assert_eq!(
        export.write(&other).unwrap_err().class(),
        ErrorClass::Defect
    );
    let short = batch(&[row("a")], 0).project(&[0, 1, 2, 3, 4]).unwrap();
    assert_eq!(
        export.write(&short).unwrap_err().class(),
        ErrorClass::Defect
    );
}

#[test]
fn a_file_takes_its_name_only_when_it_is_committed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    fs::write(&path, "earlier").unwrap();
    let destination = Destination::File(path.clone());
    let mut export = Export::create(&destination, CSV, &published()).unwrap();
    export.write(&batch(&[row("a")], 0)).unwrap();
    let pending = export.finish().unwrap();
    let now = fs::read_to_string(pending.path().unwrap()).unwrap();
    assert!(now.starts_with("id,date"), "{now}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "earlier");
    drop(pending);
    assert_eq!(fs::read_to_string(&path).unwrap(), "earlier");
    assert_eq!(names(folder.path()), ["t.csv"]);
    write(&path, CSV, &[]);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "id,date,ms,score,same\n"
    );
    assert_eq!(names(folder.path()), ["t.csv"]);
}

#[test]
fn a_missing_folder_and_a_folder_in_place_of_a_file_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let create = |path: PathBuf| {
        let destination = Destination::File(path);
        Export::create(&destination, CSV, &published())
            .err()
            .unwrap()
    };
    let missing = create(folder.path().join("no/t.csv"));
    assert!(matches!(missing, ExportError::NoFolder { .. }));
    assert_eq!(missing.class(), ErrorClass::Target);
    let occupied = create(folder.path().to_path_buf());
    assert!(matches!(occupied, ExportError::IsFolder { .. }));
    assert_eq!(occupied.class(), ErrorClass::Target);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure_of_the_target() {
    let destination = Destination::File(PathBuf::from("/dev/full"));
    for form in [CSV, Form::Ndjson, Form::Parquet] {
        let rows: Vec<Row> = (0..20_000).map(|n| row(&format!("t{n}"))).collect();
        let failed = Export::create(&destination, form, &published()).and_then(|mut export| {
            export.write(&batch(&rows, 0))?;
            export.finish()
        });
        let error = failed.unwrap_err();
        assert_eq!(error.class(), ErrorClass::Target, "{form:?}");
        assert_eq!(error.to_string(), "failed to write /dev/full");
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_stays_and_its_file_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (
        folder.path().join("real.csv"),
        folder.path().join("link.csv"),
    );
    fs::write(&file, "earlier").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    write(&link, CSV, &[]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "id,date,ms,score,same\n"
    );
}

#[test]
fn the_form_of_a_file_is_told_by_its_ending() {
    let choose = |name: &str| {
        Form::choose(&Destination::of(Path::new(name)), None, None).map_err(|e| e.class())
    };
    assert_eq!(choose("a.csv"), Ok(CSV));
    assert_eq!(choose("a.CSV"), Ok(CSV));
    assert_eq!(choose("a.parquet"), Ok(Form::Parquet));
    assert_eq!(choose("a.ndjson"), Ok(Form::Ndjson));
    assert_eq!(choose("a.jsonl"), Ok(Form::Ndjson));
    assert_eq!(choose("-"), Ok(CSV));
    for other in ["a.xlsx", "a", "csv", "a.csv.gz"] {
        assert_eq!(choose(other), Err(ErrorClass::Usage), "{other}");
    }
}

#[test]
fn a_named_format_wins_over_the_ending_and_excel_is_csv_alone() {
    let file = Destination::of(Path::new("a.txt"));
    assert_eq!(
        Form::choose(&file, Some(Format::Ndjson), None).ok(),
        Some(Form::Ndjson)
    );
    let excel = Form::choose(&file, Some(Format::Csv), Some(Excel::Es)).ok();
    assert_eq!(excel, Some(Form::Csv(Dialect::ExcelEs)));
    let wrong = Form::choose(&file, Some(Format::Parquet), Some(Excel::Es)).unwrap_err();
    assert_eq!(wrong.class(), ErrorClass::Usage);
}

fn any_row() -> impl Strategy<Value = Row> {
    (
        proptest::option::of(any::<String>()),
        proptest::option::of(any::<i64>()),
        proptest::option::of(any::<i64>()),
        proptest::option::of(any::<f64>().prop_filter("finite", |n| n.is_finite())),
        proptest::option::of(any::<bool>()),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn csv_reads_back_as_it_was(
        rows in proptest::collection::vec(any_row(), 0..20),
        excel in any::<bool>(),
    ) {
        let dialect = if excel { Dialect::ExcelEs } else { Dialect::Plain };
        let bytes = written(Form::Csv(dialect), &[batch(&rows, 0)]);
        let body = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if excel { b';' } else { b',' })
            .from_reader(body);
        let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(records.len(), rows.len());
        for (record, row) in records.iter().zip(&rows) {
            let text = row.0.clone().unwrap_or_default();
            let cell = &record[0];
            prop_assert!(cell == text || cell == format!("'{text}"), "{cell:?} {text:?}");
            prop_assert_eq!(record[1].is_empty(), row.1.is_none());
            prop_assert_eq!(record[2].parse().ok(), row.2);
            let number: Option<f64> = record[3].replace(',', ".").parse().ok();
            prop_assert_eq!(number.map(f64::to_bits), row.3.map(f64::to_bits));
            let words = if excel { ["VERDADERO", "FALSO"] } else { ["True", "False"] };
            let yes = row.4.map_or("", |yes| if yes { words[0] } else { words[1] });
            prop_assert_eq!(&record[4], yes);
        }
    }
}
