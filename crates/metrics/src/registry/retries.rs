//! Why people try again, and what becomes of it.

use veriscope_card::Outcome;
use veriscope_card::views::View;

use super::{Kind, Topic, Unit, Writer};
use crate::expression::{Comparison, Literal, Measure, Predicate, Value};

const ATTEMPTS: Kind = Kind {
    topic: Topic::Retries,
    view: View::Attempts,
    unit: Unit::Count,
};
const PROCESSES: Kind = Kind {
    topic: Topic::Retries,
    view: View::Processes,
    unit: Unit::Count,
};

pub(super) fn write(writer: &mut Writer<'_>) {
    attempts(writer);
    course(writer);
    abandonment(writer);
    durations(writer);
}

fn kind(name: &str) -> Predicate {
    Predicate::equals("kind", name)
}

fn attempts(writer: &mut Writer<'_>) {
    let of = || Value::column("attempts");
    let number = Kind {
        unit: Unit::Number,
        ..PROCESSES
    };
    writer.add(
        number,
        "attempts_per_process",
        Measure::Mean(of()),
        ("Attempts per process", "Intentos por proceso"),
        (
            "Mean number of attempts of a process.",
            "Número medio de intentos de un proceso.",
        ),
    );
    writer.add(
        number,
        "attempts_per_process_p95",
        Measure::Quantile {
            of: of(),
            share: 0.95,
        },
        ("Attempts per process, p95", "Intentos por proceso, p95"),
        (
            "Number of attempts that 95 % of processes do not exceed.",
            "Número de intentos que el 95 % de los procesos no supera.",
        ),
    );
    writer.add(
        ATTEMPTS,
        "retries",
        Measure::Count.filter(kind("retry")),
        ("Retries", "Reintentos"),
        (
            "Number of attempts after attempts of the same process of which none was accepted.",
            "Número de intentos posteriores a intentos del mismo proceso de los que ninguno fue aceptado.",
        ),
    );
    writer.add(
        ATTEMPTS,
        "repeats",
        Measure::Count.filter(kind("repeat")),
        ("Repeats", "Repeticiones"),
        (
            "Number of attempts after any attempt of the same process that was accepted.",
            "Número de intentos posteriores a algún intento aceptado del mismo proceso.",
        ),
    );
    let share = Kind {
        unit: Unit::Share,
        ..ATTEMPTS
    };
    writer.add(
        share,
        "retry_share",
        Measure::share(kind("retry"), None),
        ("Share of retries", "Proporción de reintentos"),
        (
            "Share of all transactions that are retries.",
            "Proporción de todas las transacciones que son reintentos.",
        ),
    );
    writer.add(
        share,
        "repeat_share",
        Measure::share(kind("repeat"), None),
        ("Share of repeats", "Proporción de repeticiones"),
        (
            "Share of all transactions that are repeats.",
            "Proporción de todas las transacciones que son repeticiones.",
        ),
    );
}

/// Processes whose first attempt was not accepted.
fn failed_first() -> Predicate {
    Predicate::Compare(
        "first_outcome".to_owned(),
        Comparison::Ne,
        Outcome::Accepted.name().into(),
    )
}

fn never_accepted() -> Predicate {
    Predicate::equals("is_accepted", false)
}

fn more_than_one() -> Predicate {
    Predicate::Compare("attempts".to_owned(), Comparison::Gt, Literal::Int(1))
}

fn course(writer: &mut Writer<'_>) {
    let share = Kind {
        unit: Unit::Share,
        ..PROCESSES
    };
    writer.add(
        share,
        "retried_share",
        Measure::share(more_than_one(), Some(failed_first())),
        (
            "Tried again after a first failure",
            "Reintentaron tras un primer fallo",
        ),
        (
            "Share of processes with more than one attempt, of those whose first attempt was not accepted; a process too near the end of the data may still go on.",
            "Proporción de procesos con más de un intento, entre aquellos cuyo primer intento no fue aceptado; un proceso muy cercano al final de los datos aún puede continuar.",
        ),
    );
    writer.add(
        share,
        "recovered_share",
        Measure::share(Predicate::equals("is_accepted", true), Some(failed_first())),
        (
            "Accepted after a first failure",
            "Aceptados tras un primer fallo",
        ),
        (
            "Share of processes ever accepted, of those whose first attempt was not accepted.",
            "Proporción de procesos aceptados alguna vez, entre aquellos cuyo primer intento no fue aceptado.",
        ),
    );
}

