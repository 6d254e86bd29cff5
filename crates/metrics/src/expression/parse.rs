//! Reads a predicate from SQL text, with DataFusion's parser.
//!
//! Names keep their case. What the closed form doesn't have is refused by name.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Ident, UnaryOperator, Value as Sql};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::{Column, Columns, Comparison, ExpressionError, Literal, Predicate};

/// Reads a condition such as `kind = 'retry' and hour between 8 and 18`.
///
/// # Errors
/// [`ExpressionError`], without any literal of the text.
pub fn parse_predicate(text: &str, columns: Columns<'_>) -> Result<Predicate, ExpressionError> {
    let mut parser = Parser::new(&PostgreSqlDialect {})
        .try_with_sql(text)
        .map_err(|error| syntax(&error))?;
    let expr = parser.parse_expr().map_err(|error| syntax(&error))?;
    if parser.peek_token().token != Token::EOF {
        let column = parser.peek_token().span.start.column;
        return Err(ExpressionError::Syntax {
            at: format!(" at column {column}"),
            problem: "a condition ends here, but the text goes on".to_owned(),
        });
    }
    predicate(expr)?.checked(columns)
}

/// The parser quotes what it found, which may be an identity: only the place is kept and what
/// was expected.
fn syntax(error: &ParserError) -> ExpressionError {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => "",
    };
    let at = message
        .rsplit_once("Column: ")
        .map(|(_, rest)| rest.trim_matches(|c: char| !c.is_ascii_digit()))
        .filter(|digits| !digits.is_empty())
        .map(|digits| format!(" at column {digits}"))
        .unwrap_or_default();
    let problem = match message.split_once(", found") {
        Some((expected, _)) if expected.starts_with("Expected") => {
            expected.replacen("Expected: ", "expected ", 1)
        }
        _ if matches!(error, ParserError::RecursionLimitExceeded) => {
            "it is nested too deep".to_owned()
        }
        _ => "it is no SQL expression".to_owned(),
    };
    ExpressionError::Syntax { at, problem }
}

const fn unsupported<T>(what: &'static str) -> Result<T, ExpressionError> {
    Err(ExpressionError::Unsupported { what })
}

fn predicate(expr: Expr) -> Result<Predicate, ExpressionError> {
    match expr {
        Expr::Nested(inner) => predicate(*inner),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
            Ok(Predicate::equals(column(expr)?, true))
        }
        Expr::Value(value) => match value.value {
            Sql::Boolean(true) => Ok(Predicate::And(Vec::new())),
            Sql::Boolean(false) => Ok(Predicate::Or(Vec::new())),
            _ => unsupported("a value alone"),
        },
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => Ok(Predicate::Not(Box::new(predicate(*expr)?))),
        Expr::BinaryOp { left, op, right } => binary(*left, &op, *right),
        Expr::IsNull(inner) => Ok(Predicate::IsNull(column(*inner)?)),
        Expr::IsNotNull(inner) => Ok(Predicate::IsNotNull(column(*inner)?)),
        Expr::IsTrue(inner) => Ok(predicate(*inner)?.complement().complement()),
        Expr::IsNotTrue(inner) => Ok(predicate(*inner)?.complement()),
        Expr::IsFalse(inner) => {
            let not = Predicate::Not(Box::new(predicate(*inner)?));
            Ok(not.complement().complement())
        }
        Expr::InList {
            expr,
            list,
            negated,
        } => {
            let name = column(*expr)?;
            let literals: Result<Vec<Literal>, _> = list.into_iter().map(literal).collect();
            Ok(if negated {
                Predicate::NotIn(name, literals?)
            } else {
                Predicate::In(name, literals?)
            })
        }
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let name = column(*expr)?;
            let between = Predicate::And(vec![
                Predicate::Compare(name.clone(), Comparison::Ge, literal(*low)?),
                Predicate::Compare(name, Comparison::Le, literal(*high)?),
            ]);
            Ok(if negated {
                Predicate::Not(Box::new(between))
            } else {
                between
            })
        }
        other => unsupported(kind(&other)),
    }
}

/// Words for an expression that is not of the closed form.
fn kind(expr: &Expr) -> &'static str {
    match expr {
        Expr::Nested(inner) => kind(inner),
        Expr::Like { .. } | Expr::ILike { .. } | Expr::SimilarTo { .. } => "a pattern (like)",
        Expr::Function(_) => "a function",
        Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => "a subquery",
        Expr::Case { .. } => "case",
        Expr::Cast { .. } => "a cast",
        Expr::BinaryOp { .. } | Expr::UnaryOp { .. } => "arithmetic",
        Expr::Value(_) => "a value in the place of a column",
        _ => "this kind of expression",
    }
}

