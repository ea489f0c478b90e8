//! What lies beside a contract: files of rows that examples share, and what the contract says of other tables.

use super::contract::Link;
use crate::error::{Error, Result};
use crate::project::layout::is_shared_rows;
use crate::project::text::TextFile;
use std::collections::{BTreeMap, BTreeSet};

pub struct Beside<'a> {
    /// By path.
    rows: &'a BTreeMap<String, TextFile>,
    pub links: Vec<Link>,
    /// The files of rows that the contract names, by path.
    pub named: BTreeSet<String>,
}

impl<'a> Beside<'a> {
    pub fn new(rows: &'a BTreeMap<String, TextFile>) -> Beside<'a> {
        Beside { rows, links: Vec::new(), named: BTreeSet::new() }
    }

    /// The file of rows that a contract names, from the folder it lies in.
    pub fn find(&mut self, contract: &str, named: &str) -> Result<&'a TextFile> {
        let folder = contract.rsplit_once('/').map_or("", |(folder, _)| folder);
        let name = named.rsplit('/').next().unwrap_or_default();
        let path = within_sql(folder, named).ok_or_else(|| {
            Error::faulty(format!("`{named}` leaves `sql/`"))
                .hint("shared rows lie beside a contract, or beside another: `../folder/_rows.csv`")
        })?;
        if !is_shared_rows(name) {
            let error = Error::faulty(format!("`{name}` cannot be the name of shared rows"));
            return Err(
                error.hint("it begins with `_` and has small letters, digits and `_` before `.csv`: a file of another name is a table")
            );
        }
        let Some(file) = self.rows.get(&path) else {
            let own = |path: &'a String| path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
            return Err(Error::faulty(format!("there is no file `{path}`")).did_you_mean(named, self.rows.keys().map(own)));
        };
        self.named.insert(path);
        Ok(file)
    }
}

/// A path as written in a file of this folder, from the project folder.
fn within_sql(folder: &str, written: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in written.split('/') {
        match part {
            "" | "." => return None,
            ".." if parts.len() > 1 => drop(parts.pop()),
            ".." => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
