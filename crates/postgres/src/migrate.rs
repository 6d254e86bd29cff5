//! From what stands in the schema to what a card needs: decided here, touched elsewhere.
//!
//! Only additive changes are made. What is not ours is refused as it stands.

use std::collections::BTreeSet;

use crate::error::{Difference, LoadError};
use crate::inspect::{AllFound, Found};
use crate::layout::{Column, Layout, Table};
use crate::{Adopt, Stored, TableKind, quote, state, views};

/// What has to be done to the schema, before rows are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Tables to make.
    pub(crate) create: Vec<TableKind>,
    /// Whether to make the state table.
    pub(crate) create_state: bool,
    /// Columns to add, by table.
    pub(crate) add_columns: Vec<(TableKind, Vec<String>)>,
    /// Tables to move aside.
    pub(crate) move_aside: Vec<String>,
}

/// What was found, and what is known of it.
pub(crate) struct Ground<'a> {
    pub(crate) found: &'a AllFound,
    /// Tables among them without a row.
    pub(crate) empty: &'a BTreeSet<String>,
    pub(crate) stored: Option<&'a Stored>,
}

/// Decides.
///
/// # Errors
/// `Foreign`, `LeftBehind`.
pub(crate) fn plan(layout: &Layout, ground: &Ground<'_>, adopt: &Adopt) -> Result<Plan, LoadError> {
    let mut plan = Plan {
        create_state: !ground.found.contains_key(state::TABLE),
        ..Plan::default()
    };
    let mut foreign: Vec<Difference> = Vec::new();
    let mut left_behind: Vec<Difference> = Vec::new();
    for table in layout.tables() {
        let Some(found) = ground.found.get(&table.name) else {
            plan.create.push(table.kind);
            continue;
        };
        match judge(table, found, ground) {
            Verdict::Ours { missing } if missing.is_empty() => {}
            Verdict::Ours { missing } => plan.add_columns.push((table.kind, missing)),
            Verdict::LeftBehind(what) => {
                left_behind.push(difference(&table.name, what));
                plan.create.push(table.kind);
                plan.move_aside.push(table.name.clone());
            }
            Verdict::Foreign(what) => foreign.push(difference(&table.name, what)),
        }
    }
    foreign.extend(foreign_state(ground.found));
    foreign.extend(foreign_views(ground));
    let schema = layout.schema.clone();
    if !foreign.is_empty() {
        return Err(LoadError::Foreign {
            schema,
            differences: foreign,
        });
    }
    if !left_behind.is_empty() && matches!(adopt, Adopt::Refuse) {
        return Err(LoadError::LeftBehind {
            schema,
            tables: left_behind,
        });
    }
    Ok(plan)
}

/// What a table of a needed name is.
enum Verdict {
    /// Filled by this program, or empty and as it would make it.
    Ours { missing: Vec<String> },
    /// A published table that something else filled.
    LeftBehind(String),
    /// Something else.
    Foreign(String),
}

fn judge(table: &Table, found: &Found, ground: &Ground<'_>) -> Verdict {
    if !['r', 'p'].contains(&found.relkind) {
        return Verdict::Foreign(format!("is {}", relation(found.relkind)));
    }
    let has_key = found.primary_key == [table.key.clone()];
    let (missing, mut differences) = compare(table, found);
    if !has_key {
        differences.push(format!("its primary key is not {}", table.key));
    }
    if ground.stored.is_some() {
        return match differences.is_empty() {
            true => Verdict::Ours { missing },
            false => Verdict::Foreign(differences.join(", ")),
        };
    }
    let is_empty = ground.empty.contains(&table.name);
    if is_empty && missing.is_empty() && differences.is_empty() {
        return Verdict::Ours { missing };
    }
    if missing.is_empty() && table.is_published() {
        let rows = if is_empty { "no rows" } else { "rows" };
        return Verdict::LeftBehind(match has_key {
            true => format!("has {rows} and no record of a load"),
            false => format!("has {rows} and no primary key"),
        });
    }
    if !missing.is_empty() {
        differences.insert(0, format!("lacks {}", shown(&missing)));
    }
    if differences.is_empty() {
        differences.push("has rows of an unknown load".to_owned());
    }
    Verdict::Foreign(differences.join(", "))
}

