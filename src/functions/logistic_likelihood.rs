//! The likelihood of log odds that add up, and where it is greatest ([`super::logistic_regression`]).
//!
//! Its logarithm, less half the penalty times the squares of all coefficients but the intercept, is climbed by Newton's method, which here is
//! iteratively reweighted least squares (McCullagh and Nelder, Generalized Linear Models, 2.5, 1989). A step that ends lower is halved. All
//! sums run over rows in the order they are given in, with exp and log of libm, so that machines agree to the bit.

use std::collections::BTreeSet;

use datafusion::common::Result;
use datafusion::error::DataFusionError;

use super::fault;

const ROUNDS: usize = 100;
const HALVINGS: usize = 40;
/// The search ends when a step moves no coefficient by more, of the greater of 1 and itself.
const STILL: f64 = 1e-10;
/// By how much of itself a sum of many losses may be off: what falls by less has not fallen.
const ROUNDING: f64 = 1e-11;
/// What rounding may leave of the square of a column that the columns before it explain wholly.
const SINGULAR: f64 = 1e-13;
/// The Hessian of more has more than 16 MB, and each round takes n^3 / 6 multiplications to solve.
const MOST_FEATURES: usize = 2_000;

/// A feature and the bits of its value.
pub type Known = (i64, u64);

/// Trials, by the features and values they had in common. Place 0 is the intercept, of value 1 in every row.
pub struct Design {
    features: Vec<i64>,
    /// Of all rows in a line: places in ascending order, each with its value.
    terms: Vec<(u32, f64)>,
    rows: Vec<Row>,
}

struct Row {
    /// Where its terms end.
    end: usize,
    successes: f64,
    failures: f64,
}

/// Of the intercept where the feature is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    pub feature: Option<i64>,
    pub value: f64,
    pub standard_error: f64,
}

/// Bytes of a design of so many rows, which have so many features together.
pub fn size_of_design(rows: usize, features: usize) -> usize {
    (rows + features) * size_of::<(u32, f64)>() + rows * size_of::<Row>()
}

