//! Views drawn in text, in a DataFusion session and on a PostgreSQL server.
//!
//! Columns are parted by `|`; an empty cell is null, `''` empty text; columns of the view
//! that are not named are null.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use tokio::runtime::Runtime;
use veriscope_card::Card;
use veriscope_card::views::{ColumnType, View};
use veriscope_metrics::intervals::Enough;
use veriscope_metrics::query::{Answer, Cell, Query, QueryError, Source};
use veriscope_metrics::registry::{Metric, Registry};
use veriscope_postgres_testing::{Database, Server};

/// A session with drawn views.
pub(crate) struct Bench {
    pub(crate) card: Card,
    pub(crate) registry: Registry,
    pub(crate) session: SessionContext,
    runtime: Runtime,
}

impl Bench {
    /// The built-in card, its views empty.
    pub(crate) fn new() -> Self {
        Self::of(Card::builtin().unwrap())
    }

    pub(crate) fn of(card: Card) -> Self {
        let session =
            SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
        let registry = Registry::new(&card);
        let bench = Self {
            card,
            registry,
            session,
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap(),
        };
        for view in View::ALL {
            bench.register(view, RecordBatch::new_empty(bench.card.view_schema(view)));
        }
        bench
    }

    /// The built-in card with some rows in one view.
    pub(crate) fn with(view: View, drawn: &str) -> Self {
        let bench = Self::new();
        bench.draw(view, drawn);
        bench
    }

    /// Replaces the rows of a view.
    pub(crate) fn draw(&self, view: View, drawn: &str) {
        self.register(view, drawn_rows(&self.card, view, drawn));
    }

    fn register(&self, view: View, rows: RecordBatch) {
        self.session.deregister_table(view.name()).unwrap();
        // One row to a batch and two partitions: nothing of it may show in an answer.
        let mut partitions = vec![Vec::new(), Vec::new()];
        for at in 0..rows.num_rows() {
            partitions[at % 2].push(rows.slice(at, 1));
        }
        let table = MemTable::try_new(rows.schema(), partitions).unwrap();
        self.session
            .register_table(view.name(), Arc::new(table))
            .unwrap();
    }

    pub(crate) fn metric(&self, id: &str) -> &Metric {
        self.registry
            .metric(id)
            .unwrap_or_else(|| panic!("no metric {id}"))
    }

    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            session: &self.session,
            card: &self.card,
            registry: &self.registry,
        }
    }

    pub(crate) fn try_get(&self, id: &str, query: &Query) -> Result<Answer, QueryError> {
        self.evaluate(self.metric(id), query)
    }

    pub(crate) fn evaluate(&self, metric: &Metric, query: &Query) -> Result<Answer, QueryError> {
        self.runtime.block_on(self.source().evaluate(metric, query))
    }

    pub(crate) fn get(&self, id: &str, query: &Query) -> Answer {
        self.try_get(id, query)
            .unwrap_or_else(|error| panic!("{id}: {error}"))
    }

    /// The whole, however little it rests on: value and n.
    pub(crate) fn total(&self, id: &str) -> (Option<f64>, u64) {
        let total = self.get(id, &all()).total;
        (total.value, total.n)
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

/// A query that shows numbers however little they rest on.
pub(crate) fn all() -> Query {
    Query {
        enough: Some(Enough {
            rows: 0,
            clusters: 0,
        }),
        ..Query::default()
    }
}

/// The same, by dimensions.
pub(crate) fn by(dimensions: &[&str]) -> Query {
    Query {
        by: dimensions.iter().map(|name| (*name).to_owned()).collect(),
        ..all()
    }
}

/// Dimensions, value and n of each row, in words.
pub(crate) fn rows(answer: &Answer) -> Vec<String> {
    answer
        .rows
        .iter()
        .map(|row| {
            let cells: Vec<String> = row.dimensions.iter().map(cell).collect();
            let value = row
                .number
                .value
                .map_or_else(|| "null".to_owned(), |value| value.to_string());
            format!("{}: {value} of {}", cells.join(", "), row.number.n)
        })
        .collect()
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::Bool(value) => value.to_string(),
        Cell::Int(value) => value.to_string(),
        Cell::Float(value) => value.to_string(),
        Cell::Text(text) => text.clone(),
    }
}

