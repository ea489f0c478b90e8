//! `beta_quantile(p, a, b)`: the value below which a share p of a beta distribution lies.
//!
//! 0 <= p <= 1, a > 0, b > 0, all DOUBLE; a NULL gives NULL, anything else fails. The distribution is the regularised incomplete beta
//! function by its continued fraction (DLMF 8.17.22, modified Lentz), inverted by Newton's method inside a shrinking bracket. Libraries
//! stop the fraction after a fixed number of terms, and a and b as large as counts of a million need thousands.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::fault;

pub fn function() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(BetaQuantile { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct BetaQuantile {
    signature: Signature,
}

impl ScalarUDFImpl for BetaQuantile {
    fn name(&self) -> &str {
        "beta_quantile"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        if arguments.len() == 3 && arguments.iter().all(|given| given.is_numeric() || given.is_null()) {
            return Ok(vec![DataType::Float64; 3]);
        }
        plan_err!("beta_quantile is called as beta_quantile(p, a, b), three numbers")
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { arguments.number_rows };
        let columns = arguments.args.iter().map(|argument| argument.to_array(rows)).collect::<Result<Vec<_>>>()?;
        let [p, a, b] = [0, 1, 2].map(|place| columns[place].as_primitive::<Float64Type>());
        let value = |row: usize| -> Result<Option<f64>> {
            let known = [p, a, b].iter().all(|column| column.is_valid(row));
            known.then(|| checked(p.value(row), a.value(row), b.value(row))).transpose()
        };
        let array = (0..rows).map(value).collect::<Result<Float64Array>>()?;
        match constant {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?)),
            false => Ok(ColumnarValue::Array(Arc::new(array))),
        }
    }
}

fn checked(p: f64, a: f64, b: f64) -> Result<f64> {
    let is_shape = |shape: f64| shape > 0.0 && shape.is_finite();
    if !(0.0..=1.0).contains(&p) || !is_shape(a) || !is_shape(b) {
        return Err(fault("beta_quantile: p must lie between 0 and 1, a and b must be above 0"));
    }
    Ok(quantile(p, a, b))
}

fn quantile(p: f64, a: f64, b: f64) -> f64 {
    if p == 0.0 || p == 1.0 {
        return p;
    }
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = a / (a + b);
    // Bisection alone would be done after as many steps as there are doubles between 0 and 1 in powers of two.
    for _ in 0..1100 {
        let excess = cumulative(x, a, b) - p;
        *(if excess > 0.0 { &mut high } else { &mut low }) = x;
        let density = ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - log_beta(a, b)).exp();
        let newton = x - excess / density;
        let next = if newton > low && newton < high { newton } else { low + (high - low) / 2.0 };
        if (next - x).abs() <= f64::EPSILON * x || next == low || next == high {
            return next;
        }
        x = next;
    }
    x
}

/// The share of the distribution below x, 0 < x < 1.
fn cumulative(x: f64, a: f64, b: f64) -> f64 {
    let front = (a * x.ln() + b * (-x).ln_1p() - log_beta(a, b)).exp();
    // The fraction converges quickly below the mean; beyond it the other tail does.
    match x < (a + 1.0) / (a + b + 2.0) {
        true => front / (a * fraction(x, a, b)),
        false => 1.0 - front / (b * fraction(1.0 - x, b, a)),
    }
}

/// 1 + d1/(1 + d2/(1 + ...)).
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut value, mut c, mut d) = (1.0f64, 1.0f64, 0.0f64);
    // As many steps as it takes: about the root of the larger shape.
    for step in 1..10_000_000u32 {
        let m = f64::from(step / 2);
        let term = match step % 2 {
            0 => m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            _ => -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        };
        d = 1.0 / away_from_zero(1.0 + term * d);
        c = away_from_zero(1.0 + term / c);
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

fn log_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check as check_sql, check_fault, floats, samples};

    /// 100 shapes and shares drawn by chance against scipy 1.17.1, `stats.beta.ppf`.
    #[test]
    fn agrees_with_scipy() {
        let rows = samples(include_str!("../../testdata/statistics/beta_quantile.csv"));
        assert_eq!(rows.len(), 100);
        for (name, row) in rows {
            let [p, a, b, expected] = row[0][..] else { panic!("{name}") };
            let found = checked(p, a, b).unwrap();
            assert!((found / expected - 1.0).abs() < 1e-9, "{name}: {found} {expected}");
        }
    }

    /// Beta(1, 1) is uniform, Beta(a, 1) has x^a below x, and tails mirror.
    #[test]
    fn closed_forms() {
        for p in [0.001, 0.3, 0.975] {
            assert!((quantile(p, 1.0, 1.0) - p).abs() < 1e-15);
            assert!((quantile(p, 3.0, 1.0) - p.powf(1.0 / 3.0)).abs() < 1e-14);
            assert!((quantile(p, 2.5, 40.0) + quantile(1.0 - p, 40.0, 2.5) - 1.0).abs() < 1e-14);
        }
        assert_eq!((quantile(0.0, 2.0, 3.0), quantile(1.0, 2.0, 3.0)), (0.0, 1.0));
    }

    #[tokio::test]
    async fn in_sql() {
        let columns = [floats("p", &[Some(0.25), None]), floats("a", &[Some(1.0), Some(2.0)])];
        check_sql(&columns, "select round(beta_quantile(p, a, 1), 12) as q from t order by a", &["0.25", "NULL"]).await;
        check_sql(&columns, "select beta_quantile(1, 2, 3) as q", &["1.0"]).await;
        check_fault(&columns, "select beta_quantile(1.5, a, 1) from t", "between 0 and 1").await;
        check_fault(&columns, "select beta_quantile(p, a - 1.0, 1) from t", "above 0").await;
        check_fault(&columns, "select beta_quantile(p, a) from t", "three numbers").await;
    }
}
