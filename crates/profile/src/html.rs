//! The report as one HTML file that needs no other.

use crate::{ProfileError, Report};

/// The page, built in `web/`, with a place for the data.
const PAGE: &str = include_str!("../../../web/dist-report/report.html");
/// Where the data goes.
const PLACE: &str = "/*REPORT*/";

/// Returns the report as JSON.
///
/// # Errors
/// [`ProfileError::Json`], a defect.
pub fn json(report: &Report) -> Result<String, ProfileError> {
    serde_json::to_string(report).map_err(ProfileError::Json)
}

/// Returns the report as one HTML file. Inside, `<` of the data is written as `\u003c`, so that
/// no name or value can end the place where the data stands.
///
/// # Errors
/// [`ProfileError::Json`] or [`ProfileError::Template`], both defects.
pub fn html(report: &Report) -> Result<String, ProfileError> {
    let data = json(report)?.replace('<', "\\u003c");
    let (before, after) = PAGE.split_once(PLACE).ok_or(ProfileError::Template)?;
    Ok([before, &data, after].concat())
}
