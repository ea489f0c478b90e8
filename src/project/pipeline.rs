//! A pipeline: parameters, stores, sources, what is published, limits. No SQL and no order of steps.

use super::source::Source;
use super::types::Type;
use crate::error::Place;
use chrono_tz::Tz;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub struct Pipeline {
    pub name: String,
    /// Relative to the project.
    pub file: String,
    pub description: String,
    /// The project's time zone: day borders, and the default of `$as_of`.
    pub time_zone: Tz,
    /// By name. `as_of` (a date) is always there.
    pub params: BTreeMap<String, Param>,
    /// By name, `work` and `marts` always among them. Values are URLs (`file:///...`, `s3://...`, `gs://`, `az://`, `https://`) without secrets.
    pub stores: BTreeMap<String, StoreUrl>,
    pub sources: BTreeMap<String, Source>,
    /// Tables published, as written: names or `folder.*`.
    pub publish: Vec<Publish>,
    pub limits: Limits,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub place: Place,
    pub ty: Type,
    /// As text in the type's plain form (ISO dates), environment and `--param` already applied.
    pub value: String,
    /// Whether a store's URL or a source's location uses it; such a parameter need not stand in any SQL.
    pub used_in_urls: bool,
    pub description: String,
}

#[derive(Clone, Debug)]
pub struct StoreUrl {
    pub place: Place,
    pub url: url::Url,
}

#[derive(Clone, Debug)]
pub struct Publish {
    pub place: Place,
    pub pattern: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Bytes DataFusion may reserve; `None`: 60 % of the machine or cgroup.
    pub memory: Option<u64>,
    /// Bytes of spill files.
    pub spill: Option<u64>,
    /// Cores; `None`: all of them.
    pub threads: Option<usize>,
}

/// Bytes as people write them: a whole number and a unit, `512MiB`, `2GB`. Zero is no size.
pub fn parse_bytes(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (_, unit) = UNITS.iter().find(|(unit, _)| *unit == text[digits..].trim_start())?;
    text[..digits].parse::<u64>().ok()?.checked_mul(*unit).filter(|bytes| *bytes > 0)
}

const UNITS: [(&str, u64); 9] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];
