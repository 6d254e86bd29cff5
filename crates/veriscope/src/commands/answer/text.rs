//! A page for the terminal, as wide as it is: where it is narrow, spare columns are left out.

use veriscope_answers::number;
use veriscope_answers::page::{Cell, ColumnKind, Page, Section, Table};
use veriscope_card::views::Language;

use crate::terminal::{Styles, left, right, table};

/// Width where there is no terminal, and the least and the most that is used of one.
const WIDTHS: [usize; 3] = [80, 60, 160];
/// Width of a bar.
const BAR: usize = 16;
/// Lines of text are no longer than this, however wide the terminal.
const LINE: usize = 100;
/// Blanks after a column.
const GAP: usize = 2;

/// How pages are laid out.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    styles: Styles,
    language: Language,
    width: usize,
}

impl Layout {
    /// Lays out for stdout as it is; `COLUMNS` says how wide where that is no terminal.
    pub(super) fn new(styles: Styles, language: Language) -> Self {
        let [usual, least, most] = WIDTHS;
        let seen = terminal_size::terminal_size_of(std::io::stdout());
        let seen = seen.map(|(width, _)| usize::from(width.0));
        let said = || std::env::var("COLUMNS").ok()?.parse::<usize>().ok();
        let width = seen.or_else(said).unwrap_or(usual).clamp(least, most);
        Self {
            styles,
            language,
            width,
        }
    }

    /// Writes a page.
    pub(super) fn page(self, page: &Page, explain: bool) -> String {
        let mut out = format!(
            "{}\n{}\n",
            self.styles.bold(&page.title),
            self.dim(&page.basis)
        );
        for note in &page.notes {
            let label = self.language.pick("note:", "nota:");
            out.push('\n');
            out.push_str(&self.wrapped(&format!("{label} {note}"), "  "));
        }
        for sentence in page.lead.iter().filter(|one| !one.is_empty()) {
            out.push('\n');
            out.push_str(&self.wrapped(sentence, ""));
        }
        for section in &page.sections {
            out.push('\n');
            out.push_str(&self.section(section, explain));
        }
        if !explain && page.sections.len() > 1 {
            let more = self.language.pick(
                "--explain says how the figures are defined and names the tables for --table",
                "--explain dice cómo se definen las cifras y nombra las tablas para --table",
            );
            out.push_str(&format!("\n{}\n", self.styles.dim(more)));
        }
        out
    }

    fn section(self, section: &Section, explain: bool) -> String {
        let mut out = self.styles.bold(&section.title);
        if explain {
            out.push_str(&self.styles.dim(&format!("  [{}]", section.id)));
        }
        out.push('\n');
        for sentence in &section.words {
            out.push_str(&self.wrapped(sentence, ""));
        }
        if explain {
            out.push_str(&self.dim(&section.explain));
            out.push('\n');
        }
        out.push_str(&self.table(&section.table));
        out
    }

    /// Text over several lines, dim; a style must not run over line ends.
    fn dim(self, text: &str) -> String {
        let lines = self.wrapped(text, "");
        let lines: Vec<String> = lines.lines().map(|line| self.styles.dim(line)).collect();
        lines.join("\n")
    }

    fn wrapped(self, text: &str, indent: &str) -> String {
        let options = textwrap::Options::new(self.width.min(LINE)).subsequent_indent(indent);
        let mut lines = textwrap::fill(&number::harmless(text), options);
        lines.push('\n');
        lines
    }