fn binary(left: Expr, op: &BinaryOperator, right: Expr) -> Result<Predicate, ExpressionError> {
    let comparison = match op {
        BinaryOperator::And => return Ok(Predicate::And(joined(left, op, right)?)),
        BinaryOperator::Or => return Ok(Predicate::Or(joined(left, op, right)?)),
        BinaryOperator::Eq => Comparison::Eq,
        BinaryOperator::NotEq => Comparison::Ne,
        BinaryOperator::Lt => Comparison::Lt,
        BinaryOperator::LtEq => Comparison::Le,
        BinaryOperator::Gt => Comparison::Gt,
        BinaryOperator::GtEq => Comparison::Ge,
        _ => return unsupported("this operator"),
    };
    match (is_column(&left), is_column(&right)) {
        (true, true) => unsupported("a column compared to a column"),
        (true, false) => Ok(Predicate::Compare(
            column(left)?,
            comparison,
            literal(right)?,
        )),
        (false, true) => Ok(Predicate::Compare(
            column(right)?,
            comparison.mirrored(),
            literal(left)?,
        )),
        (false, false) => match (literal(left.clone()), literal(right)) {
            (Ok(_), Ok(_)) => unsupported("a comparison without a column"),
            (Err(_), _) => unsupported(kind(&left)),
            (Ok(_), Err(error)) => Err(error),
        },
    }
}

/// The parts that one operator joins, in order: a chain of `and` is one list, so that a long
/// one is not a deep one.
fn joined(
    left: Expr,
    joint: &BinaryOperator,
    right: Expr,
) -> Result<Vec<Predicate>, ExpressionError> {
    let mut parts = vec![predicate(right)?];
    let mut rest = left;
    loop {
        match rest {
            Expr::BinaryOp { left, op, right } if op == *joint => {
                parts.push(predicate(*right)?);
                rest = *left;
            }
            other => {
                parts.push(predicate(other)?);
                break;
            }
        }
    }
    parts.reverse();
    Ok(parts)
}

fn is_column(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => is_column(inner),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => true,
        _ => false,
    }
}

fn column(expr: Expr) -> Result<Column, ExpressionError> {
    match expr {
        Expr::Nested(inner) => column(*inner),
        Expr::Identifier(ident) => Ok(ident.value),
        // `attempts.kind`: there is one view only, so what stands before the dot says nothing.
        Expr::CompoundIdentifier(parts) => last(parts),
        other => unsupported(kind(&other)),
    }
}

fn last(parts: Vec<Ident>) -> Result<Column, ExpressionError> {
    match parts.into_iter().next_back() {
        Some(ident) => Ok(ident.value),
        None => unsupported("an empty name"),
    }
}

fn literal(expr: Expr) -> Result<Literal, ExpressionError> {
    match expr {
        Expr::Nested(inner) => literal(*inner),
        Expr::Value(value) => match value.value {
            Sql::Number(digits, _) => number(&digits),
            Sql::SingleQuotedString(text)
            | Sql::EscapedStringLiteral(text)
            | Sql::UnicodeStringLiteral(text) => Ok(Literal::Text(text)),
            Sql::DollarQuotedString(text) => Ok(Literal::Text(text.value)),
            Sql::Boolean(value) => Ok(Literal::Bool(value)),
            Sql::Null => unsupported("null (write `is null`)"),
            _ => unsupported("this kind of value"),
        },
        // `date '2025-01-08'`: the column says what the text is.
        Expr::TypedString(typed) => literal(Expr::Value(typed.value)),
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => match *expr {
            Expr::Value(value) => match value.value {
                Sql::Number(digits, _) => number(&format!("-{digits}")),
                _ => unsupported("a minus before what is no number"),
            },
            _ => unsupported("arithmetic"),
        },
        Expr::UnaryOp {
            op: UnaryOperator::Plus,
            expr,
        } => literal(*expr),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
            unsupported("a column in the place of a value (text stands between single quotes)")
        }
        other => unsupported(kind(&other)),
    }
}

fn number(digits: &str) -> Result<Literal, ExpressionError> {
    if let Ok(whole) = digits.parse() {
        return Ok(Literal::Int(whole));
    }
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Literal::Float(value)),
        _ => unsupported("a number too large"),
    }
}
