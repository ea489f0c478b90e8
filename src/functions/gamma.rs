//! The derivatives of log gamma, for arguments above 0: recurrence up to [`FAR`], then the asymptotic series (Abramowitz and Stegun 6.3.18
//! and 6.4.12), whose next term is below 1e-17 there.

const FAR: f64 = 16.0;

/// digamma(from + by) - digamma(from), also where the two are nearly equal and little of a difference would be left.
pub fn digamma_rise(by: f64, mut from: f64) -> f64 {
    let mut near = 0.0;
    while from < FAR {
        near += by / (from * (from + by));
        from += 1.0;
    }
    let to = from + by;
    near + (by / from).ln_1p() + by / (2.0 * from * to) - (digamma_tail(to) - digamma_tail(from))
}

fn digamma_tail(x: f64) -> f64 {
    let z = 1.0 / (x * x);
    z * (1.0 / 12.0 - z * (1.0 / 120.0 - z * (1.0 / 252.0 - z * (1.0 / 240.0 - z * (1.0 / 132.0 - z * 691.0 / 32760.0)))))
}

/// The second derivative.
pub fn trigamma(mut x: f64) -> f64 {
    let mut near = 0.0;
    while x < FAR {
        near += 1.0 / (x * x);
        x += 1.0;
    }
    let z = 1.0 / (x * x);
    let series = z * (1.0 / 6.0 - z * (1.0 / 30.0 - z * (1.0 / 42.0 - z * (1.0 / 30.0 - z * (5.0 / 66.0 - z * 691.0 / 2730.0)))));
    near + (1.0 + 0.5 / x + series) / x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Over a whole number the rise is a sum of reciprocals; trigamma(1) is pi^2 / 6 and trigamma(1/2) pi^2 / 2.
    #[test]
    fn closed_forms() {
        for from in [1e-6, 0.3, 1.0, 15.9, 16.1, 1e3, 1e9] {
            for by in [1u32, 2, 40, 3000] {
                let sum: f64 = (0..by).rev().map(|step| 1.0 / (from + f64::from(step))).sum();
                let rise = digamma_rise(f64::from(by), from);
                assert!((rise / sum - 1.0).abs() < 1e-13, "{by} from {from}: {rise} {sum}");
            }
        }
        let square = std::f64::consts::PI * std::f64::consts::PI;
        assert!((trigamma(1.0) - square / 6.0).abs() < 1e-14);
        assert!((trigamma(0.5) - square / 2.0).abs() < 1e-13);
    }
}
