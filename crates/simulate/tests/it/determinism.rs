//! Same seed, same bytes: on any number of threads, written or read, and on any machine.

use std::io::Read as _;

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use veriscope_simulate::{Format, Options, Pipeline, Scenario, Simulation};

use crate::support::{documents, options, write};

fn simulation(options: Options) -> Simulation {
    Simulation::new(Scenario::published_month().unwrap(), options).unwrap()
}

#[test]
fn any_number_of_threads_gives_the_same_bytes_and_truth() {
    let options = Options {
        seed: 7,
        transactions: 333,
        ..Options::default()
    };
    for format in [Format::Ndjson, Format::Json, Format::Bson] {
        let simulation = simulation(options);
        let write = |threads| {
            let mut bytes = Vec::new();
            let truth = simulation.write(format, &mut bytes, threads).unwrap();
            (bytes, truth)
        };
        let (bytes, truth) = write(1);
        assert!(bytes.len() > 1_000_000);
        for threads in [2, 7] {
            let (other_bytes, other_truth) = write(threads);
            assert!(bytes == other_bytes, "{format}, {threads} threads");
            assert_eq!(truth, other_truth);
        }
    }
}

#[test]
fn what_is_read_is_what_is_written() {
    let simulation = simulation(options(3, 500));
    let mut written = Vec::new();
    let truth = simulation.write(Format::Ndjson, &mut written, 2).unwrap();
    let mut documents = simulation.read(Format::Ndjson, 2);
    let mut read = Vec::new();
    documents.read_to_end(&mut read).unwrap();
    assert!(read == written);
    assert_eq!(documents.into_truth().unwrap(), truth);
}

#[test]
fn a_reader_may_stop_early_and_still_hear_the_truth_or_leave() {
    let simulation = simulation(options(3, 2_000));
    let mut documents = simulation.read(Format::Ndjson, 2);
    let mut some = [0; 100];
    documents.read_exact(&mut some).unwrap();
    assert_eq!(documents.into_truth().unwrap().counts.transactions, 2_000);
    let mut documents = simulation.read(Format::Ndjson, 2);
    documents.read_exact(&mut some).unwrap();
    drop(documents);
}

#[test]
fn a_writer_that_fails_ends_the_simulation() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self
                .0
                .checked_sub(bytes.len())
                .ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let error = simulation(options(3, 2_000))
        .write(Format::Ndjson, &mut Full(1_000_000), 3)
        .unwrap_err();
    assert_eq!(error.to_string(), "failed to write documents");
    assert_eq!(error.class(), veriscope_base::ErrorClass::Target);
}

/// A checksum (FNV-1a) of a small run, so that a change of the bytes is noticed, and so
/// that machines can be compared.
#[test]
fn the_bytes_of_a_seed_are_these() {
    let (bytes, _) = write(
        &Scenario::published_month().unwrap(),
        options(42, 200),
        Format::Ndjson,
    );
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    assert_eq!(format!("{hash:016x}"), "231dd92750c3505d");
}

#[test]
fn another_pipeline_changes_total_times_alone() {
    let scenario = Scenario::published_month().unwrap();
    let with = |pipeline| {
        let options = Options {
            pipeline: Some(pipeline),
            ..options(5, 300)
        };
        documents(&scenario, options)
    };
    let (parallel, parallel_truth) = with(Pipeline::Parallel);
    let (serial, serial_truth) = with(Pipeline::Serial);
    assert!(serial_truth.path_ms > parallel_truth.path_ms);
    for (mut one, mut other) in parallel.into_iter().zip(serial) {
        assert!(one["total_time_ms"].as_i64() <= other["total_time_ms"].as_i64());
        for document in [&mut one, &mut other] {
            document["total_time_ms"].take();
        }
        assert_eq!(one, other);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn so_many_transactions_are_so_many_documents_in_the_order_of_dates(
        transactions in 0_u64..400,
        seed in 0_u64..1_000_000,
        days in 1_u32..40,
    ) {
        let options = Options { days: Some(days), ..options(seed, transactions) };
        let (documents, truth) = documents(&Scenario::published_month().unwrap(), options);
        prop_assert_eq!(documents.len() as u64, transactions);
        prop_assert_eq!(truth.counts.transactions, transactions);
        let keys: Vec<(String, String)> = documents
            .iter()
            .map(|document| (document["date"].to_string(), document["_id"]["$oid"].to_string()))
            .collect();
        prop_assert!(keys.is_sorted_by_key(|(date, _)| date));
        prop_assert!(keys.is_sorted_by(|one, other| one.1 < other.1));
    }
}
