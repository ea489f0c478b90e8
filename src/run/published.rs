//! Tables as a commit published them, whatever became of the project since.

use crate::error::{Error, Result};
use crate::project::types::Type;
use crate::session::{ScanFile, Session, StoredRows, store_url};
use crate::store::Store;
use crate::store::commit::{Commit, File, Mart, MartColumn, plain_name};
use arrow::datatypes::{Field, Schema};
use std::sync::Arc;

/// What the session calls the store of published files.
const STORE: &str = "marts";

/// A table of the commit, by its full name or the one that plain readers know.
pub fn table<'c>(commit: &'c Commit, name: &str) -> Result<(&'c String, &'c Mart)> {
    let named = commit.marts.iter().find(|(full, _)| *full == name || plain_name(full) == name);
    named.ok_or_else(|| {
        Error::faulty(format!("`{name}` is not among the tables of commit {}", commit.number))
            .did_you_mean(name, commit.marts.keys().map(String::as_str))
            .hint(format!("all of them: sluice runs {} {}", commit.pipeline, commit.number))
    })
}

/// Registers `tables` with the rows the commit names.
pub fn register<'n>(commit: &Commit, marts: &Store, session: &Session, tables: impl IntoIterator<Item = &'n String>) -> Result<()> {
    session.open_store(STORE, marts.object_store()?);
    for name in tables {
        let (name, mart) = table(commit, name)?;
        let (folder, table) = name.split_once('.').expect("full names have a folder");
        let files = mart.partitions.values().flatten().map(|file| scan(marts, file)).collect::<Result<_>>()?;
        session.register(folder, table, Arc::new(StoredRows::new(store_url(STORE), &schema(mart, name)?, Vec::new(), files)))?;
    }
    Ok(())
}

fn scan(marts: &Store, file: &File) -> Result<ScanFile> {
    Ok(ScanFile { path: marts.location(&file.path)?, bytes: file.bytes, rows: file.rows, constants: Vec::new() })
}

fn schema(mart: &Mart, name: &str) -> Result<Schema> {
    let field = |column: &MartColumn| {
        let ty = Type::parse(&column.ty).ok_or_else(|| {
            Error::faulty(format!("the commit calls column `{}` of {name} a `{}`, which is no type", column.name, column.ty))
                .hint("commits are never edited; restore it, or take the version of Sluice that wrote it")
        })?;
        Ok(Field::new(&column.name, ty.arrow(), column.nullable))
    };
    mart.columns.iter().map(field).collect::<Result<Vec<_>>>().map(Schema::new)
}
