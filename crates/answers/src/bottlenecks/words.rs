//! The answer in a few sentences.

use veriscope_card::Card;
use veriscope_card::views::Language;
use veriscope_metrics::critical_path::{MicroserviceOnPath, Ranged, WhatIf, WhatIfCase};

use super::BottlenecksAnswer;
use super::verdict::verdict;
use crate::number::{ms, range};
use crate::page::ColumnKind;

/// A microservice that takes less than this share of a mean total is not spoken of.
const WORTH_A_WORD: f64 = 0.05;
/// Saving less than this share of the total is saving nothing.
const NOTHING: f64 = 0.01;
/// So many microservices that would save nothing are named.
const MOST_BESIDE: usize = 3;

/// Returns a microservice as people call it.
pub(super) fn title<'a>(card: &'a Card, name: &'a str) -> &'a str {
    let mut known = card.microservices.iter();
    known
        .find(|one| one.name == name)
        .map_or(name, |one| one.title.as_str())
}

/// The middle of a range, by which microservices are ranked.
pub(super) fn middle(range: Option<Ranged>) -> f64 {
    range.map_or(0.0, |range| f64::midpoint(range.low, range.high))
}

/// Microservices by their share of the time on the path, largest first.
pub(super) fn ranked(answer: &BottlenecksAnswer) -> Vec<&MicroserviceOnPath> {
    let mut ranked: Vec<&MicroserviceOnPath> = answer.path.microservices.iter().collect();
    ranked
        .sort_by(|one, other| middle(other.share_of_total).total_cmp(&middle(one.share_of_total)));
    ranked
}

/// Returns one case of the what-if table.
pub(super) fn case<'a>(
    answer: &'a BottlenecksAnswer,
    microservice: &str,
    percent: u8,
) -> Option<&'a WhatIfCase> {
    let mut all = answer.path.what_if.iter();
    let of: &WhatIf = all.find(|one| one.microservice == microservice)?;
    of.cases.iter().find(|case| case.faster_percent == percent)
}

pub(super) fn lead(answer: &BottlenecksAnswer, card: &Card, language: Language) -> Vec<String> {
    let Some(total) = answer.path.total else {
        let nothing = "No transaction has a total time, so there is nothing to say.";
        let nada = "Ninguna transacción tiene tiempo total: no hay nada que decir.";
        return vec![language.pick(nothing, nada).to_owned()];
    };
    let (p50, p95) = (ms(total.p50, language), ms(total.p95, language));
    let mut lead = vec![match language {
        Language::English => {
            format!("Half of all transactions take up to {p50}, 95 % up to {p95}.")
        }
        Language::Spanish => {
            format!("La mitad de las transacciones tarda hasta {p50}; el 95 %, hasta {p95}.")
        }
    }];
    let ranked = ranked(answer);
    lead.extend(
        ranked
            .iter()
            .take(2)
            .filter(|one| middle(one.share_of_total) >= WORTH_A_WORD)
            .filter_map(|one| of_time(answer, card, one, language)),
    );
    lead.extend(beside(answer, card, &ranked, language));
    lead.push(remainder(answer, total.mean, language));
    let longer = answer.path.path_longer.map(|longer| longer.low);
    lead.push(verdict(&answer.test, longer, language));
    lead
}

/// `TOPIQ: 31 % of the time a person waits; halving it saves 170 – 190 ms (9 %) at the median.`
fn of_time(
    answer: &BottlenecksAnswer,
    card: &Card,
    one: &MicroserviceOnPath,
    language: Language,
) -> Option<String> {
    let name = title(card, &one.microservice);
    let share = shares(one.share_of_total?, language);
    let halved = case(answer, &one.microservice, 50)?;
    let mean = halved.saved_mean?;
    let saved = range(mean.low, mean.high, ColumnKind::Ms, language);
    let saved_share = shares(halved.saved_share?, language);
    let median = halved.saved_p50?;
    let at_median = range(median.low, median.high, ColumnKind::Ms, language);
    Some(match language {
        Language::English => format!(
            "{name}: {share} of the time a person waits; halving it saves {saved} ({saved_share}) \
             on average, {at_median} at the median."
        ),
        Language::Spanish => format!(
            "{name}: {share} del tiempo de espera de una persona; reducirlo a la mitad ahorra \
             {saved} ({saved_share}) de media y {at_median} en la mediana."
        ),
    })
}

fn shares(of: Ranged, language: Language) -> String {
    range(of.low, of.high, ColumnKind::Share, language)
}

/// Names what takes time and would save nothing even if it were gone.
fn beside(
    answer: &BottlenecksAnswer,
    card: &Card,
    ranked: &[&MicroserviceOnPath],
    language: Language,
) -> Option<String> {
    let saves_nothing = |one: &&&MicroserviceOnPath| {
        let removed = case(answer, &one.microservice, 100).and_then(|case| case.saved_share);
        one.share_if_serial.unwrap_or(0.0) >= WORTH_A_WORD
            && removed.is_some_and(|saved| saved.high < NOTHING)
    };
    let mut idle: Vec<&&MicroserviceOnPath> = ranked.iter().filter(saves_nothing).collect();
    idle.sort_by(|one, other| {
        let share = |one: &MicroserviceOnPath| one.share_if_serial.unwrap_or(0.0);
        share(other).total_cmp(&share(one))
    });
    let names: Vec<&str> = idle
        .iter()
        .take(MOST_BESIDE)
        .map(|one| title(card, &one.microservice))
        .collect();
    if names.is_empty() {
        return None;
    }
    Some(match (language, names.len()) {
        (Language::English, 1) => format!(
            "{} runs beside longer work: even without it less than 1 % would be saved.",
            names.join(", ")
        ),
        (Language::English, _) => format!(
            "{} run beside longer work: without any one of them less than 1 % would be saved.",
            names.join(", ")
        ),
        (Language::Spanish, 1) => format!(
            "{} corre junto a un trabajo más largo: aun sin él se ahorraría menos del 1 %.",
            names.join(", ")
        ),
        (Language::Spanish, _) => format!(
            "{} corren junto a un trabajo más largo: sin cualquiera de ellos se ahorraría menos \
             del 1 %.",
            names.join(", ")
        ),
    })
}

/// What no microservice accounts for.
fn remainder(answer: &BottlenecksAnswer, total_mean: f64, language: Language) -> String {
    let Some(rest) = answer.path.remainder.path else {
        return String::new();
    };
    let time = range(rest.low, rest.high, ColumnKind::Ms, language);
    let share = Ranged {
        low: rest.low / total_mean,
        high: rest.high / total_mean,
    };
    let share = shares(share, language);
    match language {
        Language::English => format!(
            "{time} ({share}) of a mean total lie on no microservice's path: the gateway, the \
             network, pictures being read."
        ),
        Language::Spanish => format!(
            "{time} ({share}) del total medio no están en el camino de ningún microservicio: la \
             pasarela, la red, la lectura de imágenes."
        ),
    }
}
