//! Scans of stored tables: an explicit list of Parquet files, each with constants of its own (a file name, a union's member). No listing.

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, Result, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use std::sync::Arc;

/// One Parquet file of a table.
#[derive(Clone, Debug)]
pub struct ScanFile {
    /// The whole path in its object store.
    pub path: object_store::path::Path,
    pub bytes: u64,
    pub rows: u64,
    /// Values of the table's constant columns, in their order.
    pub constants: Vec<ScalarValue>,
}

/// A constant column, after the columns in the files.
pub type Constant = Field;

/// A table made of Parquet files of one schema.
#[derive(Debug)]
pub struct StoredRows {
    store: ObjectStoreUrl,
    files: Vec<ScanFile>,
    schema: TableSchema,
}

impl StoredRows {
    /// `stored` is the schema in the files; text is read as views.
    pub fn new(store: ObjectStoreUrl, stored: &Schema, constants: Vec<Constant>, files: Vec<ScanFile>) -> StoredRows {
        let constants: Vec<FieldRef> = constants.into_iter().map(Arc::new).collect();
        let schema = TableSchema::builder(with_views(stored)).with_table_partition_cols(constants).build();
        StoredRows { store, files, schema }
    }

    /// The same rows, their text read as it is stored.
    pub fn with_plain_text(&self) -> StoredRows {
        let stored = with_text_as(self.schema.file_schema(), &DataType::Utf8View, &DataType::Utf8);
        let schema = TableSchema::builder(stored).with_table_partition_cols(self.schema.table_partition_cols().clone()).build();
        StoredRows { store: self.store.clone(), files: self.files.clone(), schema }
    }

    fn statistics_of_all(&self) -> Statistics {
        let mut statistics = Statistics::new_unknown(self.schema.table_schema());
        statistics.num_rows = Precision::Exact(self.files.iter().map(|file| file.rows as usize).sum());
        statistics.total_byte_size = Precision::Inexact(self.files.iter().map(|file| file.bytes as usize).sum());
        statistics
    }
}

/// Text as string views, the type DataFusion computes with.
pub fn with_views(schema: &Schema) -> SchemaRef {
    with_text_as(schema, &DataType::Utf8, &DataType::Utf8View)
}

fn with_text_as(schema: &Schema, from: &DataType, to: &DataType) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| match field.data_type() == from {
            true => field.as_ref().clone().with_data_type(to.clone()),
            false => field.as_ref().clone(),
        })
        .collect();
    Arc::new(Schema::new(fields))
}

#[async_trait]
impl TableProvider for StoredRows {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(self.statistics_of_all())
    }

    /// Filters let row groups and pages be passed over; what is left is filtered above the scan.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if self.files.is_empty() {
            let schema = self.schema.table_schema();
            let projected = projection.map_or(Ok(Arc::clone(schema)), |indices| schema.project(indices).map(Arc::new))?;
            return Ok(Arc::new(EmptyExec::new(projected)));
        }
        let files = self.files.iter().map(|file| {
            let mut scanned = PartitionedFile::new(file.path.as_ref(), file.bytes);
            // The path is whole and already in the store's own spelling: parsing it again would encode it twice.
            scanned.object_meta.location = file.path.clone();
            scanned.partition_values = file.constants.clone();
            scanned
        });
        let mut source = ParquetSource::new(self.schema.clone());
        if let Some(filter) = conjunction(filters.iter().cloned()) {
            let schema = DFSchema::try_from(Arc::clone(self.schema.table_schema()))?;
            source = source.with_predicate(state.create_physical_expr(filter, &schema)?);
        }
        let source = Arc::new(source);
        let config = FileScanConfigBuilder::new(self.store.clone(), source)
            .with_file_group(FileGroup::new(files.collect()))
            .with_statistics(self.statistics_of_all())
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
