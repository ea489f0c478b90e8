//! A person and a look made into a line of the file.

use super::calendar::{END, START, push_utc};
use super::dice::Dice;
use super::employers::Employer;
use super::files;
use super::han;
use super::latin::{capital, spelled_out, unaccented};
use super::looks::*;
use super::persons::{Job, Name, Person, romanised};
use super::phones::{Phone, Writing};
use super::places::{self, Country};
use super::population::Population;
use super::typing;

pub const HEADER: &str = "record_id,full_name,given_name,family_name,email,phone,mobile,company,title,city,region,country,postal_code,birth_date,\
captured_at,source";

/// As the reference rows know them, for Chinese and for others.
const SOURCES: [[&str; 6]; 2] = [
    ["百度推广", "微信公众号", "自然搜索", "展示广告", "邮件营销", "领英广告"],
    ["Google Ads", "LinkedIn Ads", "Organic Search", "Webinar", "Newsletter", "Facebook"],
];

type Record = [String; 15];

/// All columns but the first, the record's number.
pub fn write(dice: &mut Dice, population: &Population, person: &Person, look: &Look) -> String {
    let job = if look.has_changed_job { &person.next_job } else { &person.job };
    let employer = population.employers.get(person.is_chinese(), job.employer);
    let mut record = Record::default();
    names(dice, person, look, &mut record);
    record[Field::Email as usize] = email(dice, person, look, job, employer);
    let (phone, mobile) = if look.is_swapped { (look.mobile, look.phone) } else { (look.phone, look.mobile) };
    record[Field::Phone as usize] = line(dice, person, look, job, employer, phone);
    record[Field::Mobile as usize] = line(dice, person, look, job, employer, mobile);
    record[Field::Company as usize] = company(dice, look, employer);
    record[Field::Title as usize] = title(person, look, job);
    place(dice, person, look, &mut record);
    record[Field::BirthDate as usize] = birth_date(dice, person, look);
    push_utc(&mut record[Field::CapturedAt as usize], START + dice.below((END - START) as u64) as i64);
    record[Field::Source as usize] = dice.pick(&SOURCES[usize::from(!person.is_chinese())]).to_string();
    for (field, slip) in &look.slips {
        let text = &mut record[*field as usize];
        if !text.is_empty() {
            *text = slipped(dice, text, *slip);
        }
    }
    files::record(',', &record.each_ref().map(String::as_str))
}

fn names(dice: &mut Dice, person: &Person, look: &Look, record: &mut Record) {
    let (given, family) = match &person.name {
        Name::Han { han, .. } if look.script != Script::Latin => {
            let is_traditional = (person.city.country == Country::China) == (look.script == Script::OtherHan);
            [&han.given, &han.family].map(|name| if is_traditional { han::traditional(name) } else { name.clone() }).into()
        }
        Name::Han { han, .. } => {
            let (syllables, family) = romanised(han, person.city);
            (latin_given(look, &spelled(dice, &syllables)), capital(&family))
        }
        Name::Latin { given, middle, family, maiden, .. } => {
            let family = maiden.as_ref().filter(|_| look.is_maiden).unwrap_or(family);
            let given = latin_given(look, given);
            let middle = middle.as_ref().filter(|_| look.has_middle).map(|name| format!(" {}.", &name[..1]));
            (given + &middle.unwrap_or_default(), family.clone())
        }
    };
    let is_han = person.is_chinese() && look.script != Script::Latin;
    let whole = match look.honorific {
        Honorific::None => whole(person, look, &given, &family, is_han),
        Honorific::Added if is_han => format!("{family}{given}{}", dice.pick(&[polite(person.is_woman), "(采购)", " 经理"])),
        Honorific::Added => format!("{} {}", title_before(dice, person), whole(person, look, &given, &family, is_han)),
        Honorific::InsteadOfGiven if is_han => format!("{family}{}", dice.pick(&["总", polite(person.is_woman), "经理", "工"])),
        Honorific::InsteadOfGiven => format!("{} {family}", title_before(dice, person)),
        Honorific::InsteadOfName => dice.pick(&["-", "N/A", "Unknown", "微信用户", "无", "Anonymous"]).to_string(),
    };
    let shows_parts = matches!(look.honorific, Honorific::None | Honorific::Added);
    let (given, family) = if look.is_crossed { (family, given) } else { (given, family) };
    if look.columns != Columns::Split || !shows_parts {
        record[Field::FullName as usize] = whole;
    }
    if look.columns != Columns::Full && shows_parts {
        record[Field::GivenName as usize] = given;
        record[Field::FamilyName as usize] = family;
    }
}

