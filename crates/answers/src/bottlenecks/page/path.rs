//! Times, the path, and what a faster microservice saves.

use veriscope_metrics::critical_path::WhatIfCase;
use veriscope_metrics::times::{MicroserviceTimes, Times};

use super::{Writer, ranged, words};
use crate::number;
use crate::page::{Cell, Column, ColumnKind, Section, Table};

/// So many lines of the what-if table fit on a page: those of six microservices.
const MOST_CASES: usize = 24;

impl Writer<'_> {
    pub(super) fn path(self) -> Section {
        let mut table = Table::new(vec![
            Column::new(
                "microservice",
                self.say("microservice", "microservicio"),
                ColumnKind::Text,
            ),
            Column::new(
                "share_of_total",
                self.say("of the total", "del total"),
                ColumnKind::Share,
            ),
            Column::new("", "", ColumnKind::Bar),
            Column::new(
                "on_path",
                self.say("on the path in", "en el camino en"),
                ColumnKind::Share,
            ),
            Column::new(
                "longest",
                self.say("the longest in", "el más largo en"),
                ColumnKind::Share,
            )
            .spare(),
            Column::new("mean_ms", self.say("mean", "media"), ColumnKind::Ms),
            Column::new(
                "share_if_serial",
                self.say("if serial", "si en serie"),
                ColumnKind::Share,
            )
            .spare(),
            Column::new("n", "n", ColumnKind::Count),
        ]);
        for one in words::ranked(self.answer) {
            table.rows.push(vec![
                self.title(&one.microservice),
                ranged(one.share_of_total),
                Cell::Number(words::middle(one.share_of_total)),
                ranged(one.on_path),
                Cell::number(one.longest),
                Cell::number(one.mean_ms),
                Cell::number(one.share_if_serial),
                Cell::count(one.n),
            ]);
        }
        Section {
            id: "path".to_owned(),
            title: self.say("On the critical path", "En el camino crítico"),
            explain: self.say(
                "The critical path of a transaction is the chain of work that its total time waited \
                 for: where microservices run at once, only the longest counts, and ties share. \
                 \"of the total\" is a microservice's time on the path over all total time; \"on the \
                 path in\" the share of transactions in which any of it is on the path; \"the longest \
                 in\" the share in which it took the most time; \"if serial\" what its share would be \
                 if nothing ran at once, which is what adding up times pretends. A range stands where \
                 the card leaves the order of a group undecided: at once, or one after the other.",
                "El camino crítico de una transacción es la cadena de trabajo que su tiempo total \
                 esperó: donde los microservicios corren a la vez cuenta solo el más largo, y los \
                 empates comparten. «del total» es el tiempo de un microservicio en el camino sobre \
                 todo el tiempo total; «en el camino en», la proporción de transacciones en que algo \
                 suyo está en el camino; «el más largo en», aquella en que fue el que más tardó; «si \
                 en serie», lo que sería si nada corriera a la vez, que es lo que supone sumar tiempos. \
                 Hay un intervalo donde la ficha deja sin decidir el orden de un grupo: a la vez, o \
                 uno tras otro.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn times(self) -> Section {
        let mut table = Table::new(vec![
            Column::new(
                "microservice",
                self.say("microservice", "microservicio"),
                ColumnKind::Text,
            ),
            Column::new("time", self.say("time", "tiempo"), ColumnKind::Text),
            Column::new("n", "n", ColumnKind::Count),
            Column::new("mean_ms", self.say("mean", "media"), ColumnKind::Ms),
            Column::new("p50_ms", "p50", ColumnKind::Ms),
            Column::new("p95_ms", "p95", ColumnKind::Ms),
            Column::new("p99_ms", "p99", ColumnKind::Ms),
        ]);
        table.most = usize::MAX;
        let whole = self.answer.times.iter().filter(|one| one.image.is_none());
        for one in whole {
            let parts = [
                (self.say("both", "ambos"), one.both),
                (self.say("service", "ejecución"), one.service),
                (self.say("queue", "cola"), one.queue),
            ];
            for (part, times) in parts {
                let Some(times) = times else { continue };
                if one.queue.is_none() && part == self.say("both", "ambos") {
                    continue;
                }
                let mut row = vec![
                    self.title(&one.microservice),
                    Cell::Text(part),
                    Cell::count(times.n),
                ];
                row.extend(quantiles(times));
                table.rows.push(row);
            }
        }
        Section {
            id: "times".to_owned(),
            title: self.say("Times of each microservice", "Tiempos de cada microservicio"),
            explain: self.say(
                "Over the runs in which it ran, each picture being a run: execution (service), waiting \
                 in its queue, and both together; a queue time that was not measured adds nothing. \
                 Means are exact, and so are quantiles; those of times with fractions lie within \
                 0.2 % above 100,000 runs of a picture.",
                "Sobre las ejecuciones en que corrió, una por imagen: ejecución, espera en su cola, y \
                 ambas juntas; un tiempo de cola no medido no suma nada. Las medias y los cuantiles son \
                 exactos; los de tiempos con fracciones, dentro del 0,2 % por encima de 100.000 \
                 ejecuciones por imagen.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn pictures(self) -> Section {
        let mut table = Table::new(vec![
            Column::new(
                "microservice",
                self.say("microservice", "microservicio"),
                ColumnKind::Text,
            ),
            Column::new("picture", self.say("picture", "imagen"), ColumnKind::Text),
            Column::new("n", "n", ColumnKind::Count),
            Column::new("mean_ms", self.say("mean", "media"), ColumnKind::Ms),
            Column::new("p95_ms", "p95", ColumnKind::Ms),
            Column::new(
                "on_path",
                self.say("on the path in", "en el camino en"),
                ColumnKind::Share,
            ),
            Column::new("slack_ms", self.say("slack", "holgura"), ColumnKind::Ms),
        ]);
        table.most = usize::MAX;
        let of_picture = |name: &str, image: &str| {
            let mut times = self.answer.times.iter();
            times.find(|one: &&MicroserviceTimes| {
                one.microservice == name && one.image.as_deref() == Some(image)
            })
        };
        for service in &self.answer.path.microservices {
            let runs = self.answer.path.runs.iter();
            for run in runs.filter(|run| run.microservice == service.microservice) {
                let Some(image) = &run.image else { continue };
                let times = of_picture(&run.microservice, image);
                let p95 = times.and_then(|one| one.both).map(|both| both.p95);
                table.rows.push(vec![
                    self.title(&run.microservice),
                    Cell::text(image.clone()),
                    Cell::count(run.n),
                    Cell::number(run.mean_ms),
                    Cell::number(p95),
                    ranged(run.on_path),
                    ranged(run.slack_ms),
                ]);
            }
        }
        Section {
            id: "pictures".to_owned(),
            title: self.say("One picture against the other", "Una imagen frente a la otra"),
            explain: self.say(
                "Execution and queue time of each run, over the transactions in which it ran. \"on the \
                 path in\": the share of those in which the path goes through it, ties sharing. Slack: \
                 how much longer it could have taken, on average, without a longer path.",
                "Ejecución y cola de cada imagen, sobre las transacciones en que corrió. «en el camino \
                 en»: la proporción de ellas en que el camino pasa por ahí, compartiendo empates. \
                 Holgura: cuánto más podría haber tardado, de media, sin alargar el camino.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn what_if(self) -> Section {
        let mut table = Table::new(vec![
            Column::new(
                "microservice",
                self.say("microservice", "microservicio"),
                ColumnKind::Text,
            ),
            Column::new("case", self.say("if it were", "si fuera"), ColumnKind::Text),
            Column::new(
                "saved_mean_ms",
                self.say("saves, mean", "ahorra, media"),
                ColumnKind::Ms,
            ),
            Column::new(
                "saved_p50_ms",
                self.say("median", "mediana"),
                ColumnKind::Ms,
            )
            .spare(),
            Column::new(
                "saved_share",
                self.say("of the total", "del total"),
                ColumnKind::Share,
            ),
            Column::new(
                "total_mean_ms",
                self.say("new mean", "nueva media"),
                ColumnKind::Ms,
            ),
            Column::new(
                "total_p95_ms",
                self.say("new p95", "nuevo p95"),
                ColumnKind::Ms,
            ),
        ]);
        table.most = MOST_CASES;
        let mut all: Vec<_> = self.answer.path.what_if.iter().collect();
        let saved = |cases: &[WhatIfCase]| {
            let removed = cases.iter().find(|case| case.faster_percent == 100);
            words::middle(removed.and_then(|case| case.saved_mean))
        };
        all.sort_by(|one, other| saved(&other.cases).total_cmp(&saved(&one.cases)));
        for one in all {
            for case in &one.cases {
                let faster = case.faster_percent;
                let name = if faster == 100 {
                    self.say("removed", "eliminado")
                } else {
                    format!("{faster} % {}", self.say("faster", "más rápido"))
                };
                table.rows.push(vec![
                    self.title(&one.microservice),
                    Cell::Text(name),
                    ranged(case.saved_mean),
                    ranged(case.saved_p50),
                    ranged(case.saved_share),
                    ranged(case.total_mean),
                    ranged(case.total_p95),
                ]);
            }
        }
        Section {
            id: "what_if".to_owned(),
            title: self.say("What a faster microservice would save", "Qué ahorraría uno más rápido"),
            explain: self.say(
                "Execution and queue time of one microservice less by so much on every picture, the \
                 rest of each transaction as it was: its path is followed again, and the difference \
                 taken off its total. Mean and 95th percentile of the new totals.",
                "Tanto menos tiempo de ejecución y cola de un microservicio en cada imagen, y el resto \
                 de cada transacción como fue: se vuelve a seguir su camino y se resta la diferencia a \
                 su total. Media y percentil 95 de los nuevos totales.",
            ),
            words: self.sampled().into_iter().collect(),
            table,
        }
    }

    /// Says of how many transactions the what-if table is, where not of all.
    fn sampled(self) -> Option<String> {
        let (of, all) = (
            self.answer.what_if_transactions,
            self.answer.path.transactions,
        );
        let [of_words, all_words] = [of, all].map(|n| number::count(n, self.language));
        (of < all).then(|| {
            self.say(
                &format!("Of {of_words} transactions, an even part of {all_words}."),
                &format!("De {of_words} transacciones, una parte uniforme de {all_words}."),
            )
        })
    }

    pub(super) fn remainder(self) -> Section {
        let mut table = Table::new(vec![
            Column::new(
                "remainder",
                self.say("remainder", "resto"),
                ColumnKind::Text,
            ),
            Column::new("mean_ms", self.say("mean", "media"), ColumnKind::Ms),
            Column::new("p50_ms", self.say("median", "mediana"), ColumnKind::Ms),
        ]);
        let rest = &self.answer.path.remainder;
        let name = |english: &str, spanish: &str| Cell::Text(self.say(english, spanish));
        table.rows.push(vec![
            name(
                "serial remainder: total − sum of all",
                "resto en serie: total − suma de todos",
            ),
            Cell::number(rest.serial.map(|spread| spread.mean)),
            Cell::number(rest.serial.map(|spread| spread.p50)),
        ]);
        table.rows.push(vec![
            name(
                "path remainder: total − path",
                "resto del camino: total − camino",
            ),
            ranged(rest.path),
            ranged(rest.path_p50),
        ]);
        table.rows.push(vec![
            name(
                "regression intercept: total on path",
                "ordenada de la regresión: total sobre camino",
            ),
            ranged(rest.intercept),
            Cell::Empty,
        ]);
        Section {
            id: "remainder".to_owned(),
            title: self.say("What no microservice accounts for", "Lo que ningún microservicio explica"),
            explain: self.say(
                "Three answers to one question. The serial remainder takes all measured times off the \
                 total and goes negative where work runs at once; the path remainder takes off the \
                 critical path alone; the intercept is what a straight line of totals on paths leaves \
                 for a path of nothing.",
                "Tres respuestas a una pregunta. El resto en serie quita del total todos los tiempos \
                 medidos y es negativo donde hay trabajo a la vez; el resto del camino quita solo el \
                 camino crítico; la ordenada es lo que una recta de totales sobre caminos deja para un \
                 camino nulo.",
            ),
            words: Vec::new(),
            table,
        }
    }
}

fn quantiles(times: Times) -> [Cell; 4] {
    [times.mean, times.p50, times.p95, times.p99].map(Cell::Number)
}
