//! BER made DER: lengths that were left open are written, strings in pieces are joined.
//!
//! Signatures in PDFs are often BER. What is DER already comes out as it went in.

/// How deep values may stand within each other.
const MAX_DEPTH: usize = 64;
/// Everything that is signed this way in a document is far smaller.
const MAX_LENGTH: usize = 16 * 1024 * 1024;

const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED: u8 = 0x20;

/// The first value in `input` as DER; what follows it (padding) is left out.
pub(super) fn to_der(input: &[u8]) -> Option<Vec<u8>> {
    if input.len() > MAX_LENGTH {
        return None;
    }
    let mut out = Vec::with_capacity(input.len());
    convert(input, &mut out, 0)?;
    Some(out)
}

/// Converts one value; answers what is left of the input.
fn convert<'a>(input: &'a [u8], out: &mut Vec<u8>, depth: usize) -> Option<&'a [u8]> {
    if depth > MAX_DEPTH {
        return None;
    }
    let (tag, rest) = tag(input)?;
    let (length, rest) = length(rest)?;
    let is_constructed = tag.first()? & CONSTRUCTED != 0;
    let mut content = Vec::new();
    let left = match length {
        Some(length) => {
            let (own, left) = rest.split_at_checked(length)?;
            if is_constructed {
                let mut inner = own;
                while !inner.is_empty() {
                    inner = convert(inner, &mut content, depth + 1)?;
                }
            } else {
                content.extend_from_slice(own);
            }
            left
        }
        None if is_constructed => {
            let mut inner = rest;
            while !inner.starts_with(&[0, 0]) {
                inner = convert(inner, &mut content, depth + 1)?;
            }
            inner.get(2..)?
        }
        None => return None,
    };
    if tag == [OCTET_STRING | CONSTRUCTED] {
        let joined = joined(&content)?;
        write(out, &[OCTET_STRING], &joined);
    } else {
        write(out, tag, &content);
    }
    Some(left)
}

/// The pieces of an octet string, which are octet strings themselves by now.
fn joined(mut pieces: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    while !pieces.is_empty() {
        let (piece_tag, rest) = tag(pieces)?;
        if piece_tag != [OCTET_STRING] {
            return None;
        }
        let (length, rest) = length(rest)?;
        let (piece, left) = rest.split_at_checked(length?)?;
        whole.extend_from_slice(piece);
        pieces = left;
    }
    Some(whole)
}

fn write(out: &mut Vec<u8>, tag: &[u8], content: &[u8]) {
    out.extend_from_slice(tag);
    let bytes = content.len().to_be_bytes();
    let significant = bytes.iter().skip_while(|byte| **byte == 0);
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let count = u8::try_from(significant.clone().count()).unwrap_or(u8::MAX);
            out.push(0x80 | count);
            out.extend(significant);
        }
    }
    out.extend_from_slice(content);
}

/// The bytes of a tag, one or several.
pub(super) fn tag(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = input.first()?;
    let mut length = 1;
    if first & 0x1f == 0x1f {
        loop {
            let byte = input.get(length)?;
            length += 1;
            if byte & 0x80 == 0 {
                break;
            }
            if length > 5 {
                return None;
            }
        }
    }
    input.split_at_checked(length)
}

/// A length, none where it was left open, and what follows it.
pub(super) fn length(input: &[u8]) -> Option<(Option<usize>, &[u8])> {
    let (first, rest) = input.split_first()?;
    match first {
        0x80 => Some((None, rest)),
        short if *short < 0x80 => Some((Some(usize::from(*short)), rest)),
        long => {
            let count = usize::from(long & 0x7f);
            let (digits, rest) = rest.split_at_checked(count)?;
            let significant: Vec<u8> = digits
                .iter()
                .copied()
                .skip_while(|byte| *byte == 0)
                .collect();
            if significant.len() > 4 {
                return None;
            }
            let length = significant
                .iter()
                .fold(0, |sum: usize, byte| sum << 8 | usize::from(*byte));
            Some((Some(length), rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::to_der;

    #[test]
    fn open_lengths_are_written_and_pieces_joined() {
        let open = [
            0x30, 0x80, 0x24, 0x80, 4, 1, 7, 4, 2, 8, 9, 0, 0, 2, 1, 5, 0, 0, 0, 0, 0,
        ];
        assert_eq!(to_der(&open).unwrap(), [0x30, 8, 4, 3, 7, 8, 9, 2, 1, 5]);
    }

    #[test]
    fn der_stays_as_it_is() {
        let der = [0x30, 8, 4, 3, 7, 8, 9, 2, 1, 5];
        assert_eq!(to_der(&der).unwrap(), der);
    }

    #[test]
    fn what_has_no_end_is_refused() {
        assert_eq!(to_der(&[0x30, 0x80, 2, 1, 5]), None);
        assert_eq!(to_der(&[0x30, 0x85, 1, 1, 1, 1, 1]), None);
        assert_eq!(to_der(&[0x24; 4_000]), None);
        let nested: Vec<u8> = [0x30, 0x80].repeat(10_000);
        assert_eq!(to_der(&nested), None);
    }
}
