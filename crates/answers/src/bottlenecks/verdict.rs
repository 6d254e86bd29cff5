//! The pipeline put to the test, in words.

use veriscope_card::Card;
use veriscope_card::views::Language;
use veriscope_metrics::critical_path::{GroupClass, GroupKind};
use veriscope_metrics::pipeline_test::{PipelineTest, Verdict};
use veriscope_metrics::registry::Words;

use super::words::title;
use crate::number::percent;

/// Returns how many steps and groups are supported, contradicted and undecided.
#[must_use]
pub fn verdicts(test: &PipelineTest) -> [usize; 3] {
    let steps = test.steps.iter().map(|step| step.verdict);
    let groups = test.groups.iter().map(|group| group.verdict);
    let all: Vec<Verdict> = steps.chain(groups).collect();
    [
        Verdict::Supported,
        Verdict::Contradicted,
        Verdict::Undecided,
    ]
    .map(|wanted| all.iter().filter(|one| **one == wanted).count())
}

/// Says what the card claims of each step and group, and what becomes of it.
#[must_use]
pub fn claims(test: &PipelineTest, groups: &[GroupClass], card: &Card) -> Vec<(Words, Verdict)> {
    let steps = test.steps.iter().map(|step| {
        let names = names(card, &step.microservices);
        let words = Words::new(
            format!("{names}: nothing else runs beside this step"),
            format!("{names}: nada más corre junto a este paso"),
        );
        (words, step.verdict)
    });
    let of_groups = test.groups.iter().map(|group| {
        let class = groups
            .iter()
            .find(|class| class.step == group.step && class.members == group.members);
        let who = match class {
            // Its members are one and the same.
            Some(class) if class.of_pictures => {
                let first = names(card, group.members.get(..1).unwrap_or_default());
                Words::new(
                    format!("{first}: the pictures"),
                    format!("{first}: las imágenes"),
                )
            }
            _ => {
                let names = names(card, &group.members);
                Words::new(names.clone(), names)
            }
        };
        let (en, es) = match group.claim {
            GroupKind::Parallel => ("run at once", "corren a la vez"),
            GroupKind::Series => ("run one after the other", "corren uno tras otro"),
            GroupKind::Undecided => (
                "run at once or one after the other",
                "corren a la vez o uno tras otro",
            ),
        };
        let words = Words::new(format!("{} {en}", who.en), format!("{} {es}", who.es));
        (words, group.verdict)
    });
    steps.chain(of_groups).collect()
}

/// Names members as people call them; one that is a group is a formula of names.
fn names(card: &Card, members: &[String]) -> String {
    let named = members.iter().map(|member| {
        let parts = member.split_inclusive([' ', '(', ')']);
        let called = parts.map(|part| {
            let name = part.trim_end_matches([' ', '(', ')']);
            part.replacen(name, title(card, name), usize::from(!name.is_empty()))
        });
        called.collect::<String>()
    });
    named.collect::<Vec<String>>().join(", ")
}

/// Says whether the card's pipeline, on which paths and savings rest, is what the data show;
/// `longer` is the share of transactions whose path is longer than their total.
#[must_use]
pub fn verdict(test: &PipelineTest, longer: Option<f64>, language: Language) -> String {
    let [yes, no, open] = verdicts(test);
    let longer = percent(longer.unwrap_or(0.0), language);
    match (language, no) {
        (Language::English, 0) if yes == 0 => format!(
            "Whether the card's pipeline is right these data cannot tell: all its {open} steps and \
             groups stay undecided. Its path is longer than the total in {longer} of transactions."
        ),
        (Language::Spanish, 0) if yes == 0 => format!(
            "Estos datos no permiten decir si la secuencia de la ficha es correcta: sus {open} pasos \
             y grupos quedan sin decidir. Su camino es más largo que el total en el {longer} de las \
             transacciones."
        ),
        (Language::English, 0) => format!(
            "The card's pipeline stands the test: of its steps and groups {yes} are supported by \
             the data, {open} undecided, none contradicted; its path is longer than the total in \
             {longer} of transactions."
        ),
        (Language::English, _) => format!(
            "CAUTION: the data contradict the card's pipeline in {no} of {} steps and groups \
             ({yes} supported, {open} undecided), and its path is longer than the total in \
             {longer} of transactions. What is said above of paths and savings rests on that \
             pipeline: see the test of the pipeline below, and mend the card.",
            yes + no + open
        ),
        (Language::Spanish, 0) => format!(
            "La secuencia de la ficha resiste la prueba: de sus pasos y grupos, los datos apoyan \
             {yes}, dejan {open} sin decidir y no contradicen ninguno; su camino es más largo que \
             el total en el {longer} de las transacciones."
        ),
        (Language::Spanish, _) => format!(
            "ATENCIÓN: los datos contradicen la secuencia de la ficha en {no} de {} pasos y grupos \
             ({yes} apoyados, {open} sin decidir), y su camino es más largo que el total en el \
             {longer} de las transacciones. Lo dicho arriba sobre caminos y ahorros se apoya en \
             esa secuencia: véase abajo la prueba, y corríjase la ficha.",
            yes + no + open
        ),
    }
}
