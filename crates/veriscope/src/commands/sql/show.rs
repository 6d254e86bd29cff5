//! The result of a query as a table for reading: as wide as the terminal, numbers to the
//! right, and a word on what is left out.

use std::io::IsTerminal;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, Fields};
use datafusion::dataframe::DataFrame;
use futures::StreamExt;
use veriscope_lake::LakeError;

use super::problem::failed_while_reading;
use super::session::Answer;
use crate::interrupt::Interrupt;
use crate::settings::Settings;
use crate::terminal::{Styles, format};

/// What a table may take.
pub(super) struct Limits {
    /// Rows; none for all.
    rows: Option<usize>,
    /// Columns of characters; none where no one looks at a terminal.
    width: Option<usize>,
}

impl Limits {
    /// Reads the width of the terminal.
    pub(super) fn new(max_rows: usize) -> Self {
        let stdout = std::io::stdout();
        let size = terminal_size::terminal_size_of(&stdout).filter(|_| stdout.is_terminal());
        Self {
            rows: (max_rows > 0).then_some(max_rows),
            width: size.map(|(width, _)| usize::from(width.0)),
        }
    }
}

/// Rows beyond the limit that are read on for their number; of more, only the number is asked.
const READ_ON: usize = 100_000;
/// Between columns.
const GAP: usize = 2;
/// A text column is never narrower, however little room there is.
const LEAST_WIDTH: usize = 12;

/// Shows a result.
pub(super) async fn table(
    answer: Answer,
    limits: &Limits,
    interrupt: &Interrupt,
    settings: &Settings,
) -> anyhow::Result<()> {
    let counted = answer.frame.clone();
    let mut stream = answer
        .frame
        .execute_stream()
        .await
        .map_err(failed_while_reading)?;
    let limit = limits.rows.unwrap_or(usize::MAX);
    let mut table = Table::new(stream.schema().fields());
    let mut total = Some(0_usize);
    while let Some(batch) = interrupt.stop(stream.next()).await? {
        let batch = batch.map_err(failed_while_reading)?;
        let room = limit.saturating_sub(table.num_rows()).min(batch.num_rows());
        table.push(&batch.slice(0, room)).map_err(LakeError::from)?;
        total = total.map(|total| total + batch.num_rows());
        if total.is_some_and(|total| total.saturating_sub(limit) > READ_ON) {
            total = None;
            break;
        }
    }
    drop(stream);
    let (text, left_out) = table.render(limits.width, settings.terminal.out);
    settings.terminal.data(&text)?;
    let total = match total {
        Some(total) => total,
        None => interrupt.stop(count(counted)).await??,
    };
    let (shown, terminal) = (table.num_rows(), &settings.terminal);
    terminal.note(&told_of_rows(shown, total));
    if left_out > 0 {
        let left_out = u64::try_from(left_out).unwrap_or(u64::MAX);
        let columns = format::counted(left_out, "column does not fit", "columns do not fit");
        terminal.note(&format!(
            "{columns}; name those you want, or take --format csv"
        ));
    }
    Ok(())
}

fn told_of_rows(shown: usize, total: usize) -> String {
    let whole = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let number = |number: usize| format::count(whole(number));
    if shown == total {
        return format::counted(whole(total), "row", "rows");
    }
    format!(
        "{} of {} rows, {} more; --max-rows 0 shows all, --out FILE writes all",
        number(shown),
        number(total),
        number(total - shown)
    )
}

async fn count(frame: DataFrame) -> anyhow::Result<usize> {
    frame.count().await.map_err(failed_while_reading)
}

/// Cells as text, column by column.
struct Table {
    columns: Vec<Column>,
}

struct Column {
    title: String,
    kind: Kind,
    /// None for null.
    cells: Vec<Option<String>>,
}

/// How a column behaves where room is short.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Stands to the right and stays whole: a part of a number would be another.
    Number,
    /// Stays whole.
    Short,
    /// Gives way.
    Text,
}