fn abandonment(writer: &mut Writer<'_>) {
    writer.add(
        PROCESSES,
        "failed_first",
        Measure::Count.filter(failed_first()),
        ("First attempt failed", "Primer intento fallido"),
        (
            "Number of processes whose first attempt was not accepted.",
            "Número de procesos cuyo primer intento no fue aceptado.",
        ),
    );
    writer.add(
        PROCESSES,
        "gone_after_first",
        Measure::Count.filter(failed_first().and(Predicate::equals("attempts", 1_i64))),
        ("Gone after a first failure", "Se fueron tras un primer fallo"),
        (
            "Number of processes with one attempt only, which was not accepted; those too near the end of the data are among them.",
            "Número de procesos con un solo intento, no aceptado; incluye los muy cercanos al final de los datos.",
        ),
    );
    writer.add(
        PROCESSES,
        "never_accepted",
        Measure::Count.filter(never_accepted()),
        ("Processes never accepted", "Procesos nunca aceptados"),
        (
            "Number of processes in which no attempt was accepted; those too near the end of the data are among them.",
            "Número de procesos en los que ningún intento fue aceptado; incluye los muy cercanos al final de los datos.",
        ),
    );
    writer.add(
        Kind {
            unit: Unit::Share,
            ..PROCESSES
        },
        "never_accepted_share",
        Measure::share(never_accepted(), None),
        (
            "Share of processes never accepted",
            "Proporción de procesos nunca aceptados",
        ),
        (
            "Share of processes in which no attempt was accepted, not corrected for those too near the end of the data.",
            "Proporción de procesos en los que ningún intento fue aceptado, sin corregir los muy cercanos al final de los datos.",
        ),
    );
}

fn durations(writer: &mut Writer<'_>) {
    let ms = |kind: Kind| Kind {
        unit: Unit::Ms,
        ..kind
    };
    let median = |column: &str| Measure::Quantile {
        of: Value::column(column),
        share: 0.5,
    };
    writer.add(
        ms(ATTEMPTS),
        "retry_gap_p50",
        median("gap_ms").filter(kind("retry")),
        (
            "Time before a retry, median",
            "Tiempo antes de un reintento, mediana",
        ),
        (
            "Median time from an attempt to the retry that follows it, from date to date.",
            "Tiempo mediano desde un intento hasta el reintento que lo sigue, de fecha a fecha.",
        ),
    );
    writer.add(
        ms(PROCESSES),
        "time_to_acceptance_p50",
        median("accepted_after_ms").filter(failed_first()),
        (
            "Time to acceptance after a first failure, median",
            "Tiempo hasta la aceptación tras un primer fallo, mediana",
        ),
        (
            "Median time from the first attempt to the first accepted one, of processes whose first attempt was not accepted and a later one was.",
            "Tiempo mediano desde el primer intento hasta el primero aceptado, en procesos cuyo primer intento no fue aceptado y uno posterior sí.",
        ),
    );
    if writer.card.roles.total_time.is_some() {
        writer.add(
            ms(PROCESSES),
            "api_time_per_process_mean",
            Measure::Mean(Value::column("api_time_ms")),
            ("API time per process, mean", "Tiempo de API por proceso, media"),
            (
                "Mean total time of all attempts of a process, of processes with a measured one.",
                "Tiempo total medio de todos los intentos de un proceso, en procesos con alguno medido.",
            ),
        );
    }
}
