//! A card for a person at a terminal.

use veriscope_card::{Card, Feature, Outcome};

use super::words;
use crate::terminal::{Align, Column, Styles, table};

/// Renders the whole card.
pub(super) fn render(card: &Card, styles: Styles) -> String {
    let mut sections = vec![format!("{}  {}", styles.bold(&card.name), card.title)];
    sections.push(overview(card));
    let mut section = |title: &str, body: String| {
        sections.push(format!("{}\n{body}", styles.bold(title)));
    };
    section("Roles", roles(card));
    section("Staging features", features(&card.features));
    section("Context features", features(&card.context));
    section("Transform columns", transform(card));
    section("Microservices", microservices(card));
    section(
        "Pipeline, as supposed",
        words::pipeline(&card.pipeline.steps),
    );
    section("Response codes", codes(card));
    sections.join("\n\n")
}

fn overview(card: &Card) -> String {
    let rows = [
        ("pictures", card.images.join(", ")),
        (
            "staging",
            format!("{} ({} columns)", card.tables.staging, card.features.len()),
        ),
        (
            "transform",
            format!(
                "{} ({} columns)",
                card.tables.transform,
                card.transform.len()
            ),
        ),
        ("no-retries", card.tables.no_retries.clone()),
    ];
    pairs(rows)
}

fn roles(card: &Card) -> String {
    let roles = &card.roles;
    let optional = [
        ("process", &roles.process),
        ("client", &roles.client),
        ("user", &roles.user),
        ("person", &roles.person),
        ("release", &roles.release),
        ("total time", &roles.total_time),
        ("code", &roles.code),
        ("status", &roles.status),
    ];
    let mut rows = vec![
        ("transaction", roles.transaction.clone()),
        ("date", roles.date.clone()),
    ];
    rows.extend(
        optional
            .into_iter()
            .filter_map(|(role, name)| Some((role, name.clone()?))),
    );
    pairs(rows)
}

fn features(features: &[Feature]) -> String {
    let columns = left(["name", "type", "kind", "unit", "privacy", "path"]);
    let rows = features.iter().map(|feature| {
        vec![
            feature.name.clone(),
            feature.value_type.name().to_owned(),
            feature.kind.name().to_owned(),
            feature.unit.clone().unwrap_or_default(),
            words::privacy(&feature.privacy),
            words::source(feature),
        ]
    });
    table(&columns, rows.collect())
}

fn transform(card: &Card) -> String {
    let rows = card.transform.iter().map(|column| {
        vec![
            column.name.clone(),
            column.unit.clone().unwrap_or_default(),
            words::rule(&column.rule),
        ]
    });
    table(&left(["name", "unit", "rule"]), rows.collect())
}

fn microservices(card: &Card) -> String {
    let rows = card.microservices.iter().map(|microservice| {
        let images: Vec<&str> = microservice
            .times
            .iter()
            .filter_map(|times| times.image.as_deref())
            .collect();
        let queue = microservice.times.iter().any(|times| times.queue.is_some());
        vec![
            microservice.name.clone(),
            microservice.title.clone(),
            if images.is_empty() {
                "once".to_owned()
            } else {
                images.join(", ")
            },
            if queue {
                "execution and queue"
            } else {
                "execution"
            }
            .to_owned(),
        ]
    });
    table(
        &left(["name", "title", "pictures", "times"]),
        rows.collect(),
    )
}

fn codes(card: &Card) -> String {
    let columns = left(["code", "class", "reason", "status", "meaning"]);
    let rows = card.codes.iter().map(|code| {
        let class = match code.class {
            Outcome::Accepted => "accepted",
            Outcome::Rejected => "rejected",
            Outcome::Technical => "technical error",
        };
        vec![
            code.code.clone(),
            class.to_owned(),
            code.reason
                .map(|reason| reason.name().to_owned())
                .unwrap_or_default(),
            code.status.clone(),
            code.description.clone(),
        ]
    });
    table(&columns, rows.collect())
}

fn left<const N: usize>(titles: [&'static str; N]) -> [Column; N] {
    titles.map(|title| Column {
        title,
        align: Align::Left,
    })
}

fn pairs(rows: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let rows = rows
        .into_iter()
        .map(|(name, value)| vec![name.to_owned(), value]);
    table(&left(["", ""]), rows.collect())
}
