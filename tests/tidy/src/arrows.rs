//! Who may import whom (house style 3.1, ARCHITECTURE.md). A new arrow is a decision: add it here with the reason.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::repository;

/// Techniques, and of our nouns only domain's.
const KITS: &[&str] = &[
    "domain",
    "http-kit",
    "internal-auth",
    "store-kit",
    "telemetry",
];
/// What a test of any crate may use on top.
const TESTS_ONLY: &[&str] = &["stripe-sandbox", "test-kit"];

/// A crate, and what it may depend on, in groups. Services never import each other. A `client-*` crate holds the words its
/// service speaks, so a service imports its own besides those it calls; the other way round of a call goes by event, so
/// signing and tenant know no other service's client, and the calls have no circle.
const ARROWS: &[(&str, &[&[&str]])] = &[
    ("domain", &[]),
    ("telemetry", &[]),
    ("internal-auth", &[&["domain"]]),
    // A task is spawned by telemetry, named and traced; telemetry itself imports nobody.
    ("store-kit", &[&["domain", "telemetry"]]),
    ("http-kit", &[&["domain", "internal-auth", "telemetry"]]),
    (
        "service-client",
        &[&["domain", "internal-auth", "telemetry"]],
    ),
    (
        "client-billing",
        &[&["domain", "internal-auth", "service-client", "telemetry"]],
    ),
    (
        "client-signing",
        &[&["domain", "internal-auth", "service-client", "telemetry"]],
    ),
    (
        "client-tenant",
        &[&["domain", "internal-auth", "service-client", "telemetry"]],
    ),
    // The engine and the seals know no HTTP, table or tenant.
    ("pki", &[&["domain"]]),
    ("pdf", &[&["domain", "pki"]]),
    // Draws what it is told; knows no record.
    ("audit-page", &[]),
    // A technique: a process with walls. What is worked on in it is the engine's, in the worker.
    ("jail", &[]),
    ("office-converter", &[&["jail"]]),
    // A technique: it knows addresses and mail servers, not what is written to whom.
    ("mail", &[&["domain"]]),
    ("pdf-worker", &[&["domain", "jail", "pdf", "pki"]]),
    // A technique: a provider's HTTP API. What is sent is signing's to say.
    ("sms", &[]),
    // Whoever seals writes it, whoever examines a file reads it: it knows neither PDF nor store.
    ("evidence", &[&["domain"]]),
    // Never a service's entities: a migration must not change when an entity does.
    ("migrations", &[&["store-kit"]]),
    (
        "gateway",
        &[
            KITS,
            &[
                "service-client",
                "client-billing",
                "client-signing",
                "client-tenant",
            ],
        ],
    ),
    // It asks signing, the witness; of tenants it hears by their events.
    (
        "billing",
        &[
            KITS,
            &[
                "migrations",
                "service-client",
                "client-billing",
                "client-signing",
            ],
        ],
    ),
    // It calls nobody of ours, so it has no transport either.
    (
        "signing",
        &[
            KITS,
            &[
                "audit-page",
                "migrations",
                "client-signing",
                "evidence",
                "mail",
                "office-converter",
                "pdf",
                "pdf-worker",
                "pki",
                "sms",
            ],
        ],
    ),
    // The transport carries its events to their subscribers.
    (
        "tenant",
        &[
            KITS,
            &["mail", "migrations", "service-client", "client-tenant"],
        ],
    ),
    // A server of its own, for development and tests; it knows Stripe, not us.
    ("stripe-sandbox", &[&["domain", "http-kit", "telemetry"]]),
    (
        "okdokument",
        &[
            KITS,
            &[
                "billing",
                "gateway",
                "signing",
                "tenant",
                "stripe-sandbox",
                "migrations",
                "evidence",
                "mail",
                "office-converter",
                "pdf",
                "pdf-worker",
                "pki",
                "sms",
            ],
            &[
                "client-billing",
                "client-signing",
                "client-tenant",
                "service-client",
            ],
        ],
    ),
    ("test-kit", &[]),
    ("e2e", &[KITS, TESTS_ONLY]),
    ("tidy", &[]),
];

