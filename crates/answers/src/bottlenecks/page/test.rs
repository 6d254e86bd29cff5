//! The pipeline put to the test.

use veriscope_metrics::critical_path::GroupKind;
use veriscope_metrics::pipeline_test::{Finding, Verdict};

use super::{Writer, words};
use crate::number::{count, ms};
use crate::page::{Cell, Column, ColumnKind, Section, Table};

impl Writer<'_> {
    fn verdict(self, verdict: Verdict) -> Cell {
        Cell::Text(match verdict {
            Verdict::Supported => self.say("supported", "apoyado"),
            Verdict::Contradicted => self.say("CONTRADICTED", "CONTRADICHO"),
            Verdict::Undecided => self.say("undecided", "sin decidir"),
        })
    }

    fn names(self, microservices: &[String], sign: &str) -> Cell {
        let names: Vec<&str> = microservices
            .iter()
            .map(|name| words::title(self.card, name))
            .collect();
        Cell::text(names.join(sign))
    }

    fn looked_at(self) -> Vec<String> {
        let test = &self.answer.test;
        if test.transactions == test.of_transactions {
            return Vec::new();
        }
        let (some, all) = (
            count(test.transactions, self.language),
            count(test.of_transactions, self.language),
        );
        vec![match self.language {
            veriscope_card::views::Language::English => {
                format!("Looked at: {some} of {all} transactions, at most 50 of a person.")
            }
            veriscope_card::views::Language::Spanish => {
                format!("Se miran {some} de {all} transacciones, a lo sumo 50 por persona.")
            }
        }]
    }

    pub(super) fn steps(self) -> Section {
        let mut table = Table::new(vec![
            Column::new("step", self.say("step", "paso"), ColumnKind::Count),
            Column::new(
                "microservices",
                self.say("microservices", "microservicios"),
                ColumnKind::Text,
            ),
            Column::new(
                "counted",
                self.say("of its ms in the total", "de sus ms en el total"),
                ColumnKind::Number,
            ),
            Column::new(
                "counted_95",
                self.say("95 % interval", "intervalo 95 %"),
                ColumnKind::Number,
            ),
            Column::new(
                "verdict",
                self.say("in series with the rest", "en serie con el resto"),
                ColumnKind::Text,
            ),
        ]);
        for step in &self.answer.test.steps {
            table.rows.push(vec![
                Cell::count(u64::try_from(step.step + 1).unwrap_or(u64::MAX)),
                self.names(&step.microservices, ", "),
                Cell::number(step.counted.map(|counted| counted.estimate)),
                step.counted.map_or(Cell::Empty, |counted| {
                    Cell::Range(counted.low, counted.high)
                }),
                self.verdict(step.verdict),
            ]);
        }
        Section {
            id: "steps".to_owned(),
            title: self.say("The pipeline put to the test: its steps", "La secuencia a prueba: sus pasos"),
            explain: self.say(
                "By robust regression of the total, over persons and allowing for the size of the \
                 pictures: how much of a millisecond of a step's length (as the card has it) shows in \
                 the total. 1 if the step runs in series with the rest, 0 if beside it; above 1 \
                 something that is not measured goes along with it. Supported: the interval lies above \
                 0.5 and reaches 0.75; contradicted: it lies below 0.75.",
                "Por regresión robusta del total, por personas y teniendo en cuenta el tamaño de las \
                 imágenes: cuánto de un milisegundo de la longitud de un paso (según la ficha) aparece en \
                 el total. 1 si corre en serie con el resto, 0 si junto a él; por encima de 1 lo acompaña \
                 algo que no se mide. Apoyado: el intervalo está por encima de 0,5 y alcanza 0,75; \
                 contradicho: está por debajo de 0,75.",
            ),
            words: self.looked_at(),
            table,
        }
    }

    pub(super) fn pipeline_groups(self) -> Section {
        let mut table = Table::new(vec![
            Column::new("step", self.say("step", "paso"), ColumnKind::Count),
            Column::new("group", self.say("group", "grupo"), ColumnKind::Text),
            Column::new(
                "claim",
                self.say("the card says", "la ficha dice"),
                ColumnKind::Text,
            ),
            Column::new(
                "finding",
                self.say("the data say", "los datos dicen"),
                ColumnKind::Text,
            ),
            Column::new(
                "counted_95",
                self.say("95 % interval", "intervalo 95 %"),
                ColumnKind::Number,
            )
            .spare(),
            Column::new(
                "verdict",
                self.say("verdict", "veredicto"),
                ColumnKind::Text,
            ),
            Column::new(
                "best",
                self.say("predicts best", "predice mejor"),
                ColumnKind::Text,
            )
            .spare(),
        ]);
        for group in &self.answer.test.groups {
            let best = group.best.as_ref().map(|best| {
                let formula = self
                    .card
                    .microservices
                    .iter()
                    .fold(best.formula.clone(), |formula, one| {
                        formula.replace(&one.name, &one.title)
                    });
                Cell::Text(formula)
            });
            table.rows.push(vec![
                Cell::count(u64::try_from(group.step + 1).unwrap_or(u64::MAX)),
                self.members(group.step, &group.members),
                Cell::Text(match group.claim {
                    GroupKind::Series => self.say("one after the other", "uno tras otro"),
                    GroupKind::Parallel => self.say("at once", "a la vez"),
                    GroupKind::Undecided => self.say("nothing", "nada"),
                }),
                Cell::Text(match group.finding {
                    Finding::AtOnce => self.say("at once", "a la vez"),
                    Finding::OneAfterOther => self.say("one after the other", "uno tras otro"),
                    Finding::Neither => self.say("neither", "ni lo uno ni lo otro"),
                    Finding::CannotTell => self.say("cannot tell", "no se sabe"),
                }),
                group.counted.map_or(Cell::Empty, |counted| {
                    Cell::Range(counted.low, counted.high)
                }),
                self.verdict(group.verdict),
                best.unwrap_or(Cell::Empty),
            ]);
        }
        Section {
            id: "groups".to_owned(),
            title: self.say("The pipeline put to the test: its groups", "La secuencia a prueba: sus grupos"),
            explain: self.say(
                "How much of a millisecond beyond a group's longest branch shows in the total: 0 if its \
                 members run at once, 1 if one after the other. \"predicts best\": the arrangement with \
                 the least error on transactions held out, + one after the other, | at once.",
                "Cuánto de un milisegundo más allá de la rama más larga de un grupo aparece en el total: \
                 0 si sus miembros corren a la vez, 1 si uno tras otro. «predice mejor»: el orden con \
                 menor error en transacciones apartadas, + uno tras otro, | a la vez.",
            ),
            words: Vec::new(),
            table,
        }
    }

    /// A group of pictures is named by them: its members are one and the same.
    fn members(self, step: usize, members: &[String]) -> Cell {
        let class = self
            .answer
            .groups
            .iter()
            .find(|class| class.step == step && class.members == members);
        if class.is_some_and(|class| class.of_pictures) {
            let pictures = self.say("pictures", "imágenes");
            return Cell::Text(format!("{pictures}: {}", self.card.images.join(", ")));
        }
        self.names(members, ", ")
    }

    pub(super) fn held_out(self) -> Section {
        let mut table = Table::new(vec![
            Column::new(
                "grouping",
                self.say("grouping", "agrupación"),
                ColumnKind::Text,
            ),
            Column::new("error_ms", self.say("error", "error"), ColumnKind::Ms),
            Column::new(
                "sloped_error_ms",
                self.say("with a slope", "con pendiente"),
                ColumnKind::Ms,
            ),
            Column::new("slope", self.say("slope", "pendiente"), ColumnKind::Number),
            Column::new(
                "longer",
                self.say("longer than the total", "más largo que el total"),
                ColumnKind::Share,
            ),
        ]);
        for one in &self.answer.test.held_out {
            let name = match one.grouping.as_str() {
                "constant" => self.say("a constant alone", "solo una constante"),
                "path" => self.say("the card's pipeline", "la secuencia de la ficha"),
                "path, undecided in series" => self.say(
                    "the same, undecided in series",
                    "la misma, lo no decidido en serie",
                ),
                "serial" => self.say("all one after the other", "todo uno tras otro"),
                "parallel" => self.say("all at once", "todo a la vez"),
                "found" => self.say("what the data say", "lo que dicen los datos"),
                other => other.to_owned(),
            };
            table.rows.push(vec![
                Cell::Text(name),
                Cell::Number(one.error_ms),
                Cell::Number(one.sloped_error_ms),
                Cell::Number(one.slope),
                Cell::Number(one.longer),
            ]);
        }
        let words = self.answer.test.held_out.iter();
        let best = words
            .filter(|one| one.grouping != "constant")
            .map(|one| one.error_ms)
            .min_by(f64::total_cmp);
        let words = best.map(|best| {
            let best = ms(best, self.language);
            match self.language {
                veriscope_card::views::Language::English => {
                    format!("The best grouping predicts a total to within {best} on average.")
                }
                veriscope_card::views::Language::Spanish => {
                    format!("La mejor agrupación predice un total con un error medio de {best}.")
                }
            }
        });
        Section {
            id: "held_out".to_owned(),
            title: self.say("Which grouping predicts totals", "Qué agrupación predice los totales"),
            explain: self.say(
                "Totals of persons that a fit has not seen, in five parts: mean absolute error of the \
                 length of the path plus a constant (and so much for each megapixel of the pictures), and \
                 of the same with a slope on the length; rows far off count less. A right pipeline has a \
                 slope near 1 and is hardly ever longer than the total.",
                "Totales de personas que el ajuste no ha visto, en cinco partes: error absoluto medio de \
                 la longitud del camino más una constante (y tanto por megapíxel de las imágenes), y de lo \
                 mismo con una pendiente sobre la longitud; las filas muy alejadas cuentan menos. Una \
                 secuencia correcta tiene pendiente cercana a 1 y casi nunca es más larga que el total.",
            ),
            words: words.into_iter().collect(),
            table,
        }
    }
}
