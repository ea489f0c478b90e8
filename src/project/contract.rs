//! A contract: the YAML beside a table. What its columns mean, what key it has, what must hold, and examples of its logic.

use super::types::Type;
use crate::error::Place;
use std::collections::BTreeMap;

/// The extra column of a cleaning table: why a row is left out; null keeps it.
pub const DROP_REASON: &str = "drop_reason";

#[derive(Clone, Debug)]
pub struct Contract {
    /// The YAML file, relative to the project.
    pub file: String,
    /// Ends in the grain ("one row per ...").
    pub description: String,
    pub columns: Vec<Column>,
    /// The grain's key.
    pub unique: Vec<String>,
    /// A total order; mandatory for published tables.
    pub sort_by: Vec<SortKey>,
    /// Stored in a file for each of their values; the first columns of `sort_by`, ascending.
    pub partition_by: Vec<String>,
    /// Keys that lead back to the rows a row came from: table -> columns (of this table, of the same name there).
    pub from: BTreeMap<String, Vec<String>>,
    pub checks: Vec<Check>,
    pub examples: Vec<Example>,
    /// Columns may change or go only with this said.
    pub breaking: bool,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub place: Place,
    pub ty: Type,
    pub nullable: bool,
    pub meaning: String,
    /// Values of this column identify a person: never shown in messages or samples.
    pub personal: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    pub column: String,
    pub descending: bool,
}

/// A query over the data of each run that must return no rows.
#[derive(Clone, Debug)]
pub struct Check {
    pub place: Place,
    /// A sentence a person reads when it fails, if the author gave one.
    pub because: Option<String>,
    pub severity: Severity,
    pub kind: CheckKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Fail,
    Warn,
}

#[derive(Clone, Debug)]
pub enum CheckKind {
    Unique {
        columns: Vec<String>,
    },
    NotNull {
        columns: Vec<String>,
    },
    AcceptedValues {
        column: String,
        values: Vec<String>,
    },
    /// Every non-null tuple of `columns` exists in `table` under `to`.
    References {
        columns: Vec<String>,
        table: String,
        to: Vec<String>,
    },
    /// A boolean SQL expression over one row; rows where it is not true (null counts as true) offend.
    Expression {
        sql: String,
    },
    /// Within each group of `by`, the SQL aggregate `measure` equals `total` (a number or an SQL aggregate), within `tolerance`.
    SumsTo {
        measure: String,
        by: Vec<String>,
        total: String,
        tolerance: Option<String>,
    },
    /// `measure` of this table equals `with_measure` of `with`, per `by` (columns of both), within `tolerance`.
    Reconciles {
        measure: String,
        with: String,
        with_measure: String,
        by: Vec<String>,
        tolerance: Option<String>,
    },
    RowCount {
        min: Option<u64>,
        max: Option<u64>,
    },
}

/// Given rows, expected rows.
#[derive(Clone, Debug)]
pub struct Example {
    pub place: Place,
    pub name: String,
    /// Table -> CSV text (first line names the columns). A table read but not given is empty; a column not given is null.
    pub given: BTreeMap<String, CsvBlock>,
    /// Parameter -> value as text; others take the pipeline's defaults.
    pub params: BTreeMap<String, String>,
    /// CSV text of the expected rows; only the named columns are compared, as a multiset.
    pub expect: CsvBlock,
    pub others: Others,
}

/// Whether rows may come out that an example does not expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    None,
    MayBe,
}

#[derive(Clone, Debug)]
pub struct CsvBlock {
    pub place: Place,
    pub text: String,
}
