//! One declared column: from the text of its fields to an Arrow array, and which rows it refuses.

use super::number::Numbers;
use super::time::Times;
use crate::error::Result;
use crate::project::source::{Source, SourceColumn};
use crate::project::types::Type;
use arrow::array::{ArrayRef, BooleanBuilder, PrimitiveBuilder, StringBuilder};
use arrow::datatypes::{ArrowPrimitiveType, Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType};
use chrono::NaiveDateTime;
use std::borrow::Cow;
use std::sync::Arc;

/// Where the texts of a column come from.
pub(super) trait Cells {
    fn len(&self) -> usize;
    /// About how many bytes they have together.
    fn bytes(&self) -> usize;
    /// `scratch` is for texts that do not lie anywhere as they are.
    fn get<'a>(&'a self, row: usize, scratch: &'a mut String) -> Option<&'a str>;
}

/// Why a column refuses a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The text is not of the declared type.
    Unfit,
    /// Null where the column is required.
    Null,
    /// A local time that occurs twice.
    Ambiguous,
    /// A local time that never was.
    Missing,
}

/// Which rows of a batch were refused: the first column in declared order decides.
#[derive(Default)]
pub(super) struct Verdicts {
    /// Empty while no row is refused.
    refused: Vec<Option<(usize, Refusal)>>,
}

impl Verdicts {
    pub(super) fn is_refused(&self, row: usize) -> bool {
        self.refused.get(row).is_some_and(Option::is_some)
    }

    pub(super) fn refuse(&mut self, row: usize, column: usize, refusal: Refusal) {
        if self.refused.len() <= row {
            self.refused.resize(row + 1, None);
        }
        self.refused[row].get_or_insert((column, refusal));
    }

    /// Row, column, reason; by row.
    pub(super) fn refused(&self) -> impl Iterator<Item = (usize, usize, Refusal)> {
        self.refused.iter().enumerate().filter_map(|(row, verdict)| verdict.map(|(column, refusal)| (row, column, refusal)))
    }

    /// Which of `rows` stay; `None` when all do.
    pub(super) fn kept(&self, rows: usize) -> Option<Vec<bool>> {
        (!self.refused.is_empty()).then(|| (0..rows).map(|row| !self.is_refused(row)).collect())
    }
}

pub(super) struct Column {
    pub(super) name: Arc<str>,
    pub(super) ty: Type,
    pub(super) nullable: bool,
    null_words: Vec<String>,
    /// Bytes of the longest null word.
    longest_null: usize,
    reader: Reader,
    zone: &'static str,
}

enum Reader {
    Text,
    Boolean { truths: Words, falsehoods: Words },
    Bigint(Numbers),
    Double(Numbers),
    Decimal(Numbers, u8, i8),
    Date(Times),
    Timestamp(Times),
}

/// Words for one side of a boolean.
enum Words {
    /// The usual ones, in any case.
    Usual(&'static [&'static str]),
    /// Exactly these.
    Declared(Vec<String>),
}

impl Words {
    fn new(declared: &[String], usual: &'static [&'static str]) -> Words {
        if declared.is_empty() { Words::Usual(usual) } else { Words::Declared(declared.to_vec()) }
    }

    fn contain(&self, text: &str) -> bool {
        match self {
            Words::Usual(words) => words.iter().any(|word| word.eq_ignore_ascii_case(text)),
            Words::Declared(words) => words.iter().any(|word| word == text),
        }
    }
}

impl Column {
    pub(super) fn new(source: &Source, column: &SourceColumn) -> Result<Column> {
        let numbers = || Numbers::new(&column.number);
        let reader = match column.ty {
            Type::Text => Reader::Text,
            Type::Boolean => Reader::Boolean {
                truths: Words::new(&column.true_words, &["true", "t", "yes", "y", "1"]),
                falsehoods: Words::new(&column.false_words, &["false", "f", "no", "n", "0"]),
            },
            Type::Bigint => Reader::Bigint(numbers()),
            Type::Double => Reader::Double(numbers()),
            Type::Decimal { precision, scale } => Reader::Decimal(numbers(), precision, scale),
            Type::Date => Reader::Date(Times::new(source, column)?),
            Type::Timestamp => Reader::Timestamp(Times::new(source, column)?),
        };
        let null_words: Vec<String> = source.null_words.iter().chain(&column.null_words).map(|word| word.trim().to_string()).collect();
        let longest_null = null_words.iter().map(String::len).max().unwrap_or(0);
        let (name, zone) = (column.name.as_str().into(), source.time_zone.name());
        Ok(Column { name, ty: column.ty, nullable: column.nullable, null_words, longest_null, reader, zone })
    }

