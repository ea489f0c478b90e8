//! Half a year of 2026 in seconds since the epoch, and the many ways people write a time.

use std::fmt::Write;

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3600;
pub const DAY: i64 = 86_400;
/// 2026-01-01T00:00:00Z.
pub const START: i64 = 20_454 * DAY;
/// The end of 2026-06-30 in Shanghai: 16:00 UTC. Nothing in the data is later (bad clocks excepted).
pub const END: i64 = START + 180 * DAY + 16 * HOUR;
pub const DAYS: i64 = 181;
pub const SHANGHAI: i64 = 8 * HOUR;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub struct Clock {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

/// What a clock shows `offset` seconds east of Greenwich (civil-from-days, Howard Hinnant).
pub fn clock(at: i64, offset: i64) -> Clock {
    let local = at + offset;
    let (days, seconds) = (local.div_euclid(DAY), local.rem_euclid(DAY));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    Clock {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * march_month + 2) / 5 + 1,
        hour: seconds / HOUR,
        minute: seconds % HOUR / MINUTE,
        second: seconds % MINUTE,
    }
}

pub fn day_floor(at: i64) -> i64 {
    at - at.rem_euclid(DAY)
}

/// The minute a form would show for a moment: never before it.
pub fn next_minute(at: i64) -> i64 {
    (at + MINUTE - 1).div_euclid(MINUTE) * MINUTE
}

/// Saturday or Sunday in UTC (1970-01-01 was a Thursday).
pub fn is_weekend(at: i64) -> bool {
    matches!(at.div_euclid(DAY).rem_euclid(7), 2 | 3)
}

/// The next moment at which somebody sits in the Shanghai office.
pub fn office_hour(at: i64) -> i64 {
    let local = at + SHANGHAI;
    let (morning, seconds) = (day_floor(local), local.rem_euclid(DAY));
    let open = match seconds {
        ..32_400 => morning + 9 * HOUR + seconds % 5400,
        32_400..64_800 => local,
        _ => morning + DAY + 9 * HOUR + seconds % 5400,
    };
    let skip = match open.div_euclid(DAY).rem_euclid(7) {
        2 => 2 * DAY,
        3 => DAY,
        _ => 0,
    };
    open + skip - SHANGHAI
}

/// Days since [`START`], counted in Shanghai.
pub fn shanghai_day(at: i64) -> i64 {
    (at + SHANGHAI - START).div_euclid(DAY)
}

/// `2026-03`, in Shanghai.
pub fn shanghai_month(at: i64) -> String {
    let clock = clock(at, SHANGHAI);
    format!("{}-{:02}", clock.year, clock.month)
}

/// `2026-03-04`, the day `days` after the start.
pub fn iso_day(days: i64) -> String {
    let clock = clock(START + days * DAY, 0);
    format!("{}-{:02}-{:02}", clock.year, clock.month, clock.day)
}

/// `03/04/2026`.
pub fn us_day(days: i64) -> String {
    let clock = clock(START + days * DAY, 0);
    format!("{:02}/{:02}/{}", clock.month, clock.day, clock.year)
}

/// `2026-03-04T07:02:11Z`; digits by hand, as there is one in every touch.
pub fn push_utc(line: &mut String, at: i64) {
    let clock = clock(at, 0);
    for (value, after) in [(clock.year / 100, ""), (clock.year % 100, "-"), (clock.month, "-"), (clock.day, "T")] {
        push_pair(line, value, after);
    }
    for (value, after) in [(clock.hour, ":"), (clock.minute, ":"), (clock.second, "Z")] {
        push_pair(line, value, after);
    }
}

fn push_pair(line: &mut String, value: i64, after: &str) {
    line.push((b'0' + (value / 10) as u8) as char);
    line.push((b'0' + (value % 10) as u8) as char);
    line.push_str(after);
}

/// `2026-03-04T15:02:11+08:00`.
pub fn push_shanghai(line: &mut String, at: i64) {
    push_utc(line, at + SHANGHAI);
    line.pop();
    line.push_str("+08:00");
}

/// `2026/03/04 15:02`, Shanghai.
pub fn push_slashes(line: &mut String, at: i64) {
    let c = clock(at, SHANGHAI);
    let _ = write!(line, "{}/{:02}/{:02} {:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute);
}

/// `2026年3月4日 15:02`, Shanghai.
pub fn push_chinese(line: &mut String, at: i64) {
    let c = clock(at, SHANGHAI);
    let _ = write!(line, "{}年{}月{}日 {:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute);
}

/// `04 Mar 2026 15:02`, Shanghai.
pub fn push_english(line: &mut String, at: i64) {
    let c = clock(at, SHANGHAI);
    let _ = write!(line, "{:02} {} {} {:02}:{:02}", c.day, MONTHS[c.month as usize - 1], c.year, c.hour, c.minute);
}

/// `04.03.2026 08:02`, Berlin; summer time from 2026-03-29T01:00Z.
pub fn push_german(line: &mut String, at: i64) {
    let offset = if at < START + 87 * DAY + HOUR { HOUR } else { 2 * HOUR };
    let c = clock(at, offset);
    let _ = write!(line, "{:02}.{:02}.{} {:02}:{:02}", c.day, c.month, c.year, c.hour, c.minute);
}
