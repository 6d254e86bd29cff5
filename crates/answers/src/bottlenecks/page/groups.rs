//! The path by outcome, and times by size class and hour.

use veriscope_metrics::number::float_u64;
use veriscope_metrics::query::Cell as Group;

use super::{Writer, ranged, words};
use crate::bottlenecks::Breakdown;
use crate::bottlenecks::breakdown::BreakdownKind;
use crate::page::{Cell, Column, ColumnKind, Section, Table};

impl Writer<'_> {
    pub(super) fn outcomes(self) -> Section {
        let mut table = Table::new(vec![
            Column::new(
                "outcome",
                self.say("outcome", "resultado"),
                ColumnKind::Text,
            ),
            Column::new("n", "n", ColumnKind::Count),
            Column::new("total_mean_ms", self.say("mean", "media"), ColumnKind::Ms),
            Column::new("total_p50_ms", "p50", ColumnKind::Ms).spare(),
            Column::new("total_p95_ms", "p95", ColumnKind::Ms),
            Column::new(
                "microservice",
                self.say("most on the path", "más en el camino"),
                ColumnKind::Text,
            ),
            Column::new(
                "share_of_total",
                self.say("of the total", "del total"),
                ColumnKind::Share,
            ),
        ]);
        for one in &self.answer.by_outcome {
            let total = one.path.total;
            let first = one.path.microservices.iter().max_by(|a, b| {
                words::middle(a.share_of_total).total_cmp(&words::middle(b.share_of_total))
            });
            let first = first.filter(|one| one.share_of_total.is_some());
            table.rows.push(vec![
                Cell::Text(self.outcome(&one.outcome)),
                Cell::count(one.path.transactions),
                Cell::number(total.map(|total| total.mean)),
                Cell::number(total.map(|total| total.p50)),
                Cell::number(total.map(|total| total.p95)),
                first.map_or(Cell::Empty, |one| self.title(&one.microservice)),
                ranged(first.and_then(|one| one.share_of_total)),
            ]);
        }
        Section {
            id: "outcomes".to_owned(),
            title: self.say("By outcome", "Por resultado"),
            explain: self.say(
                "A rejected call stops at the step that refused it, so it is shorter, and other work \
                 weighs more in it.",
                "Una llamada rechazada se detiene en el paso que la rechazó: es más corta, y en ella pesa \
                 más otro trabajo.",
            ),
            words: Vec::new(),
            table,
        }
    }

    pub(super) fn outcome(self, name: &str) -> String {
        match name {
            "accepted" => self.say("accepted", "aceptado"),
            "rejected" => self.say("rejected", "rechazado"),
            "technical" => self.say("technical error", "error técnico"),
            other => other.to_owned(),
        }
    }

    pub(super) fn breakdowns(self) -> Vec<Section> {
        let sizes: Vec<&Breakdown> = self.of_kind(BreakdownKind::SizeClass);
        let hours: Vec<&Breakdown> = self.of_kind(BreakdownKind::Hour);
        vec![self.sizes(&sizes), self.hours(&hours)]
    }

    fn of_kind(&self, kind: BreakdownKind) -> Vec<&Breakdown> {
        let all = self.answer.breakdowns.iter();
        all.filter(|one| one.kind == kind).collect()
    }

    fn sizes(self, breakdowns: &[&Breakdown]) -> Section {
        let mut table = Table::new(vec![
            Column::new("column", self.say("picture", "imagen"), ColumnKind::Text),
            Column::new(
                "size_class",
                self.say("size class", "clase de tamaño"),
                ColumnKind::Text,
            ),
            Column::new("n", "n", ColumnKind::Count),
            Column::new("total_mean_ms", self.say("mean", "media"), ColumnKind::Ms),
            Column::new("total_p95_ms", "p95", ColumnKind::Ms),
            Column::new(
                "slowest",
                self.say("slowest", "el más lento"),
                ColumnKind::Text,
            ),
            Column::new(
                "slowest_mean_ms",
                self.say("its mean", "su media"),
                ColumnKind::Ms,
            ),
        ]);
        for breakdown in breakdowns {
            for group in &breakdown.groups {
                table.rows.push(vec![
                    Cell::text(breakdown.column.clone()),
                    Cell::Text(self.group(&group.group)),
                    Cell::count(group.transactions),
                    Cell::number(group.total_mean_ms),
                    Cell::number(group.total_p95_ms),
                    group
                        .slowest
                        .as_deref()
                        .map_or(Cell::Empty, |name| self.title(name)),
                    Cell::number(group.slowest_mean_ms),
                ]);
            }
        }
        Section {
            id: "size_classes".to_owned(),
            title: self.say("By size class", "Por clase de tamaño"),
            explain: self.say(
                "Total time by the resolution class of each picture; the slowest microservice is the one \
                 with the longest mean of execution and queue over both pictures, where it ran.",
                "Tiempo total según la clase de resolución de cada imagen; el microservicio más lento es \
                 el de mayor media de ejecución y cola sobre ambas imágenes, donde corrió.",
            ),
            words: Vec::new(),
            table,
        }
    }

    fn hours(self, breakdowns: &[&Breakdown]) -> Section {
        let mut table = Table::new(vec![
            Column::new("hour", self.say("hour", "hora"), ColumnKind::Text),
            Column::new("n", "n", ColumnKind::Count),
            Column::new("load", self.say("load", "carga"), ColumnKind::Bar),
            Column::new("total_mean_ms", self.say("mean", "media"), ColumnKind::Ms),
            Column::new("total_p95_ms", "p95", ColumnKind::Ms),
            Column::new(
                "queue_mean_ms",
                self.say("queues, mean", "colas, media"),
                ColumnKind::Ms,
            ),
        ]);
        let groups = || breakdowns.iter().flat_map(|one| &one.groups);
        let most = groups().map(|one| one.transactions).max().unwrap_or(0);
        for group in groups() {
            let load = veriscope_metrics::number::share(group.transactions, most);
            table.rows.push(vec![
                Cell::Text(self.group(&group.group)),
                Cell::count(group.transactions),
                Cell::number(load),
                Cell::number(group.total_mean_ms),
                Cell::number(group.total_p95_ms),
                Cell::number(group.queue_mean_ms),
            ]);
        }
        let loads: Vec<(f64, f64)> = groups()
            .filter_map(|one| Some((float_u64(one.transactions), one.queue_mean_ms?)))
            .collect();
        Section {
            id: "hours".to_owned(),
            title: self.say("Over the day: queue time against load", "A lo largo del día: cola y carga"),
            explain: self.say(
                "By local hour: transactions, total time, and the mean of all queue times of a \
                 transaction. Whether queues grow with load is the correlation of hours, each counted \
                 once.",
                "Por hora local: transacciones, tiempo total y media de todos los tiempos de cola de una \
                 transacción. Si las colas crecen con la carga lo dice la correlación de las horas, cada \
                 una contada una vez.",
            ),
            words: self.against_load(&loads).into_iter().collect(),
            table,
        }
    }

    /// Says whether queues grow with load; under six hours of data nothing is said.
    fn against_load(self, hours: &[(f64, f64)]) -> Option<String> {
        let correlation = correlation(hours).filter(|_| hours.len() >= 6)?;
        let r = crate::number::fixed(correlation, 2, self.language);
        let said = if correlation >= 0.5 {
            self.say("Queues grow with load", "Las colas crecen con la carga")
        } else if correlation <= -0.5 {
            self.say(
                "Queues are shorter under load",
                "Las colas son más cortas con carga",
            )
        } else {
            self.say(
                "Queues do not follow load",
                "Las colas no siguen a la carga",
            )
        };
        let hours = self.say("correlation of hours", "correlación de horas");
        Some(format!("{said} ({hours}: {r})."))
    }

    pub(super) fn group(self, group: &Group) -> String {
        match group {
            Group::Null => self.say("(none)", "(ninguna)"),
            Group::Bool(value) => value.to_string(),
            Group::Int(value) => value.to_string(),
            Group::Float(value) => value.to_string(),
            Group::Text(text) => text.clone(),
        }
    }
}

/// Pearson's correlation; none of fewer than two different values.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = veriscope_metrics::number::float(pairs.len());
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|one| one.0), mean(|one| one.1));
    let (mut both, mut xs, mut ys) = (0.0, 0.0, 0.0);
    for (one, other) in pairs {
        both += (one - x) * (other - y);
        xs += (one - x) * (one - x);
        ys += (other - y) * (other - y);
    }
    let size = (xs * ys).sqrt();
    (size > 0.0).then(|| both / size)
}
