//! `removal_effects(path, successes, failures, reward, order)`: how much of the success of an absorbing Markov chain hangs on each state, as a
//! list of `struct(state, effect, reward_effect)`, in the order of the states.
//!
//! The chain is that of the counted paths ([`super::chain`]), of order 1 to 4. The effect of a state is 1 - P(success where every step to it
//! fails instead) / P(success), at higher orders every step to a window that holds it (Anderl, Becker, von Wangenheim, Schumann, IJRM 33(3),
//! 2016). `reward_effect` is the same of the expected reward: a step to success pays the mean reward seen on it. P(success) itself is
//! successes / (successes + failures), whatever the order.
//!
//! Effects are what is lost, not a difference of what is left: the chance to meet the state and to succeed from there. They are exact but for
//! rounding ([`super::absorption`]), nothing is drawn and no path is cut. A state of failing paths alone has the effect 0 where none of its
//! windows is on a path that succeeds, as at orders no path is longer than; at lower orders it may pass on to states that do succeed.
//!
//! Without any success the list is empty. Where the expected reward is 0, `reward_effect` is NULL. Rewards may be negative: such effects may
//! leave 0 to 1.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use datafusion::logical_expr::AggregateUDF;

use super::absorption::{Leaving, PAYS, Pays};
use super::chain::{Chain, Steps};
use super::path_counts::Paths;
use super::path_function::{self, Given, Measure, Reward, Setting, names};

const MEASURE: Measure = Measure {
    name: "removal_effects",
    usage: "removal_effects(path, successes, failures, reward, order)",
    reward: Reward::Read,
    setting: Setting::UpTo(4),
    answer,
    solve,
};

pub fn function() -> Arc<AggregateUDF> {
    path_function::function(&MEASURE)
}

fn answer() -> Fields {
    Fields::from(vec![
        Field::new("state", DataType::Utf8View, false),
        Field::new("effect", DataType::Float64, false),
        Field::new("reward_effect", DataType::Float64, true),
    ])
}

fn solve(paths: &Paths, given: Given) -> Result<Vec<ArrayRef>> {
    let effects = effects(paths, given.setting);
    Ok(vec![
        names(paths.names.iter().copied().take(effects.len())),
        Arc::new(Float64Array::from_iter_values(effects.iter().map(|effect| effect.0))),
        Arc::new(effects.iter().map(|effect| effect.1).collect::<Float64Array>()),
    ])
}

/// The effect and the reward effect of each state; none without a success.
fn effects(paths: &Paths, order: usize) -> Vec<(f64, Option<f64>)> {
    let reward: i128 = paths.rows.iter().map(|(_, count)| count.reward).sum();
    let total: i128 = paths.rows.iter().map(|(_, count)| count.total()).sum();
    if paths.rows.iter().all(|(_, count)| count.successes == 0) {
        return Vec::new();
    }
    let chain = Chain::new(paths, order);
    let values = whole(&chain).values();
    let (success, expected) = (values[0][0], reward as f64 / total as f64);
    let effect = |state: usize| {
        let [lost, gains, losses] = without(&chain, state as u32, &values).values()[0];
        // A chance is at most the whole: the last bit of the two sums may say otherwise.
        ((lost / success).min(1.0), (reward != 0).then(|| (gains - losses) / expected))
    };
    (0..paths.names.len()).map(effect).collect()
}

/// The chain pays 1 for a success, its positive reward, and what its negative rewards take.
fn whole(chain: &Chain) -> Leaving {
    let mut leaving = Leaving::default();
    for steps in &chain.steps {
        let next = steps.next.iter().map(|(next, times)| (*next, *times as f64)).collect();
        leaving.push(next, (steps.successes + steps.failures) as f64, pays(steps));
    }
    leaving
}

fn pays(steps: &Steps) -> Pays {
    [steps.successes as f64, steps.reward.max(0) as f64, (-steps.reward).max(0) as f64]
}

