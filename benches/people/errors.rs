//! What goes wrong with a further record: the kinds of error, how often each, and when it can happen at all.

use super::dice::Dice;
use super::latin::short_form;
use super::looks::*;
use super::persons::{Name, Person};

/// Says whether it could happen to this record.
type Error = fn(&mut Dice, &Person, &mut Look) -> bool;

#[rustfmt::skip]
const ERRORS: [(&str, u64, Error); 48] = [
    ("other_script", 60, other_script),
    ("other_characters", 14, other_characters),
    ("english_name", 26, english_name),
    ("short_name", 46, short_name),
    ("initial", 30, initial),
    ("name_order", 36, name_order),
    ("joined", 12, |_, person, look| is_romanised(person, look) && set(&mut look.order, Order::Joined)),
    ("family_upper", 16, |_, _, look| look.columns == Columns::Full && is_latin(look) && set(&mut look.order, Order::FamilyUpper)),
    ("honorific", 36, |_, _, look| set(&mut look.honorific, Honorific::Added)),
    ("honorific_only", 16, |_, _, look| set(&mut look.honorific, Honorific::InsteadOfGiven)),
    ("no_name", 8, |_, _, look| set(&mut look.honorific, Honorific::InsteadOfName)),
    ("maiden_name", 18, maiden_name),
    ("middle_name", 16, |_, person, look| has_middle(person) && set(&mut look.has_middle, true)),
    ("accents", 26, accents),
    ("name_upper", 18, |dice, person, look| shows_latin(person, look) && slip_name(dice, look, Slip::Upper)),
    ("name_full_width", 5, |dice, person, look| shows_latin(person, look) && slip_name(dice, look, Slip::FullWidth)),
    ("name_typing", 52, |dice, person, look| shows_latin(person, look) && slip_name(dice, look, Slip::Typing)),
    ("name_misheard", 26, |dice, person, look| !shows_latin(person, look) && slip_name(dice, look, Slip::Misheard)),
    ("email_missing", 30, |_, _, look| set(&mut look.email, Mail::None)),
    ("email_other", 24, email_other),
    ("email_provider", 18, |_, _, look| set(&mut look.email, Mail::Second)),
    ("email_dots", 14, |_, person, look| is_gmail(person, look) && slip(look, Field::Email, Slip::Dots)),
    ("email_tag", 12, |_, person, look| is_gmail(person, look) && slip(look, Field::Email, Slip::Tag)),
    ("email_domain", 24, |_, _, look| is_private(look) && slip(look, Field::Email, Slip::Domain)),
    ("email_typing", 36, |_, _, look| shows_email(look) && slip(look, Field::Email, Slip::Typing)),
    ("email_upper", 18, |_, _, look| shows_email(look) && slip(look, Field::Email, Slip::Upper)),
    ("email_pasted", 10, |_, _, look| shows_email(look) && slip(look, Field::Email, Slip::Pasted)),
    ("email_role", 10, |_, _, look| set(&mut look.email, Mail::Role)),
    ("email_shared", 16, |_, person, look| person.shared.is_some() && set(&mut look.email, Mail::Shared)),
    ("email_placeholder", 8, |_, _, look| set(&mut look.email, Mail::Placeholder)),
    ("phone_missing", 26, phone_missing),
    ("phone_other", 22, |_, _, look| change_mobile(look, Line::SecondMobile)),
    ("phone_typing", 36, |_, _, look| change_mobile(look, Line::Mistyped)),
    ("phone_swapped", 20, |_, _, look| (look.phone != Line::None || look.mobile != Line::None) && set(&mut look.is_swapped, true)),
    ("phone_fixed", 18, |dice, _, look| { let line = dice.pick(&[Line::Desk, Line::Switchboard, Line::Home]); change_mobile(look, line) }),
    ("phone_service", 6, |_, person, look| person.is_chinese() && set(&mut look.phone, Line::Service)),
    ("phone_placeholder", 10, |_, _, look| change_mobile(look, Line::Placeholder)),
    ("phone_full_width", 8, |_, _, look| look.phone != Line::None && slip(look, Field::Phone, Slip::FullWidth)),
    ("phone_no_country", 14, |_, _, look| set(&mut look.is_international, false) && set(&mut look.country, None)),
    ("job_change", 26, job_change),
    ("company_missing", 36, |_, _, look| set(&mut look.company, Company::None)),
    ("company_form", 70, |dice, _, look| { let form = dice.pick(&[Company::Formless, Company::Short]); set(&mut look.company, form) }),
    ("company_branch", 18, |_, _, look| set(&mut look.company, Company::Branch)),
    ("company_latin", 16, |_, person, look| person.is_chinese() && set(&mut look.company, Company::Latin)),
    ("company_typing", 22, |_, _, look| look.company != Company::None && slip(look, Field::Company, Slip::Typing)),
    ("company_placeholder", 8, |_, _, look| set(&mut look.company, Company::Placeholder)),
    ("place_other", 56, place_other),
    ("birth_date_wrong", 20, birth_date_wrong),
];

/// How many errors a further record has: one to six, as skewed as FEBRL's.
const MANY: [u64; 6] = [42, 29, 15, 8, 4, 2];

pub fn inflict(dice: &mut Dice, person: &Person, look: &mut Look) {
    let many = 1 + dice.weighted(&MANY);
    let weights = ERRORS.map(|(_, weight, _)| weight);
    // What cannot happen to this record is drawn again.
    for _ in 0..30 {
        if look.errors.len() == many {
            break;
        }
        let (kind, _, error) = ERRORS[dice.weighted(&weights)];
        if !look.errors.contains(&kind) && error(dice, person, look) {
            look.errors.push(kind);
        }
    }
}

