//! Which table of scores a picture takes, by its traffic and by how it was refused.

use crate::model::Model;
use crate::plan::Attempt;
use crate::scenario::Tables;
use crate::verdict::{Stage, Verdict};

/// Returns the tables of scores for a picture.
pub(crate) fn scores_group<'a>(
    model: &'a Model,
    attempt: &Attempt,
    verdict: &Verdict,
    picture: usize,
) -> Option<&'a Tables> {
    let scenario = &model.scenario;
    let segment = model.segments.get(attempt.process.segment)?;
    let own = scenario.segments.get(&segment.name)?.scores.as_str();
    let is_refused = verdict.failing == Some(picture) && !verdict.code.is_technical();
    let name = match verdict.code.stage {
        Stage::Quality if is_refused => scenario
            .scores_of_code
            .get(verdict.code.code)
            .map_or(own, String::as_str),
        Stage::Geometry => scenario
            .scores_of_geometry
            .get(own)
            .map_or(own, String::as_str),
        _ => own,
    };
    scenario.scores.get(name)
}
