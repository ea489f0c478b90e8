//! `poisson_draw(mean, key, replicate)`: a number drawn from the Poisson distribution of a mean, as BIGINT, for resampling counts: where a row
//! stands for `mean` independent observations, a draw is how many of them a bootstrap sample holds (Chamandy, Muralidharan, Najmi, Naidu,
//! "Estimating Uncertainty for Massive Data Streams", 2012).
//!
//! - mean: BIGINT, 0 to 2^53; more or less fails.
//! - key: text that names the row. Two counts of one row need two keys.
//! - replicate: BIGINT, the number of the sample.
//!
//! Key and replicate alone decide about chance: the draw is the same in every query, on every machine and in every layout of rows. NULL in
//! any argument gives NULL. In SQL, a sample: `select path, poisson_draw(successes, path || '+', 17) from t`.
//!
//! Chance is the BLAKE3 stream of replicate and key. Means below 10 are drawn by inversion, others by the transformed rejection method
//! (PTRS; Hörmann, Insurance: Mathematics and Economics 12, 1993) with probabilities in the form of Loader ("Fast and Accurate Computation of
//! Binomial Probabilities", 2000), which stays exact where a difference of factorials would not. Logarithms are those of `libm`: a
//! platform's own differ in the last bit.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Builder};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::fault;

/// Past it a double does not hold every whole number.
const LARGEST: i64 = 1 << 53;
/// Of a mean below it the probabilities are added one by one.
const SMALL: i64 = 10;
const ONE_OVER_E: f64 = 0.36787944117144233;

pub fn function() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(PoissonDraw { signature: Signature::user_defined(Volatility::Immutable) }))
}

/// A draw with a mean of 0 to [`LARGEST`].
fn draw(mean: i64, key: &str, replicate: i64) -> i64 {
    let mut chance = Chance::new(key, replicate);
    match mean {
        0 => 0,
        mean if mean < SMALL => by_inversion(mean, chance.next()),
        mean => by_rejection(mean as f64, &mut chance),
    }
}

/// Numbers between 0 and 1.
struct Chance(blake3::OutputReader);

impl Chance {
    fn new(key: &str, replicate: i64) -> Chance {
        Chance(blake3::Hasher::new().update(&replicate.to_le_bytes()).update(key.as_bytes()).finalize_xof())
    }

    /// One of 2^52, neither 0 nor 1.
    fn next(&mut self) -> f64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        ((u64::from_le_bytes(bytes) >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }
}

/// The first number whose probability and those before it pass the chance.
fn by_inversion(mean: i64, chance: f64) -> i64 {
    let mut probability = (0..mean).fold(1.0, |product, _| product * ONE_OVER_E);
    let (mut number, mut sum) = (0, probability);
    // Past the mean a probability that no longer adds anything is the last.
    while sum < chance && (number < mean || sum + probability > sum) {
        number += 1;
        probability *= mean as f64 / number as f64;
        sum += probability;
    }
    number
}

/// PTRS, with Hörmann's names for its constants.
fn by_rejection(mean: f64, chance: &mut Chance) -> i64 {
    let b = 0.931 + 2.53 * mean.sqrt();
    let a = -0.059 + 0.02483 * b;
    let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    let v_r = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let (u, v) = (chance.next() - 0.5, chance.next());
        let u_s = 0.5 - u.abs();
        let number = ((2.0 * a / u_s + b) * u + mean + 0.43).floor();
        if u_s >= 0.07 && v <= v_r {
            return number as i64;
        }
        if number < 0.0 || (u_s < 0.013 && v > u_s) {
            continue;
        }
        if libm::log(v * inverse_alpha / (a / (u_s * u_s) + b)) <= log_probability(number, mean) {
            return number as i64;
        }
    }
}

/// The logarithm of the probability of a number.
fn log_probability(number: f64, mean: f64) -> f64 {
    match number {
        0.0 => -mean,
        number => -deviance(number, mean) - stirling_error(number) - 0.5 * libm::log(2.0 * std::f64::consts::PI * number),
    }
}

