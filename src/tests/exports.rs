//! Exports of CRMs, shops, banks and spreadsheets: what they say is told, and what they cannot say is told too.
//!
//! The figures come from the descriptions of the sets, from hand calculation, or from the raw file read here by other means.

use super::real::{read, run};
use super::{Case, Row, copy, files, packaged, raw, records, shared};
use std::collections::{BTreeMap, BTreeSet};

/// A packaged pipeline that has run.
pub(super) struct Ran {
    case: Case,
    pipeline: String,
    marts: String,
    arguments: Vec<String>,
}

impl Ran {
    /// Over the shared data, should they be there.
    pub(super) fn shared(name: &str) -> Option<Ran> {
        let pipeline = format!("pipelines/{name}.yaml");
        let (case, data) = run(&pipeline)?;
        Some(Ran { case, pipeline, marts: format!("out/{name}"), arguments: vec!["--param".into(), data] })
    }

    /// Over the raw files of this repository.
    pub(super) fn packaged(name: &str) -> Ran {
        Ran::packaged_at(name, name)
    }

    /// The same where the pipeline has another name than the folder of its files.
    pub(super) fn packaged_at(name: &str, folder: &str) -> Ran {
        let case = Case::packaged();
        let raw = format!("testdata/{folder}/raw");
        copy(&packaged(&raw), &case.path(&raw));
        let pipeline = format!("pipelines/{name}.yaml");
        case.done(&["run", &pipeline]);
        Ran { case, pipeline, marts: format!("out/{name}"), arguments: Vec::new() }
    }

    pub(super) fn ask(&self, query: &str) -> Vec<Row> {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        self.case.query(&self.pipeline, &arguments, query)
    }

    /// The one value a query returns.
    pub(super) fn value(&self, query: &str) -> String {
        let rows = self.ask(query);
        assert_eq!((rows.len(), rows[0].len()), (1, 1), "{query}");
        rows[0].values().next().unwrap().clone()
    }

    pub(super) fn count(&self, table_and_condition: &str) -> u64 {
        self.value(&format!("select count(*) as n from {table_and_condition}")).parse().unwrap()
    }

    /// Rows read from each raw file, none of them rejected.
    pub(super) fn rows(&self) -> BTreeMap<String, u64> {
        let all = read(&self.case, &self.marts).into_iter();
        all.map(|(file, (rows, rejects))| {
            assert_eq!(rejects, 0, "{file}");
            (file, rows)
        })
        .collect()
    }

    /// Rows a cleaning table of the newest commit left out, by reason.
    pub(super) fn dropped(&self, table: &str) -> serde_json::Value {
        let commit = self.case.commit(&self.marts);
        let accounts = commit["accounts"].as_array().unwrap();
        accounts.iter().find(|account| account["table"] == table).unwrap()["dropped"].clone()
    }

    /// Rows of a table against those worked out by hand, in whatever order.
    pub(super) fn check(&self, table: &str, expected: &str) {
        let text = std::fs::read(packaged(expected)).unwrap();
        let mut expected = records(&text);
        let header = String::from_utf8(text).unwrap().lines().next().unwrap().to_string();
        let mut found = self.ask(&format!("select {header} from {table}"));
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{table}");
    }
}

