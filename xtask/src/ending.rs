//! How a transaction ends, and so how far each of its two pictures got.

/// The ways in which an example transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Accepted,
    Hand,
    Hat,
    FaceMask,
    Sunglasses,
    FaceNotFound,
    MultipleFaces,
    NonFrontal,
    BlurNear,
    BlurFar,
    BadLights,
    NotSharp,
    GeometryFail,
    SpoofNear,
    SpoofFar,
    /// A technical error with a code of its own.
    QualityDown,
    /// A technical error that leaves no summary.
    Crash,
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

/// One of the two pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    Near,
    Far,
}

/// What the document of a transaction shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    pub(crate) code: &'static str,
    pub(crate) description: &'static str,
    pub(crate) near: Reach,
    pub(crate) far: Reach,
    pub(crate) has_geometry: bool,
    /// The picture in which the check failed.
    pub(crate) failing: Option<Picture>,
}

impl Ending {
    pub(crate) const fn verdict(self) -> Verdict {
        use Picture::{Far, Near};
        use Reach::{Accessory, AntiSpoofing, Face, Integrity, Quality};
        let (code, description, near, far, failing) = match self {
            Self::Accepted => ("1400", "antispoofing OK", AntiSpoofing, AntiSpoofing, None),
            Self::Hand => ("0202", "hand", Accessory, Face, Some(Near)),
            Self::Hat => ("0203", "hat", Accessory, Accessory, Some(Near)),
            Self::FaceMask => ("0204", "face mask", Face, Accessory, Some(Far)),
            Self::Sunglasses => ("0205", "sunglasses", Accessory, Accessory, Some(Near)),
            Self::FaceNotFound => ("0102", "face not found", Face, Face, Some(Near)),
            Self::MultipleFaces => ("0103", "multiple faces", Face, Face, Some(Far)),
            Self::NonFrontal => ("0406", "non-frontal", Face, Face, None),
            Self::BlurNear => ("0302", "blur/haze", Quality, Face, Some(Near)),
            Self::BlurFar => ("0302", "blur/haze", Quality, Quality, Some(Far)),
            Self::BadLights => ("0304", "bad lights", Quality, Face, Some(Near)),
            Self::NotSharp => ("0306", "image not sharp", Quality, Face, Some(Near)),
            Self::GeometryFail => ("3002", "geometry fail", Quality, Quality, None),
            Self::SpoofNear => ("1402", "spoof image", AntiSpoofing, Quality, Some(Near)),
            Self::SpoofFar => ("1402", "spoof image", AntiSpoofing, AntiSpoofing, Some(Far)),
            Self::QualityDown => ("0301", "internal error", Face, Face, None),
            Self::Crash => ("", "", Integrity, Integrity, None),
        };
        let has_geometry = matches!(
            self,
            Self::Accepted | Self::GeometryFail | Self::SpoofNear | Self::SpoofFar
        );
        Verdict {
            code,
            description,
            near,
            far,
            has_geometry,
            failing,
        }
    }

    pub(crate) const fn http_code(self) -> u16 {
        match self {
            Self::QualityDown | Self::Crash => 500,
            _ => 200,
        }
    }
}
