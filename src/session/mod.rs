//! The one DataFusion session: memory and spill under one limit, UTC, our functions, and only the stores a run opened.
//!
//! A table runs under a [`Shape`]: the normal one, and after it ran out of memory, alone, under one that needs less.

mod memory;
mod optimizer;
mod plain_text;
mod scan;
mod spill;
mod windows;

pub use memory::{Meter, memory_of_machine, threads_of_machine};
pub use scan::{Constant, ScanFile, StoredRows, with_views};

use crate::error::{Error, Result};
use crate::functions;
use arrow::error::ArrowError;
use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider, TableProvider};
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::object_store::{ObjectStoreRegistry, ObjectStoreUrl};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::execution::{SessionState, memory_pool::MemoryPool};
use datafusion::prelude::{SessionConfig, SessionContext};
use object_store::ObjectStore;
use parquet::errors::ParquetError;
use plain_text::PlainText;
use spill::Scratch;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use url::Url;

/// What one process may use.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Bytes the operators may reserve.
    pub memory: usize,
    pub threads: usize,
    /// Folder under which the session makes, and at its end removes, one of its own for spill files; `None`: no query may spill.
    pub spill: Option<PathBuf>,
    pub spill_bytes: u64,
}

/// Memory for every query that runs beside another.
const BYTES_BESIDE: usize = 256 << 20;

/// How plans are shaped: a table that runs out of memory in one shape is tried in the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// For few rows: one partition, since sharing them out costs more than it gives.
    Small,
    /// Text as it is stored. As views, the text of a join holds on to all it was cut from, that of a chain of joins many times over: eleven of
    /// them over 700,000 rows took 24 GB that no limit counted.
    Normal,
    /// Text as views, for columns of more than 2 GiB, which other text cannot hold.
    Viewed,
    /// One partition and small batches besides: one hash table per join, one sort at a time. Enough where the smaller sides of joins are small.
    Narrow,
    /// Sort-merge joins, which spill whatever their size.
    Merging,
}

impl Shape {
    pub fn next(self) -> Option<Shape> {
        match self {
            Shape::Small => Some(Shape::Normal),
            Shape::Normal | Shape::Viewed => Some(Shape::Narrow),
            Shape::Narrow => Some(Shape::Merging),
            Shape::Merging => None,
        }
    }

    fn partitions(self, threads: usize) -> usize {
        match self {
            Shape::Normal | Shape::Viewed => threads,
            Shape::Small | Shape::Narrow => 1,
            // The fewest for which DataFusion plans sort-merge joins; with one it joins by hash tables whatever it is told.
            Shape::Merging => 2,
        }
    }
}

pub struct Session {
    runtime: Arc<RuntimeEnv>,
    meter: Arc<Meter>,
    catalog: Arc<MemoryCatalogProvider>,
    threads: usize,
    small: SessionContext,
    normal: SessionContext,
    side_by_side: usize,
    /// Dropped last: queries hold files in it.
    _scratch: Option<Scratch>,
}

