//! A project and a pipeline from disk. Every file is read to its end, so that one run tells every fault.

use super::compile::{self, Compiled, Link, Order, Shared, Surroundings};
use super::contract::Contract;
use super::folder::{Folder, ROWS_LIMIT, SQL_LIMIT, YAML_LIMIT};
use super::grammar::contract::{CONTRACT, UNION};
use super::grammar::{Form, Pattern, is_name};
use super::layout::{self, Files, Found, Layout, PARAMS_FILE, told};
use super::pipeline::Pipeline;
use super::text::TextFile;
use super::{Body, Project, Table, TableName, links, rows};
use crate::error::{Error, Faults, Place};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

impl Project {
    /// The project in a folder, or all that is wrong with its `sql/`.
    pub fn load(root: &Path) -> Result<Project, Faults> {
        let folder = Folder::open(root)?;
        let mut faults = Faults::default();
        let layout = layout::survey(&folder, &mut faults);
        let read = |path: &String| Some((path.clone(), told(folder.read(path, ROWS_LIMIT), &mut faults)?));
        let shared_rows = layout.shared_rows.iter().filter_map(read).collect();
        let mut loading =
            Loading { folder: &folder, shared_rows, faults, tables: BTreeMap::new(), links: Vec::new(), named: BTreeSet::new() };
        for ((layer, table), found) in &layout.tables {
            let name = TableName { folder: layer.clone(), table: table.clone(), member: None };
            let order = order(&layout, layer);
            match found {
                Found::Table(files) => loading.table(name, files, order),
                Found::Union { yaml, members } => loading.union(name, yaml, members, order),
            }
        }
        let Loading { mut faults, tables, links, named, .. } = loading;
        let params = params(&folder, &mut faults);
        let from_raw = links.iter().filter(|link| link.is_from && link.table.starts_with("raw.")).cloned().collect();
        let project =
            Project { root: folder.root.clone(), layers: layout.layers, params, tables, source_names: source_names(&folder), from_raw };
        links::check(&project, &layout.tables, &links, &mut faults);
        unnamed(&layout.shared_rows, &named, &mut faults);
        faults.or(project)
    }
}

impl Pipeline {
    /// The pipeline in a file of the project (relative to its folder, or absolute). `overrides` are the `--param name=value` of the run;
    /// `env` reads the environment; `now` decides the last complete day.
    pub fn load(
        project_root: &Path,
        file: &Path,
        overrides: &[(String, String)],
        env: &dyn Fn(&str) -> Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Pipeline, Faults> {
        let folder = Folder::open(project_root)?;
        let path = inside(&folder, file)?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !is_name(&name) {
            let error = Error::faulty(format!("`{name}` cannot be the name of a pipeline")).at(Place::file(&path));
            return Err(error.hint(Pattern::Name.rule()).into());
        }
        let text = folder.read(&path, YAML_LIMIT)?;
        // What is wrong with the declarations themselves is told when the project is loaded.
        let shared = shared(&folder, &mut Faults::default());
        let around = Surroundings { root: &folder.root, overrides, environment: env, now, shared: &shared };
        let (pipeline, wrong) = compile::pipeline(&text, &name, &around);
        match pipeline {
            Some(pipeline) => Faults(wrong).or(pipeline),
            None => Err(Faults(wrong)),
        }
    }
}

/// Rows that no example names prove nothing. While something else is wrong, an example may not have been read.
fn unnamed(shared_rows: &[String], named: &BTreeSet<String>, faults: &mut Faults) {
    if !faults.is_empty() {
        return;
    }
    for path in shared_rows.iter().filter(|path| !named.contains(*path)) {
        let error = Error::faulty(format!("no example names `{path}`")).at(Place::file(path));
        faults.push(error.hint("name it in the `given` or `expect` of an example, or remove it"));
    }
}

/// The parameters of `sql/params.yaml`, if the project has one.
fn shared(folder: &Folder, faults: &mut Faults) -> Shared {
    if !folder.exists(PARAMS_FILE) {
        return Shared::none();
    }
    let Some(file) = told(folder.read(PARAMS_FILE, YAML_LIMIT), faults) else { return Shared::default() };
    let (shared, wrong) = compile::shared(file);
    faults.0.extend(wrong);
    shared
}

/// Each with its place.
fn params(folder: &Folder, faults: &mut Faults) -> BTreeMap<String, Place> {
    let shared = shared(folder, faults);
    let file = shared.file();
    shared.entries().iter().filter_map(|entry| Some((entry.key.clone(), file?.place(entry.key_span)))).collect()
}

/// The keys under `sources:` of every pipeline. What is wrong with a pipeline is told when that pipeline is loaded.
fn source_names(folder: &Folder) -> BTreeSet<String> {
    let files = folder.list("pipelines").unwrap_or_default().into_iter().filter(|listed| listed.path.ends_with(".yaml"));
    files.filter_map(|listed| folder.read(&listed.path, YAML_LIMIT).ok()).flat_map(|file| compile::source_names(&file)).collect()
}

/// The path of a file relative to the project folder.
fn inside(folder: &Folder, file: &Path) -> Result<String, Error> {
    let shown = file.display();
    let cannot = |cause| Error::faulty(format!("the pipeline `{shown}` cannot be read")).because(cause);
    let full = folder.root.join(file);
    let full = full.canonicalize().map_err(cannot)?;
    let relative = full.strip_prefix(&folder.root).map_err(|_| {
        Error::faulty(format!("the pipeline `{shown}` lies outside of the project folder `{}`", folder.root.display()))
            .hint("pipelines lie in `pipelines/` of their project")
    })?;
    Ok(relative.to_string_lossy().replace('\\', "/"))
}

fn order(layout: &Layout, layer: &String) -> Order {
    match layout.is_ordered && layout.layers.last() == Some(layer) {
        true => Order::Mandatory,
        false => Order::Free,
    }
}

/// A contract as far as it could be read.
struct Read {
    contract: Contract,
    /// Of a union; else empty.
    member_column: String,
    /// Whether nothing is wrong with it.
    whole: bool,
}

struct Loading<'a> {
    folder: &'a Folder,
    /// By path.
    shared_rows: BTreeMap<String, TextFile>,
    faults: Faults,
    tables: BTreeMap<String, Table>,
    links: Vec<Link>,
    /// The files of shared rows that examples name.
    named: BTreeSet<String>,
}

