//! Tables by fingerprint: `<table>/<fingerprint>/` holds a table's files and, written last, the `meta.json` that makes it complete.
//!
//! It is a cache: what is not complete is not there, and is made again. Two runs that make one table at once write files of different names; the
//! first `meta.json` wins and both use it.

use super::table_file::{Purpose, TableFile};
use super::{Creation, Store};
use crate::error::{Error, Result};
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use futures::future::try_join;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A complete table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    format: u32,
    pub table: String,
    pub fingerprint: String,
    /// The rows of the role `data` and its columns, whatever their order.
    pub content: String,
    pub rows: u64,
    /// Of all files.
    pub bytes: u64,
    pub files: Vec<StoredFile>,
    /// The run's own facts about the table.
    pub extra: serde_json::Value,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Which rows it holds: `data`, `dropped`, `rejects` ...
    pub role: String,
    /// Of the rows of a table that is parted: the partition, `month=2026-11`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
    pub name: String,
    pub bytes: u64,
    pub rows: u64,
    pub content: String,
    pub blake3: String,
}

/// The role of the table's own rows.
pub const DATA: &str = "data";

impl Stored {
    pub fn file(&self, role: &str) -> Option<&StoredFile> {
        self.files.iter().find(|file| file.role == role)
    }

    /// The files of its own rows: one, or one for each partition in their order.
    pub fn data(&self) -> impl Iterator<Item = &StoredFile> {
        self.files.iter().filter(|file| file.role == DATA)
    }

    /// Where one of its files lies in the work store.
    pub fn path(&self, file: &StoredFile) -> Result<String> {
        Ok(format!("{}/{}", folder(&self.table, &self.fingerprint)?, file.name))
    }
}

#[derive(Clone, Debug)]
pub struct Work {
    store: Store,
}

impl Work {
    pub fn new(store: &Store) -> Work {
        Work { store: store.clone() }
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The table, if it is complete: a power cut may have taken the name of a file, a bucket's lifecycle rule the file.
    pub async fn find(&self, table: &str, fingerprint: &str) -> Result<Option<Stored>> {
        let folder = folder(table, fingerprint)?;
        let meta = meta_path(&folder);
        let (found, meta) = try_join(self.store.list(&folder), self.store.read_opt(&meta)).await?;
        let is_there =
            |file: &StoredFile| found.iter().any(|found| found.path == format!("{folder}/{}", file.name) && found.size == file.bytes);
        Ok(meta.and_then(|meta| readable(&meta)).filter(|stored| stored.files.iter().all(is_there)))
    }

    /// Lets a table be made again.
    pub async fn forget(&self, stored: &Stored) -> Result<()> {
        self.store.delete(&meta_path(&folder(&stored.table, &stored.fingerprint)?)).await
    }

    /// Begins a table. Nothing is there until [`Building::finish`].
    pub fn build(&self, table: &str, fingerprint: &str) -> Result<Building> {
        let folder = folder(table, fingerprint)?;
        Ok(Building { work: self.clone(), folder, table: table.to_string(), fingerprint: fingerprint.to_string() })
    }
}

/// A table being made.
#[derive(Clone, Debug)]
pub struct Building {
    work: Work,
    folder: String,
    table: String,
    fingerprint: String,
}

impl Building {
    /// Begins one file of the table; `role` is `data` for its own rows.
    pub async fn file(&self, role: &str, schema: SchemaRef, purpose: &Purpose) -> Result<TableFile> {
        let name = format!("{}.{}.parquet", part(role)?, nonce());
        TableFile::begin(&self.work.store, &self.folder, name, role, schema, purpose).await
    }

    /// Makes the table complete. Returns what is stored: another run's, if it was faster.
    pub async fn finish(self, files: Vec<StoredFile>, extra: serde_json::Value) -> Result<Stored> {
        let data: Vec<&StoredFile> = files.iter().filter(|file| file.role == DATA).collect();
        let content = match data.as_slice() {
            [] => return Err(Error::faulty(format!("{} was built without a file of its rows", self.table))),
            [whole] => whole.content.clone(),
            parts => content_of_parts(parts),
        };
        let rows = data.iter().map(|file| file.rows).sum();
        let bytes = files.iter().map(|file| file.bytes).sum();
        let stored = Stored { format: FORMAT, table: self.table, fingerprint: self.fingerprint, content, rows, bytes, files, extra };
        self.work.complete(&self.folder, stored).await
    }
}

impl Work {
    async fn complete(&self, folder: &str, stored: Stored) -> Result<Stored> {
        let path = meta_path(folder);
        let meta = Bytes::from(serde_json::to_vec_pretty(&stored).expect("names and numbers are JSON"));
        if self.store.create(&path, meta.clone()).await? == Creation::Created {
            return Ok(stored);
        }
        match self.find(&stored.table, &stored.fingerprint).await? {
            Some(theirs) => self.yield_to(theirs, stored).await,
            // A ruin has the place.
            None => self.store.replace(&path, meta).await.map(|()| stored),
        }
    }

    async fn yield_to(&self, theirs: Stored, ours: Stored) -> Result<Stored> {
        if theirs.content != ours.content {
            tracing::warn!(table = ours.table, fingerprint = ours.fingerprint, "two runs made different rows from the same inputs");
        }
        for file in &ours.files {
            self.store.delete(&ours.path(file)?).await?;
        }
        Ok(theirs)
    }
}

/// Which rows are in which partition says all of them.
fn content_of_parts(parts: &[&StoredFile]) -> String {
    let mut lines: Vec<String> = parts.iter().map(|file| format!("{:?} {}\n", file.partition, file.content)).collect();
    lines.sort();
    blake3::hash(lines.concat().as_bytes()).to_hex()[..32].to_string()
}

fn meta_path(folder: &str) -> String {
    format!("{folder}/meta.json")
}

const FORMAT: u32 = 1;

/// `None` for what a power cut tore and for other formats: both are made again.
fn readable(meta: &[u8]) -> Option<Stored> {
    serde_json::from_slice(meta).ok().filter(|stored: &Stored| stored.format == FORMAT)
}

/// `folder.table/member` lies in `folder.table.member`: the parts of a name hold no dots, so no two tables share a folder.
fn folder(table: &str, fingerprint: &str) -> Result<String> {
    let parts = table.split(['.', '/']).map(part).collect::<Result<Vec<_>>>()?;
    Ok(format!("{}/{}", parts.join("."), part(fingerprint)?))
}

pub(super) fn part(name: &str) -> Result<&str> {
    match !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
        true => Ok(name),
        false => Err(Error::faulty(format!("`{name}` cannot be part of a path")).hint("use letters, digits, `_` and `-`")),
    }
}

/// Differs between all writers there ever are, for names that only their `meta.json` knows.
fn nonce() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let unique = format!("{}-{time}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    blake3::hash(unique.as_bytes()).to_hex()[..16].to_string()
}