#[test]
fn zoho_gives_the_counts_its_readers_published() {
    let Some(zoho) = Ran::shared("zoho") else { return };
    let rows = zoho.rows();
    for (file, count) in [
        ("Leads.csv", 3_900),
        ("Contacts.csv", 1_265),
        ("Accounts.csv", 2_229),
        ("Potentials.csv", 3_632),
        ("Campaigns.csv", 110),
        ("Campaign_Lead_Status.csv", 3_900),
        ("Calls.csv", 4_100),
        ("Events.csv", 2_978),
        ("Tasks.csv", 2_978),
        ("Sales_Orders.csv", 2_061),
        ("Invoices.csv", 1_300),
        ("Users.csv", 11),
    ] {
        assert_eq!(rows[file], count, "{file}");
    }

    // Eighteen tables. What is not read is counted here alone; the pipeline says why.
    let unread = [
        ("Cases", 797),
        ("Quotes", 3_000),
        ("Products", 2_000),
        ("Price_Books", 10),
        ("Sales_Order_Line_Items", 6_138),
        ("Invoice_Line_Items", 3_051),
    ];
    assert_eq!(rows.len() + unread.len(), 18);
    for (file, count) in unread {
        assert!(!rows.contains_key(&format!("{file}.csv")), "{file}");
        assert_eq!(raw(&format!("zoho_crm/{file}.csv")).len(), count, "{file}");
    }

    // Behind the orders' 15 columns stand eight without a name, and nothing in them.
    let mut orders = csv::Reader::from_path(shared("data/zoho_crm/Sales_Orders.csv").unwrap()).unwrap();
    let unnamed = orders.headers().unwrap().iter().position(str::is_empty).unwrap();
    assert_eq!((unnamed, orders.headers().unwrap().len()), (15, 15 + 8));
    assert!(orders.records().all(|order| order.unwrap().iter().skip(unnamed).all(str::is_empty)));

    // Leads, converted and percent of each source.
    let by_source = zoho.ask(
        "select lead_source, count(*) as leads, count(*) filter (where is_converted) as converted,
            round(100.0 * cast(count(*) filter (where is_converted) as double) / cast(count(*) as double), 4) as percent
         from entities.lead_records where source = 'zoho_leads' group by lead_source order by lead_source",
    );
    let told: Vec<(&str, u32, u32, f64)> = by_source
        .iter()
        .map(|row| {
            (row["lead_source"].as_str(), row["leads"].parse().unwrap(), row["converted"].parse().unwrap(), row["percent"].parse().unwrap())
        })
        .collect();
    assert_eq!(told, super::real::ZOHO_SOURCES);
    assert_eq!(zoho.count("staging.zoho__leads where not is_converted"), 268);

    let stages = zoho.ask("select stage, count(*) as n from entities.opportunities group by stage order by count(*) desc");
    let stages: Vec<(&str, &str)> = stages.iter().map(|row| (row["stage"].as_str(), row["n"].as_str())).collect();
    assert_eq!(
        stages,
        [
            ("Closed Won", "1425"),
            ("Qualification", "698"),
            ("Closed Lost", "485"),
            ("Needs Analysis", "296"),
            ("Initial Offer", "283"),
            ("Prospect", "245"),
            ("Proposal/Price Quote", "136"),
            ("Negotiation/Review", "64"),
        ]
    );
    assert_eq!(zoho.count("entities.opportunities where is_won"), 1425);
    assert_eq!(zoho.count("entities.opportunities where not is_won"), 485);

    // All contacts have the address of one lead each; 456 are older than it. A contact is the lead only where the lead is junk.
    let older = "staging.zoho__contacts as c inner join staging.zoho__leads as l on c.email = l.email";
    assert_eq!(zoho.count(&format!("{older} where c.created_at < l.created_at")), 456);
    let golden = "identity.records where outcome = 'golden' and starts_with(record_id, 'zoho:contact:')";
    assert_eq!(zoho.count(golden), zoho.count(&format!("{older} where l.lead_status = 'Junk Lead' and not l.is_converted")));
    assert_eq!(zoho.count(golden), 10);

    zoho_keys(&zoho);
    zoho_money_and_days(&zoho);
    zoho_findings(&zoho);
}

