//! The answer as a page.

use veriscope_card::Card;
use veriscope_card::views::{ColumnDoc, Language};
use veriscope_metrics::intervals::Enough;
use veriscope_metrics::query::Cell as Group;
use veriscope_metrics::why::{Part, Sides};

use super::words::{Teller, widest};
use super::{Side, WhyAnswer, WhyFinding, WhyKind};
use crate::Basis;
use crate::number::{count, fixed, percent};
use crate::page::{Cell, Column, ColumnKind, Page, Section, Table};

/// So many differences have their values shown.
const MOST_SHOWN: usize = 6;
/// So many values of each.
const MOST_VALUES: usize = 5;
/// So many columns that were left out are named.
const MOST_NAMED: usize = 4;
/// A person with more than this share of a side is told of.
const LARGE: f64 = 0.05;

/// What the sections are written from.
#[derive(Clone, Copy)]
struct Writer<'a> {
    answer: &'a WhyAnswer,
    teller: Teller<'a>,
    language: Language,
}

impl WhyAnswer {
    /// Returns the answer in words and tables; `docs` describes the columns of `attempts`.
    #[must_use]
    pub fn page(&self, basis: &Basis, docs: &[ColumnDoc], card: &Card, language: Language) -> Page {
        let teller = Teller {
            docs,
            card,
            is_rest: self.against.is_rest,
        };
        let writer = Writer {
            answer: self,
            teller,
            language,
        };
        let mut sections = vec![
            writer.found(Part::Circumstance),
            writer.found(Part::Measurement),
        ];
        sections.extend(
            self.found
                .iter()
                .take(MOST_SHOWN)
                .map(|one| writer.values(one)),
        );
        sections.push(writer.weak());
        sections.retain(|section| !section.table.rows.is_empty());
        let mut notes = basis.notes(language);
        notes.extend(writer.notes());
        Page {
            title: writer.say("Why is this different?", "¿Por qué es diferente?"),
            basis: basis.line(language),
            notes,
            lead: writer.lead(),
            sections,
        }
    }
}

