//! The verbs, one file each: `run(args, out, err) -> exit code`. Alone in printing: data to `out`, all else to `err`.

mod init;
mod plan;
mod progress;
mod query;
pub mod render;
mod run;
mod runs;
mod schema;
mod test;
mod trace;

use crate::error::{Error, Faults, Kind, Result};
use crate::project::Project;
use crate::project::pipeline::Pipeline;
use chrono::Utc;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// Raw files to Parquet marts through SQL: every row accounted for, published whole or not at all.
#[derive(Parser)]
#[command(name = "sluice", version, arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    /// How to log to stderr.
    #[arg(long, global = true, value_enum, default_value_t = Log::Text)]
    log: Log,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Log {
    /// Sentences for people; progress on a terminal.
    Text,
    /// One JSON object per line and event.
    Json,
}

#[derive(Subcommand)]
enum Verb {
    Init(init::Arguments),
    Plan(plan::Arguments),
    Run(run::Arguments),
    Test(test::Arguments),
    Query(query::Arguments),
    Trace(trace::Arguments),
    Runs(runs::Arguments),
    Schema(schema::Arguments),
}

/// A pipeline and its parameters, as most verbs take them.
#[derive(Args)]
struct Chosen {
    /// The pipeline: its file, or its name in `pipelines/`.
    pipeline: PathBuf,
    /// Set a parameter: `--param half_life_days=14`.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = name_and_value)]
    params: Vec<(String, String)>,
    /// Shorthand for `--param as_of=DATE`: the day the run stands for.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// Where a verb prints.
struct Streams<'a> {
    out: &'a mut (dyn Write + Send),
    err: &'a mut (dyn Write + Send),
    /// Whether people watch `err`.
    terminal: bool,
    json: bool,
}

/// For runs that nobody watches.
struct Silent;
impl crate::run::Observer for Silent {}

/// Why a verb ended without success.
enum Failure {
    Faults(Faults),
    /// The reader of our output went away; nobody is left to be told.
    Pipe,
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Failure {
        Failure::Faults(faults)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Faults(error.into())
    }
}

impl From<std::io::Error> for Failure {
    fn from(_: std::io::Error) -> Failure {
        Failure::Pipe
    }
}

/// Runs one command line to its exit code (see `error::Kind`).
pub fn run(args: impl IntoIterator<Item = impl Into<OsString> + Clone>, out: &mut (dyn Write + Send), err: &mut (dyn Write + Send)) -> i32 {
    let parsed = Arguments::command().try_get_matches_from(args).and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(told) => {
            let text = told.render();
            let outcome = if told.use_stderr() { write!(err, "{text}") } else { write!(out, "{text}") };
            return if outcome.is_ok() { told.exit_code() } else { 0 };
        }
    };
    let json = arguments.log == Log::Json;
    start_log(json);
    let mut streams = Streams { out, err, terminal: std::io::stderr().is_terminal() && !json, json };
    let outcome = on_a_deep_stack(|| carry_out(arguments.verb, &mut streams));
    match outcome {
        Ok(()) | Err(Failure::Pipe) => 0,
        Err(Failure::Faults(faults)) => tell(&faults, &mut streams),
    }
}

fn carry_out(verb: Verb, streams: &mut Streams<'_>) -> Result<(), Failure> {
    match verb {
        Verb::Init(arguments) => init::run(&arguments, streams),
        Verb::Schema(arguments) => schema::run(&arguments, streams),
        Verb::Plan(arguments) => until_signal(plan::run(&arguments, streams)),
        Verb::Run(arguments) => until_signal(run::run(&arguments, streams)),
        Verb::Test(arguments) => until_signal(test::run(&arguments, streams)),
        Verb::Query(arguments) => until_signal(query::run(&arguments, streams)),
        Verb::Trace(arguments) => until_signal(trace::run(&arguments, streams)),
        Verb::Runs(arguments) => until_signal(runs::run(&arguments, streams)),
    }
}

/// Planners recurse; hostile SQL must meet our limits before the end of the stack.
const STACK: usize = 64 << 20;

fn on_a_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a process may start a thread");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// How long writes under way may take when a signal came.
const LAST_WRITES: Duration = Duration::from_secs(2);

static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// Drives a verb until it is done or SIGINT or SIGTERM comes; then it is dropped, and what it wrote so far is left unnamed and unread.
fn until_signal(verb: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK / 4)
        .build()
        .map_err(|error| Error::retry("the process may not start threads").because(error))?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = verb => outcome,
            signal = signalled() => {
                SIGNAL.store(signal, Ordering::Relaxed);
                Err(Error::interrupted(signal).into())
            }
        }
    });
    // A write under way is finished or swept; reading stops by itself.
    runtime.shutdown_timeout(LAST_WRITES);
    outcome
}

