//! `sql/params.yaml` and the values that pipelines give its parameters.

use super::{check, now, rendered, same, write};
use crate::error::Faults;
use crate::project::pipeline::Pipeline;
use std::path::Path;
use tempfile::TempDir;

const DECLARED: &str = "params:\n  lookback_days: {type: bigint, default: \"${DAYS:-90}\", description: how far back}\n  region: {type: text, default: \"\"}\n";

/// The pipeline with these lines under `params:`, in a project with this `sql/params.yaml`.
fn load(declared: &str, params: &str, arguments: &[(&str, &str)], environment: &[(&str, &str)]) -> Result<Pipeline, Faults> {
    let folder = TempDir::new().unwrap();
    let pipeline =
        format!("description: Nightly.\nparams:\n{params}stores: {{raw: in, work: out/work, marts: out/marts}}\npublish: [marts.*]\n");
    write(folder.path(), &[("pipelines/nightly.yaml", &pipeline), ("sql/params.yaml", declared)]);
    let arguments: Vec<(String, String)> = arguments.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let variable = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
    Pipeline::load(folder.path(), Path::new("pipelines/nightly.yaml"), &arguments, &variable, now())
}

const OWN: &str = "  data: {type: text, default: in}\n";

#[test]
fn the_nearest_value_holds() {
    let value = |params: &str, arguments: &[(&str, &str)], environment: &[(&str, &str)]| {
        let pipeline = load(DECLARED, &format!("{OWN}{params}"), arguments, environment).unwrap();
        let param = &pipeline.params["lookback_days"];
        (param.value.clone(), format!("{}:{}", param.place.file, param.place.line), param.description.clone())
    };
    let told = |value: &str, place: &str| (value.to_string(), place.to_string(), "how far back".to_string());
    assert_eq!(value("", &[], &[]), told("90", "sql/params.yaml:2"));
    assert_eq!(value("", &[], &[("DAYS", "60")]), told("60", "sql/params.yaml:2"));
    assert_eq!(value("  lookback_days: 030\n", &[], &[("DAYS", "60")]), told("30", "pipelines/nightly.yaml:4"));
    assert_eq!(value("  lookback_days: ${MINE}\n", &[], &[("MINE", "7")]), told("7", "pipelines/nightly.yaml:4"));
    assert_eq!(value("  lookback_days: 30\n", &[("lookback_days", "1")], &[]), told("1", "pipelines/nightly.yaml:4"));
    assert_eq!(value("", &[("lookback_days", "1")], &[]), told("1", "sql/params.yaml:2"));
}

#[test]
fn an_empty_text_is_a_value() {
    let region = |params: &str| load(DECLARED, &format!("{OWN}{params}"), &[], &[]).unwrap().params["region"].value.clone();
    assert_eq!((region(""), region("  region: CN\n"), region("  region: \"\"\n")), ("".into(), "CN".into(), "".into()));
}

#[test]
fn the_last_day_takes_a_value_alone() {
    let as_of = |params: &str| load(DECLARED, &format!("{OWN}{params}"), &[], &[]).unwrap().params["as_of"].value.clone();
    assert_eq!((as_of(""), as_of("  as_of: 2025-12-31\n")), ("2026-06-29".into(), "2025-12-31".into()));
}

#[test]
fn the_file_is_told() {
    check(
        &[(
            "sql/params.yaml",
            "params:\n  Big: {type: text, default: x}\n  days: {default: 7, meaning: x}\n  weeks: 3\n  as_of: {type: date, default: 2026-01-01}\nlayers: []\n",
        )],
        "
error: `Big` cannot be the name of a parameter
 --> sql/params.yaml:2:3
  |
2 |   Big: {type: text, default: x}
  |   ^^^
  |
  = help: a name has small letters, digits and `_`, starts with a letter, and has at most 64 characters

error: parameter `days` lacks the key `type`
 --> sql/params.yaml:3:3
  |
3 |   days: {default: 7, meaning: x}
  |   ^^^^
  |
  = help: `type`: The type of the value.

error: unknown key `meaning` in parameter `days`
 --> sql/params.yaml:3:22
  |
3 |   days: {default: 7, meaning: x}
  |                      ^^^^^^^
  |
  = help: its keys are `type`, `default`, `description`

error: parameter `weeks` is a mapping, not a single value
 --> sql/params.yaml:4:10
  |
4 |   weeks: 3
  |          ^

error: `as_of` is a parameter of every pipeline, declared or not
 --> sql/params.yaml:5:3
  |
5 |   as_of: {type: date, default: 2026-01-01}
  |   ^^^^^
  |
  = help: remove it here

error: unknown key `layers` in the parameters of the project
 --> sql/params.yaml:6:1
  |
6 | layers: []
  | ^^^^^^
  |
  = help: its keys are `params`
",
    );
    check(
        &[("sql/param.yaml", DECLARED)],
        "
error: `sql/param.yaml` belongs to no folder of tables
--> sql/param.yaml:1:1
 = help: did you mean `sql/params.yaml`?
 = help: a table lies in `sql/<folder>/`
",
    );
}

