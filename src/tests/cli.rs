//! What people read of commands that go well, and of runs that the data or the world end.

use super::shop::{CONTRACT, DAYS, ORDERS, PIPELINE, check_told, shop};
use super::{Case, Told, records};
use crate::error::Faults;
use crate::plan::{self, Plan};
use crate::project::Project;
use crate::project::pipeline::Pipeline;
use crate::session::Session;
use chrono::Utc;
use std::collections::BTreeSet;

#[test]
fn a_plan_before_the_first_run_touches_nothing() {
    let case = shop();
    let told = case.done(&["plan", PIPELINE]);
    let expected = "\
raw
  build raw.shop_orders       1 new object, 0.0 MB to read
staging
  build staging.shop__orders  raw.shop_orders would be built  <- raw.shop_orders
marts
  build marts.days            staging.shop__orders would be built  <- staging.shop__orders
3 of 3 tables would be built; 1 published
";
    assert_eq!((told.out.as_str(), told.err.as_str()), (expected, ""));
    assert!(!case.path("out").exists());
    case.done(&["run", PIPELINE]);
    let told = case.done(&["plan", PIPELINE]);
    assert!(told.out.ends_with("0 of 3 tables would be built; 1 published\n"), "{}", told.out);
}

/// Nobody sees anything of a run that failed.
fn check_nothing_published(case: &Case) {
    assert!(!case.path("out/marts/_commits").exists() && !case.path("out/marts/latest").exists());
}

#[test]
fn a_check_that_does_not_hold() {
    let case = shop();
    let check = "unique: [order_id]\nchecks:\n  - expression: amount < 20\n    because: Nothing here costs more.\n";
    case.edit("sql/staging/shop__orders.yaml", "unique: [order_id]\n", check);
    let told = case.sluice(&["run", PIPELINE]);
    let expected = r#"
error: check failed: expression (amount < 20) of staging.shop__orders: 1 row does not hold
 |
 = note: Nothing here costs more.
 = help: for instance order_id B
 = help: all of them: sluice query pipelines/shop.yaml "select order_id from staging.shop__orders where not coalesce((amount < 20), true)"
"#;
    check_told(&told, 1, expected);
    check_nothing_published(&case);

    let query = "select order_id from staging.shop__orders where not coalesce((amount < 20), true)";
    assert_eq!(case.done(&["query", PIPELINE, query, "--format", "csv"]).out, "order_id\nB\n");
}

#[test]
fn a_failed_check_shows_no_personal_value() {
    let case = shop();
    case.edit("sql/staging/shop__orders.yaml", "unique: [order_id]", "unique: [buyer]");
    let told = case.sluice(&["run", PIPELINE]);
    let expected = r#"
error: check failed: unique (buyer) of staging.shop__orders: 1 row does not hold
 |
 = help: all of them: sluice query pipelines/shop.yaml "select buyer, count(*) as repeats from staging.shop__orders group by buyer having count(*) > 1"
"#;
    check_told(&told, 1, expected);
    check_nothing_published(&case);
}

#[test]
fn a_check_that_only_warns_publishes() {
    let case = shop();
    let check = "unique: [order_id]\nchecks:\n  - expression: amount < 20\n    severity: warn\n";
    case.edit("sql/staging/shop__orders.yaml", "unique: [order_id]\n", check);
    let told = case.done(&["run", PIPELINE]);
    assert!(
        told.err.starts_with("warning: check failed: expression (amount < 20) of staging.shop__orders: 1 row does not hold\n"),
        "{}",
        told.err
    );
    assert!(told.err.contains("published commit 1"), "{}", told.err);
}

#[test]
fn too_many_rejects() {
    let case = shop();
    case.edit(ORDERS, "5.00", "five");
    let expected = "
error: 1 of 3 rows of source `shop_orders` are rejects, more than `max_rejects` allows
  --> pipelines/shop.yaml:10:3
   |
10 |   shop_orders:
   |   ^^^^^^^^^^^
   |
   = note: 1 not a decimal(18,4)
   = help: see orders.csv:4 (not a decimal(18,4))
";
    check_told(&case.sluice(&["run", PIPELINE]), 1, expected);
    check_nothing_published(&case);
}

