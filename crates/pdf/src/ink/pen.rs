//! How broad the line is at each spot: a pen that thins with speed and swells with pressure.

use super::Pointer;
use super::spline::{Spot, distance};

/// Half the width changes by at most this much per unit of way: nibs do not jump.
const STEEPEST: f32 = 0.16;
/// A dot is fatter than the line: the pen rests on it.
const DOT: f32 = 1.5;
/// A stroke no longer than so many half widths is a dot.
const DOT_LENGTH: f32 = 3.0;

/// The spot of a stroke that is a dot: a touch without a way.
pub(super) fn dot(spots: &[Spot], half: f32) -> Option<Spot> {
    let length: f32 = way(spots);
    (length < half * DOT_LENGTH)
        .then(|| spots.first().copied())
        .flatten()
}

fn way(spots: &[Spot]) -> f32 {
    spots
        .windows(2)
        .map(|pair| match pair {
            [a, b] => distance(a, b),
            _ => 0.0,
        })
        .sum()
}

/// Half widths of a run, for a pen whose half width at rest is `half`.
///
/// `brisk` is the speed (target units per millisecond) at which the line is half way to its thinnest.
pub(super) fn half_widths(spots: &[Spot], pointer: Pointer, half: f32, brisk: f32) -> Vec<f32> {
    if spots.len() < 2 {
        return vec![half * DOT; spots.len()];
    }
    let mut widths: Vec<f32> = spots
        .iter()
        .map(|spot| half * factor(spot, pointer, brisk))
        .collect();
    taper(spots, &mut widths, half, brisk);
    even_out(spots, &mut widths);
    widths
}

fn factor(spot: &Spot, pointer: Pointer, brisk: f32) -> f32 {
    // 0 at rest, one half at `brisk`, towards 1 beyond.
    let haste = spot.speed / (spot.speed + brisk.max(1e-6));
    match pointer {
        Pointer::Mouse | Pointer::Touch => 1.32 - 0.86 * haste,
        Pointer::Pen => {
            let pressed = 0.42 + 1.08 * spot.pressure.powf(0.75);
            pressed * (1.08 - 0.28 * haste) * (1.0 + 0.25 * spot.lean)
        }
    }
}

/// The pen lands and leaves in motion: the ends run out, the more so the faster it was.
fn taper(spots: &[Spot], widths: &mut [f32], half: f32, brisk: f32) {
    let length = way(spots);
    let haste =
        |spot: Option<&Spot>| spot.map_or(0.0, |spot| spot.speed / (spot.speed + brisk.max(1e-6)));
    let landing = (half * (1.5 + 3.0 * haste(spots.first()))).min(length * 0.2);
    let leaving = (half * (2.0 + 9.0 * haste(spots.last()))).min(length * 0.35);
    let mut way = 0.0;
    let mut last = spots.first();
    for (spot, width) in spots.iter().zip(widths.iter_mut()) {
        way += last.map_or(0.0, |last| distance(last, spot));
        last = Some(spot);
        let start = ease(way / landing.max(1e-6), 0.55);
        let end = ease((length - way) / leaving.max(1e-6), 0.22);
        *width *= start.min(end);
    }
}

/// From `least` at 0 to 1 at 1, without corners.
fn ease(share: f32, least: f32) -> f32 {
    let share = share.clamp(0.0, 1.0);
    least + (1.0 - least) * share * (2.0 - share)
}

fn even_out(spots: &[Spot], widths: &mut [f32]) {
    let steps: Vec<f32> = spots
        .windows(2)
        .map(|pair| match pair {
            [a, b] => distance(a, b) * STEEPEST,
            _ => 0.0,
        })
        .collect();
    let mut limit = f32::INFINITY;
    for (width, step) in widths.iter_mut().zip(std::iter::once(&0.0).chain(&steps)) {
        limit = (limit + step).min(*width);
        *width = limit;
    }
    limit = f32::INFINITY;
    for (width, step) in widths
        .iter_mut()
        .rev()
        .zip(std::iter::once(&0.0).chain(steps.iter().rev()))
    {
        limit = (limit + step).min(*width);
        *width = limit;
    }
}