#[test]
fn a_default_is_there_and_fits() {
    check(
        &[("sql/params.yaml", "params:\n  days: {type: bigint}\n")],
        "
error: parameter `days` lacks the key `default`
 --> sql/params.yaml:2:3
  |
2 |   days: {type: bigint}
  |   ^^^^
  |
  = help: `default`: The value where neither the pipeline nor `--param` gives another; `${NAME}` and `${NAME:-default}` read the environment.
",
    );
    let declared = "params:\n  days: {type: bigint, default: week}\n  weeks: {type: bigint, default: \"${WEEKS}\"}\n";
    same(
        &rendered(load(declared, OWN, &[], &[])),
        "
error: the value of the parameter `days` is no bigint
 --> sql/params.yaml:2:33
  |
2 |   days: {type: bigint, default: week}
  |                                 ^^^^
  |
  = help: write a whole number of at most 64 bits

error: the environment variable `WEEKS` is not set
 --> sql/params.yaml:3:34
  |
3 |   weeks: {type: bigint, default: \"${WEEKS}\"}
  |                                  ^^^^^^^^^^
  |
  = help: set it, or give a default: `${WEEKS:-...}`
",
    );
    // Values nearer to the run stand in for both.
    load(declared, "  days: 1\n", &[("weeks", "2")], &[]).unwrap();
}

#[test]
fn a_pipeline_gives_values_to_what_is_declared() {
    let params =
        "  lookback_days: {type: bigint, default: 30}\n  region: {default: CN}\n  regoin: CN\n  plain: {default: 1}\n  as_of: yesterday\n";
    same(
        &rendered(load(DECLARED, params, &[], &[])),
        "
error: the parameter `lookback_days` is declared twice
 --> pipelines/nightly.yaml:3:3
  |
3 |   lookback_days: {type: bigint, default: 30}
  |   ^^^^^^^^^^^^^
  |
  = help: sql/params.yaml:2 has its type and meaning; here only a value may stand: `lookback_days: ...`

error: the parameter `region` is declared twice
 --> pipelines/nightly.yaml:4:3
  |
4 |   region: {default: CN}
  |   ^^^^^^
  |
  = help: sql/params.yaml:3 has its type and meaning; here only a value may stand: `region: ...`

error: `sql/params.yaml` declares no parameter `regoin`
 --> pipelines/nightly.yaml:5:3
  |
5 |   regoin: CN
  |   ^^^^^^
  |
  = help: did you mean `region`?
  = help: declare it there; or here, if it is of this pipeline alone: `{type: ..., default: ...}`

error: parameter `plain` lacks the key `type`
 --> pipelines/nightly.yaml:6:3
  |
6 |   plain: {default: 1}
  |   ^^^^^
  |
  = help: `type`: The type of the value.

error: the value of the parameter `as_of` is no date
 --> pipelines/nightly.yaml:7:10
  |
7 |   as_of: yesterday
  |          ^^^^^^^^^
  |
  = help: write it as `2026-06-30`
",
    );
    same(
        &rendered(load(DECLARED, "  lookback_days: many\n  region: [a]\n", &[("lokback_days", "1")], &[])),
        "
error: `--param lokback_days=...` sets no parameter of this pipeline
 |
 = help: did you mean `lookback_days`?

error: the value of the parameter `lookback_days` is no bigint
 --> pipelines/nightly.yaml:3:18
  |
3 |   lookback_days: many
  |                  ^^^^
  |
  = help: write a whole number of at most 64 bits

error: parameter `region` is a single value or a mapping, not a list
 --> pipelines/nightly.yaml:4:3
  |
4 |   region: [a]
  |   ^^^^^^
",
    );
}

#[test]
fn what_is_wrong_with_the_declarations_is_told_once() {
    // The project tells it; a value whose declaration cannot be read is not told to have none.
    load("params:\n  days: {type: big, default: 7}\n  - weeks\n", "  days: 7\n  weeks: 1\n", &[("weeks", "2")], &[]).unwrap();
}
