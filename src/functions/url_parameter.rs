//! `url_parameter(url, name)`: the first value of a parameter in the query of a URL, decoded (`+` is a blank, `%xx` a byte of UTF-8).
//!
//! Names are compared without case. Of a query that lacks it, the fragment is searched too, since single-page sites keep theirs there (`#utm_source=x`,
//! `#/page?utm_source=x`). Takes a URL, a part of one, or a bare query (`?a=1`, `a=1&b=2`). Bytes that are no UTF-8 become U+FFFD. A name without a
//! value gives ''; NULL when the name is not there.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use url::form_urlencoded::parse;

use super::text;

pub fn function() -> Arc<ScalarUDF> {
    text::function("url_parameter(url, name)", parameter)
}

fn parameter(arguments: &[&str], answer: &mut String) -> Result<bool> {
    let [url, name] = arguments else { return Ok(false) };
    let (before, fragment) = url.trim().split_once('#').unwrap_or((url.trim(), ""));
    let queries = [query(before), query(fragment)];
    Ok(queries.into_iter().any(|query| find(query, name, answer)))
}

/// What stands behind the first `?`; without one, all of it, if it is no address.
fn query(text: &str) -> &str {
    match text.split_once('?') {
        Some((_, query)) => query,
        None if text.contains("://") || text.starts_with('/') => "",
        None => text,
    }
}

fn find(query: &str, name: &str, answer: &mut String) -> bool {
    // Most parameters are not the one: their names are compared before anything is decoded.
    let named = |pair: &&str| {
        let written = pair.split('=').next().unwrap_or_default();
        written.eq_ignore_ascii_case(name) || written.contains(['%', '+'])
    };
    for pair in query.split('&').filter(named) {
        if let Some((_, value)) = parse(pair.as_bytes()).next().filter(|(found, _)| found.eq_ignore_ascii_case(name)) {
            answer.push_str(&value);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;

    #[test]
    fn parameters() {
        let cases = [
            ("https://example.com/?utm_source=news&utm_medium=email", Some("news")),
            ("https://example.com/?a=1&UTM_Source=News+Letter", Some("News Letter")),
            ("https://example.com/?utm_source=a&utm_source=b", Some("a")),
            ("https://example.com/?utm_source=%E7%99%BE%E5%BA%A6", Some("百度")),
            ("https://example.com/?utm_source=%ff", Some("\u{fffd}")),
            ("https://example.com/?utm_source=a%26b%3Dc", Some("a&b=c")),
            ("https://example.com/?utm%5Fsource=x", Some("x")),
            ("https://example.com/?utm_source=", Some("")),
            ("https://example.com/?utm_source", Some("")),
            ("https://example.com/#utm_source=frag", Some("frag")),
            ("https://example.com/#/page?utm_source=frag", Some("frag")),
            ("https://example.com/?utm_source=query#utm_source=frag", Some("query")),
            ("?utm_source=bare", Some("bare")),
            ("a=1&utm_source=bare", Some("bare")),
            ("/page?utm_source=path", Some("path")),
            ("https://example.com/?next=https://x.example/?utm_source=inner", None),
            ("https://example.com/?xutm_source=a", None),
            ("https://example.com/utm_source=a", None),
            ("", None),
        ];
        check(parameter, &["utm_source"], &cases);
    }
}
