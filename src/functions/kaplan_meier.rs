//! `kaplan_meier(duration, events, censored)`: how long it takes until something happens, those included to whom it has not yet (Kaplan and
//! Meier, JASA 53, 1958), as a list of `struct(duration, at_risk, events, censored, survival, lower, upper)` in ascending order.
//!
//! - duration: BIGINT, 0 or more, in whatever unit; rows with NULL are left out.
//! - events, censored: BIGINT, to how many it happened after this time, and how many were watched so long without it. NULL is 0.
//! - at_risk: those not left before this time. Who is censored at a time is at risk at it.
//! - survival: the share to whom it has not happened by then; lower and upper its 95 % interval, Greenwood's variance on the scale of
//!   log(-log S) (Kalbfleisch and Prentice, 1980), NULL where that has none, at a survival of 0 or 1.
//!
//! A duration comes once, however its rows are split: the answer depends on their sums alone. Nobody at all gives NULL.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Builder, Int64Builder, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, ReversedUDAF, Signature, Volatility};

use super::fault;

/// The 97.5 % quantile of the normal distribution.
const Z_95: f64 = 1.959963984540054;

pub fn function() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(KaplanMeier { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct KaplanMeier {
    signature: Signature,
}

impl AggregateUDFImpl for KaplanMeier {
    fn name(&self) -> &str {
        "kaplan_meier"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        if arguments.len() == 3 && arguments.iter().all(|given| given.is_integer() || given.is_null()) {
            return Ok(vec![DataType::Int64; 3]);
        }
        plan_err!("kaplan_meier is called as kaplan_meier(duration, events, censored), three BIGINT")
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(list_of(answer()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(arguments.name, "counts"), list_of(counted()), true))])
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if arguments.is_distinct {
            return plan_err!("kaplan_meier does not take DISTINCT: equal rows count as often as they come");
        }
        Ok(Box::new(Counts::default()))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

/// Durations with their events and censored ones. Few of many small groups repeat a duration: these are added up before
/// the list grows.
#[derive(Debug, Default)]
struct Counts(Vec<(i64, [i64; 2])>);

/// One row of the answer; the interval is none at the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    duration: i64,
    at_risk: i64,
    events: i64,
    censored: i64,
    survival: f64,
    interval: Option<(f64, f64)>,
}

impl Counts {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let [durations, events, censored] = [0, 1, 2].map(|place| columns[place].as_primitive::<Int64Type>());
        for row in (0..durations.len()).filter(|row| durations.is_valid(*row)) {
            let count = |of: &arrow::array::Int64Array| if of.is_valid(row) { of.value(row) } else { 0 };
            let (duration, added) = (durations.value(row), [count(events), count(censored)]);
            if duration < 0 || added.iter().any(|count| *count < 0) {
                return Err(fault("kaplan_meier: durations and counts cannot be below 0"));
            }
            if self.0.len() == self.0.capacity() {
                self.merge()?;
                if self.0.len() * 2 > self.0.capacity() {
                    self.0.reserve(self.0.len());
                }
            }
            self.0.push((duration, added));
        }
        Ok(())
    }

    /// Every duration once, in ascending order.
    fn merge(&mut self) -> Result<()> {
        self.0.sort_unstable_by_key(|(duration, _)| *duration);
        let mut merged = 0;
        for row in 1..self.0.len() {
            let (duration, added) = self.0[row];
            if duration != self.0[merged].0 {
                merged += 1;
                self.0[merged] = (duration, [0, 0]);
            }
            for (count, more) in self.0[merged].1.iter_mut().zip(added) {
                *count = count.checked_add(more).ok_or_else(|| fault("kaplan_meier: more than 2^63 are counted"))?;
            }
        }
        self.0.truncate(merged + 1);
        Ok(())
    }

    fn points(&self) -> Result<Vec<Point>> {
        let all = self.0.iter().flat_map(|(_, counts)| counts).try_fold(0i64, |sum, count| sum.checked_add(*count));
        let mut at_risk = all.ok_or_else(|| fault("kaplan_meier: more than 2^63 are counted"))?;
        let (mut survival, mut greenwood) = (1.0, 0.0);
        let mut points = Vec::with_capacity(self.0.len());
        for &(duration, [events, censored]) in self.0.iter().filter(|(_, counts)| counts.iter().any(|count| *count > 0)) {
            let (d, n) = (events as f64, at_risk as f64);
            survival *= (at_risk - events) as f64 / n;
            greenwood += d / (n * (at_risk - events) as f64);
            points.push(Point { duration, at_risk, events, censored, survival, interval: interval(survival, greenwood) });
            at_risk -= events + censored;
        }
        Ok(points)
    }

    fn columns(&self) -> Vec<ArrayRef> {
        let column = |of: fn(&(i64, [i64; 2])) -> i64| -> ArrayRef {
            Arc::new(self.0.iter().map(of).map(Some).collect::<arrow::array::Int64Array>())
        };
        vec![column(|(duration, _)| *duration), column(|(_, counts)| counts[0]), column(|(_, counts)| counts[1])]
    }
}

/// `greenwood` is the sum of d / (n (n - d)).
fn interval(survival: f64, greenwood: f64) -> Option<(f64, f64)> {
    if survival <= 0.0 || survival >= 1.0 {
        return None;
    }
    let log = survival.ln();
    let half_width = Z_95 * greenwood.sqrt() / log;
    // The log is below 0, so that adding its half width makes the exponent smaller and the bound larger.
    let bound = |side: f64| (-((-log).ln() + side * half_width).exp()).exp();
    Some((bound(-1.0), bound(1.0)))
}

