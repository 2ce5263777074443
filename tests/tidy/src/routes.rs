//! Routes are services: `utoipa` sees `.service(handler)` only, so a `.route("/x", …)` is missing from the contract.

use crate::repository::{self, Source};

fn problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|source| is_served(&source.path)) {
        for (at, call) in source.text.match_indices(".route(") {
            let argument = source.text[at + call.len()..].trim_start();
            if argument.starts_with('"') {
                let line = source.text[..at].lines().count();
                problems.push(format!(
                    "{}:{line} adds a path by .route: write a handler with #[get] and add it by .service",
                    source.path
                ));
            }
        }
    }
    problems
}

fn is_served(path: &str) -> bool {
    path.starts_with("services/") && !path.contains("/tests/") && !path.ends_with("tests.rs")
}

#[test]
fn every_path_is_added_as_a_service() {
    repository::hold(&problems(&repository::sources(&[".rs"])));
}

#[test]
fn a_path_added_by_route_is_told() {
    let told = problems(&[
        Source::of(
            "services/a/src/routes.rs",
            "app\n    .route(\n  \"/x\", web::get().to(x))",
        ),
        Source::of(
            "services/a/src/routes/ok.rs",
            "app.service(revoke); router.route(&parts)",
        ),
        Source::of(
            "services/a/tests/it/main.rs",
            "app.route(\"/x\", web::get().to(x))",
        ),
    ]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("services/a/src/routes.rs:2 adds a path by .route"));
}
