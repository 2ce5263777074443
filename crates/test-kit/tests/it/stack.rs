//! The stack's own machinery, without the product: a program that only says that it is ready.

use test_kit::{Shape, Stack};

/// Stands in for the program in this test of the kit: prints its settings and the ready line, and drains on SIGTERM.
const PROGRAM: &str = r#"#!/bin/sh
trap 'echo drained; exit 0' TERM
echo "args $* api $OKD_API_ADDR secret ${OKD_MASTER_SECRET:+set} extra $OKD_EXTRA stray $OKD_PYHANKO"
echo "ready as $$"
while :; do sleep 0.05; done
"#;

#[tokio::test]
async fn a_stack_starts_kills_restarts_and_stops_its_processes() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("okdokument");
    std::fs::write(&program, PROGRAM).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("allowed");

    let mut stack = Stack::of(Shape::FourSqlite)
        .program(&program)
        .setting("OKD_EXTRA", "yes")
        .start()
        .await;
    assert_eq!(stack.process_names().len(), 5);
    let said = stack.said("billing");
    let api = stack.api().trim_start_matches("http://").to_owned();
    assert!(said.starts_with(&format!(
        "args serve --only billing api {api} secret set extra yes"
    )));
    assert!(
        said.lines()
            .next()
            .is_some_and(|line| line.ends_with("stray ")),
        "{said}"
    );

    let before = stack.process_id("signing");
    stack.kill("signing");
    stack.restart("signing").await;
    assert_ne!(stack.process_id("signing"), before);
    stack.stop().await;
}
