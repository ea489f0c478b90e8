//! The packaged attribution models give the numbers of an exact reference (`shared/golden/attribution`): paths, sessions and edge cases, from
//! raw files to credits.

use super::journeys::{Credits, Journeys, credits, project};
use super::{Row, records, shared};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use std::collections::BTreeMap;
use std::path::Path;

/// The reference's model names and ours.
const MODELS: [(&str, &str); 19] = [
    ("first", "first_touch"),
    ("first_touch", "first_touch"),
    ("last", "last_touch"),
    ("last_touch", "last_touch"),
    ("last_non_direct", "last_non_direct"),
    ("last_touch[Email]", "last_channel"),
    ("last_touch[Facebook]", "last_channel"),
    ("last_touch[Google Ads]", "last_channel"),
    ("linear", "linear"),
    ("position_40_20_40", "position_40_20_40"),
    ("time_decay_7d", "time_decay"),
    ("j_20_20_60", "j_shape"),
    ("inverse_j_60_20_20", "inverse_j"),
    ("custom_50_30_20", "custom"),
    ("u_shaped_40_40_20", "u_shape"),
    ("u_shape_first_last", "u_shape"),
    ("w_shaped", "w_shape"),
    ("full_path", "full_path"),
    ("any", "linear"),
];

fn ours(model: &str) -> Option<&'static str> {
    MODELS.iter().find(|(name, _)| *name == model).map(|(_, ours)| *ours)
}

