//! What following the critical path costs: transactions a second on one core, over invented times
//! in memory, with and without the what-if table.

use std::sync::Arc;
use std::time::Instant;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use veriscope_card::Card;
use veriscope_metrics::critical_path::{PathModel, PathTally};

/// Rows of a batch, as the engine gives them.
const BATCH: usize = 8192;
/// Different batches; they are followed again and again.
const BATCHES: u64 = 16;

/// Follows so many transactions of the built-in card; prints a Markdown table.
pub(crate) fn run(transactions: usize) {
    let model = PathModel::of(&Card::builtin().unwrap()).unwrap();
    let batches: Vec<RecordBatch> = (0..BATCHES).map(|seed| batch(&model, seed)).collect();
    println!("| what is followed | transactions | seconds | transactions/s |");
    println!("|---|---:|---:|---:|");
    for (what, mut tally) in [
        (
            "path, shares, slack, remainders",
            PathTally::without_cases(&model),
        ),
        ("the same with the what-if table", PathTally::new(&model)),
    ] {
        let began = Instant::now();
        let mut followed = 0;
        for batch in batches.iter().cycle() {
            if followed >= transactions {
                break;
            }
            tally.update(&model, batch).unwrap();
            followed += batch.num_rows();
        }
        let found = tally.finish(&model);
        let seconds = began.elapsed().as_secs_f64();
        let rate = found.transactions as f64 / seconds;
        println!(
            "| {what} | {} | {seconds:.2} | {rate:.0} |",
            found.transactions
        );
    }
}

/// Times of a fifth of a second and less; one run in eight did not take place.
fn batch(model: &PathModel, seed: u64) -> RecordBatch {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 40
    };
    let total = Card::builtin().unwrap().roles.total_time;
    let columns = model.columns().into_iter().map(|name| {
        let is_total = total.as_deref() == Some(name);
        let times = (0..BATCH).map(|_| {
            let drawn = next();
            let time = i64::try_from(drawn / 8 % 200).unwrap();
            if is_total {
                Some(time + 1500)
            } else {
                (drawn % 8 != 0).then_some(time)
            }
        });
        let times: ArrayRef = Arc::new(times.collect::<Int64Array>());
        (Field::new(name, DataType::Int64, true), times)
    });
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}
