//! Names and texts in SQL.

/// Quotes a name.
pub(crate) fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes a name within a schema.
pub(crate) fn qualified(schema: &str, object: &str) -> String {
    format!("{}.{}", name(schema), name(object))
}

/// Quotes a text, whatever `standard_conforming_strings` says.
pub(crate) fn text(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if doubled.contains('\\') {
        return format!("E'{}'", doubled.replace('\\', "\\\\"));
    }
    format!("'{doubled}'")
}

/// Quotes names, with commas between and something before each.
pub(crate) fn list<'a>(before: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = names
        .into_iter()
        .map(|column| format!("{before}{}", name(column)));
    quoted.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{list, name, qualified, text};

    #[test]
    fn a_quote_in_a_name_or_text_is_doubled() {
        assert_eq!(name(r#"a"b"#), r#""a""b""#);
        assert_eq!(qualified("s", "T"), r#""s"."T""#);
        assert_eq!(text("it's"), "'it''s'");
        assert_eq!(text(r"a\'b"), r"E'a\\''b'");
        assert_eq!(list("t.", ["a", "B"]), r#"t."a", t."B""#);
    }
}
