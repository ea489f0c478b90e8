//! `sluice init`: a project of one's own, with the packaged SQL, pipelines and demo data.

use super::{Failure, Streams};
use crate::error::Error;
use clap::Args;
use include_dir::{Dir, include_dir};
use std::path::PathBuf;

/// Make a new project with the packaged SQL, its pipelines and demo data
#[derive(Args)]
#[command(after_help = "Example:\n  sluice init my_project && cd my_project && sluice run nightly")]
pub struct Arguments {
    /// The folder to make; it must not exist, or be empty.
    folder: PathBuf,
}

static PACKAGED: [(&str, Dir<'_>); 3] = [
    ("sql", include_dir!("$CARGO_MANIFEST_DIR/sql")),
    ("pipelines", include_dir!("$CARGO_MANIFEST_DIR/pipelines")),
    ("testdata/demo", include_dir!("$CARGO_MANIFEST_DIR/testdata/demo")),
];

pub fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let root = &arguments.folder;
    let told = |what: &str, error: std::io::Error| Error::faulty(format!("{what} cannot be written")).because(error);
    if std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::faulty(format!("{} is not empty", root.display())).hint("name a new folder").into());
    }
    for (folder, packaged) in &PACKAGED {
        let target = root.join(folder);
        std::fs::create_dir_all(&target).and_then(|()| packaged.extract(&target)).map_err(|error| told(folder, error))?;
    }
    std::fs::write(root.join(".gitignore"), "/out\n").map_err(|error| told(".gitignore", error))?;
    writeln!(streams.err, "made {} with the packaged SQL, its pipelines and the demo data", root.display())?;
    writeln!(streams.err, "next: cd {} && sluice run nightly", root.display())?;
    Ok(())
}
