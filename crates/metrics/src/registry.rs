//! The one registry of metrics: each is defined here and nowhere else.
//!
//! It follows from a card: its roles, microservices and features say which metrics there
//! are. No name of any one API stands here.

mod acceptance;
mod dimensions;
mod page;
mod quality;
mod retries;
mod time;
mod volume;

use serde::Serialize;
use veriscope_card::Card;
use veriscope_card::views::{ColumnDoc, Language, View};

use crate::expression::{Columns, Measure};
use crate::intervals::Enough;

/// All metrics of a card.
#[derive(Clone, Debug)]
pub struct Registry {
    metrics: Vec<Metric>,
    views: [(View, Vec<ColumnDoc>); 3],
    one_case: Vec<String>,
}

/// A number with one meaning everywhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// By what it is asked for: lower case, words joined by `_`.
    pub id: String,
    /// What it belongs to.
    pub topic: Topic,
    /// Title.
    pub title: Words,
    /// What it is measured in.
    pub unit: Unit,
    /// A sentence that says what it is.
    pub definition: Words,
    /// The view that it is made of.
    #[serde(serialize_with = "view_name")]
    pub view: View,
    /// How it is made.
    pub measure: Measure,
    /// Columns of the view by which it may be asked.
    pub dimensions: Vec<String>,
    /// The least that it must rest on to be shown.
    pub enough: Enough,
    /// How the numbers of parts make up the whole.
    pub additivity: Additivity,
}

/// Text in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
}

impl Words {
    /// Takes a text in both languages.
    pub fn new(en: impl Into<String>, es: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            es: es.into(),
        }
    }

    /// Returns the text in one.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Spanish => &self.es,
        }
    }
}

/// What a number is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Things counted.
    Count,
    /// A share, 0 to 1; shown in percent.
    Share,
    /// Milliseconds.
    Ms,
    /// Pixels.
    Px,
    /// A number without a unit: a score, attempts per process.
    Number,
}

/// How the numbers of parts make up the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Additivity {
    /// Numbers of parts that share no rows may be added up.
    Additive,
    /// They may not: the whole is computed.
    Computed,
}

/// What a metric belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// How much there is.
    Volume,
    /// Who is accepted.
    Acceptance,
    /// Why people try again.
    Retries,
    /// Where time goes.
    Time,
    /// How good the pictures are.
    Quality,
}

impl Topic {
    /// Every topic, in order.
    pub const ALL: [Self; 5] = [
        Self::Volume,
        Self::Acceptance,
        Self::Retries,
        Self::Time,
        Self::Quality,
    ];

    /// Returns its title.
    #[must_use]
    pub const fn title(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Volume, Language::English) => "Volume",
            (Self::Volume, Language::Spanish) => "Volumen",
            (Self::Acceptance, Language::English) => "Acceptance",
            (Self::Acceptance, Language::Spanish) => "Aceptación",
            (Self::Retries, Language::English) => "Retries",
            (Self::Retries, Language::Spanish) => "Reintentos",
            (Self::Time, Language::English) => "Time",
            (Self::Time, Language::Spanish) => "Tiempo",
            (Self::Quality, Language::English) => "Picture quality",
            (Self::Quality, Language::Spanish) => "Calidad de imagen",
        }
    }
}

fn view_name<S: serde::Serializer>(view: &View, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(view.name())
}

impl Registry {
    /// Makes the metrics of a card, in the order of their topics.
    #[must_use]
    pub fn new(card: &Card) -> Self {
        let views = View::ALL.map(|view| (view, card.view_docs(view)));
        let mut writer = Writer {
            card,
            metrics: Vec::new(),
        };
        volume::write(&mut writer);
        acceptance::write(&mut writer);
        retries::write(&mut writer);
        time::write(&mut writer);
        quality::write(&mut writer);
        Self {
            metrics: writer.metrics,
            views,
            one_case: dimensions::one_case(card),
        }
    }

    /// Returns all metrics.
    #[must_use]
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// Returns a metric by its id.
    #[must_use]
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.id == id)
    }

    /// Returns the columns of a view.
    #[must_use]
    pub fn columns(&self, view: View) -> Columns<'_> {
        let docs = self
            .views
            .iter()
            .find(|(known, _)| *known == view)
            .map_or(&[][..], |(_, docs)| docs.as_slice());
        Columns { view, docs }
    }

    /// Returns the columns of text of which no two values differ in case alone.
    #[must_use]
    pub fn one_case(&self) -> &[String] {
        &self.one_case
    }

    /// Returns a metric as PostgreSQL SQL, by some dimensions.
    #[must_use]
    pub fn to_sql(&self, metric: &Metric, schema: &str, by: &[String]) -> String {
        let renderer = crate::render::postgres::Renderer {
            columns: self.columns(metric.view),
        };
        let asked = crate::render::postgres::Select {
            schema,
            by,
            rows: None,
        };
        renderer.select(&metric.measure, asked)
    }

    /// Returns a metric as a DAX expression.
    ///
    /// # Errors
    /// When DAX can't say it.
    pub fn to_dax(&self, metric: &Metric) -> Result<String, crate::render::dax::DaxError> {
        let renderer = crate::render::dax::Renderer {
            columns: self.columns(metric.view),
            one_case: &self.one_case,
        };
        renderer.measure(&metric.measure)
    }
}

/// Puts metrics down, one after the other.
struct Writer<'a> {
    card: &'a Card,
    metrics: Vec<Metric>,
}

/// What metrics that stand together share.
#[derive(Clone, Copy)]
struct Kind {
    topic: Topic,
    view: View,
    unit: Unit,
}

impl Writer<'_> {
    /// Puts one down; returns it for further changes.
    fn add(
        &mut self,
        kind: Kind,
        id: impl Into<String>,
        measure: Measure,
        title: (&str, &str),
        definition: (&str, &str),
    ) {
        let additivity = if adds_up(&measure) {
            Additivity::Additive
        } else {
            Additivity::Computed
        };
        // A count is what it is, however small.
        let enough = match kind.unit {
            Unit::Count => Enough {
                rows: 0,
                clusters: 0,
            },
            Unit::Share | Unit::Ms | Unit::Px | Unit::Number => least(&measure),
        };
        self.metrics.push(Metric {
            id: id.into(),
            topic: kind.topic,
            title: Words::new(title.0, title.1),
            unit: kind.unit,
            definition: Words::new(definition.0, definition.1),
            view: kind.view,
            measure,
            dimensions: dimensions::of(self.card, kind.view),
            enough,
            additivity,
        });
    }
}

fn adds_up(measure: &Measure) -> bool {
    match measure {
        Measure::Count | Measure::Sum(_) => true,
        Measure::Filter(inner, _) => adds_up(inner),
        Measure::Distinct(_)
        | Measure::Mean(_)
        | Measure::Min(_)
        | Measure::Max(_)
        | Measure::Quantile { .. }
        | Measure::Ratio(..) => false,
    }
}

/// The least that a measure must rest on: a quantile near an end needs some ten values
/// beyond it.
fn least(measure: &Measure) -> Enough {
    let usual = Enough::default();
    match measure {
        Measure::Filter(inner, _) => least(inner),
        Measure::Quantile { share, .. } if *share >= 0.99 => Enough {
            rows: 1_000,
            ..usual
        },
        Measure::Quantile { share, .. } if *share >= 0.95 => Enough { rows: 200, ..usual },
        _ => usual,
    }
}
