//! Pictures of pages, and what a comparison of two revisions finds.

use std::process::Command;

use pdf::render::{self, Picture, RenderError, Spot};
use pdf::{Rect, Refusal, sample};

use crate::world::{World, at_place, in_field, ingested, input, minimal, raw};

/// A decoded picture.
struct Look {
    width: usize,
    height: usize,
    /// Mean of red, green and blue, row by row from the top.
    grey: Vec<u8>,
}

impl Look {
    fn of(picture: &Picture) -> Self {
        Self::decoded(&picture.png)
    }

    fn decoded(file: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(info.color_type, png::ColorType::Rgb);
        let grey = pixels
            .chunks_exact(3)
            .map(|rgb| u8::try_from(rgb.iter().map(|c| u32::from(*c)).sum::<u32>() / 3).unwrap())
            .collect();
        Self {
            width: info.width as usize,
            height: info.height as usize,
            grey,
        }
    }

    /// At so many hundredths of the width and the height.
    fn at(&self, right: usize, down: usize) -> u8 {
        let (x, y) = (self.width * right / 100, self.height * down / 100);
        *self.grey.get(y * self.width + x).unwrap()
    }

    fn dark(&self) -> usize {
        self.grey.iter().filter(|grey| **grey < 128).count()
    }

    /// Mean grey of each cell of a coarse grid, so that the smoothing of edges does not count.
    fn coarse(&self, cells: usize) -> Vec<u64> {
        let mut sums = vec![(0_u64, 0_u64); cells * cells];
        for (index, grey) in self.grey.iter().enumerate() {
            let (x, y) = (index % self.width, index / self.width);
            let cell = (y * cells / self.height) * cells + x * cells / self.width;
            let (sum, count) = sums.get_mut(cell).unwrap();
            *sum += u64::from(*grey);
            *count += 1;
        }
        sums.iter()
            .map(|(sum, count)| sum / count.max(&1))
            .collect()
    }
}

fn look(bytes: &[u8], page: usize, width: u32) -> Look {
    Look::of(&render::page_picture(bytes.to_vec(), page, width).unwrap())
}

/// One page with a black square 40 points wide at the given place.
fn square(x: i32, y: i32, above: &str) -> Vec<u8> {
    let content = format!("0 g {x} {y} 40 40 re f");
    raw(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        &format!("<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]{above}>>"),
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>>>>",
        &format!(
            "<</Length {}>>\nstream\n{content}\nendstream",
            content.len()
        ),
    ])
}

#[test]
fn a_picture_is_as_wide_as_asked_and_as_high_as_the_page_makes_it() {
    let picture = render::page_picture(minimal(""), 1, 600).unwrap();
    assert_eq!((picture.width, picture.height), (600, 800));
    let turned = render::page_picture(minimal("/Rotate 90"), 1, 600).unwrap();
    assert_eq!((turned.width, turned.height), (600, 450));
    let cropped = render::page_picture(minimal("/CropBox[0 0 150 400]"), 1, 300).unwrap();
    assert_eq!((cropped.width, cropped.height), (300, 800));
    let large = render::page_picture(minimal("/UserUnit 4"), 1, 300).unwrap();
    assert_eq!((large.width, large.height), (300, 400));
}

#[test]
fn a_square_is_where_readers_show_it_on_turned_and_cut_pages() {
    let bottom_left = square(10, 10, "");
    let upright = look(&bottom_left, 1, 300);
    assert!(upright.at(10, 92) < 20 && upright.at(90, 92) > 230 && upright.at(10, 8) > 230);
    // Turned clockwise, what was at the bottom left is at the top left.
    let turned = look(&square(10, 10, "/Rotate 90"), 1, 300);
    assert!(turned.at(7, 10) < 20 && turned.at(7, 90) > 230 && turned.at(93, 10) > 230);
    let half = look(&square(10, 10, "/Rotate 180"), 1, 300);
    assert!(half.at(90, 8) < 20 && half.at(10, 92) > 230);
    let cut = look(&square(110, 110, "/CropBox[100 100 200 200]"), 1, 300);
    assert!(cut.at(30, 70) < 20 && cut.at(70, 30) > 230);
}

