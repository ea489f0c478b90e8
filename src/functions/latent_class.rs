//! `latent_class(pattern, mixed, background)`: how probable each level of some categorical variables is in a hidden class, as a list of
//! `struct(variable, level, inside, outside, share)`.
//!
//! A row says how often a pattern of levels was seen in a mixture of the hidden class and its background, and how often in the background
//! alone. A pattern is a text of one digit a variable: its level from 1 to 9, 0 where it is not known, which says nothing. Within the
//! class and within the background the variables count as independent (Lazarsfeld, Henry, 1968). `outside` is read off the background,
//! half an observation added to every level; `inside` and the class's `share` of the mixture are found by expectation maximisation
//! (Dempster, Laird, Rubin, 1977; for pairs of records Winkler, 1988). Levels are in order, 1 the closest: the search begins from a class
//! in which level 1 is usual. It ends when no probability moves by more than 1e-9, after 5,000 rounds at the latest.
//!
//! Patterns are held in memory, one entry each, and added up in their order: the answer depends on the set of rows alone. Patterns of
//! different length and negative counts fail; a mixture without rows gives NULL.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringViewBuilder, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, ReversedUDAF, Signature, Volatility};

use super::fault;

const ROUNDS: usize = 5_000;
const STILL: f64 = 1e-9;
/// Where the search begins: the share of the class, and in it the probability of level 1.
const SHARE: f64 = 0.1;
const CLOSEST: f64 = 0.8;

pub fn function() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(LatentClass { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct LatentClass {
    signature: Signature,
}

impl AggregateUDFImpl for LatentClass {
    fn name(&self) -> &str {
        "latent_class"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let count = |given: &DataType| given.is_integer() || given.is_null();
        match arguments {
            [pattern, mixed, background] if pattern.is_string() && count(mixed) && count(background) => {
                Ok(vec![DataType::Utf8View, DataType::Int64, DataType::Int64])
            }
            _ => plan_err!("latent_class takes a pattern (text) and two counts (BIGINT): latent_class(pattern, mixed, background)"),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(list_of(answer()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(arguments.name, "patterns"), list_of(counted()), true))])
    }

    fn accumulator(&self, _arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Patterns::default()))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

fn list_of(fields: Fields) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields), true)))
}

fn answer() -> Fields {
    Fields::from(vec![
        Field::new("variable", DataType::Int64, false),
        Field::new("level", DataType::Int64, false),
        Field::new("inside", DataType::Float64, false),
        Field::new("outside", DataType::Float64, false),
        Field::new("share", DataType::Float64, false),
    ])
}

fn counted() -> Fields {
    Fields::from(vec![
        Field::new("pattern", DataType::Utf8View, false),
        Field::new("mixed", DataType::Int64, false),
        Field::new("background", DataType::Int64, false),
    ])
}

/// Times seen in the mixture and in the background.
type Counts = (i64, i64);

#[derive(Debug, Default)]
struct Patterns {
    counts: BTreeMap<Box<str>, Counts>,
    /// Bytes the patterns hold beside their places.
    heap: usize,
}

impl Patterns {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let (patterns, mixed, background) =
            (columns[0].as_string_view(), columns[1].as_primitive::<Int64Type>(), columns[2].as_primitive::<Int64Type>());
        for row in (0..patterns.len()).filter(|row| patterns.is_valid(*row)) {
            let of = |counts: &Int64Array| if counts.is_valid(row) { counts.value(row) } else { 0 };
            self.count(patterns.value(row), (of(mixed), of(background)))?;
        }
        Ok(())
    }

    fn count(&mut self, pattern: &str, more: Counts) -> Result<()> {
        if more.0 < 0 || more.1 < 0 {
            return Err(fault("latent_class: counts must not be negative"));
        }
        if !self.counts.contains_key(pattern) {
            if !pattern.bytes().all(|level| level.is_ascii_digit())
                || self.counts.keys().next().is_some_and(|one| one.len() != pattern.len())
            {
                return Err(fault("latent_class: a pattern has one digit for each variable, the same number of them in every row"));
            }
            self.heap += pattern.len().next_multiple_of(16);
            self.counts.insert(pattern.into(), (0, 0));
        }
        let sums = self.counts.get_mut(pattern).expect("it was inserted");
        let added = sums.0.checked_add(more.0).zip(sums.1.checked_add(more.1));
        *sums = added.ok_or_else(|| fault("latent_class: counts do not fit a BIGINT"))?;
        Ok(())
    }

    fn solve(&self) -> Option<Solution> {
        let variables = self.counts.keys().next()?.len();
        let mut levels = vec![0; variables];
        for pattern in self.counts.keys() {
            levels.iter_mut().zip(pattern.bytes()).for_each(|(most, level)| *most = (*most).max(usize::from(level - b'0')));
        }
        let mixed: Vec<(&[u8], f64)> =
            self.counts.iter().filter(|(_, counts)| counts.0 > 0).map(|(pattern, counts)| (pattern.as_bytes(), counts.0 as f64)).collect();
        if mixed.is_empty() {
            return None;
        }
        let mut background = Table::filled(&levels, 0.5);
        self.counts.iter().for_each(|(pattern, counts)| background.see(pattern.as_bytes(), counts.1 as f64));
        background.normalise();
        let mut solution = Solution { share: SHARE, inside: Table::beginning(&levels), outside: background };
        for _ in 0..ROUNDS {
            if solution.improve(&mixed) < STILL {
                break;
            }
        }
        Some(solution)
    }
}

