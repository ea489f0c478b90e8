//! Windows over many small groups: whole groups are evaluated, batch by batch, as they come out of the sort.
//!
//! DataFusion's bounded operator keeps a state for every group of every function and cuts every column of the input for every group: with a
//! million groups that is most of what a window costs. Here the columns that no function reads are not cut, and nothing is
//! kept but the rows of the group that is not whole yet. A group that does not fit into memory goes back to DataFusion's operator: the table is
//! tried again in a shape without this one.

use arrow::array::{Array, ArrayRef, AsArray, NullArray, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::compute::{concat, concat_batches, partition, take_record_batch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::window::{StandardWindowExpr, WindowExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::{CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::windows::BoundedWindowAggExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, InputOrderMode, PhysicalExpr, PlanProperties,
};
use futures::{StreamExt, TryStreamExt, stream};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Puts [`WholeGroups`] where groups lie one after the other.
#[derive(Debug)]
pub struct WindowsByGroup;

impl PhysicalOptimizerRule for WindowsByGroup {
    fn name(&self) -> &str {
        "windows_by_group"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _options: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| match plan.downcast_ref::<BoundedWindowAggExec>() {
            Some(window) if window.input_order_mode == InputOrderMode::Sorted && !keys_of(window).is_empty() => {
                Ok(Transformed::yes(Arc::new(WholeGroups { window: Arc::new(window.clone()) }) as Arc<dyn ExecutionPlan>))
            }
            _ => Ok(Transformed::no(plan)),
        })
        .map(|plan| plan.data)
    }
}

fn keys_of(window: &BoundedWindowAggExec) -> &[Arc<dyn PhysicalExpr>] {
    window.window_expr()[0].partition_by()
}

/// What a [`BoundedWindowAggExec`] answers, row for row; all it says of itself holds here too.
#[derive(Debug)]
struct WholeGroups {
    window: Arc<BoundedWindowAggExec>,
}

impl DisplayAs for WholeGroups {
    fn fmt_as(&self, kind: DisplayFormatType, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(out, "WholeGroups: ")?;
        self.window.fmt_as(kind, out)
    }
}

impl ExecutionPlan for WholeGroups {
    fn name(&self) -> &str {
        "WholeGroups"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.window.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.window.children()
    }

    fn apply_expressions(&self, apply: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        self.window.apply_expressions(apply)
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        self.window.input_distribution_requirements()
    }

    fn required_input_ordering(&self) -> Vec<Option<datafusion::physical_expr::OrderingRequirements>> {
        self.window.required_input_ordering()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        self.window.maintains_input_order()
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        self.window.cardinality_effect()
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let window = Arc::clone(&self.window).replace_children(children, options)?;
        match window.downcast_ref::<BoundedWindowAggExec>() {
            Some(window) => Ok(Arc::new(WholeGroups { window: Arc::new(window.clone()) })),
            None => internal_err!("a window over other rows is no window any more"),
        }
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.window.input().execute(partition, Arc::clone(&context))?;
        let groups = Groups {
            functions: self.window.window_expr().to_vec(),
            keys: keys_of(&self.window).to_vec(),
            read: read_by(self.window.window_expr(), self.window.input().schema().fields().len()),
            schema: self.window.schema(),
            batch_rows: context.session_config().batch_size(),
            open: Vec::new(),
            reserved: MemoryConsumer::new("WholeGroups").register(context.memory_pool()),
        };
        let answers = stream::try_unfold(Some((input, groups)), |rest| async move {
            let Some((mut input, mut groups)) = rest else { return Ok::<_, DataFusionError>(None) };
            match input.next().await {
                Some(batch) => Ok(Some((groups.take(batch?)?, Some((input, groups))))),
                None => Ok(Some((groups.close()?, None))),
            }
        });
        let batches = answers.map_ok(|batches: Vec<RecordBatch>| stream::iter(batches.into_iter().map(Ok))).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.window.schema(), batches)))
    }
}

/// Places of the columns that functions and their orders read, of so many. What a FILTER reads a function does not tell, that it has one it shows.
fn read_by(functions: &[Arc<dyn WindowExpr>], columns: usize) -> BTreeSet<usize> {
    if functions.iter().any(|function| format!("{function:?}").contains("filter: Some")) {
        return (0..columns).collect();
    }
    let expressions = functions.iter().flat_map(|function| {
        let all = function.all_expressions();
        [all.args, all.partition_by_exprs, all.order_by_exprs].concat()
    });
    expressions.flat_map(|expression| collect_columns(&expression)).map(|column| column.index()).collect()
}