    fn table(self, shown: &Table) -> String {
        let cells: Vec<Vec<String>> = shown
            .rows
            .iter()
            .take(shown.most)
            .map(|row| self.row(shown, row))
            .collect();
        let columns = self.fitting(shown, &cells);
        let pick = |row: &[String]| -> Vec<String> {
            let picked = columns.iter().filter_map(|at| row.get(*at).cloned());
            picked.collect()
        };
        // The first row holds the titles: `table` takes no others than fixed ones.
        let titles: Vec<String> = shown.columns.iter().map(|one| one.title.clone()).collect();
        let mut rows = vec![pick(&titles)];
        rows.extend(cells.iter().map(|row| pick(row)));
        self.shorten(shown, &columns, &mut rows);
        blank_repeats(&mut rows);
        let aligned: Vec<_> = columns
            .iter()
            .map(|at| match shown.columns.get(*at).map(|one| one.kind) {
                Some(ColumnKind::Text | ColumnKind::Bar | ColumnKind::Spark) | None => left(""),
                Some(_) => right(""),
            })
            .collect();
        let mut lines = table(&aligned, rows);
        if let Some((titles, rest)) = lines.split_once('\n') {
            lines = format!("{}\n{rest}", self.styles.dim(titles));
        }
        lines.push('\n');
        let hidden = shown.rows.len().saturating_sub(shown.most);
        if hidden > 0 {
            let more = match self.language {
                Language::English => format!("and {hidden} more rows; --csv or --json shows all"),
                Language::Spanish => {
                    format!("y {hidden} filas más; --csv o --json las muestra todas")
                }
            };
            lines.push_str(&self.styles.dim(&more));
            lines.push('\n');
        }
        lines
    }

    fn row(self, shown: &Table, row: &[Cell]) -> Vec<String> {
        let cells = shown.columns.iter().zip(row).enumerate();
        cells
            .map(|(at, (column, cell))| match (column.kind, cell) {
                (ColumnKind::Bar, Cell::Number(value)) => bar(*value, greatest(shown, at)),
                (_, Cell::Numbers(values)) => sparkline(values),
                _ => number::cell(cell, column.kind, self.language),
            })
            .collect()
    }

    /// The columns that are shown: those with anything in them, less spare ones (bars first)
    /// until the rest fits.
    fn fitting(self, shown: &Table, cells: &[Vec<String>]) -> Vec<usize> {
        let width = |at: usize| {
            let below = cells.iter().filter_map(|row| row.get(at));
            let title = shown.columns.get(at).map(|one| &one.title);
            let widths = below
                .chain(title)
                .map(|text| textwrap::core::display_width(text));
            widths.max().unwrap_or(0) + GAP
        };
        let mut columns: Vec<usize> = (0..shown.columns.len())
            .filter(|at| shown.is_used(*at))
            .collect();
        let is = |at: &usize, bars: bool| {
            let column = shown.columns.get(*at);
            column.is_some_and(|one| one.is_spare || (bars && !one.is_data()))
        };
        for bars in [false, true] {
            while columns.iter().map(|at| width(*at)).sum::<usize>() > self.width + GAP {
                let Some(place) = columns.iter().rposition(|at| is(at, bars)) else {
                    break;
                };
                columns.remove(place);
            }
        }
        columns
    }

    /// Cuts the widest text where the rest would still not fit; numbers stay whole.
    fn shorten(self, shown: &Table, columns: &[usize], rows: &mut [Vec<String>]) {
        let widest = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            cells
                .map(|cell| textwrap::core::display_width(cell))
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns.len()).map(widest).collect();
        let total: usize = widths.iter().map(|width| width + GAP).sum();
        let over = total.saturating_sub(self.width + GAP);
        let is_text = |at: usize| {
            let column = columns.get(at).and_then(|at| shown.columns.get(*at));
            column.is_some_and(|one| one.kind == ColumnKind::Text)
        };
        let texts = widths.iter().enumerate().filter(|(at, _)| is_text(*at));
        let longest = texts.max_by_key(|(_, width)| **width);
        let Some((at, width)) = longest.filter(|_| over > 0) else {
            return;
        };
        let room = width.saturating_sub(over).max(12);
        for cell in rows.iter_mut().filter_map(|row| row.get_mut(at)) {
            if textwrap::core::display_width(cell) > room {
                *cell = cell.chars().take(room - 1).chain(['…']).collect();
            }
        }
    }
}

