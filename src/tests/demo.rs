//! A night over the packaged demo finds what is true: `testdata/demo/facts.csv` was counted while the data were made, not read back from them.

use super::{Case, Row, copy, files, packaged, readme, records};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

#[path = "../../benches/generate/mod.rs"]
mod generate;

const NIGHTLY: &str = "pipelines/nightly.yaml";
const MARTS: &str = "out/nightly";

/// Fact, subject and detail, as in `facts.csv`.
type Key = [String; 3];

/// What a run says about each fact.
#[derive(Default)]
struct Answers(BTreeMap<Key, String>);

impl Answers {
    fn tell(&mut self, fact: &str, subject: &str, detail: &str, value: impl ToString) {
        let told = self.0.insert([fact, subject, detail].map(str::to_string), value.to_string());
        assert_eq!(told, None, "{fact},{subject},{detail} is told twice");
    }

    /// Rows of a query whose last column is the value.
    fn ask(&mut self, case: &Case, fact: &str, query: &str) {
        for row in case.query(NIGHTLY, &[], query) {
            let of = |name: &str| row.get(name).map_or("", String::as_str);
            self.tell(fact, of("subject"), of("detail"), of("value"));
        }
    }
}

#[test]
fn a_night_finds_every_fact_and_a_second_one_changes_nothing() {
    let case = Case::packaged();
    copy(&packaged("testdata/demo/raw"), &case.path("testdata/demo/raw"));
    case.done(&["run", NIGHTLY]);
    let mut answers = Answers::default();
    ledgers(&case, &mut answers);
    marts(&case, &mut answers);
    tables(&case, &mut answers);
    check_facts(answers.0);
    check_views(&case);
    check_doubt(&case);
    check_second_night(&case);
}

/// Rows, rejects and drops, from the commit and the marts made of it.
fn ledgers(case: &Case, answers: &mut Answers) {
    let commit = case.commit(MARTS);
    for input in commit["inputs"].as_array().unwrap() {
        answers.tell("rows", input["object"].as_str().unwrap(), "", &input["rows"]);
    }
    let mut rejects = BTreeMap::<(String, &str), u32>::new();
    for row in case.published("out/nightly/latest/rejects.parquet") {
        let reason = reason(&row["reason"]);
        *rejects.entry((row["file"].clone(), reason)).or_default() += 1;
        // A file may have several rejects of one reason: the line is part of the key.
        answers.tell("reject_line", &row["file"], &format!("{reason},{}", row["line"]), &row["line"]);
    }
    for ((file, reason), count) in rejects {
        answers.tell("rejects", &file, reason, count);
    }
    for account in commit["accounts"].as_array().unwrap() {
        for (reason, count) in account["dropped"].as_object().unwrap() {
            match (account["table"].as_str().unwrap(), reason.strip_prefix("invalid: ")) {
                ("entities.touch_records/demo" | "entities.touchpoints", _) => answers.tell("touches_dropped", reason, "", count),
                ("entities.opportunity_stages/demo", _) => answers.tell("opportunity_steps_dropped", reason, "", count),
                ("entities.invoices/demo", _) => answers.tell("invoices_dropped", reason, "", count),
                ("identity.leads", Some(reason)) => answers.tell("records_invalid_by_reason", reason, "", count),
                ("identity.leads", None) => assert_eq!(reason, "merged"),
                (table, _) => panic!("{table} drops rows of {reason}"),
            }
        }
    }
}

/// The generator's word for what is wrong with a row.
fn reason(told: &str) -> &'static str {
    let words = [
        ("too few fields", "too_few_fields"),
        ("too many fields", "too_many_fields"),
        ("null in required column", "missing_required"),
        ("quoted field is not closed", "unterminated_quote"),
        ("invalid ", "bad_bytes"),
        ("not a date", "bad_timestamp"),
        ("not a timestamp", "bad_timestamp"),
        ("not a bigint", "bad_number"),
        ("not a decimal", "bad_number"),
        ("not a double", "bad_number"),
    ];
    words.iter().find(|(start, _)| told.starts_with(start)).unwrap_or_else(|| panic!("no fact is about {told:?}")).1
}

