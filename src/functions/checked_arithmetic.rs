//! `+`, `-`, `*` and unary minus on integers, failing where DataFusion wraps.
//!
//! DataFusion 55 plans integer arithmetic as wrapping kernels and offers no switch: its `fail_on_overflow` sits on the physical expression,
//! which no rule may rewrite in every operator and which constant folding does not see. So a rule after type coercion replaces the
//! operators by functions over arrow's checked kernels. They are immutable, hence folded and pushed down like any function. Left alone:
//! decimals and `/` (already checked), floats, dates and intervals, `%` and bit shifts.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::kernels::numeric::{add, mul, neg, sub};
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::error::ArrowError;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, LogicalPlan, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};
use datafusion::optimizer::AnalyzerRule;
use datafusion::physical_expr_common::datum::apply;

use super::fault;

pub fn functions() -> Vec<Arc<ScalarUDF>> {
    [Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Negate].map(function).to_vec()
}

fn function(operation: Operation) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Checked { operation, signature: Signature::user_defined(Volatility::Immutable) }))
}

/// Replaces the wrapping operators; the names and types of all columns stay.
#[derive(Debug)]
pub struct CheckedArithmetic;

impl AnalyzerRule for CheckedArithmetic {
    fn name(&self) -> &str {
        "checked_arithmetic"
    }

    fn analyze(&self, plan: LogicalPlan, _options: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(check_node).map(|plan| plan.data)
    }
}

fn check_node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let schema = merge_schema(&plan.inputs());
    let names = NamePreserver::new(&plan);
    let plan = plan.map_expressions(|expr| check_expr(expr, &names, &schema))?;
    if plan.transformed { plan.map_data(LogicalPlan::recompute_schema) } else { Ok(plan) }
}

fn check_expr(expr: Expr, names: &NamePreserver, schema: &DFSchema) -> Result<Transformed<Expr>> {
    // The members of a grouping set are columns of the node, each with its own name; the set is none.
    if matches!(expr, Expr::GroupingSet(_)) {
        return expr.map_children(|member| check_expr(member, names, schema));
    }
    let name = names.save(&expr);
    expr.transform_up(|expr| check_operator(expr, schema)).map(|expr| expr.update_data(|expr| name.restore(expr)))
}

fn check_operator(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let integer = |expr: &Expr| expr.get_type(schema).map(|data_type| data_type.is_integer());
    let call = |operation, arguments| Expr::ScalarFunction(ScalarFunction::new_udf(function(operation), arguments));
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match Operation::of(op) {
            Some(operation) if integer(&left)? && integer(&right)? => Ok(Transformed::yes(call(operation, vec![*left, *right]))),
            _ => Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right }))),
        },
        Expr::Negative(value) if value.get_type(schema)?.is_signed_integer() => Ok(Transformed::yes(call(Operation::Negate, vec![*value]))),
        expr => Ok(Transformed::no(expr)),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Negate,
}

