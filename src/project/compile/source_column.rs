//! Columns of a source: type, name in the file, and how values are written.

use super::{flag, says, text, texts};
use crate::project::json_path::JsonPath;
use crate::project::reader::Reader;
use crate::project::source::{Format, NumberFormat, Origin, SourceColumn};
use crate::project::types::Type;
use crate::project::yaml::{Entry, Node};
use chrono::format::{Item, StrftimeItems};

/// Keys that say how values of some types are written.
const NUMBER_KEYS: [&str; 6] = ["decimal_mark", "group_mark", "currency", "magnitude", "percent", "round"];
const TIME_KEYS: [&str; 1] = ["formats"];
const BOOLEAN_KEYS: [&str; 2] = ["true_words", "false_words"];

impl Reader<'_> {
    pub(super) fn source_columns(&mut self, source: &Entry, format: &Format) -> Vec<SourceColumn> {
        let Some(declared) = source.value.entry("columns") else { return Vec::new() };
        if declared.value.entries().is_empty() {
            self.fault(declared.key_span, format!("source `{}` has no column", source.key));
        }
        declared.value.entries().iter().map(|entry| self.source_column(entry, format)).collect()
    }

    fn source_column(&mut self, entry: &Entry, format: &Format) -> SourceColumn {
        let node = &entry.value;
        let written = text(node, "type");
        let column = SourceColumn {
            name: entry.key.clone(),
            place: self.file.place(entry.key_span),
            from: self.origin(entry, format),
            ty: Type::parse(written.trim_end_matches('?')).unwrap_or(Type::Text),
            nullable: written.ends_with('?'),
            optional: flag(node, "optional"),
            null_words: texts(node.get("null_words")),
            formats: self.time_formats(node.get("formats")),
            number: self.number_format(node),
            true_words: texts(node.get("true_words")),
            false_words: texts(node.get("false_words")),
        };
        self.source_column_name(entry);
        if !written.is_empty() {
            self.keys_of_type(node, column.ty);
        }
        if let Some(optional) = node.get("optional").filter(|_| column.optional && !column.nullable && !written.is_empty()) {
            let error =
                self.error(optional.span, format!("column `{}` is null where a file lacks it, and its type has no null", entry.key));
            self.push(error.hint(format!("write `type: {written}?`")));
        }
        if let Some(word) = column.true_words.iter().find(|word| column.false_words.contains(word)) {
            self.fault(entry.key_span, format!("`{word}` is true and false at once"));
        }
        column
    }

    fn source_column_name(&mut self, entry: &Entry) {
        if entry.key.starts_with('_') {
            let error =
                self.error(entry.key_span, format!("`{}` cannot be declared: columns with a leading `_` are the engine's", entry.key));
            self.push(error.hint(format!("write `{}: {{from: \"{}\", ...}}`", entry.key.trim_start_matches('_'), entry.key)));
        }
    }

    fn origin(&mut self, entry: &Entry, format: &Format) -> Origin {
        let node = &entry.value;
        if let Some(folder) = node.entry("path") {
            return self.folder(entry, folder);
        }
        self.field_name(entry, format);
        let name = node.get("from").and_then(Node::text).unwrap_or(&entry.key).to_string();
        Origin::Field { name, position: self.position(node, format) }
    }

    fn folder(&mut self, column: &Entry, folder: &Entry) -> Origin {
        let other = ["from", "position"].into_iter().find_map(|key| column.value.entry(key));
        if let Some(other) = other {
            let error = self.error(other.key_span, format!("`{}` names a column of the file, `path` a folder the file lies in", other.key));
            self.push(error.hint("a column has one of the two"));
        }
        let name = folder.value.text().unwrap_or_default();
        if name.is_empty() || name.contains(['/', '=', '*']) {
            let error = self.error(folder.value.span, "this is no name of a folder `name=value`");
            self.push(error.hint("write `path: dt` for the value of `dt=2026-03-01/`"));
        }
        Origin::Folder(name.to_string())
    }

    fn position(&mut self, node: &Node, format: &Format) -> Option<usize> {
        let entry = node.entry("position")?;
        if !matches!(format, Format::Csv(csv) if csv.header) {
            self.fault(entry.key_span, "`position` counts the columns of a header, which such a file does not have");
        }
        let position = entry.value.text()?.parse().ok()?;
        if position == 0 {
            self.fault(entry.value.span, "positions count from 1");
        }
        Some(position)
    }

    /// Tells what a name in the file cannot be.
    fn field_name(&mut self, entry: &Entry, format: &Format) {
        if matches!(format, Format::Json(_)) {
            let from = entry.value.get("from");
            let (path, span) = from.map_or((entry.key.as_str(), entry.key_span), |node| (node.text().unwrap_or_default(), node.span));
            if let Err(why) = JsonPath::parse(path) {
                let error = self.error(span, why);
                self.push(error.hint("a path is written `user.email`, `items[0].id`, `params[key=page].value` or `$`"));
            }
            if let Some(optional) = entry.value.entry("optional") {
                self.fault(optional.key_span, "a record of JSON may lack any key, which is null then");
            }
        }
        let has_header = !matches!(format, Format::Csv(csv) if !csv.header);
        if let Some(from) = entry.value.entry("from").filter(|_| !has_header) {
            self.fault(from.key_span, "without a header columns come in the declared order, and `from` names nothing");
        }
    }

    /// Tells the keys that mean nothing for a type.
    fn keys_of_type(&mut self, node: &Node, ty: Type) {
        let is_number = matches!(ty, Type::Bigint | Type::Double | Type::Decimal { .. });
        let is_time = matches!(ty, Type::Date | Type::Timestamp);
        let idle: Vec<&str> = [(&NUMBER_KEYS[..], is_number), (&TIME_KEYS[..], is_time), (&BOOLEAN_KEYS[..], ty == Type::Boolean)]
            .into_iter()
            .filter(|(_, is_used)| !is_used)
            .flat_map(|(keys, _)| keys.iter().copied())
            .collect();
        for entry in node.entries().iter().filter(|entry| idle.contains(&entry.key.as_str())) {
            self.fault(entry.key_span, format!("`{}` means nothing for a {ty}", entry.key));
        }
    }

    fn time_formats(&mut self, node: Option<&Node>) -> Vec<String> {
        for item in node.map_or(&[][..], Node::items) {
            let Some(format) = item.text() else { continue };
            let is_epoch = matches!(format, "epoch_s" | "epoch_ms" | "epoch_us");
            if !is_epoch && (!format.contains('%') || StrftimeItems::new(format).any(|part| part == Item::Error)) {
                let error = self.error(item.span, format!("`{format}` is no format of dates or times"));
                self.push(error.hint("write `%d/%m/%Y %H:%M`, or `epoch_s`, `epoch_ms`, `epoch_us`"));
            }
        }
        texts(node)
    }

    fn number_format(&mut self, node: &Node) -> NumberFormat {
        let decimal_mark = if says(node, "decimal_mark", ",") { ',' } else { '.' };
        let group_mark = node.get("group_mark").and_then(|group| {
            let mut characters = group.text()?.chars();
            match (characters.next(), characters.next()) {
                (Some(mark), None) if !mark.is_ascii_alphanumeric() && !matches!(mark, '-' | '+') && mark != decimal_mark => Some(mark),
                (Some(mark), None) if mark == decimal_mark => {
                    self.fault(group.span, "the group mark and the decimal mark are the same character");
                    None
                }
                _ => {
                    self.fault(group.span, "the group mark is one character that is no letter, digit or sign");
                    None
                }
            }
        });
        NumberFormat {
            decimal_mark,
            group_mark,
            currency: texts(node.get("currency")),
            magnitude: flag(node, "magnitude"),
            percent: flag(node, "percent"),
            round: flag(node, "round"),
        }
    }
}
