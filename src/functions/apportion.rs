//! `apportion(weight, total) over (partition by <group> order by <key>)`: each row's share of the group's total, exact by largest
//! remainder.
//!
//! - weight: DOUBLE >= 0; NULL weighs nothing; negative, NaN or infinite fails.
//! - total: BIGINT or DECIMAL, one value in the whole group (else it fails); shares have its type and sum to it exactly. A negative total
//!   gives the mirrored shares; a NULL total, or a group in which nothing weighs, gives NULL shares: who takes the whole then is the
//!   caller's decision.
//! - ORDER BY is mandatory: units left over go to the largest remainders, the earlier row first. Where the order leaves two rows equal and
//!   one unit hangs on it, the query fails: add a key.
//!
//! It is a window function because each row keeps its columns, without a join or an UNNEST. The operator is BoundedWindowAggExec over a
//! sort that spills: rows are held one group (and one batch) at a time. Beside a function over the same window that needs all rows first
//! (`ntile`, a frame that ends at UNBOUNDED FOLLOWING) DataFusion falls back to WindowAggExec, which holds the whole input; the shares stay
//! the same.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Float64Type, Int64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    Expr, LogicalPlan, PartitionEvaluator, Signature, Volatility, WindowFunctionDefinition, WindowUDF, WindowUDFImpl,
};
use datafusion::optimizer::AnalyzerRule;

use super::{fault, largest_remainder};

const NAME: &str = "apportion";

pub fn function() -> Arc<WindowUDF> {
    Arc::new(WindowUDF::from(Apportion { signature: Signature::user_defined(Volatility::Immutable) }))
}

/// Refuses `apportion` without ORDER BY and hands the keys to the function (a third argument and on), which otherwise never sees them.
#[derive(Debug)]
pub struct OrderKeys;

impl AnalyzerRule for OrderKeys {
    fn name(&self) -> &str {
        "apportion_order_keys"
    }

    fn analyze(&self, plan: LogicalPlan, _options: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            if !matches!(plan, LogicalPlan::Window(_)) {
                return Ok(Transformed::no(plan));
            }
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                expr.transform_up(add_keys).map(|expr| expr.update_data(|expr| name.restore(expr)))
            })
        })
        .map(|plan| plan.data)
    }
}

fn add_keys(expr: Expr) -> Result<Transformed<Expr>> {
    let Expr::WindowFunction(mut window) = expr else { return Ok(Transformed::no(expr)) };
    let ours = matches!(&window.fun, WindowFunctionDefinition::WindowUDF(function) if function.name() == NAME);
    if !ours || window.params.args.len() > 2 {
        return Ok(Transformed::no(Expr::WindowFunction(window)));
    }
    if window.params.order_by.is_empty() {
        return plan_err!(
            "apportion needs an ORDER BY that tells the rows of a group apart: apportion(weight, total) over (partition by <group> order by <key>)"
        );
    }
    let keys = window.params.order_by.iter().map(|sort| sort.expr.clone()).collect::<Vec<_>>();
    window.params.args.extend(keys);
    Ok(Transformed::yes(Expr::WindowFunction(window)))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Apportion {
    signature: Signature,
}

impl WindowUDFImpl for Apportion {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let [weight, total, keys @ ..] = arguments else {
            return plan_err!("apportion takes a weight and a total: apportion(weight, total) over (partition by <group> order by <key>)");
        };
        if !weight.is_numeric() && !weight.is_null() {
            return plan_err!("the weight of apportion is {weight}; it takes DOUBLE");
        }
        let total = match total {
            total if total.is_integer() || total.is_null() => DataType::Int64,
            DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) | DataType::Decimal128(precision, scale) => {
                DataType::Decimal128(*precision, *scale)
            }
            total => return plan_err!("the total of apportion is {total}; it takes DECIMAL or BIGINT, whose parts can sum exactly"),
        };
        Ok([&[DataType::Float64, total], keys].concat())
    }

    fn field(&self, arguments: WindowUDFFieldArgs) -> Result<FieldRef> {
        match arguments.get_input_field(1) {
            Some(total) => Ok(Arc::new(Field::new(arguments.name(), total.data_type().clone(), true))),
            None => plan_err!("apportion takes a weight and a total"),
        }
    }

    fn partition_evaluator(&self, _arguments: PartitionEvaluatorArgs) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Evaluator::default()))
    }
}

