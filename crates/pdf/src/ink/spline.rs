//! From jittery samples to a smooth curve, sampled evenly enough to carry a changing width.

use super::{Sample, Stroke};

/// A point on the drawn line, in the units of the target.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Units of the target per millisecond.
    pub(super) speed: f32,
    pub(super) pressure: f32,
    /// Length of the tilt from upright, 0 to 1.
    pub(super) lean: f32,
}

/// Longest step between two spots, in half widths of the line: the sides curve smoothly between.
const LONGEST_STEP: f32 = 2.6;
/// A step may turn by no more than this, in radians.
const SHARPEST_STEP: f32 = 0.14;
/// Samples nearer than this (in target units) tell nothing but jitter.
const NEAREST: f32 = 0.12;
const FINEST_PIECES: f32 = 24.0;

/// Where samples land: uniform scale, y turned upwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placement {
    pub(super) scale: f32,
    pub(super) left: f32,
    /// Height at which the pad's top edge lies.
    pub(super) top: f32,
}

impl Placement {
    fn place(self, sample: &Sample) -> (f32, f32) {
        (
            self.left + sample.x * self.scale,
            self.top - sample.y * self.scale,
        )
    }
}

/// The smooth run of a stroke; one spot where the pen only touched.
///
/// `half` is half the width of the line to be drawn; the finer the line, the closer the spots.
pub(super) fn run(stroke: &Stroke, placement: Placement, half: f32, passes: usize) -> Vec<Spot> {
    let mut knots = with_speeds(knots(stroke, placement));
    for _pass in 0..passes {
        knots = smoothed(&knots);
    }
    let mut spots: Vec<Spot> = knots.first().copied().into_iter().collect();
    for (index, pair) in knots.windows(2).enumerate() {
        let [from, to] = pair else { continue };
        let before = index
            .checked_sub(1)
            .and_then(|index| knots.get(index))
            .unwrap_or(from);
        let after = knots.get(index + 2).unwrap_or(to);
        piece([before, from, to, after], half * LONGEST_STEP, &mut spots);
    }
    spots
}

/// Samples in their place, those too near their predecessor left out.
fn knots(stroke: &Stroke, placement: Placement) -> Vec<(Spot, f32)> {
    let mut kept: Vec<(Spot, f32)> = Vec::new();
    for sample in stroke.samples.iter().filter(|sample| sample.is_finite()) {
        let (x, y) = placement.place(sample);
        let lean = (sample.tilt_x.hypot(sample.tilt_y) / 90.0).clamp(0.0, 1.0);
        let spot = Spot {
            x,
            y,
            speed: 0.0,
            pressure: if sample.pressure.is_finite() {
                sample.pressure.clamp(0.0, 1.0)
            } else {
                0.5
            },
            lean: if lean.is_finite() { lean } else { 0.0 },
        };
        let near = kept
            .last()
            .is_some_and(|(last, _)| distance(last, &spot) < NEAREST);
        if !near {
            kept.push((spot, sample.at_ms));
        }
    }
    kept
}

/// Speeds between neighbours, the clock's steps and standstills evened out.
fn with_speeds(knots: Vec<(Spot, f32)>) -> Vec<Spot> {
    let mut spots = Vec::with_capacity(knots.len());
    let mut last: Option<(Spot, f32)> = None;
    let mut speed = 0.0;
    for (index, (mut spot, at)) in knots.into_iter().enumerate() {
        if let Some((before, then)) = last {
            // Coalesced samples may share a time stamp; nobody samples faster than once a millisecond.
            let elapsed = if (at - then).is_finite() {
                (at - then).max(1.0)
            } else {
                8.0
            };
            let now = distance(&before, &spot) / elapsed;
            speed = if index == 1 {
                now
            } else {
                speed + (now - speed) * 0.35
            };
        }
        spot.speed = speed;
        last = Some((spot, at));
        spots.push(spot);
    }
    // The first sample has no predecessor; it moved as the second did.
    let second = spots.get(1).map(|spot| spot.speed);
    if let (Some(first), Some(speed)) = (spots.first_mut(), second) {
        first.speed = speed;
    }
    spots
}

/// A quarter of each neighbour, half of itself; the ends stay where the pen was.
fn smoothed(spots: &[Spot]) -> Vec<Spot> {
    let mut out = Vec::with_capacity(spots.len());
    out.extend(spots.first());
    for three in spots.windows(3) {
        let [before, here, after] = three else {
            continue;
        };
        let mix =
            |pick: fn(&Spot) -> f32| 0.25 * pick(before) + 0.5 * pick(here) + 0.25 * pick(after);
        out.push(Spot {
            x: mix(|spot| spot.x),
            y: mix(|spot| spot.y),
            speed: mix(|spot| spot.speed),
            pressure: mix(|spot| spot.pressure),
            lean: mix(|spot| spot.lean),
        });
    }
    if spots.len() > 1 {
        out.extend(spots.last());
    }
    out
}

/// A centripetal Catmull-Rom piece from the second knot to the third: passes through every knot
/// and, unlike the uniform kind, makes no loops where knots are unevenly spaced.
fn piece(knots: [&Spot; 4], longest: f32, out: &mut Vec<Spot>) {
    let [before, from, to, after] = knots;
    let length = distance(from, to);
    let bend = turn(before, from, to).max(turn(from, to, after));
    let pieces = (length / longest)
        .max(bend / SHARPEST_STEP)
        .ceil()
        .clamp(1.0, FINEST_PIECES);
    let span = |a: &Spot, b: &Spot| distance(a, b).sqrt().max(1e-3);
    let t1 = span(before, from);
    let t2 = t1 + span(from, to);
    let t3 = t2 + span(to, after);
    let mut step = 1.0;
    while step <= pieces {
        let share = step / pieces;
        let t = t1 + (t2 - t1) * share;
        let between = |a: (f32, f32), b: (f32, f32), ta: f32, tb: f32| {
            let part = (t - ta) / (tb - ta);
            (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part)
        };
        let at = |spot: &Spot| (spot.x, spot.y);
        let a1 = between(at(before), at(from), 0.0, t1);
        let a2 = between(at(from), at(to), t1, t2);
        let a3 = between(at(to), at(after), t2, t3);
        let (x, y) = between(between(a1, a2, 0.0, t2), between(a2, a3, t1, t3), t1, t2);
        let ease = |a: f32, b: f32| a + (b - a) * share;
        out.push(Spot {
            x,
            y,
            speed: ease(from.speed, to.speed),
            pressure: ease(from.pressure, to.pressure),
            lean: ease(from.lean, to.lean),
        });
        step += 1.0;
    }
}

pub(super) fn distance(a: &Spot, b: &Spot) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// By how much the way turns at `b`, in radians.
fn turn(a: &Spot, b: &Spot, c: &Spot) -> f32 {
    let (ux, uy) = (b.x - a.x, b.y - a.y);
    let (vx, vy) = (c.x - b.x, c.y - b.y);
    if ux.hypot(uy) < 1e-4 || vx.hypot(vy) < 1e-4 {
        return 0.0;
    }
    (ux * vy - uy * vx).atan2(ux * vx + uy * vy).abs()
}
