//! What a card says of the columns of one of its tables.

use std::collections::HashMap;

use veriscope_card::{
    Card, DatePart, Feature, Kind, Privacy, Sentinel, TransformColumn, TransformRule,
};

use super::{Knowledge, Known, KnownCode, OutcomeRule, Token, Treat};
use crate::report::{Outcome, Shape};

impl Knowledge {
    /// Returns what a card says of one of its tables. Sentinels are known of the derived tables
    /// alone: staging has nulls.
    #[must_use]
    pub fn of_card(card: &Card, shape: Shape) -> Self {
        let mut columns = HashMap::new();
        match shape {
            Shape::Staging => {
                for feature in card.all_features() {
                    columns.insert(feature.name.clone(), of_feature(card, feature));
                }
            }
            Shape::Transform | Shape::NoRetries => {
                for column in &card.transform {
                    columns.insert(column.name.clone(), of_column(card, column));
                }
            }
        }
        let roles = &card.roles;
        Self {
            card: Some((card.name.clone(), card.title.clone())),
            shape: Some(shape),
            columns,
            microservices: card
                .microservices
                .iter()
                .map(|service| (service.name.clone(), service.title.clone()))
                .collect(),
            codes: card.codes.iter().map(code).collect(),
            code: roles.code.clone(),
            outcome: Some(OutcomeRule {
                status: roles.status.clone(),
                accepted: card.accepted_status.clone(),
                code: roles.code.clone(),
            }),
            time: Some(roles.date.clone()),
            offset_minutes: card.dates.default_offset_minutes,
        }
    }
}

fn code(code: &veriscope_card::ResponseCode) -> KnownCode {
    KnownCode {
        number: code.number,
        code: code.code.clone(),
        description: code.description.clone(),
        outcome: match code.class {
            veriscope_card::Outcome::Accepted => Outcome::Accepted,
            veriscope_card::Outcome::Rejected => Outcome::Rejected,
            veriscope_card::Outcome::Technical => Outcome::Technical,
        },
    }
}

fn of_feature(card: &Card, feature: &Feature) -> Known {
    let identifying = feature.kind == Kind::Id
        || matches!(
            feature.privacy,
            Privacy::Token | Privacy::Number | Privacy::Generalise(_) | Privacy::Drop
        );
    Known {
        description: Some(feature.description.clone()),
        unit: feature.unit.clone(),
        measures: Some(measures(feature.kind).to_owned()),
        treat: treat(feature.kind),
        role: role(card, &feature.name).map(str::to_owned),
        microservice: card
            .microservice_of(feature)
            .map(|service| service.name.clone()),
        image: feature.image.clone(),
        measurement: feature
            .image
            .as_ref()
            .map(|image| feature.name.replace(image.as_str(), "{image}")),
        valid: feature.valid.map(|range| (range.min, range.max)),
        sentinel: None,
        identifying,
        token: match feature.privacy {
            Privacy::Token => Token::Keyed,
            Privacy::Keep => Token::Random,
            Privacy::Number | Privacy::Generalise(_) | Privacy::Drop => Token::Hidden,
        },
        measured: matches!(
            feature.kind,
            Kind::Time | Kind::Score | Kind::Probability | Kind::Size
        ),
    }
}

fn of_column(card: &Card, column: &TransformColumn) -> Known {
    let kept = card.feature(&column.name).map(|feature| Known {
        sentinel: card.sentinels.of(feature.kind).map(number),
        ..of_feature(card, feature)
    });
    let derived = Known {
        description: Some(column.description.clone()),
        unit: column.unit.clone(),
        role: role(card, &column.name).map(str::to_owned),
        ..Known::default()
    };
    let image = |name: &str| card.feature(name).and_then(|feature| feature.image.clone());
    match &column.rule {
        TransformRule::Keep => kept.unwrap_or(derived),
        TransformRule::SizeClass { width, .. } | TransformRule::Orientation { width, .. } => {
            let image = image(width);
            Known {
                measures: Some("size".to_owned()),
                treat: Treat::Category,
                measurement: image
                    .as_ref()
                    .map(|image| column.name.replace(image.as_str(), "{image}")),
                image,
                ..derived
            }
        }
        TransformRule::Same { .. } => Known {
            measures: Some("size".to_owned()),
            ..derived
        },
        TransformRule::DatePart(part) => Known {
            measures: Some("instant".to_owned()),
            treat: match part {
                DatePart::Year | DatePart::MonthName | DatePart::WeekdayName => Treat::Category,
                DatePart::Day | DatePart::Hour | DatePart::Minute => Treat::Number,
            },
            ..derived
        },
        TransformRule::MicroserviceTotal { microservice } => Known {
            microservice: Some(microservice.clone()),
            sentinel: times_of(card, microservice),
            ..total(derived)
        },
        TransformRule::MicroservicesTotal => Known {
            sentinel: card
                .microservices
                .iter()
                .map(|service| times_of(card, &service.name))
                .sum(),
            ..total(derived)
        },
        TransformRule::TimeRemainder => total(derived),
    }
}

fn total(derived: Known) -> Known {
    Known {
        measures: Some("time".to_owned()),
        treat: Treat::Number,
        measured: true,
        ..derived
    }
}

/// What a total is where none of its times was measured: the sum of their sentinels.
fn times_of(card: &Card, microservice: &str) -> Option<f64> {
    let service = card
        .microservices
        .iter()
        .find(|known| known.name == microservice)?;
    let terms: i64 = service
        .times
        .iter()
        .map(|times| 1 + i64::from(times.queue.is_some()))
        .sum();
    Some(crate::number::float_i64(
        card.sentinels.time.saturating_mul(terms),
    ))
}

const fn number(sentinel: Sentinel) -> f64 {
    match sentinel {
        Sentinel::Int(value) => crate::number::float_i64(value),
        Sentinel::Float(value) => value,
    }
}

const fn treat(kind: Kind) -> Treat {
    match kind {
        Kind::Category | Kind::Code | Kind::Flag => Treat::Category,
        Kind::Text => Treat::Text,
        Kind::Time | Kind::Score | Kind::Probability | Kind::Size | Kind::Number => Treat::Number,
        Kind::Id | Kind::Instant => Treat::AsFound,
    }
}

const fn measures(kind: Kind) -> &'static str {
    match kind {
        Kind::Id => "id",
        Kind::Category => "category",
        Kind::Code => "code",
        Kind::Instant => "instant",
        Kind::Time => "time",
        Kind::Score => "score",
        Kind::Probability => "probability",
        Kind::Size => "size",
        Kind::Text => "text",
        Kind::Flag => "flag",
        Kind::Number => "number",
    }
}

fn role(card: &Card, name: &str) -> Option<&'static str> {
    let roles = &card.roles;
    let parts = [
        (Some(&roles.transaction), "transaction"),
        (Some(&roles.date), "date"),
        (roles.process.as_ref(), "process"),
        (roles.client.as_ref(), "client"),
        (roles.user.as_ref(), "user"),
        (roles.person.as_ref(), "person"),
        (roles.release.as_ref(), "release"),
        (roles.total_time.as_ref(), "total_time"),
        (roles.code.as_ref(), "code"),
        (roles.status.as_ref(), "status"),
    ];
    parts
        .into_iter()
        .find(|(feature, _)| feature.is_some_and(|feature| feature == name))
        .map(|(_, role)| role)
}
