//! Rows are read under `store/`: elsewhere nobody knows that there is sea-orm, so no query lacks its tenant unseen.

use crate::repository::{self, Source};

/// Crates whose whole matter is the store: ids as columns, connections, tables.
const STORE_CRATES: &[&str] = &[
    "crates/domain/",
    "crates/store-kit/",
    "migrations/",
    "tests/tidy/",
];

fn problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|source| !may_see_rows(&source.path)) {
        for (number, _) in source
            .code_lines()
            .filter(|(_, line)| line.contains("sea_orm"))
        {
            let path = &source.path;
            problems.push(format!(
                "{path}:{number} uses sea_orm: move the query under store/"
            ));
        }
    }
    problems
}

fn may_see_rows(path: &str) -> bool {
    path.contains("/store/")
        || path.ends_with("/store.rs")
        // A test may look, or break something, behind the store's back.
        || path.contains("/tests/")
        || STORE_CRATES.iter().any(|owner| path.starts_with(owner))
}

#[test]
fn sea_orm_stays_under_store() {
    repository::hold(&problems(&repository::sources(&[".rs"])));
}

#[test]
fn a_query_outside_of_store_is_told() {
    let query = "use sea_orm::EntityTrait;";
    let told = problems(&[
        Source::of("services/tenant/src/routes/keys.rs", query),
        Source::of("services/tenant/src/store/keys.rs", query),
        Source::of("services/tenant/src/api_keys.rs", "// not sea_orm"),
        Source::of("services/tenant/tests/it/main.rs", query),
        Source::of(
            "migrations/src/tenant.rs",
            "use sea_orm_migration::prelude::*;",
        ),
    ]);
    assert_eq!(
        told,
        ["services/tenant/src/routes/keys.rs:1 uses sea_orm: move the query under store/"]
    );
}
