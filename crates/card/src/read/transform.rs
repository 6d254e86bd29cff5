//! The columns of the transform table.

use std::collections::HashSet;

use serde_saphyr::Spanned;

use super::card::Lookup;
use super::names::quoted;
use super::template::{fill, is_template, spread};
use crate::error::{Position, Problems};
use crate::raw::{Name, RawColumnEntry, RawPictureSize};
use crate::{Microservice, TransformColumn, TransformRule, ValueType};

/// A transform column and where it is written.
pub(super) struct PlacedColumn {
    pub(super) column: TransformColumn,
    pub(super) at: Position,
}

/// Reads the transform columns, in published order.
pub(super) fn read(
    raw: &Spanned<Vec<Spanned<RawColumnEntry>>>,
    images: &[String],
    services: &[Microservice],
    lookup: &Lookup,
    problems: &mut Problems,
) -> Vec<PlacedColumn> {
    let mut reader = Reader {
        images,
        services,
        lookup,
        problems,
        columns: Vec::new(),
        names: HashSet::new(),
    };
    if raw.value.is_empty() {
        reader
            .problems
            .add(Position::of(raw), "the transform table has no columns");
    }
    for entry in &raw.value {
        reader.entry(entry);
    }
    reader.columns
}

struct Reader<'a> {
    images: &'a [String],
    services: &'a [Microservice],
    lookup: &'a Lookup,
    problems: &'a mut Problems,
    columns: Vec<PlacedColumn>,
    /// Names of the columns so far.
    names: HashSet<String>,
}

