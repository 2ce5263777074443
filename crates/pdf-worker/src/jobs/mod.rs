//! The jobs, one file each.

mod archive;
mod check_sealed;
mod evidences;
mod examine;
mod ingest;
mod inspect;
mod place_tags;
mod question;
mod render;
mod seal;
mod self_test;
mod verify;

use jail::{Parcel, Parent};

use crate::job::{Job, Named, worked};

pub use archive::{AddDocumentTimeStamp, AddValidationData};
pub use check_sealed::CheckSealed;
pub use evidences::Evidences;
pub use examine::Examine;
pub use ingest::{Ingest, Readied};
pub use inspect::Inspect;
pub use place_tags::PlaceTags;
pub use render::Render;
pub use seal::{Seal, SealOrder};
pub use self_test::{Attempt, SelfTest, SelfTestFault};
pub use verify::Verify;

/// The one list of jobs.
macro_rules! jobs {
    ($($job:ty),* $(,)?) => {
        fn by_name(name: &str, message: &Parcel, parent: &mut Parent) -> Option<Parcel> {
            match name {
                $(<$job>::NAME => worked::<$job>(message, parent),)*
                _ => None,
            }
        }
    };
}

jobs![
    AddDocumentTimeStamp,
    AddValidationData,
    CheckSealed,
    Evidences,
    Examine,
    Ingest,
    Inspect,
    PlaceTags,
    Render,
    Seal,
    SelfTest,
    Verify
];

/// In the child: one job.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `jail::serve` calls"
)]
pub(crate) fn work(message: Parcel, parent: &mut Parent) -> Parcel {
    let named: Option<Named> = message.head().ok();
    let answer = named.and_then(|named| by_name(&named.name, &message, parent));
    // An empty head is no answer to anything: the parent, which is another program than this one, finds out.
    answer.unwrap_or_default()
}
