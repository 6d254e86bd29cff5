//! Persons over processes, other definitions of a process, and their pictures.

use veriscope_metrics::number::float_i64;

use super::{MS_PER_MINUTE, Writer, enough, proportion, share};
use crate::page::{Cell, ColumnKind, Section, Table};

impl Writer<'_> {
    pub(super) fn definitions(self) -> Section {
        let mut table = Table::new(vec![
            self.column(
                "definition",
                "a process is",
                "un proceso es",
                ColumnKind::Text,
            ),
            self.column("processes", "processes", "procesos", ColumnKind::Count),
            self.column(
                "attempts_each",
                "attempts each",
                "intentos c/u",
                ColumnKind::Number,
            ),
            self.column("first", "at first", "al primero", ColumnKind::Share),
            self.column("ever", "ever", "alguna vez", ColumnKind::Share),
        ]);
        for one in &self.retries.definitions {
            let name = one.gap_ms.map_or_else(
                || self.say("by process id", "por id de proceso"),
                |gap| {
                    let gap = self.time(float_i64(gap) / MS_PER_MINUTE);
                    let person = self.say("person at client, gaps", "persona y cliente,");
                    format!("{person} ≤ {gap}")
                },
            );
            table.rows.push(vec![
                Cell::Text(name),
                Cell::count(one.processes),
                Cell::Number(one.attempts_each),
                enough(one.processes, Cell::Number(one.first)),
                enough(one.processes, Cell::Number(one.ever)),
            ]);
        }
        Section {
            id: "definitions".to_owned(),
            title: self.say("If a process were something else", "Si un proceso fuera otra cosa"),
            explain: self.say(
                "Acceptance under other definitions of a process: attempts of one person at one \
                 client, one process as long as no gap between them is longer. What changes little \
                 does not hang on the definition. Attempts include repeats.",
                "La aceptación con otras definiciones de proceso: los intentos de una persona en un \
                 cliente son uno mientras ninguna pausa entre ellos sea más larga. Lo que cambia \
                 poco no depende de la definición. Los intentos incluyen repeticiones.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn persons_back(self) -> Section {
        let back = &self.retries.persons_back;
        let mut table = Table::new(vec![
            self.column("what", "what", "qué", ColumnKind::Text),
            self.column("n", "n", "n", ColumnKind::Count),
            self.column("share", "share", "proporción", ColumnKind::Share),
            self.column("of", "of", "de", ColumnKind::Text),
        ]);
        let known = self.say("them", "ellos");
        let rows = [
            (
                self.say(
                    "processes given up, person known",
                    "procesos abandonados, persona conocida",
                ),
                back.known,
                back.gone,
                self.say("processes given up", "procesos abandonados"),
            ),
            (
                self.say("came back, same client", "volvió, mismo cliente"),
                back.same_client,
                back.known,
                known.clone(),
            ),
            (
                self.say(
                    "came back, only at another client",
                    "volvió, solo en otro cliente",
                ),
                back.other_client,
                back.known,
                known.clone(),
            ),
            (
                self.say(
                    "accepted in a later process",
                    "aceptada en un proceso posterior",
                ),
                back.accepted_later,
                back.known,
                known,
            ),
            (
                self.say("persons of several clients", "personas de varios clientes"),
                back.persons_of_several_clients,
                back.persons,
                self.say("persons", "personas"),
            ),
        ];
        if back.persons > 0 {
            table.rows = rows
                .into_iter()
                .map(|(what, n, of, whole)| {
                    vec![
                        Cell::Text(what),
                        Cell::count(n),
                        share(n, of),
                        Cell::Text(whole),
                    ]
                })
                .collect();
        }
        Section {
            id: "persons_back".to_owned(),
            title: self.say(
                "Persons who come back under another process",
                "Personas que vuelven con otro proceso",
            ),
            explain: self.say(
                "Of the processes that were given up, those whose person began another one later; \
                 among the processes that were asked about. A process belongs to the person of its \
                 last attempt.",
                "De los procesos abandonados, aquellos cuya persona empezó otro después, entre los \
                 procesos por los que se preguntó. Un proceso es de la persona de su último intento.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn pictures(self) -> Section {
        let pictures = &self.retries.pictures;
        let mut table = Table::new(vec![
            self.column(
                "pictures",
                "next attempt with",
                "intento siguiente con",
                ColumnKind::Text,
            ),
            self.column("n", "n", "n", ColumnKind::Count),
            self.column("share", "share", "proporción", ColumnKind::Share),
            self.column("accepted", "accepted", "aceptado", ColumnKind::Share),
            self.column(
                "accepted_95",
                "95 % interval",
                "intervalo 95 %",
                ColumnKind::Share,
            ),
        ]);
        let rows = [
            (
                self.text("the same pictures", "las mismas imágenes"),
                pictures.same,
                &pictures.accepted_same,
            ),
            (
                self.text("other pictures", "otras imágenes"),
                pictures.pairs - pictures.same,
                &pictures.accepted_other,
            ),
        ];
        if pictures.pairs > 0 {
            for (name, n, accepted) in rows {
                let [accepted, interval] = proportion(accepted.as_ref());
                table.rows.push(vec![
                    name,
                    Cell::count(n),
                    share(n, pictures.pairs),
                    accepted,
                    interval,
                ]);
            }
        }
        Section {
            id: "pictures".to_owned(),
            title: self.say("The same pictures again?", "¿Otra vez las mismas imágenes?"),
            explain: self.say(
                "A failed attempt and the next, where scores or probabilities were measured in both: \
                 the same pictures if all of them are equal to the last digit.",
                "Un intento fallido y el siguiente, si en ambos se midieron puntuaciones o \
                 probabilidades: son las mismas imágenes si todas coinciden hasta la última cifra.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn scores(self) -> Section {
        let mut table = Table::new(vec![
            self.column("score", "score", "puntuación", ColumnKind::Text),
            self.column("n", "n", "n", ColumnKind::Count),
            self.column("higher", "higher", "más alta", ColumnKind::Share),
            self.column("lower", "lower", "más baja", ColumnKind::Share),
            self.column("median", "change", "cambio", ColumnKind::Number),
        ]);
        for one in &self.retries.pictures.scores {
            if one.n == 0 {
                continue;
            }
            table.rows.push(vec![
                Cell::text(&one.score),
                Cell::count(one.n),
                share(one.higher, one.n),
                share(one.lower, one.n),
                one.median
                    .map_or(Cell::Empty, |median| enough(one.n, Cell::Number(median))),
            ]);
        }
        Section {
            id: "scores".to_owned(),
            title: self.say("Do scores climb from try to try?", "¿Mejoran las puntuaciones?"),
            explain: self.say(
                "From a failed attempt to the next on other pictures, where the score was measured \
                 in both: how many rose and fell, and the median change. About as many higher as lower: people do not learn from the failure.",
                "De un intento fallido al siguiente con otras imágenes, si la puntuación se midió en \
                 ambos: cuántas suben y bajan, y el cambio mediano. Si suben tantas como bajan, la gente no aprende del fallo.",
            ),
            words: Vec::new(),
            table,
        }
    }
}
