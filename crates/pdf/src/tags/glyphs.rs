//! Where each piece of text stands on a page: an interpreter of page contents draws, and what it
//! would draw as text is written down.
//!
//! The interpreter follows whatever a content stream may do (matrices, nested forms, all kinds of
//! fonts and encodings, layers that are switched off). It has no limit on what a stream may unpack
//! to: strangers' files are given to it in a worker process only.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::font::{Glyph as DrawnGlyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::hayro_syntax::Pdf;
use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect as Area, Shape};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, Paint, RenderContent, SoftMask, interpret_page,
};
use lopdf::ObjectId;

use super::search;
use crate::limits::{MAX_FILLS, MAX_GLYPHS};
use crate::read::Refusal;

/// Glyph space: this many units are the font's size.
const UNITS: f64 = 1000.0;
/// Beyond any page; a page is drawn without being cut to its own box.
const EVERYWHERE: Area = Area::new(-1e7, -1e7, 1e7, 1e7);

/// What one code shows, in the page's own coordinates (those of its boxes, not turned).
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub(super) text: String,
    /// Where it begins on its baseline, and where the text goes on.
    pub(super) start: Point,
    pub(super) end: Point,
    /// The font's size as it is drawn.
    pub(super) height: f64,
    /// Corners of what is drawn; only of what may belong to a tag.
    pub(super) corners: Option<[Point; 4]>,
    /// How many of the page's fills lie under it.
    pub(super) fills: usize,
}

/// A rectangle that was filled with one colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill {
    pub(super) area: Area,
    /// Red, green, blue from 0 to 1.
    pub(super) colour: [f32; 3],
}

/// The text of one page, in the order in which it is drawn, and what it stands on.
#[derive(Debug, Default)]
pub(super) struct PageText {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) fills: Vec<Fill>,
}

/// The texts of a document's pages.
pub(super) struct Texts {
    pdf: Pdf,
}

impl Texts {
    pub(super) fn open(bytes: &[u8]) -> Result<Self, Refusal> {
        let bytes = bytes.to_vec();
        // As when a file is read: should the interpreter ever panic, that is the file's fault.
        match catch_unwind(AssertUnwindSafe(|| Pdf::new(bytes))) {
            Ok(Ok(pdf)) => Ok(Self { pdf }),
            Ok(Err(_)) | Err(_) => Err(Refusal::Broken),
        }
    }

    /// Calls `each` with the text of every page that is an object of its own.
    pub(super) fn visit(&self, mut each: impl FnMut(ObjectId, &PageText)) -> Result<(), Refusal> {
        let visited = catch_unwind(AssertUnwindSafe(|| {
            let cache = InterpreterCache::new();
            for page in self.pdf.pages().iter() {
                let Some(id) = page.raw().obj_id() else {
                    continue;
                };
                let Ok(generation) = u16::try_from(id.gen_number) else {
                    continue;
                };
                each((id.obj_number, generation), &listen(page, &cache));
            }
        }));
        visited.map_err(|_| Refusal::Broken)
    }
}

fn listen<'a>(page: &Page<'a>, cache: &InterpreterCache<'a>) -> PageText {
    let settings = InterpreterSettings {
        render_content: RenderContent::PAGE,
        ..InterpreterSettings::default()
    };
    let mut context = Context::new(Affine::IDENTITY, EVERYWHERE, cache, page.xref(), settings);
    let mut listener = Listener::default();
    interpret_page(page, &mut context, &mut listener);
    listener.heard
}

#[derive(Default)]
struct Listener {
    heard: PageText,
    /// By text and place, coarsely: finds a glyph that is drawn a second time, as bold is feigned
    /// and as filled and stroked text comes.
    seen: HashMap<(i64, i64), Vec<usize>>,
}

impl Listener {
    /// How far apart, as a share of the font's size, two drawings of the same glyph are one glyph.
    const SAME: f64 = 0.12;

