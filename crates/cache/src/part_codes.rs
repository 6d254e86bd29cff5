//! Numbers of rows while they are read, in as little room as they need so far: of a hundred
//! columns most have one value or a few.

use crate::codes::Codes;

/// Numbers of rows, to which more are added.
#[derive(Debug)]
pub(crate) enum PartCodes {
    /// So many rows, all of number 0.
    Same(usize),
    /// Several rows a byte: numbers of two bits or of four.
    Packed(Packed),
    /// Up to 256 numbers.
    Narrow(Vec<u8>),
    /// Up to 65,536.
    Wide(Vec<u16>),
}

/// Numbers of a few bits; the first of a byte is in its lowest.
#[derive(Debug)]
pub(crate) struct Packed {
    /// Bits of a number; they divide eight.
    bits: u32,
    bytes: Vec<u8>,
    rows: usize,
}

impl Packed {
    fn zeros(bits: u32, rows: usize) -> Self {
        let a_byte = usize::try_from(8 / bits).unwrap_or(1);
        Self {
            bits,
            bytes: vec![0; rows.div_ceil(a_byte)],
            rows,
        }
    }

    /// The byte of a row, and how far its number is shifted.
    fn place(&self, row: usize) -> (usize, u32) {
        let a_byte = usize::try_from(8 / self.bits).unwrap_or(1);
        let shift = u32::try_from(row % a_byte).unwrap_or(0) * self.bits;
        (row / a_byte, shift)
    }

    fn push(&mut self, code: u8) {
        let (place, shift) = self.place(self.rows);
        match self.bytes.get_mut(place) {
            Some(byte) => *byte |= code << shift,
            None => self.bytes.push(code),
        }
        self.rows += 1;
    }

    fn get(&self, row: usize) -> u8 {
        let (place, shift) = self.place(row);
        let byte = self.bytes.get(place).copied().unwrap_or(0);
        byte >> shift & !(u8::MAX << self.bits)
    }

    fn each(&self) -> impl Iterator<Item = u8> {
        (0..self.rows).map(|row| self.get(row))
    }
}

impl PartCodes {
    /// Adds rows.
    pub(crate) fn extend(&mut self, codes: &[u16]) {
        let most = codes.iter().copied().max().unwrap_or(0);
        while !self.fits(most) {
            self.widen();
        }
        // What fits is cut by nothing.
        let narrow = |code: &u16| u8::try_from(*code).unwrap_or(0);
        match self {
            Self::Same(rows) => *rows += codes.len(),
            Self::Packed(packed) => codes.iter().for_each(|code| packed.push(narrow(code))),
            Self::Narrow(all) => all.extend(codes.iter().map(narrow)),
            Self::Wide(all) => all.extend_from_slice(codes),
        }
    }

    const fn fits(&self, code: u16) -> bool {
        match self {
            Self::Same(_) => code == 0,
            Self::Packed(packed) => code >> packed.bits == 0,
            Self::Narrow(_) => code >> 8 == 0,
            Self::Wide(_) => true,
        }
    }

    fn widen(&mut self) {
        *self = match self {
            Self::Same(rows) => Self::Packed(Packed::zeros(2, *rows)),
            Self::Packed(packed) if packed.bits < 4 => {
                let mut wider = Packed::zeros(4, 0);
                packed.each().for_each(|code| wider.push(code));
                Self::Packed(wider)
            }
            Self::Packed(packed) => Self::Narrow(packed.each().collect()),
            Self::Narrow(codes) => Self::Wide(codes.iter().copied().map(u16::from).collect()),
            Self::Wide(codes) => Self::Wide(std::mem::take(codes)),
        };
    }

    /// Returns the number of a row; 0 past the end.
    pub(crate) fn get(&self, row: usize) -> usize {
        match self {
            Self::Same(_) => 0,
            Self::Packed(packed) => usize::from(packed.get(row)),
            Self::Narrow(codes) => codes.get(row).copied().map_or(0, usize::from),
            Self::Wide(codes) => codes.get(row).copied().map_or(0, usize::from),
        }
    }

    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Same(rows) => *rows,
            Self::Packed(packed) => packed.rows,
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    pub(crate) fn finish(self) -> Codes {
        match self {
            Self::Same(rows) => Codes::Narrow(vec![0; rows]),
            Self::Packed(packed) => Codes::Narrow(packed.each().collect()),
            Self::Narrow(codes) => Codes::Narrow(codes),
            Self::Wide(codes) => Codes::Wide(codes),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::PartCodes;

    proptest! {
        #[test]
        fn numbers_come_back_as_they_were_whatever_room_they_need(
            codes in prop::collection::vec(
                prop_oneof![8 => Just(0_u16), 4 => 0_u16..4, 4 => 0_u16..16, 2 => 0_u16..256, 1 => 0_u16..=u16::MAX],
                0..200,
            ),
            first in 0_usize..200,
            batch in 1_usize..70,
        ) {
            // Small numbers come first, as values are numbered at first sight.
            let mut codes = codes;
            let sorted = first.min(codes.len());
            codes[..sorted].sort_unstable();
            let mut part = PartCodes::Same(0);
            codes.chunks(batch).for_each(|codes| part.extend(codes));
            prop_assert_eq!(part.len(), codes.len());
            for (row, code) in codes.iter().enumerate() {
                prop_assert_eq!(part.get(row), usize::from(*code));
            }
            let finished = part.finish();
            for (row, code) in codes.iter().enumerate() {
                prop_assert_eq!(finished.get(row), usize::from(*code));
            }
        }
    }
}
