//! How far two texts are from each other, letter by letter:
//! - `jaro_winkler(a, b)`: 1 where they are the same, 0 where they share nothing (Winkler, 1990), as DOUBLE. A shared beginning of up to
//!   four letters counts more, so that it suits names.
//! - `damerau_levenshtein(a, b)`: how many letters to insert, to delete, to replace or to swap with their neighbour (Damerau, 1964), as
//!   BIGINT. It suits numbers and dates.
//!
//! Letters are Unicode characters and must be the same: fold both sides first. NULL in either gives NULL.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

pub fn functions() -> Vec<Arc<ScalarUDF>> {
    [Measure::JaroWinkler, Measure::DamerauLevenshtein]
        .map(|measure| Arc::new(ScalarUDF::from(TextDistance { measure, signature: Signature::user_defined(Volatility::Immutable) })))
        .to_vec()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Measure {
    JaroWinkler,
    DamerauLevenshtein,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TextDistance {
    measure: Measure,
    signature: Signature,
}

impl ScalarUDFImpl for TextDistance {
    fn name(&self) -> &str {
        match self.measure {
            Measure::JaroWinkler => "jaro_winkler",
            Measure::DamerauLevenshtein => "damerau_levenshtein",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        match arguments {
            [_, _] if arguments.iter().all(|given| given.is_string() || given.is_null()) => Ok(vec![DataType::Utf8View; 2]),
            _ => plan_err!("{0} takes two texts: {0}(a, b)", self.name()),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(match self.measure {
            Measure::JaroWinkler => DataType::Float64,
            Measure::DamerauLevenshtein => DataType::Int64,
        })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = arguments.args.iter().map(|argument| texts(argument, arguments.number_rows)).collect::<Result<Vec<_>>>()?;
        let pairs = columns[0].as_string_view().iter().zip(columns[1].as_string_view().iter());
        let pairs = pairs.map(|(a, b)| a.zip(b));
        let answers: ArrayRef = match self.measure {
            Measure::JaroWinkler => Arc::new(pairs.map(|pair| pair.map(|(a, b)| jaro_winkler(a, b))).collect::<Float64Array>()),
            Measure::DamerauLevenshtein => Arc::new(pairs.map(|pair| pair.map(|(a, b)| damerau_levenshtein(a, b))).collect::<Int64Array>()),
        };
        Ok(ColumnarValue::Array(answers))
    }
}

fn texts(argument: &ColumnarValue, rows: usize) -> Result<ArrayRef> {
    let array = cast(&argument.to_array(rows)?, &DataType::Utf8View)?;
    debug_assert!(array.as_any().is::<StringViewArray>());
    Ok(array)
}

// Most pairs that are compared are the same: they need no count.
fn jaro_winkler(a: &str, b: &str) -> f64 {
    if a == b { 1.0 } else { strsim::jaro_winkler(a, b) }
}

fn damerau_levenshtein(a: &str, b: &str) -> i64 {
    if a == b { 0 } else { i64::try_from(strsim::damerau_levenshtein(a, b)).unwrap_or(i64::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::{check, check_fault, texts};

    /// Winkler, "Overview of Record Linkage and Current Research Directions" (2006), table 6, to its three digits.
    #[test]
    fn jaro_winkler_as_published() {
        let published = [
            ("shackleford", "shackelford", 0.982),
            ("dunningham", "cunnigham", 0.896),
            ("nichleson", "nichulson", 0.956),
            ("jones", "johnson", 0.832),
            ("massey", "massie", 0.933),
            ("abroms", "abrams", 0.922),
            ("jeraldine", "geraldine", 0.926),
            ("marhta", "martha", 0.961),
            ("michelle", "michael", 0.921),
            ("julies", "julius", 0.933),
            ("tanya", "tonya", 0.880),
            ("dwayne", "duane", 0.840),
            ("sean", "susan", 0.805),
            ("jon", "john", 0.933),
            ("jon", "jan", 0.800),
        ];
        for (a, b, expected) in published {
            assert!((jaro_winkler(a, b) - expected).abs() < 6e-4, "{a} {b}: {}", jaro_winkler(a, b));
        }
    }

    #[tokio::test]
    async fn in_sql() {
        let columns = [
            texts("a", &[Some("19840229"), Some("张伟"), Some(""), Some("ab"), None, Some("ca")]),
            texts("b", &[Some("19842092"), Some("张玮"), Some("abc"), Some("ab"), Some("x"), Some("abc")]),
        ];
        // By hand: 02 swapped and 29 swapped; one letter replaced; three inserted; nothing; swap and insert between.
        let sql = "select a, damerau_levenshtein(a, b) as edits from t order by a nulls last";
        check(&columns, sql, &[" | 3", "19840229 | 2", "ab | 0", "ca | 2", "张伟 | 1", "NULL | NULL"]).await;
        check(&columns, "select jaro_winkler(a, 'ab') as same from t where a = 'ab'", &["1.0"]).await;
        check(&columns, "select jaro_winkler(a, null) as none from t where a = 'ab'", &["NULL"]).await;
        check_fault(&columns, "select jaro_winkler(a) from t", "jaro_winkler takes two texts").await;
        check_fault(&columns, "select damerau_levenshtein(a, 1) from t", "damerau_levenshtein takes two texts").await;
    }
}