/// Returns columns that are missing, and what stands in the way otherwise.
fn compare(table: &Table, found: &Found) -> (Vec<String>, Vec<String>) {
    let mut missing = Vec::new();
    let mut differences = Vec::new();
    for column in &table.columns {
        let there = found.columns.iter().find(|(name, _)| *name == column.name);
        match there {
            None => missing.push(column.name.clone()),
            Some((_, sql_type)) if sql_type == column.sql_type.sql() => {}
            Some((name, sql_type)) => differences.push(format!(
                "column {name} is {sql_type}, not {}",
                column.sql_type.sql()
            )),
        }
    }
    let others: Vec<String> = found
        .columns
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|name| !table.has(name))
        .collect();
    // A context feature that left the card leaves its history behind; published columns stay.
    if !others.is_empty() && table.is_published() {
        differences.push(format!("has {} besides", shown(&others)));
    }
    (missing, differences)
}

fn shown(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let head = names.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    let more = names.len().saturating_sub(SHOWN);
    let rest = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{rest}", head.join(", "))
}

fn foreign_state(found: &AllFound) -> Option<Difference> {
    let table = found.get(state::TABLE)?;
    let is_ours = state::COLUMNS.iter().all(|(name, sql_type)| {
        let is_it = |(column, found): &(String, String)| column == name && found == sql_type;
        table.columns.iter().any(is_it)
    });
    (!is_ours).then(|| difference(state::TABLE, "has other columns".to_owned()))
}

fn foreign_views(ground: &Ground<'_>) -> Vec<Difference> {
    let found = views::NAMES
        .iter()
        .filter_map(|name| Some((*name, ground.found.get(*name)?)));
    found
        .filter(|(_, view)| view.relkind != 'v' || ground.stored.is_none())
        .map(|(name, view)| {
            let what = format!("is {} that veriscope did not make", relation(view.relkind));
            difference(name, what)
        })
        .collect()
}

const fn relation(relkind: char) -> &'static str {
    match relkind {
        'r' | 'p' => "a table",
        'v' => "a view",
        'm' => "a materialised view",
        'f' => "a foreign table",
        'S' => "a sequence",
        'i' | 'I' => "an index",
        _ => "something",
    }
}

fn difference(table: &str, what: String) -> Difference {
    Difference {
        table: table.to_owned(),
        what,
    }
}

/// Returns the statement that makes a table, without its keys.
pub(crate) fn create_table(layout: &Layout, table: &Table) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| definition(layout, table, column))
        .collect();
    format!(
        "CREATE TABLE {} ({})",
        layout.at(&table.name),
        columns.join(", ")
    )
}

fn definition(layout: &Layout, table: &Table, column: &Column) -> String {
    let is_key = column.name == table.key;
    let is_process = layout.process.as_ref() == Some(&column.name);
    // Ids are compared by bytes, everywhere and whatever the database's language.
    let collation = match is_key || is_process {
        true => " COLLATE pg_catalog.\"C\"",
        false => "",
    };
    let constraint = if is_key { " NOT NULL" } else { "" };
    format!(
        "{} {}{collation}{constraint}",
        quote::name(&column.name),
        column.sql_type.sql()
    )
}

/// Returns the statement that adds columns.
pub(crate) fn add_columns(layout: &Layout, table: &Table, names: &[String]) -> String {
    let added: Vec<String> = table
        .columns
        .iter()
        .filter(|column| names.contains(&column.name))
        .map(|column| format!("ADD COLUMN {}", definition(layout, table, column)))
        .collect();
    format!(
        "ALTER TABLE {} {}",
        layout.at(&table.name),
        added.join(", ")
    )
}

/// Returns the statements that give a table its key and its indexes.
pub(crate) fn keys(layout: &Layout, table: &Table) -> Vec<String> {
    let place = layout.at(&table.name);
    let key = quote::name(&table.key);
    let mut statements = vec![format!("ALTER TABLE {place} ADD PRIMARY KEY ({key})")];
    for columns in &table.indexes {
        let columns = quote::list("", columns.iter().map(String::as_str));
        statements.push(format!("CREATE INDEX ON {place} ({columns})"));
    }
    if let (TableKind::NoRetries, Some(process)) = (table.kind, &layout.process)
        && table.has(process)
    {
        let process = quote::name(process);
        statements.push(format!(
            "CREATE UNIQUE INDEX ON {place} ({process}) \
             WHERE {process} IS NOT NULL AND {process} <> ''"
        ));
    }
    statements
}

/// Returns the statements that describe a table and its columns.
pub(crate) fn comments(layout: &Layout, table: &Table) -> String {
    let place = layout.at(&table.name);
    let mut statements = vec![format!(
        "COMMENT ON TABLE {place} IS {}",
        quote::text(&table.comment)
    )];
    statements.extend(table.columns.iter().map(|column| {
        format!(
            "COMMENT ON COLUMN {place}.{} IS {}",
            quote::name(&column.name),
            quote::text(&column.comment)
        )
    }));
    statements.join(";\n")
}
