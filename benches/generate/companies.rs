//! The companies people work for, and the people: both follow from their number alone, so nothing has to be remembered.

use super::Company;
use super::dice::{COMPANIES, Dice};
use super::names::*;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Country {
    China,
    UnitedStates,
    Germany,
    Britain,
    Singapore,
}

/// A customer's company.
pub struct Account {
    pub number: u64,
    pub country: Country,
    /// As written at home.
    pub name: String,
    pub industry: usize,
    pub employees: i64,
    pub city: &'static str,
    /// Chinese accounts only.
    pub province: &'static str,
    domain: String,
}

/// What decides the odds is drawn here; what a record shows of it, in `leads`.
pub struct Person {
    pub number: u64,
    pub account: Account,
    pub title: usize,
    /// In Latin letters.
    pub first: String,
    pub last: String,
    /// In Chinese characters, for people in China.
    pub native: Option<String>,
    mailbox: Mailbox,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mailbox {
    Work,
    /// A free provider that ignores dots and `+tag` in the local part.
    Gmail,
    /// A free provider whose addresses are numbers.
    Number,
}

impl Country {
    pub fn name(self) -> &'static str {
        match self {
            Country::China => "China",
            Country::UnitedStates => "United States",
            Country::Germany => "Germany",
            Country::Britain => "United Kingdom",
            Country::Singapore => "Singapore",
        }
    }

    /// The hour difference its people live by.
    pub fn hours_east(self) -> i64 {
        match self {
            Country::China | Country::Singapore => 8,
            Country::UnitedStates => -6,
            Country::Germany => 1,
            Country::Britain => 0,
        }
    }
}

impl Account {
    pub fn numbered(seed: u64, number: u64) -> Account {
        let dice = &mut Dice::new(seed, COMPANIES + number);
        let country = [Country::China, Country::UnitedStates, Country::Germany, Country::Britain, Country::Singapore]
            [dice.weighted(&[55, 20, 13, 8, 4])];
        let industry = dice.weighted(&INDUSTRY_WEIGHTS);
        let bands = [(1, 49), (50, 99), (100, 499), (500, 999), (1000, 12_000)];
        let (low, high) = bands[dice.weighted(&[20, 18, 34, 16, 12])];
        let employees = dice.skewed(low, high);
        let (city, province) = home(dice, country);
        let (name, stem) = if country == Country::China { chinese_name(dice, city, industry) } else { latin_name(dice, country, industry) };
        let domain = format!("{stem}{}.example", if country == Country::China { "-ind" } else { "" });
        Account { number, country, name, industry, employees, city, province, domain }
    }
}

fn home(dice: &mut Dice, country: Country) -> (&'static str, &'static str) {
    let cities: &[&str] = match country {
        Country::China => return dice.pick(&CHINESE_CITIES),
        Country::UnitedStates => &["Cleveland", "Houston", "Milwaukee", "Detroit"],
        Country::Germany => &["Stuttgart", "Dortmund", "München", "Köln"],
        Country::Britain => &["Sheffield", "Leeds", "Derby"],
        Country::Singapore => &["Singapore"],
    };
    (dice.pick(cities), "")
}

/// 行政区划 + 字号 + 行业 + 组织形式, in the orders people use.
fn chinese_name(dice: &mut Dice, city: &str, industry: usize) -> (String, String) {
    let ((one, one_latin), (two, two_latin)) = (dice.pick(&STYLE), dice.pick(&STYLE));
    let trade = INDUSTRIES[industry].2;
    let form = ["有限公司", "股份有限公司", "集团有限公司"][dice.weighted(&[7, 2, 1])];
    let name = match dice.weighted(&[4, 3, 2]) {
        0 => format!("{city}市{one}{two}{trade}{form}"),
        1 => format!("{city}{one}{two}{trade}{form}"),
        _ => format!("{one}{two}（{city}）{trade}{form}"),
    };
    (name, format!("{one_latin}{two_latin}"))
}

