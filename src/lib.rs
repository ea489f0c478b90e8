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
//! - [`cli`]: the terminal; alone in printing.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod error;
pub mod project;
pub mod report;

pub mod ingest;
pub mod store;

pub mod cli;

#[cfg(feature = "engine")]
pub mod functions;
