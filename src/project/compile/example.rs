//! Examples of a contract: their rows are CSV inside YAML, or in a file that examples share; every line has a place of its own.

use super::beside::Beside;
use super::contract::Link;
use super::text;
use crate::error::{Error, Place};
use crate::project::contract::{Column, CsvBlock, DROP_REASON, Example, Others};
use crate::project::reader::Reader;
use crate::project::rows::records;
use crate::project::text::Span;
use crate::project::yaml::{Entry, Node};
use csv::StringRecord;
use std::collections::BTreeMap;

impl Reader<'_> {
    pub(super) fn examples(&mut self, root: &Node, columns: &[Column], beside: &mut Beside) -> Vec<Example> {
        let mut examples: Vec<Example> = Vec::new();
        for item in root.get("examples").map_or(&[][..], Node::items) {
            let example = self.example(item, columns, beside);
            if !example.name.is_empty() && examples.iter().any(|known| known.name == example.name) {
                let span = item.get("name").map_or(item.first_word(), |name| name.span);
                self.fault(span, format!("there is an example `{}` already", example.name));
            }
            examples.push(example);
        }
        examples
    }

    fn example(&mut self, item: &Node, columns: &[Column], beside: &mut Beside) -> Example {
        let name = item.get("name").map_or(item.first_word(), |name| name.span);
        let mut given = BTreeMap::new();
        for entry in item.get("given").map_or(&[][..], Node::entries) {
            let (block, header) = self.rows(entry, beside);
            beside.links.push(Link { columns: header, ..self.link(&entry.key, entry.key_span, None) });
            given.insert(entry.key.clone(), block);
        }
        let (others, entry) = match (item.entry("expect"), item.entry("expect_some")) {
            (None, Some(some)) => (Others::MayBe, Some(some)),
            (all, _) => (Others::None, all),
        };
        let (expect, header) = match entry {
            Some(entry) => self.rows(entry, beside),
            None => (CsvBlock { place: self.file.place(name), text: String::new() }, Vec::new()),
        };
        self.expected_columns(header, columns);
        let params = item.get("params").map_or(&[][..], Node::entries);
        Example {
            place: self.file.place(name),
            name: text(item, "name").trim().to_string(),
            given,
            params: params.iter().filter_map(|entry| Some((entry.key.clone(), entry.value.text()?.to_string()))).collect(),
            expect,
            others,
        }
    }

    fn rows(&mut self, entry: &Entry, beside: &mut Beside) -> (CsvBlock, Vec<(String, Place)>) {
        let text = entry.value.text().unwrap_or_default();
        if !text.ends_with(".csv") || text.contains(char::is_whitespace) {
            let (block, header) = self.csv(text, entry.value.span);
            if header.is_empty() && entry.value.text().is_some() {
                self.fault(entry.key_span, "there is no CSV here; its first line names the columns");
            }
            return (block, header);
        }
        self.shared_rows(text, entry.value.span, beside)
    }

    /// What is wrong with the rows is told in their own file.
    fn shared_rows(&mut self, named: &str, span: Span, beside: &mut Beside) -> (CsvBlock, Vec<(String, Place)>) {
        let place = self.file.place(span);
        match beside.find(&self.file.file, named) {
            Ok(file) => {
                let mut reader = Reader::new(file);
                let (block, header) = reader.csv(&file.text, Span { start: 0, end: file.text.len() });
                reader.faults.into_iter().for_each(|error| self.push(error));
                if header.is_empty() {
                    self.push(
                        Error::faulty(format!("`{}` is empty", file.file))
                            .at(Place::file(&file.file))
                            .hint("its first line names the columns"),
                    );
                }
                (block, header)
            }
            Err(error) => {
                self.push(error.at(place.clone()));
                (CsvBlock { place, text: String::new() }, Vec::new())
            }
        }
    }

    fn expected_columns(&mut self, header: Vec<(String, Place)>, columns: &[Column]) {
        // Whether the table leaves rows out is in its SQL: the example is told when it runs.
        for (name, place) in header.into_iter().filter(|(name, _)| name != DROP_REASON) {
            if !columns.is_empty() && !columns.iter().any(|column| column.name == name) {
                let error = Error::faulty(format!("there is no column `{name}` in this contract")).at(place);
                self.push(error.did_you_mean(&name, columns.iter().map(|column| column.name.as_str())));
            }
        }
    }

    /// The block that stands there and its header, each name with its place. All records have as many fields as the header.
    fn csv(&mut self, text: &str, span: Span) -> (CsvBlock, Vec<(String, Place)>) {
        let block = CsvBlock { place: self.file.place(span), text: text.to_string() };
        let mut header = Vec::new();
        for (number, (line, record)) in records(&block.text).into_iter().enumerate() {
            let place = self.line_of_block(span, line - 1);
            if number == 0 {
                header = self.header(place, &record);
            } else if record.len() != header.len() {
                self.fault(place, format!("this row has {} fields, the header {}", record.len(), header.len()));
            }
        }
        self.named_once(&header);
        (block, header)
    }

    fn named_once(&mut self, header: &[(String, Place)]) {
        for (index, (name, place)) in header.iter().enumerate() {
            if header[..index].iter().any(|(known, _)| known == name) {
                self.push(Error::faulty(format!("`{name}` is named twice")).at(place.clone()));
            }
        }
    }

    /// The content of a line of a block, from 0; of a scalar that is no block, the scalar.
    fn line_of_block(&self, block: Span, line: usize) -> Span {
        let Span { start, end } = block;
        let source = &self.file.text[start..end];
        let mut line_starts = std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1));
        let Some(before) = line_starts.nth(line) else { return block };
        let content = source[before..].lines().next().unwrap_or_default();
        let blanks = content.len() - content.trim_start().len();
        Span { start: start + before + blanks, end: start + before + content.len() }
    }

    /// The names of a header, each with its place.
    fn header(&self, line: Span, record: &StringRecord) -> Vec<(String, Place)> {
        let content = &self.file.text[line.start..line.end];
        let mut from = 0;
        let mut place = |name: &str| {
            let Some(at) = content[from..].find(name).map(|at| from + at) else { return self.file.place(line) };
            from = at + name.len();
            self.file.place(Span { start: line.start + at, end: line.start + from })
        };
        record.iter().map(|name| (name.to_string(), place(name))).collect()
    }
}