impl Design {
    /// Rows of what is known, features in ascending order, and of trials and successes.
    pub fn new<'a>(rows: impl Iterator<Item = (&'a [Known], [i64; 2])> + Clone) -> Result<Design> {
        let features: BTreeSet<i64> = rows.clone().flat_map(|(features, _)| features.iter().map(|(feature, _)| *feature)).collect();
        if features.len() > MOST_FEATURES {
            return Err(fault(format!("logistic_regression: {} features, at most {MOST_FEATURES} can be told apart", features.len())));
        }
        let features: Vec<i64> = features.into_iter().collect();
        let (count, length) = rows.clone().fold((0, 0), |sum, (features, _)| (sum.0 + 1, sum.1 + features.len() + 1));
        let mut design = Design { features, terms: Vec::with_capacity(length), rows: Vec::with_capacity(count) };
        for (features, [trials, successes]) in rows {
            design.terms.push((0, 1.0));
            for (feature, value) in features {
                let place = design.features.partition_point(|one| one < feature) + 1;
                design.terms.push((place as u32, f64::from_bits(*value)));
            }
            design.rows.push(Row { end: design.terms.len(), successes: successes as f64, failures: (trials - successes) as f64 });
        }
        Ok(design)
    }

    /// The most likely coefficients, the intercept first, the others by feature.
    pub fn fit(&self, penalty: f64) -> Result<Vec<Coefficient>> {
        let [successes, failures] = [|row: &Row| row.successes, |row: &Row| row.failures].map(|of| self.rows.iter().map(of).sum::<f64>());
        if successes == 0.0 || failures == 0.0 {
            return Err(fault("logistic_regression: all trials succeeded, or none, so that the intercept has no end"));
        }
        let mut start = vec![0.0; self.features.len() + 1];
        start[0] = libm::log(successes / failures);
        let mut here = self.at(start, penalty);
        for _ in 0..ROUNDS {
            let step = here.hessian.factored().ok_or_else(singular)?.solve(&here.gradient);
            let is_still = step.iter().zip(&here.coefficients).all(|(step, value)| step.abs() <= STILL * value.abs().max(1.0));
            if is_still {
                let answer = self.at(here.after(&step, 1.0), penalty);
                return Ok(self.named(&answer.coefficients, &answer.hessian.factored().ok_or_else(singular)?.inverse_diagonal()));
            }
            here = self.climbed(&here, &step, penalty)?;
        }
        Err(endless())
    }

    /// The place a step leads to, or the first of its halves, quarters and so on that is not lower.
    fn climbed(&self, here: &Place, step: &[f64], penalty: f64) -> Result<Place> {
        let mut share = 1.0;
        for _ in 0..HALVINGS {
            let next = self.at(here.after(step, share), penalty);
            if next.loss <= here.loss * (1.0 + ROUNDING) {
                return Ok(next);
            }
            share /= 2.0;
        }
        Err(endless())
    }

    fn at(&self, coefficients: Vec<f64>, penalty: f64) -> Place {
        let mut hessian = Triangle((0..coefficients.len()).map(|place| vec![0.0; place + 1]).collect());
        let mut gradient = vec![0.0; coefficients.len()];
        let mut loss = 0.0;
        let mut begin = 0;
        for row in &self.rows {
            let terms = &self.terms[begin..row.end];
            begin = row.end;
            let log_odds: f64 = terms.iter().map(|(place, value)| coefficients[*place as usize] * value).sum();
            // No exponent above 0, so that nothing overflows, and neither chance is 1 less the other, which would leave nothing of it near 0.
            let odds = libm::exp(-log_odds.abs());
            let (likely, unlikely) = (1.0 / (1.0 + odds), odds / (1.0 + odds));
            let (success, failure, against) =
                if log_odds >= 0.0 { (likely, unlikely, row.failures) } else { (unlikely, likely, row.successes) };
            let trials = row.successes + row.failures;
            loss += trials * libm::log1p(odds) + against * log_odds.abs();
            let residual = row.successes * failure - row.failures * success;
            let weight = trials * success * failure;
            for (at, (place, value)) in terms.iter().enumerate() {
                gradient[*place as usize] += residual * value;
                let line = &mut hessian.0[*place as usize];
                terms[..=at].iter().for_each(|(other, factor)| line[*other as usize] += weight * value * factor);
            }
        }
        for (place, value) in coefficients.iter().enumerate().skip(1) {
            gradient[place] -= penalty * value;
            hessian.0[place][place] += penalty;
            loss += penalty / 2.0 * value * value;
        }
        Place { coefficients, loss, gradient, hessian }
    }

    fn named(&self, coefficients: &[f64], variances: &[f64]) -> Vec<Coefficient> {
        let features = std::iter::once(None).chain(self.features.iter().copied().map(Some));
        let of = |((feature, value), variance): ((Option<i64>, &f64), &f64)| Coefficient {
            feature,
            value: *value,
            standard_error: variance.sqrt(),
        };
        features.zip(coefficients).zip(variances).map(of).collect()
    }
}

fn singular() -> DataFusionError {
    fault(
        "logistic_regression has more than one answer: a feature follows from others, or tells all successes from all failures; \
         leave one out or give a penalty above 0",
    )
}

fn endless() -> DataFusionError {
    fault(format!(
        "logistic_regression finds no end in {ROUNDS} rounds: features that tell successes from failures without exception need a penalty \
         above 0, and values far from 0 a shift towards it"
    ))
}

/// Coefficients, the loss there, which is the penalised log likelihood with its sign turned, and how both slope.
struct Place {
    coefficients: Vec<f64>,
    loss: f64,
    /// Of the likelihood.
    gradient: Vec<f64>,
    /// Of the loss, so that it is positive.
    hessian: Triangle,
}

impl Place {
    fn after(&self, step: &[f64], share: f64) -> Vec<f64> {
        self.coefficients.iter().zip(step).map(|(value, step)| value + share * step).collect()
    }
}

/// A symmetric matrix, or a triangular one, by its lines up to the diagonal.
struct Triangle(Vec<Vec<f64>>);

/// The lower triangle whose product with its transpose is a matrix.
struct Factor(Triangle);

impl Triangle {
    /// Cholesky's factor; none where a column follows from those before it.
    fn factored(&self) -> Option<Factor> {
        let mut lines: Vec<Vec<f64>> = Vec::with_capacity(self.0.len());
        for whole in &self.0 {
            let (diagonal, line) = whole.split_last()?;
            let mut line = line.to_vec();
            for (at, before) in lines.iter().enumerate() {
                line[at] = (line[at] - product(&line[..at], &before[..at])) / before[at];
            }
            let pivot = diagonal - product(&line, &line);
            if pivot.is_nan() || pivot <= SINGULAR * diagonal {
                return None;
            }
            line.push(pivot.sqrt());
            lines.push(line);
        }
        Some(Factor(Triangle(lines)))
    }
}