/// `x log(x / mean) + mean - x`; close to the mean as a series, for its terms nearly cancel.
fn deviance(x: f64, mean: f64) -> f64 {
    let difference = x - mean;
    if difference.abs() >= 0.1 * (x + mean) {
        return x * libm::log(x / mean) - difference;
    }
    let v = difference / (x + mean);
    let mut sum = difference * v;
    let mut power = 2.0 * x * v;
    for odd in (3..).step_by(2) {
        power *= v * v;
        let more = sum + power / f64::from(odd);
        if more == sum {
            break;
        }
        sum = more;
    }
    sum
}

/// `log(n!)` less Stirling's formula.
fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        let factorial = (1..=n as i32).fold(1.0, |product, one| product * f64::from(one));
        return libm::log(factorial) - (n + 0.5) * libm::log(n) + n - 0.5 * libm::log(2.0 * std::f64::consts::PI);
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) / square) / n
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct PoissonDraw {
    signature: Signature,
}

impl ScalarUDFImpl for PoissonDraw {
    fn name(&self) -> &str {
        "poisson_draw"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let number = |given: &DataType| given.is_integer() || given.is_null();
        match arguments {
            [mean, key, replicate] if number(mean) && (key.is_string() || key.is_null()) && number(replicate) => {
                Ok(vec![DataType::Int64, DataType::Utf8View, DataType::Int64])
            }
            _ => plan_err!("poisson_draw takes a mean (BIGINT), a key (text) and a number (BIGINT): poisson_draw(mean, key, replicate)"),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { arguments.number_rows };
        let columns = arguments.args.iter().map(|argument| argument.to_array(rows)).collect::<Result<Vec<_>>>()?;
        let (means, keys) = (columns[0].as_primitive::<Int64Type>(), columns[1].as_string_view());
        let replicates = columns[2].as_primitive::<Int64Type>();
        let mut draws = Int64Builder::with_capacity(rows);
        for row in 0..rows {
            let known = means.is_valid(row) && keys.is_valid(row) && replicates.is_valid(row);
            draws.append_option(known.then(|| checked(means.value(row), keys.value(row), replicates.value(row))).transpose()?);
        }
        let draws = draws.finish();
        Ok(match constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&draws, 0)?),
            false => ColumnarValue::Array(Arc::new(draws)),
        })
    }
}

