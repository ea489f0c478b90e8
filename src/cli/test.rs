//! `sluice test`: the examples beside the SQL.

use super::{Failure, Streams, environment, pipeline_files, project_root};
use crate::error::{Error, Faults};
use crate::example::{self, Verdict};
use crate::plan::{self, Plan};
use crate::project::Project;
use crate::project::pipeline::Pipeline;
use crate::session::Session;
use chrono::Utc;
use clap::Args;
use std::collections::BTreeSet;

/// Run the examples of the contracts: given rows, expected rows
#[derive(Args)]
#[command(after_help = "Examples:\n  sluice test marts.rejects\n  sluice test attr.models.one    one member of the union attr.models")]
pub struct Arguments {
    /// Tables to test (`folder.table`, `folder.union.member`, or a folder); all of them if none is named.
    tables: Vec<String>,
}

pub async fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let root = project_root(None)?;
    let project = Project::load(&root)?;
    let mut tested = BTreeSet::new();
    let mut verdicts = Vec::new();
    let mut faults = Faults::default();
    // Tables that nobody publishes or reads, but people query, have examples too.
    let with_examples: Vec<String> =
        project.tables.iter().filter(|(_, table)| !table.contract.examples.is_empty()).map(|(name, _)| name.clone()).collect();
    let session = Session::for_planning()?;
    let mut planner = plan::Planner::new(&project, &session);
    for file in pipeline_files(&root) {
        let pipeline = Pipeline::load(&root, &file, &[], &environment, Utc::now())?;
        let plan = planner.plan(pipeline, &with_examples).await?;
        test_plan(&project, &plan, arguments, &mut tested, &mut verdicts, &mut faults).await;
    }
    unknown(&project, arguments, &mut faults);
    let failed: Vec<&Verdict> = verdicts.iter().filter(|verdict| !verdict.holds()).collect();
    for verdict in &failed {
        show(verdict, streams)?;
    }
    let failed = failed.len() + faults.0.len();
    writeln!(streams.out, "{} passed, {failed} failed", verdicts.len() + faults.0.len() - failed)?;
    faults.or(())?;
    match failed {
        0 => Ok(()),
        _ => Err(Error::check("examples do not hold").into()),
    }
}

/// A table shared by several pipelines is tested once.
async fn test_plan(
    project: &Project,
    plan: &Plan,
    arguments: &Arguments,
    tested: &mut BTreeSet<String>,
    verdicts: &mut Vec<Verdict>,
    faults: &mut Faults,
) {
    for table in &plan.tables {
        let name = table.name.to_string();
        // A union's name stands for its members, which have the SQL.
        let names = [Some(name.clone()), Some(table.name.in_words()), table.name.union(), Some(table.name.folder.clone())];
        let named = |chosen: &String| names.iter().flatten().any(|name| name == chosen);
        let chosen = arguments.tables.is_empty() || arguments.tables.iter().any(named);
        if !chosen || !tested.insert(name) {
            continue;
        }
        for example in &table.contract.examples {
            match example::check(project, &plan.pipeline, table, example).await {
                Ok(verdict) => verdicts.push(verdict),
                Err(more) => more.0.into_iter().for_each(|fault| faults.push(fault)),
            }
        }
    }
}

fn unknown(project: &Project, arguments: &Arguments, faults: &mut Faults) {
    for name in &arguments.tables {
        if project.full_name(name).is_none() && !project.layers.contains(name) {
            let names = project.names_in_words();
            let known = names.iter().chain(&project.layers).map(String::as_str);
            faults.push(Error::faulty(format!("there is no table or folder `{name}`")).did_you_mean(name, known));
        }
    }
}

fn show(verdict: &Verdict, streams: &mut Streams<'_>) -> Result<(), Failure> {
    writeln!(streams.out, "{}: {} ({})", verdict.table, verdict.name, verdict.place)?;
    writeln!(streams.out, "    {}", verdict.header)?;
    for row in &verdict.missing {
        writeln!(streams.out, "  - {row}")?;
    }
    for row in &verdict.unexpected {
        writeln!(streams.out, "  + {row}")?;
    }
    Ok(())
}
