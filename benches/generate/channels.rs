//! Where touches come from: channels, how each writes its tags and referrers, and the words a CRM has for them.

use super::dice::Dice;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    PaidSearch,
    PaidSocial,
    Display,
    OrganicSearch,
    Social,
    Email,
    Webinar,
    Referral,
    Direct,
    TradeShow,
    Unknown,
}

use Channel::*;

pub const CHANNELS: [Channel; 11] =
    [PaidSearch, PaidSocial, Display, OrganicSearch, Social, Email, Webinar, Referral, Direct, TradeShow, Unknown];

/// What a channel's people are like. Weights are relative, the rest per mille.
pub struct Character {
    pub key: &'static str,
    /// How often a person's way begins here: outside China, in China; then visitors without a name.
    pub people: [u64; 2],
    pub crowd: u64,
    /// How often a later visit comes this way.
    pub return_visits: u64,
    pub quality: u64,
    pub contacted: u64,
    pub invalid: u64,
    /// The CRM's words, English and Chinese; the README of the demo lists them.
    pub words: [&'static [&'static str]; 2],
}

#[rustfmt::skip]
const CHARACTERS: [Character; 11] = [
    Character { key: "paid_search", people: [18, 20], crowd: 20, return_visits: 14, quality: 1000, contacted: 740, invalid: 100, words: [&["Google Ads", "google ads", "Paid Search", "Google Ads "], &["百度推广", "搜索推广"]] },
    Character { key: "paid_social", people: [14, 3], crowd: 9, return_visits: 6, quality: 800, contacted: 660, invalid: 140, words: [&["LinkedIn Ads", "Paid Social"], &["领英广告"]] },
    Character { key: "display", people: [10, 12], crowd: 22, return_visits: 10, quality: 350, contacted: 450, invalid: 300, words: [&["Display", "Banner"], &["展示广告"]] },
    Character { key: "organic_search", people: [20, 20], crowd: 24, return_visits: 16, quality: 1100, contacted: 750, invalid: 80, words: [&["Organic Search", "SEO"], &["自然搜索"]] },
    Character { key: "organic_social", people: [5, 15], crowd: 9, return_visits: 8, quality: 700, contacted: 640, invalid: 100, words: [&["WeChat", "Social"], &["微信公众号", "社交媒体"]] },
    Character { key: "email", people: [5, 4], crowd: 2, return_visits: 18, quality: 1200, contacted: 780, invalid: 50, words: [&["Email", "Newsletter"], &["邮件营销"]] },
    Character { key: "webinar", people: [8, 8], crowd: 2, return_visits: 8, quality: 1500, contacted: 850, invalid: 40, words: [&["Webinar"], &["线上研讨会"]] },
    Character { key: "referral", people: [9, 8], crowd: 3, return_visits: 4, quality: 1600, contacted: 900, invalid: 50, words: [&["Referral", "Partner"], &["合作伙伴", "老客户推荐"]] },
    Character { key: "direct", people: [6, 5], crowd: 8, return_visits: 16, quality: 1000, contacted: 700, invalid: 100, words: [&["Website", "Direct"], &["官网"]] },
    Character { key: "trade_show", people: [5, 5], crowd: 0, return_visits: 0, quality: 1200, contacted: 800, invalid: 120, words: [&["Trade Show"], &["展会"]] },
    Character { key: "unassigned", people: [0, 0], crowd: 1, return_visits: 0, quality: 800, contacted: 600, invalid: 100, words: [&["", "(not set)", "Other"], &["", "其他", "-"]] },
];

