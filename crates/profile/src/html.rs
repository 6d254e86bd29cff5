//! The report as one HTML file that needs no other.

use std::io::Write;

use data_encoding::BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{ProfileError, Report};

/// The page, built in `web/`, with a place for the data.
const PAGE: &str = include_str!("../../../web/dist-report/report.html");
/// Where the data goes.
const PLACE: &str = "/*REPORT*/";
/// Data of more bytes stand in the page compressed, so that wide tables make pages to mail.
const MOST_PLAIN: usize = 1_000_000;

/// Returns the report as JSON.
///
/// # Errors
/// [`ProfileError::Json`], a defect.
pub fn json(report: &Report) -> Result<String, ProfileError> {
    serde_json::to_string(report).map_err(ProfileError::Json)
}

/// Returns the report as one HTML file. The data stand in it as JSON, and `<` of them as
/// `\u003c`, so that no name or value can end their place. Data of more than 1 MB are one JSON
/// string: the gzip of the JSON, in base64.
///
/// # Errors
/// [`ProfileError::Json`], [`ProfileError::Compress`] or [`ProfileError::Template`], all
/// defects.
pub fn html(report: &Report) -> Result<String, ProfileError> {
    let plain = json(report)?;
    let data = if plain.len() > MOST_PLAIN {
        compressed(&plain).map_err(ProfileError::Compress)?
    } else {
        plain.replace('<', "\\u003c")
    };
    let (before, after) = PAGE.split_once(PLACE).ok_or(ProfileError::Template)?;
    Ok([before, &data, after].concat())
}

fn compressed(plain: &str) -> std::io::Result<String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain.as_bytes())?;
    Ok(format!("\"{}\"", BASE64.encode(&encoder.finish()?)))
}
