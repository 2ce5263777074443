//! The cross-reference sections that our updates end with.

use std::io::Write;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::seal::SealError;

/// Runs of consecutive object numbers, as both kinds of table want them.
fn runs(offsets: &[(ObjectId, usize)]) -> Vec<&[(ObjectId, usize)]> {
    offsets
        .chunk_by(|before, after| before.0.0.checked_add(1) == Some(after.0.0))
        .collect()
}

/// A table, its trailer still to follow.
pub(super) fn plain_table(
    out: &mut Vec<u8>,
    offsets: &[(ObjectId, usize)],
) -> Result<(), SealError> {
    out.extend_from_slice(b"xref\n0 1\n0000000000 65535 f \n");
    for run in runs(offsets) {
        let first = run.first().map_or(0, |(id, _)| id.0);
        writeln!(out, "{first} {}", run.len())?;
        for (id, offset) in run {
            writeln!(out, "{offset:010} {:05} n ", id.1)?;
        }
    }
    Ok(())
}

/// A stream that is table and trailer; `dictionary` is the trailer.
pub(super) fn stream_table(
    mut dictionary: Dictionary,
    offsets: &[(ObjectId, usize)],
) -> Result<Stream, SealError> {
    let mut index = Vec::new();
    let mut content = Vec::new();
    for run in runs(offsets) {
        index.push(Object::Integer(
            run.first().map_or(0, |(id, _)| i64::from(id.0)),
        ));
        index.push(Object::Integer(
            i64::try_from(run.len()).unwrap_or(i64::MAX),
        ));
        for (id, offset) in run {
            content.push(1);
            let offset = u32::try_from(*offset).map_err(|_| SealError::TooLarge)?;
            content.extend_from_slice(&offset.to_be_bytes());
            content.extend_from_slice(&id.1.to_be_bytes());
        }
    }
    dictionary.set("Type", "XRef");
    dictionary.set(
        "W",
        vec![Object::Integer(1), Object::Integer(4), Object::Integer(2)],
    );
    dictionary.set("Index", index);
    Ok(Stream::new(dictionary, content))
}
