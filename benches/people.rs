//! Writes lead records of invented people, some of them several times and with errors, and apart from them who is who:
//! `cargo run --example people -- --records 1000000 --duplicates 0.15 --seed 1 --out /data/people`.
//!
//! The same arguments give the same bytes. `pipelines/people.yaml` reads the records; only an evaluator reads the truth.

#[path = "people/mod.rs"]
mod people;

use clap::Parser;
use std::path::PathBuf;

#[derive(Parser)]
struct Arguments {
    /// Lines of `records.csv`.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..100_000_000))]
    records: u64,
    /// Share of the records that are a further one of a person who has one.
    #[arg(long, default_value_t = 0.15, value_parser = share)]
    duplicates: f64,
    /// Another seed, other people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Gets `records.csv` and `truth.csv`; files of an earlier run are overwritten.
    #[arg(long)]
    out: PathBuf,
    /// Also says what is wrong with each record and whom its person resembles, to analyse errors by.
    #[arg(long)]
    kinds: Option<PathBuf>,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "a share is a number such as 0.15".to_string())?;
    if (0.0..=0.5).contains(&share) { Ok(share) } else { Err("a share of duplicates is between 0 and 0.5".to_string()) }
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let options = people::Options {
        records: arguments.records,
        duplicates: (arguments.records as f64 * arguments.duplicates).round() as u64,
        seed: arguments.seed,
    };
    people::generate(&options, &arguments.out, arguments.kinds.as_deref())
}
