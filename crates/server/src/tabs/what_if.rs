//! What transactions would take if microservices were faster.

use veriscope_metrics::critical_path::Scenario;

use super::counted::Chosen;
use super::microservices::{PATH_ROWS, ranged};
use crate::api::{WhatIfAfter, WhatIfBefore, WhatIfResult};
use crate::held::Held;
use crate::query::TabQuery;
use crate::refusal::Refusal;

/// Answers what would be if some microservices took so many percent less.
///
/// # Errors
/// [`Refusal`]: a filter that does not go with the columns, an unknown microservice, or
/// nothing that this could be told of.
pub(crate) fn what_if(held: &Held, query: &TabQuery) -> Result<WhatIfResult, Refusal> {
    let chosen = Chosen::of(held, query)?;
    let model = held.model.as_ref().ok_or(Refusal::NotHeld)?;
    let place = |name: &String| model.microservices().iter().position(|known| known == name);
    let mut faster = Vec::with_capacity(query.faster().len());
    for (name, percent) in query.faster() {
        let place = place(name).ok_or(Refusal::Parameter {
            name: "faster",
            expected: "names a microservice of the pipeline, as `/api/v1/meta` lists them",
        })?;
        faster.push((place, percent / 100.0));
    }
    let rows = chosen.selection.sample(PATH_ROWS);
    let batch = held.cache.path_batch(model, &rows)?;
    let scenario = model.scenario(&batch, &faster)?;
    let scenario = scenario.ok_or(Refusal::NotFound {
        what: "transaction with a total time",
    })?;
    Ok(result(&scenario, chosen.selection.len()))
}

fn result(scenario: &Scenario, of: usize) -> WhatIfResult {
    let count = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
    WhatIfResult {
        rows: count(scenario.rows),
        of: count(of),
        before: WhatIfBefore {
            mean: scenario.before.mean,
            p50: scenario.before.p50,
            p95: scenario.before.p95,
        },
        after: WhatIfAfter {
            mean: ranged(scenario.mean),
            p50: ranged(scenario.p50),
            p95: ranged(scenario.p95),
        },
        saved_mean: ranged(scenario.saved_mean),
        saved_share: ranged(scenario.saved_share),
    }
}
