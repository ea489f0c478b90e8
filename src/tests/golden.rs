//! The packaged attribution models, and three written here as their one file each, give the numbers of an exact reference
//! (`shared/golden/attribution`): paths, sessions and edge cases.

use super::{Case, Row, records, shared};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

const PIPELINE: &str = "pipelines/golden.yaml";

/// Touches and conversions as raw files.
#[derive(Default)]
struct Journeys {
    touches: String,
    conversions: String,
}

impl Journeys {
    fn touch(&mut self, visitor: &str, number: usize, channel: &str, at: DateTime<Utc>) {
        writeln!(self.touches, "{visitor}#{number:04},{visitor},{channel},{}", at.to_rfc3339()).unwrap();
    }

    /// A visitor converts once: both have one name.
    fn conversion(&mut self, visitor: &str, value: &str, at: DateTime<Utc>) {
        writeln!(self.conversions, "{visitor},{value},{}", at.to_rfc3339()).unwrap();
    }
}

/// The packaged project with a source of its own, and models that are one file each.
fn project() -> Case {
    let case = Case::packaged();
    let source = case.read("pipelines/touchpoints.yaml");
    let (head, _) = source.split_once("sources:\n").unwrap();
    let sources = "\
sources:
  golden_touches:
    location: touches.csv
    format: csv
    columns: {touch_id: {type: text}, visitor_id: {type: text}, channel: {type: text}, touched_at: {type: timestamp}}
  golden_conversions:
    location: conversions.csv
    format: csv
    columns: {visitor_id: {type: text}, value: {type: \"decimal(18,4)\"}, converted_at: {type: timestamp}}
publish: [marts.channel_credits]
";
    case.write(PIPELINE, &format!("{head}{sources}"));
    let table = |name: &str, columns: &[(&str, &str)], key: &str| {
        let names: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
        case.write(&format!("sql/staging/golden__{name}.sql"), &format!("select {} from raw.golden_{name}\n", names.join(", ")));
        let columns: String = columns.iter().map(|(column, ty)| format!("  {column}: {{type: \"{ty}\", meaning: as named}}\n")).collect();
        case.write(
            &format!("sql/staging/golden__{name}.yaml"),
            &format!("description: Golden {name}. One row per {key}.\ncolumns:\n{columns}unique: [{key}]\n"),
        );
    };
    table("touches", &[("touch_id", "text"), ("visitor_id", "text"), ("channel", "text"), ("touched_at", "timestamp")], "touch_id");
    table("conversions", &[("visitor_id", "text"), ("value", "decimal(18,4)"), ("converted_at", "timestamp")], "visitor_id");
    case.write(
        "sql/entities/touch_records/golden.sql",
        "select touch_id, visitor_id, channel, 'page_view' as kind, touched_at from staging.golden__touches",
    );
    case.write(
        "sql/entities/conversion_events/golden.sql",
        "select visitor_id as conversion_id, visitor_id, 'XXX' as currency, value, converted_at from staging.golden__conversions",
    );
    for (name, first, last, middle) in
        [("j_20_20_60", 0.2, 0.6, 0.2), ("inverse_j_60_20_20", 0.6, 0.2, 0.2), ("custom_50_30_20", 0.5, 0.2, 0.3)]
    {
        case.write(
            &format!("sql/attribution/models/{name}.sql"),
            &format!(
                "select step_id,
                    case when position = 1 then {first} when position_from_end = 1 then {last} else {middle} / (steps_in_journey - 2) end as weight
                 from journey.steps"
            ),
        );
    }
    case
}

/// Credits by model and conversion, in the order of the touches.
type Credits = BTreeMap<(String, String), Vec<Row>>;

fn credits(case: &Case, journeys: &Journeys, lookback_days: u32) -> Credits {
    case.write("raw/touches.csv", &format!("touch_id,visitor_id,channel,touched_at\n{}", journeys.touches));
    case.write("raw/conversions.csv", &format!("visitor_id,value,converted_at\n{}", journeys.conversions));
    let lookback = format!("lookback_days={lookback_days}");
    let params = ["--param", "data=raw", "--param", "journey_scope=independent", "--param", lookback.as_str(), "--as-of", "2026-06-30"];
    case.done(&[&["run", PIPELINE], &params[..]].concat());
    let query = "select model, conversion_id, step_id, touch_id, channel, credit, value from attribution.credits order by model, conversion_id, touch_id";
    let mut credits = Credits::new();
    for row in case.query(PIPELINE, &params, query) {
        credits.entry((row["model"].clone(), row["conversion_id"].clone())).or_default().push(row);
    }
    credits
}

/// The reference's model names and ours.
const MODELS: [(&str, &str); 11] = [
    ("first", "first_touch"),
    ("first_touch", "first_touch"),
    ("last", "last_touch"),
    ("last_touch", "last_touch"),
    ("linear", "linear"),
    ("position_40_20_40", "position_40_20_40"),
    ("time_decay_7d", "time_decay"),
    ("j_20_20_60", "j_20_20_60"),
    ("inverse_j_60_20_20", "inverse_j_60_20_20"),
    ("custom_50_30_20", "custom_50_30_20"),
    ("any", "linear"),
];

fn ours(model: &str) -> Option<&'static str> {
    MODELS.iter().find(|(name, _)| *name == model).map(|(_, ours)| *ours)
}

/// As exact as the reference's README asks.
fn near(subject: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs() + 1e-12, "{subject}: {found}, the reference says {expected}");
}

