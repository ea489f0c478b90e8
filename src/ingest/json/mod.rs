//! JSON: an object per line (NDJSON), or the elements of one array.
//!
//! A column takes the value at its path; what no path goes to is checked and skipped. A string is read like a field of a text file (null
//! words, formats, numbers in strings), a number keeps its digits, an object or array is its JSON text, for a text column. An absent key,
//! `null` and the empty string are null. Choices where RFC 8259 leaves one: a byte order mark before the first record is passed over; a key
//! that a column takes may be there once; a lone surrogate is no text; depth and digits have no limit but the record's 16 MiB.
//!
//! A record that does not fit is a reject of the line it starts on, and reading goes on with the next: in NDJSON with the next line, in an
//! array behind the next comma outside of all brackets and strings.

mod document;
mod scan;
mod tree;

use super::block::{Parsed, keep, without_wrong_bytes};
use super::column::{Cells, Column, Verdicts};
use super::cut::{Block, Cutter};
use super::dialect::{Dialect, MAX_RECORD_BYTES, count_lines, line_end};
use super::folder;
use super::object::Object;
use super::parallel::{closed, deliver, in_parallel};
use super::reject::{self, Reject, raw};
use super::text::Text;
use super::{Options, Sink, Summary, rows_schema};
use crate::error::{Error, Result};
use crate::project::json_path::JsonPath;
use crate::project::source::{ExtraColumns, Json, JsonRecords, Source};
use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::SchemaRef;
use document::{Document, element_end};
use scan::{Cell, Fault, Scanner, unescape};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use tree::Node;

/// Undeclared keys that are remembered, to be named.
const MAX_EXTRA: usize = 100;

pub(super) fn read<S: Sink>(
    object: Object,
    name: &str,
    source: &Source,
    json: &Json,
    options: &Options,
    mut sink: S,
) -> Result<(Summary, S)> {
    let tally = object.tally();
    let text = Text::open(object, name, json.encoding, json.compression)?;
    let form = Form::new(source, json, name, options)?;
    let mut summary =
        Summary { header: source.columns.iter().filter_map(|column| column.field().map(str::to_string)).collect(), ..Summary::default() };
    let parse = |block: &Block| form.parse(block);
    let deliver = |parsed| deliver(parsed, &mut summary, &mut sink);
    match json.records {
        JsonRecords::Lines => {
            let mut cutter = Cutter::new(text, Dialect::lines(), options.block_bytes);
            in_parallel(|| cutter.next(), parse, options.workers, deliver)?;
        }
        JsonRecords::Document => {
            let mut document = Document::new(text, options.block_bytes);
            in_parallel(|| document.next(), parse, options.workers, deliver)?;
        }
    }
    form.told_extra(name, source)?;
    (summary.sha256, summary.bytes) = tally.total();
    closed(name, &summary)?;
    Ok((summary, sink))
}

/// Everything a worker has to know about an object.
struct Form {
    records: JsonRecords,
    tree: Node,
    columns: Vec<Column>,
    /// Per column the one value of all records, if it has one.
    constants: Vec<Option<ArrayRef>>,
    schema: SchemaRef,
    batch_rows: usize,
    encoding: &'static str,
    /// Undeclared outermost keys seen so far; `None`: nobody asks.
    extra: Option<Mutex<BTreeSet<String>>>,
}

impl Form {
    fn new(source: &Source, json: &Json, name: &str, options: &Options) -> Result<Form> {
        let path = |from: &str| JsonPath::parse(from).map_err(|why| Error::faulty(why).at(source.place.clone()));
        let fields = source.columns.iter().enumerate().filter_map(|(number, column)| Some((number, column.field()?)));
        let paths: Vec<(usize, JsonPath)> = fields.map(|(number, from)| Ok((number, path(from)?))).collect::<Result<_>>()?;
        // Who takes the whole record takes every key.
        let takes_all = paths.iter().any(|(_, path)| path.0.is_empty());
        Ok(Form {
            records: json.records,
            tree: Node::of(&paths),
            columns: source.columns.iter().map(|column| Column::new(source, column)).collect::<Result<_>>()?,
            constants: folder::constants(source, name)?,
            schema: rows_schema(source),
            batch_rows: options.batch_rows.max(1),
            encoding: json.encoding.name(),
            extra: (source.extra_columns == ExtraColumns::Refuse && !takes_all).then(Mutex::default),
        })
    }

    fn parse(&self, block: &Block) -> Result<Vec<Parsed>> {
        let text = match std::str::from_utf8(&block.bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(without_wrong_bytes(&block.bytes)),
        };
        let is_clean = matches!(text, Cow::Borrowed(_));
        let mut rows = Rows::default();
        let mut extra = BTreeSet::new();
        let mut batches = Vec::new();
        for (record, line, fault) in self.records(block) {
            let reason = match fault {
                Some(reason) => Some((None, reason.into())),
                None => self.record(&text, block, record.clone(), is_clean, &mut rows, &mut extra),
            };
            match reason {
                Some((column, reason)) => {
                    let column = column.map(|column: usize| self.columns[column].name.clone());
                    rows.rejects.push(Reject { line, column, reason, raw: Some(raw(&block.bytes[record])) });
                }
                None => {
                    rows.records.push(record);
                    rows.lines.push(line);
                }
            }
            rows.read += 1;
            if rows.read as usize >= self.batch_rows {
                batches.push(self.batch(&text, block, std::mem::take(&mut rows))?);
            }
        }
        if rows.read > 0 {
            batches.push(self.batch(&text, block, rows)?);
        }
        if let Some(seen) = self.extra.as_ref().filter(|_| !extra.is_empty()) {
            let mut seen = seen.lock().expect("no worker panics while it tells");
            seen.extend(extra);
        }
        Ok(batches)
    }

