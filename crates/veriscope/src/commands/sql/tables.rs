//! The tables that a query can name beside the published ones and the views: the dictionary
//! of codes, and the runs.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow_cast::cast;
use arrow_schema::{ArrowError, Field, Schema};
use veriscope_card::views::ColumnType;
use veriscope_card::{Card, ReasonClass};
use veriscope_lake::{Run, RunStatus};

/// A column that is not of the card: name, type, and what it holds in English and Spanish.
pub(super) type Column = (&'static str, ColumnType, &'static str, &'static str);

/// Short names of the published tables, each with its published name.
pub(super) fn short_names(card: &Card) -> [(&'static str, &str); 3] {
    [
        ("staging", &card.tables.staging),
        ("transform", &card.tables.transform),
        ("no_retries", &card.tables.no_retries),
    ]
}

/// Columns of `codes`.
pub(super) const CODES: [Column; 7] = [
    (
        "number",
        ColumnType::Int,
        "The code as tables hold it",
        "El código como está en las tablas",
    ),
    (
        "code",
        ColumnType::Text,
        "Its four digits",
        "Sus cuatro cifras",
    ),
    (
        "module",
        ColumnType::Text,
        "Module that gives it",
        "Módulo que lo da",
    ),
    (
        "status",
        ColumnType::Text,
        "Text of its status",
        "Texto de su estado",
    ),
    ("description", ColumnType::Text, "What it says", "Qué dice"),
    (
        "outcome",
        ColumnType::Text,
        "What it makes of a transaction: accepted, rejected or technical",
        "Qué hace de una transacción: accepted, rejected o technical",
    ),
    (
        "reason",
        ColumnType::Text,
        "Whose it is to mend: person, attack or ours",
        "A quién toca remediarlo: person (la persona), attack (ataque) u ours (nosotros)",
    ),
];

/// Columns of `runs`.
pub(super) const RUNS: [Column; 12] = [
    ("run_id", ColumnType::Text, "The run", "La ejecución"),
    ("command", ColumnType::Text, "The command", "El comando"),
    (
        "status",
        ColumnType::Text,
        "started, published, interrupted or failed",
        "started (iniciada), published (publicada), interrupted (interrumpida) o failed (fallida)",
    ),
    (
        "started_at",
        ColumnType::Instant,
        "When it began",
        "Cuándo empezó",
    ),
    (
        "ended_at",
        ColumnType::Instant,
        "When it ended",
        "Cuándo terminó",
    ),
    (
        "snapshot",
        ColumnType::Int,
        "Number of the snapshot that shows its work",
        "Número de la instantánea que muestra su trabajo",
    ),
    (
        "sources",
        ColumnType::Int,
        "Number of sources",
        "Número de fuentes",
    ),
    (
        "read",
        ColumnType::Int,
        "Documents read",
        "Documentos leídos",
    ),
    (
        "inserted",
        ColumnType::Int,
        "Transactions that were new",
        "Transacciones nuevas",
    ),
    (
        "updated",
        ColumnType::Int,
        "Transactions with other content",
        "Transacciones con otro contenido",
    ),
    (
        "unchanged",
        ColumnType::Int,
        "Transactions as they were",
        "Transacciones sin cambios",
    ),
    (
        "quarantined",
        ColumnType::Int,
        "Documents that could not be taken",
        "Documentos que no se pudieron tomar",
    ),
];

/// Returns the dictionary of response codes.
pub(super) fn codes(card: &Card) -> Result<RecordBatch, ArrowError> {
    let codes = || card.codes.iter();
    let text = |of: &dyn Fn(&veriscope_card::ResponseCode) -> Option<String>| -> ArrayRef {
        Arc::new(codes().map(of).collect::<StringArray>())
    };
    batch(
        &CODES,
        vec![
            Arc::new(
                codes()
                    .map(|code| Some(code.number))
                    .collect::<Int64Array>(),
            ),
            text(&|code| Some(code.code.clone())),
            text(&|code| Some(code.module.clone())),
            text(&|code| Some(code.status.clone())),
            text(&|code| Some(code.description.clone())),
            text(&|code| Some(code.class.name().to_owned())),
            text(&|code| code.reason.map(ReasonClass::name).map(str::to_owned)),
        ],
    )
}

/// Returns the runs, oldest first.
pub(super) fn runs(runs: &[Run]) -> Result<RecordBatch, ArrowError> {
    let text = |of: &dyn Fn(&Run) -> String| -> ArrayRef {
        Arc::new(
            runs.iter()
                .map(|run| Some(of(run)))
                .collect::<StringArray>(),
        )
    };
    let instant = |of: &dyn Fn(&Run) -> Option<i64>| -> ArrayRef {
        let instants: TimestampMicrosecondArray = runs.iter().map(of).collect();
        Arc::new(instants.with_timezone("UTC"))
    };
    let count = |of: &dyn Fn(&Run) -> Option<u64>| -> ArrayRef {
        Arc::new(runs.iter().map(of).collect::<UInt64Array>())
    };
    let counts = |run: &Run| run.counts.clone();
    batch(
        &RUNS,
        vec![
            text(&|run| run.start.run_id.clone()),
            text(&|run| run.start.command.clone()),
            text(&|run| status(run.status).to_owned()),
            instant(&|run| Some(run.started_at_us)),
            instant(&|run| run.ended_at_us),
            count(&|run| run.snapshot),
            count(&|run| u64::try_from(run.start.sources.len()).ok()),
            count(&|run| counts(run).map(|counts| counts.read)),
            count(&|run| counts(run).map(|counts| counts.inserted)),
            count(&|run| counts(run).map(|counts| counts.updated)),
            count(&|run| counts(run).map(|counts| counts.unchanged)),
            count(&|run| counts(run).map(|counts| counts.quarantined_total())),
        ],
    )
}

const fn status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Started => "started",
        RunStatus::Published => "published",
        RunStatus::Interrupted => "interrupted",
        RunStatus::Failed => "failed",
    }
}

fn batch(columns: &[Column], arrays: Vec<ArrayRef>) -> Result<RecordBatch, ArrowError> {
    let fields = columns.iter();
    let fields: Vec<Field> = fields
        .map(|(name, column_type, ..)| Field::new(*name, column_type.arrow(), true))
        .collect();
    let arrays: Result<Vec<ArrayRef>, ArrowError> = arrays
        .iter()
        .zip(&fields)
        .map(|(array, field)| cast(array, field.data_type()))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays?)
}
