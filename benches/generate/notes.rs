//! What sales writes down on the way: answers of leads and buyers, field by field, and reminders of what is to be done next.
//!
//! Drawn from streams of their own, so that what else happens to a person does not depend on them.

use super::books::Stage;
use super::calendar::{DAY, END, HOUR, MINUTE, iso_day, next_minute, office_hour, push_shanghai, shanghai_day};
use super::deals::Entry;
use super::dice::{CLOSING, Dice, HANDLING};
use super::files::{Target, record};
use super::names::OWNERS;
use super::records::Record;
use super::{Company, Numbers};

/// What is asked before a lead counts as qualified by sales: field, and how often nobody writes the answer down (per mille).
const QUESTIONS: [(&str, u64); 6] =
    [("need", 60), ("budget", 200), ("authority", 250), ("timing", 300), ("pains", 350), ("interests", 300)];

const PAINS: [&str; 4] = ["unplanned downtime", "scrap rate", "energy cost", "audit findings"];
const INTERESTS: [&str; 4] = ["vibration sensors", "leak detection", "cloud dashboard", "calibration service"];

/// The answers of a lead come before sales qualifies it, those nobody asked for never.
pub fn of_lead(company: &mut Company, number: u64, lead: &Record, story: &[Entry]) {
    let dice = &mut Dice::new(company.seed, HANDLING + (1 << 34) + number);
    let owner = dice.pick(&OWNERS);
    let contacted = story.iter().find(|(stage, _)| *stage == Some(Stage::Contacted));
    let qualified = story.iter().find(|(stage, _)| *stage == Some(Stage::Sql));
    let (Some((_, began)), asked_until) = (contacted, qualified.map_or(END, |(_, at)| *at)) else { return };
    // A lead that was never qualified was asked less.
    let patience = if qualified.is_some() { 0 } else { 450 };
    for (field, unwritten) in QUESTIONS {
        if dice.chance(unwritten + patience) {
            continue;
        }
        let at = next_minute(*began + dice.between(0, (asked_until - began).clamp(0, 20 * DAY)));
        let answer = match field {
            "pains" => dice.pick(&PAINS),
            "interests" => dice.pick(&INTERESTS),
            _ if qualified.is_some() => dice.pick(&["yes", "yes", "yes", "yes", "no"]),
            _ => dice.pick(&["yes", "no", "no"]),
        };
        change(company, ("lead", &lead.id, field), ("", answer), owner, at);
        if answer == "no" && dice.chance(300) {
            change(company, ("lead", &lead.id, field), ("no", "yes"), owner, at + dice.between(HOUR, 15 * DAY));
        }
    }
    for (stage, at) in story.iter().filter(|(stage, _)| matches!(stage, Some(Stage::Contacted | Stage::Mql))) {
        let subject = if *stage == Some(Stage::Mql) { "call about needs" } else { "call back" };
        remind(company, dice, Task { lead_id: &lead.id, opportunity_id: "", owner, subject, at: *at });
    }
}

/// What the steps of a deal ask for, as far as somebody wrote it down.
pub fn of_step(company: &mut Company, dice: &mut Dice, deal: &str, step: &str, owner: &'static str, at: i64) {
    let fields: &[(&str, u64)] = match step {
        "Discovery" => &[("pains", 100), ("budget", 250), ("decision_chain", 350)],
        "Proposal" => &[("value_points", 150), ("demo_minutes", 200), ("next_step", 250)],
        _ => &[],
    };
    for (field, unwritten) in fields {
        if dice.chance(*unwritten) {
            continue;
        }
        let minutes = dice.between(15, 90).to_string();
        let value = match *field {
            "pains" => dice.pick(&PAINS),
            "value_points" => dice.pick(&["pays back in a year", "no rewiring", "one vendor"]),
            "demo_minutes" => &minutes,
            _ => "recorded",
        };
        // Some write it down when the step is long over.
        let at = next_minute(at + if dice.chance(850) { dice.skewed(30 * MINUTE, 3 * DAY) } else { dice.between(10 * DAY, 40 * DAY) });
        change(company, ("opportunity", deal, field), ("", value), owner, at);
    }
    let subject = if step == "Negotiation" { "send contract" } else { "next meeting" };
    remind(company, dice, Task { lead_id: "", opportunity_id: deal, owner, subject, at });
}

pub fn dice_of_deal(company: &Company, number: u64) -> Dice {
    Dice::new(company.seed, CLOSING + (1 << 34) + number)
}

fn change(company: &mut Company, (object, id, field): (&str, &str, &str), (old, new): (&str, &str), by: &str, at: i64) {
    let at = next_minute(at);
    if at >= END {
        return;
    }
    let change = format!("F{:06}", Numbers::take(&mut company.next.change));
    let mut changed_at = String::new();
    push_shanghai(&mut changed_at, at);
    company.queue.line(at, Target::FieldHistory, record(',', &[&change, object, id, field, old, new, &changed_at, by]));
    company.books.count("field_changes", object, field, 1);
}

struct Task<'a> {
    lead_id: &'a str,
    opportunity_id: &'a str,
    owner: &'static str,
    subject: &'static str,
    at: i64,
}

/// Most reminders are heeded in time, some late, some never.
fn remind(company: &mut Company, dice: &mut Dice, task: Task) {
    if task.at >= END || dice.chance(250) {
        return;
    }
    let due_day = shanghai_day(task.at) + dice.between(2, 21);
    let completed = match dice.weighted(&[60, 25, 15]) {
        0 => Some(task.at + dice.between(HOUR, 2 * DAY)),
        1 => Some(task.at + dice.between(3 * DAY, 40 * DAY)),
        _ => None,
    };
    let completed = completed.map(|at| next_minute(office_hour(at))).filter(|at| *at < END);
    let (mut created_at, mut completed_at) = (String::new(), String::new());
    push_shanghai(&mut created_at, task.at);
    completed.iter().for_each(|at| push_shanghai(&mut completed_at, *at));
    let id = format!("T{:06}", Numbers::take(&mut company.next.task));
    let status = if completed.is_some() { "completed" } else { "open" };
    let due = iso_day(due_day);
    let fields = [&id, task.lead_id, task.opportunity_id, task.owner, task.subject, status, &due, &created_at, &completed_at];
    company.queue.line(task.at, Target::Tasks, record(',', &fields));
    company.books.count("tasks", status, "", 1);
}
