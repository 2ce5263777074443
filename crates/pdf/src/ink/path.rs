//! Ink fitted into a box and written as PDF path operators.

use std::fmt::Write as _;

use super::outline::{Pen, shapes};
use super::spline::{Placement, run};
use super::{Ink, MAX_SAMPLES, Pointer, Sample, pen};
use crate::geometry::Rect;
use crate::text::short;

/// Half the width of the line at rest, as a share of the box's shorter measure.
const NIB: f32 = 0.0165;
const FINEST_NIB: f32 = 0.32;
const BROADEST_NIB: f32 = 1.7;
/// Ink written small on a large pad grows by at most this much beyond the pad's own scale.
const MOST_GROWTH: f32 = 2.2;
/// A pad this near to the box in size was the box itself: ink stays where it was written.
const SAME: f32 = 1.5;
/// The pen crosses the shorter measure of the box in so many milliseconds at brisk speed.
const BRISK_MS: f32 = 130.0;

/// Operators that fill the ink inside `area`; empty when there is nothing to draw.
pub(crate) fn draw(ink: &Ink, area: Rect) -> String {
    let Some(bounds) = bounds(ink) else {
        return String::new();
    };
    let measure = area.height.min(area.width / 2.2);
    let half = (measure * NIB).clamp(FINEST_NIB, BROADEST_NIB);
    let placement = fit(ink, bounds, area, half * 1.6);
    let mut path = Path(String::new());
    let mut budget = MAX_SAMPLES;
    for stroke in &ink.strokes {
        if stroke.samples.len() > budget {
            break;
        }
        budget -= stroke.samples.len();
        let mut spots = run(stroke, placement, half, smoothing(stroke.pointer));
        if let Some(dot) = pen::dot(&spots, half) {
            spots = vec![dot];
        }
        let halves = pen::half_widths(&spots, stroke.pointer, half, measure / BRISK_MS);
        for shape in shapes(&spots, &halves) {
            shape.trace(&mut path);
        }
    }
    if !path.0.is_empty() {
        path.0.push_str("f\n");
    }
    path.0
}

/// A mouse jumps from pixel to pixel, a digitiser hardly at all.
fn smoothing(pointer: Pointer) -> usize {
    match pointer {
        Pointer::Mouse => 3,
        Pointer::Touch => 2,
        Pointer::Pen => 1,
    }
}

fn bounds(ink: &Ink) -> Option<Rect> {
    ink.strokes
        .iter()
        .flat_map(|stroke| &stroke.samples)
        .filter(|sample| sample.is_finite())
        .map(|Sample { x, y, .. }| Rect::new(*x, *y, 0.0, 0.0))
        .reduce(|all, one| {
            let (x, y) = (all.x.min(one.x), all.y.min(one.y));
            Rect::new(x, y, all.right().max(one.x) - x, all.top().max(one.y) - y)
        })
}

/// Keeps the aspect. A pad of the box's own size is taken as it stands; otherwise the ink is
/// centred and, where it was written small, enlarged up to a limit.
fn fit(ink: &Ink, bounds: Rect, area: Rect, margin: f32) -> Placement {
    let same = |pad: f32, own: f32| (pad - own).abs() < SAME;
    if same(ink.pad_width, area.width) && same(ink.pad_height, area.height) {
        return Placement {
            scale: 1.0,
            left: area.x,
            top: area.top(),
        };
    }
    let ratio = |own: f32, of: f32| if of > 0.0 { own / of } else { f32::INFINITY };
    let pad = ratio(area.width, ink.pad_width).min(ratio(area.height, ink.pad_height));
    let tight = ratio((area.width - 2.0 * margin).max(1.0), bounds.width)
        .min(ratio((area.height - 2.0 * margin).max(1.0), bounds.height));
    let most = if pad.is_finite() {
        pad * MOST_GROWTH
    } else {
        1.0
    };
    let scale = tight.min(most);
    let (centre_x, centre_y) = (
        bounds.x + bounds.width / 2.0,
        bounds.y + bounds.height / 2.0,
    );
    Placement {
        scale,
        left: area.x + area.width / 2.0 - centre_x * scale,
        top: area.y + area.height / 2.0 + centre_y * scale,
    }
}

struct Path(String);

impl Path {
    fn point(&mut self, (x, y): (f32, f32)) {
        let _infallible = write!(self.0, "{} {} ", short(x), short(y));
    }
}

impl Pen for Path {
    fn move_to(&mut self, to: (f32, f32)) {
        self.point(to);
        self.0.push_str("m\n");
    }

    fn line_to(&mut self, to: (f32, f32)) {
        self.point(to);
        self.0.push_str("l\n");
    }

    fn curve_to(&mut self, first: (f32, f32), second: (f32, f32), to: (f32, f32)) {
        self.point(first);
        self.point(second);
        self.point(to);
        self.0.push_str("c\n");
    }

    fn close(&mut self) {
        self.0.push_str("h\n");
    }
}
