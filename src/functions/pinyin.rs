//! `pinyin(text)`: Chinese characters by their most common reading without tones, joined by blanks (`张伟` is `zhang wei`); ü is written
//! v. What is no Chinese character stays as it is, a word of its own. Many names share a reading and some read otherwise in names: it is
//! weak evidence, and readings of surnames are a reference list's matter.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use pinyin::ToPinyin;

use super::text;

pub fn function() -> Arc<ScalarUDF> {
    text::function("pinyin(text)", readings)
}

fn readings(arguments: &[&str], answer: &mut String) -> Result<bool> {
    let mut in_word = false;
    for letter in arguments[0].chars() {
        let reading = letter.to_pinyin();
        let starts = reading.is_some() || !in_word;
        in_word = reading.is_none() && !letter.is_whitespace();
        if letter.is_whitespace() {
            continue;
        }
        if starts && !answer.is_empty() {
            answer.push(' ');
        }
        match reading {
            Some(reading) => answer.extend(reading.plain().chars().map(|c| if c == 'ü' { 'v' } else { c })),
            None => answer.push(letter),
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;

    /// pypinyin for Python: `' '.join(lazy_pinyin(text))`, character by character.
    #[test]
    fn agrees_with_pypinyin() {
        let cases = [
            ("张伟", Some("zhang wei")),
            ("欧阳娜娜", Some("ou yang na na")),
            ("吕布", Some("lv bu")),
            ("王小明", Some("wang xiao ming")),
            ("单", Some("dan")),
            ("张Wei 2", Some("zhang Wei 2")),
            ("  Ann  李 ", Some("Ann li")),
            ("", Some("")),
        ];
        check(readings, &[], &cases);
    }
}
