//! Ten minutes of made-up bytes for each target, and one run with a bound taken away, which must be found.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

#[test]
fn soak_ten_minutes_of_made_up_bytes_for_each_target_find_nothing_but_a_missing_bound() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/dev/fuzz.sh");
    let run = Command::new(script)
        .args(["all", "600"])
        .output()
        .expect("bash runs");
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    for line in said.lines().filter(|line| line.starts_with("fuzz")) {
        writeln!(std::io::stdout(), "soak: {line}").expect("the report is written");
    }
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}\n{complaint}");
}
