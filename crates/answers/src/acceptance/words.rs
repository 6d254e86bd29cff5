//! The answer in a few sentences.

use veriscope_card::Card;
use veriscope_card::views::Language;
use veriscope_metrics::query::Cell;

use super::{AcceptanceAnswer, GroupRates, Rate, Rates};
use crate::code::{code_text, reason};
use crate::number::{count, percent, range};
use crate::page::ColumnKind;

/// `66.5 % (61.0 – 71.6 %)`
fn with_interval(rate: &Rate, language: Language) -> String {
    match (rate.share, rate.low, rate.high) {
        (Some(share), Some(low), Some(high)) => format!(
            "{} ({})",
            percent(share, language),
            range(low, high, ColumnKind::Share, language)
        ),
        _ => language
            .pick("too few to say", "muy pocos para decirlo")
            .to_owned(),
    }
}

pub(super) fn lead(answer: &AcceptanceAnswer, card: &Card, language: Language) -> Vec<String> {
    let total = &answer.acceptance.total;
    if total.all.n == 0 {
        let nothing = language.pick("There are no transactions.", "No hay transacciones.");
        return vec![nothing.to_owned()];
    }
    let (all, first, last, ever) = (
        with_interval(&total.all, language),
        with_interval(&total.first, language),
        with_interval(&total.last, language),
        with_interval(&total.ever, language),
    );
    let mut lead = vec![match language {
        Language::English => format!(
            "{all} of all transactions are accepted. Of first attempts it is {first}, of last \
             attempts {last}; {ever} of processes were accepted at some attempt."
        ),
        Language::Spanish => format!(
            "Se acepta el {all} de todas las transacciones. De los primeros intentos, el {first}; \
             de los últimos, el {last}; el {ever} de los procesos fue aceptado en algún intento."
        ),
    }];
    lead.push(technical(total, language));
    lead.extend(reasons(answer, card, language));
    lead.extend(falls(answer, card, language));
    lead.extend(clients(answer, card, language));
    lead
}

fn technical(total: &Rates, language: Language) -> String {
    if total.technical.hits == 0 {
        let none = language.pick(
            "No call had a technical error.",
            "Ninguna llamada tuvo un error técnico.",
        );
        return none.to_owned();
    }
    let technical = with_interval(&total.technical, language);
    let decided = with_interval(&total.decided, language);
    match language {
        Language::English => format!(
            "Technical errors are {technical} of transactions; without them {decided} are accepted."
        ),
        Language::Spanish => format!(
            "Los errores técnicos son el {technical} de las transacciones; sin ellos se acepta el \
             {decided}."
        ),
    }
}

/// The reasons that make up half of those who were not accepted.
fn reasons(answer: &AcceptanceAnswer, card: &Card, language: Language) -> Option<String> {
    let reasons = &answer.acceptance.reasons;
    let total: u64 = reasons.iter().map(|one| one.n).sum();
    let mut named = Vec::new();
    let mut sum = 0;
    for one in reasons {
        sum += one.n;
        named.push(code_text(card, one.code, language));
        if sum * 2 >= total || named.len() == 3 {
            break;
        }
    }
    let share = percent(veriscope_metrics::number::share(sum, total)?, language);
    let person = |one: &&veriscope_metrics::funnel::CodeCount| {
        reason(card, one.code, language)
            == Some(crate::code::reason_text(
                veriscope_card::ReasonClass::Person,
                language,
            ))
    };
    let mendable: u64 = reasons.iter().filter(person).map(|one| one.n).sum();
    let mendable = percent(veriscope_metrics::number::share(mendable, total)?, language);
    let named = named.join("; ");
    Some(match language {
        Language::English => format!(
            "{share} of those not accepted failed with: {named}. A better picture could mend \
             {mendable} of all failures."
        ),
        Language::Spanish => format!(
            "El {share} de los no aceptados falló con: {named}. Una foto mejor podría remediar el \
             {mendable} de todos los fallos."
        ),
    })
}

/// The step at which most people stop.
fn falls(answer: &AcceptanceAnswer, card: &Card, language: Language) -> Option<String> {
    let step = answer
        .acceptance
        .funnel
        .iter()
        .max_by_key(|step| step.fell)?;
    let share = veriscope_metrics::number::share(step.fell, step.reached)?;
    let names = super::page::step_name(step, card, language);
    let (fell, share) = (count(step.fell, language), percent(share, language));
    Some(match language {
        Language::English => {
            format!("Most stop at {names}: {fell}, which is {share} of those who got that far.")
        }
        Language::Spanish => format!(
            "La mayoría se detiene en {names}: {fell}, el {share} de quienes llegaron hasta ahí."
        ),
    })
}

/// The clients that lie furthest apart, by last attempts.
fn clients(answer: &AcceptanceAnswer, card: &Card, language: Language) -> Option<String> {
    let client = card.roles.client.as_ref()?;
    let by = answer
        .acceptance
        .by
        .iter()
        .find(|one| one.column == *client)?;
    let mut shown: Vec<(&GroupRates, f64)> = by
        .groups
        .iter()
        .filter_map(|one| Some((one, one.rates.last.share?)))
        .collect();
    shown.sort_by(|one, other| one.1.total_cmp(&other.1));
    let ((least, low), (most, high)) = (shown.first()?, shown.last()?);
    // Intervals that overlap say nothing of who is better.
    if shown.len() < 2 || least.rates.last.high? >= most.rates.last.low? {
        return None;
    }
    let name = |group: &Cell| match group {
        Cell::Text(text) => crate::number::harmless(text),
        _ => language.pick("(none)", "(ninguno)").to_owned(),
    };
    let (least, most) = (name(&least.group), name(&most.group));
    let (low, high) = (percent(*low, language), percent(*high, language));
    Some(match language {
        Language::English => {
            format!("Clients differ: of last attempts {least} has {low} accepted, {most} {high}.")
        }
        Language::Spanish => format!(
            "Los clientes difieren: de los últimos intentos, {least} tiene un {low} de aceptación y \
             {most} un {high}."
        ),
    })
}
