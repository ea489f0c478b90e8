//! Numbers as people write them, read exactly: decimals never pass through floats.
//!
//! A group mark must part whole groups (the last of three digits, the others of two or three), so that a decimal comma in a column
//! declared with grouping commas is refused instead of multiplied.

use crate::project::source::NumberFormat;

pub(super) struct Numbers {
    format: NumberFormat,
}

/// `mantissa * 10^exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Exact {
    negative: bool,
    mantissa: u128,
    exponent: i32,
}

/// A number without its signs and marks.
struct Bare {
    negative: bool,
    /// Digits and at most one `.`.
    digits: String,
    /// Power of ten by magnitude or percent.
    shift: i32,
}

const MAGNITUDES: [(char, i32); 6] = [('K', 3), ('k', 3), ('M', 6), ('m', 6), ('B', 9), ('b', 9)];
/// Powers of ten a double holds exactly.
const TENS: [f64; 23] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

impl Numbers {
    pub(super) fn new(format: &NumberFormat) -> Numbers {
        let mut format = format.clone();
        // A longer sign first: `US$` before `$`.
        format.currency.sort_by_key(|sign| std::cmp::Reverse(sign.len()));
        format.currency.retain(|sign| !sign.is_empty());
        Numbers { format }
    }

    pub(super) fn bigint(&self, text: &str) -> Option<i64> {
        self.exact(text)?.scaled(0, self.format.round)?.try_into().ok()
    }

    pub(super) fn decimal(&self, text: &str, precision: u8, scale: i8) -> Option<i128> {
        let units = self.exact(text)?.scaled(scale, self.format.round)?;
        (units.unsigned_abs() < 10u128.pow(precision.into())).then_some(units)
    }

    /// The nearest double. NaN and infinities are no numbers here.
    pub(super) fn double(&self, text: &str) -> Option<f64> {
        let value = match exact(text) {
            Some(plain) if self.is_bare(text) => plain.double().map_or_else(|| text.parse().ok(), Some)?,
            _ if is_scientific(text) && self.is_bare(text) => text.parse().ok()?,
            _ => {
                let bare = self.bare(text)?;
                let size: f64 = format!("{}e{}", bare.digits, bare.shift).parse().ok()?;
                if bare.negative { -size } else { size }
            }
        };
        value.is_finite().then_some(value)
    }

    fn exact(&self, text: &str) -> Option<Exact> {
        if self.is_bare(text)
            && let Some(plain) = exact(text)
        {
            return Some(plain);
        }
        let bare = self.bare(text)?;
        let exact = exact(&bare.digits)?;
        Some(Exact { negative: bare.negative, exponent: exact.exponent + bare.shift, ..exact })
    }

    /// Whether no mark can be meant otherwise than in plain notation: only digits, a sign, and a point that is the decimal mark.
    fn is_bare(&self, text: &str) -> bool {
        self.format.decimal_mark == '.' || !text.contains('.')
    }

    /// Takes off signs, currency, magnitude and percent, each at most once, then marks.
    fn bare(&self, text: &str) -> Option<Bare> {
        let (mut rest, mut negative, mut currency, mut shift) = (text.trim(), None, false, None);
        loop {
            rest = rest.trim();
            if negative.is_none()
                && let Some((sign, after)) = signed(rest)
            {
                (negative, rest) = (Some(sign), after);
            } else if !currency && let Some(after) = self.without_currency(rest) {
                (currency, rest) = (true, after);
            } else if shift.is_none()
                && let Some((power, before)) = self.shifted(rest)
            {
                (shift, rest) = (Some(power), before);
            } else {
                break;
            }
        }
        Some(Bare { negative: negative.unwrap_or(false), digits: self.digits(rest)?, shift: shift.unwrap_or(0) })
    }

    fn without_currency<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.format.currency.iter().find_map(|sign| text.strip_prefix(sign.as_str()).or_else(|| text.strip_suffix(sign.as_str())))
    }

    fn shifted<'a>(&self, text: &'a str) -> Option<(i32, &'a str)> {
        if self.format.percent
            && let Some(before) = text.strip_suffix('%')
        {
            return Some((-2, before));
        }
        let magnitudes = if self.format.magnitude { &MAGNITUDES[..] } else { &[] };
        magnitudes.iter().find_map(|(letter, power)| text.strip_suffix(*letter).map(|before| (*power, before)))
    }

    /// Digits with `.` for the decimal mark and without group marks.
    fn digits(&self, text: &str) -> Option<String> {
        let (whole, fraction) = match text.split_once(self.format.decimal_mark) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let mut digits = String::with_capacity(text.len());
        let groups: Vec<&str> = match self.format.group_mark {
            Some(mark) => whole.split(|found| is_mark(mark, found)).collect(),
            None => vec![whole],
        };
        let (last, others) = groups.split_last().expect("a split has a part");
        let grouped = |group: &&str| (2..=3).contains(&group.len());
        let whole_groups = others.first().is_none_or(|first| (1..=3).contains(&first.len()))
            && others.iter().skip(1).all(grouped)
            && (others.is_empty() || last.len() == 3);
        digits.extend(groups);
        digits.push_str(fraction.unwrap_or(""));
        if !whole_groups || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if let Some(fraction) = fraction {
            digits.insert(digits.len() - fraction.len(), '.');
        }
        Some(digits)
    }
}

