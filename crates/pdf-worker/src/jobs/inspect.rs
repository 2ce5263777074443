//! Tells what is in a file.

use bytes::Bytes;
use jail::Parent;
use pdf::{Inspected, Refusal};
use serde::{Deserialize, Serialize};

use crate::{Job, Worked};

/// Pages, fields and signatures of a file: see [`pdf::inspect`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Inspect;

impl Job for Inspect {
    const NAME: &'static str = "inspect";
    type Answer = Result<Inspected, Refusal>;

    fn work(self, files: Vec<Bytes>, _: &mut Parent) -> Worked<Self::Answer> {
        pdf::inspect(files.first().map_or(&[], |file| file)).into()
    }
}
