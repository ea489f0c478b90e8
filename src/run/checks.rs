//! Asks the questions of every table and keeps the answers: a question over rows that did not change is not asked again.

use super::attempt::{aside, select_only};
use super::build::{ROWS_BESIDE, shape};
use super::fingerprint::digest;
use super::keys::named;
use super::{Built, Run};
use crate::check::{Question, questions, row_counts};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::project::contract::Severity;
use crate::session::plain;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use bytes::Bytes;
use datafusion::common::DataFusionError;
use futures::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many keys a failing check shows.
const SAMPLE: usize = 5;

/// The answer to one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub table: String,
    pub check: String,
    pub warns_only: bool,
    /// Rows, or groups of rows, that offend.
    pub offenders: u64,
    /// Keys of some of them; no personal columns.
    pub sample: Vec<String>,
    /// The query for all of them.
    pub query: String,
    pub because: Option<String>,
}

impl Answer {
    pub fn holds(&self) -> bool {
        self.offenders == 0
    }

    /// The answer as a person reads it.
    pub fn error(&self) -> Error {
        let rows = if self.offenders == 1 { "1 row does".to_string() } else { format!("{} rows do", self.offenders) };
        let mut error = Error::check(format!("check failed: {} of {}: {rows} not hold", self.check, self.table));
        if let Some(because) = &self.because {
            error = error.because(because);
        }
        if !self.sample.is_empty() {
            error = error.hint(format!("for instance {}", self.sample.join("; ")));
        }
        error.hint(format!("all of them: {}", self.query))
    }
}

/// What a person has to mend. A table made from one whose checks fail is wrong because of it: that is counted there and not told again.
pub(super) fn failures(plan: &Plan, answers: &[Answer]) -> Vec<Error> {
    let failed: Vec<&Answer> = answers.iter().filter(|answer| !answer.holds() && !answer.warns_only).collect();
    let tables: BTreeSet<&str> = failed.iter().map(|answer| answer.table.as_str()).collect();
    let causes = |table: &str| -> BTreeSet<&str> {
        let before = plan.ancestors(&[table.to_string()]);
        tables.iter().copied().filter(|other| *other != table && before.contains(*other)).collect()
    };
    let causes: BTreeMap<&str, BTreeSet<&str>> = tables.iter().map(|table| (*table, causes(table))).collect();
    let told = failed.iter().filter(|answer| causes[answer.table.as_str()].is_empty());
    told.map(|answer| {
        let after = failed.iter().filter(|other| causes[other.table.as_str()].contains(answer.table.as_str())).count();
        match after {
            0 => answer.error(),
            1 => answer.error().hint("1 check of a table made from it does not hold either"),
            _ => answer.error().hint(format!("{after} checks of tables made from it do not hold either")),
        }
    })
    .collect()
}

