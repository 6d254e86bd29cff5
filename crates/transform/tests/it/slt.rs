//! Runs `tests/slt/*.slt`, one file for each rule, on each layout of the rows.
//!
//! Beside SQL a file holds statements that begin with `STAGED <card>`, followed by a drawn
//! table (see `staged.rs`): they replace all rows. `staging`, `transform` and `no_retries`
//! are then short names of the card's published tables; the semantic views have their own.
//! Types in `query` lines: `T` text, `I` integer, `R` real, `B` boolean, `D` instant or local
//! time, `Y` day. `NULL` and `(empty)` stand for themselves.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_schema::{DataType, SchemaRef};
use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use sqllogictest::{ColumnType, DB, DBOutput, Runner, strict_column_validator};
use tokio::runtime::Runtime;

use crate::cards::card;
use crate::staged::{Layout, table};

#[test]
fn size_class() {
    run("size_class");
}

#[test]
fn orientation() {
    run("orientation");
}

#[test]
fn same() {
    run("same");
}

#[test]
fn date_parts() {
    run("date_parts");
}

#[test]
fn sentinels() {
    run("sentinels");
}

#[test]
fn microservice_totals() {
    run("microservice_totals");
}

#[test]
fn remainder() {
    run("remainder");
}

#[test]
fn no_retries() {
    run("no_retries");
}

#[test]
fn another_card() {
    run("another_card");
}

#[test]
fn attempts() {
    run("attempts");
}

#[test]
fn processes() {
    run("processes");
}

#[test]
fn microservice_times() {
    run("microservice_times");
}

#[test]
fn views_another_card() {
    run("views_another_card");
}

#[test]
fn every_file_of_the_folder_is_run() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let source = include_str!("slt.rs");
    for name in &names {
        let stem = name.strip_suffix(".slt").expect("only .slt files");
        assert!(
            source.contains(&format!("run(\"{stem}\")")),
            "{name} has no test"
        );
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/slt")
}

fn run(rule: &str) {
    for layout in [Layout::PLAIN, Layout::SCATTERED] {
        let mut runner = Runner::new(move || async move { Ok(Session::new(layout)) });
        runner.with_column_validator(strict_column_validator);
        let path = folder().join(format!("{rule}.slt"));
        if let Err(error) = runner.run_file(&path) {
            panic!("{layout:?}: {error}");
        }
    }
}

/// A database of one session, as the runner wants it.
struct Session {
    ctx: SessionContext,
    runtime: Runtime,
    layout: Layout,
}

impl Session {
    fn new(layout: Layout) -> Self {
        Self {
            ctx: SessionContext::new(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap(),
            layout,
        }
    }

    fn stage(&mut self, card_name: &str, drawn: &str) -> Result<(), DataFusionError> {
        let card = card(card_name);
        let mut config = SessionConfig::new().with_target_partitions(2);
        config.options_mut().sql_parser.enable_ident_normalization = false;
        self.ctx = SessionContext::new_with_config(config);
        let staging = Arc::new(table(&card, drawn, self.layout));
        veriscope_transform::register(&self.ctx, &card, staging).unwrap();
        for (short, published) in [
            ("staging", &card.tables.staging),
            ("transform", &card.tables.transform),
            ("no_retries", &card.tables.no_retries),
        ] {
            let view = self
                .runtime
                .block_on(self.ctx.table_provider(published.as_str()))?;
            self.ctx.register_table(short, view)?;
        }
        Ok(())
    }

    fn query(&self, sql: &str) -> Result<DBOutput<Type>, DataFusionError> {
        let (schema, batches) = self.runtime.block_on(async {
            let frame = self.ctx.sql(sql).await?;
            let schema: SchemaRef = Arc::clone(frame.schema().inner());
            Ok::<_, DataFusionError>((schema, frame.collect().await?))
        })?;
        let types = schema
            .fields()
            .iter()
            .map(|field| Type::of(field.data_type()))
            .collect();
        let rows = batches.iter().flat_map(rows).collect();
        Ok(DBOutput::Rows { types, rows })
    }
}

impl DB for Session {
    type Error = DataFusionError;
    type ColumnType = Type;

    fn run(&mut self, sql: &str) -> Result<DBOutput<Type>, DataFusionError> {
        let Some(staged) = sql.strip_prefix("STAGED ") else {
            return self.query(sql);
        };
        let (card_name, drawn) = staged.split_once('\n').expect("a card, then a drawn table");
        self.stage(card_name.trim(), drawn)?;
        Ok(DBOutput::StatementComplete(0))
    }
}

fn rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    let options = FormatOptions::new().with_null("NULL");
    let formatters: Vec<ArrayFormatter> = batch
        .columns()
        .iter()
        .map(|column: &Arc<dyn Array>| ArrayFormatter::try_new(column, &options).unwrap())
        .collect();
    let shown = |text: String| {
        if text.is_empty() {
            "(empty)".to_owned()
        } else {
            text
        }
    };
    (0..batch.num_rows())
        .map(|row| {
            formatters
                .iter()
                .map(|column| shown(column.value(row).to_string()))
                .collect()
        })
        .collect()
}

/// What the letters of a `query` line mean.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Type {
    Text,
    Integer,
    Real,
    Boolean,
    Instant,
    Day,
    Other,
}

impl Type {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Utf8 => Self::Text,
            DataType::Int64 => Self::Integer,
            DataType::Float64 => Self::Real,
            DataType::Boolean => Self::Boolean,
            DataType::Timestamp(..) => Self::Instant,
            DataType::Date32 => Self::Day,
            _ => Self::Other,
        }
    }
}

impl ColumnType for Type {
    fn from_char(value: char) -> Option<Self> {
        Some(match value {
            'T' => Self::Text,
            'I' => Self::Integer,
            'R' => Self::Real,
            'B' => Self::Boolean,
            'D' => Self::Instant,
            'Y' => Self::Day,
            _ => return None,
        })
    }

    fn to_char(&self) -> char {
        match self {
            Self::Text => 'T',
            Self::Integer => 'I',
            Self::Real => 'R',
            Self::Boolean => 'B',
            Self::Instant => 'D',
            Self::Day => 'Y',
            Self::Other => '?',
        }
    }
}