struct Groups {
    functions: Vec<Arc<dyn WindowExpr>>,
    keys: Vec<Arc<dyn PhysicalExpr>>,
    read: BTreeSet<usize>,
    schema: SchemaRef,
    batch_rows: usize,
    /// The last group so far, which the next batch may go on with.
    open: Vec<RecordBatch>,
    reserved: MemoryReservation,
}

impl Groups {
    /// Takes the next rows and answers for the groups that are whole with them.
    fn take(&mut self, batch: RecordBatch) -> Result<Vec<RecordBatch>> {
        let Some(last) = self.ranges(&batch)?.pop() else { return Ok(Vec::new()) };
        let rest = batch.slice(last.start, last.len());
        let bytes = bytes_of(&rest);
        self.reserved.try_grow(bytes)?;
        if last.start == 0 && self.goes_on_with(&batch)? {
            self.open.push(rest);
            return Ok(Vec::new());
        }
        let mut whole = std::mem::replace(&mut self.open, vec![rest]);
        whole.push(batch.slice(0, last.start));
        let answers = self.answer(&whole)?;
        self.reserved.try_resize(bytes)?;
        Ok(answers)
    }

    fn close(&mut self) -> Result<Vec<RecordBatch>> {
        let whole = std::mem::take(&mut self.open);
        self.answer(&whole)
    }

    /// Whether a batch of one group is of the group that is open.
    fn goes_on_with(&self, batch: &RecordBatch) -> Result<bool> {
        let Some(open) = self.open.last() else { return Ok(true) };
        let both = self.keys_of(&open.slice(open.num_rows() - 1, 1))?.into_iter().zip(self.keys_of(&batch.slice(0, 1))?);
        let keys = both.map(|(last, next)| concat(&[&last, &next])).collect::<Result<Vec<ArrayRef>, _>>()?;
        Ok(partition(&keys)?.len() == 1)
    }

    fn keys_of(&self, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        self.keys.iter().map(|key| key.evaluate(batch)?.into_array(batch.num_rows())).collect()
    }

    fn ranges(&self, batch: &RecordBatch) -> Result<Vec<Range<usize>>> {
        match batch.num_rows() {
            0 => Ok(Vec::new()),
            _ => Ok(partition(&self.keys_of(batch)?)?.ranges()),
        }
    }

    /// The rows of a group are held twice while its batches are put together.
    fn answer(&self, whole: &[RecordBatch]) -> Result<Vec<RecordBatch>> {
        let Some(first) = whole.first() else { return Ok(Vec::new()) };
        self.reserved.try_grow(whole.iter().map(bytes_of).sum())?;
        let batch = concat_batches(&first.schema(), whole)?;
        if batch.num_rows() == 0 {
            return Ok(Vec::new());
        }
        let ranges = self.ranges(&batch)?;
        let narrow = self.with_read_columns_alone(&batch)?;
        let mut columns = batch.columns().to_vec();
        for function in &self.functions {
            let answers = answers_of(function.as_ref(), &narrow, &ranges)?;
            let answers: Vec<&dyn Array> = answers.iter().map(AsRef::as_ref).collect();
            columns.push(compacted(concat(&answers)?));
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        match batch.num_rows() <= 2 * self.batch_rows {
            true => Ok(vec![batch]),
            false => copies(&batch, self.batch_rows),
        }
    }

    /// The batch with nothing in the columns that no function reads: to cut a column for each group costs more than to evaluate most functions.
    fn with_read_columns_alone(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let schema = batch.schema();
        let (fields, columns): (Vec<Field>, Vec<ArrayRef>) = (schema.fields().iter().zip(batch.columns()).enumerate())
            .map(|(place, (field, column))| match self.read.contains(&place) {
                true => (field.as_ref().clone(), Arc::clone(column)),
                false => (Field::new(field.name(), DataType::Null, true), Arc::new(NullArray::new(batch.num_rows())) as ArrayRef),
            })
            .unzip();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)?)
    }
}

