//! Sums of decaying impulses within a tree of bounds, moment by moment: the mathematics of [`super::decaying_levels`].
//!
//! Points are integers, in units of 0.0001, moments microseconds. What is left of an impulse is rounded by itself.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, StructArray};
use arrow::datatypes::{Decimal128Type, Int64Type};
use datafusion::common::Result;

use super::fault;

const SECOND: i64 = 1_000_000;
const MICROSECONDS_A_DAY: f64 = 86_400_000_000.0;
/// The sums of a DECIMAL(18,4) lie below.
pub const MOST: i128 = 10i128.pow(18);

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Impulse {
    /// It counts from here on ...
    pub at: i64,
    /// ... and shrinks since then, which lies not later.
    pub since: i64,
    pub until: i64,
    pub points: i64,
    /// In microseconds; `None` for what stays.
    pub half_life: Option<f64>,
    /// The place of the node it hangs on.
    pub leaf: usize,
}

impl Impulse {
    fn rest(&self, at: i64) -> i64 {
        rest(self.points, self.since, at, self.half_life)
    }
}

/// `half_life` in microseconds.
pub fn rest(points: i64, since: i64, at: i64, half_life: Option<f64>) -> i64 {
    match half_life {
        None => points,
        Some(half_life) => (points as f64 * libm::exp2(-((at - since) as f64) / half_life)).round() as i64,
    }
}

pub fn half_life(days: f64) -> Result<f64> {
    match days > 0.0 && days.is_finite() {
        true => Ok(days * MICROSECONDS_A_DAY),
        false => Err(fault("a half-life must be a number of days above 0")),
    }
}

/// The bounds of a tree, its nodes told by their place; a child stands before its parent in `upward`.
#[derive(Debug, Default)]
pub struct Tree {
    pub places: BTreeMap<i64, usize>,
    parents: Vec<Option<usize>>,
    ranges: Vec<(i128, i128)>,
    upward: Vec<usize>,
    root: usize,
    branches: Vec<usize>,
}

impl Tree {
    pub fn read(bounds: &StructArray) -> Result<Tree> {
        let [nodes, parents] = [0, 1].map(|place| bounds.column(place).as_primitive::<Int64Type>());
        let [lowers, uppers] = [2, 3].map(|place| bounds.column(place).as_primitive::<Decimal128Type>());
        let mut rows: Vec<usize> = (0..bounds.len()).collect();
        rows.sort_by_key(|row| nodes.value(*row));
        let mut tree = Tree { places: rows.iter().enumerate().map(|(place, row)| (nodes.value(*row), place)).collect(), ..Tree::default() };
        let unlike =
            || fault("decaying_levels: bounds must be one tree: every node once, one of them without a parent, all others below it");
        if tree.places.len() != rows.len() || nodes.null_count() > 0 {
            return Err(unlike());
        }
        for row in rows {
            let lower = if lowers.is_valid(row) { lowers.value(row) } else { -MOST };
            let upper = if uppers.is_valid(row) { uppers.value(row) } else { MOST };
            if lower > 0 || upper < 0 {
                return Err(fault("decaying_levels: bounds must allow 0, the sum of nothing"));
            }
            tree.ranges.push((lower, upper));
            let parent = parents.is_valid(row).then(|| tree.places.get(&parents.value(row)).copied().ok_or_else(unlike));
            tree.parents.push(parent.transpose()?);
        }
        let depth = |place: usize| std::iter::successors(Some(place), |place| tree.parents[*place]).take(tree.parents.len() + 1).count();
        let depths: Vec<usize> = (0..tree.parents.len()).map(depth).collect();
        let roots: Vec<usize> = (0..tree.parents.len()).filter(|place| tree.parents[*place].is_none()).collect();
        let [root] = roots[..] else { return Err(unlike()) };
        if depths.iter().any(|depth| *depth > tree.parents.len()) {
            return Err(unlike());
        }
        tree.upward = (0..tree.parents.len()).collect();
        tree.upward.sort_by_key(|place| std::cmp::Reverse(depths[*place]));
        tree.root = root;
        tree.branches = (0..tree.parents.len()).filter(|place| tree.parents[*place] == Some(root)).collect();
        Ok(tree)
    }

    fn keep(&self, place: usize, sum: i128) -> i128 {
        let (lower, upper) = self.ranges[place];
        sum.clamp(lower, upper)
    }

    /// The nodes that impulses hang on and those above them, in the order of `upward`. On all others is 0, which every bound allows.
    fn above(&self, impulses: &[Impulse]) -> Vec<usize> {
        let mut is_above = vec![false; self.parents.len()];
        for impulse in impulses {
            std::iter::successors(Some(impulse.leaf), |place| self.parents[*place]).for_each(|place| is_above[place] = true);
        }
        self.upward.iter().copied().filter(|place| is_above[*place]).collect()
    }

