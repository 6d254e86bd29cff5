//! Sends rows by binary COPY.

use std::pin::pin;

use bytes::{Bytes, BytesMut};
use futures::{SinkExt, StreamExt};
use tokio_postgres::CopyInSink;

use crate::encode::{self, EncodeError};
use crate::error::LoadError;
use crate::layout::Table;
use crate::quote;
use crate::rows::RowStream;
use crate::session::Session;

/// Bytes that are collected before they are sent.
const CHUNK_BYTES: usize = 256 * 1024;

/// Where rows go.
pub(crate) struct CopyInto<'a> {
    pub(crate) session: &'a Session,
    /// The table that the rows are of.
    pub(crate) table: &'a Table,
    /// Name of the table to fill, qualified and quoted.
    pub(crate) place: &'a str,
    /// `FREEZE` where the transaction made the table.
    pub(crate) freeze: bool,
}

impl CopyInto<'_> {
    /// Sends all rows and returns how many there were.
    pub(crate) async fn send(&self, mut rows: RowStream) -> Result<u64, LoadError> {
        let columns = quote::list("", self.table.names());
        let freeze = if self.freeze { ", FREEZE" } else { "" };
        let sql = format!(
            "COPY {} ({columns}) FROM STDIN (FORMAT binary{freeze})",
            self.place
        );
        let sink: CopyInSink<Bytes> = self
            .session
            .client()
            .copy_in(&sql)
            .await
            .map_err(|error| self.refused(error))?;
        let mut sink = pin!(sink);
        let wanted = self.table.wanted();
        let mut buffer = BytesMut::with_capacity(2 * CHUNK_BYTES);
        encode::begin(&mut buffer);
        while let Some(batch) = rows.next().await {
            let batch = batch.map_err(|source| LoadError::Rows {
                table: self.table.name.clone(),
                source,
            })?;
            let cells =
                encode::columns(&wanted, &batch).map_err(|error| self.unsendable(&error))?;
            for row in 0..batch.num_rows() {
                encode::row(&wanted, &cells, row, &mut buffer)
                    .map_err(|error| self.unsendable(&error))?;
                if buffer.len() >= CHUNK_BYTES {
                    self.feed(&mut sink, &mut buffer).await?;
                }
            }
        }
        encode::end(&mut buffer);
        self.feed(&mut sink, &mut buffer).await?;
        let sent = sink.finish().await;
        sent.map_err(|error| self.refused(error))
    }

    async fn feed(
        &self,
        sink: &mut std::pin::Pin<&mut CopyInSink<Bytes>>,
        buffer: &mut BytesMut,
    ) -> Result<(), LoadError> {
        let chunk = buffer.split().freeze();
        let fed = sink.send(chunk).await;
        buffer.reserve(2 * CHUNK_BYTES);
        fed.map_err(|error| self.refused(error))
    }

    fn refused(&self, error: tokio_postgres::Error) -> LoadError {
        LoadError::Server {
            during: format!("send the rows of {}", self.table.name),
            source: error.into(),
        }
    }

    fn unsendable(&self, error: &EncodeError) -> LoadError {
        LoadError::Unsendable {
            table: self.table.name.clone(),
            reason: error.to_string(),
        }
    }
}
