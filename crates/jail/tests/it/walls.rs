//! What a jailed process cannot do. Each is also done outside the jail, so that a wall that proves nothing is seen.

use jail::{Confinement, Fault};

use crate::{assert_works, order, pool};

/// This file: there, and readable for everybody who is not jailed.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

#[tokio::test]
async fn it_says_that_the_jail_is_complete() {
    assert_eq!(pool().await.confinement(), Confinement::Complete);
}

#[tokio::test]
async fn it_can_neither_read_write_nor_list_files() {
    let pool = pool().await;
    assert!(std::fs::File::open(SOURCE).is_ok());
    let folder = std::env::temp_dir();
    let target = folder.join(format!("okd-jail-{}", std::process::id()));
    for attempt in [
        format!("read {SOURCE}"),
        "read /proc/self/environ".to_owned(),
        format!("write {}", target.display()),
        format!("list {}", folder.display()),
    ] {
        let told = order(&pool, &attempt).await.unwrap();
        assert_eq!(told, "PermissionDenied", "{attempt}");
    }
    assert!(!target.exists());
}

#[tokio::test]
async fn it_can_neither_connect_listen_exec_nor_start_a_thread() {
    let pool = pool().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    assert!(std::net::TcpStream::connect(address).is_ok());
    listener.accept().unwrap();
    listener.set_nonblocking(true).unwrap();
    for attempt in [
        format!("connect {address}"),
        "listen 127.0.0.1:0".to_owned(),
        "datagram 127.0.0.1:0".to_owned(),
        "exec /bin/true".to_owned(),
        "thread".to_owned(),
    ] {
        let fault = order(&pool, &attempt).await.unwrap_err();
        let expected = Fault::Crashed("it made a forbidden system call".to_owned());
        assert_eq!(fault, expected, "{attempt}");
        assert_works(&pool).await;
    }
    assert!(listener.accept().is_err(), "a connection came through");
}

#[tokio::test]
async fn it_sees_no_environment() {
    assert!(std::env::vars().count() > 0);
    assert_eq!(order(&pool().await, "environment").await.unwrap(), "");
}