/// The keys that hold, and those that do not.
fn zoho_keys(zoho: &Ran) {
    let joined = |child: &str, key: &str, parent: &str, parent_key: &str| {
        zoho.count(&format!("staging.zoho__{child} as c inner join staging.zoho__{parent} as p on c.{key} = p.{parent_key}"))
    };
    assert_eq!(joined("potentials", "lead_id", "leads", "lead_id"), 3_632);
    assert_eq!(joined("potentials", "campaign_id", "campaigns", "campaign_id"), 3_632);
    assert_eq!(joined("contacts", "account_id", "accounts", "account_id"), 1_265);
    assert_eq!(joined("contacts", "email", "leads", "email"), 1_265);
    assert_eq!(joined("calls", "lead_id", "leads", "lead_id"), 170);
    assert_eq!(joined("calls", "contact_id", "contacts", "contact_id"), 2_100);
    assert_eq!(joined("calls", "account_id", "accounts", "account_id"), 990);
    assert_eq!(joined("events", "lead_id", "leads", "lead_id"), 1_115);
    assert_eq!(joined("events", "contact_id", "contacts", "contact_id"), 1_860);
    assert_eq!(joined("events", "account_id", "accounts", "account_id"), 526);
    assert_eq!(joined("invoices", "sales_order_id", "sales_orders", "sales_order_id"), 1_030);
    assert_eq!(joined("invoices", "account_id", "accounts", "account_id"), 1_300);
    assert_eq!(joined("invoices", "contact_id", "contacts", "contact_id"), 1_300);

    let with_record = |source: &str| zoho.count(&format!("entities.activities where source = '{source}' and record_id is not null"));
    assert_eq!(with_record("zoho_calls"), 170 + 2_100);
    assert_eq!(with_record("zoho_events"), 1_115 + 1_860);
    assert_eq!(zoho.count("entities.activities where source = 'zoho_calls' and account_id is not null"), 1_010);
    assert_eq!(zoho.count("entities.activities where opportunity_id is not null"), 0, "a key that points nowhere is none");
    assert_eq!(zoho.count("entities.opportunities where account_id is not null"), 1_164);
    assert_eq!(zoho.count("entities.orders where record_id is not null"), 789);

    // A contact is the person of its lead; ten leads were junk, and their contacts stand alone.
    let people = "identity.records as c inner join staging.zoho__contacts as k on c.record_id = concat('zoho:contact:', k.contact_id)
        inner join staging.zoho__leads as l on l.email = k.email
        inner join identity.records as r on r.record_id = concat('zoho:lead:', l.lead_id)";
    assert_eq!(zoho.count(&format!("{people} where c.person_id = r.person_id")), 1_255);
    assert_eq!(zoho.count(&format!("{people} where r.invalid_reason = 'sales_verdict'")), 10);

    // Subjects that held an outsider's address are withheld in the set.
    for (table, subjects) in [("calls", 20), ("events", 99)] {
        assert_eq!(zoho.count(&format!("staging.zoho__{table} where subject = '[subject withheld]'")), subjects, "{table}");
    }

    // Tasks have no key: lines that read the same are all kept.
    assert_eq!(
        zoho.count("(select distinct owner, subject, status, created_at, due_at, modified_at from staging.zoho__tasks)"),
        2_978 - 2_067
    );
    assert_eq!(zoho.count("entities.activities where source = 'zoho_tasks'"), 2_978);
}

/// `$22,700.00` and `$342.09K`; words for months, ISO and days first.
fn zoho_money_and_days(zoho: &Ran) {
    let value = |query: &str| zoho.value(query);
    assert_eq!(value("select sum(amount) as v from entities.opportunities"), "231380900.0000");
    assert_eq!(value("select sum(amount) as v from entities.opportunities where is_won"), "89066200.0000");
    assert_eq!(value("select sum(budget) as v from entities.campaigns"), "37420350.0000");
    assert_eq!(value("select sum(cost) as v from entities.campaigns"), "44209580.0000");
    assert_eq!(value("select sum(expected_revenue) as v from entities.campaigns"), "82335650.0000");
    assert_eq!(value("select expected_revenue as v from entities.campaigns where campaign_id = 'zoho:24000011'"), "342090.0000");
    assert_eq!(value("select sum(grand_total) as v from staging.zoho__sales_orders"), "31712120.0000");
    assert_eq!(value("select sum(amount) as v from entities.orders"), "23959621.0000");
    assert_eq!(value("select sum(amount) as v from entities.invoices"), "16030187.0000");
    assert_eq!(zoho.count("entities.invoices where amount is null"), 270);
    assert_eq!(zoho.dropped("entities.orders/zoho"), serde_json::json!({"cancelled": 491}));

    let day = |which: &str, of: &str, table: &str| value(&format!("select to_char({which}({of}), '%Y-%m-%d') as v from {table}"));
    assert_eq!(day("min", "created_at", "staging.zoho__leads"), "2018-07-02");
    assert_eq!(day("max", "created_at", "staging.zoho__leads"), "2021-04-15");
    assert_eq!(day("min", "start_date", "staging.zoho__campaigns"), "2018-06-30");
    assert_eq!(day("max", "created_at", "staging.zoho__sales_orders"), "2021-07-03");
    assert_eq!(day("min", "created_at", "staging.zoho__sales_orders"), "2019-04-16");
}

