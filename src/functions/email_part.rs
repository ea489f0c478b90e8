//! `email_part(address, part)`: address, local or domain of an e-mail address as people type and copy them.
//!
//! Read in normal form KC without invisible marks; `mailto:`, a display name (`Ann <ann@x.example>`), brackets and punctuation around it are
//! taken off. Lower-case, the domain in ASCII (IDNA, UTS #46). NULL for what cannot be one address (RFC 5321, RFC 6531): several @, dots at
//! an end of the local part or two in a row, quoted local parts, domains without a dot, addresses of machines.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::{fault, nfkc, text};

/// Octets of a local part, and of a whole address (RFC 5321, 4.5.3.1).
const LOCAL_BYTES: usize = 64;
const ADDRESS_BYTES: usize = 254;

pub fn function() -> Arc<ScalarUDF> {
    text::function("email_part(address, part)", part)
}

fn part(arguments: &[&str], answer: &mut String) -> Result<bool> {
    let [address, part] = arguments else { return Ok(false) };
    if !["address", "local", "domain"].contains(part) {
        return Err(fault(format!("email_part: there is no part '{part}'; the parts are address, local and domain")));
    }
    let Some((local, domain)) = read(&nfkc::visible(address)) else { return Ok(false) };
    if *part != "domain" {
        answer.push_str(&local);
    }
    if *part == "address" {
        answer.push('@');
    }
    if *part != "local" {
        answer.push_str(&domain);
    }
    Ok(true)
}

fn read(written: &str) -> Option<(String, String)> {
    let (local, domain) = bare(written).split_once('@')?;
    let local = local.to_lowercase();
    let domain = ascii(domain)?;
    let fits = local.len() <= LOCAL_BYTES && local.len() + 1 + domain.len() <= ADDRESS_BYTES;
    (fits && is_local(&local) && is_domain(&domain)).then(|| (local, domain.into_owned()))
}

/// The address without what surrounds it.
fn bare(written: &str) -> &str {
    let around = |c: char| c.is_whitespace() || "<>()[]{}\"'“”‘’`,;:!?.。、《》【】".contains(c);
    let written = written.trim();
    let inner = match (written.rfind('<'), written.rfind('>')) {
        (Some(open), Some(close)) if open < close => &written[open + 1..close],
        _ => written,
    };
    let before = |c: char| c != '.' && around(c);
    let inner = inner.trim_start_matches(before);
    let bare = match inner.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => inner[7..].split('?').next().unwrap_or_default(),
        _ => inner,
    };
    bare.trim_start_matches(before).trim_end_matches(around)
}

fn ascii(domain: &str) -> Option<Cow<'_, str>> {
    match domain.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) {
        true if !domain.contains("xn--") => Some(domain.into()),
        _ => idna::domain_to_ascii_strict(domain).ok().map(Cow::Owned),
    }
}

fn is_local(local: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_letter))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    // No top level is a number, and none is one letter.
    let is_top = |top: &str| top.len() > 1 && !top.bytes().all(|byte| byte.is_ascii_digit());
    domain.rsplit_once('.').is_some_and(|(_, top)| is_top(top)) && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;

    #[test]
    fn addresses() {
        let cases = [
            (" A.N.N+fair@Gmail.COM ", Some("a.n.n+fair@gmail.com")),
            ("ａｎｎ＠ａｃｍｅ．ｃｏｍ", Some("ann@acme.com")),
            ("mailto:Ann@acme.com?subject=Hi", Some("ann@acme.com")),
            ("MAILTO:ann@acme.com", Some("ann@acme.com")),
            ("<ann@acme.com>", Some("ann@acme.com")),
            ("\"Smith, Ann\" <ann@acme.com>;", Some("ann@acme.com")),
            ("张三 <mailto:zs@acme.com>", Some("zs@acme.com")),
            ("ann@acme.com。", Some("ann@acme.com")),
            ("(ann@acme.com).", Some("ann@acme.com")),
            ("'ann@acme.com',", Some("ann@acme.com")),
            ("ann\u{200b}@acme.com\u{feff}", Some("ann@acme.com")),
            ("ann@bücher.example", Some("ann@xn--bcher-kva.example")),
            ("ann@例子。测试", Some("ann@xn--fsqu00a.xn--0zwm56d")),
            ("张三@qq.com", Some("张三@qq.com")),
            ("12345@qq.com", Some("12345@qq.com")),
            ("o'neil@acme.co.uk", Some("o'neil@acme.co.uk")),
            ("ann@acme.com.", Some("ann@acme.com")),
            ("ann@acme.con", Some("ann@acme.con")),
        ];
        check(part, &["address"], &cases);
    }

    #[test]
    fn what_is_no_address() {
        let long = format!("{}@acme.com", "a".repeat(65));
        let cases = [
            "ann@acme@x.com",
            "a@b.com;c@d.com",
            "ann@acme.com bob@acme.com",
            "ann(at)acme.com",
            "ann@",
            "@acme.com",
            "ann@acme",
            "ann@localhost",
            ".ann@acme.com",
            "ann.@acme.com",
            "a..n@acme.com",
            "ann smith@acme.com",
            "\"a b\"@acme.com",
            "ann@acme..com",
            "ann@-acme.com",
            "ann@ac_me.com",
            "ann@192.0.2.7",
            "ann@[192.0.2.7]",
            "ann@acme.c",
            "nonsense",
            "n/a",
            "@",
            "<>",
            "mailto:",
            "",
            " ",
            long.as_str(),
        ];
        check(part, &["address"], &cases.map(|address| (address, None)));
    }

    #[test]
    fn parts() {
        check(part, &["local"], &[("Ann+x@ACME.com", Some("ann+x")), ("x", None)]);
        check(part, &["domain"], &[("Ann+x@ACME.com", Some("acme.com")), ("x", None)]);
        assert!(part(&["a@b.com", "host"], &mut String::new()).is_err());
    }
}
