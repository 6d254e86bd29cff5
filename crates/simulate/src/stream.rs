//! The documents of a simulation as something to read from.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use crate::error::SimulateError;
use crate::format::Format;
use crate::simulation::Simulation;
use crate::truth::Truth;

/// Chunks that wait to be read; more would only cost memory.
const NUM_WAITING: usize = 4;

/// Documents that are made, in threads of their own, as they are read.
#[derive(Debug)]
pub struct Documents {
    chunks: Option<Receiver<Vec<u8>>>,
    current: io::Cursor<Vec<u8>>,
    rendering: Option<JoinHandle<Result<Truth, SimulateError>>>,
    truth: Option<Result<Truth, SimulateError>>,
}

impl Documents {
    pub(crate) fn start(simulation: Simulation, format: Format, threads: usize) -> Self {
        let (sender, chunks) = sync_channel(NUM_WAITING);
        let rendering =
            std::thread::spawn(move || simulation.write(format, &mut ChunkWriter(sender), threads));
        Self {
            chunks: Some(chunks),
            current: io::Cursor::default(),
            rendering: Some(rendering),
            truth: None,
        }
    }

    /// Reads what is left, and returns the truth about all documents.
    ///
    /// # Errors
    /// A thread that ended before its work: a defect.
    pub fn into_truth(mut self) -> Result<Truth, SimulateError> {
        if let Some(chunks) = &self.chunks {
            while chunks.recv().is_ok() {}
        }
        if let Some(truth) = self.truth.take() {
            return truth;
        }
        let rendering = self.rendering.take().ok_or(SimulateError::ThreadEnded)?;
        rendering.join().unwrap_or(Err(SimulateError::ThreadEnded))
    }
}

impl Documents {
    /// Nothing more comes: all was read, or a thread ended early.
    fn at_end(&mut self) -> io::Result<usize> {
        let Some(rendering) = self.rendering.take() else {
            return Ok(0);
        };
        self.truth = Some(rendering.join().unwrap_or(Err(SimulateError::ThreadEnded)));
        match &self.truth {
            Some(Err(error)) => Err(io::Error::other(error.to_string())),
            _ => Ok(0),
        }
    }
}

impl Read for Documents {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let num_read = self.current.read(bytes)?;
            if num_read > 0 || bytes.is_empty() {
                return Ok(num_read);
            }
            let Some(Ok(chunk)) = self.chunks.as_ref().map(Receiver::recv) else {
                return self.at_end();
            };
            self.current = io::Cursor::new(chunk);
        }
    }
}

impl Drop for Documents {
    fn drop(&mut self) {
        // Whoever stops reading stops the rendering: its next write fails.
        self.chunks = None;
        if let Some(rendering) = self.rendering.take() {
            drop(rendering.join());
        }
    }
}

struct ChunkWriter(SyncSender<Vec<u8>>);

impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .send(bytes.to_vec())
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
