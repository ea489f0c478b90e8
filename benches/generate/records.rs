//! A lead record as the CRM exports it: in one of two files, in one of many spellings, now and then worth nothing.

use super::Company;
use super::Numbers;
use super::books::Stage;
use super::calendar::{push_chinese, push_slashes};
use super::channels::Channel;
use super::companies::{Person, Second};
use super::dice::Dice;
use super::files::{Target, push_field, record};
use super::names::*;

/// What the record is worth; every kind but `Good` is an invalid record with this reason.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    Good,
    Test,
    Internal,
    NoContact,
    UnusableContact,
    /// Sales found out: a competitor, a student, somebody who looks for a job.
    SalesVerdict,
}

#[derive(Clone, Copy)]
pub struct Contact {
    pub email: Email,
    pub phone: Phone,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Email {
    None,
    Main,
    Second,
    Role,
    Internal,
    Broken,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phone {
    None,
    Main,
    Second,
    Service,
    Broken,
}

pub struct Record {
    /// `L000123` of the English export, `C000123` of the Chinese one.
    pub id: String,
    pub contact: Contact,
    pub created_at: i64,
    is_chinese: bool,
    /// `None` where nobody filled it in or the word is not known.
    source: Option<Channel>,
}

impl Worth {
    pub fn of(dice: &mut Dice, channel: Channel) -> Worth {
        if !dice.chance(channel.character().invalid) {
            return Worth::Good;
        }
        [Worth::Test, Worth::Internal, Worth::NoContact, Worth::UnusableContact, Worth::SalesVerdict][dice.weighted(&[8, 7, 15, 30, 40])]
    }

    pub fn reason(self) -> &'static str {
        match self {
            Worth::Good => "",
            Worth::Test => "test",
            Worth::Internal => "internal",
            Worth::NoContact => "no_contact",
            Worth::UnusableContact => "unusable_contact",
            Worth::SalesVerdict => "sales_verdict",
        }
    }
}

impl Email {
    /// Whether it tells one person from all others.
    pub fn is_own(self) -> bool {
        matches!(self, Email::Main | Email::Second)
    }
}

impl Phone {
    pub fn is_own(self) -> bool {
        matches!(self, Phone::Main | Phone::Second)
    }
}

impl Contact {
    pub fn first(dice: &mut Dice, person: &Person, worth: Worth) -> Contact {
        let has_phone = person.phone(Second::No).is_some();
        let (email, phone) = match worth {
            Worth::NoContact => (Email::None, Phone::None),
            Worth::Internal => (Email::Internal, Phone::None),
            Worth::UnusableContact => {
                dice.pick(&[(Email::Broken, Phone::Broken), (Email::Broken, Phone::None), (Email::None, Phone::Broken)])
            }
            _ if has_phone && dice.chance(20) => (Email::Role, Phone::Main),
            _ if person.is_chinese() && dice.chance(25) => (Email::Main, Phone::Service),
            _ if has_phone && dice.chance(70) => (Email::None, Phone::Main),
            _ => (Email::Main, if has_phone && dice.chance(780) { Phone::Main } else { Phone::None }),
        };
        Contact { email, phone }
    }

    pub fn email_text(self, dice: &mut Dice, person: &Person) -> String {
        match self.email {
            Email::None => empty(dice),
            Email::Main => spell_email(dice, person.email()),
            Email::Second => spell_email(dice, person.second_email()),
            Email::Role => person.role_email(dice),
            Email::Internal => format!("{}.{}{}@quillon.example", person.first, person.last, person.number).to_lowercase(),
            Email::Broken => {
                dice.pick(&["wang@@163.example", "lily.example.com", "zhang.wei#corp.example", "test@", "@qq.example"]).to_string()
            }
        }
    }

    pub fn phone_text(self, dice: &mut Dice, person: &Person) -> String {
        let own = |second| person.phone(second).expect("a record shows a phone only where there is one");
        match self.phone {
            Phone::None => empty(dice),
            Phone::Main => spell_phone(dice, &own(Second::No)),
            Phone::Second => spell_phone(dice, &own(Second::Yes)),
            Phone::Service => person.service_phone(),
            Phone::Broken => dice.pick(&["123", "12345", "000000", "99999999", "11111111111"]).to_string(),
        }
    }
}

/// The ways in which a form, an import or a person says "nothing".
fn empty(dice: &mut Dice) -> String {
    ["", "N/A", "-", "无", "(not set)"][dice.weighted(&[80, 6, 6, 4, 4])].to_string()
}

fn spell_email(dice: &mut Dice, email: String) -> String {
    let (local, domain) = email.split_once('@').expect("made with one @");
    match (dice.weighted(&[60, 10, 8, 6, 8, 8]), domain) {
        (1, _) => format!("{}{}", email[..1].to_uppercase(), &email[1..]),
        (2, _) => email.to_uppercase(),
        (3, _) => format!(" {email} "),
        (4, "gmail.example") => format!("{local}+{}@{domain}", dice.pick(&["sensor", "news", "b2b"])),
        (5, "gmail.example") => format!("{}@{domain}", local.replace('.', "")),
        _ => email,
    }
}

/// `digits` begin with the country code; the last eight are read in two groups.
fn spell_phone(dice: &mut Dice, digits: &str) -> String {
    let (front, back) = digits.split_at(digits.len() - 8);
    let (country, front) = front.split_at(if front.starts_with('1') { 1 } else { 2 });
    let (left, right) = back.split_at(4);
    let style = dice.weighted(&[30, 16, 12, 14, 8, 8, 8, 4]);
    match (country, style) {
        ("86", 0) => format!("{front}{back}"),
        ("86", 1) => format!("{front} {left} {right}"),
        ("86", 2) => format!("{front}-{left}-{right}"),
        ("86", 7) => format!("{front}{back}").chars().map(full_width).collect(),
        (_, 0..=3) => format!("+{country} {front}{back}"),
        (_, 4) => format!("+{country}-{front}-{left}-{right}"),
        (_, 5) => format!("00{country} {front}{back}"),
        (_, _) => format!("(+{country}) {front} {left} {right}"),
    }
}

fn full_width(digit: char) -> char {
    char::from_u32(digit as u32 + 0xFEE0).expect("ASCII digits have a full-width form")
}

impl Record {
    pub fn new(company: &mut Company, dice: &mut Dice, person: &Person, contact: Contact, channel: Channel, created_at: i64) -> Record {
        let number = Numbers::take(&mut company.next.lead);
        let is_chinese = person.is_chinese() && dice.chance(700);
        let id = format!("{}{number:06}", if is_chinese { 'C' } else { 'L' });
        let source = if dice.chance(30) { None } else { Some(channel) };
        Record { id, contact, created_at, is_chinese, source }
    }

