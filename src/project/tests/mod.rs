//! What a person reads when a project is wrong: whole rendered texts, written by hand; and what a right one compiles to.

mod contract_faults;
mod grammar;
mod hostile;
mod layout_faults;
mod origin_faults;
mod param_faults;
mod pipeline_faults;
mod rich;
mod shared_rows;

use super::pipeline::Pipeline;
use super::{Project, json_schema};
use crate::cli::render::render_faults;
use crate::error::Faults;
use chrono::{DateTime, Utc};
use std::path::Path;
use tempfile::TempDir;

/// A small right project, to be made wrong.
const BASE: [(&str, &str); 6] = [
    ("sql/layers.yaml", "layers: [staging, marts]\n"),
    ("sql/staging/visits.sql", "select * from raw.visits\n"),
    (
        "sql/staging/visits.yaml",
        "description: Visits. One row per visit.\ncolumns:\n  visit_id: {type: text, meaning: key of the visit}\n  seconds: {type: bigint?, meaning: its length}\nunique: [visit_id]\n",
    ),
    ("sql/marts/rates.sql", "select * from staging.visits\n"),
    ("sql/marts/rates.yaml", RATES),
    ("sql/README.md", "notes are no tables\n"),
];

const RATES: &str = "description: Rates. One row per day.\ncolumns:\n  day: {type: date, meaning: day in UTC}\n  rate: {type: double?, meaning: share}\nunique: [day]\nsort_by: [day]\n";

/// Stands for a file that is not there.
const GONE: &str = "\u{1}";

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, content) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        match *content {
            GONE => std::fs::remove_file(path).unwrap(),
            content => std::fs::write(path, content).unwrap(),
        }
    }
}

/// The small project with these files changed.
fn project(files: &[(&str, &str)]) -> (TempDir, Result<Project, Faults>) {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &BASE);
    write(folder.path(), files);
    let project = Project::load(folder.path());
    (folder, project)
}

fn rendered<T>(result: Result<T, Faults>) -> String {
    result.map_or_else(|faults| render_faults(&faults, false), |_| "no fault".to_string())
}

/// The small project with these files changed tells this.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) {
    let (_folder, project) = project(files);
    same(&rendered(project), expected);
}

#[track_caller]
fn same(told: &str, expected: &str) {
    assert!(told.trim() == expected.trim(), "told:\n{told}\nexpected:\n{expected}");
}

/// 30 June 2026, 16:30 UTC: the first of July in Shanghai.
fn now() -> DateTime<Utc> {
    "2026-06-30T16:30:00Z".parse().unwrap()
}

fn pipeline(yaml: &str, arguments: &[(&str, &str)], environment: &[(&str, &str)]) -> (TempDir, Result<Pipeline, Faults>) {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("pipelines/nightly.yaml", yaml)]);
    let arguments: Vec<(String, String)> = arguments.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let variable = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
    let pipeline = Pipeline::load(folder.path(), Path::new("pipelines/nightly.yaml"), &arguments, &variable, now());
    (folder, pipeline)
}

#[test]
fn the_small_project_is_right() {
    check(&[], "no fault");
    assert!(json_schema(super::SchemaKind::Layers).is_object());
}
