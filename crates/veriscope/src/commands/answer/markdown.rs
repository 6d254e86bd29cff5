//! A page as Markdown.

use veriscope_answers::number;
use veriscope_answers::page::{Column, ColumnKind, Page, Section};
use veriscope_card::views::Language;

use crate::commands::metrics::markdown_text as escaped;

/// Writes a page.
pub(super) fn write(page: &Page, language: Language, explain: bool) -> String {
    let mut out = format!("# {}\n\n{}\n\n", escaped(&page.title), escaped(&page.basis));
    for note in &page.notes {
        out.push_str(&format!("> {}\n\n", escaped(note)));
    }
    for sentence in page.lead.iter().filter(|one| !one.is_empty()) {
        out.push_str(&format!("- {}\n", escaped(sentence)));
    }
    for section in &page.sections {
        out.push_str(&written(section, language, explain));
    }
    out.trim_end().to_owned()
}

fn written(section: &Section, language: Language, explain: bool) -> String {
    let mut out = format!("\n## {}\n\n", escaped(&section.title));
    for sentence in &section.words {
        out.push_str(&format!("{}\n\n", escaped(sentence)));
    }
    if explain {
        out.push_str(&format!(
            "`{}`: {}\n\n",
            section.id,
            escaped(&section.explain)
        ));
    }
    let table = &section.table;
    let shown: Vec<usize> = (0..table.columns.len())
        .filter(|at| table.columns.get(*at).is_some_and(Column::is_data) && table.is_used(*at))
        .collect();
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let columns = || shown.iter().filter_map(|at| table.columns.get(*at));
    out.push_str(&line(columns().map(|one| escaped(&one.title)).collect()));
    let rule = |one: &Column| {
        if one.kind == ColumnKind::Text {
            "---"
        } else {
            "--:"
        }
    };
    let rules: Vec<&str> = columns().map(rule).collect();
    out.push_str(&format!("|{}|\n", rules.join("|")));
    for row in &table.rows {
        let cells = shown
            .iter()
            .map(|at| match (row.get(*at), table.columns.get(*at)) {
                (Some(cell), Some(column)) => escaped(&number::cell(cell, column.kind, language)),
                _ => String::new(),
            });
        out.push_str(&line(cells.collect()));
    }
    out
}
