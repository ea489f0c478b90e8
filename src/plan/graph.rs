//! Which tables are there for this pipeline, what each reads, and in what order they are built.

use super::sql::Select;
use super::{LEDGER, PlannedTable, RAW, STAGING, file_place, ledger};
use crate::error::{Error, Faults, Place};
use crate::project::contract::CheckKind;
use crate::project::pipeline::Pipeline;
use crate::project::{Body, Project};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub struct Graph {
    /// Active tables whose SQL parsed, inputs first.
    pub order: Vec<String>,
    /// Tables that need a source this pipeline does not declare.
    pub inactive: Vec<String>,
    /// All SQL parsed and reads what it may: then only a missing source makes a table inactive.
    is_whole: bool,
    reads: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    pub fn build(project: &Project, pipeline: &Pipeline, selects: &BTreeMap<String, Select>, faults: &mut Faults) -> Graph {
        for (name, select) in selects {
            for (read, place) in &select.reads {
                if let Err(error) = may_read(project, pipeline, name, read) {
                    faults.push(error.at(place.clone()));
                }
            }
        }
        unread(project, selects, faults);
        let mut graph = Graph::default();
        for name in project.tables.keys() {
            graph.visit(name, project, pipeline, selects, &mut Vec::new(), faults);
        }
        graph.inactive.sort();
        graph.is_whole = faults.is_empty();
        graph
    }

    pub fn reads(&self, name: &str) -> BTreeSet<String> {
        self.reads.get(name).cloned().unwrap_or_default()
    }

    /// Depth first; `trail` is the way here. Returns whether the table is active.
    fn visit(
        &mut self,
        name: &str,
        project: &Project,
        pipeline: &Pipeline,
        selects: &BTreeMap<String, Select>,
        trail: &mut Vec<String>,
        faults: &mut Faults,
    ) -> bool {
        if let Some(source) = name.strip_prefix("raw.") {
            return pipeline.sources.contains_key(source);
        }
        if name.starts_with("ledger.") || self.reads.contains_key(name) {
            return !self.inactive.iter().any(|inactive| inactive == name);
        }
        if let Some(start) = trail.iter().position(|seen| seen == name) {
            let circle = trail[start..].iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(" -> ");
            let place = selects.get(&trail[trail.len() - 1]).and_then(|select| select.reads.get(name).cloned());
            faults
                .push(Error::faulty(format!("tables read each other in a circle: {circle}")).at(place.unwrap_or_else(|| file_place(name))));
            return false;
        }
        let Some(table) = project.tables.get(name) else { return false };
        trail.push(name.to_string());
        let (active, reads) = match &table.body {
            Body::Rows { .. } => (true, BTreeSet::new()),
            Body::Union { members, .. } => {
                let names = members.iter().map(|member| format!("{name}/{member}"));
                let active: BTreeSet<String> =
                    names.filter(|member| self.visit(member, project, pipeline, selects, trail, faults)).collect();
                // Without members a noun is an empty table, so that the same marts serve every pipeline; a source without files is not there.
                (table.name.folder != STAGING || !active.is_empty(), active)
            }
            Body::Sql { .. } => match selects.get(name) {
                Some(select) => {
                    let reads: BTreeSet<String> = select.reads.keys().cloned().collect();
                    let active =
                        reads.iter().map(|read| self.visit(read, project, pipeline, selects, trail, faults)).fold(true, |a, b| a & b);
                    (active, reads)
                }
                None => (false, BTreeSet::new()),
            },
        };
        trail.pop();
        if !self.reads.contains_key(name) {
            self.reads.insert(name.to_string(), reads);
            if active { &mut self.order } else { &mut self.inactive }.push(name.to_string());
        }
        active
    }
}

/// A folder reads itself and those before it; staging alone reads raw tables, the last folder alone reads the ledger.
fn may_read(project: &Project, pipeline: &Pipeline, reader: &str, read: &str) -> Result<(), Error> {
    let folder_of = |name: &str| name.split('.').next().unwrap_or_default().to_string();
    let (reader_folder, read_folder) = (folder_of(reader), folder_of(read));
    let table = read.split_once('.').map_or(read, |(_, table)| table);
    if read_folder == RAW {
        let known = pipeline.sources.contains_key(table) || project.source_names.contains(table);
        return match (known, reader_folder == STAGING) {
            (true, true) => Ok(()),
            (true, false) => Err(Error::faulty(format!("only `{STAGING}` reads raw tables; `{reader}` is in `{reader_folder}`"))
                .hint("read the staging table of this source")),
            (false, _) => Err(Error::faulty(format!("no pipeline declares the source `{table}`"))
                .did_you_mean(table, pipeline.sources.keys().map(String::as_str))),
        };
    }
    if read_folder == LEDGER {
        let last = project.layers.last().is_some_and(|last| *last == reader_folder);
        return match (ledger::schemas().iter().any(|(name, _)| *name == table), last) {
            (false, _) => {
                Err(Error::faulty(format!("there is no table `{read}`"))
                    .did_you_mean(table, ledger::schemas().iter().map(|(name, _)| *name)))
            }
            (true, false) => Err(Error::faulty(format!("`{read}` is known at the end of a run: only the last folder reads it"))),
            (true, true) => Ok(()),
        };
    }
    if !project.tables.contains_key(read) {
        let names = project.tables.keys().filter(|name| !name.contains('/')).map(String::as_str);
        return Err(Error::faulty(format!("there is no table `{read}`")).did_you_mean(read, names));
    }
    match (project.layer_index(&reader_folder), project.layer_index(&read_folder)) {
        (Some(own), Some(other)) if other > own => {
            Err(Error::faulty(format!("`{reader}` reads `{read}`, but folder `{reader_folder}` comes before `{read_folder}`"))
                .hint("a folder reads itself and those before it (sql/layers.yaml)"))
        }
        _ => Ok(()),
    }
}

