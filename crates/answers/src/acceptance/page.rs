//! The answer as a page.

use veriscope_card::Card;
use veriscope_card::views::{AttemptColumn, CalendarPart, Language};
use veriscope_metrics::funnel::{CodeCount, FunnelStep};
use veriscope_metrics::number::share;
use veriscope_metrics::query::Cell as Group;

use super::{AcceptanceAnswer, DimensionRates, Rate, Rates, words};
use crate::code::{code_text, module, reason};
use crate::number::group;
use crate::page::{Cell, Column, ColumnKind, Page, Section, Table};

/// So many groups of a column fit on a page.
const MOST_GROUPS: usize = 12;
/// So many codes.
const MOST_CODES: usize = 15;
/// So many days fit on a line.
const MOST_DAYS: usize = 62;

/// What the sections are written from.
#[derive(Clone, Copy)]
struct Writer<'a> {
    answer: &'a AcceptanceAnswer,
    card: &'a Card,
    language: Language,
}

impl AcceptanceAnswer {
    /// Returns the answer in words and tables.
    #[must_use]
    pub fn page(&self, card: &Card, language: Language) -> Page {
        let writer = Writer {
            answer: self,
            card,
            language,
        };
        let mut sections = vec![writer.rates(), writer.funnel(), writer.reasons()];
        // One group says what the whole says, and groups that are all too few say nothing.
        let says = |by: &&DimensionRates| {
            let mut groups = by.groups.iter();
            by.groups.len() > 1 && groups.any(|one| !one.rates.all.is_too_few)
        };
        let by = self.acceptance.by.iter().filter(says);
        sections.extend(by.map(|by| writer.dimension(by)));
        sections.retain(|section| !section.table.rows.is_empty());
        Page {
            title: writer.say("Who is accepted?", "¿Quién es aceptado?"),
            basis: self.basis.line(language),
            notes: [self.basis.notes(language), writer.too_many()].concat(),
            lead: words::lead(self, card, language),
            sections,
        }
    }
}

/// Returns a step of the funnel by its microservices.
pub(super) fn step_name(step: &FunnelStep, card: &Card, language: Language) -> String {
    if step.step == 0 {
        let before = language.pick("before any microservice", "antes de todo microservicio");
        return before.to_owned();
    }
    let title = |name: &String| {
        let known = card.microservices.iter().find(|one| one.name == *name);
        known.map_or_else(|| name.clone(), |one| one.title.clone())
    };
    let names: Vec<String> = step.microservices.iter().map(title).collect();
    names.join(", ")
}

fn rate(rate: &Rate) -> Cell {
    if rate.is_too_few {
        return Cell::TooFew;
    }
    Cell::number(rate.share)
}

fn interval(rate: &Rate) -> Cell {
    match (rate.low, rate.high) {
        (Some(low), Some(high)) => Cell::Range(low, high),
        _ => Cell::Empty,
    }
}

/// A rate as people call it, in English and Spanish.
type Named = (&'static str, &'static str, fn(&Rates) -> &Rate);

const RATES: [Named; 6] = [
    ("all transactions", "todas las transacciones", |of| &of.all),
    ("first attempts", "primeros intentos", |of| &of.first),
    ("last attempts", "últimos intentos", |of| &of.last),
    ("processes, ever", "procesos, alguna vez", |of| &of.ever),
    (
        "accepted or rejected alone",
        "solo aceptadas o rechazadas",
        |of| &of.decided,
    ),
    ("technical errors", "errores técnicos", |of| &of.technical),
];

