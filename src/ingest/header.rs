//! Which field of a record belongs to which declared column.

use super::cut::Header;
use super::dialect::{Dialect, Scan};
use crate::error::{Error, Result};
use crate::project::encoding::Encoding;
use crate::project::source::{ExtraColumns, Source, SourceColumn};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Fields of every record.
    pub(super) width: usize,
    /// Per declared column, the field it takes; `None`: the file lacks this optional column.
    pub(super) fields: Vec<Option<usize>>,
    /// Names in file order.
    pub(super) header: Vec<String>,
}

impl Layout {
    /// Columns in declared order, for files without a header.
    pub(super) fn declared(source: &Source) -> Layout {
        let header: Vec<String> = source.columns.iter().map(|column| column.from.clone()).collect();
        Layout { width: header.len(), fields: (0..header.len()).map(Some).collect(), header }
    }

    /// Columns by the names in the header record.
    pub(super) fn from_header(header: Header, dialect: &Dialect, name: &str, source: &Source) -> Result<Layout> {
        let record = match header {
            Header::Record(record) => record,
            Header::Missing => {
                return Err(Error::check(format!("`{name}` is empty: its header is missing"))
                    .at(source.place.clone())
                    .hint("fetch it again, or declare `header: false` if it never has one"));
            }
            Header::Malformed(fault) => {
                return Err(Error::check(format!("the header of `{name}` cannot be read: {}", fault.reason())).at(source.place.clone()));
            }
        };
        let Ok(text) = std::str::from_utf8(&record) else {
            return Err(Error::check(format!("the header of `{name}` is not {}", encoding_name(source)))
                .at(source.place.clone())
                .hint("declare the encoding the file is written in"));
        };
        Layout::by_name(names(text, dialect), name, source)
    }

    /// Binds exact names; every fault of the header is told at once.
    pub(super) fn by_name(header: Vec<String>, name: &str, source: &Source) -> Result<Layout> {
        let find = |column: &SourceColumn| header.iter().position(|found| *found == column.from);
        let fields: Vec<Option<usize>> = source.columns.iter().map(find).collect();
        let missing: Vec<&str> = source.columns.iter().filter(|c| !c.optional && find(c).is_none()).map(|c| c.from.as_str()).collect();
        let twice: Vec<&str> = source.columns.iter().map(|c| c.from.as_str()).filter(|from| count(&header, from) > 1).collect();
        let declared = |found: &str| source.columns.iter().any(|column| column.from == found);
        let extra: Vec<&str> = match source.extra_columns {
            ExtraColumns::Ignore => Vec::new(),
            ExtraColumns::Refuse => header.iter().map(String::as_str).filter(|found| !declared(found)).collect(),
        };
        if missing.is_empty() && twice.is_empty() && extra.is_empty() {
            return Ok(Layout { width: header.len(), fields, header });
        }
        Err(drift(name, source, &header, &missing, &twice, &extra))
    }
}

fn drift(name: &str, source: &Source, header: &[String], missing: &[&str], twice: &[&str], extra: &[&str]) -> Error {
    if source.columns.iter().all(|column| count(header, &column.from) == 0) {
        // It may be a row, and rows are never shown.
        let wanted = list(&source.columns.iter().map(|column| column.from.as_str()).collect::<Vec<_>>());
        return Error::check(format!(
            "the first record of `{name}` has none of the columns that source `{}` declares: {wanted}",
            source.name
        ))
        .at(source.place.clone())
        .hint("check delimiter, encoding and `skip_lines`; declare `header: false` if it has no header");
    }
    let faults = [("missing", missing), ("twice in it", twice), ("undeclared", extra)];
    let told: Vec<String> =
        faults.iter().filter(|(_, names)| !names.is_empty()).map(|(fault, names)| format!("{fault}: {}", list(names))).collect();
    let sentence = format!("the header of `{name}` is not what source `{}` declares; {}", source.name, told.join("; "));
    let mut error = Error::check(sentence).at(source.place.clone());
    let unbound = || header.iter().map(String::as_str).filter(|found| source.columns.iter().all(|column| column.from != *found));
    for absent in missing {
        error = error.did_you_mean(absent, unbound());
    }
    if missing.is_empty() && twice.is_empty() {
        error = error.hint("declare them, or set `extra_columns: ignore`");
    }
    error
}

/// Names in backticks; past twenty, how many more.
fn list(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(20).map(|name| format!("`{}`", name.escape_debug())).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn count(header: &[String], name: &str) -> usize {
    header.iter().filter(|found| *found == name).count()
}

fn names(record: &str, dialect: &Dialect) -> Vec<String> {
    let mut names = Vec::new();
    let scan = dialect.scan(record.as_bytes(), 0, true, |field| {
        let content = &record[field.range()];
        let mut name = String::new();
        match field.is_escaped() {
            true => dialect.unescape(content, &mut name),
            false => name.push_str(content),
        }
        names.push(name);
    });
    debug_assert!(matches!(scan, Scan::Record { .. }), "the cutter hands over whole records");
    names
}

/// The declared encoding, as a person writes it.
pub(super) fn encoding_name(source: &Source) -> &'static str {
    match &source.format {
        crate::project::source::Format::Csv(csv) => csv.encoding.name(),
        crate::project::source::Format::Json(json) => json.encoding.name(),
        crate::project::source::Format::Parquet => Encoding::UTF_8.name(),
    }
}
