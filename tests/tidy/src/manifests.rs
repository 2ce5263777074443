//! Every manifest takes its lints, licence and versions from the root: one place to change each.

use toml::{Table, Value};

use crate::repository::{self, Source};

const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

fn problems(manifest: &Source) -> Vec<String> {
    let path = &manifest.path;
    let table: Table = match manifest.text.parse() {
        Ok(table) => table,
        Err(error) => return vec![format!("{path}: {error}")],
    };
    let mut problems = Vec::new();
    if !inherits(table.get("lints")) {
        problems.push(format!("{path}: add [lints] workspace = true"));
    }
    for key in INHERITED {
        if !inherits(table.get("package").and_then(|package| package.get(key))) {
            problems.push(format!("{path}: write {key}.workspace = true"));
        }
    }
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let needed = table
            .get(kind)
            .and_then(Value::as_table)
            .into_iter()
            .flatten();
        for (name, _) in needed.filter(|(_, value)| !inherits(Some(value))) {
            problems.push(format!(
                "{path}: {name} has its version here; put it in the root manifest"
            ));
        }
    }
    problems
}

fn inherits(value: Option<&Value>) -> bool {
    value
        .and_then(|value| value.get("workspace"))
        .and_then(Value::as_bool)
        == Some(true)
}

#[test]
fn manifests_inherit_from_the_root() {
    let manifests = repository::sources(&["/Cargo.toml"]);
    // A workspace of its own: it is built by other flags than everything else.
    let ours = manifests
        .iter()
        .filter(|manifest| !manifest.path.starts_with("fuzz/"));
    let problems: Vec<String> = ours.flat_map(problems).collect();
    repository::hold(&problems);
}

#[test]
fn a_manifest_that_goes_its_own_way_is_told() {
    let text = "[package]\nname = \"a\"\n[dependencies]\nserde = \"1\"\ndomain.workspace = true\n";
    let told = problems(&Source::of("a/Cargo.toml", text));
    assert_eq!(told.len(), 1 + INHERITED.len() + 1, "{told:?}");
    assert_eq!(told[0], "a/Cargo.toml: add [lints] workspace = true");
    assert_eq!(
        told[6],
        "a/Cargo.toml: serde has its version here; put it in the root manifest"
    );
}