    /// The array of all rows, null where a row is refused (also by an earlier column).
    pub(super) fn build(&self, cells: &impl Cells, number: usize, verdicts: &mut Verdicts) -> ArrayRef {
        match &self.reader {
            Reader::Text => {
                let mut texts = StringBuilder::with_capacity(cells.len(), cells.bytes());
                self.each(cells, number, verdicts, |text| {
                    texts.append_option(text);
                    Ok(())
                });
                Arc::new(texts.finish())
            }
            Reader::Boolean { truths, falsehoods } => {
                let mut booleans = BooleanBuilder::with_capacity(cells.len());
                self.each(cells, number, verdicts, |text| {
                    let truth = text.map_or(Ok(None), |text| match truths.contain(text) {
                        true => Ok(Some(true)),
                        false if falsehoods.contain(text) => Ok(Some(false)),
                        false => Err(Refusal::Unfit),
                    });
                    booleans.append_option(truth.unwrap_or(None));
                    truth.map(|_| ())
                });
                Arc::new(booleans.finish())
            }
            Reader::Bigint(numbers) => {
                self.primitive::<Int64Type>(cells, number, verdicts, |text| numbers.bigint(text).ok_or(Refusal::Unfit))
            }
            Reader::Double(numbers) => {
                self.primitive::<Float64Type>(cells, number, verdicts, |text| numbers.double(text).ok_or(Refusal::Unfit))
            }
            Reader::Decimal(numbers, precision, scale) => self.primitive::<Decimal128Type>(cells, number, verdicts, |text| {
                numbers.decimal(text, *precision, *scale).ok_or(Refusal::Unfit)
            }),
            Reader::Date(times) => self.primitive::<Date32Type>(cells, number, verdicts, |text| times.date(text)),
            Reader::Timestamp(times) => self.primitive::<TimestampMicrosecondType>(cells, number, verdicts, |text| times.timestamp(text)),
        }
    }

    /// One value, for a column that is the same in every row.
    pub(super) fn constant(&self, text: Option<&str>) -> Result<ArrayRef, Refusal> {
        let mut verdicts = Verdicts::default();
        let value = self.build(&Constant(text), 0, &mut verdicts);
        verdicts.refused().next().map_or(Ok(value), |(_, _, refusal)| Err(refusal))
    }

    fn primitive<T: ArrowPrimitiveType>(
        &self,
        cells: &impl Cells,
        number: usize,
        verdicts: &mut Verdicts,
        read: impl Fn(&str) -> Result<T::Native, Refusal>,
    ) -> ArrayRef {
        let mut values = PrimitiveBuilder::<T>::with_capacity(cells.len()).with_data_type(self.ty.arrow());
        self.each(cells, number, verdicts, |text| {
            let value = text.map(&read).transpose();
            values.append_option(value.as_ref().ok().copied().flatten());
            value.map(|_| ())
        });
        Arc::new(values.finish())
    }

    /// Hands every cell to `push`, null words as `None`, and notes what is refused.
    fn each(&self, cells: &impl Cells, number: usize, verdicts: &mut Verdicts, mut push: impl FnMut(Option<&str>) -> Result<(), Refusal>) {
        let mut scratch = String::new();
        let is_text = matches!(self.reader, Reader::Text);
        for row in 0..cells.len() {
            let mut cell = if verdicts.is_refused(row) { None } else { cells.get(row, &mut scratch) };
            if !is_text {
                cell = cell.map(trimmed);
            }
            cell = cell.filter(|text| !self.is_null(text));
            let pushed = push(cell);
            let verdict = if cell.is_none() && !self.nullable { Err(Refusal::Null) } else { pushed };
            if let Err(refusal) = verdict {
                verdicts.refuse(row, number, refusal);
            }
        }
    }

    fn is_null(&self, text: &str) -> bool {
        if text.is_empty() || self.null_words.is_empty() {
            return text.is_empty();
        }
        let bare = trimmed(text);
        bare.len() <= self.longest_null && self.null_words.iter().any(|word| word == bare)
    }

    /// The instant of a local time, for a column of instants.
    pub(super) fn local(&self, local: NaiveDateTime) -> Result<i64, Refusal> {
        match &self.reader {
            Reader::Timestamp(times) => times.local(local),
            _ => Err(Refusal::Unfit),
        }
    }

    /// A short sentence without the value.
    pub(super) fn reason(&self, refusal: Refusal) -> Cow<'static, str> {
        match refusal {
            Refusal::Unfit => format!("not a {}", self.ty).into(),
            Refusal::Null => "null in required column".into(),
            Refusal::Ambiguous => format!("ambiguous local time in {}", self.zone).into(),
            Refusal::Missing => format!("local time that never was in {}", self.zone).into(),
        }
    }
}

struct Constant<'a>(Option<&'a str>);

impl Cells for Constant<'_> {
    fn len(&self) -> usize {
        1
    }

    fn bytes(&self) -> usize {
        self.0.map_or(0, str::len)
    }

    fn get<'a>(&'a self, _row: usize, _scratch: &'a mut String) -> Option<&'a str> {
        self.0
    }
}

/// `str::trim`, without looking at characters where both ends are plainly visible, as they mostly are.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}
