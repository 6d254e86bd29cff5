//! A table as CSV, numbers in full: a range has two columns, its lower and its upper end.

use veriscope_answers::page::{Cell, Table};

use crate::commands::metrics::csv_text;

/// Writes a table with a header. What stands on a page for the eye alone is left out.
pub(super) fn write(table: &Table) -> anyhow::Result<Vec<u8>> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let columns: Vec<(usize, bool)> = (0..table.columns.len())
        .filter(|at| table.columns.get(*at).is_some_and(|one| one.is_data()))
        .map(|at| (at, table.is_ranged(at)))
        .collect();
    let mut header = Vec::new();
    for (at, is_ranged) in &columns {
        let id = table.columns.get(*at).map_or("", |one| one.id);
        if *is_ranged {
            header.extend([format!("{id}_low"), format!("{id}_high")]);
        } else {
            header.push(id.to_owned());
        }
    }
    writer.write_record(&header)?;
    for row in &table.rows {
        let mut cells = Vec::with_capacity(header.len());
        for (at, is_ranged) in &columns {
            let (low, high) = ends(row.get(*at));
            cells.push(low);
            cells.extend(is_ranged.then_some(high));
        }
        writer.write_record(&cells)?;
    }
    Ok(writer
        .into_inner()
        .map_err(::csv::IntoInnerError::into_error)?)
}

/// Both ends of a cell; alike where it is no range.
fn ends(cell: Option<&Cell>) -> (String, String) {
    match cell {
        None | Some(Cell::Empty | Cell::TooFew | Cell::Numbers(_)) => {
            (String::new(), String::new())
        }
        Some(Cell::Text(text)) => (csv_text(text), String::new()),
        Some(Cell::Number(value)) => (value.to_string(), value.to_string()),
        Some(Cell::Range(low, high)) => (low.to_string(), high.to_string()),
    }
}
