//! Transactions laid out along the pipeline.

use datafusion::arrow::record_batch::RecordBatch;
use veriscope_cache::TimesOf;
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::number::float_i64;

use crate::api::{Waterfall, WaterfallBar};
use crate::held::Held;
use crate::refusal::Refusal;

/// Lays out the transactions whose total is nearest to the median and to the 95th percentile,
/// of some rows.
pub(super) fn usual_and_slow(
    held: &Held,
    rows: &[u32],
    whole: Option<&TimesOf>,
) -> Result<Vec<Waterfall>, Refusal> {
    let quantiles = whole.and_then(|whole| whole.quantiles);
    let (Some(model), Some([p50, p95, _])) = (&held.model, quantiles) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::with_capacity(2);
    for (share, wanted) in [(0.5, p50), (0.95, p95)] {
        let Some((row, total_ms)) = nearest(held, rows, wanted) else {
            continue;
        };
        let batch = held.cache.path_batch(model, &[row])?;
        found.push(Waterfall {
            share,
            file_token: held.cache.key_start(row),
            total_ms,
            bars: bars(model, &batch, 0)?,
        });
    }
    Ok(found)
}

/// The row whose total is nearest to a time, ms.
fn nearest(held: &Held, rows: &[u32], wanted: f64) -> Option<(u32, f64)> {
    let total = held
        .cache
        .duration(held.card.roles.total_time.as_deref()?)?;
    let timed = rows.iter().filter_map(|row| {
        let total = total.get(usize::try_from(*row).ok()?)?;
        Some((*row, float_i64(total)))
    });
    timed.min_by(|(_, one), (_, other)| (one - wanted).abs().total_cmp(&(other - wanted).abs()))
}

/// Lays out one row of a batch with the columns of the pipeline.
pub(crate) fn bars(
    model: &PathModel,
    batch: &RecordBatch,
    row: usize,
) -> Result<Vec<WaterfallBar>, Refusal> {
    let bars = model.schedule(batch, row)?.into_iter();
    let named = bars.filter_map(|bar| {
        let run = model.runs().get(bar.run)?;
        Some(WaterfallBar {
            microservice: run.microservice.clone(),
            image: run.image.clone(),
            start_ms: bar.start_ms,
            queue_ms: bar.queue_ms,
            service_ms: bar.service_ms,
            on_path: bar.on_path,
        })
    });
    Ok(named.collect())
}
