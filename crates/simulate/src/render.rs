//! From the plan to bytes, by any number of threads, in the order of the plan.
//!
//! A thread takes a buffer, then the next stretch of the plan, measures and writes it. The
//! calling thread puts the stretches into order and gives the buffers back: there are few,
//! so no thread gets far ahead and memory stays what it is.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::document::write_document;
use crate::error::SimulateError;
use crate::format::Format;
use crate::landmarks::Landmarks;
use crate::measure::Measured;
use crate::model::Model;
use crate::plan::{Attempt, Plan};
use crate::random::Random;
use crate::truth::{MeasureTally, Truth};
use crate::writer::{Style, Writer};

/// Documents of a stretch.
const STRETCH: usize = 32;
/// Buffers for each thread: one to fill, one to wait.
const BUFFERS_PER_THREAD: usize = 2;

/// The plan and the number of its next stretch.
struct Planned {
    plan: Plan,
    next: u64,
}

struct Shared<'a> {
    model: &'a Model,
    format: Format,
    landmarks: Option<Landmarks>,
    planned: Mutex<Planned>,
    buffers: Mutex<Receiver<Vec<u8>>>,
}

/// Writes all documents of a model.
pub(crate) fn render(
    model: &Arc<Model>,
    num_processes: u64,
    format: Format,
    out: &mut dyn Write,
    threads: usize,
) -> Result<Truth, SimulateError> {
    let (give_back, buffers) = channel();
    for _ in 0..threads * BUFFERS_PER_THREAD {
        // The receiver stands beside it: this cannot fail.
        let _ = give_back.send(Vec::new());
    }
    let style = style_of(format);
    let shared = Shared {
        model,
        format,
        landmarks: model.landmarks.then(|| Landmarks::new(model.seed, style)),
        planned: Mutex::new(Planned {
            plan: Plan::new(Arc::clone(model), num_processes),
            next: 0,
        }),
        buffers: Mutex::new(buffers),
    };
    let measures = std::thread::scope(|scope| {
        let (done, stretches) = channel();
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let done = done.clone();
                scope.spawn(|| work(&shared, done))
            })
            .collect();
        drop(done);
        let written = write_in_order(format, out, &stretches, give_back);
        drop(stretches);
        let mut measures = MeasureTally::default();
        for worker in workers {
            measures.merge(&worker.join().map_err(|_| SimulateError::ThreadEnded)?);
        }
        written.map(|()| measures)
    })?;
    let planned = shared
        .planned
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    Ok(Truth::new(model, &planned.plan.into_tally(), &measures))
}

const fn style_of(format: Format) -> Style {
    match format {
        Format::Ndjson | Format::Json => Style::Plain,
        Format::Ejson => Style::Canonical,
        Format::EjsonRelaxed => Style::Relaxed,
        Format::EjsonLegacy => Style::Legacy,
        Format::Bson => Style::Bson,
    }
}

fn write_in_order(
    format: Format,
    out: &mut dyn Write,
    stretches: &Receiver<(u64, Vec<u8>)>,
    give_back: Sender<Vec<u8>>,
) -> Result<(), SimulateError> {
    if format == Format::Json {
        out.write_all(b"[").map_err(SimulateError::Write)?;
    }
    let mut early = BTreeMap::new();
    let mut next = 0;
    while let Ok((number, bytes)) = stretches.recv() {
        early.insert(number, bytes);
        while let Some(mut bytes) = early.remove(&next) {
            out.write_all(&bytes).map_err(SimulateError::Write)?;
            bytes.clear();
            // Nobody takes it where all threads are done.
            let _ = give_back.send(bytes);
            next += 1;
        }
    }
    if format == Format::Json {
        out.write_all(b"\n]\n").map_err(SimulateError::Write)?;
    }
    out.flush().map_err(SimulateError::Write)
}

/// Renders stretches until there are none, or nobody takes them.
fn work(shared: &Shared<'_>, done: Sender<(u64, Vec<u8>)>) -> MeasureTally {
    let mut tally = MeasureTally::default();
    let mut attempts = Vec::with_capacity(STRETCH);
    loop {
        let buffer = {
            let buffers = shared
                .buffers
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            buffers.recv()
        };
        let Ok(buffer) = buffer else {
            return tally;
        };
        attempts.clear();
        let number = {
            let mut planned = shared
                .planned
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            attempts.extend(planned.plan.by_ref().take(STRETCH));
            planned.next += 1;
            planned.next - 1
        };
        if attempts.is_empty() {
            return tally;
        }
        let bytes = stretch(shared, &attempts, buffer, &mut tally);
        if done.send((number, bytes)).is_err() {
            return tally;
        }
    }
}

fn stretch(
    shared: &Shared<'_>,
    attempts: &[Attempt],
    buffer: Vec<u8>,
    tally: &mut MeasureTally,
) -> Vec<u8> {
    let mut writer = Writer::new(style_of(shared.format), buffer);
    for attempt in attempts {
        let Some(segment) = shared.model.segments.get(attempt.process.segment) else {
            continue;
        };
        if shared.format == Format::Json {
            let separator: &[u8] = if attempt.number == 0 { b"\n" } else { b",\n" };
            writer.bytes.extend_from_slice(separator);
        }
        let mut random = Random::new(shared.model.seed, attempt.number);
        let measured = Measured::draw(shared.model, segment, attempt, &mut random);
        let (release, _) = shared.model.release(attempt.day);
        tally.add(&measured, release);
        let landmarks = shared.landmarks.as_ref();
        write_document(
            &mut writer,
            shared.model,
            attempt,
            &measured,
            landmarks,
            &mut random,
        );
        if !matches!(shared.format, Format::Json | Format::Bson) {
            writer.bytes.push(b'\n');
        }
    }
    writer.bytes
}
