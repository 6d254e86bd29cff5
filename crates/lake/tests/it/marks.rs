//! How far sources that are read by a mark have been read.

use arrow_array::RecordBatch;
use veriscope_lake::{Batch, Lake, Progress, RunStart, RunStatus, RunWriter, SourceIdentity};
use veriscope_privacy::{LeakScan, Origin, Pseudonymiser};

use crate::support::{Fixture, Row, raw_batch};

const PLACE: &str = "db.example/logs.calls";

fn start(fixture: &Fixture, run_id: &str) -> RunStart {
    RunStart {
        sources: vec![SourceIdentity {
            label: "logs.calls".to_owned(),
            location: PLACE.to_owned(),
            size_bytes: None,
            modified_us: None,
            by_mark: true,
        }],
        ..fixture.start(run_id, "unused")
    }
}

async fn begin<'a>(fixture: &'a Fixture, lake: &'a Lake, run_id: &str) -> RunWriter<'a> {
    let start = start(fixture, run_id);
    RunWriter::begin(lake, fixture.lock(), fixture.context(), start)
        .await
        .unwrap()
}

async fn write(fixture: &Fixture, writer: &mut RunWriter<'_>, token: &str, mark: &str) {
    let raw: RecordBatch = raw_batch(&fixture.card, &[Row::new(token)]);
    let made = Pseudonymiser::new(&fixture.card, &fixture.key)
        .apply(&raw, Origin::Raw, writer.registry())
        .unwrap();
    let mut through: Progress = writer.progress().clone();
    through.advance(0, through.position().1 + 1);
    through.set_mark(0, mark.to_owned());
    through.counts.read += 1;
    let batch = Batch {
        rows: &made.batch,
        scan: &LeakScan::new(&made.raw_values, &fixture.card),
        put_aside: &[],
        through,
    };
    writer.write(batch).await.unwrap();
}

#[tokio::test]
async fn a_published_run_leaves_its_mark_and_one_that_failed_does_not() {
    let fixture = Fixture::new().await;
    let lake = fixture.lake();
    assert_eq!(lake.mark(PLACE).await.unwrap(), None);

    let mut writer = begin(&fixture, &lake, "run-1").await;
    write(&fixture, &mut writer, "a", "1").await;
    writer.publish(&[]).await.unwrap();
    assert_eq!(lake.mark(PLACE).await.unwrap().as_deref(), Some("1"));
    assert_eq!(lake.mark("elsewhere").await.unwrap(), None);

    let mut writer = begin(&fixture, &lake, "run-2").await;
    write(&fixture, &mut writer, "b", "2").await;
    let reason = Some("the server went away".to_owned());
    writer.abandon(RunStatus::Failed, reason).await.unwrap();
    let runs = lake.runs().await.unwrap();
    assert_eq!(runs[1].reason.as_deref(), Some("the server went away"));
    assert_eq!(lake.mark(PLACE).await.unwrap().as_deref(), Some("1"));
}

#[tokio::test]
async fn a_run_by_mark_that_was_cut_short_goes_on_after_its_own_last_mark() {
    let fixture = Fixture::new().await;
    let lake = fixture.lake();
    let mut writer = begin(&fixture, &lake, "run-1").await;
    write(&fixture, &mut writer, "a", "1").await;
    drop(writer);

    let mut writer = begin(&fixture, &lake, "run-2").await;
    assert!(writer.resumed());
    assert_eq!(writer.progress().mark(0), Some("1"));
    write(&fixture, &mut writer, "b", "2").await;
    writer.publish(&[]).await.unwrap();
    assert_eq!(lake.mark(PLACE).await.unwrap().as_deref(), Some("2"));
    assert_eq!(
        lake.snapshot().await.unwrap().transactions().await.unwrap(),
        2
    );
}

#[tokio::test]
async fn a_mark_is_kept_while_there_is_nothing_to_read() {
    let fixture = Fixture::new().await;
    let lake = fixture.lake();
    let mut writer = begin(&fixture, &lake, "run-1").await;
    write(&fixture, &mut writer, "a", "1").await;
    writer.publish(&[]).await.unwrap();

    let lock = fixture.lock();
    lake.keep_mark(&lock, PLACE, "later", &fixture.clock)
        .await
        .unwrap();
    drop(lock);
    assert_eq!(lake.mark(PLACE).await.unwrap().as_deref(), Some("later"));
    assert_eq!(lake.runs().await.unwrap().len(), 1);
    assert_eq!(lake.snapshot().await.unwrap().published().number, 1);
}
