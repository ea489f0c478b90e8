//! The engine's own tables: what was read, what was refused, the account of every table built so far.

use super::{Built, Run};
use crate::error::{Error, Result};
use crate::plan::{LEDGER, RAW, ledger};
use crate::report::Account;
use crate::store::content::ContentHash;
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::Schema;
use chrono::DateTime;
use datafusion::datasource::MemTable;
use std::sync::Arc;

impl Run<'_> {
    /// Registers the ledger tables a table is about to read.
    pub async fn register_ledger(&mut self, name: &str) -> Result<()> {
        let columns = match name {
            "rejects" => self.reject_columns().await?,
            "inputs" => self.input_columns()?,
            _ => self.account_columns(),
        };
        let schema =
            ledger::schemas().into_iter().find(|(known, _)| *known == name).map(|(_, schema)| schema).expect("the planner knows the name");
        let batch = RecordBatch::try_new(Arc::new(schema.clone()), columns).expect("columns are made for this schema");
        let full = format!("{LEDGER}.{name}");
        let built = Built::in_memory(batch.num_rows() as u64, content_of(&batch)?, schema_of(&batch));
        let rows = MemTable::try_new(batch.schema(), vec![vec![batch]]).expect("one batch of its own schema");
        self.session.register(LEDGER, name, Arc::new(rows))?;
        self.built.insert(full, built);
        Ok(())
    }

    async fn reject_columns(&self) -> Result<Vec<ArrayRef>> {
        let rejects = self.rejects().await?;
        let text =
            |value: fn(&super::inputs::Reject) -> &str| Arc::new(StringArray::from_iter_values(rejects.iter().map(value))) as ArrayRef;
        Ok(vec![
            text(|reject| &reject.source),
            text(|reject| &reject.file),
            Arc::new(Int64Array::from_iter_values(rejects.iter().map(|reject| reject.line))),
            Arc::new(StringArray::from_iter(rejects.iter().map(|reject| reject.column.as_deref()))),
            text(|reject| &reject.reason),
        ])
    }

    fn input_columns(&self) -> Result<Vec<ArrayRef>> {
        let inputs = &self.inputs;
        let number = |value: fn(&crate::report::InputObject) -> u64| {
            let values: Result<Vec<i64>, _> = inputs.iter().map(|input| i64::try_from(value(input))).collect();
            let values = values.map_err(|_| Error::check("a raw object has more than 2^63 bytes or rows"))?;
            Ok::<ArrayRef, Error>(Arc::new(Int64Array::from(values)))
        };
        let text =
            |value: fn(&crate::report::InputObject) -> &str| Arc::new(StringArray::from_iter_values(inputs.iter().map(value))) as ArrayRef;
        let seen: Result<Vec<i64>> = inputs
            .iter()
            .map(|input| {
                let time = DateTime::parse_from_rfc3339(&input.first_seen);
                time.map(|time| time.timestamp_micros())
                    .map_err(|error| Error::retry("the input ledger holds a time that cannot be read").because(error))
            })
            .collect();
        Ok(vec![
            text(|input| &input.source),
            text(|input| &input.object),
            number(|input| input.size)?,
            number(|input| input.rows)?,
            number(|input| input.rejects)?,
            text(|input| &input.sha256),
            Arc::new(TimestampMicrosecondArray::from(seen?).with_timezone("UTC")),
        ])
    }

    fn account_columns(&self) -> Vec<ArrayRef> {
        let mut lines: Vec<(String, &str, Option<String>, u64)> = Vec::new();
        for account in self.accounts() {
            let name = &account.table;
            let mut line = |outcome: &'static str, reason: Option<String>, rows: u64| lines.push((name.clone(), outcome, reason, rows));
            account.rows_in.into_iter().for_each(|rows| line("in", None, rows));
            line("kept", None, account.rows_out);
            account.dropped.iter().for_each(|(reason, rows)| line("dropped", Some(reason.clone()), *rows));
            if name.starts_with(RAW) {
                line("reject", None, account.rejects);
            }
        }
        vec![
            Arc::new(StringArray::from_iter_values(lines.iter().map(|line| &line.0))),
            Arc::new(StringArray::from_iter_values(lines.iter().map(|line| line.1))),
            Arc::new(StringArray::from_iter(lines.iter().map(|line| line.2.as_deref()))),
            Arc::new(Int64Array::from_iter_values(lines.iter().map(|line| line.3 as i64))),
        ]
    }

    /// The accounts of all stored tables, by name.
    pub fn accounts(&self) -> Vec<Account> {
        let stored = self.built.iter().filter(|(name, _)| !name.starts_with(LEDGER));
        stored.map(|(_, built)| built.account.clone()).filter(|account| !account.table.is_empty()).collect()
    }
}

fn schema_of(batch: &RecordBatch) -> Schema {
    batch.schema().as_ref().clone()
}

/// The content of a small table, as that of a stored one.
fn content_of(batch: &RecordBatch) -> Result<String> {
    let mut content = ContentHash::new(batch.schema())?;
    content.update(batch)?;
    Ok(content.finish())
}
