//! How many attempts it takes, and what chance each has.

use veriscope_card::views::Language;
use veriscope_metrics::intervals::Enough;
use veriscope_metrics::number::float_u64;

use super::{Writer, enough, proportion, share};
use crate::page::{Cell, ColumnKind, Section, Table};

/// Numbers of attempts that are told together: from, to.
const TAIL: [(u64, u64); 8] = [
    (1, 1),
    (2, 2),
    (3, 3),
    (4, 4),
    (5, 5),
    (6, 10),
    (11, 20),
    (21, u64::MAX),
];
/// Attempt numbers by which acceptance is told.
const BY_ATTEMPT: [u64; 6] = [1, 2, 3, 5, 10, 20];

impl Writer<'_> {
    pub(super) fn processes(self) -> Section {
        let mut table = Table::new(vec![
            self.column("attempts", "attempts", "intentos", ColumnKind::Text),
            self.column("processes", "processes", "procesos", ColumnKind::Count),
            self.column("share", "share", "proporción", ColumnKind::Share),
            self.column("", "", "", ColumnKind::Bar),
        ]);
        let all = self.retries.processes.n;
        for (from, to) in TAIL {
            let counts = self.retries.attempts_per_process.iter();
            let within = counts.filter(|(tries, _)| (from..=to).contains(tries));
            let n: u64 = within.map(|(_, n)| n).sum();
            if n == 0 {
                continue;
            }
            let label = match to {
                _ if from == to => from.to_string(),
                u64::MAX => self.say(&format!("{from} or more"), &format!("{from} o más")),
                _ => format!("{from} – {to}"),
            };
            table.rows.push(vec![
                Cell::Text(label),
                Cell::count(n),
                share(n, all),
                Cell::Number(float_u64(n)),
            ]);
        }
        Section {
            id: "processes".to_owned(),
            title: self.say("Attempts of a process", "Intentos de un proceso"),
            explain: self.say(
                "Attempts up to the first acceptance, that one included; without an acceptance all \
                 of them. What follows an acceptance is a repeat and is not counted here.",
                "Intentos hasta la primera aceptación, incluida esta; sin aceptación, todos. Lo que \
                 sigue a una aceptación es una repetición y no se cuenta aquí.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn by_attempt(self) -> Section {
        let mut table = Table::new(vec![
            self.column("attempt", "attempt", "intento", ColumnKind::Count),
            self.column("reached", "reached by", "llegan", ColumnKind::Count),
            self.column("accepted", "accepted", "aceptados", ColumnKind::Share),
            self.column(
                "accepted_95",
                "95 % interval",
                "intervalo 95 %",
                ColumnKind::Share,
            ),
            self.column("", "", "", ColumnKind::Bar),
            self.column("gone", "then left", "abandonan", ColumnKind::Share),
            self.column("open", "open", "abiertos", ColumnKind::Count),
        ]);
        for chance in &self.retries.by_attempt {
            let [accepted, interval] = proportion(Some(&chance.accepted));
            let bar = match accepted {
                Cell::Number(share) => Cell::Number(share),
                _ => Cell::Empty,
            };
            let reached = chance.accepted.trials;
            let failed = reached - chance.accepted.hits - chance.open;
            table.rows.push(vec![
                Cell::count(chance.attempt),
                Cell::count(reached),
                accepted,
                interval,
                bar,
                share(chance.gone, failed),
                Cell::count(chance.open),
            ]);
        }
        // Of the rows with too few one is enough to see that they are.
        let enough = self.retries.by_attempt.iter();
        let enough = enough.filter(|chance| chance.accepted.is_enough(Enough::default()));
        table.most = enough.count() + 1;
        Section {
            id: "by_attempt".to_owned(),
            title: self.say("The chance of each attempt", "La probabilidad de cada intento"),
            explain: self.say(
                "Of the processes that reached an attempt without an acceptance, the share that it \
                 accepted; the interval allows for attempts of one person going together. \"then \
                 left\": of those that failed there, the share that never came back; open ones, too \
                 near the end of the data to say, are left out of it.",
                "De los procesos que llegaron a un intento sin aceptación, la proporción que aceptó; \
                 el intervalo tiene en cuenta que los intentos de una persona van juntos. \
                 «abandonan»: de los que fallaron ahí, la proporción que no volvió; sin contar los \
                 abiertos, demasiado cerca del fin de los datos para saberlo.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn accepted_by(self) -> Section {
        let mut table = Table::new(vec![
            self.column("by", "by", "hasta", ColumnKind::Text),
            self.column("accepted", "accepted", "aceptados", ColumnKind::Share),
            self.column(
                "accepted_95",
                "95 % interval",
                "intervalo 95 %",
                ColumnKind::Share,
            ),
            self.column("", "", "", ColumnKind::Bar),
            self.column("gone", "have left", "han abandonado", ColumnKind::Share),
            self.column(
                "if_none_left",
                "if none left",
                "si nadie abandonara",
                ColumnKind::Share,
            ),
            self.column(
                "if_none_left_95",
                "95 % interval",
                "intervalo 95 %",
                ColumnKind::Share,
            )
            .spare(),
        ]);
        let by = &self.retries.accepted_by;
        let tried = self.retries.attempts_per_process.last();
        let most = tried.map_or(0, |(tries, _)| *tries);
        for attempt in BY_ATTEMPT.into_iter().filter(|attempt| *attempt <= most) {
            table.rows.push(self.by_attempts(attempt));
        }
        let processes = by.minutes.n;
        for within in &by.within {
            let share = Cell::Number(within.share);
            table.rows.push(vec![
                Cell::Text(self.time(within.minutes)),
                enough(processes, share.clone()),
                enough(processes, Cell::Range(within.low, within.high)),
                enough(processes, share),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
            ]);
        }
        Section {
            id: "accepted_by".to_owned(),
            title: self.say("How soon people are accepted", "Cuánto tarda la aceptación"),
            explain: self.say(
                "Accepted: the share of processes accepted by then, where leaving is the other \
                 ending (cumulative incidence by attempt; by time since the first attempt Kaplan and \
                 Meier's estimate, in which those who left stay not accepted). \"if none left\": \
                 Kaplan and Meier's estimate by attempt as though those who left had gone on with \
                 the same chances as the others. Processes too near the end of the data count for as \
                 long as they were seen.",
                "Aceptados: la proporción de procesos aceptados hasta entonces, donde abandonar es \
                 el otro final (incidencia acumulada por intento; por tiempo desde el primer intento, \
                 la estimación de Kaplan y Meier, en que quien abandonó sigue sin ser aceptado). «si \
                 nadie abandonara»: la estimación de Kaplan y Meier por intento como si quienes \
                 abandonaron hubieran seguido con las mismas probabilidades que los demás. Los \
                 procesos cercanos al fin de los datos cuentan mientras se los vio. Los intervalos toman \
                 los procesos como independientes.",
            ),
            words: Vec::new(),
            table,
        }
    }

    fn by_attempts(self, attempt: u64) -> Vec<Cell> {
        let by = &self.retries.accepted_by;
        let at = float_u64(attempt);
        let points = by.attempts_or_gone.iter();
        let point = points.take_while(|point| point.time <= at).last();
        let processes = by.attempts.n;
        let accepted = point.map_or(0.0, |point| point.event);
        let (low, high) = point.map_or((0.0, 0.0), |point| (point.low, point.high));
        let alone = by.attempts.at(at);
        let label = match self.language {
            Language::English => format!("attempt {attempt}"),
            Language::Spanish => format!("intento {attempt}"),
        };
        vec![
            Cell::Text(label),
            enough(processes, Cell::Number(accepted)),
            enough(processes, Cell::Range(low, high)),
            enough(processes, Cell::Number(accepted)),
            enough(
                processes,
                Cell::Number(point.map_or(0.0, |point| point.other)),
            ),
            alone.map_or(Cell::Empty, |alone| {
                enough(alone.at_risk, Cell::Number(1.0 - alone.survival))
            }),
            alone.map_or(Cell::Empty, |alone| {
                enough(
                    alone.at_risk,
                    Cell::Range(1.0 - alone.high, 1.0 - alone.low),
                )
            }),
        ]
    }
}
