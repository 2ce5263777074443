//! Every limit of the engine: what a file may ask of us, by name and number, in one place.
//!
//! Past one of them a file is refused with a sentence ([`Refusal`](crate::Refusal)), never cut short in silence. Each
//! is far above what honest files need. What a limit cannot see (time, memory) the jail around the engine holds.

/// Indirect objects of a file, those in object streams included.
pub const MAX_OBJECTS: usize = 500_000;
/// Pages of a file.
pub const MAX_PAGES: usize = 5_000;
/// Nodes of the form's tree: fields, their ancestors and their widgets.
pub const MAX_FIELDS: usize = 20_000;
/// Levels of page trees, field trees, name trees and of what inherits along them.
pub const MAX_DEPTH: usize = if cfg!(feature = "without-depth-limit") {
    usize::MAX
} else {
    64
};
/// Arrays and dictionaries within each other in one object. Held by the parser, which reads a deeper object as damaged.
pub const MAX_NESTING: usize = 100;
/// Cross-reference sections of a file, one for each saved revision.
pub const MAX_XREF_SECTIONS: usize = 4_096;
/// Bytes that one object stream, cross-reference stream or page content may unpack to.
pub const MAX_UNPACKED_BYTES: usize = 64 * 1024 * 1024;
/// Bytes that all object streams and cross-reference streams of a file may unpack to together, or all its pages' contents.
pub const MAX_UNPACKED_BYTES_IN_ALL: usize = 256 * 1024 * 1024;
/// How many times its packed length a stream of more than [`FREE_UNPACKED_BYTES`] may unpack to. Deflate itself ends
/// at 1,032; text and tables stay below 100.
pub const MAX_UNPACK_RATIO: usize = 500;
/// What a stream may unpack to whatever its ratio.
pub const FREE_UNPACKED_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of XMP metadata that are read; more are taken for none.
pub const MAX_METADATA_BYTES: usize = 4 * 1024 * 1024;
/// Pixels of one image (width times height).
pub const MAX_IMAGE_PIXELS: i64 = 1_000_000_000;
/// Bytes before `%PDF-`: as far as readers look for it.
pub const MAX_JUNK_BYTES: usize = 1024;
/// Embedded files that a report names one by one; it counts all.
pub const MAX_REPORTED_FILES: usize = 100;
/// Characters of a text that a report repeats from a file.
pub const MAX_REPORTED_CHARS: usize = 200;
/// Links of a chain of references, one to the next.
pub const MAX_REFERENCE_CHAIN: usize = 32;
/// How wide a picture of a page is at most and at least, in pixels.
pub const MAX_PICTURE_WIDTH: u32 = 2_400;
pub const MIN_PICTURE_WIDTH: u32 = 16;
/// Pixels of a picture; four bytes each while it is drawn. A page that is very high for its width gets a narrower picture.
pub const MAX_PICTURE_PIXELS: f64 = 16_000_000.0;
/// Pixels of a picture's longer side: the rasteriser counts in 16 bits and fails near their end.
pub const MAX_PICTURE_SIDE: f64 = 16_384.0;
/// Entries of all cross-reference sections of a file that is verified.
pub const MAX_XREF_ENTRIES: usize = 2_000_000;
/// Objects that must be read before another one can be: its length, and what holds that.
pub const MAX_NESTED_READS: usize = 8;
/// Signatures of a file that is verified.
pub const MAX_EXAMINED_SIGNATURES: usize = 1_000;
/// Pieces of text of one page that are looked at for tags; what comes after them is not.
pub const MAX_GLYPHS: usize = 1_000_000;
/// Filled rectangles of one page that are remembered as what a tag may stand on.
pub const MAX_FILLS: usize = 20_000;