/// The chain that ends where it meets a state, and pays there what it would have been worth.
fn without(chain: &Chain, state: u32, values: &[Pays]) -> Leaving {
    let kept: Vec<bool> = chain.windows.iter().map(|window| !window.contains(&state)).collect();
    let mut places = vec![0; kept.len()];
    (0..kept.len()).filter(|place| kept[*place]).enumerate().for_each(|(new, place)| places[place] = new as u32);
    let mut leaving = Leaving::default();
    for (steps, _) in chain.steps.iter().zip(&kept).filter(|(_, kept)| **kept) {
        let mut next = Vec::with_capacity(steps.next.len());
        let (mut ends, mut pays) = ((steps.successes + steps.failures) as f64, [0.0; PAYS]);
        for (to, times) in steps.next.iter().map(|(to, times)| (*to as usize, *times as f64)) {
            if kept[to] {
                next.push((places[to], times));
                continue;
            }
            ends += times;
            pays.iter_mut().zip(values[to]).for_each(|(pay, value)| *pay += times * value);
        }
        leaving.push(next, ends, pays);
    }
    leaving
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::path_counts::tests::{Row, counted};
    use crate::functions::tests::{check, check_fault, integers, money, texts};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// From a window: to others, to success, to failure, and what success pays.
    type Steps<'a> = (BTreeMap<Vec<&'a str>, f64>, f64, f64, f64);

    const EFFECTS: &str = "with e as (select unnest(removal_effects(string_to_array(p, '>'), s, f, r, 1)) as e from t)
        select e['state'] as s, round(e['effect'], 12) as e, round(e['reward_effect'], 12) as r from e";

    fn effects_of(rows: &[Row], order: usize) -> BTreeMap<String, (f64, Option<f64>)> {
        let counts = counted(rows);
        let paths = counts.paths();
        let effects = effects(&paths, order);
        paths.names.iter().map(ToString::to_string).zip(effects).collect()
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found}, not {expected}");
    }

    /// Start: A 8 of 10, B 2. A: B 5 of 8, success 1, failure 2. B: success 4 of 7, failure 3. P = 1/10 + 4/10 = 1/2.
    /// Without A, B alone from the start: 2/10 * 4/7. Without B: 1/10. Rewards 3 on A and 9 on B: without A 2/10 * 9/7, without B 3/10.
    #[tokio::test]
    async fn effects_by_hand() {
        let columns = [
            texts("p", &[Some("A>B"), Some("A"), Some("A>A"), Some("B"), None]),
            integers("s", &[Some(3), Some(1), Some(0), Some(1), Some(7)]),
            integers("f", &[Some(2), None, Some(2), Some(1), Some(7)]),
            money("r", &[Some(700), Some(300), None, Some(200), Some(5)]),
        ];
        // 1 - 4/35 * 2 = 27/35; 1 - 1/5; of 12/10: 1 - 18/70 / (12/10) = 11/14; 1 - 3/12.
        check(&columns, EFFECTS, &["A | 0.771428571429 | 0.785714285714", "B | 0.8 | 0.75"]).await;
        let unpaid = EFFECTS.replace(", r, 1", ", 0, 1");
        check(&columns, &unpaid, &["A | 0.771428571429 | NULL", "B | 0.8 | NULL"]).await;
        let failing = "select cardinality(removal_effects(string_to_array(p, '>'), 0, f, 0, 2)) as n from t where p = 'B'";
        check(&columns, failing, &["0"]).await;
        check(&columns, "select removal_effects(string_to_array(p, '>'), s, f, r, 1) is null as x from t where p = 'Q'", &["true"]).await;
    }

    #[tokio::test]
    async fn what_cannot_be() {
        let columns = [texts("p", &[Some("A")]), integers("s", &[Some(1)]), money("r", &[Some(1)])];
        let call = |arguments: &str| format!("select removal_effects({arguments}) from t");
        let faults = [
            ("make_array(p), s, 0, r, 5", "the last argument of removal_effects is a whole number from 1 to 4"),
            ("make_array(p), s, 0, r, 0", "from 1 to 4"),
            ("make_array(p), s, 0, r, s", "written as a literal"),
            ("make_array(p), s, 0, r, null", "written as a literal"),
            ("make_array(p), s, 0, r", "removal_effects(path, successes, failures, reward, order)"),
            ("make_array(p), s, 0, 1.5e0, 1", "a reward DECIMAL"),
            ("p, s, 0, r, 1", "path is a list of text"),
            ("distinct make_array(p), s, 0, r, 1", "does not take DISTINCT"),
            ("make_array(p), -s, 0, r, 1", "counts must not be negative"),
            ("make_array(p, null), s, 0, r, 1", "a state of a path is NULL"),
            ("array_remove(make_array(p), p), s, 0, r, 1", "a path is empty"),
            ("make_array(p), 0, s, r, 1", "a row has a reward and no success"),
            ("make_array(p), s, 0, r, cast(cast(3 as smallint) as bigint) + 2", "whole number from 1 to 4"),
        ];
        for (arguments, words) in faults {
            check_fault(&columns, &call(arguments), words).await;
        }
        check_fault(&columns, "select removal_effects(make_array(p), s, s, r, 9) over () from t", "from 1 to 4").await;
    }

    /// Nine paths on which a simulation that cuts paths at the longest seen gives 0.641: 2/3 = 0.6667 by hand. Without A only paths of B and
    /// C succeed: b = 1/3 + c/3, c = 2/5 + b/5, so b = 1/2, c = 1/2; from the start (b + c)/3 = 1/3.
    #[test]
    fn loops_are_followed_to_the_end() {
        let paths = ["A", "A > B", "A > B > C", "B", "B > A", "B > C > A", "C", "C > A", "C > B > A"];
        let effects = effects_of(&paths.map(|path| (path, 1, 0, 3)), 1);
        near(effects["A"].0, 2.0 / 3.0);
        near(effects["A"].1.unwrap(), 2.0 / 3.0);
    }

    /// D fails whenever it is met, and yet order 1 sees it pass on to A: P = 1/2, without D 1/4. Order 2 tells that A from the one alone.
    #[test]
    fn a_state_of_failures_may_pass_on() {
        let rows = [("D > A", 0, 1, 0), ("A", 1, 0, 1), ("E", 0, 3, 0)];
        let (first, second) = (effects_of(&rows, 1), effects_of(&rows, 2));
        near(first["D"].0, 0.5);
        assert_eq!((first["E"], second["D"], second["E"]), ((0.0, Some(0.0)), (0.0, Some(0.0)), (0.0, Some(0.0))));
    }

    /// Of a trillion failures one state is behind all ten successes: nothing is lost to rounding, or to luck.
    #[test]
    fn few_successes_count_as_exactly_as_many() {
        let effects = effects_of(&[("A", 0, 1_000_000_000_000, 0), ("B > A", 10, 0, 1), ("B", 0, 7, 0)], 2);
        assert_eq!((effects["A"], effects["B"]), ((1.0, Some(1.0)), (1.0, Some(1.0))));
    }

    /// A long way back and forth beside other paths: 10,000 pairs of A and B. By hand at order 1: A succeeds in 3 of
    /// 10,004 steps and passes on 10,000 to B, which passes on 9,999 of 10,000 to A.
    #[test]
    fn slow_chains_stay_exact() {
        let long = ["A > B"; 10_000].join(" > ");
        let rows: [Row; 3] = [(&long, 0, 1, 0), ("A", 3, 1, 3), ("C > D", 1, 1, 2)];
        let effects = effects_of(&rows, 1);
        // a = (3 + 10,000 b) / 10,004, b = 9,999 a / 10,000: a = 3 / 5; five of seven paths start in A.
        let (a, success) = (5.0 / 7.0 * 0.6, 4.0 / 7.0);
        near(effects["A"].0, a / success);
        // Without B, A succeeds in 3 of 10,004.
        near(effects["B"].0, 1.0 - (5.0 / 7.0 * 3.0 / 10_004.0 + 1.0 / 7.0) / success);
        near(effects["C"].0, 1.0 / 7.0 / success);
        for order in 2..=4 {
            let effects = effects_of(&rows, order);
            // The long path ends in failure: what meets it from the second step on never succeeds. B is on no path that does.
            near(effects["A"].0, 3.0 / 4.0);
            assert_eq!(effects["B"].0, 0.0);
        }
    }

    /// The definition itself, by sweeping long enough: the value of the start where steps to a state fail.
    fn by_definition(rows: &[Row], order: usize, removed: Option<&str>) -> (f64, f64) {
        let mut steps: BTreeMap<Vec<&str>, Steps<'_>> = BTreeMap::new();
        for (path, successes, failures, reward) in rows {
            let states: Vec<&str> = path.split(" > ").collect();
            let mut windows: Vec<Vec<&str>> = states.windows(order.min(states.len())).map(<[&str]>::to_vec).collect();
            windows.dedup();
            windows.insert(0, Vec::new());
            let taken = (successes + failures) as f64;
            for pair in windows.windows(2) {
                let from = steps.entry(pair[0].clone()).or_default();
                *from.0.entry(pair[1].clone()).or_default() += taken;
                from.3 += taken;
            }
            let last = steps.entry(windows.last().unwrap().clone()).or_default();
            *last = (last.0.clone(), last.1 + *successes as f64, last.2 + *reward as f64, last.3 + taken);
        }
        let fails = |window: &Vec<&str>| removed.is_some_and(|removed| window.contains(&removed));
        let mut values: BTreeMap<&Vec<&str>, (f64, f64)> = BTreeMap::new();
        for _ in 0..1000 {
            for (window, (next, success, reward, total)) in &steps {
                let of = |next: &Vec<&str>| if fails(next) { (0.0, 0.0) } else { values.get(next).copied().unwrap_or_default() };
                let sum = next.iter().fold((*success, *reward), |sum, (next, times)| {
                    let value = of(next);
                    (sum.0 + times * value.0, sum.1 + times * value.1)
                });
                values.insert(window, (sum.0 / total, sum.1 / total));
            }
        }
        values[&Vec::new()]
    }

    fn any_rows() -> impl Strategy<Value = Vec<(String, i64, i64, i128)>> {
        let states = prop::sample::select(vec!["a", "beta", "eta", "theta", "a a", "d"]);
        let path = prop::collection::vec(states, 1..9).prop_map(|states| states.join(" > "));
        let row = (path, 0i64..5, 0i64..5, -3i128..20).prop_map(|(path, s, f, r)| (path, s, f, if s == 0 { 0 } else { r }));
        prop::collection::vec(row, 1..14)
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(rows in any_rows(), order in 1usize..5) {
            let rows: Vec<Row> = rows.iter().map(|row| (row.0.as_str(), row.1, row.2, row.3)).filter(|row| row.1 + row.2 > 0).collect();
            let effects = effects_of(&rows, order);
            let total: i64 = rows.iter().map(|row| row.1 + row.2).sum();
            let (success, reward) = match rows.is_empty() { true => (0.0, 0.0), false => by_definition(&rows, order, None) };
            let successes: i64 = rows.iter().map(|row| row.1).sum();
            prop_assert!(total == 0 || (success - successes as f64 / total as f64).abs() < 1e-12);
            prop_assert_eq!(effects.is_empty(), successes == 0);
            for (state, (effect, reward_effect)) in &effects {
                let (left, reward_left) = by_definition(&rows, order, Some(state));
                prop_assert!((effect - (1.0 - left / success)).abs() < 1e-10, "{} {}", state, effect);
                if let Some(reward_effect) = reward_effect {
                    prop_assert!((reward_effect - (1.0 - reward_left / reward)).abs() < 1e-9, "{} {}", state, reward_effect);
                }
            }
        }

        /// The order of rows, and how counts are split over them, change no bit; twice of everything neither.
        #[test]
        fn depends_on_the_counts_alone(rows in any_rows(), order in 1usize..5) {
            let one: Vec<Row> = rows.iter().map(|row| (row.0.as_str(), row.1, row.2, row.3)).collect();
            let twice: Vec<Row> = one.iter().rev().chain(&one).copied().collect();
            prop_assert_eq!(effects_of(&one, order), effects_of(&twice, order));
        }

        /// Other names change nothing but the names: those here are contained in one another, and sort elsewhere.
        #[test]
        fn names_say_nothing(rows in any_rows(), order in 1usize..5) {
            let one: Vec<Row> = rows.iter().map(|row| (row.0.as_str(), row.1, row.2, row.3)).collect();
            let name = |state: &str| match state { "a" => "eta".to_string(), "beta" => "a".to_string(), other => format!("beta{other}") };
            let other: Vec<String> = one.iter().map(|row| row.0.split(" > ").map(name).collect::<Vec<_>>().join(" > ")).collect();
            let other: Vec<Row> = one.iter().zip(&other).map(|(row, path)| (path.as_str(), row.1, row.2, row.3)).collect();
            let (one, other) = (effects_of(&one, order), effects_of(&other, order));
            for (state, (effect, _)) in &one {
                prop_assert!((other[&name(state)].0 - effect).abs() < 1e-12);
            }
        }
    }
}
