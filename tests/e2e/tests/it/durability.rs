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
            "64",
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
    // The first answer that leaves is signing's to the gateway; ours to the client can only be later.
    let answered = lines
        .iter()
        .position(|line| line.contains("HTTP/1.1 200 OK") && line.contains("TCP:"))
        .or_else(|| lines.iter().rposition(|line| line.contains("HTTP/1.1 200")));
    let last_answer = lines
        .iter()
        .rposition(|line| line.contains("HTTP/1.1 200"))
        .expect("the 200 in the trace");
    let synced = |what: &str| {
        lines
            .iter()
            .position(|line| line.contains("sync(") && line.contains(what))
            .unwrap_or_else(|| panic!("no sync of {what}:\n{calls}"))
    };
    assert!(answered.is_some());
    for what in ["/documents/", "signing.db", "billing.db"] {
        assert!(
            synced(what) < last_answer,
            "{what} was synced after the 200:\n{calls}"
        );
    }
    stack.stop().await;
}
