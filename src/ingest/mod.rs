//! Raw objects become typed Arrow batches, and rejects for the records that do not fit.
//!
//! bytes -> sha256 -> unpack -> decode -> records -> columns bound by header name. One cutter per object keeps quote state and true line
//! numbers and feeds parse workers with blocks of whole records; their results come back in file order. What a record is:
//!
//! - A line ends with LF, CRLF or a lone CR, everywhere, so that line numbers do not depend on quote state. The last line needs no end.
//! - A wholly empty line is no record where rows have several fields; where they have one, it is a row whose only field is null.
//! - The empty field is null, quoted or not. Text is kept as it is; other types are trimmed first, and null when nothing is left.
//! - A malformed record is a reject of its first line, and reading goes on with the next line: nothing is guessed.
//!
//! Left out: `_file` and `_known_at` (constants of an object, added when its rows are scanned), listing, the limit on rejects (the run
//! holds it, with [`too_many_rejects`]), and where rows go ([`Sink`]).

mod block;
mod column;
mod csv;
mod cut;
mod decode;
mod dialect;
mod folder;
mod header;
mod json;
mod number;
mod object;
mod parallel;
mod parquet;
mod pattern;
mod reject;
mod split;
mod text;
mod time;
mod unpack;
mod value;

pub use time::check_formats;

#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use crate::project::source::{Format, LINE, MaxRejects, Source};
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Decoded bytes cut and parsed at once.
    pub block_bytes: usize,
    /// Records per batch, at most.
    pub batch_rows: usize,
    /// Threads that parse blocks; about two blocks more than that are in memory.
    pub workers: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { block_bytes: 4 << 20, batch_rows: 8192, workers: 2 }
    }
}

/// Where rows and rejects go: called in file order, from one thread. Batches are never empty.
pub trait Sink: Send {
    /// A batch of [`rows_schema`].
    fn rows(&mut self, batch: RecordBatch) -> Result<()>;
    /// A batch of [`rejects_schema`].
    fn rejects(&mut self, batch: RecordBatch) -> Result<()>;
}

/// The account of one object: `rows_read == rows_staged + rejects`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Of the object's bytes as stored, lower-case hexadecimal.
    pub sha256: String,
    pub bytes: u64,
    pub rows_read: u64,
    pub rows_staged: u64,
    pub rejects: u64,
    /// The header as found; without one, and for Parquet, the names of the columns in file order; for JSON the declared paths.
    pub header: Vec<String>,
}

/// Reads one object to its end and gives the sink back. `name` is its path for people: in messages, and for columns that come from its
/// folders. On an error the sink is gone: what it was given must not be used.
pub async fn read_object<S: Sink + 'static>(
    store: &dyn ObjectStore,
    path: &Path,
    name: &str,
    source: &Source,
    options: &Options,
    sink: S,
) -> Result<(Summary, S)> {
    let got = store.get(path).await.map_err(|error| object::unreadable(name, &error))?;
    let (object, feed, _cancel) = object::open(got, name);
    let (source, options, name) = (source.clone(), *options, name.to_string());
    let damaged = damaged(&name, &source.format);
    let reading = tokio::task::spawn_blocking(move || match &source.format {
        Format::Csv(csv) => csv::read(object, &name, &source, csv, &options, sink),
        Format::Json(json) => json::read(object, &name, &source, json, &options, sink),
        Format::Parquet => parquet::read(object, &name, &source, &options, sink),
    });
    let (_, read) = futures::join!(feed, reading);
    read.map_err(|_| damaged)?
}

/// What a panic means: the Parquet crate panics on some damaged files; ours would be a fault of this program.
fn damaged(name: &str, format: &Format) -> Error {
    match format {
        Format::Parquet => Error::check(format!("`{name}` is not a readable Parquet file")).hint("it is damaged; fetch or write it again"),
        Format::Csv(_) | Format::Json(_) => {
            Error::faulty(format!("reading `{name}` ran into a fault of this program")).hint("please report it")
        }
    }
}

/// The declared columns, then `_line`.
pub fn rows_schema(source: &Source) -> SchemaRef {
    let declared = source.columns.iter().map(|column| Field::new(&column.name, column.ty.arrow(), column.nullable));
    let line = Field::new(LINE.0, LINE.1.arrow(), false);
    Arc::new(Schema::new(declared.chain([line]).collect::<Vec<_>>()))
}

/// One row per record that could not be read as declared. `raw` is the record, lossily decoded and cut at 64 KiB (null for Parquet):
/// personal data, for the owner's eyes only. The other columns never hold row contents.
pub fn rejects_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new(LINE.0, LINE.1.arrow(), false),
        Field::new("column", DataType::Utf8, true),
        Field::new("reason", DataType::Utf8, false),
        Field::new("raw", DataType::Utf8, true),
    ]))
}

/// Whether the rejects of a source, over all its objects, are past its limit.
pub fn too_many_rejects(limit: MaxRejects, rows_read: u64, rejects: u64) -> bool {
    match limit {
        MaxRejects::Count(count) => rejects > count,
        MaxRejects::Rate(rate) => rejects as f64 > rate * rows_read as f64,
    }
}
