//! Contract against plan: names, types, nullability; and DataFusion's errors as sentences with a place.

use super::DROP_REASON;
use super::sql::Select;
use crate::error::{Error, Faults, Place};
use crate::ingest;
use crate::project::contract::{CheckKind, Column, Contract};
use crate::project::pipeline::Pipeline;
use crate::project::source::{FILE, KNOWN_AT, Source};
use crate::project::types::Type;
use crate::project::{Project, Table};
use crate::session::plain;
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::logical_expr::LogicalPlan;

/// A contract's columns as an Arrow schema.
pub fn column_schema(contract: &Contract) -> Schema {
    Schema::new(contract.columns.iter().map(|column| Field::new(&column.name, column.ty.arrow(), column.nullable)).collect::<Vec<_>>())
}

/// The schema of `raw.<source>`: declared columns, `_line`, `_file`, `_known_at`.
pub fn raw_schema(source: &Source) -> Schema {
    let constants = [FILE, KNOWN_AT].map(|(name, ty)| Field::new(name, ty.arrow(), false));
    let stored = ingest::rows_schema(source);
    Schema::new(stored.fields().iter().map(|field| field.as_ref().clone()).chain(constants).collect::<Vec<_>>())
}

/// Tells where the SQL and its contract differ. A column that may be null by the plan but not by the contract needs a `not_null` check:
/// then the data prove it in every run; for a member of a union its union's check does. A member may leave out what its source does not have:
/// nullable columns are null then.
pub fn compare(select: &Select, plan: &LogicalPlan, table: &Table, union: Option<&Table>, cleaning: bool, faults: &mut Faults) {
    let (planned, contract) = (plan.schema(), &table.contract);
    let proved = |name: &str| proved_not_null(contract, name) || union.is_some_and(|union| proved_not_null(&union.contract, name));
    let names: Vec<&str> = planned.fields().iter().map(|field| field.name().as_str()).collect();
    for column in &contract.columns {
        match planned.fields().iter().find(|field| *field.name() == column.name) {
            Some(field) => compare_column(select, column, field, proved(&column.name), faults),
            None if column.nullable && union.is_some() => {}
            None => faults.push(
                Error::faulty(format!("the contract has a column `{}` that {} does not return", column.name, select.file))
                    .at(column.place.clone())
                    .did_you_mean(&column.name, names.iter().copied()),
            ),
        }
    }
    for name in names {
        let declared = contract.columns.iter().any(|column| column.name == name) || (cleaning && name == DROP_REASON);
        if !declared {
            faults.push(
                Error::faulty(format!("column `{name}` is not in the contract {}", contract.file))
                    .at(select.place_of_word(name))
                    .did_you_mean(name, contract.columns.iter().map(|column| column.name.as_str())),
            );
        }
    }
}

/// Raw tables that contracts name under `from` are declared, with these columns; one that another pipeline declares is its matter.
pub fn from_raw(project: &Project, pipeline: &Pipeline, faults: &mut Faults) {
    for link in &project.from_raw {
        let name = link.table.strip_prefix("raw.").unwrap_or(&link.table);
        let Some(source) = pipeline.sources.get(name) else {
            if !project.source_names.contains(name) {
                let error = Error::faulty(format!("no pipeline declares the source `{name}`")).at(link.place.clone());
                faults.push(error.did_you_mean(name, project.source_names.iter().map(String::as_str)));
            }
            continue;
        };
        let schema = raw_schema(source);
        for (column, place) in link.columns.iter().filter(|(column, _)| schema.index_of(column).is_err()) {
            let names = schema.fields().iter().map(|field| field.name().as_str());
            faults.push(
                Error::faulty(format!("the table `{}` has no column `{column}`", link.table)).at(place.clone()).did_you_mean(column, names),
            );
        }
    }
}

