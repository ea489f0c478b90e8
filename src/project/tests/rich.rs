//! Right files that use every key, and what they compile to.

use super::{pipeline, project};
use crate::project::contract::{CheckKind, Severity, SortKey};
use crate::project::pipeline::{Limits, Pipeline};
use crate::project::source::{
    AmbiguousTime, Compression, Csv, Escape, ExtraColumns, Format, MaxRejects, MissingTime, NumberFormat, OnMissing, Origin, ShortRows,
};
use crate::project::types::Type;
use crate::project::{Body, Project};
use chrono_tz::Tz;

pub const LAYERS: &str = "layers: [staging, marts]\n";

pub const PARAMS: &str = "params:\n  half_life_days: {type: double, default: 30, description: in days}\n";

pub const CONTRACT: &str = r#"# A comment with a 名
description: |
  Rates of all regions.
  One row per day and region.
columns:
  day: {type: date, meaning: day in UTC}
  region: {type: text, meaning: 地区, personal: true}
  rate: {type: "decimal(18,4)?", meaning: share}
unique: [day, region]
sort_by: [day desc, region]
from: {staging.visits: [region]}
checks:
  - not_null: [day, region]
  - unique: [day]
    severity: warn
    because: a day has one region
  - accepted_values: {column: region, values: [NO, 0123, 1.10]}
  - references: {columns: [region], to: staging.visits, at: [visit_id]}
  - references: {columns: [region], to: staging.visits}
  - expression: rate >= 0
  - sums_to: {measure: sum(rate), by: [day], total: 1, tolerance: 1e-9}
  - reconciles: {measure: sum(rate), with: staging.visits, with_measure: sum(seconds), by: [region], tolerance: 0.5}
  - row_count: {min: 1, max: 100}
examples:
  - name: two regions share
    given:
      staging.visits: |
        visit_id,region
        a,"名, x"
    params: {half_life_days: 7.50}
    expect: |

      day,region
      2026-01-01,a
breaking: true
"#;

pub const UNION: &str = r#"description: Weights of all models. One row per step and model.
member: model
columns:
  step_id: {type: text, meaning: the step}
  weight: {type: double, meaning: its share}
  model: {type: text, meaning: the model}
unique: [model, step_id]
sort_by: [model, step_id]
partition_by: [model]
from: {marts.steps: [step_id]}
checks:
  - not_null: [weight]
examples:
  - name: all
    given: {marts.steps: step_id}
    params: {x: 1}
    expect: step_id
breaking: false
"#;

pub const MEMBER: &str = r#"description: Equal shares.
from: {marts.steps: [step_id]}
checks:
  - expression: weight > 0
examples:
  - name: equal
    given: {marts.steps: step_id}
    params: {x: 1}
    expect_some: |
      step_id,weight
      a,0.5
"#;

pub const PIPELINE: &str = r#"description: The nightly run.
time_zone: Asia/Shanghai
params:
  data: {type: text, default: "${DATA:-testdata/demo}", description: folder of the raw files}
  half_life_days: {type: double, default: 7.0, description: in days}
  code: {type: text, default: 0123}
  shop: {type: text, default: "{x}"}
stores:
  raw: ${SLUICE_RAW:-{data}/raw}
  lake: s3://bucket/pre fix
  work: out/work
  marts: ${SLUICE_MARTS:-out/nightly}
sources:
  visits:
    store: lake
    location: ["visits/{half_life_days}/*.{csv,txt}.gz", "x/{code}.csv"]
    format: {type: csv, delimiter: tab, quote: "'", escape: backslash, header: true, skip_lines: 2, encoding: GBK, compression: gzip, short_rows: fill_null}
    time_zone: UTC
    ambiguous_time: earlier
    missing_time: shift
    null_words: [NA, Select, "(not set)", NO]
    max_rejects: 1%
    on_missing: keep
    extra_columns: ignore
    columns:
      visit_id: {type: text, from: Visit ID, position: 3}
      amount: {type: "decimal(18,4)?", currency: ["$", EUR], magnitude: true, group_mark: ".", decimal_mark: ",", percent: true, round: true, optional: true, null_words: ["-"]}
      at: {type: timestamp, formats: ["%d/%m/%Y %H:%M", epoch_ms]}
      flag: {type: boolean?, true_words: [是], false_words: [否]}
  plain:
    location: plain.tsv
    format: tsv
    max_rejects: 12
    columns:
      n: {type: bigint}
  stored:
    location: stored/**/*.parquet
    format: {type: parquet}
    columns:
      n: {type: bigint}
      day: {type: date, path: dt}
publish: [marts.*, staging.visits]
limits: {memory: 512MiB, spill: 100GB, threads: 2}
"#;

