//! Ways through the website: visits, one after another, of people who give their name, of those who never do, and of machines.

use super::calendar::{DAY, END, HOUR, MINUTE, clock, day_floor, is_weekend};
use super::channels::{Channel, origin};
use super::dice::Dice;
use super::queue::Queue;
use super::touches::*;
use super::{Company, Numbers};

/// Touches of one browser.
#[derive(Clone, Copy)]
pub struct Visitor {
    pub number: u64,
    touches: u32,
    chinese: bool,
    hours_east: i64,
    agent: u8,
}

/// One visit: where it comes from and what it is about.
pub struct Visit {
    pub at: i64,
    pub channel: Channel,
    pub touches: u64,
    /// Per mille of the pages that are about buying.
    pub interest: u64,
    pub ends_in: Ending,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Nothing,
    /// The last touch is a form about this page.
    Form(u8),
}

impl Visitor {
    pub fn new(dice: &mut Dice, number: u64, chinese: bool, hours_east: i64) -> Visitor {
        let agent = dice.weighted(&if chinese { [20, 8, 4, 10, 10, 16, 1] } else { [24, 10, 12, 10, 8, 0, 3] }) as u8;
        Visitor { number, touches: 0, chinese, hours_east, agent }
    }

    pub fn visit(&mut self, dice: &mut Dice, visit: &Visit, journey: &mut Vec<Touch>) {
        let origin = origin(dice, visit.channel, self.chinese, clock(visit.at, 0).month.min(6));
        let mut at = visit.at;
        for place in 0..visit.touches {
            let is_last = place + 1 == visit.touches;
            let (kind, page) = match visit.ends_in {
                Ending::Form(page) if is_last => (Kind::Form, page),
                _ => step(dice, visit, place),
            };
            self.touches += 1;
            let (visitor, ordinal, chinese, agent) = (self.number, self.touches, self.chinese, self.agent);
            journey.push(Touch { visitor, ordinal, at, origin, kind, page, chinese, agent, nature: Nature::Firm });
            at += dice.skewed(15, 12 * MINUTE);
        }
    }

    /// A moment of this day at which people of the visitor's country are awake; of Monday instead of most weekends.
    pub fn moment(&self, dice: &mut Dice, day: i64) -> i64 {
        const HOURS: [u64; 24] = [1, 1, 1, 1, 1, 1, 1, 3, 6, 10, 10, 10, 6, 9, 10, 10, 10, 9, 5, 5, 5, 4, 4, 2];
        let day = if is_weekend(day) && dice.chance(650) { day + 2 * DAY } else { day };
        let local = dice.weighted(&HOURS) as i64;
        day + (local - self.hours_east).rem_euclid(24) * HOUR + dice.between(0, HOUR - 1)
    }
}

/// The first step of a visit shows how it came; the others wander.
fn step(dice: &mut Dice, visit: &Visit, place: u64) -> (Kind, u8) {
    let page = match dice.below(1000) < visit.interest {
        true => dice.pick(&[PRICING, PRICING, 1, 2, 3, 5]),
        false => dice.pick(&[0, 0, 0, 1, 2, 6, 6, 7, 8, 10]),
    };
    match (place, visit.channel) {
        (0, channel) if channel.is_paid() => (Kind::AdClick, page),
        (0, Channel::Email) => (Kind::EmailClick, page),
        (0, Channel::Webinar) => (Kind::Webinar, WEBINARS),
        _ if page == WHITEPAPER && dice.chance(500) => (Kind::Download, page),
        _ => (Kind::PageView, page),
    }
}

/// Hands a journey over to the files: what happens after the end is cut off, and a few rows are delivered twice.
pub fn deliver(queue: &mut Queue, dice: &mut Dice, journey: &[Touch]) {
    for touch in journey {
        let again = dice.chance(6) && matches!(touch.nature, Nature::Loose | Nature::Firm) && touch.at < END;
        let nature = if again { Nature::Firm } else { touch.nature };
        queue.touch(touch.at, Touch { nature, ..*touch });
        if again {
            queue.touch(touch.at + dice.skewed(HOUR, 20 * DAY), Touch { nature: Nature::Again, ..*touch });
        }
    }
}

/// Visitors without a name, until the files hold `rows` touches. The last one is cut short, so that the number is met exactly.
pub fn crowd(company: &mut Company, rows: u64, opens: i64) {
    while company.queue.touches < rows {
        let number = Numbers::take(&mut company.next.visitor);
        let (queue, dice) = (&mut company.queue, &mut company.crowd);
        let room = (rows - queue.touches) as usize;
        let mut journey = if dice.chance(6) { machine(dice, number, opens) } else { stranger(dice, number, opens) };
        journey.truncate(room);
        if dice.below(2500) == 0 {
            let wrong = dice.pick(&[0, 4_070_908_800]);
            let shown = |touch: &Touch| Touch { at: wrong + touch.at % DAY, nature: Nature::BadClock, ..*touch };
            journey.iter().for_each(|touch| queue.touch(touch.at, shown(touch)));
        } else if journey.len() * 2 <= room {
            deliver(queue, dice, &journey);
        } else {
            // No second deliveries where they could lead past the mark.
            journey.iter().for_each(|touch| queue.touch(touch.at, *touch));
        }
    }
}

fn stranger(dice: &mut Dice, number: u64, opens: i64) -> Vec<Touch> {
    let chinese = dice.chance(550);
    let hours_east = if chinese { 8 } else { dice.pick(&[-6, 0, 1]) };
    let mut visitor = Visitor::new(dice, number, chinese, hours_east);
    let mut journey = Vec::new();
    let mut day = day_floor(opens);
    for _ in 0..1 + dice.weighted(&[75, 18, 7]) {
        let at = visitor.moment(dice, day).max(next_visit(&journey));
        let touches = 1 + dice.weighted(&[50, 28, 14, 8]) as u64;
        let channel = if journey.is_empty() { Channel::of_crowd(dice) } else { Channel::of_return(dice) };
        visitor.visit(dice, &Visit { at, channel, touches, interest: 120, ends_in: Ending::Nothing }, &mut journey);
        day += dice.skewed(1, 30) * DAY;
    }
    journey.iter_mut().for_each(|touch| touch.nature = Nature::Loose);
    journey
}

fn machine(dice: &mut Dice, number: u64, opens: i64) -> Vec<Touch> {
    let mut visitor = Visitor::new(dice, number, false, 0);
    let mut journey = Vec::new();
    let mut at = day_floor(opens) + dice.between(0, DAY - 1);
    for _ in 0..dice.skewed(8, 70) {
        let visit = Visit { at, channel: Channel::Direct, touches: 1, interest: 200, ends_in: Ending::Nothing };
        visitor.visit(dice, &visit, &mut journey);
        at += dice.between(1, 9);
    }
    journey.iter_mut().for_each(|touch| touch.nature = Nature::Bot);
    journey
}

/// The earliest a next visit may begin: visits do not overlap.
pub fn next_visit(journey: &[Touch]) -> i64 {
    journey.last().map_or(0, |last| last.at + HOUR)
}
