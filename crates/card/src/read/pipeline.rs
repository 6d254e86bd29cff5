//! The pipeline: expanded over the pictures, and checked against the microservices.

use std::collections::HashMap;

use serde_saphyr::Spanned;

use super::names::{check_label, quoted};
use crate::error::{Position, Problems};
use crate::raw::{Name, RawMicroservice, RawStep};
use crate::{Microservice, Pipeline, Step};

/// Reads the pipeline. Each microservice runs in it once for each of its times.
pub(super) fn read(
    raw: &Spanned<Vec<Spanned<RawStep>>>,
    images: &[String],
    services: &[Microservice],
    written: &[RawMicroservice],
    problems: &mut Problems,
) -> Pipeline {
    let mut reader = Reader {
        images,
        services,
        problems,
        runs: HashMap::new(),
    };
    let steps = reader.steps(&raw.value, Position::of(raw), "pipeline", None);
    let runs = reader.runs;
    for (service, written) in services.iter().zip(written) {
        for times in &service.times {
            if !runs.contains_key(&(service.name.clone(), times.image.clone())) {
                problems.add(
                    Position::of(&written.name),
                    format!(
                        "microservice {} does not run in the pipeline{}",
                        quoted(&service.name),
                        of_picture(times.image.as_deref())
                    ),
                );
            }
        }
    }
    Pipeline { steps }
}

struct Reader<'a> {
    images: &'a [String],
    services: &'a [Microservice],
    problems: &'a mut Problems,
    /// Where each run stands first.
    runs: HashMap<(String, Option<String>), Position>,
}

impl Reader<'_> {
    fn steps(
        &mut self,
        raw: &[Spanned<RawStep>],
        at: Position,
        group: &str,
        image: Option<&str>,
    ) -> Vec<Step> {
        if raw.is_empty() {
            self.problems.add(at, format!("`{group}` has no steps"));
        }
        raw.iter()
            .filter_map(|step| self.step(step, image))
            .collect()
    }

    fn step(&mut self, spanned: &Spanned<RawStep>, image: Option<&str>) -> Option<Step> {
        let at = Position::of(spanned);
        let raw = &spanned.value;
        let given = [
            raw.run.is_some(),
            raw.untimed.is_some(),
            raw.series.is_some(),
            raw.parallel.is_some(),
            raw.undecided.is_some(),
            raw.series_images.is_some(),
            raw.parallel_images.is_some(),
        ];
        if given.iter().filter(|given| **given).count() != 1 {
            self.problems.add(
                at,
                "a step is exactly one of `run`, `untimed`, `series`, `parallel`, `undecided`, \
                 `series_images`, `parallel_images`",
            );
            return None;
        }
        if let Some(name) = &raw.run {
            let image = self.picture(raw.image.as_ref(), image);
            return Some(self.run(name, image));
        }
        if let Some(name) = &raw.untimed {
            check_label(name, "untimed step", self.problems);
            let image = self.picture(raw.image.as_ref(), image);
            return Some(Step::Untimed {
                name: name.value.clone(),
                image,
            });
        }
        if let Some(name) = &raw.image {
            self.problems.add(
                Position::of(name),
                "`image` belongs to `run` and `untimed` alone",
            );
        }
        if let Some(steps) = &raw.series {
            return Some(Step::Series(self.steps(steps, at, "series", image)));
        }
        if let Some(steps) = &raw.parallel {
            return Some(Step::Parallel(self.steps(steps, at, "parallel", image)));
        }
        if let Some(steps) = &raw.undecided {
            return Some(Step::Undecided(self.steps(steps, at, "undecided", image)));
        }
        if let Some(steps) = &raw.series_images {
            return Some(Step::Series(self.each_image(
                steps,
                at,
                "series_images",
                image,
            )));
        }
        let steps = raw.parallel_images.as_ref()?;
        Some(Step::Parallel(self.each_image(
            steps,
            at,
            "parallel_images",
            image,
        )))
    }

    /// One branch a picture: its steps in series.
    fn each_image(
        &mut self,
        raw: &[Spanned<RawStep>],
        at: Position,
        group: &str,
        image: Option<&str>,
    ) -> Vec<Step> {
        if image.is_some() {
            // Also keeps a small card from growing without bound.
            self.problems
                .add(at, format!("`{group}` inside another group of pictures"));
            return Vec::new();
        }
        if self.images.is_empty() {
            self.problems.add(
                at,
                format!("`{group}` needs pictures, but the card has no `images`"),
            );
        }
        let images = self.images;
        images
            .iter()
            .map(|image| {
                let mut steps = self.steps(raw, at, group, Some(image));
                if steps.len() == 1 {
                    steps.remove(0)
                } else {
                    Step::Series(steps)
                }
            })
            .collect()
    }

    /// The picture that a step names itself, else that of the group around it.
    fn picture(&mut self, own: Option<&Name>, group: Option<&str>) -> Option<String> {
        let Some(own) = own else {
            return group.map(str::to_owned);
        };
        if !self.images.contains(&own.value) {
            self.problems.add(
                Position::of(own),
                format!("the pipeline names no such picture: {}", quoted(&own.value)),
            );
        }
        Some(own.value.clone())
    }

    fn run(&mut self, name: &Name, image: Option<String>) -> Step {
        let at = Position::of(name);
        let service = self
            .services
            .iter()
            .find(|service| service.name == name.value);
        match service {
            None => self.problems.add(
                at,
                format!(
                    "the pipeline names no such microservice: {}",
                    quoted(&name.value)
                ),
            ),
            Some(service) if !service.times.iter().any(|times| times.image == image) => {
                self.problems.add(
                    at,
                    format!(
                        "microservice {} has no times{}",
                        quoted(&name.value),
                        of_picture(image.as_deref())
                    ),
                );
            }
            Some(_) => {}
        }
        let key = (name.value.clone(), image.clone());
        if let Some(first) = self.runs.get(&key) {
            self.problems.add(
                at,
                format!(
                    "microservice {} runs twice{}; the first is on line {}",
                    quoted(&name.value),
                    of_picture(image.as_deref()),
                    first.line
                ),
            );
        }
        self.runs.entry(key).or_insert(at);
        Step::Run {
            microservice: name.value.clone(),
            image,
        }
    }
}

fn of_picture(image: Option<&str>) -> String {
    image.map_or_else(
        || " for all pictures together".to_owned(),
        |image| format!(" for the picture {}", quoted(image)),
    )
}
