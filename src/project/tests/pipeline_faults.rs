//! Pipelines that are wrong.

use super::{now, pipeline, rendered, same};
use crate::project::pipeline::Pipeline;
use std::path::Path;
use tempfile::TempDir;

/// A small right pipeline; `{}` takes more keys.
const BASE: &str = "description: Nightly.\nstores: {raw: in, work: out/work, marts: out/marts}\npublish: [marts.*]\n";

#[track_caller]
fn check(yaml: &str, expected: &str) {
    let (_folder, pipeline) = pipeline(yaml, &[], &[]);
    same(&rendered(pipeline), expected);
}

#[track_caller]
pub(super) fn check_more(more: &str, expected: &str) {
    check(&format!("{BASE}{more}"), expected);
}

#[track_caller]
fn check_arguments(arguments: &[(&str, &str)], expected: &str) {
    let yaml = format!("{BASE}params:\n  half_life_days: {{type: double, default: 7}}\n  region: {{type: text}}\n");
    let (_folder, pipeline) = pipeline(&yaml, arguments, &[]);
    same(&rendered(pipeline), expected);
}

#[test]
fn the_small_pipeline_is_right() {
    check(BASE, "no fault");
}

#[test]
fn keys_are_told() {
    check(
        "description: x\ntime_zone: Asia/Shangai\nstores: {raw: in, work: out}\npublish: [marts, marts.*, marts.*]\nlimits: {memory: lots, spill: 0GiB, threads: 0}\nSteps: []\n",
        "
error: there is no time zone `Asia/Shangai`
 --> pipelines/nightly.yaml:2:12
  |
2 | time_zone: Asia/Shangai
  |            ^^^^^^^^^^^^
  |
  = help: did you mean `Asia/Shanghai`?
  = help: IANA names are known, such as `Asia/Shanghai`

error: there is no store `marts`
 --> pipelines/nightly.yaml:3:1
  |
3 | stores: {raw: in, work: out}
  | ^^^^^^
  |
  = help: add `marts: out/marts`, a folder of its own

error: `marts` cannot be the name of an item of `publish`
 --> pipelines/nightly.yaml:4:11
  |
4 | publish: [marts, marts.*, marts.*]
  |           ^^^^^
  |
  = help: write `folder.table`, or `folder.*` for all tables of a folder

error: `marts.*` is listed twice
 --> pipelines/nightly.yaml:4:27
  |
4 | publish: [marts, marts.*, marts.*]
  |                           ^^^^^^^

error: this is no size in bytes
 --> pipelines/nightly.yaml:5:18
  |
5 | limits: {memory: lots, spill: 0GiB, threads: 0}
  |                  ^^^^
  |
  = help: write a whole number and a unit: `512MiB`, `2GB`

error: this is no size in bytes
 --> pipelines/nightly.yaml:5:31
  |
5 | limits: {memory: lots, spill: 0GiB, threads: 0}
  |                               ^^^^
  |
  = help: write a whole number and a unit: `512MiB`, `2GB`

error: a run needs a thread
 --> pipelines/nightly.yaml:5:46
  |
5 | limits: {memory: lots, spill: 0GiB, threads: 0}
  |                                              ^

error: unknown key `Steps` in the pipeline nightly
 --> pipelines/nightly.yaml:6:1
  |
6 | Steps: []
  | ^^^^^
  |
  = help: its keys are `description`, `time_zone`, `params`, `stores`, `sources`, `publish`, `limits`
",
    );
}

