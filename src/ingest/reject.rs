//! A record that could not be read as declared, and why. Reasons are short and stable, and never hold row contents.

use super::rejects_schema;
use crate::error::{Error, Result};
use arrow::array::{Int64Array, RecordBatch, StringArray};
use std::borrow::Cow;
use std::sync::Arc;

/// Kept of a rejected record.
pub(super) const MAX_RAW_BYTES: usize = 64 << 10;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reject {
    pub(super) line: i64,
    /// The first declared column that did not fit; `None`: the record as a whole.
    pub(super) column: Option<Arc<str>>,
    pub(super) reason: Cow<'static, str>,
    pub(super) raw: Option<String>,
}

/// What is kept of a record for its owner: readable, and bounded.
pub(super) fn raw(record: &[u8]) -> String {
    String::from_utf8_lossy(&record[..record.len().min(MAX_RAW_BYTES)]).into_owned()
}

/// The rejects as a batch of [`rejects_schema`], by line.
pub(super) fn batch(mut rejects: Vec<Reject>) -> Result<RecordBatch> {
    rejects.sort_by_key(|reject| reject.line);
    let lines = Int64Array::from_iter_values(rejects.iter().map(|reject| reject.line));
    let columns = StringArray::from_iter(rejects.iter().map(|reject| reject.column.as_deref()));
    let reasons = StringArray::from_iter_values(rejects.iter().map(|reject| &reject.reason));
    let raws = StringArray::from_iter(rejects.iter().map(|reject| reject.raw.as_deref()));
    RecordBatch::try_new(rejects_schema(), vec![Arc::new(lines), Arc::new(columns), Arc::new(reasons), Arc::new(raws)])
        .map_err(|error| Error::faulty("rejects do not fit their own schema").because(error))
}
