//! `fold_han(text)`: Traditional Chinese characters as their simplified ones, by OpenCC's phrases and characters (`t2s`), so that both
//! spellings of a name are one. The tables are those of the crate `ferrous-opencc`; what they leave out is a reference list's matter.

use std::sync::{Arc, LazyLock};

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use super::text;

static TABLES: LazyLock<OpenCC> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).expect("the tables are part of the program"));

pub fn function() -> Arc<ScalarUDF> {
    text::function("fold_han(text)", fold)
}

fn fold(arguments: &[&str], answer: &mut String) -> Result<bool> {
    match arguments[0].is_ascii() {
        true => answer.push_str(arguments[0]),
        false => answer.push_str(&TABLES.convert(arguments[0])),
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;

    /// OpenCC 1.1 for Python: `opencc.OpenCC('t2s').convert(text)`.
    #[test]
    fn agrees_with_opencc() {
        let cases = [
            ("臺灣積體電路製造股份有限公司", Some("台湾积体电路制造股份有限公司")),
            ("張總", Some("张总")),
            ("歐陽諸葛", Some("欧阳诸葛")),
            ("乾隆乾燥", Some("乾隆干燥")),
            ("線索可以單獨轉化", Some("线索可以单独转化")),
            ("鈳", Some("钶")),
            ("嘚箌昰恏", Some("嘚箌昰恏")),
            ("深圳市腾讯计算机系统有限公司", Some("深圳市腾讯计算机系统有限公司")),
            ("𠮷野家 Ltd.", Some("𠮷野家 Ltd.")),
            ("Acme", Some("Acme")),
            ("", Some("")),
        ];
        check(fold, &[], &cases);
    }
}