impl Exact {
    /// In units of `10^-scale`. Digits beyond are rounded half-even where `round` says so; else they must be zeros.
    fn scaled(self, scale: i8, round: bool) -> Option<i128> {
        let power = self.exponent + i32::from(scale);
        let units = if self.mantissa == 0 {
            0
        } else if power >= 0 {
            self.mantissa.checked_mul(10u128.checked_pow(power as u32)?)?
        } else {
            self.divided(power.unsigned_abs(), round)?
        };
        let units = i128::try_from(units).ok()?;
        Some(if self.negative { -units } else { units })
    }

    fn divided(self, power: u32, round: bool) -> Option<u128> {
        let Some(unit) = 10u128.checked_pow(power) else {
            // More than 38 places beyond the scale: less than half a unit, whatever the mantissa.
            return round.then_some(0);
        };
        let (units, rest) = (self.mantissa / unit, self.mantissa % unit);
        match rest {
            0 => Some(units),
            _ if !round => None,
            _ if rest > unit - rest || (rest == unit - rest && units % 2 == 1) => Some(units + 1),
            _ => Some(units),
        }
    }

    /// Exact inputs and one division round correctly; anything else is left to the slow road.
    fn double(self) -> Option<f64> {
        let power = usize::try_from(-self.exponent).ok()?;
        let size = (self.mantissa < 1 << 53).then_some(self.mantissa as u64 as f64)? / TENS.get(power)?;
        Some(if self.negative { -size } else { size })
    }
}

/// `[+-]digits[.digits]`; `None` also past 38 digits or so.
fn exact(text: &str) -> Option<Exact> {
    let (negative, body) = match text.as_bytes() {
        [b'-', body @ ..] => (true, body),
        [b'+', body @ ..] => (false, body),
        body => (false, body),
    };
    // 19 digits fit 64 bits, which are much faster than 128.
    let (mantissa, fraction) = if body.len() <= 19 { digits_short(body)? } else { digits_long(body)? };
    Some(Exact { negative, mantissa, exponent: -fraction })
}

fn digits_short(body: &[u8]) -> Option<(u128, i32)> {
    let (mut mantissa, mut point, mut digits) = (0u64, None, 0);
    for (at, byte) in body.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            mantissa = mantissa * 10 + u64::from(digit);
            digits += 1;
        } else if *byte == b'.' && point.is_none() {
            point = Some(at);
        } else {
            return None;
        }
    }
    (digits > 0).then(|| (mantissa.into(), point.map_or(0, |at| (body.len() - at - 1) as i32)))
}

fn digits_long(body: &[u8]) -> Option<(u128, i32)> {
    let (mut mantissa, mut point, mut digits) = (0u128, None, 0);
    for (at, byte) in body.iter().enumerate() {
        if byte.is_ascii_digit() {
            mantissa = mantissa.checked_mul(10)?.checked_add(u128::from(byte - b'0'))?;
            digits += 1;
        } else if *byte == b'.' && point.is_none() {
            point = Some(at);
        } else {
            return None;
        }
    }
    (digits > 0).then(|| (mantissa, point.map_or(0, |at| (body.len() - at - 1) as i32)))
}

/// Takes a sign off: `-`, the minus of typographers, `+`, or the parentheses of accountants.
fn signed(text: &str) -> Option<(bool, &str)> {
    if let Some(inside) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return Some((true, inside));
    }
    text.strip_prefix(['-', '\u{2212}']).map(|after| (true, after)).or_else(|| text.strip_prefix('+').map(|after| (false, after)))
}

/// Blanks and apostrophes come in kinds that look alike.
fn is_mark(declared: char, found: char) -> bool {
    match declared {
        ' ' => matches!(found, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'),
        '\'' => matches!(found, '\'' | '\u{2019}'),
        _ => found == declared,
    }
}

/// `[+-]digits[.digits]e[+-]digits`: words such as `nan` and `inf` are not.
fn is_scientific(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'))
}