#[test]
fn a_page_out_of_all_proportion_still_makes_a_picture_of_bounded_size() {
    let high = raw(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 10 14400]>>",
        "<</Type/Page/Parent 2 0 R/Resources<<>>>>",
    ]);
    let picture = render::page_picture(high, 1, 100_000).unwrap();
    assert!(picture.width <= pdf::limits::MAX_PICTURE_WIDTH);
    assert!(u64::from(picture.width) * u64::from(picture.height) <= 16_100_000);
}

#[test]
fn what_cannot_be_drawn_is_refused_with_its_reason() {
    let missing = render::page_picture(minimal(""), 2, 100);
    assert_eq!(missing, Err(RenderError::NoSuchPage { page: 2, pages: 1 }));
    let none = render::page_picture(minimal(""), 0, 100);
    assert_eq!(none, Err(RenderError::NoSuchPage { page: 0, pages: 1 }));
    let text = render::page_picture(b"hello".to_vec(), 1, 100);
    assert_eq!(text, Err(RenderError::Refused(Refusal::NotPdf)));
    let cut_off = render::page_picture(b"%PDF-1.7\nand nothing more".to_vec(), 1, 100);
    assert_eq!(cut_off, Err(RenderError::Refused(Refusal::Broken)));
}

/// One letter in a standard font that the file does not carry.
fn letter(font: &str, name: &str) -> Vec<u8> {
    let content = "BT /F 200 Tf 60 100 Td <41> Tj ET";
    raw(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 300]>>",
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        &format!(
            "<</Length {}>>\nstream\n{content}\nendstream",
            content.len()
        ),
        &format!(
            "<</Type/Font/Subtype/Type1/BaseFont/{font}/Encoding<</Type/Encoding/Differences[65/{name}]>>>>"
        ),
    ])
}

#[test]
fn letters_of_central_and_eastern_europe_show_though_their_font_is_not_in_the_file() {
    let fonts = [
        "Helvetica",
        "Times-Roman",
        "Courier",
        "Helvetica-BoldOblique",
    ];
    // A letter with its mark has more ink than the letter without.
    let marked = [
        ("ccaron", "c"),
        ("Lcaron", "L"),
        ("racute", "r"),
        ("ncaron", "n"),
        ("ohungarumlaut", "o"),
        ("abreve", "a"),
    ];
    for font in fonts {
        for (with, without) in marked {
            let (with_ink, without_ink) = (
                look(&letter(font, with), 1, 300).dark(),
                look(&letter(font, without), 1, 300).dark(),
            );
            assert!(
                0 < without_ink && without_ink + 50 < with_ink,
                "{font}: {with} has {with_ink}, {without} has {without_ink}"
            );
        }
        let cyrillic = look(&letter(font, "afii10104"), 1, 300).dark();
        assert!(500 < cyrillic, "{font}: {cyrillic}");
    }
}

#[test]
fn a_signature_and_a_filled_field_are_seen_in_the_picture() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let sealed = world.sealed(&served, &input(vec![in_field("S1")]));
    let (before, after) = (look(&served, 1, 900), look(&sealed, 1, 900));
    assert!(before.dark() + 500 < after.dark(), "ink is drawn");
}

#[test]
fn a_comparison_finds_the_signature_unless_it_is_allowed_there() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let sealed = world.sealed(&served, &input(vec![in_field("S1")]));
    let compared =
        |allowed: &[Spot]| render::compare(served.clone(), sealed.clone(), &[1], allowed).unwrap();
    let found = compared(&[]);
    let change = found.first().unwrap();
    assert_eq!((found.len(), change.page), (1, 1));
    // The field of the sample is 200 by 66 points at 64, 150.
    let around = change.around;
    assert!(
        63.0 <= around.x && around.x + around.width <= 265.0,
        "{around:?}"
    );
    assert!(
        149.0 <= around.y && around.y + around.height <= 217.0,
        "{around:?}"
    );
    let rect = Rect::new(64.0, 150.0, 200.0, 66.0);
    assert_eq!(compared(&[Spot { page: 1, rect }]), []);
    let other_page = Spot { page: 2, rect };
    assert_eq!(compared(&[other_page]), found);
}

