//! Names come from the glossary: a file says what is in it, so none is called after nothing in particular.

use crate::repository;

const GLOSSARY: &str = "docs/glossary.md";
/// A drawer into which anything fits.
const DRAWERS: &[&str] = &[
    "utils", "util", "common", "helpers", "helper", "manager", "misc",
];

fn problems(paths: &[String]) -> Vec<String> {
    let is_drawer = |part: &str| DRAWERS.contains(&part.split('.').next().unwrap_or(part));
    let drawers = paths
        .iter()
        .filter(|path| path.split('/').any(is_drawer))
        .map(|path| format!("{path}: name it for what it holds, with a word from {GLOSSARY}"));
    let glossary = (!paths.iter().any(|path| path == GLOSSARY))
        .then(|| format!("{GLOSSARY} is missing: it is where the words of the code come from"));
    drawers.chain(glossary).collect()
}

#[test]
fn there_is_a_glossary_and_no_drawer_for_anything() {
    repository::hold(&problems(&repository::paths()));
}

#[test]
fn a_drawer_and_a_missing_glossary_are_told() {
    let told = problems(&["services/a/src/utils.rs".to_owned(), "README.md".to_owned()]);
    assert!(told[0].starts_with("services/a/src/utils.rs: name it"));
    assert!(told[1].starts_with("docs/glossary.md is missing"));
}
