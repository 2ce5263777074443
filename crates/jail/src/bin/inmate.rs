//! The child of this crate's tests: does on request what a jailed process must not be able to do.

use std::fs::File;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Command, ExitCode};

use jail::{Parcel, Parent, serve};

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() != Some("jailed") {
        return ExitCode::FAILURE;
    }
    serve(|job, parent| {
        let order: String = job.head().unwrap_or_default();
        let (verb, object) = order.split_once(' ').unwrap_or((&order, ""));
        let told = obey((verb, object), &job, parent);
        Parcel::new(&told, job.files).unwrap_or_default()
    })
}

fn obey((verb, object): (&str, &str), job: &Parcel, parent: &mut Parent) -> String {
    let number = || object.parse::<usize>().unwrap_or(0);
    match verb {
        "echo" => object.to_owned(),
        "ask" => match parent.ask(&Parcel::new(&object, job.files.clone()).unwrap_or_default()) {
            Ok(reply) => reply.head().unwrap_or_default(),
            Err(hangup) => hangup.to_string(),
        },
        "read" => told(File::open(object)),
        "write" => told(File::create(object)),
        "list" => told(std::fs::read_dir(object)),
        "connect" => told(TcpStream::connect(object)),
        "listen" => told(TcpListener::bind(object)),
        "datagram" => told(UdpSocket::bind(object)),
        "exec" => told(Command::new(object).spawn()),
        "thread" => told(std::thread::Builder::new().spawn(|| ())),
        "environment" => std::env::vars().map(|(name, _)| name).collect(),
        "loop" => loop {
            std::hint::black_box(());
        },
        "sleep" => {
            std::thread::sleep(std::time::Duration::from_hours(1));
            String::new()
        }
        "allocate" => {
            let mut taken: Vec<Vec<u8>> = Vec::new();
            loop {
                taken.push(vec![1; 1024 * 1024]);
                std::hint::black_box(&taken);
            }
        }
        "panic" => std::panic::panic_any(object.to_owned()),
        "abort" => std::process::abort(),
        "recurse" => deep(0).to_string(),
        "flood" => "x".repeat(number()),
        _ => String::new(),
    }
}

/// Never comes back up.
fn deep(level: u64) -> u64 {
    let here = std::hint::black_box([level; 64]);
    if here.first() == Some(&u64::MAX) {
        return 0;
    }
    deep(level + 1) + here.iter().sum::<u64>()
}

fn told<T>(outcome: std::io::Result<T>) -> String {
    match outcome {
        Ok(_) => "done".to_owned(),
        Err(error) => format!("{:?}", error.kind()),
    }
}