/// The shares of one group, computed when its first row is asked for and handed out row by row.
#[derive(Debug, Default)]
struct Evaluator {
    shares: Option<ArrayRef>,
    next: usize,
}

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], _rows: usize) -> Result<ArrayRef> {
        shares(values)
    }

    /// Every row needs the whole group: DataFusion calls [`Self::evaluate`] only when it is there.
    fn get_range(&self, _row: usize, rows: usize) -> Result<std::ops::Range<usize>> {
        Ok(0..rows)
    }

    fn evaluate(&mut self, values: &[ArrayRef], _range: &std::ops::Range<usize>) -> Result<ScalarValue> {
        let shares = match self.shares.take() {
            Some(shares) => shares,
            None => shares(values)?,
        };
        let share = ScalarValue::try_from_array(&shares, self.next);
        self.next += 1;
        self.shares = Some(shares);
        share
    }

    fn supports_bounded_execution(&self) -> bool {
        true
    }
}

fn shares(values: &[ArrayRef]) -> Result<ArrayRef> {
    let [weights, total, keys @ ..] = values else { return internal_err!("apportion was planned without its arguments") };
    let weights = checked_weights(weights.as_primitive::<Float64Type>())?;
    match total.data_type() {
        DataType::Decimal128(_, _) => {
            let decimals = total.as_primitive::<Decimal128Type>();
            let parts = split(one_value(decimals.iter())?, &weights, keys)?;
            let array = Decimal128Array::from(parts.map_or(vec![None; weights.len()], |parts| parts.into_iter().map(Some).collect()));
            Ok(Arc::new(array.with_data_type(total.data_type().clone())))
        }
        _ => {
            let integers = total.as_primitive::<Int64Type>();
            let parts = split(one_value(integers.iter())?.map(i128::from), &weights, keys)?;
            // A part lies between zero and the total, which is an i64.
            Ok(Arc::new(Int64Array::from(
                parts.map_or(vec![None; weights.len()], |parts| parts.into_iter().map(|part| Some(part as i64)).collect()),
            )))
        }
    }
}

fn checked_weights(weights: &Float64Array) -> Result<Vec<f64>> {
    let weights: Vec<f64> = weights.iter().map(|weight| weight.unwrap_or(0.0)).collect();
    match weights.iter().all(|weight| *weight >= 0.0 && weight.is_finite()) {
        true => Ok(weights),
        false => Err(fault("apportion: a weight is negative, NaN or infinite; weights are numbers >= 0")),
    }
}

/// The total, which every row of a group repeats.
fn one_value<T: Copy + PartialEq>(mut totals: impl Iterator<Item = Option<T>>) -> Result<Option<T>> {
    let first = totals.next().flatten();
    match totals.all(|total| total == first) {
        true => Ok(first),
        false => Err(fault("apportion: the total differs between rows of one group; it must be one value per PARTITION BY")),
    }
}

