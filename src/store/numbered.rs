//! Objects `<folder>/00000001.json`, `00000002.json` ...: created once, in order, without a gap. Their order in a listing is their order in time.

use super::Store;
use crate::error::{Error, Result};

pub fn path(folder: &str, number: u64) -> String {
    format!("{folder}/{number:08}.json")
}

/// The numbers there are, ascending. Other objects in the folder are none of ours.
pub async fn numbers(store: &Store, folder: &str) -> Result<Vec<u64>> {
    Ok(store.list(folder).await?.iter().filter_map(|object| number(folder, &object.path)).collect())
}

fn number(folder: &str, object: &str) -> Option<u64> {
    let digits = object.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".json")?;
    let number = digits.parse().ok()?;
    (path(folder, number) == object).then_some(number)
}

/// Reads and parses one, refusing what a later version of the format says.
pub async fn read<T: serde::de::DeserializeOwned>(store: &Store, folder: &str, number: u64) -> Result<T> {
    parse(store, &path(folder, number), &store.read(&path(folder, number)).await?)
}

pub fn parse<T: serde::de::DeserializeOwned>(store: &Store, path: &str, bytes: &[u8]) -> Result<T> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let unreadable = |error: serde_json::Error| Error::faulty(format!("{path} in {} is not what Sluice wrote", store.url())).because(error);
    let Format { format } = serde_json::from_slice(bytes).map_err(unreadable)?;
    if format != FORMAT {
        let sentence = format!("{path} in {} has format {format}; this build reads format {FORMAT}", store.url());
        return Err(Error::faulty(sentence).hint("use the build that wrote it, or a later one"));
    }
    serde_json::from_slice(bytes).map_err(unreadable)
}

/// The format of commits, ledger entries and views this build reads and writes.
pub const FORMAT: u32 = 1;
