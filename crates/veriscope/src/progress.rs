//! How far a run is: a bar on a terminal, plain lines elsewhere, nothing with `--quiet`.
//!
//! Readers count the bytes of the sources in shared counters; the run tells documents. The
//! figures come from the clock that is passed in.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use veriscope_base::Clock;

use crate::terminal::{Terminal, format};

/// Between two plain lines, µs.
const LINE_EVERY_US: i64 = 5_000_000;
/// Between two drawings of the bar, µs.
const DRAW_EVERY_US: i64 = 100_000;
/// Before this a rate says nothing, ms.
const SETTLED_MS: u64 = 500;

/// What is shown of a run while it goes on. May be shared between threads.
pub struct Progress {
    clock: Arc<dyn Clock>,
    started_us: i64,
    /// Bytes of all sources; none when one of them is a stream.
    total_bytes: Option<u64>,
    documents: AtomicU64,
    state: Mutex<State>,
}

struct State {
    counters: Vec<Arc<AtomicU64>>,
    view: View,
    last_us: i64,
}

enum View {
    Hidden,
    Bar(ProgressBar),
    Lines(Box<dyn Write + Send>),
}

impl Progress {
    /// Begins to show progress on stderr. `total_bytes` is none when a source is a stream.
    #[must_use]
    pub fn start(terminal: &Terminal, total_bytes: Option<u64>, clock: Arc<dyn Clock>) -> Self {
        let view = if terminal.quiet {
            View::Hidden
        } else if terminal.interactive {
            View::Bar(bar(total_bytes))
        } else {
            View::Lines(Box::new(io::stderr()))
        };
        Self::with_view(view, total_bytes, clock)
    }

    fn with_view(view: View, total_bytes: Option<u64>, clock: Arc<dyn Clock>) -> Self {
        let started_us = clock.now_us();
        let state = State {
            counters: Vec::new(),
            view,
            last_us: started_us,
        };
        Self {
            clock,
            started_us,
            total_bytes,
            documents: AtomicU64::new(0),
            state: Mutex::new(state),
        }
    }

    /// Counts the bytes that a reader has consumed of its source.
    pub fn watch(&self, bytes: Arc<AtomicU64>) {
        self.lock().counters.push(bytes);
    }

    /// Counts more documents, and shows how far the run is when it is time to.
    pub fn add_documents(&self, count: u64) {
        self.documents.fetch_add(count, Ordering::Relaxed);
        self.tick();
    }

    /// Returns bytes consumed so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.lock().bytes()
    }

    /// Returns milliseconds since the start.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        let elapsed_us = self.clock.now_us().saturating_sub(self.started_us);
        u64::try_from(elapsed_us / 1_000).unwrap_or_default()
    }

    /// Shows how far the run is when it is time to.
    pub fn tick(&self) {
        let now_us = self.clock.now_us();
        let mut state = self.lock();
        let pause_us = match state.view {
            View::Hidden => return,
            View::Bar(_) => DRAW_EVERY_US,
            View::Lines(_) => LINE_EVERY_US,
        };
        if now_us.saturating_sub(state.last_us) < pause_us {
            return;
        }
        state.last_us = now_us;
        let figures = Figures {
            bytes: state.bytes(),
            total_bytes: self.total_bytes,
            documents: self.documents.load(Ordering::Relaxed),
            elapsed_ms: self.elapsed_ms(),
        };
        match &mut state.view {
            View::Hidden => {}
            View::Bar(bar) => {
                bar.set_position(figures.bytes);
                bar.set_message(figures.line());
            }
            View::Lines(out) => {
                // Without stderr there is no one to tell.
                let _ = writeln!(out, "{}", figures.line());
            }
        }
    }

    /// Prints a message without spoiling the bar.
    pub fn message(&self, text: &str) {
        match &mut self.lock().view {
            View::Hidden => {}
            View::Bar(bar) => bar.println(text),
            View::Lines(out) => {
                let _ = writeln!(out, "{text}");
            }
        }
    }

    /// Takes the bar away; the closing table says the rest.
    pub fn finish(&self) {
        if let View::Bar(bar) = &self.lock().view {
            bar.finish_and_clear();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A panic elsewhere leaves nothing half done in here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

impl State {
    fn bytes(&self) -> u64 {
        self.counters
            .iter()
            .map(|counter| counter.load(Ordering::Relaxed))
            .sum()
    }
}

fn bar(total_bytes: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total_bytes, ProgressDrawTarget::stderr());
    let template = if total_bytes.is_some() {
        "{bar:24} {msg}"
    } else {
        "{spinner} {msg}"
    };
    // The template is ours; were it wrong, the library's own would do.
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("━╸ ")),
        Err(_) => bar,
    }
}

/// How far a run is.
struct Figures {
    bytes: u64,
    total_bytes: Option<u64>,
    documents: u64,
    elapsed_ms: u64,
}

impl Figures {
    fn line(&self) -> String {
        let mut parts = Vec::new();
        match self.total_bytes {
            Some(total) if total > 0 => parts.push(format!(
                "{} of {} ({})",
                format::bytes(self.bytes),
                format::bytes(total),
                format::percent(self.bytes.min(total), total)
            )),
            Some(_) | None => parts.push(format::bytes(self.bytes)),
        }
        parts.push(format::counted(self.documents, "document", "documents"));
        if self.elapsed_ms >= SETTLED_MS
            && let Some(rate) = format::rate(self.bytes, self.elapsed_ms)
        {
            parts.push(format!("{}/s", format::bytes(rate)));
            if let Some(left_ms) = self.left_ms() {
                parts.push(format!("{} left", format::duration_ms(left_ms)));
            }
        }
        parts.join(", ")
    }

    /// Time left at the rate so far.
    fn left_ms(&self) -> Option<u64> {
        let left = self
            .total_bytes?
            .checked_sub(self.bytes)
            .filter(|left| *left > 0)?;
        if self.bytes == 0 {
            return None;
        }
        let left_ms = u128::from(left) * u128::from(self.elapsed_ms) / u128::from(self.bytes);
        // Whole seconds: tenths of a guess would pretend too much.
        u64::try_from(left_ms / 1_000 * 1_000)
            .ok()
            .map(|ms| ms.max(1_000))
    }
}

#[cfg(test)]
mod tests;
