//! The pipeline in words.

use super::table::{code, plain};
use crate::{Card, Step};

/// Writes the section.
pub(super) fn write(card: &Card, out: &mut String) {
    if card.pipeline.steps.is_empty() {
        return;
    }
    out.push_str("## Pipeline\n\n");
    out.push_str(
        "A hypothesis about the order in which microservices run, for analyses to test. The \
         steps follow one another:\n\n",
    );
    for (index, step) in card.pipeline.steps.iter().enumerate() {
        write_step(step, &format!("{}. ", index + 1), 0, out);
    }
    out.push('\n');
}

fn write_step(step: &Step, mark: &str, indent: usize, out: &mut String) {
    out.push_str(&" ".repeat(indent));
    out.push_str(mark);
    let (heading, steps) = match step {
        Step::Run {
            microservice,
            image,
        } => {
            out.push_str(&named(microservice, image.as_deref()));
            out.push('\n');
            return;
        }
        Step::Untimed { name, image } => {
            out.push_str(&named(name, image.as_deref()));
            out.push_str(" (leaves no time)\n");
            return;
        }
        Step::Series(steps) => ("one after the other:\n", steps),
        Step::Parallel(steps) => ("all at once:\n", steps),
        Step::Undecided(steps) => ("in an order that is not known:\n", steps),
    };
    out.push_str(heading);
    let inner_mark = |index: usize| match step {
        Step::Series(_) => format!("{}. ", index + 1),
        Step::Run { .. } | Step::Untimed { .. } | Step::Parallel(_) | Step::Undecided(_) => {
            "- ".to_owned()
        }
    };
    for (index, inner) in steps.iter().enumerate() {
        write_step(inner, &inner_mark(index), indent + mark.len(), out);
    }
}

fn named(name: &str, image: Option<&str>) -> String {
    image.map_or_else(
        || code(name),
        |image| format!("{}, {}", code(name), plain(image)),
    )
}
