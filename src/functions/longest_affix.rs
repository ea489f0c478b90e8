//! `longest_prefix(text, words)` and `longest_suffix(text, words)`: the longest of the words that the text starts or ends with; NULL if
//! none does. The words are one text, parted by `|`, as `string_agg(word, '|')` makes it of a list:
//! `longest_suffix(name, (select string_agg(word, '|') from reference.endings))`. Letters must be the same: fold both sides first.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::text;

pub fn functions() -> Vec<Arc<ScalarUDF>> {
    vec![text::function("longest_prefix(text, words)", prefix), text::function("longest_suffix(text, words)", suffix)]
}

fn prefix(arguments: &[&str], answer: &mut String) -> Result<bool> {
    Ok(longest(arguments, answer, |text, bytes| text.get(..bytes)))
}

fn suffix(arguments: &[&str], answer: &mut String) -> Result<bool> {
    Ok(longest(arguments, answer, |text, bytes| text.get(text.len().checked_sub(bytes)?..)))
}

/// `cut` gives so many bytes of an end of the text, unless that parts a letter.
fn longest(arguments: &[&str], answer: &mut String, cut: fn(&str, usize) -> Option<&str>) -> bool {
    let [text, written] = arguments else { return false };
    with_words(written, |words| {
        let found = words.lengths.iter().filter_map(|bytes| cut(text, *bytes)).find(|end| words.set.contains(*end));
        answer.push_str(found.unwrap_or_default());
        found.is_some()
    })
}

/// A list as it was last written: rows mostly share one.
#[derive(Default)]
struct Words {
    written: String,
    set: HashSet<String>,
    /// In bytes, the longest first.
    lengths: Vec<usize>,
}

impl Words {
    fn read(written: &str) -> Words {
        let set: HashSet<String> = written.split('|').filter(|word| !word.is_empty()).map(str::to_string).collect();
        let lengths: BTreeSet<usize> = set.iter().map(String::len).collect();
        Words { written: written.to_string(), set, lengths: lengths.into_iter().rev().collect() }
    }
}

fn with_words<T>(written: &str, ask: impl FnOnce(&Words) -> T) -> T {
    thread_local! {
        static LAST: RefCell<[Words; 4]> = RefCell::default();
    }
    LAST.with_borrow_mut(|last| {
        // A query asks for a few lists in turn; the oldest gives way.
        if let Some(place) = last.iter().position(|words| words.written == written) {
            last[..=place].rotate_right(1);
        } else {
            last.rotate_right(1);
            last[0] = Words::read(written);
        }
        ask(&last[0])
    })
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;
    use crate::functions::tests::{check as check_sql, texts};

    #[test]
    fn the_longest_wins() {
        let words = &["有限公司|股份有限公司|公司|集团|"];
        let cases = [
            ("海科股份有限公司", Some("股份有限公司")),
            ("腾讯有限公司", Some("有限公司")),
            ("有限公司", Some("有限公司")),
            ("司", None),
            ("限公司", Some("公司")),
            ("集团海科", None),
            ("", None),
        ];
        check(suffix, words, &cases);
        let cases = [("欧阳娜娜", Some("欧阳")), ("欧文", Some("欧")), ("é", None), ("阳欧", None), ("", None)];
        check(prefix, &["欧|欧阳|\u{c3}"], &cases);
        check(prefix, &[""], &[("a", None), ("", None)]);
    }

    /// More lists than are kept, in turn.
    #[test]
    fn lists_do_not_mix() {
        for _ in 0..3 {
            for (list, found) in
                [("a", Some("a")), ("ab", Some("ab")), ("b", None), ("abc|a", Some("abc")), ("x", None), ("a|abcd", Some("a"))]
            {
                check(prefix, &[list], &[("abc", found)]);
            }
        }
    }

    #[tokio::test]
    async fn lists_from_a_table() {
        let columns = [texts("w", &[Some("co"), Some("co ltd"), None, Some("inc")])];
        let sql = "select longest_suffix(name, (select string_agg(w, '|') from t)) as end
            from (values ('acme co ltd'), ('acme inc'), ('acme'), (null)) as names(name) order by name";
        check_sql(&columns, sql, &["NULL", "co ltd", "inc", "NULL"]).await;
    }
}
