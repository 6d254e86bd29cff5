//! The rules by which transform columns come about, as expressions.

use std::collections::HashMap;

use arrow_schema::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, cast, lit, when};
use veriscope_card::{Card, Feature, SizeClasses, TransformColumn, TransformRule};

use crate::{TransformError, date, input::Input, sentinel, times};

/// Returns every transform column in published order, each under its name.
pub(crate) fn transform_exprs(card: &Card, input: &Input) -> Result<Vec<Expr>, TransformError> {
    let mut earlier: HashMap<&str, Expr> = HashMap::new();
    let mut exprs = Vec::with_capacity(card.transform.len());
    for column in &card.transform {
        let expr = Rules {
            card,
            input,
            column,
        }
        .expr(&earlier)?;
        exprs.push(expr.clone().alias(&column.name));
        earlier.insert(&column.name, expr);
    }
    Ok(exprs)
}

/// One column and what it may refer to.
struct Rules<'a> {
    card: &'a Card,
    input: &'a Input,
    column: &'a TransformColumn,
}

impl Rules<'_> {
    fn expr(&self, earlier: &HashMap<&str, Expr>) -> Result<Expr, TransformError> {
        let (card, input, name) = (self.card, self.input, &self.column.name);
        match &self.column.rule {
            TransformRule::Keep => self.keep(),
            TransformRule::SizeClass { width, height } => {
                let pixels = self.pixels(width)? * self.pixels(height)?;
                Ok(size_class(&pixels, &card.size_classes)?)
            }
            TransformRule::Orientation { width, height } => Ok(orientation(
                &self.measured(width)?,
                &self.measured(height)?,
            )?),
            TransformRule::Same { of } => self.same(of, earlier),
            TransformRule::DatePart(part) => {
                let local = input.local_time(&card.roles.date)?;
                Ok(date::date_part_expr(local, *part)?)
            }
            TransformRule::MicroserviceTotal { microservice } => {
                times::microservice_total(card, input, name, microservice)
            }
            TransformRule::MicroservicesTotal => times::microservices_total(card, input, name),
            TransformRule::TimeRemainder => times::time_remainder(card, input, name),
        }
    }

    fn keep(&self) -> Result<Expr, TransformError> {
        let name = &self.column.name;
        let measured = self.measured(name)?;
        Ok(sentinel::filled(
            measured,
            self.feature(name)?,
            &self.card.sentinels,
        ))
    }

    fn feature(&self, name: &str) -> Result<&Feature, TransformError> {
        self.card
            .feature(name)
            .ok_or_else(|| TransformError::UnknownFeature {
                column: self.column.name.clone(),
                feature: name.to_owned(),
            })
    }

    /// Returns a feature as staged, in the type that the card gives it.
    fn measured(&self, name: &str) -> Result<Expr, TransformError> {
        self.input
            .typed(name, &self.feature(name)?.value_type.arrow())
    }

    /// Returns a width or height as `Float64`, to be multiplied. A product of two 64-bit
    /// integers may not fit in one; in `Float64` it does, is exact below 2^53, and rounding
    /// never carries it over a class limit below that.
    fn pixels(&self, name: &str) -> Result<Expr, TransformError> {
        Ok(cast(self.measured(name)?, DataType::Float64))
    }

    fn same(&self, of: &[String], earlier: &HashMap<&str, Expr>) -> Result<Expr, TransformError> {
        let mut compared = Vec::with_capacity(of.len());
        for other in of {
            let Some(expr) = earlier.get(other.as_str()) else {
                return Err(TransformError::UnknownColumn {
                    column: self.column.name.clone(),
                    other: other.clone(),
                });
            };
            compared.push(expr);
        }
        Ok(all_equal(&compared)?)
    }
}

/// Returns the name of the first class that `pixels` reaches; null where it is null.
pub(crate) fn size_class(pixels: &Expr, sizes: &SizeClasses) -> Result<Expr, DataFusionError> {
    let mut branches = when(pixels.clone().is_null(), null_text());
    for class in &sizes.classes {
        let least = cast(lit(class.min_pixels), DataType::Float64);
        branches = branches.when(pixels.clone().gt_eq(least), lit(&class.name));
    }
    branches.otherwise(lit(&sizes.otherwise))
}

/// Returns SQUARE, LANDSCAPE (wider than high) or PORTRAIT; null when either side is null.
pub(crate) fn orientation(width: &Expr, height: &Expr) -> Result<Expr, DataFusionError> {
    when(width.clone().eq(height.clone()), lit("SQUARE"))
        .when(width.clone().gt(height.clone()), lit("LANDSCAPE"))
        .when(width.clone().lt(height.clone()), lit("PORTRAIT"))
        .end()
}

/// Returns whether all are equal; null when any is null, also where others already differ.
pub(crate) fn all_equal(compared: &[&Expr]) -> Result<Expr, DataFusionError> {
    let any_null = compared
        .iter()
        .map(|expr| (*expr).clone().is_null())
        .reduce(Expr::or)
        .unwrap_or_else(|| lit(true));
    let equal = compared
        .windows(2)
        .filter_map(|pair| match pair {
            [one, other] => Some((*one).clone().eq((*other).clone())),
            _ => None,
        })
        .reduce(Expr::and)
        .unwrap_or_else(|| lit(true));
    when(any_null, lit(ScalarValue::Boolean(None))).otherwise(equal)
}

fn null_text() -> Expr {
    lit(ScalarValue::Utf8(None))
}