/// Leads, credits and spend, from the published files.
fn marts(case: &Case, answers: &mut Answers) {
    let all = |text: &str| if text == "(all)" { String::new() } else { text.to_string() };
    for row in case.published("out/nightly/latest/lead_quality.parquet") {
        let (channel, month) = (all(&row["channel"]), all(&row["month"]));
        if channel.is_empty() != month.is_empty() {
            continue;
        }
        let columns = [
            ("records", "records"),
            ("records_merged", "duplicates"),
            ("records_invalid", "invalid"),
            ("records_golden", "leads"),
            ("leads_golden", "leads"),
            ("leads_contacted", "contacted"),
            ("leads_mql", "mql"),
            ("leads_qualified", "qualified"),
            ("leads_opportunity", "opportunities"),
            ("leads_won", "won"),
        ];
        columns.iter().for_each(|(fact, column)| answers.tell(fact, &channel, &month, &row[*column]));
        if channel.is_empty() {
            answers.tell("leads_contacted_by_activity", "", "", &row["attempted"]);
        }
    }
    let (mut credits, mut value) = (BTreeMap::<(String, String), f64>::new(), 0.0);
    // Facts are counted of won deals; leads and opportunities are anchors of their own.
    for row in case.published("out/nightly/latest/channel_credits.parquet").into_iter().filter(|row| row["anchor"] == "won") {
        *credits.entry((row["model"].clone(), row["channel"].clone())).or_default() += row["conversions"].parse::<f64>().unwrap();
        value += if row["model"] == "linear" { row["value"].parse::<f64>().unwrap() } else { 0.0 };
    }
    answers.tell("conversion_value", "in_cny", "won", format!("{value:.4}"));
    for ((model, channel), credit) in
        credits.iter().filter(|((model, _), _)| ["first_touch", "last_touch", "linear"].contains(&model.as_str()))
    {
        answers.tell("credit", model, channel, format!("{credit:.6}"));
    }
    for row in
        case.published("out/nightly/latest/channel_roi.parquet").iter().filter(|row| row["model"] == "linear" && row["month"] != "(all)")
    {
        if row["channel"] != "(all)" && !row["spend"].is_empty() {
            answers.tell(&format!("spend_{}", row["channel"]), "in_cny", &row["month"], &row["spend"]);
        }
    }
}