impl Operation {
    fn of(operator: Operator) -> Option<Operation> {
        match operator {
            Operator::Plus => Some(Operation::Add),
            Operator::Minus => Some(Operation::Subtract),
            Operator::Multiply => Some(Operation::Multiply),
            _ => None,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Operation::Add => "+",
            Operation::Subtract | Operation::Negate => "-",
            Operation::Multiply => "*",
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    operation: Operation,
    signature: Signature,
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.operation {
            Operation::Add => "checked_add",
            Operation::Subtract => "checked_subtract",
            Operation::Multiply => "checked_multiply",
            Operation::Negate => "checked_negate",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        match (self.operation, arguments) {
            (Operation::Negate, [value]) if value.is_signed_integer() => Ok(arguments.to_vec()),
            (Operation::Add | Operation::Subtract | Operation::Multiply, [left, right]) if left.is_integer() && left == right => {
                Ok(arguments.to_vec())
            }
            _ => plan_err!("{} is what `{}` on integers becomes; write the operator", self.name(), self.operation.sign()),
        }
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let nullable = arguments.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name(), arguments.arg_fields[0].data_type().clone(), nullable)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let result = match (self.operation, arguments.args.as_slice()) {
            (Operation::Add, [left, right]) => apply(left, right, add),
            (Operation::Subtract, [left, right]) => apply(left, right, sub),
            (Operation::Multiply, [left, right]) => apply(left, right, mul),
            (_, [ColumnarValue::Array(value)]) => neg(value.as_ref()).map(ColumnarValue::Array).map_err(DataFusionError::from),
            (_, [ColumnarValue::Scalar(value)]) => negated(value),
            (_, arguments) => return plan_err!("{} takes other than {} arguments", self.name(), arguments.len()),
        };
        result.map_err(|error| match error.find_root() {
            // Arrow's message holds the operands, which are row contents.
            DataFusionError::ArrowError(error, _) if matches!(error.as_ref(), ArrowError::ArithmeticOverflow(_)) => {
                fault(format!("integer overflow: the result of `{}` does not fit {}", self.operation.sign(), arguments.return_type()))
            }
            _ => error,
        })
    }
}

fn negated(value: &ScalarValue) -> Result<ColumnarValue> {
    let array: ArrayRef = neg(value.to_array()?.as_ref())?;
    Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?))
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::{LAYOUTS, check, check_fault, integers, session, text};

    #[tokio::test]
    async fn arithmetic_that_does_not_fit() {
        let columns = [integers("i", &[Some(i64::MAX)]), integers("j", &[Some(i64::MIN)]), integers("one", &[Some(1)])];
        for sql in [
            "select 9223372036854775807 + 1 as x",
            "select i + 1 as x from t",
            "select j - one as x from t",
            "select one - j as x from t",
            "select i * 2 as x from t",
            "select -j as x from t",
            "select one from t where i + one > 0",
            "select i + one as x, count(*) as n from t group by i + one",
            "select sum(i + one) as s from t",
            "select l.one from t as l join t as r on l.i + 1 = r.one",
            "select (select max(i + 1) from t as u where u.one = t.one) as x from t",
            "select cast(one as int) + cast(2147483647 as int) as x from t",
            "select arrow_cast(one, 'UInt64') - arrow_cast(2, 'UInt64') as x from t",
            "select case when one = 1 then i * one * 3 end as x from t",
            "select lag(one) over (order by i + 1) as x from t",
        ] {
            check_fault(&columns, sql, "integer overflow").await;
        }
    }

    #[tokio::test]
    async fn arithmetic_that_fits() {
        let columns = [integers("i", &[Some(7), None]), integers("j", &[Some(-3), Some(1)])];
        check(
            &columns,
            "select i + j as a, i - j as s, i * j as m, -i as n, i / j as d, i % j as r from t order by i",
            &["4 | 10 | -21 | -7 | -2 | 1", "NULL | NULL | NULL | NULL | NULL | NULL"],
        )
        .await;
        check(
            &columns,
            "select 9223372036854775806 + 1 as a, -9223372036854775807 - 1 as b",
            &["9223372036854775807 | -9223372036854775808"],
        )
        .await;
        check(&columns, "select i + 1 as x, count(*) as n from t group by i + 1 order by i + 1", &["8 | 1", "NULL | 1"]).await;
        check(&columns, "select j from t order by -j limit 1 + 0", &["1"]).await;
        check(
            &columns,
            "select date '2024-02-28' + 2 as d, date '2024-02-28' + interval '1 month' as e, 1.5 + i as f from t where i = 7",
            &["2024-03-01 | 2024-03-28 | 8.5"],
        )
        .await;
        check(
            &columns,
            "select arrow_typeof(cast(1.10 as decimal(18, 4)) * 2) as d, arrow_typeof(cast(1 as int) + cast(1 as smallint)) as i",
            &["Decimal128(38, 4) | Int32"],
        )
        .await;
    }

    /// Every place an expression can stand in.
    #[tokio::test]
    async fn arithmetic_everywhere() {
        let columns = [integers("i", &[Some(1), Some(2)])];
        for (sql, expected) in [
            ("select x from (values (1 + 1), (3)) as v(x) order by x", &["2", "3"][..]),
            ("with recursive n as (select 1 as x union all select x + 1 from n where x < 3) select x from n order by x", &["1", "2", "3"]),
            ("select i + 1 as x, count(*) as n from t group by rollup(i + 1) order by x", &["2 | 1", "3 | 1", "NULL | 2"]),
            ("select distinct on (i * 0) i from t order by i * 0, i", &["1"]),
            ("select i from t where i + 1 in (select u.i from t as u) and exists (select 1 from t as u where u.i = t.i + 1)", &["1"]),
            ("select i % 1 as g from t group by i % 1 having sum(i) + 1 > 3", &["0"]),
            ("select unnest(make_array(i, -i)) as x from t where i = 2 order by x", &["-2", "2"]),
            ("select i + 1 from t union all select -i from t order by 1", &["-2", "-1", "2", "3"]),
            ("select i, row_number() over (order by -i) + 1 as r from t order by i", &["1 | 3", "2 | 2"]),
            ("select case when i > 1 then i * 9223372036854775807 else 0 end as x from t where i = 1", &["0"]),
        ] {
            check(&columns, sql, expected).await;
        }
    }

    /// Column names, nullability and folding stay as they were.
    #[tokio::test]
    async fn arithmetic_leaves_no_trace() {
        let context = session(&[integers("i", &[Some(1)])], LAYOUTS[0]);
        let frame = context.sql("select i + 1, count(*) * 2 from t group by i").await.unwrap();
        let schema = frame.schema().clone();
        let analyzed = context.state().optimize(frame.logical_plan()).unwrap();
        assert_eq!(schema.as_arrow(), analyzed.schema().as_arrow());
        let plan = text(&context, "explain select i from t where i > 1 + 2 * 3").await.unwrap();
        assert!(plan.contains("i > Int64(7)") || plan.contains("i@0 > 7"), "{plan}");
    }
}
