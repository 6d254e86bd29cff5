//! The closing table of a run, for a person.

use veriscope_answers::number::harmless;
use veriscope_answers::{left_out, outsize};
use veriscope_card::views::Language;

use super::{RunSummary, Share};
use crate::terminal::{Align, Column, Styles, format, table};

/// Sources that are listed one by one; of more, the first.
const SOURCES_SHOWN: usize = 8;

/// Columns of a note above figures.
const NOTE_WIDTH: usize = 76;

/// Renders the closing table, without a line end.
#[must_use]
pub fn render(summary: &RunSummary, styles: Styles) -> String {
    let mut sections = vec![headline(summary, styles)];
    let mut section = |title: &str, body: String| {
        sections.push(format!("{}\n{}", styles.bold(title), indented(&body)));
    };
    if summary.sources.len() > 1 {
        section("Sources", sources(summary));
    }
    section("Documents", documents(summary));
    if !summary.notes.is_empty() {
        section("Noticed", notes(summary));
    }
    if summary.transactions > 0 {
        section("In the lake", lake(summary));
    }
    section("Where things are", places(summary));
    if !summary.next_steps.is_empty() {
        section("Next", summary.next_steps.join("\n"));
    }
    sections.join("\n\n")
}

fn headline(summary: &RunSummary, styles: Styles) -> String {
    let verb = if summary.snapshot.is_some() {
        "is done"
    } else {
        "published nothing"
    };
    let rate = format::rate(summary.bytes_read, summary.elapsed_ms)
        .map(|rate| format!(", {}/s", format::bytes(rate)))
        .unwrap_or_default();
    format!(
        "{} {verb}: {} in {}{rate}",
        styles.bold(&format!("Run {}", summary.run_id)),
        format::bytes(summary.bytes_read),
        format::duration_ms(summary.elapsed_ms)
    )
}

fn sources(summary: &RunSummary) -> String {
    let mut rows: Vec<Vec<String>> = summary
        .sources
        .iter()
        .take(SOURCES_SHOWN)
        .map(|source| vec![source.label.clone(), format::count(source.documents)])
        .collect();
    let rest = summary.sources.get(SOURCES_SHOWN..).unwrap_or_default();
    if !rest.is_empty() {
        let documents = rest.iter().map(|source| source.documents).sum();
        let label = format!("and {} more", format::count(as_u64(rest.len())));
        rows.push(vec![label, format::count(documents)]);
    }
    table(&columns(), rows)
}

fn documents(summary: &RunSummary) -> String {
    let quarantined = summary.quarantined.total();
    let mut rows = vec![
        row("read", summary.read, ""),
        row("inserted", summary.inserted, ""),
        row("updated", summary.updated, ""),
        row("unchanged", summary.unchanged, ""),
        row("quarantined", quarantined, ""),
    ];
    for (reason, count) in &summary.quarantined.0 {
        rows.push(row(&format!("  {reason}"), *count, ""));
    }
    let ended = summary.inserted + summary.updated + summary.unchanged + quarantined;
    let sign = if summary.read == ended { "=" } else { "≠" };
    format!(
        "{}\n\nread {sign} inserted + updated + unchanged + quarantined\n{} {sign} {} + {} + {} + {}",
        table(&columns(), rows),
        format::count(summary.read),
        format::count(summary.inserted),
        format::count(summary.updated),
        format::count(summary.unchanged),
        format::count(quarantined)
    )
}

fn notes(summary: &RunSummary) -> String {
    let rows = summary.notes.iter().map(|noticed| {
        row(
            &noticed.note.replace('-', " "),
            noticed.count,
            &noticed.feature,
        )
    });
    table(&columns(), rows.collect())
}

/// What a reader must know before the figures, then the figures.
fn lake(summary: &RunSummary) -> String {
    let language = Language::English;
    let left_out =
        (!summary.excluded.is_empty()).then(|| left_out(None, &summary.excluded, language));
    let bent = summary.outsize.iter().flatten();
    let bent = bent.map(|one| outsize(one, language));
    let is_unknown = summary.acceptance.is_some() && summary.outsize.is_none();
    let unknown = is_unknown.then(|| {
        "whether one person or client bends these rates is told by `veriscope answer acceptance`"
            .to_owned()
    });
    let notes = left_out.into_iter().chain(bent).chain(unknown);
    let options = || textwrap::Options::new(NOTE_WIDTH).subsequent_indent("  ");
    let wrapped = |note: String| textwrap::fill(&harmless(&format!("note: {note}")), options());
    let mut parts: Vec<String> = notes.map(wrapped).collect();
    parts.push(figures(summary));
    parts.join("\n\n")
}

fn figures(summary: &RunSummary) -> String {
    let mut rows = vec![row("transactions", summary.transactions, "")];
    rows.extend(
        summary
            .processes
            .map(|processes| row("processes", processes, "")),
    );
    if let Some(acceptance) = summary.acceptance {
        rows.push(share("accepted, of all", acceptance.transactions));
        rows.push(share(
            "accepted, of last attempts",
            acceptance.last_attempts,
        ));
    }
    if let Some(slowest) = &summary.slowest_microservice {
        rows.push(vec![
            "slowest microservice".to_owned(),
            format!("{} ms", format::whole(slowest.mean_ms)),
            format!(
                "{}, mean over {} transactions",
                slowest.title,
                format::count(slowest.transactions)
            ),
        ]);
    }
    table(&columns(), rows)
}

fn places(summary: &RunSummary) -> String {
    let lake = match summary.snapshot {
        Some(number) => format!("{}, snapshot {number}", summary.lake),
        None => summary.lake.clone(),
    };
    let mut rows = vec![vec!["lake".to_owned(), lake]];
    match &summary.new_key_file {
        None => rows.push(vec!["key".to_owned(), summary.key_id.clone()]),
        Some(file) => {
            rows.push(vec![
                "key".to_owned(),
                format!("{}, made now: {file}", summary.key_id),
            ]);
            rows.push(vec![
                String::new(),
                "keep a copy: without it the lake takes no further documents".to_owned(),
            ]);
        }
    }
    if let Some(loaded) = &summary.database {
        rows.push(vec!["database".to_owned(), loaded.place()]);
        rows.push(vec![String::new(), loaded.line()]);
    }
    let left = Column {
        title: "",
        align: Align::Left,
    };
    table(&[left, left], rows)
}

fn share(label: &str, share: Share) -> Vec<String> {
    vec![
        label.to_owned(),
        format::percent(share.accepted, share.total),
        format!(
            "{} of {}",
            format::count(share.accepted),
            format::count(share.total)
        ),
    ]
}

fn row(label: &str, number: u64, remark: &str) -> Vec<String> {
    vec![label.to_owned(), format::count(number), remark.to_owned()]
}

const fn columns() -> [Column; 3] {
    [
        Column {
            title: "",
            align: Align::Left,
        },
        Column {
            title: "",
            align: Align::Right,
        },
        Column {
            title: "",
            align: Align::Left,
        },
    ]
}

fn indented(body: &str) -> String {
    let lines = body.lines().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!("  {line}")
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
