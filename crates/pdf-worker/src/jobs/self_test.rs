//! Tries whether the engine works and the walls stand, on the machine it runs on.

use std::fs::File;
use std::net::UdpSocket;
use std::process::Command;

use bytes::Bytes;
use jail::{Fault, Parent};
use serde::{Deserialize, Serialize};

use crate::{Job, PdfWorkers, Worked};

/// Something that a worker must not be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attempt {
    ReadFile,
    UseNetwork,
    StartProcess,
}

/// Tries the attempt, or prepares a document of our own.
#[derive(Debug, Serialize, Deserialize)]
pub struct SelfTest {
    pub attempt: Option<Attempt>,
}

/// Why the self-test is not passed.
#[derive(Debug, thiserror::Error)]
pub enum SelfTestFault {
    #[error("the engine cannot prepare a document of our own")]
    Engine,
    #[error("a worker can do what it must not: {0:?}")]
    Wall(Attempt),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Job for SelfTest {
    const NAME: &'static str = "self-test";
    /// Whether it could be done.
    type Answer = bool;

    fn work(self, _: Vec<Bytes>, _: &mut Parent) -> Worked<bool> {
        let done = match self.attempt {
            None => {
                let sample = pdf::sample::contract("Self-test");
                pdf::ingest(&sample, pdf::Watermark::Test).is_ok()
            }
            Some(Attempt::ReadFile) => File::open("/").is_ok(),
            Some(Attempt::UseNetwork) => UdpSocket::bind("127.0.0.1:0").is_ok(),
            Some(Attempt::StartProcess) => Command::new("/proc/self/exe").spawn().is_ok(),
        };
        done.into()
    }
}

impl PdfWorkers {
    /// Has a document prepared, then has each wall tried. Costs a few workers; the pool replaces them.
    pub async fn self_test(&self) -> Result<(), SelfTestFault> {
        let prepare = SelfTest { attempt: None };
        if !self.run(prepare, Vec::new()).await?.answer {
            return Err(SelfTestFault::Engine);
        }
        for attempt in [
            Attempt::ReadFile,
            Attempt::UseNetwork,
            Attempt::StartProcess,
        ] {
            let job = SelfTest {
                attempt: Some(attempt),
            };
            match self.run(job, Vec::new()).await {
                Ok(Worked { answer: false, .. }) | Err(Fault::Crashed(_)) => {}
                Ok(Worked { answer: true, .. }) => return Err(SelfTestFault::Wall(attempt)),
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(())
    }
}
