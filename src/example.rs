//! A contract's examples: given rows -> the table's SQL -> the expected rows, compared as a multiset of the columns the example names.

use crate::error::{Error, Faults, Place};
use crate::plan::rows::{self, Missing};
use crate::plan::{DROP_REASON, PlannedTable, RAW, Step, column_schema, raw_schema};
use crate::project::Project;
use crate::project::contract::{Column, CsvBlock, Example, Others};
use crate::project::pipeline::Pipeline;
use crate::project::source::{FILE, KNOWN_AT, LINE};
use crate::project::types::Type;
use crate::session::{Session, Shape, plain, with_views};
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, new_null_array};
use arrow::compute::{cast, concat_batches, filter_record_batch, is_null};
use arrow::datatypes::{DataType, Field, Float64Type, Schema};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::datasource::MemTable;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How an example went.
#[derive(Debug)]
pub struct Verdict {
    pub table: String,
    pub name: String,
    /// Rows only expected and rows only returned, as CSV lines; both empty when it holds.
    pub missing: Vec<String>,
    pub unexpected: Vec<String>,
    pub header: String,
    pub place: Place,
}

impl Verdict {
    pub fn holds(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty()
    }
}

/// Runs one example of a planned table.
pub async fn check(project: &Project, pipeline: &Pipeline, table: &PlannedTable, example: &Example) -> Result<Verdict, Faults> {
    let Step::Query(select) = &table.step else {
        return Err(Error::faulty(format!("`{}` has no SQL that an example could show", table.name)).at(example.place.clone()).into());
    };
    let session = Session::for_planning()?;
    for read in &table.reads {
        let columns = columns_of(project, pipeline, read);
        let given = given_rows(&columns, example.given.get(read), read).await?;
        let (folder, name) = read.split_once('.').expect("the planner refuses names without a folder");
        let rows = MemTable::try_new(given.schema(), vec![vec![given]]).map_err(|error| broken(example, &plain(&error)))?;
        session.register(folder, name, Arc::new(rows))?;
    }
    if let Some(stranger) = example.given.keys().find(|name| !table.reads.contains(*name)) {
        let error = Error::faulty(format!("`{}` does not read `{stranger}`", table.name)).at(example.given[stranger].place.clone());
        return Err(error.did_you_mean(stranger, table.reads.iter().map(String::as_str)).into());
    }
    let mut params = pipeline.params.clone();
    for (name, value) in &example.params {
        match params.get_mut(name).filter(|_| select.params.contains_key(name)) {
            Some(param) => param.value = value.clone(),
            None => return Err(Error::faulty(format!("`{}` takes no parameter `${name}`", table.name)).at(example.place.clone()).into()),
        }
    }
    let state = session.state();
    let plan = state.statement_to_plan(select.bound(&params)).await.map_err(|error| broken(example, &plain(&error)))?;
    let frame = session.context(Shape::Normal).execute_logical_plan(plan).await.map_err(|error| broken(example, &plain(&error)))?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let batches = frame.collect().await.map_err(|error| broken(example, &plain(&error)))?;
    // What comes out may hold text in another form than the plan said.
    let schema = batches.first().map_or(schema, RecordBatch::schema);
    let returned = concat_batches(&schema, &batches).map_err(|error| broken(example, &error.to_string()))?;
    compare(table, example, returned).await
}

fn broken(example: &Example, why: &str) -> Error {
    Error::faulty(format!("the example `{}` does not run: {why}", example.name)).at(example.place.clone())
}

/// The columns a table may be given, all nullable.
fn columns_of(project: &Project, pipeline: &Pipeline, table: &str) -> Vec<Column> {
    let schema = match (table.strip_prefix("raw."), project.tables.get(table)) {
        (Some(source), _) => raw_schema(&pipeline.sources[source]),
        (None, Some(table)) => column_schema(&table.contract),
        (None, None) => crate::plan::ledger::schemas()
            .into_iter()
            .find(|(name, _)| format!("ledger.{name}") == table)
            .map(|(_, schema)| schema)
            .expect("the planner knows every table read"),
    };
    let column = |field: &Arc<Field>| Column {
        name: field.name().clone(),
        place: Place::file(table),
        ty: type_of(field.data_type()),
        nullable: true,
        meaning: String::new(),
        personal: false,
    };
    schema.fields().iter().map(column).collect()
}

fn type_of(arrow: &DataType) -> Type {
    match arrow {
        DataType::Boolean => Type::Boolean,
        DataType::Int64 => Type::Bigint,
        DataType::Float64 => Type::Double,
        DataType::Date32 => Type::Date,
        DataType::Timestamp(..) => Type::Timestamp,
        DataType::Decimal128(precision, scale) => Type::Decimal { precision: *precision, scale: *scale },
        _ => Type::Text,
    }
}

async fn given_rows(columns: &[Column], block: Option<&CsvBlock>, table: &str) -> Result<RecordBatch, Faults> {
    let schema = Arc::new(Schema::new(columns.iter().map(|column| Field::new(&column.name, column.ty.arrow(), true)).collect::<Vec<_>>()));
    let Some(block) = block else { return Ok(RecordBatch::new_empty(with_views(&schema))) };
    let named = rows::typed(table, &block.text, columns, Missing::Null, &|line| line_of(block, line)).await?;
    let count = named.num_rows();
    let arrays = columns.iter().map(|column| match named.column_by_name(&column.name) {
        Some(array) if array.null_count() < count || count == 0 => Arc::clone(array),
        _ if table.starts_with(RAW) => provenance(&column.name, count).unwrap_or_else(|| new_null_array(&column.ty.arrow(), count)),
        _ => new_null_array(&column.ty.arrow(), count),
    });
    // Stored tables are scanned as views; given rows take the same road through the engine.
    let schema = with_views(&schema);
    let arrays: Result<Vec<ArrayRef>, _> = arrays.zip(schema.fields()).map(|(array, field)| cast(&array, field.data_type())).collect();
    let arrays = arrays.map_err(|error| Error::faulty(format!("the given rows of `{table}` do not fit")).because(error))?;
    RecordBatch::try_new(schema, arrays)
        .map_err(|error| Error::faulty(format!("the given rows of `{table}` do not fit")).because(error).into())
}

