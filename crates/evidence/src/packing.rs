//! The plaintext of a container: gzip (RFC 1952), as ink is long and repetitive, and small before it is encrypted.

use std::io::{self, Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// What a container may unpack to: ten times the largest submission that a signing page may send.
pub(crate) const MAX_CONTENT_BYTES: u64 = 80 * 1024 * 1024;

/// Without a time and a name in its header, so the same content packs to the same bytes.
pub(crate) fn pack(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

/// `None`: more than [`MAX_CONTENT_BYTES`].
pub(crate) fn unpack(packed: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut content = Vec::new();
    GzDecoder::new(packed)
        .take(MAX_CONTENT_BYTES + 1)
        .read_to_end(&mut content)?;
    let fits = u64::try_from(content.len()).is_ok_and(|length| length <= MAX_CONTENT_BYTES);
    Ok(fits.then_some(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = pack(&vec![0; usize::try_from(MAX_CONTENT_BYTES).unwrap() + 1]).unwrap();
        assert!(bomb.len() < 100_000);
        assert!(unpack(&bomb).unwrap().is_none());
        assert_eq!(unpack(&pack(b"ink").unwrap()).unwrap().unwrap(), b"ink");
    }
}
