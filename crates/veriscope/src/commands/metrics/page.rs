//! Answers as people read them: a page for the terminal, or Markdown.

use veriscope_answers::number::count;
use veriscope_answers::{left_out, outsize};
use veriscope_card::views::{Language, View};
use veriscope_metrics::query::{Answer, Cell, Excluded, Number, Row};
use veriscope_metrics::registry::Unit;

use super::get::{Answered, Got};
use super::numbers;
use crate::terminal::{Styles, left, right, table};

/// So many groups fit on a page.
const MOST_ROWS: usize = 60;

/// Writes a page for the terminal.
pub(super) fn text(got: &Got<'_>, language: Language, explain: bool, styles: Styles) -> String {
    let mut page = String::new();
    for note in notes(got, language) {
        page.push_str(&note);
        page.push('\n');
    }
    for answered in &got.answers {
        if !page.is_empty() {
            page.push('\n');
        }
        let metric = answered.metric;
        page.push_str(&styles.bold(metric.title.get(language)));
        page.push('\n');
        if explain {
            page.push_str(&format!(
                "{}\n{}: {}\n",
                metric.definition.get(language),
                metric.view.name(),
                metric.measure
            ));
        }
        let shape = Shape::of(answered, language);
        // The first row holds the titles: `table` takes no others than fixed ones.
        let columns: Vec<_> = shape
            .numeric
            .iter()
            .map(|is_number| if *is_number { right("") } else { left("") })
            .collect();
        let mut rows = vec![shape.titles];
        rows.extend(shape.rows);
        let mut lines = table(&columns, rows);
        if let Some((titles, rest)) = lines.split_once('\n') {
            lines = format!("{}\n{rest}", styles.dim(titles));
        }
        page.push_str(&lines);
        page.push('\n');
        if shape.hidden > 0 {
            page.push_str(&styles.dim(&more(shape.hidden, language)));
            page.push('\n');
        }
    }
    page
}

/// Writes Markdown.
pub(super) fn markdown(got: &Got<'_>, language: Language, explain: bool) -> String {
    let mut page = String::new();
    for answered in &got.answers {
        let metric = answered.metric;
        page.push_str(&format!("## {}\n\n", escaped(metric.title.get(language))));
        if explain {
            page.push_str(&format!(
                "{} `{}`: `{}`.\n\n",
                escaped(metric.definition.get(language)),
                metric.view.name(),
                metric.measure
            ));
        }
        for note in notes(got, language) {
            // In a quotation a line end in the text is none.
            page.push_str(&format!("> {}\n\n", escaped(&note.replace('\n', " "))));
        }
        let shape = Shape::all(answered, language);
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        page.push_str(&line(&shape.titles));
        let rules: Vec<&str> = shape
            .numeric
            .iter()
            .map(|is_number| if *is_number { "--:" } else { "---" })
            .collect();
        page.push_str(&format!("|{}|\n", rules.join("|")));
        for row in &shape.rows {
            page.push_str(&line(row));
        }
        page.push('\n');
    }
    page.trim_end().to_owned()
}

pub(in crate::commands) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '\\' | '`' | '*' | '_' | '<' | '[' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A table of one answer.
struct Shape {
    titles: Vec<String>,
    numeric: Vec<bool>,
    rows: Vec<Vec<String>>,
    hidden: usize,
}

impl Shape {
    /// The groups that fit on a page.
    fn of(answered: &Answered<'_>, language: Language) -> Self {
        Self::up_to(answered, language, MOST_ROWS)
    }

    fn all(answered: &Answered<'_>, language: Language) -> Self {
        Self::up_to(answered, language, usize::MAX)
    }

    fn up_to(answered: &Answered<'_>, language: Language, most: usize) -> Self {
        let answer = &answered.answer;
        let columns = Columns::of(answer, language);
        let shown = in_order(&answer.rows);
        let hidden = shown.len().saturating_sub(most);
        let mut rows: Vec<Vec<String>> = shown
            .into_iter()
            .take(most)
            .map(|row| {
                let cells = row
                    .dimensions
                    .iter()
                    .map(|one| numbers::cell(one, language));
                cells.chain(columns.cells(&row.number)).collect()
            })
            .collect();
        let mut whole: Vec<String> = vec![String::new(); answer.by.len()];
        if let Some(first) = whole.first_mut() {
            *first = "total".to_owned();
        }
        whole.extend(columns.cells(&answer.total));
        rows.push(whole);

        let titles: Vec<String> = answer.by.iter().cloned().chain(columns.titles()).collect();
        let numeric = (0..titles.len()).map(|at| at >= answer.by.len()).collect();
        Self {
            titles,
            numeric,
            rows,
            hidden,
        }
    }
}

/// The columns that hold numbers; those that would be empty are left out.
struct Columns {
    unit: Unit,
    language: Language,
    has_interval: bool,
    has_persons: bool,
}

impl Columns {
    fn of(answer: &Answer, language: Language) -> Self {
        let any = |has: fn(&Number) -> bool| {
            answer.rows.iter().any(|row| has(&row.number)) || has(&answer.total)
        };
        Self {
            unit: answer.unit,
            language,
            has_interval: any(|number| number.low.is_some()),
            has_persons: any(|number| number.persons.is_some()),
        }
    }

    fn titles(&self) -> Vec<String> {
        let [value, interval, n, persons] = match self.language {
            Language::English => ["value", "95 % interval", "n", "persons"],
            Language::Spanish => ["valor", "intervalo 95 %", "n", "personas"],
        };
        let interval = self.has_interval.then_some(interval);
        let persons = self.has_persons.then_some(persons);
        let titles = [Some(value), interval, Some(n), persons];
        titles.into_iter().flatten().map(str::to_owned).collect()
    }

    fn cells(&self, number: &Number) -> Vec<String> {
        let mut cells = vec![numbers::value(number, self.unit, self.language)];
        if self.has_interval {
            cells.push(numbers::interval(number, self.unit, self.language));
        }
        cells.push(count(number.n, self.language));
        if self.has_persons {
            let persons = number.persons.map(|of| count(of, self.language));
            cells.push(persons.unwrap_or_default());
        }
        cells
    }
}

/// The largest groups first where they have names; days, hours and codes in their own order.
fn in_order(rows: &[Row]) -> Vec<&Row> {
    let mut rows: Vec<&Row> = rows.iter().collect();
    let is_named = rows.iter().all(|row| match row.dimensions.as_slice() {
        [Cell::Text(text)] => veriscope_metrics::expression::Day::parse(text).is_none(),
        [Cell::Null] => true,
        _ => false,
    });
    if is_named {
        rows.sort_by_key(|row| std::cmp::Reverse(row.number.n));
    }
    rows
}

/// What a reader must know before the numbers: what was left out, and what bends them.
pub(super) fn notes(got: &Got<'_>, language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    let mut said: Vec<(View, &[Excluded])> = Vec::new();
    for answered in &got.answers {
        let of = (answered.metric.view, answered.answer.excluded.as_slice());
        if !of.1.is_empty() && !said.contains(&of) {
            notes.push(left_out(Some(of.0.name()), of.1, language));
            said.push(of);
        }
    }
    notes.extend(got.outsize.iter().map(|one| outsize(one, language)));
    notes
}

fn more(hidden: usize, language: Language) -> String {
    match language {
        Language::English => format!("and {hidden} more groups; --csv or --json shows all"),
        Language::Spanish => format!("y {hidden} grupos más; --csv o --json los muestra todos"),
    }
}
