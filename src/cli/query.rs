//! `sluice query`: rows of a table, or of any SELECT over the project's tables, also of a table edited and not yet run.

use super::run::settings;
use super::{Chosen, Failure, Silent, Streams, load};
use crate::check::quoted_table;
use crate::error::{Error, Result};
use crate::plan::{self, Plan, Step, sql::Select};
use crate::project::Project;
use crate::project::pipeline::Pipeline;
use crate::run::{Run, published, shown};
use crate::session::{Session, Shape, plain};
use crate::store::commit::Commits;
use crate::store::{Access, Store};
use arrow::array::RecordBatch;
use chrono::Utc;
use clap::{Args, ValueEnum};
use datafusion::logical_expr::SortExpr;
use datafusion::prelude::{DataFrame, ident};

/// Show rows of a table, or of a SELECT; tables it needs are built first, the table itself need not have been run
///
/// Rows of a named table that break one of its checks are told on stderr, as far as a row can break it by itself.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  sluice query nightly marts.rates\n  sluice query nightly attr.models.one    one member of the union attr.models\n  sluice query nightly \"select reason, count(*) from marts.rejects group by reason\" --format csv\n  sluice query nightly marts.rates --commit 3 --limit 0 --format csv    as it was published"
)]
pub struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    /// A table's name (of a member of a union: `folder.union.member`), or one SELECT.
    query: String,
    /// Rows of a named table to show; 0 shows all of them.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Read published tables as this commit has them; nothing is built.
    #[arg(long, value_name = "NUMBER")]
    commit: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Format {
    Table,
    Csv,
    /// One object per line.
    Json,
    Parquet,
}

pub async fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let (project, pipeline) = load(&arguments.chosen)?;
    let session = Session::new(&settings(&pipeline))?;
    if let Some(number) = arguments.commit {
        let frame = as_published(arguments, number, &pipeline, &session).await?;
        return show(frame, arguments.format, streams).await.map(drop);
    }
    let named = project.full_name(arguments.query.trim());
    let select = match &named {
        Some(_) => None,
        None => Some(asked(&arguments.query, &project)?),
    };
    let reads: Vec<String> = select.iter().flat_map(|select| select.reads.keys().cloned()).chain(named.clone()).collect();
    let plan = plan::Planner::new(&project, &session).plan(pipeline, &reads).await?;
    let mut run = Run::open(&plan, &session, &Silent, Utc::now()).await?;
    let frame = match (&named, &select) {
        (Some(name), _) => rows_of_table(&mut run, &plan, &session, name, arguments.limit).await?,
        (None, Some(select)) => {
            run.build_all(Some(&plan.ancestors(&reads))).await?;
            register_ledger(&mut run, select.reads.keys()).await?;
            frame_of(&session, &plan.pipeline, select).await?
        }
        (None, None) => unreachable!("a query is a table or a SELECT"),
    };
    let batches = show(frame, arguments.format, streams).await?;
    match named.and_then(|name| project.table(&name)) {
        Some(table) => super::plan::tell(&shown::offences(&project, table, &batches).await?, streams),
        None => Ok(()),
    }
}

async fn show(frame: DataFrame, format: Format, streams: &mut Streams<'_>) -> Result<Vec<RecordBatch>, Failure> {
    let schema = std::sync::Arc::new(frame.schema().as_arrow().clone());
    let batches = frame.collect().await.map_err(|error| Error::faulty("the query failed").because(plain(&error)))?;
    print(&schema, &batches, format, streams)?;
    Ok(batches)
}

/// Rows as a commit has them: of one of its tables, or of a SELECT over them. A bare word is a table.
async fn as_published(arguments: &Arguments, number: u64, pipeline: &Pipeline, session: &Session) -> Result<DataFrame> {
    let marts = Store::open(&pipeline.stores["marts"].url, Access::Read)?;
    let commit = Commits::new(&marts).find(number).await?;
    let query = arguments.query.trim();
    if query.contains(char::is_whitespace) {
        let select = Select::parse("query", query)?;
        published::register(&commit, &marts, session, select.reads.keys())?;
        return frame_of(session, pipeline, &select).await;
    }
    let (name, mart) = published::table(&commit, query)?;
    published::register(&commit, &marts, session, [name])?;
    let frame = frame_of(session, pipeline, &all_of(name)?).await?;
    first_rows(frame, mart.sort_by.iter().map(|key| by_key(key)).collect(), arguments.limit)
}

fn all_of(table: &str) -> Result<Select> {
    Select::parse("query", &format!("select * from {}", quoted_table(table)))
}

