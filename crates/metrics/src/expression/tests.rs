//! Tests of conditions: what is read, what is refused and how, and that no message holds a value.

use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_card::views::View;

use super::{Columns, Comparison, Literal, Predicate, parse_predicate};

fn read(text: &str) -> Result<Predicate, String> {
    let docs = Card::builtin().unwrap().view_docs(View::Attempts);
    let columns = Columns {
        view: View::Attempts,
        docs: &docs,
    };
    parse_predicate(text, columns).map_err(|error| {
        assert_eq!(error.class(), ErrorClass::Usage);
        error.to_string()
    })
}

fn words(text: &str) -> String {
    read(text).unwrap().to_string()
}

#[test]
fn conditions_are_read_and_written_again() {
    for (text, expected) in [
        (
            "convenio = 'convenio_1' and summary_code in (0, 1402)",
            "convenio = 'convenio_1' and summary_code in (0, 1402)",
        ),
        (
            "CONVENIO='a' OR Is_First",
            "convenio = 'a' or is_first = true",
        ),
        (
            "procesoConvenioGuid is not null and not is_last",
            "procesoConvenioGuid is not null and not (is_last = true)",
        ),
        ("10 < hour", "hour > 10"),
        ("\"hour\" between 8 and 18", "hour >= 8 and hour <= 18"),
        ("attempts.hour != 3", "hour <> 3"),
        ("summary_code = '0301'", "summary_code = 301"),
        ("summary_code = 1.4e3", "summary_code = 1400.0"),
        ("score_liqe_near_img > -1", "score_liqe_near_img > -1.0"),
        ("day >= '2025-01-08'", "day >= '2025-01-08'"),
        ("day >= date '2025-01-08'", "day >= '2025-01-08'"),
        (
            "date = '2025-01-08T22:10:36.5-05:00'",
            "date = '2025-01-09T03:10:36.500000Z'",
        ),
        ("convenio = 'it''s'", "convenio = 'it''s'"),
        ("true", "true"),
    ] {
        assert_eq!(words(text), expected, "{text}");
        assert_eq!(words(expected), expected, "a second time");
    }
}

#[test]
fn a_chain_of_any_length_is_one_list() {
    let text = vec!["hour = 1"; 2_000].join(" or ");
    // The parser itself may find it too long, but nothing overflows.
    match read(&text) {
        Ok(Predicate::Or(parts)) => assert_eq!(parts.len(), 2_000),
        Ok(other) => panic!("{other}"),
        Err(message) => assert!(message.contains("nested too deep"), "{message}"),
    }
}

#[test]
fn nesting_without_end_is_refused() {
    let text = format!("{}hour = 1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(read(&text).unwrap_err().contains("nested too deep"));
}

#[test]
fn what_is_not_of_the_closed_form_is_refused_by_name() {
    for (text, expected) in [
        ("convenio like 'c%'", "a pattern (like)"),
        ("lower(convenio) = 'a'", "a function"),
        ("hour + 1 = 3", "arithmetic"),
        (
            "convenio in (convenio_1)",
            "a column in the place of a value",
        ),
        ("hour = 1 + 2", "arithmetic"),
        ("convenio in (select 1)", "a subquery"),
        ("exists (select 1)", "a subquery"),
        ("convenio = (select 1)", "a subquery"),
        ("hour = weekday", "a column compared to a column"),
        ("1 = 1", "a comparison without a column"),
        ("hour = null", "null (write `is null`)"),
        ("convenio in ('a', null)", "null (write `is null`)"),
        ("case when is_first then true end", "case"),
        ("hour = $1", "this kind of value"),
        ("hour", "holds whole numbers"),
    ] {
        let message = read(text).unwrap_err();
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn literals_must_go_with_their_columns() {
    for (text, expected) in [
        (
            "convenio = 1",
            "`convenio` holds text; put the value between single quotes",
        ),
        (
            "hour = 'secret'",
            "`hour` holds whole numbers; compare it to a whole number",
        ),
        (
            "day = 'secret'",
            "`day` holds days; write a day as '2025-01-31'",
        ),
        (
            "is_first > true",
            "`is_first` holds true or false; compare it by = or <>",
        ),
        ("date > '2025-01-08'", "`date` holds instants"),
    ] {
        let message = read(text).unwrap_err();
        assert!(message.contains(expected), "{text}: {message}");
        assert!(!message.contains("secret"), "{message}");
    }
}

#[test]
fn text_that_is_no_sql_is_refused_with_its_place_and_without_its_words() {
    for (text, at) in [
        ("convenio = ", ""),
        ("convenio = 'secret", "column 12"),
        ("hour = 1 secret", "column 10"),
        ("hour = 1; drop table secret", "column 9"),
        ("hour = ) secret", "column 8"),
        ("", ""),
    ] {
        let message = read(text).unwrap_err();
        assert!(
            message.starts_with("the condition can't be read"),
            "{message}"
        );
        assert!(message.contains(at), "{text}: {message}");
        assert!(!message.contains("secret"), "{message}");
    }
}

#[test]
fn an_unknown_column_is_told_with_what_is_near() {
    let message = read("convenios = 'a'").unwrap_err();
    assert!(
        message.contains("no column `convenios`; did you mean `convenio`"),
        "{message}"
    );
    let message = read("zzz = 1").unwrap_err();
    assert!(message.contains("sql --describe attempts"), "{message}");
}

#[test]
fn nul_in_a_literal_is_what_it_is_in_the_tables() {
    let predicate = read("convenio = 'a\0b'").unwrap();
    let expected = Literal::Text("a\u{fffd}b".to_owned());
    assert_eq!(
        predicate,
        Predicate::Compare("convenio".to_owned(), Comparison::Eq, expected)
    );
}
