//! A block of whole records -> typed batches and rejects. Pure and independent of other blocks: this is what runs in parallel.

use super::column::{Cells, Column, Verdicts};
use super::cut::Block;
use super::dialect::Field;
use super::folder;
use super::reject::{self, Reject, raw};
use super::split::{Rows, Shape, Splitter};
use crate::error::{Error, Result};
use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, new_null_array};
use arrow::compute::filter;
use arrow::datatypes::SchemaRef;
use std::borrow::Cow;
use std::sync::Arc;

/// Everything a worker has to know about an object.
pub(super) struct Form {
    pub(super) shape: Shape,
    pub(super) columns: Vec<(Column, Taken<usize>)>,
    pub(super) schema: SchemaRef,
    pub(super) batch_rows: usize,
}

/// What a declared column takes; `F` says which field, and how it is read.
pub(super) enum Taken<F> {
    Field(F),
    /// An array of one row.
    Constant(ArrayRef),
    /// The file lacks this optional column.
    Nothing,
}

/// One batch of a block.
pub(super) struct Parsed {
    /// Rows and rejects.
    pub(super) read: u64,
    pub(super) rows: RecordBatch,
    pub(super) rejects: RecordBatch,
}

impl Form {
    pub(super) fn parse(&self, block: &Block) -> Result<Vec<Parsed>> {
        let text = match std::str::from_utf8(&block.bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(without_wrong_bytes(&block.bytes)),
        };
        let mut splitter = Splitter::new(&self.shape, block, matches!(text, Cow::Borrowed(_)));
        let mut batches = Vec::new();
        while let Some(rows) = splitter.next(self.batch_rows) {
            batches.push(self.batch(&text, block, rows)?);
        }
        Ok(batches)
    }

    fn batch(&self, text: &str, block: &Block, mut rows: Rows) -> Result<Parsed> {
        let mut verdicts = Verdicts::default();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.columns.len() + 1);
        for (number, (column, taken)) in self.columns.iter().enumerate() {
            arrays.push(match taken {
                Taken::Field(field) => {
                    column.build(&FieldCells { text, rows: &rows, field: *field, shape: &self.shape }, number, &mut verdicts)
                }
                Taken::Constant(value) => folder::repeated(value, rows.lines.len()),
                Taken::Nothing => new_null_array(&column.ty.arrow(), rows.lines.len()),
            });
        }
        for (row, number, refusal) in verdicts.refused() {
            let column = &self.columns[number].0;
            let raw = raw(&block.bytes[rows.records[row].clone()]);
            rows.rejects.push(Reject {
                line: rows.lines[row],
                column: Some(column.name.clone()),
                reason: column.reason(refusal),
                raw: Some(raw),
            });
        }
        arrays.push(Arc::new(Int64Array::from(rows.lines)));
        let batch = keep(arrays, &verdicts, &self.schema)?;
        Ok(Parsed { read: rows.read, rows: batch, rejects: reject::batch(rows.rejects)? })
    }
}

/// The rows nobody refused, as a batch.
pub(super) fn keep(mut arrays: Vec<ArrayRef>, verdicts: &Verdicts, schema: &SchemaRef) -> Result<RecordBatch> {
    let wrong = |error| Error::faulty("parsed columns do not fit the declared schema").because(error);
    if let Some(kept) = verdicts.kept(arrays.last().map_or(0, |lines| lines.len())) {
        let kept = BooleanArray::from(kept);
        arrays = arrays.iter().map(|array| filter(array, &kept)).collect::<Result<_, _>>().map_err(wrong)?;
    }
    RecordBatch::try_new(schema.clone(), arrays).map_err(wrong)
}

/// One field of every row.
struct FieldCells<'a> {
    text: &'a str,
    rows: &'a Rows,
    field: usize,
    shape: &'a Shape,
}

impl Cells for FieldCells<'_> {
    fn len(&self) -> usize {
        self.rows.lines.len()
    }

    fn bytes(&self) -> usize {
        self.rows.records.last().map_or(0, |last| last.end - self.rows.records[0].start) / self.shape.width
    }

    fn get<'a>(&'a self, row: usize, scratch: &'a mut String) -> Option<&'a str> {
        let field: Field = self.rows.fields[row * self.shape.width + self.field];
        let content = &self.text[field.range()];
        if !field.is_escaped() {
            return Some(content);
        }
        self.shape.dialect.unescape(content, scratch);
        Some(scratch)
    }
}

/// The bytes as text of the same length, with `?` for what is not UTF-8. Records that hold such bytes are rejected before any field of
/// theirs is read; the others keep their places.
pub(super) fn without_wrong_bytes(bytes: &[u8]) -> String {
    let mut bytes = bytes.to_vec();
    let mut checked = 0;
    while let Err(error) = std::str::from_utf8(&bytes[checked..]) {
        let start = checked + error.valid_up_to();
        let end = error.error_len().map_or(bytes.len(), |length| start + length);
        bytes[start..end].fill(b'?');
        checked = end;
    }
    String::from_utf8(bytes).expect("every wrong byte was replaced")
}