/// A table nobody reads is dead, unless it is in the last folder or has an order to be shown in: people query it.
fn unread(project: &Project, selects: &BTreeMap<String, Select>, faults: &mut Faults) {
    let read: BTreeSet<&String> = selects.values().flat_map(|select| select.reads.keys()).collect();
    let last = project.layers.last();
    if !all_reads_known(project, selects, &read) {
        return;
    }
    for (name, table) in &project.tables {
        let for_people = Some(&table.name.folder) == last || !table.contract.sort_by.is_empty();
        if table.name.member.is_none() && !read.contains(name) && !for_people {
            let place = match &table.body {
                Body::Sql { file, .. } | Body::Rows { file, .. } => Place::file(file),
                Body::Union { .. } => Place::file(&table.contract.file),
            };
            faults.push(
                Error::faulty(format!("no table reads `{name}`"))
                    .at(place)
                    .hint("read it, give it a `sort_by` if people query it, move it to the last folder, or remove it"),
            );
        }
    }
}

/// While some SQL does not parse, or names a table that does not exist, nothing can be called unread.
fn all_reads_known(project: &Project, selects: &BTreeMap<String, Select>, read: &BTreeSet<&String>) -> bool {
    let sql_tables = project.tables.values().filter(|table| matches!(table.body, Body::Sql { .. })).count();
    let built_in = |name: &str| name.starts_with("raw.") || name.starts_with("ledger.");
    selects.len() == sql_tables && read.iter().all(|name| built_in(name) || project.tables.contains_key(*name))
}

/// The tables `publish:` names, each fit to be published.
pub fn published(project: &Project, pipeline: &Pipeline, graph: &Graph, faults: &mut Faults) -> Vec<String> {
    let mut published = BTreeSet::new();
    for entry in &pipeline.publish {
        let matches = |name: &&String| match entry.pattern.strip_suffix(".*") {
            Some(folder) => name.starts_with(&format!("{folder}.")) && !name.contains('/'),
            None => **name == entry.pattern,
        };
        let active: Vec<&String> = graph.order.iter().filter(matches).collect();
        let exists = project.tables.keys().any(|name| matches(&name));
        if active.is_empty() && (graph.is_whole || !exists) {
            let why = match exists {
                true => format!("`{}` has no sources in this pipeline", entry.pattern),
                false => format!("there is no table `{}` to publish", entry.pattern),
            };
            let names = project.tables.keys().filter(|name| !name.contains('/')).map(String::as_str);
            faults.push(Error::faulty(why).at(entry.place.clone()).did_you_mean(&entry.pattern, names));
        }
        for name in active {
            if project.tables[name].contract.sort_by.is_empty() {
                let contract = &project.tables[name].contract;
                faults.push(Error::faulty(format!("`{name}` is published and has no `sort_by`")).at(Place::file(&contract.file)));
            }
            published.insert(name.clone());
        }
    }
    published.into_iter().collect()
}

/// Everything the wanted tables and their checks need, by full name.
pub fn needed<'a>(planned: &BTreeMap<String, PlannedTable>, wanted: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    let mut open: Vec<String> = wanted.cloned().collect();
    while let Some(name) = open.pop() {
        if !needed.insert(name.clone()) {
            continue;
        }
        let Some(table) = planned.get(&name) else { continue };
        open.extend(table.reads.iter().cloned());
        open.extend(table.contract.checks.iter().filter_map(|check| match &check.kind {
            CheckKind::References { table, .. } | CheckKind::Reconciles { with: table, .. } => Some(table.clone()),
            _ => None,
        }));
    }
    needed
}

/// Tables that read the accounts of a run, directly or not, are built when all others are.
pub fn last_things_last(tables: impl Iterator<Item = PlannedTable>) -> Vec<PlannedTable> {
    let mut late: BTreeSet<String> = BTreeSet::from([format!("{LEDGER}.accounts")]);
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for table in tables {
        if table.reads.iter().any(|read| late.contains(read)) {
            late.insert(table.name.to_string());
            last.push(table);
        } else {
            first.push(table);
        }
    }
    first.append(&mut last);
    first
}
