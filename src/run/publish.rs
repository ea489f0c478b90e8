//! The end of a run: one commit names everything it made, or nothing is published.

use super::{Answer, BUILD, Outcome, Run};
use crate::error::{Error, Faults, Place, Result};
use crate::plan::PlannedTable;
use crate::project::contract::Column;
use crate::store::commit::{Commit, Mart, MartColumn, Outcome as Publication, WHOLE, sort_key};
use crate::store::latest::Latest;
use crate::store::publish;
use crate::store::work::StoredFile;
use chrono::{SecondsFormat, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Run<'_> {
    /// Publishes every mart in one commit, unless nothing changed since the last one.
    pub(super) async fn publish(self, answers: Vec<Answer>) -> Result<Outcome> {
        let commit = self.commit(&answers)?;
        let checks = answers.len();
        let warnings: Vec<Answer> = answers.into_iter().filter(|answer| !answer.holds()).collect();
        let outcome = |commit, published| Outcome {
            commit,
            published,
            tables: self.tables.clone(),
            warnings,
            checks,
            seconds: self.started.elapsed().as_secs_f64(),
        };
        if let Some(last) = self.last.clone().filter(|last| says_the_same(last, &commit)) {
            return Ok(outcome(Arc::unwrap_or_clone(last), false));
        }
        self.observer.publishing(commit.marts.len());
        for name in &self.plan.published {
            let stored = self.built[name].stored.as_ref().expect("published tables are stored");
            for file in stored.data() {
                publish::publish(&self.work, stored, file, &self.marts, name, partition(file)).await?;
            }
        }
        match self.commits.publish(commit).await? {
            Publication::Published(commit) => {
                Latest::new(&self.marts).refresh().await?;
                Ok(outcome(*commit, true))
            }
            Publication::Lost(other) => {
                Err(Error::retry(format!("another run published commit {} meanwhile; nothing of this run is published", other.number))
                    .hint("run again: it starts from what the other run built"))
            }
        }
    }

    /// Readers hold on to columns: they are only added, unless the contract says that it breaks them.
    pub(super) fn refuse_breaking(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let published = self.plan.published.iter().filter_map(|name| Some((self.plan.table(name)?, self.last.as_ref()?.marts.get(name)?)));
        for (table, before) in published.filter(|(table, _)| !table.contract.breaking) {
            for column in &before.columns {
                let now = table.contract.columns.iter().find(|now| now.name == column.name);
                let change = match now {
                    None => "is gone".to_string(),
                    Some(now) if now.ty.to_string() != column.ty => format!("turns from {} into {}", column.ty, now.ty),
                    Some(now) if now.nullable && !column.nullable => "may be null now".to_string(),
                    Some(_) => continue,
                };
                let place = now.map_or_else(|| Place::file(&table.contract.file), |now| now.place.clone());
                let sentence = format!("column `{}` of {}, which is published, {change}", column.name, table.name);
                faults.push(
                    Error::faulty(sentence).at(place).hint("readers rely on it; say `breaking: true` in the contract if that is meant"),
                );
            }
        }
        faults.or(())
    }

    fn commit(&self, answers: &[Answer]) -> Result<Commit> {
        let pipeline = &self.plan.pipeline;
        let mut commit = Commit::after(self.last.as_deref(), &pipeline.name);
        commit.as_of = pipeline.params.get("as_of").map(|param| param.value.clone()).unwrap_or_default();
        commit.params = self.values();
        commit.build = BUILD.to_string();
        commit.started_at = self.now.to_rfc3339_opts(SecondsFormat::Micros, true);
        commit.finished_at = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
        for name in &self.plan.published {
            commit.marts.insert(name.clone(), self.mart(self.plan.table(name).expect("published tables are planned"))?);
        }
        commit.inputs = self.inputs.clone();
        commit.accounts = self.accounts();
        commit.checks = serde_json::to_value(answers).expect("plain data");
        commit.report = serde_json::json!({ "tables": self.tables, "seconds": self.started.elapsed().as_secs_f64() });
        Ok(commit)
    }

    /// The parameters that the pipeline writes, or its tables use. One of the project that is for other pipelines says nothing about this run.
    fn values(&self) -> BTreeMap<String, String> {
        let pipeline = &self.plan.pipeline;
        let is_used = |name: &str| self.plan.tables.iter().any(|table| table.params.contains_key(name));
        let told = pipeline.params.values().filter(|param| param.place.file == pipeline.file || is_used(&param.name));
        told.map(|param| (param.name.clone(), param.value.clone())).collect()
    }

    fn mart(&self, table: &PlannedTable) -> Result<Mart> {
        let name = table.name.to_string();
        let stored = self.built[&name].stored.as_ref().expect("published tables are stored");
        let parts = stored.data().map(|file| Ok((partition(file).to_string(), vec![publish::address(file, &name, partition(file))?])));
        let column = |column: &Column| MartColumn {
            name: column.name.clone(),
            ty: column.ty.to_string(),
            nullable: column.nullable,
            meaning: column.meaning.clone(),
        };
        Ok(Mart {
            columns: table.contract.columns.iter().map(column).collect(),
            sort_by: table.contract.sort_by.iter().map(sort_key).collect(),
            rows: stored.rows,
            content: stored.content.clone(),
            partitions: parts.collect::<Result<BTreeMap<_, _>>>()?,
        })
    }
}

fn partition(file: &StoredFile) -> &str {
    file.partition.as_deref().unwrap_or(WHOLE)
}

/// Whether a commit would tell readers and auditors nothing new. Times, costs and the build may differ.
fn says_the_same(last: &Commit, next: &Commit) -> bool {
    last.pipeline == next.pipeline
        && last.params == next.params
        && last.marts == next.marts
        && last.inputs == next.inputs
        && last.accounts == next.accounts
        && last.checks == next.checks
}
