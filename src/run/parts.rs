//! The files of a table's own rows: one, or one for each partition. Rows come sorted, so that a partition ends where the next begins.

use crate::error::{Error, Result};
use crate::store::table_file::{Purpose, TableFile};
use crate::store::work::{Building, DATA, StoredFile};
use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::partition;
use arrow::datatypes::SchemaRef;
use arrow::util::display::array_value_to_string;

/// More files than this nobody lists, and each costs a round trip to publish.
const MOST_PARTITIONS: usize = 10_000;

pub(super) struct Parts {
    building: Building,
    table: String,
    schema: SchemaRef,
    purpose: Purpose,
    partition_by: Vec<String>,
    /// The file being written, with its partition.
    open: Option<(Option<String>, TableFile)>,
    finished: Vec<StoredFile>,
}

impl Parts {
    pub(super) async fn begin(
        building: &Building,
        table: &str,
        schema: &SchemaRef,
        purpose: &Purpose,
        partition_by: &[String],
    ) -> Result<Parts> {
        let mut parts = Parts {
            building: building.clone(),
            table: table.to_string(),
            schema: SchemaRef::clone(schema),
            purpose: purpose.clone(),
            partition_by: partition_by.to_vec(),
            open: None,
            finished: Vec::new(),
        };
        if parts.partition_by.is_empty() {
            parts.turn_to(None).await?;
        }
        Ok(parts)
    }

    /// Columns are those of the table, in their order.
    pub(super) async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if self.partition_by.is_empty() || batch.num_rows() == 0 {
            return self.append(batch).await;
        }
        let keys: Vec<ArrayRef> =
            self.partition_by.iter().map(|name| batch.column_by_name(name).expect("a column of the contract").clone()).collect();
        let ranges = partition(&keys).map_err(|error| self.unfit(&error))?.ranges();
        for range in ranges {
            let key = self.key(&keys, range.start)?;
            if self.open.as_ref().is_none_or(|(open, _)| open.as_ref() != Some(&key)) {
                self.turn_to(Some(key)).await?;
            }
            self.append(&batch.slice(range.start, range.len())).await?;
        }
        Ok(())
    }

    pub(super) async fn finish(mut self) -> Result<Vec<StoredFile>> {
        // No rows, no partitions: an empty table is an empty file.
        if self.open.is_none() {
            self.turn_to(None).await?;
        }
        self.close().await?;
        Ok(self.finished)
    }

    async fn append(&mut self, batch: &RecordBatch) -> Result<()> {
        match &mut self.open {
            Some((_, file)) => file.write(batch).await,
            None => Ok(()),
        }
    }

    async fn turn_to(&mut self, partition: Option<String>) -> Result<()> {
        self.close().await?;
        if self.finished.len() == MOST_PARTITIONS {
            let by = self.partition_by.join("`, `");
            return Err(Error::check(format!("{} has more than {MOST_PARTITIONS} partitions by `{by}`", self.table))
                .hint("part it by fewer or coarser columns, the month instead of the day"));
        }
        let file = self.building.file(DATA, SchemaRef::clone(&self.schema), &self.purpose).await?;
        self.open = Some((partition, file));
        Ok(())
    }

    async fn close(&mut self) -> Result<()> {
        if let Some((partition, file)) = self.open.take() {
            self.finished.push(StoredFile { partition, ..file.finish().await? });
        }
        Ok(())
    }

    /// `month=2026-11/region=north`. Stores disagree about how other letters are escaped in a path.
    fn key(&self, columns: &[ArrayRef], row: usize) -> Result<String> {
        let mut words = Vec::new();
        for (name, column) in self.partition_by.iter().zip(columns) {
            let value = array_value_to_string(column, row).map_err(|error| self.unfit(&error))?;
            if value.is_empty() || !value.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-') {
                return Err(Error::check(format!("a value of `{name}` in {} cannot be part of a path", self.table))
                    .hint("part a table by days, months or keys of letters, digits, `_` and `-`"));
            }
            words.push(format!("{name}={value}"));
        }
        Ok(words.join("/"))
    }

    fn unfit(&self, why: &dyn std::fmt::Display) -> Error {
        Error::check(format!("the rows of {} cannot be parted by `{}`", self.table, self.partition_by.join("`, `"))).because(why)
    }
}