fn latin_name(dice: &mut Dice, country: Country, industry: usize) -> (String, String) {
    let (root, trade) = (dice.pick(&ROOTS), TRADES[industry]);
    let forms: &[&str] = match country {
        Country::Germany => &["GmbH", "AG", "GmbH & Co. KG"],
        Country::Britain => &["Ltd", "PLC"],
        Country::Singapore => &["Pte Ltd"],
        _ => &["Inc.", "LLC", "Corp."],
    };
    let form = dice.pick(forms);
    let name = match dice.below(4) {
        0 => format!("{root} {trade}, {form}"),
        _ => format!("{root} {trade} {form}"),
    };
    (name, format!("{}-{}", root.to_lowercase(), trade.to_lowercase().replace(' ', "-")))
}

impl Person {
    pub fn arrive(company: &Company, dice: &mut Dice, number: u64) -> Person {
        let account = Account::numbered(company.seed, dice.below(company.accounts));
        let title = dice.weighted(&TITLE_WEIGHTS);
        let mailbox = [Mailbox::Work, Mailbox::Gmail, Mailbox::Number][match account.country {
            Country::China => dice.weighted(&[70, 10, 20]),
            _ => dice.weighted(&[85, 15]),
        }];
        let (first, last, native) = if account.country == Country::China {
            let (surname, given) = (dice.pick(&SURNAMES), dice.pick(&GIVEN));
            let second = if dice.chance(600) { dice.pick(&GIVEN) } else { ("", "") };
            (format!("{}{}", given.1, second.1), surname.1.to_string(), Some(format!("{}{}{}", surname.0, given.0, second.0)))
        } else {
            (dice.pick(&FIRST).to_string(), dice.pick(&LAST).to_string(), None)
        };
        Person { number, account, title, first, last, native, mailbox }
    }

    pub fn is_chinese(&self) -> bool {
        self.account.country == Country::China
    }

    /// Effect of title, industry and size on the odds, per mille.
    pub fn fit(&self) -> u64 {
        let size = match self.account.employees {
            ..50 => 700,
            50..100 => 900,
            100..1000 => 1100,
            _ => 1200,
        };
        TITLES[self.title].2 * INDUSTRIES[self.account.industry].3 / 1000 * size / 1000
    }

    /// The Latin name as one writes it.
    pub fn latin_name(&self) -> String {
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        format!("{} {}", capital(&self.first), capital(&self.last))
    }

    /// The person's number closes every local part, so that no two people share an address however it is normalised.
    pub fn email(&self) -> String {
        match self.mailbox {
            Mailbox::Work => format!("{}.{}{}@{}", self.first.to_lowercase(), self.last.to_lowercase(), self.number, self.account.domain),
            Mailbox::Gmail => self.second_email(),
            Mailbox::Number => format!("{}@qq.example", 1_000_000_000 + self.number * 7_919),
        }
    }

    /// The private address, which is the only one for some.
    pub fn second_email(&self) -> String {
        format!("{}.{}{}@gmail.example", self.first.to_lowercase(), self.last.to_lowercase(), self.number)
    }

    pub fn has_two_emails(&self) -> bool {
        self.mailbox != Mailbox::Gmail
    }

    /// The shared mailbox of the office: a contact, but nobody's own.
    pub fn role_email(&self, dice: &mut Dice) -> String {
        format!("{}@{}", dice.pick(&["info", "sales", "office", "service"]), self.account.domain)
    }

    /// The service line of the company, the same for all who work there.
    pub fn service_phone(&self) -> String {
        let line = 8_000_000 + self.account.number % 2_000_000;
        format!("400-{:03}-{:04}", line / 10_000, line % 10_000)
    }

    /// Digits with the country code; `None` where people leave no phone. The last eight digits are this person's alone: the factor has
    /// no divisor in common with 10^8.
    pub fn phone(&self, second: Second) -> Option<String> {
        let own = (2 * self.number + u64::from(second == Second::Yes) + 1) * 61_803_399 % 100_000_000;
        let prefixes = ["138", "139", "150", "158", "186", "177", "199"];
        match self.account.country {
            Country::China => Some(format!("86{}{own:08}", prefixes[(self.number % 7) as usize])),
            // Area codes with a 9 in the middle are not given out.
            Country::UnitedStates => Some(format!("129{own:08}")),
            Country::Germany => Some(format!("49199{own:08}")),
            Country::Britain | Country::Singapore => None,
        }
    }
}

/// Whether the private phone is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Second {
    No,
    Yes,
}
