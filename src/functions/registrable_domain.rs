//! `registrable_domain(host)`: the part of a host that somebody registered, one label below its public suffix (`shop.example.co.uk` is
//! `example.co.uk`).
//!
//! By the Public Suffix List (publicsuffix.org), private section included, as the crate `psl` carries it: its version fixes the list, so
//! that the answer changes only with a build. NULL for IP addresses, single labels and suffixes themselves.

use std::net::IpAddr;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::text;

pub fn function() -> Arc<ScalarUDF> {
    text::function("registrable_domain(host)", domain)
}

fn domain(arguments: &[&str], answer: &mut String) -> Result<bool> {
    let host = arguments[0].trim().trim_end_matches('.').to_lowercase();
    // What looks like an address has no name; a host is made of letters, digits, hyphens and dots, in any script.
    let is_name = host.parse::<IpAddr>().is_err()
        && host.contains('.')
        && host.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')));
    match psl::domain_str(&host).filter(|_| is_name) {
        Some(domain) => answer.push_str(domain),
        None => return Ok(false),
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;

    /// The list's own test vectors (publicsuffix/list, tests/test_psl.txt), and hosts as they come.
    #[test]
    fn domains() {
        let cases = [
            ("example.com", Some("example.com")),
            ("b.example.com", Some("example.com")),
            ("a.b.example.COM", Some("example.com")),
            ("b.c.kobe.jp", Some("b.c.kobe.jp")),
            ("c.kobe.jp", None),
            ("city.kobe.jp", Some("city.kobe.jp")),
            ("www.city.kobe.jp", Some("city.kobe.jp")),
            ("test.k12.ak.us", Some("test.k12.ak.us")),
            ("食狮.公司.cn", Some("食狮.公司.cn")),
            ("www.食狮.公司.cn", Some("食狮.公司.cn")),
            ("xn--85x722f.com.cn", Some("xn--85x722f.com.cn")),
            ("www.quillon.com.cn.", Some("quillon.com.cn")),
            ("shop.example.co.uk", Some("example.co.uk")),
            ("co.uk", None),
            ("localhost", None),
            ("192.0.2.7", None),
            ("2001:db8::1", None),
            ("(direct)", None),
            (".example.com", None),
            ("a b.com", None),
            ("", None),
        ];
        check(domain, &[], &cases);
    }
}
