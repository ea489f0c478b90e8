//! `sluice init`: a project of one's own, with the packaged SQL and demo data.

use super::{Failure, Streams, environment};
use crate::error::{Error, Faults, Result};
use crate::plan;
use crate::project::Project;
use crate::project::pipeline::Pipeline;
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
    let pipeline = root.join("pipelines").join("nightly.yaml");
    std::fs::create_dir_all(root.join("pipelines"))
        .and_then(|()| std::fs::write(&pipeline, PIPELINE))
        .map_err(|error| told("pipelines", error))?;
    std::fs::write(root.join(".gitignore"), "/out\n").map_err(|error| told(".gitignore", error))?;
    let tables = leave_out_other_sources(root, &pipeline)?;
    writeln!(streams.err, "made {} with {tables} tables and the demo data", root.display())?;
    writeln!(streams.err, "next: cd {} && sluice run nightly", root.display())?;
    Ok(())
}

/// Removes tables of sources the nightly pipeline does not have: they belong to other packaged pipelines.
fn leave_out_other_sources(root: &Path, pipeline: &Path) -> Result<usize> {
    let first = |faults: Faults| faults.0.into_iter().next().expect("faults are never empty");
    let project = Project::load(root).map_err(first)?;
    let pipeline = Pipeline::load(root, pipeline, &[], &environment, Utc::now()).map_err(first)?;
    let inactive = plan::inactive(&project, &pipeline);
    for name in inactive.iter().map(|name| &project.tables[name].name) {
        let folder = root.join("sql").join(&name.folder);
        let stem = match &name.member {
            Some(member) => folder.join(&name.table).join(member),
            None => folder.join(&name.table),
        };
        for ending in ["sql", "yaml"] {
            let file = stem.with_extension(ending);
            if file.is_file() {
                std::fs::remove_file(&file)
                    .map_err(|error| Error::faulty(format!("{} cannot be removed", file.display())).because(error))?;
            }
        }
    }
    Project::load(root).map(|project| project.tables.len()).map_err(first)
}
