//! Rows wait here until their day comes, so that every file is in the order of events while memory holds only what is under way.

use super::books::Books;
use super::calendar::{DAY, DAYS, END, START};
use super::files::{Files, Rows, Target};
use super::touches::{Spoiler, Touch};
use std::io;
use std::path::Path;

pub struct Queue {
    /// By day; within one, in the order they came.
    waiting: Vec<Vec<Waiting>>,
    /// The first day that is not delivered yet.
    today: usize,
    files: Files,
    spoiler: Spoiler,
    /// Touch rows accepted so far.
    pub touches: u64,
}

enum Row {
    Touch(Touch),
    Line(Target, Box<str>),
    /// A broken row and what is wrong with it.
    Broken(Target, &'static str, Box<[u8]>),
}

struct Waiting {
    at: i64,
    row: Row,
}

impl Queue {
    pub fn open(out: &Path, compress: bool) -> io::Result<Queue> {
        let files = Files::open(out, compress)?;
        let waiting = (0..DAYS).map(|_| Vec::new()).collect();
        Ok(Queue { waiting, today: 0, files, spoiler: Spoiler::default(), touches: 0 })
    }

    /// A touch as its file will show it at `delivered`; nothing is delivered after the end.
    pub fn touch(&mut self, delivered: i64, touch: Touch) {
        if delivered < END {
            self.touches += 1;
            self.push(delivered, Row::Touch(touch));
        }
    }

    /// A finished line (or lines, where a quoted field has newlines) of another file.
    pub fn line(&mut self, at: i64, target: Target, line: String) {
        debug_assert!(at < END, "callers leave out what is not known at the end");
        self.push(at, Row::Line(target, line.into_boxed_str()));
    }

    pub fn broken(&mut self, at: i64, target: Target, reason: &'static str, line: Vec<u8>) {
        if at < END {
            self.push(at, Row::Broken(target, reason, line.into_boxed_slice()));
        }
    }

    fn push(&mut self, at: i64, row: Row) {
        let day = ((at - START) / DAY) as usize;
        debug_assert!(day >= self.today, "nobody adds to a day that is over");
        self.waiting[day].push(Waiting { at, row });
    }

    /// Writes the days before that of `until`, each sorted by time; of one moment, first come, first served.
    pub fn deliver_days_before(&mut self, until: i64, books: &mut Books) -> io::Result<()> {
        let until = ((until - START) / DAY) as usize;
        for day in self.today..until {
            let mut rows = std::mem::take(&mut self.waiting[day]);
            rows.sort_by_key(|row| row.at);
            for Waiting { at, row } in rows {
                self.deliver(at, row, books)?;
            }
        }
        self.today = until;
        Ok(())
    }

    fn deliver(&mut self, at: i64, row: Row, books: &mut Books) -> io::Result<()> {
        match row {
            Row::Touch(touch) => self.spoiler.write(&touch, self.files.touchpoints(at)?, books),
            Row::Line(target, line) => self.files.file(target).row(line.as_bytes()).map(drop),
            Row::Broken(target, reason, line) => {
                let file = self.files.file(target);
                let number = file.row(&line)?;
                books.reject(&file.name, reason, number);
                Ok(())
            }
        }
    }

    pub fn close(self) -> io::Result<Vec<Rows>> {
        self.files.close()
    }
}
