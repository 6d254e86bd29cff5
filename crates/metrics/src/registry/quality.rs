//! How good the pictures are, as measured.

use veriscope_card::Kind as FeatureKind;
use veriscope_card::views::View;

use super::{Kind, Topic, Unit, Writer};
use crate::expression::{Measure, Value};

pub(super) fn write(writer: &mut Writer<'_>) {
    let card = writer.card;
    for feature in &card.features {
        let unit = match feature.kind {
            FeatureKind::Score | FeatureKind::Probability => Unit::Number,
            FeatureKind::Size => Unit::Px,
            FeatureKind::Id
            | FeatureKind::Category
            | FeatureKind::Code
            | FeatureKind::Instant
            | FeatureKind::Time
            | FeatureKind::Text
            | FeatureKind::Flag
            | FeatureKind::Number => continue,
        };
        let name = &feature.name;
        writer.add(
            Kind {
                topic: Topic::Quality,
                view: View::Attempts,
                unit,
            },
            format!("median_{}", name.to_lowercase()),
            Measure::Quantile {
                of: Value::column(name),
                share: 0.5,
            },
            (&format!("Median of {name}"), &format!("Mediana de {name}")),
            (
                &format!(
                    "Median of {name} ({}), of transactions in which it was measured and valid.",
                    feature.description
                ),
                &format!(
                    "Mediana de {name} ({}), entre las transacciones en que se midió y es válido.",
                    feature.description
                ),
            ),
        );
    }
}