/// Our channel of direct visits has a small letter.
fn channel(name: &str) -> &str {
    if name == "Direct" { "direct" } else { name }
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
fn sessions_give_the_reference_numbers() {
    let Some(folder) = shared("golden/attribution") else { return };
    let case = project();
    let sessions = sessions(&folder);
    for lookback in [30, 90] {
        let credits = credits(&case, &sessions, "event", &[&format!("lookback_days={lookback}")]);
        let compared =
            check_session_totals(&folder, &credits, |model| (model == format!("linear_lookback_{lookback}d")).then_some("linear"));
        assert_eq!(compared, 8);
    }
    let credits = credits(&case, &sessions, "event", &["lookback_days=3650"]);
    assert_eq!(check_session_totals(&folder, &credits, ours), 8 * 8);
    check_trace(&folder, &credits);
}

/// One touch per session; the session that converts is the last touch.
fn sessions(folder: &Path) -> Journeys {
    let mut journeys = Journeys::default();
    for (number, row) in fixture(folder, "inputs/sessions_2620.csv").iter().enumerate() {
        let at = NaiveDateTime::parse_from_str(&row["datetime"], "%Y-%m-%d %H:%M:%S").unwrap().and_utc();
        journeys.touch(&row["user_id"], number, channel(&row["channel"]), at);
        if row["conversion"] == "1" {
            journeys.conversion(&row["user_id"], &row["value"], at);
        }
    }
    journeys
}

/// How many totals were compared.
fn check_session_totals(folder: &Path, credits: &Credits, ours: impl Fn(&str) -> Option<&'static str>) -> usize {
    let mut sums = BTreeMap::<(&str, &str), (f64, f64)>::new();
    for row in credits.values().flatten() {
        let sum = sums.entry((&row["model"], &row["channel"])).or_default();
        *sum = (sum.0 + number(row, "credit"), sum.1 + number(row, "value"));
    }
    let mut compared = 0;
    for row in fixture(folder, "expected/sessions_totals.csv") {
        let Some(model) = ours(&row["model"]) else { continue };
        let (conversions, value) = sums.get(&(model, channel(&row["channel"]))).copied().unwrap_or_default();
        near(&format!("conversions of {} {}", row["model"], row["channel"]), conversions, number(&row, "conversions"));
        near(&format!("value of {} {}", row["model"], row["channel"]), value, number(&row, "value"));
        compared += 1;
    }
    compared
}

/// Every step of forty users.
fn check_trace(folder: &Path, credits: &Credits) {
    let mut compared = 0;
    for row in fixture(folder, "expected/sessions_credit_trace_u0000_u0039.csv") {
        let Some(model) = ours(&row["model"]) else { continue };
        let subject = format!("{} of {}, position {}", row["model"], row["user_id"], row["position"]);
        let steps = &credits[&(model.to_string(), row["user_id"].clone())];
        let step = steps.iter().find(|step| step["step_id"] == format!("event:{}#{}", row["user_id"], row["position"]));
        // A step without weight has no credit.
        let (credit, value) = step.map_or((0.0, 0.0), |step| (number(step, "credit"), number(step, "value")));
        near(&subject, credit, number(&row, "weight"));
        // Values are apportioned in units of the tenth decimal.
        assert!((value - number(&row, "value")).abs() <= 1e-9 * value + 1e-10, "{subject}: worth {value}");
        assert!(step.is_none_or(|step| step["channel"] == channel(&row["channel"])), "{subject}");
        compared += 1;
    }
    assert!(compared > 0);
}

const PATHS: [(&str, &str); 4] =
    [("tiny_c1c2c3", "tiny"), ("published_puzyrov_2019", "puzyrov"), ("mam_fixture_9_paths", "fixture9"), ("loops_and_null", "loops")];

/// Published examples: `A > B` with so many conversions is so many journeys. One of the channels may be called direct.
fn paths(folder: &Path, direct: Option<&str>) -> Journeys {
    let mut journeys = Journeys::default();
    for (input, prefix) in PATHS {
        for (place, row) in fixture(folder, &format!("inputs/{input}.csv")).iter().enumerate() {
            let conversions = number(row, "total_conversions") as usize;
            for conversion in 0..conversions {
                let visitor = format!("{prefix}:{place}:{conversion}");
                let path: Vec<&str> = row["path"].split(" > ").collect();
                for (step, channel) in path.iter().enumerate() {
                    let channel = if Some(*channel) == direct { "direct" } else { channel };
                    journeys.touch(&visitor, step, channel, day() - Duration::hours((path.len() - step) as i64));
                }
                let value = number(row, "total_conversion_value") / conversions as f64;
                journeys.conversion(&visitor, &format!("{value:.4}"), day());
            }
        }
    }
    journeys
}

/// What a model gives a channel of one set of paths: conversions and value.
fn sum_of(credits: &Credits, model: &str, prefix: &str, channel: &str) -> (f64, f64) {
    let of_channel = credits.values().flatten().filter(|credit| {
        credit["model"] == model && credit["conversion_id"].split(':').next() == Some(prefix) && credit["channel"] == channel
    });
    of_channel.fold((0.0, 0.0), |sum, credit| (sum.0 + number(credit, "credit"), sum.1 + number(credit, "value")))
}

#[test]
fn paths_give_the_reference_numbers() {
    let Some(folder) = shared("golden/attribution") else { return };
    let case = project();
    let plain = credits(&case, &paths(&folder, None), "event", &[]);
    // A path of first touches alone is the set of its channels.
    let distinct = credits(&case, &paths(&folder, None), "event", &["path_transform=first"]);
    for (_, prefix) in PATHS {
        for row in fixture(&folder, &format!("expected/{prefix}_heuristics.csv")) {
            let models = ["first", "last", "linear", "position_40_20_40"].map(|model| (model, ours(model).unwrap(), &plain));
            for (name, model, credits) in models.into_iter().chain([("linear_distinct", "linear", &distinct)]) {
                let (conversions, value) = sum_of(credits, model, prefix, &row["channel"]);
                near(&format!("{prefix}: {name} of {}", row["channel"]), conversions, number(&row, &format!("{name}_conv")));
                // Each journey's value is rounded in the tenth decimal.
                let expected = number(&row, &format!("{name}_value"));
                assert!((value - expected).abs() <= 1e-9 * expected + 1e-8, "{prefix}: {name} of {} is worth {value}", row["channel"]);
            }
        }
    }
    let direct = credits(&case, &paths(&folder, Some("A")), "event", &[]);
    for prefix in ["fixture9", "loops"] {
        for row in fixture(&folder, &format!("expected/{prefix}_last_non_A.csv")) {
            let name = if row["channel"] == "A" { "direct" } else { &row["channel"] };
            let (conversions, value) = sum_of(&direct, "last_non_direct", prefix, name);
            near(&format!("{prefix}: last but {name}"), conversions, number(&row, "conv"));
            near(&format!("{prefix}: value of last but {name}"), value, number(&row, "value"));
        }
    }
}

/// The params under which the path of a case is what the reference weighs.
fn params(case: &str) -> &'static [&'static str] {
    match case {
        "loop_AAB_exposure" => &["lookback_days=30", "path_transform=exposure"],
        "loop_ABA_first_path" => &["lookback_days=30", "path_transform=first"],
        _ => &["lookback_days=30"],
    }
}

