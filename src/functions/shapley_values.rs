//! `shapley_values(path, successes, failures, reward, game)`: what each player of a cooperative game earns of the successes and of their
//! rewards, as a list of `struct(player, value, reward_value)`, in the order of the players.
//!
//! Players are the states of the paths, each once a path; `game`, a literal, says what a coalition is worth (Shapley, 1953; for paths Zhao,
//! Mahboobi, Bagheri, arXiv 1804.05327, 2018):
//! - `exact_set`: one game for each set K of players seen. A coalition inside K is worth the success rate of the paths whose set is exactly
//!   the coalition, 0 where there are none. What the players get is scaled to the successes, and to the reward, of K.
//! - `exact_sequence`: the same of sequences, players in the order of their first appearance; coalitions inside K keep its order.
//! - `subset`: one game for all. A coalition is worth the successes of all paths whose set lies inside it, which gives each player of a set
//!   the same part of its successes.
//!
//! Values sum to all successes, reward values to all rewards, as DOUBLE. In the exact games they may be negative. Coalitions nobody took are
//! worth nothing, so that only those seen are added up, never all 2^n; a set may have any number of players.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use datafusion::logical_expr::AggregateUDF;

use super::path_counts::Paths;
use super::path_function::{self, Given, Measure, Reward, Setting, names};
use super::superaccumulator::ExactSum;

const MEASURE: Measure = Measure {
    name: "shapley_values",
    usage: "shapley_values(path, successes, failures, reward, game)",
    reward: Reward::Read,
    setting: Setting::Word(&["exact_set", "exact_sequence", "subset"]),
    answer,
    solve,
};

pub fn function() -> Arc<AggregateUDF> {
    path_function::function(&MEASURE)
}

fn answer() -> Fields {
    Fields::from(vec![
        Field::new("player", DataType::Utf8View, false),
        Field::new("value", DataType::Float64, false),
        Field::new("reward_value", DataType::Float64, false),
    ])
}

fn solve(paths: &Paths, given: Given) -> Result<Vec<ArrayRef>> {
    let values = match given.setting {
        0 => exact_game(&coalitions(paths, in_order), paths.names.len()),
        1 => exact_game(&coalitions(paths, as_they_appear), paths.names.len()),
        _ => subset_game(&coalitions(paths, in_order), paths.names.len()),
    };
    Ok(vec![
        names(paths.names.iter().copied()),
        Arc::new(Float64Array::from_iter_values(values.iter().map(|value| value.successes.round()))),
        Arc::new(Float64Array::from_iter_values(values.iter().map(|value| value.reward.round() / given.units))),
    ])
}

/// Players, and what was seen of exactly them.
type Coalitions = BTreeMap<Vec<u32>, Seen>;

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    successes: i128,
    total: i128,
    reward: i128,
}

impl Seen {
    fn rate(&self) -> f64 {
        self.successes as f64 / self.total as f64
    }
}

/// Sums over coalitions, rounded once.
#[derive(Clone, Debug, Default)]
struct Value {
    successes: ExactSum,
    reward: ExactSum,
}

fn coalitions(paths: &Paths, players: fn(&[u32]) -> Vec<u32>) -> Coalitions {
    let mut coalitions = Coalitions::new();
    for (path, count) in &paths.rows {
        let seen = coalitions.entry(players(path)).or_default();
        seen.successes += i128::from(count.successes);
        seen.total += count.total();
        seen.reward += count.reward;
    }
    coalitions
}

fn in_order(path: &[u32]) -> Vec<u32> {
    let mut players = path.to_vec();
    players.sort_unstable();
    players.dedup();
    players
}

fn as_they_appear(path: &[u32]) -> Vec<u32> {
    let mut met = std::collections::HashSet::new();
    path.iter().copied().filter(|player| met.insert(*player)).collect()
}

fn subset_game(coalitions: &Coalitions, players: usize) -> Vec<Value> {
    let mut values = vec![Value::default(); players];
    for (coalition, seen) in coalitions {
        for player in coalition {
            let value = &mut values[*player as usize];
            value.successes.add(seen.successes as f64 / coalition.len() as f64);
            value.reward.add(seen.reward as f64 / coalition.len() as f64);
        }
    }
    values
}

