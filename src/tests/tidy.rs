//! Rules of the house that a compiler does not know: the layers of `src/`, its words, its sizes, and a README that holds.

use super::{Case, files, packaged, readme};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A module uses only modules of lower layers, and itself.
const LAYERS: [&[&str]; 6] =
    [&["error", "report"], &["project", "functions"], &["ingest", "store", "session", "check"], &["plan"], &["run", "example"], &["cli"]];

/// What Rust does not know about: words of the packaged SQL.
const WORDS_OF_SQL: [&str; 21] = [
    "lead",
    "leads",
    "campaign",
    "campaigns",
    "channel",
    "channels",
    "touchpoint",
    "touchpoints",
    "crm",
    "funnel",
    "funnels",
    "attribution",
    "marketing",
    "journey",
    "journeys",
    "prospect",
    "prospects",
    "mql",
    "customer",
    "customers",
    "opportunity",
];
/// The verb, which leads somewhere.
const VERB: [&str; 7] = ["lead back", "lead out", "may lead", "leads out", "leads_out", "leads to", "it leads"];

const MOST_LINES: usize = 400;
/// Tests that list faults and what is said of each are looked up, not read.
const MOST_LINES_OF_TESTS: usize = 600;

/// A file of `src/`, by its path there.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn is_test(&self) -> bool {
        self.path.starts_with("tests/") || self.path.contains("/tests/") || self.path.ends_with("tests.rs")
    }

    /// Without the tests at its end.
    fn code(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap()
    }

    /// The module of `lib.rs` it belongs to.
    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }
}

fn sources() -> Vec<Source> {
    let root = packaged("src");
    let rust = files(&root).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    rust.map(|path| Source { path: relative(&root, &path), text: std::fs::read_to_string(&path).unwrap() }).collect()
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap().to_str().unwrap().to_string()
}

fn check_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn modules_use_only_lower_layers() {
    let layer = |module: &str| LAYERS.iter().position(|layer| layer.contains(&module));
    let mut climbing = Vec::new();
    let mut seen = BTreeSet::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        let module = source.module();
        if ["lib", "main", "build"].contains(&module) {
            continue;
        }
        seen.insert(module.to_string());
        let own = layer(module).unwrap_or_else(|| panic!("src/{} belongs to no layer of this test", source.path));
        let is_root = source.path == format!("{module}.rs") || source.path == format!("{module}/mod.rs");
        if is_root && source.code().contains("super::") {
            climbing.push(format!("{}: `super::` of a module of the crate; write `crate::`", source.path));
        }
        for used in used_modules(source.code()) {
            let allowed = used == module || layer(&used).is_some_and(|other| other < own);
            if !allowed {
                climbing.push(format!("{}: `{module}` uses `{used}`", source.path));
            }
        }
    }
    check_none("a module uses only modules of lower layers", climbing);
    let known: BTreeSet<String> = LAYERS.iter().flat_map(|layer| layer.iter().map(ToString::to_string)).collect();
    assert_eq!(seen, known);
}

/// The first names after `crate::`, also in braces.
fn used_modules(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let heads: Vec<&str> = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap().split(',').collect(),
            None => vec![rest],
        };
        used.extend(heads.into_iter().map(|head| head.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()));
    }
    used
}

#[test]
fn rust_knows_tables_plans_and_runs_alone() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        let is_of_threads = source.code().contains("mpsc");
        for (number, line) in source.code().lines().enumerate() {
            let line = VERB.iter().fold(line.to_lowercase(), |line, verb| line.replace(verb, ""));
            let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| WORDS_OF_SQL.contains(word));
            let words: Vec<&str> = words.filter(|word| !(is_of_threads && *word == "channel")).collect();
            if !words.is_empty() {
                found.push(format!("src/{}:{}: {}", source.path, number + 1, words.join(", ")));
            }
        }
    }
    check_none("words of the packaged SQL", found);
}

#[test]
fn only_the_command_line_prints() {
    let macros = ["print", "println", "eprint", "eprintln", "dbg"].map(|name| format!("{name}!("));
    let prints = sources().into_iter().filter(|source| source.path != "build.rs" && !source.path.starts_with("cli/"));
    let found = prints.flat_map(|source| {
        let code = source.code().to_string();
        macros.iter().filter(|name| code.contains(name.as_str())).map(|name| format!("src/{}: {name}", source.path)).collect::<Vec<_>>()
    });
    check_none("only cli prints, through its streams", found.collect());
}

#[test]
fn files_are_short() {
    let long = sources().into_iter().filter_map(|source| {
        let most = if source.is_test() { MOST_LINES_OF_TESTS } else { MOST_LINES };
        let lines = source.text.lines().count();
        (lines > most).then(|| format!("src/{}: {lines} lines, at most {most}", source.path))
    });
    check_none("files to split", long.collect());
}

#[test]
fn no_path_of_a_machine() {
    let folders = ["work", "root", "home", "Users"].map(|name| format!("/{name}/"));
    let mut texts: Vec<PathBuf> = ["src", "sql", "pipelines", "benches"].iter().flat_map(|folder| files(&packaged(folder))).collect();
    texts.extend(["README.md", "Cargo.toml", "testdata/demo/README.md"].map(packaged));
    let mut found = Vec::new();
    for path in texts {
        let text = std::fs::read_to_string(&path).unwrap();
        for folder in &folders {
            let begins = |at: usize| !text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "_.}>".contains(c));
            if text.match_indices(folder.as_str()).any(|(at, _)| begins(at)) {
                found.push(format!("{}: {folder}", relative(&packaged(""), &path)));
            }
        }
    }
    check_none("paths of one machine", found);
}

#[test]
fn the_packaged_pipelines_have_no_fault() {
    let case = Case::packaged();
    let told = case.process(&["plan"], &[]);
    let planned: Vec<&str> = told.out.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    let packaged: Vec<String> =
        files(&packaged("pipelines")).iter().map(|path| path.file_stem().unwrap().to_string_lossy().into()).collect();
    assert_eq!(planned, packaged);
}

#[test]
fn commands_of_the_readme_exist() {
    let mut found = 0;
    for command in readme::commands() {
        let words = readme::words(&command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let arguments = match words.as_slice() {
            ["sluice", arguments @ ..] | ["cargo", "run", "--", arguments @ ..] => arguments,
            ["cargo", "test" | "bench" | "build" | "install" | "run", ..] => continue,
            ["cargo", other, ..] => panic!("{command}: cargo {other}?"),
            _ => continue,
        };
        found += 1;
        let line = ["sluice"].iter().chain(arguments).chain(&["--help"]).copied();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        assert_eq!(crate::cli::run(line, &mut out, &mut err), 0, "{command}: {}", String::from_utf8(err).unwrap());
        if let ["run" | "plan" | "query" | "trace" | "runs", pipeline, ..] = arguments {
            let named = packaged("pipelines").join(pipeline).with_extension("yaml");
            assert!(named.is_file() || packaged(pipeline).is_file(), "{command}: there is no pipeline {pipeline}");
        }
    }
    assert!(found > 0, "the README shows no command");
}

#[test]
fn the_readme_tests_as_ci_does() {
    // Not part of the published package.
    let Ok(ci) = std::fs::read_to_string(packaged(".ci/run")) else { return };
    let tests: Vec<String> = readme::commands().into_iter().filter(|command| command.starts_with("cargo test")).collect();
    let phases: Vec<&str> = ci.lines().filter_map(|line| line.trim().strip_prefix("phase tests ")).collect();
    assert_eq!(tests, phases);
}
