//! Face landmarks: nine tenths of a real document, and read by no feature.

use std::fmt::Write as _;

use crate::random::Random;

/// Points of one face.
const NUM_POINTS: u32 = 478;

/// The landmarks of one face as JSON text, ready to be put into a document.
///
/// Invariant: `head`, sixteen digits and `tail` in a row are a JSON array.
pub(crate) struct Landmarks {
    head: String,
    tail: String,
}

impl Landmarks {
    /// Points of full number and precision, about 33 kB.
    pub(crate) fn full(random: &mut Random) -> Self {
        let mut tail = String::with_capacity(40_000);
        for point in 0..NUM_POINTS {
            if point > 0 {
                // Writing to a String cannot fail.
                let _ = write!(tail, ",\"{point}\":[{:?}", random.fraction());
            }
            let _ = write!(
                tail,
                ",{:?},{:?}]",
                random.fraction(),
                random.around(0.0, 0.1)
            );
        }
        tail.push_str("}]");
        Self {
            head: "[{\"0\":[0.".to_owned(),
            tail,
        }
    }

    /// Writes them with one coordinate that is a document's own.
    pub(crate) fn write_to(&self, text: &mut String, ordinal: u64) {
        text.push_str(&self.head);
        // Odd and coprime to 10: no two of the first 10^16 ordinals share their digits.
        let digits = ordinal.wrapping_mul(7_046_029_254_386_353) % 10_000_000_000_000_000;
        let _ = write!(text, "{digits:016}");
        text.push_str(&self.tail);
    }
}

#[cfg(test)]
mod tests {
    use super::Landmarks;
    use crate::random::Random;

    #[test]
    fn a_face_has_all_its_points_in_three_dimensions() {
        let mut text = String::new();
        Landmarks::full(&mut Random::new(1)).write_to(&mut text, 42);
        let faces: serde_json::Value = serde_json::from_str(&text).unwrap();
        let points = faces[0].as_object().unwrap();
        assert_eq!(points.len(), 478);
        assert!(
            points
                .values()
                .all(|point| point.as_array().unwrap().len() == 3)
        );
        assert!((28_000..36_000).contains(&text.len()), "{}", text.len());
    }
}