#[test]
fn every_edge_case_is_as_the_reference_says() {
    let Some(folder) = shared("golden/attribution") else { return };
    let case = project();
    let cases = fixture(&folder, "expected/edge_cases.csv");
    assert_eq!(cases.len(), 49);
    let (mut events, mut deals) = (Journeys::default(), Journeys::default());
    for row in &cases {
        let milestones = milestones(&row["milestones"]);
        let journeys = if is_deal(row) { &mut deals } else { &mut events };
        let touches = touches(&row["touches"]);
        for (number, (name, age_days)) in touches.iter().enumerate() {
            journeys.touch(&name_of(row), number, channel(name), day() - Duration::days(*age_days));
        }
        if !is_deal(row) {
            journeys.conversion(&name_of(row), "1.0000", day());
            continue;
        }
        let at = |role: &str| milestones.get(role).map(|touch| day() - Duration::days(touches[*touch].1));
        // A lead from before all touches has none that led to it.
        let captured_at = at("LC").unwrap_or_else(|| day() - Duration::days(25));
        journeys.deal(&name_of(row), "1.0000", captured_at, at("OC"), day());
    }
    let mut compared = 0;
    for wanted in [params(""), params("loop_AAB_exposure"), params("loop_ABA_first_path")] {
        let found = [credits(&case, &events, "event", wanted), credits(&case, &deals, "won", wanted)];
        for row in cases.iter().filter(|row| params(&row["case"]) == wanted) {
            check_edge_case(row, &found[usize::from(is_deal(row))]);
            compared += 1;
        }
    }
    assert_eq!(compared, 49);
}

/// A case with milestones is a deal of a lead, one without an event.
fn is_deal(row: &Row) -> bool {
    !milestones(&row["milestones"]).is_empty()
}

fn name_of(row: &Row) -> String {
    format!("{}:{}", row["case"], row["model"])
}

fn check_edge_case(row: &Row, credits: &Credits) {
    let model = ours(&row["model"]).unwrap_or_else(|| panic!("{} is no model of ours", row["model"]));
    let none = Vec::new();
    let steps = credits.get(&(model.to_string(), name_of(row))).unwrap_or(&none);
    // A model of one channel: the claims of the others are theirs.
    let only = row["model"].strip_prefix("last_touch[").and_then(|rest| rest.strip_suffix(']'));
    let expected: Vec<f64> = row["weights"].split_whitespace().map(|weight| weight.parse().unwrap()).collect();
    if expected.iter().all(|weight| *weight == 0.0) && only.is_none() {
        let step = &steps[0];
        assert_eq!((steps.len(), step["channel"].as_str(), number(step, "credit")), (1, "(unattributed)", 1.0), "{}", name_of(row));
        return;
    }
    for (place, weight) in expected.iter().enumerate() {
        let touch = format!("{}#{place:04}", name_of(row));
        let step = steps.iter().find(|step| step["touch_id"] == touch && only.is_none_or(|only| step["channel"] == only));
        let found = step.map_or(0.0, |step| number(step, "credit"));
        // Weights of this file have twelve digits.
        assert!((found - weight).abs() <= 1e-11, "{touch}: {found}, the reference says {weight}");
    }
}

/// `FT=LC=t1 OC=t3 (t2 after lead)`: the place of the touch of each role.
fn milestones(text: &str) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    for word in text.split('(').next().unwrap().split_whitespace() {
        let mut parts: Vec<&str> = word.split('=').collect();
        if let Some(touch) = parts.pop().and_then(|touch| touch.strip_prefix('t')) {
            parts.into_iter().for_each(|role| {
                found.insert(role, touch.parse::<usize>().unwrap() - 1);
            });
        }
    }
    found
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