impl Session {
    pub fn new(settings: &Settings) -> Result<Session> {
        let meter = Arc::new(Meter::new(settings.memory));
        let scratch = settings.spill.as_deref().map(Scratch::under).transpose()?;
        let mode = scratch
            .as_ref()
            .map_or(DiskManagerMode::Disabled, |scratch| DiskManagerMode::Directories(vec![scratch.folder().to_path_buf()]));
        let spill = DiskManagerBuilder::default().with_mode(mode).with_max_temp_directory_size(settings.spill_bytes);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::clone(&meter) as Arc<dyn MemoryPool>)
            .with_disk_manager_builder(spill)
            .with_object_store_registry(Arc::new(OpenedStores::default()))
            .with_object_list_cache_limit(0)
            .build_arc()
            .map_err(|error| Error::retry("the query engine did not start").because(plain(&error)))?;
        let catalog = Arc::new(MemoryCatalogProvider::new());
        let normal = context(&runtime, &catalog, settings.threads, Shape::Normal);
        let small = match settings.threads {
            1 => normal.clone(),
            _ => context(&runtime, &catalog, settings.threads, Shape::Small),
        };
        let side_by_side = settings.threads.min(settings.memory / BYTES_BESIDE).max(1);
        Ok(Session { runtime, meter, catalog, threads: settings.threads, small, normal, side_by_side, _scratch: scratch })
    }

    /// A session for planning and small work in memory: a quarter of the machine, no spilling.
    pub fn for_planning() -> Result<Session> {
        let memory = memory_of_machine() as usize / 4;
        Session::new(&Settings { memory, threads: 1, spill: None, spill_bytes: 0 })
    }

    pub fn context(&self, shape: Shape) -> SessionContext {
        match shape {
            Shape::Small => self.small.clone(),
            Shape::Normal => self.normal.clone(),
            Shape::Viewed | Shape::Narrow | Shape::Merging => context(&self.runtime, &self.catalog, self.threads, shape),
        }
    }

    /// How many small queries may run at once.
    pub fn side_by_side(&self) -> usize {
        self.side_by_side
    }

    pub fn state(&self) -> SessionState {
        self.normal.state()
    }

    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Makes a store known to scans under `<name>://store/`.
    pub fn open_store(&self, name: &str, store: Arc<dyn ObjectStore>) -> ObjectStoreUrl {
        let url = store_url(name);
        self.runtime.register_object_store(url.as_ref(), store);
        url
    }

    /// Registers `folder.table`, replacing what was there.
    pub fn register(&self, folder: &str, table: &str, provider: Arc<dyn TableProvider>) -> Result<()> {
        let schema = match self.catalog.schema(folder) {
            Some(schema) => schema,
            None => {
                let schema: Arc<dyn SchemaProvider> = Arc::new(MemorySchemaProvider::new());
                self.catalog
                    .register_schema(folder, Arc::clone(&schema))
                    .map_err(|error| Error::faulty(format!("folder `{folder}` cannot be registered")).because(plain(&error)))?;
                schema
            }
        };
        schema
            .deregister_table(table)
            .and_then(|_| schema.register_table(table.to_string(), provider))
            .map(drop)
            .map_err(|error| Error::faulty(format!("table `{folder}.{table}` cannot be registered")).because(plain(&error)))
    }
}

/// Whether a store or the disk failed, and not the query: the files it reads are our own.
pub fn storage_failed(error: &DataFusionError) -> bool {
    let is_of_storage = |error: &(dyn std::error::Error + 'static)| {
        error.is::<object_store::Error>()
            || error.is::<ParquetError>()
            || error.is::<std::io::Error>()
            || matches!(error.downcast_ref(), Some(ArrowError::ParquetError(_) | ArrowError::IoError(..)))
    };
    let root = error.find_root();
    matches!(root, DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) | DataFusionError::ParquetError(_))
        || std::iter::successors(root.source(), |error| (*error).source()).any(is_of_storage)
}

/// The address scans use for the store of this name.
pub fn store_url(name: &str) -> ObjectStoreUrl {
    ObjectStoreUrl::parse(format!("{name}://store")).expect("store names are lower-case words")
}

fn context(runtime: &Arc<RuntimeEnv>, catalog: &Arc<MemoryCatalogProvider>, threads: usize, shape: Shape) -> SessionContext {
    let mut config = SessionConfig::new()
        .with_target_partitions(shape.partitions(threads))
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false)
        .with_default_catalog_and_schema(CATALOG, "none");
    let is_plain = !matches!(shape, Shape::Small | Shape::Viewed);
    let options = config.options_mut();
    options.execution.time_zone = Some("UTC".into());
    options.execution.spill_compression = datafusion::common::config::SpillCompression::Lz4Frame;
    options.execution.parquet.schema_force_view_types = !is_plain;
    options.sql_parser.collect_spans = true;
    options.optimizer.prefer_hash_join = shape != Shape::Merging;
    // A join that tells its scan what to look for has each partition wait for all others: seen to wait for ever, at no cost of processor, when
    // memory was short and repartitioning held rows back (apache/datafusion#21641 tells how).
    options.optimizer.enable_join_dynamic_filter_pushdown = false;
    // It carries `f(coalesce(n, 0))['field']` below the outer join that n comes from, where there is nothing to coalesce yet: 0 became NULL.
    options.optimizer.enable_leaf_expression_pushdown = false;
    if matches!(shape, Shape::Narrow | Shape::Merging) {
        // A merge must fit in what is left; small reservations and batches let more sorts live side by side.
        options.execution.sort_spill_reservation_bytes = 1 << 20;
        config = config.with_batch_size(2048);
    }
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(Arc::clone(runtime))
        .with_default_features()
        .with_physical_optimizer_rules(optimizer::rules(shape))
        .with_table_function_list(Vec::new())
        .build();
    let context = SessionContext::new_with_state(state);
    let catalog: Arc<dyn CatalogProvider> = match is_plain {
        true => Arc::new(PlainText(Arc::clone(catalog))),
        false => Arc::clone(catalog) as Arc<dyn CatalogProvider>,
    };
    context.register_catalog(CATALOG, catalog);
    functions::register(&context);
    context
}