#[test]
fn a_header_that_drifted() {
    let case = shop();
    case.edit(ORDERS, "buyer", "purchaser");
    let told = case.sluice(&["run", PIPELINE]);
    let sentence =
        "error: the header of `orders.csv` is not what source `shop_orders` declares; missing: `buyer`; undeclared: `purchaser`\n";
    assert!(told.err.starts_with(sentence), "{}", told.err);
    assert!(told.err.contains("--> pipelines/shop.yaml:10:3"), "{}", told.err);
    assert_eq!(told.code, 1);
    check_nothing_published(&case);
}

#[test]
fn a_source_without_a_file() {
    let case = shop();
    std::fs::remove_file(case.path(ORDERS)).unwrap();
    let expected = "
error: source `shop_orders` has no file
  --> pipelines/shop.yaml:10:3
   |
10 |   shop_orders:
   |   ^^^^^^^^^^^
   |
   = note: nothing in file://<project>/raw matches orders.csv
   = help: check the store's address under `stores:`; parameters in it are set with `--param name=value`
";
    check_told(&case.sluice(&["run", PIPELINE]), 1, expected);
}

#[test]
fn queries_in_every_format() {
    let case = shop();
    let out = |format: &str| case.done(&["query", PIPELINE, "marts.days", "--format", format]).out;
    assert_eq!(out("csv"), "order_date,orders,amount\n2026-01-01,2,30.5000\n2026-01-02,1,5.0000\n");
    assert_eq!(
        out("json"),
        "{\"order_date\":\"2026-01-01\",\"orders\":2,\"amount\":30.5000}\n{\"order_date\":\"2026-01-02\",\"orders\":1,\"amount\":5.0000}\n"
    );
    let table = "\
+------------+--------+---------+
| order_date | orders | amount  |
+------------+--------+---------+
| 2026-01-01 | 2      | 30.5000 |
| 2026-01-02 | 1      | 5.0000  |
+------------+--------+---------+
";
    assert_eq!(out("table"), table);
    assert_eq!(case.done(&["query", PIPELINE, "marts.days", "--limit", "1", "--format", "csv"]).out.lines().count(), 2);
    assert_eq!(case.done(&["query", PIPELINE, "marts.days", "--as-of", "2025-12-31"]).out, "no rows (order_date, orders, amount)\n");
    let none = case.done(&["query", PIPELINE, "marts.days", "--as-of", "2025-12-31", "--format", "csv"]).out;
    assert_eq!(none, "order_date,orders,amount\n");
}

#[test]
fn a_query_writes_parquet() {
    let case = shop();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let pipeline = case.path(PIPELINE).to_string_lossy().into_owned();
    let code = crate::cli::run(["sluice", "query", &pipeline, "marts.days", "--format", "parquet"], &mut out, &mut err);
    assert_eq!((code, err.as_slice()), (0, &b""[..]));
    std::fs::write(case.path("days.parquet"), out).unwrap();
    let days: Vec<String> = case.published("days.parquet").iter().map(|row| format!("{} {}", row["order_date"], row["amount"])).collect();
    assert_eq!(days, ["2026-01-01 30.5000", "2026-01-02 5.0000"]);
}

#[test]
fn an_edited_table_is_queried_before_it_is_run() {
    let case = shop();
    case.done(&["run", PIPELINE]);
    case.edit(DAYS, "count(*)", "count(*) * 100");
    assert_eq!(
        case.done(&["query", PIPELINE, "marts.days", "--format", "csv", "--limit", "1"]).out,
        "order_date,orders,amount\n2026-01-01,200,30.5000\n"
    );
    let published = &case.published("out/marts/latest/days.parquet")[0];
    assert_eq!(published["orders"], "2", "a query publishes nothing");
}

