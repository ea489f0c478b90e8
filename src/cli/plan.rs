//! `sluice plan`: every fault of the project, and what a run would build and why. Touches no data.

use super::{Chosen, Failure, Streams, environment, load, pipeline_files, project_root};
use crate::error::{Error, Faults};
use crate::plan::{self, Plan, Planner, Step};
use crate::project::Project;
use crate::project::pipeline::Pipeline;
use crate::run::forecast::{Forecast, forecast};
use crate::session::Session;
use chrono::Utc;
use clap::Args;
use std::path::PathBuf;

/// Tell every fault of a project, and what a run would build and why; no data is touched
///
/// Without a pipeline, all pipelines of the project are planned.
#[derive(Args)]
#[command(after_help = "Example:\n  sluice plan pipelines/nightly.yaml")]
pub struct Arguments {
    /// The pipeline: its file, or its name in `pipelines/`.
    pipeline: Option<PathBuf>,
    /// Set a parameter.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = super::name_and_value)]
    params: Vec<(String, String)>,
    /// Shorthand for `--param as_of=DATE`.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

pub async fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let session = Session::for_planning()?;
    let Some(pipeline) = &arguments.pipeline else { return plan_all(&session, streams).await };
    let chosen = Chosen { pipeline: pipeline.clone(), params: arguments.params.clone(), as_of: arguments.as_of.clone() };
    let (project, pipeline) = load(&chosen)?;
    let plan = plan::plan(&project, pipeline, &session).await?;
    warn(&plan, streams)?;
    let forecasts = forecast(&plan).await?;
    show(&plan, &forecasts, streams)
}

/// Faults of the project are told once, however many pipelines share them.
async fn plan_all(session: &Session, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let root = project_root(None)?;
    let project = Project::load(&root);
    let mut faults = Faults(project.as_ref().err().into_iter().flat_map(|faults| faults.0.clone()).collect());
    let mut lines = Vec::new();
    let mut planner = project.as_ref().ok().map(|project| Planner::new(project, session));
    for file in pipeline_files(&root) {
        let outcome = match (Pipeline::load(&root, &file, &[], &environment, Utc::now()), &mut planner) {
            (Ok(pipeline), Some(planner)) => planner.plan(pipeline, &[]).await,
            (Err(more), _) => Err(more),
            (Ok(_), None) => continue,
        };
        match outcome {
            Ok(plan) => lines.push(format!("{:<14} {} tables, {} published", plan.pipeline.name, plan.tables.len(), plan.published.len())),
            Err(more) => more.0.into_iter().for_each(|fault| {
                if !faults.0.contains(&fault) {
                    faults.push(fault);
                }
            }),
        }
    }
    faults.or(())?;
    for line in lines {
        writeln!(streams.out, "{line}")?;
    }
    Ok(())
}

pub fn warn(plan: &Plan, streams: &mut Streams<'_>) -> Result<(), Failure> {
    tell(&plan.warnings, streams)
}

pub(super) fn tell(warnings: &[Error], streams: &mut Streams<'_>) -> Result<(), Failure> {
    for warning in warnings {
        match streams.json {
            true => tracing::warn!("{warning}"),
            false => write!(streams.err, "{}", super::render::render_warning(warning, streams.terminal))?,
        }
    }
    Ok(())
}

fn show(plan: &Plan, forecasts: &[Forecast], streams: &mut Streams<'_>) -> Result<(), Failure> {
    let width = forecasts.iter().map(|forecast| forecast.table.len()).max().unwrap_or(0);
    let mut folder = String::new();
    for forecast in forecasts {
        let own = forecast.table.split('.').next().unwrap_or_default();
        if own != folder {
            folder = own.to_string();
            writeln!(streams.out, "{folder}")?;
        }
        let reads = plan.table(&forecast.table).map_or(String::new(), reads_of);
        let verb = if forecast.rebuilt { "build" } else { "keep " };
        writeln!(streams.out, "  {verb} {:<width$}  {}{reads}", forecast.table, forecast.why)?;
    }
    let rebuilt = forecasts.iter().filter(|forecast| forecast.rebuilt).count();
    writeln!(streams.out, "{} of {} tables would be built; {} published", rebuilt, forecasts.len(), plan.published.len())?;
    Ok(())
}

fn reads_of(table: &crate::plan::PlannedTable) -> String {
    let reads = table.reads.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    match (&table.step, reads.is_empty()) {
        (_, true) => String::new(),
        (Step::Union { .. }, false) => format!("  = {reads}"),
        (_, false) => format!("  <- {reads}"),
    }
}
