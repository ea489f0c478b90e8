//! `wilson_interval(successes, trials [, z])`: the interval of a rate (Wilson, JASA 22, 1927), as `struct(lower, upper)`.
//!
//! z is the normal quantile of the wanted coverage, by default 1.959963984540054 for 95 %. No trials give NULL; counts that cannot be
//! (negative, more successes than trials) fail. In SQL: `wilson_interval(k, n)['lower']`.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Float64Builder, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::fault;

/// The 97.5 % quantile of the normal distribution.
const Z_95: f64 = 1.959963984540054;

pub fn function() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(WilsonInterval { signature: Signature::user_defined(Volatility::Immutable) }))
}

/// Lower and upper bound of the rate. `successes <= trials`, `trials > 0`, `z > 0`.
fn interval(successes: i64, trials: i64, z: f64) -> (f64, f64) {
    let (s, n) = (successes as f64, trials as f64);
    let failures = (trials - successes) as f64;
    let z2 = z * z;
    let center = (s + z2 / 2.0) / (n + z2);
    let half_width = z / (n + z2) * (s * failures / n + z2 / 4.0).sqrt();
    // At the ends the bound is 0 or 1 in exact arithmetic.
    let lower = if successes == 0 { 0.0 } else { center - half_width };
    let upper = if successes == trials { 1.0 } else { center + half_width };
    (lower, upper)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct WilsonInterval {
    signature: Signature,
}

impl ScalarUDFImpl for WilsonInterval {
    fn name(&self) -> &str {
        "wilson_interval"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let count = |data_type: &DataType| data_type.is_integer() || data_type.is_null();
        match arguments {
            [successes, trials] if count(successes) && count(trials) => Ok(vec![DataType::Int64, DataType::Int64]),
            [successes, trials, z] if count(successes) && count(trials) && (z.is_numeric() || z.is_null()) => {
                Ok(vec![DataType::Int64, DataType::Int64, DataType::Float64])
            }
            _ => plan_err!("wilson_interval takes two counts (BIGINT) and optionally z (DOUBLE): wilson_interval(successes, trials, z)"),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(bounds()))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { arguments.number_rows };
        let columns = arguments.args.iter().map(|argument| argument.to_array(rows)).collect::<Result<Vec<_>>>()?;
        let (successes, trials) = (columns[0].as_primitive::<Int64Type>(), columns[1].as_primitive::<Int64Type>());
        let z = columns.get(2).map(|column| column.as_primitive::<Float64Type>());
        let (mut lower, mut upper) = (Float64Builder::with_capacity(rows), Float64Builder::with_capacity(rows));
        for row in 0..rows {
            let known = successes.is_valid(row) && trials.is_valid(row) && z.is_none_or(|z| z.is_valid(row));
            let bound = if known { checked(successes.value(row), trials.value(row), z.map_or(Z_95, |z| z.value(row)))? } else { None };
            lower.append_option(bound.map(|bound| bound.0));
            upper.append_option(bound.map(|bound| bound.1));
        }
        let lower = lower.finish();
        let nulls: Option<NullBuffer> = lower.nulls().cloned();
        let array = StructArray::try_new(bounds(), vec![Arc::new(lower), Arc::new(upper.finish())], nulls)?;
        if constant {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?))
        } else {
            Ok(ColumnarValue::Array(Arc::new(array)))
        }
    }
}

fn checked(successes: i64, trials: i64, z: f64) -> Result<Option<(f64, f64)>> {
    if successes < 0 || successes > trials {
        return Err(fault("wilson_interval: successes must lie between 0 and trials"));
    }
    if !(z > 0.0 && z.is_finite()) {
        return Err(fault("wilson_interval: z must be a positive number"));
    }
    Ok((trials > 0).then(|| interval(successes, trials, z)))
}