impl Loading<'_> {
    fn table(&mut self, name: TableName, files: &Files, order: Order) {
        let body = self.body(&name, files);
        let contract = match &files.yaml {
            // Half a contract would have its readers told of columns that are only mistyped here.
            Some(yaml) => self.contract(&name, yaml, &CONTRACT, order).filter(|read| read.whole).map(|read| read.contract),
            None => self.no_contract(files),
        };
        let (Some(body), Some(contract)) = (body, contract) else { return };
        if let Body::Rows { file, text } = &body {
            rows::check(file, text, &contract, &mut self.faults);
        }
        self.tables.insert(name.to_string(), Table { name, body, contract });
    }

    fn union(&mut self, name: TableName, yaml: &str, members: &BTreeMap<String, Files>, order: Order) {
        let Some(Read { contract, member_column, whole }) = self.contract(&name, yaml, &UNION, order) else { return };
        for (member, files) in members {
            let member = TableName { member: Some(member.clone()), ..name.clone() };
            self.member(member, files, &contract, &member_column);
        }
        let body = Body::Union { member_column, members: members.keys().cloned().collect() };
        if whole {
            self.tables.insert(name.to_string(), Table { name, body, contract });
        }
    }

    fn member(&mut self, name: TableName, files: &Files, union: &Contract, member_column: &str) {
        if let Some(rows) = &files.rows {
            let error = Error::faulty(format!("`{rows}` is a file of rows; a member of a union is SQL")).at(Place::file(rows));
            return self.faults.push(error);
        }
        let body = self.body(&name, files);
        let yaml = files.yaml.as_ref().and_then(|yaml| told(self.folder.read(yaml, YAML_LIMIT), &mut self.faults));
        let full_name = name.to_string();
        let inherited = compile::inherited(union, member_column);
        let own = yaml.map(|yaml| compile::member(inherited.clone(), &yaml, &full_name, &self.shared_rows));
        let contract = own.and_then(|own| self.keep(own)).map_or(inherited, |read| read.contract);
        if let Some(body) = body {
            self.tables.insert(full_name, Table { name, body, contract });
        }
    }

    fn contract(&mut self, name: &TableName, yaml: &str, form: &'static Form, order: Order) -> Option<Read> {
        let file = told(self.folder.read(yaml, YAML_LIMIT), &mut self.faults)?;
        let compiled = compile::contract(&file, form, &name.to_string(), order, &self.shared_rows);
        self.keep(compiled)
    }

    fn keep(&mut self, compiled: Compiled) -> Option<Read> {
        let Compiled { contract, member_column, links, named, faults } = compiled;
        self.links.extend(links);
        self.named.extend(named);
        let whole = faults.is_empty();
        self.faults.0.extend(faults);
        Some(Read { contract: contract?, member_column, whole })
    }

    fn no_contract(&mut self, files: &Files) -> Option<Contract> {
        for body in files.sql.iter().chain(&files.rows) {
            let yaml = format!("{}.yaml", body.rsplit_once('.').map_or(body.as_str(), |(stem, _)| stem));
            let error = Error::faulty(format!("`{body}` has no contract beside it")).at(Place::file(body));
            self.faults.push(error.hint(format!("write `{yaml}`: what a row is, its columns and its key")));
        }
        None
    }

    fn body(&mut self, name: &TableName, files: &Files) -> Option<Body> {
        match (&files.sql, &files.rows) {
            (Some(sql), None) => {
                let TextFile { file, text, .. } = told(self.folder.read(sql, SQL_LIMIT), &mut self.faults)?;
                Some(Body::Sql { file, text })
            }
            (None, Some(rows)) => {
                let TextFile { file, text, .. } = told(self.folder.read(rows, ROWS_LIMIT), &mut self.faults)?;
                Some(Body::Rows { file, text })
            }
            (Some(sql), Some(rows)) => {
                let error = Error::faulty(format!("`{name}` has two bodies, `{sql}` and `{rows}`")).at(Place::file(rows));
                self.faults.push(error.hint("remove one of them"));
                None
            }
            (None, None) => {
                let yaml = files.yaml.as_deref().unwrap_or_default();
                let stem = yaml.trim_end_matches(".yaml");
                let rows = if name.member.is_none() { format!(" or `{stem}.csv`") } else { String::new() };
                let error = Error::faulty(format!("`{yaml}` is a contract without a table")).at(Place::file(yaml));
                self.faults.push(error.hint(format!("write `{stem}.sql`{rows}, or remove the contract")));
                None
            }
        }
    }
}
