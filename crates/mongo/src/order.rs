//! The order of two values of one class, as the server has it, where it can be told here.

use std::cmp::Ordering;

use mongodb::bson::Bson;

/// Compares values of one class; none where only the server can (decimals, documents, code),
/// or where the classes differ. Strings are compared by bytes, as without a collation.
pub(crate) fn compare(one: &Bson, other: &Bson) -> Option<Ordering> {
    match (one, other) {
        (Bson::ObjectId(one), Bson::ObjectId(other)) => Some(one.bytes().cmp(&other.bytes())),
        (Bson::DateTime(one), Bson::DateTime(other)) => Some(one.cmp(other)),
        (Bson::Timestamp(one), Bson::Timestamp(other)) => {
            Some((one.time, one.increment).cmp(&(other.time, other.increment)))
        }
        (Bson::Boolean(one), Bson::Boolean(other)) => Some(one.cmp(other)),
        (Bson::String(one) | Bson::Symbol(one), Bson::String(other) | Bson::Symbol(other)) => {
            Some(one.as_bytes().cmp(other.as_bytes()))
        }
        (Bson::Binary(one), Bson::Binary(other)) => {
            let key =
                |binary: &mongodb::bson::Binary| (binary.bytes.len(), u8::from(binary.subtype));
            Some(
                key(one)
                    .cmp(&key(other))
                    .then_with(|| one.bytes.cmp(&other.bytes)),
            )
        }
        _ => numbers(one, other),
    }
}

fn numbers(one: &Bson, other: &Bson) -> Option<Ordering> {
    if let (Some(one), Some(other)) = (integer(one), integer(other)) {
        return Some(one.cmp(&other));
    }
    let (one, other) = (exact(one)?, exact(other)?);
    match (one.is_nan(), other.is_nan()) {
        // NaN comes before all other numbers.
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => one.partial_cmp(&other),
    }
}

fn integer(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(number) => Some(i64::from(*number)),
        Bson::Int64(number) => Some(*number),
        _ => None,
    }
}

/// The number as a double that is exactly it.
fn exact(value: &Bson) -> Option<f64> {
    match value {
        Bson::Double(number) => Some(*number),
        Bson::Int32(number) => Some(f64::from(*number)),
        Bson::Int64(number) => i32::try_from(*number).ok().map(f64::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mongodb::bson::{Binary, DateTime, Decimal128, spec::BinarySubtype};

    fn binary(bytes: &[u8]) -> Bson {
        Bson::Binary(Binary {
            subtype: BinarySubtype::Generic,
            bytes: bytes.to_vec(),
        })
    }

    #[test]
    fn numbers_compare_whatever_their_type() {
        let compared = |one: Bson, other: Bson| compare(&one, &other);
        assert_eq!(
            compared(Bson::Int32(2), Bson::Int64(3)),
            Some(Ordering::Less)
        );
        assert_eq!(
            compared(Bson::Double(2.5), Bson::Int32(2)),
            Some(Ordering::Greater)
        );
        // 2^53 + 1 and 2^53, which are one and the same double.
        let (big, less) = (9_007_199_254_740_993, 9_007_199_254_740_992);
        assert_eq!(
            compared(Bson::Int64(big), Bson::Int64(less)),
            Some(Ordering::Greater)
        );
        assert_eq!(
            compared(Bson::Double(f64::NAN), Bson::Int32(-5)),
            Some(Ordering::Less)
        );
    }

    #[test]
    fn shorter_binaries_come_first() {
        assert_eq!(
            compare(&binary(&[9]), &binary(&[1, 1])),
            Some(Ordering::Less)
        );
        assert_eq!(
            compare(&binary(&[1, 2]), &binary(&[1, 1])),
            Some(Ordering::Greater)
        );
    }

    #[test]
    fn what_only_the_server_can_order_is_left_to_it() {
        let decimal: Decimal128 = "1.5".parse().unwrap();
        assert_eq!(compare(&Bson::Decimal128(decimal), &Bson::Int32(1)), None);
        assert_eq!(compare(&Bson::Int64(i64::MAX), &Bson::Double(1.0)), None);
        assert_eq!(
            compare(&Bson::DateTime(DateTime::from_millis(1)), &Bson::Int32(1)),
            None
        );
    }
}