/// Reads drawn rows of a view.
pub(crate) fn drawn_rows(card: &Card, view: View, drawn: &str) -> RecordBatch {
    let mut lines = drawn
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(cells);
    let header: Vec<String> = lines
        .next()
        .expect("a header line")
        .into_iter()
        .flatten()
        .collect();
    let rows: Vec<Vec<Option<String>>> = lines.collect();
    let schema = card.view_schema(view);
    for name in &header {
        assert!(
            schema.field_with_name(name).is_ok(),
            "{} has no column {name}",
            view.name()
        );
    }
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        let text: Vec<Option<String>> = match header.iter().position(|name| name == field.name()) {
            Some(at) => rows.iter().map(|row| row[at].clone()).collect(),
            None => vec![None; rows.len()],
        };
        let text: ArrayRef = Arc::new(StringArray::from(text));
        let typed = cast(&text, field.data_type()).unwrap();
        assert_eq!(
            typed.null_count(),
            text.null_count(),
            "a cell of {} is no {}",
            field.name(),
            field.data_type()
        );
        typed
    });
    let columns = columns.collect();
    RecordBatch::try_new(schema, columns).unwrap()
}

fn cells(line: &str) -> Vec<Option<String>> {
    line.split('|')
        .map(|cell| match cell.trim() {
            "" => None,
            "''" => Some(String::new()),
            text => Some(text.to_owned()),
        })
        .collect()
}

/// Makes a database with the views of a card as tables in a schema whose name needs quoting.
pub(crate) fn database(card: &Card) -> Database {
    let database = Server::shared().database();
    database.sql("CREATE SCHEMA \"Mixed Case\"");
    for view in View::ALL {
        let columns: Vec<String> = card
            .view_docs(view)
            .iter()
            .map(|doc| {
                let name = doc.name.replace('"', "\"\"");
                format!("\"{name}\" {}", sql_type(doc.column_type))
            })
            .collect();
        database.sql(&format!(
            "CREATE TABLE \"Mixed Case\".{} ({})",
            view.name(),
            columns.join(", ")
        ));
    }
    database
}

const fn sql_type(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Text => "text",
        ColumnType::Int => "bigint",
        ColumnType::Float => "double precision",
        ColumnType::Bool => "boolean",
        ColumnType::Instant => "timestamptz",
        ColumnType::LocalTime => "timestamp",
        ColumnType::Day => "date",
    }
}

/// Puts rows into a view's table.
pub(crate) fn insert(database: &Database, view: View, rows: &RecordBatch) {
    let schema = rows.schema();
    let used: Vec<usize> = (0..rows.num_columns())
        .filter(|at| rows.column(*at).null_count() < rows.num_rows())
        .collect();
    let names: Vec<String> = used
        .iter()
        .map(|at| format!("\"{}\"", schema.field(*at).name()))
        .collect();
    let lines: Vec<String> = (0..rows.num_rows())
        .map(|row| {
            let cells: Vec<String> = used
                .iter()
                .map(|at| {
                    let column = rows.column(*at);
                    if column.is_null(row) {
                        return "NULL".to_owned();
                    }
                    let text = array_value_to_string(column, row).unwrap();
                    format!("'{}'", text.replace('\'', "''"))
                })
                .collect();
            format!("({})", cells.join(", "))
        })
        .collect();
    if !lines.is_empty() {
        database.sql(&format!(
            "INSERT INTO \"Mixed Case\".{} ({}) VALUES {}",
            view.name(),
            names.join(", "),
            lines.join(", ")
        ));
    }
}

/// What PostgreSQL gives for a statement: dimensions, value, n.
pub(crate) fn asked(
    database: &Database,
    sql: &str,
) -> Vec<(Vec<Option<String>>, Option<f64>, u64)> {
    database
        .sql(sql)
        .into_iter()
        .map(|mut row| {
            let n = row.pop().unwrap().unwrap().parse().unwrap();
            let value = row.pop().unwrap().map(|text| text.parse().unwrap());
            (row, value, n)
        })
        .collect()
}

/// What PostgreSQL gives for many statements of one row each, asked at once: value, n.
pub(crate) fn asked_together(database: &Database, all: &[String]) -> Vec<(Option<f64>, u64)> {
    let numbered: Vec<String> = all
        .iter()
        .enumerate()
        .map(|(at, sql)| format!("SELECT {at} AS at, one.* FROM ({sql}) AS one"))
        .collect();
    let sql = format!("{} ORDER BY at", numbered.join("\nUNION ALL "));
    let rows = asked(database, &sql);
    assert_eq!(rows.len(), all.len());
    rows.into_iter().map(|(_, value, n)| (value, n)).collect()
}

/// Whether two numbers are the same but for the last bits of a sum.
pub(crate) fn same(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            (one - other).abs() <= 1e-12 * one.abs().max(other.abs()).max(1.0)
        }
        (None, None) => true,
        _ => false,
    }
}
