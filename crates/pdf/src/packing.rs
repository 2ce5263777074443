//! Packing the streams that we write.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::Stream;

/// What saying that a stream is packed takes: `/Filter/FlateDecode`.
const FILTER_BYTES: usize = 19;

/// Packs what a stream of ours holds; where that would not make it smaller it stays as it is.
///
/// The middle level: the highest makes outlines hardly smaller and takes most of the time of a seal.
pub(super) fn pack(stream: &mut Stream) {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    let packed = encoder
        .write_all(&stream.content)
        .and_then(|()| encoder.finish());
    // Writing into memory does not fail; unpacked is valid too.
    if let Ok(packed) = packed
        && packed.len().saturating_add(FILTER_BYTES) < stream.content.len()
    {
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(packed);
    }
}
