//! The raw data of a demo company, seeded: what its website, CRM, shop and ad accounts would export, with dirt in known numbers.
//!
//! People arrive one after another over half a year; each is generated whole (touches, forms, lead records, deals) from its own random
//! stream and put into a queue ordered by time, so memory holds only what is still under way. What is known about them goes into
//! [`books`], the truth that a pipeline over the files must find again. Left out: prices, stock.

mod activities;
mod books;
mod broken;
mod calendar;
mod channels;
mod closing;
mod companies;
mod deals;
mod dice;
mod files;
mod handling;
mod journeys;
mod leads;
mod names;
mod notes;
mod nurture;
mod queue;
mod records;
mod spend;
mod touches;

use books::Books;
use calendar::{DAY, END, START};
use dice::Dice;
use queue::Queue;
use std::collections::HashMap;
use std::io;
use std::path::Path;

/// The seed of `testdata/demo`.
pub const DEMO_SEED: u64 = 2026;

pub struct Options {
    /// Rows of the touchpoint files, dirt included.
    pub touchpoints: u64,
    pub seed: u64,
    /// Large files as .csv.gz.
    pub compress: bool,
}

/// The options `testdata/demo` was made with.
#[allow(dead_code, reason = "for the test that makes the packaged demo again")]
pub const DEMO: Options = Options { touchpoints: 50_000, seed: DEMO_SEED, compress: true };

/// Touchpoint rows per arriving person; the rest of them are visitors who never give a name, and bots.
const ROWS_PER_ARRIVAL: u64 = 25;

/// Writes `raw/` and `facts.csv` into `out`.
pub fn generate(options: &Options, out: &Path) -> io::Result<()> {
    let mut company = Company::open(options, out)?;
    let arrivals = (options.touchpoints / ROWS_PER_ARRIVAL).max(1);
    for arrival in 0..arrivals {
        let opens = START + ((END - START) as i128 * arrival as i128 / arrivals as i128) as i64;
        // Nothing generated from here on is earlier than the morning of this day.
        company.queue.deliver_days_before(opens, &mut company.books)?;
        leads::arrive(&mut company, arrival, opens);
        let rows_so_far = (options.touchpoints as u128 * (arrival as u128 + 1) / arrivals as u128) as u64;
        journeys::crowd(&mut company, rows_so_far, opens);
    }
    company.queue.deliver_days_before(END + DAY, &mut company.books)?;
    let rows = company.queue.close()?;
    company.books.rows(rows);
    let ads = spend::write(options, &company.rates, out)?;
    company.books.spend(ads);
    company.books.write(&out.join("facts.csv"))
}

/// All that the parts of the generator share.
pub struct Company {
    seed: u64,
    queue: Queue,
    books: Books,
    rates: spend::Rates,
    /// How many companies people work for.
    accounts: u64,
    /// When a lead's first order was, and which record bought.
    customers: Vec<(i64, String)>,
    /// Who is known of a company, by its number: when the record was made, and which.
    colleagues: HashMap<u64, Vec<(i64, String)>>,
    next: Numbers,
    /// The stream of visitors without a name.
    crowd: Dice,
}

/// The next free number of each kind of id.
#[derive(Default)]
pub struct Numbers {
    visitor: u64,
    submission: u64,
    lead: u64,
    opportunity: u64,
    order: u64,
    activity: u64,
    assignment: u64,
    quote: u64,
    payment: u64,
    invoice: u64,
    change: u64,
    task: u64,
    enrolment: u64,
}

impl Company {
    fn open(options: &Options, out: &Path) -> io::Result<Company> {
        let rates = spend::Rates::new(options.seed);
        Ok(Company {
            seed: options.seed,
            queue: Queue::open(out, options.compress)?,
            books: Books::default(),
            rates,
            customers: Vec::new(),
            colleagues: HashMap::new(),
            accounts: (options.touchpoints / ROWS_PER_ARRIVAL * 2 / 3).max(1),
            next: Numbers::default(),
            crowd: Dice::new(options.seed, dice::CROWD),
        })
    }
}

impl Numbers {
    pub fn take(number: &mut u64) -> u64 {
        *number += 1;
        *number
    }
}