    fn hear(&mut self, glyph: &DrawnGlyph<'_>, placed: Affine) {
        let Some(text) = glyph.as_unicode().map(said) else {
            return;
        };
        if text.is_empty() || self.heard.glyphs.len() >= MAX_GLYPHS {
            return;
        }
        let advance = match glyph {
            DrawnGlyph::Outline(outline) => outline.advance_width(),
            DrawnGlyph::Type3(drawn) => drawn.advance_width(),
        };
        let start = placed * Point::ORIGIN;
        let end = placed * Point::new(f64::from(advance.unwrap_or(0.0)), 0.0);
        let height = (placed * Point::new(0.0, UNITS) - start).hypot();
        if !(start.is_finite() && end.is_finite() && height.is_finite()) || height <= 0.0 {
            return;
        }
        let may_be_of_a_tag = search::may_be_of_a_tag(&text);
        if may_be_of_a_tag && self.is_a_second_time(&text, start, height) {
            return;
        }
        self.heard.glyphs.push(Glyph {
            corners: may_be_of_a_tag.then(|| corners(glyph, placed)).flatten(),
            text,
            start,
            end,
            height,
            fills: self.heard.fills.len(),
        });
    }

    fn is_a_second_time(&mut self, text: &str, start: Point, height: f64) -> bool {
        #[expect(clippy::cast_possible_truncation, reason = "a cell; `as` saturates")]
        let cell = |number: f64| (number / 4.0).round() as i64;
        let (column, row) = (cell(start.x), cell(start.y));
        let near = (column - 1..=column + 1).flat_map(|x| (row - 1..=row + 1).map(move |y| (x, y)));
        let is_there = near
            .filter_map(|cell| self.seen.get(&cell))
            .flatten()
            .any(|index| {
                self.heard.glyphs.get(*index).is_some_and(|before| {
                    before.text == text && (before.start - start).hypot() <= height * Self::SAME
                })
            });
        if !is_there {
            let next = self.heard.glyphs.len();
            self.seen.entry((column, row)).or_default().push(next);
        }
        is_there
    }

    fn note_fill(&mut self, path: &BezPath, props: &DrawProps<'_>) {
        let Paint::Color(colour) = &props.paint else {
            return;
        };
        let [red, green, blue, opacity] = colour.to_rgba().components();
        if opacity < 1.0 || self.heard.fills.len() >= MAX_FILLS {
            return;
        }
        let path = props.transform * path;
        if is_upright_rectangle(&path) {
            self.heard.fills.push(Fill {
                area: path.bounding_box(),
                colour: [red, green, blue],
            });
        }
    }
}

fn said(text: BfString) -> String {
    match text {
        BfString::Char(one) => one.to_string(),
        BfString::String(several) => several,
    }
}

fn corners(glyph: &DrawnGlyph<'_>, placed: Affine) -> Option<[Point; 4]> {
    let DrawnGlyph::Outline(outline) = glyph else {
        return None;
    };
    let drawn = outline.outline();
    if drawn.elements().is_empty() {
        return None;
    }
    let area = drawn.bounding_box();
    Some([
        placed * Point::new(area.x0, area.y0),
        placed * Point::new(area.x1, area.y0),
        placed * Point::new(area.x1, area.y1),
        placed * Point::new(area.x0, area.y1),
    ])
}

fn is_upright_rectangle(path: &BezPath) -> bool {
    /// Four lines, a way back to the start, and the closing.
    const MOST: usize = 6;
    let mut points = Vec::new();
    if path.elements().len() > MOST {
        return false;
    }
    for element in path.elements() {
        match element {
            PathEl::MoveTo(point) | PathEl::LineTo(point) => points.push(*point),
            PathEl::ClosePath => {}
            PathEl::QuadTo(..) | PathEl::CurveTo(..) => return false,
        }
    }
    let is_straight = |pair: &[Point]| match pair {
        [from, to] => (from.x - to.x).abs() < 0.01 || (from.y - to.y).abs() < 0.01,
        _ => false,
    };
    points.len() >= 4 && points.windows(2).all(is_straight)
}

impl<'a> Device<'a> for Listener {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.hear(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        if matches!(mode, DrawMode::Fill(_)) {
            self.note_fill(path, &props);
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
