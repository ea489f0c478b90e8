//! A store's error becomes a sentence: which store, which object, what was tried, and whether running again may help.

use super::redact::redact;
use crate::error::Error;
use std::io::ErrorKind;
use std::path::Path;

/// What object_store answered. `doing` completes "cannot ...": `read _commits/00000001.json`.
pub fn of_bucket(url: &str, doing: &str, error: &object_store::Error) -> Error {
    use object_store::Error as Answer;
    let sentence = format!("cannot {doing} in {url}");
    let cause = cause(error);
    match error {
        Answer::PermissionDenied { .. } | Answer::Unauthenticated { .. } => Error::faulty(sentence)
            .because(cause)
            .hint("check the credentials in the environment and what the bucket's policy lets them do"),
        Answer::NotFound { .. } => Error::faulty(sentence).because(cause).hint("check the bucket's name and the endpoint"),
        Answer::NotImplemented { .. }
        | Answer::NotSupported { .. }
        | Answer::InvalidPath { .. }
        | Answer::UnknownConfigurationKey { .. } => Error::faulty(sentence).because(cause),
        _ if SETTINGS.iter().any(|answer| cause.contains(answer)) => {
            Error::faulty(sentence).because(cause).hint("check the bucket's name, the endpoint and the settings in the environment")
        }
        _ => Error::retry(sentence).because(cause),
    }
}

/// Answers that only other settings change; object_store gives them no kind of their own.
const SETTINGS: [&str; 5] =
    ["NoSuchBucket", "URL scheme is not allowed", "InvalidBucketName", "InvalidAccessKeyId", "SignatureDoesNotMatch"];

/// What the operating system answered for a local file.
pub fn of_disk(doing: &str, path: &Path, error: &std::io::Error) -> Error {
    let sentence = format!("cannot {doing} {}", path.display());
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Error::faulty(sentence).because(error).hint("check who owns the folder and whether it may be written")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Error::retry(sentence).because(error).hint("free space on this disk; what was published is untouched")
        }
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::InvalidFilename | ErrorKind::Unsupported => {
            Error::faulty(sentence).because(error)
        }
        _ => Error::retry(sentence).because(error),
    }
}

/// A writer used again after it failed.
pub fn after_failure(what: &str) -> Error {
    Error::retry(format!("cannot write {what}: an earlier write failed"))
}

/// The innermost error that says something, without secrets and without a page of XML.
fn cause(error: &object_store::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    redact(&shortened(&in_words(&text)))
}

/// S3's `<Code>` and `<Message>` say what the rest of the page repeats.
fn in_words(text: &str) -> String {
    let element = |name: &str| {
        let (_, after) = text.split_once(&format!("<{name}>"))?;
        Some(after.split_once(&format!("</{name}>"))?.0.trim().to_string())
    };
    match (element("Code"), element("Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code,
        _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 400;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[track_caller]
    fn check(error: object_store::Error, kind: Kind, expected: &str) {
        let error = of_bucket("s3://marts", "read a", &error);
        assert_eq!((error.kind, error.causes.join(": ").as_str()), (kind, expected));
        assert_eq!(error.sentence, "cannot read a in s3://marts");
    }

    #[test]
    fn answers_become_sentences() {
        let page = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Not for you</Message><RequestId>1</RequestId></Error>";
        check(object_store::Error::PermissionDenied { path: "a".into(), source: page.into() }, Kind::Faulty, "AccessDenied: Not for you");
        let lost = object_store::Error::Generic { store: "S3", source: "connection to https://u:p@host reset".into() };
        check(lost, Kind::Retry, "Generic S3 error: connection to https://***@host reset");
    }
}
