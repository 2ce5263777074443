//! One page drawn into pixels, and where its points are on them.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::TransformExt as _;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, Point, Rect as Area};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

use super::RenderError;
use crate::geometry::Rect;
use crate::limits::{MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE};

/// Four bytes a pixel: red, green, blue and a full alpha.
pub(super) const PIXEL: usize = 4;

/// How large a page is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scale {
    /// As wide as so many pixels.
    Width(u32),
    /// So many pixels for each point of the page.
    PerPoint(f64),
}

/// A drawn page.
pub(super) struct Canvas {
    pixels: Pixmap,
    /// From points of the unrotated page to pixels.
    placed: Affine,
}

impl Canvas {
    pub(super) fn draw<'a>(
        page: &'a Page<'a>,
        cache: &RenderCache<'a>,
        settings: &InterpreterSettings,
        scale: Scale,
    ) -> Result<Self, RenderError> {
        let (wide, high) = page.render_dimensions();
        let (wide, high) = (f64::from(wide), f64::from(high));
        if !(wide.is_finite() && high.is_finite() && 0.0 < wide && 0.0 < high) {
            return Err(RenderError::Failed);
        }
        let wanted = match scale {
            Scale::Width(width) => f64::from(width) / wide,
            Scale::PerPoint(pixels) => pixels,
        };
        let roomy = (MAX_PICTURE_PIXELS / (wide * high)).sqrt();
        let longest = MAX_PICTURE_SIDE / wide.max(high);
        let factor = wanted.min(roomy).min(longest);
        let placed = Affine::scale(factor) * page.initial_transform(true).to_kurbo();
        let mut context = RenderContext::new(pixels(wide * factor), pixels(high * factor));
        let look = RenderSettings::default();
        render_into(page, cache, settings, &look, &mut context, placed);
        context.flush();
        let mut drawn = Pixmap::new(context.width(), context.height());
        let on_white = RasterizerSettings {
            target_init: TargetInit::Clear(WHITE),
            ..RasterizerSettings::default()
        };
        context.render_with(&mut drawn, &mut Resources::default(), on_white);
        Ok(Self {
            pixels: drawn,
            placed,
        })
    }

    pub(super) fn width(&self) -> u32 {
        u32::from(self.pixels.width())
    }

    pub(super) fn height(&self) -> u32 {
        u32::from(self.pixels.height())
    }

    /// The rows of the picture, from the top.
    pub(super) fn rows(&self) -> std::slice::ChunksExact<'_, u8> {
        let row = usize::from(self.pixels.width()).max(1) * PIXEL;
        self.pixels.data_as_u8_slice().chunks_exact(row)
    }

    /// The pixels that a rectangle of the page covers, in part or whole.
    pub(super) fn area(&self, rect: Rect) -> Area {
        let corner = |x: f32, y: f32| Point::new(f64::from(x), f64::from(y));
        let area = Area::from_points(corner(rect.x, rect.y), corner(rect.right(), rect.top()));
        self.placed.transform_rect_bbox(area).expand()
    }

    /// The rectangle of the page that lies under so many pixels.
    pub(super) fn rect(&self, area: Area) -> Rect {
        let under = self.placed.inverse().transform_rect_bbox(area);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "points of a page; the file format has no finer numbers"
        )]
        let narrow = |number: f64| number as f32;
        Rect::new(
            narrow(under.x0),
            narrow(under.y0),
            narrow(under.width()),
            narrow(under.height()),
        )
    }

    pub(super) fn png(&self) -> Option<Vec<u8>> {
        let colours: Vec<u8> = self
            .pixels
            .data_as_u8_slice()
            .chunks_exact(PIXEL)
            .filter_map(|pixel| pixel.first_chunk::<3>())
            .flatten()
            .copied()
            .collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width(), self.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&colours).ok()?;
        writer.finish().ok()?;
        Some(file)
    }
}

/// A length in whole pixels, at least one.
fn pixels(length: f64) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded by the caller; `as` saturates"
    )]
    let whole = length.round() as u16;
    whole.max(1)
}
