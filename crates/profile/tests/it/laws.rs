//! What must hold of every table: neither the cut of the batches, nor the number of threads,
//! nor (for what comes from the sample) the order of the rows changes a figure.

use std::num::NonZeroUsize;

use proptest::prelude::*;
use veriscope_profile::{Knowledge, Options, Profiled, json, profile};

use crate::support::{Table, full, safe};

/// Tables of a few rows with many repetitions, nulls, and limits so low that summaries begin.
fn tables() -> impl Strategy<Value = Table> {
    let row = (
        prop::option::weighted(0.8, -20_i64..20),
        prop::option::weighted(
            0.9,
            prop_oneof![
                -5.0_f64..5.0,
                Just(0.0),
                Just(f64::INFINITY),
                Just(f64::NAN)
            ],
        ),
        prop::option::weighted(0.9, "[a-c]{0,3}"),
        prop::option::weighted(0.9, any::<bool>()),
        prop::option::weighted(0.9, 0_i64..4_000_000_000_000),
    );
    prop::collection::vec(row, 0..120).prop_map(|rows| {
        let texts: Vec<Option<&str>> = rows.iter().map(|row| row.2.as_deref()).collect();
        Table::default()
            .whole("k", &rows.iter().map(|row| row.0).collect::<Vec<_>>())
            .numbers("x", &rows.iter().map(|row| row.1).collect::<Vec<_>>())
            .texts("t", &texts)
            .booleans("b", &rows.iter().map(|row| row.3).collect::<Vec<_>>())
            .instants("at", &rows.iter().map(|row| row.4).collect::<Vec<_>>())
    })
}

/// Exact, and with limits that a few dozen rows pass.
fn limits() -> [Options; 2] {
    let tight = Options {
        kept_bytes: 3 * 8 * 16,
        counted_values: 5 * 64,
        sample_rows: 24,
        counted_rows: 32,
        ..safe()
    };
    [full(), tight]
}

fn report(table: &Table, sizes: &[usize], threads: usize, options: &Options) -> (String, Profiled) {
    let options = Options {
        threads: NonZeroUsize::new(threads).unwrap(),
        ..options.clone()
    };
    let profiled = profile(
        &table.schema(),
        table.cut(sizes),
        &Knowledge::default(),
        &options,
    )
    .unwrap();
    (json(&profiled.report).unwrap(), profiled)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_cut_of_the_batches_and_the_threads_change_nothing(
        table in tables(), sizes in prop::collection::vec(1_usize..40, 1..5),
    ) {
        for options in limits() {
            let (whole, profiled) = report(&table, &[usize::MAX], 1, &options);
            for threads in [1, 2, 8] {
                let (cut, other) = report(&table, &sizes, threads, &options);
                prop_assert_eq!(&whole, &cut);
                prop_assert_eq!(format!("{:?}", profiled.sample), format!("{:?}", other.sample));
            }
        }
    }

    #[test]
    fn every_row_is_counted_once(table in tables()) {
        for options in limits() {
            let (_, profiled) = report(&table, &[usize::MAX], 2, &options);
            for column in &profiled.report.columns {
                let counts = column.counts;
                let parts = counts.present + counts.missing + counts.sentinel
                    + counts.out_of_range + counts.infinite;
                prop_assert_eq!(parts, counts.rows);
                prop_assert_eq!(counts.structural + counts.gaps, counts.missing + counts.sentinel);
                if let Some(number) = &column.number {
                    let histogram = &number.histogram;
                    let inside: u64 = histogram.counts.iter().sum();
                    prop_assert_eq!(inside + histogram.below + histogram.above, counts.present);
                }
                if let Some(common) = &column.common {
                    let listed: u64 = common.values.iter().map(|value| value.count).sum();
                    prop_assert_eq!(
                        listed + common.rarer.map_or(0, |rarer| rarer.rows), counts.present
                    );
                }
            }
        }
    }

    #[test]
    fn the_sample_does_not_depend_on_the_order_of_the_rows(table in tables()) {
        let turned = Table(
            table
                .0
                .iter()
                .map(|(name, array)| {
                    let rows = u32::try_from(array.len()).unwrap();
                    let back = arrow_array::UInt32Array::from_iter_values((0..rows).rev());
                    (name.clone(), arrow_select::take::take(array, &back, None).unwrap())
                })
                .collect(),
        );
        let options = Options { sample_rows: 24, ..full() };
        let (_, one) = report(&table, &[usize::MAX], 2, &options);
        let (_, other) = report(&turned, &[usize::MAX], 2, &options);
        prop_assert_eq!(format!("{:?}", one.sample), format!("{:?}", other.sample));
    }
}
