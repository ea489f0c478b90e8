//! What decides whether a table is built again, and the sentence that says why.

use crate::plan::{PlannedTable, Step};
use crate::project::contract::Contract;
use crate::project::source::Source;
use crate::store::commit::Commit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything a table's rows depend on, by name: its SQL, its contract, parameters, the contents it reads, this build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ingredients(BTreeMap<String, String>);

/// The build of this program: a change of its code may change any row.
pub const BUILD: &str = env!("SLUICE_BUILD");

impl Ingredients {
    /// `content` is the content hash of a table read.
    pub fn of_table(table: &PlannedTable, content: impl Fn(&str) -> String) -> Ingredients {
        let mut parts =
            BTreeMap::from([("build".to_string(), BUILD.to_string()), ("contract".into(), digest(&contract_text(&table.contract)))]);
        match &table.step {
            Step::Query(select) => drop(parts.insert("sql".into(), digest(&select.tokens))),
            Step::Rows { text, .. } => drop(parts.insert("rows".into(), digest(text))),
            Step::Union { member_column, .. } => drop(parts.insert("member column".into(), member_column.clone())),
        }
        parts.extend(table.params.iter().map(|(name, value)| (format!("parameter {name}"), value.clone())));
        parts.extend(table.reads.iter().map(|read| (format!("rows of {read}"), content(read))));
        Ingredients(parts)
    }

    /// A raw object: the bytes as the store versions them, and how they are declared to be read.
    pub fn of_object(source: &Source, object: &str, size: u64, etag: &str) -> Ingredients {
        let mut declared = source.clone();
        // What does not change the rows of an object must not have it read again.
        declared.locations.clear();
        declared.max_rejects = crate::project::source::MaxRejects::Count(0);
        declared.on_missing = crate::project::source::OnMissing::Fail;
        declared.place = crate::error::Place::file("");
        declared.columns.iter_mut().for_each(|column| column.place = crate::error::Place::file(""));
        Ingredients(BTreeMap::from([
            ("build".to_string(), BUILD.to_string()),
            ("declaration".into(), digest(&format!("{declared:?}"))),
            ("object".into(), format!("{object} {size} {etag}")),
        ]))
    }

    pub fn fingerprint(&self) -> String {
        let text: String = self.0.iter().map(|(name, value)| format!("{name}\u{1f}{value}\n")).collect();
        digest(&text)
    }

    /// Why a table with these ingredients differs from its older self.
    pub fn since(&self, older: Option<&Ingredients>) -> String {
        let Some(older) = older else { return "never built".into() };
        let names = self.0.keys().chain(older.0.keys().filter(|name| !self.0.contains_key(*name)));
        let changed: Vec<String> = names.filter(|name| self.0.get(*name) != older.0.get(*name)).cloned().collect();
        match changed.len() {
            0 => "its stored rows are gone".into(),
            1..=3 => format!("{} changed", changed.join(", ")),
            count => format!("{} and {} more changed", changed[..2].join(", "), count - 2),
        }
    }
}

/// The parts of a contract that a stored table carries: columns with their meaning, key and order. Checks and examples change no row.
fn contract_text(contract: &Contract) -> String {
    let columns = contract.columns.iter().map(|column| format!("{} {} {} {}\n", column.name, column.ty, column.nullable, column.meaning));
    let keys = contract.sort_by.iter().map(|key| format!("{} {}", key.column, key.descending)).collect::<Vec<_>>().join(",");
    let parts = contract.partition_by.iter().map(|column| format!("\nby {column}")).collect::<String>();
    format!("{}\n{}{}\n{keys}{parts}", contract.description, columns.collect::<String>(), contract.unique.join(","))
}

/// The fingerprint under which a published run stored a table.
pub fn fingerprint_in(commit: &Commit, table: &str) -> Option<String> {
    let tables = commit.report["tables"].as_array()?;
    tables.iter().find(|report| report["table"] == table)?["fingerprint"].as_str().map(str::to_string)
}

/// 128 bits are plenty to tell the states of one project apart.
pub fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
}