impl Reader<'_> {
    fn entry(&mut self, entry: &Spanned<RawColumnEntry>) {
        let Some(block) = &entry.value.each_image else {
            self.one(entry, None);
            return;
        };
        let at = Position::of(entry);
        if given(&entry.value) != ["each_image"] || entry.value.name.is_some() {
            self.problems.add(
                at,
                "`each_image` stands alone: put these keys into its columns",
            );
        }
        if self.images.is_empty() {
            self.problems.add(
                at,
                "`each_image` needs pictures, but the card has no `images`",
            );
        }
        for image in self.images {
            for inner in block {
                if inner.value.each_image.is_some() {
                    self.problems
                        .add(Position::of(inner), "`each_image` inside `each_image`");
                    continue;
                }
                self.one(inner, Some(image));
            }
        }
    }

    fn one(&mut self, entry: &Spanned<RawColumnEntry>, block: Option<&str>) {
        let raw = &entry.value;
        let at = Position::of(entry);
        let given = given(raw);
        if given.len() != 1 {
            let found = if given.is_empty() {
                "none".to_owned()
            } else {
                format!("`{}`", given.join("`, `"))
            };
            self.problems.add(
                at,
                format!(
                    "a transform column has exactly one of `keep`, `size_class`, `orientation`, \
                     `same`, `date_part`, `microservice_total`, `microservices_total`, \
                     `time_remainder`; here {found}"
                ),
            );
            return;
        }
        if let Some(kept) = &raw.keep {
            if raw.name.is_some() || raw.unit.is_some() || raw.description.is_some() {
                self.problems.add(
                    at,
                    "kept columns have the name, unit and description of their staging feature",
                );
            }
            for name in kept {
                self.keep(name, block);
            }
            return;
        }
        let Some(name) = &raw.name else {
            self.problems.add(at, "a transform column has no `name`");
            return;
        };
        self.derived(raw, name, block);
    }

    fn keep(&mut self, name: &Name, block: Option<&str>) {
        let at = Position::of(name);
        for image in spread(&name.value, at, block, self.images, self.problems) {
            let filled = fill(&name.value, image);
            let feature = self.lookup.published(&filled);
            if feature.is_none() {
                self.problems.add(
                    at,
                    format!("`keep` names no staging feature: {}", quoted(&filled)),
                );
            }
            let column = TransformColumn {
                unit: feature.and_then(|feature| feature.unit.clone()),
                description: feature.map_or_else(String::new, |found| found.description.clone()),
                name: filled,
                rule: TransformRule::Keep,
            };
            self.push(column, at);
        }
    }

    fn derived(&mut self, raw: &RawColumnEntry, name: &Name, block: Option<&str>) {
        let at = Position::of(name);
        let description = raw.description.as_deref().unwrap_or_else(|| {
            self.problems.add(
                at,
                format!(
                    "transform column {} has no `description`",
                    quoted(&name.value)
                ),
            );
            ""
        });
        for image in spread(&name.value, at, block, self.images, self.problems) {
            let Some(rule) = self.rule(raw, image) else {
                continue;
            };
            let column = TransformColumn {
                name: fill(&name.value, image),
                rule,
                unit: raw.unit.clone(),
                description: fill(description, image),
            };
            self.push(column, at);
        }
    }

    fn push(&mut self, column: TransformColumn, at: Position) {
        self.names.insert(column.name.clone());
        self.columns.push(PlacedColumn { column, at });
    }

    fn rule(&mut self, raw: &RawColumnEntry, image: Option<&str>) -> Option<TransformRule> {
        if let Some(size) = &raw.size_class {
            let (width, height) = self.picture_size(size, image);
            return Some(TransformRule::SizeClass { width, height });
        }
        if let Some(size) = &raw.orientation {
            let (width, height) = self.picture_size(size, image);
            return Some(TransformRule::Orientation { width, height });
        }
        if let Some(of) = &raw.same {
            return Some(TransformRule::Same {
                of: self.same(of, image),
            });
        }
        if let Some(part) = raw.date_part {
            return Some(TransformRule::DatePart(part));
        }
        if let Some(name) = &raw.microservice_total {
            if !self
                .services
                .iter()
                .any(|service| service.name == name.value)
            {
                self.problems.add(
                    Position::of(name),
                    format!("there is no microservice {}", quoted(&name.value)),
                );
            }
            return Some(TransformRule::MicroserviceTotal {
                microservice: name.value.clone(),
            });
        }
        for (switch, rule) in [
            (&raw.microservices_total, TransformRule::MicroservicesTotal),
            (&raw.time_remainder, TransformRule::TimeRemainder),
        ] {
            let Some(switch) = switch else { continue };
            if !switch.value {
                self.problems
                    .add(Position::of(switch), "say `true`, or leave the column out");
            }
            return Some(rule);
        }
        None
    }

    fn picture_size(&mut self, size: &RawPictureSize, image: Option<&str>) -> (String, String) {
        (
            self.side(&size.width, image),
            self.side(&size.height, image),
        )
    }

    fn side(&mut self, name: &Name, image: Option<&str>) -> String {
        let filled = fill(&name.value, image);
        match self.lookup.published(&filled) {
            None => self.problems.add(
                Position::of(name),
                format!(
                    "a picture's side names no staging feature: {}",
                    quoted(&filled)
                ),
            ),
            Some(feature) if feature.value_type != ValueType::Int => self.problems.add(
                Position::of(name),
                format!(
                    "a picture's side is of type int; {} is not",
                    quoted(&filled)
                ),
            ),
            Some(_) => {}
        }
        filled
    }

    fn same(&mut self, of: &[Name], image: Option<&str>) -> Vec<String> {
        let mut columns = Vec::new();
        for name in of {
            let at = Position::of(name);
            let all_images = is_template(&name.value) && image.is_none();
            for image in spread(&name.value, at, image, self.images, self.problems) {
                let filled = fill(&name.value, image);
                if !self.names.contains(&filled) {
                    self.problems.add(
                        at,
                        format!(
                            "`same` names no earlier transform column: {}",
                            quoted(&filled)
                        ),
                    );
                }
                columns.push(filled);
            }
            if of.len() == 1 && !all_images {
                self.problems.add(at, "`same` compares two columns or more");
            }
        }
        columns
    }
}

/// The rules that an entry gives.
fn given(raw: &RawColumnEntry) -> Vec<&'static str> {
    [
        ("each_image", raw.each_image.is_some()),
        ("keep", raw.keep.is_some()),
        ("size_class", raw.size_class.is_some()),
        ("orientation", raw.orientation.is_some()),
        ("same", raw.same.is_some()),
        ("date_part", raw.date_part.is_some()),
        ("microservice_total", raw.microservice_total.is_some()),
        ("microservices_total", raw.microservices_total.is_some()),
        ("time_remainder", raw.time_remainder.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, given)| given.then_some(name))
    .collect()
}
