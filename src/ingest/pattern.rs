//! A declared format of dates and times, as chrono understands it.
//!
//! Formats of numbers and marks alone, which most are, are read by hand first; what that does not read goes to chrono, so that both
//! understand the same texts.

use chrono::format::{Fixed, Item, Numeric, Pad, Parsed, StrftimeItems};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

/// What a text says, before the zone.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    Date(NaiveDate),
    Local(NaiveDateTime),
    Zoned(DateTime<FixedOffset>),
}

pub(super) struct Pattern {
    items: Vec<Item<'static>>,
    /// The same, when it is numbers and marks alone.
    steps: Option<Vec<Step>>,
}

enum Step {
    Number(Part),
    Mark(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    YearOfCentury,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Pattern {
    /// The error says why the format cannot be used.
    pub(super) fn new(format: &str) -> Result<Pattern, &'static str> {
        let items = StrftimeItems::new(format).parse_to_owned().map_err(|_| "it has an unknown %-specifier")?;
        if items.iter().any(|item| matches!(item, Item::Fixed(Fixed::TimezoneName))) {
            return Err("`%Z` reads the name of a zone and ignores it; `%z` reads offsets, `time_zone` says what local times mean");
        }
        let steps = steps(&items);
        Ok(Pattern { items, steps })
    }

    pub(super) fn read(&self, text: &str) -> Option<Reading> {
        self.steps.as_ref().and_then(|steps| by_hand(steps, text)).or_else(|| by_chrono(&self.items, text))
    }
}

/// `None` when something else than numbers and marks is in it, or when the numbers make no whole date, or date and time.
fn steps(items: &[Item<'static>]) -> Option<Vec<Step>> {
    let step = |item: &Item<'static>| match item {
        Item::Literal(mark) | Item::Space(mark) => Some(Step::Mark(mark.to_string())),
        Item::OwnedLiteral(mark) | Item::OwnedSpace(mark) => Some(Step::Mark(mark.to_string())),
        Item::Numeric(number, Pad::Zero) => part(number).map(Step::Number),
        _ => None,
    };
    let steps: Vec<Step> = items.iter().map(step).collect::<Option<_>>()?;
    let count = |part: Part| steps.iter().filter(|step| matches!(step, Step::Number(found) if *found == part)).count();
    let years = count(Part::Year) + count(Part::YearOfCentury);
    let dates = [years, count(Part::Month), count(Part::Day)] == [1, 1, 1];
    let times = matches!([count(Part::Hour), count(Part::Minute), count(Part::Second)], [0, 0, 0] | [1, 1, 0] | [1, 1, 1]);
    (dates && times).then_some(steps)
}

fn part(number: &Numeric) -> Option<Part> {
    Some(match number {
        Numeric::Year => Part::Year,
        Numeric::YearMod100 => Part::YearOfCentury,
        Numeric::Month => Part::Month,
        Numeric::Day => Part::Day,
        Numeric::Hour => Part::Hour,
        Numeric::Minute => Part::Minute,
        Numeric::Second => Part::Second,
        _ => return None,
    })
}

/// Years of four digits, other parts of one or two.
fn by_hand(steps: &[Step], text: &str) -> Option<Reading> {
    let (mut year, mut month, mut day, mut clock, mut timed) = (0, 0, 0, [0; 3], false);
    let mut rest = text.as_bytes();
    for step in steps {
        let part = match step {
            Step::Mark(mark) => {
                rest = rest.strip_prefix(mark.as_bytes())?;
                continue;
            }
            Step::Number(part) => part,
        };
        let longest = if *part == Part::Year { 4 } else { 2 };
        let length = rest.iter().take(longest).take_while(|byte| byte.is_ascii_digit()).count();
        let number = rest[..length].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
        if length == 0 || (*part == Part::Year && length < 4) {
            return None;
        }
        rest = &rest[length..];
        match part {
            Part::Year => year = number,
            Part::YearOfCentury => year = number + if number < 70 { 2000 } else { 1900 },
            Part::Month => month = number,
            Part::Day => day = number,
            Part::Hour => (clock[0], timed) = (number, true),
            Part::Minute => clock[1] = number,
            Part::Second => clock[2] = number,
        }
    }
    let date = NaiveDate::from_ymd_opt(year as i32, month, day).filter(|_| rest.is_empty())?;
    match timed {
        false => Some(Reading::Date(date)),
        true => date.and_hms_opt(clock[0], clock[1], clock[2]).map(Reading::Local),
    }
}

fn by_chrono(items: &[Item<'static>], text: &str) -> Option<Reading> {
    let mut parsed = Parsed::new();
    chrono::format::parse(&mut parsed, text, items.iter()).ok()?;
    let reading = reading(&parsed)?;
    let year = match &reading {
        Reading::Date(date) => date.year(),
        Reading::Local(local) => local.year(),
        Reading::Zoned(zoned) => zoned.year(),
    };
    // `%Y` takes `21` for the year 21; only four digits may mean the first millennium.
    let meant = (1000..=9999).contains(&year) || ((0..1000).contains(&year) && text.contains(&format!("{year:04}")));
    meant.then_some(reading)
}

fn reading(parsed: &Parsed) -> Option<Reading> {
    if parsed.offset().is_some() {
        return parsed.to_datetime().ok().map(Reading::Zoned);
    }
    if parsed.timestamp().is_some() {
        return parsed.to_naive_datetime_with_offset(0).ok().map(|utc| Reading::Zoned(utc.and_utc().fixed_offset()));
    }
    if parsed.hour_div_12().is_none() && parsed.hour_mod_12().is_none() {
        return parsed.to_naive_date().ok().map(Reading::Date);
    }
    let time = match parsed.minute() {
        Some(_) => parsed.to_naive_time().ok()?,
        None => NaiveTime::from_hms_opt(parsed.hour_div_12()? * 12 + parsed.hour_mod_12()?, 0, 0)?,
    };
    Some(Reading::Local(parsed.to_naive_date().ok()?.and_time(time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn by_hand_reads_what_chrono_reads(
            format in prop::sample::select(vec!["%Y-%m-%d", "%d/%m/%y", "%Y%m%d", "%m/%d/%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%y%m%d %H%M%S"]),
            text in "[0-9]{1,4}[-/]?[0-9]{1,2}[-/]?[0-9]{1,4}( [0-9]{1,2}:?[0-9]{1,2}(:?[0-9]{1,2})?)?",
        ) {
            let pattern = Pattern::new(format).unwrap();
            let steps = pattern.steps.as_ref().expect("numbers and marks alone");
            if let Some(reading) = by_hand(steps, &text) {
                prop_assert_eq!(Some(reading), by_chrono(&pattern.items, &text));
            }
        }
    }

    #[test]
    fn formats_read_by_hand() {
        let check = |format: &str, expected: bool| assert_eq!(Pattern::new(format).unwrap().steps.is_some(), expected, "{format}");
        for format in ["%Y-%m-%d", "%F %T", "%d.%m.%y %H:%M"] {
            check(format, true);
        }
        for format in ["%d %b %Y", "%Y-%m-%d %H", "%I:%M %p", "%Y-%m-%dT%H:%M:%S%z", "%m/%Y"] {
            check(format, false);
        }
    }
}