/// What no mart shows, from the tables behind them.
fn tables(case: &Case, answers: &mut Answers) {
    let mut ask = |fact: &str, query: &str| answers.ask(case, fact, query);
    ask("conversions", "select 'won' as subject, count(*) as value from journey.conversions where anchor = 'won'");
    ask(
        "conversion_value",
        "select currency as subject, 'won' as detail, sum(amount) as value from entities.opportunities where is_won group by currency",
    );
    ask(
        "eligible_touches",
        "select anchor as subject, count(*) as value from journey.steps where touch_id is not null and anchor = 'won' group by anchor",
    );
    ask("touches_kept", "select count(*) as value from entities.touchpoints");
    ask("touches_kept", "select channel as subject, count(*) as value from entities.touchpoints group by channel");
    ask("opportunities", "select stage as subject, count(*) as value from staging.demo__opportunities group by stage");
    ask("orders", "select kind as subject, count(*) as value from entities.orders group by kind");
    ask("orders_value", "select currency as subject, kind as detail, sum(amount) as value from entities.orders group by currency, kind");
    ask(
        "orders_value",
        "select 'in_cny' as subject, kind as detail, sum(amount * coalesce(rate, 1)) as value
         from entities.orders left join entities.fx_rates
             on orders.currency = fx_rates.currency and cast(ordered_at at time zone 'Asia/Shanghai' as date) = rate_date
         group by kind",
    );
    ask("assignments", "select kind as subject, count(*) as value from entities.assignments group by kind");
    ask("quotes", "select outcome as subject, count(*) as value from entities.quotes group by outcome");
    ask("referrals", "select count(*) as value from entities.referrals");
    ask(
        "payments_value",
        "select currency as subject, kind as detail, sum(amount) as value from entities.payments group by currency, kind",
    );
    ask(
        "payments_value",
        "select 'in_cny' as subject, kind as detail, sum(amount * coalesce(rate, 1)) as value
         from entities.payments left join entities.fx_rates
             on payments.currency = fx_rates.currency and cast(paid_at at time zone 'Asia/Shanghai' as date) = rate_date
         group by kind",
    );
    ask(
        "invoices_value",
        "select currency as subject, status as detail, sum(amount) as value from staging.demo__invoices group by currency, status",
    );
    ask(
        "invoices_value",
        "select 'in_cny' as subject, status as detail, sum(amount * coalesce(rate, 1)) as value
         from staging.demo__invoices as invoices left join entities.fx_rates
             on invoices.currency = fx_rates.currency and cast(invoiced_at at time zone 'Asia/Shanghai' as date) = rate_date
         group by status",
    );
    ask("opportunity_contacts", "select role as subject, count(*) as value from entities.opportunity_contacts group by role");
    ask(
        "field_changes",
        "select object_kind as subject, field as detail, count(*) as value from entities.field_changes group by object_kind, field",
    );
    ask(
        "tasks",
        "select case when is_done then 'completed' else 'open' end as subject, count(*) as value
         from entities.activities where kind = 'task' group by is_done",
    );
    ask("enrolments", "select arm as subject, program as detail, count(*) as value from entities.enrolments group by arm, program");
    ask("invalid_qualified", "select count(*) as value from marts.rate_members where rate = 'wrong_close' and is_ever_reached");
    let platform = "case spend_days.source when 'demo_baidu' then 'Baidu' when 'demo_google' then 'Google Ads' when 'demo_linkedin' then 'LinkedIn' end";
    ask(
        "spend_by_platform",
        &format!(
            "select currency as subject, {platform} as detail, sum(spend) as value from entities.spend_days group by currency, source"
        ),
    );
    ask(
        "spend_by_platform",
        &format!(
            "select 'in_cny' as subject, {platform} as detail, sum(spend * coalesce(rate, 1)) as value
             from entities.spend_days left join entities.fx_rates on spend_days.currency = fx_rates.currency and spend_date = rate_date
             group by spend_days.source"
        ),
    );
    for channel in ["display", "paid_search", "paid_social"] {
        let query = format!(
            "select currency as subject, to_char(spend_date, '%Y-%m') as detail, sum(spend) as value
             from entities.spend_days where channel = '{channel}' group by currency, to_char(spend_date, '%Y-%m')"
        );
        ask(&format!("spend_{channel}"), &query);
    }
}

/// Every fact is answered, and what is answered beyond them is zero: a line that is not there, on either side, means none.
fn check_facts(mut answers: BTreeMap<Key, String>) {
    let facts = records(&fs::read(packaged("testdata/demo/facts.csv")).unwrap());
    assert_eq!(facts.len(), 893);
    let mut wrong = Vec::new();
    for Fact { key, value } in facts.iter().map(Fact::of) {
        match answers.remove(&key) {
            Some(answer) if equal(&answer, &value, if key[0] == "credit" { 1e-6 } else { 0.0 }) => {}
            None if equal(&value, "0", 0.0) => {}
            answer => wrong.push(format!("{}: {value}, the run says {answer:?}", key.join(","))),
        }
    }
    let more = answers.iter().filter(|(_, answer)| answer.parse::<f64>() != Ok(0.0));
    wrong.extend(more.map(|(key, answer)| format!("{}: no fact, the run says {answer}", key.join(","))));
    assert!(wrong.is_empty(), "{} facts do not hold:\n{}", wrong.len(), wrong.join("\n"));
}

struct Fact {
    key: Key,
    value: String,
}

