//! `exact_sum(double)` and `exact_avg(number)`: float sums and means that do not depend on the order, batches or partitions of rows.
//!
//! The sum is exact and rounded once ([`super::superaccumulator`]); the mean is that sum divided by the count. NULLs are left out; no value
//! gives NULL. Any NaN, or infinities of both signs, give NaN. `exact_sum` takes floats alone: integers and decimals have `sum`. Not for
//! sliding window frames.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, BooleanArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_datafusion_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, Signature, Volatility,
};

use super::superaccumulator::ExactSum;

pub fn sum() -> Arc<AggregateUDF> {
    function(Wanted::Sum)
}

pub fn mean() -> Arc<AggregateUDF> {
    function(Wanted::Mean)
}

fn function(wanted: Wanted) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(Exact { wanted, signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Wanted {
    Sum,
    Mean,
}

impl Wanted {
    fn value(self, sum: &ExactSum, count: i64) -> Option<f64> {
        match self {
            _ if count == 0 => None,
            Wanted::Sum => Some(sum.round()),
            Wanted::Mean => Some(sum.round() / count as f64),
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Exact {
    wanted: Wanted,
    signature: Signature,
}

impl AggregateUDFImpl for Exact {
    fn name(&self) -> &str {
        match self.wanted {
            Wanted::Sum => "exact_sum",
            Wanted::Mean => "exact_avg",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        match (self.wanted, arguments) {
            (_, [value]) if value.is_floating() || value.is_null() => Ok(vec![DataType::Float64]),
            (Wanted::Mean, [value]) if value.is_numeric() => Ok(vec![DataType::Float64]),
            (Wanted::Sum, [value]) if value.is_numeric() => plan_err!("exact_sum is for floats; `sum` of {value} is exact already"),
            _ => plan_err!("{} takes one number", self.name()),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![
            Arc::new(Field::new(format_state_name(arguments.name, "sum"), DataType::Binary, false)),
            Arc::new(Field::new(format_state_name(arguments.name, "count"), DataType::Int64, false)),
        ])
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        Ok(Box::new(Total { wanted: self.wanted, sum: ExactSum::default(), count: 0 }))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        Ok(Box::new(Groups::new(self.wanted)))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

fn refuse_distinct(name: &str, arguments: &AccumulatorArgs) -> Result<()> {
    if arguments.is_distinct { plan_err!("{name} does not take DISTINCT; use SELECT DISTINCT below it") } else { Ok(()) }
}

/// The sums and counts of many groups: 40 bytes each, and 272 more where the values differ by more than 2^74 in scale.
struct Groups {
    wanted: Wanted,
    sums: Vec<ExactSum>,
    counts: Vec<i64>,
    /// Bytes of wide sums on the heap.
    heap: usize,
}

impl Groups {
    fn new(wanted: Wanted) -> Groups {
        Groups { wanted, sums: Vec::new(), counts: Vec::new(), heap: 0 }
    }

    fn grow(&mut self, total: usize) {
        self.sums.resize_with(total, ExactSum::default);
        self.counts.resize(total, 0);
    }

    fn change(&mut self, group: usize, count: i64, change: impl FnOnce(&mut ExactSum)) {
        let sum = &mut self.sums[group];
        let before = sum.heap_size();
        change(sum);
        self.heap = self.heap + sum.heap_size() - before;
        self.counts[group] += count;
    }

    fn take(&mut self, emit: EmitTo) -> (Vec<ExactSum>, Vec<i64>) {
        let sums = emit.take_needed(&mut self.sums);
        self.heap -= sums.iter().map(ExactSum::heap_size).sum::<usize>();
        (sums, emit.take_needed(&mut self.counts))
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>, total: usize) -> Result<()> {
        self.grow(total);
        let kept = |row: usize| filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        for (row, (group, value)) in groups.iter().zip(values[0].as_primitive::<Float64Type>()).enumerate() {
            if let Some(value) = value.filter(|_| kept(row)) {
                self.change(*group, 1, |sum| sum.add(value));
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.grow(total);
        let counts = states[1].as_primitive::<Int64Type>();
        for ((group, bytes), count) in groups.iter().zip(states[0].as_binary::<i32>()).zip(counts.values()) {
            let other = deserialise(bytes)?;
            self.change(*group, *count, |sum| sum.merge(&other));
        }
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let (sums, counts) = self.take(emit);
        Ok(Arc::new(sums.iter().zip(counts).map(|(sum, count)| self.wanted.value(sum, count)).collect::<Float64Array>()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let (sums, counts) = self.take(emit);
        Ok(vec![serialise(&sums), Arc::new(Int64Array::from(counts))])
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut each = Groups::new(self.wanted);
        each.update_batch(values, &rows, filter, rows.len())?;
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<ExactSum>() + self.counts.capacity() * size_of::<i64>() + self.heap
    }
}

fn serialise(sums: &[ExactSum]) -> ArrayRef {
    let mut builder = BinaryBuilder::with_capacity(sums.len(), sums.len() * 19);
    let mut bytes = Vec::new();
    for sum in sums {
        bytes.clear();
        sum.to_bytes(&mut bytes);
        builder.append_value(&bytes);
    }
    Arc::new(builder.finish())
}

fn deserialise(bytes: Option<&[u8]>) -> Result<ExactSum> {
    bytes.and_then(ExactSum::from_bytes).ok_or_else(|| internal_datafusion_err!("not the state of an exact sum"))
}

/// One sum over all rows, or over a window that only grows.
#[derive(Debug)]
struct Total {
    wanted: Wanted,
    sum: ExactSum,
    count: i64,
}

impl Accumulator for Total {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Float64Type>().iter().flatten() {
            self.sum.add(value);
            self.count += 1;
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for (bytes, count) in states[0].as_binary::<i32>().iter().zip(states[1].as_primitive::<Int64Type>().values()) {
            self.sum.merge(&deserialise(bytes)?);
            self.count += count;
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut bytes = Vec::new();
        self.sum.to_bytes(&mut bytes);
        Ok(vec![ScalarValue::Binary(Some(bytes)), ScalarValue::Int64(Some(self.count))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.wanted.value(&self.sum, self.count)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.sum.heap_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check, check_fault, floats, integers};

    #[tokio::test]
    async fn exact_sums() {
        let columns = [
            integers("g", &[Some(1), Some(1), Some(1), Some(2), Some(2), Some(3), Some(4), Some(4)]),
            floats("x", &[Some(1e100), Some(1.0), Some(-1e100), Some(0.1), Some(0.2), None, Some(f64::INFINITY), Some(f64::NEG_INFINITY)]),
        ];
        let groups = "select g, exact_sum(x) as s, exact_avg(x) as a from t group by g order by g";
        // 0.1 + 0.2 rounds to 0.30000000000000004, the double nearest to the sum of the two doubles.
        let expected =
            ["1 | 1.0 | 0.3333333333333333", "2 | 0.30000000000000004 | 0.15000000000000002", "3 | NULL | NULL", "4 | NaN | NaN"];
        check(&columns, groups, &expected).await;
        check(&columns, "select exact_sum(x) as s, exact_avg(x) as a from t where g < 3", &["1.3 | 0.26"]).await;
        check(
            &columns,
            "select exact_sum(x) filter (where g = 2) as s, exact_avg(x) filter (where g = 9) as a from t",
            &["0.30000000000000004 | NULL"],
        )
        .await;
        check(
            &columns,
            "select g, exact_sum(x) filter (where x > 0.15) as s from t where g = 2 or g = 3 group by g order by g",
            &["2 | 0.2", "3 | NULL"],
        )
        .await;
        check(&columns, "select g, exact_sum(x) over (order by g) as s from t where g = 2 limit 1", &["2 | 0.30000000000000004"]).await;
        check(&columns, "select exact_avg(g) as a, exact_sum(x) as s from t where g > 9", &["NULL | NULL"]).await;
        check(&columns, "select exact_avg(g) as a from t where g < 3", &["1.4"]).await;
        check_fault(&columns, "select exact_sum(g) from t", "exact already").await;
        check_fault(&columns, "select exact_sum(distinct x), exact_avg(distinct g) from t", "does not take DISTINCT").await;
    }

    /// Ten thousand floats of all scales: the same bits in every layout, and the sum Python's `math.fsum` gives.
    #[tokio::test]
    async fn exact_sums_of_many_rows() {
        let values: Vec<Option<f64>> = (1..=10_000i64).map(|n| Some((n as f64).sqrt() * if n % 3 == 0 { -1e-7 } else { 1e3 })).collect();
        let columns = [floats("x", &values)];
        check(&columns, "select exact_sum(x) as s, exact_avg(x) as a from t", &["444477930.77215225 | 44447.793077215225"]).await;
    }

    /// Groups leave from the front when the input is ordered by them, and take their memory along.
    #[test]
    fn groups_leave_one_by_one() {
        let mut groups = Groups::new(Wanted::Sum);
        let values: ArrayRef = Arc::new(Float64Array::from(vec![Some(1e100), Some(0.5), None, Some(1e-100)]));
        groups.update_batch(&[values], &[0, 1, 2, 0], None, 3).unwrap();
        assert_eq!(groups.heap, 272);
        assert_eq!(groups.evaluate(EmitTo::First(1)).unwrap().as_ref(), &Float64Array::from(vec![1e100]));
        assert_eq!(groups.heap, 0);
        assert_eq!(groups.evaluate(EmitTo::All).unwrap().as_ref(), &Float64Array::from(vec![Some(0.5), None]));
    }

    #[test]
    fn sizes_count_what_is_held() {
        let mut groups = Groups::new(Wanted::Mean);
        let values: ArrayRef = Arc::new(Float64Array::from_iter_values((0..1000).flat_map(|_| [1e60, 1e-60])));
        let indices: Vec<usize> = (0..1000).flat_map(|group| [group, group]).collect();
        groups.update_batch(&[values], &indices, None, 1000).unwrap();
        assert!((312_000..360_000).contains(&groups.size()), "{}", groups.size());
    }
}
