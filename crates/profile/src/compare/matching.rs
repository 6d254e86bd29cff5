//! Which columns of the parts are one.

use std::collections::BTreeMap;

use crate::Profiled;

/// One column in all parts.
pub(super) struct Matched {
    pub(super) name: String,
    /// Its place in each part; `None` where the part has none of this name.
    pub(super) places: Vec<Option<usize>>,
}

/// Matches columns by name, repeated names in the order in which they stand; in the order of
/// the first part, then of each further one.
pub(super) fn by_name(parts: &[&Profiled]) -> Vec<Matched> {
    let mut known: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    let mut matched: Vec<Matched> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, column) in part.report.columns.iter().enumerate() {
            let time = times.entry(&column.name).or_default();
            let entry = *known.entry((&column.name, *time)).or_insert_with(|| {
                matched.push(Matched {
                    name: column.name.clone(),
                    places: vec![None; parts.len()],
                });
                matched.len() - 1
            });
            *time += 1;
            if let Some(slot) = matched
                .get_mut(entry)
                .and_then(|entry| entry.places.get_mut(index))
            {
                *slot = Some(place);
            }
        }
    }
    matched
}