/// What a function answers for each group. Where it needs no more than its arguments, these are evaluated once for all groups.
fn answers_of(function: &dyn WindowExpr, batch: &RecordBatch, groups: &[Range<usize>]) -> Result<Vec<ArrayRef>> {
    let whole = |group: &Range<usize>| function.evaluate(&batch.slice(group.start, group.len()));
    let Some(standard) = function.as_any().downcast_ref::<StandardWindowExpr>() else { return groups.iter().map(whole).collect() };
    let standard = standard.get_standard_func_expr();
    let evaluator = standard.create_evaluator()?;
    if evaluator.uses_window_frame() || evaluator.include_rank() {
        return groups.iter().map(whole).collect();
    }
    let arguments = function.evaluate_args(batch)?;
    let answer = |group: &Range<usize>| {
        let arguments: Vec<ArrayRef> = arguments.iter().map(|argument| argument.slice(group.start, group.len())).collect();
        standard.create_evaluator()?.evaluate_all(&arguments, group.len())
    };
    groups.iter().map(answer).collect()
}

/// A batch in pieces that do not hold on to the whole of it, as slices would: whoever keeps one is told of all its memory.
fn copies(batch: &RecordBatch, rows: usize) -> Result<Vec<RecordBatch>> {
    let pieces = (0..batch.num_rows()).step_by(rows).map(|from| from as u64..(from + rows).min(batch.num_rows()) as u64);
    pieces.map(|piece| Ok(take_record_batch(batch, &UInt64Array::from_iter_values(piece))?)).collect()
}

/// Views put together from many arrays hold on to the text of each of them.
fn compacted(array: ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Utf8View => Arc::new(array.as_string_view().gc()),
        _ => array,
    }
}

fn bytes_of(batch: &RecordBatch) -> usize {
    let bytes = |column: &ArrayRef| match column.as_string_view_opt() {
        Some(views) => views.views().len() * size_of::<u128>() + views.total_buffer_bytes_used(),
        None => column.to_data().get_slice_memory_size().unwrap_or_else(|_| column.get_array_memory_size()),
    };
    batch.columns().iter().map(bytes).sum()
}

#[cfg(test)]
mod tests {
    use super::super::{Session, Settings, Shape};
    use super::*;
    use arrow::array::{Float64Array, Int64Array, StringArray};
    use arrow::datatypes::Int64Type;
    use arrow::util::pretty::pretty_format_batches;
    use datafusion::datasource::MemTable;
    use datafusion::logical_expr::col;
    use datafusion::physical_plan::{collect, displayable};

