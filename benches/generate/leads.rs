//! A person arrives: the way to a form, the lead records this leaves in the CRM (some twice, some worthless), and what sales makes of it.

use super::books::Stage;
use super::calendar::{DAY, END, HOUR, MINUTE, START, day_floor, next_minute, office_hour, push_utc, shanghai_month};
use super::channels::Channel;
use super::companies::{Person, Second};
use super::deals::{self, Prospect};
use super::dice::Dice;
use super::files::{Target, record};
use super::journeys::{Ending, Visit, Visitor, deliver, next_visit};
use super::records::{Contact, Email, Phone, Record, Worth};
use super::touches::{CONTACT, PRICING, Touch, WEBINARS, WHITEPAPER, visitor_code};
use super::{Company, Numbers, broken, closing, handling, notes, nurture};

/// Days since the start on which a trade show opens.
const TRADE_SHOWS: [i64; 6] = [13, 41, 76, 104, 132, 161];

/// What is known once the journey has led to a record.
struct Arrival {
    journey: Vec<Touch>,
    /// When the first record is made, and what it says the person came by.
    created_at: i64,
    channel: Channel,
    visitors: Vec<Known>,
}

/// A visitor and the moment a form gave its name.
struct Known {
    visitor: Visitor,
    form_at: i64,
    form: &'static str,
}

pub fn arrive(company: &mut Company, number: u64, opens: i64) {
    let dice = &mut Dice::new(company.seed, number);
    broken::leave(company, number, opens);
    deals::without_lead(company, dice, opens);
    let person = Person::arrive(company, dice, number);
    let channel = Channel::of_person(dice, person.is_chinese());
    let worth = Worth::of(dice, channel);
    let arrival = match worth {
        Worth::Test | Worth::Internal | Worth::NoContact => by_hand(dice, channel, opens),
        _ if channel == Channel::TradeShow => trade_show(company, dice, &person, opens),
        _ => by_form(company, dice, &person, channel, opens),
    };
    let contact = Contact::first(dice, &person, worth);
    for known in &arrival.visitors {
        submit(company, dice, &person, contact, known);
    }
    deliver(&mut company.queue, dice, &arrival.journey);
    // Some forms never reach the CRM.
    if arrival.created_at < END && !(worth == Worth::Good && dice.chance(12)) {
        enter(company, dice, number, &person, worth, contact, arrival);
    }
}

fn by_hand(dice: &mut Dice, channel: Channel, opens: i64) -> Arrival {
    let created_at = next_minute(office_hour(opens + dice.skewed(HOUR, 3 * DAY)));
    Arrival { journey: Vec::new(), created_at, channel, visitors: Vec::new() }
}

/// Cards are typed in within days of the show; half of the people look at the website later.
fn trade_show(company: &mut Company, dice: &mut Dice, person: &Person, opens: i64) -> Arrival {
    let day = TRADE_SHOWS.iter().map(|day| START + day * DAY).find(|day| *day >= day_floor(opens));
    let created_at = next_minute(office_hour(day.unwrap_or(opens + DAY) + dice.between(6 * HOUR, 4 * DAY)));
    let mut arrival = Arrival { journey: Vec::new(), created_at, channel: Channel::TradeShow, visitors: Vec::new() };
    if dice.chance(500) {
        let mut visitor = new_visitor(company, dice, person);
        let day = day_floor(created_at) + dice.skewed(1, 30) * DAY;
        let at = visitor.moment(dice, day);
        let visit = Visit { at, channel: Channel::of_return(dice), touches: 3, interest: 500, ends_in: Ending::Form(WEBINARS) };
        visitor.visit(dice, &visit, &mut arrival.journey);
        arrival.know(visitor, "webinar_signup");
        follow_up(dice, person, &mut arrival);
    }
    arrival
}

