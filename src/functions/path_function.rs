//! What the functions over counted paths have in common in SQL: `function(path, successes, failures [, reward] [, setting])`, an aggregate
//! that gives a list of structs.
//!
//! - path: a list of text, one state or more; a NULL path is left out, a NULL or no state in a path fails.
//! - successes, failures: BIGINT, how many took this path and ended so. NULL is 0, a negative count fails.
//! - reward: DECIMAL or BIGINT, the sum of the rewards of the successes of this row.
//! - setting: a literal, else the plan fails.
//!
//! The answer depends on the set of rows alone, however they are split. No row at all gives NULL.

use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringViewBuilder, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, LogicalPlan, ReversedUDAF, Signature, Volatility};
use datafusion::optimizer::AnalyzerRule;
use datafusion::physical_expr::expressions::Literal;

use super::path_counts::{self, PathCounts, Paths};

/// What makes one of these functions.
pub struct Measure {
    pub name: &'static str,
    /// How it is called, for messages.
    pub usage: &'static str,
    pub reward: Reward,
    pub setting: Setting,
    pub answer: fn() -> Fields,
    /// The columns of the answer.
    pub solve: fn(&Paths, Given) -> Result<Vec<ArrayRef>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reward {
    Read,
    Absent,
}

/// The last argument.
#[derive(Clone, Copy, Debug)]
pub enum Setting {
    None,
    /// A whole number from 1 to this.
    UpTo(usize),
    /// One of these words.
    Word(&'static [&'static str]),
}

/// What a query gave beside the rows.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// The number, or the place of the word among those there are.
    pub setting: usize,
    /// Units of a reward in one.
    pub units: f64,
}

pub fn function(measure: &'static Measure) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(PathFunction { measure, signature: Signature::user_defined(Volatility::Immutable) }))
}

/// Tells at planning when a setting is not a literal, or none of those there are.
#[derive(Debug)]
pub struct LiteralSettings;

impl AnalyzerRule for LiteralSettings {
    fn name(&self) -> &str {
        "literal_settings"
    }

    fn analyze(&self, plan: LogicalPlan, _options: &ConfigOptions) -> Result<LogicalPlan> {
        plan.apply_with_subqueries(|plan| {
            plan.apply_expressions(|expr| {
                expr.apply(|expr| check_setting(expr).map(|()| TreeNodeRecursion::Continue))?;
                Ok(TreeNodeRecursion::Continue)
            })
        })?;
        Ok(plan)
    }
}

fn check_setting(expr: &Expr) -> Result<()> {
    let Expr::AggregateFunction(aggregate) = expr else { return Ok(()) };
    let inner: &dyn std::any::Any = aggregate.func.inner().as_ref();
    match (inner.downcast_ref::<PathFunction>(), aggregate.params.args.last()) {
        (Some(function), Some(last)) => function.measure.setting(literal(last)).map(|_| ()),
        _ => Ok(()),
    }
}

/// A literal, also under the cast that brought it to the type it is taken in.
fn literal(expr: &Expr) -> Option<ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value.clone()),
        Expr::Cast(cast) => literal(&cast.expr)?.cast_to(cast.field.data_type()).ok(),
        Expr::Alias(alias) => literal(&alias.expr),
        _ => None,
    }
}

impl Measure {
    fn setting(&self, given: Option<ScalarValue>) -> Result<usize> {
        let (found, wanted) = match self.setting {
            Setting::None => return Ok(0),
            Setting::UpTo(most) => {
                let number = given.and_then(|given| match given {
                    ScalarValue::Int64(Some(number)) => usize::try_from(number).ok(),
                    _ => None,
                });
                (number.filter(|number| (1..=most).contains(number)), format!("a whole number from 1 to {most}"))
            }
            Setting::Word(words) => {
                let word = given.and_then(|given| given.try_as_str().flatten().map(str::to_string));
                (words.iter().position(|one| Some(*one) == word.as_deref()), format!("one of '{}'", words.join("', '")))
            }
        };
        match found {
            Some(setting) => Ok(setting),
            None => plan_err!("the last argument of {} is {wanted}, written as a literal: {}", self.name, self.usage),
        }
    }

    /// The types of the arguments after the path and its counts.
    fn rest(&self, given: &[DataType]) -> Option<Vec<DataType>> {
        let (rewards, settings) = given.split_at_checked(usize::from(self.reward == Reward::Read))?;
        let reward = rewards.iter().map(reward_type).collect::<Option<Vec<_>>>()?;
        let setting = match (self.setting, settings) {
            (Setting::None, []) => None,
            (Setting::UpTo(_), [setting]) if setting.is_integer() || setting.is_null() => Some(DataType::Int64),
            (Setting::Word(_), [setting]) if setting.is_string() || setting.is_null() => Some(DataType::Utf8View),
            _ => return None,
        };
        Some(reward.into_iter().chain(setting).collect())
    }
}

fn reward_type(given: &DataType) -> Option<DataType> {
    match given {
        given if given.is_integer() || given.is_null() => Some(DataType::Decimal128(20, 0)),
        DataType::Decimal32(digits, scale) | DataType::Decimal64(digits, scale) | DataType::Decimal128(digits, scale) => {
            Some(DataType::Decimal128(*digits, *scale))
        }
        _ => None,
    }
}

fn is_path(given: &DataType) -> bool {
    match given {
        DataType::List(state) | DataType::LargeList(state) | DataType::FixedSizeList(state, _) => {
            state.data_type().is_string() || state.data_type().is_null()
        }
        given => given.is_null(),
    }
}

struct PathFunction {
    measure: &'static Measure,
    signature: Signature,
}

