//! Small numbers, one for each row: bytes as long as they do.

/// The numbers of the rows.
#[derive(Clone, Debug)]
pub(crate) enum Codes {
    /// Up to 256 numbers.
    Narrow(Vec<u8>),
    /// Up to 65,536.
    Wide(Vec<u16>),
}

impl Codes {
    /// Takes numbers below `count`, which is at most 65,536.
    pub(crate) fn of(count: usize, codes: impl Iterator<Item = u16>) -> Self {
        if count <= 256 {
            let narrow = |code| u8::try_from(code).unwrap_or(u8::MAX);
            Self::Narrow(codes.map(narrow).collect())
        } else {
            Self::Wide(codes.collect())
        }
    }

    /// Returns the number of a row; 0 past the end.
    pub(crate) fn get(&self, row: usize) -> usize {
        match self {
            Self::Narrow(codes) => codes.get(row).copied().map_or(0, usize::from),
            Self::Wide(codes) => codes.get(row).copied().map_or(0, usize::from),
        }
    }

    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    pub(crate) const fn size_bytes(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len() * 2,
        }
    }

    /// Returns the rows in another order.
    pub(crate) fn ordered(&self, order: &[u32]) -> Self {
        match self {
            Self::Narrow(codes) => Self::Narrow(order.iter().map(|row| at(codes, *row)).collect()),
            Self::Wide(codes) => Self::Wide(order.iter().map(|row| at(codes, *row)).collect()),
        }
    }

    /// Adds to what stands in `into` what the table has for the number of each row.
    pub(crate) fn add_to(&self, rows: &[u32], table: &[u32], into: &mut [u32]) {
        match self {
            Self::Narrow(codes) => add_to(codes, rows, table, into),
            Self::Wide(codes) => add_to(codes, rows, table, into),
        }
    }

    /// Leaves of the bits in `into` those that the number of each row has.
    pub(crate) fn keep_bits(&self, rows: &[u32], bits: &[u16], into: &mut [u16]) {
        match self {
            Self::Narrow(codes) => keep_bits(codes, rows, bits, into),
            Self::Wide(codes) => keep_bits(codes, rows, bits, into),
        }
    }
}

fn add_to<T: Copy + Default + Into<usize>>(
    codes: &[T],
    rows: &[u32],
    table: &[u32],
    into: &mut [u32],
) {
    for (row, into) in rows.iter().zip(into) {
        *into += table.get(at(codes, *row).into()).copied().unwrap_or(0);
    }
}

fn keep_bits<T: Copy + Default + Into<usize>>(
    codes: &[T],
    rows: &[u32],
    bits: &[u16],
    into: &mut [u16],
) {
    for (row, into) in rows.iter().zip(into) {
        *into &= bits.get(at(codes, *row).into()).copied().unwrap_or(0);
    }
}

/// The element of a row; the default past the end.
pub(crate) fn at<T: Copy + Default>(values: &[T], row: u32) -> T {
    let row = usize::try_from(row).unwrap_or(usize::MAX);
    values.get(row).copied().unwrap_or_default()
}
