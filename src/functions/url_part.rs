//! `url_part(url, part)`: scheme, host, port, path, query or fragment of a URL as logs hold it.
//!
//! Read by the URL Standard (url.spec.whatwg.org): hosts are lower-case and ASCII (IDNA), ports that the scheme implies are left out. A URL
//! without a scheme (`example.com/x`, `//example.com/x`) is read as https; schemes of apps (`android-app://com.example/`) have hosts too. NULL for
//! what is no URL, and for a part it does not have; an empty query (`/?`) is ''. Users and passwords are never returned.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use url::Url;

use super::{fault, text};

pub fn function() -> Arc<ScalarUDF> {
    text::function("url_part(url, part)", part)
}

fn part(arguments: &[&str], answer: &mut String) -> Result<bool> {
    let [url, part] = arguments else { return Ok(false) };
    let parts: fn(&Url) -> Option<Cow<'_, str>> = match *part {
        "scheme" => |url| Some(url.scheme().into()),
        "host" => |url| url.host_str().map(|host| host.trim_end_matches('.').to_ascii_lowercase().into()),
        "port" => |url| url.port().map(|port| port.to_string().into()),
        "path" => |url| Some(url.path().into()),
        "query" => |url| url.query().map(Cow::Borrowed),
        "fragment" => |url| url.fragment().map(Cow::Borrowed),
        other => {
            return Err(fault(format!("url_part: there is no part '{other}'; the parts are scheme, host, port, path, query and fragment")));
        }
    };
    let Some(url) = read(url) else { return Ok(false) };
    match parts(&url).filter(|found| !(found.is_empty() && *part == "host")) {
        Some(found) => write!(answer, "{found}").map(|()| true).map_err(|_| fault("url_part: a text too long for memory")),
        None => Ok(false),
    }
}

/// The URL, if it has a host.
pub(super) fn read(written: &str) -> Option<Url> {
    let written = written.trim();
    let whole = match written.split_once("://") {
        Some((scheme, _)) if is_scheme(scheme) => Cow::Borrowed(written),
        _ => match written.strip_prefix("//") {
            Some(rest) => Cow::Owned(format!("https://{rest}")),
            None if looks_like_host(written) => Cow::Owned(format!("https://{written}")),
            None => return None,
        },
    };
    Url::parse(&whole).ok().filter(|url| url.has_host())
}

fn is_scheme(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// `example.com/x` is a URL that lost its scheme; `example`, `/x`, `a b.c` and `mailto:a@b.example` are none.
fn looks_like_host(written: &str) -> bool {
    let host = written.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.contains('.') && !host.starts_with('.') && !host.contains([' ', '@', '\\', ',', ';']) && !host.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::super::text::check;
    use super::*;

    #[test]
    fn hosts() {
        let cases = [
            ("https://WWW.Example.COM/Path", Some("www.example.com")),
            ("http://user:secret@example.com:8080/", Some("example.com")),
            ("//cdn.example.com/x.js", Some("cdn.example.com")),
            ("example.com/x?y=https://other.example/", Some("example.com")),
            ("example.com", Some("example.com")),
            ("https://example.com./", Some("example.com")),
            ("https://bücher.example/", Some("xn--bcher-kva.example")),
            ("https://例子.测试/", Some("xn--fsqu00a.xn--0zwm56d")),
            ("https://[2001:DB8::1]/", Some("[2001:db8::1]")),
            ("https://192.0.2.7/x", Some("192.0.2.7")),
            ("android-app://com.google.android.gm/", Some("com.google.android.gm")),
            ("  https://example.com/x ", Some("example.com")),
            ("(not set)", None),
            ("/pricing?x=1", None),
            ("mailto:ann@example.com", None),
            ("about:blank", None),
            ("https://", None),
            ("http://exa mple.com/", None),
            ("", None),
        ];
        check(part, &["host"], &cases);
    }

    #[test]
    fn other_parts() {
        let url = "HTTPS://example.com:8443/a%20b/?x=1&y#top";
        for (name, expected) in [
            ("scheme", Some("https")),
            ("port", Some("8443")),
            ("path", Some("/a%20b/")),
            ("query", Some("x=1&y")),
            ("fragment", Some("top")),
        ] {
            check(part, &[name], &[(url, expected)]);
        }
        check(part, &["port"], &[("https://example.com:443/", None)]);
        check(part, &["path"], &[("https://example.com", Some("/")), ("https://example.com?x", Some("/"))]);
        check(part, &["query"], &[("https://example.com/", None), ("https://example.com/?", Some(""))]);
    }
}