/// One dependency between two of our crates.
struct Arrow {
    from: String,
    to: String,
    in_tests: bool,
}

fn problems(crates: &[String], arrows: &[Arrow]) -> Vec<String> {
    let row = |name: &str| {
        ARROWS
            .iter()
            .find(|(row, _)| *row == name)
            .map(|(_, allowed)| *allowed)
    };
    let strangers = crates
        .iter()
        .filter(|name| row(name).is_none())
        .map(|name| {
            format!("{name} has no row in tests/tidy/src/arrows.rs: say what it may import")
        });
    let gone = ARROWS
        .iter()
        .filter(|(row, _)| !crates.iter().any(|name| name == row))
        .map(|(row, _)| {
            format!("{row} is no crate any more: remove its row in tests/tidy/src/arrows.rs")
        });
    let wrong = arrows
        .iter()
        .filter(|arrow| !is_allowed(row(&arrow.from), arrow))
        .map(|arrow| {
            format!(
                "{} must not import {}: see ARROWS in tests/tidy/src/arrows.rs",
                arrow.from, arrow.to
            )
        });
    strangers.chain(gone).chain(wrong).collect()
}

fn is_allowed(row: Option<&[&[&str]]>, arrow: &Arrow) -> bool {
    let in_row = row
        .unwrap_or_default()
        .iter()
        .any(|group| group.contains(&arrow.to.as_str()));
    let for_tests = [KITS, TESTS_ONLY]
        .iter()
        .any(|group| group.contains(&arrow.to.as_str()));
    in_row || (arrow.in_tests && for_tests)
}

#[test]
fn crates_import_only_along_the_arrows() {
    let manifest = repository::root().join("Cargo.toml");
    let metadata = MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .expect("cargo");
    let crates: BTreeSet<String> = metadata
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let arrows: Vec<Arrow> = metadata
        .packages
        .iter()
        .flat_map(|package| {
            package
                .dependencies
                .iter()
                .map(move |needed| (package, needed))
        })
        .filter(|(_, needed)| crates.contains(&needed.name))
        .map(|(package, needed)| Arrow {
            from: package.name.to_string(),
            to: needed.name.clone(),
            in_tests: needed.kind == DependencyKind::Development,
        })
        .collect();
    repository::hold(&problems(&crates.into_iter().collect::<Vec<_>>(), &arrows));
}

#[cfg(test)]
mod can_fail {
    use super::*;

    fn told(from: &str, to: &str, in_tests: bool) -> Vec<String> {
        let crates: Vec<String> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
        let arrow = Arrow {
            from: from.to_owned(),
            to: to.to_owned(),
            in_tests,
        };
        problems(&crates, &[arrow])
    }

    #[test]
    fn a_service_that_imports_another_is_told() {
        assert!(told("gateway", "tenant", false)[0].starts_with("gateway must not import tenant"));
        assert_eq!(
            told("gateway", "client-tenant", false),
            Vec::<String>::new()
        );
    }

    #[test]
    fn calls_have_no_circle() {
        assert_eq!(told("signing", "client-billing", false).len(), 1);
        assert_eq!(told("signing", "service-client", false).len(), 1);
        assert_eq!(told("tenant", "client-billing", false).len(), 1);
        assert_eq!(told("domain", "telemetry", false).len(), 1);
    }

    #[test]
    fn the_test_kit_is_for_tests_only() {
        assert_eq!(told("billing", "test-kit", false).len(), 1);
        assert_eq!(told("billing", "test-kit", true), Vec::<String>::new());
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_are_told() {
        let told = problems(&["unheard-of".to_owned()], &[]);
        assert!(told[0].starts_with("unheard-of has no row"));
        assert_eq!(told.len(), 1 + ARROWS.len());
    }
}
