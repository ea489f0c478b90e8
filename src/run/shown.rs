//! Checks asked of rows that are only shown: those a row breaks by itself, so that they can be told before any run.

use super::keys::named;
use crate::check::{Question, questions, quoted};
use crate::error::{Error, Result};
use crate::plan::DROP_REASON;
use crate::project::contract::{Check, Column, Contract, Severity};
use crate::project::{Body, Project, Table};
use crate::session::{Session, Shape, plain};
use arrow::array::{ArrayRef, RecordBatch, StringArray, new_null_array};
use arrow::compute::{cast, filter_record_batch, is_null};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use datafusion::common::DataFusionError;
use datafusion::datasource::MemTable;
use std::sync::Arc;

/// What a run would say of these rows of a table. Of a member its union's contract decides: there its rows stand with its name.
pub async fn offences(project: &Project, table: &Table, rows: &[RecordBatch]) -> Result<Vec<Error>> {
    let union = table.name.union().and_then(|union| project.table(&union));
    let contract = Contract { checks: all_checks(table, union), ..union.unwrap_or(table).contract.clone() };
    let name = union.unwrap_or(table).name.to_string();
    let asked = questions(&name, &contract).into_iter().filter(|question| question.row_condition.is_some());
    let failed =
        |error: &dyn std::fmt::Display| Error::faulty(format!("the rows of `{}` cannot be checked", table.name.in_words())).because(error);
    let session = Session::for_planning()?;
    let as_stored: Result<Vec<RecordBatch>, ArrowError> = rows.iter().map(|rows| as_stored(table, union, rows)).collect();
    let as_stored = as_stored.map_err(|error| failed(&error))?;
    let Some(schema) = as_stored.first().map(RecordBatch::schema) else { return Ok(Vec::new()) };
    let shown: usize = as_stored.iter().map(RecordBatch::num_rows).sum();
    let stored = MemTable::try_new(schema, vec![as_stored]).map_err(|error| failed(&plain(&error)))?;
    let (folder, short) = name.split_once('.').expect("full names have a folder");
    session.register(folder, short, Arc::new(stored))?;
    let mut offences = Vec::new();
    for question in asked {
        let (count, key) = offenders(&session, &question).await.map_err(|error| failed(&plain(&error)))?;
        if count > 0 {
            offences.push(told(table, &question, count, shown, key));
        }
    }
    Ok(offences)
}

/// Of a member those of its union, and its own.
fn all_checks(table: &Table, union: Option<&Table>) -> Vec<Check> {
    union.into_iter().chain([table]).flat_map(|table| table.contract.checks.iter().cloned()).collect()
}

/// The rows that are kept, as the contract has them.
fn as_stored(table: &Table, union: Option<&Table>, shown: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = &union.unwrap_or(table).contract.columns;
    let declared = columns.iter().any(|column| column.name == DROP_REASON);
    let kept = match shown.column_by_name(DROP_REASON).filter(|_| !declared) {
        Some(reasons) => filter_record_batch(shown, &is_null(reasons)?)?,
        None => shown.clone(),
    };
    let member_column = union.and_then(|union| match &union.body {
        Body::Union { member_column, .. } => Some(member_column),
        _ => None,
    });
    let array = |column: &Column| -> Result<ArrayRef, ArrowError> {
        match (kept.column_by_name(&column.name), &table.name.member) {
            (Some(array), _) => cast(array, &column.ty.arrow()),
            (None, Some(member)) if member_column == Some(&column.name) => {
                Ok(Arc::new(StringArray::from(vec![member.as_str(); kept.num_rows()])))
            }
            // What a member leaves out is null.
            (None, _) => Ok(new_null_array(&column.ty.arrow(), kept.num_rows())),
        }
    };
    let arrays: Vec<ArrayRef> = columns.iter().map(array).collect::<Result<_, _>>()?;
    let fields: Vec<Field> = columns.iter().map(|column| Field::new(&column.name, column.ty.arrow(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

/// How many rows offend, and the first of their keys as far as it may be shown.
async fn offenders(session: &Session, question: &Question) -> Result<(usize, Option<String>), DataFusionError> {
    let keys: Vec<String> = question.shown.iter().map(|name| quoted(name)).collect();
    let query = match keys.is_empty() {
        true => format!("select 1 from ({})", question.offenders),
        false => format!("select {0} from ({1}) order by {0}", keys.join(", "), question.offenders),
    };
    let rows = session.context(Shape::Normal).sql(&query).await?.collect().await?;
    let count = rows.iter().map(RecordBatch::num_rows).sum();
    let first = rows.iter().find(|rows| rows.num_rows() > 0 && !keys.is_empty());
    Ok((count, first.map(|rows| named(rows, &question.shown, 0)).transpose()?))
}

fn told(table: &Table, question: &Question, count: usize, shown: usize, key: Option<String>) -> Error {
    let hold = if count == 1 { "does" } else { "do" };
    let sentence = format!("check fails: {} of {}: {count} of {shown} rows shown {hold} not hold", question.label, table.name.in_words());
    let mut error = Error::check(sentence).at(question.place.clone());
    if let Some(because) = &question.because {
        error = error.because(because);
    }
    if let Some(key) = key {
        error = error.hint(format!("for instance {key}"));
    }
    match question.severity {
        Severity::Fail => error.hint("a run publishes nothing while it does not hold"),
        Severity::Warn => error,
    }
}