impl Kind {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean | DataType::Null => Self::Short,
            number if number.is_numeric() => Self::Number,
            time if time.is_temporal() => Self::Short,
            _ => Self::Text,
        }
    }
}

impl Table {
    fn new(fields: &Fields) -> Self {
        let columns = fields.iter().map(|field| Column {
            title: on_one_line(field.name()),
            kind: Kind::of(field.data_type()),
            cells: Vec::new(),
        });
        Self {
            columns: columns.collect(),
        }
    }

    fn num_rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.cells.len())
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        for (column, array) in self.columns.iter_mut().zip(batch.columns()) {
            column.cells.extend(cells(array)?);
        }
        Ok(())
    }

    /// Lays the table out, and says how many columns found no room.
    fn render(&self, width: Option<usize>, styles: Styles) -> (String, usize) {
        let widths = fit(&self.columns, width);
        let mut text = String::new();
        let shown = || self.columns.iter().zip(&widths);
        let titles = shown().map(|(column, width)| {
            let title = cut(&column.title, *width);
            (
                styles.bold(&title),
                length(&title),
                *width,
                column.kind == Kind::Number,
            )
        });
        line(&mut text, titles);
        for row in 0..self.num_rows() {
            let cells = shown().map(|(column, width)| {
                let (cell, length) = match column.cells.get(row) {
                    Some(Some(cell)) => {
                        let cell = cut(cell, *width);
                        let length = length(&cell);
                        (cell, length)
                    }
                    Some(None) | None => (styles.dim("null"), 4),
                };
                (cell, length, *width, column.kind == Kind::Number)
            });
            line(&mut text, cells);
        }
        (text, self.columns.len() - widths.len())
    }
}

impl Column {
    fn natural_width(&self) -> usize {
        let cells = self.cells.iter();
        let widest = cells.map(|cell| cell.as_deref().map_or(4, length)).max();
        length(&self.title).max(widest.unwrap_or_default())
    }
}

/// Writes cells, each with its length and the width of its column.
fn line(text: &mut String, cells: impl Iterator<Item = (String, usize, usize, bool)>) {
    let mut line = String::new();
    for (index, (cell, length, width, is_right)) in cells.enumerate() {
        if index > 0 {
            line.push_str(&" ".repeat(GAP));
        }
        let blanks = " ".repeat(width.saturating_sub(length));
        if is_right {
            line.push_str(&blanks);
            line.push_str(&cell);
        } else {
            line.push_str(&cell);
            line.push_str(&blanks);
        }
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Decides the widths of the columns that are shown, as many of the first as there is room for.
fn fit(columns: &[Column], limit: Option<usize>) -> Vec<usize> {
    let natural: Vec<usize> = columns.iter().map(Column::natural_width).collect();
    let Some(limit) = limit else {
        return natural;
    };
    let mut count = natural.len();
    loop {
        let mut widths: Vec<usize> = natural.iter().take(count).copied().collect();
        if narrow(&mut widths, columns, limit) || count <= 1 {
            return widths;
        }
        count -= 1;
    }
}

/// Narrows columns of text, the widest first, until all fit, and returns whether they do.
fn narrow(widths: &mut [usize], columns: &[Column], limit: usize) -> bool {
    let gaps = GAP * widths.len().saturating_sub(1);
    let mut taken = widths.iter().sum::<usize>() + gaps;
    while taken > limit {
        let widest = widths
            .iter_mut()
            .zip(columns)
            .filter(|(width, column)| column.kind == Kind::Text && **width > LEAST_WIDTH)
            .max_by_key(|(width, _)| **width);
        let Some((width, _)) = widest else {
            return false;
        };
        *width -= 1;
        taken -= 1;
    }
    true
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn cut(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let kept = text.chars().take(width.saturating_sub(1));
    kept.chain(std::iter::once('…')).collect()
}

/// Text without anything that moves a terminal's cursor.
fn on_one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '·' } else { c })
        .collect()
}