impl Factor {
    /// The x at which the matrix times x is this.
    fn solve(&self, right: &[f64]) -> Vec<f64> {
        let lines = &self.0.0;
        let mut x = Vec::with_capacity(right.len());
        for (line, value) in lines.iter().zip(right) {
            x.push((value - product(&line[..x.len()], &x)) / line[x.len()]);
        }
        for (at, line) in lines.iter().enumerate().rev() {
            x[at] /= line[at];
            let solved = x[at];
            x[..at].iter_mut().zip(line).for_each(|(value, factor)| *value -= factor * solved);
        }
        x
    }

    /// The squares of the columns of the inverse of the triangle.
    fn inverse_diagonal(&self) -> Vec<f64> {
        let lines = &self.0.0;
        let of = |place: usize| {
            let mut column = vec![1.0 / lines[place][place]];
            for line in &lines[place + 1..] {
                let at = place + column.len();
                column.push(-product(&line[place..at], &column) / line[at]);
            }
            product(&column, &column)
        };
        (0..lines.len()).map(of).collect()
    }
}

fn product(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::samples;

    /// Values by feature, from 1; trials and successes.
    type Seen<'a> = (&'a [f64], [i64; 2]);

    fn fit(rows: &[Seen], penalty: f64) -> Result<Vec<Coefficient>> {
        let named = |values: &[f64]| values.iter().zip(1..).filter(|(value, _)| **value != 0.0).map(|(v, f)| (f, v.to_bits())).collect();
        let rows: Vec<(Vec<Known>, [i64; 2])> = rows.iter().map(|(values, counts)| (named(values), *counts)).collect();
        Design::new(rows.iter().map(|(features, counts)| (features.as_slice(), *counts)))?.fit(penalty)
    }

    fn near(found: &[Coefficient], expected: &[[f64; 2]], tolerance: f64) {
        assert_eq!(found.len(), expected.len());
        for (found, [value, error]) in found.iter().zip(expected) {
            let is_near = |found: f64, expected: f64| (found - expected).abs() < tolerance * expected.abs().max(1.0);
            assert!(is_near(found.value, *value) && is_near(found.standard_error, *error), "{found:?}: {value} {error}");
        }
    }

    fn fails(rows: &[Seen], penalty: f64, words: &str) {
        let told = fit(rows, penalty).unwrap_err().to_string();
        assert!(told.contains(words), "{told}");
    }

    /// The odds of one cell are 1/3, of two cells 1/3 and 4, whose ratio is 12; variances are sums of reciprocal counts (Woolf, 1955).
    #[test]
    fn odds_by_hand() {
        near(&fit(&[(&[], [8, 2])], 0.0).unwrap(), &[[-3f64.ln(), (1.0f64 / 2.0 + 1.0 / 6.0).sqrt()]], 1e-14);
        let halves = (1.0f64 / 2.0 + 1.0 / 6.0 + 1.0 / 8.0 + 1.0 / 2.0).sqrt();
        let expected = [[-3f64.ln(), (2.0f64 / 3.0).sqrt()], [12f64.ln(), halves]];
        near(&fit(&[(&[], [8, 2]), (&[1.0], [10, 8])], 0.0).unwrap(), &expected, 1e-14);
        // Twice the value, half the coefficient.
        near(&fit(&[(&[], [8, 2]), (&[2.0], [10, 8])], 0.0).unwrap()[1..], &[[12f64.ln() / 2.0, halves / 2.0]], 1e-14);
    }

    /// Successes at 1 and failures at -1, n of each: the intercept is 0, and 2 n / (1 + exp(b)) equals the penalty times b.
    #[test]
    fn a_penalty_by_hand() {
        let fit = fit(&[(&[1.0], [6, 6]), (&[-1.0], [6, 0])], 1.5).unwrap();
        let b = fit[1].value;
        assert!(fit[0].value.abs() < 1e-15 && (12.0 / (1.0 + b.exp()) - 1.5 * b).abs() < 1e-12, "{fit:?}");
        let chance = 1.0 / (1.0 + b.exp());
        assert!((fit[1].standard_error - (12.0 * chance * (1.0 - chance) + 1.5).powf(-0.5)).abs() < 1e-14, "{fit:?}");
    }

    /// Dalal, Fowlkes and Hoadley, JASA 84 (1989): flights whose O-rings were distressed, and how many of six, by temperature in degrees
    /// Fahrenheit: 15.043 - 0.2322 t and 5.085 - 0.1156 t.
    #[test]
    fn o_rings() {
        let degrees = [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58];
        let distressed = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 1];
        let values = degrees.map(|degrees| [f64::from(degrees)]);
        let told = |rings: i64| -> Vec<String> {
            let rows = values.iter().zip(distressed).map(|(values, count)| (&values[..], [rings, i64::from(count).min(rings)]));
            fit(&rows.collect::<Vec<_>>(), 0.0).unwrap().iter().map(|c| format!("{:.4} {:.4}", c.value, c.standard_error)).collect()
        };
        assert_eq!(told(1), ["15.0429 7.3786", "-0.2322 0.1082"]);
        assert_eq!(told(6), ["5.0850 3.0525", "-0.1156 0.0470"]);
    }

    /// 30 samples drawn by chance. Without a penalty against statsmodels 0.15.0, `GLM` of the binomial family with a tolerance of 1e-14; with
    /// one against Newton's method in numpy 2.4.6 down to 1e-14, which agrees with scikit-learn 1.9.1, `LogisticRegression` with C = 1 /
    /// penalty, to 1e-5. A coefficient and its error stand in the row of its place, the intercept's in the first.
    #[test]
    fn agrees_with_statsmodels_and_scikit_learn() {
        let samples = samples(include_str!("../../testdata/statistics/logistic_regression.csv"));
        assert_eq!(samples.len(), 30);
        for rows in samples.into_values() {
            let values: Vec<Vec<f64>> =
                rows.iter().map(|row| row[3..11].iter().map(|value| if value.is_nan() { 0.0 } else { *value }).collect()).collect();
            let seen: Vec<Seen> = rows.iter().zip(&values).map(|(row, values)| (&values[..], [row[1] as i64, row[2] as i64])).collect();
            let expected: Vec<[f64; 2]> = rows.iter().map(|row| [row[11], row[12]]).filter(|found| !found[0].is_nan()).collect();
            near(&fit(&seen, rows[0][0]).unwrap(), &expected, 1e-9);
        }
    }

    #[test]
    fn what_has_no_answer() {
        fails(&[(&[], [8, 0]), (&[1.0], [10, 0])], 1.0, "all trials succeeded, or none");
        // One value for all, two features that exclude and complete each other, and one that always succeeds.
        fails(&[(&[2.0], [8, 3])], 0.0, "more than one answer");
        fails(&[(&[1.0, 0.0], [8, 3]), (&[0.0, 1.0], [8, 5])], 0.0, "more than one answer");
        fails(&[(&[], [8, 3]), (&[1.0], [10, 10])], 0.0, "no end in 100 rounds");
        // A difference of two features tells all: neither does alone.
        let apart: &[Seen] = &[(&[3.0, 2.0], [9, 9]), (&[2.0, 3.0], [9, 0]), (&[7.0, 6.5], [9, 9]), (&[6.5, 7.0], [9, 0])];
        assert!(fit(apart, 0.0).is_err());
        fails(&[(&[1e300], [8, 3]), (&[-1e300], [8, 2]), (&[1.0], [3, 1])], 0.0, "logistic_regression");
        // A penalty gives each of them one, the same for what is alike.
        let alike = fit(&[(&[1.0, 0.0], [8, 3]), (&[0.0, 1.0], [8, 5])], 1e-3).unwrap();
        assert!((alike[1].value + alike[2].value).abs() < 1e-9, "{alike:?}");
        assert!(fit(apart, 1e-6).unwrap()[1].value > 1.0);
        let many: Vec<f64> = vec![1.0; MOST_FEATURES + 1];
        fails(&[(&many, [2, 1])], 1.0, "2001 features, at most 2000");
    }

    /// Newton's first step from the pooled rate overshoots here and is halved: rare, far values of great weight.
    #[test]
    fn steps_that_lead_lower_are_halved() {
        let rows: &[Seen] = &[(&[], [1_000_000, 10]), (&[40.0], [30, 29]), (&[-1.0], [40, 39]), (&[0.1], [5, 1])];
        let fit = fit(rows, 0.0).unwrap();
        let design_slope = |of: usize| -> f64 {
            rows.iter()
                .map(|(values, [trials, successes])| {
                    let x = values.first().copied().unwrap_or(0.0);
                    let chance = 1.0 / (1.0 + (-fit[0].value - fit[1].value * x).exp());
                    [1.0, x][of] * (*successes as f64 - *trials as f64 * chance)
                })
                .sum()
        };
        assert!(design_slope(0).abs() < 1e-6 && design_slope(1).abs() < 1e-6, "{fit:?}");
    }
}
