//! Checks of a contract.

use super::beside::Beside;
use super::{text, texts};
use crate::project::contract::{Check, CheckKind, Column, Severity};
use crate::project::reader::Reader;
use crate::project::value::plain_form;
use crate::project::yaml::{Entry, Node};

impl Reader<'_> {
    pub(super) fn checks(&mut self, root: &Node, columns: &[Column], beside: &mut Beside) -> Vec<Check> {
        let items = root.get("checks").map_or(&[][..], Node::items);
        items.iter().filter_map(|item| self.check(item, columns, beside)).collect()
    }

    fn check(&mut self, item: &Node, columns: &[Column], beside: &mut Beside) -> Option<Check> {
        let (entry, kind) = item.entries().iter().find_map(|entry| Some((entry, self.check_kind(entry, columns, beside)?)))?;
        Some(Check {
            place: self.file.place(entry.key_span),
            because: item.get("because").and_then(Node::text).map(|sentence| sentence.trim().to_string()),
            severity: if item.get("severity").and_then(Node::text) == Some("warn") { Severity::Warn } else { Severity::Fail },
            kind,
        })
    }

    fn check_kind(&mut self, entry: &Entry, columns: &[Column], beside: &mut Beside) -> Option<CheckKind> {
        let node = &entry.value;
        Some(match entry.key.as_str() {
            "not_null" => CheckKind::NotNull { columns: self.known_columns(Some(node), columns) },
            "unique" => CheckKind::Unique { columns: self.known_columns(Some(node), columns) },
            "accepted_values" => self.accepted_values(node, columns),
            "references" => self.references(node, columns, beside),
            "expression" => CheckKind::Expression { sql: self.sql(Some(node)) },
            "sums_to" => CheckKind::SumsTo {
                measure: self.sql(node.get("measure")),
                by: self.known_columns(node.get("by"), columns),
                total: self.sql(node.get("total")),
                tolerance: self.tolerance(node),
            },
            "reconciles" => self.reconciles(node, columns, beside),
            "row_count" => self.row_count(entry),
            _ => return None,
        })
    }

    fn accepted_values(&mut self, node: &Node, columns: &[Column]) -> CheckKind {
        let name = text(node, "column");
        if let Some(column) = node.get("column") {
            self.known_column(&name, column.span, columns);
        }
        if let Some(column) = columns.iter().find(|column| column.name == name) {
            for value in node.get("values").map_or(&[][..], Node::items) {
                if value.text().is_some_and(|value| plain_form(column.ty, value).is_none()) {
                    self.fault(value.span, format!("this is no {}, the type of `{name}`", column.ty));
                }
            }
        }
        CheckKind::AcceptedValues { column: name, values: texts(node.get("values")) }
    }

    fn references(&mut self, node: &Node, columns: &[Column], beside: &mut Beside) -> CheckKind {
        let own = self.known_columns(node.get("columns"), columns);
        let at = node.get("at").or(node.get("columns"));
        if let Some(table) = node.get("to") {
            beside.links.push(self.link(&text(node, "to"), table.span, at));
        }
        let to = texts(at);
        if let Some(at) = node.get("at").filter(|_| to.len() != own.len()) {
            self.fault(at.first_word(), format!("`at` names {} columns, `columns` {}", to.len(), own.len()));
        }
        CheckKind::References { columns: own, table: text(node, "to"), to }
    }

    fn reconciles(&mut self, node: &Node, columns: &[Column], beside: &mut Beside) -> CheckKind {
        if let Some(table) = node.get("with") {
            beside.links.push(self.link(&text(node, "with"), table.span, node.get("by")));
        }
        CheckKind::Reconciles {
            measure: self.sql(node.get("measure")),
            with: text(node, "with"),
            with_measure: self.sql(node.get("with_measure")),
            by: self.known_columns(node.get("by"), columns),
            tolerance: self.tolerance(node),
        }
    }

    fn row_count(&mut self, entry: &Entry) -> CheckKind {
        let bound = |key| entry.value.get(key).and_then(Node::text).and_then(|text| text.parse::<u64>().ok());
        let (min, max) = (bound("min"), bound("max"));
        if entry.value.entries().is_empty() {
            self.fault(entry.key_span, "`row_count` has neither `min` nor `max`");
        } else if min.zip(max).is_some_and(|(min, max)| min > max) {
            self.fault(entry.key_span, "`min` is more than `max`: no table can have so many rows");
        }
        CheckKind::RowCount { min, max }
    }

    /// SQL as written; the planner parses it.
    fn sql(&mut self, node: Option<&Node>) -> String {
        let Some((node, sql)) = node.and_then(|node| Some((node, node.text()?.trim()))) else { return String::new() };
        if sql.is_empty() {
            self.fault(node.span, "there is no SQL here");
        }
        sql.to_string()
    }

    fn tolerance(&mut self, node: &Node) -> Option<String> {
        let tolerance = node.get("tolerance")?;
        let written = tolerance.text()?;
        if written.parse::<f64>().is_ok_and(|number| number < 0.0) {
            self.fault(tolerance.span, "`tolerance` is not negative");
        }
        Some(written.to_string())
    }
}
