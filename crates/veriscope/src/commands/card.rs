//! `card show|check`: describe a model card, or tell all that is wrong with one.

mod describe;
mod words;

use std::path::Path;

use serde::Serialize;
use veriscope_base::ErrorClass;
use veriscope_card::{Card, CardErrors, Document};

use crate::args::{CardCommand, CardPart};
use crate::failure::{Ending, Failure};
use crate::settings::{self, Settings, located};
use crate::terminal::format;

/// Runs `card`.
///
/// # Errors
/// Class `Configuration` for a wrong card, `Usage` for two forms at once.
pub fn run(action: CardCommand, settings: &Settings) -> anyhow::Result<Ending> {
    match action {
        CardCommand::Show { markdown } => show(markdown, settings),
        CardCommand::Check { file } => check(&file, settings),
    }
}

fn show(markdown: Option<CardPart>, settings: &Settings) -> anyhow::Result<Ending> {
    let terminal = &settings.terminal;
    if terminal.json && markdown.is_some() {
        return Err(Failure::new(
            ErrorClass::Usage,
            "--json and --markdown exclude each other",
        )
        .into());
    }
    let card = settings.card()?;
    match markdown {
        Some(part) => terminal.data(&documents(&card, part))?,
        None if terminal.json => terminal.data_json(&card)?,
        None => terminal.data(&describe::render(&card, terminal.out))?,
    }
    Ok(Ending::Done)
}

fn documents(card: &Card, part: CardPart) -> String {
    match part {
        CardPart::Staging => card.to_markdown(Document::Staging),
        CardPart::Transform => card.to_markdown(Document::Transform),
        CardPart::Codes => card.to_markdown(Document::ResponseCodes),
        CardPart::All => Document::ALL
            .map(|document| card.to_markdown(document))
            .join("\n"),
    }
}

/// The outcome of a check, for machines.
#[derive(Serialize)]
struct Checked<'a> {
    file: String,
    ok: bool,
    problems: Vec<CheckedProblem<'a>>,
}

#[derive(Serialize)]
struct CheckedProblem<'a> {
    line: u64,
    column: u64,
    message: &'a str,
}

fn check(file: &Path, settings: &Settings) -> anyhow::Result<Ending> {
    let terminal = &settings.terminal;
    let text = settings::read(file, "card")?;
    match Card::parse(&text) {
        Ok(card) => {
            if terminal.json {
                terminal.data_json(&checked(file, None))?;
            } else {
                terminal.data(&format!("ok: {}", summary(&card)))?;
            }
            Ok(Ending::Done)
        }
        Err(errors) => {
            if terminal.json {
                terminal.data_json(&checked(file, Some(&errors)))?;
            } else {
                // The result of a check is its data: a caller may pipe it to an editor.
                terminal.data(&located(file, &errors).join("\n"))?;
            }
            let count = u64::try_from(errors.problems().len()).unwrap_or(u64::MAX);
            let mistakes = format::counted(count, "mistake", "mistakes");
            Err(Failure::new(
                ErrorClass::Configuration,
                format!("{} has {mistakes}", file.display()),
            )
            .into())
        }
    }
}

fn checked<'a>(file: &Path, errors: Option<&'a CardErrors>) -> Checked<'a> {
    let problems: Vec<CheckedProblem<'a>> = errors
        .map(CardErrors::problems)
        .unwrap_or_default()
        .iter()
        .map(|problem| CheckedProblem {
            line: problem.at.line,
            column: problem.at.column,
            message: &problem.message,
        })
        .collect();
    Checked {
        file: file.display().to_string(),
        ok: problems.is_empty(),
        problems,
    }
}

fn summary(card: &Card) -> String {
    format!(
        "card `{}`: {} staging features, {} context features, {} transform columns, {} microservices, {} response codes",
        card.name,
        card.features.len(),
        card.context.len(),
        card.transform.len(),
        card.microservices.len(),
        card.codes.len()
    )
}

#[cfg(test)]
mod tests;