    /// Rows of `groups` groups that lie in no order, some of them of one row and some longer than a batch, one of them without a key.
    fn session(rows: i64, groups: i64) -> Session {
        let session = Session::new(&Settings { memory: 1 << 30, threads: 2, spill: None, spill_bytes: 0 }).unwrap();
        let key = |row: i64| (row * row + row / 7) % groups;
        let keys = Int64Array::from_iter((0..rows).map(|row| (key(row) > 0).then(|| key(row))));
        let names = StringArray::from_iter((0..rows).map(|row| (row % 3 > 0).then(|| format!("name {}", row % 11))));
        let amounts = Float64Array::from_iter_values((0..rows).map(|row| ((row * 7919) % 1009) as f64));
        let columns: [(&str, ArrayRef); 4] = [
            ("id", Arc::new(Int64Array::from_iter_values((0..rows).map(|row| (row * 31) % rows)))),
            ("key", Arc::new(keys)),
            ("name", Arc::new(names)),
            ("amount", Arc::new(amounts)),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let batches = (0..batch.num_rows()).step_by(100).map(|row| batch.slice(row, 100.min(batch.num_rows() - row))).collect();
        session.register("shop", "orders", Arc::new(MemTable::try_new(batch.schema(), vec![batches]).unwrap())).unwrap();
        session
    }

    async fn answers(session: &Session, shape: Shape, window: &str, is_by_group: bool) -> String {
        let sql = format!("select id, key, name, {window} as answer from shop.orders");
        let context = session.context(shape);
        let plan = context.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
        let shown = displayable(plan.as_ref()).indent(false).to_string();
        assert_eq!(shown.contains("WholeGroups"), is_by_group, "{shown}");
        let ordered = format!("select * from ({sql}) order by id");
        let rows = context.sql(&ordered).await.unwrap().collect().await.unwrap();
        pretty_format_batches(&rows).unwrap().to_string()
    }

    #[tokio::test]
    async fn groups_are_answered_as_by_datafusion() {
        for (rows, groups) in [(3_000, 1_500), (3_000, 40), (3_000, 1), (20_000, 2), (1, 1)] {
            let session = session(rows, groups);
            for window in [
                "lag(name) over (partition by key order by id)",
                "lead(amount, 2) over (partition by key order by id desc)",
                "row_number() over (partition by key, name order by id)",
                "rank() over (partition by key order by name)",
                "max(amount) over (partition by key order by id rows between unbounded preceding and 1 preceding)",
                "sum(id) over (partition by key order by name)",
                "sum(case when amount > 500.0 then 1 else 0 end) over (partition by key order by id)",
                "count(*) over (partition by coalesce(key, 5) order by id)",
                "sum(id) filter (where amount > 500.0) over (partition by key order by id)",
                "max(id) filter (where amount > 500.0) over (partition by key order by id rows between 3 preceding and current row)",
                "last_value(name) ignore nulls over (partition by key order by id rows between unbounded preceding and current row)",
                "first_value(name) over (partition by key order by id)",
                "apportion(amount, 1000) over (partition by key order by id)",
            ] {
                let expected = answers(&session, Shape::Narrow, window, false).await;
                for shape in [Shape::Small, Shape::Normal] {
                    assert_eq!(
                        answers(&session, shape, window, true).await,
                        expected,
                        "{window} over {rows} rows in {groups} groups, {shape:?}"
                    );
                }
            }
        }
    }

    /// What comes out is cut into batches again, and text put together from many groups holds on to its own bytes alone.
    #[tokio::test]
    async fn batches_stay_small() {
        let session = session(20_000, 2);
        let context = session.context(Shape::Small);
        let sql = "select arrow_cast(name, 'Utf8View') as name, lag(arrow_cast(name, 'Utf8View')) over (partition by key order by id) as before from shop.orders";
        let plan = context.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
        let batches = collect(plan, context.task_ctx()).await.unwrap();
        assert!(batches.iter().all(|batch| batch.num_rows() <= 2 * 8192));
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 20_000);
        assert!(batches.iter().all(|batch| batch.column(1).as_string_view().data_buffers().len() <= 1));
    }

    /// 8 MB of one group that lie in order already; DataFusion's operator needs a batch of them.
    #[tokio::test]
    async fn a_group_beyond_memory_is_left_to_datafusion() {
        let session = Session::new(&Settings { memory: 4 << 20, threads: 1, spill: None, spill_bytes: 0 }).unwrap();
        let numbers = |from: i64| Arc::new(Int64Array::from_iter_values(from..from + 8192)) as ArrayRef;
        let ones = || Arc::new(Int64Array::from(vec![1; 8192])) as ArrayRef;
        let batch = |from| RecordBatch::try_from_iter([("key", ones()), ("id", numbers(from))]).unwrap();
        let batches: Vec<RecordBatch> = (0..64).map(|at| batch(at * 8192)).collect();
        let order = vec![col("key").sort(true, false), col("id").sort(true, false)];
        let rows = MemTable::try_new(batches[0].schema(), vec![batches]).unwrap().with_sort_order(vec![order]);
        session.register("shop", "orders", Arc::new(rows)).unwrap();
        let sql = "select max(answer) from (select sum(id) over (partition by key order by id) as answer from shop.orders)";
        let error = session.context(Shape::Small).sql(sql).await.unwrap().collect().await.unwrap_err();
        assert!(error.to_string().contains("WholeGroups"), "{error}");
        assert!(matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)), "{error}");
        let rows = session.context(Shape::Narrow).sql(sql).await.unwrap().collect().await.unwrap();
        assert_eq!(rows[0].column(0).as_primitive::<Int64Type>().value(0), 64 * 8192 * (64 * 8192 - 1) / 2);
    }

    #[tokio::test]
    async fn windows_without_groups_are_left_alone() {
        let session = session(100, 3);
        answers(&session, Shape::Normal, "row_number() over (order by id)", false).await;
    }
}
