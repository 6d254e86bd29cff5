//! Titles of the columns of `attempts`: short ones for what is made of roles, the card's own
//! words for the rest.

use std::collections::HashMap;

use veriscope_card::views::{AttemptColumn, CalendarPart};
use veriscope_card::{Card, TransformRule};

use crate::api::Text;

/// Titles of columns.
#[derive(Debug)]
pub(crate) struct Titles(HashMap<String, Text>);

impl Titles {
    /// Reads the titles off a card.
    pub(crate) fn of(card: &Card) -> Self {
        let titles = card.attempt_columns().into_iter().map(|column| {
            let title = role(card, &column.doc.name)
                .or_else(|| made(card, &column.definition))
                .unwrap_or_else(|| text(short(&column.doc.en), short(&column.doc.es)));
            (column.doc.name, title)
        });
        Self(titles.collect())
    }

    /// Returns the title of a column; its name where there is none.
    pub(crate) fn title(&self, column: &str) -> Text {
        let known = self.0.get(column).cloned();
        known.unwrap_or_else(|| text(column, column))
    }
}

fn text(en: &str, es: &str) -> Text {
    Text {
        en: en.to_owned(),
        es: es.to_owned(),
    }
}

/// What stands before the first semicolon: what comes after it explains.
fn short(description: &str) -> &str {
    description.split("; ").next().unwrap_or(description)
}

fn role(card: &Card, name: &str) -> Option<Text> {
    let roles = &card.roles;
    let is = |role: &Option<String>| role.as_deref() == Some(name);
    let (en, es) = if roles.transaction == name {
        ("Transaction", "Transacción")
    } else if roles.date == name {
        ("Date", "Fecha")
    } else if is(&roles.process) {
        ("Process", "Proceso")
    } else if is(&roles.client) {
        ("Client", "Cliente")
    } else if is(&roles.user) {
        ("Account", "Cuenta")
    } else if is(&roles.person) {
        ("Person", "Persona")
    } else if is(&roles.release) {
        ("Release", "Versión")
    } else if is(&roles.total_time) {
        ("Total time", "Tiempo total")
    } else if is(&roles.code) {
        ("Response code", "Código de respuesta")
    } else if is(&roles.status) {
        ("Response status", "Estado de la respuesta")
    } else {
        return None;
    };
    Some(text(en, es))
}

fn made(card: &Card, column: &AttemptColumn) -> Option<Text> {
    let (en, es) = match column {
        AttemptColumn::Shape(name) => return shape(card, name),
        AttemptColumn::MicroserviceTotal(name) => {
            let known = card.microservices.iter().find(|one| one.name == *name)?;
            let title = &known.title;
            return Some(text(&format!("{title}, time"), &format!("{title}, tiempo")));
        }
        AttemptColumn::Calendar(part) => calendar(*part),
        AttemptColumn::Attempt => ("Attempt", "Intento"),
        AttemptColumn::IsFirst => ("First attempt", "Primer intento"),
        AttemptColumn::IsLast => ("Last attempt", "Último intento"),
        AttemptColumn::Outcome => ("Outcome", "Resultado"),
        AttemptColumn::Kind => ("Kind of attempt", "Tipo de intento"),
        AttemptColumn::Reason => ("Whose it is to mend", "A quién toca remediarlo"),
        AttemptColumn::PreviousCode => ("Previous code", "Código anterior"),
        AttemptColumn::GapMs => (
            "Time since the previous attempt",
            "Tiempo desde el intento anterior",
        ),
        AttemptColumn::PolicyId => ("Policy", "Política"),
        AttemptColumn::MicroservicesTotal => ("All microservices", "Todos los microservicios"),
        AttemptColumn::Remainder => ("Outside the microservices", "Fuera de los microservicios"),
        AttemptColumn::Feature(_) => return None,
    };
    Some(text(en, es))
}

const fn calendar(part: CalendarPart) -> (&'static str, &'static str) {
    match part {
        CalendarPart::LocalTime => ("Local time", "Hora local"),
        CalendarPart::Day => ("Day", "Día"),
        CalendarPart::Week => ("Week", "Semana"),
        CalendarPart::Month => ("Month", "Mes"),
        CalendarPart::Year => ("Year", "Año"),
        CalendarPart::Weekday => ("Weekday", "Día de la semana"),
        CalendarPart::Hour => ("Hour", "Hora"),
        CalendarPart::Minute => ("Minute", "Minuto"),
    }
}

fn shape(card: &Card, name: &str) -> Option<Text> {
    let column = card.transform.iter().find(|column| column.name == name)?;
    let (en, es, width) = match &column.rule {
        TransformRule::SizeClass { width, .. } => ("Size class", "Clase de tamaño", width),
        TransformRule::Orientation { width, .. } => ("Orientation", "Orientación", width),
        TransformRule::Same { .. }
        | TransformRule::Keep
        | TransformRule::DatePart(_)
        | TransformRule::MicroserviceTotal { .. }
        | TransformRule::MicroservicesTotal
        | TransformRule::TimeRemainder => return None,
    };
    Some(match &card.feature(width)?.image {
        Some(image) => text(&format!("{en}, {image}"), &format!("{es}, {image}")),
        None => text(en, es),
    })
}
