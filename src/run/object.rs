//! One raw object -> its stored rows and rejects, and the facts kept beside them.

use crate::error::{Error, Result};
use crate::ingest;
use crate::project::source::Source;
use crate::store::Store;
use crate::store::table_file::{Purpose, TableFile};
use crate::store::work::{Building, DATA, Stored};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// The role of the records that could not be read, their text among them.
pub const REJECTS: &str = "rejects";
/// How many rejects a message places.
pub const PLACED: usize = 5;

/// What reading an object gave, kept beside its rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facts {
    pub rows_read: u64,
    pub rejects: u64,
    /// Reason -> count, and the first few places, for messages.
    pub reasons: BTreeMap<String, u64>,
    pub places: Vec<String>,
    pub sha256: String,
    pub header: Vec<String>,
    pub seconds: f64,
}

/// Reads an object into a table of its own.
pub async fn staged(building: Building, store: Store, source: Arc<Source>, object: String, options: ingest::Options) -> Result<Stored> {
    let started = Instant::now();
    let rows = building.file(DATA, ingest::rows_schema(&source), &Purpose::Work).await?;
    let runtime = tokio::runtime::Handle::current();
    let tally = Tally { building, rows, rejects: None, reasons: BTreeMap::new(), places: Vec::new(), name: object.clone(), runtime };
    let (files, path) = (store.object_store()?, store.location(&object)?);
    let (summary, tally) = ingest::read_object(files.as_ref(), &path, &object, &source, &options, tally).await?;
    let facts = Facts {
        rows_read: summary.rows_read,
        rejects: summary.rejects,
        reasons: tally.reasons.clone(),
        places: tally.places.clone(),
        sha256: summary.sha256,
        header: summary.header,
        seconds: started.elapsed().as_secs_f64(),
    };
    tally.finish(serde_json::to_value(&facts).expect("plain data")).await
}

/// Writes an object's rows and rejects, and counts why.
struct Tally {
    building: Building,
    rows: TableFile,
    /// Begun with the first reject.
    rejects: Option<TableFile>,
    /// Rows come on a thread that may block.
    runtime: tokio::runtime::Handle,
    reasons: BTreeMap<String, u64>,
    places: Vec<String>,
    name: String,
}

impl ingest::Sink for Tally {
    fn rows(&mut self, batch: RecordBatch) -> Result<()> {
        self.runtime.block_on(self.rows.write(&batch))
    }

    fn rejects(&mut self, batch: RecordBatch) -> Result<()> {
        let (lines, reasons) = (batch.column(0).as_primitive::<Int64Type>(), batch.column(2).as_string::<i32>());
        for row in 0..batch.num_rows() {
            *self.reasons.entry(reasons.value(row).to_string()).or_default() += 1;
            if self.places.len() < PLACED {
                self.places.push(format!("{}:{} ({})", self.name, lines.value(row), reasons.value(row)));
            }
        }
        if self.rejects.is_none() {
            let file = self.building.file(REJECTS, ingest::rejects_schema(), &Purpose::Work);
            self.rejects = Some(self.runtime.block_on(file)?);
        }
        self.runtime.block_on(self.rejects.as_mut().expect("begun above").write(&batch))
    }
}

impl Tally {
    async fn finish(self, facts: serde_json::Value) -> Result<Stored> {
        let mut files = vec![self.rows.finish().await?];
        if let Some(rejects) = self.rejects {
            files.push(rejects.finish().await?);
        }
        self.building.finish(files, facts).await
    }
}

/// What is kept beside stored rows.
pub fn facts(stored: &Stored) -> Result<Facts> {
    serde_json::from_value(stored.extra.clone())
        .map_err(|error| Error::retry("the work store holds facts of another format").because(error))
}