fn exact_game(coalitions: &Coalitions, players: usize) -> Vec<Value> {
    let mut values = vec![Value::default(); players];
    let within = Within::new(coalitions, players);
    // Of each player, its place in the coalition at hand.
    let mut places = vec![None; players];
    for (whole, seen) in coalitions.iter().filter(|(_, seen)| seen.successes > 0) {
        whole.iter().enumerate().for_each(|(place, player)| places[*player as usize] = Some(place));
        let parts = parts(whole, &places, &within);
        for (player, part) in whole.iter().zip(parts) {
            let value = &mut values[*player as usize];
            // The parts of all players sum to the rate: this scales them to the successes.
            value.successes.add(part * seen.total as f64);
            value.reward.add(part / seen.rate() * seen.reward as f64);
        }
        whole.iter().for_each(|player| places[*player as usize] = None);
    }
    values
}

/// The Shapley value of each player of a coalition, which is the whole of its own game.
fn parts(whole: &[u32], places: &[Option<usize>], within: &Within) -> Vec<f64> {
    let weights = Weights::new(whole.len());
    let mut parts = vec![0.0; whole.len()];
    let mut inside = vec![false; whole.len()];
    for (coalition, rate) in within.of(whole, places) {
        let members = || coalition.iter().filter_map(|player| places[*player as usize]);
        members().for_each(|place| inside[place] = true);
        let (with, lacking) = (rate * weights.0[coalition.len() - 1], rate * weights.0[coalition.len()]);
        parts.iter_mut().zip(&inside).for_each(|(part, inside)| *part += if *inside { with } else { -lacking });
        members().for_each(|place| inside[place] = false);
    }
    parts
}

/// `s! (n - s - 1)! / n!` for coalitions of s others, as `1 / (n C(n - 1, s))`; 0 for all n, whom nobody is left to join.
struct Weights(Vec<f64>);

impl Weights {
    fn new(players: usize) -> Weights {
        let n = players as f64;
        // The binomials grow to the middle, past the largest number where there are many, and fall as they grew.
        let grow = |orders: &mut f64, others: usize| {
            let weight = 1.0 / *orders;
            *orders *= (n - 1.0 - others as f64) / (others as f64 + 1.0);
            Some(weight)
        };
        let growing: Vec<f64> = (0..players.div_ceil(2)).scan(n, grow).collect();
        let falling = growing.iter().rev().skip(players % 2);
        Weights(growing.iter().chain(falling).copied().chain([0.0]).collect())
    }
}

/// Coalitions that succeed, by their rarest player: whoever holds a coalition holds that one.
struct Within<'a> {
    by_rarest: Vec<Vec<(&'a [u32], f64)>>,
}

