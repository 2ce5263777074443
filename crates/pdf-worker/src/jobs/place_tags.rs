//! Makes tags in the text of a file into fields.

use bytes::Bytes;
use jail::Parent;
use pdf::{Refusal, Tagged};
use serde::{Deserialize, Serialize};

use crate::{Job, Worked};

/// Fields in place of tags: see [`pdf::place_tags`]. The new file is beside the answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct PlaceTags;

impl Job for PlaceTags {
    const NAME: &'static str = "place tags";
    type Answer = Result<Tagged, Refusal>;

    fn work(self, files: Vec<Bytes>, _: &mut Parent) -> Worked<Self::Answer> {
        match pdf::place_tags(files.first().map_or(&[], |file| file)) {
            Ok(mut tagged) => {
                let bytes = std::mem::take(&mut tagged.bytes);
                Worked {
                    answer: Ok(tagged),
                    files: vec![bytes.into()],
                }
            }
            Err(refusal) => Err(refusal).into(),
        }
    }
}