fn cells(array: &ArrayRef) -> Result<Vec<Option<String>>, ArrowError> {
    if *array.data_type() == DataType::Float64 {
        let numbers = array.as_primitive::<Float64Type>();
        return Ok(numbers.iter().map(|number| number.map(float)).collect());
    }
    let options = FormatOptions::new()
        .with_display_error(false)
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.fZ"))
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"));
    let formatter = ArrayFormatter::try_new(array, &options)?;
    let nulls = array.logical_nulls();
    (0..array.len())
        .map(|row| {
            let cell = formatter.value(row);
            let is_there = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            let cell = is_there.then(|| cell.try_to_string()).transpose()?;
            Ok(cell.map(|text| on_one_line(&text)))
        })
        .collect()
}

/// A number for reading: six digits after the point at most. Files have all of them.
fn float(number: f64) -> String {
    let magnitude = number.abs();
    if number == 0.0 || !number.is_finite() || (1e-4..1e15).contains(&magnitude) {
        let text = format!("{number:.6}");
        return match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        };
    }
    format!("{number:e}")
}

#[cfg(test)]
mod tests {
    use super::{Column, Kind, Table, fit, float, told_of_rows};
    use crate::terminal::Styles;

    fn column(title: &str, kind: Kind, cells: &[&str]) -> Column {
        let cell = |cell: &&str| (*cell != "-").then(|| (*cell).to_owned());
        Column {
            title: title.to_owned(),
            kind,
            cells: cells.iter().map(cell).collect(),
        }
    }

    #[test]
    fn numbers_stand_to_the_right_and_null_is_said() {
        let table = Table {
            columns: vec![
                column("outcome", Kind::Text, &["accepted", "-"]),
                column("n", Kind::Number, &["9741", "12"]),
                column("share", Kind::Number, &["-", "0.5"]),
            ],
        };
        let (text, left_out) = table.render(None, Styles::plain());
        assert_eq!(
            text,
            "outcome      n  share\naccepted  9741   null\nnull        12    0.5\n"
        );
        assert_eq!(left_out, 0);
    }

    #[test]
    fn text_gives_way_to_the_width_and_numbers_do_not() {
        let long = "x".repeat(40);
        let columns = [
            column("a", Kind::Text, &[&long]),
            column("b", Kind::Number, &["1234567890123456"]),
            column("c", Kind::Text, &["y"]),
        ];
        assert_eq!(fit(&columns, Some(40)), [19, 16, 1]);
        // 12 of the text, 16 of the number, 1, and two gaps are 33.
        assert_eq!(fit(&columns, Some(33)), [12, 16, 1]);
        assert_eq!(fit(&columns, Some(32)), [14, 16]);
        // The last one stays, however narrow the terminal.
        assert_eq!(fit(&columns[1..2], Some(5)), [16]);
        assert_eq!(fit(&[], Some(5)), [0; 0]);
    }

    #[test]
    fn text_that_is_cut_ends_in_an_ellipsis() {
        let table = Table {
            columns: vec![column(
                "a column of text",
                Kind::Text,
                &["abcdefghijklmnop"],
            )],
        };
        let (text, _) = table.render(Some(12), Styles::plain());
        assert_eq!(text, "a column of…\nabcdefghijk…\n");
    }

    #[test]
    fn numbers_are_for_reading() {
        for (number, text) in [
            (457.333_333_333, "457.333333"),
            (1.0, "1"),
            (-0.25, "-0.25"),
            (0.0, "0"),
            (1e-7, "1e-7"),
            (1.5e20, "1.5e20"),
            (100.0, "100"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(float(number), text);
        }
    }

    #[test]
    fn what_is_left_out_is_told() {
        assert_eq!(told_of_rows(1, 1), "1 row");
        assert_eq!(told_of_rows(0, 0), "0 rows");
        assert_eq!(
            told_of_rows(100, 14_654),
            "100 of 14,654 rows, 14,554 more; --max-rows 0 shows all, --out FILE writes all"
        );
    }
}