/// One to seven visits; the last one ends in a form, and the CRM gets a record within minutes.
fn by_form(company: &mut Company, dice: &mut Dice, person: &Person, channel: Channel, opens: i64) -> Arrival {
    let mut visitors = [new_visitor(company, dice, person), new_visitor(company, dice, person)];
    let has_second = dice.chance(180);
    let visits = 1 + dice.weighted(&[30, 25, 18, 12, 8, 5, 2]);
    let mut arrival = Arrival { journey: Vec::new(), created_at: END, channel, visitors: Vec::new() };
    let mut day = day_floor(opens);
    for visit in 1..=visits {
        let is_last = visit == visits;
        let browser = usize::from(has_second && !is_last && dice.chance(400));
        let at = visitors[browser].moment(dice, day).max(next_visit(&arrival.journey));
        let came_by = if visit == 1 { channel } else { Channel::of_return(dice) };
        if came_by != Channel::Direct {
            arrival.channel = came_by;
        }
        let (page, _) = form_of(came_by, person);
        let ends_in = if is_last { Ending::Form(page) } else { Ending::Nothing };
        let touches = if is_last { 2 } else { 1 } + dice.weighted(&[50, 35, 15]) as u64;
        let visit = Visit { at, channel: came_by, touches, interest: 150 + person.fit() / 4, ends_in };
        visitors[browser].visit(dice, &visit, &mut arrival.journey);
        day += dice.skewed(1, 25) * DAY;
    }
    let (_, form) = form_of(arrival.channel, person);
    arrival.know(visitors[0], form);
    arrival.created_at = next_minute(arrival.last_at() + dice.between(MINUTE, 9 * MINUTE));
    if has_second && arrival.journey.iter().any(|touch| touch.visitor == visitors[1].number) {
        let day = day_floor(arrival.created_at) + dice.skewed(1, 20) * DAY;
        let at = visitors[1].moment(dice, day).max(next_visit(&arrival.journey));
        let visit = Visit { at, channel: Channel::of_return(dice), touches: 2, interest: 300, ends_in: Ending::Form(WEBINARS) };
        visitors[1].visit(dice, &visit, &mut arrival.journey);
        arrival.know(visitors[1], "webinar_signup");
    }
    follow_up(dice, person, &mut arrival);
    arrival
}

impl Arrival {
    fn last_at(&self) -> i64 {
        self.journey.last().expect("a visit has touches").at
    }

    fn know(&mut self, visitor: Visitor, form: &'static str) {
        self.visitors.push(Known { visitor, form_at: self.last_at(), form });
    }

    /// The touches of visitors whose name is known at the end.
    fn known_touches(&self) -> Vec<Touch> {
        let is_known = |number: u64| self.visitors.iter().any(|known| known.visitor.number == number && known.form_at < END);
        self.journey.iter().filter(|touch| touch.at < END && is_known(touch.visitor)).copied().collect()
    }
}

fn new_visitor(company: &mut Company, dice: &mut Dice, person: &Person) -> Visitor {
    let number = Numbers::take(&mut company.next.visitor);
    Visitor::new(dice, number, person.is_chinese(), person.account.country.hours_east())
}

fn form_of(channel: Channel, person: &Person) -> (u8, &'static str) {
    match channel {
        Channel::Webinar => (WEBINARS, "webinar_signup"),
        Channel::PaidSocial | Channel::Display | Channel::Email => (WHITEPAPER, "whitepaper"),
        _ if person.fit() > 1300 => (PRICING, "demo_request"),
        _ => (CONTACT, "contact"),
    }
}

/// Newsletters and second thoughts after the form.
fn follow_up(dice: &mut Dice, person: &Person, arrival: &mut Arrival) {
    let mut visitor = arrival.visitors[0].visitor;
    let mut day = day_floor(arrival.last_at());
    for _ in 0..dice.weighted(&[35, 25, 18, 12, 6, 4]) {
        day += dice.skewed(2, 30) * DAY;
        let at = visitor.moment(dice, day).max(next_visit(&arrival.journey));
        let channel = Channel::of_return(dice);
        let visit = Visit { at, channel, touches: 1 + dice.below(2), interest: 200 + person.fit() / 4, ends_in: Ending::Nothing };
        visitor.visit(dice, &visit, &mut arrival.journey);
    }
}

