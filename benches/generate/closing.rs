//! What a deal leaves behind beside its one line: the steps it went through, quotes, the money that came in, and whom a customer sent.
//!
//! Drawn from a stream of its own, so that what else happens to a person does not depend on it.

use super::books::Money;
use super::calendar::{DAY, END, HOUR, iso_day, next_minute, office_hour, push_english, shanghai_day};
use super::dice::{CLOSING, Dice};
use super::files::{Target, decimal, record};
use super::names::OWNERS;
use super::{Company, Numbers, notes};

pub struct Sale<'a> {
    pub id: &'a str,
    /// As the deal's line has it at the end.
    pub stage: &'static str,
    pub currency: &'static str,
    pub cents: i64,
    pub opened_at: i64,
    /// The end of the data where it is open.
    pub until: i64,
}

impl Sale<'_> {
    pub fn write(&self, company: &mut Company, number: u64) {
        let dice = &mut Dice::new(company.seed, CLOSING + number);
        let notes = &mut notes::dice_of_deal(company, number);
        let steps = ["Discovery", "Proposal", "Negotiation"];
        let passed = match self.stage {
            "Closed Won" => 3,
            "Closed Lost" => 1 + dice.weighted(&[45, 35, 20]),
            open => 1 + steps.iter().position(|step| *step == open).expect("an open deal is in one of the steps"),
        };
        let owner = dice.pick(&OWNERS);
        let mut at = self.opened_at;
        for (place, step) in steps.iter().enumerate().take(passed) {
            // The step it is in is always written down, one before it now and then not.
            if place + 1 == passed || !dice.chance(120) {
                self.enter(company, step, at, owner);
                // Somebody changes the amount: the same step once more.
                let again = (at + HOUR).min(self.until);
                if dice.chance(100) && again < END {
                    self.enter(company, step, again, owner);
                    company.books.count("opportunity_steps_dropped", "same_stage", "", 1);
                }
            }
            if *step == "Proposal" {
                self.quote(company, dice, at);
            }
            notes::of_step(company, notes, self.id, step, owner, at);
            let left = self.until - at;
            at = next_minute(at + dice.between(left / 12, left / 3)).min(self.until);
        }
        if self.stage.starts_with("Closed") {
            self.enter(company, self.stage, self.until, owner);
        }
    }

    fn enter(&self, company: &mut Company, step: &str, at: i64, owner: &str) {
        if at >= END {
            return;
        }
        let mut entered_at = String::new();
        push_english(&mut entered_at, at);
        let amount = decimal(self.cents);
        company.queue.line(at, Target::OpportunityHistory, record(',', &[self.id, step, &amount, self.currency, &entered_at, owner]));
    }

    /// A quote or two; the last one of a won deal is the one that was accepted.
    fn quote(&self, company: &mut Company, dice: &mut Dice, mut at: i64) {
        let quotes = 1 + i64::from(dice.chance(250));
        for place in 1..=quotes {
            if at >= END {
                return;
            }
            let outcome = match self.stage {
                "Closed Won" if place == quotes => "accepted",
                "Closed Lost" => "declined",
                _ if place < quotes => "replaced",
                _ => "sent",
            };
            let discount = [0, 5, 8, 10, 15, 20][dice.weighted(&[35, 20, 15, 15, 10, 5])];
            let id = format!("Q{:05}", Numbers::take(&mut company.next.quote));
            let list = self.cents * 100 / (100 - discount);
            let mut quoted_at = String::new();
            push_english(&mut quoted_at, at);
            let fields = [&id, self.id, &quoted_at, &decimal(list), &decimal(self.cents), self.currency, outcome];
            company.queue.line(at, Target::Quotes, record(',', &fields));
            company.books.count("quotes", outcome, "", 1);
            at = next_minute(office_hour(at + dice.skewed(4 * HOUR, 10 * DAY))).min(self.until);
        }
    }
}

