//! What the ad platforms charge by campaign and day, each in its own export, and the rates finance books with.

use super::Options;
use super::books::Money;
use super::calendar::{DAYS, START, is_weekend, iso_day, shanghai_day, us_day};
use super::channels::{CAMPAIGNS, Campaign, Channel, Platform};
use super::deals::grouped;
use super::dice::{Dice, RATES, SPEND};
use super::files::Rows;
use encoding_rs::GB18030;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

/// Hundredths of a CNY for a US dollar, by day. Finance rounds to two decimals, so that no amount in CNY needs rounding.
pub struct Rates(Vec<i64>);

impl Rates {
    pub fn new(seed: u64) -> Rates {
        let dice = &mut Dice::new(seed, RATES);
        let mut rate = 712;
        let walk = (0..DAYS).map(|_| {
            rate = (rate + dice.between(-2, 2)).clamp(698, 726);
            rate
        });
        Rates(walk.collect())
    }

    /// On the Shanghai day of `at`.
    pub fn on(&self, at: i64, currency: &str) -> i64 {
        if currency == "CNY" { 100 } else { self.0[shanghai_day(at) as usize] }
    }
}

/// What the books need to know of the exports.
#[derive(Default)]
pub struct Spent {
    files: Vec<Rows>,
    /// Platform, channel, month, money.
    days: Vec<(&'static str, Channel, String, Money)>,
    /// File and line of Google's row of totals.
    total: Option<(&'static str, u64)>,
}

struct AdDay<'a> {
    campaign: &'a Campaign,
    day: i64,
    cents: i64,
    clicks: i64,
    impressions: i64,
}

pub fn write(options: &Options, rates: &Rates, out: &Path) -> io::Result<Spent> {
    let raw = out.join("raw");
    fs::create_dir_all(raw.join("ads"))?;
    fs::create_dir_all(raw.join("finance"))?;
    let days: Vec<AdDay> = CAMPAIGNS.iter().enumerate().flat_map(|(number, campaign)| ad_days(options, number, campaign)).collect();
    let mut spent = Spent::default();
    for (platform, name, file) in PLATFORMS {
        let days: Vec<&AdDay> = days.iter().filter(|day| day.campaign.platform == platform).collect();
        fs::write(raw.join(file), export(platform, &days))?;
        let totals = u64::from(platform == Platform::Google);
        spent.files.push(Rows { file: file.to_string(), rows: days.len() as u64 + totals });
        if platform == Platform::Google {
            // Two title lines and the header come first.
            spent.total = Some((file, days.len() as u64 + 4));
        }
        for ad in days {
            let currency = if platform == Platform::Baidu { "CNY" } else { "USD" };
            let rate = if platform == Platform::Baidu { 100 } else { rates.0[ad.day as usize] };
            spent.days.push((name, ad.campaign.channel, iso_day(ad.day)[..7].to_string(), Money { cents: ad.cents, currency, rate }));
        }
    }
    let mut fx = String::from("day,currency,rate_cny\n");
    for (day, rate) in rates.0.iter().enumerate() {
        let _ = writeln!(fx, "{},USD,{}.{:02}", iso_day(day as i64), rate / 100, rate % 100);
    }
    fs::write(raw.join("finance/fx_rates.csv"), fx)?;
    spent.files.push(Rows { file: "finance/fx_rates.csv".to_string(), rows: rates.0.len() as u64 });
    Ok(spent)
}

const PLATFORMS: [(Platform, &str, &str); 3] = [
    (Platform::Google, "Google Ads", "ads/google_ads.csv"),
    (Platform::LinkedIn, "LinkedIn", "ads/linkedin_ads.tsv"),
    (Platform::Baidu, "Baidu", "ads/baidu_ads.csv"),
];

/// A row for each day; LinkedIn rests at weekends, and now and then nothing is bought.
fn ad_days<'a>(options: &Options, number: usize, campaign: &'a Campaign) -> Vec<AdDay<'a>> {
    let dice = &mut Dice::new(options.seed, SPEND + number as u64);
    let day = |day: i64| {
        let rests = campaign.platform == Platform::LinkedIn && is_weekend(START + day * super::calendar::DAY);
        let bought = if rests || dice.chance(25) { 0 } else { dice.between(700, 1500) };
        let clicks = (campaign.clicks as i128 * bought as i128 * options.touchpoints as i128 / 50_000_000) as i64;
        let cents = clicks * campaign.cost_per_click * dice.between(850, 1150) / 1000;
        AdDay { campaign, day, cents, clicks, impressions: clicks * dice.between(28, 90) }
    };
    (0..DAYS).map(day).collect()
}

fn export(platform: Platform, days: &[&AdDay]) -> Vec<u8> {
    let mut text = String::from(match platform {
        Platform::Google => {
            "Campaign report\n\"January 1, 2026 - June 30, 2026\"\nDay,Account,Campaign,Campaign type,Currency code,Cost (micros),Clicks,Impressions\n"
        }
        Platform::LinkedIn => "Start Date (in UTC)\tAccount Name\tCampaign Name\tTotal Spent\tCurrency\tClicks\tImpressions\n",
        Platform::Baidu => "日期,账户,推广计划,消费,点击,展现\n",
    });
    for ad in days {
        let AdDay { campaign, day, cents, clicks, impressions } = ad;
        let (name, spent) = (campaign.name, format!("{}.{:02}", grouped(cents / 100), cents % 100));
        let _ = match platform {
            Platform::Google => {
                let kind = if campaign.channel == Channel::Display { "Display" } else { "Search" };
                writeln!(text, "{},quillon-global,{name},{kind},USD,{},{clicks},{impressions}", iso_day(*day), cents * 10_000)
            }
            Platform::LinkedIn => writeln!(text, "{}\tQuillon Sensing\t{name}\t${spent}\tUSD\t{clicks}\t{impressions}", us_day(*day)),
            Platform::Baidu => writeln!(text, "{},群岚传感,{name},\"{spent}\",{clicks},{impressions}", iso_day(*day)),
        };
    }
    if platform == Platform::Google {
        let sum = |of: fn(&AdDay) -> i64| days.iter().map(|ad| of(ad)).sum::<i64>();
        let _ = writeln!(text, "Total,--,--,--,USD,{},{},{}", sum(|ad| ad.cents) * 10_000, sum(|ad| ad.clicks), sum(|ad| ad.impressions));
    }
    if platform == Platform::Baidu { GB18030.encode(&text).0.into_owned() } else { text.into_bytes() }
}

impl super::Books {
    pub fn spend(&mut self, spent: Spent) {
        for (platform, channel, month, money) in spent.days {
            self.money("spend_by_platform", platform, money);
            self.money(&format!("spend_{}", channel.key()), &month, money);
        }
        if let Some((file, line)) = spent.total {
            self.reject(file, "bad_timestamp", line);
        }
        self.rows(spent.files);
    }
}