#[test]
fn parameters_are_typed() {
    check_more(
        "params:\n  a: {type: double, default: abc}\n  b: {type: text?, default: x}\n  c: {type: bigint}\n  as_of: {type: text}\n  d: {type: text, default: '${HOME_OF_D}'}\n",
        "
error: the value of the parameter `a` is no double
 --> pipelines/nightly.yaml:5:30
  |
5 |   a: {type: double, default: abc}
  |                              ^^^
  |
  = help: write a number such as `0.5` or `1e-9`

error: there is no type `text?`
 --> pipelines/nightly.yaml:6:13
  |
6 |   b: {type: text?, default: x}
  |             ^^^^^
  |
  = help: did you mean `text`?
  = help: the types are `text`, `boolean`, `bigint`, `double`, `decimal(18,4)`, `date`, `timestamp`

error: the parameter `c` has no value
 --> pipelines/nightly.yaml:7:3
  |
7 |   c: {type: bigint}
  |   ^
  |
  = help: give it a `default`, or `--param c=...`

error: `as_of` is a `date`
 --> pipelines/nightly.yaml:8:17
  |
8 |   as_of: {type: text}
  |                 ^^^^

error: the environment variable `HOME_OF_D` is not set
 --> pipelines/nightly.yaml:9:28
  |
9 |   d: {type: text, default: '${HOME_OF_D}'}
  |                            ^^^^^^^^^^^^^^
  |
  = help: set it, or give a default: `${HOME_OF_D:-...}`
",
    );
    check_arguments(
        &[("half_life_days", "abc"), ("regoin", "x"), ("region", "a"), ("region", "b"), ("as_of", "30.06.2026")],
        "
error: `--param regoin=...` sets no parameter of this pipeline
 |
 = help: did you mean `region`?

error: `--param region=...` is given twice

error: `--param half_life_days=...` does not give a double
 |
 = help: write a number such as `0.5` or `1e-9`

error: `--param as_of=...` does not give a date
 |
 = help: write it as `2026-06-30`
",
    );
}

#[test]
fn stores_hold_no_secret_and_stay_in_the_project() {
    check(
        "description: x\npublish: [marts.*]\nstores:\n  a: s3://me:hunter2@bucket/x\n  b: https://host/x?sv=1&sig=hunter2\n  c: ftp://host/x\n  d: s3:///x\n  e: https://host/x?list=1\n  f: '{region}/x'\n  g: a\\b\n  h: s3://b/../c\n  work: ../../etc\n  marts: /etc/cron.d\n",
        "
error: store `a` holds a secret
 --> pipelines/nightly.yaml:4:6
  |
4 |   a: s3://**********@bucket/x
  |      ^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: secrets come from the environment's usual chains, never from YAML; change it if this file was shared

error: store `b` holds a secret
 --> pipelines/nightly.yaml:5:6
  |
5 |   b: https://host/x?sv=1&sig=*******
  |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: secrets come from the environment's usual chains, never from YAML; change it if this file was shared

error: store `c` cannot be a `ftp` URL
 --> pipelines/nightly.yaml:6:6
  |
6 |   c: ftp://host/x
  |      ^^^^^^^^^^^^
  |
  = help: `file`, `s3`, `gs`, `az` are known, and `https` for reading

error: store `d` names no bucket or host
 --> pipelines/nightly.yaml:7:6
  |
7 |   d: s3:///x
  |      ^^^^^^^
  |
  = help: write `scheme://bucket/prefix`

error: store `e` has something behind `?` or `#`
 --> pipelines/nightly.yaml:8:6
  |
8 |   e: https://host/x?list=1
  |      ^^^^^^^^^^^^^^^^^^^^^
  |
  = help: a store is a bucket or host and a prefix

error: there is no parameter `region`
 --> pipelines/nightly.yaml:9:6
  |
9 |   f: '{region}/x'
  |      ^^^^^^^^^^^^

error: store `g` has a `\\` in its path
  --> pipelines/nightly.yaml:10:6
   |
10 |   g: a\\b
   |      ^^^
   |
   = help: write `/` between folders

error: store `h` climbs with `..`
  --> pipelines/nightly.yaml:11:6
   |
11 |   h: s3://b/../c
   |      ^^^^^^^^^^^
   |
   = help: write the path it leads to

error: store `work` climbs out of the project folder
  --> pipelines/nightly.yaml:12:9
   |
12 |   work: ../../etc
   |         ^^^^^^^^^
   |
   = help: a `file:///` URL, the environment or `--param` may lead elsewhere

error: store `marts` is an absolute path
  --> pipelines/nightly.yaml:13:10
   |
13 |   marts: /etc/cron.d
   |          ^^^^^^^^^^^
   |
   = help: write it relative to the project folder, or as a `file:///` URL
",
    );
    check(
        "description: x\npublish: [marts.*]\nstores: {work: out, marts: out/marts}\n",
        "
error: `work` and `marts` lie in each other; each needs a place of its own
 --> pipelines/nightly.yaml:3:28
  |
3 | stores: {work: out, marts: out/marts}
  |                            ^^^^^^^^^
",
    );
    check(
        "description: x\npublish: [marts.*]\nstores: {work: out, marts: 'https://host/x'}\n",
        "
error: store `marts` cannot be written to
 --> pipelines/nightly.yaml:3:28
  |
3 | stores: {work: out, marts: 'https://host/x'}
  |                            ^^^^^^^^^^^^^^^^
  |
  = help: `https` is for reading only
",
    );
}

