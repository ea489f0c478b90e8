//! A function from texts to a text: the part that is the same for all of them. NULL in any argument gives NULL.

use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

/// Writes the answer for one row into the empty buffer; `false`: it is NULL.
pub(super) type OfTexts = fn(&[&str], &mut String) -> Result<bool>;

/// `usage` names the arguments, as a person would write the call: `url_part(url, part)`.
pub(super) fn function(usage: &'static str, of_texts: OfTexts) -> Arc<ScalarUDF> {
    let name = usage.split('(').next().unwrap_or(usage);
    let count = usage.matches(',').count() + 1;
    Arc::new(ScalarUDF::from(TextFunction { name, usage, count, of_texts, signature: Signature::user_defined(Volatility::Immutable) }))
}

struct TextFunction {
    name: &'static str,
    usage: &'static str,
    count: usize,
    of_texts: OfTexts,
    signature: Signature,
}

// A name stands for one function: the list of them is checked to be free of repeats.
impl PartialEq for TextFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for TextFunction {}

impl Hash for TextFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Debug for TextFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.usage)
    }
}

impl ScalarUDFImpl for TextFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        if arguments.len() != self.count || !arguments.iter().all(|given| given.is_string() || given.is_null()) {
            return plan_err!("{} takes text: {}", self.name, self.usage);
        }
        Ok(vec![DataType::Utf8View; self.count])
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { arguments.number_rows };
        let columns = arguments.args.iter().map(|argument| Column::new(argument, rows)).collect::<Result<Vec<_>>>()?;
        let mut answers = StringViewBuilder::with_capacity(rows);
        let (mut texts, mut answer) = (Vec::with_capacity(self.count), String::new());
        for row in 0..rows {
            texts.clear();
            texts.extend(columns.iter().map_while(|column| column.get(row)));
            answer.clear();
            match texts.len() == self.count && (self.of_texts)(&texts, &mut answer)? {
                true => answers.append_value(&answer),
                false => answers.append_null(),
            }
        }
        let answers: ArrayRef = Arc::new(answers.finish());
        Ok(match constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&answers, 0)?),
            false => ColumnarValue::Array(answers),
        })
    }
}

/// An argument: a text for all rows, or one for each.
enum Column {
    Same(Option<String>),
    Each(StringViewArray),
}

impl Column {
    fn new(argument: &ColumnarValue, rows: usize) -> Result<Column> {
        if let ColumnarValue::Scalar(value) = argument
            && let Some(text) = value.try_as_str()
        {
            return Ok(Column::Same(text.map(str::to_string)));
        }
        let array = cast(&argument.to_array(rows)?, &DataType::Utf8View)?;
        Ok(Column::Each(array.as_any().downcast_ref::<StringViewArray>().expect("it was cast to this").clone()))
    }

    fn get(&self, row: usize) -> Option<&str> {
        match self {
            Column::Same(text) => text.as_deref(),
            Column::Each(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }
}

/// The answers of a function for a column of texts and the same other arguments, for tests of the functions themselves.
#[cfg(test)]
pub(super) fn check(of_texts: OfTexts, rest: &[&str], cases: &[(&str, Option<&str>)]) {
    for (text, expected) in cases {
        let mut answer = String::new();
        let texts: Vec<&str> = [*text].into_iter().chain(rest.iter().copied()).collect();
        let known = of_texts(&texts, &mut answer).unwrap();
        assert_eq!(known.then_some(answer.as_str()), *expected, "{texts:?}");
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::{check, check_fault, texts};

    #[tokio::test]
    async fn in_sql_and_in_every_layout() {
        let columns = [texts("u", &[Some("https://a.example/x?k=1"), None, Some("no url"), Some("https://b.example")])];
        let sql = "select u, url_part(u, 'host') as host, url_part('https://c.example/', 'host') as same from t order by u";
        let expected = [
            "https://a.example/x?k=1 | a.example | c.example",
            "https://b.example | b.example | c.example",
            "no url | NULL | c.example",
            "NULL | NULL | c.example",
        ];
        check(&columns, sql, &expected).await;
        check(&columns, "select url_part(u, null) as host from t limit 1", &["NULL"]).await;
        check_fault(&columns, "select url_part(u) from t", "url_part takes text: url_part(url, part)").await;
        check_fault(&columns, "select url_part(u, 'hots') from t", "'hots'").await;
    }
}