#[test]
fn a_commit_is_queried_as_it_was_published() {
    let case = shop();
    case.done(&["run", PIPELINE]);
    case.edit(ORDERS, "5.00", "7.00");
    case.done(&["run", PIPELINE]);
    case.edit(DAYS, "count(*)", "count(*) * 100");
    let asked = |number: &str, query: &str| {
        let told = case.done(&["query", PIPELINE, query, "--commit", number, "--limit", "0", "--format", "csv"]);
        told.out.lines().skip(1).map(str::to_string).collect::<Vec<_>>()
    };
    for query in ["marts.days", "days"] {
        assert_eq!(asked("1", query), ["2026-01-01,2,30.5000", "2026-01-02,1,5.0000"]);
        assert_eq!(asked("2", query), ["2026-01-01,2,30.5000", "2026-01-02,1,7.0000"]);
    }
    assert_eq!(asked("1", "select sum(amount) as amount from marts.days"), ["35.5000"]);
    let faults = [
        (["3", "marts.days"], "there is no commit 3 in file://<project>/out/marts", "the newest is 2"),
        (["1", "marts.dais"], "`marts.dais` is not among the tables of commit 1", "did you mean `marts.days`?"),
        (["1", "select * from staging.shop__orders"], "`staging.shop__orders` is not among", "all of them: sluice runs shop 1"),
    ];
    for ([number, query], sentence, hint) in faults {
        let told = case.sluice(&["query", PIPELINE, query, "--commit", number]);
        assert_eq!((told.code, told.out.as_str()), (2, ""));
        assert!(told.err.contains(sentence) && told.err.contains(hint), "{}", told.err);
    }
}

#[test]
fn queries_over_the_accounts_see_the_run() {
    let case = shop();
    case.edit(PIPELINE, "    format: csv\n", "    format: csv\n    max_rejects: 1\n");
    case.edit(ORDERS, "5.00", "five");
    case.write("sql/marts/refused.sql", "select\n    file,\n    line,\n    reason\nfrom ledger.rejects\n");
    let columns =
        "columns:\n  file: {type: text, meaning: file}\n  line: {type: bigint, meaning: line}\n  reason: {type: text, meaning: why}\n";
    case.write(
        "sql/marts/refused.yaml",
        &format!("description: Rejects. One row per reject.\n{columns}unique: [file, line]\nsort_by: [file, line]\n"),
    );
    case.done(&["run", PIPELINE]);
    let expected = "file,line,reason\norders.csv,4,\"not a decimal(18,4)\"\n";
    for query in ["marts.refused", "select * from marts.refused", "select file, line, reason from ledger.rejects"] {
        let told = case.done(&["query", PIPELINE, query, "--format", "csv"]);
        assert_eq!(told.out.replace("not a decimal(18,4)\n", "\"not a decimal(18,4)\"\n").replace("\"\"", "\""), expected, "{query}");
    }
    let accounts = "select table_name, outcome, row_count from ledger.accounts where table_name = 'raw.shop_orders' order by outcome";
    let rows = records(case.done(&["query", PIPELINE, accounts, "--format", "csv"]).out.as_bytes());
    let told: Vec<String> = rows.iter().map(|row| format!("{} {}", row["outcome"], row["row_count"])).collect();
    assert_eq!(told, ["in 3", "kept 2", "reject 1"]);
}

#[test]
fn examples_pass_or_show_the_difference() {
    let case = shop();
    let told = case.process(&["test"], &[]);
    assert_eq!((told.code, told.out.as_str(), told.err.as_str()), (0, "1 passed, 0 failed\n", ""));
    case.edit(CONTRACT, "2026-01-01,2,3.5000", "2026-01-01,2,3.6000");
    let told = case.process(&["test", "marts.days"], &[]);
    let expected = "\
marts.days: two orders of a day (sql/marts/days.yaml:11:11)
    order_date,orders,amount
  - 2026-01-01,2,3.6000
  + 2026-01-01,2,3.5000
0 passed, 1 failed
";
    assert_eq!((told.code, told.out.as_str(), told.err.as_str()), (1, expected, "error: examples do not hold\n"));
    let told = case.process(&["test", "marts.day"], &[]);
    assert!(
        told.err.contains("there is no table or folder `marts.day`") && told.err.contains("did you mean `marts.days`?"),
        "{}",
        told.err
    );
    assert_eq!(told.code, 2);
}

