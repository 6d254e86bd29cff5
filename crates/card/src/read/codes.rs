//! The response-code dictionary.

use std::collections::HashMap;

use super::names::quoted;
use crate::error::{Position, Problems};
use crate::raw::RawCode;
use crate::{Outcome, ResponseCode};

/// Reads the dictionary. Two codes of one number would be one code in the tables.
pub(super) fn read(raw: &[RawCode], problems: &mut Problems) -> Vec<ResponseCode> {
    let mut seen: HashMap<i64, Position> = HashMap::new();
    let mut codes = Vec::with_capacity(raw.len());
    for code in raw {
        let at = Position::of(&code.code);
        let written = quoted(&code.code.value);
        let Some(number) = number(&code.code.value) else {
            problems.add(
                at,
                format!("response code {written} is no text of 1 to 18 digits"),
            );
            continue;
        };
        if let Some(first) = seen.insert(number, at) {
            problems.add(
                at,
                format!(
                    "two response codes {written}; the first is on line {}",
                    first.line
                ),
            );
        }
        check_reason(code, at, &written, problems);
        codes.push(ResponseCode {
            code: code.code.value.clone(),
            number,
            module: code.module.clone(),
            status: code.status.clone(),
            description: code.description.clone(),
            class: code.class,
            reason: code.reason.as_ref().map(|reason| reason.value),
        });
    }
    codes
}

fn check_reason(code: &RawCode, at: Position, written: &str, problems: &mut Problems) {
    match (code.class, &code.reason) {
        (Outcome::Accepted, Some(reason)) => problems.add(
            Position::of(reason),
            format!(
                "response code {written} is accepted, so there is nothing to mend: no `reason`"
            ),
        ),
        (Outcome::Rejected | Outcome::Technical, None) => problems.add(
            at,
            format!("response code {written} has no `reason`: say person, attack or ours"),
        ),
        (Outcome::Accepted, None) | (Outcome::Rejected | Outcome::Technical, Some(_)) => {}
    }
}

fn number(text: &str) -> Option<i64> {
    let digits = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
