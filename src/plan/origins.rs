//! A table's SQL with the keys of its inputs carried along: which rows of them each of its rows was made of.
//!
//! A row was made of what it stands for: through filters, windows and unions, of the left side of a left join, of both sides of an inner one,
//! of all rows of its group. What a left join looks up explains a row, and what all rows see alike (`max` over a whole table) sets it; of
//! neither is it made. Where SQL breaks the thread (`unnest`, `limit`) nothing is told, rather than half of it.

use super::{Plan, RAW};
use crate::project::source::{FILE, LINE};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Column, DFSchema, NullEquality, Result, ScalarValue};
use datafusion::logical_expr::expr::GroupingSet;
use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, Join, JoinType, LogicalPlan, LogicalPlanBuilder, Projection, TableScan, Union, lit,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Begins the names of carried columns; no contract has such a column.
const CARRIED: &str = "__origin";

/// A plan that returns what it did, and behind it the keys of the rows each row was made of; a row made of several comes as often.
pub struct Origins {
    pub plan: LogicalPlan,
    /// One for each mention of a table.
    pub inputs: Vec<Input>,
}

pub struct Input {
    pub table: String,
    /// Its key columns, each with the column of the plan that carries it.
    pub columns: Vec<(String, String)>,
}

/// The tables of a plan that go back to raw rows, with their keys, and the raw tables themselves.
pub fn keys(plan: &Plan) -> BTreeMap<String, Vec<String>> {
    let mut keys: BTreeMap<String, Vec<String>> = plan.sources.iter().map(|source| (format!("{RAW}.{source}"), key_of_raw())).collect();
    for table in &plan.tables {
        if table.reads.iter().any(|read| keys.contains_key(read)) {
            keys.insert(table.name.to_string(), table.contract.unique.clone());
        }
    }
    keys
}

pub fn key_of_raw() -> Vec<String> {
    [FILE.0, LINE.0].map(str::to_string).to_vec()
}

/// `keys` are the tables to go back to, with their keys; others are not looked at. `None` where the thread breaks.
pub fn carry(plan: &LogicalPlan, keys: &BTreeMap<String, Vec<String>>) -> Result<Option<Origins>> {
    let mut carrier = Carrier { keys, inputs: Vec::new(), names: 0 };
    let plan = carrier.follow(plan)?;
    Ok(plan.map(|plan| Origins { plan, inputs: carrier.inputs }))
}

struct Carrier<'a> {
    keys: &'a BTreeMap<String, Vec<String>>,
    inputs: Vec<Input>,
    names: usize,
}

