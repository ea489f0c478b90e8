//! Exact sums of floats: a fixed-point number wide enough for every f64 (Kulisch 1971; Neal 2015, arXiv 1505.05571), rounded once at the
//! end. Addition of such numbers is associative and commutative, so the result does not depend on the order of rows or on how they were
//! split.
//!
//! Most sums never need the width: 128 bits with a moving exponent hold floats whose scales differ by less than 2^74, in 32 bytes a group.
//! What does not fit moves to 2,176 bits on the heap.

/// 2^64 values of the largest f64 and a sign fit: 1074 bits below the point, 1024 above, 64 for the count, and more.
const LIMBS: usize = 34;
/// The exponent of the last bit of the smallest f64.
const LOWEST: i16 = -1074;
/// The exponent of the last bit of the largest f64.
const HIGHEST: i16 = 971;
/// Tells the serialised forms apart.
const NARROW: u8 = 0;
const WIDE: u8 = 1;
const NOT_FINITE: u8 = 2;

/// The exact sum of any number of floats.
#[derive(Clone, Debug)]
pub enum ExactSum {
    /// `digits * 2^exponent`.
    Narrow { digits: i128, exponent: i16 },
    /// A two's complement integer, lowest limb first, times 2^-1074.
    Wide(Box<[u64; LIMBS]>),
    /// An infinity or NaN was added; IEEE 754 decides from there, whatever the order.
    NotFinite(f64),
}

impl Default for ExactSum {
    fn default() -> ExactSum {
        ExactSum::Narrow { digits: 0, exponent: 0 }
    }
}

impl ExactSum {
    pub fn add(&mut self, value: f64) {
        if !value.is_finite() {
            return self.add_not_finite(value);
        }
        let bits = value.to_bits();
        let (exponent, mantissa) = ((bits >> 52 & 0x7ff) as i16, (bits & ((1 << 52) - 1)) as i128);
        let (mantissa, exponent) = if exponent == 0 { (mantissa, LOWEST) } else { (mantissa | 1 << 52, exponent - 1075) };
        self.add_scaled(if value.is_sign_negative() { -mantissa } else { mantissa }, exponent);
    }

    pub fn merge(&mut self, other: &ExactSum) {
        match other {
            ExactSum::Narrow { digits, exponent } => self.add_scaled(*digits, *exponent),
            ExactSum::NotFinite(value) => self.add_not_finite(*value),
            ExactSum::Wide(limbs) => {
                self.widen();
                if let ExactSum::Wide(own) = self {
                    add_limbs(own.as_mut_slice(), limbs.as_slice());
                }
            }
        }
    }

    /// The f64 nearest to the sum, ties to even; infinite past the largest.
    pub fn round(&self) -> f64 {
        match self {
            ExactSum::Narrow { digits, exponent } => scale(*digits as f64, *exponent),
            ExactSum::Wide(limbs) => round_limbs(limbs),
            ExactSum::NotFinite(value) => *value,
        }
    }

    /// Bytes on the heap.
    pub fn heap_size(&self) -> usize {
        match self {
            ExactSum::Wide(_) => size_of::<[u64; LIMBS]>(),
            _ => 0,
        }
    }

    pub fn to_bytes(&self, bytes: &mut Vec<u8>) {
        match self {
            ExactSum::Narrow { digits, exponent } => {
                bytes.push(NARROW);
                bytes.extend_from_slice(&exponent.to_le_bytes());
                bytes.extend_from_slice(&digits.to_le_bytes());
            }
            ExactSum::Wide(limbs) => {
                bytes.push(WIDE);
                limbs.iter().for_each(|limb| bytes.extend_from_slice(&limb.to_le_bytes()));
            }
            ExactSum::NotFinite(value) => {
                bytes.push(NOT_FINITE);
                bytes.extend_from_slice(&value.to_le_bytes());
            }
        }
    }

    /// What [`ExactSum::to_bytes`] wrote; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<ExactSum> {
        let (form, rest) = bytes.split_first()?;
        match *form {
            NARROW => {
                let (exponent, digits) = rest.split_at_checked(2)?;
                let exponent = i16::from_le_bytes(exponent.try_into().ok()?);
                let digits = i128::from_le_bytes(digits.try_into().ok()?);
                (LOWEST..=HIGHEST).contains(&exponent).then_some(ExactSum::Narrow { digits, exponent })
            }
            WIDE => {
                let (words, []) = rest.as_chunks::<8>() else { return None };
                let limbs: Vec<u64> = words.iter().map(|word| u64::from_le_bytes(*word)).collect();
                Some(ExactSum::Wide(Box::new(limbs.try_into().ok()?)))
            }
            NOT_FINITE => Some(ExactSum::NotFinite(f64::from_le_bytes(rest.try_into().ok()?))),
            _ => None,
        }
    }

    /// Infinities of one sign stay; two signs, or a NaN, are NaN (always the same bits).
    fn add_not_finite(&mut self, value: f64) {
        let sum = match self {
            ExactSum::NotFinite(before) => *before + value,
            _ => value,
        };
        *self = ExactSum::NotFinite(if sum.is_nan() { f64::NAN } else { sum });
    }

    fn add_scaled(&mut self, digits: i128, exponent: i16) {
        match self {
            ExactSum::Narrow { digits: sum, exponent: unit } => {
                if let Some((total, lower)) = add_narrow((*sum, *unit), (digits, exponent)) {
                    (*sum, *unit) = (total, lower);
                    return;
                }
                self.widen();
                self.add_scaled(digits, exponent);
            }
            ExactSum::Wide(limbs) => {
                let mut addend = [0; LIMBS];
                place(digits, exponent, &mut addend);
                add_limbs(limbs.as_mut_slice(), &addend);
            }
            ExactSum::NotFinite(_) => {}
        }
    }

    fn widen(&mut self) {
        if let ExactSum::Narrow { digits, exponent } = *self {
            let mut limbs = Box::new([0; LIMBS]);
            place(digits, exponent, &mut limbs);
            *self = ExactSum::Wide(limbs);
        }
    }
}