fn rich_project() -> Project {
    let visits = "description: Visits. One row per visit.\ncolumns:\n  visit_id: {type: text, meaning: key}\n  region: {type: text, meaning: where}\n  seconds: {type: bigint?, meaning: length}\nunique: [visit_id]\n";
    let (_folder, project) = project(&[
        ("sql/layers.yaml", LAYERS),
        ("sql/staging/visits.yaml", visits),
        ("sql/marts/rates.yaml", CONTRACT),
        ("sql/marts/models/_union.yaml", UNION),
        ("sql/marts/steps.csv", "step_id\n"),
        (
            "sql/marts/steps.yaml",
            "description: One row per step\ncolumns: {step_id: {type: text, meaning: key}}\nunique: [step_id]\nsort_by: [step_id]\n",
        ),
        ("sql/marts/models/linear.sql", "select 1\n"),
        ("sql/marts/models/linear.yaml", MEMBER),
        ("sql/marts/models/first.sql", "select 2\n"),
        ("sql/marts/regions.csv", "\u{feff}name,region\n\"North, far\",n\n"),
        (
            "sql/marts/regions.yaml",
            "description: One row per region\ncolumns:\n  region: {type: text, meaning: key}\n  name: {type: text, meaning: name}\nunique: [region]\nsort_by: [region]\n",
        ),
    ]);
    project.unwrap()
}

#[test]
fn a_project_has_its_tables() {
    let project = rich_project();
    assert_eq!(project.layers, ["staging", "marts"]);
    assert_eq!((project.layer_index("marts"), project.layer_index("nowhere")), (Some(1), None));
    let names: Vec<&str> = project.tables.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["marts.models", "marts.models/first", "marts.models/linear", "marts.rates", "marts.regions", "marts.steps", "staging.visits"]
    );
    let Body::Union { member_column, members } = &project.table("marts.models").unwrap().body else { panic!() };
    assert_eq!((member_column.as_str(), &members[..]), ("model", &["first".to_string(), "linear".to_string()][..]));
    let Body::Sql { file, text } = &project.table("marts.models/first").unwrap().body else { panic!() };
    assert_eq!((file.as_str(), text.as_str()), ("sql/marts/models/first.sql", "select 2\n"));
    let Body::Rows { file, text } = &project.table("marts.regions").unwrap().body else { panic!() };
    assert_eq!((file.as_str(), text.as_str()), ("sql/marts/regions.csv", "name,region\n\"North, far\",n\n"));
}

#[test]
fn a_member_inherits_the_contract_without_the_member_column() {
    let project = rich_project();
    let [union, first, linear] =
        ["marts.models", "marts.models/first", "marts.models/linear"].map(|name| &project.table(name).unwrap().contract);
    let columns =
        |contract: &crate::project::contract::Contract| contract.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    assert_eq!((columns(union).len(), columns(first)), (3, vec!["step_id".to_string(), "weight".to_string()]));
    assert_eq!((&first.unique, first.sort_by.len()), (&vec!["step_id".to_string()], 1));
    assert_eq!((&union.partition_by, first.partition_by.len()), (&vec!["model".to_string()], 0));
    assert_eq!(
        (first.description.as_str(), first.file.as_str()),
        ("Weights of all models. One row per step and model.", "sql/marts/models/_union.yaml")
    );
    assert_eq!((linear.description.as_str(), linear.file.as_str()), ("Equal shares.", "sql/marts/models/linear.yaml"));
    assert_eq!((union.checks.len(), first.checks.len(), linear.checks.len()), (1, 0, 1));
    assert_eq!((union.examples.len(), first.examples.len(), linear.examples.len()), (1, 0, 1));
}

#[test]
fn a_contract_says_what_is_written() {
    let project = rich_project();
    let contract = &project.table("marts.rates").unwrap().contract;
    assert_eq!(contract.file, "sql/marts/rates.yaml");
    assert_eq!(contract.description, "Rates of all regions.\nOne row per day and region.");
    assert_eq!(contract.unique, ["day", "region"]);
    assert_eq!(
        contract.sort_by,
        [SortKey { column: "day".into(), descending: true }, SortKey { column: "region".into(), descending: false }]
    );
    assert_eq!(contract.from["staging.visits"], ["region"]);
    assert!(contract.breaking);
    let [day, region, rate] = &contract.columns[..] else { panic!() };
    assert_eq!((day.ty, day.nullable, day.personal), (Type::Date, false, false));
    assert_eq!((region.meaning.as_str(), region.personal), ("地区", true));
    assert_eq!((rate.ty, rate.nullable), (Type::Decimal { precision: 18, scale: 4 }, true));
    assert_eq!((rate.place.line, rate.place.column, rate.place.width), (8, 3, 4));
    assert_eq!(rate.place.text.as_deref(), Some("  rate: {type: \"decimal(18,4)?\", meaning: share}"));
}

