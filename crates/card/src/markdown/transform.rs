//! Model card of the transform and no-retries tables.

use arrow_schema::DataType;

use super::document::head;
use super::staging::ended;
use super::table::{Table, code, plain};
use crate::{Card, DatePart, TransformColumn, TransformRule};

/// Writes the document.
pub(super) fn write(card: &Card) -> String {
    let mut out = head(
        card,
        &format!(
            "Transform tables: {} and {}",
            code(&card.tables.transform),
            code(&card.tables.no_retries)
        ),
    );
    out.push_str(&format!(
        "{}. The first table has one row for each transaction, the second one for each process: \
         its last attempt. Both have {} columns, in the order below.\n\n",
        plain(&card.title),
        card.transform.len()
    ));
    out.push_str("## Columns\n\n");
    out.push_str(
        "*Missing* is what a column holds where nothing was measured. It is no measurement: leave \
         such rows out before you average.\n\n",
    );
    let mut table = Table::new(&[
        "Column",
        "Type",
        "Unit",
        "How it comes about",
        "Missing",
        "Description",
    ]);
    let schema = card.published_transform_schema();
    for (column, field) in card.transform.iter().zip(schema.fields()) {
        table.row(vec![
            code(&column.name),
            type_name(field.data_type()).to_owned(),
            column.unit.as_deref().map(plain).unwrap_or_default(),
            rule(&column.rule),
            missing(card, column),
            plain(&column.description),
        ]);
    }
    table.write(&mut out);
    size_classes(card, &mut out);
    ended(out)
}

fn type_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Int64 => "int",
        DataType::Float64 => "float",
        DataType::Boolean => "bool",
        DataType::Timestamp(..) => "datetime",
        // A card makes columns of no other type.
        _ => "string",
    }
}

fn rule(rule: &TransformRule) -> String {
    match rule {
        TransformRule::Keep => "as staged".to_owned(),
        TransformRule::SizeClass { width, height } => {
            format!("size class of {} × {}", code(width), code(height))
        }
        TransformRule::Orientation { width, height } => {
            format!("orientation of {} × {}", code(width), code(height))
        }
        TransformRule::Same { of } => {
            let columns: Vec<String> = of.iter().map(|column| code(column)).collect();
            format!("whether equal: {}", columns.join(", "))
        }
        TransformRule::DatePart(part) => match part {
            DatePart::Year => "year of the date",
            DatePart::MonthName => "month of the date",
            DatePart::Day => "day of the date",
            DatePart::WeekdayName => "weekday of the date",
            DatePart::Hour => "hour of the date",
            DatePart::Minute => "minute of the date",
        }
        .to_owned(),
        TransformRule::MicroserviceTotal { microservice } => {
            format!("execution and queue of {}", code(microservice))
        }
        TransformRule::MicroservicesTotal => "sum over all microservices".to_owned(),
        TransformRule::TimeRemainder => "total time − sum over all microservices".to_owned(),
    }
}

fn missing(card: &Card, column: &TransformColumn) -> String {
    let sentinels = card.sentinels;
    match &column.rule {
        TransformRule::Keep => {
            let feature = card.feature(&column.name);
            let sentinel = feature.and_then(|feature| sentinels.of(feature.kind));
            sentinel.map_or_else(|| "null".to_owned(), |sentinel| sentinel.to_string())
        }
        TransformRule::MicroserviceTotal { .. } => sentinels.time.to_string(),
        TransformRule::MicroservicesTotal | TransformRule::TimeRemainder => String::new(),
        TransformRule::SizeClass { .. }
        | TransformRule::Orientation { .. }
        | TransformRule::Same { .. }
        | TransformRule::DatePart(_) => "null".to_owned(),
    }
}

fn size_classes(card: &Card, out: &mut String) {
    if card.size_classes.classes.is_empty() {
        return;
    }
    out.push_str("## Size classes\n\n");
    let mut table = Table::new(&["Class", "Pixels, at least"]);
    for class in &card.size_classes.classes {
        table.row(vec![plain(&class.name), class.min_pixels.to_string()]);
    }
    table.row(vec![
        plain(&card.size_classes.otherwise),
        "fewer".to_owned(),
    ]);
    table.write(out);
}
