//! One redactor for every text that comes from outside and may be shown: store errors quote URLs, headers and answers.

/// Query and header names whose values give access.
const SECRET_NAMES: [&str; 12] = [
    "sig",
    "signature",
    "token",
    "access_token",
    "password",
    "secret",
    "awsaccesskeyid",
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-goog-signature",
    "x-goog-credential",
];

const MASK: &str = "***";

/// The text without user names and passwords in URLs, signatures, tokens, access keys, and values of the environment's credentials.
pub fn redact(text: &str) -> String {
    redact_with(text, &environment_secrets())
}

fn redact_with(text: &str, secrets: &[String]) -> String {
    let mut text = text.to_string();
    for secret in secrets {
        text = text.replace(secret.as_str(), MASK);
    }
    mask_words(&mask_named_values(&mask_user_info(&text)))
}

/// Values of cloud credentials in the environment. Short ones are left out: masking every `test` would hide the message, not a secret.
fn environment_secrets() -> Vec<String> {
    let clouds = ["AWS_", "AZURE_", "GOOGLE_"];
    let words = ["SECRET", "TOKEN", "KEY", "PASSWORD", "SAS", "CREDENTIAL"];
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| {
            value.len() >= 8 && clouds.iter().any(|cloud| name.starts_with(cloud)) && words.iter().any(|word| name.contains(word))
        })
        .map(|(_, value)| value)
        .collect()
}

/// `scheme://user:password@host` becomes `scheme://***@host`. Azure's `abfs://container@account` is an address, not a secret.
fn mask_user_info(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        let end = after.find(|c: char| c.is_whitespace() || "/?#\"'<>".contains(c)).unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        out.push_str(before);
        match authority.rsplit_once('@') {
            Some((user, host)) if user.contains(':') || !is_azure(before) => {
                out.push_str(MASK);
                out.push('@');
                out.push_str(host);
            }
            _ => out.push_str(authority),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn is_azure(before: &str) -> bool {
    ["az://", "abfs://", "abfss://", "adl://"].iter().any(|scheme| before.ends_with(scheme))
}

/// `sig=abc&x=1` becomes `sig=***&x=1`; an `Authorization:` header loses all it says.
fn mask_named_values(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', ':']) {
        let (before, after) = rest.split_at(at + 1);
        let end = secret_length(&before[..at], before.ends_with('='), after);
        out.push_str(before);
        out.push_str(if end > 0 { MASK } else { "" });
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

fn secret_length(before: &str, is_parameter: bool, after: &str) -> usize {
    let name = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).next().unwrap_or("");
    let stop = match is_parameter {
        true if SECRET_NAMES.iter().any(|secret| name.eq_ignore_ascii_case(secret)) => {
            after.find(|c: char| c.is_whitespace() || "&\"'<>,;)".contains(c))
        }
        false if name.eq_ignore_ascii_case("authorization") => after.find(['\r', '\n', '"', '<']),
        _ => Some(0),
    };
    stop.unwrap_or(after.len())
}

/// AWS access key ids wherever they stand.
fn mask_words(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        out.push_str(&rest[..start]);
        let word = &rest[start..];
        let end = word.find(|c| !is_word(c)).unwrap_or(word.len());
        let is_key = end == 20 && (word.starts_with("AKIA") || word.starts_with("ASIA"));
        out.push_str(if is_key { MASK } else { &word[..end] });
        rest = &word[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(redact_with(text, &["wJalrXUtnFEMI/K7MDENG".to_string()]), expected);
    }

    #[test]
    fn secrets_do_not_leave() {
        check("cannot open s3://me:PASSWORD@bucket/a: no", "cannot open s3://***@bucket/a: no");
        check("https://h/x?sv=1&sig=Ab%2F=&se=2 failed", "https://h/x?sv=1&sig=***&se=2 failed");
        check("GET /b?X-Amz-Credential=AK/2026&X-Amz-Signature=ff0", "GET /b?X-Amz-Credential=***&X-Amz-Signature=***");
        check("Authorization: AWS4-HMAC-SHA256 Credential=a\nHost: h", "Authorization:***\nHost: h");
        check("key wJalrXUtnFEMI/K7MDENG is wrong", "key *** is wrong");
        check("<AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>", "<AWSAccessKeyId>***</AWSAccessKeyId>");
    }

    #[test]
    fn plain_text_stays() {
        for text in [
            "abfss://marts@account.dfs.core.windows.net/a",
            "file:///data/marts: No such file",
            "status=503, code: SlowDown, retries=10",
            "Kunden/äöü 顾客: permission denied",
        ] {
            check(text, text);
        }
    }
}
