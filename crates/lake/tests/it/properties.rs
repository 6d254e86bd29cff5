//! Laws: batching and repetition change nothing; a later content wins.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::support::{DAY_US, Fixture, MID_JANUARY_US, Row};

#[derive(Clone, Debug)]
struct Write {
    token: u8,
    content: i64,
    month: u8,
}

fn writes() -> impl Strategy<Value = Vec<Write>> {
    let write = (0..12_u8, 0..3_i64, 0..3_u8).prop_map(|(token, content, month)| Write {
        token,
        content,
        month,
    });
    prop::collection::vec(write, 1..40)
}

fn row(write: &Write) -> Row {
    Row::new(&format!("t{:02}", write.token))
        .total_ms(write.content)
        .date_us(MID_JANUARY_US + i64::from(write.month) * 31 * DAY_US)
}

fn expected(writes: &[Write]) -> Vec<(String, i64)> {
    let last: BTreeMap<String, i64> = writes
        .iter()
        .map(|write| (format!("t{:02}", write.token), write.content))
        .collect();
    last.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_batching_over_any_runs_gives_the_last_content_of_each_transaction(
        writes in writes(),
        cuts in prop::collection::vec(1..6_usize, 1..12),
        runs in 1..4_usize,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let found = runtime.block_on(async {
            let fixture = Fixture::new().await;
            let rows: Vec<Row> = writes.iter().map(row).collect();
            let mut batches: Vec<&[Row]> = Vec::new();
            let mut rest = rows.as_slice();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (batch, after) = rest.split_at((*cut).min(rest.len()));
                batches.push(batch);
                rest = after;
            }
            let per_run = batches.len().div_ceil(runs);
            for (index, batches) in batches.chunks(per_run).enumerate() {
                let lake = fixture.lake();
                let source = format!("source-{index}");
                let mut writer = fixture.begin(&lake, &format!("run-{index}"), &source).await;
                for batch in batches {
                    fixture.write(&mut writer, batch, &[]).await.unwrap();
                }
                writer.publish(&[]).await.unwrap();
            }
            // Once more: nothing may change but what the last contents say.
            fixture.run("again", &[&rows]).await;
            fixture.published().await
        });
        let found: Vec<(String, i64)> = found.into_iter().map(|(t, ms, _)| (t, ms)).collect();
        prop_assert_eq!(found, expected(&writes));
    }
}
