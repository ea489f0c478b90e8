//! Which packaged files belong to which kind of source, by their names, and the pipeline that reads some of them.
//!
//! A kind of source has a name: `hubspot`. Its sources are `hubspot_<thing>`, its staging tables `hubspot__<thing>`, its members of unions
//! `hubspot` or `hubspot_<thing>`. All other tables are everybody's.

use crate::error::{Error, Result};
use crate::plan::sql::Select;
use std::collections::{BTreeMap, BTreeSet};

pub struct Packaged<'a> {
    /// Names of the kinds of source.
    names: BTreeSet<&'a str>,
    pipelines: Vec<&'a str>,
}

/// A key of a block with its lines, comments before it included.
type Entries<'a> = Vec<(&'a str, String)>;

impl<'a> Packaged<'a> {
    pub fn new(tables: impl Iterator<Item = &'a str>, pipelines: impl Iterator<Item = (&'a str, &'a str)>) -> Packaged<'a> {
        let staging = tables.filter_map(|path| path.strip_prefix("staging/")?.split_once("__"));
        Packaged { names: staging.map(|(name, _)| name).collect(), pipelines: pipelines.map(|(_, text)| text).collect() }
    }

    /// The kind of source a file below `sql/` is for; `None`: it is for all.
    pub fn source_of(&self, path: &str) -> Option<&'a str> {
        let parts: Vec<&str> = path.split('/').collect();
        let stem = |name: &'_ str| name.split('.').next().unwrap_or_default().to_string();
        match parts[..] {
            ["staging", table, ..] => self.longest(&stem(table), |rest| rest.starts_with("__")),
            [_, _, member] => self.longest(&stem(member), |rest| rest.is_empty() || rest.starts_with('_')),
            [_, table] => self.longest(&stem(table), |rest| rest.starts_with('_')),
            _ => None,
        }
    }

    /// The longest name that begins the word, so that `google_ads_x` is not `google`'s.
    fn longest(&self, word: &str, ends: impl Fn(&str) -> bool) -> Option<&'a str> {
        self.names.iter().copied().filter(|name| word.strip_prefix(name).is_some_and(&ends)).max_by_key(|name| name.len())
    }

    pub fn known(&self, wanted: &[String]) -> Result<BTreeSet<&'a str>> {
        let find = |name: &String| {
            self.names.get(name.as_str()).copied().ok_or_else(|| {
                let known: Vec<&str> = self.names.iter().copied().collect();
                Error::faulty(format!("there is no packaged source `{name}`"))
                    .did_you_mean(name, known.iter().copied())
                    .hint(format!("there are {}", known.join(", ")))
            })
        };
        wanted.iter().map(find).collect()
    }

    /// A pipeline with the entries of the wanted sources: a new one, or the author's with those it lacks.
    pub fn pipeline(&self, wanted: &BTreeSet<&str>, existing: Option<&str>) -> Result<String> {
        let (mut params, mut sources) = (Entries::new(), Entries::new());
        for text in &self.pipelines {
            let entries = entries(block(text, "sources"));
            let named = |name: &str| self.longest(name, |rest| rest.starts_with('_')).is_some_and(|source| wanted.contains(source));
            let needed: Entries<'_> = entries.into_iter().filter(|(name, _)| named(name)).collect();
            if !needed.is_empty() {
                params = merged(params, self::entries(block(text, "params")));
                sources = merged(sources, needed);
            }
        }
        // What only names the folder of a data set is no parameter of a project of one's own, and the values of a sample are not its values.
        params.retain(|(name, text)| *name != "data" && text.contains(&format!("{name}: {{")));
        let Some(existing) = existing else { return Ok(new_pipeline(wanted, &params, &sources)) };
        extended(&extended(existing, "params", params)?, "sources", sources)
    }
}

/// The SELECTs of the files that are SQL.
pub fn selects(files: &[(&str, &str)]) -> Result<Vec<Select>> {
    files.iter().filter(|(name, _)| name.ends_with(".sql")).map(|(name, text)| Select::parse(name, text)).collect()
}

/// Files of rows without their `.csv`: tables that no SQL of these files reads, and shared rows that no contract names. Without these they
/// would be dead.
pub fn unread<'a>(files: &[(&'a str, &str)], selects: &[Select]) -> BTreeSet<&'a str> {
    let read: BTreeSet<&String> = selects.iter().flat_map(|select| select.reads.keys()).collect();
    let members_aside = |table: &&str| table.split('/').count() == 2;
    let (shared, tables): (Vec<&str>, Vec<&str>) =
        files.iter().filter_map(|(name, _)| name.strip_suffix(".csv")).partition(|name| name.contains("/_"));
    let unread = tables.into_iter().filter(members_aside).filter(|table| !read.contains(&table.replace('/', ".")));
    let is_named = |rows: &str| {
        let name = format!("{}.csv", rows.rsplit('/').next().unwrap_or_default());
        files.iter().any(|(path, text)| path.ends_with(".yaml") && text.contains(&name))
    };
    unread.chain(shared.into_iter().filter(|rows| !is_named(rows))).collect()
}

