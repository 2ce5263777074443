//! Puts laid-out sheets into a PDF.

use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagKind, TagTree,
};
use krilla::text::TextDirection;
use krilla::{Document, SerializeSettings};

use crate::layout::{INK, PAGE_HEIGHT, PAGE_WIDTH};
use crate::sheet::{Colour, Kind, Mark, Sheets};
use crate::typeface::Faces;
use crate::{Content, DrawError};

const CREATOR: &str = "OKdokument";

/// Paints all sheets.
pub(crate) fn paint(
    content: &Content,
    sheets: &Sheets,
    faces: &Faces,
) -> Result<Vec<u8>, DrawError> {
    let standard = |error: &dyn std::fmt::Debug| DrawError::Standard(format!("{error:?}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| standard(&error))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); sheets.elements.len()];
    for marks in &sheets.pages {
        let settings =
            PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or_else(|| standard(&"page"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for (mark, owner) in marks {
            let tag = match owner {
                Some(_) if matches!(mark, Mark::Text { .. }) => ContentTag::Span(SpanTag::empty()),
                Some(_) => ContentTag::Other,
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            };
            let identifier = surface.start_tagged(tag);
            draw(&mut surface, mark, faces);
            surface.end_tagged();
            if let Some(leaves) = owner.and_then(|owner| leaves.get_mut(owner)) {
                leaves.push(identifier);
            }
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(tree(sheets, leaves).with_lang(Some(content.lang.clone())));
    document.set_outline(outline(content));
    document.set_metadata(metadata(content));
    document.finish().map_err(|error| standard(&error))
}

fn metadata(content: &Content) -> Metadata {
    let made = content.made;
    let made = DateTime::new(made.year)
        .month(made.month)
        .day(made.day)
        .hour(made.hour)
        .minute(made.minute)
        .second(made.second)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(format!("{} – {}", content.title, content.subject))
        .language(content.lang.clone())
        .creator(CREATOR.to_owned())
        .producer(CREATOR.to_owned())
        .creation_date(made)
}

/// One bookmark: the standard asks for an outline.
fn outline(content: &Content) -> Outline {
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(content.title.clone(), top));
    outline
}

fn fill(colour: Colour) -> Fill {
    let Colour(red, green, blue) = colour;
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, faces: &Faces) {
    match mark {
        Mark::Text {
            x,
            y,
            weight,
            size,
            colour,
            text,
        } => {
            surface.set_fill(Some(fill(*colour)));
            let font = faces.of(*weight).font.clone();
            let start = Point::from_xy(*x, *y);
            surface.draw_text(start, font, *size, text, false, TextDirection::LeftToRight);
        }
        Mark::Area {
            x,
            y,
            width,
            height,
            colour,
        } => {
            surface.set_fill(Some(fill(*colour)));
            if let Some(path) = area(*x, *y, *width, *height) {
                surface.draw_path(&path);
            }
        }
        Mark::Modules {
            x,
            y,
            side,
            size,
            dark,
        } => {
            surface.set_fill(Some(fill(INK)));
            if let Some(path) = modules((*x, *y), *side, *size, dark) {
                surface.draw_path(&path);
            }
        }
    }
}

fn area(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height)?);
    path.finish()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a QR code has at most 177 modules a side"
)]
fn modules((x, y): (f32, f32), side: f32, count: usize, dark: &[(usize, usize)]) -> Option<Path> {
    let module = side / count as f32;
    let mut path = PathBuilder::new();
    for (column, row) in dark {
        let (left, top) = (x + *column as f32 * module, y + *row as f32 * module);
        path.push_rect(Rect::from_xywh(left, top, module, module)?);
    }
    path.finish()
}

/// The structure tree: elements in the order in which they were made, each with its marks.
fn tree(sheets: &Sheets, leaves: Vec<Vec<Identifier>>) -> TagTree {
    let mut groups: Vec<Option<TagGroup>> = sheets
        .elements
        .iter()
        .zip(leaves)
        .map(|(element, leaves)| {
            let children = leaves.into_iter().map(Node::Leaf).collect();
            Some(TagGroup::with_children(tag(&element.kind), children))
        })
        .collect();
    let mut tree = TagTree::new();
    // From the last to the first, so that each is whole before its parent takes it; then the order is turned round.
    for index in (0..groups.len()).rev() {
        let Some(group) = groups.get_mut(index).and_then(Option::take) else {
            continue;
        };
        let parent = sheets
            .elements
            .get(index)
            .and_then(|element| element.parent);
        let parent = parent.and_then(|parent| groups.get_mut(parent));
        match parent.and_then(Option::as_mut) {
            Some(parent) => parent.children.insert(0, Node::Group(group)),
            None => tree.children.insert(0, Node::Group(group)),
        }
    }
    tree
}

fn tag(kind: &Kind) -> TagKind {
    match kind {
        Kind::Heading(level, text) => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(text.clone())).into()
        }
        Kind::Paragraph => Tag::P.into(),
        Kind::Table => Tag::Table.into(),
        Kind::Row => Tag::TR.into(),
        Kind::HeaderCell => Tag::TH(TableHeaderScope::Both).into(),
        Kind::Cell => Tag::TD.into(),
        Kind::Figure(alt) => Tag::Figure(Some(alt.clone())).into(),
    }
}