fn zoho_findings(zoho: &Ran) {
    let mut findings = BTreeMap::<String, Vec<Row>>::new();
    for row in zoho.case.published("out/zoho/latest/findings.parquet") {
        findings.entry(row["finding"].clone()).or_default().push(row);
    }
    assert_eq!(findings["opportunity_before_lead"].len(), 1_819);
    assert_eq!(findings["opportunity_before_campaign"].len(), 1_778);
    assert_eq!(findings["activity_longer_than_a_day"].len(), 2_978);

    let sources = "entities.opportunities as o inner join entities.lead_records as l on o.record_id = l.record_id where o.lead_source";
    assert_eq!(zoho.count(&format!("{sources} is not null")), 3_629);
    assert_eq!(zoho.count(&format!("{sources} = l.lead_source")), 321);
    // 37 more differ by a blank alone.
    assert_eq!(findings["opportunity_source_differs"].len(), 3_629 - 321 - 37);

    // Members named in words: a lead is linked where the words point to it alone, the others are for people to look at.
    assert_eq!(zoho.count("(select distinct last_name from staging.zoho__leads)"), 2_299);
    let members = zoho.case.published("out/zoho/latest/entities.campaign_members.parquet");
    assert_eq!(members.len(), 3_900);
    let (linked, open): (Vec<_>, Vec<_>) = members.iter().partition(|row| !row["record_id"].is_empty());
    assert_eq!((linked.len(), open.len()), (3_601, 299));
    // A link from words says which: the only lead of its name, or of its namesakes the one whose deal names the campaign.
    let by = |word: &str| members.iter().filter(|row| row["matched_by"] == word).count();
    assert_eq!([by("name"), by("deal"), by("")], [1_720, 1_881, 299]);
    assert!(open.iter().all(|row| row["matched_by"].is_empty()));
    let keys = |rows: &[&Row]| rows.iter().map(|row| row["campaign_member_id"].clone()).collect::<BTreeSet<_>>();
    let told = &findings["ambiguous_campaign_member"];
    assert_eq!(told.iter().map(|row| row["entity_id"].clone()).collect::<BTreeSet<_>>(), keys(&open));
    for row in told {
        let evidence = row["evidence"].strip_prefix("the source gives no key, and its words fit ").unwrap();
        let candidates: u32 = evidence.strip_suffix(" lead records").unwrap().parse().unwrap();
        assert!(candidates >= 2, "{evidence}");
    }
    // No lead is in a campaign twice, and a deal of a linked lead never names another campaign.
    let pairs: BTreeSet<_> = linked.iter().map(|row| (&row["campaign_id"], &row["record_id"])).collect();
    assert_eq!(pairs.len(), linked.len());
    let contradicted = "entities.campaign_members as m inner join entities.opportunities as o on m.record_id = o.record_id";
    assert_eq!(zoho.count(&format!("{contradicted} where m.campaign_id <> o.campaign_id")), 0);
}

