//! A touch, how its row is written, and the rows that are broken on the way.

use super::books::Books;
use super::calendar::push_utc;
use super::channels::ORIGINS;
use super::files::RawFile;
use encoding_rs::GB18030;
use std::fmt::Write;
use std::io;

pub const HUMANS: [&str; 7] = [
    "Chrome/126 Windows",
    "Edge/126 Windows",
    "Safari/17 macOS",
    "Safari/17 iPhone",
    "Chrome/126 Android",
    "WeChat/8.0 Android",
    "Firefox/127 Linux",
];

const BOTS: [&str; 4] = ["AhrefsBot/7.0", "Baiduspider/2.0", "HeadlessChrome/125 Linux", "site-crawler/1.4"];

pub const PAGES: [&str; 11] = [
    "/",
    "/products/vibration-sensor",
    "/products/pressure-sensor",
    "/cloud",
    "/pricing",
    "/cases",
    "/blog/predictive-maintenance",
    "/webinars",
    "/whitepaper",
    "/contact",
    "/careers",
];

pub const PRICING: u8 = 4;
pub const WEBINARS: u8 = 7;
pub const WHITEPAPER: u8 = 8;
pub const CONTACT: u8 = 9;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    PageView,
    AdClick,
    EmailClick,
    Webinar,
    Download,
    Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// Nothing known hangs on it: its row may be broken.
    Loose,
    Firm,
    /// The second delivery of a touch.
    Again,
    Bot,
    /// Its time is that of a clock set wrong.
    BadClock,
}

/// Compact, as millions of them wait in the queue.
#[derive(Clone, Copy)]
pub struct Touch {
    pub visitor: u64,
    pub ordinal: u32,
    pub at: i64,
    /// Its place in [`ORIGINS`].
    pub origin: u16,
    pub kind: Kind,
    /// Its place in [`PAGES`].
    pub page: u8,
    pub chinese: bool,
    /// Its place in [`HUMANS`], or among the bots.
    pub agent: u8,
    pub nature: Nature,
}

/// Ten hex digits that are this visitor's alone: an odd factor permutes the numbers below 2^40.
pub fn visitor_code(visitor: u64) -> u64 {
    visitor.wrapping_mul(0x9E37_79B9_7F4A_7C15) & 0xFF_FFFF_FFFF
}

impl Touch {
    fn fields(&self, line: &mut String, campaign_before: &str) {
        let origin = &ORIGINS[self.origin as usize];
        let kind = match self.kind {
            Kind::PageView => "page_view",
            Kind::AdClick => "ad_click",
            Kind::EmailClick => "email_click",
            Kind::Webinar => "webinar",
            Kind::Download => "download",
            Kind::Form => "form",
        };
        for field in [",", kind, ",", origin.source, ",", origin.medium, ",", campaign_before, &origin.campaign, ",", origin.referrer] {
            line.push_str(field);
        }
        line.push_str(",https://www.quillon.example");
        line.push_str(if self.chinese { "/zh" } else { "" });
        line.push_str(PAGES[self.page as usize]);
        line.push(',');
        line.push_str(if self.nature == Nature::Bot { BOTS[self.agent as usize % BOTS.len()] } else { HUMANS[self.agent as usize] });
    }

    fn keys(&self, line: &mut String) {
        let code = visitor_code(self.visitor);
        let _ = write!(line, "t{code:010x}-{},v{code:010x},", self.ordinal);
    }
}

/// Breaks one loose row in [`EVERY`] of each file, in turn in each of six ways.
#[derive(Default)]
pub struct Spoiler {
    line: String,
    broken: usize,
    /// Rows of the current file after which the next row breaks.
    due: u64,
}

const FIRST: u64 = 700;
/// An open quote comes every sixth time: far more than the 1,000 lines it may swallow, so that two of them never meet.
const EVERY: u64 = 1_999;

impl Spoiler {
    pub fn write(&mut self, touch: &Touch, file: &mut RawFile, books: &mut Books) -> io::Result<()> {
        if file.rows == 0 {
            self.due = FIRST;
        }
        if file.rows >= self.due && touch.nature == Nature::Loose {
            self.due = file.rows + EVERY;
            return self.spoil(touch, file, books);
        }
        self.line.clear();
        touch.keys(&mut self.line);
        push_utc(&mut self.line, touch.at);
        touch.fields(&mut self.line, "");
        file.row(self.line.as_bytes())?;
        books.touch(touch.nature, ORIGINS[touch.origin as usize].counted);
        Ok(())
    }

    fn spoil(&mut self, touch: &Touch, file: &mut RawFile, books: &mut Books) -> io::Result<()> {
        let (foreign, _, _) = GB18030.encode("振动传感器");
        let (reason, time, campaign_before, tail): (_, _, _, &[u8]) = match self.broken % 6 {
            0 => ("unterminated_quote", None, "\"spring, ", b""),
            1 => ("too_few_fields", None, "", b""),
            2 => ("bad_timestamp", Some("2026-02-30T25:61:00Z"), "", b""),
            3 => ("too_many_fields", None, "spring, summer, ", b""),
            4 => ("bad_bytes", None, "", &foreign),
            _ => ("missing_required", Some(""), "", b""),
        };
        self.broken += 1;
        self.line.clear();
        touch.keys(&mut self.line);
        match time {
            Some(wrong) => self.line.push_str(wrong),
            None => push_utc(&mut self.line, touch.at),
        }
        if reason != "too_few_fields" {
            touch.fields(&mut self.line, campaign_before);
        }
        let number = file.row(&[self.line.as_bytes(), tail].concat())?;
        books.reject(&file.name, reason, number);
        Ok(())
    }
}
