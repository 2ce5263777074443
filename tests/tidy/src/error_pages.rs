//! Every error code that a caller can meet has its page `docs/errors/<code>.md`, and no page explains a code that is gone.

use std::collections::BTreeSet;

use crate::repository::{self, Source};

const TABLE: &str = "crates/http-kit/src/kind.rs";
const PAGES: &str = "docs/errors/";

fn problems(table: &Source, pages: &BTreeSet<String>) -> Vec<String> {
    let codes = codes(table);
    let missing = codes
        .difference(pages)
        .map(|code| format!("{code} has no page: write {PAGES}{code}.md (cause, what to do)"));
    let stale = pages
        .difference(&codes)
        .map(|page| format!("{PAGES}{page}.md explains a code that {TABLE} lacks: delete it"));
    missing.chain(stale).collect()
}

/// The string literals of the table that are codes.
fn codes(table: &Source) -> BTreeSet<String> {
    table
        .code_lines()
        .flat_map(|(_, line)| line.split('"').skip(1).step_by(2))
        .filter(|text| text.starts_with("err.") && !text.ends_with('.'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_error_code_has_its_page() {
    let table = repository::sources(&[TABLE])
        .pop()
        .expect("the one table of errors");
    let pages = repository::paths()
        .iter()
        .filter_map(|path| path.strip_prefix(PAGES)?.strip_suffix(".md"))
        .filter(|page| *page != "README")
        .map(str::to_owned)
        .collect();
    assert!(
        !codes(&table).is_empty(),
        "{TABLE} is no longer written as this rule reads it"
    );
    repository::hold(&problems(&table, &pages));
}

#[test]
fn a_code_without_page_and_a_page_without_code_are_told() {
    let table = Source::of(
        TABLE,
        r#"A = NOT_FOUND, "err.a", "No a."; B = GONE, "err.b", "No b.";"#,
    );
    let pages = BTreeSet::from(["err.b".to_owned(), "err.c".to_owned()]);
    let told = problems(&table, &pages);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("err.a has no page"));
    assert!(told[1].starts_with("docs/errors/err.c.md explains"));
}
