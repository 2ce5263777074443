//! Nothing is left for later where a person would meet it, and no test is switched off.

use crate::repository::{self, Source};

/// Text, the endings it is looked for in, and what to do instead. Split, so that this file does not say the words itself.
const WORDS: [(&str, &[&str], &str); 9] = [
    (concat!("to", "do!("), &[".rs"], "write it"),
    (concat!("unimpl", "emented!("), &[".rs"], "write it"),
    (
        concat!("#[ign", "ore"),
        &[".rs"],
        "mend the test, or name it soak_… if it is long",
    ),
    (
        concat!("test.", "skip("),
        &[".ts", ".tsx", ".mjs"],
        "mend the test",
    ),
    (
        concat!("it.", "skip("),
        &[".ts", ".tsx", ".mjs"],
        "mend the test",
    ),
    (
        concat!("describe.", "skip("),
        &[".ts", ".tsx", ".mjs"],
        "mend the test",
    ),
    (
        concat!("test.", "only("),
        &[".ts", ".tsx", ".mjs"],
        "run all tests again",
    ),
    (
        concat!("it.", "only("),
        &[".ts", ".tsx", ".mjs"],
        "run all tests again",
    ),
    (
        concat!("describe.", "only("),
        &[".ts", ".tsx", ".mjs"],
        "run all tests again",
    ),
];

fn problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources {
        let words = WORDS
            .iter()
            .filter(|(_, endings, _)| endings.iter().any(|end| source.path.ends_with(end)));
        for (word, _, instead) in words {
            for (number, _) in source.code_lines().filter(|(_, line)| line.contains(word)) {
                problems.push(format!("{}:{number} has {word}…: {instead}", source.path));
            }
        }
    }
    problems
}

#[test]
fn nothing_is_a_stub_and_no_test_is_off() {
    repository::hold(&problems(&repository::sources(&[
        ".rs", ".ts", ".tsx", ".mjs",
    ])));
}

#[test]
fn stubs_and_tests_that_are_off_are_told() {
    let body = WORDS.map(|(word, _, _)| word).join("\n");
    assert_eq!(problems(&[Source::of("a.rs", &body)]).len(), 3);
    assert_eq!(problems(&[Source::of("a.test.ts", &body)]).len(), 6);
    assert_eq!(
        problems(&[Source::of("a.rs", "lines.skip(1) // fine")]).len(),
        0
    );
}