    /// The level at the root from what hangs on each node of `upward`; every node's own sum, unbounded, is left in `sums`.
    fn climb(&self, upward: &[usize], sums: &mut [i128]) -> i128 {
        for place in upward {
            if let Some(parent) = self.parents[*place] {
                sums[parent] += self.keep(*place, sums[*place]);
            }
        }
        self.keep(self.root, sums[self.root])
    }

    /// What each child of the root adds to the level, once `sums` was climbed.
    fn branches(&self, sums: &[i128]) -> Vec<i128> {
        let own = |place: &usize| self.keep(*place, sums[*place]);
        // What hangs on the root itself comes first.
        let mut sum = sums[self.root] - self.branches.iter().map(own).sum::<i128>();
        let mut before = self.keep(self.root, sum);
        let part = |place: &usize| {
            sum += own(place);
            let after = self.keep(self.root, sum);
            let part = after - before;
            before = after;
            part
        };
        self.branches.iter().map(part).collect()
    }
}

/// The impulses of one list that go on at a moment: those that never shrink added up, the others one by one.
struct Sum<'a> {
    tree: &'a Tree,
    upward: Vec<usize>,
    steady: Vec<i128>,
    shrinking: Vec<Impulse>,
    sums: Vec<i128>,
}

impl<'a> Sum<'a> {
    fn new(tree: &'a Tree, impulses: &[Impulse]) -> Sum<'a> {
        let zeros = vec![0; tree.parents.len()];
        Sum { tree, upward: tree.above(impulses), steady: zeros.clone(), shrinking: Vec::new(), sums: zeros }
    }

    fn begin(&mut self, impulse: Impulse) {
        match impulse.half_life {
            None => self.steady[impulse.leaf] += i128::from(impulse.points),
            Some(_) => self.shrinking.push(impulse),
        }
    }

    fn end(&mut self, impulse: Impulse) {
        if impulse.half_life.is_none() {
            self.steady[impulse.leaf] -= i128::from(impulse.points);
        }
    }

    /// Leaves out what has ended or come to nothing by `at`.
    fn forget(&mut self, at: i64) {
        self.shrinking.retain(|impulse| impulse.until > at && impulse.rest(at) != 0);
    }

    /// The level with positive impulses as old as at the first moment and negative ones as old as at the second.
    fn level(&mut self, positive: i64, negative: i64) -> i128 {
        self.sums.copy_from_slice(&self.steady);
        for impulse in &self.shrinking {
            let at = if impulse.points > 0 { positive } else { negative };
            self.sums[impulse.leaf] += i128::from(impulse.rest(at));
        }
        self.tree.climb(&self.upward, &mut self.sums)
    }

    fn level_at(&mut self, at: i64) -> i128 {
        self.level(at, at)
    }

    /// The whole seconds after `from` and up to the whole second `to` at which the level comes to the other side of one of the thresholds;
    /// nothing begins or ends between them.
    fn crossings(&mut self, from: i64, to: i64, thresholds: &[i128], found: &mut Vec<i64>) {
        let (highest, lowest) = (self.level(from, to), self.level(to, from));
        let between: Vec<i128> = thresholds.iter().copied().filter(|threshold| (lowest + 1..=highest).contains(threshold)).collect();
        if between.is_empty() {
            return;
        }
        let middle = (from + (to - from) / 2).div_euclid(SECOND) * SECOND;
        if middle > from {
            self.crossings(from, middle, &between, found);
            self.crossings(middle, to, &between, found);
            return;
        }
        let (before, after) = (self.level_at(from), self.level_at(to));
        if between.iter().any(|threshold| (before >= *threshold) != (after >= *threshold)) {
            found.push(to);
        }
    }
}

/// One moment that is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    pub is_change: bool,
    pub is_moment: bool,
    pub level: i128,
    pub branches: Vec<i128>,
}

