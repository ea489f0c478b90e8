//! What holds for every exclusive model, whatever the journeys: laws of `sql/attribution`, over journeys drawn by chance.

use super::journeys::{Credits, Journeys, credits, project};
use super::{Case, Row, readme};
use chrono::{DateTime, Duration, Utc};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};

const CHANNELS: [&str; 7] = ["direct", "email", "eta", "beta", "paid_search", "a > b", "100%"];
const LOOKBACK_DAYS: i64 = 30;
const DEALS: usize = 200;

/// A deal with all that led to it.
#[derive(Clone)]
struct Deal {
    name: String,
    /// In units of the fourth decimal; refunds and gifts are among them.
    value: i64,
    captured_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    closed_at: DateTime<Utc>,
    touches: Vec<(usize, &'static str, DateTime<Utc>)>,
}

fn draw(chance: &mut ChaCha8Rng, name: String) -> Deal {
    let closed_at: DateTime<Utc> = "2026-05-01T00:00:00Z".parse().unwrap();
    let closed_at = closed_at + Duration::minutes(chance.random_range(0..40_000));
    let before = |chance: &mut ChaCha8Rng, days: i64| closed_at - Duration::hours(chance.random_range(0..days * 24));
    let created_at = before(chance, 10);
    let captured_at = created_at - Duration::hours(chance.random_range(-24..400));
    // Whole hours meet often: ties belong to the game.
    let touches = (0..chance.random_range(0..9))
        .map(|number| (number, CHANNELS[chance.random_range(0..CHANNELS.len())], before(chance, LOOKBACK_DAYS)));
    let touches = touches.collect();
    Deal {
        name,
        value: chance.random_range(-1_000_000..9_999_999) * i64::from(chance.random_range(0..9) > 0),
        captured_at,
        created_at,
        closed_at,
        touches,
    }
}

fn decimal(units: i64) -> String {
    format!("{}{}.{:04}", if units < 0 { "-" } else { "" }, units.abs() / 10_000, units.abs() % 10_000)
}

fn journeys<'a>(deals: impl IntoIterator<Item = &'a Deal>) -> Journeys {
    let mut journeys = Journeys::default();
    for deal in deals {
        journeys.deal(&deal.name, &decimal(deal.value), deal.captured_at, Some(deal.created_at), deal.closed_at);
        deal.touches.iter().for_each(|(number, channel, at)| journeys.touch(&deal.name, *number, channel, *at));
    }
    journeys
}

fn won(case: &Case, journeys: &Journeys) -> Credits {
    let mut all = credits(case, journeys, "won", &[&format!("lookback_days={LOOKBACK_DAYS}")]);
    // The two models of claims have laws of their own.
    all.retain(|(model, _), _| model != "last_channel" && model != "participation");
    all
}

/// Every column of every credit.
fn lines(credits: &Credits) -> BTreeSet<String> {
    credits.values().flatten().map(|row| format!("{row:?}")).collect()
}

/// A decimal of ten places in its units.
fn units(row: &Row, column: &str) -> i128 {
    let (whole, part) = row[column].split_once('.').unwrap();
    assert_eq!(part.len(), 10, "{}", row[column]);
    format!("{whole}{part}").parse().unwrap()
}

