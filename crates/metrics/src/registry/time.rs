//! Where time goes.

use veriscope_card::views::View;

use super::{Kind, Topic, Unit, Writer};
use crate::expression::{Measure, Value};

const ATTEMPTS: Kind = Kind {
    topic: Topic::Time,
    view: View::Attempts,
    unit: Unit::Ms,
};
const RUNS: Kind = Kind {
    topic: Topic::Time,
    view: View::MicroserviceTimes,
    unit: Unit::Ms,
};

/// A time, and words for it.
struct Timed<'a> {
    kind: Kind,
    id: &'a str,
    of: Value,
    title: (&'a str, &'a str),
    definition: (&'a str, &'a str),
}

pub(super) fn write(writer: &mut Writer<'_>) {
    let card = writer.card;
    if let Some(total_time) = &card.roles.total_time {
        add_all(
            writer,
            &Timed {
                kind: ATTEMPTS,
                id: "total_time",
                of: Value::column(total_time),
                title: ("Total time", "Tiempo total"),
                definition: (
                    "total time of a transaction, of those in which it was measured",
                    "del tiempo total de una transacción, entre aquellas en que se midió",
                ),
            },
        );
    }
    if card.microservices.is_empty() {
        return;
    }
    runs(writer);
    for microservice in &card.microservices {
        let (name, title) = (&microservice.name, &microservice.title);
        add_all(
            writer,
            &Timed {
                kind: ATTEMPTS,
                id: &format!("time_{name}"),
                of: Value::column(format!("total_ms_{name}")),
                title: (&format!("Time of {title}"), &format!("Tiempo de {title}")),
                definition: (
                    &format!(
                        "service and queue time of {title} over all pictures of a transaction, of those in which it ran"
                    ),
                    &format!(
                        "del tiempo de ejecución y de cola de {title} en todas las imágenes de una transacción, entre aquellas en que corrió"
                    ),
                ),
            },
        );
    }
    if card.roles.total_time.is_some() {
        writer.add(
            ATTEMPTS,
            "serial_remainder_mean",
            Measure::Mean(Value::column("remainder_ms")),
            ("Serial remainder, mean", "Resto en serie, media"),
            (
                "Mean of total time minus all microservice times added up; negative where they overlap.",
                "Media del tiempo total menos todos los tiempos de microservicio sumados; negativa donde se solapan.",
            ),
        );
    }
}

/// Times of single runs, by microservice and picture.
fn runs(writer: &mut Writer<'_>) {
    let count = Kind {
        unit: Unit::Count,
        ..RUNS
    };
    writer.add(
        count,
        "microservice_runs",
        Measure::Count.filter(crate::expression::Predicate::IsNotNull(
            "service_ms".to_owned(),
        )),
        ("Microservice runs", "Ejecuciones de microservicio"),
        (
            "Number of runs of a microservice on a picture with a measured service time.",
            "Número de ejecuciones de un microservicio sobre una imagen con tiempo de ejecución medido.",
        ),
    );
    add_all(
        writer,
        &Timed {
            kind: RUNS,
            id: "service_time",
            of: Value::column("service_ms"),
            title: ("Service time", "Tiempo de ejecución"),
            definition: (
                "service time of one run of a microservice on one picture; ask by microservice",
                "del tiempo de ejecución de un microservicio sobre una imagen; consúltese por microservicio",
            ),
        },
    );
    let has_queue = |times: &veriscope_card::MicroserviceTimes| times.queue.is_some();
    let mut all = writer.card.microservices.iter().flat_map(|one| &one.times);
    if !all.any(has_queue) {
        return;
    }
    add_all(
        writer,
        &Timed {
            kind: RUNS,
            id: "queue_time",
            of: Value::column("queue_ms"),
            title: ("Queue time", "Tiempo de cola"),
            definition: (
                "time that one picture waited for a microservice, where it was measured; ask by microservice",
                "del tiempo que una imagen esperó a un microservicio, donde se midió; consúltese por microservicio",
            ),
        },
    );
    add_all(
        writer,
        &Timed {
            kind: RUNS,
            id: "run_time",
            of: Value::Total {
                first: "service_ms".to_owned(),
                plus: vec!["queue_ms".to_owned()],
            },
            title: ("Service and queue time", "Tiempo de ejecución y de cola"),
            definition: (
                "service and queue time of one run of a microservice on one picture, a queue time not measured adding nothing; ask by microservice",
                "del tiempo de ejecución y de cola de un microservicio sobre una imagen, sin sumar colas no medidas; consúltese por microservicio",
            ),
        },
    );
}

/// Adds mean, median, p95 and p99 of a time.
fn add_all(writer: &mut Writer<'_>, timed: &Timed<'_>) {
    let (en, es) = timed.definition;
    writer.add(
        timed.kind,
        format!("{}_mean", timed.id),
        Measure::Mean(timed.of.clone()),
        (
            &format!("{}, mean", timed.title.0),
            &format!("{}, media", timed.title.1),
        ),
        (&format!("Mean {en}."), &format!("Media {es}.")),
    );
    for (name, share, which) in [
        ("p50", 0.5, ("median", "mediana")),
        ("p95", 0.95, ("p95", "p95")),
        ("p99", 0.99, ("p99", "p99")),
    ] {
        let (of_en, of_es) = match name {
            "p50" => ("Median".to_owned(), "Mediana".to_owned()),
            _ => {
                let percent = name.trim_start_matches('p');
                (
                    format!("{percent}th percentile of the"),
                    format!("Percentil {percent}"),
                )
            }
        };
        writer.add(
            timed.kind,
            format!("{}_{name}", timed.id),
            Measure::Quantile {
                of: timed.of.clone(),
                share,
            },
            (
                &format!("{}, {}", timed.title.0, which.0),
                &format!("{}, {}", timed.title.1, which.1),
            ),
            (&format!("{of_en} {en}."), &format!("{of_es} {es}.")),
        );
    }
}
