//! A check -> a query for the rows that offend; one arm per kind. A check holds when its query returns no rows.

use crate::error::Place;
use crate::project::contract::{Check, CheckKind, Contract, Severity};

/// One check of one table as SQL.
#[derive(Clone, Debug)]
pub struct Question {
    pub table: String,
    /// What a person calls it: `not_null (a, b)`.
    pub label: String,
    pub because: Option<String>,
    pub severity: Severity,
    pub place: Place,
    /// The offending rows, or groups of rows.
    pub offenders: String,
    /// Set when a row offends by itself: the condition, so that all such checks of a table take one scan.
    pub row_condition: Option<String>,
    /// Columns of `offenders` that may be shown: keys that are not personal.
    pub shown: Vec<String>,
    /// Tables looked at beside `table`.
    pub others: Vec<String>,
}

/// Every check of a contract; the key's uniqueness is one of them.
pub fn questions(table: &str, contract: &Contract) -> Vec<Question> {
    let key = Check {
        place: Place::file(&contract.file),
        because: None,
        severity: Severity::Fail,
        kind: CheckKind::Unique { columns: contract.unique.clone() },
    };
    let columns_of_key = CheckKind::NotNull { columns: contract.unique.clone() };
    let whole_key = Check { kind: columns_of_key, ..key.clone() };
    [key, whole_key].iter().chain(&contract.checks).map(|check| question(table, contract, check)).collect()
}

fn question(table: &str, contract: &Contract, check: &Check) -> Question {
    let name = quoted_table(table);
    let key = list(&contract.unique);
    let rows_where = |condition: &str| format!("select {key} from {name} where {condition}");
    let mut question = Question {
        table: table.to_string(),
        label: String::new(),
        because: check.because.clone(),
        severity: check.severity,
        place: check.place.clone(),
        offenders: String::new(),
        row_condition: None,
        shown: contract.unique.clone(),
        others: Vec::new(),
    };
    match &check.kind {
        CheckKind::Unique { columns } => {
            let columns_of = list(columns);
            question.label = format!("unique ({})", columns.join(", "));
            question.offenders = format!("select {columns_of}, count(*) as repeats from {name} group by {columns_of} having count(*) > 1");
            question.shown = columns.clone();
        }
        CheckKind::NotNull { columns } => {
            let condition = columns.iter().map(|column| format!("{} is null", quoted(column))).collect::<Vec<_>>().join(" or ");
            question.label = format!("not_null ({})", columns.join(", "));
            question.offenders = rows_where(&condition);
            question.row_condition = Some(condition);
        }
        CheckKind::AcceptedValues { column, values } => {
            let values = values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect::<Vec<_>>().join(", ");
            let condition = format!("cast({} as varchar) not in ({values})", quoted(column));
            question.label = format!("accepted_values ({column})");
            question.offenders = rows_where(&condition);
            question.row_condition = Some(condition);
        }
        CheckKind::Expression { sql } => {
            let condition = format!("not coalesce(({sql}), true)");
            question.label = format!("expression ({sql})");
            question.offenders = rows_where(&condition);
            question.row_condition = Some(condition);
        }
        CheckKind::References { columns, table: other, to } => {
            let pairs: Vec<String> =
                columns.iter().zip(to).map(|(own, other)| format!("a.{} = b.{}", quoted(own), quoted(other))).collect();
            let known = columns.iter().map(|column| format!("a.{} is not null", quoted(column))).collect::<Vec<_>>().join(" and ");
            let own = columns.iter().map(|column| format!("a.{}", quoted(column))).collect::<Vec<_>>().join(", ");
            question.label = format!("references ({} -> {other})", columns.join(", "));
            question.offenders = format!(
                "select distinct {own} from {name} as a left anti join {} as b on {} where {known}",
                quoted_table(other),
                pairs.join(" and ")
            );
            question.shown = columns.clone();
            question.others.push(other.clone());
        }
        CheckKind::SumsTo { measure, by, total, tolerance } => {
            question.label = format!("sums_to ({measure} = {total})");
            question.offenders = format!(
                "select {} from {name} group by {} having {}",
                with(&list(by), &format!("{measure} as measured, {total} as expected")),
                list(by),
                differ(&format!("({measure})"), &format!("({total})"), tolerance)
            );
            question.shown = by.clone();
        }
        CheckKind::Reconciles { measure, with: other, with_measure, by, tolerance } => {
            question.label = format!("reconciles ({measure} with {other})");
            let group = if by.is_empty() { String::new() } else { format!(" group by {}", list(by)) };
            let sides = format!(
                "select {} from {name}{group} union all select {} from {}{group}",
                with(&list(by), &format!("{measure} as own, null as other")),
                with(&list(by), &format!("null as own, {with_measure} as other")),
                quoted_table(other)
            );
            let difference = differ("max(own)", "max(other)", tolerance);
            question.offenders = format!(
                "select {} from ({sides}){group} having {difference}",
                with(&list(by), "max(own) as measured, max(other) as expected")
            );
            question.shown = by.clone();
            question.others.push(other.clone());
        }
        CheckKind::RowCount { min, max } => {
            let bounds = [min.map(|min| format!("count(*) < {min}")), max.map(|max| format!("count(*) > {max}"))];
            let bounds = bounds.into_iter().flatten().collect::<Vec<_>>().join(" or ");
            question.label = match (min, max) {
                (Some(min), Some(max)) => format!("row_count (from {min} to {max})"),
                (Some(min), None) => format!("row_count (at least {min})"),
                (None, Some(max)) => format!("row_count (at most {max})"),
                (None, None) => "row_count".into(),
            };
            question.offenders =
                format!("select count(*) as row_count from {name} having {}", if bounds.is_empty() { "false" } else { &bounds });
            question.shown = Vec::new();
        }
    }
    let personal = |name: &String| contract.columns.iter().any(|column| column.name == *name && column.personal);
    question.shown.retain(|name| !personal(name));
    question
}

/// One query that counts the offenders of all row-by-row checks of a table, in their order; `None` when there are none.
pub fn row_counts(table: &str, questions: &[Question]) -> Option<String> {
    let counts: Vec<String> = questions
        .iter()
        .filter_map(|question| question.row_condition.as_ref())
        .enumerate()
        .map(|(index, condition)| format!("count(*) filter (where {condition}) as c{index}"))
        .collect();
    (!counts.is_empty()).then(|| format!("select {} from {}", counts.join(", "), quoted_table(table)))
}

fn differ(measured: &str, expected: &str, tolerance: &Option<String>) -> String {
    match tolerance {
        Some(tolerance) => format!("coalesce(abs({measured} - {expected}) > {tolerance}, {measured} is distinct from {expected})"),
        None => format!("{measured} is distinct from {expected}"),
    }
}

fn with(first: &str, second: &str) -> String {
    if first.is_empty() { second.to_string() } else { format!("{first}, {second}") }
}

fn list(columns: &[String]) -> String {
    columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ")
}

pub fn quoted(name: &str) -> String {
    if name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        name.to_string()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// `folder.table`; a member of a union is registered as `folder."table/member"`.
pub fn quoted_table(name: &str) -> String {
    match name.split_once('.') {
        Some((folder, table)) => format!("{folder}.{}", quoted(table)),
        None => quoted(name),
    }
}
