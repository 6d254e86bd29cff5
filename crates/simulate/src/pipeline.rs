//! The order of the microservices, and the critical path through it.

use std::fmt;
use std::str::FromStr;

use crate::error::SimulateError;

/// The microservices, in the order of a transaction's results.
pub const MICROSERVICES: [&str; 10] = [
    "accessory_detector",
    "face_detector",
    "liqe",
    "topiq",
    "classic_metrics",
    "as_35_selfies",
    "ibeta2_crops",
    "ibeta2_full",
    "ibeta2_clip",
    "geometry_check",
];

/// Place of the geometry check among the microservices: the one that runs on both pictures.
pub(crate) const GEOMETRY: usize = 9;
/// Microservices that run once a picture.
pub(crate) const NUM_PER_PICTURE: usize = 9;

/// What runs beside what. In all of them the near and the far picture pass accessories and
/// face side by side, then near quality, far quality, geometry check, near anti-spoofing
/// and far anti-spoofing follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pipeline {
    /// The quality metrics of a picture run at once, and so do its anti-spoofing models.
    Parallel,
    /// One microservice after the other, the two pictures too.
    Serial,
    /// Quality metrics one after the other, anti-spoofing models at once.
    QualitySerial,
    /// Quality metrics at once, anti-spoofing models one after the other.
    AntispoofingSerial,
}

impl Pipeline {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Parallel,
        Self::Serial,
        Self::QualitySerial,
        Self::AntispoofingSerial,
    ];

    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Parallel => "parallel",
            Self::Serial => "serial",
            Self::QualitySerial => "quality-serial",
            Self::AntispoofingSerial => "antispoofing-serial",
        }
    }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Pipeline {
    type Err = SimulateError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|pipeline| pipeline.name() == name)
            .ok_or_else(|| SimulateError::UnknownPipeline {
                name: name.to_owned(),
                known: Self::ALL.map(Self::name).join(", "),
            })
    }
}

/// Time of every microservice on both pictures, ms; 0 where it did not run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) pictures: [[i64; NUM_PER_PICTURE]; 2],
    pub(crate) geometry: i64,
}

/// What of a transaction lies on its critical path, by microservice, ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CriticalPath {
    pub(crate) on_path: [i64; MICROSERVICES.len()],
}

impl CriticalPath {
    pub(crate) fn of(times: &Times, pipeline: Pipeline) -> Self {
        let mut path = Self::default();
        let [near, far] = &times.pictures;
        path.checks(near, far, pipeline);
        let (quality_serial, antispoofing_serial) = match pipeline {
            Pipeline::Parallel => (false, false),
            Pipeline::Serial => (true, true),
            Pipeline::QualitySerial => (true, false),
            Pipeline::AntispoofingSerial => (false, true),
        };
        for picture in [near, far] {
            path.group(picture, 2..5, quality_serial);
        }
        path.on_path[GEOMETRY] += times.geometry;
        for picture in [near, far] {
            path.group(picture, 5..9, antispoofing_serial);
        }
        path
    }

    pub(crate) fn total_ms(&self) -> i64 {
        self.on_path.iter().sum()
    }

    /// Accessories and face: of the two pictures the one that takes longer counts.
    fn checks(&mut self, near: &[i64; 9], far: &[i64; 9], pipeline: Pipeline) {
        if pipeline == Pipeline::Serial {
            for picture in [near, far] {
                self.group(picture, 0..2, true);
            }
            return;
        }
        let near_is_longer = near[0] + near[1] >= far[0] + far[1];
        self.group(if near_is_longer { near } else { far }, 0..2, true);
    }

    fn group(&mut self, picture: &[i64; 9], members: std::ops::Range<usize>, serial: bool) {
        if serial {
            for member in members {
                self.on_path[member] += picture[member];
            }
            return;
        }
        // Of equals the first counts.
        let longest = members.reduce(|most, next| {
            if picture[next] > picture[most] {
                next
            } else {
                most
            }
        });
        if let Some(longest) = longest {
            self.on_path[longest] += picture[longest];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CriticalPath, MICROSERVICES, Pipeline, Times};

    const TIMES: Times = Times {
        pictures: [
            [40, 50, 90, 200, 110, 70, 60, 50, 20],
            [30, 70, 80, 100, 120, 40, 60, 50, 10],
        ],
        geometry: 7,
    };

    #[test]
    fn only_the_longest_branch_is_on_the_path() {
        // Far checks 30 + 70, near TOPIQ 200, far classic metrics 120, geometry 7,
        // near 3.5 selfies 70, far crops 60.
        let path = CriticalPath::of(&TIMES, Pipeline::Parallel);
        assert_eq!(path.on_path, [30, 70, 0, 200, 120, 70, 60, 0, 0, 7]);
        assert_eq!(path.total_ms(), 557);
    }

    #[test]
    fn groupings_in_series_add_up() {
        let all = CriticalPath::of(&TIMES, Pipeline::Serial);
        assert_eq!(all.total_ms(), 690 + 560 + 7);
        // 100 + (90 + 200 + 110) + (80 + 100 + 120) + 7 + 70 + 60
        let quality = CriticalPath::of(&TIMES, Pipeline::QualitySerial);
        assert_eq!(quality.total_ms(), 937);
        // 100 + 200 + 120 + 7 + (70 + 60 + 50 + 20) + (40 + 60 + 50 + 10)
        let antispoofing = CriticalPath::of(&TIMES, Pipeline::AntispoofingSerial);
        assert_eq!(antispoofing.total_ms(), 787);
    }

    #[test]
    fn names_lead_back_and_others_are_refused() {
        for pipeline in Pipeline::ALL {
            assert_eq!(pipeline.name().parse::<Pipeline>().unwrap(), pipeline);
        }
        let error = "sideways".parse::<Pipeline>().unwrap_err();
        assert!(error.to_string().contains("quality-serial"));
        assert_eq!(MICROSERVICES[super::GEOMETRY], "geometry_check");
    }
}
