//! Dates and instants: ISO 8601, declared formats, epochs; local times through the source's zone.
//!
//! Fractions of a second beyond microseconds are cut off, as the type says. A date is not read from a longer text, nor an instant from a
//! date, unless a declared format says so.

use super::column::Refusal;
use super::number::Numbers;
use super::pattern::{Pattern, Reading};
use crate::error::{Error, Result};
use crate::project::source::{AmbiguousTime, MissingTime, NumberFormat, Source, SourceColumn};
use chrono::{DateTime, Datelike, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

pub(super) struct Times {
    formats: Vec<Format>,
    zone: Tz,
    ambiguous: AmbiguousTime,
    missing: MissingTime,
    numbers: Numbers,
}

enum Format {
    Iso,
    /// Seconds are `10^digits` of what is written.
    Epoch {
        digits: i8,
    },
    Pattern(Pattern),
}

impl Times {
    pub(super) fn new(source: &Source, column: &SourceColumn) -> Result<Times> {
        let formats = match column.formats.is_empty() {
            true => vec![Format::Iso],
            false => column.formats.iter().map(|format| Format::parse(format, column)).collect::<Result<_>>()?,
        };
        let numbers = Numbers::new(&NumberFormat::default());
        Ok(Times { formats, zone: source.time_zone, ambiguous: source.ambiguous_time, missing: source.missing_time, numbers })
    }

    /// Days since the epoch.
    pub(super) fn date(&self, text: &str) -> Result<i32, Refusal> {
        if let Some(days) = self.iso().then(|| iso_date(text.as_bytes())).flatten() {
            return Ok(days_of(days));
        }
        let date = self.formats.iter().find_map(|format| match format {
            Format::Iso => None,
            Format::Epoch { digits } => self.epoch(text, *digits).map(|instant| instant.with_timezone(&self.zone).date_naive()),
            Format::Pattern(pattern) => match pattern.read(text)? {
                Reading::Date(date) => Some(date),
                Reading::Local(local) => Some(local.date()),
                Reading::Zoned(zoned) => Some(zoned.date_naive()),
            },
        });
        date.map(days_of).ok_or(Refusal::Unfit)
    }

    /// Microseconds since the epoch.
    pub(super) fn timestamp(&self, text: &str) -> Result<i64, Refusal> {
        for format in &self.formats {
            let reading = match format {
                Format::Iso => iso_timestamp(text.as_bytes()),
                Format::Epoch { digits } => self.epoch(text, *digits).map(|instant| Reading::Zoned(instant.fixed_offset())),
                Format::Pattern(pattern) => pattern.read(text),
            };
            match reading {
                Some(Reading::Zoned(instant)) => return Ok(instant.timestamp_micros()),
                Some(Reading::Local(local)) => return self.local(local),
                Some(Reading::Date(date)) => return self.local(date.and_time(NaiveTime::MIN)),
                None => {}
            }
        }
        Err(Refusal::Unfit)
    }

    /// The instant of a local time in the source's zone.
    pub(super) fn local(&self, local: NaiveDateTime) -> Result<i64, Refusal> {
        if self.zone == Tz::UTC {
            return Ok(local.and_utc().timestamp_micros());
        }
        let instant = match (self.zone.from_local_datetime(&local), self.ambiguous, self.missing) {
            (LocalResult::Single(instant), _, _) => instant,
            (LocalResult::Ambiguous(earlier, _), AmbiguousTime::Earlier, _) => earlier,
            (LocalResult::Ambiguous(_, later), AmbiguousTime::Later, _) => later,
            (LocalResult::Ambiguous(_, _), AmbiguousTime::Reject, _) => return Err(Refusal::Ambiguous),
            (LocalResult::None, _, MissingTime::Reject) => return Err(Refusal::Missing),
            (LocalResult::None, _, MissingTime::Shift) => return self.shifted(local).ok_or(Refusal::Missing),
        };
        Ok(instant.timestamp_micros())
    }

    /// Reads a time inside a gap with the offset of the day before; gaps are at most a day long (Samoa, 2011).
    fn shifted(&self, local: NaiveDateTime) -> Option<i64> {
        let before = self.zone.from_local_datetime(&(local - Duration::days(1))).earliest()?;
        Some((local - before.offset().fix()).and_utc().timestamp_micros())
    }

    fn epoch(&self, text: &str, digits: i8) -> Option<DateTime<chrono::Utc>> {
        let micros = self.numbers.decimal(text, 18, 6 - digits)?;
        let instant = DateTime::from_timestamp_micros(micros.try_into().ok()?)?;
        (0..=9999).contains(&instant.year()).then_some(instant)
    }

    fn iso(&self) -> bool {
        matches!(self.formats[..], [Format::Iso])
    }
}

impl Format {
    fn parse(format: &str, column: &SourceColumn) -> Result<Format> {
        let digits = match format {
            "epoch_s" => Some(0),
            "epoch_ms" => Some(3),
            "epoch_us" => Some(6),
            _ => None,
        };
        if let Some(digits) = digits {
            return Ok(Format::Epoch { digits });
        }
        let faulty = |why| Error::faulty(format!("`{format}` is not a usable format of column `{}`", column.name)).because(why);
        Pattern::new(format).map(Format::Pattern).map_err(|why| faulty(why).at(column.place.clone()))
    }
}

/// Checks declared formats (a plan wants to know before any data is read).
pub fn check_formats(source: &Source, column: &SourceColumn) -> Result<()> {
    Times::new(source, column).map(|_| ())
}

fn days_of(date: NaiveDate) -> i32 {
    const EPOCH_FROM_CE: i32 = 719_163;
    date.num_days_from_ce() - EPOCH_FROM_CE
}

/// `2020-02-29`.
fn iso_date(text: &[u8]) -> Option<NaiveDate> {
    match text {
        [a, b, c, d, b'-', e, f, b'-', g, h] => {
            let year = two(*a, *b)? * 100 + two(*c, *d)?;
            NaiveDate::from_ymd_opt(year as i32, two(*e, *f)?, two(*g, *h)?)
        }
        _ => None,
    }
}

/// `2020-02-29T13:45[:59[.123456]][Z|+08|+0800|+08:00]`, with `T` or a blank.
fn iso_timestamp(text: &[u8]) -> Option<Reading> {
    let date = iso_date(text.get(..10)?)?;
    let [b'T' | b't' | b' ', a, b, b':', c, d, rest @ ..] = &text[10..] else { return None };
    let (hour, minute) = (two(*a, *b)?, two(*c, *d)?);
    let (second, rest) = match rest {
        [b':', e, f, rest @ ..] => (two(*e, *f)?, rest),
        _ => (0, rest),
    };
    let (micros, rest) = match rest {
        [b'.' | b',', rest @ ..] => fraction(rest)?,
        _ => (0, rest),
    };
    let local = date.and_time(NaiveTime::from_hms_micro_opt(hour, minute, second, micros)?);
    match rest {
        [] => Some(Reading::Local(local)),
        _ => iso_offset(rest)?.from_local_datetime(&local).single().map(Reading::Zoned),
    }
}

/// Microseconds of one to nine digits, and what follows them.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let count = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let micros = (0..6).fold(0, |micros, at| micros * 10 + if at < count { u32::from(text[at] - b'0') } else { 0 });
    (1..=9).contains(&count).then(|| (micros, &text[count..]))
}

fn iso_offset(text: &[u8]) -> Option<FixedOffset> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let (sign, hours, minutes) = match text {
        [b'Z' | b'z'] => return FixedOffset::east_opt(0),
        [sign, a, b] => (sign, two(*a, *b)?, 0),
        [sign, a, b, c, d] | [sign, a, b, b':', c, d] => (sign, two(*a, *b)?, two(*c, *d)?),
        _ => return None,
    };
    let seconds = (hours * 3600 + minutes * 60) as i32;
    match sign {
        b'+' if minutes < 60 => FixedOffset::east_opt(seconds),
        b'-' if minutes < 60 => FixedOffset::west_opt(seconds),
        _ => None,
    }
}

pub(super) fn two(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}