/// The sum in the smaller of the two units, if 128 bits hold it.
fn add_narrow(a: (i128, i16), b: (i128, i16)) -> Option<(i128, i16)> {
    if a.0 == 0 || b.0 == 0 {
        return Some(if a.0 == 0 { b } else { a });
    }
    let unit = a.1.min(b.1);
    let total = shift_left(a.0, a.1 - unit)?.checked_add(shift_left(b.0, b.1 - unit)?)?;
    Some((total, unit))
}

fn shift_left(digits: i128, by: i16) -> Option<i128> {
    let free = if digits < 0 { digits.leading_ones() } else { digits.leading_zeros() } as i16 - 1;
    (by <= free).then(|| digits << by)
}

/// Writes `digits * 2^exponent`, sign-extended, into limbs of 2^-1074.
fn place(digits: i128, exponent: i16, limbs: &mut [u64; LIMBS]) {
    let position = (exponent - LOWEST) as usize;
    let (limb, shift) = (position / 64, position % 64);
    let sign = if digits < 0 { u64::MAX } else { 0 };
    let (low, high) = (digits as u64, (digits >> 64) as u64);
    let shifted = |above: u64, below: u64| if shift == 0 { above } else { above << shift | below >> (64 - shift) };
    let words = [shifted(low, 0), shifted(high, low), shifted(sign, high)];
    limbs[limb..].fill(sign);
    limbs[limb..].iter_mut().zip(words).for_each(|(target, word)| *target = word);
}

/// Two's complement addition; the sum of 2^64 floats cannot overflow it.
fn add_limbs(sum: &mut [u64], addend: &[u64]) {
    let mut carry = false;
    for (own, other) in sum.iter_mut().zip(addend) {
        let (partial, first) = own.overflowing_add(*other);
        let (total, second) = partial.overflowing_add(u64::from(carry));
        (*own, carry) = (total, first || second);
    }
}

fn round_limbs(limbs: &[u64; LIMBS]) -> f64 {
    let negative = limbs[LIMBS - 1] >> 63 == 1;
    let mut magnitude = *limbs;
    if negative {
        magnitude.iter_mut().for_each(|limb| *limb = !*limb);
        let mut one = [0; LIMBS];
        one[0] = 1;
        add_limbs(&mut magnitude, &one);
    }
    let Some(top) = magnitude.iter().rposition(|limb| *limb != 0) else { return 0.0 };
    let lowest = top.saturating_sub(1);
    let leading = u128::from(magnitude[top]) << 64 | u128::from(magnitude[lowest]);
    let leading = if top == 0 { u128::from(magnitude[0]) } else { leading };
    // The lowest of at least 65 bits stands for all that lies below it: rounding to 53 bits sees the same side of the tie.
    let sticky = magnitude[..lowest].iter().any(|limb| *limb != 0);
    let rounded = scale((leading | u128::from(sticky)) as f64, LOWEST + 64 * lowest as i16);
    if negative { -rounded } else { rounded }
}

/// `value * 2^exponent`. Exact but for overflow to infinity: sums are multiples of 2^-1074, so a subnormal result has all its bits already.
fn scale(value: f64, exponent: i16) -> f64 {
    let half = exponent / 2;
    value * power_of_two(half) * power_of_two(exponent - half)
}

