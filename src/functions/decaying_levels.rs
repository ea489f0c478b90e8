//! `decaying_levels(impulses, bounds, thresholds, moments)`: what a sum of decaying impulses, bounded at every level of a tree, comes to over
//! time, as a list of `struct(at, is_change, is_moment, level, branches)` in order of time. `decayed(points, since, at,
//! half_life_days)`: what is left of one impulse.
//!
//! - impulses: a list of `struct(at, until, points, half_life_days, node)`: from `at` on, `points` that halve every `half_life_days` (NULL:
//!   never), until they end (`until`, NULL: never). Points are DECIMAL(18,4) and may be negative.
//! - bounds: a list of `struct(node, parent, lower, upper)`, one for each node of a tree: the sum below a node is kept between both, which
//!   allow 0 (NULL: unbounded). The root alone has no parent; impulses may hang on any node.
//! - thresholds: a list of DECIMAL(18,4): the moments are told at which the level reaches one or falls below it, neither a change nor one of `moments`.
//! - moments: a list of TIMESTAMP at which the level is told in any case. Nothing is told after the last.
//!
//! The level is the sum at the root; `branches` the parts of it that each child of the root adds, in the order of their numbers: a bound
//! of the root cuts what comes last. What is left of an impulse is rounded to 0.0001 by itself, so that a level is a sum of such rows
//! exactly. Between two changes the level moves by decay alone; crossings are found there by bisection to the second: a stretch is
//! searched as long as its bounds (what grows taken at one end, what shrinks at the other) leave a crossing possible. The answer depends
//! on the set of impulses alone. No impulse and no moment give an empty list; a NULL list gives NULL.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Decimal128Array, Decimal128Builder, ListArray, ListBuilder, StructArray,
    TimestampMicrosecondBuilder,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Decimal128Type, Field, Fields, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::fault;

const SECOND: i64 = 1_000_000;
const MICROSECONDS_A_DAY: f64 = 86_400_000_000.0;
/// Digits and decimals of points; they are held in units of 0.0001.
const PRECISION: u8 = 18;
const SCALE: i8 = 4;
const MOST: i128 = 10i128.pow(PRECISION as u32);

