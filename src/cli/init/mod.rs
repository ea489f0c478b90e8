//! `sluice init`: a project of one's own. Without `--source` the whole packaged one with its demo data; with it a lean one that reads only
//! the named sources, or an existing project that reads them too.

mod sources;

use super::{Failure, Streams};
use crate::error::{Error, Result};
use crate::project::{LAYERS_FILE, PARAMS_FILE};
use clap::Args;
use include_dir::{Dir, DirEntry, include_dir};
use sources::Packaged;
use std::fs;
use std::path::{Path, PathBuf};

/// Make a new project, or let one read another kind of source
#[derive(Args)]
#[command(after_help = "Examples:
  sluice init my_project && cd my_project && sluice run nightly
  sluice init my_project --source hubspot --source ga4
  sluice init . --source salesforce")]
pub struct Arguments {
    /// The folder: a new or empty one; with --source also that of a project.
    folder: PathBuf,
    /// Take only what reads this kind of source; once or several times.
    #[arg(long = "source", value_name = "NAME")]
    sources: Vec<String>,
    /// The pipeline that the sources are added to.
    #[arg(long, value_name = "NAME", default_value = "nightly", requires = "sources")]
    pipeline: String,
}

static SQL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sql");
static PIPELINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/pipelines");
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/testdata/demo");

pub fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let root = &arguments.folder;
    let is_project = root.join(LAYERS_FILE).exists();
    let is_new = fs::read_dir(root).map_or(true, |mut entries| entries.next().is_none());
    if !is_new && (!is_project || arguments.sources.is_empty()) {
        return Err(Error::faulty(format!("{} is not empty", root.display())).hint("name a new folder").into());
    }
    let path = format!("pipelines/{}.yaml", arguments.pipeline);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    if arguments.sources.is_empty() {
        for (folder, packaged) in [("sql", &SQL), ("pipelines", &PIPELINES), ("testdata/demo", &DEMO)] {
            files.extend(all(packaged).map(|(name, bytes)| (format!("{folder}/{name}"), bytes.to_vec())));
        }
    } else {
        let packaged = Packaged::new(all(&SQL).map(|(name, _)| name), all(&PIPELINES).map(|(name, bytes)| (name, text(bytes))));
        let wanted = packaged.known(&arguments.sources)?;
        let tables = all(&SQL).filter(|(name, _)| packaged.source_of(name).is_none_or(|source| wanted.contains(source)));
        let tables: Vec<(&str, &str)> = tables.map(|(name, bytes)| (name, text(bytes))).collect();
        let selects = sources::selects(&tables)?;
        let unread = sources::unread(&tables, &selects);
        let tables = tables.iter().filter(|(name, _)| !name.rsplit_once('.').is_some_and(|(table, _)| unread.contains(table)));
        let tables = tables.filter(|(name, _)| format!("sql/{name}") != PARAMS_FILE);
        files.extend(tables.map(|(name, text)| (format!("sql/{name}"), text.as_bytes().to_vec())));
        let existing = |path: &str| fs::read_to_string(root.join(path)).ok();
        let pipeline = existing(&path);
        let params = sources::params(packaged_params(), &selects, existing(PARAMS_FILE).as_deref(), pipeline.as_deref())?;
        files.push((PARAMS_FILE.to_string(), params.into_bytes()));
        files.push((path.clone(), packaged.pipeline(&wanted, pipeline.as_deref())?.into_bytes()));
    }
    if is_new {
        files.push((".gitignore".into(), b"/out\n".to_vec()));
    }
    let made = write_all(root, files, &[&path, PARAMS_FILE])?;
    match (&arguments.sources[..], is_new) {
        ([], _) => writeln!(streams.err, "made {} with the packaged SQL, its pipelines and the demo data", root.display())?,
        (sources, true) => writeln!(streams.err, "made {} for {}: {made} files", root.display(), sources.join(", "))?,
        (sources, false) => writeln!(streams.err, "{} reads {} too: {made} files are new or changed", root.display(), sources.join(", "))?,
    }
    let next = match &arguments.sources[..] {
        [] => "sluice run nightly".to_string(),
        _ => format!("look at `location` of each source in {path}, then: sluice plan {}", arguments.pipeline),
    };
    let to = if root == Path::new(".") { String::new() } else { format!("cd {} && ", root.display()) };
    writeln!(streams.err, "next: {to}{next}")?;
    Ok(())
}

/// The files of a packaged folder, at any depth, in order.
fn all<'a>(folder: &'a Dir<'a>) -> Box<dyn Iterator<Item = (&'a str, &'a [u8])> + 'a> {
    Box::new(folder.entries().iter().flat_map(|entry| match entry {
        DirEntry::Dir(folder) => all(folder),
        DirEntry::File(file) => Box::new(std::iter::once((file.path().to_str().expect("packaged names are text"), file.contents()))),
    }))
}

fn packaged_params() -> &'static str {
    let file = PARAMS_FILE.strip_prefix("sql/").and_then(|name| SQL.get_file(name));
    file.and_then(|file| file.contents_utf8()).expect("the packaged SQL declares its parameters")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("packaged files are text")
}

/// Writes what is not there yet and says how many files that were. A file of the author's own is never overwritten, but those that are
/// `extended`.
fn write_all(root: &Path, files: Vec<(String, Vec<u8>)>, extended: &[&str]) -> Result<usize> {
    let told = |name: &str, error: std::io::Error| Error::faulty(format!("{name} cannot be written")).because(error);
    let mut made = 0;
    for (name, bytes) in files {
        let target = root.join(&name);
        let there = fs::read(&target).ok();
        if there.as_ref() == Some(&bytes) || (there.is_some() && !extended.contains(&name.as_str())) {
            continue;
        }
        fs::create_dir_all(target.parent().expect("a file lies in a folder")).map_err(|error| told(&name, error))?;
        fs::write(&target, bytes).map_err(|error| told(&name, error))?;
        made += 1;
    }
    Ok(made)
}