impl<'a> Within<'a> {
    fn new(coalitions: &'a Coalitions, players: usize) -> Within<'a> {
        let mut times = vec![0usize; players];
        coalitions.keys().flatten().for_each(|player| times[*player as usize] += 1);
        let mut by_rarest = vec![Vec::new(); players];
        for (coalition, seen) in coalitions.iter().filter(|(_, seen)| seen.successes > 0) {
            let rarest = coalition.iter().min_by_key(|player| (times[**player as usize], **player)).expect("a path has a state");
            by_rarest[*rarest as usize].push((coalition.as_slice(), seen.rate()));
        }
        Within { by_rarest }
    }

    /// The coalitions whose players are in a whole, in its order.
    fn of(&self, whole: &[u32], places: &[Option<usize>]) -> impl Iterator<Item = (&'a [u32], f64)> {
        let inside = |coalition: &[u32]| {
            let mut after = 0;
            coalition.iter().all(|player| {
                let place = places[*player as usize].filter(|place| *place >= after);
                after = place.map_or(after, |place| place + 1);
                place.is_some()
            })
        };
        whole.iter().flat_map(|player| &self.by_rarest[*player as usize]).copied().filter(move |(coalition, _)| inside(coalition))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::path_counts::tests::{Row, counted};
    use crate::functions::tests::{check, check_fault, integers, money, texts};
    use proptest::prelude::*;

    const VALUES: &str = "with v as (select unnest(shapley_values(string_to_array(p, '>'), s, f, r, 'exact_set')) as v from t)
        select v['player'] as p, round(v['value'], 12) as v, round(v['reward_value'], 12) as r from v";

    fn values_of(rows: &[Row], game: usize) -> BTreeMap<String, (f64, f64)> {
        let counts = counted(rows);
        let paths = counts.paths();
        let columns = solve(&paths, Given { setting: game, units: 1.0 }).unwrap();
        let column = |at: usize| columns[at].as_any().downcast_ref::<Float64Array>().unwrap().values().to_vec();
        paths.names.iter().map(ToString::to_string).zip(column(1).into_iter().zip(column(2))).collect()
    }

    /// v(A) = 2/4, v(B) = 0, v(AB) = 3/5: A gets 1/2 * 1/2 + 1/2 * 3/5 = 11/20 of AB, B 1/20; of 5 paths 11/4 and 1/4, of 12 the same parts.
    /// As sequences BA is worth 1/2 and AB 2/3: A of BA 1/4 + 1/4 = 1/2, B 0; A of AB 7/12, B 1/12.
    #[tokio::test]
    async fn values_by_hand() {
        let columns = [
            texts("p", &[Some("A"), Some("A>A"), Some("B"), Some("A>B>A"), Some("B>A"), None]),
            integers("s", &[Some(1), Some(1), Some(0), Some(2), Some(1), Some(9)]),
            integers("f", &[Some(2), None, Some(4), Some(1), Some(1), Some(9)]),
            money("r", &[Some(100), Some(300), None, Some(800), Some(400), Some(1)]),
        ];
        check(&columns, VALUES, &["A | 4.75 | 15.0", "B | 0.25 | 1.0"]).await;
        // 2 + 2 * 1/2 + 3 * 7/12; rewards 4 + 4 + 8 * 7/8.
        check(&columns, &VALUES.replace("exact_set", "exact_sequence"), &["A | 4.75 | 15.0", "B | 0.25 | 1.0"]).await;
        check(&columns, &VALUES.replace("exact_set", "subset"), &["A | 3.5 | 10.0", "B | 1.5 | 6.0"]).await;
        check(&columns, &VALUES.replace("s, f, r", "0, f, 0"), &["A | 0.0 | 0.0", "B | 0.0 | 0.0"]).await;
        check(&columns, &VALUES.replace("from t", "from t where p = 'Q'"), &[]).await;
        check_fault(&columns, &VALUES.replace("exact_set", "exact"), "one of 'exact_set', 'exact_sequence', 'subset'").await;
        check_fault(&columns, &VALUES.replace("'exact_set'", "p"), "written as a literal").await;
    }

    /// The order tells coalitions apart: v(AB) = 1, v(BA) = 0, v(BAC) = 3/4, and A alone 1/2.
    #[test]
    fn sequences_keep_their_order() {
        let rows = [("A", 1, 1, 0), ("A > B", 4, 0, 0), ("B > A", 0, 6, 0), ("B > A > C", 3, 1, 0)];
        let values = values_of(&rows, 1);
        // AB: A 1/2 * 1/2 + 1/2 * 1 = 3/4, B 1/4, of 4 paths. Inside BAC succeeds A alone: A gets 1/2 * 1/3 + 3/4 * 1/3 = 5/12, B and C get
        // 3/4 * 1/3 - 1/2 * 1/6 = 1/6, of 4 paths.
        let expected = [("A", 1.0 + 3.0 + 5.0 / 3.0), ("B", 1.0 + 2.0 / 3.0), ("C", 2.0 / 3.0)];
        expected.iter().for_each(|(player, value)| assert!((values[*player].0 - value).abs() < 1e-12, "{player}: {values:?}"));
    }

    /// Names inside one another, and as a separator would cut them: `eta` is not in `beta`.
    #[tokio::test]
    async fn names_are_not_searched() {
        let columns = [
            texts("p", &[Some("eta"), Some("beta\u{1f}theta"), Some("a > eta\u{1f}a")]),
            integers("s", &[Some(1), Some(1), Some(1)]),
            integers("f", &[Some(1), Some(0), Some(1)]),
            integers("r", &[Some(5), Some(7), Some(9)]),
        ];
        let expected = ["a | 0.5 | 4.5", "a > eta | 0.5 | 4.5", "beta | 0.5 | 3.5", "eta | 1.0 | 5.0", "theta | 0.5 | 3.5"];
        check(&columns, &VALUES.replace("'>'", "chr(31)"), &expected).await;
    }

    /// A hundred players: no bit mask holds them, no sum over all coalitions ends. Alone they are worth nothing, together they are equal.
    #[test]
    fn sets_have_any_number_of_players() {
        let names: Vec<String> = (0..100).map(|player| format!("p{player:02}")).collect();
        let (all, but_one) = (names.join(" > "), names[1..].join(" > "));
        let equal = values_of(&[(&all, 50, 50, 0)], 0);
        assert!(equal.values().all(|value| (value.0 - 0.5).abs() < 1e-12));
        // The others are worth 1/4 without the first: it adds 1/100 (1/2 - 1/4), they share the rest of each.
        let values = values_of(&[(&all, 50, 50, 0), (&but_one, 99, 297, 0)], 0);
        assert!((values["p00"].0 - 100.0 * 0.0025).abs() < 1e-10, "{}", values["p00"].0);
        assert!((values["p01"].0 - (1.0 + (50.0 - 0.25) / 99.0)).abs() < 1e-10, "{}", values["p01"].0);
    }

    #[test]
    fn weights_by_hand() {
        // n = 1: 1; n = 4: 0! 3! / 4! = 1/4, 1! 2! / 4! = 1/12 and back; n = 5: 1/5, 1/20, 1/30.
        let near = |found: Vec<f64>, expected: &[f64]| {
            assert!(
                found.len() == expected.len() && found.iter().zip(expected).all(|(found, one)| (found - one).abs() < 1e-15),
                "{found:?}"
            );
        };
        near(Weights::new(1).0, &[1.0, 0.0]);
        near(Weights::new(4).0, &[0.25, 1.0 / 12.0, 1.0 / 12.0, 0.25, 0.0]);
        near(Weights::new(5).0, &[0.2, 0.05, 1.0 / 30.0, 0.05, 0.2, 0.0]);
        assert_eq!(Weights::new(5000).0[4999], 1.0 / 5000.0);
    }

    /// The definition: all coalitions of each set, as often as it was taken; a set without a success has none to share.
    fn by_definition(rows: &[Row], player: &str) -> f64 {
        let mut sets: BTreeMap<Vec<&str>, (i64, i64)> = BTreeMap::new();
        for row in rows {
            let mut set: Vec<&str> = row.0.split(" > ").collect();
            set.sort_unstable();
            set.dedup();
            let seen = sets.entry(set).or_default();
            *seen = (seen.0 + row.1, seen.1 + row.1 + row.2);
        }
        let worth = |set: &[&str]| sets.get(set).map_or(0.0, |seen| if seen.1 == 0 { 0.0 } else { seen.0 as f64 / seen.1 as f64 });
        let factorial = |n: usize| (1..=n).map(|one| one as f64).product::<f64>();
        let mut value = 0.0;
        for (whole, seen) in sets.iter().filter(|(whole, seen)| whole.contains(&player) && seen.0 > 0) {
            let n = whole.len();
            for mask in 0..1usize << n {
                let without: Vec<&str> = (0..n).filter(|at| mask >> at & 1 == 1).map(|at| whole[at]).collect();
                if !without.contains(&player) {
                    let with: Vec<&str> = whole.iter().filter(|one| without.contains(one) || **one == player).copied().collect();
                    let weight = factorial(without.len()) * factorial(n - without.len() - 1) / factorial(n);
                    value += seen.1 as f64 * weight * (worth(&with) - worth(&without));
                }
            }
        }
        value
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition_and_shares_all(
            rows in prop::collection::vec(("(a|eta|beta|theta|zeta)( > (a|eta|beta|theta|zeta)){0,6}", 0i64..9, 0i64..9, 0i128..99), 1..20),
        ) {
            let rows: Vec<Row> = rows.iter().map(|row| (row.0.as_str(), row.1, row.2, if row.1 == 0 { 0 } else { row.3 })).collect();
            let reversed: Vec<Row> = rows.iter().rev().copied().collect();
            for game in 0..3 {
                let values = values_of(&rows, game);
                prop_assert_eq!(&values, &values_of(&reversed, game));
                let successes: i64 = rows.iter().map(|row| row.1).sum();
                let reward: i128 = rows.iter().map(|row| row.3).sum();
                prop_assert!((values.values().map(|value| value.0).sum::<f64>() - successes as f64).abs() < 1e-9);
                prop_assert!((values.values().map(|value| value.1).sum::<f64>() - reward as f64).abs() < 1e-9);
                let wanted = |player: &str| by_definition(&rows, player);
                prop_assert!(game != 0 || values.iter().all(|(player, value)| (value.0 - wanted(player)).abs() < 1e-9));
            }
        }
    }
}
