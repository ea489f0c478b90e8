//! Addresses: whose they are is remembered, so that no two people get one by chance.

use super::dice::Dice;
use std::collections::HashSet;
use twox_hash::XxHash3_128;

/// Providers of China and elsewhere.
const CHINESE: [&str; 9] =
    ["qq.com", "163.com", "126.com", "foxmail.com", "sina.com", "139.com", "gmail.com", "outlook.com", "hotmail.com"];
const CHINESE_WEIGHTS: [u64; 9] = [34, 28, 9, 4, 5, 4, 6, 6, 4];
const OTHERS: [&str; 7] = ["gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "aol.com", "proton.me"];
const OTHER_WEIGHTS: [u64; 7] = [48, 14, 12, 12, 8, 3, 3];

/// What people call themselves in an address, all in Latin letters.
pub struct Caller<'a> {
    pub given: &'a str,
    pub family: &'a str,
    pub english: Option<&'a str>,
    pub birth_year: i64,
    /// Digits of the own mobile, a common address in China.
    pub mobile: &'a str,
}

/// Those given away, by their hash: there are millions.
#[derive(Default)]
pub struct Mailboxes(HashSet<u128>);

impl Mailboxes {
    pub fn private(&mut self, dice: &mut Dice, caller: &Caller, is_chinese: bool) -> String {
        let domain = match is_chinese {
            true => CHINESE[dice.weighted(&CHINESE_WEIGHTS)],
            false => OTHERS[dice.weighted(&OTHER_WEIGHTS)],
        };
        let (given, family, year) = (caller.given, caller.family, caller.birth_year);
        let initial = &given[..1];
        let local = match (domain, is_chinese, dice.weighted(&[30, 15, 15, 10, 10, 10, 10])) {
            ("qq.com", ..) if dice.chance(750) => format!("{}", dice.between(10_000_000, 3_600_000_000)),
            ("139.com", ..) => caller.mobile.to_string(),
            ("163.com", _, 5) => caller.mobile.to_string(),
            (_, true, 0) => format!("{family}{given}"),
            (_, true, 1) => format!("{family}{given}{year}"),
            (_, true, 2) => format!("{given}{family}"),
            (_, true, 3) => format!("{}{family}{}", caller.english.map_or_else(|| initial.to_string(), str::to_lowercase), year % 100),
            (_, true, 4) => format!("{family}_{given}"),
            (_, true, _) => format!("{family}{initial}{}", dice.pick(&["888", "666", "168", "520", "2008", "99"])),
            (_, _, 0 | 1) => format!("{given}.{family}"),
            (_, _, 2) => format!("{given}{family}"),
            (_, _, 3) => format!("{initial}{family}{:02}", year % 100),
            (_, _, 4) => format!("{given}{year}"),
            (_, _, 5) => format!("{family}.{given}"),
            _ => format!("{initial}.{family}"),
        };
        self.own(dice, local, domain)
    }

    pub fn work(&mut self, dice: &mut Dice, caller: &Caller, domain: &str) -> String {
        let (given, family) = (caller.given, caller.family);
        let initial = &given[..1];
        let local = match (caller.english, dice.weighted(&[45, 20, 15, 10, 10])) {
            (Some(english), 3 | 4) => format!("{}.{family}", english.to_lowercase()),
            (_, 0) => format!("{given}.{family}"),
            (_, 1) => format!("{initial}.{family}"),
            (_, 2) => format!("{initial}{family}"),
            (_, 3) => format!("{family}.{given}"),
            _ => format!("{given}{family}"),
        };
        self.own(dice, local, domain)
    }

    /// The mailbox of a couple.
    pub fn shared(&mut self, dice: &mut Dice, one: &str, other: &str, family: &str) -> String {
        let local = match dice.below(3) {
            0 => format!("{one}.{other}"),
            1 => format!("family.{family}"),
            _ => format!("{one}and{other}.{family}"),
        };
        let domain = OTHERS[dice.weighted(&OTHER_WEIGHTS)];
        self.own(dice, local, domain)
    }

    /// The first address free: somebody who comes late gets digits.
    fn own(&mut self, dice: &mut Dice, local: String, domain: &str) -> String {
        let mut wanted = local.clone();
        // Dots do not tell mailboxes of one provider apart, so they tell none here.
        while !self.0.insert(XxHash3_128::oneshot(format!("{}@{domain}", wanted.replace('.', "")).as_bytes())) {
            wanted = format!("{local}{}", dice.between(1, 9_999));
        }
        format!("{wanted}@{domain}")
    }
}