#[test]
fn x_education_leads_have_one_outcome_and_one_source_each() {
    let Some(set) = Ran::shared("x_education") else { return };
    assert_eq!(set.rows()["lead_scoring.csv.gz"], 9_240);
    let origins = set.ask(
        "select capture_method, count(*) as leads, count(*) filter (where is_converted) as converted
         from entities.lead_records group by capture_method order by count(*) desc",
    );
    let origins: Vec<[&str; 3]> =
        origins.iter().map(|row| ["capture_method", "leads", "converted"].map(|name| row[name].as_str())).collect();
    assert_eq!(
        origins,
        [
            ["Landing Page Submission", "4886", "1768"],
            ["API", "3580", "1115"],
            ["Lead Add Form", "718", "664"],
            ["Lead Import", "55", "13"],
            ["Quick Add Form", "1", "1"],
        ]
    );

    // A `Select` is a null beside the empty cells.
    let nulls = |column: &str| set.count(&format!("staging.x_education__leads where {column} is null"));
    assert_eq!(nulls("specialization"), 1_942 + 1_438);
    assert_eq!(nulls("heard_from"), 5_043 + 2_207);
    assert_eq!(nulls("lead_profile"), 4_146 + 2_709);
    assert_eq!(nulls("city"), 2_249 + 1_420);
    for (column, empty) in [("country", 2_461), ("lead_quality", 4_767), ("tags", 3_353), ("total_visits", 137), ("lead_source", 36)] {
        assert_eq!(nulls(column), empty, "{column}");
    }
    for column in ["activity_index", "profile_index", "activity_score", "profile_score"] {
        assert_eq!(nulls(column), 4_218, "{column}");
    }
    assert_eq!(nulls("occupation"), 2_690);
    assert_eq!(set.count("staging.x_education__leads where specialization = 'Banking, Investment And Insurance'"), 338);

    // A word with its place in an order is read as it stands.
    for (column, high, medium, low) in [("activity_index", 821, 3_839, 362), ("profile_index", 2_203, 2_788, 31)] {
        for (word, leads) in [("01.High", high), ("02.Medium", medium), ("03.Low", low)] {
            assert_eq!(set.count(&format!("staging.x_education__leads where {column} = '{word}'")), leads, "{column} {word}");
        }
    }
    // Columns that say `No` of everybody.
    for column in ["saw_magazine", "wants_course_news", "wants_supply_chain_news", "wants_dm_news", "pays_by_cheque"] {
        assert_eq!(set.count(&format!("staging.x_education__leads where not {column}")), 9_240, "{column}");
    }

    // `Google` 2,868 times and `google` five times are one source; the words stay as written.
    let google = set.ask("select channel, count(*) as n from identity.records where lead_source_key = 'google' group by channel");
    assert_eq!(google.len(), 1);
    assert_eq!((google[0]["channel"].as_str(), google[0]["n"].as_str()), ("organic_search", "2873"));
    let written = |word: &str| set.count(&format!("entities.lead_records where lead_source = '{word}'"));
    assert_eq!([written("Google"), written("google")], [2_868, 5]);

    let quality = set.case.published("out/x_education/latest/lead_quality.parquet");
    let all = quality.iter().find(|row| row["channel"] == "(all)" && row["month"] == "(all)").unwrap();
    assert_eq!([&all["records"], &all["leads"], &all["won"]], ["9240", "9240", "3561"]);
    assert_eq!(all["won_rate"].parse::<f64>().unwrap(), 3561.0 / 9240.0);
    let coverage = set.case.published("out/x_education/latest/coverage.parquet");
    let dated = coverage.iter().find(|row| row["entity"] == "lead_records" && row["field"] == "captured_at").unwrap();
    assert_eq!([&dated["rows"], &dated["filled"]], ["9240", "0"], "the set keeps no dates");
}

/// What sales wrote down after the call foretells nothing: one table reads the staged one, and none of the columns that leak.
#[test]
fn nothing_scores_by_what_leaks_the_outcome() {
    let contract = std::fs::read_to_string(packaged("sql/staging/x_education__leads.yaml")).unwrap();
    let leaking = contract.lines().filter(|line| line.contains("leaks the outcome"));
    let leaking: BTreeSet<&str> = leaking.map(|line| line.trim().split(':').next().unwrap()).collect();
    let of_sales = ["tags", "lead_quality", "lead_profile", "last_notable_activity"];
    let asymmetrique = ["activity_index", "profile_index", "activity_score", "profile_score"];
    assert_eq!(leaking, of_sales.into_iter().chain(asymmetrique).collect::<BTreeSet<_>>());

    let mut readers = Vec::new();
    for path in files(&packaged("sql")).into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "sql")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let is_reader = text.contains("staging.x_education__leads");
        // Facts are told as they are; predictions look at those alone that are declared for it.
        let is_told = path.starts_with(packaged("sql/entities/lead_facts"));
        if (is_reader && !is_told) || path.starts_with(packaged("sql/scoring")) || path.starts_with(packaged("sql/prediction")) {
            let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            assert_eq!(words.filter(|word| leaking.contains(word)).collect::<Vec<_>>(), [""; 0], "{}", path.display());
        }
        readers.extend(is_reader.then_some(path));
    }
    let tables = ["lead_facts", "lead_records"].map(|table| packaged(&format!("sql/entities/{table}/x_education.sql")));
    assert_eq!(readers.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(tables));
    let features = records(&std::fs::read(packaged("sql/reference/prediction_features.csv")).unwrap());
    let used = features.iter().filter(|feature| feature["is_used"] == "true" && leaking.contains(feature["feature"].as_str()));
    assert_eq!(used.count(), 0);
    assert_eq!(features.iter().filter(|feature| leaking.contains(feature["feature"].as_str())).count(), leaking.len());
}

