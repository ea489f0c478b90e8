//! The largest remainder method (Hamilton 1791, Hare-Niemeyer) in integers: whole units split by weight, so that the parts sum to the
//! whole.
//!
//! Weights are read as the binary fractions they are, scaled to integers of up to 127 bits; a weight below 2^-64 of the largest may lose
//! its last bits (exact otherwise, for up to 2^10 rows). Nothing is rounded after that, so parts depend on the weights and their order
//! alone.

use arrow::datatypes::i256;

/// The parts of a whole, in the order of the weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    pub units: Vec<i128>,
    /// Two rows of equal remainder, the first with an extra unit, the second without: only their order decided.
    pub tied: Option<(usize, usize)>,
}

/// Splits `whole` by weight: the floor of each exact share, then one unit more for the largest remainders, the earlier row first.
/// A negative whole gives the mirrored parts. `None` when no weight is above zero. Weights are finite and not negative.
pub fn split(whole: i128, weights: &[f64]) -> Option<Parts> {
    let weights = integers(weights)?;
    let total: u128 = weights.iter().sum();
    let magnitude = whole.unsigned_abs();
    let (mut units, remainders): (Vec<u128>, Vec<u128>) = weights.iter().map(|weight| share(magnitude, *weight, total)).unzip();
    // Remainders are below `total` and sum to `left * total`: more than `left` rows have one, and a row without weight never gets a unit.
    let left = (magnitude - units.iter().sum::<u128>()) as usize;
    let mut tied = None;
    if left > 0 {
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_unstable_by(|a, b| remainders[*b].cmp(&remainders[*a]).then(a.cmp(b)));
        order[..left].iter().for_each(|row| units[*row] += 1);
        let (last, next) = (order[left - 1], order[left]);
        tied = (remainders[last] == remainders[next]).then_some((last, next));
    }
    let signed = |part: u128| if whole < 0 { (part as i128).wrapping_neg() } else { part as i128 };
    Some(Parts { units: units.into_iter().map(signed).collect(), tied })
}

/// Quotient and remainder of `units * weight / total`.
fn share(units: u128, weight: u128, total: u128) -> (u128, u128) {
    if let Some(product) = units.checked_mul(weight) {
        return (product / total, product % total);
    }
    let wide = |value: u128| i256::from_parts(value, 0);
    let product = wide(units).wrapping_mul(wide(weight));
    let quotient = product.wrapping_div(wide(total));
    let remainder = product.wrapping_sub(quotient.wrapping_mul(wide(total)));
    (quotient.to_parts().0, remainder.to_parts().0)
}

/// Weights as integers of one common unit, whose sum stays below 2^127.
fn integers(weights: &[f64]) -> Option<Vec<u128>> {
    let fractions: Vec<(u64, i32)> = weights.iter().map(|weight| fraction(*weight)).collect();
    let positive = || fractions.iter().filter(|(mantissa, _)| *mantissa != 0);
    let top = positive().map(|(mantissa, exponent)| exponent + bits(*mantissa)).max()?;
    let bottom = positive().map(|(_, exponent)| *exponent).min()?;
    let room = 127 - bits(weights.len() as u64);
    let unit = bottom.max(top - room);
    let scaled = |(mantissa, exponent): (u64, i32)| match exponent - unit {
        shift if shift >= 0 => u128::from(mantissa) << shift,
        shift if shift > -64 => u128::from(mantissa >> -shift),
        _ => 0,
    };
    // Zero has exponent 0, which may lie far above the unit: it must not be shifted.
    Some(fractions.into_iter().map(|part| if part.0 == 0 { 0 } else { scaled(part) }).collect())
}

/// `value` as mantissa * 2^exponent, the mantissa odd (or zero).
fn fraction(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let (exponent, mantissa) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if exponent == 0 { (mantissa, -1074) } else { (mantissa | 1 << 52, exponent - 1075) };
    if mantissa == 0 {
        return (0, 0);
    }
    let zeros = mantissa.trailing_zeros();
    (mantissa >> zeros, exponent + zeros as i32)
}

