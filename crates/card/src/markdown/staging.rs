//! Model card of the staging table.

use super::document::head;
use super::pipeline;
use super::table::{Table, code, path, plain, privacy, range};
use crate::schema::context_column;
use crate::{Card, Feature, Marks, Privacy};

/// Writes the document.
pub(super) fn write(card: &Card) -> String {
    let mut out = head(
        card,
        &format!("Staging table: {}", code(&card.tables.staging)),
    );
    out.push_str(&format!(
        "{}. One row is one transaction, pseudonymous, with values as measured; what was not \
         measured is null. The table has {} columns, in the order below.\n\n",
        plain(&card.title),
        card.features.len()
    ));
    dates(card, &mut out);
    roles(card, &mut out);
    out.push_str("## Columns\n\n");
    out.push_str(
        "*Valid* is what a measurement can be. A value outside it stays in the table, and is \
         null in the views that analyses read.\n\n",
    );
    features(card.features.iter(), &str::to_owned, &mut out);
    privacy_classes(&mut out);
    context(card, &mut out);
    microservices(card, &mut out);
    pipeline::write(card, &mut out);
    ended(out)
}

/// Ends a document with one line end.
pub(super) fn ended(mut out: String) -> String {
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn dates(card: &Card, out: &mut String) {
    let marks = match card.dates.marks {
        Marks::Start => "The date marks the start of a transaction.",
        Marks::End => "The date marks the end of a transaction.",
        Marks::Unknown => {
            "Whether the date marks the start of a transaction or its end is not known."
        }
    };
    let minutes = card.dates.default_offset_minutes;
    let sign = if minutes < 0 { '-' } else { '+' };
    out.push_str(&format!(
        "{marks} A date without an offset is taken as local time at {sign}{:02}:{:02}.\n\n",
        minutes.abs() / 60,
        minutes.abs() % 60
    ));
}

fn roles(card: &Card, out: &mut String) {
    let roles = &card.roles;
    let mut table = Table::new(&["Part", "Column", "What it is"]);
    let parts = [
        (
            "transaction",
            Some(&roles.transaction),
            "one call of the API; the key of every table",
        ),
        ("date", Some(&roles.date), "when it took place"),
        (
            "process",
            roles.process.as_ref(),
            "groups the attempts of one enrolment",
        ),
        (
            "client",
            roles.client.as_ref(),
            "on whose behalf the call ran",
        ),
        ("user", roles.user.as_ref(), "the account that called"),
        ("person", roles.person.as_ref(), "who is in the pictures"),
        ("release", roles.release.as_ref(), "the build of the API"),
        (
            "total time",
            roles.total_time.as_ref(),
            "how long the transaction took",
        ),
        (
            "code",
            roles.code.as_ref(),
            "the response code that sums it up",
        ),
        ("status", roles.status.as_ref(), "whether it was accepted"),
    ];
    for (part, feature, meaning) in parts {
        if let Some(feature) = feature {
            table.row(vec![part.to_owned(), code(feature), meaning.to_owned()]);
        }
    }
    out.push_str("## Parts\n\n");
    table.write(out);
}

fn features<'a>(
    features: impl Iterator<Item = &'a Feature>,
    column: &dyn Fn(&str) -> String,
    out: &mut String,
) {
    let mut table = Table::new(&[
        "Feature",
        "Type",
        "Unit",
        "Kind",
        "Valid",
        "Privacy",
        "Path",
        "Description",
    ]);
    for feature in features {
        let place = path(&feature.path);
        table.row(vec![
            code(&column(&feature.name)),
            feature.value_type.name().to_owned(),
            feature.unit.as_deref().map(plain).unwrap_or_default(),
            feature.kind.name().to_owned(),
            range(feature.valid),
            privacy(feature),
            if feature.derived.is_some() {
                format!("derived from {place}")
            } else {
                place
            },
            plain(&feature.description),
        ]);
    }
    table.write(out);
}

fn privacy_classes(out: &mut String) {
    out.push_str("## Privacy\n\n");
    let mut table = Table::new(&["Class", "What happens before anything is stored"]);
    for (class, meaning) in [
        (
            "token",
            "becomes a keyed token: the feature's name and 26 characters",
        ),
        (
            "number",
            "becomes the feature's name and a number, given in order of first sight",
        ),
        ("keep", "stays as it is"),
        ("generalise", "is made coarser by the rule that is named"),
        (
            "drop",
            "is never stored; whatever is written is searched for its values",
        ),
    ] {
        table.row(vec![class.to_owned(), meaning.to_owned()]);
    }
    table.write(out);
}

fn context(card: &Card, out: &mut String) {
    if card.context.is_empty() {
        return;
    }
    out.push_str("## Context features\n\n");
    out.push_str(
        "These stand in the documents and in no published column. The lake keeps them after \
         the columns above.\n\n",
    );
    features(card.stored_context(), &context_column, out);
    if card.policy_features().next().is_some() {
        out.push_str("### Policy\n\n");
        out.push_str(
            "Thresholds and switches that decide what is accepted. Each set of them is stored \
             once, and a row carries its id.\n\n",
        );
        features(card.policy_features(), &str::to_owned, out);
    }
    let dropped = || {
        card.context
            .iter()
            .filter(|feature| feature.privacy == Privacy::Drop)
    };
    if dropped().next().is_some() {
        out.push_str("### Never stored\n\n");
        features(dropped(), &str::to_owned, out);
    }
}

fn microservices(card: &Card, out: &mut String) {
    if card.microservices.is_empty() {
        return;
    }
    out.push_str("## Microservices\n\n");
    let mut table = Table::new(&["Microservice", "Name", "Picture", "Execution", "Queue"]);
    for service in &card.microservices {
        for times in &service.times {
            table.row(vec![
                code(&service.name),
                plain(&service.title),
                times
                    .image
                    .as_deref()
                    .map_or_else(|| "all".to_owned(), plain),
                code(&times.service),
                times
                    .queue
                    .as_deref()
                    .map_or_else(|| "no queue".to_owned(), code),
            ]);
        }
    }
    table.write(out);
}
