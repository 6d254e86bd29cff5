//! Goes over the cells of an array, whatever its layout.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, DictionaryArray};
use arrow_schema::DataType;

use super::{ColumnSearch, FeatureIndex};

/// Row and feature of the first raw value in an array.
type Found = Option<(usize, FeatureIndex)>;

/// Searches one column. Types that hold neither text nor numbers (flags, instants) are
/// clean by themselves.
pub(super) fn search(column: &ColumnSearch<'_>, array: &ArrayRef) -> Found {
    match array.data_type() {
        DataType::Utf8 => texts(column, array.as_string::<i32>().iter().map(bytes)),
        DataType::LargeUtf8 => texts(column, array.as_string::<i64>().iter().map(bytes)),
        DataType::Utf8View => texts(column, array.as_string_view().iter().map(bytes)),
        DataType::Binary => texts(column, array.as_binary::<i32>().iter().map(utf8)),
        DataType::LargeBinary => texts(column, array.as_binary::<i64>().iter().map(utf8)),
        DataType::BinaryView => texts(column, array.as_binary_view().iter().map(utf8)),
        DataType::FixedSizeBinary(_) => {
            texts(column, array.as_fixed_size_binary().iter().map(utf8))
        }
        DataType::Int8 => integers::<Int8Type>(column, array),
        DataType::Int16 => integers::<Int16Type>(column, array),
        DataType::Int32 => integers::<Int32Type>(column, array),
        DataType::Int64 => integers::<Int64Type>(column, array),
        DataType::UInt8 => integers::<UInt8Type>(column, array),
        DataType::UInt16 => integers::<UInt16Type>(column, array),
        DataType::UInt32 => integers::<UInt32Type>(column, array),
        DataType::UInt64 => integers::<UInt64Type>(column, array),
        DataType::Float16 => floats::<Float16Type>(column, array),
        DataType::Float32 => floats::<Float32Type>(column, array),
        DataType::Float64 => floats::<Float64Type>(column, array),
        DataType::Decimal128(_, scale) => decimals(column, array, *scale),
        DataType::Dictionary(_, _) => dictionary(column, array),
        DataType::Struct(_) => array
            .as_struct()
            .columns()
            .iter()
            .find_map(|child| search(column, child)),
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            elements(column, array, |row| lists.value(row))
        }
        DataType::LargeList(_) => {
            let lists = array.as_list::<i64>();
            elements(column, array, |row| lists.value(row))
        }
        DataType::FixedSizeList(_, _) => {
            let lists = array.as_fixed_size_list();
            elements(column, array, |row| lists.value(row))
        }
        _ => None,
    }
}

fn bytes(cell: Option<&str>) -> Option<&[u8]> {
    cell.map(str::as_bytes)
}

fn utf8(cell: Option<&[u8]>) -> Option<&[u8]> {
    cell.filter(|bytes| std::str::from_utf8(bytes).is_ok())
}

fn texts<'a>(column: &ColumnSearch<'_>, cells: impl Iterator<Item = Option<&'a [u8]>>) -> Found {
    let mut lower = Vec::new();
    // Columns of few values repeat them; a run of one value is searched once.
    let mut previous: Option<&[u8]> = None;
    for (row, cell) in cells.enumerate() {
        let Some(cell) = cell else { continue };
        if previous == Some(cell) {
            continue;
        }
        if let Some(feature) = column.text(cell, &mut lower) {
            return Some((row, feature));
        }
        previous = Some(cell);
    }
    None
}

fn integers<T>(column: &ColumnSearch<'_>, array: &ArrayRef) -> Found
where
    T: ArrowPrimitiveType,
    u128: TryFrom<T::Native>,
{
    let cells = array.as_primitive::<T>().iter().enumerate();
    first(cells, |cell| {
        u128::try_from(cell)
            .ok()
            .and_then(|number| column.number(number))
    })
}

fn floats<T>(column: &ColumnSearch<'_>, array: &ArrayRef) -> Found
where
    T: ArrowPrimitiveType,
    T::Native: Into<f64>,
{
    first(array.as_primitive::<T>().iter().enumerate(), |cell| {
        column.float(cell.into())
    })
}

fn decimals(column: &ColumnSearch<'_>, array: &ArrayRef, scale: i8) -> Found {
    let unit = 10_i128.checked_pow(u32::from(scale.unsigned_abs()))?;
    first(
        array.as_primitive::<Decimal128Type>().iter().enumerate(),
        |cell| {
            let whole = if scale < 0 {
                cell.checked_mul(unit)?
            } else if cell % unit == 0 {
                cell / unit
            } else {
                return None;
            };
            u128::try_from(whole)
                .ok()
                .and_then(|number| column.number(number))
        },
    )
}

fn first<T>(
    mut cells: impl Iterator<Item = (usize, Option<T>)>,
    mut whose: impl FnMut(T) -> Option<FeatureIndex>,
) -> Found {
    cells.find_map(|(row, cell)| whose(cell?).map(|feature| (row, feature)))
}

fn elements(
    column: &ColumnSearch<'_>,
    array: &ArrayRef,
    of_row: impl Fn(usize) -> ArrayRef,
) -> Found {
    (0..array.len())
        .filter(|row| array.is_valid(*row))
        .find_map(|row| search(column, &of_row(row)).map(|(_, feature)| (row, feature)))
}

fn dictionary(column: &ColumnSearch<'_>, array: &ArrayRef) -> Found {
    let DataType::Dictionary(key, _) = array.data_type() else {
        return None;
    };
    match **key {
        DataType::Int8 => dictionary_of(column, array.as_dictionary::<Int8Type>()),
        DataType::Int16 => dictionary_of(column, array.as_dictionary::<Int16Type>()),
        DataType::Int32 => dictionary_of(column, array.as_dictionary::<Int32Type>()),
        DataType::Int64 => dictionary_of(column, array.as_dictionary::<Int64Type>()),
        DataType::UInt8 => dictionary_of(column, array.as_dictionary::<UInt8Type>()),
        DataType::UInt16 => dictionary_of(column, array.as_dictionary::<UInt16Type>()),
        DataType::UInt32 => dictionary_of(column, array.as_dictionary::<UInt32Type>()),
        DataType::UInt64 => dictionary_of(column, array.as_dictionary::<UInt64Type>()),
        _ => None,
    }
}

/// Searches each value once. A value that no row points to is a leak too: it is in the file.
fn dictionary_of<K: ArrowDictionaryKeyType>(
    column: &ColumnSearch<'_>,
    array: &DictionaryArray<K>,
) -> Found {
    let (value, feature) = search(column, array.values())?;
    let row = array
        .keys_iter()
        .position(|key| key == Some(value))
        .unwrap_or_default();
    Some((row, feature))
}
