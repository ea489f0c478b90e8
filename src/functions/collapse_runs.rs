//! `collapse_runs(text, separator)`: neighbours that are the same are one: `collapse_runs('a>a>b>a', '>')` is `a>b>a`. An empty separator
//! parts nothing.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::text;

pub fn function() -> Arc<ScalarUDF> {
    text::function("collapse_runs(text, separator)", collapsed)
}

fn collapsed(arguments: &[&str], answer: &mut String) -> Result<bool> {
    let [text, separator] = arguments else { return Ok(false) };
    if separator.is_empty() {
        answer.push_str(text);
        return Ok(true);
    }
    let mut previous = None;
    for part in text.split(separator) {
        if previous.is_some() && previous != Some(part) {
            answer.push_str(separator);
        }
        if previous != Some(part) {
            answer.push_str(part);
        }
        previous = Some(part);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;

    #[test]
    fn runs() {
        let cases = [
            ("a>a>b>a", Some("a>b>a")),
            ("a", Some("a")),
            ("a>a>a", Some("a")),
            ("ab>a>ab", Some("ab>a>ab")),
            ("", Some("")),
            (">>a", Some(">a")),
        ];
        check(collapsed, &[">"], &cases);
        check(collapsed, &[""], &[("aab", Some("aab"))]);
        check(collapsed, &[" > "], &[("x > x > y", Some("x > y"))]);
    }
}
