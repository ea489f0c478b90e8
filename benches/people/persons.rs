//! A person, and what a person is called.

use super::dice::Dice;
use super::employers::language;
use super::han::{self, HanName};
use super::latin::mailbox_letters;
use super::names::TITLES;
use super::phones::Phone;
use super::places::{City, Country};

pub struct Person {
    /// From 0; two of a group follow each other.
    pub number: u64,
    pub alike: Alike,
    pub city: &'static City,
    pub postal_code: String,
    pub is_woman: bool,
    pub name: Name,
    /// Year, month, day.
    pub birth: (i64, i64, i64),
    pub mobile: Phone,
    pub second_mobile: Phone,
    pub home: Phone,
    pub private: String,
    pub second: String,
    /// The mailbox of the household, where there is one.
    pub shared: Option<String>,
    /// Whether the work address is the one given first.
    pub prefers_work: bool,
    pub job: Job,
    pub next_job: Job,
}

/// What a person is called.
#[derive(Clone)]
pub enum Name {
    Han { han: HanName, english: Option<&'static str> },
    Latin { given: String, middle: Option<String>, family: String, maiden: Option<String>, suffix: &'static str },
}

#[derive(Clone)]
pub struct Job {
    pub employer: usize,
    pub title: usize,
    pub email: String,
    /// Behind the switchboard.
    pub extension: i64,
}

/// Whom a person resembles.
#[derive(Clone, Copy)]
pub struct Alike {
    pub kind: &'static str,
    /// The same number for those who resemble each other.
    pub group: u64,
}

impl Person {
    pub fn is_chinese(&self) -> bool {
        self.city.country.is_chinese()
    }

    /// The title in English and Chinese.
    pub fn titles(job: &Job) -> [&'static str; 2] {
        let (english, chinese, _) = TITLES[job.title];
        [english, chinese]
    }
}

impl Name {
    pub fn draw(dice: &mut Dice, city: &City, is_woman: bool) -> Name {
        if city.country.is_chinese() {
            let often = if city.country == Country::HongKong { 800 } else { 300 };
            let english = dice.chance(often).then(|| han::english(dice, is_woman));
            return Name::Han { han: HanName::draw(dice, is_woman), english };
        }
        let language = language(city.country);
        let middle = (city.country == Country::UnitedStates && dice.chance(350)).then(|| language.given(dice, is_woman).to_string());
        let family = match dice.below(1000) {
            0..25 => format!("{}-{}", language.surname(dice), language.surname(dice)),
            _ => language.surname(dice),
        };
        let maiden = (is_woman && dice.chance(400)).then(|| language.surname(dice));
        Name::Latin { given: language.given(dice, is_woman).to_string(), middle, family, maiden, suffix: "" }
    }

    pub fn common(dice: &mut Dice, city: &City, is_woman: bool) -> Name {
        if city.country.is_chinese() {
            return Name::Han { han: HanName::common(dice, is_woman), english: None };
        }
        let [given, family] = language(city.country).common(dice, is_woman).map(str::to_string);
        Name::Latin { given, middle: None, family, maiden: None, suffix: "" }
    }

    pub fn relative(&self, dice: &mut Dice, city: &City, is_woman: bool) -> Name {
        match self {
            Name::Han { han, .. } => Name::Han { han: han.relative(dice, is_woman), english: None },
            Name::Latin { family, .. } => Name::Latin {
                given: language(city.country).given(dice, is_woman).to_string(),
                middle: None,
                family: family.clone(),
                maiden: None,
                suffix: "",
            },
        }
    }

    pub fn english(&self) -> Option<&'static str> {
        match self {
            Name::Han { english, .. } => *english,
            Name::Latin { .. } => None,
        }
    }

    /// Given and family name as they stand in an address.
    pub fn letters(&self, city: &City) -> (String, String) {
        match self {
            Name::Han { han, .. } => {
                let (given, family) = romanised(han, city);
                (given.concat(), family)
            }
            Name::Latin { given, family, .. } => (mailbox_letters(given), mailbox_letters(family)),
        }
    }
}

/// The syllables of the given name, and the family name, as the city's people write them.
pub fn romanised(han: &HanName, city: &City) -> (Vec<String>, String) {
    match city.country {
        Country::HongKong => (han.given_reading.clone(), han::cantonese(&han.family_reading)),
        Country::Taiwan => (han.given_reading.iter().map(|one| han::taiwanese(one)).collect(), han::taiwanese(&han.family_reading)),
        _ => (han.given_reading.clone(), han.family_reading.clone()),
    }
}
