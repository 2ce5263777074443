//! Tags stand where other programs see them: a table of files by other makers, each place compared
//! with what its maker says and with what poppler and mupdf see.

use std::path::{Path, PathBuf};

use pdf::{Page, Rect, Turn, inspect, place_tags};

use crate::oracle;
use crate::world::{World, fixture, in_field, ingested, input};

/// Points; what is asked for is a tenth.
const CLOSE: f32 = 0.1;

#[derive(Debug, serde::Deserialize)]
struct Made {
    file: String,
    tags: Vec<Tag>,
}

/// A tag as its maker knows it: the start of its baseline in the page's own coordinates.
#[derive(Debug, serde::Deserialize)]
struct Tag {
    name: String,
    page: usize,
    x: Option<f32>,
    y: Option<f32>,
}

impl Made {
    fn unit(&self) -> f32 {
        if self.file == "user-unit.pdf" {
            2.0
        } else {
            1.0
        }
    }
}

/// The corner of a field that is its lower left one as the viewer sees the page.
fn seen_corner(rect: Rect, turn: Turn) -> (f32, f32) {
    let (right, top) = (rect.x + rect.width, rect.y + rect.height);
    match turn {
        Turn::None => (rect.x, rect.y),
        Turn::Quarter => (right, rect.y),
        Turn::Half => (right, top),
        Turn::ThreeQuarters => (rect.x, top),
    }
}

/// A point of the page as the viewer sees it: from the upper left of the box, y downwards.
fn as_seen((x, y): (f32, f32), frame: Rect, turn: Turn) -> (f32, f32) {
    let (x, y) = (x - frame.x, y - frame.y);
    match turn {
        Turn::None => (x, frame.height - y),
        Turn::Quarter => (y, x),
        Turn::Half => (frame.width - x, y),
        Turn::ThreeQuarters => (frame.height - y, frame.width - x),
    }
}

fn near(one: f32, other: f32) -> bool {
    (one - other).abs() <= CLOSE
}

/// The number of an attribute in a line of XML.
fn attribute(line: &str, name: &str) -> Option<f32> {
    let rest = line.split(&format!(" {name}=\"")).nth(1)?;
    rest.split('"').next()?.parse().ok()
}

