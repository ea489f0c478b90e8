//! Which files of `sql/` make which table. What is no part of a table is a fault: a name mistyped is a table lost.

use super::compile;
use super::folder::{Folder, Listed, YAML_LIMIT};
use super::grammar::{Pattern, is_name};
use crate::error::{Error, Faults, Place, nearest};
use std::collections::BTreeMap;

pub const LAYERS_FILE: &str = "sql/layers.yaml";
/// Optional.
pub const PARAMS_FILE: &str = "sql/params.yaml";
const UNION_FILE: &str = "_union.yaml";

/// The files of one table, relative to the project folder.
#[derive(Clone, Debug, Default)]
pub struct Files {
    pub sql: Option<String>,
    pub rows: Option<String>,
    pub yaml: Option<String>,
}

#[derive(Clone, Debug)]
pub enum Found {
    Table(Files),
    Union { yaml: String, members: BTreeMap<String, Files> },
}

pub struct Layout {
    /// In the order of `layers.yaml`; without it by name.
    pub layers: Vec<String>,
    /// Whether that order is the author's.
    pub is_ordered: bool,
    /// By folder and table.
    pub tables: BTreeMap<(String, String), Found>,
    /// Files of rows that examples share.
    pub shared_rows: Vec<String>,
}

/// Whether this is the name of a file of rows for examples: a name of a table behind an underscore.
pub fn is_shared_rows(name: &str) -> bool {
    name.strip_prefix('_').and_then(|name| name.strip_suffix(".csv")).is_some_and(is_name)
}

pub fn survey(folder: &Folder, faults: &mut Faults) -> Layout {
    let mut layout = Layout { layers: Vec::new(), is_ordered: false, tables: BTreeMap::new(), shared_rows: Vec::new() };
    let (folders, files): (Vec<Listed>, Vec<Listed>) =
        told(folder.list("sql"), faults).unwrap_or_default().into_iter().partition(|listed| listed.is_folder);
    for file in files.iter().filter(|file| ![LAYERS_FILE, PARAMS_FILE].contains(&file.path.as_str())) {
        let error = Error::faulty(format!("`{}` belongs to no folder of tables", file.path)).at(Place::file(&file.path));
        faults.push(error.did_you_mean(&file.path, [LAYERS_FILE, PARAMS_FILE]).hint("a table lies in `sql/<folder>/`"));
    }
    let names: Vec<&str> = folders.iter().map(|listed| listed.name.as_str()).collect();
    layers(folder, &names, &mut layout, faults);
    for listed in &folders {
        survey_folder(folder, listed, &mut layout, faults);
    }
    layout
}

/// The order of folders: it names all that are there, and no other.
fn layers(folder: &Folder, folders: &[&str], layout: &mut Layout, faults: &mut Faults) {
    layout.layers = folders.iter().map(|name| name.to_string()).collect();
    if !folder.exists(LAYERS_FILE) {
        let error = Error::faulty(format!("`{LAYERS_FILE}` is missing, which holds the order of folders")).at(Place::file(LAYERS_FILE));
        return faults.push(error.hint(format!("write `layers: [{}]`, first the folders that read no other", folders.join(", "))));
    }
    let Some(file) = told(folder.read(LAYERS_FILE, YAML_LIMIT), faults) else { return };
    let (listed, wrong) = compile::layers(&file);
    let is_whole = wrong.is_empty();
    faults.0.extend(wrong);
    for (name, place) in listed.iter().filter(|(name, _)| !folders.contains(&name.as_str())) {
        let error = Error::faulty(format!("there is no folder `sql/{name}`")).at(place.clone());
        faults.push(error.did_you_mean(name, folders.iter().copied()));
    }
    for name in folders.iter().filter(|name| is_whole && !listed.iter().any(|(known, _)| known == *name)) {
        // A misspelt item is told once.
        if !listed.iter().any(|(known, _)| !folders.contains(&known.as_str()) && nearest(known, [*name]).is_some()) {
            let error = Error::faulty(format!("the folder `sql/{name}` has no place in the order of folders")).at(Place::file(LAYERS_FILE));
            faults.push(error.hint(format!("add `{name}` to `layers`, before the folders that read it")));
        }
    }
    if is_whole {
        layout.is_ordered = true;
        layout.layers = listed.into_iter().map(|(name, _)| name).collect();
    }
}