#[test]
fn checks_say_what_is_written() {
    let project = rich_project();
    let checks = &project.table("marts.rates").unwrap().contract.checks;
    let kinds: Vec<String> = checks.iter().map(|check| format!("{:?}", check.kind)).collect();
    assert_eq!(
        kinds,
        [
            r#"NotNull { columns: ["day", "region"] }"#,
            r#"Unique { columns: ["day"] }"#,
            r#"AcceptedValues { column: "region", values: ["NO", "0123", "1.10"] }"#,
            r#"References { columns: ["region"], table: "staging.visits", to: ["visit_id"] }"#,
            r#"References { columns: ["region"], table: "staging.visits", to: ["region"] }"#,
            r#"Expression { sql: "rate >= 0" }"#,
            r#"SumsTo { measure: "sum(rate)", by: ["day"], total: "1", tolerance: Some("1e-9") }"#,
            r#"Reconciles { measure: "sum(rate)", with: "staging.visits", with_measure: "sum(seconds)", by: ["region"], tolerance: Some("0.5") }"#,
            r#"RowCount { min: Some(1), max: Some(100) }"#,
        ]
    );
    assert_eq!((checks[0].severity, checks[0].because.as_deref()), (Severity::Fail, None));
    assert_eq!((checks[1].severity, checks[1].because.as_deref()), (Severity::Warn, Some("a day has one region")));
    assert_eq!((checks[1].place.line, checks[1].place.column, checks[1].place.width), (14, 5, 6));
    assert!(matches!(&checks[5].kind, CheckKind::Expression { sql } if sql == "rate >= 0"));
}

#[test]
fn examples_know_the_lines_of_their_rows() {
    let project = rich_project();
    let [example] = &project.table("marts.rates").unwrap().contract.examples[..] else { panic!() };
    assert_eq!((example.name.as_str(), example.place.line, example.place.column), ("two regions share", 25, 11));
    let given = &example.given["staging.visits"];
    assert_eq!(given.text, "visit_id,region\na,\"名, x\"\n");
    assert_eq!((given.place.line, given.place.column), (28, 9));
    assert_eq!(example.params["half_life_days"], "7.50");
    assert_eq!(example.expect.text, "\nday,region\n2026-01-01,a\n");
    assert_eq!(
        (example.expect.place.line, example.expect.place.column, example.expect.place.text.as_deref()),
        (33, 7, Some("      day,region"))
    );
}

fn rich_pipeline(arguments: &[(&str, &str)], environment: &[(&str, &str)]) -> (String, Pipeline) {
    let (folder, pipeline) = pipeline(PIPELINE, arguments, environment);
    let root = folder.path().canonicalize().unwrap().to_string_lossy().into_owned();
    (root, pipeline.unwrap())
}

#[test]
fn a_pipeline_says_what_is_written() {
    let (root, pipeline) = rich_pipeline(&[], &[]);
    assert_eq!((pipeline.name.as_str(), pipeline.file.as_str()), ("nightly", "pipelines/nightly.yaml"));
    assert_eq!((pipeline.description.as_str(), pipeline.time_zone), ("The nightly run.", Tz::Asia__Shanghai));
    let values: Vec<(&str, &str)> = pipeline.params.values().map(|param| (param.name.as_str(), param.value.as_str())).collect();
    // 16:30 UTC on 30 June is half past midnight on 1 July in Shanghai.
    assert_eq!(
        values,
        [
            ("as_of", "2026-06-30"),
            ("code", "0123"),
            ("data", "testdata/demo"),
            ("half_life_days", "7"),
            ("shop", "{x}"),
            ("time_zone", "Asia/Shanghai")
        ]
    );
    assert_eq!((pipeline.params["half_life_days"].ty, pipeline.params["half_life_days"].place.line), (Type::Double, 5));
    assert_eq!(pipeline.params["data"].description, "folder of the raw files");
    let in_urls: Vec<&str> = pipeline.params.values().filter(|param| param.used_in_urls).map(|param| param.name.as_str()).collect();
    assert_eq!(in_urls, ["code", "data", "half_life_days"]);
    let stores: Vec<(&str, &str)> = pipeline.stores.iter().map(|(name, store)| (name.as_str(), store.url.as_str())).collect();
    assert_eq!(
        stores,
        [
            ("lake", "s3://bucket/pre%20fix/"),
            ("marts", format!("file://{root}/out/nightly/").as_str()),
            ("raw", format!("file://{root}/testdata/demo/raw/").as_str()),
            ("work", format!("file://{root}/out/work/").as_str()),
        ]
    );
    let publish: Vec<(&str, usize)> = pipeline.publish.iter().map(|publish| (publish.pattern.as_str(), publish.place.column)).collect();
    assert_eq!(publish, [("marts.*", 11), ("staging.visits", 20)]);
    assert_eq!(pipeline.limits, Limits { memory: Some(536_870_912), spill: Some(100_000_000_000), threads: Some(2) });
}