fn told(program: &str, arguments: &[&str], file: &Path) -> Option<String> {
    let output = oracle::asked(program, arguments, file)?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Poppler sees a word with the tag in it that begins there.
fn poppler_agrees(file: &Path, page: &Page, tag: (&str, usize), at: (f32, f32)) {
    let number = tag.1.to_string();
    let arguments = ["-bbox", "-f", &number, "-l", &number];
    let Some(words) = told("pdftotext", &arguments, file) else {
        return;
    };
    let (x, y) = as_seen(at, page.media_box, page.turn);
    let word = format!("_{}_", tag.0);
    let begins_there = |line: &str| {
        let side = |name| attribute(line, name).unwrap_or(f32::NAN);
        let across = (side("yMin")..side("yMax")).contains(&y);
        let along = (side("xMin")..side("xMax")).contains(&x);
        (near(side("xMin"), x) || near(side("xMax"), x)) && across
            || (near(side("yMin"), y) || near(side("yMax"), y)) && along
    };
    let mut words = words.lines().filter(|line| line.contains(&word));
    assert!(
        words.any(begins_there),
        "{} {tag:?} at {x} {y}",
        file.display()
    );
}

/// Mupdf, which counts in points of the paper, sees an underscore whose origin is there.
fn mupdf_agrees(file: &Path, (page, unit): (&Page, f32), number: usize, at: (f32, f32)) {
    let output = told("mutool", &["draw", "-q", "-F", "stext"], file);
    let Some(all) = output.filter(|text| !text.is_empty()) else {
        return;
    };
    let (x, y) = as_seen(at, page.crop_box, page.turn);
    let (x, y) = (x * unit, y * unit);
    let its = all.split("<page ").nth(number).unwrap();
    let is_there = its
        .split("<char ")
        .filter(|char| char.contains(" c=\"_\""))
        .any(|char| {
            near(attribute(char, "x").unwrap_or(f32::NAN), x)
                && near(attribute(char, "y").unwrap_or(f32::NAN), y)
        });
    assert!(
        is_there,
        "{} page {number} at {x} {y}: {its}",
        file.display()
    );
}

/// Every field that the tags of `file` became: name, page, and where its tag began. `unit` is how
/// many points of the paper one unit of the page is.
fn placed(file: &[u8], unit: f32) -> Vec<(String, usize, (f32, f32))> {
    let tagged = place_tags(file).unwrap();
    let told = inspect(&tagged.bytes).unwrap();
    let mut found = Vec::new();
    for field in told.fields {
        for widget in &field.widgets {
            let page = told.pages.get(widget.page - 1).unwrap();
            let (width, height) = match page.turn {
                Turn::None | Turn::Half => (widget.rect.width, widget.rect.height),
                Turn::Quarter | Turn::ThreeQuarters => (widget.rect.height, widget.rect.width),
            };
            assert!(
                near(width * unit, 150.0) && near(height * unit, 50.0),
                "{widget:?}"
            );
            let corner = seen_corner(widget.rect, page.turn);
            found.push((field.name.clone(), widget.page, corner));
        }
    }
    found
}

fn made_by_others(world: &World) -> Vec<(PathBuf, Made)> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(output) = oracle::made(
        &tests.join("tests/it/make_tagged.py"),
        &[world.folder.path(), &tests.join("src/fonts/Inter.ttf")],
    ) else {
        return Vec::new();
    };
    let made: Vec<Made> = serde_json::from_slice(&output).unwrap();
    assert!(made.len() >= 18, "{}", made.len());
    made.into_iter()
        .map(|one| (world.path(&one.file), one))
        .collect()
}

#[test]
fn tags_in_files_by_other_makers_stand_where_everybody_sees_them() {
    let world = World::new();
    for (path, made) in made_by_others(&world) {
        let file = std::fs::read(&path).unwrap();
        let served = ingested(&file);
        let found = placed(&served, made.unit());
        assert_eq!(found.len(), made.tags.len(), "{}: {found:?}", made.file);
        let pages = inspect(&served).unwrap().pages;
        for tag in &made.tags {
            let mut its = found.iter().filter(|(name, page, (x, y))| {
                *name == tag.name
                    && *page == tag.page
                    && tag.x.is_none_or(|wanted| near(*x, wanted))
                    && tag.y.is_none_or(|wanted| near(*y, wanted))
            });
            let (name, number, at) = its
                .next()
                .unwrap_or_else(|| panic!("{}: {tag:?} among {found:?}", made.file));
            let page = pages.get(number - 1).unwrap();
            poppler_agrees(&path, page, (name, *number), *at);
            mupdf_agrees(&path, (page, made.unit()), *number, *at);
        }
    }
}

#[test]
fn what_a_browser_prints_stands_where_everybody_sees_it() {
    let world = World::new();
    let served = ingested(&fixture("printed-by-chromium.pdf"));
    let path = world.write("printed.pdf", &served);
    let pages = inspect(&served).unwrap().pages;
    let found = placed(&served, 1.0);
    assert_eq!(found.len(), 2);
    for (name, number, at) in found {
        let page = pages.get(number - 1).unwrap();
        poppler_agrees(&path, page, (&name, number), at);
        mupdf_agrees(&path, (page, 1.0), number, at);
    }
}

#[test]
fn every_file_with_tags_can_be_signed_where_they_stood() {
    let world = World::new();
    for (path, made) in made_by_others(&world) {
        let Some(first) = made.tags.first() else {
            continue;
        };
        let tagged = place_tags(&ingested(&std::fs::read(&path).unwrap())).unwrap();
        let sealed = world.sealed(&tagged.bytes, &input(vec![in_field(&first.name)]));
        world.keep(&format!("tagged-{}", made.file), &sealed);
        oracle::qpdf_is_content(&world, &sealed);
    }
}
