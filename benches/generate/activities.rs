//! Calls, e-mails and meetings as the telephone system in Germany exports them: semicolons, decimal commas, Berlin time.

use super::books::Stage;
use super::calendar::{DAY, END, HOUR, MINUTE, next_minute, office_hour, push_german};
use super::deals::{Prospect, holder};
use super::dice::Dice;
use super::files::{Target, push_field};
use super::records::Worth;
use super::{Company, Numbers};

/// Writes what was done; true when somebody reached out in person before the end.
pub fn log(company: &mut Company, dice: &mut Dice, prospect: &Prospect, story: &[(Option<Stage>, i64)]) -> bool {
    if !matches!(prospect.worth, Worth::Good | Worth::SalesVerdict) {
        return false;
    }
    for record in prospect.records {
        if dice.chance(800) {
            let at = record.created_at + 2 * MINUTE;
            Activity { lead_id: &record.id, at, what: "email;outbound;1", outcome: "sent" }.write(company, dice);
        }
    }
    let mut is_contacted = false;
    // Some never write down what they did.
    let is_logged = !dice.chance(40);
    for (stage, at) in story.iter().filter(|_| is_logged) {
        let lead_id = &holder(dice, prospect.records, *at).id;
        let (what, outcome) = match stage {
            Some(Stage::Contacted) if dice.chance(300) => ("email;outbound;0", "sent"),
            Some(Stage::Contacted) => ("call;outbound;0", dice.pick(&["connected", "connected", "voicemail"])),
            Some(Stage::Mql) => ("email;inbound;0", "received"),
            Some(Stage::Sql) | None => ("call;outbound;0", "connected"),
            Some(Stage::Opportunity | Stage::Won) => ("meeting;outbound;0", "held"),
            Some(Stage::Lead) => continue,
        };
        Activity { lead_id, at: *at, what, outcome }.write(company, dice);
        is_contacted |= what.contains("outbound");
        is_contacted |= more_calls(company, dice, prospect, *at);
    }
    let created_at = prospect.records[0].created_at;
    // Calls that reach nobody and so change no stage; questions nobody answers.
    if story.is_empty() && dice.chance(150) {
        let at = next_minute(office_hour(created_at + dice.skewed(HOUR, 9 * DAY)));
        is_contacted |= at < END;
        Activity { lead_id: &prospect.records[0].id, at, what: "call;outbound;0", outcome: "no answer" }.write(company, dice);
    }
    if dice.chance(60) {
        let at = next_minute(created_at + dice.skewed(HOUR, 20 * DAY));
        Activity { lead_id: &prospect.records[0].id, at, what: "email;inbound;0", outcome: "received" }.write(company, dice);
    }
    is_contacted
}

fn more_calls(company: &mut Company, dice: &mut Dice, prospect: &Prospect, mut at: i64) -> bool {
    let mut is_contacted = false;
    for _ in 0..dice.weighted(&[70, 20, 10]) {
        at = next_minute(office_hour(at + dice.skewed(2 * HOUR, 12 * DAY)));
        is_contacted |= at < END;
        let outcome = dice.pick(&["connected", "no answer", "voicemail"]);
        Activity { lead_id: &prospect.records[0].id, at, what: "call;outbound;0", outcome }.write(company, dice);
    }
    is_contacted
}

struct Activity<'a> {
    lead_id: &'a str,
    at: i64,
    /// Kind, direction and whether a machine did it, as three fields.
    what: &'a str,
    outcome: &'a str,
}

impl Activity<'_> {
    fn write(self, company: &mut Company, dice: &mut Dice) {
        if self.at >= END {
            return;
        }
        let number = Numbers::take(&mut company.next.activity);
        let note =
            ["", "asked for a quote; call back in May", "speaks German\nprefers e-mail", "said \"not now\""][dice.weighted(&[88, 5, 4, 3])];
        let mut line = format!("A{number:06};{};{};", self.lead_id, self.what);
        push_german(&mut line, self.at);
        line.push(';');
        if !self.what.starts_with("email") {
            let tenths = dice.skewed(4, 600);
            line.push_str(&format!("{},{}", tenths / 10, tenths % 10));
        }
        line.push(';');
        line.push_str(self.outcome);
        line.push(';');
        push_field(&mut line, ';', note);
        company.queue.line(self.at, Target::Activities, line);
    }
}