#[test]
fn arguments_win_over_the_environment_and_it_over_the_file() {
    let (root, pipeline) = rich_pipeline(
        &[("half_life_days", "+1.50"), ("as_of", "2025-12-31")],
        &[("DATA", "/mnt/data"), ("SLUICE_MARTS", "../marts"), ("SLUICE_RAW", "")],
    );
    assert_eq!(pipeline.params["half_life_days"].value, "1.5");
    assert_eq!(pipeline.params["as_of"].value, "2025-12-31");
    assert_eq!(pipeline.params["data"].value, "/mnt/data");
    assert_eq!(pipeline.stores["raw"].url.as_str(), "file:///mnt/data/raw/");
    let above = std::path::Path::new(&root).parent().unwrap();
    assert_eq!(pipeline.stores["marts"].url.to_file_path().unwrap(), above.join("marts"));
}

#[test]
fn sources_say_what_is_written() {
    let (_, pipeline) = rich_pipeline(&[], &[]);
    let [plain, stored, visits] = ["plain", "stored", "visits"].map(|name| &pipeline.sources[name]);
    assert_eq!((visits.name.as_str(), visits.store.as_str(), visits.place.line), ("visits", "lake", 14));
    assert_eq!(visits.locations, ["visits/7/*.{csv,txt}.gz", "x/0123.csv"]);
    assert_eq!(
        visits.format,
        Format::Csv(Csv {
            delimiter: b'\t',
            quote: Some(b'\''),
            escape: Escape::Backslash,
            header: true,
            skip_lines: 2,
            encoding: encoding_rs::GBK.into(),
            compression: Compression::Gzip,
            short_rows: ShortRows::FillNull,
        })
    );
    assert_eq!((visits.time_zone, visits.ambiguous_time, visits.missing_time), (Tz::UTC, AmbiguousTime::Earlier, MissingTime::Shift));
    assert_eq!(visits.null_words, ["NA", "Select", "(not set)", "NO"]);
    assert_eq!(
        (visits.max_rejects, visits.on_missing, visits.extra_columns),
        (MaxRejects::Rate(0.01), OnMissing::Keep, ExtraColumns::Ignore)
    );
    assert_eq!(
        plain.format,
        Format::Csv(Csv {
            delimiter: b'\t',
            quote: Some(b'"'),
            escape: Escape::Doubled,
            header: true,
            skip_lines: 0,
            encoding: encoding_rs::UTF_8.into(),
            compression: Compression::Detect,
            short_rows: ShortRows::Reject,
        })
    );
    assert_eq!((plain.store.as_str(), plain.time_zone), ("raw", Tz::Asia__Shanghai));
    assert_eq!((plain.ambiguous_time, plain.missing_time), (AmbiguousTime::Reject, MissingTime::Reject));
    assert_eq!((plain.max_rejects, plain.on_missing, plain.extra_columns), (MaxRejects::Count(12), OnMissing::Fail, ExtraColumns::Refuse));
    assert_eq!((&stored.format, stored.max_rejects, stored.null_words.len()), (&Format::Parquet, MaxRejects::Count(0), 0));
}

#[test]
fn source_columns_say_what_is_written() {
    let (_, pipeline) = rich_pipeline(&[], &[]);
    let [visit_id, amount, at, flag] = &pipeline.sources["visits"].columns[..] else { panic!() };
    assert_eq!((visit_id.name.as_str(), visit_id.field().unwrap(), visit_id.nullable), ("visit_id", "Visit ID", false));
    assert_eq!(visit_id.from, Origin::Field { name: "Visit ID".into(), position: Some(3) });
    assert_eq!(pipeline.sources["stored"].columns[1].from, Origin::Folder("dt".into()));
    assert_eq!(visit_id.number, NumberFormat::default());
    assert_eq!(
        (amount.field().unwrap(), amount.ty, amount.nullable, amount.optional),
        ("amount", Type::Decimal { precision: 18, scale: 4 }, true, true)
    );
    assert_eq!(
        amount.number,
        NumberFormat {
            decimal_mark: ',',
            group_mark: Some('.'),
            currency: vec!["$".into(), "EUR".into()],
            magnitude: true,
            percent: true,
            round: true
        }
    );
    assert_eq!(amount.null_words, ["-"]);
    assert_eq!(at.formats, ["%d/%m/%Y %H:%M", "epoch_ms"]);
    assert_eq!((&flag.true_words[..], &flag.false_words[..]), (&["是".to_string()][..], &["否".to_string()][..]));
    assert_eq!((at.place.line, at.place.column, at.place.width), (28, 7, 2));
}
