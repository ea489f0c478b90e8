//! `sluice init`: a project of one's own, with the packaged SQL and demo data.

use super::{Failure, Streams, environment};
use crate::error::{Error, Faults, Result};
use crate::plan;
use crate::project::pipeline::Pipeline;
use crate::project::{Project, TableName};
use crate::session::Session;
use chrono::Utc;
use clap::Args;
use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};

/// Make a new project with the packaged SQL, its nightly pipeline and demo data
#[derive(Args)]
#[command(after_help = "Example:\n  sluice init my_project && cd my_project && sluice run nightly")]
pub struct Arguments {
    /// The folder to make; it must not exist, or be empty.
    folder: PathBuf,
}

static SQL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sql");
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/testdata/demo");
const PIPELINE_FILE: &str = "pipelines/nightly.yaml";
const PIPELINE: &str = include_str!("../../pipelines/nightly.yaml");

pub fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let root = &arguments.folder;
    let told = |what: &str, error: std::io::Error| Error::faulty(format!("{what} cannot be written")).because(error);
    if std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::faulty(format!("{} is not empty", root.display())).hint("name a new folder").into());
    }
    for (folder, packaged) in [("sql", &SQL), ("testdata/demo", &DEMO)] {
        let target = root.join(folder);
        std::fs::create_dir_all(&target).and_then(|()| packaged.extract(&target)).map_err(|error| told(folder, error))?;
    }
    let written = std::fs::create_dir_all(root.join("pipelines")).and_then(|()| std::fs::write(root.join(PIPELINE_FILE), PIPELINE));
    written.map_err(|error| told("pipelines", error))?;
    std::fs::write(root.join(".gitignore"), "/out\n").map_err(|error| told(".gitignore", error))?;
    let tables = leave_out_other_sources(root)?;
    writeln!(streams.err, "made {} with {tables} tables and the demo data", root.display())?;
    writeln!(streams.err, "next: cd {} && sluice run nightly", root.display())?;
    Ok(())
}

/// Removes the tables that only other packaged pipelines need. Returns how many are left.
fn leave_out_other_sources(root: &Path) -> Result<usize> {
    let first = |faults: Faults| faults.0.into_iter().next().expect("faults are never empty");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers always starts");
    let project = Project::load(root).map_err(first)?;
    let pipeline = Pipeline::load(root, Path::new(PIPELINE_FILE), &[], &environment, Utc::now()).map_err(first)?;
    let session = Session::for_planning()?;
    let plan = runtime.block_on(plan::plan(&project, pipeline, &session)).map_err(first)?;
    let needed = |name: &str| plan.table(name).is_some();
    for (_, table) in project.tables.iter().filter(|(name, _)| !needed(name)) {
        remove(root, &table.name).map_err(|error| Error::faulty(format!("{} cannot be removed", table.name)).because(error))?;
    }
    Project::load(root).map(|project| project.tables.len()).map_err(first)
}

/// A table is its files of one stem; a union its folder.
fn remove(root: &Path, name: &TableName) -> std::io::Result<()> {
    let table = root.join("sql").join(&name.folder).join(&name.table);
    if name.member.is_none() && table.is_dir() {
        return std::fs::remove_dir_all(table);
    }
    let stem = name.member.as_ref().map_or(table.clone(), |member| table.join(member));
    let files = ["sql", "csv", "yaml"].map(|ending| stem.with_extension(ending));
    files.iter().filter(|file| file.is_file()).try_for_each(std::fs::remove_file)
}
