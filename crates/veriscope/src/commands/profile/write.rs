//! Reports as files: each appears whole under its name or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use veriscope_base::{Clock, ErrorClass};
use veriscope_profile::{Report, html, json};

use super::report_path;
use crate::export::{Destination, Target};
use crate::failure::Failure;
use crate::settings::Settings;
use crate::terminal::format;

/// Writes reports into a folder, and tells of them.
pub(super) struct Writer<'a> {
    folder: PathBuf,
    settings: &'a Settings,
    written: Vec<Written>,
}

/// A report that was written.
#[derive(Serialize)]
struct Written {
    table: String,
    rows: u64,
    columns: u64,
    alerts: usize,
    html: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<String>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(folder: &Path, settings: &'a Settings) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| {
            let message = format!("failed to make the folder {}", folder.display());
            Failure::new(ErrorClass::Target, message)
        })?;
        Ok(Self {
            folder: folder.to_path_buf(),
            settings,
            written: Vec::new(),
        })
    }

    /// Writes a report under a name; under the full one where another has the short name.
    pub(super) fn write(&mut self, name: &str, full: &str, report: &Report) -> anyhow::Result<()> {
        let page = html(report)?;
        let short = report_path(&self.folder, name, "html");
        let is_taken = self.written.iter().any(|one| Path::new(&one.html) == short);
        let name = if is_taken { full } else { name };
        let path = report_path(&self.folder, name, "html");
        file(&path, page.as_bytes())?;
        let data = if self.settings.terminal.json {
            let path = report_path(&self.folder, name, "json");
            file(&path, json(report)?.as_bytes())?;
            Some(path.display().to_string())
        } else {
            None
        };
        let overview = &report.overview;
        self.settings.terminal.note(&format!(
            "wrote {}: {}, {}, {}, {}",
            path.display(),
            format::counted(overview.rows, "row", "rows"),
            format::counted(overview.columns, "column", "columns"),
            format::counted(size(report.alerts.len()), "alert", "alerts"),
            format::bytes(size(page.len())),
        ));
        self.written.push(Written {
            table: report.provenance.table.clone(),
            rows: overview.rows,
            columns: overview.columns,
            alerts: report.alerts.len(),
            html: path.display().to_string(),
            json: data,
        });
        Ok(())
    }

    pub(super) fn finish(self) -> anyhow::Result<()> {
        if self.settings.terminal.json {
            self.settings.terminal.data_json(&self.written)?;
        }
        Ok(())
    }
}

fn size(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let (target, mut sink) = Target::open(&Destination::File(path.to_path_buf()))?;
    let written = sink.write_all(bytes).and_then(|()| sink.flush());
    written.map_err(|source| target.failed(source))?;
    drop(sink);
    target.complete(0)?.commit()?;
    Ok(())
}

/// Now, as RFC 3339 in UTC.
pub(super) fn made_at(clock: &dyn Clock) -> Option<String> {
    let now = DateTime::from_timestamp_micros(clock.now_us())?;
    Some(now.to_rfc3339_opts(SecondsFormat::Secs, true))
}
