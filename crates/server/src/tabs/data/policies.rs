//! Policies over time: when each was in force, for how many, and what it sets.

use std::collections::{BTreeMap, HashSet};

use veriscope_cache::Coded;
use veriscope_card::schema::column;
use veriscope_metrics::query::Cell;

use super::POLICY;
use crate::api::{Policy, Setting};
use crate::held::{Held, POLICIES};
use crate::refusal::Refusal;

/// Policies that are listed.
const MOST_POLICIES: usize = 50;

/// What policies set, by their ids.
pub(super) type Settings = BTreeMap<String, Vec<Setting>>;

/// Reads what policies set; what a policy leaves open is not among it.
pub(super) async fn settings(held: &Held) -> Result<Settings, Refusal> {
    let batches = held.session.table(POLICIES).await?.collect().await?;
    let mut settings = Settings::new();
    for batch in &batches {
        let schema = batch.schema();
        let Some(ids) = batch.column_by_name(column::POLICY_ID) else {
            continue;
        };
        for row in 0..batch.num_rows() {
            let Cell::Text(id) = Cell::of(ids, row) else {
                continue;
            };
            let columns = schema.fields().iter().zip(batch.columns());
            let set = columns
                .filter(|(field, _)| field.name() != column::POLICY_ID)
                .map(|(field, values)| (field.name(), Cell::of(values, row)))
                .filter(|(_, value)| *value != Cell::Null)
                .map(|(name, value)| Setting {
                    name: name.trim_start_matches('_').to_owned(),
                    value: value.into(),
                });
            settings.insert(id, set.collect());
        }
    }
    Ok(settings)
}

/// Where and how often a policy is.
#[derive(Clone, Default)]
struct Use {
    n: u64,
    /// Numbers of days.
    days: Option<(usize, usize)>,
    /// Numbers of clients.
    clients: HashSet<usize>,
}

/// Tells policies, the newest first.
pub(super) fn policies(held: &Held, rows: &[u32], settings: Settings) -> Vec<Policy> {
    let cache = &held.cache;
    let Some((policy, day)) = cache.column(POLICY).zip(cache.column("day")) else {
        return Vec::new();
    };
    let client = held.card.roles.client.as_deref();
    let client = client.and_then(|name| cache.column(name));
    let uses = uses(policy, day, client, rows);
    let named = |place: usize| match day.values.get(place) {
        Some(Cell::Text(day)) => day.clone(),
        _ => String::new(),
    };
    let mut told: Vec<Policy> = policy
        .values
        .iter()
        .zip(uses)
        .filter_map(|(value, used)| {
            let (first, last) = used.days?;
            let id = match value {
                Cell::Text(id) => Some(id.clone()),
                Cell::Null | Cell::Bool(_) | Cell::Int(_) | Cell::Float(_) => None,
            };
            let set = id.as_ref().and_then(|id| settings.get(id));
            Some(Policy {
                settings: set.cloned().unwrap_or_default(),
                policy_id: id,
                first_day: named(first),
                last_day: named(last),
                n: used.n,
                clients: u64::try_from(used.clients.len()).unwrap_or(u64::MAX),
            })
        })
        .collect();
    told.sort_by(|one, other| {
        let newness = |policy: &Policy| (policy.last_day.clone(), policy.first_day.clone());
        newness(other).cmp(&newness(one))
    });
    told.truncate(MOST_POLICIES);
    told
}

fn uses(policy: &Coded, day: &Coded, client: Option<&Coded>, rows: &[u32]) -> Vec<Use> {
    let mut uses = vec![Use::default(); policy.values.len()];
    for row in rows {
        let row = usize::try_from(*row).unwrap_or(usize::MAX);
        let Some(used) = uses.get_mut(policy.place(row)) else {
            continue;
        };
        used.n += 1;
        // Days are numbered in their order.
        let day = day.place(row);
        let (first, last) = used.days.unwrap_or((day, day));
        used.days = Some((first.min(day), last.max(day)));
        used.clients.extend(client.map(|client| client.place(row)));
    }
    uses
}
