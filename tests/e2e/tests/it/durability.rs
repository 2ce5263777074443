//! A 200 is a promise: the trace of system calls shows the syncs that stand before it.

use std::process::{Command, Stdio};
use std::time::Duration;

use e2e::{Admin, Integrator};
use test_kit::Shape;

use crate::samples::pdf;
use crate::stack;

#[tokio::test]
async fn file_and_row_are_synced_before_the_200_leaves() {
    let stack = stack(Shape::OneSqlite).start().await;
    let admin = Admin::with_active_api(&stack, "owner@tatra.example").await;
    let client = admin.integrator("live").await;
    let body = Integrator::create_body(&pdf("Contract"));
    client.create(&body, None).await.unwrap();

    let trace = stack.data_dir().join("trace");
    let mut strace = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-s",
            "1024",
            "-e",
            "trace=fsync,fdatasync,write,writev,sendto,sendmsg",
            "-o",
        ])
        .arg(&trace)
        .args(["-p", &stack.process_id("okdokument").to_string()])
        .stderr(Stdio::null())
        .spawn()
        .expect("strace is installed");
    tokio::time::sleep(Duration::from_secs(2)).await;
    let created = client.create(&body, None).await.unwrap();
    assert_eq!(created.status, 200);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let stopped = Command::new("kill")
        .arg(strace.id().to_string())
        .status()
        .expect("kill is there");
    assert!(stopped.success());
    strace.wait().expect("strace ends");

    let calls = std::fs::read_to_string(&trace).expect("a trace");
    let lines: Vec<&str> = calls.lines().collect();
    let first = |from: usize, what: &str, fits: fn(&str) -> bool| {
        let found = lines
            .iter()
            .skip(from)
            .position(|line| fits(line) && line.contains(what));
        from + found.unwrap_or_else(|| panic!("no {what} from line {from} on:\n{calls}"))
    };
    let is_sync = |line: &str| line.contains("sync(");
    // Only the gateway's answer to the create bears a charge; other calls are answered meanwhile.
    let answered = first(0, "charge-id", |line| line.contains("HTTP/1.1 200"));
    let unit_held = first(0, "billing.db", is_sync);
    let file = first(0, "/documents/", is_sync);
    let row = first(file, "signing.db", is_sync);
    assert!(
        unit_held < answered,
        "the hold was synced after the 200:\n{calls}"
    );
    assert!(
        row < answered,
        "file or row was synced after the 200:\n{calls}"
    );
    stack.stop().await;
}
