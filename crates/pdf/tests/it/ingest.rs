//! Taking files in: rewritten once, cleaned, marked in test mode.

use pdf::report::{Handling, Removed};
use pdf::{Refusal, Watermark, ingest, sample};

use crate::oracle;
use crate::world::{World, form, ingested, minimal, raw};

#[test]
fn rewritten_files_are_clean_and_lose_nothing_that_is_seen() {
    let world = World::new();
    let contract = sample::contract("Service agreement");
    for file in [
        contract.clone(),
        world.by_qpdf(&contract, &["--linearize", "--object-streams=generate"]),
        form(),
        minimal(""),
    ] {
        let before = pdf::inspect(&file).unwrap();
        let taken = ingest(&file, Watermark::None).unwrap();
        assert_eq!(taken.report.handling, Handling::Rewritten);
        assert_eq!(taken.report.repaired, []);
        assert_eq!(taken.inspected, before);
        oracle::qpdf_is_content(&world, &taken.bytes);
        assert_eq!(
            ingested(&taken.bytes),
            taken.bytes,
            "a second time changes nothing"
        );
    }
}

#[test]
fn active_content_goes_and_links_stay() {
    let file = raw(&[
        "<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R/AA<</WC<</S/JavaScript/JS(app.alert\\(1\\))>>>>\
         /Names<</JavaScript<</Names[(x)5 0 R]>>>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
        "<</Type/Page/Parent 2 0 R/Annots[4 0 R 6 0 R 7 0 R]/AA<</O 5 0 R>>>>",
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.com)/Next[5 0 R]>>>>",
        "<</Type/Action/S/JavaScript/JS(app.alert\\(2\\))>>",
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(calc.exe)>>>>",
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/SubmitForm/F(https://example.com)>>>>",
    ]);
    let taken = ingest(&file, Watermark::None).unwrap();
    let removed: Vec<(Removed, usize)> = taken
        .report
        .removed
        .iter()
        .map(|part| (part.kind, part.count))
        .collect();
    assert_eq!(
        removed,
        [
            (Removed::JavaScript, 3),
            (Removed::Launch, 1),
            (Removed::SubmitForm, 1),
            (Removed::AutomaticAction, 2),
        ]
    );
    let text = String::from_utf8_lossy(&taken.bytes).into_owned();
    for gone in ["JavaScript", "Launch", "SubmitForm", "alert", "calc.exe"] {
        assert!(!text.contains(gone), "{gone}");
    }
    assert!(text.contains("/URI(https://example.com)"));
}

#[test]
fn a_test_document_is_marked_on_every_page() {
    let world = World::new();
    let taken = ingest(&sample::contract("Service agreement"), Watermark::Test).unwrap();
    world.keep("watermark", &taken.bytes);
    oracle::qpdf_is_content(&world, &taken.bytes);
    let turned = ingest(&minimal("/Rotate 90"), Watermark::Test).unwrap();
    world.keep("watermark-turned", &turned.bytes);
    oracle::qpdf_is_content(&world, &turned.bytes);
}

#[test]
fn a_dynamic_form_is_refused_and_a_static_one_loses_its_twin() {
    let file = |catalog: &str| {
        raw(&[
            &format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA 4 0 R>>{catalog}>>"),
            "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
            "<</Type/Page/Parent 2 0 R>>",
            "<</Length 5>>\nstream\n<xdp>\nendstream",
        ])
    };
    let dynamic = ingest(&file("/NeedsRendering true"), Watermark::None);
    assert_eq!(dynamic.unwrap_err(), Refusal::DynamicForm);
    let taken = ingest(&file(""), Watermark::None).unwrap();
    assert!(!String::from_utf8_lossy(&taken.bytes).contains("xdp"));
}

#[test]
fn embedded_files_are_kept_and_counted() {
    let file = raw(&[
        "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a.txt)4 0 R]>>>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
        "<</Type/Page/Parent 2 0 R>>",
        "<</Type/Filespec/F(a.txt)/EF<</F 5 0 R>>>>",
        "<</Type/EmbeddedFile/Length 5>>\nstream\nhello\nendstream",
    ]);
    let taken = ingest(&file, Watermark::None).unwrap();
    assert_eq!(taken.report.embedded_file_count, 1);
    assert!(String::from_utf8_lossy(&taken.bytes).contains("hello"));
}

#[test]
fn encryption_without_a_file_identifier_is_read_with_an_empty_one() {
    let mut document = lopdf::Document::load_mem(&sample::contract("No identifier")).unwrap();
    let empty = || lopdf::Object::string_literal("");
    document.trailer.set("ID", vec![empty(), empty()]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    document.trailer.remove(b"ID");
    document.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
    let mut file = Vec::new();
    document.save_to(&mut file).unwrap();

    let taken = ingest(&file, Watermark::None).unwrap();
    assert!(
        taken
            .report
            .repaired
            .contains(&pdf::report::Repair::Decrypted)
    );
    assert_eq!(
        taken.inspected.pages,
        pdf::inspect(&sample::contract("No identifier"))
            .unwrap()
            .pages
    );
}
