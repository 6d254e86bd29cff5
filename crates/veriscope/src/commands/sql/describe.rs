//! `sql --describe`: the tables and views, or the columns of one. It follows from the card
//! alone; no lake is read.

use arrow_schema::DataType;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_card::schema::column;
use veriscope_card::views::{ColumnDoc, ColumnType, Language, View};

use super::tables::{self, Column};
use crate::failure::{Ending, Failure};
use crate::settings::Settings;

/// What people are told of a table.
#[derive(Serialize)]
struct TableDoc {
    name: String,
    /// Published name, where the table has a short one beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_as: Option<String>,
    description: String,
    columns: Vec<ColumnDoc>,
}

/// Runs `sql --describe`.
pub(super) fn run(
    table: Option<&str>,
    language: Language,
    settings: &Settings,
) -> anyhow::Result<Ending> {
    let tables = documented(&settings.card()?, language);
    let terminal = &settings.terminal;
    match table {
        None if terminal.json => terminal.data_json(&tables)?,
        None => terminal.data(&list(&tables, language))?,
        Some(name) => {
            let table = named(&tables, name)?;
            if terminal.json {
                terminal.data_json(table)?;
            } else {
                terminal.data(&columns(table, language))?;
            }
        }
    }
    Ok(Ending::Done)
}

fn named<'a>(tables: &'a [TableDoc], name: &str) -> Result<&'a TableDoc, Failure> {
    let is_named =
        |table: &&TableDoc| table.name == name || table.published_as.as_deref() == Some(name);
    tables.iter().find(is_named).ok_or_else(|| {
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        Failure::new(ErrorClass::Usage, format!("there is no table `{name}`"))
            .with_hint(format!("there are {}", names.join(", ")))
    })
}

fn list(tables: &[TableDoc], language: Language) -> String {
    let head = match language {
        Language::English => ["name", "published as", "a row"],
        Language::Spanish => ["nombre", "publicada como", "una fila"],
    };
    let row = |table: &TableDoc| {
        let published = table.published_as.clone().unwrap_or_default();
        vec![table.name.clone(), published, table.description.clone()]
    };
    laid_out(&head, tables.iter().map(row).collect())
}

fn columns(table: &TableDoc, language: Language) -> String {
    let head = match language {
        Language::English => ["column", "type", "unit", "what it holds"],
        Language::Spanish => ["columna", "tipo", "unidad", "qué contiene"],
    };
    let row = |doc: &ColumnDoc| {
        vec![
            doc.name.clone(),
            doc.column_type.name().to_owned(),
            doc.unit.clone().unwrap_or_default(),
            doc.sentence(language).to_owned(),
        ]
    };
    let title = match &table.published_as {
        Some(published) => format!("{} ({published})", table.name),
        None => table.name.clone(),
    };
    format!(
        "{title}: {}\n\n{}",
        table.description,
        laid_out(&head, table.columns.iter().map(row).collect())
    )
}

/// Lays rows out; the last column is wrapped where the terminal is too narrow.
fn laid_out(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(head);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    if let Some((width, _)) = terminal_size::terminal_size_of(std::io::stdout()) {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width.0);
    }
    table.trim_fmt()
}

fn documented(card: &Card, language: Language) -> Vec<TableDoc> {
    let say = |en: &str, es: &str| match language {
        Language::English => en.to_owned(),
        Language::Spanish => es.to_owned(),
    };
    let mut docs: Vec<TableDoc> = View::ALL
        .map(|view| TableDoc {
            name: view.name().to_owned(),
            published_as: None,
            description: view.sentence(language).to_owned(),
            columns: card.view_docs(view),
        })
        .into();
    let descriptions = [
        say(
            "One transaction, values as measured",
            "Una transacción, los valores medidos",
        ),
        say(
            "One transaction, derived and typed, with sentinels",
            "Una transacción, derivada y con tipos, con centinelas",
        ),
        say(
            "One process: its last attempt, derived and typed, with sentinels",
            "Un proceso: su último intento, derivado y con tipos, con centinelas",
        ),
    ];
    let column_lists = [staging(card), transform(card), transform(card)];
    let published = tables::short_names(card).into_iter().zip(descriptions);
    for (((short, published), description), columns) in published.zip(column_lists) {
        docs.push(TableDoc {
            name: short.to_owned(),
            published_as: Some(published.to_owned()),
            description,
            columns,
        });
    }
    docs.push(TableDoc {
        name: "policies".to_owned(),
        published_as: None,
        description: say(
            "One combination of thresholds and switches",
            "Una combinación de umbrales e interruptores",
        ),
        columns: policies(card),
    });
    for (name, description, columns) in [
        (
            "codes",
            say(
                "One response code of the dictionary",
                "Un código de respuesta del diccionario",
            ),
            &tables::CODES[..],
        ),
        ("runs", say("One run", "Una ejecución"), &tables::RUNS[..]),
    ] {
        docs.push(TableDoc {
            name: name.to_owned(),
            published_as: None,
            description,
            columns: columns.iter().map(own).collect(),
        });
    }
    docs
}

fn staging(card: &Card) -> Vec<ColumnDoc> {
    card.features.iter().map(ColumnDoc::feature).collect()
}

fn transform(card: &Card) -> Vec<ColumnDoc> {
    let schema = card.published_transform_schema();
    let columns = card.transform.iter().zip(schema.fields());
    columns
        .map(|(column, field)| ColumnDoc {
            name: column.name.clone(),
            column_type: column_type(field.data_type()),
            unit: column.unit.clone(),
            en: column.description.clone(),
            es: column.description.clone(),
        })
        .collect()
}

fn column_type(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Int64 => ColumnType::Int,
        DataType::Float64 => ColumnType::Float,
        DataType::Boolean => ColumnType::Bool,
        DataType::Timestamp(..) => ColumnType::Instant,
        _ => ColumnType::Text,
    }
}

fn policies(card: &Card) -> Vec<ColumnDoc> {
    let id = own(&(
        column::POLICY_ID,
        ColumnType::Text,
        "Id of the combination; attempts name it",
        "Identificador de la combinación; los intentos lo nombran",
    ));
    std::iter::once(id)
        .chain(card.policy_features().map(ColumnDoc::feature))
        .collect()
}

fn own((name, column_type, en, es): &Column) -> ColumnDoc {
    ColumnDoc {
        name: (*name).to_owned(),
        column_type: *column_type,
        unit: None,
        en: (*en).to_owned(),
        es: (*es).to_owned(),
    }
}
