//! Exact quantiles as an aggregate function.
//!
//! DataFusion's `percentile_cont` cuts the weight between two values to six digits; this one
//! does not, so that it gives the same bits as PostgreSQL's.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::mem::size_of_val;
use std::sync::Arc;

use datafusion::arrow::array::cast::AsArray;
use datafusion::arrow::array::types::Float64Type;
use datafusion::arrow::array::{Array, ArrayRef, Float64Array, ListArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility,
};

use crate::number::{float, floor_index};

/// Returns the quantile of a `Float64` expression; nulls don't count, null of no values.
pub(super) fn quantile(of: Expr, share: f64) -> Expr {
    AggregateUDF::from(ExactQuantile::new(share)).call(vec![of])
}

/// Returns the quantile at `share` (0 to 1) of values in any order, which it reorders:
/// linear interpolation at position `share · (n − 1)`; `None` of no values.
///
/// Source: definition 7 of R. J. Hyndman and Y. Fan (1996), The American Statistician 50(4),
/// 361-365; numpy's default, and `percentile_cont` of SQL.
#[must_use]
pub fn interpolated(values: &mut [f64], share: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let position = share * float(last);
    let below = floor_index(position).min(last);
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let weight = position - float(below);
    // A weight of nothing must not reach for a next value, nor multiply an infinite one.
    if weight <= 0.0 {
        return Some(low);
    }
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    Some(low + weight * (high - low))
}

/// The function; one for each share.
#[derive(Debug)]
struct ExactQuantile {
    share: f64,
    name: String,
    signature: Signature,
}

impl ExactQuantile {
    fn new(share: f64) -> Self {
        Self {
            share,
            name: format!("exact_quantile_{share}"),
            signature: Signature::exact(vec![DataType::Float64], Volatility::Immutable),
        }
    }
}

impl PartialEq for ExactQuantile {
    fn eq(&self, other: &Self) -> bool {
        self.share.to_bits() == other.share.to_bits()
    }
}

impl Eq for ExactQuantile {}

impl Hash for ExactQuantile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.share.to_bits().hash(state);
    }
}

impl AggregateUDFImpl for ExactQuantile {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Values {
            share: self.share,
            values: Vec::new(),
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let item = Arc::new(Field::new_list_field(DataType::Float64, true));
        let name = format!("{}[values]", args.name);
        Ok(vec![Arc::new(Field::new(name, DataType::List(item), true))])
    }
}

#[derive(Debug)]
struct Values {
    share: f64,
    values: Vec<f64>,
}

impl Values {
    fn extend(&mut self, array: &dyn Array) -> Result<()> {
        let Some(numbers) = array.as_primitive_opt::<Float64Type>() else {
            return Err(DataFusionError::Internal(format!(
                "a quantile of {} and not of Float64",
                array.data_type()
            )));
        };
        if numbers.null_count() == 0 {
            self.values.extend_from_slice(numbers.values());
        } else {
            self.values.extend(numbers.iter().flatten());
        }
        Ok(())
    }
}

impl Accumulator for Values {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        columns.iter().try_for_each(|column| self.extend(column))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(interpolated(
            &mut self.values,
            self.share,
        )))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<f64>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values = Float64Array::from(std::mem::take(&mut self.values));
        let item = Arc::new(Field::new_list_field(DataType::Float64, true));
        let offsets = OffsetBuffer::from_lengths([values.len()]);
        let list = ListArray::try_new(item, offsets, Arc::new(values), None)?;
        Ok(vec![ScalarValue::List(Arc::new(list))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in states {
            for values in state.as_list::<i32>().iter().flatten() {
                self.extend(&values)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::interpolated;

    /// numpy 2.3: `quantile([15, 20, 35, 40, 50], [0, .05, .3, .4, .95, 1])`.
    #[test]
    fn quantiles_are_those_of_numpy() {
        for (share, expected) in [
            (0.0, 15.0),
            (0.05, 16.0),
            (0.3, 23.0),
            (0.4, 29.0),
            (0.95, 48.0),
            (1.0, 50.0),
        ] {
            let found = interpolated(&mut [40.0, 15.0, 50.0, 20.0, 35.0], share).unwrap();
            assert!((found - expected).abs() < 1e-12, "{share}: {found}");
        }
    }

    #[test]
    fn nothing_has_no_quantile_and_one_value_is_every_quantile() {
        assert_eq!(interpolated(&mut [], 0.5), None);
        for share in [0.0, 0.5, 1.0] {
            assert_eq!(interpolated(&mut [7.0], share), Some(7.0));
        }
    }
}
