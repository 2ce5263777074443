//! Tags in the text become signature fields.

use pdf::{FieldKind, Rect, inspect, place_tags, sample};

use crate::oracle;
use crate::world::{World, fixture, in_field, ingested, input, raw};

fn page(above: &str, content: &str) -> Vec<u8> {
    raw(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        &format!(
            "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 400 500]{above}\
             /Resources<</Font<</F 5 0 R>>>>>>"
        ),
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
        &format!(
            "<</Length {}>>\nstream\n{content}\nendstream",
            content.len()
        ),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ])
}

fn rects(bytes: &[u8]) -> Vec<(String, Vec<Rect>)> {
    inspect(bytes)
        .unwrap()
        .fields
        .into_iter()
        .map(|field| {
            assert_eq!(field.kind, FieldKind::Signature);
            (
                field.name,
                field.widgets.iter().map(|widget| widget.rect).collect(),
            )
        })
        .collect()
}

#[test]
fn tags_become_fields_where_their_baseline_starts() {
    let world = World::new();
    let content = "BT /F 12 Tf 40 400 Td (Sign: _S1_ or ) Tj (_S) Tj [(O) 20 (2_)] TJ ET \
                   q 0.5 0 0 0.5 100 0 cm BT /F 24 Tf 1 0 0 1 20 200 Tm (_sig3_ _S6_ _s1_ S1_) Tj ET Q";
    let served = ingested(&page("", content));
    let tagged = place_tags(&served).unwrap();
    assert_eq!(tagged.fields, ["S1", "SO2", "sig3"]);
    world.keep("tagged", &tagged.bytes);
    oracle::qpdf_is_content(&world, &tagged.bytes);
    let found = rects(&tagged.bytes);
    let of = |name: &str| found.iter().find(|(own, _)| own == name).unwrap().1.clone();
    let first = *of("S1").first().unwrap();
    assert!(
        (first.x - 70.68).abs() < 0.05 && (first.y - 400.0).abs() < 0.05,
        "{first:?}"
    );
    assert_eq!(of("sig3"), [Rect::new(110.0, 100.0, 150.0, 50.0)]);
    let sealed = world.sealed(
        &tagged.bytes,
        &input(vec![in_field("S1"), in_field("sig3")]),
    );
    world.keep("tagged-sealed", &sealed);
    oracle::all_are_content(&world, &sealed, 2);
}

#[test]
fn tags_are_found_in_what_a_browser_prints() {
    let world = World::new();
    let tagged = place_tags(&ingested(&fixture("printed-by-chromium.pdf"))).unwrap();
    assert_eq!(tagged.fields, ["S1", "SO2"]);
    let sealed = world.sealed(&tagged.bytes, &input(vec![in_field("SO2")]));
    world.keep("tagged-chromium", &sealed);
    oracle::all_are_content(&world, &sealed, 1);
    let (_, first) = rects(&tagged.bytes).remove(0);
    // As `pdftotext -bbox` has it.
    let first = first.first().unwrap();
    assert!((first.x - 182.467).abs() < 0.05, "{first:?}");
}

#[test]
fn a_repeated_tag_is_one_field_with_several_widgets() {
    let world = World::new();
    let content = "BT /F 10 Tf 40 400 Td (_S1_) Tj 0 -200 Td (_S1_ _SO1_) Tj ET";
    let tagged = place_tags(&ingested(&page("", content))).unwrap();
    let found = rects(&tagged.bytes);
    assert_eq!(found.len(), 2);
    assert_eq!(found.first().unwrap().1.len(), 2);
    let sealed = world.sealed(&tagged.bytes, &input(vec![in_field("S1")]));
    let sealed = world.sealed(&sealed, &input(vec![in_field("SO1")]));
    world.keep("tagged-twice", &sealed);
    oracle::all_are_content(&world, &sealed, 2);
}

#[test]
fn fields_stay_inside_the_visible_page_and_upright_on_turned_ones() {
    let world = World::new();
    let corner = "BT /F 10 Tf 360 480 Td (_SC1_) Tj ET";
    let tagged = place_tags(&ingested(&page("/CropBox[10 10 390 490]", corner))).unwrap();
    assert_eq!(
        rects(&tagged.bytes),
        [("SC1".to_owned(), vec![Rect::new(240.0, 440.0, 150.0, 50.0)])]
    );
    // Upright as seen on a page turned by 90: the text runs upwards.
    let upwards = "BT /F 10 Tf 0 1 -1 0 200 100 Tm (_S2_) Tj ET";
    let tagged = place_tags(&ingested(&page("/Rotate 90", upwards))).unwrap();
    assert_eq!(
        rects(&tagged.bytes),
        [("S2".to_owned(), vec![Rect::new(150.0, 100.0, 50.0, 150.0)])]
    );
    let sealed = world.sealed(&tagged.bytes, &input(vec![in_field("S2")]));
    world.keep("tagged-turned", &sealed);
    oracle::all_are_content(&world, &sealed, 1);
}

#[test]
fn a_file_without_tags_or_with_signatures_is_left_alone() {
    for file in [
        sample::contract("No tags"),
        fixture("signed-by-somebody-else.pdf"),
    ] {
        let tagged = place_tags(&file).unwrap();
        assert!(tagged.fields.is_empty());
        assert_eq!(tagged.bytes, file);
    }
}
