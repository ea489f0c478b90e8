//! `beta_prior(successes, trials)`: the beta distribution from which the rates of groups are most likely drawn, as `struct(mean, dispersion)`:
//! maximum likelihood of the beta-binomial distribution (Skellam, JRSS B 10, 1948), for empirical Bayes.
//!
//! A row is a group, two BIGINT; without trials, or with a NULL, it says nothing. dispersion is 1 / (a + b), so that a = mean / dispersion; it is 0
//! where the groups differ no more than by chance, or a single one is all there is. The rate of a group, drawn to the others, is then
//! `(mean + successes * dispersion) / (1 + trials * dispersion)`. Groups that are all or nothing have no finite answer: dispersion ends at
//! [`WIDEST`]. The answer depends on the set of groups alone. No group gives NULL.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, ReversedUDAF, Signature, Volatility};

use super::fault;
use super::gamma::{digamma_rise, trigamma};

/// The dispersions that are looked at: below the first no count could tell them from 0, beyond the last a group is believed whatever it says.
const NARROWEST: f64 = 1e-12;
const WIDEST: f64 = 1e6;

pub fn function() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(BetaPrior { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct BetaPrior {
    signature: Signature,
}

impl AggregateUDFImpl for BetaPrior {
    fn name(&self) -> &str {
        "beta_prior"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        if arguments.len() == 2 && arguments.iter().all(|given| given.is_integer() || given.is_null()) {
            return Ok(vec![DataType::Int64; 2]);
        }
        plan_err!("beta_prior is called as beta_prior(successes, trials), two BIGINT")
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(answer()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(arguments.name, "groups"), list_of(counted()), true))])
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if arguments.is_distinct {
            return plan_err!("beta_prior does not take DISTINCT: equal groups are several");
        }
        Ok(Box::new(Groups::default()))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

/// How many groups have these successes and trials, in an order that does not depend on arrival.
#[derive(Debug, Default)]
struct Groups(BTreeMap<[i64; 2], i64>);

/// Mean and precision a + b.
#[derive(Clone, Copy)]
struct Beta {
    mean: f64,
    precision: f64,
}

impl Groups {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let [successes, trials] = [0, 1].map(|place| columns[place].as_primitive::<Int64Type>());
        let times = columns.get(2).map(|times| times.as_primitive::<Int64Type>());
        for row in (0..trials.len()).filter(|row| successes.is_valid(*row) && trials.is_valid(*row)) {
            let group = [successes.value(row), trials.value(row)];
            if group[0] < 0 || group[0] > group[1] {
                return Err(fault("beta_prior: successes must lie between 0 and trials"));
            }
            if group[1] > 0 {
                *self.0.entry(group).or_default() += times.map_or(1, |times| times.value(row));
            }
        }
        Ok(())
    }

    /// Mean and dispersion; none without groups.
    fn fit(&self) -> Option<(f64, f64)> {
        let sum = |of: fn(&[i64; 2]) -> i64| self.0.iter().map(|(group, times)| of(group) as f64 * *times as f64).sum::<f64>();
        let (successes, trials) = (sum(|group| group[0]), sum(|group| group[1]));
        if trials == 0.0 {
            return None;
        }
        let pooled = successes / trials;
        if successes == 0.0 || successes == trials || self.excess(pooled) <= 0.0 {
            return Some((pooled, 0.0));
        }
        Some(self.most_likely(pooled))
    }

    /// The slope of the likelihood at dispersion 0, times two: above 0 where groups differ by more than chance.
    fn excess(&self, mean: f64) -> f64 {
        let slope = |[successes, trials]: [i64; 2]| {
            let (x, n) = (successes as f64, trials as f64);
            x * (x - 1.0) / mean + (n - x) * (n - x - 1.0) / (1.0 - mean) - n * (n - 1.0)
        };
        self.0.iter().map(|(group, times)| slope(*group) * *times as f64).sum()
    }

    /// The root of the profile likelihood's slope in the logarithm of the precision, by bisection: the slope is above 0 to its left.
    fn most_likely(&self, pooled: f64) -> (f64, f64) {
        let (mut low, mut high) = (-WIDEST.ln(), -NARROWEST.ln());
        let mut beta = Beta { mean: pooled, precision: 1.0 };
        while high - low > 1e-14 * high.abs().max(1.0) {
            let middle = low + (high - low) / 2.0;
            if middle <= low || middle >= high {
                break;
            }
            beta.precision = middle.exp();
            beta.mean = self.mean(beta);
            *(if self.precision_slope(beta) > 0.0 { &mut low } else { &mut high }) = middle;
        }
        (beta.mean, 1.0 / beta.precision)
    }

    /// The most likely mean at this precision. Its slope falls all the way, so Newton's method inside a shrinking bracket finds its root.
    fn mean(&self, start: Beta) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        let mut beta = start;
        for _ in 0..200 {
            let (slope, bend) = self.mean_slope(beta);
            *(if slope > 0.0 { &mut low } else { &mut high }) = beta.mean;
            let newton = beta.mean - slope / bend;
            let next = if newton > low && newton < high { newton } else { low + (high - low) / 2.0 };
            if (next - beta.mean).abs() <= f64::EPSILON * beta.mean {
                return next;
            }
            beta.mean = next;
        }
        beta.mean
    }

    /// First and second derivative of the likelihood by the mean, both divided by the precision.
    fn mean_slope(&self, beta: Beta) -> (f64, f64) {
        let (a, b) = beta.shapes();
        let part = |([successes, trials], times): (&[i64; 2], &i64)| {
            let (x, y) = (*successes as f64, (*trials - *successes) as f64);
            let slope = digamma_rise(x, a) - digamma_rise(y, b);
            let bend = (trigamma(a + x) - trigamma(a) + trigamma(b + y) - trigamma(b)) * beta.precision;
            (slope * *times as f64, bend * *times as f64)
        };
        self.0.iter().map(part).fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
    }

    /// The derivative by the precision.
    fn precision_slope(&self, beta: Beta) -> f64 {
        let (a, b) = beta.shapes();
        let part = |([successes, trials], times): (&[i64; 2], &i64)| {
            let (x, n) = (*successes as f64, *trials as f64);
            let shapes = beta.mean * digamma_rise(x, a) + (1.0 - beta.mean) * digamma_rise(n - x, b);
            (shapes - digamma_rise(n, beta.precision)) * *times as f64
        };
        self.0.iter().map(part).sum()
    }

    fn columns(&self) -> Vec<ArrayRef> {
        let column = |of: fn((&[i64; 2], &i64)) -> i64| -> ArrayRef { Arc::new(self.0.iter().map(of).map(Some).collect::<Int64Array>()) };
        vec![column(|(group, _)| group[0]), column(|(group, _)| group[1]), column(|(_, times)| *times)]
    }
}

