//! What goes over the pipe: a small head that says what it is, and raw bytes beside it.

use std::io::{self, Read, Write};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Of one message; a document with thousands of pages sends a picture of each.
const MAX_FILES: u32 = 10_000;
/// Kind, number of files, length of the head.
const PREAMBLE: usize = 1 + 4 + 8;

/// One message: a head, and files that travel beside it as they are.
#[derive(Clone, Debug, Default)]
pub struct Parcel {
    head: Bytes,
    pub files: Vec<Bytes>,
}

/// The head of a parcel is not what was expected.
#[derive(Debug, thiserror::Error)]
#[error("the head of a message cannot be read or written")]
pub struct Unreadable(#[from] serde_json::Error);

impl Parcel {
    pub fn new(head: &impl Serialize, files: Vec<Bytes>) -> Result<Self, Unreadable> {
        Ok(Self {
            head: serde_json::to_vec(head)?.into(),
            files,
        })
    }

    pub fn head<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        Ok(serde_json::from_slice(&self.head)?)
    }
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Parent to child, first: the limits.
    Setup = 1,
    /// Child to parent, first: how well it is confined.
    Ready = 2,
    Job = 3,
    /// Child to parent, while it works.
    Question = 4,
    Reply = 5,
    Answer = 6,
    /// Child to parent, last: where it panicked.
    Panicked = 7,
}

impl Kind {
    fn of(byte: u8) -> io::Result<Self> {
        Ok(match byte {
            1 => Self::Setup,
            2 => Self::Ready,
            3 => Self::Job,
            4 => Self::Question,
            5 => Self::Reply,
            6 => Self::Answer,
            7 => Self::Panicked,
            _ => return Err(nonsense()),
        })
    }
}

fn nonsense() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not a message")
}

/// The message is larger than the reader takes.
pub(crate) fn too_large() -> io::Error {
    io::Error::from(io::ErrorKind::FileTooLarge)
}

/// Lengths, in the order in which the parts follow.
struct Preamble {
    kind: Kind,
    head: usize,
    files: u32,
}

impl Preamble {
    fn parse(bytes: [u8; PREAMBLE]) -> io::Result<Self> {
        let [kind, f0, f1, f2, f3, length @ ..] = bytes;
        let files = u32::from_le_bytes([f0, f1, f2, f3]);
        if files > MAX_FILES {
            return Err(nonsense());
        }
        Ok(Self {
            kind: Kind::of(kind)?,
            head: usize::try_from(u64::from_le_bytes(length)).map_err(|_| too_large())?,
            files,
        })
    }

    /// Checks the sum of all parts; answers the lengths of the files.
    fn lengths(&self, table: &[u8], most_bytes: usize) -> io::Result<Vec<usize>> {
        let mut sum = self.head;
        let mut lengths = Vec::new();
        for length in table.as_chunks::<8>().0 {
            let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| too_large())?;
            sum = sum.checked_add(length).ok_or_else(too_large)?;
            lengths.push(length);
        }
        if sum > most_bytes {
            return Err(too_large());
        }
        Ok(lengths)
    }

    fn table_bytes(&self) -> io::Result<usize> {
        let files = usize::try_from(self.files).map_err(|_| too_large())?;
        files.checked_mul(8).ok_or_else(too_large)
    }
}

/// Preamble, table of lengths and head in one piece.
fn opening(kind: Kind, parcel: &Parcel) -> io::Result<Vec<u8>> {
    let files = u32::try_from(parcel.files.len()).map_err(|_| too_large())?;
    if files > MAX_FILES {
        return Err(too_large());
    }
    let mut bytes = vec![kind as u8];
    bytes.extend(files.to_le_bytes());
    bytes.extend(length(&parcel.head)?.to_le_bytes());
    for file in &parcel.files {
        bytes.extend(length(file)?.to_le_bytes());
    }
    bytes.extend(&parcel.head);
    Ok(bytes)
}

fn length(bytes: &[u8]) -> io::Result<u64> {
    u64::try_from(bytes.len()).map_err(|_| too_large())
}