    pub fn channel(&self) -> Channel {
        self.source.unwrap_or(Channel::Unknown)
    }

    /// Who has it comes back.
    pub fn write(
        &self,
        company: &mut Company,
        dice: &mut Dice,
        person: &Person,
        worth: Worth,
        highest: Stage,
        is_lost: bool,
    ) -> &'static str {
        let (target, (line, owner)) = match self.is_chinese {
            true => (Target::ChineseLeads, self.chinese(dice, person, worth, highest, is_lost)),
            false => (Target::Leads, self.english(dice, person, worth, highest, is_lost)),
        };
        company.queue.line(self.created_at, target, line);
        owner
    }

    fn english(&self, dice: &mut Dice, person: &Person, worth: Worth, highest: Stage, is_lost: bool) -> (String, &'static str) {
        let account = &person.account;
        let is_test = worth == Worth::Test;
        let name = if is_test { "Test Test".to_string() } else { person.latin_name() };
        let (title, _, _) = TITLES[person.title];
        let employees = match account.employees {
            _ if dice.chance(90) => "(not set)".to_string(),
            many @ 1000.. if dice.chance(600) => format!("{},{:03}", many / 1000, many % 1000),
            some => some.to_string(),
        };
        let status = match (worth, highest) {
            (Worth::SalesVerdict, _) => "Invalid",
            _ if is_lost => "Closed",
            (_, Stage::Lead) => "New",
            (_, Stage::Contacted | Stage::Mql) => "Working",
            (_, Stage::Sql) => "Qualified",
            (_, Stage::Opportunity | Stage::Won) => "Converted",
        };
        let verdict = if worth == Worth::SalesVerdict { dice.pick(&["competitor", "student", "job seeker"]) } else { "" };
        let mut created_at = String::new();
        push_slashes(&mut created_at, self.created_at);
        let mut fields: [&str; 16] = [
            &self.id,
            &name,
            &self.contact.email_text(dice, person),
            &self.contact.phone_text(dice, person),
            &account.name,
            if dice.chance(80) { "Select" } else { title },
            if dice.chance(60) { "Select" } else { INDUSTRIES[account.industry].0 },
            &employees,
            account.country.name(),
            account.city,
            self.source_word(dice),
            &created_at,
            status,
            verdict,
            "",
            if is_test { "Y" } else { "N" },
        ];
        let owner = dice.pick(&OWNERS);
        fields[14] = owner;
        (record(',', &fields), owner)
    }

    fn chinese(&self, dice: &mut Dice, person: &Person, worth: Worth, highest: Stage, is_lost: bool) -> (String, &'static str) {
        let account = &person.account;
        let native = person.native.as_deref().expect("the Chinese export holds people in China");
        let surname = native.chars().next().expect("a name has characters");
        let name = match worth {
            Worth::Test => format!("测试{}", dice.between(1, 99)),
            _ if dice.chance(30) => format!("{surname}{}", dice.pick(&["先生", "女士", "总"])),
            _ => native.to_string(),
        };
        let (_, title, _) = TITLES[person.title];
        let band = match account.employees {
            ..50 => "1-49人",
            50..100 => "50-99人",
            100..500 => "100-499人",
            500..1000 => "500-999人",
            _ => "1000人以上",
        };
        let status = match (worth, highest) {
            (Worth::SalesVerdict, _) => "无效",
            _ if is_lost => "已关闭",
            (_, Stage::Lead) => "新线索",
            (_, Stage::Contacted | Stage::Mql) => "跟进中",
            (_, Stage::Sql) => "已确认",
            (_, Stage::Opportunity | Stage::Won) => "已转化",
        };
        let verdict = if worth == Worth::SalesVerdict { dice.pick(&["竞争对手", "学生", "求职"]) } else { "" };
        let note = ["", "展会名片\n已加微信", "要求报价,含税", "客户说\"下季度再谈\""][dice.weighted(&[85, 5, 6, 4])];
        let mut line = record(
            ',',
            &[
                &self.id,
                &name,
                &self.contact.phone_text(dice, person),
                &self.contact.email_text(dice, person),
                &account.name,
                if dice.chance(70) { "-" } else { title },
                if dice.chance(60) { "-" } else { INDUSTRIES[account.industry].1 },
                if dice.chance(90) { "-" } else { band },
                account.province,
                account.city,
                self.source_word(dice),
            ],
        );
        line.push(',');
        push_chinese(&mut line, self.created_at);
        let owner = dice.pick(&CHINESE_OWNERS);
        for field in [status, verdict, owner, note] {
            line.push(',');
            push_field(&mut line, ',', field);
        }
        (line, owner)
    }

    fn source_word(&self, dice: &mut Dice) -> &'static str {
        dice.pick(self.channel().character().words[usize::from(self.is_chinese)])
    }
}
