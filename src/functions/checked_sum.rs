//! `sum` that fails where DataFusion's wraps: integers, decimals and durations are added in 128 bits and must fit the type of the result.
//!
//! Types and names are DataFusion's (BIGINT gives BIGINT, DECIMAL(p, s) gives DECIMAL(min(38, p + 10), s)), so that plans and contracts do
//! not change. Whether a BIGINT sum fits does not depend on the order of rows: only the final sum has to. A decimal sum also fails when it
//! passes 2^127 on the way. Floats and intervals go to DataFusion's own sum; the planner has its say about floats.

use std::sync::Arc;

use arrow::datatypes::{
    DataType, Decimal32Type, Decimal64Type, Decimal128Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Field, FieldRef, Int64Type, TimeUnit, UInt64Type,
};
use datafusion::common::{Result, plan_err};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, ReversedUDAF, SetMonotonicity, Signature};

use super::integer_sum::{DistinctSum, GroupSums, STATE, Sum};

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

#[cfg(test)]
mod tests {
    use crate::functions::tests::{check, check_fault, integers, money};

    #[tokio::test]
    async fn sums_keep_their_types() {
        let columns = [
            integers("g", &[Some(1), Some(2), Some(1), Some(2), Some(3)]),
            integers("i", &[Some(1), Some(5), None, Some(5), None]),
            money("m", &[Some(1_50), Some(-2_00), Some(3_25), None, None]),
        ];
        check(
            &columns,
            "select g, sum(i) as i, sum(m) as m from t group by g order by g",
            &["1 | 1 | 4.75", "2 | 10 | -2.00", "3 | NULL | NULL"],
        )
        .await;
        check(&columns, "select sum(i) as i, sum(m) as m, sum(i) filter (where g = 2) as f from t", &["11 | 2.75 | 10"]).await;
        check(&columns, "select g, sum(i) filter (where i = 5) as i from t group by g order by g", &["1 | NULL", "2 | 10", "3 | NULL"])
            .await;
        check(&columns, "select sum(i) as i from t where g > 9", &["NULL"]).await;
        let types = "select arrow_typeof(sum(i)) as a, arrow_typeof(sum(m)) as b, arrow_typeof(sum(cast(g as int))) as c, arrow_typeof(sum(1.5)) as d from t";
        check(&columns, types, &["Int64 | Decimal128(28, 2) | Int64 | Float64"]).await;
        check(&columns, "select sum(arrow_cast(i, 'UInt64')) as u, sum(arrow_cast(i, 'Duration(Second)')) as d from t", &["11 | PT11S"])
            .await;
        check(&columns, "select sum(cast(i as double)) as f from t", &["11.0"]).await;
    }

    #[tokio::test]
    async fn sums_of_distinct_values() {
        let columns =
            [integers("g", &[Some(1), Some(1), Some(2), Some(2), None]), integers("i", &[Some(5), Some(5), Some(7), None, Some(7)])];
        check(&columns, "select sum(distinct i) as s from t", &["12"]).await;
        check(&columns, "select g, sum(distinct i) as s from t group by g order by g", &["1 | 5", "2 | 7", "NULL | 7"]).await;
        // One distinct argument is planned as two aggregations, two are not.
        check(&columns, "select sum(distinct i) as a, sum(i) as b, count(distinct i) as c, max(i) as d from t", &["12 | 24 | 2 | 7"]).await;
        check(&columns, "select sum(distinct i) as a, sum(distinct g) as b, count(*) as c from t", &["12 | 3 | 5"]).await;
    }

    #[tokio::test]
    async fn sums_over_windows() {
        let columns = [integers("k", &[Some(1), Some(2), Some(3), Some(4)]), integers("i", &[Some(10), Some(20), None, Some(20)])];
        let running = "select k, sum(i) over (order by k) as s from t order by k";
        check(&columns, running, &["1 | 10", "2 | 30", "3 | 30", "4 | 50"]).await;
        let sliding = "select k, sum(i) over (order by k rows between 1 preceding and current row) as s from t order by k";
        check(&columns, sliding, &["1 | 10", "2 | 30", "3 | 20", "4 | 20"]).await;
        let gone = "select k, sum(i) over (order by k rows between current row and current row) as s from t order by k";
        check(&columns, gone, &["1 | 10", "2 | 20", "3 | NULL", "4 | 20"]).await;
        let distinct = "select k, sum(distinct i) over (order by k rows between 2 preceding and current row) as s from t order by k";
        check(&columns, distinct, &["1 | 10", "2 | 30", "3 | 30", "4 | 20"]).await;
    }

    #[tokio::test]
    async fn sums_that_do_not_fit() {
        let columns = [integers("k", &[Some(1), Some(2), Some(3)]), integers("i", &[Some(i64::MAX), Some(1), Some(-1)])];
        // What overflows on the way but fits in the end is a sum.
        check(&columns, "select sum(i) as s from t", &["9223372036854775807"]).await;
        check(&columns, "select k % 1 as g, sum(i) as s from t group by k % 1", &["0 | 9223372036854775807"]).await;
        check_fault(&columns, "select sum(i) as s from t where k < 3", "the total does not fit Int64").await;
        check_fault(&columns, "select k % 1 as g, sum(i) as s from t where k < 3 group by k % 1", "the total does not fit Int64").await;
        check_fault(&columns, "select sum(distinct i) as s from t where k < 3", "the total does not fit Int64").await;
        check_fault(&columns, "select sum(i) over (order by k) as s from t", "the total does not fit Int64").await;
        check_fault(&columns, "select sum(arrow_cast(i, 'Duration(Second)')) as s from t where k < 3", "does not fit Duration(s)").await;
        let nines = "9".repeat(38);
        let decimals = format!("select sum(cast('{nines}' as decimal(38, 0))) as s from t where k <= ");
        check(&columns, &format!("{decimals} 1"), &[&nines]).await;
        check_fault(&columns, &format!("{decimals} 3"), "the total does not fit Decimal128(38, 0)").await;
        check_fault(&columns, &format!("{decimals} 3 group by k % 1"), "the total does not fit Decimal128(38, 0)").await;
        check_fault(&columns, "select sum(arrow_cast(i, 'Decimal256(70, 0)')) as s from t", "up to 38 digits").await;
    }
}
