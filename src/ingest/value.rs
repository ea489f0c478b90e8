//! Values that are typed already (Parquet) -> the declared type, without losing anything unseen.
//!
//! Texts are read by the same rules as the fields of a text file. Numbers must come back unchanged when cast to where they came from,
//! unless the column rounds. An instant is cut to microseconds; a date and an instant are never taken for one another.

use super::column::{Cells, Column, Refusal, Verdicts};
use crate::error::{Error, Result};
use crate::project::source::SourceColumn;
use crate::project::types::Type;
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray, TimestampMicrosecondArray};
use arrow::compute::kernels::cmp::distinct;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use arrow::error::ArrowError;
use chrono::DateTime;
use std::sync::Arc;

/// How the values of a column become the declared type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Road {
    /// As text, by the rules of text fields.
    Text,
    /// Cast; what comes out is right by the meaning of both types.
    Cast,
    /// Cast there and back without a difference.
    Exact,
    /// Local times, through the source's zone.
    Local,
}

impl Road {
    pub(super) fn find(from: &DataType, column: &SourceColumn) -> Option<Road> {
        use DataType as D;
        let from = match from {
            D::Dictionary(_, values) => values,
            plain => plain,
        };
        let textual = matches!(from, D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Binary | D::LargeBinary | D::BinaryView);
        let decimal = matches!(from, D::Decimal32(_, _) | D::Decimal64(_, _) | D::Decimal128(_, _) | D::Decimal256(_, _));
        let date = matches!(from, D::Date32 | D::Date64);
        let declared = |road| (!column.formats.is_empty()).then_some(road);
        match column.ty {
            _ if textual => Some(Road::Text),
            Type::Text => (from.is_numeric() || date || matches!(from, D::Boolean | D::Timestamp(_, _))).then_some(Road::Text),
            Type::Boolean if *from == D::Boolean => Some(Road::Cast),
            Type::Boolean => from.is_integer().then_some(Road::Text),
            Type::Decimal { .. } if column.number.round => from.is_numeric().then_some(Road::Cast),
            Type::Double if from.is_floating() || decimal => Some(Road::Cast),
            Type::Bigint | Type::Double | Type::Decimal { .. } => from.is_numeric().then_some(Road::Exact),
            Type::Date if date => Some(Road::Exact),
            Type::Timestamp => match from {
                D::Timestamp(_, Some(_)) => Some(Road::Cast),
                D::Timestamp(_, None) => Some(Road::Local),
                _ if from.is_integer() => declared(Road::Text),
                _ => None,
            },
            Type::Date => {
                if from.is_integer() {
                    declared(Road::Text)
                } else {
                    None
                }
            }
        }
    }

    pub(super) fn read(self, values: &ArrayRef, column: &Column, number: usize, verdicts: &mut Verdicts) -> Result<ArrayRef> {
        let target = match self {
            Road::Text => DataType::Utf8,
            Road::Local => DataType::Timestamp(TimeUnit::Microsecond, None),
            Road::Cast | Road::Exact => column.ty.arrow(),
        };
        let mut read = cast(values, &target)?;
        refuse_where(verdicts, number, |row| values.is_valid(row) && read.is_null(row), values.len());
        match self {
            Road::Text => return Ok(column.build(&Texts(read.as_string()), number, verdicts)),
            Road::Local => read = local(read.as_primitive(), column, number, verdicts),
            Road::Exact => {
                let changed = distinct(&cast(&read, values.data_type())?, values).map_err(|error| wrong(values.data_type(), error))?;
                refuse_where(verdicts, number, |row| changed.value(row), values.len());
            }
            Road::Cast => {}
        }
        if let Some(doubles) = read.as_any().downcast_ref::<Float64Array>() {
            refuse_where(verdicts, number, |row| doubles.is_valid(row) && !doubles.value(row).is_finite(), doubles.len());
        }
        if !column.nullable && read.null_count() > 0 {
            for row in (0..read.len()).filter(|row| read.is_null(*row)) {
                verdicts.refuse(row, number, Refusal::Null);
            }
        }
        Ok(read)
    }
}

/// Values that do not fit become null.
fn cast(values: &ArrayRef, target: &DataType) -> Result<ArrayRef> {
    cast_with_options(values, target, &CastOptions { safe: true, ..CastOptions::default() })
        .map_err(|error| wrong(values.data_type(), error))
}

fn wrong(from: &DataType, error: ArrowError) -> Error {
    Error::check(format!("a column of {from} cannot be read as declared")).because(error)
}

fn refuse_where(verdicts: &mut Verdicts, number: usize, unfit: impl Fn(usize) -> bool, rows: usize) {
    for row in (0..rows).filter(|row| unfit(*row)) {
        verdicts.refuse(row, number, Refusal::Unfit);
    }
}

fn local(times: &TimestampMicrosecondArray, column: &Column, number: usize, verdicts: &mut Verdicts) -> ArrayRef {
    let instants = times.iter().enumerate().map(|(row, micros)| {
        let local = DateTime::from_timestamp_micros(micros?).map(|instant| instant.naive_utc());
        let instant = local.ok_or(Refusal::Unfit).and_then(|local| column.local(local));
        instant.map_err(|refusal| verdicts.refuse(row, number, refusal)).ok()
    });
    let instants: arrow::array::PrimitiveArray<TimestampMicrosecondType> = instants.collect();
    Arc::new(instants.with_timezone("UTC"))
}

struct Texts<'a>(&'a StringArray);

impl Cells for Texts<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn bytes(&self) -> usize {
        self.0.values().len()
    }

    fn get<'a>(&'a self, row: usize, _scratch: &'a mut String) -> Option<&'a str> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}
