//! The microservices and their times.

use std::collections::HashSet;

use super::card::Lookup;
use super::names::{check_label, quoted};
use super::template::{fill, is_template, spread};
use crate::error::{Position, Problems};
use crate::raw::{Name, RawMicroservice};
use crate::{Microservice, MicroserviceTimes, ValueType};

/// Reads the microservices: one entry of times a picture, or one alone.
pub(super) fn read(
    raw: &[RawMicroservice],
    images: &[String],
    lookup: &Lookup,
    problems: &mut Problems,
) -> Vec<Microservice> {
    let mut seen = HashSet::new();
    let mut services = Vec::with_capacity(raw.len());
    for service in raw {
        check_label(&service.name, "microservice", problems);
        if !seen.insert(service.name.value.as_str()) {
            problems.add(
                Position::of(&service.name),
                format!(
                    "two microservices of one name {}",
                    quoted(&service.name.value)
                ),
            );
        }
        services.push(Microservice {
            name: service.name.value.clone(),
            title: service.title.clone(),
            times: times(service, images, lookup, problems),
        });
    }
    services
}

fn times(
    raw: &RawMicroservice,
    images: &[String],
    lookup: &Lookup,
    problems: &mut Problems,
) -> Vec<MicroserviceTimes> {
    let at = Position::of(&raw.service);
    if let Some(queue) = &raw.queue
        && is_template(&queue.value) != is_template(&raw.service.value)
    {
        problems.add(
            Position::of(queue),
            "`service` and `queue` hold `{image}` both or neither",
        );
    }
    spread(&raw.service.value, at, None, images, problems)
        .into_iter()
        .map(|image| MicroserviceTimes {
            image: image.map(str::to_owned),
            service: time(&raw.service, image, lookup, problems),
            queue: raw
                .queue
                .as_ref()
                .map(|queue| time(queue, image, lookup, problems)),
        })
        .collect()
}

fn time(name: &Name, image: Option<&str>, lookup: &Lookup, problems: &mut Problems) -> String {
    let filled = fill(&name.value, image);
    match lookup.published(&filled) {
        None => problems.add(
            Position::of(name),
            format!(
                "a time of a microservice names no staging feature: {}",
                quoted(&filled)
            ),
        ),
        Some(feature) if !matches!(feature.value_type, ValueType::Int | ValueType::Float) => {
            problems.add(
                Position::of(name),
                format!(
                    "a time is of type int or float; {} is of type {}",
                    quoted(&filled),
                    feature.value_type.name()
                ),
            );
        }
        Some(_) => {}
    }
    filled
}
