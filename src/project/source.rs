//! A source: raw objects in a store with a declared schema. What is not declared here is not guessed.

use super::encoding::Encoding;
use super::types::Type;
use crate::error::Place;
use chrono_tz::Tz;

#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub place: Place,
    /// Name of the store it lies in (`raw` unless said).
    pub store: String,
    /// Glob patterns relative to the store's base, parameters already filled in.
    pub locations: Vec<String>,
    pub format: Format,
    pub columns: Vec<SourceColumn>,
    /// Zone of local times without an offset.
    pub time_zone: Tz,
    /// What a local time that occurs twice (clocks go back) means.
    pub ambiguous_time: AmbiguousTime,
    /// What a local time that never was (clocks go forward) means.
    pub missing_time: MissingTime,
    /// Words that stand for null in every column, compared after trimming; the empty field is always null.
    pub null_words: Vec<String>,
    /// More rejects than this stop the run before publication.
    pub max_rejects: MaxRejects,
    pub on_missing: OnMissing,
    /// What an undeclared column in a header means.
    pub extra_columns: ExtraColumns,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    Csv(Csv),
    Json(Json),
    Parquet,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Json {
    pub records: JsonRecords,
    pub encoding: Encoding,
    pub compression: Compression,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonRecords {
    /// One record per line.
    Lines,
    /// The elements of one array; a single object is one record.
    Document,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Csv {
    pub delimiter: u8,
    /// `None`: quotes are ordinary characters.
    pub quote: Option<u8>,
    pub escape: Escape,
    /// `true`: the first record names the columns and they are bound by name; `false`: columns come in declared order.
    pub header: bool,
    /// Lines before the header (or the first row) that are not data.
    pub skip_lines: usize,
    pub encoding: Encoding,
    pub compression: Compression,
    /// What a row with too few fields means.
    pub short_rows: ShortRows,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// `""` inside quotes.
    Doubled,
    /// `\"` inside quotes.
    Backslash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// By the first bytes: the magic number of one of the kinds below, else none.
    Detect,
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    pub const ALL: [Compression; 6] =
        [Compression::Detect, Compression::None, Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz];

    /// As it is written in YAML.
    pub const fn word(self) -> &'static str {
        match self {
            Compression::Detect => "detect",
            Compression::None => "none",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Bzip2 => "bzip2",
            Compression::Xz => "xz",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortRows {
    Reject,
    /// Missing trailing fields are null.
    FillNull,
}

#[derive(Clone, Debug)]
pub struct SourceColumn {
    /// The column's name in `raw.<source>`.
    pub name: String,
    pub place: Place,
    pub from: Origin,
    pub ty: Type,
    /// `false`: a null here rejects the row.
    pub nullable: bool,
    /// A column the header, or a folder the object's path, may lack; it is null then.
    pub optional: bool,
    /// Extra null words of this column.
    pub null_words: Vec<String>,
    /// chrono formats tried in order (`%d/%m/%Y`, `%Y-%m-%dT%H:%M:%S%z`, or `epoch_s`, `epoch_ms`, `epoch_us`); empty: ISO 8601.
    pub formats: Vec<String>,
    pub number: NumberFormat,
    /// Words for true and false; empty: true/false, t/f, yes/no, y/n, 1/0 in any case.
    pub true_words: Vec<String>,
    pub false_words: Vec<String>,
}

/// Where a column's values come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Field {
        /// Its name in the file's header, exactly (blanks kept); in JSON its [path](super::json_path::JsonPath).
        name: String,
        /// Its place in the header, from 1, where several columns have that name, or none has one; the name must stand there.
        position: Option<usize>,
    },
    /// The value of the folder `name=value` in the object's path, one for all of its rows.
    Folder(String),
}

impl From<&str> for Origin {
    fn from(name: &str) -> Origin {
        Origin::Field { name: name.to_string(), position: None }
    }
}

impl SourceColumn {
    /// Its name in the file; `None`: it does not come from there.
    pub fn field(&self) -> Option<&str> {
        match &self.from {
            Origin::Field { name, .. } => Some(name),
            Origin::Folder(_) => None,
        }
    }
}

/// How a number is written. Applies to bigint, double and decimal columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberFormat {
    /// `.` or `,`.
    pub decimal_mark: char,
    /// Removed before parsing, if given (`,`, `.`, ` `, `'`).
    pub group_mark: Option<char>,
    /// Currency signs or codes allowed before or after the number (`$`, `¥`, `EUR`).
    pub currency: Vec<String>,
    /// Whether a trailing `K` (thousand), `M` (million) or `B` (billion) multiplies.
    pub magnitude: bool,
    /// Whether a trailing `%` divides by 100.
    pub percent: bool,
    /// Whether digits beyond the declared scale are rounded half-even (`true`) or reject the row (`false`).
    pub round: bool,
}

impl Default for NumberFormat {
    fn default() -> Self {
        NumberFormat { decimal_mark: '.', group_mark: None, currency: Vec::new(), magnitude: false, percent: false, round: false }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmbiguousTime {
    Reject,
    Earlier,
    Later,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingTime {
    Reject,
    /// The same wall-clock reading with the offset in force before the gap.
    Shift,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxRejects {
    Count(u64),
    /// Share of the rows read, 0 to 1.
    Rate(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnMissing {
    Fail,
    /// The rows of a vanished object stay, from the ledger and the work store.
    Keep,
    Drop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtraColumns {
    /// Drift: the run stops and names them.
    Refuse,
    Ignore,
}

/// The columns every row of `raw.<source>` carries after the declared ones; none is null. `_line` (1-based true line; Parquet: row number)
/// is stored with the rows, and so are columns that come from the object's path. `_file` (relative to the store's base) and `_known_at` (when
/// this content was first seen) are constants of an object, added when its file is scanned.
pub const LINE: (&str, Type) = ("_line", Type::Bigint);
pub const FILE: (&str, Type) = ("_file", Type::Text);
pub const KNOWN_AT: (&str, Type) = ("_known_at", Type::Timestamp);
