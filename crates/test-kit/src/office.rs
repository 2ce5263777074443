//! Office files as Office writes them, made on the spot: Open Packaging archives (ECMA-376) with no more in them than a test is about.

use std::path::Path;
use std::process::Command;

const WORD: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A file of an archive: its name and bytes.
pub type Entry = (String, Vec<u8>);

/// A Word file with one paragraph.
pub fn docx(text: &str) -> Vec<u8> {
    docx_of(
        &format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"),
        &[],
        &[],
    )
}

/// A Word file with this body (`WordprocessingML`), these relations of the document (`id`, `type`, outside target), and these
/// further files.
pub fn docx_of(body: &str, outside: &[(&str, &str, &str)], more: &[Entry]) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
         xmlns:r=\"{OFFICE}\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>{body}<w:sectPr/></w:body></w:document>"
    );
    let relation = |(id, kind, target): &(&str, &str, &str)| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\" TargetMode=\"External\"/>"
        )
    };
    let relations = outside.iter().map(relation).collect::<Vec<_>>().concat();
    let mut entries = package("word/document.xml", &[("/word/document.xml", WORD)]);
    entries.push(("word/document.xml".to_owned(), document.into_bytes()));
    entries.push((
        "word/_rels/document.xml.rels".to_owned(),
        relations_of(&relations),
    ));
    entries.extend_from_slice(more);
    archive(&entries)
}

/// A picture that stands outside of the file, as Word links one.
pub fn linked_picture(id: &str) -> String {
    format!(
        "<w:p><w:r><w:drawing><wp:inline><wp:extent cx=\"900000\" cy=\"900000\"/><wp:docPr id=\"1\" name=\"p\"/><a:graphic>\
         <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr>\
         <pic:cNvPr id=\"1\" name=\"p\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link=\"{id}\"/>\
         <a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>\
         <a:ext cx=\"900000\" cy=\"900000\"/></a:xfrm><a:prstGeom prst=\"rect\"/></pic:spPr></pic:pic></a:graphicData>\
         </a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
}

/// A field that Word would fill by itself.
pub fn field(instruction: &str) -> String {
    format!(
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>stale</w:t></w:r>\
         <w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"
    )
}

/// An Excel file with one text in its first cell.
pub fn xlsx(text: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let workbook = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook xmlns=\"{main}\" xmlns:r=\"{OFFICE}\"><sheets>\
         <sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let sheet = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"{main}\"><sheetData><row r=\"1\">\
         <c r=\"A1\" t=\"inlineStr\"><is><t>{text}</t></is></c></row></sheetData></worksheet>"
    );
    let relation = format!(
        "<Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    );
    let types = [
        ("/xl/workbook.xml", EXCEL),
        ("/xl/worksheets/sheet1.xml", SHEET),
    ];
    let mut entries = package("xl/workbook.xml", &types);
    entries.push(("xl/workbook.xml".to_owned(), workbook.into_bytes()));
    entries.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        relations_of(&relation),
    ));
    entries.push(("xl/worksheets/sheet1.xml".to_owned(), sheet.into_bytes()));
    archive(&entries)
}

/// The file in another format, by LibreOffice: `doc` of a Word file, `xls` of an Excel file.
pub fn converted(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(format!("in.{from}"));
    std::fs::write(&file, bytes).expect("the file is written");
    let status = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            folder.path().join("profile").display()
        ))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .args([folder.path(), Path::new(&file)])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .expect("LibreOffice runs");
    assert!(status.success(), "{from} to {to}");
    std::fs::read(folder.path().join(format!("in.{to}"))).expect("the converted file")
}

fn package(main: &str, types: &[(&str, &str)]) -> Vec<Entry> {
    let one = |(part, kind): &(&str, &str)| {
        format!("<Override PartName=\"{part}\" ContentType=\"{kind}\"/>")
    };
    let overrides = types.iter().map(one).collect::<Vec<_>>().concat();
    let types = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>{overrides}</Types>"
    );
    let relation =
        format!("<Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"{main}\"/>");
    vec![
        ("[Content_Types].xml".to_owned(), types.into_bytes()),
        ("_rels/.rels".to_owned(), relations_of(&relation)),
    ]
}

fn relations_of(relations: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"{RELATIONS}\">{relations}</Relationships>"
    )
    .into_bytes()
}

/// A ZIP archive whose files are stored as they are.
pub fn archive(entries: &[Entry]) -> Vec<u8> {
    let stored: Vec<_> = entries
        .iter()
        .map(|(name, bytes)| Packed {
            name: name.clone(),
            method: 0,
            checksum: crc32fast::hash(bytes),
            size: u32::try_from(bytes.len()).expect("a small file"),
            packed: bytes.clone(),
        })
        .collect();
    archive_of(&stored)
}

/// A file of an archive as it is packed; nothing checks that it is what it says.
pub struct Packed {
    pub name: String,
    /// 0: stored; 8: deflated.
    pub method: u16,
    pub checksum: u32,
    /// Unpacked, as the archive says.
    pub size: u32,
    pub packed: Vec<u8>,
}

/// A ZIP archive of packed files (APPNOTE 4.3).
pub fn archive_of(files: &[Packed]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let count = u16::try_from(files.len()).expect("a few files");
    for file in files {
        let at = u32::try_from(bytes.len()).expect("a small archive");
        let packed = u32::try_from(file.packed.len()).expect("a small file");
        let name = u16::try_from(file.name.len()).expect("a short name");
        let mut common = Vec::new();
        common.extend(20_u16.to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        common.extend(file.method.to_le_bytes());
        // 1 January 1980, midnight.
        common.extend([0, 0, 0x21, 0]);
        for number in [file.checksum, packed, file.size] {
            common.extend(number.to_le_bytes());
        }
        common.extend(name.to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(file.name.as_bytes());
        bytes.extend(&file.packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(file.name.as_bytes());
    }
    let (at, size) = (bytes.len(), directory.len());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0; 4]);
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    for number in [size, at] {
        bytes.extend(
            u32::try_from(number)
                .expect("a small archive")
                .to_le_bytes(),
        );
    }
    bytes.extend(0_u16.to_le_bytes());
    bytes
}