#[test]
fn examples_share_given_rows() {
    let case = shop();
    let inline = case.read(CONTRACT).split_once("examples:").unwrap().0.to_string();
    let example = |name: &str, expect: &str| format!("  - name: {name}\n    given: {{staging.shop__orders: _orders.csv}}\n    {expect}\n");
    let all = example("all days", "expect: ../staging/_days.csv");
    let one = example("one of the days", "expect_some: |\n      order_date,orders\n      2026-01-02,1");
    case.write(CONTRACT, &format!("{inline}examples:\n{all}{one}"));
    case.write("sql/marts/_orders.csv", "order_id,buyer,amount,ordered_at\nA,x,1,2026-01-01T10:00:00Z\n\nB,x,2,2026-01-02T11:00:00Z\n");
    case.write("sql/staging/_days.csv", "order_date,orders\n2026-01-01,1\n2026-01-02,1\n");
    let told = case.process(&["test"], &[]);
    assert_eq!((told.out.as_str(), told.err.as_str()), ("2 passed, 0 failed\n", ""));

    case.write("sql/staging/_days.csv", "order_date,orders\n2026-01-01,1\n");
    case.edit(CONTRACT, "2026-01-02,1", "2026-01-02,1\n      2026-01-02,1");
    let told = case.process(&["test"], &[]);
    let expected = "\
marts.days: all days (sql/marts/days.yaml:11:11)
    order_date,orders
  + 2026-01-02,1
marts.days: one of the days (sql/marts/days.yaml:14:11)
    order_date,orders
  - 2026-01-02,1
0 passed, 2 failed
";
    assert_eq!(told.out, expected);

    case.edit("sql/marts/_orders.csv", "B,x,2,", "B,x,many,");
    let told = case.process(&["test"], &[]);
    let expected = "\
error: column `amount`: not a decimal(18,4)
 --> sql/marts/_orders.csv:4:1
  |
4 | B,x,many,2026-01-02T11:00:00Z
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
";
    assert!(told.err.starts_with(expected), "{}", told.err);
    assert_eq!((told.err.matches("error:").count(), told.code), (1, 2), "{}", told.err);
}

/// Nobody reads or publishes it, but people query it.
#[test]
fn examples_of_tables_for_people_are_run() {
    let case = shop();
    case.write("sql/staging/buyers.sql", "select\n    buyer,\n    count(*) as orders\nfrom staging.shop__orders\ngroup by buyer\n");
    let contract = "description: Buyers. One row per buyer.\ncolumns:\n  buyer: {type: text, meaning: who, personal: true}\n  \
                    orders: {type: bigint, meaning: how often}\nunique: [buyer]\nsort_by: [buyer]\nexamples:\n  - name: two of one\n    \
                    given:\n      staging.shop__orders: |\n        order_id,buyer\n        A,ann\n        B,ann\n    \
                    expect: |\n      buyer,orders\n      ann,2\n";
    case.write("sql/staging/buyers.yaml", contract);
    assert_eq!(case.process(&["test", "staging.buyers"], &[]).out, "1 passed, 0 failed\n");
    case.edit("sql/staging/buyers.yaml", "ann,2", "ann,3");
    assert_eq!(case.process(&["test"], &[]).code, 1);
}

#[test]
fn the_packaged_examples_hold() {
    let told = Case::packaged().process(&["test"], &[]);
    assert!(told.out.ends_with(" passed, 0 failed\n"), "{}", told.out);
    assert_eq!((told.code, told.err.as_str()), (0, ""));
}

