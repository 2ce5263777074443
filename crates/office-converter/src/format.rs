//! The four formats, and whether a file is what its name says: a converter that guesses by itself would open far more than these.

use thiserror::Error;

const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
/// The end record has a comment of at most this many bytes behind it.
const MAX_COMMENT: usize = 65_557;
/// What an archive may say it unpacks to, and how many files it may hold.
const MAX_UNPACKED_BYTES: u64 = 256 * 1024 * 1024;
const MAX_ENTRIES: usize = 10_000;

/// A format that can be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Doc,
    Docx,
    Xls,
    Xlsx,
}

/// The file is not what its name says, or not fit to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotWhatItSays {
    #[error("the file is not a .{0} file inside")]
    Other(&'static str),
    #[error("the file is protected by a password")]
    Password,
    #[error("the file unpacks to more than {} MB", MAX_UNPACKED_BYTES / 1024 / 1024)]
    Bomb,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Doc, Self::Docx, Self::Xls, Self::Xlsx];

    pub const fn extension(self) -> &'static str {
        match self {
            Self::Doc => "doc",
            Self::Docx => "docx",
            Self::Xls => "xls",
            Self::Xlsx => "xlsx",
        }
    }

    /// By the extension of a file's name, in any case.
    pub fn of_name(filename: &str) -> Option<Self> {
        let (_, extension) = filename.rsplit_once('.')?;
        Self::ALL
            .into_iter()
            .find(|format| format.extension().eq_ignore_ascii_case(extension))
    }

    /// LibreOffice's name of the import filter: named, so that no other one is tried.
    pub(crate) const fn filter(self) -> &'static str {
        match self {
            Self::Doc => "MS Word 97",
            Self::Docx => "MS Word 2007 XML",
            Self::Xls => "MS Excel 97",
            Self::Xlsx => "Calc MS Excel 2007 XML",
        }
    }

    /// Whether the bytes are of this format.
    pub(crate) fn check(self, bytes: &[u8]) -> Result<(), NotWhatItSays> {
        let other = NotWhatItSays::Other(self.extension());
        match self {
            Self::Docx => check_archive(bytes, b"word/", other),
            Self::Xlsx => check_archive(bytes, b"xl/", other),
            Self::Doc => check_container(bytes, &["WordDocument"], other),
            Self::Xls => check_container(bytes, &["Workbook", "Book"], other),
        }
    }
}

/// An OLE container (MS-CFB) names its streams in UTF-16.
fn check_container(
    bytes: &[u8],
    streams: &[&str],
    other: NotWhatItSays,
) -> Result<(), NotWhatItSays> {
    let is_there = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        holds(bytes, &name)
    };
    if bytes.starts_with(OLE) && streams.iter().any(|name| is_there(name)) {
        Ok(())
    } else {
        Err(other)
    }
}

/// An Open Packaging archive (ECMA-376 part 2) with a folder of this name.
fn check_archive(bytes: &[u8], folder: &[u8], other: NotWhatItSays) -> Result<(), NotWhatItSays> {
    if bytes.starts_with(OLE) {
        // An encrypted package is wrapped in a container (MS-OFFCRYPTO).
        return Err(NotWhatItSays::Password);
    }
    if !bytes.starts_with(ZIP) {
        return Err(other);
    }
    let directory = directory(bytes).ok_or(other)?;
    if MAX_ENTRIES < directory.entries || MAX_UNPACKED_BYTES < directory.unpacked_bytes {
        return Err(NotWhatItSays::Bomb);
    }
    let has_folder = directory.names.iter().any(|name| name.starts_with(folder));
    let has_types = directory.names.contains(&b"[Content_Types].xml".as_slice());
    if has_folder && has_types {
        Ok(())
    } else {
        Err(other)
    }
}

#[derive(Default)]
struct Directory<'a> {
    entries: usize,
    unpacked_bytes: u64,
    names: Vec<&'a [u8]>,
}

/// The archive's central directory (APPNOTE 4.3.12): what it says of itself. What it hides, the limits of the jail meet.
fn directory(bytes: &[u8]) -> Option<Directory<'_>> {
    let tail = bytes.len().saturating_sub(MAX_COMMENT);
    let end = tail + rfind(bytes.get(tail..)?, END_OF_DIRECTORY)?;
    let mut at = usize::try_from(number(bytes, end + 16, 4)?).ok()?;
    let mut found = Directory::default();
    while bytes.get(at..at + 4)? == ENTRY {
        found.entries += 1;
        if MAX_ENTRIES < found.entries {
            break;
        }
        found.unpacked_bytes = found
            .unpacked_bytes
            .saturating_add(number(bytes, at + 24, 4)?);
        let length = |offset| usize::try_from(number(bytes, at + offset, 2)?).ok();
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        found.names.push(bytes.get(at + 46..at + 46 + name)?);
        at = at + 46 + name + extra + comment;
    }
    Some(found)
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(width)?)?;
    Some(
        field
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | u64::from(*byte)),
    )
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .rposition(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_format_in_any_case() {
        assert_eq!(Format::of_name("Zmluva.DOCX"), Some(Format::Docx));
        assert_eq!(Format::of_name("a.b.xls"), Some(Format::Xls));
        assert_eq!(Format::of_name("docx"), None);
        assert_eq!(Format::of_name("a.odt"), None);
    }

    #[test]
    fn a_lie_is_told() {
        for format in Format::ALL {
            let other = Err(NotWhatItSays::Other(format.extension()));
            for lie in [
                b"".as_slice(),
                b"<html>",
                b"{\\rtf1",
                b"PK\x03\x04",
                b"%PDF-1.7",
            ] {
                assert_eq!(format.check(lie), other, "{lie:?}");
            }
        }
        assert_eq!(Format::Docx.check(OLE), Err(NotWhatItSays::Password));
    }
}
