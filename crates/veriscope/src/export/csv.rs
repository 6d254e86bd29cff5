//! CSV that pandas and spreadsheets read without options.
//!
//! Text that a spreadsheet would run as a formula gets an apostrophe before it, which
//! spreadsheets take as "this is text" and show no formula's result for.

use std::fmt::Write as _;
use std::io;

use arrow_schema::SchemaRef;

use super::Exporter;
use super::cells::{Cell, Rows};
use super::instant;
use super::target::Sink;

/// For whom a CSV is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// pandas, databases, spreadsheets in English: `,`, decimal point, True/False.
    Plain,
    /// A Spanish Excel: `;`, decimal comma, VERDADERO/FALSO, byte order mark, Windows line
    /// ends, dates as local time to the second.
    ExcelEs,
}

/// Writes CSV.
pub(super) struct CsvExporter {
    writer: csv::Writer<Sink>,
    dialect: Dialect,
    cell: String,
}

impl CsvExporter {
    /// Writes the header line.
    pub(super) fn new(mut sink: Sink, dialect: Dialect, published: &SchemaRef) -> io::Result<Self> {
        let mut builder = csv::WriterBuilder::new();
        match dialect {
            Dialect::Plain => {
                builder.terminator(csv::Terminator::Any(b'\n'));
            }
            Dialect::ExcelEs => {
                io::Write::write_all(&mut sink, "\u{feff}".as_bytes())?;
                builder.delimiter(b';').terminator(csv::Terminator::CRLF);
            }
        }
        let mut writer = builder.from_writer(sink);
        let names = published.fields().iter().map(|field| field.name());
        writer.write_record(names).map_err(into_io)?;
        Ok(Self {
            writer,
            dialect,
            cell: String::new(),
        })
    }
}