#[test]
fn x_education_has_two_names_for_the_occupation() {
    let case = Case::packaged();
    let pipeline = case.read("pipelines/x_education.yaml");
    let location = "location: x_education_leads/lead_scoring.csv.gz";
    case.edit("pipelines/x_education.yaml", location, "location: \"*.csv\"");
    // The header by the declared names, with a value that fits each type.
    let column = |line: &str| -> Option<(String, &'static str)> {
        let (name, rest) = line.strip_prefix("      ")?.split_once(": {type: ")?;
        let (ty, rest) = rest.split_once(',')?;
        let from = rest.trim_start().strip_prefix("from: ")?;
        let from = from.split([',', '}']).next()?.trim_matches('"').to_string();
        let value = match ty {
            _ if name == "occupation" || name == "what_is_your_occupation" => "Student",
            "boolean" => "No",
            ty if ty.starts_with("text") => "x",
            _ => "1",
        };
        Some((from, value))
    };
    let columns: Vec<(String, &str)> = pipeline.lines().filter_map(column).collect();
    for (file, left_out) in [("here.csv", "What is your current occupation"), ("elsewhere.csv", "current occupation")] {
        let kept: Vec<_> = columns.iter().filter(|(name, _)| name != left_out).collect();
        assert_eq!(kept.len(), 37);
        let header: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<String> = kept
            .iter()
            .map(|(name, value)| if name == "Prospect ID" || name == "Lead Number" { file.into() } else { value.to_string() })
            .collect();
        case.write(&format!("raw/{file}"), &format!("{}\n{}\n", header.join(","), values.join(",")));
    }
    let found = case.query("pipelines/x_education.yaml", &["--param", "data=raw"], "select occupation from staging.x_education__leads");
    assert_eq!(found.iter().map(|row| row["occupation"].as_str()).collect::<Vec<_>>(), ["Student", "Student"]);
}

#[test]
fn tmall_orders_add_up_in_every_region() {
    let Some(tmall) = Ran::shared("tmall") else { return };
    assert_eq!(tmall.rows()["tmall_order_report.csv.gz"], 28_010);

    // The file as another reader adds it up: orders, totals, kept and refunded in cents, by region without the kind that four lack.
    let mut reference = BTreeMap::<String, [i64; 4]>::new();
    let mut autonomous = 0;
    for row in raw("tmall_orders_zh/tmall_order_report.csv.gz") {
        let place = row["收货地址 "].as_str();
        autonomous += u32::from(place.ends_with("自治区"));
        let kinds = ["壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省"];
        let place = kinds.iter().find_map(|kind| place.strip_suffix(kind)).unwrap_or(place);
        let sums = reference.entry(place.to_string()).or_default();
        for (sum, more) in sums.iter_mut().zip([1, cents(&row["总金额"]), cents(&row["买家实际支付金额"]), cents(&row["退款金额"])])
        {
            *sum += more;
        }
    }
    let by_region = tmall.ask(
        "select o.region, count(*) as orders, sum(o.amount) as amount,
            coalesce(sum(p.net), cast(0 as decimal(18,4))) as net, coalesce(sum(p.refunded), cast(0 as decimal(18,4))) as refunded
         from entities.orders as o
         left join (select order_id, sum(amount) as net, sum(case when kind = 'refund' then -amount end) as refunded
            from entities.payments group by order_id) as p on o.order_id = p.order_id
         group by o.region",
    );
    let told: BTreeMap<String, [i64; 4]> = by_region
        .iter()
        .map(|row| {
            (row["region"].clone(), [row["orders"].parse().unwrap(), cents(&row["amount"]), cents(&row["net"]), cents(&row["refunded"])])
        })
        .collect();
    assert_eq!(told, reference);

    assert_eq!(told.len(), 31);
    let sum = |at: usize| told.values().map(|sums| sums[at]).sum::<i64>();
    assert_eq!([sum(0), sum(1), sum(2), sum(3)], [28_010, 299_576_061, 190_248_715, 57_233_592]);
    for (region, orders) in [("上海", 3_353), ("广东", 2_463), ("江苏", 2_126), ("浙江", 2_061), ("北京", 2_054)] {
        assert_eq!(told[region][0], orders, "{region}");
    }
    assert_eq!(autonomous, 754);
    assert_eq!(["内蒙古", "广西", "西藏", "宁夏", "新疆"].map(|region| told[region][0]).iter().sum::<i64>(), 754);
    assert_eq!(tmall.count("entities.payments where kind = 'payment' and paid_at is not null"), 24_087);
    let local = |which: &str| {
        tmall.value(&format!(
            "select to_char({which}(ordered_at) at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M:%S') as v from entities.orders"
        ))
    };
    assert_eq!([local("min"), local("max")], ["2020-02-01 00:14:15", "2020-02-29 23:59:18"]);
}