/// A number for each level of each variable.
#[derive(Debug)]
struct Table(Vec<Vec<f64>>);

impl Table {
    fn filled(levels: &[usize], value: f64) -> Table {
        Table(levels.iter().map(|count| vec![value; *count]).collect())
    }

    fn beginning(levels: &[usize]) -> Table {
        let of = |count: &usize| match count {
            0 => Vec::new(),
            1 => vec![1.0],
            _ => (0..*count).map(|level| if level == 0 { CLOSEST } else { (1.0 - CLOSEST) / (*count as f64 - 1.0) }).collect(),
        };
        Table(levels.iter().map(of).collect())
    }

    fn see(&mut self, pattern: &[u8], weight: f64) {
        for (of_variable, level) in self.0.iter_mut().zip(pattern).filter(|(_, level)| **level != b'0') {
            of_variable[usize::from(level - b'1')] += weight;
        }
    }

    fn normalise(&mut self) {
        for of_variable in &mut self.0 {
            let total: f64 = of_variable.iter().sum();
            of_variable.iter_mut().for_each(|value| *value /= total);
        }
    }

    /// The probability of a pattern, its unknown levels left out.
    fn of(&self, pattern: &[u8]) -> f64 {
        let known = self.0.iter().zip(pattern).filter(|(_, level)| **level != b'0');
        known.map(|(of_variable, level)| of_variable[usize::from(level - b'1')]).product()
    }
}

#[derive(Debug)]
struct Solution {
    share: f64,
    inside: Table,
    outside: Table,
}

impl Solution {
    /// One round; how far the probabilities moved at most.
    fn improve(&mut self, mixed: &[(&[u8], f64)]) -> f64 {
        let levels: Vec<usize> = self.inside.0.iter().map(Vec::len).collect();
        // Half an observation keeps what was never seen possible.
        let mut seen = Table::filled(&levels, 0.5);
        let (mut expected, mut total) = (0.0, 0.0);
        for (pattern, count) in mixed {
            let inside = self.share * self.inside.of(pattern);
            let outside = (1.0 - self.share) * self.outside.of(pattern);
            let weight = count * if inside + outside > 0.0 { inside / (inside + outside) } else { 0.0 };
            seen.see(pattern, weight);
            expected += weight;
            total += count;
        }
        seen.normalise();
        let share = expected / total;
        let moved = seen.0.iter().flatten().zip(self.inside.0.iter().flatten()).map(|(new, old)| (new - old).abs());
        let moved = moved.fold((share - self.share).abs(), f64::max);
        (self.share, self.inside) = (share, seen);
        moved
    }

    fn list(&self) -> Result<ScalarValue> {
        let places = self.inside.0.iter().enumerate().flat_map(|(variable, levels)| (0..levels.len()).map(move |level| (variable, level)));
        let places: Vec<(usize, usize)> = places.collect();
        let at = |table: &Table| Float64Array::from_iter_values(places.iter().map(|(variable, level)| table.0[*variable][*level]));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(places.iter().map(|place| place.0 as i64 + 1))),
            Arc::new(Int64Array::from_iter_values(places.iter().map(|place| place.1 as i64 + 1))),
            Arc::new(at(&self.inside)),
            Arc::new(at(&self.outside)),
            Arc::new(Float64Array::from_value(self.share, places.len())),
        ];
        Ok(SingleRowListArrayBuilder::new(Arc::new(StructArray::try_new(answer(), columns, None)?)).build_list_scalar())
    }
}