impl Exporter for CsvExporter {
    fn write(&mut self, rows: &Rows) -> io::Result<()> {
        let columns = rows.columns()?;
        for row in 0..rows.num_rows() {
            let offset_min = rows.offset_min(row);
            for column in &columns {
                self.cell.clear();
                self.dialect
                    .write_cell(&mut self.cell, &column.cell(row), offset_min);
                self.writer.write_field(&self.cell).map_err(into_io)?;
            }
            self.writer.write_record(None::<&[u8]>).map_err(into_io)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Dialect {
    fn write_cell(self, out: &mut String, cell: &Cell<'_>, offset_min: i32) {
        match *cell {
            Cell::Null => {}
            Cell::Text(text) => {
                if would_run(text) {
                    out.push('\'');
                }
                out.push_str(text);
            }
            Cell::Int(number) => {
                let written = write!(out, "{number}");
                debug_assert!(written.is_ok(), "a string takes all text");
            }
            Cell::Float(number) => self.write_float(out, number),
            Cell::Bool(yes) => out.push_str(match (self, yes) {
                (Self::Plain, true) => "True",
                (Self::Plain, false) => "False",
                (Self::ExcelEs, true) => "VERDADERO",
                (Self::ExcelEs, false) => "FALSO",
            }),
            Cell::Instant(instant_us) => match self {
                Self::Plain => instant::write_iso(out, instant_us, offset_min),
                Self::ExcelEs => instant::write_spreadsheet(out, instant_us, offset_min),
            },
        }
    }

    /// The shortest text that reads back as the same number and is no whole number: `1.0`.
    fn write_float(self, out: &mut String, number: f64) {
        if number.is_nan() {
            return;
        }
        let start = out.len();
        let written = write!(out, "{number:?}");
        debug_assert!(written.is_ok(), "a string takes all text");
        if self == Self::ExcelEs
            && let Some(point) = out[start..].find('.')
        {
            out.replace_range(start + point..=start + point, ",");
        }
    }
}

/// Returns whether a spreadsheet might run this text as a formula.
///
/// Numbers, the sentinels among them, and plain identifiers, of which many begin with `-`,
/// are left alone: people join tables by them.
fn would_run(text: &str) -> bool {
    const TRIGGERS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    text.starts_with(TRIGGERS) && !is_plain(text) && !is_number(text)
}

fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// A sign, digits with a point among them, an exponent. Rust reads such text as a number, but
/// words such as `+inf` too.
fn is_number(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && text.parse::<f64>().is_ok()
}

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, would_run};
    use crate::export::cells::Cell;
    use proptest::prelude::*;

    fn cell(dialect: Dialect, cell: &Cell<'_>) -> String {
        let mut text = String::new();
        dialect.write_cell(&mut text, cell, -300);
        text
    }

    #[test]
    fn floats_are_the_shortest_text_that_stays_a_float() {
        for (number, text) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (-0.0, "-0.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e300, "1e300"),
            (1e-7, "1e-7"),
            (-2.0, "-2.0"),
            (9_007_199_254_740_993.0, "9007199254740992.0"),
            (f64::NAN, ""),
        ] {
            assert_eq!(cell(Dialect::Plain, &Cell::Float(number)), text);
        }
    }

    #[test]
    fn whole_numbers_are_exact() {
        assert_eq!(
            cell(Dialect::Plain, &Cell::Int(9_007_199_254_740_993)),
            "9007199254740993"
        );
        assert_eq!(
            cell(Dialect::Plain, &Cell::Int(i64::MIN)),
            "-9223372036854775808"
        );
    }

    #[test]
    fn a_spanish_spreadsheet_gets_its_own_forms() {
        assert_eq!(cell(Dialect::ExcelEs, &Cell::Float(-0.25)), "-0,25");
        assert_eq!(cell(Dialect::ExcelEs, &Cell::Float(1.5e-7)), "1,5e-7");
        assert_eq!(cell(Dialect::ExcelEs, &Cell::Float(1e300)), "1e300");
        assert_eq!(cell(Dialect::ExcelEs, &Cell::Bool(true)), "VERDADERO");
        assert_eq!(cell(Dialect::ExcelEs, &Cell::Bool(false)), "FALSO");
        let instant = Cell::Instant(1_736_392_236_542_487);
        assert_eq!(cell(Dialect::ExcelEs, &instant), "2025-01-08 22:10:36");
    }

    #[test]
    fn booleans_and_nulls_are_as_published() {
        assert_eq!(cell(Dialect::Plain, &Cell::Bool(true)), "True");
        assert_eq!(cell(Dialect::Plain, &Cell::Bool(false)), "False");
        assert_eq!(cell(Dialect::Plain, &Cell::Null), "");
    }

    #[test]
    fn formulas_get_an_apostrophe() {
        for text in [
            "=1+1",
            "+1+1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "=",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "-cmd|' /C calc'!A0",
            "+inf",
            "-a.b",
            "--1.5",
        ] {
            assert!(would_run(text), "{text:?}");
            assert_eq!(cell(Dialect::Plain, &Cell::Text(text)), format!("'{text}"));
        }
    }

    #[test]
    fn numbers_and_plain_identifiers_are_left_alone() {
        for text in [
            "-2", "-1.5", "+3", "-1e-9", "-", "--", "-x7_Kq-", "_a", "1=2", "", "a@b", "-00301",
        ] {
            assert!(!would_run(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_guard_never_alters_an_identifier(text in "[A-Za-z0-9_-]{0,40}") {
            prop_assert!(!would_run(&text));
        }

        #[test]
        fn the_guard_never_alters_a_number(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            prop_assert!(!would_run(&number.to_string()));
            let shortest = format!("{number:?}");
            prop_assert!(!would_run(&shortest));
        }

        #[test]
        fn floats_read_back_the_same(number in any::<f64>().prop_filter("no NaN", |n| !n.is_nan())) {
            let plain = cell(Dialect::Plain, &Cell::Float(number));
            prop_assert_eq!(plain.parse::<f64>().unwrap().to_bits(), number.to_bits());
            let spanish = cell(Dialect::ExcelEs, &Cell::Float(number));
            prop_assert_eq!(spanish.replace(',', "."), plain);
        }
    }
}
