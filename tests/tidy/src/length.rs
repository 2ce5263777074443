//! A file fits into a reader's head: at most 400 lines, unless a tool wrote it.

use crate::repository::{self, Source};

const LIMIT_LINES: usize = 400;

fn problems(sources: &[Source]) -> Vec<String> {
    let count = |source: &Source| source.text.lines().count();
    sources
        .iter()
        .filter(|source| !source.is_generated() && LIMIT_LINES < count(source))
        .map(|source| {
            let lines = count(source);
            format!(
                "{} has {lines} lines, {LIMIT_LINES} are the limit: split it",
                source.path
            )
        })
        .collect()
}

#[test]
fn no_file_is_longer_than_a_reader_likes() {
    repository::hold(&problems(&repository::sources(&[".rs", ".ts", ".tsx"])));
}

#[test]
fn a_long_file_is_told() {
    let at_limit = Source::of("a.rs", &"x\n".repeat(LIMIT_LINES));
    let past_limit = Source::of("b.rs", &"x\n".repeat(LIMIT_LINES + 1));
    let generated = Source::of("api.generated.ts", &past_limit.text);
    let told = problems(&[at_limit, past_limit, generated]);
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("b.rs has 401 lines"));
}
