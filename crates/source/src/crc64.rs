//! The checksum of a collection in an archive: CRC-64 by the polynomial of ECMA-182, reflected.
//!
//! Eight bytes a step ("slicing by 8"), for it runs over every byte that is read.

/// The polynomial, its bits reversed.
const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;

/// `TABLES[0]` is the checksum of each byte; `TABLES[n]` of it with `n` zero bytes behind.
static TABLES: [[u64; 256]; 8] = tables();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which refuses an index out of bounds"
)]
const fn tables() -> [[u64; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            value = (value >> 1) ^ if value & 1 == 1 { POLYNOMIAL } else { 0 };
            bit += 1;
        }
        tables[0][byte] = value;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// A checksum under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crc64(u64);

impl Crc64 {
    pub(crate) const fn new() -> Self {
        Self(u64::MAX)
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks {
            let mixed = (self.0 ^ u64::from_le_bytes(*chunk)).to_le_bytes();
            let [a, b, c, d, e, f, g, h] = mixed.map(usize::from);
            let [t0, t1, t2, t3, t4, t5, t6, t7] = &TABLES;
            // A byte is always an index of 256: these look-ups have no bounds to check.
            self.0 = look_up(t7, a)
                ^ look_up(t6, b)
                ^ look_up(t5, c)
                ^ look_up(t4, d)
                ^ look_up(t3, e)
                ^ look_up(t2, f)
                ^ look_up(t1, g)
                ^ look_up(t0, h);
        }
        let [first, ..] = &TABLES;
        for &byte in rest {
            let [low, ..] = self.0.to_le_bytes();
            self.0 = look_up(first, usize::from(low ^ byte)) ^ (self.0 >> 8);
        }
    }

    pub(crate) const fn value(self) -> u64 {
        !self.0
    }
}

#[inline]
fn look_up(table: &[u64; 256], byte: usize) -> u64 {
    table.get(byte & 0xff).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checksum(bytes: &[u8]) -> u64 {
        let mut crc = Crc64::new();
        crc.update(bytes);
        crc.value()
    }

    #[test]
    fn the_check_value_of_the_catalogue_comes_out() {
        // CRC-64/XZ in the catalogue of parametrised CRC algorithms.
        assert_eq!(checksum(b"123456789"), 0x995D_C9BB_DF19_39FA);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for cut in [0, 1, 7, 8, 9, 500, 999] {
            let mut crc = Crc64::new();
            crc.update(&bytes[..cut]);
            crc.update(&bytes[cut..]);
            assert_eq!(crc.value(), checksum(&bytes), "{cut}");
        }
    }
}