#[test]
fn a_file_url_names_no_host() {
    check(
        "description: x\npublish: [marts.*]\nstores: {work: out, marts: 'file://srv/x'}\n",
        "
error: store `marts` names a host
 --> pipelines/nightly.yaml:3:28
  |
3 | stores: {work: out, marts: 'file://srv/x'}
  |                            ^^^^^^^^^^^^^^
  |
  = help: write three slashes and the path: `file:///folder`
",
    );
}

#[test]
fn what_the_environment_holds_is_never_shown() {
    let yaml = "description: x\npublish: [marts.*]\nparams:\n  days: {type: bigint, default: '${DAYS}'}\nstores: {raw: '${RAW}', work: out/work, marts: out/marts}\n";
    let (_folder, pipeline) = pipeline(yaml, &[], &[("DAYS", "hunter2"), ("RAW", "s3://me:hunter2@bucket")]);
    same(
        &rendered(pipeline),
        "
error: the value of the parameter `days` is no bigint
 --> pipelines/nightly.yaml:4:33
  |
4 |   days: {type: bigint, default: '${DAYS}'}
  |                                 ^^^^^^^^^
  |
  = help: write a whole number of at most 64 bits

error: store `raw` holds a secret
 --> pipelines/nightly.yaml:5:15
  |
5 | stores: {raw: '${RAW}', work: out/work, marts: out/marts}
  |               ^^^^^^^^
  |
  = help: secrets come from the environment's usual chains, never from YAML; change it if this file was shared
",
    );
}

#[test]
fn unknown_keys_of_secrets_are_shown_as_stars() {
    check_more(
        "aws_secret_access_key: hunter2\n",
        "
error: unknown key `aws_secret_access_key` in the pipeline nightly
 --> pipelines/nightly.yaml:4:1
  |
4 | aws_secret_access_key: *******
  | ^^^^^^^^^^^^^^^^^^^^^
  |
  = help: secrets come from the environment's usual chains, never from YAML
",
    );
}

