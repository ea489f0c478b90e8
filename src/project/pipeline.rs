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
