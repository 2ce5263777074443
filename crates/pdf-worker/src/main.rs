//! The worker as a program of its own, for tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    pdf_worker::main()
}