#[test]
fn runs_are_listed_and_told() {
    let case = shop();
    let told = case.sluice(&["runs", PIPELINE]);
    check_told(&told, 0, "no run was published yet; next: sluice run pipelines/shop.yaml\n");
    case.done(&["run", PIPELINE]);
    case.edit(ORDERS, "5.00", "6.00");
    case.done(&["run", PIPELINE]);
    let told = case.done(&["runs", PIPELINE]);
    let lines: Vec<Vec<&str>> = told.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["commit", "finished", "as", "of", "marts", "rows", "rejects"]);
    let without_time = |line: &[&str]| [&line[..1], &line[2..]].concat().join(" ");
    assert_eq!(
        (lines.len(), without_time(&lines[1]), without_time(&lines[2])),
        (3, "2 2026-01-31 1 2 0".into(), "1 2026-01-31 1 2 0".into())
    );
    let told = case.done(&["runs", PIPELINE, "1"]);
    let account = told.out.lines().find(|line| line.contains("staging.shop__orders")).unwrap();
    assert_eq!(account.split_whitespace().collect::<Vec<_>>(), ["staging.shop__orders", "3", "in", "3", "kept"]);
    check_told(
        &case.sluice(&["runs", PIPELINE, "7"]),
        2,
        "error: there is no commit 7 in file://<project>/out/marts\n |\n = help: the newest is 2\n",
    );
}

#[test]
fn schemas_are_json_schemas() {
    for kind in ["pipeline", "contract", "union", "layers"] {
        let told = shop().done(&["schema", kind]);
        let schema: serde_json::Value = serde_json::from_str(&told.out).unwrap();
        assert_eq!(schema["additionalProperties"], false, "{kind}: unknown keys are refused");
        assert!(schema["properties"].as_object().is_some_and(|keys| !keys.is_empty()), "{kind}");
    }
}

#[test]
fn slips_of_the_hand_are_guessed() {
    let case = shop();
    let told = case.process(&["rn", "shop"], &[]);
    assert!(told.err.starts_with("error: unrecognized subcommand 'rn'\n\n  tip: "), "{}", told.err);
    assert_eq!(told.code, 2);
    let expected = "error: there is no pipeline `shoop`\n |\n = help: did you mean `shop`?\n = help: this project has shop\n";
    check_told(&case.process(&["run", "shoop"], &[]), 2, expected);
    check_told(
        &case.sluice(&["query", PIPELINE, "marts.dais"]),
        2,
        "error: there is no table `marts.dais`\n |\n = help: did you mean `marts.days`?\n",
    );
    let told = case.sluice(&["run", PIPELINE, "--param", "as_off=2026-01-01"]);
    assert!(told.err.contains("as_off") && told.err.contains("did you mean `as_of`?"), "{}", told.err);
    assert_eq!(told.code, 2);
    let told = Case::of(&[]).process(&["run", "nightly"], &[]);
    assert!(told.err.starts_with("error: there is no project here") && told.err.contains("sluice init"), "{}", told.err);
    assert_eq!(told.code, 2);
}

#[test]
fn init_makes_a_project_that_runs() {
    let case = Case::of(&[]);
    let told = case.process(&["init", "mine"], &[]);
    assert_eq!((told.code, told.out.as_str()), (0, ""), "{}", told.err);
    assert!(told.err.ends_with("next: cd mine && sluice run nightly\n"), "{}", told.err);
    check_told(&case.process(&["init", "mine"], &[]), 2, "error: mine is not empty\n |\n = help: name a new folder\n");

    let mine = Case::of(&[]);
    super::copy(&case.path("mine"), &mine.path(""));
    let told = mine.process(&["run", "nightly"], &[]);
    assert_eq!(told.code, 0, "{}", told.err);
    let summary = "81998 rows read = 81956 staged + 42 rejects; ";
    assert!(told.err.starts_with(summary) && told.err.contains("published commit 1: "), "{}", told.err);
}