fn latin_given(look: &Look, given: &str) -> String {
    match &look.given {
        Given::Whole => given.to_string(),
        Given::Initial => given.chars().take(1).chain(['.']).collect(),
        Given::Short(short) => short.clone(),
    }
}

/// Jianguo, Jian Guo, Jian-guo.
fn spelled(dice: &mut Dice, syllables: &[String]) -> String {
    let capitals: Vec<String> = syllables.iter().map(|one| capital(one)).collect();
    match dice.weighted(&[70, 20, 10]) {
        0 => capital(&syllables.concat()),
        1 => capitals.join(" "),
        _ => capital(&syllables.join("-")),
    }
}

fn whole(person: &Person, look: &Look, given: &str, family: &str, is_han: bool) -> String {
    if is_han {
        return format!("{family}{given}");
    }
    let suffix = match &person.name {
        Name::Latin { suffix, .. } if look.has_suffix && !suffix.is_empty() => format!(" {suffix}"),
        _ => String::new(),
    };
    match look.order {
        Order::GivenFirst => format!("{given} {family}{suffix}"),
        Order::FamilyFirst => format!("{family} {given}{suffix}"),
        Order::Comma => format!("{family}, {given}"),
        Order::Joined => format!("{family}{given}").to_lowercase().replace([' ', '-'], ""),
        Order::FamilyUpper => format!("{given} {}", family.to_uppercase()),
    }
}

fn polite(is_woman: bool) -> &'static str {
    if is_woman { "女士" } else { "先生" }
}

fn title_before(dice: &mut Dice, person: &Person) -> &'static str {
    match (dice.below(5), person.city.country, person.is_woman) {
        (0, _, _) => "Dr.",
        (_, Country::Germany, true) => "Frau",
        (_, Country::Germany, false) => "Herr",
        (_, _, true) => "Ms.",
        (_, _, false) => "Mr.",
    }
}

fn email(dice: &mut Dice, person: &Person, look: &Look, job: &Job, employer: &Employer) -> String {
    match look.email {
        Mail::None => String::new(),
        Mail::Private => person.private.clone(),
        Mail::Second => person.second.clone(),
        Mail::Work => job.email.clone(),
        Mail::Shared => person.shared.clone().unwrap_or_default(),
        Mail::Role => format!("{}@{}", dice.pick(&["info", "sales", "office", "service"]), employer.domain),
        Mail::Placeholder => dice.pick(&["N/A", "none", "test@test.com", "noemail@noemail.com", "无", "123@qq.com", "a@a.com"]).to_string(),
    }
}

fn line(dice: &mut Dice, person: &Person, look: &Look, job: &Job, employer: &Employer, line: Line) -> String {
    let writing = if look.is_international { Writing::International } else { Writing::National };
    match line {
        Line::None => String::new(),
        Line::Mobile => person.mobile.write(dice, writing),
        Line::SecondMobile => person.second_mobile.write(dice, writing),
        Line::Mistyped => person.mobile.mistyped(dice).write(dice, writing),
        Line::Home => person.home.write(dice, writing),
        Line::Switchboard => employer.switchboard.write(dice, writing),
        Line::Desk => {
            let before = dice.pick(if person.is_chinese() { &["转", "-", " ext ", "转"] } else { &[" ext. ", " x", " ext ", " x"] });
            format!("{}{before}{}", employer.switchboard.write(dice, writing), job.extension)
        }
        Line::Service => employer.service_line.clone(),
        Line::Placeholder => placeholder(dice, &person.mobile),
    }
}

/// What is typed to get past a form.
fn placeholder(dice: &mut Dice, mobile: &Phone) -> String {
    let zeros = "0".repeat(mobile.digits().len());
    let words = ["13800138000", "12345678", "11111111111", "N/A", "无", &zeros];
    words[dice.below(words.len() as u64) as usize].to_string()
}

