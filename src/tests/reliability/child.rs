//! A run in a process of its own, which may be killed: this test binary once more, told by its environment to be `sluice`.

use crate::store::fault::{Fault, Plan, disturb};
use std::process::{Child, Command, ExitStatus, Stdio};

/// The arguments, as JSON.
const ARGUMENTS: &str = "SLUICE_TEST_CHILD";
/// `7 KilledBefore`: what happens to which step of its stores.
const FAULT: &str = "SLUICE_TEST_CHILD_FAULT";

/// No test: what [`command`] starts.
#[test]
fn child() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return };
    let arguments: Vec<String> = serde_json::from_str(&arguments).unwrap();
    let fault = std::env::var(FAULT).ok().map(|told| {
        let (step, fault) = told.split_once(' ').unwrap();
        let fault = Fault::ALL.into_iter().find(|known| format!("{known:?}") == fault).unwrap();
        disturb("file:", &Plan::aborting_at(step.parse().unwrap(), fault))
    });
    let code = crate::cli::run(arguments, &mut std::io::stdout(), &mut std::io::stderr());
    drop(fault);
    std::process::exit(code);
}

/// Ready to be started, with its messages kept.
pub fn command(arguments: &[String]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "tests::reliability::child::child", "--nocapture", "--quiet"]);
    command.env(ARGUMENTS, serde_json::to_string(arguments).unwrap()).env_remove("SLUICE_LOG");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

pub fn with_fault(arguments: &[String], step: usize, fault: Fault) -> Command {
    let mut command = command(arguments);
    command.env(FAULT, format!("{step} {fault:?}"));
    command
}

/// Waits for its end: how, and what it said.
pub fn end(child: Child) -> (ExitStatus, String) {
    let output = child.wait_with_output().unwrap();
    (output.status, String::from_utf8_lossy(&output.stderr).into_owned())
}
