//! Strangers' PDFs are read in jailed workers only: a service knows the engine's types and calls none of its work.

use crate::repository::{self, Source};

/// What is safe anywhere: it reads no file, or makes one of our own.
const HARMLESS: &[&str] = &["unwritable_character", "sample", "ink", "limits", "report"];

fn problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources
        .iter()
        .filter(|source| is_of_a_service(&source.path))
    {
        for (number, line) in source.code_lines() {
            let works = line.split("pdf::").skip(1).any(|after| !is_harmless(after));
            if works {
                let path = &source.path;
                problems.push(format!(
                    "{path}:{number} calls the engine in the service's own process: make it a job of crates/pdf-worker"
                ));
            }
        }
    }
    problems
}

/// Tests judge what they got; they may read it.
fn is_of_a_service(path: &str) -> bool {
    path.starts_with("services/") && !path.contains("/tests/") && !path.ends_with("/tests.rs")
}

/// A type, a list of types, or a name of the harmless ones.
fn is_harmless(after: &str) -> bool {
    let name: String = after
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    let begins_as_type = |name: &str| name.chars().next().is_some_and(|c| c.is_ascii_uppercase());
    if name.is_empty() {
        // `pdf::{A, B, c}`: each of the names.
        return after
            .trim_start_matches('{')
            .split(['}', ';'])
            .next()
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .all(|one| begins_as_type(one) || HARMLESS.iter().any(|name| one.starts_with(name)));
    }
    begins_as_type(&name) || HARMLESS.contains(&name.as_str())
}

#[test]
fn no_service_reads_a_pdf_in_its_own_process() {
    repository::hold(&problems(&repository::sources(&[".rs"])));
}

#[test]
fn work_of_the_engine_in_a_service_is_told() {
    let told = problems(&[
        Source::of(
            "services/signing/src/a.rs",
            "let x = pdf::inspect(&bytes)?;",
        ),
        Source::of("services/signing/src/b.rs", "use pdf::{Inspected, ingest};"),
        Source::of(
            "services/signing/src/c.rs",
            "use pdf::{Inspected, Refusal};",
        ),
        Source::of("services/signing/src/d.rs", "pdf::sample::contract(\"x\")"),
        Source::of("services/signing/src/e.rs", "fn f(x: &pdf::Inspected) {}"),
        Source::of("services/signing/tests/it/f.rs", "pdf::verify(&bytes)"),
        Source::of("services/signing/src/h/tests.rs", "pdf::verify(&bytes)"),
        Source::of("crates/pdf-worker/src/g.rs", "pdf::verify(&bytes)"),
    ]);
    let place = |path: &str| {
        format!(
            "services/signing/src/{path}:1 calls the engine in the service's own process: make it a job of crates/pdf-worker"
        )
    };
    assert_eq!(told, [place("a.rs"), place("b.rs")]);
}
