//! One moving line on a terminal: what is being read or built now. Silent anywhere else.

use crate::report::TableReport;
use crate::run::Observer;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

pub struct Progress(Option<ProgressBar>);

impl Progress {
    pub fn new(terminal: bool) -> Progress {
        if !terminal {
            return Progress(None);
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed:>4} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress(Some(bar))
    }

    /// Clears the line.
    pub fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }

    fn say(&self, text: String) {
        if let Some(bar) = &self.0 {
            bar.set_message(text);
        }
    }
}

impl Observer for Progress {
    fn reading(&self, table: &str, object: &str, bytes: u64) {
        self.say(format!("reading {table}: {object} ({:.1} MB)", bytes as f64 / 1e6));
    }

    fn building(&self, table: &str, why: &str) {
        self.say(format!("building {table} ({why})"));
    }

    fn built(&self, report: &TableReport) {
        if let Some(bar) = self.0.as_ref().filter(|_| !report.reused) {
            let account = &report.account;
            let dropped: u64 = account.dropped.values().sum::<u64>() + account.rejects;
            let left_out = if dropped == 0 { String::new() } else { format!(", {dropped} left out") };
            bar.println(format!("  {:<40} {:>10} rows{left_out}  {:.2} s  {}", report.table, account.rows_out, report.seconds, report.why));
        }
    }

    fn checking(&self) {
        self.say("checking".into());
    }

    fn publishing(&self, marts: usize) {
        self.say(format!("publishing {marts} marts"));
    }
}
