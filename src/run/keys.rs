//! A row by its key, as messages name it: `model linear, step_id O1#2`.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// Columns of the key that the rows lack are left out.
pub(super) fn named(rows: &RecordBatch, key: &[String], row: usize) -> Result<String, ArrowError> {
    let options = FormatOptions::default().with_null("null");
    let there = key.iter().filter_map(|name| Some((name, rows.column_by_name(name)?)));
    let cell = |(name, column)| Ok(format!("{name} {}", ArrayFormatter::try_new(column, &options)?.value(row)));
    let cells = there.map(|(name, column)| cell((name, column.as_ref()))).collect::<Result<Vec<String>, ArrowError>>()?;
    Ok(cells.join(", "))
}
