//! `apportion(weight, total) over (partition by <group> order by <key>)`: each row's share of the group's total, exact by largest remainder.
//!
//! - weight: DOUBLE >= 0; NULL weighs nothing; negative, NaN or infinite fails.
//! - total: BIGINT or DECIMAL, one value in the whole group (else it fails); shares have its type and sum to it exactly. A negative total gives the
//!   mirrored shares; a NULL total, or a group in which nothing weighs, gives NULL shares: who takes the whole then is the caller's decision.
//! - ORDER BY is mandatory: units left over go to the largest remainders, the earlier row first. Where the order leaves two rows equal and one unit
//!   hangs on it, the query fails: add a key.
//!
//! It is a window function because each row keeps its columns, without a join or an UNNEST. The operator is BoundedWindowAggExec over a sort that
//! spills: rows are held one group (and one batch) at a time. Beside a function over the same window that needs all rows first (`ntile`, a frame
//! that ends at UNBOUNDED FOLLOWING) DataFusion falls back to WindowAggExec, which holds the whole input; the shares stay the same.

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
            "apportion needs an ORDER BY that tells all rows of a group apart: apportion(weight, total) over (partition by <group> order by <key>)"
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
