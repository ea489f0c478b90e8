//! Who has a lead, from the log of the CRM's routing: assigned by territory, claimed from a pool, accepted or rejected, given back.
//!
//! Drawn from a stream of its own, so that what else happens to a person does not depend on it.

use super::calendar::{DAY, END, HOUR, MINUTE, next_minute, office_hour, push_shanghai};
use super::deals;
use super::dice::{Dice, HANDLING};
use super::files::{Target, record};
use super::names::{CHINESE_OWNERS, OWNERS};
use super::records::Record;
use super::{Company, Numbers};

/// A record on its way through hands; `owner` is who has it in the end.
struct Hand<'a> {
    lead_id: &'a str,
    owner: &'static str,
    others: &'static [&'static str],
    at: i64,
}

/// `worked` tells whether sales ever did anything with the lead.
pub fn route(company: &mut Company, number: u64, owned: &[(&Record, &'static str)], worked: bool) {
    let dice = &mut Dice::new(company.seed, HANDLING + number);
    for (record, owner) in owned {
        let others: &[&str] = if CHINESE_OWNERS.contains(owner) { &CHINESE_OWNERS } else { &OWNERS };
        Hand { lead_id: &record.id, owner, others, at: record.created_at }.pass(company, dice, worked);
    }
}

/// Now and then a lead that sales called worthless comes back and turns out to be none of that.
pub fn reconsider(company: &mut Company, number: u64, rejected: &Record) {
    let dice = &mut Dice::new(company.seed, HANDLING + (1 << 32) + number);
    let at = next_minute(office_hour(rejected.created_at + dice.between(20 * DAY, 50 * DAY)));
    if at < END && dice.chance(200) {
        deals::enter_stage(company, dice, rejected, "SQL", at);
        company.books.count("invalid_qualified", "", "", 1);
    }
}

impl Hand<'_> {
    fn pass(&mut self, company: &mut Company, dice: &mut Dice, worked: bool) {
        // One in ten waits for somebody to look at it; the router takes minutes for the others.
        self.at = match dice.chance(100) {
            true => office_hour(self.at + dice.skewed(2 * HOUR, 3 * DAY)),
            false => self.at + dice.skewed(MINUTE, 3 * HOUR),
        };
        if dice.chance(180) {
            self.at = office_hour(self.at + dice.skewed(20 * MINUTE, 2 * DAY));
            self.write(company, "claim", "", self.owner, "inbound", "");
        } else {
            if dice.chance(90) {
                let first = dice.pick(self.others);
                if first != self.owner {
                    self.write(company, "assign", "", first, "", "");
                    self.at = office_hour(self.at + dice.skewed(30 * MINUTE, 3 * DAY));
                    self.write(company, "reject", first, "", "", dice.pick(&["not my region", "too small", "no capacity", ""]));
                    self.at += dice.skewed(5 * MINUTE, DAY);
                }
            }
            self.write(company, "assign", "", self.owner, "", "");
        }
        if worked && dice.chance(550) {
            self.at = office_hour(self.at + dice.skewed(5 * MINUTE, 2 * DAY));
            self.write(company, "accept", "", self.owner, "", "");
        }
        if !worked && dice.chance(250) {
            self.at += dice.between(20 * DAY, 45 * DAY);
            self.write(company, "recycle", self.owner, "", "cold leads", "not followed up in time");
        } else if worked && dice.chance(40) {
            self.at = office_hour(self.at + dice.between(10 * DAY, 60 * DAY));
            self.write(company, "return", self.owner, "", "cold leads", dice.pick(&["no budget this year", "wrong contact", ""]));
        }
    }

    fn write(&mut self, company: &mut Company, kind: &str, from: &str, to: &str, pool: &str, reason: &str) {
        self.at = next_minute(self.at);
        if self.at >= END {
            return;
        }
        let id = format!("H{:06}", Numbers::take(&mut company.next.assignment));
        let mut assigned_at = String::new();
        push_shanghai(&mut assigned_at, self.at);
        company.queue.line(self.at, Target::Assignments, record(',', &[&id, self.lead_id, kind, from, to, pool, &assigned_at, reason]));
        company.books.count("assignments", kind, "", 1);
    }
}
