//! Parquet objects: columns by name, read as the declared types; a value that does not fit rejects its row.
//!
//! A remote object is first copied to a temporary file: its hash needs every byte once, Parquet needs them in another order.
//! The crate may panic on hostile files; [`super::read_object`] turns that into an error.

use super::block::{Parsed, Taken, keep};
use super::column::{Column, Verdicts};
use super::folder;
use super::header::Layout;
use super::object::{self, Object};
use super::parallel::{closed, deliver};
use super::reject::{self, Reject};
use super::value::Road;
use super::{Options, Sink, Summary, rows_schema};
use crate::error::{Error, Result};
use crate::project::source::Source;
use arrow::array::{ArrayRef, Int64Array, RecordBatch, new_null_array};
use arrow::datatypes::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

pub(super) fn read<S: Sink>(object: Object, name: &str, source: &Source, options: &Options, mut sink: S) -> Result<(Summary, S)> {
    let tally = object.tally();
    let file = whole_file(object, name)?;
    let mut summary = Summary::default();
    (summary.sha256, summary.bytes) = tally.total();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| damaged(name, error))?;
    let found = builder.schema().clone();
    let layout = Layout::by_name(found.fields().iter().map(|field| field.name().clone()).collect(), name, source)?;
    let columns = bind(&layout, &found, name, source)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), layout.fields.iter().flatten().copied());
    let reader = builder.with_projection(mask).with_batch_size(options.batch_rows.max(1)).build().map_err(|error| damaged(name, error))?;
    let schema = rows_schema(source);
    for batch in reader {
        let batch = batch.map_err(|error| damaged(name, error))?;
        let first_row = summary.rows_read as i64 + 1;
        deliver(convert(&batch, first_row, &columns, &schema)?, &mut summary, &mut sink)?;
    }
    summary.header = layout.header;
    closed(name, &summary)?;
    Ok((summary, sink))
}

/// The object as a local file, read once to its end.
fn whole_file(mut object: Object, name: &str) -> Result<File> {
    let failed = |error: io::Error| Error::retry(format!("`{name}` could not be copied to a temporary file")).because(error);
    let unread = |error: io::Error| object::transport_failure(name, &error).unwrap_or_else(|| failed(error));
    if let Some(local) = object.local() {
        let file = local.try_clone().map_err(failed)?;
        io::copy(&mut object, &mut io::sink()).map_err(unread)?;
        return Ok(file);
    }
    let mut file = tempfile::tempfile().map_err(failed)?;
    io::copy(&mut object, &mut file).map_err(unread)?;
    file.flush().map_err(failed)?;
    Ok(file)
}

fn damaged(name: &str, error: impl std::fmt::Display) -> Error {
    Error::check(format!("`{name}` is not a readable Parquet file")).because(error)
}

/// A declared column and what it takes: a column by its name, and how that is read.
type Bound = (Column, Taken<(String, Road)>);

fn bind(layout: &Layout, found: &SchemaRef, name: &str, source: &Source) -> Result<Vec<Bound>> {
    let constants = folder::constants(source, name)?;
    let bound = source.columns.iter().zip(&layout.fields).zip(constants).map(|((declared, field), constant)| {
        let column = Column::new(source, declared)?;
        if let Some(value) = constant {
            return Ok((column, Taken::Constant(value)));
        }
        let (Some(field), Some(written)) = (field, declared.field()) else { return Ok((column, Taken::Nothing)) };
        let from = found.field(*field).data_type();
        let road = Road::find(from, declared).ok_or_else(|| {
            Error::check(format!("column `{written}` of `{name}` is {from} and cannot be read as {}", declared.ty))
                .at(declared.place.clone())
                .hint("declare the type it has, or leave the column out")
        })?;
        Ok((column, Taken::Field((written.to_string(), road))))
    });
    bound.collect()
}

fn convert(batch: &RecordBatch, first_row: i64, columns: &[Bound], schema: &SchemaRef) -> Result<Parsed> {
    let mut verdicts = Verdicts::default();
    let rows = batch.num_rows();
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len() + 1);
    for (number, (column, taken)) in columns.iter().enumerate() {
        arrays.push(match taken {
            Taken::Field((name, road)) => {
                let values = batch.column_by_name(name).expect("bound by the schema of the file");
                road.read(values, column, number, &mut verdicts)?
            }
            Taken::Constant(value) => folder::repeated(value, rows),
            Taken::Nothing => new_null_array(&column.ty.arrow(), rows),
        });
    }
    arrays.push(Arc::new(Int64Array::from_iter_values(first_row..first_row + rows as i64)));
    let rejects = verdicts.refused().map(|(row, number, refusal)| {
        let column = &columns[number].0;
        Reject { line: first_row + row as i64, column: Some(column.name.clone()), reason: column.reason(refusal), raw: None }
    });
    let rejects = reject::batch(rejects.collect())?;
    Ok(Parsed { read: rows as u64, rows: keep(arrays, &verdicts, schema)?, rejects })
}
