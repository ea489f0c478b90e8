//! Sluice: raw files to Parquet marts through SQL, every row accounted for, published whole or not at all.
//!
//! # The map, in reading order
//! A module uses only those above it (checked by `tests/tidy.rs`).
//!
//! - [`error`]: what a person reads when something is wrong; [`report`]: what a run did.
//! - [`project`]: YAML and `sql/` on disk become a `Project`; no DataFusion.
//! - [`functions`]: what SQL cannot say, named as mathematics.
//! - [`ingest`]: bytes become records, typed batches and rejects.
//! - [`store`]: tables by fingerprint, the input ledger, commits and `latest`.
//! - [`session`]: the one DataFusion session; [`check`]: a check becomes a query for the rows that offend.
//! - [`plan`]: the only validator; needs no data; tells every fault.
//! - [`run`]: the story of a run; [`example`]: given rows, expected rows.
//! - [`cli`]: one file per verb, alone in printing.
//!
//! # What always holds
//! - Rows read = staged + rejects; rows in = kept + dropped, by reason. A run whose accounts do not close publishes nothing.
//! - A table is read only when it is whole; a commit names only files that are there; readers see one commit or the one before.
//! - The same inputs, parameters and build give the same bytes, whatever the cores, the memory and the stores.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod error;
pub mod project;
pub mod report;

pub mod ingest;
pub mod store;

#[cfg(feature = "engine")]
pub mod functions;
#[cfg(feature = "engine")]
pub mod session;

pub mod check;

#[cfg(feature = "engine")]
pub mod example;
#[cfg(feature = "engine")]
pub mod plan;
#[cfg(feature = "engine")]
pub mod run;

#[cfg(feature = "engine")]
pub mod cli;

#[cfg(all(test, feature = "engine"))]
mod tests;