#[test]
fn a_comparison_on_a_turned_page_allows_the_turned_rectangle() {
    let world = World::new();
    for above in [
        "/Rotate 90",
        "/Rotate 180",
        "/Rotate 270",
        "/CropBox[20 20 290 380]/UserUnit 2",
    ] {
        let served = ingested(&minimal(above));
        let rect = Rect::new(60.0, 200.0, 150.0, 60.0);
        let sealed = world.sealed(&served, &input(vec![at_place(1, rect)]));
        let seen = render::compare(served.clone(), sealed.clone(), &[1], &[]).unwrap();
        assert_eq!(seen.len(), 1, "{above}: the signature is seen");
        let allowed = [Spot { page: 1, rect }];
        let hidden = render::compare(served, sealed, &[1], &allowed).unwrap();
        assert_eq!(hidden, [], "{above}");
    }
}

#[test]
fn a_mark_of_one_pixel_outside_the_allowed_place_is_found() {
    let page = |extra: &str| {
        let content = format!("0 g 20 20 99 99 re f {extra}");
        raw(&[
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
            "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>>>>",
            &format!(
                "<</Length {}>>\nstream\n{content}\nendstream",
                content.len()
            ),
        ])
    };
    let dot = page("200 300 1 1 re f");
    let elsewhere = [Spot {
        page: 1,
        rect: Rect::new(0.0, 0.0, 190.0, 400.0),
    }];
    let found = render::compare(page(""), dot, &[1], &elsewhere).unwrap();
    let change = found.first().unwrap();
    assert!(1 <= change.pixels && change.pixels <= 9, "{change:?}");
    assert!((change.around.x - 200.0).abs() < 2.0, "{change:?}");
    assert!((change.around.y - 300.0).abs() < 2.0, "{change:?}");
}

#[test]
fn pictures_are_like_those_of_another_renderer() {
    let world = World::new();
    let served = ingested(&sample::contract("Zmluva o službách č. 7"));
    let sealed = world.sealed(&served, &input(vec![in_field("S1")]));
    let turned = world.sealed(
        &ingested(&minimal("/Rotate 90/CropBox[10 10 280 390]")),
        &input(vec![at_place(1, Rect::new(60.0, 200.0, 150.0, 60.0))]),
    );
    for (name, bytes) in [("contract", sealed), ("turned", turned)] {
        let ours = render::page_picture(bytes.clone(), 1, 600).unwrap();
        let file = world.write(&format!("{name}.pdf"), &bytes);
        let out = world.path(name);
        // Poppler takes the wanted size before it turns the page.
        let (wide, high) = match name {
            "turned" => (ours.height, ours.width),
            _ => (ours.width, ours.height),
        };
        let size = [
            "-scale-to-x",
            &wide.to_string(),
            "-scale-to-y",
            &high.to_string(),
        ];
        let done = Command::new("pdftoppm")
            .args(["-png", "-singlefile", "-cropbox"])
            .args(size)
            .arg(&file)
            .arg(&out)
            .output()
            .expect("pdftoppm runs");
        assert!(done.status.success(), "{name}");
        let theirs = Look::decoded(&std::fs::read(out.with_extension("png")).unwrap());
        let ours = Look::of(&ours);
        assert_eq!(
            (ours.width, ours.height),
            (theirs.width, theirs.height),
            "{name}"
        );
        let worst = ours
            .coarse(24)
            .iter()
            .zip(theirs.coarse(24))
            .map(|(ours, theirs)| ours.abs_diff(theirs))
            .max();
        assert!(
            worst < Some(24),
            "{name}: a cell differs by {worst:?} of 255"
        );
    }
}
