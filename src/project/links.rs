//! What contracts say about each other: tables they name exist, with the columns they name.

use super::compile::Link;
use super::layout::Found;
use super::{Project, Table};
use crate::error::{Error, Faults};
use std::collections::BTreeMap;

/// `tables` are those that have files: a table whose own contract is broken is not told to be missing.
pub fn check(project: &Project, tables: &BTreeMap<(String, String), Found>, links: &[Link], faults: &mut Faults) {
    for link in links {
        let Some((folder, table)) = link.table.split_once('.') else { continue };
        // Raw tables belong to pipelines, ledger tables to the engine; the planner knows both.
        if folder == "raw" || folder == "ledger" {
            continue;
        }
        match project.table(&link.table) {
            Some(table) => columns(table, link, faults),
            None if tables.contains_key(&(folder.to_string(), table.to_string())) => {}
            None => {
                let error = Error::faulty(format!("there is no table `{}`", link.table)).at(link.place.clone());
                let names: Vec<String> = tables.keys().map(|(folder, table)| format!("{folder}.{table}")).collect();
                faults.push(error.did_you_mean(&link.table, names.iter().map(String::as_str)));
            }
        }
    }
}

fn columns(table: &Table, link: &Link, faults: &mut Faults) {
    let names: Vec<&str> = table.contract.columns.iter().map(|column| column.name.as_str()).collect();
    for (column, place) in link.columns.iter().filter(|(column, _)| !names.contains(&column.as_str())) {
        let error = Error::faulty(format!("the table `{}` has no column `{column}`", link.table)).at(place.clone());
        faults.push(error.did_you_mean(column, names.iter().copied()));
    }
}
