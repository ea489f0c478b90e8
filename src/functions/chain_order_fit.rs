//! `chain_order_fit(path, successes, failures, max_order)`: how well the last state of the Markov chain of each order, from 1 to `max_order`,
//! tells paths that succeed from those that fail, as a list of `struct(order, states, auc, penalised_auc)`.
//!
//! A path is scored with the probability that its last window ([`super::chain`]) steps to success, of all its steps. `auc` is the area under
//! the ROC curve of these scores, every path as often as it was taken: the chance that a success scores above a failure, ties half (Hanley,
//! McNeil, Radiology 143, 1982). More states fit better by chance alone: `penalised_auc` is 1 - (1 - auc)(n - 1) / (n - states - 1) for n
//! paths taken, the correction of an adjusted R2 (Theil, 1961). The order to prefer is where it is largest.
//!
//! This is what `choose_order` of the R package ChannelAttribution 2.2.4 computes, but for two things: the curve is exact, not read at a
//! hundred thresholds; and `states` are the windows there are, not the combinations of states with repetition, which are fewer than the
//! sequences a chain tells apart. Without a success or without a failure both areas are NULL, the penalised one too where the states are
//! as many as the paths.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{HashMap, Result};
use datafusion::logical_expr::AggregateUDF;

use super::chain::{Chain, last_window};
use super::path_counts::Paths;
use super::path_function::{self, Given, Measure, Reward, Setting};

const MEASURE: Measure = Measure {
    name: "chain_order_fit",
    usage: "chain_order_fit(path, successes, failures, max_order)",
    reward: Reward::Absent,
    setting: Setting::UpTo(10),
    answer,
    solve,
};

pub fn function() -> Arc<AggregateUDF> {
    path_function::function(&MEASURE)
}

fn answer() -> Fields {
    Fields::from(vec![
        Field::new("order", DataType::Int64, false),
        Field::new("states", DataType::Int64, false),
        Field::new("auc", DataType::Float64, true),
        Field::new("penalised_auc", DataType::Float64, true),
    ])
}

struct Fit {
    states: i64,
    auc: Option<f64>,
    penalised_auc: Option<f64>,
}

fn solve(paths: &Paths, given: Given) -> Result<Vec<ArrayRef>> {
    let orders = if paths.rows.is_empty() { 0 } else { given.setting };
    let fits: Vec<Fit> = (1..=orders).map(|order| fit(paths, order)).collect();
    Ok(vec![
        Arc::new(Int64Array::from_iter_values((1..).take(fits.len()))),
        Arc::new(Int64Array::from_iter_values(fits.iter().map(|fit| fit.states))),
        Arc::new(fits.iter().map(|fit| fit.auc).collect::<Float64Array>()),
        Arc::new(fits.iter().map(|fit| fit.penalised_auc).collect::<Float64Array>()),
    ])
}

fn fit(paths: &Paths, order: usize) -> Fit {
    let chain = Chain::new(paths, order);
    // The start is no state a path can end in.
    let states = chain.windows.len() - 1;
    let score: HashMap<&[u32], u64> =
        chain.windows.iter().zip(&chain.steps).map(|(window, steps)| (*window, bits(steps.successes, steps.total()))).collect();
    let mut ends: BTreeMap<u64, (i128, i128)> = BTreeMap::new();
    for (path, count) in &paths.rows {
        let of_score = ends.entry(score[last_window(path, order)]).or_default();
        *of_score = (of_score.0 + i128::from(count.successes), of_score.1 + i128::from(count.failures));
    }
    let taken: i128 = paths.rows.iter().map(|(_, count)| count.total()).sum();
    let left = taken - states as i128 - 1;
    let auc = auc(ends.into_values());
    let penalised_auc = auc.filter(|_| left > 0).map(|auc| 1.0 - (1.0 - auc) * ((taken - 1) as f64 / left as f64));
    Fit { states: states as i64, auc, penalised_auc }
}

/// A rate as a number that sorts as it does.
fn bits(part: i128, whole: i128) -> u64 {
    (part as f64 / whole as f64).to_bits()
}

/// The chance that a success lies above a failure, ties half; successes and failures of each score, the lowest first.
fn auc(scores: impl Iterator<Item = (i128, i128)>) -> Option<f64> {
    let (mut successes, mut failures, mut won) = (0, 0, 0.0);
    for (of_score, failed) in scores {
        won += of_score as f64 * (failures as f64 + failed as f64 / 2.0);
        successes += of_score;
        failures += failed;
    }
    (successes > 0 && failures > 0).then(|| won / successes as f64 / failures as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check, check_fault, integers, texts};

    const FITS: &str = "with f as (select unnest(chain_order_fit(string_to_array(p, '>'), s, f, 2)) as f from t)
        select f['order'] as o, f['states'] as s, round(f['auc'], 12) as a, round(f['penalised_auc'], 12) as p from f";

    /// Order 1: A ends in success 1 of 10 steps, B 5 of 8. Of 6 successes and 4 failures: 5 in B against 2 in A, 2 in B half, 1 in A against 2
    /// half: (10 + 5 + 1) / 24 = 2/3; n = 10, 2 states: 1 - 1/3 * 9/7 = 4/7.
    /// Order 2: AB is left 7 times, 5 to success, 1 to failure, 1 to BA; A 1 of 3; B 0 of 1. 5 in AB lie above 3 failures and beside 1, 1 in A
    /// above 1 and beside 2: (5 * 3.5 + 1 * 2) / 24 = 13/16; 4 states: 1 - 3/16 * 9/5.
    #[tokio::test]
    async fn fits_by_hand() {
        let columns = [
            texts("p", &[Some("A>B"), Some("A"), Some("B"), Some("A>B>A>B"), None]),
            integers("s", &[Some(4), Some(1), Some(0), Some(1), Some(7)]),
            integers("f", &[Some(1), Some(2), Some(1), None, Some(7)]),
        ];
        check(&columns, FITS, &["1 | 2 | 0.666666666667 | 0.571428571429", "2 | 4 | 0.8125 | 0.6625"]).await;
        check(&columns, &FITS.replace("s, f, 2", "s, 0, 1"), &["1 | 2 | NULL | NULL"]).await;
        check(&columns, &FITS.replace("from t", "from t where p = 'B'"), &["1 | 1 | NULL | NULL", "2 | 1 | NULL | NULL"]).await;
        check(&columns, &FITS.replace("s, f, 2", "0, 0, 2"), &[]).await;
        check_fault(&columns, &FITS.replace("s, f, 2", "s, f, 11"), "a whole number from 1 to 10").await;
    }

    /// Hanley and McNeil, 1982, table II: 109 readings on five levels, area 0.893 by counting.
    #[test]
    fn auc_as_published() {
        let levels = [(3, 33), (2, 6), (2, 6), (11, 11), (33, 2)];
        let area = auc(levels.into_iter()).unwrap();
        assert!((area - 0.893).abs() < 5e-4, "{area}");
        assert_eq!(auc([(1, 0), (5, 0)].into_iter()), None);
    }
}
