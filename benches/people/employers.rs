//! The companies people work for: their names in every form, their switchboards and mail domains.

use super::dice::{COMPANIES, Dice};
use super::han;
use super::latin::Language;
use super::names::{INDUSTRIES, INDUSTRY_WEIGHTS, ROOTS, STYLE, TRADES};
use super::phones::Phone;
use super::places::{self, City, Country};
use std::collections::HashSet;

pub struct Employer {
    pub city: &'static City,
    /// As registered, without the legal form, and as people call it.
    pub full: String,
    pub formless: String,
    pub short: String,
    /// In Latin letters, as on the English side of a card.
    pub latin: String,
    pub domain: String,
    pub switchboard: Phone,
    pub service_line: String,
}

pub struct Employers {
    chinese: Companies,
    others: Companies,
}

struct Companies {
    all: Vec<Employer>,
    /// Those of each city, as [`places::CITIES`] has them.
    of_city: Vec<Vec<usize>>,
}

/// Of the people, how many there are to a company.
const PEOPLE_PER_EMPLOYER: u64 = 2;

/// The own name (字号) of a Chinese company has two of these or of [`STYLE`].
const MORE_STYLE: &str =
    "金新中东方兴业百顺亿通联创远环汇众信博力精优智云数宇宙龙腾飞鸿运嘉禾美佳康健佰维思拓卓越领航江山河川永昌丰茂荣正立本元亨利贞";

impl Employers {
    pub fn found(seed: u64, people: u64) -> Employers {
        let many = (people / PEOPLE_PER_EMPLOYER / 2).max(4);
        let mut domains = HashSet::new();
        let mut found = |is_chinese: bool| -> Companies {
            let all: Vec<Employer> =
                (0..many).map(|number| Employer::found(seed, number * 2 + u64::from(is_chinese), is_chinese, &mut domains)).collect();
            let mut of_city = vec![Vec::new(); places::CITIES.len()];
            all.iter().enumerate().for_each(|(number, employer)| of_city[employer.city.place()].push(number));
            Companies { all, of_city }
        };
        Employers { chinese: found(true), others: found(false) }
    }

    /// One of the city, nine times in ten, else of another one of the country; a few of each have many people, most some.
    pub fn draw(&self, dice: &mut Dice, city: &City) -> usize {
        let companies = self.of(city.country.is_chinese());
        let place = if dice.chance(100) { places::another(dice, city).place() } else { city.place() };
        let here = &companies.of_city[place];
        if here.is_empty() {
            return dice.below(companies.all.len() as u64) as usize;
        }
        let place = if dice.chance(150) { dice.skewed(0, here.len() as i64 - 1) } else { dice.below(here.len() as u64) as i64 };
        here[place as usize]
    }

    pub fn get(&self, is_chinese: bool, number: usize) -> &Employer {
        &self.of(is_chinese).all[number]
    }

    fn of(&self, is_chinese: bool) -> &Companies {
        if is_chinese { &self.chinese } else { &self.others }
    }
}

impl Employer {
    fn found(seed: u64, number: u64, is_chinese: bool, domains: &mut HashSet<String>) -> Employer {
        let dice = &mut Dice::new(seed, COMPANIES + number);
        let city = places::draw(dice, is_chinese);
        let industry = dice.weighted(&INDUSTRY_WEIGHTS);
        let mut employer = if is_chinese { chinese(dice, city, industry) } else { western(dice, city, industry) };
        // Two companies of one name have two domains.
        let stem = employer.domain.clone();
        let mut more = 1;
        while !domains.insert(employer.domain.clone()) {
            more += 1;
            employer.domain = stem.replace(".example", &format!("{more}.example"));
        }
        employer
    }
}

/// 行政区划 + 字号 + 行业 + 组织形式, in the orders people use.
fn chinese(dice: &mut Dice, city: &'static City, industry: usize) -> Employer {
    let brand: String = (0..2).map(|_| syllable(dice)).collect();
    let (_, _, trade, _) = INDUSTRIES[industry];
    let trades = [trade, "科技", "贸易", "实业", "电子", "自动化设备", "新材料", "信息技术", "机电设备"];
    let trade = trades[dice.weighted(&[40, 20, 8, 6, 8, 6, 4, 5, 3])];
    let form = ["有限公司", "股份有限公司", "集团有限公司", "有限责任公司"][dice.weighted(&[70, 15, 8, 7])];
    let place = city.name;
    let formless = match dice.weighted(&[40, 30, 20, 10]) {
        0 => format!("{place}{brand}{trade}"),
        1 => format!("{place}市{brand}{trade}"),
        2 => format!("{brand}（{place}）{trade}"),
        _ => format!("{brand}{trade}"),
    };
    let (full, short) = (format!("{formless}{form}"), if dice.chance(500) { format!("{brand}{trade}") } else { brand.clone() });
    let [full, formless, short] =
        [full, formless, short].map(|name| if city.country == Country::China { name } else { han::traditional(&name) });
    let stem = han::reading(&brand);
    let latin = format!("{} {} {} Co., Ltd.", city.latin, super::latin::capital(&stem), TRADES[industry]);
    let domain = format!("{stem}{}.example", ["", "-ind", "tech", "-cn", "group"][dice.below(5) as usize]);
    Employer { city, full, formless, short, latin, domain, switchboard: Phone::fixed(dice, city), service_line: Phone::service(dice) }
}

fn syllable(dice: &mut Dice) -> String {
    let more: Vec<char> = MORE_STYLE.chars().collect();
    if dice.chance(350) { dice.pick(&STYLE).0.to_string() } else { dice.pick(&more).to_string() }
}

fn western(dice: &mut Dice, city: &'static City, industry: usize) -> Employer {
    let language = language(city.country);
    let root = if dice.chance(150) { dice.pick(&ROOTS).to_string() } else { language.surname(dice) };
    let second = if dice.chance(150) { format!(" & {}", language.surname(dice)) } else { String::new() };
    let trades = [TRADES[industry], "Systems", "Group", "Industries", "Technologies", "Engineering", "Partners", "Logistics"];
    let trade = trades[dice.weighted(&[40, 12, 8, 10, 12, 10, 4, 4])];
    let formless = format!("{root}{second} {trade}");
    let forms: &[&str] = match city.country {
        Country::Germany => &["GmbH", "AG", "GmbH & Co. KG"],
        Country::Britain => &["Ltd", "Limited", "PLC"],
        Country::Australia => &["Pty Ltd"],
        Country::France => &["SAS", "SARL", "SA"],
        _ => &["Inc.", "LLC", "Corp.", "Corporation"],
    };
    let full = format!("{formless} {}", dice.pick(forms));
    let short = if dice.chance(500) { format!("{root}{second}") } else { formless.clone() };
    let domain = format!("{}-{}.example", super::latin::mailbox_letters(&root), super::latin::mailbox_letters(trade));
    let service_line = String::new();
    Employer { city, latin: full.clone(), full, formless, short, domain, switchboard: Phone::fixed(dice, city), service_line }
}

pub fn language(country: Country) -> Language {
    match country {
        Country::Germany => Language::German,
        Country::France => Language::French,
        _ => Language::English,
    }
}
