//! A value written as text: whether it fits its type, and the one plain form of it.

use super::types::Type;
use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};

/// The plain form of `text` as a `ty`; `None` when it is none. Dates are ISO 8601; a timestamp without an offset is UTC.
pub fn plain_form(ty: Type, text: &str) -> Option<String> {
    match ty {
        Type::Text => Some(text.to_string()),
        Type::Boolean => matches!(text, "true" | "false").then(|| text.to_string()),
        Type::Bigint => text.parse::<i64>().ok().map(|number| number.to_string()),
        Type::Double => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number.to_string()),
        Type::Decimal { precision, scale } => decimal(text, precision.into(), scale.try_into().ok()?),
        Type::Date => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|date| date.to_string()),
        Type::Timestamp => timestamp(text).map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
    }
}

/// Digits with at most `scale` behind the point, filled up with zeros.
fn decimal(text: &str, precision: usize, scale: usize) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty())).then_some(())?;
    let whole = whole.trim_start_matches('0');
    (whole.len() <= precision - scale && fraction.len() <= scale).then_some(())?;
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(match scale {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{fraction:0<scale$}"),
    })
}

fn timestamp(text: &str) -> Option<DateTime<Utc>> {
    let with_offset = || DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    let utc = |format| NaiveDateTime::parse_from_str(text, format).ok().map(|time| time.and_utc());
    with_offset().or_else(|| utc("%Y-%m-%dT%H:%M:%S%.f")).or_else(|| utc("%Y-%m-%d %H:%M:%S%.f"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ty: &str, text: &str, plain: Option<&str>) {
        assert_eq!(plain_form(Type::parse(ty).unwrap(), text).as_deref(), plain, "{ty} {text}");
    }

    #[test]
    fn values_have_one_plain_form() {
        check("text", "NO", Some("NO"));
        check("boolean", "yes", None);
        check("bigint", "+0123", Some("123"));
        check("bigint", "9223372036854775808", None);
        check("double", "7.50", Some("7.5"));
        check("double", "7", Some("7"));
        check("double", "inf", None);
        check("double", "abc", None);
        check("decimal(5,2)", "7", Some("7.00"));
        check("decimal(5,2)", "-007.5", Some("-7.50"));
        check("decimal(5,2)", "1234", None);
        check("decimal(5,2)", "1.234", None);
        check("decimal(5,2)", ".", None);
        check("decimal(3,0)", "12", Some("12"));
        check("date", "2026-02-29", None);
        check("date", "2024-02-29", Some("2024-02-29"));
        check("timestamp", "2026-01-31T23:30:00+08:00", Some("2026-01-31T15:30:00Z"));
        check("timestamp", "2026-01-31 23:30:00.5", Some("2026-01-31T23:30:00.500Z"));
        check("timestamp", "2026-01-31", None);
    }
}
