//! Columns whose value stands in the path of their object, as Hive and Spark lay files out: `dt=2026-03-01/region=DE/part-0.csv`.
//!
//! The value is percent-decoded and typed like any field; Hive's word for null is null. It is one for all rows of an object, so a value that
//! does not fit is a fault of the object, not of its rows.

use super::column::Column;
use crate::error::{Error, Result};
use crate::project::source::{Origin, Source, SourceColumn};
use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;
use percent_encoding::percent_decode_str;

/// What Hive calls the folder of rows without a value.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// Per declared column its one value as an array of one row; `None`: the column comes from the file.
pub(super) fn constants(source: &Source, object: &str) -> Result<Vec<Option<ArrayRef>>> {
    let constant = |column: &SourceColumn| match &column.from {
        Origin::Folder(folder) => constant(source, column, folder, object).map_err(|error| error.at(column.place.clone())).map(Some),
        Origin::Field { .. } => Ok(None),
    };
    source.columns.iter().map(constant).collect()
}

/// The same value for all rows of a batch.
pub(super) fn repeated(constant: &ArrayRef, rows: usize) -> ArrayRef {
    take(constant, &UInt32Array::from(vec![0; rows]), None).expect("an array of one row has a row 0")
}

fn constant(source: &Source, column: &SourceColumn, folder: &str, object: &str) -> Result<ArrayRef> {
    let value = match written(object, folder)[..] {
        [] if column.optional => None,
        [] => {
            return Err(Error::check(format!("`{object}` lies in no folder `{folder}=...`, from which column `{}` comes", column.name))
                .hint("move it, narrow the source's location, or say `optional: true`"));
        }
        [value] => Some(decoded(value, folder, object)?).filter(|value| value != NULL),
        _ => return Err(Error::check(format!("`{object}` lies in several folders `{folder}=...`"))),
    };
    let reader = Column::new(source, column)?;
    reader.constant(value.as_deref()).map_err(|refusal| {
        Error::check(format!("the folder `{folder}=...` of `{object}` does not fit column `{}`: {}", column.name, reader.reason(refusal)))
    })
}

/// The values of all folders of this name in the object's path.
fn written<'a>(object: &'a str, folder: &str) -> Vec<&'a str> {
    let (folders, _file) = object.rsplit_once('/').unwrap_or_default();
    folders.split('/').filter_map(|part| part.split_once('=')).filter(|(name, _)| *name == folder).map(|(_, value)| value).collect()
}

fn decoded(value: &str, folder: &str, object: &str) -> Result<String> {
    let decoded = percent_decode_str(value).decode_utf8();
    let wrong = |_| Error::check(format!("the folder `{folder}=...` of `{object}` is not UTF-8 once percent-decoded"));
    decoded.map(|text| text.into_owned()).map_err(wrong)
}