impl Channel {
    pub fn character(self) -> &'static Character {
        &CHARACTERS[self as usize]
    }

    pub fn key(self) -> &'static str {
        self.character().key
    }

    pub fn is_paid(self) -> bool {
        matches!(self, PaidSearch | PaidSocial | Display)
    }

    pub fn of_person(dice: &mut Dice, chinese: bool) -> Channel {
        CHANNELS[dice.weighted(&CHARACTERS.each_ref().map(|character| character.people[usize::from(chinese)]))]
    }

    pub fn of_crowd(dice: &mut Dice) -> Channel {
        CHANNELS[dice.weighted(&CHARACTERS.each_ref().map(|character| character.crowd))]
    }

    pub fn of_return(dice: &mut Dice) -> Channel {
        CHANNELS[dice.weighted(&CHARACTERS.each_ref().map(|character| character.return_visits))]
    }
}

/// An advertised campaign: its name is the `utm_campaign` of its touches.
pub struct Campaign {
    pub platform: Platform,
    pub name: &'static str,
    pub channel: Channel,
    /// Clicks a day at 50,000 touchpoints.
    pub clicks: i64,
    /// Hundredths of the platform's currency.
    pub cost_per_click: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    Google,
    LinkedIn,
    Baidu,
}

#[rustfmt::skip]
pub const CAMPAIGNS: [Campaign; 12] = [
    Campaign { platform: Platform::Google, name: "gs_brand_en", channel: PaidSearch, clicks: 6, cost_per_click: 210 },
    Campaign { platform: Platform::Google, name: "gs_vibration_sensors_en", channel: PaidSearch, clicks: 5, cost_per_click: 780 },
    Campaign { platform: Platform::Google, name: "gs_condition_monitoring_en", channel: PaidSearch, clicks: 4, cost_per_click: 960 },
    Campaign { platform: Platform::Google, name: "gs_drucksensoren_de", channel: PaidSearch, clicks: 3, cost_per_click: 640 },
    Campaign { platform: Platform::Google, name: "gdn_retargeting", channel: Display, clicks: 14, cost_per_click: 95 },
    Campaign { platform: Platform::Google, name: "gdn_prospecting", channel: Display, clicks: 18, cost_per_click: 70 },
    Campaign { platform: Platform::LinkedIn, name: "li_abm_manufacturing", channel: PaidSocial, clicks: 5, cost_per_click: 1350 },
    Campaign { platform: Platform::LinkedIn, name: "li_whitepaper_maintenance", channel: PaidSocial, clicks: 4, cost_per_click: 1120 },
    Campaign { platform: Platform::LinkedIn, name: "li_cloud_launch", channel: PaidSocial, clicks: 3, cost_per_click: 1480 },
    Campaign { platform: Platform::Baidu, name: "品牌词", channel: PaidSearch, clicks: 8, cost_per_click: 620 },
    Campaign { platform: Platform::Baidu, name: "振动传感器", channel: PaidSearch, clicks: 7, cost_per_click: 2380 },
    Campaign { platform: Platform::Baidu, name: "预测性维护", channel: PaidSearch, clicks: 5, cost_per_click: 2950 },
];

/// How a touch of a channel is tagged.
pub struct Origin {
    /// What brought the visitor.
    pub channel: Channel,
    /// What its tags amount to by Google's rules for channels, which know nothing else.
    pub counted: Channel,
    /// Who sees it: `None` for everybody.
    chinese: Option<bool>,
    /// The only month it runs in, 1 to 6.
    month: Option<i64>,
    weight: u64,
    pub source: &'static str,
    pub medium: &'static str,
    pub campaign: String,
    pub referrer: &'static str,
}

