//! The accumulators of [`super::checked_sum`]: sums of integers in 128 bits, over all rows, over distinct values, and of many groups.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, Decimal128Array, PrimitiveArray};
use arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{HashMap, Result, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion::physical_expr::NullState;

use super::fault;

/// Sums on the way are plain 128-bit integers; the column type only carries them.
pub const STATE: DataType = DataType::Decimal128(38, 0);

/// An arrow type whose values are integers of at most 128 bits, whatever unit they count.
pub trait Number: ArrowPrimitiveType<Native: Into<i128> + TryFrom<i128>> + Debug + Send {}

impl<T: ArrowPrimitiveType<Native: Into<i128> + TryFrom<i128>> + Debug + Send> Number for T {}

/// The sum of all rows, or of the rows of a window (which may leave it again).
#[derive(Debug)]
pub struct Sum<T> {
    sum: i128,
    count: u64,
    result: DataType,
    number: PhantomData<fn() -> T>,
}

impl<T> Sum<T> {
    pub fn new(result: DataType) -> Sum<T> {
        Sum { sum: 0, count: 0, result, number: PhantomData }
    }

    fn add<N: Number>(&mut self, values: &ArrayRef) -> Result<()> {
        let values = values.as_primitive::<N>();
        for value in values.iter().flatten() {
            self.sum = self.sum.checked_add(value.into()).ok_or_else(|| overflow(&self.result))?;
        }
        self.count += (values.len() - values.null_count()) as u64;
        Ok(())
    }
}

impl<T: Number> Accumulator for Sum<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add::<T>(&values[0])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.add::<Decimal128Type>(&states[0])
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = values[0].as_primitive::<T>();
        for value in values.iter().flatten() {
            self.sum = self.sum.checked_sub(value.into()).ok_or_else(|| overflow(&self.result))?;
        }
        self.count -= (values.len() - values.null_count()) as u64;
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Decimal128((self.count > 0).then_some(self.sum), 38, 0)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sum = (self.count > 0).then(|| fit::<T>(self.sum, &self.result)).transpose()?;
        ScalarValue::new_primitive::<T>(sum, &self.result)
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// The sum of the distinct values, each with how many rows of the window hold it.
#[derive(Debug)]
pub struct DistinctSum<T> {
    rows: HashMap<i128, u64>,
    sum: Sum<T>,
}

impl<T> DistinctSum<T> {
    pub fn new(result: DataType) -> DistinctSum<T> {
        DistinctSum { rows: HashMap::new(), sum: Sum::new(result) }
    }

    fn add<N: Number>(&mut self, values: &ArrayRef) -> Result<()> {
        for value in values.as_primitive::<N>().iter().flatten() {
            let value = value.into();
            let rows = self.rows.entry(value).or_insert(0);
            *rows += 1;
            if *rows == 1 {
                self.sum.sum = self.sum.sum.checked_add(value).ok_or_else(|| overflow(&self.sum.result))?;
                self.sum.count += 1;
            }
        }
        Ok(())
    }
}

impl<T: Number> Accumulator for DistinctSum<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add::<T>(&values[0])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|values| self.add::<Decimal128Type>(&values))
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<T>().iter().flatten() {
            let value = value.into();
            let rows = self.rows.get_mut(&value).expect("only rows that entered the window leave it");
            *rows -= 1;
            if *rows == 0 {
                self.rows.remove(&value);
                self.sum.sum = self.sum.sum.checked_sub(value).ok_or_else(|| overflow(&self.sum.result))?;
                self.sum.count -= 1;
            }
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut values: Vec<i128> = self.rows.keys().copied().collect();
        values.sort_unstable();
        let values = Decimal128Array::from(values).with_data_type(STATE);
        Ok(vec![SingleRowListArrayBuilder::new(Arc::new(values)).build_list_scalar()])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.sum.evaluate()
    }

    fn size(&self) -> usize {
        // A slot is a key, its count and a control byte.
        size_of_val(self) + self.rows.capacity() * (size_of::<(i128, u64)>() + 1)
    }
}

/// The sums of many groups.
pub struct GroupSums<T> {
    sums: Vec<i128>,
    seen: NullState,
    result: DataType,
    number: PhantomData<fn() -> T>,
}

impl<T> GroupSums<T> {
    pub fn new(result: DataType) -> GroupSums<T> {
        GroupSums { sums: Vec::new(), seen: NullState::new(), result, number: PhantomData }
    }

