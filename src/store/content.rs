//! The content of a table as one number: the multiset of its rows, whatever their order, batches and files, together with its columns.

use crate::error::{Error, Result};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::row::{RowConverter, Rows, SortField};
use twox_hash::XxHash3_128;

/// Each row is encoded (nulls apart from every value, lengths kept) and hashed; the hashes are added. Adding forgets the order, and unlike
/// exclusive-or it does not forget rows that occur twice.
#[derive(Debug)]
pub struct ContentHash {
    schema: SchemaRef,
    converter: RowConverter,
    /// Kept for its memory.
    encoded: Rows,
    sum: u128,
    rows: u64,
}

impl ContentHash {
    pub fn new(schema: SchemaRef) -> Result<ContentHash> {
        let fields = schema.fields().iter().map(|field| SortField::new(field.data_type().clone())).collect();
        let converter = RowConverter::new(fields).map_err(not_hashable)?;
        let encoded = converter.empty_rows(0, 0);
        Ok(ContentHash { schema, converter, encoded, sum: 0, rows: 0 })
    }

    pub fn update(&mut self, batch: &RecordBatch) -> Result<()> {
        self.encoded.clear();
        self.converter.append(&mut self.encoded, batch.columns()).map_err(not_hashable)?;
        self.sum = self.encoded.iter().fold(self.sum, |sum, row| sum.wrapping_add(XxHash3_128::oneshot(row.data())));
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Adds the rows of another part of the same table.
    pub fn merge(&mut self, other: &ContentHash) {
        debug_assert_eq!(self.schema.fields(), other.schema.fields());
        self.sum = self.sum.wrapping_add(other.sum);
        self.rows += other.rows;
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// 32 hexadecimal digits. Nullability and comments are not content.
    pub fn finish(&self) -> String {
        let mut bytes = Vec::new();
        bytes.extend(self.sum.to_le_bytes());
        bytes.extend(self.rows.to_le_bytes());
        for field in self.schema.fields() {
            bytes.extend(format!("{}\u{0}{}\u{0}", field.name(), field.data_type()).into_bytes());
        }
        format!("{:032x}", XxHash3_128::oneshot(&bytes))
    }
}

fn not_hashable(error: ArrowError) -> Error {
    Error::faulty("the rows of a table cannot be hashed").because(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, Float64Array, Int64Array, StringArray};
    use std::sync::Arc;

    fn batch(numbers: &[Option<i64>], words: &[Option<&str>]) -> RecordBatch {
        let numbers: Arc<dyn Array> = Arc::new(Int64Array::from(numbers.to_vec()));
        let words: Arc<dyn Array> = Arc::new(StringArray::from(words.to_vec()));
        RecordBatch::try_from_iter_with_nullable([("n", numbers, true), ("w", words, true)]).unwrap()
    }

    fn hash(batches: &[RecordBatch]) -> String {
        let mut hash = ContentHash::new(batches[0].schema()).unwrap();
        batches.iter().for_each(|batch| hash.update(batch).unwrap());
        hash.finish()
    }

    #[test]
    fn order_and_batches_do_not_count() {
        let whole = batch(&[Some(1), Some(2), Some(2), None], &[Some("a"), Some("b"), Some("b"), None]);
        let turned = batch(&[None, Some(2), Some(1), Some(2)], &[None, Some("b"), Some("a"), Some("b")]);
        assert_eq!(hash(std::slice::from_ref(&whole)), hash(&[turned.slice(0, 1), turned.slice(1, 3)]));

        let mut merged = ContentHash::new(whole.schema()).unwrap();
        merged.update(&whole.slice(0, 3)).unwrap();
        let mut rest = ContentHash::new(whole.schema()).unwrap();
        rest.update(&whole.slice(3, 1)).unwrap();
        merged.merge(&rest);
        assert_eq!((merged.finish(), merged.rows()), (hash(&[whole]), 4));
    }

    #[test]
    fn every_other_difference_counts() {
        let word = |words: &[Option<&str>]| hash(&[batch(&vec![Some(0); words.len()], words)]);
        let different = [
            word(&[Some("a")]),
            word(&[Some("a"), Some("a")]),
            word(&[Some("a"), Some("a"), Some("a")]),
            word(&[Some("")]),
            word(&[None]),
            word(&[Some("ab"), Some("c")]),
            word(&[Some("a"), Some("bc")]),
            word(&[]),
            hash(&[batch(&[None], &[Some("a")])]),
            // The same values in exchanged columns, another name, another type.
            hash(&[RecordBatch::try_from_iter([("w", words(&["a"])), ("n", words(&["b"]))]).unwrap()]),
            hash(&[RecordBatch::try_from_iter([("w", words(&["b"])), ("n", words(&["a"]))]).unwrap()]),
            hash(&[RecordBatch::try_from_iter([("w", words(&["a"])), ("m", words(&["b"]))]).unwrap()]),
            hash(&[RecordBatch::try_from_iter([("w", Arc::new(Int64Array::from(vec![0])) as Arc<dyn Array>)]).unwrap()]),
            hash(&[RecordBatch::try_from_iter([("w", Arc::new(Float64Array::from(vec![0.0])) as Arc<dyn Array>)]).unwrap()]),
            hash(&[RecordBatch::try_from_iter([("w", Arc::new(Float64Array::from(vec![-0.0])) as Arc<dyn Array>)]).unwrap()]),
        ];
        for (at, one) in different.iter().enumerate() {
            assert_eq!(different.iter().position(|other| other == one), Some(at));
        }
    }

    fn words(words: &[&str]) -> Arc<dyn Array> {
        Arc::new(StringArray::from(words.to_vec()))
    }
}
