//! What sales does with a lead: calls, stages entered, skipped and entered again, opportunities, orders.

use super::books::{Money, Stage};
use super::calendar::{DAY, END, HOUR, MINUTE, next_minute, office_hour, push_english, push_shanghai};
use super::channels::Channel;
use super::closing::Sale;
use super::companies::{Account, Country, Person};
use super::dice::Dice;
use super::files::{Target, decimal, record};
use super::names::OWNERS;
use super::records::{Record, Worth};
use super::touches::Touch;
use super::{Company, Numbers, activities, closing};

pub struct Prospect<'a> {
    pub person: &'a Person,
    pub channel: Channel,
    pub worth: Worth,
    /// The earliest first.
    pub records: &'a [Record],
    /// Those of the person's known visitors, up to the end.
    pub touches: &'a [Touch],
}

pub struct Outcome {
    /// By the stage rows known at the end.
    pub highest: Stage,
    pub is_lost: bool,
    pub is_contacted_by_activity: bool,
    pub story: Vec<Entry>,
}

/// One entry into a stage; `None` is the loss.
pub type Entry = (Option<Stage>, i64);

/// The way up: stage, odds for an average lead, delay in hours, how often nobody writes the stage down (both per mille).
const LADDER: [(Stage, u64, (i64, i64), u64); 5] = [
    (Stage::Contacted, 0, (0, 190), 30),
    (Stage::Mql, 560, (2, 240), 70),
    (Stage::Sql, 580, (6, 400), 60),
    (Stage::Opportunity, 700, (2, 300), 0),
    (Stage::Won, 430, (72, 1900), 0),
];

pub fn pursue(company: &mut Company, dice: &mut Dice, prospect: &Prospect) -> Outcome {
    let story: Vec<Entry> = story(dice, prospect).into_iter().filter(|(_, at)| *at < END).collect();
    for record in prospect.records {
        enter_stage(company, dice, record, "Lead", record.created_at);
    }
    for (stage, at) in &story {
        let holder = holder(dice, prospect.records, *at);
        enter_stage(company, dice, holder, stage_word(*stage), *at);
    }
    let is_contacted_by_activity = activities::log(company, dice, prospect, &story);
    let opened = story.iter().find(|(stage, _)| *stage == Some(Stage::Opportunity));
    if let Some((_, opened_at)) = opened {
        let closed = story.iter().find(|(stage, at)| at > opened_at && matches!(stage, None | Some(Stage::Won)));
        let lead_id = holder(dice, prospect.records, *opened_at).id.clone();
        let closed = closed.map(|(stage, at)| (*at, stage.is_some()));
        let deal = Deal { lead_id, account: &prospect.person.account, opened_at: *opened_at, closed, touches: prospect.touches };
        deal.write(company, dice);
    }
    Outcome {
        highest: story.iter().filter_map(|(stage, _)| *stage).max().unwrap_or(Stage::Lead),
        is_lost: story.last().is_some_and(|(stage, _)| stage.is_none()),
        is_contacted_by_activity,
        story,
    }
}

