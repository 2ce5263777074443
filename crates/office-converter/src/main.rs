//! The child as a program of its own, for tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    office_converter::child(&arguments)
}
