//! `sum` that fails where DataFusion's wraps: integers, decimals and durations are added in 128 bits and must fit the type of the result.
//!
//! Types and names are DataFusion's (BIGINT gives BIGINT, DECIMAL(p, s) gives DECIMAL(min(38, p + 10), s)), so that plans and contracts do not change.
//! Whether a BIGINT sum fits does not depend on the order of rows: only the final sum has to. A decimal sum also fails when it passes 2^127 on the way.
//! Floats and intervals go to DataFusion's own sum; the planner has its say about floats.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, Decimal128Array, PrimitiveArray};
use arrow::datatypes::{
    DataType, Decimal32Type, Decimal64Type, Decimal128Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Field, FieldRef, Int64Type, TimeUnit, UInt64Type,
};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, SetMonotonicity, Signature,
};
use datafusion::physical_expr::NullState;

use super::fault;

/// Sums on the way are plain 128-bit integers; the column type only carries them.
const STATE: DataType = DataType::Decimal128(38, 0);

pub fn function() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(CheckedSum { builtin: sum_udaf() }))
}

/// Runs `$body` with `$number` as the arrow type of an integer-like `$data_type`, else `$other`.
macro_rules! with_number {
    ($data_type:expr, $number:ident => $body:expr, _ => $other:expr) => {
        with_number!(@arms $data_type, $number, $body, $other,
            DataType::Int64 => Int64Type, DataType::UInt64 => UInt64Type, DataType::Decimal32(_, _) => Decimal32Type,
            DataType::Decimal64(_, _) => Decimal64Type, DataType::Decimal128(_, _) => Decimal128Type,
            DataType::Duration(TimeUnit::Second) => DurationSecondType, DataType::Duration(TimeUnit::Millisecond) => DurationMillisecondType,
            DataType::Duration(TimeUnit::Microsecond) => DurationMicrosecondType,
            DataType::Duration(TimeUnit::Nanosecond) => DurationNanosecondType)
    };
    (@arms $data_type:expr, $number:ident, $body:expr, $other:expr, $($pattern:pat => $arrow:ty),+) => {
        match $data_type {
            $($pattern => { type $number = $arrow; $body })+
            _ => $other,
        }
    };
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CheckedSum {
    builtin: Arc<AggregateUDF>,
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        self.builtin.name()
    }

    fn signature(&self) -> &Signature {
        self.builtin.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::Decimal256(_, _)] => plan_err!("sum takes decimals of up to 38 digits; cast the argument to DECIMAL(38, s)"),
            arguments => self.builtin.return_type(arguments),
        }
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        with_number!(arguments.return_type(), _Number => {
            let name = format_state_name(arguments.name, "sum");
            let values = || Arc::new(Field::new_list_field(STATE, true));
            let state = if arguments.is_distinct { Field::new_list(name, values(), false) } else { Field::new(name, STATE, true) };
            Ok(vec![Arc::new(state)])
        }, _ => self.builtin.state_fields(arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let result = arguments.return_field.data_type().clone();
        with_number!(result, Number => {
            if arguments.is_distinct { Ok(Box::new(DistinctSum::<Number>::new(result))) } else { Ok(Box::new(Sum::<Number>::new(result))) }
        }, _ => self.builtin.accumulator(arguments))
    }

    fn create_sliding_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        with_number!(arguments.return_field.data_type(), _Number => self.accumulator(arguments),
            _ => self.builtin.create_sliding_accumulator(arguments))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        self.builtin.groups_accumulator_supported(arguments)
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let result = arguments.return_field.data_type().clone();
        with_number!(result, Number => Ok(Box::new(GroupSums::<Number>::new(result))),
            _ => self.builtin.create_groups_accumulator(arguments))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.builtin.inner().set_monotonicity(data_type)
    }

    // DataFusion's `sum(x + 1)` to `sum(x) + count(x)` and its sums from statistics stay out: both add unchecked.
}

/// An arrow type whose values are integers of at most 128 bits, whatever unit they count.
trait Number: ArrowPrimitiveType<Native: Into<i128> + TryFrom<i128>> + std::fmt::Debug + Send {}

impl<T: ArrowPrimitiveType<Native: Into<i128> + TryFrom<i128>> + std::fmt::Debug + Send> Number for T {}

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

/// The sum of all rows, or of the rows of a window (which may leave it again).
#[derive(Debug)]
struct Sum<T> {
    sum: i128,
    count: u64,
    result: DataType,
    number: PhantomData<fn() -> T>,
}

impl<T> Sum<T> {
    fn new(result: DataType) -> Sum<T> {
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
struct DistinctSum<T> {
    rows: HashMap<i128, u64>,
    sum: Sum<T>,
}

impl<T> DistinctSum<T> {
    fn new(result: DataType) -> DistinctSum<T> {
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
struct GroupSums<T> {
    sums: Vec<i128>,
    seen: NullState,
    result: DataType,
    number: PhantomData<fn() -> T>,
}

impl<T> GroupSums<T> {
    fn new(result: DataType) -> GroupSums<T> {
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
