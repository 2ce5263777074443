//! The one question that a job asks: what the holder of a key answers to a digest.

use bytes::Bytes;
use jail::{Parcel, Parent};
use pdf::SignFailed;
use serde::{Deserialize, Serialize};

/// An answer to this SHA-256 digest, please. The reply is a [`Reply`].
#[derive(Debug, Serialize, Deserialize)]
struct Question {
    digest: [u8; 32],
}

/// What was asked for is the file beside it.
type Reply = Result<(), SignFailed>;

/// In the child: asks, and waits.
pub(super) fn ask(parent: &mut Parent, digest: &[u8; 32]) -> Result<Vec<u8>, SignFailed> {
    let failed = |why: &dyn std::fmt::Display| SignFailed(why.to_string());
    let question = Parcel::new(&Question { digest: *digest }, Vec::new());
    let question = question.map_err(|error| failed(&error))?;
    let reply = parent.ask(&question).map_err(|error| failed(&error))?;
    reply.head::<Reply>().map_err(|error| failed(&error))??;
    Ok(reply.files.into_iter().next().unwrap_or_default().into())
}

/// In the parent: what goes back for a question; nothing where it is none.
pub(super) fn reply<A, F>(
    question: &Parcel,
    answer: &mut A,
) -> impl Future<Output = Option<Parcel>> + use<A, F>
where
    A: FnMut([u8; 32]) -> F,
    F: Future<Output = Result<Vec<u8>, SignFailed>>,
{
    let asked = question.head::<Question>().ok();
    let answering = asked.map(|question| answer(question.digest));
    async move {
        let (reply, files): (Reply, Vec<Bytes>) = match answering?.await {
            Ok(answer) => (Ok(()), vec![answer.into()]),
            Err(failed) => (Err(failed), Vec::new()),
        };
        Parcel::new(&reply, files).ok()
    }
}