/// What happens to the lead, in the order of time, also after the end.
fn story(dice: &mut Dice, prospect: &Prospect) -> Vec<Entry> {
    let mut at = prospect.records[0].created_at;
    let mut entries = Vec::new();
    match prospect.worth {
        Worth::Good => {}
        Worth::SalesVerdict => {
            at = next_minute(office_hour(at + dice.skewed(HOUR, 6 * DAY)));
            return vec![(Some(Stage::Contacted), at), (None, next_minute(at + dice.skewed(HOUR, 10 * DAY)))];
        }
        _ => return entries,
    }
    let character = prospect.channel.character();
    let quality = character.quality * prospect.person.fit() / 1000;
    let mut reached = Stage::Lead;
    for (stage, odds, (soonest, latest), unwritten) in LADDER {
        let odds = if stage == Stage::Contacted { character.contacted } else { (odds * (500 + quality / 2) / 1000).min(950) };
        if !dice.chance(odds) {
            break;
        }
        at = next_minute(office_hour(at + 5 * MINUTE + dice.skewed(soonest * HOUR, latest * HOUR)));
        reached = stage;
        if !dice.chance(unwritten) {
            entries.push((Some(stage), at));
            if stage < Stage::Opportunity && dice.chance(20) {
                at = next_minute(at + HOUR);
                entries.push((Some(stage), at));
            }
        }
    }
    let lost = match reached {
        Stage::Won => 0,
        Stage::Opportunity => 700,
        _ => 280,
    };
    if dice.chance(lost) {
        at = next_minute(office_hour(at + dice.skewed(3 * DAY, 70 * DAY)));
        entries.push((None, at));
        if dice.chance(90) {
            at = next_minute(office_hour(at + dice.skewed(10 * DAY, 40 * DAY)));
            entries.push((Some(Stage::Contacted), at));
        }
    }
    entries
}

/// Any of the person's records that was there: colleagues do not agree on one.
pub fn holder<'a>(dice: &mut Dice, records: &'a [Record], at: i64) -> &'a Record {
    let known: Vec<&Record> = records.iter().filter(|record| record.created_at <= at).collect();
    if dice.chance(700) { known[0] } else { dice.pick(&known) }
}

fn stage_word(stage: Option<Stage>) -> &'static str {
    match stage {
        None => "Lost",
        Some(Stage::Lead) => "Lead",
        Some(Stage::Contacted) => "Contacted",
        Some(Stage::Mql) => "MQL",
        Some(Stage::Sql) => "SQL",
        Some(Stage::Opportunity) => "Opportunity",
        Some(Stage::Won) => "Won",
    }
}

pub fn enter_stage(company: &mut Company, dice: &mut Dice, holder: &Record, stage: &str, at: i64) {
    let mut entered_at = String::new();
    push_shanghai(&mut entered_at, at + if stage == "Lead" { 0 } else { dice.between(0, 59) });
    company.queue.line(at, Target::Stages, record(',', &[&holder.id, stage, &entered_at, dice.pick(&OWNERS)]));
}

/// Opportunities that sales opened without a lead: wins that no touch explains.
pub fn without_lead(company: &mut Company, dice: &mut Dice, opens: i64) {
    if dice.chance(4) {
        let account = Account::numbered(company.seed, dice.below(company.accounts));
        let opened_at = next_minute(office_hour(opens));
        let closed_at = next_minute(office_hour(opened_at + dice.skewed(3 * DAY, 60 * DAY)));
        let closed = (closed_at < END).then_some((closed_at, dice.chance(600)));
        if opened_at < END {
            Deal { lead_id: String::new(), account: &account, opened_at, closed, touches: &[] }.write(company, dice);
        }
    }
}

struct Deal<'a> {
    lead_id: String,
    account: &'a Account,
    opened_at: i64,
    /// When, and whether won.
    closed: Option<(i64, bool)>,
    touches: &'a [Touch],
}