impl Fact {
    fn of(row: &Row) -> Fact {
        let [fact, subject, detail, value] = ["fact", "subject", "detail", "value"].map(|name| row[name].clone());
        let detail = if fact == "reject_line" { format!("{detail},{value}") } else { detail };
        Fact { key: [fact, subject, detail], value }
    }
}

/// Counts and money are exact, whatever zeros end them.
fn equal(a: &str, b: &str, tolerance: f64) -> bool {
    let plain = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text.to_string(),
    };
    let near = || (a.parse::<f64>().unwrap() - b.parse::<f64>().unwrap()).abs() <= tolerance;
    plain(a) == plain(b) || (tolerance > 0.0 && near())
}

/// Plain readers see the files of the commit, each with its rows.
fn check_views(case: &Case) {
    let marts = case.commit(MARTS)["marts"].as_object().unwrap().clone();
    let tables = std::fs::read_dir(case.path("sql/marts")).unwrap();
    let tables = tables.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|kind| kind == "sql")).count();
    assert_eq!(marts.keys().filter(|name| name.starts_with("marts.")).count(), tables);
    for (name, mart) in marts {
        let plain = name.strip_prefix("marts.").unwrap_or(&name);
        let parts = mart["partitions"].as_object().unwrap().keys();
        let files = parts.map(|part| if part == "all" { plain.to_string() } else { format!("{plain}/{part}/00000") });
        let rows: usize = files.map(|file| case.published(&format!("out/nightly/latest/{file}.parquet")).len()).sum();
        assert_eq!(mart["rows"], rows, "{name}");
    }
}

/// The README's road from a number to raw lines prints what it says.
fn check_doubt(case: &Case) {
    let blocks = readme::section("## Doubt a rate: from a number to raw lines");
    let [commands, printed] = &blocks[..2] else { panic!("commands and what they print") };
    assert_eq!((commands.language.as_str(), printed.language.as_str()), ("sh", "text"));
    assert_eq!(commands.text.lines().count(), 3);
    let mut told = String::new();
    for line in commands.text.lines() {
        let words = readme::words(line);
        let arguments: Vec<&str> = words[1..].iter().map(|word| if word == "nightly" { NIGHTLY } else { word }).collect();
        told += &case.done(&arguments).out;
    }
    let missing: Vec<&str> = printed.text.lines().filter(|line| !told.contains(*line)).collect();
    assert!(missing.is_empty(), "{missing:#?} is not in:\n{told}");
}

fn check_second_night(case: &Case) {
    let before = listing(&case.path("out"));
    let told = case.done(&["run", NIGHTLY]);
    assert!(told.err.contains("nothing changed since commit 1; nothing written"), "{}", told.err);
    assert_eq!(listing(&case.path("out")), before);
}

/// Every file with its inode, size and time.
fn listing(folder: &Path) -> Vec<(PathBuf, u64, u64, i64, i64)> {
    let marks = |path: PathBuf| {
        let metadata = fs::symlink_metadata(&path).unwrap();
        (path, metadata.ino(), metadata.size(), metadata.mtime(), metadata.mtime_nsec())
    };
    files(folder).into_iter().map(marks).collect()
}

#[test]
fn the_packaged_demo_is_what_the_generator_makes() {
    let made = tempfile::tempdir().unwrap();
    generate::generate(&generate::DEMO, made.path()).unwrap();
    let contents = |folder: &Path| -> BTreeMap<PathBuf, Vec<u8>> {
        let files = files(folder).into_iter().filter(|path| !path.ends_with("README.md"));
        files.map(|path| (path.strip_prefix(folder).unwrap().to_path_buf(), unpacked(&path))).collect()
    };
    let (made, kept) = (contents(made.path()), contents(&packaged("testdata/demo")));
    assert_eq!(made.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
    let differ: Vec<_> = made.iter().filter(|(path, bytes)| kept[*path] != **bytes).map(|(path, _)| path).collect();
    assert!(differ.is_empty(), "{differ:?} differ from what `cargo run --example generate` makes");
}

fn unpacked(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    if path.extension().is_none_or(|ending| ending != "gz") {
        return bytes;
    }
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap();
    plain
}