async fn signalled() -> i32 {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => libc::SIGINT,
        _ = terminate.recv() => libc::SIGTERM,
    }
}

fn start_log(json: bool) {
    use tracing_subscriber::EnvFilter;
    let filter = |default: &str| EnvFilter::try_from_env("SLUICE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // A second start in one process (tests) keeps the first.
    let _ = match json {
        true => tracing_subscriber::fmt().json().with_env_filter(filter("sluice=info")).with_writer(std::io::stderr).try_init(),
        false => tracing_subscriber::fmt()
            .with_env_filter(filter("sluice=warn"))
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .without_time()
            .try_init(),
    };
}

/// Tells every fault and returns the exit code of the gravest.
fn tell(faults: &Faults, streams: &mut Streams<'_>) -> i32 {
    let color = streams.terminal && std::env::var_os("NO_COLOR").is_none();
    if streams.json {
        for error in &faults.0 {
            let place = error.place.as_ref().map(ToString::to_string);
            tracing::error!(place, causes = ?error.causes, hints = ?error.hints, exit = error.kind.exit_code(), "{}", error.sentence);
        }
    } else {
        let _ = write!(streams.err, "{}", render::render_faults(faults, color));
    }
    let code = faults.0.iter().map(|error| error.kind.exit_code()).max().unwrap_or(0);
    let code = if faults.0.iter().any(|error| error.kind == Kind::Faulty) { 2 } else { code };
    if !streams.json && faults.0.len() > 1 {
        let _ = writeln!(streams.err, "\n{} faults; exit {code}", faults.0.len());
    }
    code
}

/// The project a verb works in: the folder that holds `pipelines/` and `sql/`, here or above the pipeline's file.
fn project_root(pipeline: Option<&Path>) -> Result<PathBuf> {
    let is_root = |folder: &Path| folder.join("sql").is_dir() && folder.join("pipelines").is_dir();
    let here = std::env::current_dir().map_err(|error| Error::faulty("the current folder cannot be read").because(error))?;
    let beside = pipeline.filter(|path| path.components().count() > 1).and_then(|path| here.join(path).parent().map(Path::to_path_buf));
    let starts = beside.iter().chain([&here]);
    starts.flat_map(|start| start.ancestors()).find(|folder| is_root(folder)).map(Path::to_path_buf).ok_or_else(|| {
        Error::faulty("there is no project here: no folder with `pipelines/` and `sql/`")
            .hint("`sluice init my_project` makes one with demo data")
    })
}

/// Loads the project and the chosen pipeline; all faults of both at once.
fn load(chosen: &Chosen) -> Result<(Project, Pipeline), Faults> {
    let root = project_root(Some(&chosen.pipeline))?;
    let file = pipeline_file(&root, &chosen.pipeline)?;
    let mut params = chosen.params.clone();
    params.extend(chosen.as_of.iter().map(|date| ("as_of".to_string(), date.clone())));
    let project = Project::load(&root);
    let pipeline = Pipeline::load(&root, &file, &params, &environment, Utc::now());
    match (project, pipeline) {
        (Ok(project), Ok(pipeline)) => Ok((project, pipeline)),
        (project, pipeline) => Err(Faults(project.err().into_iter().chain(pipeline.err()).flat_map(|faults| faults.0).collect())),
    }
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn pipeline_file(root: &Path, named: &Path) -> Result<PathBuf> {
    let known = pipeline_files(root);
    let direct = std::env::current_dir().ok().map(|here| here.join(named)).filter(|path| path.is_file());
    let by_name = root.join("pipelines").join(named).with_extension("yaml");
    direct.or(Some(by_name).filter(|path| path.is_file())).ok_or_else(|| {
        let names: Vec<String> = known.iter().filter_map(|path| path.file_stem()?.to_str().map(str::to_string)).collect();
        let stem = named.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        Error::faulty(format!("there is no pipeline `{}`", named.display()))
            .did_you_mean(stem, names.iter().map(String::as_str))
            .hint(format!("this project has {}", names.join(", ")))
    })
}

/// Every pipeline of a project, by name.
fn pipeline_files(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root.join("pipelines")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|ending| ending == "yaml")).collect();
    files.sort();
    files
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_string(), value.to_string()))
}
