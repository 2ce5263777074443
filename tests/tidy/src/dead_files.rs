//! Every Rust file is part of a crate: a file that no `mod` names compiles never and misleads for ever.

use std::collections::BTreeMap;

use crate::repository::{self, Source};

/// Folders beside a Cargo.toml in which cargo itself finds targets.
const TARGET_FOLDERS: &[&str] = &["src/bin", "tests", "benches", "examples"];

fn problems(sources: &[Source]) -> Vec<String> {
    let texts: BTreeMap<&str, &str> = sources
        .iter()
        .map(|source| (source.path.as_str(), source.text.as_str()))
        .collect();
    texts
        .keys()
        .filter(|path| {
            !path.ends_with("Cargo.toml") && !is_root(path, &texts) && !is_named(path, &texts)
        })
        .map(|path| format!("{path} belongs to no crate: name it with `mod`, or delete it"))
        .collect()
}

/// Where a crate starts: known to cargo by its place, or by the manifest.
fn is_root(path: &str, texts: &BTreeMap<&str, &str>) -> bool {
    let (folder, file) = split(path);
    if ["lib.rs", "main.rs", "build.rs"].contains(&file) {
        return true;
    }
    let by_place = TARGET_FOLDERS.iter().any(|targets| {
        let krate = folder
            .strip_suffix(targets)
            .and_then(|rest| rest.strip_suffix('/'));
        krate.is_some_and(|krate| texts.contains_key(format!("{krate}/Cargo.toml").as_str()))
    });
    let by_manifest = || {
        path.match_indices('/').any(|(at, _)| {
            let manifest = format!("{}/Cargo.toml", &path[..at]);
            texts
                .get(manifest.as_str())
                .is_some_and(|text| text.contains(&path[at + 1..]))
        })
    };
    by_place || by_manifest()
}

/// Whether the file that should name it does.
fn is_named(path: &str, texts: &BTreeMap<&str, &str>) -> bool {
    let (folder, file) = split(path);
    let (folder, module) = match file {
        "mod.rs" => split(folder),
        file => (folder, file.trim_end_matches(".rs")),
    };
    let in_folder = ["lib.rs", "main.rs", "mod.rs"].map(|parent| format!("{folder}/{parent}"));
    let beside = format!("{folder}.rs");
    in_folder
        .iter()
        .chain([&beside])
        .filter_map(|parent| texts.get(parent.as_str()))
        .any(|text| names(text, module, file))
}

fn names(text: &str, module: &str, file: &str) -> bool {
    text.lines().map(str::trim).any(|line| {
        line.ends_with(&format!("mod {module};"))
            || (line.starts_with("#[path") && line.contains(file))
            || line.contains(&format!("include!(\"{file}\")"))
    })
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[test]
fn every_rust_file_belongs_to_a_crate() {
    repository::hold(&problems(&repository::sources(&[".rs", "Cargo.toml"])));
}

#[test]
fn a_file_that_nobody_names_is_told() {
    let told = problems(&[
        Source::of("services/a/Cargo.toml", ""),
        Source::of("services/a/src/lib.rs", "pub(crate) mod store;"),
        Source::of("services/a/src/store.rs", "mod rows;\n// mod gone;x"),
        Source::of("services/a/src/store/rows.rs", ""),
        Source::of("services/a/src/store/gone.rs", ""),
        Source::of("services/a/src/dead/mod.rs", ""),
        Source::of("services/a/tests/it/main.rs", "mod keys;"),
        Source::of("services/a/tests/it/keys.rs", ""),
        Source::of("services/a/examples/show.rs", ""),
    ]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("services/a/src/dead/mod.rs"));
    assert!(told[1].starts_with("services/a/src/store/gone.rs"));
}
