//! Writes the raw files of a demo company, the same rows in the same order for the same arguments:
//! `cargo run --example generate -- --touchpoints 10000000 --out /data/night`.
//!
//! The packaged demo is `cargo run --example generate -- --touchpoints 50000 --compress --out testdata/demo`.

#[path = "generate/mod.rs"]
mod generate;

use clap::Parser;
use std::path::PathBuf;

#[derive(Parser)]
struct Arguments {
    /// Rows of the touchpoint files, dirt included; the other files grow with it.
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    touchpoints: u64,
    /// Another seed, another company history.
    #[arg(long, default_value_t = generate::DEMO_SEED)]
    seed: u64,
    /// Writes the large files as .csv.gz.
    #[arg(long)]
    compress: bool,
    /// Gets `raw/` and `facts.csv`; files of an earlier run are overwritten.
    #[arg(long)]
    out: PathBuf,
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let options = generate::Options { touchpoints: arguments.touchpoints, seed: arguments.seed, compress: arguments.compress };
    generate::generate(&options, &arguments.out)
}
