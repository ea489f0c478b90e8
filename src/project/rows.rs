//! Reference rows: the CSV file fits its contract. Places are lines alone; what the rows hold is not shown.

use super::contract::{Column, Contract};
use super::value::plain_form;
use crate::error::{Error, Faults, Place};
use csv::StringRecord;

/// The records of a CSV text, each with the line it starts in, from 1; empty lines are none.
pub fn records(text: &str) -> Vec<(usize, StringRecord)> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records = reader.records().map_while(Result::ok);
    let line = |record: &StringRecord| {
        let position = record.position().expect("records that were read have a position");
        // The position stands before the empty lines that were passed over.
        let rest = &text[position.byte() as usize..];
        position.line() as usize + rest[..rest.len() - rest.trim_start_matches(['\r', '\n']).len()].matches('\n').count()
    };
    records.map(|record| (line(&record), record)).collect()
}

pub fn check(file: &str, text: &str, contract: &Contract, faults: &mut Faults) {
    let mut header: Option<Vec<String>> = None;
    for (line, record) in records(text) {
        let place = Place { line, ..Place::file(file) };
        match &header {
            None => {
                let names: Vec<String> = record.iter().map(str::to_string).collect();
                check_header(&names, contract, &place, faults);
                header = Some(names);
            }
            Some(names) if names.len() != record.len() => {
                faults.push(Error::faulty(format!("this row has {} fields, the header {}", record.len(), names.len())).at(place));
            }
            Some(names) => {
                let columns = names.iter().map(|name| contract.columns.iter().find(|column| column.name == *name));
                columns
                    .zip(&record)
                    .filter_map(|(column, value)| misfit(column?, value))
                    .for_each(|error| faults.push(error.at(place.clone())));
            }
        }
    }
    if header.is_none() {
        faults.push(Error::faulty(format!("`{file}` is empty")).at(Place::file(file)).hint("its first line names the columns"));
    }
}

fn check_header(names: &[String], contract: &Contract, place: &Place, faults: &mut Faults) {
    let columns: Vec<&str> = contract.columns.iter().map(|column| column.name.as_str()).collect();
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            faults.push(Error::faulty(format!("the column `{name}` comes twice")).at(place.clone()));
        } else if !columns.contains(&name.as_str()) {
            let error = Error::faulty(format!("the column `{name}` is not in the contract")).at(place.clone());
            faults.push(error.did_you_mean(name, columns.iter().copied()));
        }
    }
    for column in columns.iter().filter(|column| !names.iter().any(|name| name == *column)) {
        faults.push(Error::faulty(format!("the column `{column}` of the contract is missing")).at(place.clone()));
    }
}

fn misfit(column: &Column, value: &str) -> Option<Error> {
    let Column { name, ty, nullable, .. } = column;
    match value {
        "" if *nullable => None,
        "" => Some(Error::faulty(format!("`{name}` is empty in this row, and its type has no null"))),
        _ if plain_form(*ty, value).is_none() => Some(Error::faulty(format!("`{name}` is no {ty} in this row"))),
        _ => None,
    }
}
