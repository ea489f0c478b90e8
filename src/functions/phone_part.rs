//! `phone_part(number, region, part)`: e164, extension, type, region or validity of a telephone number as people write them.
//!
//! Read by Google's libphonenumber (the crate `rlibphonenumber`; its version fixes the numbering plans). `region` is an ISO 3166 alpha-2
//! code, '' if unknown: it is read for numbers that do not name their country. Beyond the library: Chinese words for an extension; `00`
//! before a country code wherever one is; a number too long for its region is read with its last group as extension
//! (`010-62345678-801`), else as one that names its country without + (`8613800138000`).
//!
//! validity is valid (a block that is given out), possible (only the length fits), local (lacks its area code) or impossible. e164 is NULL
//! for the last two, everything for what is no number or more than one. type is fixed_line, mobile, fixed_line_or_mobile, toll_free,
//! premium_rate, shared_cost, voip, personal, pager, company or voicemail, NULL if unknown.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};

use super::{fault, nfkc, text};

/// In normal form KC, the longer first.
const EXTENSION_WORDS: [&str; 10] = ["转分机", "轉分機", "分机号", "分机", "分機", "内线", "內線", "转接", "转", "轉"];
/// Longer texts are no numbers; the library stops there too.
const LONGEST_BYTES: usize = 250;

pub fn function() -> Arc<ScalarUDF> {
    text::function("phone_part(number, region, part)", part)
}

fn part(arguments: &[&str], answer: &mut String) -> Result<bool> {
    let [number, region, part] = arguments else { return Ok(false) };
    if !["e164", "extension", "type", "region", "validity"].contains(part) {
        return Err(fault(format!("phone_part: there is no part '{part}'; the parts are e164, extension, type, region and validity")));
    }
    let Some(read) = read(number, region) else { return Ok(false) };
    let told = match *part {
        "e164" => (read.fits()).then(|| PHONE_NUMBER_UTIL.format(&read.number, PhoneNumberFormat::E164).into_owned()),
        "extension" => read.number.extension.clone().filter(|digits| !digits.is_empty()),
        "type" => kind(PHONE_NUMBER_UTIL.get_number_type(&read.number)).map(str::to_string),
        "region" => PHONE_NUMBER_UTIL.get_region_for_number(&read.number).map(|region| region.to_string()),
        _ => Some(read.validity.to_string()),
    };
    answer.push_str(told.as_deref().unwrap_or_default());
    Ok(told.is_some())
}

struct Read {
    number: PhoneNumber,
    validity: &'static str,
}

impl Read {
    fn fits(&self) -> bool {
        matches!(self.validity, "valid" | "possible")
    }
}

/// The first reading that fits; else the plain one.
fn read(written: &str, region: &str) -> Option<Read> {
    let mut written = nfkc::visible(written);
    if written.len() > LONGEST_BYTES {
        return None;
    }
    if !written.is_ascii() {
        EXTENSION_WORDS.iter().for_each(|word| written = written.replace(word, " ext"));
    }
    let written = written.trim();
    let region = region.parse::<Region>().ok();
    let plain = parse(written, region);
    if plain.as_ref().is_some_and(Read::fits) {
        return plain;
    }
    let named = || written.strip_prefix("00").and_then(|rest| parse(&format!("+{rest}"), None)).filter(Read::fits);
    let unless_short = |read: &Read| read.validity != "local" && region.is_some();
    let extended = || {
        let (front, last) = written.rsplit_once('-')?;
        let last = last.trim();
        let is_extension = (1..=6).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_digit());
        let mut read = parse(front, region).filter(|read| is_extension && read.validity == "valid")?;
        read.number.extension = Some(last.to_string());
        Some(read)
    };
    let unsigned = || {
        let read = region.and_then(|_| parse(&format!("+{written}"), None));
        read.filter(|read| read.validity == "valid" && !written.contains('+'))
    };
    named().or_else(|| plain.as_ref().is_none_or(unless_short).then(|| extended().or_else(unsigned)).flatten()).or(plain)
}

fn parse(written: &str, region: Option<Region>) -> Option<Read> {
    let number = PHONE_NUMBER_UTIL.parse(written, region).ok()?;
    let validity = match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        _ if PHONE_NUMBER_UTIL.is_valid_number(&number) => "valid",
        Ok(rlibphonenumber::NumberLengthType::IsPossible) => "possible",
        Ok(rlibphonenumber::NumberLengthType::IsPossibleLocalOnly) => "local",
        Err(_) => "impossible",
    };
    Some(Read { number, validity })
}

