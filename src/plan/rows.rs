//! Rows written by hand in the project (reference rows, examples) -> a typed batch, by the same reader as raw files.

use crate::error::{Error, Faults, Place};
use crate::ingest;
use crate::project::contract::{Column, Contract};
use crate::project::encoding::Encoding;
use crate::project::source::{
    AmbiguousTime, Compression, Csv, Escape, ExtraColumns, Format, MaxRejects, MissingTime, NumberFormat, OnMissing, ShortRows, Source,
    SourceColumn,
};
use arrow::array::{Array, AsArray, Int64Array, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Int64Type, SchemaRef};
use object_store::memory::InMemory;
use object_store::{ObjectStoreExt, path::Path};
use std::sync::{Arc, Mutex};

/// Reference rows: every column of the contract is there.
pub async fn reference(file: &str, text: &str, contract: &Contract) -> Result<RecordBatch, Faults> {
    let place =
        |line: usize| Place::at(file, text, line, 1, text.lines().nth(line.saturating_sub(1)).map_or(1, |line| line.chars().count()));
    typed(file, text, &contract.columns, Missing::Refused, &place).await
}

/// Whether the header may leave columns out; they are null then.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Refused,
    Null,
}

/// Types CSV text by the columns named in its header. `place` tells where a line of the text stands.
pub async fn typed(
    name: &str,
    text: &str,
    columns: &[Column],
    missing: Missing,
    place: &dyn Fn(usize) -> Place,
) -> Result<RecordBatch, Faults> {
    let source = source(name, columns, missing);
    let store = InMemory::new();
    let path = Path::from("rows");
    store.put(&path, text.as_bytes().to_vec().into()).await.map_err(|error| Error::faulty("rows cannot be read").because(error))?;
    let rows = Arc::new(Mutex::new(Collected::default()));
    let sink = CollectInto(Arc::clone(&rows));
    let options = ingest::Options { workers: 1, ..ingest::Options::default() };
    ingest::read_object(&store, &path, name, &source, &options, sink).await.map_err(|error| error.at(place(1)))?;
    let rows = std::mem::take(&mut *rows.lock().expect("the reader is done"));
    let mut faults = Faults::default();
    for rejects in &rows.rejects {
        let (lines, columns, reasons) =
            (rejects.column(0).as_primitive::<Int64Type>(), rejects.column(1).as_string::<i32>(), rejects.column(2).as_string::<i32>());
        for row in 0..rejects.num_rows() {
            let column = if columns.is_valid(row) { format!("column `{}`: ", columns.value(row)) } else { String::new() };
            faults.push(Error::faulty(format!("{column}{}", reasons.value(row))).at(place(lines.value(row) as usize)));
        }
    }
    let schema = ingest::rows_schema(&source);
    let batch = concat_batches(&schema, &rows.rows).map_err(|error| Error::faulty("rows cannot be read").because(error))?;
    faults.or(without_lines(&batch, &schema))
}

/// The true lines of a typed batch are for raw files only.
fn without_lines(batch: &RecordBatch, schema: &SchemaRef) -> RecordBatch {
    debug_assert!(batch.column(schema.fields().len() - 1).as_any().is::<Int64Array>());
    let declared: Vec<usize> = (0..schema.fields().len() - 1).collect();
    batch.project(&declared).expect("the declared columns come first")
}

fn source(name: &str, columns: &[Column], missing: Missing) -> Source {
    let format = Csv {
        delimiter: b',',
        quote: Some(b'"'),
        escape: Escape::Doubled,
        header: true,
        skip_lines: 0,
        encoding: Encoding::UTF_8,
        compression: Compression::None,
        short_rows: ShortRows::Reject,
    };
    let column = |column: &Column| SourceColumn {
        name: column.name.clone(),
        place: column.place.clone(),
        from: column.name.as_str().into(),
        ty: column.ty,
        nullable: column.nullable || missing == Missing::Null,
        optional: missing == Missing::Null,
        null_words: Vec::new(),
        formats: Vec::new(),
        number: NumberFormat::default(),
        true_words: Vec::new(),
        false_words: Vec::new(),
    };
    Source {
        name: name.to_string(),
        place: Place::file(name),
        store: "raw".into(),
        locations: Vec::new(),
        format: Format::Csv(format),
        columns: columns.iter().map(column).collect(),
        time_zone: chrono_tz::UTC,
        ambiguous_time: AmbiguousTime::Reject,
        missing_time: MissingTime::Reject,
        null_words: Vec::new(),
        max_rejects: MaxRejects::Count(0),
        on_missing: OnMissing::Fail,
        extra_columns: ExtraColumns::Refuse,
    }
}

#[derive(Default)]
struct Collected {
    rows: Vec<RecordBatch>,
    rejects: Vec<RecordBatch>,
}

struct CollectInto(Arc<Mutex<Collected>>);

impl ingest::Sink for CollectInto {
    fn rows(&mut self, batch: RecordBatch) -> Result<(), Error> {
        self.0.lock().expect("one reader").rows.push(batch);
        Ok(())
    }

    fn rejects(&mut self, batch: RecordBatch) -> Result<(), Error> {
        self.0.lock().expect("one reader").rejects.push(batch);
        Ok(())
    }
}