impl Beta {
    fn shapes(self) -> (f64, f64) {
        (self.mean * self.precision, (1.0 - self.mean) * self.precision)
    }
}

impl Accumulator for Groups {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(values)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|groups| self.add(groups.as_struct().columns()))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let groups = StructArray::try_new(counted(), self.columns(), None)?;
        Ok(vec![SingleRowListArrayBuilder::new(Arc::new(groups)).build_list_scalar()])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let Some((mean, dispersion)) = self.fit() else {
            return ScalarValue::try_from(DataType::Struct(answer()));
        };
        let columns: Vec<ArrayRef> = [mean, dispersion].map(|value| Arc::new(Float64Array::from(vec![value])) as ArrayRef).into();
        Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(answer(), columns, None)?)))
    }

    fn size(&self) -> usize {
        // A node of the tree holds eleven entries and is at least half full.
        size_of_val(self) + self.0.len() * 2 * size_of::<([i64; 2], i64)>()
    }
}

fn answer() -> Fields {
    ["mean", "dispersion"].map(|name| Field::new(name, DataType::Float64, false)).into_iter().collect()
}

fn counted() -> Fields {
    ["successes", "trials", "times"].map(|name| Field::new(name, DataType::Int64, false)).into_iter().collect()
}

fn list_of(fields: Fields) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields), true)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check, check_fault, integers, samples};

    fn groups(rows: &[[i64; 2]]) -> Groups {
        let mut groups = Groups::default();
        rows.iter().for_each(|group| *groups.0.entry(*group).or_default() += 1);
        groups
    }

    /// 100 families of groups drawn by chance against scipy 1.17.1: the root of the likelihood's gradient, written with `special.digamma`.
    #[test]
    fn agrees_with_scipy() {
        let families = samples(include_str!("../../testdata/statistics/beta_prior.csv"));
        assert_eq!(families.len(), 100);
        for (name, rows) in families {
            let (mean, dispersion) = groups(&rows.iter().map(|row| [row[0] as i64, row[1] as i64]).collect::<Vec<_>>()).fit().unwrap();
            let [.., expected_mean, expected_dispersion] = rows[0][..] else { panic!("{name}") };
            assert!((mean - expected_mean).abs() < 1e-9, "{name}: {mean} {expected_mean}");
            assert!(
                (dispersion - expected_dispersion).abs() < 1e-9 * expected_dispersion.max(1.0),
                "{name}: {dispersion} {expected_dispersion}"
            );
        }
    }

    #[test]
    fn groups_that_say_nothing_of_spread() {
        assert_eq!(groups(&[]).fit(), None);
        assert_eq!(groups(&[[3, 12]]).fit(), Some((0.25, 0.0)));
        assert_eq!(groups(&[[0, 4], [0, 9]]).fit(), Some((0.0, 0.0)));
        assert_eq!(groups(&[[5, 5], [7, 7]]).fit(), Some((1.0, 0.0)));
        assert_eq!(groups(&[[0, 1], [1, 1], [1, 1]]).fit(), Some((2.0 / 3.0, 0.0)));
        // As alike as they can be.
        assert_eq!(groups(&[[50, 100], [50, 100], [50, 100]]).fit(), Some((0.5, 0.0)));
        let (mean, dispersion) = groups(&[[0, 5], [5, 5]]).fit().unwrap();
        assert!((mean - 0.5).abs() < 1e-9 && (dispersion / WIDEST - 1.0).abs() < 1e-6, "{mean} {dispersion}");
    }

    #[tokio::test]
    async fn in_sql() {
        let columns = [integers("k", &[Some(1), Some(30), None, Some(0)]), integers("n", &[Some(20), Some(40), Some(4), Some(0)])];
        let (mean, dispersion) = groups(&[[1, 20], [30, 40]]).fit().unwrap();
        let whole = format!("{mean} | {dispersion}");
        check(&columns, "select beta_prior(k, n)['mean'] as m, beta_prior(k, n)['dispersion'] as d from t", &[&whole]).await;
        check(&columns, "select beta_prior(k, n) as p from t where n < 5", &["NULL"]).await;
        check_fault(&columns, "select beta_prior(n, k) from t", "between 0 and trials").await;
        check_fault(&columns, "select beta_prior(k) from t", "two BIGINT").await;
    }
}