fn kind(kind: PhoneNumberType) -> Option<&'static str> {
    Some(match kind {
        PhoneNumberType::FixedLine => "fixed_line",
        PhoneNumberType::Mobile => "mobile",
        PhoneNumberType::FixedLineOrMobile => "fixed_line_or_mobile",
        PhoneNumberType::TollFree => "toll_free",
        PhoneNumberType::PremiumRate => "premium_rate",
        PhoneNumberType::SharedCost => "shared_cost",
        PhoneNumberType::VoIP => "voip",
        PhoneNumberType::PersonalNumber => "personal",
        PhoneNumberType::Pager => "pager",
        PhoneNumberType::UAN => "company",
        PhoneNumberType::VoiceMail => "voicemail",
        PhoneNumberType::Unknown => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;

    /// What phonenumbers 9 for Python says of the same texts, e164, type, region and validity.
    #[test]
    fn agrees_with_libphonenumber() {
        let cases = [
            ("13800138000", "CN", "+8613800138000 mobile CN valid"),
            ("+86 138-0013-8000", "CN", "+8613800138000 mobile CN valid"),
            ("0086 13800138000", "CN", "+8613800138000 mobile CN valid"),
            ("8613800138000", "CN", "+8613800138000 mobile CN valid"),
            ("１３８　００１３　８０００", "CN", "+8613800138000 mobile CN valid"),
            ("+8613800138000", "US", "+8613800138000 mobile CN valid"),
            ("011 86 138 0013 8000", "US", "+8613800138000 mobile CN valid"),
            ("tel:+86-138-0013-8000", "", "+8613800138000 mobile CN valid"),
            ("16212345678", "CN", "+8616212345678 mobile CN valid"),
            ("16512345678", "CN", "+8616512345678 mobile CN valid"),
            ("16712345678", "CN", "+8616712345678 mobile CN valid"),
            ("17012345678", "CN", "+8617012345678 mobile CN valid"),
            ("17112345678", "CN", "+8617112345678 mobile CN valid"),
            ("14712345678", "CN", "+8614712345678 mobile CN valid"),
            ("14112345678", "CN", "+8614112345678 - CN possible"),
            ("12012345678", "CN", "+8612012345678 - CN possible"),
            ("400-810-8888", "CN", "+864008108888 shared_cost CN valid"),
            ("800-810-8888", "CN", "+868008108888 toll_free CN valid"),
            ("95588", "CN", "- - CN local"),
            ("010-62345678", "CN", "+861062345678 fixed_line CN valid"),
            ("(0755) 2601 2345", "CN", "+8675526012345 fixed_line CN valid"),
            ("123", "CN", "- - CN impossible"),
            ("030 901820", "DE", "+4930901820 fixed_line DE valid"),
            ("+44 (0)20 7946 0958", "GB", "+442079460958 fixed_line GB valid"),
            ("06 12345678", "IT", "+390612345678 fixed_line IT valid"),
            ("(415) 555-2671", "US", "+14155552671 fixed_line_or_mobile US valid"),
            ("1-800-FLOWERS", "US", "+18003569377 toll_free US valid"),
            ("91234567", "HK", "+85291234567 mobile HK valid"),
            ("0912345678", "TW", "+886912345678 mobile TW valid"),
            ("abc", "CN", "- - - -"),
            ("+99912345", "CN", "- - - -"),
            ("13800138000/13900139000", "CN", "- - - -"),
            ("13800138000", "", "- - - -"),
            ("", "CN", "- - - -"),
        ];
        for (number, region, expected) in cases {
            let told = ["e164", "type", "region", "validity"].map(|name| {
                let mut answer = String::new();
                let known = part(&[number, region, name], &mut answer).unwrap();
                if known { answer } else { "-".to_string() }
            });
            assert_eq!(told.join(" "), expected, "{number} in {region}");
        }
    }

    #[test]
    fn numbers_that_name_their_country_without_a_plus() {
        check(part, &["US", "e164"], &[("0086 138 0013 8000", Some("+8613800138000")), ("8613800138000", Some("+8613800138000"))]);
        check(part, &["", "e164"], &[("0086 138 0013 8000", Some("+8613800138000")), ("8613800138000", None)]);
        // Neither is too long for its region: they are what they were meant to be, and wrong.
        check(part, &["CN", "region"], &[("12012345678", Some("CN")), ("12125550123", Some("CN"))]);
    }

    #[test]
    fn extensions_are_kept_apart() {
        let cases = [
            "0755-26012345 ext. 12",
            "0755-26012345x12",
            "0755-26012345转12",
            "0755-26012345 轉 12",
            "0755-26012345分机12",
            "0755-26012345转分机12",
            "0755-26012345 分机号：12",
            "0755-26012345-12",
            "+86 755 2601 2345;ext=12",
            "(0755)26012345 - 12",
        ];
        check(part, &["CN", "extension"], &cases.map(|number| (number, Some("12"))));
        check(part, &["CN", "e164"], &cases.map(|number| (number, Some("+8675526012345"))));
        check(part, &["CN", "extension"], &[("0755-26012345", None), ("138-0013-8000", None)]);
        check(part, &["CN", "extension"], &[("010-62345678-801", Some("801")), ("400-810-8888转6", Some("6"))]);
    }

    #[test]
    fn a_part_that_is_not() {
        assert!(part(&["1", "CN", "country"], &mut String::new()).is_err());
        check(part, &["CN", "e164"], &[(&"1".repeat(251), None), (&"张".repeat(100), None)]);
    }
}
