//! Changes over a built-in scenario, and where in a text a fault stands.

use serde_json::{Map, Value};

use super::Scenario;
use crate::error::ScenarioError;

/// Longest text of a scenario, in bytes.
const MAX_TEXT_BYTES: usize = 4 * 1024 * 1024;

/// Reads a text as a mapping; an empty one is an empty mapping.
pub(super) fn mapping(text: &str) -> Result<Map<String, Value>, ScenarioError> {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("it has {} bytes; {MAX_TEXT_BYTES} is the most", text.len());
        return Err(ScenarioError::Syntax { message });
    }
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Ok(Map::new());
    }
    match serde_saphyr::from_str::<Value>(text) {
        Ok(Value::Object(mapping)) => Ok(mapping),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err(ScenarioError::Form {
            line: 1,
            message: "a scenario is a mapping of parameters".to_owned(),
        }),
        Err(error) => Err(ScenarioError::Syntax {
            message: error.without_snippet().to_string(),
        }),
    }
}

/// Puts changes over a base: mappings key by key, anything else as a whole; null removes.
pub(super) fn over(base: &mut Map<String, Value>, changes: Map<String, Value>) {
    for (key, change) in changes {
        match (base.get_mut(&key), change) {
            (Some(Value::Object(below)), Value::Object(inner)) => over(below, inner),
            (Some(_), Value::Null) => {
                base.shift_remove(&key);
            }
            (_, change) => {
                base.insert(key, change);
            }
        }
    }
}

/// Gives the merged mapping its type.
pub(super) fn typed(merged: Map<String, Value>, text: &str) -> Result<Scenario, ScenarioError> {
    // Part by part, so that a fault names the parameter it is in.
    let parts = merged.clone();
    serde_json::from_value(Value::Object(merged)).map_err(|error| {
        let message = error.to_string();
        let line = unknown_name(&message)
            .and_then(|name| line_of(text, name))
            .or_else(|| faulty_part(parts, text));
        match line {
            Some(line) => ScenarioError::Form { line, message },
            None => ScenarioError::Form { line: 1, message },
        }
    })
}

/// Returns the name in "unknown field `name`, expected …" and its like.
fn unknown_name(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("unknown field `")?;
    rest.split('`').next()
}

/// Finds the parameter of a wrong form: the one without which the rest can be read.
fn faulty_part(parts: Map<String, Value>, text: &str) -> Option<usize> {
    let sound = mapping(super::PUBLISHED_MONTH).ok()?;
    for (key, value) in parts {
        let mut trial = sound.clone();
        trial.insert(key.clone(), value);
        if serde_json::from_value::<Scenario>(Value::Object(trial)).is_err() {
            return line_of(text, &key);
        }
    }
    None
}

/// Returns the line of a key, from 1.
pub(super) fn line_of(text: &str, key: &str) -> Option<usize> {
    let position = text.lines().position(|line| {
        let bare = line.trim_start_matches([' ', '-', '{', '"', '\'']);
        bare.strip_prefix(key).is_some_and(|rest| {
            rest.trim_start_matches(['"', '\''])
                .trim_start()
                .starts_with(':')
        })
    });
    position
        .or_else(|| text.lines().position(|line| line.contains(key)))
        .map(|position| position + 1)
}