/// `178.8` or `178.8000` in hundredths.
fn cents(amount: &str) -> i64 {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let (cents, rest) = fraction.split_at(fraction.len().min(2));
    assert!(rest.bytes().all(|digit| digit == b'0'), "{amount}");
    format!("{whole}{cents:0<2}").parse().unwrap()
}

#[test]
fn customers_of_one_name_stay_two() {
    let Some(bank) = Ran::shared("zh_bank") else { return };
    assert_eq!(bank.rows()["customer_base.csv.gz"], 10_000);
    assert_eq!(bank.count("(select distinct full_name from entities.lead_records)"), 5_828);
    assert_eq!(bank.count("(select distinct owner_id from entities.lead_records)"), 16);
    assert_eq!(bank.count("entities.lead_records where length(full_name) between 2 and 4"), 10_000);
    assert_eq!(bank.count("(select distinct person_id from identity.records where outcome = 'golden')"), 10_000);
    let local = |which: &str| {
        bank.value(&format!(
            "select to_char({which}(captured_at) at time zone 'Asia/Shanghai', '%Y-%m-%d') as v from entities.lead_records"
        ))
    };
    assert_eq!([local("min"), local("max")], ["2015-06-23", "2025-06-21"]);
}

#[test]
fn lists_of_spreadsheets_are_read_whatever_they_leave_out() {
    let lists = Ran::packaged("csv");
    lists.check("entities.lead_records", "testdata/csv/expected/lead_records.csv");
    lists.check("identity.records", "testdata/csv/expected/records.csv");
    let rejects = lists.case.published("out/csv/latest/rejects.parquet");
    let told: Vec<[&str; 4]> = rejects.iter().map(|row| ["file", "line", "column_name", "reason"].map(|name| row[name].as_str())).collect();
    assert_eq!(told, [["leads/web.csv", "7", "created_at", "not a timestamp"]]);
}

#[test]
fn a_list_with_a_name_nobody_declared_is_refused() {
    let case = Case::packaged();
    case.write("testdata/csv/raw/leads/a.csv", "name,e-mail\nAnn Archer,ann@acme.example\n");
    case.write("testdata/csv/raw/leads_semicolon/b.csv", "name;email\n");
    let told = case.sluice(&["run", "pipelines/csv.yaml"]);
    assert_eq!(told.code, 1, "{}", told.err);
    assert!(told.err.contains("e-mail"), "{}", told.err);
}

#[test]
fn forms_in_ads_become_leads_and_touches() {
    let forms = Ran::packaged("lead_forms");
    forms.check("entities.lead_records", "testdata/lead_forms/expected/lead_records.csv");
    forms.check("entities.touchpoints", "testdata/lead_forms/expected/touchpoints.csv");
    forms.check("identity.records", "testdata/lead_forms/expected/records.csv");
    forms.check("identity.visitors", "testdata/lead_forms/expected/visitors.csv");
    let rejects = forms.case.published("out/lead_forms/latest/rejects.parquet");
    let told: Vec<[&str; 2]> = rejects.iter().map(|row| ["file", "line"].map(|name| row[name].as_str())).collect();
    assert_eq!(told, [["meta/2026-03.ndjson", "5"]]);
    let dropped = |table: &str| forms.dropped(&format!("entities.{table}/lead_forms"));
    assert_eq!(dropped("lead_records"), serde_json::json!({"duplicate": 2}));
    assert_eq!(dropped("touch_records"), serde_json::json!({"duplicate": 2, "no_date": 1, "test": 2}));
    assert_eq!(dropped("visitor_links"), serde_json::json!({"duplicate": 2, "no_date": 1, "test": 2}));
}
