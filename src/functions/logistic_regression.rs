//! `logistic_regression(features, values, trials, successes, penalty)`: how the log odds of success add up from what is known of a trial (Cox,
//! JRSS B 20, 1958), by maximum likelihood with a ridge penalty (le Cessie and van Houwelingen, Applied Statistics 41, 1992). A list of
//! `struct(feature, coefficient, standard_error)` ordered by feature; the first is the intercept, whose feature is NULL.
//!
//! - features, values: a list of BIGINT and one of DOUBLE of the same length. A feature that is not named has the value 0.
//! - trials, successes: BIGINT, 0 <= successes <= trials. Rows without trials say nothing, nor do those with a NULL in one of these four.
//! - penalty: DOUBLE, 0 or more, the same in all rows. What is greatest is the log likelihood less penalty / 2 times the sum of the squares
//!   of all coefficients but the intercept; a prior of mean 0 and variance 1 / penalty says the same.
//! - coefficient: by how much the log odds rise when the value rises by 1, in units of 1 / the value's.
//! - standard_error: from the inverse of the penalised Hessian; of a penalised coefficient it is the spread left by trials and prior.
//!
//! Rows of the same features and values are added up, whatever the order of their lists, and held in memory in an order of their own, so that
//! the answer depends on the set of trials alone, to the bit. Solving takes 12 n^2 bytes for n features, of which there are at most 2,000.
//!
//! Fails: lists of different length, a NULL, an infinity or NaN in them, a feature twice, counts that cannot be; trials that all succeeded, or
//! none; features that follow from others or tell successes without exception, unless there is a penalty. No trials give NULL.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Float64Builder, Int64Array, Int64Builder, ListArray, ListBuilder, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type, Int64Type};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, ReversedUDAF, Signature, Volatility};

use super::fault;
use super::logistic_likelihood::{self, Coefficient, Design, Known};

