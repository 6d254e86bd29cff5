//! Face landmarks: nine tenths of a document, and read by no feature.
//!
//! A few faces are made before, in the style of the documents; each picture is a copy of
//! one of them with some coordinates of its own, so that writing is hardly more than copying.

use crate::random::Random;
use crate::writer::{Style, Writer};

/// Points of one face.
const NUM_POINTS: u32 = 478;
/// Faces made before.
const NUM_FACES: usize = 16;
/// Coordinates of a face that every picture has for itself.
const NUM_OWN: u32 = 12;
/// Digits of such a coordinate; a float holds as many exactly.
const NUM_DIGITS: usize = 15;
const DIGITS_SCALE: u64 = 1_000_000_000_000_000;

/// Faces ready to be copied.
#[derive(Debug)]
pub(crate) struct Landmarks {
    faces: Vec<Face>,
    style: Style,
}

#[derive(Debug)]
struct Face {
    bytes: Vec<u8>,
    /// Where the digits (or, in BSON, the number) of its own coordinates stand.
    own: Vec<usize>,
}

impl Landmarks {
    /// Makes the faces; those of one seed have the same values in every style.
    pub(crate) fn new(seed: u64, style: Style) -> Self {
        let mut random = Random::new(seed, u64::MAX - 1);
        Self {
            faces: (0..NUM_FACES)
                .map(|_| Face::new(style, &mut random))
                .collect(),
            style,
        }
    }

    /// Writes the landmarks of one picture.
    pub(crate) fn write(&self, name: &str, writer: &mut Writer, random: &mut Random) {
        let turn = random.below(NUM_FACES as u64);
        let Some(face) = usize::try_from(turn)
            .ok()
            .and_then(|turn| self.faces.get(turn))
        else {
            return;
        };
        let start = writer.made_array(name, &face.bytes);
        for place in &face.own {
            let digits = random.below(DIGITS_SCALE);
            patch(&mut writer.bytes, start + place, digits, self.style);
        }
    }
}

fn patch(bytes: &mut [u8], at: usize, digits: u64, style: Style) {
    let Some(rest) = bytes.get_mut(at..) else {
        return;
    };
    if style == Style::Bson {
        // Both are exact, so their quotient is the float nearest to the decimal number.
        let value = digits as f64 / DIGITS_SCALE as f64;
        if let Some(place) = rest.get_mut(..8) {
            place.copy_from_slice(&value.to_le_bytes());
        }
        return;
    }
    let mut left = digits;
    for place in rest.iter_mut().take(NUM_DIGITS).rev() {
        *place = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
    }
}

impl Face {
    fn new(style: Style, random: &mut Random) -> Self {
        let mut writer = Writer::new(style, Vec::with_capacity(40_000));
        let mut own = Vec::new();
        let mut name = String::new();
        // As many digits as its own coordinates will have.
        let zeros = "0".repeat(NUM_DIGITS);
        writer.begin_value_array();
        writer.object("");
        for point in 0..NUM_POINTS {
            name.clear();
            name.push_str(&point.to_string());
            let [x, y, z] = [random.unit(), random.unit(), random.unit()];
            writer.array(&name);
            if point % (NUM_POINTS / NUM_OWN) == 0 {
                own.push(writer.fixed_double(&zeros));
            } else {
                writer.double("", 0.2 + 0.6 * x);
            }
            writer.double("", 0.15 + 0.7 * y);
            writer.double("", 0.4 * (z - 0.5));
            writer.end();
        }
        writer.end();
        writer.end();
        Self {
            bytes: writer.bytes,
            own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NUM_DIGITS, patch};
    use crate::random::Random;
    use crate::writer::Style;

    #[test]
    fn digits_and_binary_numbers_are_the_same_to_the_last_bit() {
        let mut random = Random::new(5, 5);
        for _ in 0..10_000 {
            let digits = random.below(super::DIGITS_SCALE);
            let mut text = vec![b'0'; NUM_DIGITS];
            patch(&mut text, 0, digits, Style::Plain);
            let text = format!("0.{}", String::from_utf8(text).unwrap());
            let mut binary = [0; 8];
            patch(&mut binary, 0, digits, Style::Bson);
            let parsed: f64 = text.parse().unwrap();
            assert_eq!(
                parsed.to_bits(),
                f64::from_le_bytes(binary).to_bits(),
                "{text}"
            );
        }
    }
}