    fn add<N: Number>(&mut self, values: &ArrayRef, groups: &[usize], filter: Option<&BooleanArray>, total: usize) -> Result<()> {
        self.sums.resize(total, 0);
        let mut overflowed = false;
        let sums = &mut self.sums;
        self.seen.accumulate(groups, values.as_primitive::<N>(), filter, total, |group, value| {
            let (sum, beyond) = sums[group].overflowing_add(value.into());
            sums[group] = sum;
            overflowed |= beyond;
        });
        if overflowed { Err(overflow(&self.result)) } else { Ok(()) }
    }
}

impl<T: Number> GroupsAccumulator for GroupSums<T> {
    fn update_batch(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>, total: usize) -> Result<()> {
        self.add::<T>(&values[0], groups, filter, total)
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.add::<Decimal128Type>(&states[0], groups, None, total)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let sums = emit.take_needed(&mut self.sums);
        let nulls = self.seen.build(emit);
        // A group without values has the sum 0, which fits.
        let values = sums.into_iter().map(|sum| fit::<T>(sum, &self.result)).collect::<Result<Vec<_>>>()?;
        Ok(Arc::new(PrimitiveArray::<T>::new(values.into(), nulls).with_data_type(self.result.clone())))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let sums = emit.take_needed(&mut self.sums);
        let nulls = self.seen.build(emit);
        Ok(vec![Arc::new(Decimal128Array::new(sums.into(), nulls).with_data_type(STATE))])
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let values = values[0].as_primitive::<T>();
        let kept = |row: usize| filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        let sums = values.iter().enumerate().map(|(row, value)| value.filter(|_| kept(row)).map(Into::into));
        Ok(vec![Arc::new(sums.collect::<Decimal128Array>().with_data_type(STATE))])
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<i128>() + self.seen.size()
    }
}

/// The sum as a value of the result's type, if it fits.
fn fit<T: Number>(sum: i128, result: &DataType) -> Result<T::Native> {
    let digits = match result {
        DataType::Decimal32(digits, _) | DataType::Decimal64(digits, _) | DataType::Decimal128(digits, _) => u32::from(*digits),
        _ => 38,
    };
    let value = (sum.unsigned_abs() < 10u128.pow(digits)).then(|| T::Native::try_from(sum).ok()).flatten();
    value.ok_or_else(|| overflow(result))
}

fn overflow(result: &DataType) -> DataFusionError {
    fault(format!("sum: the total does not fit {result}; cast the argument to a wider DECIMAL"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Int64Array;
    use arrow::datatypes::Int64Type;

    /// Groups leave from the front when the input is ordered by them; those that stay move up.
    #[test]
    fn groups_leave_one_by_one() {
        let mut sums = GroupSums::<Int64Type>::new(DataType::Int64);
        let values: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(i64::MAX), Some(4)]));
        sums.update_batch(std::slice::from_ref(&values), &[0, 1, 2, 0], None, 3).unwrap();
        assert_eq!(sums.evaluate(EmitTo::First(2)).unwrap().as_ref(), &Int64Array::from(vec![Some(5), None]));
        let more: ArrayRef = Arc::new(Int64Array::from(vec![-1, 7]));
        sums.update_batch(&[more], &[0, 1], None, 2).unwrap();
        assert_eq!(sums.evaluate(EmitTo::All).unwrap().as_ref(), &Int64Array::from(vec![i64::MAX - 1, 7]));
    }

    #[test]
    fn sizes_count_what_is_held() {
        let mut sums = GroupSums::<Int64Type>::new(DataType::Int64);
        let values: ArrayRef = Arc::new(Int64Array::from(vec![1; 1000]));
        let groups: Vec<usize> = (0..1000).collect();
        sums.update_batch(std::slice::from_ref(&values), &groups, None, 1000).unwrap();
        assert!((16_000..40_000).contains(&sums.size()), "{}", sums.size());
        let mut distinct = DistinctSum::<Int64Type>::new(DataType::Int64);
        let values: ArrayRef = Arc::new(Int64Array::from((0..1000).collect::<Vec<i64>>()));
        distinct.update_batch(&[values]).unwrap();
        assert!((32_000..80_000).contains(&distinct.size()), "{}", distinct.size());
    }
}