impl Run<'_> {
    /// Answers to every check of the tables built, in table order. Small tables are checked side by side.
    pub async fn check(&self) -> Result<Vec<Answer>> {
        let checked = self.plan.tables.iter().filter(|table| table.name.member.is_none());
        let asked: Vec<Vec<Question>> = checked.map(|table| questions(&table.name.to_string(), &table.contract)).collect();
        let is_small = |asked: &(usize, &Vec<Question>)| asked.1.iter().all(|question| self.rows_asked(question) <= ROWS_BESIDE);
        let (small, large): (Vec<_>, Vec<_>) = asked.iter().enumerate().partition(is_small);
        let answers = small.into_iter().map(|(place, questions)| self.check_table(place, questions));
        let side_by_side = stream::iter(answers).buffered(self.session.side_by_side());
        let mut answers: Vec<(usize, Vec<Answer>)> = side_by_side.try_collect().await?;
        for (place, questions) in large {
            answers.push(self.check_table(place, questions).await?);
        }
        answers.sort_by_key(|(place, _)| *place);
        Ok(answers.into_iter().flat_map(|(_, answers)| answers).collect())
    }

    fn rows_asked(&self, question: &Question) -> u64 {
        let tables = question.others.iter().chain([&question.table]);
        tables.filter_map(|table| self.built.get(table)).map(|built| built.rows).sum()
    }

    /// The questions of one table; `place` comes back with the answers.
    async fn check_table(&self, place: usize, questions: &[Question]) -> Result<(usize, Vec<Answer>)> {
        let Some(first) = questions.first() else { return Ok((place, Vec::new())) };
        let table = &first.table;
        let key = format!("_checks/{table}/{}.json", self.state_of(table, questions));
        if let Some(bytes) = self.work.store().read_opt(&key).await?
            && let Ok(answers) = serde_json::from_slice(&bytes)
        {
            return Ok((place, answers));
        }
        let mut counts = self.row_counts(table, questions).await?.into_iter();
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            let offenders = match &question.row_condition {
                Some(_) => counts.next().expect("one count for each row-by-row check"),
                None => count(&self.rows(&format!("select count(*) from ({})", question.offenders), question).await?),
            };
            let sample = if offenders == 0 { Vec::new() } else { self.sample(question).await? };
            answers.push(Answer {
                table: table.clone(),
                check: question.label.clone(),
                warns_only: question.severity == Severity::Warn,
                offenders,
                sample,
                query: format!("sluice query {} \"{}\"", self.plan.pipeline.file, question.offenders.replace('"', "\\\"")),
                because: question.because.clone(),
            });
        }
        let bytes = serde_json::to_vec(&answers).expect("plain data");
        self.work.store().create(&key, Bytes::from(bytes)).await?;
        Ok((place, answers))
    }

    /// The questions and all rows they look at, as one digest.
    fn state_of(&self, table: &str, questions: &[Question]) -> String {
        let content = |name: &str| self.built.get(name).map_or("", |built: &Built| built.content.as_str());
        let mut text = content(table).to_string();
        for question in questions {
            text += &format!("\n{}\u{1f}{:?}\u{1f}{:?}\u{1f}{:?}", question.offenders, question.severity, question.because, question.shown);
            question.others.iter().for_each(|other| text += content(other));
        }
        digest(&text)
    }

    async fn row_counts(&self, table: &str, questions: &[Question]) -> Result<Vec<u64>> {
        let Some(query) = row_counts(table, questions) else { return Ok(Vec::new()) };
        let first = &questions[0];
        let batches = self.rows(&query, first).await?;
        let row = batches.iter().find(|batch| batch.num_rows() == 1).expect("counting returns one row");
        Ok(row.columns().iter().map(|column| column.as_primitive::<Int64Type>().value(0) as u64).collect())
    }

    async fn sample(&self, question: &Question) -> Result<Vec<String>> {
        if question.shown.is_empty() {
            return Ok(Vec::new());
        }
        let keys = question.shown.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let query = format!("select {keys} from ({}) order by {keys} limit {SAMPLE}", question.offenders);
        let mut sample = Vec::new();
        for batch in self.rows(&query, question).await? {
            for row in 0..batch.num_rows() {
                sample.push(named(&batch, &question.shown, row).expect("keys are plain types"));
            }
        }
        Ok(sample)
    }

    async fn rows(&self, query: &str, question: &Question) -> Result<Vec<RecordBatch>> {
        let outcome = self.turns.attempt(&question.table, shape(self.rows_asked(question)), async |shape| {
            let (context, query) = (self.session.context(shape), query.to_string());
            let rows = async move { context.sql_with_options(&query, select_only()).await?.collect().await };
            Ok(aside(rows).await?)
        });
        let sentence = format!("the check {} of {} cannot be asked", question.label, question.table);
        let faulty = |error: &DataFusionError| Error::faulty(&sentence).because(plain(error)).at(question.place.clone());
        outcome.await.map_err(|failure| failure.told(&sentence, faulty))
    }
}

fn count(batches: &[RecordBatch]) -> u64 {
    let counts = batches.iter().filter(|batch| batch.num_rows() > 0);
    counts
        .map(|batch| batch.column(0).as_primitive::<Int64Type>())
        .filter(|column| column.is_valid(0))
        .map(|column| column.value(0) as u64)
        .sum()
}
