//! Past a limit a file is refused for that limit, and up to it it is not.

use lopdf::{Dictionary, Document, Object, Stream};
use pdf::limits::{
    FREE_UNPACKED_BYTES, MAX_DEPTH, MAX_FIELDS, MAX_IMAGE_PIXELS, MAX_JUNK_BYTES, MAX_PAGES,
    MAX_XREF_SECTIONS,
};
use pdf::{Refusal, Watermark, ingest, inspect, place_tags};

use crate::world::{minimal, raw};

fn with_pages(count: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..count).map(|at| format!("{} 0 R", at + 3)).collect();
    let tree = format!(
        "<</Type/Pages/Kids[{}]/Count {count}/MediaBox[0 0 300 400]>>",
        kids.join(" ")
    );
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>", &tree];
    objects.resize(count + 2, "<</Type/Page/Parent 2 0 R>>");
    raw(&objects)
}

fn with_levels(count: usize) -> Vec<u8> {
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned()];
    for level in 0..count {
        objects.push(format!(
            "<</Type/Pages/Kids[{} 0 R]/Count 1/Parent {} 0 R>>",
            level + 3,
            level + 1
        ));
    }
    objects.push(format!(
        "<</Type/Page/Parent {} 0 R/MediaBox[0 0 300 400]>>",
        count + 1
    ));
    let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
    raw(&objects)
}

fn with_fields(count: usize) -> Vec<u8> {
    let names: Vec<String> = (0..count).map(|at| format!("{} 0 R", at + 4)).collect();
    let catalog = format!(
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{}]>>>>",
        names.join(" ")
    );
    let mut objects = vec![
        catalog.as_str(),
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
        "<</Type/Page/Parent 2 0 R>>",
    ];
    objects.resize(count + 3, "<</FT/Tx/T(a)>>");
    raw(&objects)
}

fn with_sections(count: usize) -> Vec<u8> {
    let mut file = minimal("");
    let text = String::from_utf8_lossy(&file).into_owned();
    let start = text.rsplit_once("startxref\n").unwrap().1;
    let mut previous: usize = start.lines().next().unwrap().parse().unwrap();
    for _ in 1..count {
        let at = file.len();
        let update = format!(
            "xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 5/Root 1 0 R/Prev {previous}>>\nstartxref\n{at}\n%%EOF\n"
        );
        file.extend_from_slice(update.as_bytes());
        previous = at;
    }
    file
}

fn with_image(width: i64, height: i64) -> Vec<u8> {
    raw(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
        "<</Type/Page/Parent 2 0 R/Resources<</XObject<</I 4 0 R>>>>>>",
        &format!(
            "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray\
             /BitsPerComponent 1/Length 1>>\nstream\nx\nendstream"
        ),
    ])
}

#[test]
fn each_limit_has_its_own_refusal_and_begins_where_it_says() {
    let refused = |file: &[u8]| inspect(file).err();
    assert_eq!(refused(&with_pages(MAX_PAGES)), None);
    assert_eq!(
        refused(&with_pages(MAX_PAGES + 1)),
        Some(Refusal::TooManyPages)
    );
    assert_eq!(refused(&with_levels(MAX_DEPTH)), None);
    assert_eq!(
        refused(&with_levels(MAX_DEPTH + 1)),
        Some(Refusal::TooComplex)
    );
    assert_eq!(refused(&with_fields(MAX_FIELDS)), None);
    assert_eq!(
        refused(&with_fields(MAX_FIELDS + 1)),
        Some(Refusal::TooComplex)
    );
    assert_eq!(refused(&with_sections(MAX_XREF_SECTIONS)), None);
    assert_eq!(
        refused(&with_sections(MAX_XREF_SECTIONS + 1)),
        Some(Refusal::TooManyRevisions)
    );
    assert_eq!(refused(&with_image(1000, MAX_IMAGE_PIXELS / 1000)), None);
    assert_eq!(
        refused(&with_image(1000, MAX_IMAGE_PIXELS / 1000 + 1)),
        Some(Refusal::ImageTooLarge)
    );
}

/// A page whose content is so many spaces, packed once or twice.
fn with_content(spaces: usize, packed: usize) -> Vec<u8> {
    let mut content = vec![b' '; spaces];
    for _again in 0..packed {
        let mut stream = Stream::new(Dictionary::new(), content);
        stream.compress().unwrap();
        content = stream.content;
    }
    let filters: Vec<Object> = vec!["FlateDecode".into(); packed];
    let mut dictionary = Dictionary::new();
    dictionary.set("Filter", filters);
    let mut document = Document::load_mem(&minimal("")).unwrap();
    let page = document.page_iter().next().unwrap();
    let content = document.add_object(Stream::new(dictionary, content));
    let page = document.get_dictionary_mut(page).unwrap();
    page.set("Contents", content);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn contents_that_unpack_to_far_more_than_they_are_packed_to_are_not_searched_for_tags() {
    let refused = |file: &[u8]| place_tags(file).err();
    assert_eq!(refused(&with_content(FREE_UNPACKED_BYTES, 1)), None);
    let too_far = Some(Refusal::UnpacksTooFar);
    assert_eq!(refused(&with_content(2 * FREE_UNPACKED_BYTES, 1)), too_far);
    assert_eq!(refused(&with_content(2 * FREE_UNPACKED_BYTES, 2)), too_far);
}

#[test]
fn as_much_junk_as_readers_skip_is_cut_off() {
    let file = minimal("");
    let behind = |junk: usize| [vec![b' '; junk], file.clone()].concat();
    let taken = ingest(&behind(MAX_JUNK_BYTES), Watermark::None).unwrap();
    assert!(taken.bytes.starts_with(b"%PDF-"));
    assert_eq!(
        taken.report.repaired,
        [pdf::report::Repair::JunkBeforeHeader]
    );
    assert_eq!(
        inspect(&behind(MAX_JUNK_BYTES + 1)).unwrap_err(),
        Refusal::NotPdf
    );
}
