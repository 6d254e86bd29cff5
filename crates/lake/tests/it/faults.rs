//! A disk that is full: what was published stays, and the next run goes on.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use deltalake::logstore::object_store::local::LocalFileSystem;
use deltalake::logstore::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use deltalake::{ObjectStore, Path};
use futures::stream::BoxStream;
use veriscope_base::ErrorClass;
use veriscope_lake::{Lake, RunWriter, Store};

use crate::support::{Fixture, Row};

/// A local file system on which so many writes succeed before the disk is full.
#[derive(Debug)]
struct FillingDisk {
    inner: LocalFileSystem,
    writes_left: AtomicI64,
}

impl FillingDisk {
    fn spend(&self) -> Result<()> {
        if self.writes_left.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Ok(());
        }
        Err(Error::Generic {
            store: "filling disk",
            source: Box::new(std::io::Error::from(std::io::ErrorKind::StorageFull)),
        })
    }
}

impl fmt::Display for FillingDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("filling disk")
    }
}

#[async_trait]
impl ObjectStore for FillingDisk {
    async fn put_opts(&self, at: &Path, load: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.spend()?;
        self.inner.put_opts(at, load, how).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.spend()?;
        self.inner.put_multipart_opts(at, how).await
    }

    async fn get_opts(&self, at: &Path, how: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(at, how).await
    }

    async fn get_ranges(&self, at: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(at, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        self.spend()?;
        self.inner.copy_opts(from, to, how).await
    }
}

#[tokio::test]
async fn wherever_the_disk_fills_the_published_snapshot_stays_and_the_next_run_completes() {
    let rows = [
        Row::new("b"),
        Row {
            client: "new".into(),
            ..Row::new("c")
        },
    ];
    let mut failures = 0;
    for writes in 0..40 {
        let fixture = Fixture::new().await;
        fixture.run("run-1", &[&[Row::new("a")]]).await;
        let published = fixture.published().await;
        let disk = FillingDisk {
            inner: LocalFileSystem::new(),
            writes_left: AtomicI64::new(writes),
        };
        let store = Store::with_objects(Arc::new(disk), &fixture.path()).unwrap();
        let lake = Lake::open_in(store, &fixture.path(), &fixture.card).unwrap();

        let outcome = async {
            let start = fixture.start("run-2", "b.json");
            let mut writer =
                RunWriter::begin(&lake, fixture.lock(), fixture.context(), start).await?;
            fixture.write(&mut writer, &rows, &[]).await?;
            writer.publish(&[]).await
        }
        .await;

        let Err(error) = outcome else {
            assert_eq!(fixture.published().await.len(), 3);
            break;
        };
        failures += 1;
        assert_eq!(
            error.class(),
            ErrorClass::Target,
            "after {writes} writes: {error}"
        );
        let now = fixture.published().await;
        // The ledger's last word comes after publication; all before it shows nothing.
        assert!(
            now == published || now.len() == 3,
            "after {writes} writes: {now:?}"
        );

        let healthy = fixture.lake();
        let mut writer = fixture.begin(&healthy, "run-3", "b.json").await;
        let (_, done) = writer.progress().position();
        let rest = rows
            .get(usize::try_from(done).unwrap()..)
            .unwrap_or_default();
        fixture.write(&mut writer, rest, &[]).await.unwrap();
        writer.publish(&[]).await.unwrap();
        let tokens: Vec<String> = fixture.published().await.into_iter().map(|r| r.0).collect();
        assert_eq!(tokens, ["a", "b", "c"], "after {writes} writes");
    }
    assert!(failures > 4, "the disk filled at {failures} places");
}