/// Most orders are paid within two months, a few are given back in part.
pub fn pay(company: &mut Company, number: u64, order: &str, at: i64, cents: i64, currency: &'static str) {
    let dice = &mut Dice::new(company.seed, CLOSING + (1 << 30) + number);
    if dice.chance(60) {
        return;
    }
    let paid_at = next_minute(office_hour(at + dice.skewed(2 * DAY, 60 * DAY)));
    payment(company, order, "payment", paid_at, cents, currency);
    if dice.chance(40) {
        let refunded_at = next_minute(office_hour(paid_at + dice.skewed(DAY, 30 * DAY)));
        payment(company, order, "refund", refunded_at, -(cents / 10).max(-cents), currency);
    }
}

fn payment(company: &mut Company, order: &str, kind: &str, at: i64, cents: i64, currency: &'static str) {
    if at >= END {
        return;
    }
    let id = format!("P{:06}", Numbers::take(&mut company.next.payment));
    let amount = decimal(cents);
    company.queue.line(at, Target::Payments, record(',', &[&id, order, kind, &at.to_string(), &amount, currency]));
    let rate = company.rates.on(at, currency);
    company.books.money("payments_value", kind, Money { cents, currency, rate });
}

/// An order is billed within days and due in thirty; a few bills are forgotten, a few called off.
pub fn bill(company: &mut Company, number: u64, order: &str, at: i64, cents: i64, currency: &'static str) {
    let dice = &mut Dice::new(company.seed, CLOSING + (1 << 32) + number);
    let invoiced_at = next_minute(at + dice.skewed(HOUR, 2 * DAY));
    if invoiced_at >= END || dice.chance(30) {
        return;
    }
    let id = format!("I{:06}", Numbers::take(&mut company.next.invoice));
    let status = if dice.chance(15) { "cancelled" } else { "sent" };
    if status == "cancelled" {
        company.books.count("invoices_dropped", status, "", 1);
    }
    let due = iso_day(shanghai_day(invoiced_at) + 30);
    let amount = decimal(cents);
    let fields = [&id, order, status, &invoiced_at.to_string(), &due, &amount, currency];
    company.queue.line(invoiced_at, Target::Invoices, record(',', &fields));
    let rate = company.rates.on(invoiced_at, currency);
    company.books.money("invoices_value", status, Money { cents, currency, rate });
}

/// Who decides on a deal: the lead it came from and colleagues who are known by then.
pub fn buying_group(company: &mut Company, number: u64, deal: &str, lead_id: &str, account: u64, at: i64) {
    let dice = &mut Dice::new(company.seed, CLOSING + (1 << 33) + number);
    let known = company.colleagues.get(&account).into_iter().flatten().filter(|(since, lead)| *since < at && lead != lead_id);
    let colleagues: Vec<String> = known.map(|(_, lead)| lead.clone()).take(4).collect();
    let lead = (!lead_id.is_empty()).then(|| lead_id.to_string());
    for (place, record_id) in lead.into_iter().chain(colleagues).enumerate() {
        let role = dice.pick(&["Economic Buyer", "Technical Buyer", "Purchasing", "User", "Decision Maker", ""]);
        let is_primary = if place == 0 { "Y" } else { "N" };
        company.queue.line(at, Target::BuyingGroups, record(',', &[deal, &record_id, role, is_primary]));
        company.books.count("opportunity_contacts", role, "", 1);
    }
}

/// A lead that came by referral was often sent by somebody who had bought.
pub fn refer(company: &mut Company, number: u64, lead_id: &str, at: i64) {
    let dice = &mut Dice::new(company.seed, CLOSING + (1 << 31) + number);
    let known: Vec<&String> = company.customers.iter().filter(|(bought_at, _)| *bought_at < at).map(|(_, lead)| lead).collect();
    if known.is_empty() || !dice.chance(600) {
        return;
    }
    let referrer = known[dice.below(known.len() as u64) as usize].clone();
    company.queue.line(at, Target::Referrals, record(',', &[lead_id, &referrer]));
    company.books.count("referrals", "", "", 1);
}
