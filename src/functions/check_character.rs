//! `check_character(text, alphabet, base)`: the character that makes a code right, where position i counts base^(i-1) and the whole is a
//! multiple of the alphabet's length: Σ v(cᵢ)·baseⁱ⁻¹ + v(check) ≡ 0, v being the place in the alphabet from 0. GB 32100-2015 is such a
//! code with base 3 over 31 characters.
//!
//! NULL where a character is not of the alphabet; an alphabet that repeats itself or a base that is no whole number fails.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::{fault, text};

pub fn function() -> Arc<ScalarUDF> {
    text::function("check_character(text, alphabet, base)", check)
}

fn check(arguments: &[&str], answer: &mut String) -> Result<bool> {
    let [code, alphabet, base] = arguments else { return Ok(false) };
    let letters = alphabet.chars().count() as u64;
    if letters == 0 || alphabet.char_indices().any(|(place, letter)| alphabet[..place].contains(letter)) {
        return Err(fault("check_character: the alphabet must name each of its characters once"));
    }
    let Some(base) = base.parse::<u32>().ok().map(|base| u64::from(base) % letters) else {
        return Err(fault(format!("check_character: the base must be a whole number, not '{base}'")));
    };
    let (mut sum, mut weight) = (0, 1 % letters);
    for letter in code.chars() {
        let Some(value) = alphabet.chars().position(|known| known == letter) else { return Ok(false) };
        sum = (sum + value as u64 * weight) % letters;
        weight = weight * base % letters;
    }
    answer.extend(alphabet.chars().nth(((letters - sum) % letters) as usize));
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::check_fault;
    use crate::functions::text::check as check_all;

    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    /// The example of GB 32100-2015, and codes of python-stdnum 2 (`stdnum.cn.uscc.calc_check_digit`).
    #[test]
    fn unified_social_credit_codes() {
        let cases = [
            ("91350100M000100Y4", Some("3")),
            ("91110000600037341", Some("L")),
            ("91440300708461136", Some("T")),
            ("00000000000000000", Some("0")),
            ("91350100I00010043", None),
            ("9135010０M00010043", None),
            ("", Some("0")),
        ];
        check_all(check, &[ALPHABET, "3"], &cases);
    }

    #[tokio::test]
    async fn what_cannot_be() {
        check_fault(&[], "select check_character('1', '011', '3')", "each of its characters once").await;
        check_fault(&[], "select check_character('1', '01', 'x')", "'x'").await;
    }
}
