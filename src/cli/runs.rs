//! `sluice runs`: the published runs, and the account of one.

use super::{Chosen, Failure, Streams, load};
use crate::report::TableReport;
use crate::store::commit::{Commit, Commits};
use crate::store::{Access, Store};
use clap::Args;

/// List the published runs, or tell one in full
#[derive(Args)]
#[command(after_help = "Examples:\n  sluice runs nightly\n  sluice runs nightly 12")]
pub struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    /// The commit to tell in full.
    number: Option<u64>,
    /// The newest commits to list.
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

pub async fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let (_, pipeline) = load(&arguments.chosen)?;
    let commits = Commits::new(&Store::open(&pipeline.stores["marts"].url, Access::Read)?);
    if let Some(number) = arguments.number {
        return tell(&commits.find(number).await?, streams);
    }
    let numbers = commits.numbers().await?;
    if numbers.is_empty() {
        writeln!(streams.err, "no run was published yet; next: sluice run {}", pipeline.file)?;
        return Ok(());
    }
    writeln!(streams.out, "{:>7}  {:<27}  {:<10}  {:>5}  {:>10}  {:>8}", "commit", "finished", "as of", "marts", "rows", "rejects")?;
    for number in numbers.iter().rev().take(arguments.limit) {
        let commit = commits.read(*number).await?;
        let rows: u64 = commit.marts.values().map(|mart| mart.rows).sum();
        let rejects: u64 = commit.accounts.iter().map(|account| account.rejects).sum();
        writeln!(
            streams.out,
            "{number:>7}  {:<27}  {:<10}  {:>5}  {rows:>10}  {rejects:>8}",
            commit.finished_at,
            commit.as_of,
            commit.marts.len()
        )?;
    }
    Ok(())
}

fn tell(commit: &Commit, streams: &mut Streams<'_>) -> Result<(), Failure> {
    writeln!(streams.out, "commit {} of {}, as of {}, finished {}", commit.number, commit.pipeline, commit.as_of, commit.finished_at)?;
    writeln!(streams.out, "\nmarts")?;
    for (name, mart) in &commit.marts {
        let bytes: u64 = mart.partitions.values().flatten().map(|file| file.bytes).sum();
        writeln!(streams.out, "  {name:<30} {:>10} rows {bytes:>12} bytes", mart.rows)?;
    }
    writeln!(streams.out, "\naccounts (rows in = kept + dropped + rejects)")?;
    for account in &commit.accounts {
        let rows_in = account.rows_in.map_or("-".to_string(), |rows| rows.to_string());
        let dropped = account.dropped.iter().map(|(reason, rows)| format!("{rows} {reason}")).collect::<Vec<_>>().join(", ");
        let rejects = if account.rejects == 0 { String::new() } else { format!("{} rejects ", account.rejects) };
        writeln!(streams.out, "  {:<40} {rows_in:>10} in {:>10} kept  {rejects}{dropped}", account.table, account.rows_out)?;
    }
    let tables: Vec<TableReport> = serde_json::from_value(commit.report["tables"].clone()).unwrap_or_default();
    writeln!(streams.out, "\nwhat it cost")?;
    for table in tables.iter().filter(|table| !table.reused) {
        writeln!(
            streams.out,
            "  {:<40} {:>8.2} s {:>7.1} MB memory {:>7.1} MB spilled  {}",
            table.table,
            table.seconds,
            table.peak_memory as f64 / 1e6,
            table.spilled as f64 / 1e6,
            table.why
        )?;
    }
    Ok(())
}
