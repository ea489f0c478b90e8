//! Programmes for leads that are not ready: some are drawn to wait without one, so that what a programme does can be measured.
//!
//! Drawn from a stream of its own. A programme changes nothing here: whoever finds that it helps has found chance.

use super::books::Stage;
use super::calendar::{DAY, END, next_minute, push_utc};
use super::deals::Entry;
use super::dice::{Dice, HANDLING};
use super::files::{Target, record};
use super::records::Record;
use super::{Company, Numbers};

/// Of the leads that nobody has qualified a day or two after they came half are drawn, as many to wait as to be treated: so early, and so
/// evenly, that both arms have leads that buy.
pub fn enrol(company: &mut Company, number: u64, lead: &Record, story: &[Entry]) {
    let dice = &mut Dice::new(company.seed, HANDLING + (1 << 33) + number);
    let enrolled_at = next_minute(lead.created_at + DAY + dice.between(0, DAY));
    let first = |wanted: fn(&Option<Stage>) -> bool| story.iter().find(|(stage, _)| wanted(stage)).map(|(_, at)| *at);
    let qualified_at = first(|stage| stage.is_some_and(|stage| stage >= Stage::Mql));
    let is_over = |at: Option<i64>| at.is_some_and(|at| at <= enrolled_at);
    if enrolled_at >= END || is_over(qualified_at) || is_over(first(Option::is_none)) || dice.chance(500) {
        return;
    }
    let program = dice.pick(&["maintenance course", "webinar series"]);
    let arm = if dice.chance(500) { "held_out" } else { "treated" };
    let ends_at = enrolled_at + 60 * DAY;
    let unsubscribed_at = dice.chance(if arm == "treated" { 80 } else { 0 }).then(|| enrolled_at + dice.between(DAY, 50 * DAY));
    let left = [(qualified_at, "qualified"), (unsubscribed_at, "unsubscribed"), (Some(ends_at), "completed")];
    let (left_at, reason) = left.into_iter().filter_map(|(at, reason)| Some((at?, reason))).min().expect("it ends at last");
    let (mut from, mut until) = (String::new(), String::new());
    push_utc(&mut from, enrolled_at);
    let reason = if left_at < END { reason } else { "" };
    if left_at < END {
        push_utc(&mut until, left_at);
    }
    let id = format!("N{:06}", Numbers::take(&mut company.next.enrolment));
    let fields = [&id, &lead.id, program, arm, &from, &until, reason];
    company.queue.line(enrolled_at, Target::Enrolments, record(',', &fields));
    company.books.count("enrolments", arm, program, 1);
}
