//! The response-code dictionary.

use super::document::head;
use super::staging::ended;
use super::table::{Table, code, plain};
use crate::{Card, Outcome, ReasonClass};

/// Writes the document.
pub(super) fn write(card: &Card) -> String {
    let mut out = head(card, "Response codes");
    out.push_str(&format!(
        "{}. Tables hold a code as a number; this dictionary also has its text.\n\n",
        plain(&card.title)
    ));
    let count = |class: Outcome| card.codes.iter().filter(|code| code.class == class).count();
    let mut classes = Table::new(&["Class", "Codes", "What it says"]);
    for (class, meaning) in [
        (Outcome::Accepted, "nothing was refused"),
        (Outcome::Rejected, "the pictures did not pass"),
        (
            Outcome::Technical,
            "the API failed, or had no picture to work on",
        ),
    ] {
        classes.row(vec![
            class.name().to_owned(),
            count(class).to_string(),
            meaning.to_owned(),
        ]);
    }
    classes.write(&mut out);
    let mut reasons = Table::new(&["To mend", "Whose it is"]);
    for (reason, meaning) in [
        (ReasonClass::Person, "the person can, by another picture"),
        (
            ReasonClass::Attack,
            "nobody should: it looks like an attack",
        ),
        (ReasonClass::Ours, "ours, who run the API"),
    ] {
        reasons.row(vec![reason.name().to_owned(), meaning.to_owned()]);
    }
    reasons.write(&mut out);

    out.push_str("## Dictionary\n\n");
    let mut table = Table::new(&[
        "Code",
        "Number",
        "Module",
        "Status",
        "Description",
        "Class",
        "To mend",
    ]);
    for entry in &card.codes {
        table.row(vec![
            code(&entry.code),
            entry.number.to_string(),
            plain(&entry.module),
            plain(&entry.status),
            plain(&entry.description),
            entry.class.name().to_owned(),
            entry
                .reason
                .map(ReasonClass::name)
                .unwrap_or_default()
                .to_owned(),
        ]);
    }
    table.write(&mut out);
    ended(out)
}