impl Deal<'_> {
    fn write(&self, company: &mut Company, dice: &mut Dice) {
        let number = Numbers::take(&mut company.next.opportunity);
        let id = format!("OP{number:05}");
        let currency = if self.account.country == Country::China { "CNY" } else { "USD" };
        let (cents, amount) = amount(dice, self.account, currency);
        let (stage, is_won, loss_reason) = match self.closed {
            Some((_, true)) => ("Closed Won", "Yes", ""),
            Some((_, false)) => ("Closed Lost", "No", dice.pick(&["price", "competitor", "no budget", "timing"])),
            None => (dice.pick(&["Discovery", "Proposal", "Negotiation"]), "", ""),
        };
        let amount = if stage == "Discovery" && dice.chance(400) { String::new() } else { amount };
        let (mut opened_at, mut closed_at) = (String::new(), String::new());
        push_english(&mut opened_at, self.opened_at);
        if let Some((at, _)) = self.closed {
            push_english(&mut closed_at, at);
        }
        let product = dice.pick(&["Sensors", "Sensors", "Cloud", "Services"]);
        let fields =
            [&id, &self.lead_id, &self.account.name, product, &amount, currency, stage, &opened_at, &closed_at, is_won, loss_reason];
        company.queue.line(self.opened_at, Target::Opportunities, record(',', &fields));
        company.books.count("opportunities", stage, "", 1);
        let until = self.closed.map_or(END, |(at, _)| at);
        Sale { id: &id, stage, currency, cents, opened_at: self.opened_at, until }.write(company, number);
        closing::buying_group(company, number, &id, &self.lead_id, self.account.number, self.opened_at);
        if let Some((at, true)) = self.closed {
            let money = Money { cents, currency, rate: company.rates.on(at, currency) };
            company.books.conversion(at, money, self.touches);
            self.order(company, dice, &id, currency, cents, at);
        }
    }

    /// The order of a won deal, at times in two lines that add up to its amount; later perhaps another one without a deal.
    fn order(&self, company: &mut Company, dice: &mut Dice, id: &str, currency: &'static str, cents: i64, at: i64) {
        let first = if dice.chance(150) { cents * 3 / 10 } else { cents };
        self.order_line(company, dice, (id, "new"), currency, first, at);
        if first < cents {
            self.order_line(company, dice, (id, "instalment"), currency, cents - first, at);
        }
        let again = next_minute(office_hour(at + dice.skewed(15 * DAY, 70 * DAY)));
        if again < END && dice.chance(160) {
            let cents = cents / 100 * dice.between(20, 90);
            self.order_line(company, dice, ("", "repeat"), currency, cents, again);
        }
    }

    fn order_line(&self, company: &mut Company, dice: &mut Dice, (id, kind): (&str, &str), currency: &'static str, cents: i64, at: i64) {
        let number = Numbers::take(&mut company.next.order);
        let order = format!("SO{number:06}");
        let ordered_at = (at + dice.between(0, 59)).to_string();
        let amount = decimal(cents);
        company.queue.line(at, Target::Orders, record(',', &[&order, id, &self.lead_id, &ordered_at, &amount, currency, kind]));
        company.books.count("orders", kind, "", 1);
        let rate = company.rates.on(at, currency);
        company.books.money("orders_value", kind, Money { cents, currency, rate });
        closing::bill(company, number, &order, at, cents, currency);
        closing::pay(company, number, &order, at, cents, currency);
        if kind == "new" && !self.lead_id.is_empty() {
            company.customers.push((at, self.lead_id.clone()));
        }
    }
}

/// Cents, and the amount as somebody typed it.
fn amount(dice: &mut Dice, account: &Account, currency: &str) -> (i64, String) {
    let size = if account.employees >= 500 { 5 } else { 1 };
    let yuan = size * dice.skewed(9_000, 420_000);
    let units = if currency == "CNY" { yuan } else { yuan / 7 };
    let sign = if currency == "CNY" { '¥' } else { '$' };
    match dice.weighted(&[30, 40, 30]) {
        0 => {
            let cents = units * 100 + dice.between(0, 99);
            (cents, decimal(cents))
        }
        1 => (units * 100, format!("{sign}{}.00", grouped(units))),
        _ if units >= 1_000_000 => (units / 10_000 * 1_000_000, format!("{sign}{}.{:02}M", units / 1_000_000, units / 10_000 % 100)),
        _ => (units / 10 * 1_000, format!("{sign}{}.{:02}K", units / 1000, units / 10 % 100)),
    }
}

/// `12300` as `12,300`.
pub fn grouped(units: i64) -> String {
    match units {
        ..1000 => units.to_string(),
        _ => format!("{},{:03}", grouped(units / 1000), units % 1000),
    }
}