fn bounds() -> Fields {
    Fields::from(vec![Field::new("lower", DataType::Float64, true), Field::new("upper", DataType::Float64, true)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check as check_sql, check_fault, integers, samples};

    fn check(successes: i64, trials: i64, z: f64, lower: f64, upper: f64) {
        let (l, u) = checked(successes, trials, z).unwrap().unwrap();
        assert!((l - lower).abs() < 1e-12 && (u - upper).abs() < 1e-12, "{successes}/{trials}: {l:?} {u:?}");
    }

    /// scipy 1.17.1: `binomtest(k, n).proportion_ci(level, 'wilson')`.
    #[test]
    fn agrees_with_scipy() {
        check(5, 20, Z_95, 0.11186170140766571, 0.468700877618744);
        check(250, 1000, Z_95, 0.2241530989836914, 0.27776028025908617);
        check(842, 8000, Z_95, 0.09871382834881834, 0.11216509366688396);
        check(0, 20, Z_95, 0.0, 0.16112515805281935);
        check(20, 20, Z_95, 0.8388748419471808, 1.0);
        check(1, 1, Z_95, 0.20654931437723745, 1.0);
        check(250, 1000, 2.5758293035489004, 0.21645462945665608, 0.28684095299504736);
    }

    /// 100 counts drawn by chance against statsmodels 0.15.0, `proportion_confint(k, n, method='wilson')`.
    #[test]
    fn agrees_with_statsmodels() {
        let rows = samples(include_str!("../../testdata/statistics/wilson_interval.csv"));
        assert_eq!(rows.len(), 100);
        for row in rows.values() {
            let [successes, trials, lower, upper] = row[0][..] else { panic!("{row:?}") };
            check(successes as i64, trials as i64, Z_95, lower, upper);
        }
    }

    /// Newcombe, Statistics in Medicine 17 (1998), 857-872, the examples of its table I.
    #[test]
    fn newcombe() {
        let cases =
            [(81, 263, "0.2553", "0.3662"), (15, 148, "0.0624", "0.1605"), (0, 20, "0.0000", "0.1611"), (1, 29, "0.0061", "0.1718")];
        for (successes, trials, lower, upper) in cases {
            let (l, u) = interval(successes, trials, Z_95);
            assert_eq!((format!("{l:.4}").as_str(), format!("{u:.4}").as_str()), (lower, upper), "{successes}/{trials}");
        }
    }

    #[test]
    fn ends_are_exact() {
        assert_eq!(interval(0, 7, 1.3).0.to_bits(), 0f64.to_bits());
        assert_eq!(interval(7, 7, 1.3).1, 1.0);
        let (lower, upper) = interval(i64::MAX / 2, i64::MAX, Z_95);
        assert!(lower < 0.5 && 0.5 < upper, "{lower} {upper}");
    }

    #[test]
    fn what_cannot_be() {
        assert_eq!(checked(0, 0, Z_95).unwrap(), None);
        for (successes, trials, z) in
            [(-1, 5, Z_95), (6, 5, Z_95), (0, -1, Z_95), (1, 0, Z_95), (1, 2, 0.0), (1, 2, f64::NAN), (1, 2, f64::INFINITY)]
        {
            assert!(checked(successes, trials, z).is_err(), "{successes}/{trials} at {z}");
        }
    }

    #[tokio::test]
    async fn wilson_intervals() {
        let columns = [integers("k", &[Some(5), Some(0), None, Some(842)]), integers("n", &[Some(20), Some(0), Some(4), Some(8000)])];
        let plain = "select n, round(wilson_interval(k, n)['lower'], 9) as lower, round(wilson_interval(k, n)['upper'], 9) as upper from t order by n";
        let expected = ["0 | NULL | NULL", "4 | NULL | NULL", "20 | 0.111861701 | 0.468700878", "8000 | 0.098713828 | 0.112165094"];
        check_sql(&columns, plain, &expected).await;
        check_sql(
            &columns,
            "select wilson_interval(5, 20)['lower'] as a, wilson_interval(0, 0)['upper'] as b, wilson_interval(1, 2, null) as c",
            &["0.11186170140766571 | NULL | NULL"],
        )
        .await;
        let wide = "select round(wilson_interval(k, n, 2.5758293035489004)['lower'], 9) as l from t where n = 20";
        check_sql(&columns, wide, &["0.087363908"]).await;
        check_fault(&columns, "select wilson_interval(n, k) from t where n = 20", "between 0 and trials").await;
        check_fault(&columns, "select wilson_interval(k, n, 0) from t where n = 20", "z must be").await;
        check_fault(&columns, "select wilson_interval(0.5, 2)", "takes two counts").await;
    }
}
