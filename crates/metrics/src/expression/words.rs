//! Expressions as people read them, and as they may be typed again after `--where`.

use std::fmt::{self, Display, Formatter};

use super::{Literal, Measure, Predicate, Value};

impl Display for Measure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count => f.write_str("count()"),
            Self::Distinct(column) => write!(f, "distinct({})", Name(column)),
            Self::Sum(of) => write!(f, "sum({of})"),
            Self::Mean(of) => write!(f, "mean({of})"),
            Self::Min(of) => write!(f, "min({of})"),
            Self::Max(of) => write!(f, "max({of})"),
            Self::Quantile { of, share } => write!(f, "quantile({of}, {share})"),
            Self::Ratio(one, other) => write!(f, "{one} / {other}"),
            Self::Filter(measure, predicate) => match measure.as_ref() {
                Self::Ratio(..) => write!(f, "({measure}) where {predicate}"),
                _ => write!(f, "{measure} where {predicate}"),
            },
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, column) in self.columns().enumerate() {
            if index > 0 {
                f.write_str(" + ")?;
            }
            Name(column).fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Predicate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(column, comparison, literal) => {
                write!(f, "{} {} {literal}", Name(column), comparison.sign())
            }
            Self::In(column, literals) => {
                write!(f, "{} in ({})", Name(column), List(literals))
            }
            Self::NotIn(column, literals) => {
                write!(f, "{} not in ({})", Name(column), List(literals))
            }
            Self::IsNull(column) => write!(f, "{} is null", Name(column)),
            Self::IsNotNull(column) => write!(f, "{} is not null", Name(column)),
            Self::And(parts) => joined(f, parts, "and", "true"),
            Self::Or(parts) => joined(f, parts, "or", "false"),
            Self::Not(inner) => write!(f, "not ({inner})"),
        }
    }
}

fn joined(f: &mut Formatter<'_>, parts: &[Predicate], joint: &str, of_none: &str) -> fmt::Result {
    if parts.is_empty() {
        return f.write_str(of_none);
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            write!(f, " {joint} ")?;
        }
        match part {
            Predicate::And(inner) | Predicate::Or(inner) if !inner.is_empty() => {
                write!(f, "({part})")?;
            }
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Day(day) => write!(f, "'{}'", String::from(*day)),
            Self::Instant(at) => write!(f, "'{}'", String::from(*at)),
            Self::LocalTime(at) => write!(f, "'{}'", String::from(*at)),
        }
    }
}

struct List<'a>(&'a [Literal]);

impl Display for List<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, literal) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            literal.fmt(f)?;
        }
        Ok(())
    }
}

/// A column's name, quoted unless it is a plain word that no SQL parser takes for another.
struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let plain = self.0.starts_with(|c: char| c.is_ascii_alphabetic())
            && self
                .0
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_');
        let reserved = [
            "and", "or", "not", "in", "is", "null", "true", "false", "between", "case",
        ];
        if plain && !reserved.contains(&self.0.to_ascii_lowercase().as_str()) {
            f.write_str(self.0)
        } else {
            write!(f, "\"{}\"", self.0.replace('"', "\"\""))
        }
    }
}