// A name stands for one function: the list of them is checked to be free of repeats.
impl PartialEq for PathFunction {
    fn eq(&self, other: &Self) -> bool {
        self.measure.name == other.measure.name
    }
}

impl Eq for PathFunction {}

impl Hash for PathFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.measure.name.hash(state);
    }
}

impl Debug for PathFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.measure.usage)
    }
}

impl AggregateUDFImpl for PathFunction {
    fn name(&self) -> &str {
        self.measure.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let count = |given: &DataType| given.is_integer() || given.is_null();
        let types = match arguments {
            [path, successes, failures, rest @ ..] if is_path(path) && count(successes) && count(failures) => self.measure.rest(rest),
            _ => None,
        };
        let counted = [path_counts::path_type(), DataType::Int64, DataType::Int64];
        match types {
            Some(rest) => Ok(counted.into_iter().chain(rest).collect()),
            None => plan_err!(
                "{} is called as {}: path is a list of text, a count is BIGINT, a reward DECIMAL of up to 38 digits or BIGINT",
                self.measure.name,
                self.measure.usage
            ),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(list_of((self.measure.answer)()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(arguments.name, "paths"), list_of(path_counts::fields()), true))])
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let measure = self.measure;
        if arguments.is_distinct {
            return plan_err!("{} does not take DISTINCT: equal rows count as often as they come", measure.name);
        }
        let last = arguments.exprs.last().and_then(|last| last.downcast_ref::<Literal>());
        let setting = measure.setting(last.map(|last| last.value().clone()))?;
        let units = match arguments.expr_fields.get(3).map(|field| field.data_type()) {
            Some(DataType::Decimal128(_, scale)) => 10f64.powi(i32::from(*scale)),
            _ => 1.0,
        };
        Ok(Box::new(Counting { measure, given: Given { setting, units }, counts: PathCounts::new(measure.name) }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

struct Counting {
    measure: &'static Measure,
    given: Given,
    counts: PathCounts,
}

impl Debug for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {:?}", self.measure.usage, self.counts)
    }
}

impl Accumulator for Counting {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rewards = (self.measure.reward == Reward::Read).then(|| &values[3]);
        self.counts.add(values, rewards)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|paths| {
            let columns = paths.as_struct().columns();
            self.counts.add(columns, Some(&columns[3]))
        })
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        if self.counts.is_empty() {
            return Ok(vec![ScalarValue::try_from(list_of(path_counts::fields()))?]);
        }
        Ok(vec![list(self.counts.columns()?)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let fields = (self.measure.answer)();
        if self.counts.is_empty() {
            return ScalarValue::try_from(list_of(fields));
        }
        let columns = (self.measure.solve)(&self.counts.paths(), self.given)?;
        Ok(list(StructArray::try_new(fields, columns, None)?))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.heap_size()
    }
}

fn list_of(fields: Fields) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields), true)))
}

fn list(rows: StructArray) -> ScalarValue {
    SingleRowListArrayBuilder::new(Arc::new(rows)).build_list_scalar()
}

/// A column of names.
pub fn names<'a>(names: impl Iterator<Item = &'a str>) -> ArrayRef {
    let mut builder = StringViewBuilder::new();
    names.for_each(|name| builder.append_value(name));
    Arc::new(builder.finish())
}
#[cfg(test)]
mod tests {
    use crate::functions::tests::{LAYOUTS, check, check_fault, integers, session, text, texts};

    const COUNTED: &str = "select cardinality(removal_effects(PATH, s, f, 1, ORDER)) as n from t";

    fn counted(path: &str, order: &str) -> String {
        COUNTED.replace("PATH", path).replace("ORDER", order)
    }

    #[tokio::test]
    async fn every_kind_of_list_and_of_text() {
        let columns = [texts("p", &[Some("A"), Some("B")]), integers("s", &[Some(1), Some(2)]), integers("f", &[Some(1), None])];
        for list in ["List(Utf8View)", "LargeList(LargeUtf8)", "FixedSizeList(2 x Utf8)", "List(Utf8)"] {
            check(&columns, &counted(&format!("arrow_cast(make_array(p, 'C'), '{list}')"), "2"), &["3"]).await;
        }
        check(&columns, &counted("case when p = 'A' then null else make_array(p) end", "2"), &["1"]).await;
        check(&columns, &counted("null", "2"), &["NULL"]).await;
        check(&columns, &counted("make_array(p)", "cast('2' as smallint)"), &["2"]).await;
        let grouped = "select s, cardinality(removal_effects(array_remove(make_array(p, 'C', p), 'C'), s, 0, 0, 1)) as n from t group by s order by s";
        check(&columns, grouped, &["1 | 1", "2 | 1"]).await;
    }

    /// A faulty setting is a fault of the plan: no row is read.
    #[tokio::test]
    async fn settings_are_told_of_before_rows_are_read() {
        let columns = [texts("p", &[Some("A")]), integers("s", &[Some(1)]), integers("f", &[Some(1)])];
        let context = session(&columns, LAYOUTS[0]);
        for order in ["5", "s", "-1", "null", "cast('7' as bigint)"] {
            let plan = context.sql(&counted("make_array(p)", order)).await.unwrap().into_unoptimized_plan();
            let state = context.state();
            let told = state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {}).unwrap_err();
            assert!(told.to_string().contains("a whole number from 1 to 4"), "{order}: {told}");
        }
        check_fault(&columns, &format!("select * from t where s in ({})", counted("make_array(p)", "0")), "from 1 to 4").await;
        assert_eq!(text(&context, &counted("make_array(p)", "4")).await.unwrap(), "1");
    }
}