fn compare_column(select: &Select, column: &Column, field: &Field, is_proved: bool, faults: &mut Faults) {
    if !agrees(column.ty, field.data_type()) {
        faults.push(
            Error::faulty(format!(
                "the contract says `{}` is {}, the SQL returns {}",
                column.name,
                column.ty,
                type_word(field.data_type())
            ))
            .at(column.place.clone())
            .hint(format!("write `cast(... as {})` in {}, or change the contract", sql_word(column.ty), select.file)),
        );
    } else if field.is_nullable() && !column.nullable && !is_proved {
        faults.push(
            Error::faulty(format!("the contract says `{}` is never null, the SQL may return null", column.name))
                .at(column.place.clone())
                .hint(format!(
                    "add `- not_null: [{}]` to the checks, so that every run proves it, or declare `{}?`",
                    column.name, column.ty
                )),
        );
    }
}

fn proved_not_null(contract: &Contract, name: &str) -> bool {
    contract.unique.iter().any(|key| key == name)
        || contract.checks.iter().any(|check| {
            check.severity == crate::project::contract::Severity::Fail
                && matches!(&check.kind, CheckKind::NotNull { columns } if columns.iter().any(|column| column == name))
        })
}

/// Whether a planned type is the declared one, up to how it is held in memory.
fn agrees(declared: Type, planned: &DataType) -> bool {
    match (declared, planned) {
        (Type::Text, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8) => true,
        (Type::Text, DataType::Dictionary(_, value)) => agrees(declared, value),
        (Type::Timestamp, DataType::Timestamp(_, Some(zone))) => zone.as_ref() == "UTC" || zone.as_ref() == "+00:00",
        (_, DataType::Null) => true,
        _ => declared.arrow() == *planned,
    }
}

fn type_word(planned: &DataType) -> String {
    match planned {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => "text".into(),
        DataType::Int64 => "bigint".into(),
        DataType::Float64 => "double".into(),
        DataType::Date32 => "date".into(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Timestamp(_, None) => "a timestamp without zone".into(),
        other => other.to_string(),
    }
}

fn sql_word(ty: Type) -> String {
    match ty {
        Type::Text => "varchar".into(),
        Type::Timestamp => "timestamptz".into(),
        other => other.to_string(),
    }
}

/// A planning error of DataFusion as a sentence at its place.
pub fn sql_error(select: &Select, error: &DataFusionError) -> Error {
    let (sentence, found) = match error.diagnostic() {
        Some(diagnostic) => (diagnostic.message.clone(), diagnostic.span),
        None => (plain(error), None),
    };
    let mut told = Error::faulty(lower_first(sentence.lines().next().unwrap_or("this SQL cannot be planned")));
    if let Some(span) = found {
        let width = if span.start.line == span.end.line { span.end.column.saturating_sub(span.start.column) } else { 1 };
        told = told.at(Place::at(&select.file, &select.text, span.start.line as usize, span.start.column as usize, width as usize));
    } else {
        told = told.at(mentioned(select, &sentence));
    }
    match missing_field(error) {
        Some((name, known)) => told.did_you_mean(&name, known.iter().map(String::as_str)),
        None => error.diagnostic().into_iter().flat_map(|found| &found.helps).fold(told, |told, help| told.hint(help.message.clone())),
    }
}

fn missing_field(error: &DataFusionError) -> Option<(String, Vec<String>)> {
    match error.find_root() {
        DataFusionError::SchemaError(schema_error, _) => match schema_error.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => {
                Some((field.name.clone(), valid_fields.iter().map(|column| column.name.clone()).collect()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Where the first quoted word of a message stands in the SQL, if it does.
fn mentioned(select: &Select, sentence: &str) -> Place {
    let words = sentence.split(['\'', '`', '"']).skip(1).step_by(2);
    words
        .map(|word| word.rsplit('.').next().unwrap_or(word))
        .find(|word| !word.is_empty() && select.text.contains(*word))
        .map_or_else(|| Place::file(&select.file), |word| select.place_of_word(word))
}

fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => sentence.to_string(),
    }
}