/// The declarations that the SQL uses: new ones, or the author's with those they lack. What the author's pipeline declares is its own.
pub fn params(packaged: &str, selects: &[Select], existing: Option<&str>, pipeline: Option<&str>) -> Result<String> {
    let own: Vec<&str> = entries(block(pipeline.unwrap_or_default(), "params")).into_iter().map(|(name, _)| name).collect();
    let is_used = |name: &str| selects.iter().any(|select| select.params.contains_key(name));
    let all = block(packaged, "params");
    let used: Entries<'_> = entries(all).into_iter().filter(|(name, _)| is_used(name) && !own.contains(name)).collect();
    match existing {
        Some(existing) => extended(existing, "params", used),
        None => Ok(packaged[..packaged.len() - all.len()].to_string() + &used.into_iter().map(|(_, text)| text).collect::<String>()),
    }
}

fn new_pipeline(wanted: &BTreeSet<&str>, params: &Entries<'_>, sources: &Entries<'_>) -> String {
    let names: Vec<&str> = wanted.iter().copied().collect();
    let text = |entries: &Entries<'_>| entries.iter().map(|(_, text)| text.as_str()).collect::<String>();
    let params = if params.is_empty() { String::new() } else { format!("params:\n{}", text(params)) };
    format!(
        "description: From {} to the marts.\ntime_zone: UTC\n{}stores:\n  raw: ${{SLUICE_RAW:-data}}\n  work: ${{SLUICE_WORK:-out/work}}\n  marts: ${{SLUICE_MARTS:-out/nightly}}\nsources:\n{}publish: [marts.*]\n",
        names.join(", "),
        params,
        text(sources)
    )
}

/// The text with those entries at the end of a block that it lacks; the block may be new.
fn extended(text: &str, key: &str, entries: Entries<'_>) -> Result<String> {
    let there: Vec<String> = self::entries(block(text, key)).into_iter().map(|(name, _)| name.to_string()).collect();
    let missing: String = entries.into_iter().filter(|(name, _)| !there.iter().any(|known| known == name)).map(|(_, text)| text).collect();
    if missing.is_empty() {
        return Ok(text.to_string());
    }
    let block = block(text, key);
    if block.is_empty() && !text.lines().any(|line| line.starts_with(&format!("{key}:"))) {
        return Ok(format!("{text}{key}:\n{missing}"));
    }
    if block.is_empty() {
        return Err(
            Error::faulty(format!("the pipeline has no block `{key}:` to add to")).hint("write it with two blanks before each entry")
        );
    }
    let end = block.as_ptr() as usize - text.as_ptr() as usize + block.len();
    let line_end = if text[..end].ends_with('\n') { "" } else { "\n" };
    Ok(format!("{}{line_end}{missing}{}", &text[..end], &text[end..]))
}

/// The lines below a top-level key.
fn block<'a>(text: &'a str, key: &str) -> &'a str {
    let start = match text.strip_prefix(&format!("{key}:\n")) {
        Some(rest) => text.len() - rest.len(),
        None => match text.find(&format!("\n{key}:\n")) {
            Some(at) => at + key.len() + 3,
            None => return "",
        },
    };
    let lines = text[start..].split_inclusive('\n').take_while(|line| line.starts_with([' ', '\n', '#']));
    &text[start..start + lines.map(str::len).sum::<usize>()]
}

/// The entries of a block, which stand two blanks deep.
fn entries(block: &str) -> Entries<'_> {
    let mut entries: Entries<'_> = Vec::new();
    let mut comments = String::new();
    for line in block.split_inclusive('\n') {
        let key = line.strip_prefix("  ").filter(|rest| !rest.starts_with([' ', '#', '\n'])).and_then(|rest| rest.split_once(':'));
        match (key, entries.last_mut()) {
            (Some((key, _)), _) => entries.push((key, std::mem::take(&mut comments) + line)),
            (None, _) if line.starts_with("  #") => comments += line,
            (None, Some((_, text))) => *text += line,
            (None, None) => {}
        }
    }
    entries
}