const CATALOG: &str = "sluice";

/// Only stores that were opened by name; none by default, so that no SQL reaches the file system.
#[derive(Debug, Default)]
struct OpenedStores(RwLock<BTreeMap<String, Arc<dyn ObjectStore>>>);

impl ObjectStoreRegistry for OpenedStores {
    fn register_store(&self, url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        self.0.write().expect("no panic holds this lock").insert(url.scheme().to_string(), store)
    }

    fn get_store(&self, url: &Url) -> DataFusionResult<Arc<dyn ObjectStore>> {
        let stores = self.0.read().expect("no panic holds this lock");
        stores.get(url.scheme()).cloned().ok_or_else(|| DataFusionError::Plan(format!("no store named {} is open", url.scheme())))
    }
}

/// DataFusion's message without its layers ("Error during planning: ...").
pub fn plain(error: &DataFusionError) -> String {
    let mut text = error.strip_backtrace();
    for layer in [
        "Error during planning: ",
        "Schema error: ",
        "Execution error: ",
        "External error: ",
        "Arrow error: ",
        "This feature is not implemented: ",
    ] {
        while let Some(at) = text.find(layer).filter(|at| *at < 64) {
            text.replace_range(at..at + layer.len(), "");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
    use arrow::datatypes::{DataType, Field, Int64Type, Schema};
    use datafusion::datasource::MemTable;
    use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
    use datafusion::physical_plan::displayable;

    async fn check(shape: Shape, threads: usize, expected: &str) {
        let session = Session::new(&Settings { memory: 64 << 20, threads, spill: None, spill_bytes: 0 }).unwrap();
        let sql = "select * from (values (1), (2)) as a (x) join (values (1), (3)) as b (y) on a.x = b.y";
        let plan = session.context(shape).sql(sql).await.unwrap().create_physical_plan().await.unwrap();
        let plan = displayable(plan.as_ref()).indent(false).to_string();
        assert!(plan.contains(expected), "{plan}");
    }

    #[tokio::test]
    async fn only_the_last_shape_joins_by_merging() {
        for threads in [1, 2, 8] {
            check(Shape::Normal, threads, "HashJoinExec").await;
            check(Shape::Viewed, threads, "HashJoinExec").await;
            check(Shape::Narrow, threads, "HashJoinExec").await;
            check(Shape::Merging, threads, "SortMergeJoinExec").await;
        }
    }

    #[tokio::test]
    async fn text_is_read_as_stored_but_for_few_rows_and_long_columns() {
        let session = Session::new(&Settings { memory: 64 << 20, threads: 2, spill: None, spill_bytes: 0 }).unwrap();
        let stored = Schema::new(vec![Field::new("name", DataType::Utf8, true)]);
        let constant = Field::new("source", DataType::Utf8View, false);
        let rows = StoredRows::new(store_url("work"), &stored, vec![constant], Vec::new());
        session.register("shop", "orders", Arc::new(rows)).unwrap();
        let views = [DataType::Utf8View, DataType::Utf8View];
        let plain = [DataType::Utf8, DataType::Utf8View];
        let shapes = [Shape::Small, Shape::Viewed, Shape::Normal, Shape::Narrow, Shape::Merging];
        for (shape, expected) in shapes.into_iter().zip([&views, &views, &plain, &plain, &plain]) {
            let frame = session.context(shape).sql("select name, source from shop.orders").await.unwrap();
            let types: Vec<&DataType> = frame.schema().fields().iter().map(|field| field.data_type()).collect();
            assert_eq!(types, expected.iter().collect::<Vec<_>>(), "{shape:?}");
        }
    }

    /// A filter on a group's key above grouping sets: DataFusion 55.2 held `a` to be sorted by it and told of each group several times.
    #[tokio::test]
    async fn filters_above_groups_leave_groups_whole() {
        let session = Session::new(&Settings { memory: 64 << 20, threads: 2, spill: None, spill_bytes: 0 }).unwrap();
        let folder = tempfile::TempDir::new().unwrap();
        let keys = |of: fn(i64) -> i64| Arc::new(Int64Array::from_iter_values((0..100_000).map(of))) as ArrayRef;
        let batch = RecordBatch::try_from_iter([("a", keys(|row| row % 3)), ("b", keys(|row| row / 5 % 7))]).unwrap();
        let path = folder.path().join("rows.parquet");
        let mut writer = parquet::arrow::ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let store = session.open_store("work", Arc::new(object_store::local::LocalFileSystem::new()));
        let file = ScanFile {
            path: object_store::path::Path::from_absolute_path(&path).unwrap(),
            bytes: std::fs::metadata(&path).unwrap().len(),
            rows: 100_000,
            constants: Vec::new(),
        };
        let rows = StoredRows::new(store, &batch.schema(), Vec::new(), vec![file]);
        session.register("shop", "visits", Arc::new(rows)).unwrap();
        let sql = "select b, n from (select a, b, count(*) as n from shop.visits group by grouping sets ((a, b), (a))) where a = 1";
        let groups = async |context: SessionContext| {
            let rows = context.sql(sql).await.unwrap().collect().await.unwrap();
            rows.iter().map(RecordBatch::num_rows).sum::<usize>()
        };
        for shape in [Shape::Small, Shape::Normal, Shape::Viewed, Shape::Narrow, Shape::Merging] {
            assert_eq!(groups(session.context(shape)).await, 8, "{shape:?}");
        }
        let with_all_rules = SessionStateBuilder::new_from_existing(session.context(Shape::Small).state())
            .with_physical_optimizer_rules(PhysicalOptimizer::new().rules);
        assert_ne!(
            groups(SessionContext::new_with_state(with_all_rules.build())).await,
            8,
            "DataFusion is mended: all its rules may come back"
        );
        let scan = "select b from shop.visits where a = 1";
        let plan = session.context(Shape::Normal).sql(scan).await.unwrap().create_physical_plan().await.unwrap();
        let plan = displayable(plan.as_ref()).indent(false).to_string();
        assert!(plan.contains("FilterExec") && plan.contains("pruning_predicate=a_null_count"), "{plan}");
    }

    /// DataFusion's own rule reads the field below the join and answers with two NULLs for `b`.
    #[tokio::test]
    async fn what_an_outer_join_does_not_find_is_coalesced_before_a_field_is_read() {
        let session = Session::new(&Settings { memory: 64 << 20, threads: 2, spill: None, spill_bytes: 0 }).unwrap();
        let sql = "with counts as (select k, count(*) as n from (values ('a'), ('a')) as t(k) group by k), \
            told as (select l.k, l.x, coalesce(counts.n, 0) as n from (values ('a', 1), ('b', 2)) as l(k, x) left join counts on l.k = counts.k) \
            select k, n, wilson_interval(n, 5)['lower'] as lower, x from told order by k";
        for shape in [Shape::Small, Shape::Normal, Shape::Viewed, Shape::Narrow, Shape::Merging] {
            let rows = session.context(shape).sql(sql).await.unwrap().collect().await.unwrap();
            let batch = arrow::compute::concat_batches(&rows[0].schema(), &rows).unwrap();
            let counts: Vec<Option<i64>> = batch.column(1).as_primitive::<arrow::datatypes::Int64Type>().iter().collect();
            assert_eq!(counts, [Some(2), Some(0)], "{shape:?}");
            assert_eq!(batch.column(2).null_count(), 0, "{shape:?}");
        }
    }

    /// 40 MB on both sides of a join under 32 MiB: only sort-merge joins spill.
    #[tokio::test]
    async fn joins_of_any_size_end_in_the_last_shape() {
        let folder = tempfile::TempDir::new().unwrap();
        let settings = Settings { memory: 32 << 20, threads: 2, spill: Some(folder.path().to_path_buf()), spill_bytes: 1 << 30 };
        let session = Session::new(&settings).unwrap();
        let keys = |from: i64| StringArray::from_iter_values((from..from + 8192).map(|key| format!("{:0100}", key * 7919 % 409_600)));
        let batch = |from| RecordBatch::try_from_iter([("key", Arc::new(keys(from)) as ArrayRef)]).unwrap();
        let batches: Vec<RecordBatch> = (0..50).map(|at| batch(at * 8192)).collect();
        for name in ["a", "b"] {
            let rows = MemTable::try_new(batches[0].schema(), vec![batches.clone()]).unwrap();
            session.register("big", name, Arc::new(rows)).unwrap();
        }
        let sql = "select count(*), count(distinct length(a.key)) from big.a join big.b on a.key = b.key";
        for shape in [Shape::Normal, Shape::Viewed, Shape::Narrow] {
            let error = session.context(shape).sql(sql).await.unwrap().collect().await.unwrap_err();
            assert!(matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)), "{error}");
        }
        let rows = session.context(Shape::Merging).sql(sql).await.unwrap().collect().await.unwrap();
        assert_eq!(rows[0].column(0).as_primitive::<Int64Type>().value(0), 409_600);
    }
}
