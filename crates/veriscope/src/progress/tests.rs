//! Tests of progress with a clock that is turned by hand.

use std::io::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use veriscope_base::Clock;

use super::{Figures, Progress, View};

#[derive(Default)]
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now_us(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn figures(bytes: u64, total_bytes: Option<u64>, elapsed_ms: u64) -> String {
    Figures {
        bytes,
        total_bytes,
        documents: 17_000,
        elapsed_ms,
    }
    .line()
}

#[test]
fn a_line_tells_bytes_documents_rate_and_time_left() {
    assert_eq!(
        figures(1_200_000_000, Some(10_000_000_000), 20_000),
        "1.2 GB of 10.0 GB (12.0 %), 17,000 documents, 60.0 MB/s, 2 min 26 s left"
    );
}

#[test]
fn a_stream_has_no_end_in_sight() {
    assert_eq!(
        figures(5_000_000, None, 1_000),
        "5.0 MB, 17,000 documents, 5.0 MB/s"
    );
}

#[test]
fn no_rate_is_told_before_there_is_one() {
    assert_eq!(
        figures(0, Some(10), 0),
        "0 B of 10 B (0.0 %), 17,000 documents"
    );
}

#[test]
fn a_file_that_grew_is_not_more_than_whole() {
    assert_eq!(
        figures(20, Some(10), 1_000),
        "20 B of 10 B (100.0 %), 17,000 documents, 20 B/s"
    );
}

#[test]
fn plain_lines_come_every_few_seconds_at_most() {
    let (clock, page) = (Arc::new(HandClock::default()), Page::default());
    let view = View::Lines(Box::new(page.clone()));
    let progress = Progress::with_view(view, Some(1_000), Arc::clone(&clock) as Arc<dyn Clock>);
    let bytes = Arc::new(AtomicU64::new(0));
    progress.watch(Arc::clone(&bytes));
    for second in 1..=11 {
        clock.0.store(second * 1_000_000, Ordering::SeqCst);
        bytes.fetch_add(50, Ordering::SeqCst);
        progress.add_documents(1);
    }
    assert_eq!(
        page.text(),
        "250 B of 1.0 kB (25.0 %), 5 documents, 50 B/s, 15.0 s left\n\
         500 B of 1.0 kB (50.0 %), 10 documents, 50 B/s, 10.0 s left\n"
    );
    assert_eq!((progress.bytes(), progress.elapsed_ms()), (550, 11_000));
}

#[test]
fn several_sources_count_together() {
    let progress = Progress::with_view(View::Hidden, None, Arc::new(HandClock::default()));
    progress.watch(Arc::new(AtomicU64::new(3)));
    progress.watch(Arc::new(AtomicU64::new(4)));
    assert_eq!(progress.bytes(), 7);
}