fn merged<'a>(mut all: Entries<'a>, more: Entries<'a>) -> Entries<'a> {
    let known: BTreeMap<&str, ()> = all.iter().map(|(name, _)| (*name, ())).collect();
    all.extend(more.into_iter().filter(|(name, _)| !known.contains_key(name)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "\
description: Shops.
params:
  data: {type: text}
  as_of: 2020-01-01
  days: {type: bigint}
stores:
  raw: \"{data}\"
sources:
  # Of the till.
  shop_orders:
    location: a.csv
    columns:
      id: {type: text}
  shop_cn_orders:
    location: b.csv
publish: [marts.*]
";

    fn packaged() -> Packaged<'static> {
        let tables = ["staging/shop__orders.sql", "staging/shop_cn__orders/_union.yaml", "marts/days.sql"];
        Packaged::new(tables.into_iter(), [("shop.yaml", SHOP)].into_iter())
    }

    #[test]
    fn files_belong_to_a_source_by_name() {
        let packaged = packaged();
        for (path, source) in [
            ("staging/shop__orders.sql", Some("shop")),
            ("staging/shop_cn__orders/new.sql", Some("shop_cn")),
            ("entities/orders/shop.sql", Some("shop")),
            ("entities/orders/shop_cn_web.yaml", Some("shop_cn")),
            ("entities/orders/_union.yaml", None),
            ("entities/shop.sql", None),
            ("reference/shop_words.csv", Some("shop")),
            ("reference/shopping.csv", None),
            ("layers.yaml", None),
        ] {
            assert_eq!(packaged.source_of(path), source, "{path}");
        }
    }

    #[test]
    fn a_new_pipeline_has_the_wanted_sources_alone() {
        let expected = "\
description: From shop to the marts.
time_zone: UTC
params:
  days: {type: bigint}
stores:
  raw: ${SLUICE_RAW:-data}
  work: ${SLUICE_WORK:-out/work}
  marts: ${SLUICE_MARTS:-out/nightly}
sources:
  # Of the till.
  shop_orders:
    location: a.csv
    columns:
      id: {type: text}
publish: [marts.*]
";
        assert_eq!(packaged().pipeline(&BTreeSet::from(["shop"]), None).unwrap(), expected);
    }

    #[test]
    fn the_authors_pipeline_gets_what_it_lacks() {
        let mine = "params:\n  days: {type: bigint, default: 9}\nsources:\n  other:\n    location: o.csv # mine\n\npublish: [marts.*]\n";
        let expected = "params:\n  days: {type: bigint, default: 9}\nsources:\n  other:\n    location: o.csv # mine\n\n  shop_cn_orders:\n    location: b.csv\npublish: [marts.*]\n";
        let bare = packaged().pipeline(&BTreeSet::from(["shop_cn"]), Some(&mine["params:\n  days: {type: bigint, default: 9}\n".len()..]));
        assert!(bare.unwrap().ends_with("publish: [marts.*]\nparams:\n  days: {type: bigint}\n"), "a block may be new");
        let once = packaged().pipeline(&BTreeSet::from(["shop_cn"]), Some(mine)).unwrap();
        assert_eq!(once, expected);
        assert_eq!(packaged().pipeline(&BTreeSet::from(["shop_cn"]), Some(&once)).unwrap(), once, "a second time nothing is added");
    }

    #[test]
    fn rows_that_nobody_reads_are_left_out() {
        let files = [
            ("reference/words.csv", "word\n"),
            ("reference/words.yaml", "unique: [word]\n"),
            ("reference/colours.csv", "colour\n"),
            ("reference/sizes/small.csv", "size\n"),
            ("marts/_words.csv", "word\n"),
            ("marts/_colours.csv", "colour\n"),
            ("marts/days.yaml", "examples:\n  - {name: one, given: {reference.words: _words.csv}}\n"),
            ("marts/days.sql", "select word from reference.words -- not reference.colours"),
        ];
        assert_eq!(unread(&files, &selects(&files).unwrap()), BTreeSet::from(["marts/_colours", "reference/colours"]));
    }

    #[test]
    fn parameters_are_those_that_the_sql_uses() {
        let packaged = "# Of all.\nparams:\n  # Days.\n  days: {type: bigint}\n  words: {type: text}\n  weeks: {type: bigint}\n";
        let selects = selects(&[("a.sql", "select $days, $weeks")]).unwrap();
        let check = |existing, pipeline, expected: &str| assert_eq!(params(packaged, &selects, existing, pipeline).unwrap(), expected);
        check(None, None, "# Of all.\nparams:\n  # Days.\n  days: {type: bigint}\n  weeks: {type: bigint}\n");
        check(Some("params:\n  days: {type: text} # mine\n"), None, "params:\n  days: {type: text} # mine\n  weeks: {type: bigint}\n");
        check(None, Some("params:\n  weeks: {type: bigint}\n"), "# Of all.\nparams:\n  # Days.\n  days: {type: bigint}\n");
    }

    #[test]
    fn an_unknown_source() {
        let error = packaged().known(&["shp".into()]).unwrap_err().to_string();
        assert!(error.contains("there is no packaged source `shp`"), "{error}");
    }
}
