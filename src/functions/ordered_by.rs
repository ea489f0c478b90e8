//! `ordered_by(values, keys, span)`: the values of a list in the order of their keys, those alone whose key is at most `span` below the
//! greatest: `ordered_by(array_agg(state), array_agg(at), 90)`, both lists from one aggregation.
//!
//! Values are text, keys and span BIGINT; equal keys stand in the order of their values, so that the answer depends on the set of pairs alone.
//! A NULL list gives NULL; lists of different length, a NULL key or value, and a negative span fail. It is there because an aggregate with
//! ORDER BY keeps an accumulator for every group, which is a hundred times slower over millions of groups.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StringViewArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::fault;

pub fn function() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(OrderedBy { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct OrderedBy {
    signature: Signature,
}

impl ScalarUDFImpl for OrderedBy {
    fn name(&self) -> &str {
        "ordered_by"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let list_of = |given: &DataType, fits: fn(&DataType) -> bool| matches!(given, DataType::List(item) if fits(item.data_type()));
        match arguments {
            [values, keys, span]
                if list_of(values, DataType::is_string) && list_of(keys, DataType::is_integer) && (span.is_integer() || span.is_null()) =>
            {
                Ok(vec![list(DataType::Utf8View), list(DataType::Int64), DataType::Int64])
            }
            _ => plan_err!("ordered_by takes a list of texts, a list of BIGINT keys and a BIGINT span: ordered_by(values, keys, span)"),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(list(DataType::Utf8View))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [values, keys, spans] = columns.as_slice() else { return plan_err!("ordered_by takes three arguments") };
        let ordered = ordered(values.as_list(), keys.as_list(), spans.as_primitive::<Int64Type>())?;
        Ok(ColumnarValue::Array(ordered))
    }
}

fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

fn ordered(lists: &ListArray, keys: &ListArray, spans: &Int64Array) -> Result<ArrayRef> {
    let values = lists.values().as_string_view();
    let known = NullBuffer::union(NullBuffer::union(lists.nulls(), keys.nulls()).as_ref(), spans.nulls());
    let mut order = Vec::with_capacity(values.len());
    let mut lengths = Vec::with_capacity(lists.len());
    for row in 0..lists.len() {
        let before = order.len();
        if known.as_ref().is_none_or(|known| known.is_valid(row)) {
            let offsets = lists.value_offsets();
            let places = offsets[row] as u32..offsets[row + 1] as u32;
            append(&mut order, values, places, keys.value(row).as_primitive(), spans.value(row))?;
        }
        lengths.push(order.len() - before);
    }
    let chosen = take(values, &UInt32Array::from(order), None)?;
    let field = Arc::new(Field::new_list_field(DataType::Utf8View, true));
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), chosen, known)?))
}

/// The places of one list's values, in their order.
fn append(order: &mut Vec<u32>, values: &StringViewArray, places: std::ops::Range<u32>, keys: &Int64Array, span: i64) -> Result<()> {
    if places.len() != keys.len() {
        return Err(fault("ordered_by: there is a key for each value, no more and no fewer"));
    }
    if keys.null_count() > 0 || places.clone().any(|place| values.is_null(place as usize)) {
        return Err(fault("ordered_by: neither a value nor a key of a list may be NULL"));
    }
    if span < 0 {
        return Err(fault("ordered_by: the span must not be negative"));
    }
    let last = keys.values().iter().max().copied().unwrap_or_default();
    let near = |key: i64| i128::from(last) - i128::from(key) <= i128::from(span);
    let mut pairs: Vec<(i64, u32)> = keys.values().iter().copied().zip(places).filter(|(key, _)| near(*key)).collect();
    pairs.sort_by(|a, b| (a.0, values.value(a.1 as usize)).cmp(&(b.0, values.value(b.1 as usize))));
    order.extend(pairs.iter().map(|(_, place)| place));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::{check, check_fault, integers, texts};

    #[tokio::test]
    async fn paths_of_groups() {
        let columns = [
            texts("who", &[Some("b"), Some("a"), Some("a"), Some("b"), Some("a"), Some("c")]),
            texts("state", &[Some("x"), Some("y"), Some("x"), Some("w"), Some("z"), Some("q")]),
            integers("at", &[Some(7), Some(9), Some(1), Some(7), Some(5), Some(-3)]),
        ];
        let path = |span: &str| {
            format!(
                "select who, array_to_string(ordered_by(array_agg(state), array_agg(at), {span}), '>') as path from t group by who order by who"
            )
        };
        check(&columns, &path("100"), &["a | x>z>y", "b | w>x", "c | q"]).await;
        check(&columns, &path("8"), &["a | x>z>y", "b | w>x", "c | q"]).await;
        check(&columns, &path("7"), &["a | z>y", "b | w>x", "c | q"]).await;
        check(&columns, &path("0"), &["a | y", "b | w>x", "c | q"]).await;
        check(&columns, &path("9223372036854775807"), &["a | x>z>y", "b | w>x", "c | q"]).await;
        check_fault(&columns, &path("-1"), "must not be negative").await;
    }

    #[tokio::test]
    async fn what_is_no_path() {
        let columns = [texts("state", &[Some("x"), None]), integers("at", &[Some(7), Some(9)])];
        check_fault(&columns, "select ordered_by(array_agg(state), array_agg(at), 1) from t", "may be NULL").await;
        check_fault(&columns, "select ordered_by(array_agg(state), [1], 1) from t where at = 1 or true", "for each value").await;
        check_fault(&columns, "select ordered_by(state, at, 1) from t", "takes a list of texts").await;
        check(&columns, "select ordered_by(array_agg(state), array_agg(at), 1) as p from t where at = 1", &["NULL"]).await;
    }
}