fn model_names(case: &Case) -> BTreeSet<String> {
    let files = super::files(&case.path("sql/attribution/models")).into_iter();
    let sql = files.filter(|file| file.extension().is_some_and(|kind| kind == "sql"));
    let names: BTreeSet<String> = sql.map(|file| file.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.into_iter().filter(|name| name != "last_channel" && name != "participation").collect()
}

#[test]
fn laws_of_exclusive_models() {
    let case = project();
    let chance = &mut ChaCha8Rng::seed_from_u64(20260501);
    let deals: Vec<Deal> = (0..DEALS).map(|number| draw(chance, format!("d{number:03}"))).collect();
    let plain = won(&case, &journeys(&deals));
    every_conversion_is_shared_out(&case, &deals, &plain);

    // The order of rows in the files says nothing.
    let mut shuffled = journeys(&deals);
    for text in [&mut shuffled.touches, &mut shuffled.leads, &mut shuffled.deals] {
        let mut rows: Vec<&str> = text.lines().collect();
        rows.shuffle(chance);
        *text = rows.join("\n") + "\n";
    }
    assert_eq!(lines(&won(&case, &shuffled)), lines(&plain));

    // A touch before the window, or after the deal, changes nothing. Steps are numbered as before.
    let mut with_strangers = deals.clone();
    for deal in &mut with_strangers {
        deal.touches.push((90, "email", deal.closed_at - Duration::days(LOOKBACK_DAYS) - Duration::seconds(1)));
        deal.touches.push((91, "email", deal.closed_at + Duration::seconds(1)));
    }
    // Who has touches outside of the window alone is unattributed for another reason.
    assert_eq!(lines(&won(&case, &journeys(&with_strangers))), lines(&plain));

    // Nor do the conversions of others. (Where all journeys are asked, as in markov_steps, they do.)
    let others: Vec<Deal> = (0..DEALS / 4).map(|number| draw(chance, format!("other{number:03}"))).collect();
    let mut beside = won(&case, &journeys(deals.iter().chain(&others)));
    beside.retain(|(_, conversion), _| !conversion.starts_with("other"));
    let without_driven = |credits: &Credits| {
        let mut kept = credits.clone();
        kept.retain(|(model, _), _| model != "markov_steps");
        lines(&kept)
    };
    assert_eq!(without_driven(&beside), without_driven(&plain));

    // Seven times the value is seven times the credited value, and the same credit.
    let dearer: Vec<Deal> = deals.iter().map(|deal| Deal { value: deal.value * 7, ..deal.clone() }).collect();
    let dearer = won(&case, &journeys(&dearer));
    for (key, steps) in &plain {
        for (step, dear) in steps.iter().zip(&dearer[key]) {
            assert_eq!((&step["step_id"], &step["credit"]), (&dear["step_id"], &dear["credit"]));
            // A share is rounded to a whole unit, up or down.
            assert!((units(step, "value") * 7 - units(dear, "value")).abs() <= 7, "{key:?}");
        }
    }
}

fn every_conversion_is_shared_out(case: &Case, deals: &[Deal], credits: &Credits) {
    let models = model_names(case);
    assert_eq!(models.len(), 15);
    let names = |deal: &Deal| models.iter().map(|model| (model.clone(), deal.name.clone())).collect::<Vec<_>>();
    let expected: BTreeSet<(String, String)> = deals.iter().flat_map(names).collect();
    assert_eq!(credits.keys().cloned().collect::<BTreeSet<_>>(), expected);
    let values: BTreeMap<&str, i64> = deals.iter().map(|deal| (deal.name.as_str(), deal.value)).collect();
    for ((model, conversion), steps) in credits {
        let sum: i128 = steps.iter().map(|step| units(step, "value")).sum();
        assert_eq!(sum, i128::from(values[conversion.as_str()]) * 1_000_000, "{model} of {conversion}");
        let shares: Vec<f64> = steps.iter().map(|step| step["credit"].parse().unwrap()).collect();
        assert!(shares.iter().all(|share| *share > 0.0 && *share <= 1.0), "{model} of {conversion}: {shares:?}");
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{model} of {conversion}: {shares:?}");
    }
}

/// As an analyst would: write, look, prove, break, mend, publish, compare, trace.
#[test]
fn the_readme_adds_a_model() {
    let case = Case::packaged();
    super::copy(&super::packaged("testdata/demo/raw"), &case.path("testdata/demo/raw"));
    let model = "sql/attribution/models/first_and_last.sql";
    let mut told = String::new();
    let mut runs = 0;
    for block in readme::section("## Add your own model") {
        match block.language.as_str() {
            "sql" => case.write(model, &block.text),
            "yaml" => case.write("sql/attribution/models/first_and_last.yaml", &block.text),
            "text" => {
                let missing: Vec<&str> = block.text.lines().filter(|line| !told.contains(*line)).collect();
                assert!(missing.is_empty(), "{missing:#?} is not in:\n{told}");
            }
            "sh" => {
                let is_broken = block.said.contains("Break it: let it say `-1.0 as weight`");
                if is_broken {
                    case.edit(model, "1.0 as weight", "-1.0 as weight");
                } else if case.read(model).contains("-1.0") {
                    case.edit(model, "-1.0 as weight", "1.0 as weight");
                }
                told.clear();
                for line in block.text.lines() {
                    let words = readme::words(line);
                    assert_eq!(words[0], "sluice");
                    let arguments: Vec<&str> =
                        words[1..].iter().map(|word| if word == "nightly" { "pipelines/nightly.yaml" } else { word }).collect();
                    // Examples are those of the folder one is in.
                    let ended = if words[1] == "test" { case.process(&arguments, &[]) } else { case.sluice(&arguments) };
                    assert_eq!(ended.code, i32::from(is_broken), "{line}\n{}", ended.err);
                    assert_eq!(ended.err.matches("error:").count(), usize::from(is_broken), "{line}\n{}", ended.err);
                    told += &ended.out;
                    told += &ended.err;
                    runs += 1;
                }
            }
            other => panic!("a block of {other}"),
        }
    }
    assert_eq!(runs, 6);
    // The trace ends in raw lines of touches.
    assert!(told.lines().any(|line| line.contains("raw.demo_touchpoints") && line.contains("touchpoints/")), "{told}");
}

/// Each fault of a model is one error, which names a conversion.
#[test]
fn a_faulty_model_gets_one_error_naming_the_conversion() {
    let case = project();
    let mut journeys = Journeys::default();
    let at: DateTime<Utc> = "2026-05-01T00:00:00Z".parse().unwrap();
    journeys.touch("d1", 1, "email", at - Duration::days(1));
    journeys.touch("d1", 2, "email", at);
    journeys.deal("d1", "10.0000", at, Some(at), at);
    let models = [
        ("select step_id, case when is_first then -1.0 else 1.0 end as weight from journey.steps", "step_id won:d1#1"),
        ("select step_id, case when is_closing then 1.0 end as weight from journey.steps", "step_id lead:d1#1"),
        ("select step_id, 0.0 as weight from journey.steps", "conversion_id won:d1"),
        ("select concat(step_id, '!') as step_id, 1.0 as weight from journey.steps", "step_id won:d1#1!"),
        ("select step_id, 1.0 as weight, 'everything' as normalise from journey.steps", "step_id won:d1#1"),
        ("select step_id, cast('NaN' as double) as weight from journey.steps", "step_id won:d1#1"),
    ];
    for (sql, named) in models {
        case.write("sql/attribution/models/faulty.sql", sql);
        let told = super::journeys::try_run(&case, &journeys, &[]);
        assert_eq!((told.code, told.err.matches("error:").count()), (1, 1), "{sql}\n{}", told.err);
        assert!(told.err.contains(named), "{sql}\n{}", told.err);
    }
}
