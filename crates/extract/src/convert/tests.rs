//! Hand-worked answers for every rule of conversion, type by type.

use std::borrow::Cow;

use veriscope_source::RejectReason;

use super::form::Form;
use super::{Converted, Misfit, Value, boolean, datetime, float, int, text};
use crate::notes::Note;
use crate::plan::TextRule;
use crate::raw::{Extended, Found, Raw, Scalar, Text};

/// Five hours behind UTC.
const DEFAULT: i32 = -300;

fn txt(text: &str) -> Form<'_> {
    Form::Text(Cow::Borrowed(text))
}

fn wrapped_int(text: &str) -> Form<'_> {
    Form::WrappedInt(Cow::Borrowed(text))
}

fn wrapped_float(text: &str) -> Form<'_> {
    Form::WrappedFloat(Cow::Borrowed(text))
}

fn value(converted: Result<Converted<'_>, Misfit>) -> Result<Value<'_>, RejectReason> {
    converted
        .map(|converted| converted.value)
        .map_err(Misfit::reason)
}

fn as_int(form: Form<'_>) -> Result<Value<'_>, RejectReason> {
    value(int::convert(&form, false))
}

fn as_float(form: Form<'_>) -> Result<Value<'_>, RejectReason> {
    value(float::convert(&form))
}

fn as_bool(form: Form<'_>) -> Result<Value<'_>, RejectReason> {
    value(boolean::convert(&form))
}

const KEPT: TextRule = TextRule {
    empty_is_null: false,
    takes_any_scalar: false,
};
const IDENTITY: TextRule = TextRule {
    empty_is_null: true,
    takes_any_scalar: false,
};
const CATEGORY: TextRule = TextRule {
    empty_is_null: false,
    takes_any_scalar: true,
};

fn as_text(form: Form<'_>, rule: TextRule) -> Result<Value<'_>, RejectReason> {
    value(text::convert(form, rule))
}

/// Microseconds since 1970 and offset in minutes.
fn as_date(form: Form<'_>) -> Result<(i64, i32), RejectReason> {
    match value(datetime::convert(&form, DEFAULT))? {
        Value::Instant(instant) => Ok((instant.micros, instant.offset_minutes)),
        other => panic!("{other:?} is no instant"),
    }
}

const WRONG: RejectReason = RejectReason::WrongType;
const RANGE: RejectReason = RejectReason::OutOfRange;
const NO_DATE: RejectReason = RejectReason::UnreadableDate;

#[test]
fn an_integer_is_exact_in_every_notation() {
    for form in [
        Form::Number("1402"),
        Form::Number("1402.0"),
        Form::Number("1.402e3"),
        txt("1402"),
        txt("01402"),
        txt(" 1402\t"),
        txt("1402.0"),
        wrapped_int("1402"),
        wrapped_float("1402.0"),
        wrapped_float("1.402E+3"),
    ] {
        assert_eq!(as_int(form.clone()), Ok(Value::Int(1402)), "{form:?}");
    }
    assert_eq!(as_int(txt("0301")), Ok(Value::Int(301)));
    assert_eq!(as_int(Form::Number("-0")), Ok(Value::Int(0)));
    for text in [
        "9007199254740993",
        "9007199254740993.0",
        "9.007199254740993e15",
    ] {
        assert_eq!(
            as_int(Form::Number(text)),
            Ok(Value::Int(9_007_199_254_740_993)),
            "{text}"
        );
    }
    assert_eq!(
        as_int(Form::Number("-9223372036854775808")),
        Ok(Value::Int(i64::MIN))
    );
}

#[test]
fn an_integer_beyond_64_bits_is_out_of_range() {
    for text in [
        "9223372036854775808",
        "-9223372036854775809",
        "1e19",
        "1e400",
        "-1e99999999999",
    ] {
        assert_eq!(as_int(Form::Number(text)), Err(RANGE), "{text}");
        assert_eq!(as_int(txt(text)), Err(RANGE), "{text}");
    }
    assert_eq!(as_int(wrapped_float("-Infinity")), Err(RANGE));
}

#[test]
fn what_is_no_integer_is_a_wrong_type() {
    for form in [
        Form::Bool(true),
        txt(""),
        txt("  "),
        txt("12 34"),
        txt("1,402"),
        txt("NaN"),
        txt("0x1f"),
        Form::Number("1402.5"),
        txt("0.1"),
        wrapped_float("NaN"),
        Form::Other(Found::Array),
        Form::Other(Found::Object),
        Form::Oid(Cow::Borrowed("12")),
        Form::DateMillis(Cow::Borrowed("12")),
    ] {
        assert_eq!(as_int(form.clone()), Err(WRONG), "{form:?}");
    }
}

#[test]
fn a_fractional_duration_is_rounded_half_away_from_zero_and_noted() {
    let rounded = |text| {
        let converted = int::convert(&Form::Number(text), true).unwrap();
        (converted.value, converted.note)
    };
    let noted = Some(Note::RoundedDuration);
    assert_eq!(rounded("12.5"), (Value::Int(13), noted));
    assert_eq!(rounded("12.49999999999999999999"), (Value::Int(12), noted));
    assert_eq!(rounded("-12.5"), (Value::Int(-13), noted));
    assert_eq!(rounded("1e-400"), (Value::Int(0), noted));
    assert_eq!(rounded("12.0"), (Value::Int(12), None));
    let beyond = int::convert(&Form::Number("9223372036854775807.5"), true);
    assert_eq!(beyond.map_err(Misfit::reason), Err(RANGE));
}

#[test]
fn a_float_is_correctly_rounded() {
    assert_eq!(as_float(Form::Number("0.1")), Ok(Value::Float(0.1)));
    assert_eq!(as_float(Form::Number("7")), Ok(Value::Float(7.0)));
    assert_eq!(
        as_float(Form::Number("0.30000000000000004")),
        Ok(Value::Float(0.1 + 0.2))
    );
    assert_eq!(as_float(txt(" 2.5e-3 ")), Ok(Value::Float(0.0025)));
    assert_eq!(as_float(wrapped_int("3")), Ok(Value::Float(3.0)));
    assert_eq!(as_float(wrapped_float("0.25")), Ok(Value::Float(0.25)));
    // The smallest double, and what is under half of it.
    assert_eq!(
        as_float(Form::Number("5e-324")),
        Ok(Value::Float(f64::from_bits(1)))
    );
    assert_eq!(as_float(Form::Number("1e-400")), Ok(Value::Float(0.0)));
}

#[test]
fn minus_zero_stays_minus_zero() {
    let Ok(Value::Float(zero)) = as_float(Form::Number("-0.0")) else {
        panic!("no float")
    };
    assert!(zero == 0.0 && zero.is_sign_negative());
    let Ok(Value::Float(zero)) = as_float(Form::Number("-0")) else {
        panic!("no float")
    };
    assert!(zero.is_sign_negative());
}

#[test]
fn infinite_is_out_of_range_and_not_a_number_is_null_and_noted() {
    for form in [
        Form::Number("1e400"),
        Form::Number("-1e400"),
        txt("1e400"),
        wrapped_float("Infinity"),
        wrapped_float("-Infinity"),
        txt("inf"),
    ] {
        assert_eq!(as_float(form.clone()), Err(RANGE), "{form:?}");
    }
    let converted = float::convert(&wrapped_float("NaN")).unwrap();
    assert_eq!(
        (converted.value, converted.note),
        (Value::Null, Some(Note::NotANumber))
    );
    for form in [
        txt(""),
        txt("high"),
        Form::Bool(false),
        Form::Other(Found::Object),
    ] {
        assert_eq!(as_float(form.clone()), Err(WRONG), "{form:?}");
    }
}

#[test]
fn text_is_text_digits_or_an_object_id() {
    let text = |text: &'static str| Ok(Value::Text(Cow::Borrowed(text)));
    assert_eq!(as_text(txt(" as it is "), KEPT), text(" as it is "));
    assert_eq!(
        as_text(Form::Number("1007199254740993000111"), KEPT),
        text("1007199254740993000111")
    );
    assert_eq!(
        as_text(Form::Oid(Cow::Borrowed("65ab")), KEPT),
        text("65ab")
    );
    assert_eq!(as_text(wrapped_int("77001"), KEPT), text("77001"));
    for form in [
        Form::Number("1.5"),
        Form::Number("1e3"),
        Form::Bool(true),
        wrapped_float("1.5"),
        wrapped_int("x"),
        Form::Other(Found::Array),
        Form::DateMillis(Cow::Borrowed("0")),
    ] {
        assert_eq!(as_text(form.clone(), KEPT), Err(WRONG), "{form:?}");
    }
}

#[test]
fn a_context_category_takes_any_scalar_as_its_json_text() {
    let text = |text: &'static str| Ok(Value::Text(Cow::Borrowed(text)));
    assert_eq!(as_text(Form::Number("1.50"), CATEGORY), text("1.50"));
    assert_eq!(as_text(Form::Bool(false), CATEGORY), text("false"));
    assert_eq!(as_text(wrapped_float("2.5"), CATEGORY), text("2.5"));
    assert_eq!(as_text(Form::Other(Found::Object), CATEGORY), Err(WRONG));
}

#[test]
fn an_empty_identity_is_null_and_other_empty_text_is_not() {
    assert_eq!(as_text(txt(""), IDENTITY), Ok(Value::Null));
    assert_eq!(as_text(txt(""), KEPT), Ok(Value::Text(Cow::Borrowed(""))));
}

#[test]
fn nul_becomes_the_replacement_character_and_is_noted() {
    let escaped = Raw::Plain(Scalar::Text(Text {
        raw: "a\\u0000b\\n",
        escaped: true,
    }));
    let converted = text::convert(Form::of(escaped).unwrap(), KEPT).unwrap();
    assert_eq!(converted.value, Value::Text(Cow::Borrowed("a\u{fffd}b\n")));
    assert_eq!(converted.note, Some(Note::NulReplaced));
}

#[test]
fn a_boolean_is_a_word_in_any_case_or_a_bit() {
    for form in [
        Form::Bool(true),
        txt("True"),
        txt("TRUE"),
        Form::Number("1"),
        wrapped_int("1"),
    ] {
        assert_eq!(as_bool(form.clone()), Ok(Value::Bool(true)), "{form:?}");
    }
    for form in [
        Form::Bool(false),
        txt("false"),
        txt("False"),
        Form::Number("0"),
    ] {
        assert_eq!(as_bool(form.clone()), Ok(Value::Bool(false)), "{form:?}");
    }
    for form in [
        txt("yes"),
        txt(""),
        Form::Number("2"),
        Form::Number("0.5"),
        Form::Other(Found::Array),
    ] {
        assert_eq!(as_bool(form.clone()), Err(WRONG), "{form:?}");
    }
}

/// 2025-03-01T15:00:00Z.
const NOON: i64 = 1_740_841_200_000_000;

#[test]
fn a_date_keeps_its_own_offset() {
    assert_eq!(as_date(txt("2025-03-01T10:00:00-05:00")), Ok((NOON, -300)));
    assert_eq!(as_date(txt("2025-03-01 15:00:00Z")), Ok((NOON, 0)));
    assert_eq!(as_date(txt("2025-03-01T20:30:00+0530")), Ok((NOON, 330)));
    assert_eq!(as_date(txt("2025-03-01T18:00:00+03")), Ok((NOON, 180)));
    assert_eq!(as_date(txt("2025-03-01t15:00z")), Ok((NOON, 0)));
}

#[test]
fn a_date_without_offset_is_local_time_in_the_default_one() {
    assert_eq!(as_date(txt("2025-03-01 10:00:00")), Ok((NOON, DEFAULT)));
    assert_eq!(
        as_date(txt(" 2025-03-01T10:00:00.5 ")),
        Ok((NOON + 500_000, DEFAULT))
    );
}

#[test]
fn a_fraction_of_any_length_is_cut_to_microseconds() {
    let micros = |text| as_date(txt(text)).map(|(micros, _)| micros);
    assert_eq!(micros("2025-03-01T15:00:00.1Z"), Ok(NOON + 100_000));
    assert_eq!(micros("2025-03-01T15:00:00.123456Z"), Ok(NOON + 123_456));
    assert_eq!(
        micros("2025-03-01T15:00:00.123456999999Z"),
        Ok(NOON + 123_456)
    );
}

#[test]
fn dates_far_back_and_far_ahead_are_read() {
    assert_eq!(as_date(txt("1969-12-31T23:59:59.999999Z")), Ok((-1, 0)));
    assert_eq!(
        as_date(txt("1900-01-01T00:00:00Z")),
        Ok((-2_208_988_800_000_000, 0))
    );
    assert_eq!(
        as_date(txt("2300-01-01T00:00:00Z")),
        Ok((10_413_792_000_000_000, 0))
    );
}

#[test]
fn days_that_are_not_in_the_calendar_and_other_text_are_unreadable() {
    for text in [
        "2025-02-30T10:00:00Z",
        "2025-13-01T10:00:00Z",
        "2025-00-01T10:00:00Z",
        "2023-02-29 10:00:00",
        "2025-03-01",
        "2025-03-01T",
        "2025-03-01T24:00:00Z",
        "2025-03-01T10:60:00Z",
        "2025-03-01T10:00:61Z",
        "2025-03-01T10:00:00.Z",
        "2025-03-01T10:00:00+24:00",
        "2025-03-01T10:00:00-05:",
        "2025-03-01T10:00:00 UTC",
        "2025-03-01T10:00:00Zx",
        "01/03/2025",
        "",
        "yesterday",
        "2025-03-01T10:00:00-05:00:00",
        "٢٠٢٥-03-01T10:00:00Z",
    ] {
        assert_eq!(as_date(txt(text)), Err(NO_DATE), "{text}");
    }
    assert_eq!(as_date(Form::Bool(true)), Err(WRONG));
    assert_eq!(as_date(Form::Other(Found::Object)), Err(WRONG));
}

#[test]
fn an_epoch_number_tells_its_unit_by_its_size() {
    let at = Ok((NOON + 135_718, DEFAULT));
    assert_eq!(as_date(Form::Number("1740841200.135718")), at);
    assert_eq!(as_date(Form::Number("1740841200135.718")), at);
    assert_eq!(as_date(Form::Number("1740841200135718")), at);
    assert_eq!(as_date(Form::Number("1740841200135718999")), at);
    assert_eq!(as_date(txt("1740841200.1357189")), at);
    assert_eq!(as_date(wrapped_int("1740841200135718")), at);
    assert_eq!(as_date(wrapped_float("1740841200.135718")), at);
    assert_eq!(as_date(Form::Number("1.7408412e9")), Ok((NOON, DEFAULT)));
    assert_eq!(as_date(Form::Number("-0.0000015")), Ok((-2, DEFAULT)));
    assert_eq!(as_date(Form::Number("1e30")), Err(NO_DATE));
}

#[test]
fn an_extended_date_is_an_instant_shown_in_the_default_offset() {
    let at = Ok((NOON + 250_000, DEFAULT));
    assert_eq!(
        as_date(Form::DateMillis(Cow::Borrowed("1740841200250"))),
        at
    );
    assert_eq!(
        as_date(Form::DateText(Cow::Borrowed("2025-03-01T15:00:00.25Z"))),
        at
    );
    assert_eq!(
        as_date(Form::DateText(Cow::Borrowed(
            "2025-03-01T10:00:00.25-05:00"
        ))),
        at
    );
    assert_eq!(
        as_date(Form::DateText(Cow::Borrowed("2025-03-01T15:00:00.25"))),
        at
    );
    // Always milliseconds, however small.
    assert_eq!(
        as_date(Form::DateMillis(Cow::Borrowed("-1"))),
        Ok((-1000, DEFAULT))
    );
    let long = Raw::Extended(Extended::Date, Scalar::Long(Text::plain("1740841200250")));
    assert_eq!(as_date(Form::of(long).unwrap()), at);
    assert_eq!(
        as_date(Form::DateText(Cow::Borrowed("2025-02-30T15:00:00Z"))),
        Err(NO_DATE)
    );
}

#[test]
fn a_misfit_names_types_and_no_values() {
    let misfit = int::convert(&txt("12345678X"), false).unwrap_err();
    assert_eq!(
        misfit.detail(),
        "expected an integer, found text that is no number"
    );
    let misfit = Form::of(Raw::Blocked(Found::Text)).unwrap_err();
    assert_eq!(misfit.detail(), "the path runs into text");
    let misfit = boolean::convert(&Form::Number("7")).unwrap_err();
    assert_eq!(misfit.detail(), "expected a boolean, found a number");
}