    /// The records of a block, each with its first line, and what the cutter found wrong with it.
    fn records<'a>(&'a self, block: &'a Block) -> impl Iterator<Item = (Range<usize>, i64, Option<&'static str>)> + 'a {
        let (mut at, mut line, mut faults) = (0, block.first_line as i64, block.faults.iter().peekable());
        std::iter::from_fn(move || {
            loop {
                if at >= block.bytes.len() {
                    return None;
                }
                let fault = faults.next_if(|(offset, _)| *offset == at);
                let (start, content, end) = match self.records {
                    JsonRecords::Lines => {
                        let (content, end) = line_end(&block.bytes, at, true).expect("a block holds whole lines");
                        (at, content, end)
                    }
                    JsonRecords::Document => {
                        let blanks = block.bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                        line += count_lines(&block.bytes[at..at + blanks]) as i64;
                        let end = element_end(&block.bytes, at + blanks).filter(|_| fault.is_none());
                        (at + blanks, end.unwrap_or(block.bytes.len()), end.map_or(block.bytes.len(), |end| end + 1))
                    }
                };
                let first = line;
                line += match self.records {
                    JsonRecords::Lines => 1,
                    JsonRecords::Document => count_lines(&block.bytes[start..end]) as i64,
                };
                at = end;
                if content > start || (self.records == JsonRecords::Document && end > content) {
                    return Some((start..content, first, fault.map(|(_, fault)| fault.reason())));
                }
            }
        })
    }

    /// Adds the cells of a record to the rows, or tells why it is none.
    fn record(
        &self,
        text: &str,
        block: &Block,
        record: Range<usize>,
        is_clean: bool,
        rows: &mut Rows,
        extra: &mut BTreeSet<String>,
    ) -> Option<(Option<usize>, Cow<'static, str>)> {
        if record.len() > MAX_RECORD_BYTES {
            return Some((None, "record longer than 16 MiB".into()));
        }
        if !is_clean && std::str::from_utf8(&block.bytes[record.clone()]).is_err() {
            return Some((None, format!("invalid {}", self.encoding).into()));
        }
        let first = rows.cells.len();
        rows.cells.resize(first + self.columns.len(), Cell::Absent);
        let mut notice = |key: &str| {
            if self.extra.is_some() && extra.len() < MAX_EXTRA && !extra.contains(key) {
                extra.insert(key.to_string());
            }
        };
        let read = Scanner::new(text, record.start, record.end).record(&self.tree, &mut rows.cells[first..], &mut notice);
        let fault = read.err()?;
        rows.cells.truncate(first);
        Some(match fault {
            Fault::Invalid => (None, "invalid JSON".into()),
            Fault::Twice(column) => (Some(column), "its key is there twice".into()),
            Fault::NoObject(column) => (Some(column), "its path goes into a value that is no object".into()),
        })
    }

    fn batch(&self, text: &str, block: &Block, mut rows: Rows) -> Result<Parsed> {
        let mut verdicts = Verdicts::default();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.columns.len() + 1);
        for (number, column) in self.columns.iter().enumerate() {
            let cells = JsonCells { text, rows: &rows, column: number, width: self.columns.len() };
            arrays.push(match &self.constants[number] {
                Some(value) => folder::repeated(value, rows.lines.len()),
                None => column.build(&cells, number, &mut verdicts),
            });
        }
        for (row, number, refusal) in verdicts.refused() {
            let column = &self.columns[number];
            let raw = raw(&block.bytes[rows.records[row].clone()]);
            let (line, reason) = (rows.lines[row], column.reason(refusal));
            rows.rejects.push(Reject { line, column: Some(column.name.clone()), reason, raw: Some(raw) });
        }
        arrays.push(Arc::new(Int64Array::from(rows.lines)));
        Ok(Parsed { read: rows.read, rows: keep(arrays, &verdicts, &self.schema)?, rejects: reject::batch(rows.rejects)? })
    }

    /// Keys that nobody declared are drift of the source.
    fn told_extra(&self, name: &str, source: &Source) -> Result<()> {
        let Some(seen) = &self.extra else { return Ok(()) };
        let seen = seen.lock().expect("all workers are done");
        if seen.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = seen.iter().take(20).map(|key| format!("`{}`", key.escape_debug())).collect();
        let more = if seen.len() > names.len() { format!(" and {} more", seen.len() - names.len()) } else { String::new() };
        Err(Error::check(format!(
            "records of `{name}` have keys that source `{}` does not declare: {}{more}",
            source.name,
            names.join(", ")
        ))
        .at(source.place.clone())
        .hint("declare them, or set `extra_columns: ignore`"))
    }
}

/// Up to one batch of records.
#[derive(Default)]
struct Rows {
    /// One per column and row.
    cells: Vec<Cell>,
    records: Vec<Range<usize>>,
    lines: Vec<i64>,
    rejects: Vec<Reject>,
    /// Rows and rejects.
    read: u64,
}

/// The value of one column in every row.
struct JsonCells<'a> {
    text: &'a str,
    rows: &'a Rows,
    column: usize,
    width: usize,
}

impl Cells for JsonCells<'_> {
    fn len(&self) -> usize {
        self.rows.lines.len()
    }

    fn bytes(&self) -> usize {
        self.rows.records.last().map_or(0, |last| last.end - self.rows.records[0].start) / self.width
    }

    fn get<'a>(&'a self, row: usize, scratch: &'a mut String) -> Option<&'a str> {
        let Cell::At(field) = self.rows.cells[row * self.width + self.column] else { return None };
        let written = &self.text[field.range()];
        if !field.is_escaped() {
            return Some(written);
        }
        unescape(written, scratch);
        Some(scratch)
    }
}
