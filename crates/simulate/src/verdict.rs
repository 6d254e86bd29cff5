//! How a transaction ends, and so how far each of its two pictures got.

use crate::random::Random;
use crate::scenario::parts::{FarCancelled, NearShare, Switches};

/// The check at which a code stops a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Accessory,
    Face,
    Icao,
    Quality,
    Geometry,
    Spoof,
    /// It ran to its end.
    Done,
}

/// A code that sums a transaction up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) code: &'static str,
    pub(crate) description: &'static str,
    pub(crate) stage: Stage,
}

const fn code(code: &'static str, description: &'static str, stage: Stage) -> Code {
    Code {
        code,
        description,
        stage,
    }
}

impl Code {
    /// All of them, the accepted one first. The description of 0305 is the one that the
    /// published month shows, not the longer one of the dictionary.
    pub(crate) const ALL: [Self; 37] = [
        code("1400", "antispoofing OK", Stage::Done),
        code("0201", "internal error", Stage::Accessory),
        code("0202", "hand", Stage::Accessory),
        code("0203", "hat", Stage::Accessory),
        code("0204", "face mask", Stage::Accessory),
        code("0205", "sunglasses", Stage::Accessory),
        code("0101", "internal error", Stage::Face),
        code("0102", "face not found", Stage::Face),
        code("0103", "multiple faces", Stage::Face),
        code("0401", "internal error", Stage::Icao),
        code("0402", "face is not centered", Stage::Icao),
        code("0403", "distant face", Stage::Icao),
        code("0404", "width ratio validation", Stage::Icao),
        code("0405", "height ratio validation", Stage::Icao),
        code("0406", "non-frontal", Stage::Icao),
        code("0407", "eyes closed", Stage::Icao),
        code("0408", "open mouth", Stage::Icao),
        code("0409", "pupil distance", Stage::Icao),
        code("0410", "asymmetric lighting / hot spots", Stage::Icao),
        code("0411", "bad dynamic range", Stage::Icao),
        code("0412", "face too close", Stage::Icao),
        code("0414", "face occluded by objects", Stage::Icao),
        code("0415", "looking away", Stage::Icao),
        code("0416", "non-uniform background", Stage::Icao),
        code("0417", "red eyes", Stage::Icao),
        code("0301", "internal error", Stage::Quality),
        code("0302", "blur/haze", Stage::Quality),
        code("0303", "bad color", Stage::Quality),
        code("0304", "bad lights", Stage::Quality),
        code("0305", "bad exposure", Stage::Quality),
        code("0306", "image not sharp", Stage::Quality),
        code("3001", "internal error", Stage::Geometry),
        code("3002", "geometry fail", Stage::Geometry),
        code("1401", "internal error", Stage::Spoof),
        code("1402", "spoof image", Stage::Spoof),
        code("1403", "non conclusive", Stage::Spoof),
        code("2001", "internal error", Stage::Done),
    ];

    /// Place of the accepted code.
    pub(crate) const ACCEPTED: usize = 0;

    pub(crate) fn of(code: &str) -> Option<usize> {
        Self::ALL.iter().position(|known| known.code == code)
    }

    /// Returns a code by its place; the accepted one for a place there is not.
    pub(crate) fn at(place: usize) -> Self {
        Self::ALL.get(place).copied().unwrap_or(Self::ALL[0])
    }

    /// Returns true for a failure of the API itself.
    pub(crate) fn is_technical(self) -> bool {
        self.description == "internal error"
    }
}

/// The last step of which a picture has results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    Integrity,
    Accessory,
    Face,
    Quality,
    AntiSpoofing,
}

/// One of the two pictures, as an index.
pub(crate) const NEAR: usize = 0;
pub(crate) const FAR: usize = 1;

/// What a document shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) code: Code,
    /// How far the near and the far picture got.
    pub(crate) reach: [Reach; 2],
    pub(crate) has_geometry: bool,
    /// The picture that was refused.
    pub(crate) failing: Option<usize>,
}

impl Verdict {
    /// Decides which picture was refused and what of the other had run by then.
    pub(crate) fn draw(
        code: Code,
        near_share: &NearShare,
        far_cancelled: &FarCancelled,
        random: &mut Random,
    ) -> Self {
        use Reach::{Accessory, AntiSpoofing, Face, Integrity, Quality};
        let which = random.unit();
        let cancelled = random.unit();
        let refused = |share: f64| if which < share { NEAR } else { FAR };
        let (failing, reach, has_geometry) = match code.stage {
            Stage::Done => (None, [AntiSpoofing, AntiSpoofing], true),
            Stage::Geometry => (None, [Quality, Quality], true),
            Stage::Accessory => match refused(near_share.accessory) {
                NEAR if cancelled < far_cancelled.accessory => {
                    (Some(NEAR), [Accessory, Integrity], false)
                }
                NEAR => (Some(NEAR), [Accessory, Accessory], false),
                _ => (Some(FAR), [Face, Accessory], false),
            },
            Stage::Face | Stage::Icao => match refused(near_share.face) {
                NEAR if cancelled < far_cancelled.face => (Some(NEAR), [Face, Accessory], false),
                picture => (Some(picture), [Face, Face], false),
            },
            Stage::Quality => match refused(near_share.quality) {
                NEAR => (Some(NEAR), [Quality, Face], false),
                _ => (Some(FAR), [Quality, Quality], false),
            },
            Stage::Spoof => match refused(near_share.spoof) {
                NEAR => (Some(NEAR), [AntiSpoofing, Quality], true),
                _ => (Some(FAR), [AntiSpoofing, AntiSpoofing], true),
            },
        };
        Self {
            code,
            reach,
            has_geometry,
            failing,
        }
    }
}

/// Returns what becomes of a code where its check was not asked for.
pub(crate) fn with_switches(place: usize, switches: &Switches) -> usize {
    let stage = Code::at(place).stage;
    let off = match stage {
        Stage::Accessory => !switches.with_accessories,
        Stage::Icao => !switches.with_icao,
        Stage::Quality => !switches.with_iqa,
        Stage::Face | Stage::Geometry | Stage::Spoof | Stage::Done => false,
    };
    if off { Code::ACCEPTED } else { place }
}