fn submit(company: &mut Company, dice: &mut Dice, person: &Person, contact: Contact, known: &Known) {
    let submission = format!("S{:06}", Numbers::take(&mut company.next.submission));
    if known.form_at >= END {
        return;
    }
    let mut at = String::new();
    push_utc(&mut at, known.form_at);
    let name = person.native.clone().unwrap_or_else(|| person.latin_name());
    let fields: [&str; 10] = [
        &submission,
        &format!("v{:010x}", visitor_code(known.visitor.number)),
        &at,
        known.form,
        &name,
        &contact.email_text(dice, person),
        &contact.phone_text(dice, person),
        &person.account.name,
        person.account.country.name(),
        if dice.chance(850) { "yes" } else { "no" },
    ];
    company.queue.line(known.form_at, Target::Forms, record(',', &fields));
}

/// The lead's records, the work of sales on them, and what the books say of both.
fn enter(company: &mut Company, dice: &mut Dice, number: u64, person: &Person, worth: Worth, contact: Contact, arrival: Arrival) {
    let mut records = vec![Record::new(company, dice, person, contact, arrival.channel, arrival.created_at)];
    if worth == Worth::Good {
        repeat(company, dice, person, &mut records);
    }
    let touches = arrival.known_touches();
    let prospect = Prospect { person, channel: arrival.channel, worth, records: &records, touches: &touches };
    let outcome = deals::pursue(company, dice, &prospect);
    let mut owned = Vec::new();
    for (place, record) in records.iter().enumerate() {
        let class = match (worth, place) {
            (Worth::Good, 0) => "golden",
            (Worth::Good, _) => "merged",
            _ => "invalid",
        };
        company.books.record(class, record.channel(), &shanghai_month(record.created_at));
        let highest = if place == 0 { outcome.highest } else { Stage::Lead };
        owned.push((record, record.write(company, dice, person, worth, highest, outcome.is_lost && place == 0)));
    }
    if matches!(worth, Worth::Good | Worth::SalesVerdict) {
        handling::route(company, number, &owned, outcome.highest > Stage::Lead);
        notes::of_lead(company, number, &records[0], &outcome.story);
    }
    if worth == Worth::Good {
        nurture::enrol(company, number, &records[0], &outcome.story);
        let known = (records[0].created_at, records[0].id.clone());
        company.colleagues.entry(person.account.number).or_default().push(known);
    }
    if worth == Worth::SalesVerdict {
        handling::reconsider(company, number, &records[0]);
    }
    if worth == Worth::Good && arrival.channel == Channel::Referral {
        closing::refer(company, number, &records[0].id, arrival.created_at);
    }
    match worth {
        Worth::Good => company.books.golden(records[0].channel(), &shanghai_month(arrival.created_at), outcome.highest),
        _ => company.books.count("records_invalid_by_reason", worth.reason(), "", 1),
    }
    if worth == Worth::Good && outcome.is_contacted_by_activity {
        company.books.count("leads_contacted_by_activity", "", "", 1);
    }
}

/// The same person once more, by another colleague, import or form: each record shares an address or a number with an earlier one.
fn repeat(company: &mut Company, dice: &mut Dice, person: &Person, records: &mut Vec<Record>) {
    for _ in 0..dice.weighted(&[885, 100, 15]) {
        let earlier = records[dice.below(records.len() as u64) as usize].contact;
        let by_email = earlier.email.is_own() && (!earlier.phone.is_own() || dice.chance(550));
        let second_phone = if person.phone(Second::Yes).is_some() { Phone::Second } else { Phone::None };
        let second_email = if person.has_two_emails() { Email::Second } else { Email::None };
        let contact = match by_email {
            true => Contact { email: earlier.email, phone: dice.pick(&[Phone::None, second_phone, earlier.phone]) },
            false => Contact { email: dice.pick(&[Email::None, second_email]), phone: earlier.phone },
        };
        let created_at = next_minute(office_hour(records[0].created_at + HOUR + dice.skewed(0, 60 * DAY)));
        if created_at < END {
            let channel = Channel::of_person(dice, person.is_chinese());
            records.push(Record::new(company, dice, person, contact, channel, created_at));
        }
    }
}
