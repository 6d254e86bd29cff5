//! Exported tables, read as text, cell by cell.

use std::collections::HashMap;

use crate::support::Sandbox;

/// The tables, as `export` names them.
pub(crate) const TABLES: [&str; 3] = ["staging", "transform", "no-retries"];

/// A table as exported to CSV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// Exports a table; `words` are further options.
    pub(crate) fn export(sandbox: &Sandbox, table: &str, words: &[&str]) -> Self {
        let export = ["export", table, "--out", "-"];
        Self::parse(&sandbox.run_ok(&[&export[..], words].concat()).out)
    }

    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let record = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        Self {
            columns: record(reader.headers().unwrap()),
            rows: reader.records().map(|row| record(&row.unwrap())).collect(),
        }
    }

    pub(crate) fn index(&self, column: &str) -> usize {
        let found = self.columns.iter().position(|name| name == column);
        found.unwrap_or_else(|| panic!("no column {column}"))
    }

    /// The cells of a column, in order of rows.
    pub(crate) fn column(&self, column: &str) -> Vec<&str> {
        let index = self.index(column);
        self.rows.iter().map(|row| row[index].as_str()).collect()
    }

    /// The row that has a value in a column.
    pub(crate) fn row(&self, column: &str, value: &str) -> HashMap<&str, &str> {
        let index = self.index(column);
        let row = self.rows.iter().find(|row| row[index] == value);
        let row = row.unwrap_or_else(|| panic!("no row with {value} in {column}"));
        let names = self.columns.iter().map(String::as_str);
        names.zip(row.iter().map(String::as_str)).collect()
    }

    /// The same table with the numbers of some columns given anew, in the order of its rows.
    pub(crate) fn renumbered(&self, columns: &[&str]) -> Self {
        let mut table = self.clone();
        for column in columns {
            let index = self.index(column);
            let mut numbers: HashMap<String, usize> = HashMap::new();
            for row in &mut table.rows {
                if !row[index].is_empty() {
                    let next = numbers.len() + 1;
                    let number = *numbers.entry(row[index].clone()).or_insert(next);
                    row[index] = format!("{column}_{number}");
                }
            }
        }
        table
    }

    /// The same table without some columns.
    pub(crate) fn without(&self, columns: &[&str]) -> Self {
        let is_kept = |index: &usize| !columns.contains(&self.columns[*index].as_str());
        let kept: Vec<usize> = (0..self.columns.len()).filter(is_kept).collect();
        let pick = |cells: &Vec<String>| kept.iter().map(|at| cells[*at].clone()).collect();
        Self {
            columns: pick(&self.columns),
            rows: self.rows.iter().map(pick).collect(),
        }
    }
}

/// The three tables as CSV text; `words` are further options.
pub(crate) fn export_all(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let export = |table| {
        sandbox
            .run_ok(&[&["export", table, "--out", "-"], words].concat())
            .out
    };
    TABLES.map(export).to_vec()
}

/// Whether text is the token of a feature.
pub(crate) fn is_token(feature: &str, text: &str) -> bool {
    let code = text
        .strip_prefix(feature)
        .and_then(|rest| rest.strip_prefix('_'));
    code.is_some_and(|code| {
        code.len() == 26 && code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
    })
}
