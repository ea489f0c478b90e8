//! Rows of a table on their way to the store: kept and dropped ones told apart and counted, the engine's types made plain.

use super::keys::named;
use super::parts::Parts;
use crate::error::{Error, Result};
use crate::plan::{DROP_REASON, column_schema};
use crate::project::contract::Contract;
use crate::store::table_file::{Purpose, TableFile};
use crate::store::work::{Building, Stored};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch, is_not_null, is_null};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The role of the rows a cleaning table leaves out.
const DROPPED: &str = "dropped";

/// A table being written.
pub(super) struct Written {
    building: Building,
    data: Parts,
    /// Begun with the first row left out.
    left_out: Option<TableFile>,
    name: String,
    schema: SchemaRef,
    /// Columns that name a row to people.
    key: Vec<String>,
    pub(super) kept: u64,
    /// Rows left out, by reason.
    pub(super) dropped: BTreeMap<String, u64>,
}

impl Written {
    pub(super) async fn begin(building: Building, name: &str, contract: &Contract, purpose: &Purpose) -> Result<Written> {
        let schema = Arc::new(column_schema(contract));
        let data = Parts::begin(&building, name, &schema, purpose, &contract.partition_by).await?;
        let personal = |name: &String| contract.columns.iter().any(|column| column.name == *name && column.personal);
        let key = contract.unique.iter().filter(|name| !personal(name)).cloned().collect();
        Ok(Written { building, data, left_out: None, name: name.to_string(), schema, key, kept: 0, dropped: BTreeMap::new() })
    }

    pub(super) async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let Some(reasons) = batch.column_by_name(DROP_REASON).filter(|_| self.schema.column_with_name(DROP_REASON).is_none()) else {
            return self.keep(batch).await;
        };
        let reasons = Arc::clone(reasons);
        let masks = is_null(&reasons).and_then(|kept| Ok((kept, is_not_null(&reasons)?)));
        let (kept, dropped) = masks.map_err(|error| self.unfit(&error))?;
        let rows = filter_record_batch(batch, &kept).map_err(|error| self.unfit(&error))?;
        self.keep(&rows).await?;
        let rows = filter_record_batch(batch, &dropped).map_err(|error| self.unfit(&error))?;
        self.leave_out(&rows).await
    }

    async fn keep(&mut self, batch: &RecordBatch) -> Result<()> {
        let typed = typed(batch, &self.schema, &self.key).map_err(|why| self.unfit(&why))?;
        self.kept += typed.num_rows() as u64;
        self.data.write(&typed).await
    }

    async fn leave_out(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let nullable = self.schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
        let schema = Arc::new(Schema::new(nullable.chain([Field::new(DROP_REASON, DataType::Utf8, false)]).collect::<Vec<_>>()));
        let typed = typed(batch, &schema, &self.key).map_err(|why| self.unfit(&why))?;
        if self.left_out.is_none() {
            self.left_out = Some(self.building.file(DROPPED, schema, &Purpose::Work).await?);
        }
        let reasons = typed.column(typed.num_columns() - 1).as_string::<i32>();
        for reason in reasons.iter().flatten() {
            *self.dropped.entry(reason.to_string()).or_default() += 1;
        }
        self.left_out.as_mut().expect("begun above").write(&typed).await
    }

    pub(super) async fn finish(self, facts: serde_json::Value) -> Result<Stored> {
        let mut files = self.data.finish().await?;
        if let Some(left_out) = self.left_out {
            files.push(left_out.finish().await?);
        }
        self.building.finish(files, facts).await
    }

    fn unfit(&self, why: &dyn std::fmt::Display) -> Error {
        Error::check(format!("the rows of {} do not fit its contract", self.name)).because(why)
    }
}

/// The batch as the schema says: by name, with text and timestamps in their stored form. The engine's types become plain ones here alone.
fn typed(batch: &RecordBatch, schema: &SchemaRef, key: &[String]) -> Result<RecordBatch, String> {
    let columns: Result<Vec<ArrayRef>, String> = schema
        .fields()
        .iter()
        .map(|field| {
            let column = batch.column_by_name(field.name()).ok_or_else(|| format!("column `{}` is missing", field.name()))?;
            if !field.is_nullable() && column.logical_null_count() > 0 {
                let first = (0..batch.num_rows()).find(|row| column.is_null(*row)).unwrap_or_default();
                let row = named(batch, key, first).map_err(|error| error.to_string())?;
                return Err(format!(
                    "column `{}` holds null and the contract says it never does; the first such row is {row}",
                    field.name()
                ));
            }
            if column.data_type() == field.data_type() {
                Ok(Arc::clone(column))
            } else {
                cast(column, field.data_type()).map_err(|error| error.to_string())
            }
        })
        .collect();
    RecordBatch::try_new(Arc::clone(schema), columns?).map_err(|error| error.to_string())
}