/// A key as a commit writes it.
fn by_key(key: &str) -> SortExpr {
    match key.strip_suffix(" desc") {
        Some(column) => by_column(column, true),
        None => by_column(key, false),
    }
}

fn by_column(column: &str, descending: bool) -> SortExpr {
    ident(column).sort(!descending, descending)
}

/// The first rows in an order, the same ones every time; 0 are all of them.
fn first_rows(frame: DataFrame, order: Vec<SortExpr>, limit: usize) -> Result<DataFrame> {
    let sorted = frame.sort(order);
    let limited = sorted.and_then(|frame| if limit == 0 { Ok(frame) } else { frame.limit(0, Some(limit)) });
    limited.map_err(|error| Error::faulty("the query failed").because(plain(&error)))
}

/// A SELECT typed by a person. A bare word was meant as a table.
fn asked(text: &str, project: &Project) -> Result<Select> {
    if !text.trim().contains(char::is_whitespace) {
        let names = project.names_in_words();
        let error = Error::faulty(format!("there is no table `{}`", text.trim()));
        return Err(error.did_you_mean(text.trim(), names.iter().map(String::as_str)));
    }
    Select::parse("query", text)
}

/// A named table's own SQL runs over its inputs with the limit inside, so that the first rows of an edited table need no whole build.
async fn rows_of_table(run: &mut Run<'_>, plan: &Plan, session: &Session, name: &str, limit: usize) -> Result<DataFrame> {
    let table = plan.table(name).ok_or_else(|| Error::faulty(format!("`{name}` has no sources in {}", plan.pipeline.file)))?;
    let mut wanted = plan.ancestors(&[name.to_string()]);
    let select = match &table.step {
        Step::Query(select) => {
            wanted.remove(name);
            (**select).clone()
        }
        _ => all_of(name)?,
    };
    run.build_all(Some(&wanted)).await?;
    register_ledger(run, table.reads.iter()).await?;
    let frame = frame_of(session, &plan.pipeline, &select).await?;
    // A table that is stored in no order has that of its key.
    let contract = &table.contract;
    let order: Vec<SortExpr> = match contract.sort_by.as_slice() {
        [] => contract.unique.iter().map(|column| by_column(column, false)).collect(),
        keys => keys.iter().map(|key| by_column(&key.column, key.descending)).collect(),
    };
    first_rows(frame, order, limit)
}

pub(super) async fn register_ledger(run: &mut Run<'_>, reads: impl Iterator<Item = &String>) -> Result<()> {
    for read in reads.filter_map(|read| read.strip_prefix("ledger.")) {
        run.register_ledger(read).await?;
    }
    Ok(())
}

async fn frame_of(session: &Session, pipeline: &Pipeline, select: &Select) -> Result<DataFrame> {
    let logical = plan::logical_plan(select, pipeline, session).await?;
    Ok(DataFrame::new(session.context(Shape::Normal).state(), logical))
}

pub(super) fn print(
    schema: &arrow::datatypes::SchemaRef,
    batches: &[RecordBatch],
    format: Format,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let unprintable = |error: &dyn std::fmt::Display| Error::faulty("these rows cannot be written in this format").because(error);
    match format {
        Format::Table if batches.iter().all(|batch| batch.num_rows() == 0) => {
            let names = schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(", ");
            writeln!(streams.out, "no rows ({names})")?;
        }
        Format::Table => {
            let table = arrow::util::pretty::pretty_format_batches(batches).map_err(|error| unprintable(&error))?;
            writeln!(streams.out, "{table}")?;
        }
        Format::Csv => {
            let mut writer = arrow::csv::WriterBuilder::new().with_header(true).build(&mut streams.out);
            if batches.is_empty() {
                writer.write(&RecordBatch::new_empty(schema.clone())).map_err(|error| unprintable(&error))?;
            }
            for batch in batches {
                writer.write(batch).map_err(|error| unprintable(&error))?;
            }
        }
        Format::Json => {
            let mut writer = arrow::json::LineDelimitedWriter::new(&mut streams.out);
            for batch in batches {
                writer.write(batch).map_err(|error| unprintable(&error))?;
            }
            writer.finish().map_err(|error| unprintable(&error))?;
        }
        Format::Parquet => {
            let mut writer =
                parquet::arrow::ArrowWriter::try_new(&mut streams.out, schema.clone(), None).map_err(|error| unprintable(&error))?;
            for batch in batches {
                writer.write(batch).map_err(|error| unprintable(&error))?;
            }
            writer.close().map_err(|error| unprintable(&error))?;
        }
    }
    Ok(streams.out.flush()?)
}
