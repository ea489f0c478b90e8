//! A table whose rows are there: where they lie, how many, and what tells this state of it from any other.

use super::fingerprint::digest;
use crate::error::{Error, Result};
use crate::plan::column_schema;
use crate::project::contract::Contract;
use crate::report::Account;
use crate::session::{ScanFile, StoredRows, store_url};
use crate::store::work::{Stored, StoredFile, Work};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Built {
    pub rows: u64,
    /// Equal contents are equal rows, in whatever order.
    pub content: String,
    pub files: Vec<ScanFile>,
    /// Columns in the files.
    pub schema: Schema,
    /// Columns that are constants of each file.
    pub constants: Vec<Field>,
    pub account: Account,
    pub fingerprint: String,
    pub stored: Option<Stored>,
}

impl Built {
    pub fn stored(contract: &Contract, stored: Stored, files: Vec<ScanFile>) -> Result<Built> {
        let account = serde_json::from_value(stored.extra["account"].clone())
            .map_err(|error| Error::retry("the work store holds facts of another format").because(error))?;
        Ok(Built {
            rows: stored.rows,
            content: stored.content.clone(),
            files,
            schema: column_schema(contract),
            constants: Vec::new(),
            account,
            fingerprint: stored.fingerprint.clone(),
            stored: Some(stored),
        })
    }

    /// All rows of the members, each with its member's name. Nothing is copied.
    pub fn union(contract: &Contract, member_column: &str, members: &[String], built: &BTreeMap<String, Built>) -> Built {
        let columns = column_schema(contract);
        let stored: Vec<Field> =
            columns.fields().iter().filter(|field| field.name() != member_column).map(|field| field.as_ref().clone()).collect();
        let mut union = Built::in_memory(0, String::new(), Schema::new(stored));
        union.constants = vec![Field::new(member_column, DataType::Utf8View, false)];
        for member in members {
            let name = member.rsplit('/').next().unwrap_or(member);
            let table = &built[member];
            union.rows += table.rows;
            union.content += &format!("{name} {}\n", table.content);
            let constants = vec![ScalarValue::Utf8View(Some(name.to_string()))];
            union.files.extend(table.files.iter().map(|file| ScanFile { constants: constants.clone(), ..file.clone() }));
        }
        union.content = digest(&union.content);
        union
    }

    /// Rows registered elsewhere.
    pub fn in_memory(rows: u64, content: String, schema: Schema) -> Built {
        Built {
            rows,
            content,
            files: Vec::new(),
            schema,
            constants: Vec::new(),
            account: Account::default(),
            fingerprint: String::new(),
            stored: None,
        }
    }

    pub fn provider(&self) -> Arc<dyn TableProvider> {
        Arc::new(StoredRows::new(store_url("work"), &self.schema, self.constants.clone(), self.files.clone()))
    }
}

/// The files of a stored table's own rows, as scans find them.
pub fn scan_files(work: &Work, stored: &Stored) -> Result<Vec<ScanFile>> {
    let scan = |file: &StoredFile| {
        let path = work.store().location(&stored.path(file)?)?;
        Ok(ScanFile { path, bytes: file.bytes, rows: file.rows, constants: Vec::new() })
    };
    stored.data().map(scan).collect()
}