#[test]
fn sources_are_told() {
    check_more(
        "sources:
  a:
    store: rwa
    location: [../x.csv, '${HOME}/x', /x.csv, 's3://b/x', 'a[', 'x/{daat}/*']
    format: {type: csv, delimiter: ';;', quote: ab, encoding: gbkk, headr: true}
    max_rejects: 1 in 5
    on_missing: kep
    columns:
      _line: {type: bigint}
      n: {type: bigint, formats: ['%Y'], optional: true, group_mark: '.', decimal_mark: ','}
      m: {type: bigint, group_mark: ',', decimal_mark: ','}
      t: {type: timestamp?, formats: ['%Q', 'epoch_s', plain], percent: true}
      b: {type: boolean?, true_words: [是, x], false_words: [x]}
  b:
    location: b.csv
    format: {type: parquet, delimiter: tab}
    columns: {}
  c:
    location: c.csv
    format: {type: csv, header: false, encoding: utf-16, delimiter: '\"'}
    columns:
      x: {type: text, from: X}
  d:
    location: d.csv
    format: cvs
    columns:
      x: {type: text}
",
        "
error: there is no store `rwa`
 --> pipelines/nightly.yaml:6:12
  |
6 |     store: rwa
  |            ^^^
  |
  = help: did you mean `raw`?
  = help: stores are listed under `stores`

error: a location has names between its `/`, none of them empty, `.` or `..`
 --> pipelines/nightly.yaml:7:16
  |
7 |     location: [../x.csv, '${HOME}/x', /x.csv, 's3://b/x', 'a[', 'x/{daat}/*']
  |                ^^^^^^^^
  |
  = help: a store may lie elsewhere: see `stores`

error: the environment is not read here
 --> pipelines/nightly.yaml:7:26
  |
7 |     location: [../x.csv, '${HOME}/x', /x.csv, 's3://b/x', 'a[', 'x/{daat}/*']
  |                          ^^^^^^^^^^^
  |
  = help: read it in a store or in the default of a parameter, and write `{name}` of that parameter

error: a location is a path relative to its store, with `/` between folders
 --> pipelines/nightly.yaml:7:39
  |
7 |     location: [../x.csv, '${HOME}/x', /x.csv, 's3://b/x', 'a[', 'x/{daat}/*']
  |                                       ^^^^^^
  |
  = help: let it start with a name

error: a location is a path inside its store, not a URL
 --> pipelines/nightly.yaml:7:47
  |
7 |     location: [../x.csv, '${HOME}/x', /x.csv, 's3://b/x', 'a[', 'x/{daat}/*']
  |                                               ^^^^^^^^^^
  |
  = help: name the bucket or host under `stores`

error: this is no pattern of paths
 --> pipelines/nightly.yaml:7:59
  |
7 |     location: [../x.csv, '${HOME}/x', /x.csv, 's3://b/x', 'a[', 'x/{daat}/*']
  |                                                           ^^^^
  |
  = help: `*`, `**`, `?`, `[ab]` and `{a,b}` have a meaning; write `[*]` for the character

error: there is no parameter `daat`
 --> pipelines/nightly.yaml:7:65
  |
7 |     location: [../x.csv, '${HOME}/x', /x.csv, 's3://b/x', 'a[', 'x/{daat}/*']
  |                                                                 ^^^^^^^^^^^^

error: this is one ASCII character or `tab`
 --> pipelines/nightly.yaml:8:36
  |
8 |     format: {type: csv, delimiter: ';;', quote: ab, encoding: gbkk, headr: true}
  |                                    ^^^^

error: this is one ASCII character or `none`
 --> pipelines/nightly.yaml:8:49
  |
8 |     format: {type: csv, delimiter: ';;', quote: ab, encoding: gbkk, headr: true}
  |                                                 ^^

error: there is no encoding `gbkk`
 --> pipelines/nightly.yaml:8:63
  |
8 |     format: {type: csv, delimiter: ';;', quote: ab, encoding: gbkk, headr: true}
  |                                                               ^^^^
  |
  = help: did you mean `gbk`?
  = help: labels of the WHATWG Encoding Standard are known, such as `gb18030`, and `utf-32` and `utf-7`

error: unknown key `headr` in `format`
 --> pipelines/nightly.yaml:8:69
  |
8 |     format: {type: csv, delimiter: ';;', quote: ab, encoding: gbkk, headr: true}
  |                                                                     ^^^^^
  |
  = help: did you mean `header`?

error: this is no number of rows and no share of them
 --> pipelines/nightly.yaml:9:18
  |
9 |     max_rejects: 1 in 5
  |                  ^^^^^^
  |
  = help: write `12` for rows, or `1%` for a share of the rows read

error: `on_missing` cannot be `kep`
  --> pipelines/nightly.yaml:10:17
   |
10 |     on_missing: kep
   |                 ^^^
   |
   = help: did you mean `keep`?
   = help: it is one of `fail`, `keep`, `drop`

error: `_line` cannot be declared: columns with a leading `_` are the engine's
  --> pipelines/nightly.yaml:12:7
   |
12 |       _line: {type: bigint}
   |       ^^^^^
   |
   = help: write `line: {from: \"_line\", ...}`

error: `formats` means nothing for a bigint
  --> pipelines/nightly.yaml:13:25
   |
13 |       n: {type: bigint, formats: ['%Y'], optional: true, group_mark: '.', decimal_mark: ','}
   |                         ^^^^^^^

error: column `n` is null where a file lacks it, and its type has no null
  --> pipelines/nightly.yaml:13:52
   |
13 |       n: {type: bigint, formats: ['%Y'], optional: true, group_mark: '.', decimal_mark: ','}
   |                                                    ^^^^
   |
   = help: write `type: bigint?`

error: the group mark and the decimal mark are the same character
  --> pipelines/nightly.yaml:14:37
   |
14 |       m: {type: bigint, group_mark: ',', decimal_mark: ','}
   |                                     ^^^

error: `%Q` is no format of dates or times
  --> pipelines/nightly.yaml:15:39
   |
15 |       t: {type: timestamp?, formats: ['%Q', 'epoch_s', plain], percent: true}
   |                                       ^^^^
   |
   = help: write `%d/%m/%Y %H:%M`, or `epoch_s`, `epoch_ms`, `epoch_us`

error: `plain` is no format of dates or times
  --> pipelines/nightly.yaml:15:56
   |
15 |       t: {type: timestamp?, formats: ['%Q', 'epoch_s', plain], percent: true}
   |                                                        ^^^^^
   |
   = help: write `%d/%m/%Y %H:%M`, or `epoch_s`, `epoch_ms`, `epoch_us`

error: `percent` means nothing for a timestamp
  --> pipelines/nightly.yaml:15:64
   |
15 |       t: {type: timestamp?, formats: ['%Q', 'epoch_s', plain], percent: true}
   |                                                                ^^^^^^^

error: `x` is true and false at once
  --> pipelines/nightly.yaml:16:7
   |
16 |       b: {type: boolean?, true_words: [是, x], false_words: [x]}
   |       ^

error: Parquet has no `delimiter`
  --> pipelines/nightly.yaml:19:29
   |
19 |     format: {type: parquet, delimiter: tab}
   |                             ^^^^^^^^^

error: source `b` has no column
  --> pipelines/nightly.yaml:20:5
   |
20 |     columns: {}
   |     ^^^^^^^

error: the quote and the delimiter are the same character
  --> pipelines/nightly.yaml:23:69
   |
23 |     format: {type: csv, header: false, encoding: utf-16, delimiter: '\"'}
   |                                                                     ^^^

error: without a header columns come in the declared order, and `from` names nothing
  --> pipelines/nightly.yaml:25:23
   |
25 |       x: {type: text, from: X}
   |                       ^^^^

error: `format` cannot be `cvs`
  --> pipelines/nightly.yaml:28:13
   |
28 |     format: cvs
   |             ^^^
   |
   = help: did you mean `csv`?
   = help: it is one of `csv`, `tsv`, `ndjson`, `json`, `parquet`
",
    );
}

#[test]
fn a_web_server_lists_nothing() {
    check(
        "description: x\npublish: [marts.*]\nstores: {raw: 'https://host/x', work: out/work, marts: out/marts}\nsources:\n  a:\n    location: '*.csv'\n    format: csv\n    columns: {x: {type: text}}\n",
        "
error: the store `raw` is a web server, which lists no objects
 --> pipelines/nightly.yaml:6:5
  |
6 |     location: '*.csv'
  |     ^^^^^^^^
  |
  = help: name every object
",
    );
}

#[test]
fn a_pipeline_lies_in_its_project() {
    let (project, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    std::fs::write(outside.path().join("x.yaml"), BASE).unwrap();
    std::fs::write(project.path().join("Nightly.yaml"), BASE).unwrap();
    let load = |path: &Path| rendered(Pipeline::load(project.path(), path, &[], &|_| None, now()));
    assert!(load(&outside.path().join("x.yaml")).contains("lies outside of the project folder"));
    assert!(load(Path::new("missing.yaml")).contains("the pipeline `missing.yaml` cannot be read"));
    assert!(load(Path::new("Nightly.yaml")).contains("`Nightly` cannot be the name of a pipeline"));
}