/// False where it is so already.
fn set<T: PartialEq>(place: &mut T, value: T) -> bool {
    let is_new = *place != value;
    *place = value;
    is_new
}

fn slip(look: &mut Look, field: Field, slip: Slip) -> bool {
    look.slips.push((field, slip));
    true
}

/// In the whole name, or in one of its parts; a whole name beside them is made of them, so it is left out.
fn slip_name(dice: &mut Dice, look: &mut Look, kind: Slip) -> bool {
    if look.columns == Columns::Full {
        return slip(look, Field::FullName, kind);
    }
    look.columns = Columns::Split;
    let part = dice.pick(&[Field::GivenName, Field::FamilyName]);
    slip(look, part, kind)
}

fn is_latin(look: &Look) -> bool {
    look.script == Script::Latin
}

fn is_romanised(person: &Person, look: &Look) -> bool {
    person.is_chinese() && is_latin(look)
}

fn shows_latin(person: &Person, look: &Look) -> bool {
    !person.is_chinese() || is_latin(look)
}

fn shows_email(look: &Look) -> bool {
    !matches!(look.email, Mail::None | Mail::Placeholder)
}

fn is_private(look: &Look) -> bool {
    matches!(look.email, Mail::Private | Mail::Second)
}

fn is_gmail(person: &Person, look: &Look) -> bool {
    match look.email {
        Mail::Private => person.private.ends_with("@gmail.com"),
        Mail::Second => person.second.ends_with("@gmail.com"),
        _ => false,
    }
}

fn has_middle(person: &Person) -> bool {
    matches!(&person.name, Name::Latin { middle: Some(_), .. })
}

fn other_script(_: &mut Dice, person: &Person, look: &mut Look) -> bool {
    let other = if is_latin(look) { Script::Home } else { Script::Latin };
    person.is_chinese() && set(&mut look.script, other)
}

fn other_characters(_: &mut Dice, person: &Person, look: &mut Look) -> bool {
    person.is_chinese() && !is_latin(look) && set(&mut look.script, Script::OtherHan)
}

fn english_name(_: &mut Dice, person: &Person, look: &mut Look) -> bool {
    let Some(english) = person.name.english() else { return false };
    look.given = Given::Short(english.to_string());
    look.script = Script::Latin;
    look.order = Order::GivenFirst;
    true
}

fn short_name(dice: &mut Dice, person: &Person, look: &mut Look) -> bool {
    let Name::Latin { given, .. } = &person.name else { return false };
    let Some(short) = short_form(dice, given) else { return false };
    look.given = Given::Short(short);
    true
}

fn initial(_: &mut Dice, person: &Person, look: &mut Look) -> bool {
    if shows_latin(person, look) {
        look.given = Given::Initial;
    }
    shows_latin(person, look)
}

fn name_order(dice: &mut Dice, person: &Person, look: &mut Look) -> bool {
    if look.columns != Columns::Full {
        return set(&mut look.is_crossed, true);
    }
    let order = if look.order == Order::FamilyFirst { Order::GivenFirst } else { dice.pick(&[Order::FamilyFirst, Order::Comma]) };
    shows_latin(person, look) && set(&mut look.order, order)
}

fn maiden_name(_: &mut Dice, person: &Person, look: &mut Look) -> bool {
    matches!(&person.name, Name::Latin { maiden: Some(_), .. }) && set(&mut look.is_maiden, true)
}

fn accents(dice: &mut Dice, person: &Person, look: &mut Look) -> bool {
    let Name::Latin { given, family, .. } = &person.name else { return false };
    let kind = dice.pick(&[Slip::Unaccented, Slip::SpelledOut]);
    if given.is_ascii() && family.is_ascii() {
        return false;
    }
    [Field::FullName, Field::GivenName, Field::FamilyName].into_iter().all(|field| slip(look, field, kind))
}

fn email_other(_: &mut Dice, _: &Person, look: &mut Look) -> bool {
    look.email = match look.email {
        Mail::Work => Mail::Private,
        _ => Mail::Work,
    };
    true
}

fn phone_missing(_: &mut Dice, _: &Person, look: &mut Look) -> bool {
    let had = look.phone != Line::None || look.mobile != Line::None;
    (look.phone, look.mobile) = (Line::None, Line::None);
    had
}

fn change_mobile(look: &mut Look, line: Line) -> bool {
    match (look.phone, look.mobile) {
        (_, Line::Mobile) => look.mobile = line,
        (Line::Mobile, _) => look.phone = line,
        _ => return false,
    }
    true
}

/// Another company, title and address at work; the number stays.
fn job_change(_: &mut Dice, _: &Person, look: &mut Look) -> bool {
    if look.title != Title::None {
        look.title = Title::Next;
    }
    set(&mut look.has_changed_job, true)
}

fn place_other(dice: &mut Dice, person: &Person, look: &mut Look) -> bool {
    match dice.weighted(&[40, 35, 25]) {
        0 => set(&mut look.city, Place::None),
        1 => {
            let other = if look.city == Place::Latin { Place::WithSuffix } else { Place::Latin };
            person.is_chinese() && set(&mut look.city, other)
        }
        _ => look.city != Place::None && set(&mut look.has_moved, true),
    }
}

fn birth_date_wrong(dice: &mut Dice, _: &Person, look: &mut Look) -> bool {
    let wrong = dice.pick(&[Birth::Crossed, Birth::WrongYear]);
    look.birth_date != Birth::None && set(&mut look.birth_date, wrong)
}