pub fn course(tree: &Tree, impulses: &[Impulse], thresholds: &[i128], moments: &[i64]) -> BTreeMap<i64, Told> {
    let mut course = BTreeMap::<i64, Told>::new();
    let Some(horizon) = moments.iter().max().copied() else { return course };
    // What begins and ends, by when.
    let mut events = BTreeMap::<i64, Vec<(Impulse, bool)>>::new();
    for impulse in impulses.iter().filter(|impulse| impulse.at <= horizon && impulse.until > impulse.at) {
        events.entry(impulse.at).or_default().push((*impulse, true));
        if impulse.until <= horizon {
            events.entry(impulse.until).or_default().push((*impulse, false));
        }
    }
    events.keys().for_each(|at| course.entry(*at).or_default().is_change = true);
    moments.iter().for_each(|at| course.entry(*at).or_default().is_moment = true);
    let mut sum = Sum::new(tree, impulses);
    let mut before = None;
    for at in course.keys().copied().collect::<Vec<_>>() {
        // Up to the last whole second on which nothing has changed yet.
        let last = (at - 1).div_euclid(SECOND) * SECOND;
        let mut found = Vec::new();
        if let Some(before) = before.filter(|before| last > *before && !sum.shrinking.is_empty()) {
            sum.crossings(before, last, thresholds, &mut found);
        }
        for crossed in found {
            let level = sum.level_at(crossed);
            course.insert(crossed, Told { level, branches: tree.branches(&sum.sums), ..Told::default() });
        }
        for (impulse, begins) in events.remove(&at).unwrap_or_default() {
            if begins { sum.begin(impulse) } else { sum.end(impulse) }
        }
        sum.forget(at);
        let level = sum.level_at(at);
        let told = course.get_mut(&at).expect("every stop is told");
        (told.level, told.branches) = (level, tree.branches(&sum.sums));
        before = Some(at);
    }
    course
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400 * SECOND;

    /// A root above nodes 1 and 2, and 3 and 4 below 2.
    fn tree(ranges: [(i128, i128); 5]) -> Tree {
        let parents = vec![None, Some(0), Some(0), Some(2), Some(2)];
        let places = (0..5).map(|node| (node as i64, node)).collect();
        Tree { places, parents, ranges: ranges.to_vec(), upward: vec![3, 4, 1, 2, 0], root: 0, branches: vec![1, 2] }
    }

    const FREE: (i128, i128) = (-MOST, MOST);

    fn impulse(at: i64, points: i64, half_life_days: Option<f64>, leaf: usize) -> Impulse {
        let half_life = half_life_days.map(|days| days * MICROSECONDS_A_DAY);
        Impulse { at, since: at, until: i64::MAX, points: points * 10_000, half_life, leaf }
    }

    fn told(course: &BTreeMap<i64, Told>) -> Vec<(i64, f64)> {
        course.iter().map(|(at, told)| (*at, told.level as f64 / 10_000.0)).collect()
    }

    /// 40 points that halve every 10 days are 20 after 10 days; with 10 that stay they fall below 30 at that moment, and the next whole
    /// second is the first on which they are less: 20.00001 rounds to 20.
    #[test]
    fn a_crossing_is_where_the_logarithm_puts_it() {
        let free = tree([FREE; 5]);
        let impulses = [impulse(0, 40, Some(10.0), 1), impulse(0, 10, None, 2)];
        let found = told(&course(&free, &impulses, &[300_000], &[40 * DAY]));
        // 20 - 0.00005 is left when 40 * 2^(-t / 10) = 19.99995: t = 10 * log2(40 / 19.99995) = 10.0000360674 days.
        let crossed = (10.0 * (40.0f64 / 19.99995).log2() * 86_400.0).ceil() as i64 * SECOND;
        assert_eq!(found, [(0, 50.0), (crossed, 29.9999), (40 * DAY, 12.5)]);
    }

    /// Bounds at every level: 3 and 4 come to 60 and 5, kept at 50 together; the root keeps 70 of 30 + 50, of which the second branch
    /// loses 10.
    #[test]
    fn bounds_cut_what_comes_last() {
        let bounded = tree([(0, 700_000), FREE, (0, 500_000), (0, 600_000), FREE]);
        let impulses = [impulse(0, 30, None, 1), impulse(0, 80, None, 3), impulse(0, 5, None, 4)];
        let course = course(&bounded, &impulses, &[], &[DAY]);
        assert_eq!(told(&course), [(0, 70.0), (DAY, 70.0)]);
        assert_eq!(course[&0].branches, [300_000, 400_000]);
    }

    /// 100 held at 50 halve every day: the bound lets go after a day. 25 are left after two, and a second later 25 * 2^(-1 / 86,400).
    #[test]
    fn a_bound_lets_go_when_enough_has_decayed() {
        let bounded = tree([FREE, (0, 500_000), FREE, FREE, FREE]);
        let found = told(&course(&bounded, &[impulse(0, 100, Some(1.0), 1)], &[250_000], &[DAY, 3 * DAY]));
        assert_eq!(found, [(0, 50.0), (DAY, 50.0), (2 * DAY + SECOND, 24.9998), (3 * DAY, 12.5)]);
    }

    /// A loss that is forgotten fast beside a gain that is forgotten slowly: 20 * 2^(-t/10) - 18 * 2^(-t) rises over 10 and falls below
    /// it again, although nothing happens after the first moment.
    #[test]
    fn losses_decay_too() {
        let free = tree([FREE; 5]);
        let impulses = [impulse(0, 20, Some(10.0), 1), impulse(0, -18, Some(1.0), 2)];
        let course = course(&free, &impulses, &[100_000], &[30 * DAY]);
        let sides: Vec<bool> = course.values().map(|told| told.level >= 100_000).collect();
        assert_eq!(sides, [false, true, false, false]);
        assert_eq!(course[&0].branches, [200_000, -180_000]);
        let value = |at: i64| 20.0 * (-(at as f64) / (10.0 * DAY as f64)).exp2() - 18.0 * (-(at as f64) / DAY as f64).exp2();
        for at in course.keys().skip(1).take(2) {
            assert!((value(*at) - 10.0).abs() < 0.001, "{at}");
        }
    }

    #[test]
    fn what_ended_or_lies_ahead_counts_nothing() {
        let free = tree([FREE; 5]);
        let ended = Impulse { until: 2 * DAY, ..impulse(DAY, 7, None, 1) };
        let never = Impulse { until: DAY, ..impulse(DAY, 7, None, 1) };
        let found = told(&course(&free, &[ended, never, impulse(5 * DAY, 9, Some(1.0), 1)], &[], &[0, 4 * DAY]));
        assert_eq!(found, [(0, 0.0), (DAY, 7.0), (2 * DAY, 0.0), (4 * DAY, 0.0)]);
        assert_eq!(course(&free, &[impulse(0, 1, None, 0)], &[], &[]), BTreeMap::new());
    }

    /// 40 points that halve every day, told after two: 10 are left when they begin to count.
    #[test]
    fn what_is_told_late_has_shrunk_before() {
        let free = tree([FREE; 5]);
        let late = Impulse { since: 0, ..impulse(2 * DAY, 40, Some(1.0), 1) };
        assert_eq!(told(&course(&free, &[late], &[], &[DAY, 3 * DAY])), [(DAY, 0.0), (2 * DAY, 10.0), (3 * DAY, 5.0)]);
    }

    fn any_impulses() -> impl Strategy<Value = Vec<Impulse>> {
        let half_life = prop::option::of(prop::sample::select(vec![0.5, 1.0, 7.0]));
        let any = (0i64..20, 0i64..3, prop::option::of(1i64..9), -30i64..60, half_life, 0usize..5).prop_map(
            |(day, late, lasts, points, half_life, leaf)| {
                let at = day * DAY / 3;
                let until = lasts.map_or(i64::MAX, |days| at + days * DAY);
                Impulse { since: at - late * DAY, until, ..impulse(at, points, half_life, leaf) }
            },
        );
        prop::collection::vec(any, 1..12)
    }

    /// The definition itself: what is left of all impulses that go on, bounded upwards.
    fn by_definition(tree: &Tree, impulses: &[Impulse], at: i64) -> i128 {
        let mut sums = vec![0; tree.parents.len()];
        for impulse in impulses.iter().filter(|impulse| impulse.at <= at && at < impulse.until) {
            sums[impulse.leaf] += i128::from(impulse.rest(at));
        }
        tree.climb(&tree.upward, &mut sums)
    }

    proptest! {
        /// Levels are those of the definition, branches add up to them, and between two told moments no threshold is crossed for long.
        #[test]
        fn agrees_with_the_definition(impulses in any_impulses(), top in 0i128..60) {
            let bounded = tree([(-100_000, top * 10_000 + 500_000), (-200_000, 400_000), (0, 450_000), FREE, (-50_000, 250_000)]);
            let thresholds = [100_000, 300_000];
            let course = course(&bounded, &impulses, &thresholds, &[15 * DAY, 9 * DAY]);
            let stops: Vec<i64> = course.keys().copied().collect();
            for (at, told) in &course {
                prop_assert_eq!(told.level, by_definition(&bounded, &impulses, *at));
                prop_assert!(told.level == told.branches.iter().sum::<i128>() || impulses.iter().any(|impulse| impulse.leaf == 0));
            }
            for pair in stops.windows(2) {
                for step in 1..8 {
                    let between = (pair[0] + (pair[1] - pair[0]) / 8 * step).div_euclid(SECOND) * SECOND;
                    if between > pair[0] {
                        let level = by_definition(&bounded, &impulses, between);
                        for threshold in thresholds {
                            prop_assert_eq!(level >= threshold, course[&pair[0]].level >= threshold, "{} {}", pair[0], between);
                        }
                    }
                }
            }
        }

        #[test]
        fn order_says_nothing(impulses in any_impulses()) {
            let bounded = tree([(0, 500_000), (0, 400_000), (0, 450_000), FREE, FREE]);
            let reversed: Vec<Impulse> = impulses.iter().rev().copied().collect();
            let of = |impulses: &[Impulse]| course(&bounded, impulses, &[200_000], &[9 * DAY]);
            prop_assert_eq!(of(&impulses), of(&reversed));
        }
    }
}