impl Carrier<'_> {
    fn follow(&mut self, plan: &LogicalPlan) -> Result<Option<LogicalPlan>> {
        if !self.goes_back(plan) {
            return Ok(Some(plan.clone()));
        }
        match plan {
            LogicalPlan::TableScan(scan) => self.scan(plan, scan),
            LogicalPlan::Projection(node) => self.projection(node),
            LogicalPlan::Join(join) => self.join(plan, join),
            LogicalPlan::Union(union) => self.union(union),
            // A scalar of all rows is nobody's.
            LogicalPlan::Aggregate(node) if node.group_expr.is_empty() => Ok(Some(plan.clone())),
            LogicalPlan::Aggregate(node) => self.groups(node),
            LogicalPlan::Sort(sort) if sort.fetch.is_some() => Ok(None),
            LogicalPlan::Filter(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Distinct(Distinct::All(_)) => {
                let Some(input) = self.follow(plan.inputs()[0])? else { return Ok(None) };
                plan.with_new_exprs(plan.expressions(), vec![input]).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Whether the plan reads a table to go back to.
    fn goes_back(&self, plan: &LogicalPlan) -> bool {
        match plan {
            LogicalPlan::TableScan(scan) => self.keys.contains_key(&scan.table_name.to_string()),
            _ => plan.inputs().iter().any(|input| self.goes_back(input)),
        }
    }

    fn scan(&mut self, plan: &LogicalPlan, scan: &TableScan) -> Result<Option<LogicalPlan>> {
        let table = scan.table_name.to_string();
        let mut columns = Vec::new();
        let mut expressions: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
        for key in &self.keys[&table] {
            let name = self.name();
            expressions.push(Expr::Column(Column::new(Some(scan.table_name.clone()), key)).alias(&name));
            columns.push((key.clone(), name));
        }
        self.inputs.push(Input { table, columns });
        Ok(Some(LogicalPlan::Projection(Projection::try_new(expressions, Arc::new(plan.clone()))?)))
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("{CARRIED}_{}", self.names)
    }

    fn projection(&mut self, node: &Projection) -> Result<Option<LogicalPlan>> {
        let Some(input) = self.follow(&node.input)? else { return Ok(None) };
        let expressions = node.expr.iter().cloned().chain(carried(&input).map(Expr::Column)).collect();
        Ok(Some(LogicalPlan::Projection(Projection::try_new(expressions, Arc::new(input))?)))
    }

    fn join(&mut self, plan: &LogicalPlan, join: &Join) -> Result<Option<LogicalPlan>> {
        let (follow_left, follow_right) = match join.join_type {
            JoinType::Inner | JoinType::Full => (true, true),
            JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti => (true, false),
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti => (false, true),
            _ => return Ok(None),
        };
        let left = if follow_left { self.follow(&join.left)? } else { Some(join.left.as_ref().clone()) };
        let right = if follow_right { self.follow(&join.right)? } else { Some(join.right.as_ref().clone()) };
        let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
        plan.with_new_exprs(plan.expressions(), vec![left, right]).map(Some)
    }

    /// Every branch carries the columns of all; those of the others are null there.
    fn union(&mut self, union: &Union) -> Result<Option<LogicalPlan>> {
        let mut inputs = Vec::new();
        for input in &union.inputs {
            let Some(input) = self.follow(input)? else { return Ok(None) };
            inputs.push(input);
        }
        let all: BTreeMap<String, DataType> = inputs.iter().flat_map(carried_types).collect();
        let padded = inputs.into_iter().map(|input| padded(input, &all).map(Arc::new)).collect::<Result<Vec<_>>>()?;
        let own = union.schema.iter().map(|(table, field)| (table.cloned(), Arc::clone(field)));
        let more = all.into_iter().map(|(name, ty)| (None, Arc::new(Field::new(name, ty, true))));
        let schema = DFSchema::new_with_metadata(own.chain(more).collect(), union.schema.as_ref().metadata().clone())?;
        Ok(Some(LogicalPlan::Union(Union { inputs: padded, schema: Arc::new(schema) })))
    }

    /// The groups as they are, joined with the rows they were made of.
    fn groups(&mut self, node: &Aggregate) -> Result<Option<LogicalPlan>> {
        let Some(input) = self.follow(&node.input)? else { return Ok(None) };
        let groups = LogicalPlan::Aggregate(node.clone());
        let Some(sets) = grouping_sets(node) else { return self.members(groups, &node.group_expr, &input).map(Some) };
        let expressions: Vec<Expr> = grouping_set_to_exprlist(&node.group_expr)?.into_iter().cloned().collect();
        let mut parts = Vec::new();
        for set in &sets {
            let part = LogicalPlanBuilder::from(groups.clone()).filter(is_of_set(&groups, &expressions, set)?)?.build()?;
            parts.push(Arc::new(self.members_of_set(part, &expressions, set, &input)?));
        }
        let columns: Vec<Column> = groups.schema().columns().into_iter().chain(carried(&parts[0])).collect();
        let union = LogicalPlan::Union(Union::try_new(parts)?);
        // A union forgets which tables its columns are of; what reads the groups calls them so.
        let named = union.schema().columns().into_iter().zip(columns);
        let named = named.map(|(column, known)| Expr::Column(column).alias_qualified(known.relation, known.name)).collect();
        Ok(Some(LogicalPlan::Projection(Projection::try_new(named, Arc::new(union))?)))
    }

    fn members_of_set(&mut self, part: LogicalPlan, all: &[Expr], set: &[Expr], input: &LogicalPlan) -> Result<LogicalPlan> {
        let columns = part.schema().columns();
        let places = all.iter().zip(&columns).filter(|(expression, _)| set.contains(expression));
        let (expressions, keys): (Vec<Expr>, Vec<Column>) = places.map(|(expression, column)| (expression.clone(), column.clone())).unzip();
        let joined = self.joined(part, keys, &expressions, input)?;
        let kept = columns.into_iter().chain(carried(&joined)).map(Expr::Column).collect();
        Ok(LogicalPlan::Projection(Projection::try_new(kept, Arc::new(joined))?))
    }

    fn members(&mut self, groups: LogicalPlan, expressions: &[Expr], input: &LogicalPlan) -> Result<LogicalPlan> {
        let keys = groups.schema().columns().into_iter().take(expressions.len()).collect();
        self.joined(groups, keys, expressions, input)
    }

    /// Groups and the rows of `input` that agree with them; null is a value of a group like any other.
    fn joined(&mut self, groups: LogicalPlan, keys: Vec<Column>, expressions: &[Expr], input: &LogicalPlan) -> Result<LogicalPlan> {
        let names: Vec<String> = expressions.iter().map(|_| self.name().replace(CARRIED, "__group")).collect();
        let named = expressions.iter().zip(&names).map(|(expression, name)| expression.clone().unalias().alias(name));
        let rows = LogicalPlanBuilder::from(input.clone()).project(named.chain(carried(input).map(Expr::Column)))?.build()?;
        let groups = LogicalPlanBuilder::from(groups);
        if keys.is_empty() {
            return groups.cross_join(rows)?.build();
        }
        let on = (keys, names.into_iter().map(Column::from_name).collect::<Vec<_>>());
        groups.join_detailed(rows, JoinType::Inner, on, None, NullEquality::NullEqualsNull)?.build()
    }
}

fn carried(plan: &LogicalPlan) -> impl Iterator<Item = Column> {
    plan.schema().columns().into_iter().filter(|column| column.name.starts_with(CARRIED))
}

fn carried_types(plan: &LogicalPlan) -> Vec<(String, DataType)> {
    let fields = plan.schema().fields().iter().filter(|field| field.name().starts_with(CARRIED));
    fields.map(|field| (field.name().clone(), field.data_type().clone())).collect()
}

fn padded(input: LogicalPlan, all: &BTreeMap<String, DataType>) -> Result<LogicalPlan> {
    let columns = input.schema().columns();
    let mut expressions: Vec<Expr> = columns.iter().filter(|column| !column.name.starts_with(CARRIED)).cloned().map(Expr::Column).collect();
    for (name, ty) in all {
        expressions.push(match columns.iter().find(|column| column.name == *name) {
            Some(column) => Expr::Column(column.clone()).alias(name),
            None => lit(ScalarValue::try_from(ty)?).alias(name),
        });
    }
    Ok(LogicalPlan::Projection(Projection::try_new(expressions, Arc::new(input))?))
}

fn grouping_sets(node: &Aggregate) -> Option<Vec<Vec<Expr>>> {
    match node.group_expr.as_slice() {
        [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => Some(sets.clone()),
        _ => None,
    }
}

/// The engine numbers the sets: a bit for each expression, the first the highest, set where the expression is left out.
fn is_of_set(groups: &LogicalPlan, all: &[Expr], set: &[Expr]) -> Result<Expr> {
    let number = all.iter().fold(0_u64, |number, expression| number << 1 | u64::from(!set.contains(expression)));
    let column = Column::from_name(Aggregate::INTERNAL_GROUPING_ID);
    let ty = groups.schema().field_with_unqualified_name(&column.name)?.data_type().clone();
    Ok(Expr::Column(column).eq(lit(ScalarValue::UInt64(Some(number)).cast_to(&ty)?)))
}
