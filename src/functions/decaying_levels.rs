//! `decaying_levels(impulses, bounds, thresholds, moments)`: what a sum of decaying impulses, bounded at every level of a tree, comes to over
//! time, as a list of `struct(at, is_change, is_moment, level, branches)` in order of time. `decayed(points, since, at,
//! half_life_days)`: what is left of one impulse.
//!
//! - impulses: a list of `struct(at, since, until, points, half_life_days, node)`: from `at` on, `points` that have halved every
//!   `half_life_days` (NULL: never) since `since`, which is not later, until they end (`until`, NULL: never). Points are DECIMAL(18,4) and
//!   may be negative.
//! - bounds: a list of `struct(node, parent, lower, upper)`, one for each node of a tree: the sum below a node is kept between both, which
//!   allow 0 (NULL: unbounded). The root alone has no parent; impulses may hang on any node.
//! - thresholds: a list of DECIMAL(18,4): the moments are told at which the level reaches one or falls below it, neither a change nor one of `moments`.
//! - moments: a list of TIMESTAMP at which the level is told in any case. Nothing is told after the last.
//!
//! The level is the sum at the root; `branches` the parts of it that each child of the root adds, in the order of their numbers: a bound
//! of the root cuts what comes last. What is left of an impulse is rounded to 0.0001 by itself, so that a level is a sum of such rows
//! exactly. Between two changes the level moves by decay alone; crossings are found there by bisection to the second: a stretch is
//! searched as long as its bounds (what grows taken at one end, what shrinks at the other) leave a crossing possible. The answer depends
//! on the set of impulses alone. No moment gives an empty list; a NULL list gives NULL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Decimal128Array, Decimal128Builder, ListArray, ListBuilder, StructArray,
    TimestampMicrosecondBuilder,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Decimal128Type, Field, Fields, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::decaying_sum::{Impulse, MOST, Told, Tree, course, half_life, rest};
use super::fault;

/// Digits and decimals of points; they are held in units of 0.0001.
const PRECISION: u8 = 18;
const SCALE: i8 = 4;

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

const IMPULSE: [&str; 6] = ["at", "since", "until", "points", "half_life_days", "node"];
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
    named(&IMPULSE, &[timestamp(), timestamp(), timestamp(), points(), DataType::Float64, DataType::Int64])
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
    let [at, since, until] = [0, 1, 2].map(|place| rows.column(place).as_primitive::<TimestampMicrosecondType>());
    let points = rows.column(3).as_primitive::<Decimal128Type>();
    let days = rows.column(4).as_primitive::<Float64Type>();
    let nodes = rows.column(5).as_primitive::<Int64Type>();
    let read = |row: usize| {
        if at.is_null(row) || since.is_null(row) || points.is_null(row) || nodes.is_null(row) {
            return Err(fault("decaying_levels: an impulse has moments, points and a node"));
        }
        if since.value(row) > at.value(row) {
            return Err(fault("decaying_levels: an impulse does not count before it begins to shrink"));
        }
        let leaf = tree.places.get(&nodes.value(row)).copied();
        Ok(Impulse {
            at: at.value(row),
            since: since.value(row),
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
    use crate::functions::tests::{check, check_fault, texts};

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
        let impulse = "named_struct('at', arrow_cast(day, 'Timestamp(Microsecond, Some(\"UTC\"))'), \
            'since', arrow_cast(day, 'Timestamp(Microsecond, Some(\"UTC\"))'), 'until', null, 'points', 10, 'half_life_days', 1, 'node', 1)";
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
        check_fault(&columns, &query(&impulse.replace("'points'", "'score'"), BOUNDS), "takes a list of struct(at, since").await;
        let late = impulse.replace("'at', arrow_cast(day,", "'at', arrow_cast('2025-12-31',");
        check_fault(&columns, &query(&late, BOUNDS), "does not count before it begins to shrink").await;
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
