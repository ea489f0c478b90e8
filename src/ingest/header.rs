//! Which field of a record belongs to which declared column.

use super::cut::Header;
use super::dialect::{Dialect, Scan};
use crate::error::{Error, Result};
use crate::project::encoding::Encoding;
use crate::project::source::{ExtraColumns, Format, Origin, Source, SourceColumn};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Fields of every record.
    pub(super) width: usize,
    /// Per declared column, the field it takes; `None`: it comes from the path, or the file lacks this optional column.
    pub(super) fields: Vec<Option<usize>>,
    /// Names in file order.
    pub(super) header: Vec<String>,
    /// Fields that have no name and that nobody declared: spreadsheets write such columns behind the last one. They must be empty.
    pub(super) unnamed: Vec<usize>,
}

impl Layout {
    /// Columns in declared order, for files without a header.
    pub(super) fn declared(source: &Source) -> Layout {
        let header: Vec<String> = source.columns.iter().filter_map(|column| column.field().map(str::to_string)).collect();
        let mut next = 0..header.len();
        let fields = source.columns.iter().map(|column| column.field().and_then(|_| next.next())).collect();
        Layout { width: header.len(), fields, header, unnamed: Vec::new() }
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
        let (mut fields, mut drift) = (Vec::new(), Drift::default());
        for column in &source.columns {
            fields.push(bind(column, &header, &mut drift));
        }
        let mut unnamed = Vec::new();
        for (field, found) in header.iter().enumerate().filter(|(field, _)| !fields.contains(&Some(*field))) {
            match source.extra_columns {
                ExtraColumns::Ignore => {}
                ExtraColumns::Refuse if is_blank(found) && matches!(source.format, Format::Csv(_)) => unnamed.push(field),
                ExtraColumns::Refuse if drift.tells(found) => {}
                ExtraColumns::Refuse => drift.extra.push(field),
            }
        }
        match drift.is_empty() {
            true => Ok(Layout { width: header.len(), fields, header, unnamed }),
            false => Err(drift.told(name, source, &header)),
        }
    }
}

fn is_blank(name: &str) -> bool {
    name.trim().is_empty()
}

/// The field a declared column takes.
fn bind<'a>(column: &'a SourceColumn, header: &[String], drift: &mut Drift<'a>) -> Option<usize> {
    let Origin::Field { name, position } = &column.from else { return None };
    let found: Vec<usize> = (0..header.len()).filter(|field| header[*field] == *name).collect();
    match (&found[..], position) {
        ([], _) if column.optional => {}
        ([], _) => drift.missing.push(name),
        (found, Some(position)) if found.contains(&(position - 1)) => return Some(position - 1),
        (_, Some(position)) => drift.elsewhere.push((name, *position)),
        ([field], None) => return Some(*field),
        (_, None) => drift.twice.push(name),
    }
    None
}

/// What is wrong with a header.
#[derive(Default)]
struct Drift<'a> {
    missing: Vec<&'a str>,
    twice: Vec<&'a str>,
    /// Names that stand elsewhere than at their declared position.
    elsewhere: Vec<(&'a str, usize)>,
    /// Fields nobody declared.
    extra: Vec<usize>,
}

impl Drift<'_> {
    fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.twice.is_empty() && self.elsewhere.is_empty() && self.extra.is_empty()
    }

    /// Whether something is said of columns of this name already.
    fn tells(&self, name: &str) -> bool {
        self.twice.contains(&name) || self.elsewhere.iter().any(|(elsewhere, _)| *elsewhere == name)
    }

    fn told(&self, name: &str, source: &Source, header: &[String]) -> Error {
        let declared: Vec<&str> = source.columns.iter().filter_map(SourceColumn::field).collect();
        if header.iter().all(|found| !declared.contains(&found.as_str())) {
            return foreign(name, source, &declared);
        }
        let places = |name: &str| list((0..header.len()).filter(|field| header[*field] == name).map(|field| (field + 1).to_string()));
        let groups = [
            ("missing", list(self.missing.iter().map(|name| quoted(name)))),
            ("twice in it", list(self.twice.iter().map(|name| format!("{} (columns {})", quoted(name), places(name))))),
            (
                "not at its position",
                list(
                    self.elsewhere.iter().map(|(name, position)| format!("{} (declared {position}, found {})", quoted(name), places(name))),
                ),
            ),
            ("undeclared", list(self.extra.iter().map(|field| label(*field, header)))),
        ];
        let told: Vec<String> =
            groups.iter().filter(|(_, names)| !names.is_empty()).map(|(fault, names)| format!("{fault}: {names}")).collect();
        let sentence = format!("the header of `{name}` is not what source `{}` declares; {}", source.name, told.join("; "));
        let mut error = Error::check(sentence).at(source.place.clone());
        let unbound = || header.iter().map(String::as_str).filter(|found| !declared.contains(found));
        for absent in self.missing.iter().filter(|name| !is_blank(name)) {
            error = error.did_you_mean(absent, unbound());
        }
        if !self.twice.is_empty() {
            error = error.hint("say which column is meant with `position: 2`");
        } else if self.missing.is_empty() && self.elsewhere.is_empty() {
            error = error.hint("declare them, or set `extra_columns: ignore`");
        }
        error
    }
}

/// The first record may be a row, and rows are never shown.
fn foreign(name: &str, source: &Source, declared: &[&str]) -> Error {
    let wanted = list(declared.iter().map(|name| quoted(name)));
    Error::check(format!("the first record of `{name}` has none of the columns that source `{}` declares: {wanted}", source.name))
        .at(source.place.clone())
        .hint("check delimiter, encoding and `skip_lines`; declare `header: false` if it has no header")
}

/// A column as a person finds it: by its name, or by its place where it has none.
fn label(field: usize, header: &[String]) -> String {
    let name = &header[field];
    if is_blank(name) { format!("column {} without a name", field + 1) } else { quoted(name) }
}

fn quoted(name: &str) -> String {
    if is_blank(name) { "a column without a name".into() } else { format!("`{}`", name.escape_debug()) }
}

/// Past twenty, how many more.
fn list(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    let shown = names[..names.len().min(20)].join(", ");
    match names.len().saturating_sub(20) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
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