impl Writer<'_> {
    fn say(self, english: &str, spanish: &str) -> String {
        self.language.pick(english, spanish).to_owned()
    }

    fn column(self, id: &'static str, english: &str, spanish: &str, kind: ColumnKind) -> Column {
        Column::new(id, self.language.pick(english, spanish), kind)
    }

    fn others(self) -> String {
        if self.answer.against.is_rest {
            self.say("rest", "resto")
        } else {
            self.say("others", "otras")
        }
    }

    fn side(self, side: &Side) -> String {
        let n = count(side.n, self.language);
        let transactions = self.language.pick("transactions", "transacciones");
        match side.persons {
            Some(1) => format!(
                "{n} {transactions} {}",
                self.language.pick("of one person", "de una persona")
            ),
            Some(persons) => format!(
                "{n} {transactions} {} {} {}",
                self.language.pick("of", "de"),
                count(persons, self.language),
                self.language.pick("persons", "personas")
            ),
            None => format!("{n} {transactions}"),
        }
    }

    fn lead(self) -> Vec<String> {
        let answer = self.answer;
        let (selection, against) = (self.side(&answer.selection), self.side(&answer.against));
        let where_ = &answer.selection.words;
        let others = match (answer.against.is_rest, self.language) {
            (true, Language::English) => format!("the rest, {against}"),
            (true, Language::Spanish) => format!("el resto, {against}"),
            (false, Language::English) => format!("{against} where {}", answer.against.words),
            (false, Language::Spanish) => format!("{against} donde {}", answer.against.words),
        };
        let mut lead = vec![match self.language {
            Language::English => {
                format!("The selection, {selection} where {where_}, is compared with {others}.")
            }
            Language::Spanish => {
                format!("La selección, {selection} donde {where_}, se compara con {others}.")
            }
        }];
        let few = self.few();
        if answer.found.is_empty() && few.is_none() {
            lead.push(self.nothing());
        }
        lead.extend(few);
        let sentences = answer.found.iter().take(3);
        lead.extend(sentences.map(|one| format!("{}.", one.sentence.get(self.language))));
        lead
    }

    /// Says that a side is too small to tell anything of it.
    fn few(self) -> Option<String> {
        let enough = Enough::default();
        let answer = self.answer;
        let is_enough = |side: &Side| enough.holds(side.n, side.persons.unwrap_or(u64::MAX));
        if is_enough(&answer.selection) && is_enough(&answer.against) {
            return None;
        }
        Some(self.say(
            "That is too little to tell what sets it apart: 30 transactions of 10 persons are needed \
             on either side. What follows is no more than a hint.",
            "Es muy poco para decir qué la distingue: hacen falta 30 transacciones de 10 personas en \
             cada lado. Lo que sigue no es más que un indicio.",
        ))
    }

    fn nothing(self) -> String {
        let tested = count(self.answer.tested, self.language);
        match self.language {
            Language::English => format!(
                "Nothing sets it apart: in none of {tested} columns is a difference established \
                 that is large enough to matter."
            ),
            Language::Spanish => format!(
                "Nada la distingue: en ninguna de {tested} columnas hay una diferencia establecida \
                 y lo bastante grande para importar."
            ),
        }
    }

    fn notes(self) -> Vec<String> {
        let answer = self.answer;
        let mut notes = Vec::new();
        if answer.sampled {
            notes.push(self.say(
                "an even sample of at most 500,000 transactions of each side was compared",
                "se comparó una muestra uniforme de a lo sumo 500.000 transacciones de cada lado",
            ));
        }
        notes.extend(self.outsize());
        if !answer.left_out.is_empty() {
            let named: Vec<&str> = answer.left_out.iter().map(String::as_str).collect();
            let hidden = named.len().saturating_sub(MOST_NAMED);
            let named = named.get(..MOST_NAMED.min(named.len())).unwrap_or_default();
            let more = match (hidden, self.language) {
                (0, _) => String::new(),
                (_, Language::English) => format!(" and {hidden} more"),
                (_, Language::Spanish) => format!(" y {hidden} más"),
            };
            let what = self.say(
                "not compared, as they say the same as the selection",
                "no comparadas, pues dicen lo mismo que la selección",
            );
            notes.push(format!("{what}: {}{more}", named.join(", ")));
        }
        notes
    }

    /// Says who has much of a side, and how that was kept from deciding everything.
    fn outsize(self) -> Vec<String> {
        let answer = self.answer;
        let Sides { selected, against } = answer.largest_person;
        let others = self.others();
        let compared = answer.compared;
        let sides = [
            (
                selected,
                compared.selected,
                answer.selection.n,
                "selection",
                "selección",
            ),
            (
                against,
                compared.against,
                answer.against.n,
                &others,
                &others,
            ),
        ];
        let is_told = |share: f64, compared: u64, n: u64| share > LARGE && compared < n;
        let large = sides.into_iter();
        large
            .filter(|(share, compared, n, ..)| is_told(*share, *compared, *n))
            .map(|(share, compared, _, english, spanish)| {
                let share = percent(share, self.language);
                let compared = count(compared, self.language);
                match self.language {
                    Language::English => format!(
                        "one person has {share} of the transactions of the {english}; so that \
                         nobody speaks for all, {compared} of that side were compared"
                    ),
                    Language::Spanish => format!(
                        "una sola persona tiene el {share} de las transacciones ({spanish}); para \
                         que nadie hable por todos se compararon {compared} de ese lado"
                    ),
                }
            })
            .collect()
    }

    fn ranking(self, findings: &[&WhyFinding]) -> Table {
        let mut table = Table::new(vec![
            self.column("column", "column", "columna", ColumnKind::Text),
            self.column("what", "value", "valor", ColumnKind::Text),
            self.column("selection", "selection", "selección", ColumnKind::Text),
            Column::new("against", self.others(), ColumnKind::Text),
            self.column("effect", "effect", "efecto", ColumnKind::Number),
            Column::new("", "", ColumnKind::Bar).spare(),
            self.column("p_adjusted", "p", "p", ColumnKind::Text)
                .spare(),
            self.column("same_as", "also", "también", ColumnKind::Text)
                .spare(),
        ]);
        for one in findings {
            let [what, selection, against] = self.contrast(one);
            table.rows.push(vec![
                Cell::text(&one.column),
                what,
                selection,
                against,
                Cell::Number(one.effect),
                Cell::Number(one.effect),
                Cell::Text(self.p(one)),
                self.also(one),
            ]);
        }
        table
    }

    /// What differs most, on either side.
    fn contrast(self, one: &WhyFinding) -> [Cell; 3] {
        if let Some(medians) = one.medians {
            let of = |value: f64| self.teller.quantity(&one.column, value, self.language);
            let median = self.language.pick("median", "mediana");
            return [
                Cell::text(median),
                Cell::Text(of(medians.selected)),
                Cell::Text(of(medians.against)),
            ];
        }
        let Some(share) = widest(&one.categories) else {
            return [Cell::Empty, Cell::Empty, Cell::Empty];
        };
        [
            Cell::Text(self.value(one, &share.value)),
            Cell::Text(percent(share.selected, self.language)),
            Cell::Text(percent(share.against, self.language)),
        ]
    }

    fn value(self, one: &WhyFinding, value: &Group) -> String {
        match value {
            Group::Bool(true) if one.is_of_measuring => return self.say("measured", "medido"),
            Group::Bool(false) if one.is_of_measuring => {
                return self.say("not measured", "no medido");
            }
            _ => {}
        }
        self.teller.value(&one.column, value, self.language)
    }

    fn also(self, one: &WhyFinding) -> Cell {
        let named = one
            .same_as
            .get(..one.same_as.len().min(3))
            .unwrap_or_default();
        let hidden = one.same_as.len().saturating_sub(3);
        let more = if hidden > 0 {
            format!(" +{hidden}")
        } else {
            String::new()
        };
        if named.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(format!("{}{more}", named.join(", ")))
        }
    }

    fn p(self, one: &WhyFinding) -> String {
        if one.few {
            return self.say("too few", "muy pocos");
        }
        if one.p_adjusted < 0.001 {
            return format!("< {}", fixed(0.001, 3, self.language));
        }
        fixed(one.p_adjusted, 3, self.language)
    }

    fn found(self, part: Part) -> Section {
        let found = self.answer.found.iter().filter(|one| one.part == part);
        let found: Vec<&WhyFinding> = found.collect();
        let (id, title) = match part {
            Part::Circumstance => (
                "circumstances",
                self.say("What goes with it", "Qué la acompaña"),
            ),
            Part::Measurement => (
                "measurements",
                self.say("What the API measured", "Qué midió la API"),
            ),
        };
        Section {
            id: id.to_owned(),
            title,
            explain: self.say(
                "The value in whose shares the sides differ most, or the medians. Effects are 0 to 1, \
                 as of two sides of one size: of categories Cramér's V, bias-corrected; of numbers \
                 Cliff's delta, how much more often than not a value of one side is the greater. \
                 Shown is what is established at 5 % over all columns together (p by Holm, a person's \
                 transactions counting as they go together), has an effect of at least 0.1, and rests \
                 on 30 rows and 10 persons of either side. Also: columns that tell the same.",
                "El valor en cuya proporción más difieren los lados, o las medianas. Los efectos van de \
                 0 a 1, como de dos lados de igual tamaño: en categorías, la V de Cramér corregida; en \
                 números, la delta de Cliff, cuánto más a menudo es mayor el valor de un lado. Se \
                 muestra lo establecido al 5 % en todas las columnas juntas (p de Holm; las \
                 transacciones de una persona cuentan según van juntas), con efecto de 0,1 o más y al \
                 menos 30 filas y 10 personas por lado. También: columnas que dicen lo mismo.",
            ),
            words: Vec::new(),
            table: self.ranking(&found),
        }
    }

    fn weak(self) -> Section {
        let weak: Vec<&WhyFinding> = self.answer.weak.iter().collect();
        Section {
            id: "weak".to_owned(),
            title: self.say("Too small, or not established", "Muy pequeño o no establecido"),
            explain: self.say(
                "What is not established, too small to matter, or rests on too little: hints at most. \
                 p 1 means that chance alone gives as much somewhere among so many columns.",
                "Lo que no está establecido, es muy pequeño para importar o se apoya en muy poco: a lo \
                 sumo, indicios. p 1 significa que el azar da lo mismo en alguna de tantas columnas.",
            ),
            words: Vec::new(),
            table: self.ranking(&weak),
        }
    }

    /// The values of both sides.
    fn values(self, one: &WhyFinding) -> Section {
        let table = match one.kind {
            WhyKind::Category => self.shares(one),
            WhyKind::Number => self.numbers(one),
        };
        Section {
            id: one.column.clone(),
            title: one.column.clone(),
            explain: one.title.get(self.language).to_owned(),
            words: vec![format!("{}.", one.sentence.get(self.language))],
            table,
        }
    }

    fn shares(self, one: &WhyFinding) -> Table {
        let mut table = Table::new(vec![
            self.column("value", "value", "valor", ColumnKind::Text),
            Column::new("side", "", ColumnKind::Text),
            self.column("share", "share", "proporción", ColumnKind::Share),
            Column::new("", "", ColumnKind::Bar),
            Column::new("n", "n", ColumnKind::Count),
        ]);
        table.most = 2 * MOST_VALUES;
        let selection = self.say("selection", "selección");
        let others = self.others();
        let sorted = {
            let gap =
                |one: &veriscope_metrics::why::CategoryShare| (one.selected - one.against).abs();
            let mut sorted: Vec<_> = one.categories.iter().collect();
            sorted.sort_by(|one, other| gap(other).total_cmp(&gap(one)));
            sorted
        };
        for share in sorted {
            let value = self.value(one, &share.value);
            for (side, part, n) in [
                (&selection, share.selected, share.selected_n),
                (&others, share.against, share.against_n),
            ] {
                table.rows.push(vec![
                    Cell::text(&value),
                    Cell::text(side),
                    Cell::Number(part),
                    Cell::Number(part),
                    Cell::count(n),
                ]);
            }
        }
        table
    }

    fn numbers(self, one: &WhyFinding) -> Table {
        let mut table = Table::new(vec![
            Column::new("side", "", ColumnKind::Text),
            self.column("median", "median", "mediana", ColumnKind::Text),
            self.column("from", "from", "desde", ColumnKind::Text),
            self.column(
                "",
                "share by value",
                "proporción por valor",
                ColumnKind::Spark,
            ),
            self.column("to", "to", "hasta", ColumnKind::Text),
        ]);
        let of = |value: f64| Cell::Text(self.teller.quantity(&one.column, value, self.language));
        let (Some(medians), Some(first), Some(last)) =
            (one.medians, one.bins.first(), one.bins.last())
        else {
            return table;
        };
        let selected: Vec<f64> = one.bins.iter().map(|bin| bin.selected).collect();
        let against: Vec<f64> = one.bins.iter().map(|bin| bin.against).collect();
        for (side, median, shares) in [
            (
                self.say("selection", "selección"),
                medians.selected,
                selected,
            ),
            (self.others(), medians.against, against),
        ] {
            table.rows.push(vec![
                Cell::Text(side),
                of(median),
                of(first.from),
                Cell::Numbers(shares),
                of(last.to),
            ]);
        }
        table
    }
}
