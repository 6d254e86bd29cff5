//! Who is accepted.

use veriscope_card::views::View;
use veriscope_card::{Card, Feature, Kind as FeatureKind, Outcome, ValueType};

use super::{Kind, Topic, Unit, Writer};
use crate::expression::{Comparison, Literal, Measure, Predicate};

fn outcome(outcome: Outcome) -> Predicate {
    Predicate::equals("outcome", outcome.name())
}

pub(super) fn write(writer: &mut Writer<'_>) {
    shares(writer);
    counts(writer);
    if let Some(status) = http_status(writer.card) {
        http_errors(writer, &status);
    }
}

fn shares(writer: &mut Writer<'_>) {
    let attempts = Kind {
        topic: Topic::Acceptance,
        view: View::Attempts,
        unit: Unit::Share,
    };
    let accepted = || outcome(Outcome::Accepted);
    writer.add(
        attempts,
        "acceptance",
        Measure::share(accepted(), None),
        ("Acceptance", "Aceptación"),
        (
            "Share of all transactions that were accepted.",
            "Proporción de todas las transacciones que fueron aceptadas.",
        ),
    );
    writer.add(
        attempts,
        "acceptance_first",
        Measure::share(accepted(), Some(Predicate::equals("is_first", true))),
        (
            "Acceptance of first attempts",
            "Aceptación de primeros intentos",
        ),
        (
            "Share of first attempts of a process that were accepted.",
            "Proporción de primeros intentos de un proceso que fueron aceptados.",
        ),
    );
    writer.add(
        attempts,
        "acceptance_last",
        Measure::share(accepted(), Some(Predicate::equals("is_last", true))),
        (
            "Acceptance of last attempts",
            "Aceptación de últimos intentos",
        ),
        (
            "Share of last attempts of a process that were accepted: what the published table without retries shows.",
            "Proporción de últimos intentos de un proceso que fueron aceptados: lo que muestra la tabla publicada sin reintentos.",
        ),
    );
    writer.add(
        Kind {
            view: View::Processes,
            ..attempts
        },
        "acceptance_ever",
        Measure::share(Predicate::equals("is_accepted", true), None),
        ("Processes ever accepted", "Procesos aceptados alguna vez"),
        (
            "Share of processes in which any attempt was accepted.",
            "Proporción de procesos en los que algún intento fue aceptado.",
        ),
    );
    let rejected = outcome(Outcome::Rejected);
    writer.add(
        attempts,
        "acceptance_decided",
        Measure::share(
            accepted(),
            Some(Predicate::Or(vec![accepted(), rejected])),
        ),
        (
            "Acceptance of decided transactions",
            "Aceptación de transacciones decididas",
        ),
        (
            "Share of transactions accepted, of those accepted or rejected: technical errors left out.",
            "Proporción de transacciones aceptadas, entre las aceptadas o rechazadas: sin errores técnicos.",
        ),
    );
    writer.add(
        attempts,
        "technical_error_rate",
        Measure::share(outcome(Outcome::Technical), None),
        ("Technical error rate", "Tasa de error técnico"),
        (
            "Share of transactions that ended in an error of the API or without any summary.",
            "Proporción de transacciones que acabaron en un error de la API o sin resumen.",
        ),
    );
}

fn counts(writer: &mut Writer<'_>) {
    let attempts = Kind {
        topic: Topic::Acceptance,
        view: View::Attempts,
        unit: Unit::Count,
    };
    writer.add(
        attempts,
        "accepted",
        Measure::Count.filter(outcome(Outcome::Accepted)),
        ("Accepted transactions", "Transacciones aceptadas"),
        (
            "Number of transactions that were accepted.",
            "Número de transacciones que fueron aceptadas.",
        ),
    );
    writer.add(
        attempts,
        "rejected",
        Measure::Count.filter(outcome(Outcome::Rejected)),
        ("Rejected transactions", "Transacciones rechazadas"),
        (
            "Number of transactions that were rejected.",
            "Número de transacciones que fueron rechazadas.",
        ),
    );
    writer.add(
        attempts,
        "technical_errors",
        Measure::Count.filter(outcome(Outcome::Technical)),
        ("Technical errors", "Errores técnicos"),
        (
            "Number of transactions that ended in an error of the API or without any summary.",
            "Número de transacciones que acabaron en un error de la API o sin resumen.",
        ),
    );
}

/// The feature that holds the HTTP status of the answer, known by what the card says of it:
/// an integer category within the range of status codes (RFC 9110, section 15).
fn http_status(card: &Card) -> Option<String> {
    let holds_status = |feature: &&Feature| {
        let range = feature
            .valid
            .and_then(|valid| Some((valid.min?, valid.max?)));
        feature.kind == FeatureKind::Category
            && feature.value_type == ValueType::Int
            && range.is_some_and(|(min, max)| {
                min.total_cmp(&100.0).is_eq() && max.total_cmp(&599.0).is_eq()
            })
    };
    card.features
        .iter()
        .find(holds_status)
        .map(|feature| feature.name.clone())
}

fn http_errors(writer: &mut Writer<'_>, status: &str) {
    let attempts = Kind {
        topic: Topic::Acceptance,
        view: View::Attempts,
        unit: Unit::Share,
    };
    let failed = || Predicate::Compare(status.to_owned(), Comparison::Ge, Literal::Int(400));
    writer.add(
        attempts,
        "http_error_rate",
        Measure::share(failed(), Some(Predicate::IsNotNull(status.to_owned()))),
        ("HTTP error rate", "Tasa de error HTTP"),
        (
            "Share of transactions answered with an HTTP status of 400 or more, of those with a status.",
            "Proporción de transacciones respondidas con un estado HTTP de 400 o más, entre las que tienen estado.",
        ),
    );
    writer.add(
        Kind {
            unit: Unit::Count,
            ..attempts
        },
        "http_errors",
        Measure::Count.filter(failed()),
        ("HTTP errors", "Errores HTTP"),
        (
            "Number of transactions answered with an HTTP status of 400 or more.",
            "Número de transacciones respondidas con un estado HTTP de 400 o más.",
        ),
    );
}
