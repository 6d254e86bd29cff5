//! The `--name value` options of a recipe, and sizes such as `10GB`.

use std::collections::BTreeMap;

use anyhow::{Context, bail};

/// What was typed after the recipe's name.
#[derive(Debug)]
pub(crate) struct Options(BTreeMap<String, String>);

impl Options {
    /// Reads `--name value` pairs, of the allowed names alone.
    pub(crate) fn parse(arguments: &[String], allowed: &[&str]) -> anyhow::Result<Self> {
        let mut options = BTreeMap::new();
        let mut remaining = arguments.iter();
        while let Some(argument) = remaining.next() {
            let name = argument.strip_prefix("--").unwrap_or_default();
            if !allowed.contains(&name) {
                bail!("unknown option `{argument}`; `cargo xtask help` lists them");
            }
            let value = remaining
                .next()
                .with_context(|| format!("`{argument}` needs a value"))?;
            options.insert(name.to_owned(), value.clone());
        }
        Ok(Self(options))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns a size in bytes.
    pub(crate) fn size_bytes(&self, name: &str, default: &str) -> anyhow::Result<u64> {
        let text = self.get(name).unwrap_or(default);
        size_bytes(text).with_context(|| format!("`--{name} {text}` is no size: write `500MB`"))
    }
}

/// Reads a decimal size: a whole number, then `kB`, `MB`, `GB` or nothing for bytes.
fn size_bytes(text: &str) -> Option<u64> {
    let unit_at = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::{Options, size_bytes};

    #[test]
    fn sizes_are_decimal() {
        assert_eq!(size_bytes("10GB"), Some(10_000_000_000));
        assert_eq!(size_bytes("500mb"), Some(500_000_000));
        assert_eq!(size_bytes("0"), Some(0));
        assert_eq!(size_bytes("1.5GB"), None);
        assert_eq!(size_bytes("99999999999GB"), None);
    }

    #[test]
    fn a_misspelt_option_and_a_missing_value_are_errors() {
        let typed = |words: &[&str]| {
            words
                .iter()
                .map(|&word| word.to_owned())
                .collect::<Vec<_>>()
        };
        assert!(Options::parse(&typed(&["--sise", "1GB"]), &["size"]).is_err());
        assert!(Options::parse(&typed(&["--size"]), &["size"]).is_err());
        let options = Options::parse(&typed(&["--size", "1kB"]), &["size"]).unwrap();
        assert_eq!(options.size_bytes("size", "2kB").unwrap(), 1_000);
        assert_eq!(options.size_bytes("stream", "2kB").unwrap(), 2_000);
    }
}
