//! What the dictionary says of the codes that occur.

use serde::Serialize;
use veriscope_card::views::Language;
use veriscope_card::{Card, ReasonClass, ResponseCode};
use veriscope_metrics::retries::Retries;

/// What the dictionary says of a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeWords {
    /// As the analysis has it: `302`; `none` where there was no summary.
    pub code: String,
    /// As the dictionary has it: `0302`.
    pub text: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Module that gives it.
    pub module: Option<String>,
    /// Whose it is to mend.
    pub reason: Option<ReasonClass>,
}

/// Returns the words of all codes of failures, in their order.
pub(super) fn of(card: &Card, retries: &Retries) -> Vec<CodeWords> {
    let mut codes: Vec<&str> = retries.to_fix.iter().map(|one| one.code.as_str()).collect();
    codes.sort_unstable();
    let words = |code: &str| {
        let known = entry(card, code);
        CodeWords {
            code: code.to_owned(),
            text: known.map(|one| one.code.clone()),
            description: known.map(|one| one.description.clone()),
            module: known.map(|one| one.module.clone()),
            reason: known.and_then(|one| one.reason),
        }
    };
    codes.into_iter().map(words).collect()
}

/// Returns the entry of a code; none where the dictionary says nothing.
pub(super) fn entry<'a>(card: &'a Card, code: &str) -> Option<&'a ResponseCode> {
    card.code(code.parse().ok()?)
}

/// Returns the code as people know it: `0302`, a dash where there was no summary.
pub(super) fn short(card: &Card, code: &str) -> String {
    match entry(card, code) {
        Some(known) => known.code.clone(),
        None if code == "none" => "–".to_owned(),
        None => code.to_owned(),
    }
}

/// Returns what it says.
pub(super) fn description(card: &Card, code: &str, language: Language) -> String {
    match entry(card, code) {
        Some(known) => known.description.clone(),
        None if code == "none" => language.pick("no summary", "sin resumen").to_owned(),
        None => String::new(),
    }
}

/// Returns both: `0302 blur/haze`.
pub(super) fn full(card: &Card, code: &str, language: Language) -> String {
    let text = description(card, code, language);
    if code == "none" {
        return text;
    }
    format!("{} {text}", short(card, code))
        .trim_end()
        .to_owned()
}

/// Returns what stands behind it, in a word.
pub(super) fn cause(card: &Card, code: &str, language: Language) -> &'static str {
    match reason(card, code) {
        Some(ReasonClass::Person) => language.pick("person", "persona"),
        Some(ReasonClass::Attack) => language.pick("attack", "ataque"),
        Some(ReasonClass::Ours) => language.pick("ours", "nuestra"),
        None => "",
    }
}

/// Returns who can mend it, for a sentence.
pub(super) fn mended_by(card: &Card, code: &str, language: Language) -> Option<&'static str> {
    Some(match reason(card, code)? {
        ReasonClass::Person => language.pick(
            "the person can mend it, by another picture",
            "puede remediarlo la persona, con otra imagen",
        ),
        ReasonClass::Attack => language.pick("looks like an attack", "parece un ataque"),
        ReasonClass::Ours => language.pick("ours to mend", "nos toca remediarlo"),
    })
}

/// Without a summary the API failed, which is ours.
fn reason(card: &Card, code: &str) -> Option<ReasonClass> {
    match entry(card, code) {
        Some(known) => known.reason,
        None => (code == "none").then_some(ReasonClass::Ours),
    }
}

/// Returns whether a failure looks like an attack, which it is right to turn away.
pub(super) fn is_attack(card: &Card, code: &str) -> bool {
    entry(card, code).is_some_and(|known| known.reason == Some(ReasonClass::Attack))
}
