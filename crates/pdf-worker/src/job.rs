//! What a job is, and how it goes over the pipe.

use bytes::Bytes;
use jail::{Parcel, Parent};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A piece of work on strangers' bytes. The fields of the implementor are its input.
pub trait Job: Serialize + DeserializeOwned {
    /// On the pipe. Both ends are the same program, so it may change.
    const NAME: &'static str;
    type Answer: Serialize + DeserializeOwned;

    /// In the child: no files, no network, no threads. A panic is a crash of this job alone.
    fn work(self, files: Vec<Bytes>, parent: &mut Parent) -> Worked<Self::Answer>;
}

/// What came of a job: its answer, and the files beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked<A> {
    pub answer: A,
    pub files: Vec<Bytes>,
}

impl<A> From<A> for Worked<A> {
    fn from(answer: A) -> Self {
        Self {
            answer,
            files: Vec::new(),
        }
    }
}

/// The head of a job's message.
#[derive(Serialize, Deserialize)]
pub(crate) struct Order<J> {
    pub(crate) name: String,
    pub(crate) job: J,
}

/// Only the name, to find the job by.
#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

/// In the child: reads the job, works it, writes the answer. `None`: parent and child are not the same program.
pub(crate) fn worked<J: Job>(message: &Parcel, parent: &mut Parent) -> Option<Parcel> {
    let order: Order<J> = message.head().ok()?;
    let worked = order.job.work(message.files.clone(), parent);
    Parcel::new(&worked.answer, worked.files).ok()
}
