//! Lead records of invented people, seeded, with the answer which of them are one person's.
//!
//! After FEBRL's and GeCo's generators (Christen: "Probabilistic data generation for deduplication and data linkage", IDEAL 2005; Christen and
//! Vatsalan: "Flexible and extensible generation and corruption of personal data", CIKM 2013): originals from frequency tables, then further
//! records of some of them, each with a number of errors drawn by kind and field: typing, hearing, missing and swapped values, other spellings.
//! Added to theirs is what lead lists are full of: two scripts, mailboxes and lines that many share, changes of job, forms of company names;
//! and people who resemble each other without being one ([`population`]).
//!
//! The lines are shuffled before they are numbered, so neither a record's number nor its place tells whose it is.
//! Left out: wrong facts on purpose (fraud), errors that depend on who typed the record.

#[allow(dead_code, reason = "the demo company has more ways to tell a time")]
#[path = "../generate/calendar.rs"]
mod calendar;
#[allow(dead_code, reason = "the demo company has more streams")]
#[path = "../generate/dice.rs"]
mod dice;
mod employers;
mod errors;
#[allow(dead_code, reason = "only the lines are made the same way")]
#[path = "../generate/files.rs"]
mod files;
mod han;
mod latin;
mod looks;
mod mailboxes;
#[allow(dead_code, reason = "people have longer lists of names")]
#[path = "../generate/names.rs"]
mod names;
mod persons;
mod phones;
mod places;
mod population;
mod records;
mod typing;

use dice::Dice;
use persons::Alike;
use population::Population;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub struct Options {
    pub records: u64,
    /// How many of them are a further record of somebody.
    pub duplicates: u64,
    pub seed: u64,
}

/// A line without its number, and what is known of it.
struct Line {
    text: String,
    entity: u64,
    /// What the record suffers from, and whom its person resembles.
    errors: String,
    alike: Alike,
}

/// Further records of those who have some: one to five.
const FURTHER: [u64; 5] = [66, 20, 8, 4, 2];

/// Writes `records.csv` and `truth.csv` into `out`, and the kinds of error where they are asked for.
pub fn generate(options: &Options, out: &Path, kinds: Option<&Path>) -> io::Result<()> {
    let dice = &mut Dice::new(options.seed, dice::CROWD);
    let people = options.records - options.duplicates;
    let further = further(dice, people, options.duplicates);
    let mut lines = Vec::with_capacity(options.records as usize);
    let mut population = Population::found(options.seed, people);
    while let Some((mut dice, people)) = population.next_group() {
        for person in people {
            for copy in 0..=further[person.number as usize] {
                let mut look = looks::first(&mut dice, &person);
                if copy > 0 {
                    errors::inflict(&mut dice, &person, &mut look);
                }
                let text = records::write(&mut dice, &population, &person, &look);
                lines.push(Line { text, entity: person.number, errors: look.errors(), alike: person.alike });
            }
        }
    }
    shuffle(dice, &mut lines);
    write(&lines, out, kinds)
}

/// For each person the number of further records; `duplicates` in all.
fn further(dice: &mut Dice, people: u64, duplicates: u64) -> Vec<u8> {
    let mut further = vec![0; people as usize];
    let mut order: Vec<usize> = (0..people as usize).collect();
    shuffle(dice, &mut order);
    let mut left = duplicates;
    for person in order.into_iter().cycle() {
        if left == 0 {
            break;
        }
        let more = (1 + dice.weighted(&FURTHER) as u64).min(left).min(FURTHER.len() as u64 - u64::from(further[person]));
        further[person] += more as u8;
        left -= more;
    }
    further
}

fn shuffle<T>(dice: &mut Dice, items: &mut [T]) {
    for place in (1..items.len()).rev() {
        items.swap(place, dice.below(place as u64 + 1) as usize);
    }
}

fn write(lines: &[Line], out: &Path, kinds: Option<&Path>) -> io::Result<()> {
    fs::create_dir_all(out)?;
    let mut records = create(&out.join("records.csv"), records::HEADER)?;
    let mut truth = create(&out.join("truth.csv"), "record,entity")?;
    let mut kinds = kinds.map(|path| create(path, "record,entity,resembles,group,errors")).transpose()?;
    for (number, line) in (1..).zip(lines) {
        writeln!(records, "{number},{}", line.text)?;
        writeln!(truth, "{number},{}", line.entity)?;
        if let Some(kinds) = &mut kinds {
            writeln!(kinds, "{number},{},{},{},{}", line.entity, line.alike.kind, line.alike.group, line.errors)?;
        }
    }
    kinds.into_iter().chain([records, truth]).try_for_each(|mut file| file.flush())
}

fn create(path: &Path, header: &str) -> io::Result<BufWriter<File>> {
    let mut file = BufWriter::with_capacity(1 << 18, File::create(path)?);
    writeln!(file, "{header}")?;
    Ok(file)
}
