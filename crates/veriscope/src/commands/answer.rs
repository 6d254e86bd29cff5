//! `answer`: the questions that the tables are for, asked of the newest snapshot.

mod csv;
mod markdown;
mod text;

use serde::Serialize;
use veriscope_answers::page::{Page, Section};
use veriscope_answers::{Ask, Asker, Basis, acceptance, bottlenecks, retries, why};
use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_card::views::{Language, View};
use veriscope_metrics::expression::{Day, parse_predicate};
use veriscope_metrics::query::Source;
use veriscope_metrics::registry::Registry;

use super::block_on;
use crate::args::{AnswerArgs, AnswerCommand, RowsArgs, WhyArgs};
use crate::failure::{Ending, Failure};
use crate::lake_access::views;
use crate::settings::Settings;

/// Runs `answer`.
///
/// # Errors
/// Class `Usage` for a condition that does not go with the view or an unknown table, and what
/// the lake says.
pub fn run(action: &AnswerCommand, settings: &Settings) -> anyhow::Result<Ending> {
    let args = action.args();
    let terminal = &settings.terminal;
    if terminal.json && (args.form.csv || args.form.md || args.table.is_some()) {
        return Err(Failure::new(
            ErrorClass::Usage,
            "--json goes with none of --csv, --md and --table: it holds everything",
        )
        .into());
    }
    let card = settings.card()?;
    let ask = ask(&args.rows, settings)?;
    let answered = block_on(evaluate(settings, &card, &ask, action))?;
    write(answered, args, settings)
}

/// What is answered: for machines, and for people.
struct Answered {
    json: serde_json::Value,
    page: Page,
}

impl Answered {
    fn new(answer: &impl Serialize, page: Page) -> anyhow::Result<Self> {
        let json = serde_json::to_value(answer)?;
        Ok(Self { json, page })
    }
}

fn write(answered: Answered, args: &AnswerArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let (terminal, language) = (&settings.terminal, args.form.lang.into());
    let Answered { json, mut page } = answered;
    if terminal.json {
        terminal.data_json(&json)?;
        return Ok(Ending::Done);
    }
    if let Some(table) = &args.table {
        only(&mut page, table)?;
    }
    if args.form.csv {
        // One file holds one table.
        let others = page.sections.iter().skip(1).map(|one| one.id.as_str());
        let others: Vec<&str> = others.collect();
        if let Some(section) = page.sections.first() {
            terminal.data_bytes(&csv::write(&section.table)?)?;
        }
        page.notes.iter().for_each(|note| terminal.note(note));
        if !others.is_empty() {
            terminal.note(&format!(
                "other tables, with --table: {}",
                others.join(", ")
            ));
        }
    } else if args.form.md {
        terminal.data(&markdown::write(&page, language, args.form.explain))?;
    } else {
        terminal.data(&text::Layout::new(terminal.out, language).page(&page, args.form.explain))?;
    }
    Ok(Ending::Done)
}

/// Reads which rows are asked about, exclusions of the configuration among them.
fn ask(rows: &RowsArgs, settings: &Settings) -> anyhow::Result<Ask> {
    Ok(Ask {
        condition: rows.condition.clone(),
        from: rows.from.map(Day),
        to: rows.to.map(Day),
        exclude: if rows.no_exclusions {
            Vec::new()
        } else {
            settings.config()?.exclude
        },
    })
}

async fn evaluate(
    settings: &Settings,
    card: &Card,
    ask: &Ask,
    action: &AnswerCommand,
) -> anyhow::Result<Answered> {
    let language = Language::from(action.args().form.lang);
    let registry = Registry::new(card);
    let session = views(settings, card).await?;
    let source = Source {
        session: &session,
        card,
        registry: &registry,
    };
    let asker = Asker { source, ask };
    match action {
        AnswerCommand::Bottlenecks(_) => {
            let answer = bottlenecks::bottlenecks(&asker).await?;
            Answered::new(&answer, answer.page(card, language))
        }
        AnswerCommand::Acceptance(args) => {
            let answer = acceptance::acceptance(&asker, &args.by).await?;
            Answered::new(&answer, answer.page(card, language))
        }
        AnswerCommand::Retries(_) => {
            let answer = retries::retries(&asker).await?;
            Answered::new(&answer, answer.page(card, language))
        }
        AnswerCommand::Why(args) => explain(&asker, args, language).await,
    }
}

/// `answer why` with what it rests on.
#[derive(Serialize)]
struct Why<'a> {
    basis: &'a Basis,
    #[serde(flatten)]
    answer: &'a why::WhyAnswer,
}

/// Compares a selection: its condition chooses no frame, but a side.
async fn explain(
    asker: &Asker<'_>,
    args: &WhyArgs,
    language: Language,
) -> anyhow::Result<Answered> {
    let source = asker.source;
    let columns = source.registry.columns(View::Attempts);
    let condition = args.answer.rows.condition.as_deref().unwrap_or_default();
    let selection = parse_predicate(condition, columns)?;
    let against = match &args.against {
        Some(condition) => Some(parse_predicate(condition, columns)?),
        None => None,
    };
    let frame = Ask {
        condition: None,
        ..asker.ask.clone()
    };
    let asker = Asker {
        source,
        ask: &frame,
    };
    let answer = why::why(&asker, &selection, against.as_ref()).await?;
    let basis = asker.basis().await?;
    let page = answer.page(&basis, columns.docs, source.card, language);
    let answer = Why {
        basis: &basis,
        answer: &answer,
    };
    Answered::new(&answer, page)
}

/// Leaves one table on a page.
fn only(page: &mut Page, table: &str) -> anyhow::Result<()> {
    let known: Vec<&str> = page.sections.iter().map(|one| one.id.as_str()).collect();
    if !known.contains(&table) {
        let message = format!("this answer has no table `{table}`");
        let hint = format!("it has {}", known.join(", "));
        return Err(Failure::new(ErrorClass::Usage, message)
            .with_hint(hint)
            .into());
    }
    page.lead.clear();
    page.sections.retain(|one: &Section| one.id == table);
    Ok(())
}
