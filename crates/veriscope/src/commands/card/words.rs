//! Words for the parts of a card, shared by all its descriptions.

use veriscope_card::{
    DatePart, Derivation, Feature, Generalise, PathKey, Privacy, Step, TransformRule,
};

/// A path as people write it: `a.b[0]`, a key with a dot in quotes.
pub(super) fn path(keys: &[PathKey]) -> String {
    let mut text = String::new();
    for key in keys {
        match key {
            PathKey::Index(index) => text.push_str(&format!("[{index}]")),
            PathKey::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                if key.contains('.') {
                    text.push_str(&format!("\"{key}\""));
                } else {
                    text.push_str(key);
                }
            }
        }
    }
    text
}

pub(super) fn privacy(privacy: &Privacy) -> String {
    match privacy {
        Privacy::Token => "token".to_owned(),
        Privacy::Number => "number".to_owned(),
        Privacy::Keep => "keep".to_owned(),
        Privacy::Generalise(Generalise::Prefix(length)) => format!("first {length} characters"),
        Privacy::Generalise(Generalise::UserAgent) => "browser and system alone".to_owned(),
        Privacy::Drop => "drop".to_owned(),
    }
}

pub(super) fn source(feature: &Feature) -> String {
    let path = path(&feature.path);
    match &feature.derived {
        None => path,
        Some(Derivation::SecondsSinceTextTime { .. }) => {
            format!("seconds since the time in {path}")
        }
    }
}

pub(super) fn rule(rule: &TransformRule) -> String {
    match rule {
        TransformRule::Keep => "as in staging".to_owned(),
        TransformRule::SizeClass { width, height } => format!("class of {width} × {height}"),
        TransformRule::Orientation { width, height } => format!("shape of {width} × {height}"),
        TransformRule::Same { of } => format!("whether {} are equal", of.join(", ")),
        TransformRule::DatePart(part) => format!("{} of the date", date_part(*part)),
        TransformRule::MicroserviceTotal { microservice } => {
            format!("execution and queue times of {microservice}, all pictures")
        }
        TransformRule::MicroservicesTotal => "sum of the totals of all microservices".to_owned(),
        TransformRule::TimeRemainder => "total time less that sum".to_owned(),
    }
}

const fn date_part(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "year",
        DatePart::MonthName => "English month name",
        DatePart::Day => "day of month",
        DatePart::WeekdayName => "English weekday name",
        DatePart::Hour => "hour",
        DatePart::Minute => "minute",
    }
}

/// The pipeline in one line: `a → (b ∥ c) → (d ? e)`, with `?` for an order that is undecided.
pub(super) fn pipeline(steps: &[Step]) -> String {
    join(steps, " → ")
}

fn join(steps: &[Step], between: &str) -> String {
    let parts: Vec<String> = steps.iter().map(step).collect();
    parts.join(between)
}

fn step(step: &Step) -> String {
    match step {
        Step::Run {
            microservice: name,
            image,
        }
        | Step::Untimed { name, image } => match image {
            Some(image) => format!("{name} {image}"),
            None => name.clone(),
        },
        Step::Series(steps) => format!("({})", join(steps, " → ")),
        Step::Parallel(steps) => format!("({})", join(steps, " ∥ ")),
        Step::Undecided(steps) => format!("({})", join(steps, " ? ")),
    }
}
