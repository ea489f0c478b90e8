//! YAML and `sql/` on disk -> [`Project`]: parsed, every fault told with its place. No DataFusion here, and no data is read.

pub mod contract;
pub mod encoding;
pub mod json_path;
pub mod pipeline;
pub mod source;
pub mod types;
pub mod value;

mod compile;
mod folder;
mod grammar;
mod layout;
mod links;
mod load;
mod reader;
mod rows;
mod text;
mod yaml;

#[cfg(test)]
mod tests;

pub use compile::Link;
pub use grammar::schema::{SchemaKind, json_schema};
pub use layout::{LAYERS_FILE, PARAMS_FILE};

use crate::error::Place;
use contract::Contract;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The folder with `pipelines/` and `sql/`, parsed.
#[derive(Clone, Debug)]
pub struct Project {
    pub root: PathBuf,
    /// Folders of `sql/` in order: a folder reads itself and those before it.
    pub layers: Vec<String>,
    /// The parameters of `sql/params.yaml`, each with its place; a pipeline has their values.
    pub params: BTreeMap<String, Place>,
    /// By full name: `folder.table`, and `folder.union/member` for members of a union.
    pub tables: BTreeMap<String, Table>,
    /// Sources any pipeline of the project declares: a table that reads another pipeline's source is at rest, one that reads none is wrong.
    pub source_names: BTreeSet<String>,
    /// What contracts say to come from raw tables, which pipelines declare.
    pub from_raw: Vec<Link>,
}

/// One SQL file, one file of rows, or one folder with a `_union.yaml`.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: TableName,
    pub body: Body,
    /// Members of a union carry a copy of the union's contract without the member column, and their own examples if they have a YAML.
    pub contract: Contract,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    pub folder: String,
    pub table: String,
    /// Set for a member of the union `folder.table`.
    pub member: Option<String>,
}

#[derive(Clone, Debug)]
pub enum Body {
    /// `file` relative to the project; `text` as on disk.
    Sql { file: String, text: String },
    /// Reference rows: a CSV file, UTF-8, comma, header bound by name, typed by the contract.
    Rows { file: String, text: String },
    /// All rows of its members, with the member's name in `member_column` (the last column of the contract).
    /// `members` are their short names in order, as they stand in that column; the table of one is `folder.union/member`.
    Union { member_column: String, members: Vec<String> },
}

impl Project {
    /// A table by its full name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The full name of the table a person names.
    pub fn full_name(&self, named: &str) -> Option<String> {
        let is_named = |table: &&Table| table.name.in_words() == named || table.name.to_string() == named;
        self.tables.values().find(is_named).map(|table| table.name.to_string())
    }

    /// All tables, as people name them.
    pub fn names_in_words(&self) -> Vec<String> {
        self.tables.values().map(|table| table.name.in_words()).collect()
    }

    /// The place of a folder in the order of folders, from 0.
    pub fn layer_index(&self, folder: &str) -> Option<usize> {
        self.layers.iter().position(|layer| layer == folder)
    }
}

impl TableName {
    /// As people name it: a member of a union is `folder.union.member`.
    pub fn in_words(&self) -> String {
        let TableName { folder, table, member } = self;
        [Some(folder), Some(table), member.as_ref()].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(".")
    }

    /// The union a member is of.
    pub fn union(&self) -> Option<String> {
        self.member.as_ref().map(|_| format!("{}.{}", self.folder, self.table))
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.folder, self.table)?;
        match &self.member {
            Some(member) => write!(f, "/{member}"),
            None => Ok(()),
        }
    }
}