pub fn functions() -> Vec<Arc<ScalarUDF>> {
    let named = |wanted| Arc::new(ScalarUDF::from(Decay { wanted, signature: Signature::user_defined(Volatility::Immutable) }));
    vec![named(Wanted::Levels), named(Wanted::Rest)]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Wanted {
    Levels,
    Rest,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Decay {
    wanted: Wanted,
    signature: Signature,
}

impl ScalarUDFImpl for Decay {
    fn name(&self) -> &str {
        match self.wanted {
            Wanted::Levels => "decaying_levels",
            Wanted::Rest => "decayed",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        match (self.wanted, arguments) {
            (Wanted::Levels, [impulses, bounds, thresholds, moments]) => {
                let is_list_of = |given: &DataType, names: &[&str]| match given {
                    DataType::List(item) => match item.data_type() {
                        DataType::Struct(fields) => fields.iter().map(|field| field.name().as_str()).eq(names.iter().copied()),
                        _ => names.is_empty(),
                    },
                    _ => given.is_null(),
                };
                if is_list_of(impulses, &IMPULSE) && is_list_of(bounds, &BOUND) && is_list_of(thresholds, &[]) && is_list_of(moments, &[]) {
                    return Ok(vec![list(impulse()), list(bound()), list(points()), list(timestamp())]);
                }
                plan_err!(
                    "decaying_levels takes a list of struct({}), a list of struct({}), a list of thresholds and a list of moments",
                    IMPULSE.join(", "),
                    BOUND.join(", ")
                )
            }
            (Wanted::Rest, [_, DataType::Timestamp(_, _), DataType::Timestamp(_, _), half_life])
                if half_life.is_numeric() || half_life.is_null() =>
            {
                Ok(vec![points(), timestamp(), timestamp(), DataType::Float64])
            }
            _ => plan_err!("decayed is called as decayed(points, since, at, half_life_days)"),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(match self.wanted {
            Wanted::Levels => list(DataType::Struct(told())),
            Wanted::Rest => points(),
        })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&arguments.args)?;
        match (self.wanted, columns.as_slice()) {
            (Wanted::Levels, [impulses, bounds, thresholds, moments]) => {
                levels([impulses, bounds, thresholds, moments].map(|column| column.as_list()))
            }
            (Wanted::Rest, [points, since, at, half_life]) => rests(points, [since, at], half_life),
            _ => plan_err!("{} was given {} columns", self.name(), columns.len()),
        }
        .map(ColumnarValue::Array)
    }
}

const IMPULSE: [&str; 5] = ["at", "until", "points", "half_life_days", "node"];
const BOUND: [&str; 4] = ["node", "parent", "lower", "upper"];

fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn points() -> DataType {
    DataType::Decimal128(PRECISION, SCALE)
}

fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

fn named(names: &[&str], types: &[DataType]) -> DataType {
    DataType::Struct(names.iter().zip(types).map(|(name, of)| Field::new(*name, of.clone(), true)).collect())
}

fn impulse() -> DataType {
    named(&IMPULSE, &[timestamp(), timestamp(), points(), DataType::Float64, DataType::Int64])
}

fn bound() -> DataType {
    named(&BOUND, &[DataType::Int64, DataType::Int64, points(), points()])
}

fn told() -> Fields {
    Fields::from(vec![
        Field::new("at", timestamp(), false),
        Field::new("is_change", DataType::Boolean, false),
        Field::new("is_moment", DataType::Boolean, false),
        Field::new("level", points(), false),
        Field::new("branches", list(points()), false),
    ])
}

/// Points, or what is left of them, in units of 0.0001.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Impulse {
    at: i64,
    until: i64,
    points: i64,
    half_life: Option<f64>,
    leaf: usize,
}

impl Impulse {
    fn rest(&self, at: i64) -> i64 {
        rest(self.points, self.at, at, self.half_life)
    }
}

/// `half_life` in microseconds.
fn rest(points: i64, since: i64, at: i64, half_life: Option<f64>) -> i64 {
    match half_life {
        None => points,
        Some(half_life) => (points as f64 * libm::exp2(-((at - since) as f64) / half_life)).round() as i64,
    }
}

fn half_life(days: f64) -> Result<f64> {
    match days > 0.0 && days.is_finite() {
        true => Ok(days * MICROSECONDS_A_DAY),
        false => Err(fault("a half-life must be a number of days above 0")),
    }
}

fn rests(points: &ArrayRef, [since, at]: [&ArrayRef; 2], days: &ArrayRef) -> Result<ArrayRef> {
    let (points, days) = (points.as_primitive::<Decimal128Type>(), days.as_primitive::<Float64Type>());
    let [since, at] = [since, at].map(|column| column.as_primitive::<TimestampMicrosecondType>());
    let left = |row: usize| -> Result<Option<i128>> {
        if points.is_null(row) || since.is_null(row) || at.is_null(row) {
            return Ok(None);
        }
        let half_life = if days.is_valid(row) { Some(half_life(days.value(row))?) } else { None };
        Ok(Some(i128::from(rest(points.value(row) as i64, since.value(row), at.value(row), half_life))))
    };
    let left = (0..points.len()).map(left).collect::<Result<Decimal128Array>>()?;
    Ok(Arc::new(left.with_precision_and_scale(PRECISION, SCALE)?))
}

/// The bounds of a tree, its nodes told by their place; a child stands before its parent in `upward`.
#[derive(Debug, Default)]
struct Tree {
    places: BTreeMap<i64, usize>,
    parents: Vec<Option<usize>>,
    ranges: Vec<(i128, i128)>,
    upward: Vec<usize>,
    root: usize,
    branches: Vec<usize>,
}

impl Tree {
    fn read(bounds: &StructArray) -> Result<Tree> {
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

    /// The level at the root from what hangs on each node; every node's own sum, unbounded, is left in `sums`.
    fn climb(&self, sums: &mut [i128]) -> i128 {
        for place in &self.upward {
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
    steady: Vec<i128>,
    shrinking: Vec<Impulse>,
    sums: Vec<i128>,
}

impl<'a> Sum<'a> {
    fn new(tree: &'a Tree) -> Sum<'a> {
        let zeros = vec![0; tree.parents.len()];
        Sum { tree, steady: zeros.clone(), shrinking: Vec::new(), sums: zeros }
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
        self.tree.climb(&mut self.sums)
    }

    fn level_at(&mut self, at: i64) -> i128 {
        self.level(at, at)
    }

    /// The whole seconds after `from` and up to the whole second `to` at which the level comes to the other side of a threshold; nothing
    /// begins or ends between them.
    fn crossings(&mut self, from: i64, to: i64, threshold: i128, found: &mut Vec<i64>) {
        let (highest, lowest) = (self.level(from, to), self.level(to, from));
        if highest < threshold || lowest >= threshold {
            return;
        }
        let middle = (from + (to - from) / 2).div_euclid(SECOND) * SECOND;
        if middle > from {
            self.crossings(from, middle, threshold, found);
            self.crossings(middle, to, threshold, found);
        } else if (self.level_at(from) >= threshold) != (self.level_at(to) >= threshold) {
            found.push(to);
        }
    }
}

/// One moment that is told.
#[derive(Clone, Debug, Default, PartialEq)]
struct Told {
    is_change: bool,
    is_moment: bool,
    level: i128,
    branches: Vec<i128>,
}

fn course(tree: &Tree, impulses: &[Impulse], thresholds: &[i128], moments: &[i64]) -> BTreeMap<i64, Told> {
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
    let mut sum = Sum::new(tree);
    let mut before = None;
    for at in course.keys().copied().collect::<Vec<_>>() {
        // Up to the last whole second on which nothing has changed yet.
        let last = (at - 1).div_euclid(SECOND) * SECOND;
        let mut found = Vec::new();
        if let Some(before) = before.filter(|before| last > *before && !sum.shrinking.is_empty()) {
            thresholds.iter().for_each(|threshold| sum.crossings(before, last, *threshold, &mut found));
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

fn levels([impulses, bounds, thresholds, moments]: [&ListArray; 4]) -> Result<ArrayRef> {
    let known = [impulses, bounds, thresholds, moments].iter().fold(None, |known, list| NullBuffer::union(known.as_ref(), list.nulls()));
    let mut answer = Answer::default();
    let mut lengths = Vec::with_capacity(impulses.len());
    let mut last: Option<(ArrayRef, Tree)> = None;
    for row in 0..impulses.len() {
        if known.as_ref().is_some_and(|known| known.is_null(row)) {
            lengths.push(0);
            continue;
        }
        let bounds = bounds.value(row);
        if last.as_ref().is_none_or(|(of, _)| of != &bounds) {
            let tree = Tree::read(bounds.as_struct())?;
            last = Some((bounds, tree));
        }
        let (_, tree) = last.as_ref().expect("it was just read");
        let (thresholds, moments) = (thresholds.value(row), moments.value(row));
        let thresholds: Vec<i128> = thresholds.as_primitive::<Decimal128Type>().iter().flatten().collect();
        let moments: Vec<i64> = moments.as_primitive::<TimestampMicrosecondType>().iter().flatten().collect();
        let course = course(tree, &read(tree, impulses.value(row).as_struct())?, &thresholds, &moments);
        lengths.push(course.len());
        course.into_iter().try_for_each(|(at, told)| answer.append(at, told))?;
    }
    let item = Arc::new(Field::new_list_field(DataType::Struct(told()), true));
    Ok(Arc::new(ListArray::try_new(item, OffsetBuffer::from_lengths(lengths), Arc::new(answer.finish()?), known)?))
}

fn read(tree: &Tree, rows: &StructArray) -> Result<Vec<Impulse>> {
    let [at, until] = [0, 1].map(|place| rows.column(place).as_primitive::<TimestampMicrosecondType>());
    let points = rows.column(2).as_primitive::<Decimal128Type>();
    let days = rows.column(3).as_primitive::<Float64Type>();
    let nodes = rows.column(4).as_primitive::<Int64Type>();
    let read = |row: usize| {
        if at.is_null(row) || points.is_null(row) || nodes.is_null(row) {
            return Err(fault("decaying_levels: an impulse has a moment, points and a node"));
        }
        let leaf = tree.places.get(&nodes.value(row)).copied();
        Ok(Impulse {
            at: at.value(row),
            until: if until.is_valid(row) { until.value(row) } else { i64::MAX },
            points: points.value(row) as i64,
            half_life: if days.is_valid(row) { Some(half_life(days.value(row))?) } else { None },
            leaf: leaf.ok_or_else(|| fault("decaying_levels: an impulse hangs on a node that the bounds do not name"))?,
        })
    };
    (0..rows.len()).filter(|row| rows.is_valid(*row)).map(read).collect()
}

struct Answer {
    at: TimestampMicrosecondBuilder,
    is_change: BooleanBuilder,
    is_moment: BooleanBuilder,
    level: Decimal128Builder,
    branches: ListBuilder<Decimal128Builder>,
}

impl Default for Answer {
    fn default() -> Answer {
        let decimals = || Decimal128Builder::new().with_data_type(points());
        Answer {
            at: TimestampMicrosecondBuilder::new().with_timezone("UTC"),
            is_change: BooleanBuilder::new(),
            is_moment: BooleanBuilder::new(),
            level: decimals(),
            branches: ListBuilder::new(decimals()),
        }
    }
}

impl Answer {
    fn append(&mut self, at: i64, told: Told) -> Result<()> {
        if told.level.abs() >= MOST || told.branches.iter().any(|branch| branch.abs() >= MOST) {
            return Err(fault("decaying_levels: a sum does not fit DECIMAL(18,4)"));
        }
        self.at.append_value(at);
        self.is_change.append_value(told.is_change);
        self.is_moment.append_value(told.is_moment);
        self.level.append_value(told.level);
        self.branches.append_value(told.branches.into_iter().map(Some));
        Ok(())
    }

    fn finish(mut self) -> Result<StructArray> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.at.finish()),
            Arc::new(self.is_change.finish()),
            Arc::new(self.is_moment.finish()),
            Arc::new(self.level.finish()),
            Arc::new(self.branches.finish()),
        ];
        Ok(StructArray::try_new(told(), columns, None)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check, check_fault, texts};
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
        Impulse { at, until: i64::MAX, points: points * 10_000, half_life: half_life_days.map(|days| days * MICROSECONDS_A_DAY), leaf }
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

    fn any_impulses() -> impl Strategy<Value = Vec<Impulse>> {
        let half_life = prop::option::of(prop::sample::select(vec![0.5, 1.0, 7.0]));
        let any =
            (0i64..20, prop::option::of(1i64..9), -30i64..60, half_life, 0usize..5).prop_map(|(day, lasts, points, half_life, leaf)| {
                let at = day * DAY / 3;
                Impulse { until: lasts.map_or(i64::MAX, |days| at + days * DAY), ..impulse(at, points, half_life, leaf) }
            });
        prop::collection::vec(any, 1..12)
    }

    /// The definition itself: what is left of all impulses that go on, bounded upwards.
    fn by_definition(tree: &Tree, impulses: &[Impulse], at: i64) -> i128 {
        let mut sums = vec![0; tree.parents.len()];
        for impulse in impulses.iter().filter(|impulse| impulse.at <= at && at < impulse.until) {
            sums[impulse.leaf] += i128::from(impulse.rest(at));
        }
        tree.climb(&mut sums)
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
                let own = told.level - told.branches.iter().sum::<i128>();
                prop_assert!(own == 0 || impulses.iter().any(|impulse| impulse.leaf == 0));
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

    const BOUNDS: &str = "make_array(named_struct('node', 7, 'parent', null, 'lower', null, 'upper', 100), \
        named_struct('node', 1, 'parent', 7, 'lower', 0, 'upper', 15))";

    fn query(impulse: &str, bounds: &str) -> String {
        format!(
            "select p['at'] as at, p['is_change'] as c, p['is_moment'] as m, p['level'] as level, p['branches'][1] as b from (\
             select unnest(decaying_levels(array_agg({impulse}), {bounds}, [5], [timestamp '2026-01-03T00:00:00Z'])) as p from t)"
        )
    }

    #[tokio::test]
    async fn in_sql() {
        let columns = [texts("day", &[Some("2026-01-01"), Some("2026-01-02")])];
        let impulse = "named_struct('at', arrow_cast(day, 'Timestamp(Microsecond, Some(\"UTC\"))'), 'until', null, 'points', 10, \
            'half_life_days', 1, 'node', 1)";
        let rows = [
            "2026-01-01T00:00:00Z | true | false | 10.0000 | 10.0000",
            "2026-01-02T00:00:00Z | true | false | 15.0000 | 15.0000",
            "2026-01-03T00:00:00Z | false | true | 7.5000 | 7.5000",
        ];
        check(&columns, &query(impulse, BOUNDS), &rows).await;
        check(&columns, &format!("select decaying_levels(null, {BOUNDS}, [5], [now()]) is null as n from t limit 1"), &["true"]).await;
        check_fault(&columns, &query(impulse, &BOUNDS.replace("'node', 1", "'node', 2")), "a node that the bounds do not name").await;
        check_fault(&columns, &query(impulse, &BOUNDS.replace("'node', 1", "'node', 7")), "must be one tree").await;
        check_fault(&columns, &query(impulse, &BOUNDS.replace("'parent', 7", "'parent', 1")), "must be one tree").await;
        check_fault(&columns, &query(impulse, &BOUNDS.replace("'lower', 0", "'lower', 1")), "must allow 0").await;
        check_fault(&columns, &query(&impulse.replace("_days', 1", "_days', 0"), BOUNDS), "a number of days above 0").await;
        check_fault(&columns, &query(&impulse.replace("'points'", "'score'"), BOUNDS), "takes a list of struct(at, until").await;
    }

    /// 10 points are 2.5 after two half-lives; without one they stay.
    #[tokio::test]
    async fn rests() {
        let columns = [texts("day", &[Some("2026-01-15")])];
        let rest = |half_life: &str| {
            format!("select decayed(10, timestamp '2026-01-01T00:00:00Z', cast(day as timestamp), {half_life}) as r from t")
        };
        check(&columns, &rest("7"), &["2.5000"]).await;
        check(&columns, &rest("null"), &["10.0000"]).await;
        check_fault(&columns, &rest("-1"), "a number of days above 0").await;
        check_fault(&columns, "select decayed(10, 1, 2, 3) from t", "decayed is called as").await;
    }
}