fn checked(mean: i64, key: &str, replicate: i64) -> Result<i64> {
    match (0..=LARGEST).contains(&mean) {
        true => Ok(draw(mean, key, replicate)),
        false => Err(fault("poisson_draw: a mean lies between 0 and 9,007,199,254,740,992")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check as check_sql, check_fault, integers, texts};

    const REPLICATES: i64 = 40_000;

    fn draws(mean: i64) -> Vec<i64> {
        (0..REPLICATES).map(|replicate| draw(mean, "key", replicate)).collect()
    }

    /// Mean and variance are the mean: within five standard errors of them, and the skewness too, which a normal law would miss.
    #[test]
    fn moments() {
        for mean in [1, 3, 9, 10, 11, 40, 1000, 1_000_000, 1_000_000_000_000] {
            let (draws, m, n) = (draws(mean), mean as f64, REPLICATES as f64);
            let moment = |power: i32| draws.iter().map(|draw| ((draw - mean) as f64 / m.sqrt()).powi(power)).sum::<f64>() / n;
            assert!(moment(1).abs() < 5.0 / n.sqrt(), "mean of {mean}: {}", moment(1));
            assert!((moment(2) - 1.0).abs() < 5.0 * ((2.0 + 1.0 / m) / n).sqrt(), "variance of {mean}: {}", moment(2));
            let of_third = 15.0 + 24.0 / m + 1.0 / (m * m);
            assert!((moment(3) - 1.0 / m.sqrt()).abs() < 5.0 * (of_third / n).sqrt(), "skewness of {mean}: {}", moment(3));
        }
    }

    /// Every number as often as its probability says, on either side of the change of method: chi-square below its 99.99 % quantile.
    #[test]
    fn frequencies() {
        for (mean, most) in [(1i64, 5usize), (9, 20), (10, 22), (30, 50)] {
            let mut seen = vec![0.0; most + 1];
            draws(mean).into_iter().for_each(|draw| seen[(draw as usize).min(most)] += 1.0);
            // By the recurrence of the definition; the last holds all that is larger.
            let mut probability = (-(mean as f64)).exp();
            let mut expected = Vec::new();
            for number in 0..most {
                expected.push(probability);
                probability *= mean as f64 / (number + 1) as f64;
            }
            expected.push(1.0 - expected.iter().sum::<f64>());
            let chi_square: f64 = seen
                .iter()
                .zip(&expected)
                .filter(|(_, probability)| **probability * REPLICATES as f64 > 5.0)
                .map(|(seen, probability)| (seen - probability * REPLICATES as f64).powi(2) / (probability * REPLICATES as f64))
                .sum();
            // Wilson and Hilferty, 1931: z = 3.72.
            let free = most as f64;
            let bound = free * (1.0 - 2.0 / (9.0 * free) + 3.72 * (2.0 / (9.0 * free)).sqrt()).powi(3);
            assert!(chi_square < bound, "mean {mean}: {chi_square} of {bound}");
        }
    }

    /// `k log m - m - log k!` by mpmath with 60 digits.
    #[test]
    fn probabilities_as_computed_with_many_digits() {
        let computed = [
            (0.0, 10.0, -10.0),
            (1.0, 10.0, -7.697414907005954),
            (7.0, 10.0, -2.4070657101070947),
            (15.0, 10.0, -3.3604949889302063),
            (16.0, 10.0, -3.830498618175942),
            (40.0, 25.0, -6.565606720029366),
            (5.0, 40.0, -26.343094472212364),
            (200.0, 40.0, -165.45609636961822),
            (1000.0, 1000.0, -4.372899506026297),
            (900.0, 1000.0, -9.495764415411939),
            (1000003.0, 1000000.0, -7.826699895513143),
            (1000001000000.0, 1000000000000.0, -15.234449424502197),
            (1000000100000000.0, 1000000000000000.0, -23.188326613993354),
            (9007199254740992.0, 9007199254740992.0, -19.287338818043223),
        ];
        for (number, mean, expected) in computed {
            let found = log_probability(number, mean);
            assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0), "{number} of {mean}: {found}");
        }
    }

    /// A key, and a replicate, say nothing of another: correlations within five standard errors of 0.
    #[test]
    fn draws_are_independent() {
        let correlation = |one: &dyn Fn(i64) -> i64, other: &dyn Fn(i64) -> i64| {
            (0..REPLICATES).map(|at| (one(at) - 20) as f64 * (other(at) - 20) as f64 / 20.0).sum::<f64>() / REPLICATES as f64
        };
        let bound = 5.0 / (REPLICATES as f64).sqrt();
        let key = |at: i64| draw(20, "a", at);
        assert!(correlation(&key, &|at| draw(20, "b", at)).abs() < bound);
        assert!(correlation(&key, &|at| draw(20, "a", at + 1)).abs() < bound);
        assert!(correlation(&key, &|at| draw(20, &at.to_string(), 0)).abs() < bound);
    }

    #[tokio::test]
    async fn the_same_in_every_layout() {
        let keys: Vec<String> = (0..50).map(|row| format!("key {}", row % 25)).collect();
        let columns = [
            texts("k", &keys.iter().map(|key| Some(key.as_str())).collect::<Vec<_>>()),
            integers("m", &(0..50).map(|row| Some(row % 25)).collect::<Vec<_>>()),
        ];
        let sum: i64 = (0..25).map(|row| draw(row, &format!("key {row}"), 3)).sum();
        let sql = "select sum(poisson_draw(m, k, 3)) as s, count(distinct (k, poisson_draw(m, k, 3))) as n from t";
        check_sql(&columns, sql, &[&format!("{} | 25", 2 * sum)]).await;
        let of = "select poisson_draw(0, 'k', 1) as a, poisson_draw(null, k, 1) as b, poisson_draw(5, null, 1) as c, poisson_draw(5, k, null) as d
            from t limit 1";
        check_sql(&columns, of, &["0 | NULL | NULL | NULL"]).await;
        check_fault(&columns, "select poisson_draw(m - 20, k, 1) from t", "a mean lies between 0 and").await;
        check_fault(&columns, "select poisson_draw(9007199254740993, k, 1) from t", "a mean lies between 0 and").await;
        check_fault(&columns, "select poisson_draw(1.5, k, 1) from t", "poisson_draw(mean, key, replicate)").await;
    }
}
