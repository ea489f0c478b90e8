//! What a run did, as plain data: shown on the terminal, kept in the commit. Numbers and names only, no row contents.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One raw object as the input ledger knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputObject {
    pub source: String,
    /// Relative to the store's base.
    pub object: String,
    pub size: u64,
    /// The store's version mark: an ETag, or `mtime-inode` on local disk.
    pub etag: String,
    pub sha256: String,
    /// Rows read: staged + rejects.
    pub rows: u64,
    pub rejects: u64,
    /// RFC 3339, UTC, microseconds: when this content was first seen.
    pub first_seen: String,
    /// The header as found (CSV) or the schema (Parquet), for drift.
    pub schema: Vec<String>,
}

/// The account of one table: rows in = kept + dropped by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub table: String,
    /// Rows of the driving inputs; `None` for tables that aggregate or join freely.
    pub rows_in: Option<u64>,
    pub rows_out: u64,
    pub rejects: u64,
    pub dropped: BTreeMap<String, u64>,
}

/// What building (or reusing) one table cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableReport {
    pub table: String,
    pub fingerprint: String,
    pub reused: bool,
    /// Why it was built.
    pub why: String,
    pub account: Account,
    pub bytes: u64,
    pub seconds: f64,
    /// Bytes all operators of the session held at most while it was built: those of tables beside it too.
    pub peak_memory: u64,
    pub spilled: u64,
}