fn survey_folder(folder: &Folder, at: &Listed, layout: &mut Layout, faults: &mut Faults) {
    if !is_name(&at.name) {
        return faults.push(bad_name(&at.name, &at.path, "a folder"));
    }
    let listed = told(folder.list(&at.path), faults).unwrap_or_default();
    let (folders, files): (Vec<Listed>, Vec<Listed>) = listed.into_iter().partition(|listed| listed.is_folder);
    for (table, files) in tables(&files, &mut layout.shared_rows, faults) {
        layout.tables.insert((at.name.clone(), table), Found::Table(files));
    }
    for union in folders {
        survey_union(folder, &at.name, &union, layout, faults);
    }
}

fn survey_union(folder: &Folder, layer: &str, at: &Listed, layout: &mut Layout, faults: &mut Faults) {
    let listed = told(folder.list(&at.path), faults).unwrap_or_default();
    let yaml = format!("{}/{UNION_FILE}", at.path);
    if !is_name(&at.name) {
        return faults.push(bad_name(&at.name, &at.path, "a table"));
    }
    if !listed.iter().any(|listed| listed.path == yaml) {
        let error = Error::faulty(format!("`{}` is a folder inside a folder without `{UNION_FILE}`", at.path)).at(Place::file(&at.path));
        return faults.push(
            error.hint(format!("a folder with `{UNION_FILE}` is one table of all tables in it; else put the files into `sql/{layer}`")),
        );
    }
    let mut files = Vec::new();
    for listed in listed.into_iter().filter(|listed| listed.path != yaml) {
        match listed.is_folder {
            true => faults.push(
                Error::faulty(format!("`{}` is a folder inside a union; its members are files", listed.path)).at(Place::file(&listed.path)),
            ),
            false => files.push(listed),
        }
    }
    // Without members a union is an empty table: the project has no source that brings rows for it.
    let members = tables(&files, &mut layout.shared_rows, faults);
    if layout.tables.contains_key(&(layer.to_string(), at.name.clone())) {
        let error = Error::faulty(format!("`{layer}.{}` is a table and a union at once", at.name)).at(Place::file(&yaml));
        faults.push(error.hint("rename one of them"));
    }
    layout.tables.insert((layer.to_string(), at.name.clone()), Found::Union { yaml, members });
}

/// The files of a folder by table; those of shared rows are of none.
fn tables(listed: &[Listed], shared_rows: &mut Vec<String>, faults: &mut Faults) -> BTreeMap<String, Files> {
    let mut tables: BTreeMap<String, Files> = BTreeMap::new();
    for file in listed {
        let (table, kind) = file.name.rsplit_once('.').unwrap_or((&file.name, ""));
        if is_shared_rows(&file.name) {
            shared_rows.push(file.path.clone());
        } else if !matches!(kind, "sql" | "csv" | "yaml") {
            let error = Error::faulty(format!("`{}` is no part of a table", file.path)).at(Place::file(&file.path));
            faults.push(error.hint("a table has a `.sql` or a `.csv`, and a `.yaml`"));
        } else if !is_name(table) {
            faults.push(bad_name(table, &file.path, "a table"));
        } else {
            let files = tables.entry(table.to_string()).or_default();
            let part = match kind {
                "sql" => &mut files.sql,
                "csv" => &mut files.rows,
                _ => &mut files.yaml,
            };
            *part = Some(file.path.clone());
        }
    }
    tables
}

fn bad_name(name: &str, path: &str, what: &str) -> Error {
    Error::faulty(format!("`{name}` cannot be the name of {what}")).at(Place::file(path)).hint(Pattern::Name.rule())
}

/// The value, or its fault told.
pub fn told<T>(result: crate::error::Result<T>, faults: &mut Faults) -> Option<T> {
    result.map_err(|error| faults.push(error)).ok()
}