/// A name that stands above itself is said once.
fn blank_repeats(rows: &mut [Vec<String>]) {
    let mut last = String::new();
    for row in rows.iter_mut().skip(1) {
        if let Some(first) = row.first_mut() {
            if *first == last && !first.is_empty() {
                first.clear();
            } else {
                last.clone_from(first);
            }
        }
    }
}

/// The greatest number of a column, by which bars are scaled.
fn greatest(shown: &Table, column: usize) -> f64 {
    let cells = shown.rows.iter().filter_map(|row| row.get(column));
    let numbers = cells.filter_map(|cell| match cell {
        Cell::Number(value) => Some(*value),
        _ => None,
    });
    numbers.fold(0.0, f64::max)
}

/// A bar in eighths of a character.
fn bar(value: f64, greatest: f64) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if value <= 0.0 || greatest <= 0.0 {
        return String::new();
    }
    let eighths = value / greatest * veriscope_metrics::number::float(BAR * 8);
    let eighths = veriscope_metrics::number::floor_index(eighths.round()).max(1);
    let part = PARTS.get(eighths % 8).copied().unwrap_or_default();
    format!("{}{part}", "█".repeat(eighths / 8))
}

/// A row of numbers from nothing to its greatest.
fn sparkline(values: &[f64]) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let greatest = values.iter().copied().fold(0.0, f64::max);
    let level = |value: &f64| {
        if value.is_nan() || greatest <= 0.0 {
            return ' ';
        }
        let place = veriscope_metrics::number::floor_index(value / greatest * 7.0 + 0.5);
        LEVELS.get(place).copied().unwrap_or('█')
    };
    values.iter().map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::{Layout, bar, sparkline};
    use crate::terminal::Styles;
    use veriscope_answers::page::{Cell, Column, ColumnKind, Table};
    use veriscope_card::views::Language;

    fn layout(width: usize) -> Layout {
        Layout {
            styles: Styles::plain(),
            language: Language::English,
            width,
        }
    }

    fn example() -> Table {
        let mut table = Table::new(vec![
            Column::new("name", "name", ColumnKind::Text),
            Column::new("share", "share", ColumnKind::Share),
            Column::new("", "", ColumnKind::Bar),
            Column::new("n", "n", ColumnKind::Count).spare(),
            Column::new("empty", "empty", ColumnKind::Ms),
        ]);
        for (name, share, n) in [("first", 0.5, 1_200.0), ("first", 0.25, 30.0)] {
            table.rows.push(vec![
                Cell::text(name),
                Cell::Number(share),
                Cell::Number(share),
                Cell::Number(n),
                Cell::Empty,
            ]);
        }
        table
    }

    #[test]
    fn a_table_shows_what_it_has_and_says_a_name_once() {
        assert_eq!(
            layout(80).table(&example()),
            "name    share                        n\n\
             first  50.0 %  ████████████████  1,200\n       \
             25.0 %  ████████             30\n"
        );
    }

    #[test]
    fn a_narrow_page_leaves_out_spare_columns_then_bars_then_the_ends_of_long_names() {
        assert_eq!(
            layout(34).table(&example()),
            "name    share\nfirst  50.0 %  ████████████████\n       25.0 %  ████████\n"
        );
        assert_eq!(
            layout(20).table(&example()),
            "name    share\nfirst  50.0 %\n       25.0 %\n"
        );
    }

    #[test]
    fn rows_past_the_most_are_counted() {
        let mut table = example();
        table.most = 1;
        assert!(
            layout(80)
                .table(&table)
                .ends_with("and 1 more rows; --csv or --json shows all\n")
        );
    }

    #[test]
    fn bars_and_sparklines_are_drawn_to_scale() {
        assert_eq!(bar(1.0, 2.0), "████████");
        assert_eq!(bar(0.001, 2.0), "▏");
        assert_eq!(bar(0.0, 2.0), "");
        assert_eq!(sparkline(&[0.0, 1.0, 2.0, f64::NAN]), "▁▅█ ");
    }
}
