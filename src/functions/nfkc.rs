//! `nfkc(text)`: Unicode normalisation form KC (UAX #15), in which full-width letters and digits, ligatures and presentation forms are the
//! plain ones: `ＡＢＣ１２３` is `ABC123`, `㈱` is `(株)`. Tables of the crate `icu_normalizer`, which URLs bring along.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use icu_normalizer::ComposingNormalizerBorrowed;

use super::{fault, text};

pub fn function() -> Arc<ScalarUDF> {
    text::function("nfkc(text)", normalise)
}

fn normalise(arguments: &[&str], answer: &mut String) -> Result<bool> {
    ComposingNormalizerBorrowed::new_nfkc()
        .normalize_to(arguments[0], answer)
        .map(|()| true)
        .map_err(|_| fault("nfkc: a text too long for memory"))
}

/// The form without what people cannot see: zero-width marks and byte order marks, which come with copied text.
pub(super) fn visible(written: &str) -> String {
    let form = ComposingNormalizerBorrowed::new_nfkc();
    let seen = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    form.normalize(written).chars().filter(seen).collect()
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;

    /// Python 3: `unicodedata.normalize('NFKC', text)`.
    #[test]
    fn agrees_with_python() {
        let cases = [
            ("ＡＢＣ　１２３", Some("ABC 123")),
            ("（集团）", Some("(集团)")),
            ("ﬁ ㈱ ① ½", Some("fi (株) 1 1⁄2")),
            ("e\u{301}", Some("é")),
            ("ｶﾞ", Some("ガ")),
            ("\u{f900}", Some("豈")),
            ("张三", Some("张三")),
            ("", Some("")),
        ];
        check(normalise, &[], &cases);
    }

    #[test]
    fn marks_nobody_sees() {
        assert_eq!(visible("\u{feff}an\u{200b}n\u{ad}＠x\u{202c}"), "ann@x");
    }
}