impl<'a> Writer<'a> {
    /// The rates by day, where there are as many as a line has room for.
    fn days(self) -> Option<&'a DimensionRates> {
        let mut columns = self.card.attempt_columns().into_iter();
        let is_day = AttemptColumn::Calendar(CalendarPart::Day);
        let day = columns.find(|column| column.definition == is_day)?.doc.name;
        let mut all = self.answer.acceptance.by.iter();
        all.find(|by| by.column == day)
            .filter(|by| (2..=MOST_DAYS).contains(&by.groups.len()))
    }

    /// Columns by which nothing is shown.
    fn too_many(self) -> Vec<String> {
        let all = self.answer.acceptance.by.iter();
        let none = all.filter(|by| by.groups.is_empty() && by.ungrouped > 0);
        none.map(|by| {
            let column = &by.column;
            self.say(
                &format!("{column} has more than 65,536 values, so nothing is shown by it"),
                &format!("{column} tiene más de 65 536 valores; nada se muestra por él"),
            )
        })
        .collect()
    }

    fn say(self, english: &str, spanish: &str) -> String {
        self.language.pick(english, spanish).to_owned()
    }

    fn rates(self) -> Section {
        let mut table = Table::new(vec![
            Column::new("rate", "", ColumnKind::Text),
            Column::new("share", self.say("share", "proporción"), ColumnKind::Share),
            Column::new(
                "interval_95",
                self.say("95 % interval", "intervalo 95 %"),
                ColumnKind::Share,
            ),
            Column::new("n", "n", ColumnKind::Count),
            Column::new(
                "persons",
                self.say("persons", "personas"),
                ColumnKind::Count,
            ),
            Column::new("", self.say("by day", "por día"), ColumnKind::Spark).spare(),
        ]);
        let days = self.days();
        let total = &self.answer.acceptance.total;
        for (english, spanish, of) in RATES {
            let found = of(total);
            if found.n == 0 {
                continue;
            }
            let days = days.map(|by| {
                let shares = by.groups.iter().map(|one| of(&one.rates).share);
                Cell::Numbers(shares.map(|share| share.unwrap_or(f64::NAN)).collect())
            });
            table.rows.push(vec![
                Cell::Text(self.say(english, spanish)),
                rate(found),
                interval(found),
                Cell::count(found.n),
                found.persons.map_or(Cell::Empty, Cell::count),
                days.unwrap_or(Cell::Empty),
            ]);
        }
        Section {
            id: "rates".to_owned(),
            title: self.say("Acceptance, side by side", "La aceptación, lado a lado"),
            explain: self.say(
                "Accepted over all transactions; over first and over last attempts of a process (last: \
                 what the published table without retries shows); processes in which any attempt was \
                 accepted; accepted over accepted and rejected. A technical error is an error of the API \
                 or no summary at all. Intervals are Wilson's on the effective n: a person's attempts go \
                 together and count for less. Under 30 rows or 10 persons nothing is shown.",
                "Aceptadas sobre todas las transacciones; sobre los primeros y los últimos intentos de un \
                 proceso (últimos: lo que muestra la tabla publicada sin reintentos); procesos con algún \
                 intento aceptado; aceptadas sobre aceptadas y rechazadas. Un error técnico es un error de \
                 la API o la falta de resumen. Los intervalos son de Wilson sobre el n efectivo: los \
                 intentos de una persona van juntos y cuentan menos. Con menos de 30 filas o 10 personas \
                 no se muestra nada.",
            ),
            words: Vec::new(),
            table,
        }
    }

    fn funnel(self) -> Section {
        let mut table = Table::new(vec![
            Column::new("step", self.say("step", "paso"), ColumnKind::Count),
            Column::new(
                "microservices",
                self.say("microservices", "microservicios"),
                ColumnKind::Text,
            ),
            Column::new("reached", self.say("reached", "llegan"), ColumnKind::Count),
            Column::new("", "", ColumnKind::Bar),
            Column::new(
                "fell",
                self.say("stopped", "se detienen"),
                ColumnKind::Count,
            ),
            Column::new(
                "fell_share",
                self.say("of those", "de ellas"),
                ColumnKind::Share,
            ),
            Column::new(
                "code",
                self.say("most often with", "más a menudo con"),
                ColumnKind::Text,
            ),
        ]);
        for step in &self.answer.acceptance.funnel {
            let code = step.codes.first().map(|one| {
                let text = code_text(self.card, one.code, self.language);
                let n = crate::number::count(one.n, self.language);
                Cell::Text(format!("{text} ({n})"))
            });
            table.rows.push(vec![
                Cell::count(u64::try_from(step.step).unwrap_or(u64::MAX)),
                Cell::Text(step_name(step, self.card, self.language)),
                Cell::count(step.reached),
                Cell::count(step.reached),
                Cell::count(step.fell),
                Cell::number(share(step.fell, step.reached)),
                code.unwrap_or(Cell::Empty),
            ]);
        }
        Section {
            id: "funnel".to_owned(),
            title: self.say("Where they stop", "Dónde se detienen"),
            explain: self.say(
                "A transaction reaches a step if any of its microservices ran; a step that is switched \
                 off is not reached. One that was not accepted stops at the last step it reached.",
                "Una transacción llega a un paso si corrió alguno de sus microservicios; a un paso \
                 apagado no se llega. La que no fue aceptada se detiene en el último paso alcanzado.",
            ),
            words: Vec::new(),
            table,
        }
    }

    fn reasons(self) -> Section {
        let mut table = Table::new(vec![
            Column::new("code", self.say("code", "código"), ColumnKind::Text),
            Column::new("n", "n", ColumnKind::Count),
            Column::new(
                "share",
                self.say("of failures", "de los fallos"),
                ColumnKind::Share,
            ),
            Column::new("", "", ColumnKind::Bar),
            Column::new(
                "cumulative",
                self.say("together", "acumulado"),
                ColumnKind::Share,
            ),
            Column::new(
                "reason",
                self.say("mended by", "se remedia con"),
                ColumnKind::Text,
            ),
            Column::new("module", self.say("module", "módulo"), ColumnKind::Text).spare(),
        ]);
        table.most = MOST_CODES;
        let reasons = &self.answer.acceptance.reasons;
        let total: u64 = reasons.iter().map(|one| one.n).sum();
        let mut sum = 0;
        for CodeCount { code, n } in reasons {
            sum += n;
            let text = |text: Option<&str>| text.map_or(Cell::Empty, Cell::text);
            table.rows.push(vec![
                Cell::Text(code_text(self.card, *code, self.language)),
                Cell::count(*n),
                Cell::number(share(*n, total)),
                Cell::count(*n),
                Cell::number(share(sum, total)),
                text(reason(self.card, *code, self.language)),
                text(module(self.card, *code)),
            ]);
        }
        Section {
            id: "reasons".to_owned(),
            title: self.say("Why not", "Por qué no"),
            explain: self.say(
                "Summary codes of transactions that were not accepted, most frequent first, with the \
                 dictionary's text. What the person can mend by a better picture, what looks like an \
                 attack, and what those who run the API must mend, is on the card.",
                "Códigos de resumen de las transacciones no aceptadas, los más frecuentes primero, con el \
                 texto del diccionario. Qué puede remediar la persona con una foto mejor, qué parece un \
                 ataque y qué deben remediar quienes operan la API está en la ficha.",
            ),
            words: Vec::new(),
            table,
        }
    }

    fn dimension(self, by: &DimensionRates) -> Section {
        let mut table = Table::new(vec![
            Column::new("group", by.column.clone(), ColumnKind::Text),
            Column::new("n", "n", ColumnKind::Count),
            Column::new(
                "persons",
                self.say("persons", "personas"),
                ColumnKind::Count,
            )
            .spare(),
            Column::new("all", self.say("of all", "de todas"), ColumnKind::Share),
            Column::new(
                "all_95",
                self.say("95 % interval", "intervalo 95 %"),
                ColumnKind::Share,
            ),
            Column::new("", "", ColumnKind::Bar),
            Column::new("first", self.say("first", "primeros"), ColumnKind::Share),
            Column::new("last", self.say("last", "últimos"), ColumnKind::Share),
            Column::new(
                "last_95",
                self.say("95 % interval", "intervalo 95 %"),
                ColumnKind::Share,
            )
            .spare(),
            Column::new("ever", self.say("ever", "alguna vez"), ColumnKind::Share),
            Column::new(
                "technical",
                self.say("technical", "técnicos"),
                ColumnKind::Share,
            )
            .spare(),
        ]);
        table.most = MOST_GROUPS.max(if is_calendar(by) { 31 } else { 0 });
        let mut groups: Vec<_> = by.groups.iter().collect();
        if !is_calendar(by) {
            groups.sort_by_key(|one| std::cmp::Reverse(one.rates.all.n));
        }
        for one in groups {
            let rates = &one.rates;
            table.rows.push(vec![
                Cell::Text(group(&one.group, self.language)),
                Cell::count(rates.all.n),
                rates.all.persons.map_or(Cell::Empty, Cell::count),
                rate(&rates.all),
                interval(&rates.all),
                Cell::number(rates.all.share),
                rate(&rates.first),
                rate(&rates.last),
                interval(&rates.last),
                rate(&rates.ever),
                rate(&rates.technical),
            ]);
        }
        Section {
            id: by.column.clone(),
            title: format!("{} {}", self.say("By", "Por"), by.column),
            explain: String::new(),
            words: Vec::new(),
            table,
        }
    }
}

/// Days, weeks, months and numbers (hours, weekdays) stand in their own order.
fn is_calendar(by: &DimensionRates) -> bool {
    by.groups.iter().all(|one| match &one.group {
        Group::Int(_) | Group::Null => true,
        Group::Text(text) => veriscope_metrics::expression::Day::parse(text).is_some(),
        Group::Bool(_) | Group::Float(_) => false,
    })
}
