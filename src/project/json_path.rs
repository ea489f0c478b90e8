//! Where a column's value lies in a JSON record: `$`, `user.email`, `items[0].id`, `"a.b".c`, `params[key=page].value.text`.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value of a key of an object.
    Key(String),
    /// An element of an array, from 0.
    Index(usize),
    /// The first object of an array whose `key` holds this text.
    Where { key: String, value: String },
}

/// The steps from a record to a value; none for the whole record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonPath(pub Vec<Step>);

impl JsonPath {
    /// On a fault: what is wrong, as a sentence.
    pub fn parse(written: &str) -> Result<JsonPath, String> {
        if written == "$" {
            return Ok(JsonPath::default());
        }
        let mut rest = written;
        let mut steps = Vec::new();
        loop {
            let (key, after) = key(rest, written)?;
            steps.push(Step::Key(key));
            rest = after;
            while let Some(inside) = rest.strip_prefix('[') {
                let (bracket, after) = inside.split_once(']').ok_or_else(|| format!("a `[` of `{written}` is not closed"))?;
                steps.push(bracketed(bracket, written)?);
                rest = after;
            }
            match rest.strip_prefix('.') {
                Some(more) => rest = more,
                None if rest.is_empty() => return Ok(JsonPath(steps)),
                None => return Err(format!("in `{written}` a `.` is missing before `{rest}`")),
            }
        }
    }
}

/// A key, quoted or not, and what follows it.
fn key<'a>(rest: &'a str, written: &str) -> Result<(String, &'a str), String> {
    if let Some(quoted) = rest.strip_prefix('"') {
        let (key, after) = quoted.split_once('"').ok_or_else(|| format!("a quote of `{written}` is not closed"))?;
        return Ok((key.to_string(), after));
    }
    let end = rest.find(['.', '[', ']', '"']).unwrap_or(rest.len());
    match &rest[..end] {
        "" => Err(format!("`{written}` has a key without a name; quote a key that has a dot or a bracket in it")),
        key => Ok((key.to_string(), &rest[end..])),
    }
}

fn bracketed(bracket: &str, written: &str) -> Result<Step, String> {
    if let Some((key, value)) = bracket.split_once('=') {
        let bare = |text: &str| text.trim_matches('"').to_string();
        return Ok(Step::Where { key: bare(key), value: bare(value) });
    }
    let index = bracket.parse().map_err(|_| format!("`[{bracket}]` of `{written}` is neither a number nor `[key=value]`"))?;
    Ok(Step::Index(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: &[Step]) {
        assert_eq!(JsonPath::parse(written), Ok(JsonPath(expected.to_vec())), "{written}");
    }

    fn check_fault(written: &str, words: &str) {
        let told = JsonPath::parse(written).unwrap_err();
        assert!(told.contains(words), "{written}: {told}");
    }

    #[test]
    fn paths() {
        let key = |name: &str| Step::Key(name.into());
        check("$", &[]);
        check("id", &[key("id")]);
        check("创建时间", &[key("创建时间")]);
        check("user.email", &[key("user"), key("email")]);
        check("\"a.b\".c", &[key("a.b"), key("c")]);
        check("items[0].id", &[key("items"), Step::Index(0), key("id")]);
        check("m[1][2]", &[key("m"), Step::Index(1), Step::Index(2)]);
        let page = Step::Where { key: "key".into(), value: "page.id".into() };
        check("params[key=page.id].value.text", &[key("params"), page, key("value"), key("text")]);
    }

    #[test]
    fn faults() {
        check_fault("", "a key without a name");
        check_fault("a..b", "a key without a name");
        check_fault("a[0", "`[` of `a[0` is not closed");
        check_fault("a[x]", "neither a number nor");
        check_fault("a[0]b", "a `.` is missing before `b`");
        check_fault("\"a", "a quote of");
    }
}
