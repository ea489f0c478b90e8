//! What a planned query must not do: lose rows where every row counts, sum floats in arrival order, hold whole partitions.

use crate::error::{Error, Place};
use crate::functions::ARRIVAL_ORDERED_FLOATS;
use crate::plan::sql::Select;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction};
use datafusion::logical_expr::{Expr, ExprSchemable, JoinType, LogicalPlan, Volatility, WindowFrameBound, WindowFunctionDefinition};

/// Faults of any table: chance, and floats summed in arrival order.
pub fn faults(select: &Select, plan: &LogicalPlan) -> Vec<Error> {
    let mut faults = Vec::new();
    for_each_expression(plan, &mut |node, expr| match expr {
        Expr::ScalarFunction(call) if call.func.signature().volatility == Volatility::Volatile => {
            let sentence = format!("`{}` gives another answer on every run", call.name());
            faults.push(Error::faulty(sentence).at(select.place_of_word(call.name())));
        }
        Expr::AggregateFunction(AggregateFunction { func, params }) => {
            faults.extend(float_sum(select, node, func.name(), &params.args));
        }
        Expr::WindowFunction(window) => {
            let WindowFunction { fun, params } = window.as_ref();
            if let WindowFunctionDefinition::AggregateUDF(function) = fun {
                faults.extend(float_sum(select, node, function.name(), &params.args));
            }
        }
        _ => {}
    });
    faults
}

fn float_sum(select: &Select, node: &LogicalPlan, function: &str, args: &[Expr]) -> Option<Error> {
    if !ARRIVAL_ORDERED_FLOATS.contains(&function) {
        return None;
    }
    let float = |arg: &&Expr| {
        node.inputs()
            .iter()
            .any(|input| matches!(arg.get_type(input.schema()), Ok(DataType::Float32 | DataType::Float64 | DataType::Float16)))
    };
    let arg = args.iter().find(float)?;
    let place = place_of(select, arg).unwrap_or_else(|| select.place_of_word(function));
    let error = Error::faulty(format!("`{function}` over floats depends on the order rows arrive in")).at(place);
    Some(match function {
        "sum" | "avg" | "mean" => error.hint("use `exact_sum` or `exact_avg`, or sum decimals"),
        _ => error.hint("compute it from `exact_sum` of the values and of their squares or products"),
    })
}

/// The place of the first column in an expression.
fn place_of(select: &Select, expr: &Expr) -> Option<Place> {
    let mut place = None;
    expr.apply(|inner| {
        if let Expr::Column(column) = inner
            && let Some(span) = column.spans.first()
        {
            place = Some(Place::at(
                &select.file,
                &select.text,
                span.start.line as usize,
                span.start.column as usize,
                span.end.column.saturating_sub(span.start.column) as usize,
            ));
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .ok()?;
    place
}

/// A warning when a window holds the whole table in memory, outside the limit.
pub fn whole_partition_windows(select: &Select, plan: &LogicalPlan) -> Vec<Error> {
    let mut warnings = Vec::new();
    for_each_expression(plan, &mut |_, expr| {
        let Expr::WindowFunction(window) = expr else { return };
        let unbounded = matches!(&window.params.window_frame.end_bound, WindowFrameBound::Following(value) if value.is_null());
        let whole = ["ntile", "cume_dist", "percent_rank"].contains(&window.fun.name()) || unbounded;
        if whole {
            let name = window.fun.name();
            let sentence =
                format!("the window of `{name}` reaches to the end of its partition: it holds all its input in memory, outside the limit");
            warnings.push(
                Error::faulty(sentence).at(select.place_of_word(name)).hint("aggregate by the key and join, where the input is large"),
            );
        }
    });
    warnings
}

fn for_each_expression(plan: &LogicalPlan, visit: &mut dyn FnMut(&LogicalPlan, &Expr)) {
    let outcome = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|inner| {
                visit(node, inner);
                Ok(TreeNodeRecursion::Continue)
            })
        })?;
        Ok(TreeNodeRecursion::Continue)
    });
    debug_assert!(outcome.is_ok(), "the visitor never fails");
}

/// The tables whose rows a row-preserving plan returns, one to one; or what makes it lose or multiply rows.
pub fn driving_tables(plan: &LogicalPlan) -> Result<Vec<String>, String> {
    match plan {
        LogicalPlan::Projection(node) => driving_tables(&node.input),
        LogicalPlan::SubqueryAlias(node) => driving_tables(&node.input),
        LogicalPlan::Window(node) => driving_tables(&node.input),
        LogicalPlan::Sort(node) if node.fetch.is_none() => driving_tables(&node.input),
        LogicalPlan::Repartition(node) => driving_tables(&node.input),
        LogicalPlan::Union(node) => {
            let inputs: Result<Vec<_>, String> = node.inputs.iter().map(|input| driving_tables(input)).collect();
            Ok(inputs?.concat())
        }
        LogicalPlan::TableScan(node) if node.filters.is_empty() && node.fetch.is_none() => Ok(vec![node.table_name.to_string()]),
        LogicalPlan::Join(node) if node.join_type == JoinType::Left => driving_tables(&node.left),
        LogicalPlan::Join(node) if node.join_type == JoinType::Right => driving_tables(&node.right),
        LogicalPlan::Join(node) => {
            Err(format!("a {} join may lose rows; use a left or right join", node.join_type.to_string().to_lowercase()))
        }
        LogicalPlan::Filter(_) => Err("a `where` loses rows; return them with a `drop_reason`".into()),
        LogicalPlan::Aggregate(_) | LogicalPlan::Distinct(_) => Err("grouping merges rows; join the groups to the rows instead".into()),
        LogicalPlan::Limit(_) | LogicalPlan::Sort(_) => Err("a `limit` loses rows".into()),
        LogicalPlan::Unnest(_) => Err("`unnest` multiplies rows".into()),
        other => Err(format!("a {} does not return its input row by row", other.display().to_string().split(':').next().unwrap_or("step"))),
    }
}
