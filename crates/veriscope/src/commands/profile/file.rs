//! Rows of a file: CSV, Parquet or NDJSON, its form told by its ending.

use std::path::Path;

use arrow_schema::SchemaRef;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::{
    CsvReadOptions, DataFrame, JsonReadOptions, ParquetReadOptions, SessionConfig, SessionContext,
};
use veriscope_base::{ErrorClass, SystemClock};
use veriscope_card::Card;
use veriscope_profile::{Knowledge, Report, Shape};

use super::write::made_at;
use crate::failure::Failure;

/// A form of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Parquet,
    Ndjson,
}

/// Returns the rows of a file, in their order.
pub(super) async fn rows(path: &Path) -> anyhow::Result<SendableRecordBatchStream> {
    if !path.is_file() {
        let message = format!("there is no file {}", path.display());
        return Err(Failure::new(ErrorClass::Source, message).into());
    }
    let read = async { read(path).await?.execute_stream().await };
    read.await.map_err(|error| unreadable(path, &error))
}

async fn read(path: &Path) -> Result<DataFrame, DataFusionError> {
    let config = SessionConfig::new()
        .with_target_partitions(1)
        .with_repartition_file_scans(false);
    let session = SessionContext::new_with_config(config);
    let (form, ending, compression) = form(path).ok_or_else(|| {
        DataFusionError::Plan("its ending is none of .csv, .parquet, .ndjson, .jsonl".to_owned())
    })?;
    // A path that is no address: the engine would read `%` and `*` in it otherwise.
    let name = path.canonicalize()?;
    let name = url::Url::from_file_path(name)
        .map_err(|()| DataFusionError::Plan("its path can't be written as an address".into()))?;
    match form {
        Form::Csv => {
            let options = CsvReadOptions::new()
                .file_extension(&ending)
                .schema_infer_max_records(usize::MAX)
                .newlines_in_values(true)
                .file_compression_type(compression);
            session.read_csv(name.as_str(), options).await
        }
        Form::Parquet => {
            let options = ParquetReadOptions::default().file_extension(&ending);
            session.read_parquet(name.as_str(), options).await
        }
        Form::Ndjson => {
            let options = JsonReadOptions {
                schema_infer_max_records: usize::MAX,
                file_extension: &ending,
                file_compression_type: compression,
                ..JsonReadOptions::default()
            };
            session.read_json(name.as_str(), options).await
        }
    }
}

/// The form of a file, its whole ending, and how it is compressed.
fn form(path: &Path) -> Option<(Form, String, FileCompressionType)> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let lower = name.to_ascii_lowercase();
    let packed = [
        (".gz", FileCompressionType::GZIP),
        (".zst", FileCompressionType::ZSTD),
    ];
    let found = packed
        .into_iter()
        .find_map(|(ending, how)| Some((lower.strip_suffix(ending)?.len(), how)));
    let (length, compression) = found.unwrap_or((lower.len(), FileCompressionType::UNCOMPRESSED));
    let plain = lower.get(..length)?;
    let dot = plain.rfind('.')?;
    let form = match plain.get(dot + 1..)? {
        "csv" => Form::Csv,
        "parquet" => Form::Parquet,
        "ndjson" | "jsonl" | "json" => Form::Ndjson,
        _ => return None,
    };
    Some((form, name.get(dot..)?.to_owned(), compression))
}

/// What is known of a file's columns: all that a card says where they are those of one of its
/// tables.
pub(super) fn knowledge(card: &Card, schema: &SchemaRef) -> Knowledge {
    let names: Vec<&str> = schema
        .fields()
        .iter()
        .map(|one| one.name().as_str())
        .collect();
    let is = |published: SchemaRef| {
        let mut columns = published.fields().iter();
        columns.all(|column| names.contains(&column.name().as_str()))
    };
    if is(card.published_transform_schema()) {
        Knowledge::of_card(card, Shape::Transform)
    } else if is(card.published_staging_schema()) {
        Knowledge::of_card(card, Shape::Staging)
    } else {
        Knowledge::default()
    }
}

/// Says in a report which file it is of.
pub(super) fn tell(path: &Path, report: &mut Report) {
    let told = &mut report.provenance;
    told.table = super::name_of(path);
    told.made_at = made_at(&SystemClock);
    told.program = Some(env!("CARGO_PKG_VERSION").to_owned());
}

/// The name of a file without its endings.
pub(super) fn stem(path: &Path) -> String {
    let name = super::name_of(path);
    let ending = form(path).map_or(0, |(_, ending, _)| ending.len());
    name.get(..name.len().saturating_sub(ending))
        .filter(|stem| !stem.is_empty())
        .unwrap_or("report")
        .to_owned()
}

/// The engine's own words may quote a line of the file, so that only their kind is told.
fn unreadable(path: &Path, error: &DataFusionError) -> anyhow::Error {
    let why = match error.find_root() {
        DataFusionError::Plan(why) => why.clone(),
        DataFusionError::IoError(error) => error.kind().to_string(),
        DataFusionError::ArrowError(..) => "its rows are not all of one form".to_owned(),
        _ => "it is not what its ending says".to_owned(),
    };
    let message = format!("failed to read {}: {why}", path.display());
    Failure::new(ErrorClass::Source, message).into()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Form, form, stem};

    #[test]
    fn the_ending_tells_form_and_compression() {
        let form_of = |name: &str| form(Path::new(name)).map(|(form, ending, _)| (form, ending));
        assert_eq!(
            form_of("a/visits.2025.CSV.gz"),
            Some((Form::Csv, ".CSV.gz".to_owned()))
        );
        assert_eq!(
            form_of("visits.jsonl.zst"),
            Some((Form::Ndjson, ".jsonl.zst".to_owned()))
        );
        assert_eq!(
            form_of("t.parquet"),
            Some((Form::Parquet, ".parquet".to_owned()))
        );
        assert_eq!(form_of("visits.xlsx"), None);
        assert_eq!(stem(Path::new("a/visits.2025.CSV.gz")), "visits.2025");
        assert_eq!(stem(Path::new(".csv")), "report");
    }
}
