//! Which table of scores a picture takes, by its traffic and by how it was refused.

use crate::measure::{METRICS, MODELS};
use crate::quantiles::Quantiles;
use crate::scenario::parts::BothPictures;
use crate::scenario::{Scenario, Tables};
use crate::verdict::{Code, Stage, Verdict};

/// Tables of the near and of the far picture.
type Pair = [Quantiles; 2];

/// Tables of one group of scores, in the order of the metrics.
pub(crate) type ScoreTables = [Pair; METRICS.len()];

/// Tables of the models: where a picture passed, and where it was refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProbabilityTables {
    pub(crate) genuine: [Pair; MODELS.len()],
    pub(crate) spoof: [Pair; MODELS.len()],
}

impl ProbabilityTables {
    /// Returns nothing where a table is missing, which validation rules out.
    pub(crate) fn of(scenario: &Scenario) -> Option<Self> {
        let group = |name| in_order(scenario.probabilities.get(name)?, MODELS);
        Some(Self {
            genuine: group("genuine")?,
            spoof: group("spoof")?,
        })
    }
}

/// The score tables of one kind of traffic.
#[derive(Clone, Debug)]
pub(crate) struct SegmentScores {
    own: ScoreTables,
    geometry: ScoreTables,
    /// By code, those of a picture that was refused with it.
    refused: Vec<(&'static str, ScoreTables)>,
}

impl SegmentScores {
    /// Returns nothing where a table is missing, which validation rules out.
    pub(crate) fn of(scenario: &Scenario, own: &str) -> Option<Self> {
        let group = |name: &str| in_order(scenario.scores.get(name)?, METRICS);
        let own_tables = group(own)?;
        let geometry = match scenario.scores_of_geometry.get(own) {
            Some(name) => group(name)?,
            None => own_tables,
        };
        let mut refused = Vec::new();
        for (code, name) in &scenario.scores_of_code {
            refused.push((Code::at(Code::of(code)?).code, group(name)?));
        }
        Some(Self {
            own: own_tables,
            geometry,
            refused,
        })
    }

    /// Returns the tables for a picture.
    pub(crate) fn for_picture(&self, verdict: &Verdict, picture: usize) -> &ScoreTables {
        let is_refused = verdict.failing == Some(picture) && !verdict.code.is_technical();
        match verdict.code.stage {
            Stage::Quality if is_refused => self
                .refused
                .iter()
                .find(|(code, _)| *code == verdict.code.code)
                .map_or(&self.own, |(_, tables)| tables),
            Stage::Geometry => &self.geometry,
            _ => &self.own,
        }
    }
}

fn in_order<const N: usize>(tables: &Tables, names: [&str; N]) -> Option<[Pair; N]> {
    let mut ordered = [[Quantiles([0.0; 11]); 2]; N];
    for (place, name) in ordered.iter_mut().zip(names) {
        let BothPictures { near, far } = *tables.get(name)?;
        *place = [near, far];
    }
    Some(ordered)
}