#[test]
fn init_makes_a_project_without_a_fault_of_every_source() {
    let case = Case::of(&[]);
    let staging = super::files(&super::packaged("sql/staging"));
    let names: BTreeSet<String> = staging
        .iter()
        .filter_map(|file| {
            Some(file.strip_prefix(super::packaged("sql/staging")).unwrap().to_str().unwrap().split_once("__")?.0.to_string())
        })
        .collect();
    assert!(names.len() > 20 && names.contains("olist") && names.contains("zh_bank"), "{names:?}");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for name in names {
        // The verb `plan` also looks for the files of the sources, which are not there yet.
        let root = case.path(&name);
        case.done(&["init", root.to_str().unwrap(), "--source", &name]);
        let planned = async || -> Result<Plan, Faults> {
            let project = Project::load(&root)?;
            let pipeline = Pipeline::load(&root, &root.join("pipelines/nightly.yaml"), &[], &|_| None, Utc::now())?;
            plan::plan(&project, pipeline, &Session::for_planning()?).await
        };
        let faults = runtime.block_on(planned()).err();
        assert!(faults.is_none(), "{name}: {faults:?}");
    }
}

const SECRETS: [(&str, &str); 2] =
    [("SHOP_RAW", "s3://shopkeeper:PASSWORD-CANARY@bucket/orders"), ("AWS_SECRET_ACCESS_KEY", "SECRET-KEY-CANARY")];

#[test]
fn secrets_are_never_told() {
    let case = shop();
    for arguments in [&["run", "shop"][..], &["plan", "shop"], &["query", "shop", "marts.days"], &["run", "shop", "--log", "json"]] {
        let told = case.process(arguments, &SECRETS);
        assert_eq!(told.code, 2, "{}", told.err);
        assert!(told.err.contains("holds a secret"), "{}", told.err);
        check_no_secret(&told);
    }
    // A store that nobody answers for: its address is told, what opens it is not.
    let endpoint = ("AWS_ENDPOINT_URL", "http://shopkeeper:PASSWORD-CANARY@127.0.0.1:1");
    let environment =
        [("SHOP_RAW", "s3://bucket/orders"), SECRETS[1], endpoint, ("AWS_ACCESS_KEY_ID", "AKIACANARYCANARY"), ("AWS_ALLOW_HTTP", "true")];
    let told = case.process(&["run", "shop"], &environment);
    assert!(told.code == 2 || told.code == 3, "{}: {}", told.code, told.err);
    check_no_secret(&told);
}

fn check_no_secret(told: &Told) {
    for text in [&told.out, &told.err] {
        assert!(!text.contains("CANARY") && !text.contains("shopkeeper"), "{text}");
    }
}

#[test]
fn the_log_can_be_json() {
    let case = shop();
    let told = case.process(&["run", "shop", "--log", "json"], &[]);
    assert_eq!((told.code, told.out.as_str()), (0, ""));
    let events = |told: &Told| -> Vec<serde_json::Value> { told.err.lines().map(|line| serde_json::from_str(line).expect(line)).collect() };
    let last = events(&told).pop().unwrap();
    assert_eq!((&last["fields"]["published"], &last["fields"]["commit"]), (&true.into(), &1.into()));

    case.edit(DAYS, "sum(amount)", "sum(amont)");
    let told = case.process(&["run", "shop", "--log", "json"], &[]);
    let fault = &events(&told)[0];
    assert_eq!(fault["level"], "ERROR");
    assert_eq!((&fault["fields"]["place"], &fault["fields"]["exit"]), (&"sql/marts/days.sql:4:9".into(), &2.into()));
    assert_eq!((told.code, told.out.as_str()), (2, ""));
}

#[test]
fn help_names_every_verb_with_an_example() {
    let case = Case::of(&[]);
    for verb in ["init", "plan", "run", "test", "query", "trace", "runs", "schema"] {
        let told = case.sluice(&[verb, "--help"]);
        assert!(told.out.contains(&format!("\n  sluice {verb} ")), "{}", told.out);
        assert_eq!((told.code, told.err.as_str()), (0, ""));
    }
    assert_eq!(case.sluice(&["--version"]).out, format!("sluice {}\n", env!("CARGO_PKG_VERSION")));
}