fn split(total: Option<i128>, weights: &[f64], keys: &[ArrayRef]) -> Result<Option<Vec<i128>>> {
    let Some(parts) = total.and_then(|total| largest_remainder::split(total, weights)) else { return Ok(None) };
    match parts.tied {
        Some((last, next)) if keys.iter().all(|key| key.slice(last, 1) == key.slice(next, 1)) => {
            Err(fault("apportion: its ORDER BY leaves two rows of a group equal, so who gets the last unit is undecided; add a key"))
        }
        _ => Ok(Some(parts.units)),
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::{Column, LAYOUTS, check, check_fault, floats, integers, money, session, text, texts};

    const SHARES: &str = "select id, apportion(weight, total) over (partition by grp order by id) as share from t order by id";

    fn group(weights: &[Option<f64>], total: i128) -> Vec<Column> {
        let rows = weights.len();
        let ids: Vec<Option<i64>> = (1..=rows as i64).map(Some).collect();
        vec![
            integers("grp", &vec![Some(1); rows]),
            integers("id", &ids),
            floats("weight", weights),
            money("total", &vec![Some(total); rows]),
        ]
    }

    #[tokio::test]
    async fn apportion_one_group() {
        let equal = [Some(1.0); 3];
        check(&group(&equal, 10_000), SHARES, &["1 | 33.34", "2 | 33.33", "3 | 33.33"]).await;
        check(&group(&equal, -10_000), SHARES, &["1 | -33.34", "2 | -33.33", "3 | -33.33"]).await;
        check(&group(&equal, 1), SHARES, &["1 | 0.01", "2 | 0.00", "3 | 0.00"]).await;
        check(&group(&[Some(0.4), None, Some(0.2), Some(0.4)], 1_00), SHARES, &["1 | 0.40", "2 | 0.00", "3 | 0.20", "4 | 0.40"]).await;
        check(&group(&[Some(1e-300), Some(1e300)], 10), SHARES, &["1 | 0.00", "2 | 0.10"]).await;
        check(&group(&[Some(0.0), None], 10), SHARES, &["1 | NULL", "2 | NULL"]).await;
        check(&group(&[Some(2.5)], 7), SHARES, &["1 | 0.07"]).await;
        // 10^18 - 1 hundredths in quarters leave 3 units, to the earlier rows.
        let quarters = ["1 | 2500000000000000.00", "2 | 2500000000000000.00", "3 | 2500000000000000.00", "4 | 2499999999999999.99"];
        check(&group(&[Some(3.0); 4], 10i128.pow(18) - 1), SHARES, &quarters).await;
    }

    #[tokio::test]
    async fn apportion_many_groups() {
        let columns = [
            texts("grp", &[Some("b"), Some("a"), Some("b"), None, Some("a"), Some("b"), None]),
            integers("id", &[Some(6), Some(1), Some(2), Some(4), Some(5), Some(3), Some(7)]),
            floats("weight", &[Some(1.0), Some(1.0), Some(1.0), Some(3.0), Some(1.0), Some(1.0), Some(1.0)]),
            money("total", &[Some(2_00), Some(5), Some(2_00), Some(9), Some(5), Some(2_00), Some(9)]),
        ];
        let expected = ["1 | 0.03", "2 | 0.67", "3 | 0.67", "4 | 0.07", "5 | 0.02", "6 | 0.66", "7 | 0.02"];
        check(&columns, SHARES, &expected).await;
        // Beside a function that needs the whole window, another operator does the work.
        let beside = "select id, share from (select id, ntile(2) over (partition by grp order by id) as half,
            apportion(weight, total) over (partition by grp order by id) as share from t) where half > 0 order by id";
        check(&columns, beside, &expected).await;
        let plan = text(&session(&columns, LAYOUTS[0]), &format!("explain {beside}")).await.unwrap();
        assert!(plan.contains(" WindowAggExec"), "{plan}");
        // From the other end, the last row is the earlier one.
        let descending =
            "select id, apportion(weight, total) over (partition by grp order by id desc) as share from t where grp = 'a' order by id";
        check(&columns, descending, &["1 | 0.02", "5 | 0.03"]).await;
        let whole = "select id, apportion(weight, 10) over (order by id) as share from t where grp is not null order by id";
        check(&columns, whole, &["1 | 2", "2 | 2", "3 | 2", "5 | 2", "6 | 2"]).await;
        let types = "select distinct arrow_typeof(apportion(weight, total) over (partition by grp order by id)) as a,
            arrow_typeof(apportion(weight, id) over (partition by id order by id)) as b from t";
        check(&columns, types, &["Decimal128(18, 2) | Int64"]).await;
        check(&columns, "select apportion(weight, total) over (partition by grp order by id) as share from t where id > 9", &[]).await;
    }

    #[tokio::test]
    async fn apportion_faults() {
        let equal = group(&[Some(1.0); 3], 10_000);
        check_fault(&equal, "select apportion(weight, total) over (partition by grp) from t", "needs an ORDER BY").await;
        check_fault(&equal, "select apportion(weight, total) over (partition by grp order by weight) from t", "add a key").await;
        check_fault(&equal, "select apportion(weight, weight) over (partition by grp order by id) from t", "takes DECIMAL or BIGINT").await;
        check_fault(&equal, "select apportion(weight, id) over (partition by grp order by id) from t", "the total differs").await;
        check_fault(&group(&[Some(1.0), Some(-1e-9)], 5), SHARES, "a weight is negative").await;
        check_fault(&group(&[Some(1.0), Some(f64::NAN)], 5), SHARES, "a weight is negative, NaN").await;
        // Equal keys are no fault where nothing hangs on them.
        check(
            &group(&[Some(1.0); 3], 3),
            "select apportion(weight, total) over (partition by grp order by weight) as s from t",
            &["0.01"; 3],
        )
        .await;
    }

    #[tokio::test]
    async fn apportion_holds_one_group_at_a_time() {
        let context = session(&group(&[Some(1.0); 3], 1), (2, 8192, false));
        let plan = text(&context, &format!("explain {SHARES}")).await.unwrap();
        assert!(plan.contains("BoundedWindowAggExec") && plan.contains("mode=[Sorted]"), "{plan}");
    }
}