pub fn function() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(LogisticRegression { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct LogisticRegression {
    signature: Signature,
}

impl AggregateUDFImpl for LogisticRegression {
    fn name(&self) -> &str {
        "logistic_regression"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let count = |given: &DataType| given.is_integer() || given.is_null();
        match arguments {
            [features, values, trials, successes, penalty]
                if is_list(features, DataType::is_integer)
                    && is_list(values, DataType::is_numeric)
                    && count(trials)
                    && count(successes)
                    && (penalty.is_numeric() || penalty.is_null()) =>
            {
                Ok(vec![
                    DataType::new_list(DataType::Int64, true),
                    DataType::new_list(DataType::Float64, true),
                    DataType::Int64,
                    DataType::Int64,
                    DataType::Float64,
                ])
            }
            _ => plan_err!(
                "logistic_regression is called as logistic_regression(features, values, trials, successes, penalty): a list of BIGINT, a list \
                 of DOUBLE, two BIGINT and a DOUBLE"
            ),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(list_of(answer()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![
            Arc::new(Field::new(format_state_name(arguments.name, "rows"), list_of(counted()), true)),
            Arc::new(Field::new(format_state_name(arguments.name, "penalty"), DataType::Float64, true)),
        ])
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if arguments.is_distinct {
            return plan_err!("logistic_regression does not take DISTINCT: equal rows count as often as they come");
        }
        Ok(Box::new(Trials::default()))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

fn is_list(given: &DataType, is_item: fn(&DataType) -> bool) -> bool {
    match given {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            is_item(item.data_type()) || item.data_type().is_null()
        }
        given => given.is_null(),
    }
}

/// Trials and successes by what is known of them, features in ascending order.
#[derive(Debug, Default)]
struct Trials {
    counts: BTreeMap<Box<[Known]>, [i64; 2]>,
    /// Features of all of these.
    features: usize,
    penalty: Option<f64>,
    /// Room for the row at hand.
    row: Vec<Known>,
}

impl Trials {
    /// Adds rows of features, values, trials and successes.
    fn add(&mut self, columns: &[ArrayRef], penalties: Option<&Float64Array>) -> Result<()> {
        let [features, values] = [0, 1].map(|place| columns[place].as_list::<i32>());
        let [trials, successes] = [2, 3].map(|place| columns[place].as_primitive::<Int64Type>());
        for row in (0..trials.len()).filter(|row| columns[..4].iter().all(|column| column.is_valid(*row))) {
            if let Some(penalties) = penalties {
                self.agree(penalties.is_valid(row).then(|| penalties.value(row)))?;
            }
            self.read(features, values, row)?;
            self.count([trials.value(row), successes.value(row)])?;
        }
        Ok(())
    }

    fn agree(&mut self, penalty: Option<f64>) -> Result<()> {
        let Some(penalty) = penalty.filter(|penalty| penalty.is_finite() && *penalty >= 0.0) else {
            return Err(fault("logistic_regression: the penalty is a number, 0 or more"));
        };
        if *self.penalty.get_or_insert(penalty) != penalty {
            return Err(fault("logistic_regression: the penalty must be the same in all rows"));
        }
        Ok(())
    }

    /// What is known of a row, in order.
    fn read(&mut self, features: &ListArray, values: &ListArray, row: usize) -> Result<()> {
        let range = |list: &ListArray| list.value_offsets()[row] as usize..list.value_offsets()[row + 1] as usize;
        let (named, valued) = (range(features), range(values));
        if named.len() != valued.len() {
            return Err(fault("logistic_regression: a row has as many values as features"));
        }
        let (features, values) = (features.values().as_primitive::<Int64Type>(), values.values().as_primitive::<Float64Type>());
        self.row.clear();
        for (feature, value) in named.zip(valued) {
            if features.is_null(feature) || values.is_null(value) || !values.value(value).is_finite() {
                return Err(fault("logistic_regression: features and values must not be NULL, nor values NaN or infinite"));
            }
            // Plus 0 makes 0 of -0.
            self.row.push((features.value(feature), (values.value(value) + 0.0).to_bits()));
        }
        self.row.sort_unstable();
        if self.row.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(fault("logistic_regression: a row names a feature twice"));
        }
        Ok(())
    }

    /// Adds trials and successes to what was read.
    fn count(&mut self, more: [i64; 2]) -> Result<()> {
        if more[1] < 0 || more[1] > more[0] {
            return Err(fault("logistic_regression: successes must lie between 0 and trials"));
        }
        match self.counts.get_mut(self.row.as_slice()) {
            _ if more[0] == 0 => {}
            Some([trials, successes]) => {
                let sum = trials.checked_add(more[0]);
                *trials = sum.ok_or_else(|| fault("logistic_regression: 2^63 trials or more are counted"))?;
                // Successes are at most as many.
                *successes += more[1];
            }
            None => {
                self.counts.insert(self.row.as_slice().into(), more);
                self.features += self.row.len();
            }
        }
        Ok(())
    }

    fn fit(&self) -> Result<Option<Vec<Coefficient>>> {
        match self.penalty {
            Some(penalty) if !self.counts.is_empty() => {
                Design::new(self.counts.iter().map(|(known, counts)| (&**known, *counts)))?.fit(penalty).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn columns(&self) -> Vec<ArrayRef> {
        let mut features = ListBuilder::new(Int64Builder::with_capacity(self.features));
        let mut values = ListBuilder::new(Float64Builder::with_capacity(self.features));
        for known in self.counts.keys() {
            for (feature, value) in known {
                features.values().append_value(*feature);
                values.values().append_value(f64::from_bits(*value));
            }
            features.append(true);
            values.append(true);
        }
        let count = |place: usize| Arc::new(Int64Array::from_iter_values(self.counts.values().map(|counts| counts[place]))) as ArrayRef;
        vec![Arc::new(features.finish()), Arc::new(values.finish()), count(0), count(1)]
    }
}

impl Accumulator for Trials {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(values, Some(values[4].as_primitive()))
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for (rows, penalty) in states[0].as_list::<i32>().iter().zip(states[1].as_primitive::<Float64Type>()) {
            if penalty.is_some() {
                self.agree(penalty)?;
            }
            rows.map_or(Ok(()), |rows| self.add(rows.as_struct().columns(), None))?;
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![list(counted(), self.columns())?, ScalarValue::Float64(self.penalty)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let Some(fit) = self.fit()? else {
            return ScalarValue::try_from(list_of(answer()));
        };
        let number = |of: fn(&Coefficient) -> f64| Arc::new(Float64Array::from_iter_values(fit.iter().map(of))) as ArrayRef;
        let features: Int64Array = fit.iter().map(|coefficient| coefficient.feature).collect();
        list(answer(), vec![Arc::new(features), number(|fit| fit.value), number(|fit| fit.standard_error)])
    }

    fn size(&self) -> usize {
        // A node of the tree holds eleven entries and is at least half full. What solving will copy is counted from the beginning.
        let tree = self.counts.len() * 2 * size_of::<(Box<[Known]>, [i64; 2])>() + self.features * size_of::<Known>();
        let design = logistic_likelihood::size_of_design(self.counts.len(), self.features);
        size_of_val(self) + tree + design + self.row.capacity() * size_of::<Known>()
    }
}

fn answer() -> Fields {
    let number = |name| Field::new(name, DataType::Float64, false);
    Fields::from(vec![Field::new("feature", DataType::Int64, true), number("coefficient"), number("standard_error")])
}

fn counted() -> Fields {
    Fields::from(vec![
        Field::new("features", DataType::new_list(DataType::Int64, true), false),
        Field::new("values", DataType::new_list(DataType::Float64, true), false),
        Field::new("trials", DataType::Int64, false),
        Field::new("successes", DataType::Int64, false),
    ])
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
    use crate::functions::tests::{check, check_fault, floats, integers};
    use proptest::prelude::*;

    type Row = (Vec<(i64, f64)>, [i64; 2]);

    fn trials(rows: &[Row], penalty: f64) -> Trials {
        let mut trials = Trials::default();
        trials.agree(Some(penalty)).unwrap();
        for (known, counts) in rows {
            let features = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(known.iter().map(|known| Some(known.0)))]);
            let values = ListArray::from_iter_primitive::<Float64Type, _, _>([Some(known.iter().map(|known| Some(known.1)))]);
            trials.read(&features, &values, 0).unwrap();
            trials.count(*counts).unwrap();
        }
        trials
    }

    /// Bits, or what is said where there is no answer.
    fn bits(mut trials: Trials) -> std::result::Result<Vec<(Option<i64>, u64, u64)>, String> {
        trials.evaluate().map_err(|error| error.to_string())?;
        let fit = trials.fit().map_err(|error| error.to_string())?.unwrap_or_default();
        Ok(fit.iter().map(|one| (one.feature, one.value.to_bits(), one.standard_error.to_bits())).collect())
    }

    /// Some of five features, each at most once a row.
    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let value = prop_oneof![Just(1.0), Just(0.0), -3.0f64..3.0];
        let known = prop::collection::btree_map(-2i64..3, value, 0..5).prop_map(|known| known.into_iter().collect::<Vec<_>>());
        prop::collection::vec((known.prop_shuffle(), (0i64..9, 0i64..9).prop_map(|(k, more)| [k + more, k])), 1..30)
    }

    proptest! {
        #[test]
        fn order_and_splits_of_rows_change_no_bit(
            (rows, shuffled) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
            penalty in prop_oneof![Just(0.0), Just(0.3)],
            cut in 0usize..30,
        ) {
            let mut one_by_one: Vec<Row> = Vec::new();
            for (known, [trials, successes]) in &shuffled {
                let backwards: Vec<(i64, f64)> = known.iter().rev().copied().collect();
                one_by_one.extend((0..*trials).map(|trial| (backwards.clone(), [1, i64::from(trial < *successes)])));
            }
            let (left, right) = one_by_one.split_at(cut.min(one_by_one.len()));
            let mut merged = trials(right, penalty);
            let state: Vec<ArrayRef> = trials(left, penalty).state().unwrap().iter().map(|state| state.to_array().unwrap()).collect();
            merged.merge_batch(&state).unwrap();
            prop_assert_eq!(bits(merged), bits(trials(&rows, penalty)));
        }
    }

    #[test]
    fn size_counts_rows_and_features() {
        let rows: Vec<Row> = (0..1000).map(|row| ((0..10).map(|at| (at * 1000 + row, 1.0)).collect(), [2, 1])).collect();
        let (once, twice) = (trials(&rows, 1.0).size(), trials(&[rows.clone(), rows].concat(), 1.0).size());
        assert_eq!(once, twice);
        // Of 1000: a slot of 64, ten features of 16, in the design eleven of 16 and the row's 24.
        assert!((424_000..430_000).contains(&once), "{once}");
    }

    const FIT: &str = "with l as (select unnest(logistic_regression(FEATURES, VALUES, n, k, 0)) as c from t)
        select c['feature'] as f, round(c['coefficient'], 10) as b, round(c['standard_error'], 10) as e from l";

    fn fit(features: &str, values: &str) -> String {
        FIT.replace("FEATURES", features).replace("VALUES", values)
    }

    /// Odds of 1/3 without the feature and 4 with it: log 3, log 12, and roots of 2/3 and of 2/3 + 5/8.
    #[tokio::test]
    async fn in_sql() {
        let columns = [
            integers("f", &[Some(-7), None, Some(-7), None, Some(-7), Some(-7), Some(-7)]),
            floats("x", &[Some(1.0), Some(2.0), Some(1.0), Some(-0.0), None, Some(1.0), Some(f64::INFINITY)]),
            integers("n", &[Some(4), Some(5), Some(6), Some(3), Some(9), None, Some(0)]),
            integers("k", &[Some(4), Some(2), Some(4), Some(0), Some(9), Some(0), Some(0)]),
        ];
        let (features, values) =
            ("case when f is null then [] else [f] end", "case when f is null then [] when x is not null then [x] end");
        let (root, sum) = ((2.0f64 / 3.0).sqrt(), (2.0f64 / 3.0 + 5.0 / 8.0).sqrt());
        let (intercept, slope) = (format!("NULL | {:.10} | {root:.10}", -3f64.ln()), format!("-7 | {:.10} | {sum:.10}", 12f64.ln()));
        // Of the trials without the feature two of eight succeed.
        let finite = |sql: String| sql.replace("from t", "from t where n > 0 or n is null");
        check(&columns, &finite(fit(features, values)), &[&intercept, &slope]).await;
        let [features, values] =
            [(features, "Int32"), (values, "Float32")].map(|(of, item)| format!("arrow_cast({of}, 'LargeList({item})')"));
        check(&columns, &finite(fit(&features, &values)), &[&intercept, &slope]).await;
        let penalised = "select array_length(logistic_regression([f, 2], [x, x], n, k, p)) as l from (select *, 0.5 as p from t)";
        check(&columns, &format!("{penalised} where f is not null and x = 1 and n > 0"), &["3"]).await;
        check(&columns, &format!("{penalised} where n = 9 and x is not null"), &["NULL"]).await;
        let grouped = "select f, logistic_regression([1], [k], n, k, 1)[1]['feature'] as i from t where n in (5, 6) group by f order by f";
        check(&columns, grouped, &["-7 | NULL", "NULL | NULL"]).await;
        check(&columns, "select logistic_regression(null, null, n, k, 0) as l from t", &["NULL"]).await;
    }

    #[tokio::test]
    async fn what_cannot_be() {
        let columns = [integers("f", &[Some(1), Some(2)]), floats("x", &[Some(1.0), Some(2.0)]), integers("n", &[Some(4), Some(5)])];
        let of = |arguments: &str| format!("select logistic_regression({arguments}) as l from t");
        for (arguments, words) in [
            ("[f, 3], [x], n, 1, 0", "as many values as features"),
            ("[f, null], [x, x], n, 1, 0", "must not be NULL"),
            ("[f, 3], [x, null], n, 1, 0", "must not be NULL"),
            ("[f], [x * cast('Infinity' as double)], n, 1, 0", "NaN or infinite"),
            ("[f], [x * cast('NaN' as double)], n, 1, 0", "NaN or infinite"),
            ("[f, f], [x, x], n, 1, 0", "a feature twice"),
            ("[f], [x], n, n + 1, 0", "between 0 and trials"),
            ("[f], [x], -n, -n, 0", "between 0 and trials"),
            ("[f], [x], n, 1, -1", "0 or more"),
            ("[f], [x], n, 1, null", "0 or more"),
            ("[f], [x], n, 1, x", "the same in all rows"),
            ("[1], [2], 9223372036854775807, 1, 0", "2^63 trials"),
            ("[f], [x], n, n, 1", "all trials succeeded, or none"),
            ("[f], [x], n, 1, 0", "more than one answer"),
            ("[f], [x], n, 1", "a list of BIGINT"),
            ("f, x, n, 1, 0", "a list of BIGINT"),
            ("distinct [f], [x], n, 1, 0", "DISTINCT"),
        ] {
            check_fault(&columns, &of(arguments), words).await;
        }
    }
}