/// The child's side: blocking.
pub(crate) fn read(from: &mut impl Read) -> io::Result<(Kind, Parcel)> {
    let mut preamble = [0; PREAMBLE];
    from.read_exact(&mut preamble)?;
    let preamble = Preamble::parse(preamble)?;
    let table = part(from, preamble.table_bytes()?)?;
    // The parent is no stranger: what it sends is bounded by the memory limit alone.
    let lengths = preamble.lengths(&table, usize::MAX)?;
    let head = part(from, preamble.head)?.into();
    let files = lengths
        .into_iter()
        .map(|length| Ok(part(from, length)?.into()))
        .collect::<io::Result<_>>()?;
    Ok((preamble.kind, Parcel { head, files }))
}

fn part(from: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    let wanted = u64::try_from(length).map_err(|_| too_large())?;
    if from.take(wanted).read_to_end(&mut bytes)? < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

pub(crate) fn write(to: &mut impl Write, kind: Kind, parcel: &Parcel) -> io::Result<()> {
    to.write_all(&opening(kind, parcel)?)?;
    for file in &parcel.files {
        to.write_all(file)?;
    }
    to.flush()
}

/// The parent's side: nothing is believed, and nothing larger than `most_bytes` is taken.
pub(crate) async fn receive(
    from: &mut (impl AsyncRead + Unpin),
    most_bytes: usize,
) -> io::Result<(Kind, Parcel)> {
    let mut preamble = [0; PREAMBLE];
    from.read_exact(&mut preamble).await?;
    let preamble = Preamble::parse(preamble)?;
    let table = piece(from, preamble.table_bytes()?).await?;
    let lengths = preamble.lengths(&table, most_bytes)?;
    let head = piece(from, preamble.head).await?.into();
    let mut files = Vec::new();
    for length in lengths {
        files.push(piece(from, length).await?.into());
    }
    Ok((preamble.kind, Parcel { head, files }))
}

async fn piece(from: &mut (impl AsyncRead + Unpin), length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    let wanted = u64::try_from(length).map_err(|_| too_large())?;
    if from.take(wanted).read_to_end(&mut bytes).await? < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

pub(crate) async fn send(
    to: &mut (impl AsyncWrite + Unpin),
    kind: Kind,
    parcel: &Parcel,
) -> io::Result<()> {
    to.write_all(&opening(kind, parcel)?).await?;
    for file in &parcel.files {
        to.write_all(file).await?;
    }
    to.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: Kind, parcel: &Parcel) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, kind, parcel).unwrap();
        bytes
    }

    #[tokio::test]
    async fn a_parcel_arrives_as_it_was_sent() {
        let files = vec![Bytes::from_static(b"one"), Bytes::new()];
        let sent = Parcel::new(&("head", 7), files).unwrap();
        let bytes = written(Kind::Job, &sent);
        let (kind, by_child) = read(&mut bytes.as_slice()).unwrap();
        let (same, by_parent) = receive(&mut bytes.as_slice(), 100).await.unwrap();
        assert_eq!((kind, same), (Kind::Job, Kind::Job));
        for got in [by_child, by_parent] {
            assert_eq!(got.head::<(String, u8)>().unwrap(), ("head".to_owned(), 7));
            assert_eq!(got.files, sent.files);
        }
    }

    #[tokio::test]
    async fn a_message_that_claims_too_much_is_refused_before_it_is_read() {
        let mut claim = vec![Kind::Answer as u8];
        claim.extend(1_u32.to_le_bytes());
        claim.extend(2_u64.to_le_bytes());
        claim.extend(10_000_000_000_u64.to_le_bytes());
        let refused = receive(&mut claim.as_slice(), 1_000).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::FileTooLarge);
        let mut overflow = vec![Kind::Answer as u8];
        overflow.extend(2_u32.to_le_bytes());
        overflow.extend(2_u64.to_le_bytes());
        overflow.extend(u64::MAX.to_le_bytes());
        overflow.extend(9_u64.to_le_bytes());
        assert!(receive(&mut overflow.as_slice(), usize::MAX).await.is_err());
        let mut many = vec![Kind::Answer as u8];
        many.extend(u32::MAX.to_le_bytes());
        many.extend(0_u64.to_le_bytes());
        assert!(receive(&mut many.as_slice(), usize::MAX).await.is_err());
    }

    #[tokio::test]
    async fn what_breaks_off_is_no_message() {
        let parcel = Parcel::new(&"head", vec![Bytes::from_static(b"file")]).unwrap();
        let bytes = written(Kind::Answer, &parcel);
        for end in 0..bytes.len() {
            let part = bytes.get(..end).unwrap();
            assert!(receive(&mut &*part, 100).await.is_err(), "{end}");
        }
    }
}