/// How many binary digits `value` has.
fn bits(value: u64) -> i32 {
    (u64::BITS - value.leading_zeros()) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(whole: i128, weights: &[f64], expected: &[i128]) {
        assert_eq!(split(whole, weights).unwrap().units, expected, "{whole} over {weights:?}");
    }

    #[test]
    fn hand_calculated() {
        check(10_000, &[1.0, 1.0, 1.0], &[3_334, 3_333, 3_333]);
        check(-10_000, &[1.0, 1.0, 1.0], &[-3_334, -3_333, -3_333]);
        check(1, &[1.0, 1.0, 1.0], &[1, 0, 0]);
        check(0, &[1.0, 2.0], &[0, 0]);
        check(7, &[5.0], &[7]);
        check(5, &[0.0, 1.0, 0.0], &[0, 5, 0]);
        // 100 * 0.4 = 40, 100 * 0.2 = 20.
        check(100, &[0.4, 0.2, 0.4], &[40, 20, 40]);
        // Exact shares 1.5, 2.5, 1: one unit left, remainders tie, the earlier row has it.
        check(5, &[3.0, 5.0, 2.0], &[2, 2, 1]);
    }

    /// A standard textbook example of Hamilton's method: 10 seats over 43, 39 and 18 votes in a hundred: exact 4.3, 3.9, 1.8.
    #[test]
    fn seats() {
        check(10, &[43.0, 39.0, 18.0], &[4, 4, 2]);
    }

    #[test]
    fn extremes() {
        check(10, &[1e-300, 1e300], &[0, 10]);
        check(4, &[5e-324, 1.5e-323], &[1, 3]);
        check(3, &[f64::MAX, f64::MAX, f64::MAX], &[1, 1, 1]);
        check(10i128.pow(18) + 1, &[1.0, 1.0], &[(10i128.pow(18)) / 2 + 1, 10i128.pow(18) / 2]);
        // 10^38 - 1 is divisible by 3; thirds of 10^38 - 2 leave one unit less for the last two rows.
        let nines = 10i128.pow(38) - 1;
        check(nines, &[0.1, 0.1, 0.1], &[nines / 3, nines / 3, nines / 3]);
        check(nines, &[1e-30, 1e30], &[0, nines]);
        assert_eq!(split(5, &[0.0, 0.0]), None);
        assert_eq!(split(5, &[]), None);
    }

    #[test]
    fn ties_are_told() {
        assert_eq!(split(1, &[1.0, 1.0]).unwrap().tied, Some((0, 1)));
        assert_eq!(split(2, &[1.0, 1.0]).unwrap().tied, None);
        assert_eq!(split(1, &[2.0, 1.0]).unwrap().tied, None);
    }

    /// The method with rational numbers, on small integers: an independent road to the same parts.
    fn by_fractions(whole: i128, weights: &[u32]) -> Vec<i128> {
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        let mut parts: Vec<i128> = weights.iter().map(|weight| whole * i128::from(*weight) / total).collect();
        let mut rows: Vec<usize> = (0..weights.len()).collect();
        rows.sort_by_key(|row| (-(whole * i128::from(weights[*row]) % total), *row));
        let left = whole - parts.iter().sum::<i128>();
        rows.iter().take(left as usize).for_each(|row| parts[*row] += 1);
        parts
    }

    proptest! {
        #[test]
        fn sums_exactly_and_within_one_unit(whole in any::<i128>().prop_map(|whole| whole % 10i128.pow(38)), weights in prop::collection::vec(0f64..1e12, 1..40)) {
            if let Some(parts) = split(whole, &weights) {
                prop_assert_eq!(parts.units.iter().sum::<i128>(), whole);
                prop_assert!(parts.units.iter().all(|part| part.signum() * whole.signum() >= 0));
                let mirrored: Vec<i128> = split(-whole, &weights).unwrap().units.iter().map(|part| -part).collect();
                prop_assert_eq!(parts.units, mirrored);
            }
        }

        #[test]
        fn any_floats_sum_exactly(whole in any::<i64>(), bits in prop::collection::vec(0u64..0x7ff0_0000_0000_0000, 1..40)) {
            let weights: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
            if let Some(parts) = split(i128::from(whole), &weights) {
                prop_assert_eq!(parts.units.iter().sum::<i128>(), i128::from(whole));
            }
        }

        #[test]
        fn agrees_with_fractions(whole in 0i128..1_000_000_000_000, weights in prop::collection::vec(0u32..1000, 1..20)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let floats: Vec<f64> = weights.iter().map(|weight| f64::from(*weight)).collect();
            prop_assert_eq!(split(whole, &floats).unwrap().units, by_fractions(whole, &weights));
        }

        /// Scaling all weights by a power of two changes nothing.
        #[test]
        fn scale_free(whole in any::<i64>(), weights in prop::collection::vec(0f64..1e6, 1..20), power in -300i32..300) {
            let scaled: Vec<f64> = weights.iter().map(|weight| weight * 2f64.powi(power)).collect();
            prop_assert_eq!(split(i128::from(whole), &weights), split(i128::from(whole), &scaled));
        }
    }
}