/// What a raw row carries when the example does not say: its number as the line, one file, the epoch.
fn provenance(column: &str, count: usize) -> Option<ArrayRef> {
    match column {
        name if name == LINE.0 => Some(Arc::new(Int64Array::from_iter_values(2..count as i64 + 2))),
        name if name == FILE.0 => Some(Arc::new(StringArray::from_iter_values((0..count).map(|_| "example")))),
        name if name == KNOWN_AT.0 => {
            Some(Arc::new(TimestampMicrosecondArray::from_iter_values((0..count).map(|_| 0)).with_timezone("UTC")))
        }
        _ => None,
    }
}

fn line_of(block: &CsvBlock, line: usize) -> Place {
    let text = block.text.lines().nth(line.saturating_sub(1)).map(str::to_string);
    let width = text.as_ref().map_or(1, |text| text.chars().count().max(1));
    Place {
        line: block.place.line + line.saturating_sub(1),
        width,
        text: text.map(|text| " ".repeat(block.place.column - 1) + &text),
        ..block.place.clone()
    }
}

async fn compare(table: &PlannedTable, example: &Example, returned: RecordBatch) -> Result<Verdict, Faults> {
    let mut columns = table.contract.columns.clone();
    if table.cleaning {
        let column = Column {
            name: DROP_REASON.into(),
            place: example.place.clone(),
            ty: Type::Text,
            nullable: true,
            meaning: String::new(),
            personal: false,
        };
        columns.push(column);
    }
    let block = &example.expect;
    let place = |line| line_of(block, line);
    let header = csv::ReaderBuilder::new().from_reader(block.text.as_bytes()).headers().cloned().unwrap_or_default();
    if let Some(stranger) = header.iter().find(|name| !columns.iter().any(|column| column.name == **name)) {
        let error = Error::faulty(format!("`{}` has no column `{stranger}`", table.name)).at(place(1));
        return Err(error.did_you_mean(stranger, columns.iter().map(|column| column.name.as_str())).into());
    }
    let names_reasons = header.iter().any(|name| name == DROP_REASON);
    let returned =
        if table.cleaning && !names_reasons { kept(&returned).map_err(|error| broken(example, &error.to_string()))? } else { returned };
    let expected = rows::typed(&table.name.to_string(), &block.text, &columns, Missing::Null, &place).await?;
    let named: Vec<&Column> = columns.iter().filter(|column| header.iter().any(|name| name == column.name)).collect();
    let mut balance: BTreeMap<String, i64> = BTreeMap::new();
    for (batch, sign) in [(&expected, 1), (&returned, -1)] {
        for row in lines(batch, &named).map_err(|error| broken(example, &error))? {
            *balance.entry(row).or_default() += sign;
        }
    }
    let only = |sign: i64| balance.iter().flat_map(|(row, count)| (0..(count * sign).max(0)).map(|_| row.clone())).collect::<Vec<_>>();
    Ok(Verdict {
        table: table.name.to_string(),
        name: example.name.clone(),
        missing: only(1),
        unexpected: if example.others == Others::None { only(-1) } else { Vec::new() },
        header: named.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(","),
        place: example.place.clone(),
    })
}

/// The rows a cleaning table keeps: an example that names no `drop_reason` speaks of them alone.
fn kept(returned: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let reasons = returned.column_by_name(DROP_REASON).ok_or_else(|| ArrowError::SchemaError("no drop_reason".into()))?;
    filter_record_batch(returned, &is_null(reasons)?)
}

/// Rows as CSV lines of the named columns; doubles to nine significant digits.
fn lines(batch: &RecordBatch, columns: &[&Column]) -> Result<Vec<String>, String> {
    let arrays: Result<Vec<ArrayRef>, String> = columns
        .iter()
        .map(|column| {
            // The planner lets only members of a union leave out a column, which is null then.
            match batch.column_by_name(&column.name) {
                Some(array) => cast(array, &column.ty.arrow()).map_err(|error| error.to_string()),
                None => Ok(new_null_array(&column.ty.arrow(), batch.num_rows())),
            }
        })
        .collect();
    let arrays = arrays?;
    let options = FormatOptions::default().with_null("");
    let formatters: Result<Vec<ArrayFormatter<'_>>, _> = arrays.iter().map(|array| ArrayFormatter::try_new(array, &options)).collect();
    let formatters = formatters.map_err(|error| error.to_string())?;
    let cell = |row: usize, (array, formatter): (&ArrayRef, &ArrayFormatter<'_>)| match array.data_type() {
        DataType::Float64 if array.is_valid(row) => nine_digits(array.as_primitive::<Float64Type>().value(row)),
        _ => formatter.value(row).to_string(),
    };
    Ok((0..batch.num_rows()).map(|row| arrays.iter().zip(&formatters).map(|pair| cell(row, pair)).collect::<Vec<_>>().join(",")).collect())
}

fn nine_digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.8e}").parse().expect("a number we wrote");
    if rounded == 0.0 { "0".into() } else { rounded.to_string() }
}