/// 2^exponent, for normal floats.
fn power_of_two(exponent: i16) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(values: &[f64]) -> ExactSum {
        let mut sum = ExactSum::default();
        values.iter().for_each(|value| sum.add(*value));
        sum
    }

    fn check(values: &[f64], expected: f64) {
        let rounded = sum(values).round();
        assert_eq!(rounded.to_bits(), expected.to_bits(), "{values:?} gives {rounded:e}, not {expected:e}");
    }

    #[test]
    fn hand_calculated() {
        check(&[], 0.0);
        check(&[0.1; 10], 1.0);
        check(&[1e16, 1.0, -1e16], 1.0);
        check(&[1e100, 1.0, -1e100], 1.0);
        check(&[-1e100, -1.0, 1e100], -1.0);
        check(&[5e-324, 5e-324], 1e-323);
        check(&[f64::MAX, 5e-324, -f64::MAX], 5e-324);
        check(&[f64::MAX, f64::MAX, -f64::MAX], f64::MAX);
        check(&[f64::MAX, f64::MAX], f64::INFINITY);
        check(&[-f64::MAX, -f64::MAX], f64::NEG_INFINITY);
        check(&[f64::MIN_POSITIVE, -5e-324], f64::from_bits(0x000f_ffff_ffff_ffff));
    }

    /// Halfway between two floats goes to the even one; a speck beyond halfway goes up.
    #[test]
    fn rounds_once_to_even() {
        let half = 2f64.powi(-53);
        check(&[1.0, half], 1.0);
        check(&[1.0, half, 2f64.powi(-1000)], 1.0 + 2f64.powi(-52));
        check(&[1.0, half, -2f64.powi(-1000)], 1.0);
        check(&[-1.0, -half, -2f64.powi(-1000)], -1.0 - 2f64.powi(-52));
        check(&[1.0 + 2f64.powi(-52), half], 1.0 + 2f64.powi(-51));
    }

    #[test]
    fn not_finite_wins_in_any_order() {
        check(&[f64::INFINITY, 1.0], f64::INFINITY);
        check(&[1e300, f64::NEG_INFINITY, 1.0], f64::NEG_INFINITY);
        check(&[f64::INFINITY, f64::NEG_INFINITY], f64::NAN);
        check(&[f64::NEG_INFINITY, f64::INFINITY, 1.0], f64::NAN);
        check(&[1.0, -f64::NAN, f64::INFINITY], f64::NAN);
    }

    #[test]
    fn a_group_is_small() {
        assert_eq!(size_of::<ExactSum>(), 32);
        assert_eq!(sum(&[0.1, 1e6, 3.5]).heap_size(), 0);
        assert_eq!(sum(&[1e-100, 1e100]).heap_size(), 272);
    }

    #[test]
    fn bytes_of_others_are_refused() {
        for bytes in [&[][..], &[9], &[NARROW, 1], &[WIDE, 0, 0, 0, 0, 0, 0, 0, 0], &[NOT_FINITE, 1, 2]] {
            assert!(ExactSum::from_bytes(bytes).is_none(), "{bytes:?}");
        }
    }

    /// Shewchuk's method as in Python's `math.fsum`: an independent exact sum, for values that cannot overflow on the way.
    fn fsum(values: &[f64]) -> f64 {
        let mut partials: Vec<f64> = Vec::new();
        for value in values {
            let mut x = *value;
            let mut kept = Vec::new();
            for partial in &partials {
                let (large, small) = if x.abs() < partial.abs() { (*partial, x) } else { (x, *partial) };
                let high = large + small;
                let low = small - (high - large);
                if low != 0.0 {
                    kept.push(low);
                }
                x = high;
            }
            kept.push(x);
            partials = kept;
        }
        let mut high = partials.pop().unwrap_or(0.0);
        let mut low = 0.0;
        while let Some(y) = partials.pop() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        if partials.last().is_some_and(|next| (low < 0.0 && *next < 0.0) || (low > 0.0 && *next > 0.0)) {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        high
    }

    fn any_scale() -> impl Strategy<Value = f64> {
        (-1.0f64..1.0, -1000i32..1000).prop_map(|(mantissa, power)| mantissa * 2f64.powi(power))
    }

    fn one_scale() -> impl Strategy<Value = f64> {
        (-1.0f64..1.0, -12i32..12).prop_map(|(mantissa, power)| mantissa * 2f64.powi(power))
    }

    proptest! {
        #[test]
        fn agrees_with_fsum(values in prop::collection::vec(prop_oneof![any_scale(), one_scale()], 0..60)) {
            // -0.0 is the one value fsum gives another sign to.
            prop_assert_eq!(sum(&values).round() + 0.0, fsum(&values) + 0.0);
        }

        #[test]
        fn narrow_agrees_with_fsum(values in prop::collection::vec(one_scale(), 0..60)) {
            prop_assert_eq!(sum(&values).round() + 0.0, fsum(&values) + 0.0);
        }

        #[test]
        fn order_and_splits_do_not_matter(bits in prop::collection::vec(any::<u64>(), 0..40), cut in 0usize..40) {
            let values: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut bytes = Vec::new();
            sum(right).to_bytes(&mut bytes);
            let mut merged = ExactSum::from_bytes(&bytes).unwrap();
            merged.merge(&sum(left));
            let reversed: Vec<f64> = values.iter().rev().copied().collect();
            prop_assert_eq!(merged.round().to_bits(), sum(&values).round().to_bits());
            prop_assert_eq!(sum(&reversed).round().to_bits(), sum(&values).round().to_bits());
        }
    }
}
