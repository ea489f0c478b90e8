//! The same tables with their text as it is stored, not as views. A view takes 16 bytes beside its text, and a batch of them that was put
//! together from many others is counted with all the buffers of those: where memory is short, plain text is smaller and counted as it is.

use super::scan::StoredRows;
use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider, SchemaProvider, TableProvider};
use datafusion::common::Result;
use std::sync::Arc;

#[derive(Debug)]
pub struct PlainText(pub Arc<MemoryCatalogProvider>);

impl CatalogProvider for PlainText {
    fn schema_names(&self) -> Vec<String> {
        self.0.schema_names()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        self.0.schema(name).map(|folder| Arc::new(Folder(folder)) as Arc<dyn SchemaProvider>)
    }
}

#[derive(Debug)]
struct Folder(Arc<dyn SchemaProvider>);

#[async_trait]
impl SchemaProvider for Folder {
    fn table_names(&self) -> Vec<String> {
        self.0.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let table = self.0.table(name).await?;
        Ok(table.map(|table| match table.downcast_ref::<StoredRows>() {
            Some(rows) => Arc::new(rows.with_plain_text()) as Arc<dyn TableProvider>,
            None => table,
        }))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.0.table_exist(name)
    }
}