pub static ORIGINS: LazyLock<Vec<Origin>> = LazyLock::new(|| {
    let mut origins = advertised();
    for month in 1..=6 {
        for (medium, weight) in [("email", 6), ("Email", 1)] {
            let campaign = format!("nl_2026_{month:02}");
            origins.push(Origin { month: Some(month), weight, ..tagged(Email, None, "newsletter", medium, campaign) });
        }
        let campaign = format!("wb_2026_{month:02}_predictive_maintenance");
        origins.push(Origin { month: Some(month), ..tagged(Webinar, None, "webinar", "webinar", campaign) });
    }
    origins.push(tagged(Social, Some(true), "wechat", "social", "wx_article".into()));
    origins.push(tagged(Social, Some(false), "linkedin", "social", "(not set)".into()));
    origins.push(tagged(Referral, None, "partner_portal", "referral", "(not set)".into()));
    for (channel, chinese, weight, referrer) in UNTAGGED {
        origins.push(Origin { chinese, weight, referrer, ..tagged(channel, None, "", "", String::new()) });
    }
    origins.push(Origin { weight: 2, ..tagged(Direct, None, "(direct)", "(none)", "(not set)".into()) });
    origins.push(Origin { weight: 2, ..tagged(Direct, None, "(not set)", "(not set)", "(not set)".into()) });
    // A search engine without a medium counts as organic search, a social network as organic social.
    origins.push(Origin { counted: OrganicSearch, ..tagged(Unknown, None, "google", "(not set)", String::new()) });
    origins.push(Origin { counted: Social, ..tagged(Unknown, None, "xing", "post", "spring_2026".into()) });
    origins
});

#[rustfmt::skip]
const UNTAGGED: [(Channel, Option<bool>, u64, &str); 11] = [
    (OrganicSearch, Some(false), 6, "https://www.google.com/"),
    (OrganicSearch, Some(false), 1, "https://www.bing.com/"),
    (OrganicSearch, Some(true), 6, "https://www.baidu.com/"),
    (OrganicSearch, Some(true), 1, "https://www.sogou.com/"),
    (Social, Some(true), 2, "https://mp.weixin.qq.com/"),
    (Social, Some(true), 1, "https://www.zhihu.com/question/sensors"),
    (Social, Some(false), 1, "https://www.linkedin.com/"),
    (Referral, Some(true), 2, "https://gongkong-portal.example/zhuanti/chuanganqi"),
    (Referral, Some(false), 2, "https://automation-weekly.example/reviews/quillon"),
    (Referral, None, 1, "https://integrator-guild.example/partners"),
    (Direct, None, 6, ""),
];

fn advertised() -> Vec<Origin> {
    let mut origins = Vec::new();
    for campaign in &CAMPAIGNS {
        let (chinese, spellings): (Option<bool>, [(&str, &str, u64); 2]) = match (campaign.platform, campaign.channel) {
            (Platform::Google, Display) => (None, [("google", "display", 6), ("gdn", "cpm", 2)]),
            (Platform::Google, _) => (Some(false), [("google", "cpc", 7), ("Google", "CPC", 1)]),
            (Platform::LinkedIn, _) => (None, [("linkedin", "paid_social", 6), ("LinkedIn", "paid-social", 1)]),
            (Platform::Baidu, _) => (Some(true), [("baidu", "cpc", 7), ("baidu", "ppc", 1)]),
        };
        for (source, medium, weight) in spellings {
            let origin = tagged(campaign.channel, chinese, source, medium, campaign.name.into());
            origins.push(Origin { weight: weight * campaign.clicks as u64, ..origin });
        }
    }
    origins
}

fn tagged(channel: Channel, chinese: Option<bool>, source: &'static str, medium: &'static str, campaign: String) -> Origin {
    Origin { channel, counted: channel, chinese, month: None, weight: 1, source, medium, campaign, referrer: "" }
}

/// The place in [`ORIGINS`] of a way in that `channel` has for this visitor in this month.
pub fn origin(dice: &mut Dice, channel: Channel, chinese: bool, month: i64) -> u16 {
    let fits = |origin: &Origin| {
        origin.channel == channel && origin.chinese.is_none_or(|only| only == chinese) && origin.month.is_none_or(|only| only == month)
    };
    let total = ORIGINS.iter().filter(|origin| fits(origin)).map(|origin| origin.weight).sum();
    let mut rest = dice.below(total);
    let place = ORIGINS.iter().position(|origin| {
        let weight = if fits(origin) { origin.weight } else { 0 };
        let here = rest < weight;
        rest -= weight.min(rest);
        here
    });
    place.expect("the draw is below the sum of the weights") as u16
}
