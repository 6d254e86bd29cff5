//! Response codes as people read them: the dictionary's text, and whose it is to mend.

use veriscope_card::views::Language;
use veriscope_card::{Card, ReasonClass};

/// Returns a code with its text: `0102 face not found`.
pub(crate) fn code_text(card: &Card, code: Option<i64>, language: Language) -> String {
    let Some(number) = code else {
        return language.pick("no summary", "sin resumen").to_owned();
    };
    match card.code(number) {
        Some(known) => format!("{} {}", known.code, known.description),
        None => format!("{number} ({})", language.pick("unknown", "desconocido")),
    }
}

/// Returns the module that gives a code.
pub(crate) fn module(card: &Card, code: Option<i64>) -> Option<&str> {
    Some(card.code(code?)?.module.as_str())
}

/// Returns whose a code is to mend.
pub(crate) fn reason(card: &Card, code: Option<i64>, language: Language) -> Option<&'static str> {
    let class = card.code(code?)?.reason?;
    Some(reason_text(class, language))
}

/// Returns a reason class in words.
pub(crate) const fn reason_text(class: ReasonClass, language: Language) -> &'static str {
    match class {
        ReasonClass::Person => language.pick("a better picture", "mejor foto"),
        ReasonClass::Attack => language.pick("possible attack", "posible ataque"),
        ReasonClass::Ours => language.pick("ours to mend", "nuestro"),
    }
}
