//! What the generator knows about the data it made: the truth that a pipeline over the files has to find again.
//!
//! One fact a line, `fact,subject,detail,value`; the rules they hold under are in `testdata/demo/README.md`.

use super::calendar::DAY;
use super::channels::{CHANNELS, Channel, ORIGINS};
use super::files::{Rows, record};
use super::touches::{Nature, Touch, visitor_code};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

#[derive(Default)]
pub struct Books {
    counts: BTreeMap<[String; 3], i64>,
    /// Ten-thousandths of the currency.
    money: BTreeMap<[String; 3], i128>,
    credits: BTreeMap<[String; 3], f64>,
    /// File, line, reason.
    rejects: Vec<(String, u64, &'static str)>,
    touches: TouchCounts,
}

#[derive(Default)]
struct TouchCounts {
    again: i64,
    bot: i64,
    bad_clock: i64,
    kept: [i64; CHANNELS.len()],
}

/// How far a golden lead came; each stage counts for those below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Lead,
    Contacted,
    Mql,
    Sql,
    Opportunity,
    Won,
}

pub const STAGES: [(Stage, &str); 6] = [
    (Stage::Lead, "golden"),
    (Stage::Contacted, "contacted"),
    (Stage::Mql, "mql"),
    (Stage::Sql, "qualified"),
    (Stage::Opportunity, "opportunity"),
    (Stage::Won, "won"),
];

/// A won deal, or a deal's order, in hundredths of its currency.
#[derive(Clone, Copy)]
pub struct Money {
    pub cents: i64,
    pub currency: &'static str,
    /// Hundredths of a CNY for one unit of the currency on that day.
    pub rate: i64,
}

/// Touches count for a conversion this long before it.
const LOOKBACK: i64 = 90 * DAY;

impl Books {
    pub fn count(&mut self, fact: &str, subject: &str, detail: &str, by: i64) {
        *self.counts.entry([fact, subject, detail].map(str::to_string)).or_default() += by;
    }

    pub fn money(&mut self, fact: &str, detail: &str, money: Money) {
        *self.money.entry([fact, money.currency, detail].map(str::to_string)).or_default() += money.cents as i128 * 100;
        *self.money.entry([fact, "in_cny", detail].map(str::to_string)).or_default() += money.cents as i128 * money.rate as i128;
    }

    pub fn reject(&mut self, file: &str, reason: &'static str, line: u64) {
        self.count("rejects", file, reason, 1);
        self.rejects.push((file.to_string(), line, reason));
    }

    pub fn touch(&mut self, nature: Nature, channel: Channel) {
        match nature {
            Nature::Loose | Nature::Firm => self.touches.kept[channel as usize] += 1,
            Nature::Again => self.touches.again += 1,
            Nature::Bot => self.touches.bot += 1,
            Nature::BadClock => self.touches.bad_clock += 1,
        }
    }

    /// A lead record as it lies in the CRM: `class` is golden, merged or invalid.
    pub fn record(&mut self, class: &str, channel: Channel, month: &str) {
        for (subject, detail) in [("", ""), (channel.key(), month)] {
            self.count("records", subject, detail, 1);
            self.count(&format!("records_{class}"), subject, detail, 1);
        }
    }

    pub fn golden(&mut self, channel: Channel, month: &str, highest: Stage) {
        for (_, name) in STAGES.iter().filter(|(stage, _)| *stage <= highest) {
            self.count(&format!("leads_{name}"), "", "", 1);
            self.count(&format!("leads_{name}"), channel.key(), month, 1);
        }
    }

    /// `touches` are those of the buyer's known visitors, in any order.
    pub fn conversion(&mut self, closed_at: i64, money: Money, touches: &[Touch]) {
        self.count("conversions", "won", "", 1);
        self.money("conversion_value", "won", money);
        let mut eligible: Vec<&Touch> = touches.iter().filter(|touch| (closed_at - LOOKBACK..=closed_at).contains(&touch.at)).collect();
        eligible.sort_by_key(|touch| (touch.at, visitor_code(touch.visitor)));
        let channel = |touch: &Touch| ORIGINS[touch.origin as usize].counted.key();
        let (Some(first), Some(last)) = (eligible.first(), eligible.last()) else {
            for model in ["first_touch", "last_touch", "linear"] {
                self.credit(model, "(unattributed)", 1.0);
            }
            return;
        };
        self.credit("first_touch", channel(first), 1.0);
        self.credit("last_touch", channel(last), 1.0);
        for touch in &eligible {
            self.credit("linear", channel(touch), 1.0 / eligible.len() as f64);
        }
        self.count("eligible_touches", "won", "", eligible.len() as i64);
    }

    fn credit(&mut self, model: &str, channel: &str, share: f64) {
        *self.credits.entry(["credit", model, channel].map(str::to_string)).or_default() += share;
    }

    pub fn rows(&mut self, files: Vec<Rows>) {
        for file in files {
            self.count("rows", &file.file, "", file.rows as i64);
        }
    }

    pub fn write(mut self, path: &Path) -> io::Result<()> {
        let TouchCounts { again, bot, bad_clock, kept } = std::mem::take(&mut self.touches);
        for (reason, count) in [("duplicate", again), ("bot", bot), ("implausible_time", bad_clock)] {
            self.count("touches_dropped", reason, "", count);
        }
        for channel in CHANNELS {
            self.count("touches_kept", channel.key(), "", kept[channel as usize]);
        }
        self.count("touches_kept", "", "", kept.iter().sum());
        let counts = self.counts.into_iter().map(|(key, count)| (key, count.to_string()));
        let sign = |units: i128| if units < 0 { "-" } else { "" };
        let told = |units: i128| format!("{}{}.{:04}", sign(units), units.abs() / 10_000, units.abs() % 10_000);
        let money = self.money.into_iter().map(|(key, units)| (key, told(units)));
        let credits = self.credits.into_iter().map(|(key, credit)| (key, format!("{credit:.6}")));
        let mut facts: Vec<([String; 3], String)> = counts.chain(money).chain(credits).collect();
        facts.sort();
        self.rejects.sort();
        let rejects = self.rejects.into_iter().map(|(file, line, reason)| (["reject_line".into(), file, reason.into()], line.to_string()));
        let mut text = String::from("fact,subject,detail,value\n");
        for ([fact, subject, detail], value) in facts.into_iter().chain(rejects) {
            text.push_str(&record(',', &[&fact, &subject, &detail, &value]));
            text.push('\n');
        }
        fs::write(path, text)
    }
}
