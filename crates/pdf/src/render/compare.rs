//! Did anything change where nothing may change? Both revisions are drawn by the same renderer,
//! so that equal content gives equal pixels.

use hayro::kurbo::Rect as Area;
use serde::{Deserialize, Serialize};

use super::canvas::{Canvas, PIXEL, Scale};
use super::{File, RenderError};
use crate::geometry::Rect;

/// Fine enough that a hairline of a letter at 6 points is seen.
const PIXELS_PER_POINT: f64 = 1.5;
/// Smoothed edges reach a little beyond the rectangle that they belong to.
const MARGIN_PIXELS: f64 = 1.0;

/// A place at which an act may change what is seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Counts from 1.
    pub page: usize,
    pub rect: Rect,
}

/// What looks different on a page although it must not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Counts from 1.
    pub page: usize,
    /// Around all that changed, in points of the unrotated page.
    pub around: Rect,
    /// How many pixels changed, at 108 pixels an inch.
    pub pixels: u64,
}

/// Draws the pages of both revisions and lists those that changed outside the allowed spots.
///
/// `pages` count from 1.
pub fn compare(
    before: Vec<u8>,
    after: Vec<u8>,
    pages: &[usize],
    allowed: &[Spot],
) -> Result<Vec<Change>, RenderError> {
    let (before, after) = (File::open(before)?, File::open(after)?);
    let (had, has) = (before.page_count()?, after.page_count()?);
    if had != has {
        return Err(RenderError::NoSuchPage {
            page: had.max(has),
            pages: had.min(has),
        });
    }
    let mut changes = Vec::new();
    for page in pages {
        let scale = Scale::PerPoint(PIXELS_PER_POINT);
        let (old, new) = (before.draw(*page, scale)?, after.draw(*page, scale)?);
        let spots = allowed.iter().filter(|spot| spot.page == *page);
        let areas: Vec<Area> = spots
            .map(|spot| old.area(spot.rect).inflate(MARGIN_PIXELS, MARGIN_PIXELS))
            .collect();
        changes.extend(changed(*page, &old, &new, &areas));
    }
    Ok(changes)
}

fn changed(page: usize, old: &Canvas, new: &Canvas, allowed: &[Area]) -> Option<Change> {
    if (old.width(), old.height()) != (new.width(), new.height()) {
        let whole = Area::new(0.0, 0.0, f64::from(old.width()), f64::from(old.height()));
        return Some(Change {
            page,
            around: old.rect(whole),
            pixels: u64::from(old.width()) * u64::from(old.height()),
        });
    }
    let mut around: Option<Area> = None;
    let mut pixels = 0;
    for (y, (old_row, new_row)) in (0_u32..).zip(old.rows().zip(new.rows())) {
        if old_row == new_row {
            continue;
        }
        let pairs = old_row.chunks_exact(PIXEL).zip(new_row.chunks_exact(PIXEL));
        for (x, (was, is)) in (0_u32..).zip(pairs) {
            let (left, top) = (f64::from(x), f64::from(y));
            if was == is || allowed.iter().any(|area| covers(*area, left, top)) {
                continue;
            }
            let pixel = Area::new(left, top, left + 1.0, top + 1.0);
            around = Some(around.map_or(pixel, |sum| sum.union(pixel)));
            pixels += 1;
        }
    }
    around.map(|around| Change {
        page,
        around: old.rect(around),
        pixels,
    })
}

fn covers(area: Area, left: f64, top: f64) -> bool {
    area.x0 <= left && left + 1.0 <= area.x1 && area.y0 <= top && top + 1.0 <= area.y1
}
