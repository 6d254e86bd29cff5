//! What follows a failure, by its code.

use veriscope_card::views::Language;
use veriscope_metrics::number::float_i64;
use veriscope_metrics::retries::{Next, Transition, TransitionRow};

use super::{Writer, codes, enough, share, together};
use crate::number::span;
use crate::page::{Cell, ColumnKind, Section, Table};

/// So many changes from code to code fit on a page.
const MOST_CHANGES: usize = 20;

impl Writer<'_> {
    pub(super) fn after_first_failure(self) -> Section {
        let [code, description] = self.code_columns();
        let mut table = Table::new(vec![
            code,
            description,
            self.column("n", "n", "n", ColumnKind::Count),
            self.column("accepted", "accepted", "aceptado", ColumnKind::Share),
            self.column("same", "same again", "el mismo", ColumnKind::Share),
            self.column("other", "another", "otro", ColumnKind::Share),
            self.column("gone", "left", "abandono", ColumnKind::Share),
            self.column("open", "open", "abierto", ColumnKind::Share)
                .spare(),
        ]);
        for row in &self.retries.after_first_failure {
            let [code, description] = self.code_cells(&row.code);
            let mut cells = vec![code, description, Cell::count(row.n)];
            let shares = [row.accepted, row.same, row.other, row.gone, row.open];
            let shares = shares.map(|hits| share(hits, row.n));
            cells.extend(together(row.n, shares));
            table.rows.push(cells);
        }
        Section {
            id: "after_first_failure".to_owned(),
            title: self.say("What follows a first failure", "Qué sigue a un primer fallo"),
            explain: self.say(
                "Processes whose first attempt failed with this code, and what came next: \
                 acceptance, the same code again, another failure, or nothing for as long as the \
                 horizon (left). Open: nothing so far, and too near the end of the data to say. The \
                 five shares make up all.",
                "Procesos cuyo primer intento falló con este código, y qué vino después: la \
                 aceptación, el mismo código, otro fallo, o nada durante el horizonte (abandono). \
                 Abierto: nada aún, demasiado cerca del fin de los datos para saberlo. Las cinco \
                 proporciones suman el total.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn transitions(self) -> Section {
        let mut table = Table::new(vec![
            self.column("code", "failure", "fallo", ColumnKind::Text),
            self.column("next", "then", "después", ColumnKind::Text),
            self.column("n", "n", "n", ColumnKind::Count),
            self.column("share", "of the code", "del código", ColumnKind::Share),
            self.column("", "", "", ColumnKind::Bar),
        ]);
        let mut changes: Vec<(&TransitionRow, &Transition)> = Vec::new();
        for row in &self.retries.transitions {
            changes.extend(row.next.iter().map(|next| (row, next)));
        }
        changes.sort_by_key(|(_, next)| std::cmp::Reverse(next.n));
        for (row, next) in changes {
            let known = row.n - row.open;
            let of_code = next.share.map_or(Cell::Empty, Cell::Number);
            let of_code = match next.next {
                Next::Open => Cell::Empty,
                Next::Code(_) | Next::Accepted | Next::Gone => enough(known, of_code),
            };
            let bar = match of_code {
                Cell::Number(share) => Cell::Number(share),
                _ => Cell::Empty,
            };
            table.rows.push(vec![
                Cell::Text(codes::full(self.card, &row.code, self.language)),
                Cell::Text(self.next(&next.next)),
                Cell::count(next.n),
                of_code,
                bar,
            ]);
        }
        table.most = MOST_CHANGES;
        Section {
            id: "transitions".to_owned(),
            title: self.say("From code to code", "De código a código"),
            explain: self.say(
                "What followed each failure of a process not yet accepted, most frequent first; \
                 shares are of all failures with the code of which it is known what followed.",
                "Qué siguió a cada fallo de un proceso aún no aceptado, lo más frecuente primero; \
                 las proporciones son sobre los fallos con ese código de los que se sabe qué siguió.",
            ),
            words: Vec::new(),
            table,
        }
    }

    fn next(self, next: &Next) -> String {
        match next {
            Next::Code(code) => codes::full(self.card, code, self.language),
            Next::Accepted => self.say("accepted", "aceptado"),
            Next::Gone => self.say("left", "abandono"),
            Next::Open => self.say("open", "abierto"),
        }
    }

    pub(super) fn abandonment(self) -> Section {
        let [code, description] = self.code_columns();
        let mut table = Table::new(vec![
            code,
            description,
            self.column("n", "failures", "fallos", ColumnKind::Count),
            self.column("left", "left after it", "abandonan", ColumnKind::Share),
            self.column(
                "left_95",
                "95 % interval",
                "intervalo 95 %",
                ColumnKind::Share,
            ),
            self.column("", "", "", ColumnKind::Bar),
        ]);
        for one in &self.retries.abandonment {
            let [code, description] = self.code_or_all(one.code.as_deref());
            let mut cells = vec![code, description, Cell::count(one.n)];
            let interval = Cell::Range(one.low, one.high);
            let share = Cell::Number(one.share);
            cells.extend(together(one.n, [share.clone(), interval, share]));
            table.rows.push(cells);
        }
        let horizon = span(float_i64(self.retries.horizon_ms), self.language);
        Section {
            id: "abandonment".to_owned(),
            title: self.say("Who does not come back", "Quién no vuelve"),
            explain: match self.language {
                Language::English => format!(
                    "Probability that a failed attempt is followed by no other within {horizon}, by \
                     Kaplan and Meier's estimate: failures near the end of the data count for as \
                     long as they were seen. The interval takes failures as independent."
                ),
                Language::Spanish => format!(
                    "Probabilidad de que a un intento fallido no le siga otro en {horizon}, según la \
                     estimación de Kaplan y Meier: los fallos cercanos al fin de los datos cuentan \
                     mientras se los vio. El intervalo toma los fallos como independientes."
                ),
            },
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn gaps(self) -> Section {
        let [code, description] = self.code_columns();
        let mut table = Table::new(vec![
            code,
            description,
            self.column("n", "n", "n", ColumnKind::Count),
            self.column("p50_ms", "median", "mediana", ColumnKind::Span),
            self.column("p90_ms", "p90", "p90", ColumnKind::Span),
            self.column("p99_ms", "p99", "p99", ColumnKind::Span),
        ]);
        for gaps in &self.retries.gaps {
            let [code, description] = self.code_or_all(gaps.code.as_deref());
            let mut row = vec![code, description, Cell::count(gaps.n)];
            let times = [gaps.p50_ms, gaps.p90_ms, gaps.p99_ms];
            row.extend(together(gaps.n, times.map(Cell::Number)));
            table.rows.push(row);
        }
        Section {
            id: "gaps".to_owned(),
            title: self.say("Time until the next attempt", "Tiempo hasta el intento siguiente"),
            explain: self.say(
                "From a failed attempt to the next of its process, by the code of the failed one; \
                 those who did not come back have no such time.",
                "De un intento fallido al siguiente de su proceso, por el código del fallido; quien \
                 no volvió no tiene tal tiempo.",
            ),
            words: Vec::new(),
            table,
        }
    }
}