fn fixture(folder: &Path, file: &str) -> Vec<Row> {
    records(&std::fs::read(folder.join(file)).unwrap())
}

fn number(row: &Row, name: &str) -> f64 {
    row[name].parse().unwrap()
}

fn day() -> DateTime<Utc> {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

#[test]
fn the_models_give_the_reference_numbers() {
    let Some(folder) = shared("golden/attribution") else { return };
    let case = project();
    let sessions = sessions(&folder);
    for lookback in [30, 90] {
        check_session_totals(&folder, &credits(&case, &sessions, lookback), |model| {
            (model == format!("linear_lookback_{lookback}d")).then_some("linear")
        });
    }
    let credits_of_sessions = credits(&case, &sessions, 3650);
    check_session_totals(&folder, &credits_of_sessions, ours);
    check_trace(&folder, &credits_of_sessions);
    check_paths(&folder, &case);
    check_edge_cases(&folder, &case);
}

/// One touch per session; the session that converts is the last touch.
fn sessions(folder: &Path) -> Journeys {
    let mut journeys = Journeys::default();
    for (number, row) in fixture(folder, "inputs/sessions_2620.csv").iter().enumerate() {
        let at = NaiveDateTime::parse_from_str(&row["datetime"], "%Y-%m-%d %H:%M:%S").unwrap().and_utc();
        journeys.touch(&row["user_id"], number, &row["channel"], at);
        if row["conversion"] == "1" {
            journeys.conversion(&row["user_id"], &row["value"], at);
        }
    }
    journeys
}

fn check_session_totals(folder: &Path, credits: &Credits, ours: impl Fn(&str) -> Option<&'static str>) {
    let mut sums = BTreeMap::<(&str, &str), (f64, f64)>::new();
    for row in credits.values().flatten() {
        let sum = sums.entry((&row["model"], &row["channel"])).or_default();
        *sum = (sum.0 + number(row, "credit"), sum.1 + number(row, "value"));
    }
    let mut compared = 0;
    for row in fixture(folder, "expected/sessions_totals.csv") {
        let Some(model) = ours(&row["model"]) else { continue };
        let (conversions, value) = sums.get(&(model, row["channel"].as_str())).copied().unwrap_or_default();
        near(&format!("conversions of {} {}", row["model"], row["channel"]), conversions, number(&row, "conversions"));
        near(&format!("value of {} {}", row["model"], row["channel"]), value, number(&row, "value"));
        compared += 1;
    }
    assert!(compared == 8 || compared == 7 * 8, "{compared} totals were compared");
}

/// Every step of forty users.
fn check_trace(folder: &Path, credits: &Credits) {
    let mut compared = 0;
    for row in fixture(folder, "expected/sessions_credit_trace_u0000_u0039.csv") {
        let Some(model) = ours(&row["model"]) else { continue };
        let subject = format!("{} of {}, position {}", row["model"], row["user_id"], row["position"]);
        let steps = &credits[&(model.to_string(), row["user_id"].clone())];
        let step = steps.iter().find(|step| step["step_id"] == format!("{}#{}", row["user_id"], row["position"]));
        // A step without weight has no credit.
        let (credit, value) = step.map_or((0.0, 0.0), |step| (number(step, "credit"), number(step, "value")));
        near(&subject, credit, number(&row, "weight"));
        // Values are apportioned in units of the tenth decimal.
        assert!((value - number(&row, "value")).abs() <= 1e-9 * value + 1e-10, "{subject}: worth {value}");
        assert!(step.is_none_or(|step| step["channel"] == row["channel"]), "{subject}");
        compared += 1;
    }
    assert!(compared > 0);
}

/// Published examples: `A > B` with so many conversions is so many journeys.
fn check_paths(folder: &Path, case: &Case) {
    let fixtures =
        [("tiny_c1c2c3", "tiny"), ("published_puzyrov_2019", "puzyrov"), ("mam_fixture_9_paths", "fixture9"), ("loops_and_null", "loops")];
    let mut journeys = Journeys::default();
    for (input, prefix) in fixtures {
        for (place, row) in fixture(folder, &format!("inputs/{input}.csv")).iter().enumerate() {
            let conversions = number(row, "total_conversions") as usize;
            for conversion in 0..conversions {
                let visitor = format!("{prefix}:{place}:{conversion}");
                let path: Vec<&str> = row["path"].split(" > ").collect();
                for (step, channel) in path.iter().enumerate() {
                    journeys.touch(&visitor, step, channel, day() - Duration::hours((path.len() - step) as i64));
                }
                let value = number(row, "total_conversion_value") / conversions as f64;
                journeys.conversion(&visitor, &format!("{value:.4}"), day());
            }
        }
    }
    let credits = credits(case, &journeys, 90);
    for (_, prefix) in fixtures {
        for row in fixture(folder, &format!("expected/{prefix}_heuristics.csv")) {
            for model in ["first", "last", "linear", "position_40_20_40"] {
                let of_channel = credits.values().flatten().filter(|credit| {
                    credit["model"] == ours(model).unwrap()
                        && credit["conversion_id"].split(':').next() == Some(prefix)
                        && credit["channel"] == row["channel"]
                });
                let sum = of_channel.fold(0.0, |sum, credit| sum + number(credit, "credit"));
                near(&format!("{prefix}: {model} of {}", row["channel"]), sum, number(&row, &format!("{model}_conv")));
            }
        }
    }
}

/// Cases of path transforms that other tools make before they weigh; a step here is a touch.
const TRANSFORMED: [&str; 2] = ["loop_AAB_exposure", "loop_ABA_first_path"];

fn check_edge_cases(folder: &Path, case: &Case) {
    let cases: Vec<Row> = fixture(folder, "expected/edge_cases.csv")
        .into_iter()
        .filter(|row| ours(&row["model"]).is_some() && !TRANSFORMED.contains(&row["case"].as_str()))
        .collect();
    let name = |row: &Row| format!("{}:{}", row["case"], row["model"]);
    let mut journeys = Journeys::default();
    for row in &cases {
        for (number, (channel, age_days)) in touches(&row["touches"]).into_iter().enumerate() {
            journeys.touch(&name(row), number, &channel, day() - Duration::days(age_days));
        }
        journeys.conversion(&name(row), "1.0000", day());
    }
    let credits = credits(case, &journeys, 30);
    for row in &cases {
        let steps = &credits[&(ours(&row["model"]).unwrap().to_string(), name(row))];
        let expected: Vec<f64> = row["weights"].split_whitespace().map(|weight| weight.parse().unwrap()).collect();
        if expected.iter().all(|weight| *weight == 0.0) {
            assert_eq!(
                (steps.len(), steps[0]["channel"].as_str(), number(&steps[0], "credit")),
                (1, "(unattributed)", 1.0),
                "{}",
                name(row)
            );
            continue;
        }
        for (number_of_touch, weight) in expected.iter().enumerate() {
            let touch = format!("{}#{number_of_touch:04}", name(row));
            let found = steps.iter().find(|step| step["touch_id"] == touch).map_or(0.0, |step| number(step, "credit"));
            // Weights of this file have twelve digits.
            assert!((found - weight).abs() <= 1e-11, "{touch}: {found}, the reference says {weight}");
        }
    }
    assert_eq!(cases.len(), 23);
}

/// `t1@9:Paid search t2@0:Email`: channels and ages in days.
fn touches(text: &str) -> Vec<(String, i64)> {
    let mut found: Vec<(String, i64)> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word.strip_prefix('t').and_then(|rest| rest.split_once('@')).and_then(|(_, rest)| rest.split_once(':')) {
            Some((age, channel)) => found.push((channel.to_string(), age.parse().unwrap())),
            None => {
                let (channel, _) = found.last_mut().unwrap();
                *channel += &format!(" {word}");
            }
        }
    }
    found
}
