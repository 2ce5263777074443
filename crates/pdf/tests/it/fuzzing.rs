//! Ten minutes of made-up bytes for each target, and one run with a bound taken away, which must be found.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// `infra/dev/fuzz.sh` with these words; its last lines go into the report.
fn fuzz(words: &[&str]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/dev/fuzz.sh");
    let run = Command::new(script)
        .args(words)
        .output()
        .expect("bash runs");
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    for line in said.lines().filter(|line| line.starts_with("fuzz")) {
        writeln!(std::io::stdout(), "soak: {line}").expect("the report is written");
    }
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}\n{complaint}");
}

#[test]
fn soak_ten_minutes_of_made_up_files() {
    fuzz(&["reader", "600"]);
}

#[test]
fn soak_ten_minutes_of_made_up_tags() {
    fuzz(&["tags", "600"]);
}

#[test]
fn soak_ten_minutes_of_made_up_signatures() {
    fuzz(&["cms", "600"]);
}

#[test]
fn soak_a_bound_that_is_taken_away_is_found_in_ten_minutes() {
    fuzz(&["demonstrate", "600"]);
}