fn company(dice: &mut Dice, look: &Look, employer: &Employer) -> String {
    match look.company {
        Company::None => String::new(),
        Company::Full => employer.full.clone(),
        Company::Formless => employer.formless.clone(),
        Company::Short => employer.short.clone(),
        Company::Branch if employer.city.country.is_chinese() => {
            format!("{}{}分公司", employer.full, places::another(dice, employer.city).name)
        }
        Company::Branch => format!("{} ({})", employer.full, places::another(dice, employer.city).name),
        Company::Latin => employer.latin.clone(),
        Company::Placeholder => dice.pick(&["个人", "无", "N/A", "-", "Self Employed"]).to_string(),
    }
}

fn title(person: &Person, look: &Look, job: &Job) -> String {
    let titles = Person::titles(if look.title == Title::Next { &person.next_job } else { job });
    match look.title {
        Title::None => String::new(),
        Title::English => titles[0].to_string(),
        Title::Home | Title::Next => titles[usize::from(person.is_chinese())].to_string(),
    }
}

fn place(dice: &mut Dice, person: &Person, look: &Look, record: &mut Record) {
    let city = if look.has_moved { places::another(dice, person.city) } else { person.city };
    record[Field::City as usize] = match look.city {
        Place::None => String::new(),
        Place::WithSuffix if city.country == Country::China => format!("{}市", city.name),
        Place::Home | Place::WithSuffix => city.name.to_string(),
        Place::Latin => city.latin.to_string(),
    };
    if look.has_region {
        record[Field::Region as usize] = city.region.to_string();
    }
    if let Some(name) = look.country {
        record[Field::Country as usize] = city.country.names()[name].to_string();
    }
    if look.has_postal_code && !look.has_moved {
        record[Field::PostalCode as usize] = person.postal_code.clone();
    }
}

fn birth_date(dice: &mut Dice, person: &Person, look: &Look) -> String {
    let (year, month, day) = person.birth;
    match look.birth_date {
        Birth::None => String::new(),
        Birth::Iso => format!("{year}-{month:02}-{day:02}"),
        Birth::Slashes => format!("{year}/{month}/{day}"),
        Birth::Crossed => format!("{year}-{:02}-{:02}", day.min(12), month),
        Birth::WrongYear => format!("{}-{month:02}-{day:02}", year + dice.pick(&[-10, -1, 1, 10])),
    }
}

fn slipped(dice: &mut Dice, text: &str, slip: Slip) -> String {
    match slip {
        Slip::Typing => typing::slip(dice, text).unwrap_or_else(|| text.to_string()),
        Slip::Misheard => han::misheard(dice, text).unwrap_or_else(|| text.to_string()),
        Slip::Upper => text.to_uppercase(),
        Slip::FullWidth => typing::full_width(text),
        Slip::Unaccented => unaccented(text),
        Slip::SpelledOut => unaccented(&spelled_out(text)),
        Slip::Pasted => format!("{}{text} ", dice.pick(&["mailto:", " ", ""])),
        Slip::Dots | Slip::Tag | Slip::Domain => in_address(dice, text, slip),
    }
}

fn in_address(dice: &mut Dice, address: &str, slip: Slip) -> String {
    let Some((local, domain)) = address.split_once('@') else { return address.to_string() };
    match slip {
        Slip::Dots if local.contains('.') => format!("{}@{domain}", local.replace('.', "")),
        Slip::Dots => format!("{}.{}@{domain}", &local[..1], &local[1..]),
        Slip::Tag => format!("{local}+{}@{domain}", dice.pick(&["news", "b2b", "promo", "work"])),
        _ => format!("{local}@{}", mistyped_domain(dice, domain)),
    }
}

fn mistyped_domain(dice: &mut Dice, domain: &str) -> String {
    let known: &[&str] = match domain {
        "gmail.com" => &["gamil.com", "gmial.com", "gmail.con", "gmai.com", "gmail.co"],
        "hotmail.com" => &["hotmial.com", "hotmai.com", "hotmail.con"],
        "outlook.com" => &["outlok.com", "outlook.con"],
        "yahoo.com" => &["yaho.com", "yahoo.con"],
        "qq.com" => &["qq.con", "qq.cn", "qqq.com"],
        "163.com" => &["163.con", "136.com", "163.cn"],
        _ => return typing::slip(dice, domain).unwrap_or_else(|| domain.to_string()),
    };
    dice.pick(known).to_string()
}