impl Accumulator for Counts {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(values)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|counts| self.add(counts.as_struct().columns()))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.merge()?;
        Ok(vec![list(counted(), self.columns())?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.merge()?;
        let points = self.points()?;
        if points.is_empty() {
            return ScalarValue::try_from(list_of(answer()));
        }
        let mut counts: [Int64Builder; 4] = std::array::from_fn(|_| Int64Builder::with_capacity(points.len()));
        let mut shares: [Float64Builder; 3] = std::array::from_fn(|_| Float64Builder::with_capacity(points.len()));
        for point in points {
            let values = [point.duration, point.at_risk, point.events, point.censored];
            counts.iter_mut().zip(values).for_each(|(column, value)| column.append_value(value));
            let values = [Some(point.survival), point.interval.map(|(lower, _)| lower), point.interval.map(|(_, upper)| upper)];
            shares.iter_mut().zip(values).for_each(|(column, value)| column.append_option(value));
        }
        let counts = counts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let shares = shares.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        list(answer(), counts.chain(shares).collect())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.capacity() * size_of::<(i64, [i64; 2])>()
    }
}

fn answer() -> Fields {
    let count = |name| Field::new(name, DataType::Int64, false);
    let share = |name, nullable| Field::new(name, DataType::Float64, nullable);
    let counts = ["duration", "at_risk", "events", "censored"].map(count);
    let shares = [share("survival", false), share("lower", true), share("upper", true)];
    counts.into_iter().chain(shares).collect()
}

fn counted() -> Fields {
    ["duration", "events", "censored"].map(|name| Field::new(name, DataType::Int64, false)).into_iter().collect()
}

fn list_of(fields: Fields) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields), true)))
}

fn list(fields: Fields, columns: Vec<ArrayRef>) -> Result<ScalarValue> {
    Ok(SingleRowListArrayBuilder::new(Arc::new(StructArray::try_new(fields, columns, None)?)).build_list_scalar())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check, check_fault, integers, samples};

    /// Freireich et al., Blood 21 (1963): weeks in remission under 6-MP; survival as in Kleinbaum and Klein, Survival Analysis, table 2.2.
    #[test]
    fn remission() {
        let mut counts = Counts::default();
        let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let events = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        counts.0.extend(censored.map(|weeks| (weeks, [0, 1])));
        counts.0.extend(events.map(|weeks| (weeks, [1, 0])));
        counts.merge().unwrap();
        let told: Vec<String> = counts
            .points()
            .unwrap()
            .iter()
            .filter(|point| point.events > 0)
            .map(|point| format!("{} {} {} {:.4}", point.duration, point.at_risk, point.events, point.survival))
            .collect();
        let expected =
            ["6 21 3 0.8571", "7 17 1 0.8067", "10 15 1 0.7529", "13 12 1 0.6902", "16 11 1 0.6275", "22 7 1 0.5378", "23 6 1 0.4482"];
        assert_eq!(told, expected);
    }

    /// 100 samples drawn by chance against lifelines 0.30.3, `KaplanMeierFitter`.
    #[test]
    fn agrees_with_lifelines() {
        let curves = samples(include_str!("../../testdata/statistics/kaplan_meier.csv"));
        assert_eq!(curves.len(), 100);
        for (name, rows) in curves {
            let mut counts = Counts::default();
            counts.0.extend(rows.iter().map(|row| (row[0] as i64, [row[1] as i64, row[2] as i64])));
            for (point, row) in counts.points().unwrap().iter().zip(&rows) {
                let (lower, upper) = point.interval.unwrap_or((f64::NAN, f64::NAN));
                for (found, expected) in [point.survival, lower, upper].into_iter().zip(&row[3..]) {
                    assert!(
                        (found - expected).abs() < 1e-9 || (found.is_nan() && expected.is_nan()),
                        "{name} at {}: {found} {expected}",
                        row[0]
                    );
                }
            }
        }
    }

    #[test]
    fn an_event_and_a_censored_one_at_the_same_time() {
        let counts = Counts(vec![(3, [1, 1]), (5, [0, 2])]);
        let points = counts.points().unwrap();
        assert_eq!((points[0].at_risk, points[0].survival), (4, 0.75));
        assert_eq!((points[1].at_risk, points[1].survival), (2, 0.75));
        let ended = Counts(vec![(0, [2, 0])]).points().unwrap();
        assert_eq!((ended[0].survival, ended[0].interval), (0.0, None));
    }

    #[tokio::test]
    async fn in_sql() {
        let columns =
            [integers("days", &[Some(3), Some(5), Some(3), None, Some(5)]), integers("n", &[Some(1), Some(0), Some(0), Some(9), None])];
        let points = "with k as (select unnest(kaplan_meier(days, n, 1 - coalesce(n, 0))) as p from t) \
            select p['duration'] as d, p['at_risk'] as r, p['events'] as e, p['censored'] as c, p['survival'] as s from k order by d";
        check(&columns, points, &["3 | 4 | 1 | 1 | 0.75", "5 | 2 | 0 | 2 | 0.75"]).await;
        check(&columns, "select kaplan_meier(days, n, 0) as k from t where days is null", &["NULL"]).await;
        check_fault(&columns, "select kaplan_meier(-days, n, 1) from t", "cannot be below 0").await;
        check_fault(&columns, "select kaplan_meier(days, n) from t", "three BIGINT").await;
        check_fault(&columns, "select kaplan_meier(distinct days, n, 1) from t", "DISTINCT").await;
    }
}
