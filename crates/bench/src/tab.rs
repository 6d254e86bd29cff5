//! What the counts of a dashboard's first tab cost under a filter: by the query engine over the
//! same columns held in memory, text as dictionaries, and by the cache. Decision 17 rests on it.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use datafusion::arrow::compute::cast;
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionContext, col};
use futures::StreamExt;
use tokio::runtime::Runtime;
use veriscope_cache::{Axis, Cache, Filters, GroupTally, Layout, Measured, Part, Selection};
use veriscope_card::Card;
use veriscope_card::views::View;
use veriscope_lake::Lake;
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::expression::Predicate;
use veriscope_metrics::query::{Query, Source};
use veriscope_metrics::registry::{Metric, Registry};

const ROUNDS: usize = 5;
const SHARES: [&str; 4] = [
    "acceptance",
    "acceptance_first",
    "acceptance_last",
    "technical_error_rate",
];
/// The tab's counts: metrics and the columns that they are asked by.
const QUESTIONS: [(&[&str], &[&str]); 6] = [
    (&SHARES, &[]),
    (&["transactions"], &["day", "convenio"]),
    (&["acceptance"], &["day"]),
    (&["transactions"], &["summary_code"]),
    (&SHARES, &["convenio"]),
    (&["transactions", "acceptance"], &["weekday", "hour"]),
];

/// Measures both on a lake of the built-in card; prints a Markdown table.
pub(crate) fn run(lake: &Path) {
    let runtime = Runtime::new().unwrap();
    let card = Card::builtin().unwrap();
    let registry = Registry::new(&card);
    let model = PathModel::of(&card).unwrap();
    let layout = Layout::of(&card, &registry, Some(&model));
    let batches = runtime.block_on(read(lake, &card, &layout));
    let mut part = Part::new(&layout);
    for batch in &batches {
        part.update(&layout, batch).unwrap();
    }
    let cache = part.finish(&layout, &[]).unwrap();
    let session = in_memory(&batches, &cache, &layout);
    drop(batches);
    let source = Source {
        session: &session,
        card: &card,
        registry: &registry,
    };
    let query = Query {
        rows: Some(Predicate::equals("outcome", "rejected")),
        ..Query::default()
    };
    let metric = |id: &str| registry.metric(id).unwrap();
    let engine = || {
        for (metrics, by) in QUESTIONS {
            for id in metrics {
                let query = Query {
                    by: by.iter().map(|name| (*name).to_owned()).collect(),
                    ..query.clone()
                };
                runtime
                    .block_on(source.evaluate(metric(id), &query))
                    .unwrap();
            }
        }
    };
    let memory = || {
        let texts = ["rejected".to_owned()];
        let filters = Filters::of(&cache, [("outcome", &texts[..])]).unwrap();
        let selection = Selection::of(&cache, filters);
        for (metrics, by) in QUESTIONS {
            let metrics: Vec<&Metric> = metrics.iter().map(|id| metric(id)).collect();
            let measured = Measured::of(&cache, &metrics).unwrap();
            let axes = by.iter().map(|name| Axis::all(cache.column(name).unwrap()));
            let axes: Vec<Axis<'_>> = axes.collect();
            let tally = GroupTally::new(&cache, &measured, &axes).unwrap();
            std::hint::black_box(tally.count(&selection, None));
        }
    };
    println!("{} attempts, the fastest of {ROUNDS}:\n", cache.len());
    println!("| counts of the tab of clients, where outcome is rejected | time |\n|---|---:|");
    println!(
        "| query engine, columns in memory | {} ms |",
        fastest(engine)
    );
    println!("| cache | {} ms |", fastest(memory));
}

/// The columns that the cache holds, once read.
async fn read(lake: &Path, card: &Card, layout: &Layout) -> Vec<RecordBatch> {
    let lake = Lake::open(lake, card).unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let session = snapshot.session().unwrap();
    let staging = snapshot.staging(&session).await.unwrap();
    veriscope_transform::register(&session, card, staging).unwrap();
    let table = session.table(View::Attempts.name()).await.unwrap();
    let mut names = layout.columns();
    names.extend(["is_first", "is_last"]);
    let columns = names.iter().map(|name| col(format!("\"{name}\"")));
    let table = table.select(columns.collect::<Vec<_>>()).unwrap();
    let mut batches = Vec::new();
    let mut stream = table.execute_stream().await.unwrap();
    while let Some(batch) = stream.next().await {
        batches.push(batch.unwrap());
    }
    batches
}

/// The same rows as a table in memory: text as dictionaries, in two partitions.
fn in_memory(batches: &[RecordBatch], cache: &Cache, layout: &Layout) -> SessionContext {
    let few = |field: &Field| cache.column(field.name()).is_some();
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let mut partitions = vec![Vec::new(), Vec::new()];
    let mut schema = None;
    for (place, batch) in batches.iter().enumerate() {
        let names: Vec<usize> = (0..layout.columns().len() + 2).collect();
        let batch = batch.project(&names).unwrap();
        let read = batch.schema();
        let columns = read
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| {
                let is_text = matches!(field.data_type(), DataType::Utf8 | DataType::Utf8View);
                if is_text && few(field) {
                    cast(column, &dictionary).unwrap()
                } else {
                    Arc::clone(column)
                }
            });
        let columns: Vec<_> = columns.collect();
        let fields = batch
            .schema()
            .fields()
            .iter()
            .zip(&columns)
            .map(|(field, column)| Field::new(field.name(), column.data_type().clone(), true))
            .collect::<Vec<_>>();
        let of_batch = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&of_batch), columns).unwrap();
        schema = Some(of_batch);
        partitions[place % 2].push(batch);
    }
    let session = SessionContext::new();
    let table = MemTable::try_new(schema.unwrap(), partitions).unwrap();
    session
        .register_table(View::Attempts.name(), Arc::new(table))
        .unwrap();
    session
}

fn fastest(work: impl Fn()) -> u128 {
    let once = || {
        let began = Instant::now();
        work();
        began.elapsed().as_millis()
    };
    (0..ROUNDS).map(|_| once()).min().unwrap()
}
