//! The functions over counted paths give the numbers of an exact reference (`shared/golden/attribution`), in SQL.

use super::{Row, records, rows, shared};
use crate::functions;
use arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use datafusion::prelude::SessionContext;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const FIXTURES: [(&str, &str); 4] =
    [("tiny_c1c2c3", "tiny"), ("published_puzyrov_2019", "puzyrov"), ("mam_fixture_9_paths", "fixture9"), ("loops_and_null", "loops")];

#[tokio::test]
async fn paths_give_the_reference_numbers() {
    let Some(folder) = shared("golden/attribution") else { return };
    for (input, prefix) in FIXTURES {
        let paths = paths(&folder, input);
        let context = session(&paths);
        let expected = |name: &str| golden(&folder, &format!("expected/{prefix}_{name}.csv"));
        for order in 1..=3 {
            let found = answer(&context, &format!("removal_effects(path, successes, failures, reward, {order})"), &["state"]).await;
            let wanted = expected(&format!("markov_order{order}"));
            check(&found, &wanted, &["channel"], &[("effect", "removal_effect_conv"), ("reward_effect", "removal_effect_value")]);
            check_credits(&found, &wanted, &paths);
        }
        let found = answer(&context, "transition_probabilities(path, successes, failures)", &["from_state", "to_state"]).await;
        check(&found, &expected("markov_order1_transitions"), &["from", "to"], &[("probability", "probability")]);
        for (game, name, columns) in [
            ("exact_set", "shapley_exactset_convrate", ["conversions", "value"]),
            ("exact_sequence", "shapley_exactset_convrate_ordered", ["conversions", "value"]),
            ("subset", "heuristics", ["linear_distinct_conv", "linear_distinct_value"]),
        ] {
            let found = answer(&context, &format!("shapley_values(path, successes, failures, reward, '{game}')"), &["player"]).await;
            let columns = [("value", columns[0]), ("reward_value", columns[1])];
            check(&found, &expected(name), &["channel"], &columns);
        }
    }
}

/// Order, states, area, penalised area.
type Fit = (i64, i64, f64, f64);

/// Areas by scikit-learn 1.9.1 (`roc_auc_score`, counts as weights, scores by the definition of a chain): order, states, area, penalised.
const FITS: [(&str, [Fit; 3]); 2] = [
    ("published_puzyrov_2019", [(1, 2, 0.75, 0.5), (2, 3, 0.75, 0.0), (3, 3, 0.75, 0.0)]),
    (
        "loops_and_null",
        [
            (1, 4, 0.6477591036414566, 0.6216671853926756),
            (2, 9, 0.7661064425770308, 0.7231464014177098),
            (3, 10, 0.7941176470588236, 0.7512254901960785),
        ],
    ),
];

#[tokio::test]
async fn orders_fit_as_another_library_says() {
    let Some(folder) = shared("golden/attribution") else { return };
    for (input, fits) in FITS {
        let found = answer(&session(&paths(&folder, input)), "chain_order_fit(path, successes, failures, 3)", &["order"]).await;
        for (order, states, auc, penalised) in fits {
            let row = &found[&vec![order.to_string()]];
            assert_eq!(row["states"], states.to_string(), "{input}, order {order}");
            near(input, number(row, "auc"), auc);
            near(input, number(row, "penalised_auc"), penalised);
        }
    }
}

/// Effects share out all there is: what a mart makes of them.
fn check_credits(found: &Answer, wanted: &[Row], paths: &[Row]) {
    for (effect, total, credit) in
        [("effect", "total_conversions", "total_conversions"), ("reward_effect", "total_conversion_value", "total_conversion_value")]
    {
        let all: f64 = paths.iter().map(|row| number(row, total)).sum();
        let effects: f64 = found.values().map(|row| number(row, effect)).sum();
        for row in wanted {
            near(&row["channel"], number(&found[&vec![row["channel"].clone()]], effect) / effects * all, number(row, credit));
        }
    }
}

/// Rows of an answer by their names.
type Answer = BTreeMap<Vec<String>, Row>;

async fn answer(context: &SessionContext, call: &str, names: &[&str]) -> Answer {
    let sql = format!("with answer as (select unnest({call}) as row from t) select unnest(row) from answer");
    let batches = context.sql(&sql).await.unwrap().collect().await.unwrap();
    let plain = |row: Row| -> Row { row.into_iter().map(|(name, value)| (name.rsplit('.').next().unwrap().into(), value)).collect() };
    let found = batches.iter().flat_map(rows).map(plain);
    found.map(|row| (names.iter().map(|name| row[*name].clone()).collect(), row)).collect()
}

fn check(found: &Answer, wanted: &[Row], names: &[&str], columns: &[(&str, &str)]) {
    let mut left = found.clone();
    for row in wanted {
        let of_ours = |name: &str| row[name].replace("(conversion)", "(success)").replace("(null)", "(failure)");
        let key: Vec<String> = names.iter().map(|name| of_ours(name)).collect();
        let row_of_ours = left.remove(&key).unwrap_or_else(|| panic!("{key:?} is missing"));
        for (ours, theirs) in columns {
            near(&format!("{ours} of {key:?}"), number(&row_of_ours, ours), number(row, theirs));
        }
    }
    // The reference leaves out players who never succeed.
    let nothing = |row: &Row| columns.iter().all(|(ours, _)| number(row, ours) == 0.0);
    assert!(left.values().all(nothing), "{left:?}");
}

/// As exact as the reference's README asks.
fn near(subject: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs() + 1e-12, "{subject}: {found}, the reference says {expected}");
}

fn number(row: &Row, name: &str) -> f64 {
    row[name].parse().unwrap()
}

fn golden(folder: &Path, file: &str) -> Vec<Row> {
    records(&std::fs::read(folder.join(file)).unwrap())
}

fn paths(folder: &Path, input: &str) -> Vec<Row> {
    golden(folder, &format!("inputs/{input}.csv"))
}

/// The paths as a table `t`, their states joined by a character no name has.
fn session(paths: &[Row]) -> SessionContext {
    let context = SessionContext::new();
    functions::register(&context);
    let text = paths.iter().map(|row| row["path"].replace(" > ", "\u{1f}"));
    let counts = |name: &str| -> ArrayRef { Arc::new(Int64Array::from_iter_values(paths.iter().map(|row| number(row, name) as i64))) };
    let value = Decimal128Array::from_iter_values(paths.iter().map(|row| (number(row, "total_conversion_value") * 100.0) as i128));
    let columns: [(&str, ArrayRef); 4] = [
        ("text", Arc::new(StringArray::from_iter_values(text))),
        ("successes", counts("total_conversions")),
        ("failures", counts("total_null")),
        ("reward", Arc::new(value.with_precision_and_scale(18, 2).unwrap())),
    ];
    context.register_batch("counted", RecordBatch::try_from_iter(columns).unwrap()).unwrap();
    let view = "create view t as select string_to_array(text, chr(31)) as path, successes, failures, reward from counted";
    futures::executor::block_on(async { context.sql(view).await.unwrap().collect().await }).unwrap();
    context
}
