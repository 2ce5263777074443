//! OKdokument: every service in one process, or some of them, by `serve --only`. The program that a newcomer runs.

mod cli;
mod demo;
mod evidence;
mod evidence_key;
mod metrics;
mod openapi;
mod operator;
mod own_url;
mod pdf_workers;
mod ready;
mod seals;
mod secrets;
mod serve;
mod settings;
mod signing_config;
mod trusted_roots;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

/// The first argument of the child that becomes LibreOffice; none of the command line, since nobody calls it by hand.
const OFFICE_CONVERTER: &str = "office-converter";

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let Some((first, rest)) = given.split_first()
        && first == OFFICE_CONVERTER
    {
        // Before any thread: walls are put around the thread that asks for them.
        return office_converter::child(rest);
    }
    let arguments = cli::Arguments::parse();
    if arguments.is_pdf_worker() {
        // Before there is a runtime: it gives up its rights, threads among them.
        return pdf_worker::main();
    }
    run(arguments)
}

#[tokio::main]
async fn run(arguments: cli::Arguments) -> ExitCode {
    match cli::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One clear line a fault, causes behind it; where standard error is closed nobody can be told.
            let _told = writeln!(std::io::stderr(), "okdokument: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// An error and its causes in one line each fault.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_line = inner.to_string();
        if !line.contains(&inner_line) {
            line = format!("{line}: {inner_line}");
        }
        cause = inner.source();
    }
    line
}
