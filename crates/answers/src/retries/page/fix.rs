//! What to mend first, and what retries cost.

use veriscope_card::views::Language;
use veriscope_metrics::intervals::Enough;
use veriscope_metrics::number::float_u64;
use veriscope_metrics::retries::CodeToFix;

use super::{MS_PER_MINUTE, Writer, codes, enough, share};
use crate::number::{count, percent};
use crate::page::{Cell, ColumnKind, Section, Table};

/// Above this share most people passed in the end.
const MOST: f64 = 0.5;

impl Writer<'_> {
    pub(super) fn to_fix(self) -> Section {
        let [code, description] = self.code_columns();
        let mut table = Table::new(vec![
            code,
            description,
            self.column("lost", "lost", "perdidos", ColumnKind::Count),
            self.column(
                "lost_share",
                "of all lost",
                "de los perdidos",
                ColumnKind::Share,
            ),
            self.column(
                "lost_for_good",
                "for good",
                "para siempre",
                ColumnKind::Count,
            )
            .spare(),
            self.column(
                "extra_attempts",
                "more attempts",
                "más intentos",
                ColumnKind::Count,
            ),
            self.column("cause", "cause", "causa", ColumnKind::Text),
            self.column(
                "extra_ms",
                "people's time",
                "tiempo de personas",
                ColumnKind::Span,
            )
            .spare(),
            self.column(
                "extra_api_ms",
                "API time",
                "tiempo de API",
                ColumnKind::Span,
            )
            .spare(),
            self.column("module", "module", "módulo", ColumnKind::Text)
                .spare(),
            self.column("processes", "met in", "aparece en", ColumnKind::Count)
                .spare(),
            self.column(
                "accepted",
                "accepted in the end",
                "aceptados al final",
                ColumnKind::Share,
            )
            .spare(),
        ]);
        let gone = self.retries.processes.gone;
        for one in &self.retries.to_fix {
            let [code, description] = self.code_cells(&one.code);
            let module = codes::entry(self.card, &one.code).map(|known| known.module.clone());
            table.rows.push(vec![
                code,
                description,
                Cell::count(one.lost),
                share(one.lost, gone),
                Cell::count(one.lost_for_good),
                Cell::count(one.extra_attempts),
                Cell::text(codes::cause(self.card, &one.code, self.language)),
                Cell::Number(one.extra_minutes * MS_PER_MINUTE),
                Cell::Number(one.extra_api_ms),
                module.map_or(Cell::Empty, Cell::Text),
                Cell::count(one.processes),
                share(one.processes_accepted, one.processes),
            ]);
        }
        Section {
            id: "to_fix".to_owned(),
            title: self.say("What to mend first", "Qué remediar primero"),
            explain: self.say(
                "Codes by the processes that ended with them, not accepted and given up (lost), then \
                 by the further attempts that followed them. \"for good\": of the lost, those whose \
                 person was not accepted in a later process either. \"cause\": the person, who can mend it by \
                 another picture; an attack, which it is right to turn away; ours, who run the API. \
                 People's time: pauses before the further attempts, each up to half an hour; API \
                 time: the total time of those attempts. \"met in\": processes in which it occurred.",
                "Códigos por los procesos que acabaron con ellos, sin aceptación y abandonados \
                 (perdidos), y después por los intentos que los siguieron. «para siempre»: de los \
                 perdidos, aquellos cuya persona tampoco fue aceptada en un proceso posterior. \
                 «causa»: la persona, que puede remediarlo con otra imagen; un ataque, que está bien \
                 rechazar; nuestra, de quienes operamos la API. Tiempo de personas: las pausas antes \
                 de esos intentos, cada una hasta media hora; tiempo de API: el tiempo total de esos \
                 intentos. «aparece en»: procesos en que ocurrió.",
            ),
            words: self.doubtful().into_iter().collect(),
            table,
        }
    }

    /// An attack after which most are accepted may be none.
    fn doubtful(self) -> Option<String> {
        let passed = |one: &CodeToFix| float_u64(one.processes_accepted) / float_u64(one.processes);
        let attacks = self.retries.to_fix.iter();
        let attack = attacks
            .filter(|one| codes::is_attack(self.card, &one.code))
            .filter(|one| one.processes >= Enough::default().rows && passed(one) > MOST)
            .max_by(|one, other| one.processes.cmp(&other.processes))?;
        let name = codes::full(self.card, &attack.code, self.language);
        let n = count(attack.processes, self.language);
        let share = percent(passed(attack), self.language);
        Some(match self.language {
            Language::English => format!(
                "Of {n} processes in which {name} looked like an attack, {share} were accepted in \
                 the end: see whether it turns away the right ones."
            ),
            Language::Spanish => format!(
                "De {n} procesos en que {name} pareció un ataque, el {share} fue aceptado al final: \
                 véase si rechaza a quien debe."
            ),
        })
    }

    pub(super) fn cost(self) -> Section {
        let cost = &self.retries.cost;
        let mut table = Table::new(vec![
            self.column("retries", "retries", "reintentos", ColumnKind::Count),
            self.column(
                "processes",
                "in processes",
                "en procesos",
                ColumnKind::Count,
            ),
            self.column("api_ms", "API time", "tiempo de API", ColumnKind::Span),
            self.column(
                "api_share",
                "of all API time",
                "del total",
                ColumnKind::Share,
            ),
            self.column(
                "person_ms",
                "people's time",
                "de personas",
                ColumnKind::Span,
            ),
            self.column("person_ms_each", "each", "cada una", ColumnKind::Span),
        ]);
        if cost.retries > 0 {
            table.rows.push(vec![
                Cell::count(cost.retries),
                Cell::count(cost.processes),
                Cell::Number(cost.api_ms),
                enough(
                    self.retries.processes.attempts,
                    Cell::number(cost.api_share),
                ),
                Cell::Number(cost.person_minutes * MS_PER_MINUTE),
                Cell::number(cost.person_minutes_each.map(|each| each * MS_PER_MINUTE)),
            ]);
        }
        Section {
            id: "cost".to_owned(),
            title: self.say("What retries cost", "Qué cuestan los reintentos"),
            explain: self.say(
                "Total time of all retries, as a share of that of all transactions, repeats among \
                 them; and people's time: the pauses before retries, each counted up to half an \
                 hour. \"each\": mean over processes with a retry.",
                "Tiempo total de todos los reintentos, como proporción del de todas las \
                 transacciones, repeticiones incluidas; y el tiempo de las personas: las pausas \
                 antes de los reintentos, cada una hasta media hora. «cada una»: media de los \
                 procesos con reintento.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn repeats(self) -> Section {
        let repeats = &self.retries.repeats;
        let all = &self.retries.processes;
        let mut table = Table::new(vec![
            self.column("what", "what", "qué", ColumnKind::Text),
            self.column("n", "n", "n", ColumnKind::Count),
            self.column("share", "share", "proporción", ColumnKind::Share),
            self.column("of", "of", "de", ColumnKind::Text),
            self.column("api_ms", "API time", "tiempo de API", ColumnKind::Span),
        ]);
        let rows = [
            (
                self.text("repeats", "repeticiones"),
                repeats.n,
                all.attempts,
                self.text("all transactions", "todas las transacciones"),
            ),
            (
                self.text("processes with any", "procesos con alguna"),
                repeats.processes,
                all.accepted,
                self.text("accepted processes", "procesos aceptados"),
            ),
            (
                self.text("accepted again", "aceptadas otra vez"),
                repeats.accepted,
                repeats.n,
                self.text("repeats", "repeticiones"),
            ),
            (
                self.text("rejected", "rechazadas"),
                repeats.rejected,
                repeats.n,
                self.text("repeats", "repeticiones"),
            ),
            (
                self.text("technical errors", "errores técnicos"),
                repeats.technical,
                repeats.n,
                self.text("repeats", "repeticiones"),
            ),
        ];
        for (at, (what, n, of, whole)) in rows.into_iter().enumerate() {
            if repeats.n == 0 {
                break;
            }
            let time = Cell::Number(float_u64(repeats.api_ms));
            table.rows.push(vec![
                what,
                Cell::count(n),
                share(n, of),
                whole,
                if at == 0 { time } else { Cell::Empty },
            ]);
        }
        Section {
            id: "repeats".to_owned(),
            title: self.say("Repeats after an acceptance", "Repeticiones tras una aceptación"),
            explain: self.say(
                "Attempts after any accepted one in the same process. They are no retries: nothing \
                 had failed. They stand in no other table but the cost's share of all API time.",
                "Intentos tras alguno aceptado en el mismo proceso. No son reintentos: nada había \
                 fallado. No entran en ninguna otra tabla, salvo en la proporción del tiempo de API.",
            ),
            words: Vec::new(),
            table,
        }
    }
}
