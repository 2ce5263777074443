//! Small files that ask for much.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write as _;

const MEBIBYTE: usize = 1 << 20;

/// A zlib stream of as many mebibytes of zeros, a thousandth of that in length, without ever making them.
pub(crate) fn zeros(mebibytes: usize) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; MEBIBYTE]).unwrap();
    // Ends at a byte, so the piece can stand there again and again.
    encoder.flush().unwrap();
    let piece = encoder.get_ref().clone();
    let mut bytes = vec![0x78, 0xda];
    for _ in 0..mebibytes {
        bytes.extend(&piece);
    }
    bytes.extend([0x03, 0x00]);
    // Adler-32 of n zeros: the sum is 1, the sum of sums n.
    let sums = u32::try_from(mebibytes * MEBIBYTE % 65_521).unwrap();
    bytes.extend((sums << 16 | 1).to_be_bytes());
    bytes
}

/// Objects 1, 2, 3, … with a table that finds them; 1 is the catalog.
pub(crate) fn file(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend(format!("{} 0 obj\n", index + 1).into_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    let size = objects.len() + 1;
    let end = format!(
        "{table}trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n"
    );
    bytes.extend(end.into_bytes());
    bytes
}

pub(crate) fn stream(entries: &str, length: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<<{entries}/Length {length}>>\nstream\n").into_bytes();
    bytes.extend(content);
    bytes.extend(b"\nendstream");
    bytes
}

/// One page with this content.
pub(crate) fn page(contents: Vec<u8>, more: &str) -> Vec<u8> {
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>{more}>>"
    );
    file(
        &[
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            page.into_bytes(),
            contents,
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
        ],
        "",
    )
}

/// The page's content unpacks to so many mebibytes.
pub(crate) fn content_bomb(mebibytes: usize) -> Vec<u8> {
    let packed = zeros(mebibytes);
    page(
        stream("/Filter/FlateDecode", &packed.len().to_string(), &packed),
        "",
    )
}

/// Everything but the catalog is in an object stream that unpacks to so many mebibytes.
pub(crate) fn object_stream_bomb(mebibytes: usize) -> Vec<u8> {
    let packed = zeros(mebibytes);
    let mut bytes = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n".to_vec();
    let bomb = bytes.len();
    let entries = "/Type/ObjStm/N 1/First 4/Filter/FlateDecode";
    bytes.extend(b"3 0 obj\n");
    bytes.extend(stream(entries, &packed.len().to_string(), &packed));
    bytes.extend(b"\nendobj\n");
    let start = bytes.len();
    // 0 free; 1 at 9; 2 is the first in stream 3; 3 at `bomb`; 4 is this table.
    let mut table = Vec::new();
    for (kind, place, more) in [
        (0_u8, 0, 0_u8),
        (1, 9, 0),
        (2, 3, 0),
        (1, bomb, 0),
        (1, start, 0),
    ] {
        table.push(kind);
        table.extend(&u32::try_from(place).unwrap().to_be_bytes());
        table.push(more);
    }
    bytes.extend(b"4 0 obj\n");
    let entries = "/Type/XRef/Size 5/W[1 4 1]/Root 1 0 R";
    bytes.extend(stream(entries, &table.len().to_string(), &table));
    bytes.extend(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").into_bytes());
    bytes
}

/// A table whose predecessor is itself.
pub(crate) fn xref_loop() -> Vec<u8> {
    let mut bytes = page(stream("", "0", b""), "");
    let text = String::from_utf8_lossy(&bytes);
    let start = text.rfind("xref\n0 ").unwrap();
    let looped = text.replace("/Root 1 0 R", &format!("/Root 1 0 R/Prev {start}"));
    bytes = looped.into_bytes();
    bytes
}

pub(crate) fn deep_nesting() -> Vec<u8> {
    page(stream("", "0", b""), &format!("/X {}", "[".repeat(500_000)))
}

/// A stream that says it has ten gigabytes.
pub(crate) fn ten_gigabytes() -> Vec<u8> {
    page(stream("", "10000000000", b"BT ET"), "")
}

/// Pages that are their own parents and children.
pub(crate) fn page_loop() -> Vec<u8> {
    file(
        &[
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 9/Parent 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9/Parent 3 0 R>>".to_vec(),
        ],
        "",
    )
}

/// So many objects that a reader must keep each.
pub(crate) fn many_objects(count: usize) -> Vec<u8> {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/All 4 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>".to_vec(),
    ];
    let all: String = (5..5 + count).map(|n| format!("{n} 0 R ")).collect();
    objects.push(format!("[{all}]").into_bytes());
    objects.extend((0..count).map(|n| format!("<</N {n}/A[1 2 3]>>").into_bytes()));
    file(&objects, "")
}

/// So many pages, each of which draws the same content of so many words.
pub(crate) fn many_words(pages: usize, words: usize) -> Vec<u8> {
    let content = "BT /F1 9 Tf 9 9 Td (words) Tj ET\n"
        .repeat(words)
        .into_bytes();
    let kids: String = (5..5 + pages).map(|n| format!("{n} 0 R ")).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Kids[{kids}]/Count {pages}>>").into_bytes(),
        stream("", &content.len().to_string(), &content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ];
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>";
    objects.extend((0..pages).map(|_| page.as_bytes().to_vec()));
    file(&objects, "")
}
