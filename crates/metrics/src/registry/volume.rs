//! How much there is.

use veriscope_card::views::View;

use super::{Kind, Topic, Unit, Writer};
use crate::expression::Measure;

pub(super) fn write(writer: &mut Writer<'_>) {
    let attempts = Kind {
        topic: Topic::Volume,
        view: View::Attempts,
        unit: Unit::Count,
    };
    let processes = Kind {
        view: View::Processes,
        ..attempts
    };
    writer.add(
        attempts,
        "transactions",
        Measure::Count,
        ("Transactions", "Transacciones"),
        (
            "Number of transactions, that is of calls of the API.",
            "Número de transacciones, es decir, de llamadas a la API.",
        ),
    );
    writer.add(
        processes,
        "processes",
        Measure::Count,
        ("Processes", "Procesos"),
        (
            "Number of processes; a transaction without a process is one of its own, and a process belongs where its last attempt does.",
            "Número de procesos; una transacción sin proceso es un proceso propio, y un proceso pertenece a donde pertenece su último intento.",
        ),
    );
    let roles = &writer.card.roles;
    let (person, client) = (roles.person.clone(), roles.client.clone());
    if let Some(person) = person {
        writer.add(
            attempts,
            "persons",
            Measure::Distinct(person),
            ("Persons", "Personas"),
            (
                "Number of different persons with a transaction; transactions without a person count for none.",
                "Número de personas distintas con alguna transacción; las transacciones sin persona no cuentan.",
            ),
        );
    }
    if let Some(client) = client {
        writer.add(
            attempts,
            "clients",
            Measure::Distinct(client),
            ("Clients", "Clientes"),
            (
                "Number of different clients with a transaction.",
                "Número de clientes distintos con alguna transacción.",
            ),
        );
    }
}
