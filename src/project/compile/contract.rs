//! `layers.yaml` and contracts.

use super::beside::Beside;
use super::{flag, text};
use crate::error::{Error, Place};
use crate::project::contract::{Column, Contract, SortKey};
use crate::project::grammar::Form;
use crate::project::grammar::contract::{LAYERS, MEMBER, UNION};
use crate::project::reader::Reader;
use crate::project::text::{Span, TextFile};
use crate::project::types::Type;
use crate::project::yaml::{Entry, Node, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What a contract says about columns of another table; it holds once all contracts are read.
#[derive(Clone, Debug)]
pub struct Link {
    pub place: Place,
    pub table: String,
    pub columns: Vec<(String, Place)>,
    /// Said under `from`.
    pub is_from: bool,
}

/// Whether the order of the stored rows must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Free,
    /// In the last folder, whose tables are published.
    Mandatory,
}

/// The tables of the sources, and those of the engine.
const RESERVED: [&str; 2] = ["raw", "ledger"];

/// The folders in order, each with its place.
pub fn layers(file: &TextFile) -> (Vec<(String, Place)>, Vec<Error>) {
    let (mut reader, root) = Reader::open(file, &LAYERS, "the order of folders");
    let mut layers: Vec<(String, Place)> = Vec::new();
    for item in root.iter().filter_map(|root| root.get("layers")).flat_map(Node::items) {
        let Some(name) = item.text() else { continue };
        if layers.iter().any(|(known, _)| known == name) {
            reader.fault(item.span, format!("the folder `{name}` is listed twice"));
        } else if RESERVED.contains(&name) {
            reader.fault(item.span, format!("no folder can be called `{name}`: its tables are not made by SQL"));
        } else {
            layers.push((name.to_string(), file.place(item.span)));
        }
    }
    (layers, reader.faults)
}

/// What a contract file holds, as far as it could be read, and what is wrong with it.
pub struct Compiled {
    pub contract: Option<Contract>,
    /// Of a union; else empty.
    pub member_column: String,
    pub links: Vec<Link>,
    /// The files of shared rows its examples name, by path.
    pub named: BTreeSet<String>,
    pub faults: Vec<Error>,
}

/// The contract of the table or the union (`form`) of a full name. `rows` are the files that examples may share.
pub fn contract(file: &TextFile, form: &'static Form, name: &str, order: Order, rows: &BTreeMap<String, TextFile>) -> Compiled {
    let label = format!("{} {name}", if std::ptr::eq(form, &UNION) { "the union" } else { "the contract of" });
    let (mut reader, root) = Reader::open(file, form, &label);
    let mut beside = Beside::new(rows);
    let (mut contract, mut member_column) = (None, String::new());
    if let Some(root) = root {
        let read = reader.contract(&root, &label, &mut beside);
        if order == Order::Mandatory && root.entry("sort_by").is_none() {
            let error = reader.error(root.first_word(), format!("{label} lacks the key `sort_by`"));
            reader.push(error.hint("tables of the last folder are published, and stored in one order"));
        }
        member_column = reader.member_column(&root, &read);
        contract = Some(read);
    }
    Compiled { contract, member_column, links: beside.links, named: beside.named, faults: reader.faults }
}

/// The contract of a member: what it inherits, with what its own file adds.
pub fn member(inherited: Contract, file: &TextFile, name: &str, rows: &BTreeMap<String, TextFile>) -> Compiled {
    let mut contract = inherited;
    let (mut reader, root) = Reader::open(file, &MEMBER, &format!("the contract of {name}"));
    let mut beside = Beside::new(rows);
    if let Some(root) = root {
        contract.file = file.file.clone();
        if let Some(description) = root.get("description").and_then(Node::text) {
            contract.description = description.trim().to_string();
        }
        if root.get("from").is_some() {
            contract.from = reader.lineage(&root, &contract.columns, &mut beside);
        }
        contract.checks = reader.checks(&root, &contract.columns, &mut beside);
        contract.examples = reader.examples(&root, &contract.columns, &mut beside);
    }
    let Beside { links, named, .. } = beside;
    Compiled { contract: Some(contract), member_column: String::new(), links, named, faults: reader.faults }
}

