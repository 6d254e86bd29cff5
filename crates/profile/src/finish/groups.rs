//! Columns put together by what they measure, pictures side by side.

use std::collections::HashMap;

use crate::Knowledge;
use crate::report::{Column, ColumnKind, Group, GroupKind};

/// Kinds of the card's that tell of the transaction and measure nothing.
const TRANSACTION: [&str; 6] = ["id", "category", "code", "instant", "text", "flag"];

/// Tells columns of one measurement of several pictures about each other.
pub(crate) fn find_twins(columns: &mut [Column], knowledge: &Knowledge) {
    let mut same: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, column) in columns.iter().enumerate() {
        if let Some(measurement) = measurement(column, knowledge) {
            same.entry(measurement).or_default().push(place);
        }
    }
    for twins in same.values().filter(|twins| twins.len() > 1) {
        for place in twins {
            if let Some(column) = columns.get_mut(*place) {
                column.twins = twins
                    .iter()
                    .copied()
                    .filter(|other| other != place)
                    .collect();
            }
        }
    }
}

fn measurement(column: &Column, knowledge: &Knowledge) -> Option<String> {
    knowledge.column(&column.name)?.measurement.clone()
}

/// Each column stands in one group.
pub(crate) fn groups(columns: &[Column], knowledge: &Knowledge) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut taken = vec![false; columns.len()];
    for (place, column) in columns.iter().enumerate() {
        if taken.get(place).copied().unwrap_or(true) {
            continue;
        }
        let mut row = vec![place];
        row.extend(column.twins.iter().copied().filter(|twin| *twin > place));
        for place in &row {
            if let Some(taken) = taken.get_mut(*place) {
                *taken = true;
            }
        }
        let (by, name) = group_of(column);
        match groups
            .iter_mut()
            .find(|group| group.by == by && group.name == name)
        {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                by,
                title: title(name.as_deref(), by, knowledge),
                name,
                rows: vec![row],
            }),
        }
    }
    groups.sort_by_key(|group| rank(group, knowledge));
    groups
}

fn group_of(column: &Column) -> (GroupKind, Option<String>) {
    if let Some(microservice) = &column.microservice {
        return (GroupKind::Microservice, Some(microservice.clone()));
    }
    match column.measures.as_deref() {
        Some(kind) if TRANSACTION.contains(&kind) || column.role.is_some() => {
            (GroupKind::Transaction, None)
        }
        Some(kind) => (GroupKind::Kind, Some(kind.to_owned())),
        None => (GroupKind::Kind, Some(kind_name(column.kind).to_owned())),
    }
}

fn title(name: Option<&str>, by: GroupKind, knowledge: &Knowledge) -> Option<String> {
    let name = name.filter(|_| by == GroupKind::Microservice)?;
    let found = knowledge
        .microservices
        .iter()
        .find(|(known, _)| known == name);
    found.map(|(_, title)| title.clone())
}

/// The transaction, then kinds in the order of the table, then microservices in the card's.
fn rank(group: &Group, knowledge: &Knowledge) -> (u8, usize) {
    match group.by {
        GroupKind::Transaction => (0, 0),
        GroupKind::Kind => (1, 0),
        GroupKind::Microservice => {
            let name = group.name.as_deref();
            let known = &knowledge.microservices;
            let place = known
                .iter()
                .position(|(known, _)| Some(known.as_str()) == name);
            (2, place.unwrap_or(usize::MAX))
        }
    }
}

const fn kind_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number => "number",
        ColumnKind::Category => "category",
        ColumnKind::Text => "text",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Datetime => "datetime",
        ColumnKind::Identifier => "identifier",
        ColumnKind::Constant => "constant",
        ColumnKind::Empty => "empty",
        ColumnKind::Unsupported => "unsupported",
    }
}
