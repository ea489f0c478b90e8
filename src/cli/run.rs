//! `sluice run`: the whole night.

use super::progress::Progress;
use super::{Chosen, Failure, Streams, load};
use crate::plan;
use crate::project::pipeline::{Pipeline, parse_bytes};
use crate::run::{Outcome, Run};
use crate::session::{Session, Settings, memory_of_machine, threads_of_machine};
use chrono::Utc;
use clap::Args;

/// Read the sources, build what changed, check, and publish all marts at once or none
///
/// Safe to repeat, to kill and to start twice. Exit codes: 0 done; 1 a check failed, nothing published; 2 faulty project, arguments or
/// credentials; 3 safe to run again (store, memory, lost race); 130 and 143 interrupted.
#[derive(Args)]
#[command(after_help = "Example:\n  sluice run pipelines/nightly.yaml --as-of 2026-06-30")]
pub struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    /// Memory the operators may reserve, instead of the pipeline's limit: `512MiB`.
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    memory: Option<u64>,
    /// Cores to use, instead of the pipeline's limit.
    #[arg(long, value_name = "CORES")]
    threads: Option<usize>,
}

pub async fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let (project, mut pipeline) = load(&arguments.chosen)?;
    pipeline.limits.memory = arguments.memory.or(pipeline.limits.memory);
    pipeline.limits.threads = arguments.threads.or(pipeline.limits.threads);
    let session = Session::new(&settings(&pipeline))?;
    let plan = plan::plan(&project, pipeline, &session).await?;
    super::plan::warn(&plan, streams)?;
    let progress = Progress::new(streams.terminal);
    let outcome = Run::open(&plan, &session, &progress, Utc::now()).await?.run().await;
    progress.finish();
    let outcome = outcome?;
    for warning in &outcome.warnings {
        write!(streams.err, "{}", super::render::render_warning(&warning.error(), streams.terminal))?;
    }
    if streams.json {
        tracing::info!(
            commit = outcome.commit.number,
            published = outcome.published,
            seconds = outcome.seconds,
            "{}",
            verdict(&plan, &outcome)
        );
    } else {
        summary(&outcome, streams)?;
        writeln!(streams.err, "{}", verdict(&plan, &outcome))?;
    }
    Ok(())
}

fn bytes(text: &str) -> Result<u64, String> {
    parse_bytes(text).ok_or_else(|| "write a whole number and a unit: 512MiB, 2GB".to_string())
}

/// What the process may use: the pipeline's limits, or 60 % of the memory and all cores. Spill files lie beside the work they serve, or
/// in the system's folder for temporary files where the work store is remote.
pub fn settings(pipeline: &Pipeline) -> Settings {
    let limits = &pipeline.limits;
    let memory = limits.memory.unwrap_or_else(|| memory_of_machine() / 10 * 6);
    Settings {
        memory: usize::try_from(memory).unwrap_or(usize::MAX),
        threads: limits.threads.unwrap_or_else(threads_of_machine).max(1),
        spill: Some(pipeline.stores["work"].url.to_file_path().unwrap_or_else(|()| std::env::temp_dir()).join("_spill")),
        spill_bytes: limits.spill.unwrap_or(100 << 30),
    }
}

/// Rows in and out, as they close.
fn summary(outcome: &Outcome, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let (mut read, mut rejects, mut dropped) = (0, 0, 0);
    for table in &outcome.tables {
        if table.table.starts_with("raw.") {
            read += table.account.rows_in.unwrap_or(0);
            rejects += table.account.rejects;
        }
        dropped += table.account.dropped.values().sum::<u64>();
    }
    let built = outcome.tables.iter().filter(|table| !table.reused && !table.table.starts_with("raw.")).count();
    writeln!(
        streams.err,
        "{read} rows read = {} staged + {rejects} rejects; {dropped} dropped with a reason; {built} tables built, {} kept; {} checks hold",
        read - rejects,
        outcome.tables.iter().filter(|table| table.reused && !table.table.starts_with("raw.")).count(),
        outcome.checks - outcome.warnings.len()
    )?;
    Ok(())
}

/// The last line: what is the case now, and the next command.
fn verdict(plan: &crate::plan::Plan, outcome: &Outcome) -> String {
    let rows: u64 = outcome.commit.marts.values().map(|mart| mart.rows).sum();
    let has_rows = |mart: &&String| outcome.commit.marts.get(*mart).is_some_and(|mart| mart.rows > 0);
    let shown = plan.published.iter().find(has_rows).or(plan.published.first());
    let next = format!("sluice query {} \"select * from {} limit 10\"", plan.pipeline.file, shown.map_or("", String::as_str));
    match outcome.published {
        true => format!(
            "published commit {}: {} marts, {rows} rows, as of {}, in {:.1} s; look: {next}",
            outcome.commit.number,
            outcome.commit.marts.len(),
            outcome.commit.as_of,
            outcome.seconds
        ),
        false => {
            format!("nothing changed since commit {}; nothing written, in {:.1} s; look: {next}", outcome.commit.number, outcome.seconds)
        }
    }
}