impl Accumulator for Patterns {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(values)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|patterns| self.add(patterns.as_struct().columns()))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        if self.counts.is_empty() {
            return Ok(vec![ScalarValue::try_from(list_of(counted()))?]);
        }
        let mut patterns = StringViewBuilder::new();
        self.counts.keys().for_each(|pattern| patterns.append_value(pattern));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(patterns.finish()),
            Arc::new(Int64Array::from_iter_values(self.counts.values().map(|counts| counts.0))),
            Arc::new(Int64Array::from_iter_values(self.counts.values().map(|counts| counts.1))),
        ];
        Ok(vec![SingleRowListArrayBuilder::new(Arc::new(StructArray::try_new(counted(), columns, None)?)).build_list_scalar()])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.solve().map_or_else(|| ScalarValue::try_from(list_of(answer())), |solution| solution.list())
    }

    fn size(&self) -> usize {
        // A tree keeps its places half to wholly filled.
        size_of_val(self) + self.counts.len() * size_of::<(Box<str>, Counts)>() * 3 / 2 + self.heap
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check, check_fault, integers, texts};

    /// A mixture made by hand: a tenth of 100,000 is the class, in which the variables agree with 0.9, 0.8, 0.95; the rest by 0.05, 0.1, 0.2.
    fn mixture() -> Vec<(String, i64, i64)> {
        let (inside, outside, share) = ([0.9, 0.8, 0.95], [0.05, 0.1, 0.2], 0.1);
        let patterns = (0..8).map(|bits: usize| (0..3).map(|at| bits >> at & 1).collect::<Vec<_>>());
        let of = |agree: [f64; 3], pattern: &[usize]| -> f64 {
            agree.iter().zip(pattern).map(|(agree, differs)| if *differs == 0 { *agree } else { 1.0 - agree }).product()
        };
        patterns
            .map(|pattern| {
                let text = pattern.iter().map(|differs| if *differs == 0 { '1' } else { '2' }).collect();
                let mixed = share * of(inside, &pattern) + (1.0 - share) * of(outside, &pattern);
                (text, (1e9 * mixed).round() as i64, (1e9 * of(outside, &pattern)).round() as i64)
            })
            .collect()
    }

    #[tokio::test]
    async fn finds_the_class_a_mixture_was_made_of() {
        let rows = mixture();
        let columns = [
            texts("p", &rows.iter().map(|row| Some(row.0.as_str())).collect::<Vec<_>>()),
            integers("n", &rows.iter().map(|row| Some(row.1)).collect::<Vec<_>>()),
            integers("b", &rows.iter().map(|row| Some(row.2)).collect::<Vec<_>>()),
        ];
        let sql = "with c as (select unnest(latent_class(p, n, b)) as x from t)
            select x['variable'] as v, x['level'] as l, round(x['inside'], 4) as i, round(x['outside'], 4) as o, round(x['share'], 4) as s from c";
        let expected = [
            "1 | 1 | 0.9 | 0.05 | 0.1",
            "1 | 2 | 0.1 | 0.95 | 0.1",
            "2 | 1 | 0.8 | 0.1 | 0.1",
            "2 | 2 | 0.2 | 0.9 | 0.1",
            "3 | 1 | 0.95 | 0.2 | 0.1",
            "3 | 2 | 0.05 | 0.8 | 0.1",
        ];
        check(&columns, sql, &expected).await;
    }

    /// One round by hand: share 0.1, inside 0.8/0.2, outside (4.5, 6.5)/11. Pattern 1: 0.08 / (0.08 + 0.9 * 4.5/11) of 3; pattern 2: 0.02 /
    /// (0.02 + 0.9 * 6.5/11) of 5; what is unknown moves the share alone.
    #[test]
    fn one_round_by_hand() {
        let mut patterns = Patterns::default();
        patterns.count("1", (3, 4)).unwrap();
        patterns.count("2", (5, 6)).unwrap();
        let levels = [2];
        let mut outside = Table::filled(&levels, 0.5);
        outside.see(b"1", 4.0);
        outside.see(b"2", 6.0);
        outside.normalise();
        let mut solution = Solution { share: SHARE, inside: Table::beginning(&levels), outside };
        solution.improve(&[(b"0", 2.0), (b"1", 3.0), (b"2", 5.0)]);
        let (of_1, of_2) = (3.0 * 0.08 / (0.08 + 0.9 * 4.5 / 11.0), 5.0 * 0.02 / (0.02 + 0.9 * 6.5 / 11.0));
        assert!((solution.share - (0.2 + of_1 + of_2) / 10.0).abs() < 1e-12);
        assert!((solution.inside.0[0][0] - (of_1 + 0.5) / (of_1 + of_2 + 1.0)).abs() < 1e-12);
    }

    #[tokio::test]
    async fn what_cannot_be() {
        let columns = [texts("p", &[Some("12"), Some("1")]), integers("n", &[Some(1), Some(1)])];
        check_fault(&columns, "select latent_class(p, n, 0) from t", "one digit for each variable").await;
        check_fault(&columns, "select latent_class(p, -1, 0) from t where p = '1'", "must not be negative").await;
        check_fault(&columns, "select latent_class(p, n) from t", "latent_class(pattern, mixed, background)").await;
        check(&columns, "select latent_class(p, 0, n) is null as x from t where p = '1'", &["true"]).await;
        check(&columns, "select latent_class(p, n, 0) is null as x from t where p = '9'", &["true"]).await;
    }
}