/// What a member has of its union: all but the member column.
pub fn inherited(union: &Contract, member_column: &str) -> Contract {
    let others = |columns: &[String]| columns.iter().filter(|column| *column != member_column).cloned().collect();
    Contract {
        columns: union.columns.iter().filter(|column| column.name != member_column).cloned().collect(),
        unique: others(&union.unique),
        sort_by: union.sort_by.iter().filter(|key| key.column != member_column).cloned().collect(),
        partition_by: Vec::new(),
        from: union.from.iter().map(|(table, columns)| (table.clone(), others(columns))).collect(),
        // These are about the union as a whole.
        checks: Vec::new(),
        examples: Vec::new(),
        ..union.clone()
    }
}

impl Reader<'_> {
    fn contract(&mut self, root: &Node, label: &str, beside: &mut Beside) -> Contract {
        let columns: Vec<Column> = root.get("columns").map_or(&[][..], Node::entries).iter().map(|entry| self.column(entry)).collect();
        if columns.is_empty()
            && let Some(entry) = root.entry("columns").filter(|entry| matches!(entry.value.value, Value::Map(_)))
        {
            self.fault(entry.key_span, format!("{label} has no column"));
        }
        let unique = self.known_columns(root.get("unique"), &columns);
        let sort_by = self.sort_by(root, &columns, &unique);
        Contract {
            file: self.file.file.clone(),
            description: self.description(root),
            partition_by: self.partition_by(root, &columns, &sort_by),
            from: self.lineage(root, &columns, beside),
            checks: self.checks(root, &columns, beside),
            examples: self.examples(root, &columns, beside),
            breaking: flag(root, "breaking"),
            columns,
            unique,
            sort_by,
        }
    }

    fn description(&mut self, root: &Node) -> String {
        let Some(node) = root.get("description").filter(|node| node.text().is_some()) else { return String::new() };
        let description = text(root, "description").trim().to_string();
        let last_sentence = description.trim_end_matches(['.', '。', '!']).rsplit(['.', '。', '!', '\n']).next().unwrap_or_default();
        if !last_sentence.to_lowercase().contains("one row per") {
            let error = self.error(node.span, "the description does not end in the grain");
            self.push(error.hint("let its last sentence say \"One row per ...\""));
        }
        description
    }

    fn column(&mut self, entry: &Entry) -> Column {
        let written = text(&entry.value, "type");
        let nullable = written.ends_with('?');
        Column {
            name: entry.key.clone(),
            place: self.file.place(entry.key_span),
            ty: Type::parse(written.trim_end_matches('?')).unwrap_or(Type::Text),
            nullable,
            meaning: text(&entry.value, "meaning").trim().to_string(),
            personal: flag(&entry.value, "personal"),
        }
    }

    /// The names in a list, each a column of `columns` and named once.
    pub fn known_columns(&mut self, list: Option<&Node>, columns: &[Column]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for item in list.map_or(&[][..], Node::items) {
            let Some(name) = item.text() else { continue };
            self.known_column(name, item.span, columns);
            if names.iter().any(|known| known == name) {
                self.fault(item.span, format!("`{name}` is named twice"));
            } else {
                names.push(name.to_string());
            }
        }
        names
    }

    pub fn known_column(&mut self, name: &str, span: Span, columns: &[Column]) {
        if !columns.is_empty() && !columns.iter().any(|column| column.name == name) {
            let error = self.error(span, format!("there is no column `{name}` in this contract"));
            self.push(error.did_you_mean(name, columns.iter().map(|column| column.name.as_str())));
        }
    }

    fn sort_by(&mut self, root: &Node, columns: &[Column], unique: &[String]) -> Vec<SortKey> {
        let Some(entry) = root.entry("sort_by") else { return Vec::new() };
        let mut keys: Vec<SortKey> = Vec::new();
        for item in entry.value.items() {
            let Some(key) = item.text() else { continue };
            let (column, direction) = key.split_once(' ').unwrap_or((key, "asc"));
            let descending = match direction.trim() {
                "asc" => false,
                "desc" => true,
                _ => {
                    self.fault(item.span, format!("`{key}` is no sort key; write `{column}` or `{column} desc`"));
                    continue;
                }
            };
            self.known_column(column, item.span, columns);
            if keys.iter().any(|known| known.column == column) {
                self.fault(item.span, format!("`{column}` is named twice"));
            }
            keys.push(SortKey { column: column.to_string(), descending });
        }
        self.total_order(entry, &keys, unique);
        keys
    }

    /// Rows that agree in all keys of an order would lie in any order.
    fn total_order(&mut self, entry: &Entry, keys: &[SortKey], unique: &[String]) {
        let missing: Vec<String> =
            unique.iter().filter(|column| !keys.iter().any(|key| key.column == **column)).map(|column| format!("`{column}`")).collect();
        if !missing.is_empty() && !keys.is_empty() {
            let error = self.error(entry.key_span, "`sort_by` is no total order: rows that agree in it may differ in `unique`");
            self.push(error.hint(format!("add {} at its end", missing.join(", "))));
        }
    }

    /// Rows of a partition must come one after another, and its value is part of a path.
    fn partition_by(&mut self, root: &Node, columns: &[Column], sort_by: &[SortKey]) -> Vec<String> {
        let names = self.known_columns(root.get("partition_by"), columns);
        for (place, (name, item)) in names.iter().zip(root.get("partition_by").map_or(&[][..], Node::items)).enumerate() {
            if sort_by.get(place).is_none_or(|key| key.column != *name || key.descending) {
                let error = self.error(item.span, format!("`{name}` does not stand first in `sort_by`"));
                self.push(error.hint(
                    "rows are written in their order, one partition after another: let `sort_by` begin with the columns of `partition_by`",
                ));
            }
            let column = columns.iter().find(|column| column.name == *name);
            if column.is_some_and(|column| column.nullable || !matches!(column.ty, Type::Text | Type::Date | Type::Bigint)) {
                self.fault(item.span, format!("`{name}` cannot part a table: that takes a text, date or bigint without null"));
            }
        }
        names
    }

    fn lineage(&mut self, root: &Node, columns: &[Column], beside: &mut Beside) -> BTreeMap<String, Vec<String>> {
        let mut from = BTreeMap::new();
        for entry in root.get("from").map_or(&[][..], Node::entries) {
            let keys = self.known_columns(Some(&entry.value), columns);
            beside.links.push(Link { is_from: true, ..self.link(&entry.key, entry.key_span, Some(&entry.value)) });
            from.insert(entry.key.clone(), keys);
        }
        from
    }

    /// That `table` has the columns in `list`.
    pub fn link(&self, table: &str, span: Span, list: Option<&Node>) -> Link {
        let items = list.map_or(&[][..], Node::items).iter();
        let columns = items.filter_map(|item| Some((item.text()?.to_string(), self.file.place(item.span)))).collect();
        Link { place: self.file.place(span), table: table.to_string(), columns, is_from: false }
    }

    /// The name of the member column of a union: the last column, a text.
    fn member_column(&mut self, root: &Node, contract: &Contract) -> String {
        let Some(node) = root.get("member") else { return String::new() };
        let name = node.text().unwrap_or_default();
        let names: BTreeSet<&str> = contract.columns.iter().map(|column| column.name.as_str()).collect();
        match contract.columns.last() {
            Some(last) if last.name == name && (last.ty != Type::Text || last.nullable) => {
                self.push(Error::faulty(format!("the member column `{name}` is a `text` without null")).at(last.place.clone()));
            }
            Some(last) if last.name != name => {
                let error = self.error(node.span, format!("the member column `{name}` is not the last of `columns`"));
                let hint = format!("let `columns` end in `{name}: {{type: text, meaning: ...}}`");
                self.push(if names.contains(name) { error.hint(hint) } else { error.did_you_mean(name, [last.name.as_str()]).hint(hint) });
            }
            _ => {}
        }
        name.to_string()
    }
}
