//! One query, tried: in smaller shapes when memory ran out, and on a task of its own, so that queries side by side use several cores.

use crate::error::{Error, Result};
use crate::session::{Shape, plain};
use crate::store::redact::redact;
use arrow::error::ArrowError;
use datafusion::common::DataFusionError;
use datafusion::prelude::SQLOptions;
use tokio::sync::RwLock;
use tokio::task::JoinSet;

/// Reading only: what any SQL of a project may do.
pub fn select_only() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

pub enum Failure {
    Query(DataFusionError),
    Told(Error),
}

impl From<DataFusionError> for Failure {
    fn from(error: DataFusionError) -> Failure {
        Failure::Query(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Told(error)
    }
}

impl Failure {
    /// The sentence for it: `subject` could not be made; `faulty` tells what the query itself did wrong.
    pub fn told(self, subject: &str, faulty: impl FnOnce(&DataFusionError) -> Error) -> Error {
        match self {
            Failure::Told(error) => error,
            Failure::Query(error) if crate::session::storage_failed(&error) => {
                Error::retry(format!("{subject}: a store or the disk failed"))
                    .because(redact(&plain(&error)))
                    .hint("run again; nothing of this run is published")
            }
            Failure::Query(error) => faulty(&error),
        }
    }
}

/// Queries that run side by side in the shape they begin with; one that ran out of memory has the session to itself.
#[derive(Default)]
pub struct Turns(RwLock<()>);

impl Turns {
    /// Tries in `shape`, and as long as memory runs out once more in each smaller one. `table` is named when nothing helps.
    pub async fn attempt<T, F>(&self, table: &str, mut shape: Shape, attempt: impl Fn(Shape) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let beside = self.0.read().await;
        let mut outcome = attempt(shape).await;
        drop(beside);
        while let Err(Failure::Query(error)) = &outcome {
            if shape == Shape::Normal && too_long(error) {
                shape = Shape::Viewed;
                tracing::info!(table, "more than 2 GiB of text in one column; once more, with text as views");
            } else if out_of_memory(error) {
                shape = shape.next().ok_or_else(|| memory_error(table, error))?;
                tracing::warn!(table, operator = operator(error), shape = ?shape, "out of memory; once more, alone, in a smaller shape");
            } else {
                break;
            }
            let _alone = self.0.write().await;
            outcome = attempt(shape).await;
        }
        outcome
    }
}

/// Runs on another thread if one is free; ends with the future that waits for it.
pub async fn aside<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let mut tasks = JoinSet::new();
    tasks.spawn(work);
    match tasks.join_next().await.expect("one task was given") {
        Ok(done) => done,
        Err(failure) => match failure.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The program is shutting down, and this future with it.
            Err(_) => std::future::pending().await,
        },
    }
}

fn out_of_memory(error: &DataFusionError) -> bool {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => true,
        // A join by inequality that has no room for the first batch of its smaller side.
        DataFusionError::Internal(text) => text.contains("produced no data to spill"),
        _ => false,
    }
}

fn too_long(error: &DataFusionError) -> bool {
    match error.find_root() {
        DataFusionError::ArrowError(cause, _) => matches!(**cause, ArrowError::OffsetOverflowError(_)),
        DataFusionError::Execution(text) => text.contains("offset overflow"),
        _ => false,
    }
}

/// The sentence for a table that does not fit: table, operator, setting.
fn memory_error(table: &str, error: &DataFusionError) -> Error {
    let operator = operator(error);
    Error::retry(format!("{table} does not fit into memory: {operator} ran out, also alone with sort-merge joins"))
        .hint("raise `limits: {memory: ...}` in the pipeline, or split the table")
}

/// Who asked for the memory that was not there.
fn operator(error: &DataFusionError) -> String {
    let text = plain(error);
    text.split(" for ").nth(1).and_then(|rest| rest.split(['[', ' ', '(']).next()).unwrap_or("an operator").to_string()
}
