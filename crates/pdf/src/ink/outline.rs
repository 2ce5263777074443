//! The outline of a line of changing width, as closed shapes that all turn the same way.
//!
//! Because every shape runs counter-clockwise, filling them together by the non-zero rule gives
//! their union: no holes where the line crosses itself, no seams where shapes meet.

use std::f32::consts::{FRAC_PI_2, PI};

use super::spline::Spot;

type Point = (f32, f32);

/// A closed shape to fill.
pub(super) enum Shape {
    /// Smooth through both sides, with straight ends that discs cover.
    Ribbon {
        left: Vec<Point>,
        right: Vec<Point>,
    },
    Disc {
        centre: Point,
        radius: f32,
    },
}

/// Where the side of a ribbon would run backwards, the ribbon ends and the next begins.
pub(super) fn shapes(spots: &[Spot], halves: &[f32]) -> Vec<Shape> {
    let points: Vec<(Point, f32)> = spots
        .iter()
        .zip(halves)
        .map(|(spot, half)| ((spot.x, spot.y), *half))
        .collect();
    let mut shapes: Vec<Shape> = Vec::new();
    let disc = |at: Option<&(Point, f32)>| {
        at.map(|(centre, radius)| Shape::Disc {
            centre: *centre,
            radius: *radius,
        })
    };
    shapes.extend(disc(points.first()));
    if points.len() < 2 {
        return shapes;
    }
    let edges = edges(&points);
    let mut run: Vec<(Point, Point)> = edges.first().copied().into_iter().collect();
    for index in 1..points.len() {
        let (Some(from), Some(to)) = (points.get(index - 1), points.get(index)) else {
            break;
        };
        let (Some(start), Some(end)) = (edges.get(index - 1), edges.get(index)) else {
            break;
        };
        if runs_back(from.0, to.0, *start, *end) {
            // Too tight a turn for a ribbon: a plain bar between two discs.
            shapes.extend(ribbon(std::mem::take(&mut run)));
            shapes.extend(disc(Some(from)));
            shapes.extend(ribbon(bar(*from, *to)));
            shapes.extend(disc(Some(to)));
            run.push(*end);
        } else {
            run.push(*end);
        }
    }
    shapes.extend(ribbon(run));
    shapes.extend(disc(points.last()));
    shapes
}

/// Left and right of each point, across the mean of the directions to its neighbours.
fn edges(points: &[(Point, f32)]) -> Vec<(Point, Point)> {
    points
        .iter()
        .enumerate()
        .map(|(index, (here, half))| {
            let before = index.checked_sub(1).and_then(|index| points.get(index));
            let after = points.get(index + 1);
            let from = before.map_or(*here, |(point, _)| *point);
            let to = after.map_or(*here, |(point, _)| *point);
            across(from, to, *here, *half)
        })
        .collect()
}

fn across(from: Point, to: Point, at: Point, half: f32) -> (Point, Point) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1e-6);
    let (nx, ny) = (-dy / length * half, dx / length * half);
    ((at.0 + nx, at.1 + ny), (at.0 - nx, at.1 - ny))
}

fn bar(from: (Point, f32), to: (Point, f32)) -> Vec<(Point, Point)> {
    vec![
        across(from.0, to.0, from.0, from.1),
        across(from.0, to.0, to.0, to.1),
    ]
}

fn runs_back(from: Point, to: Point, start: (Point, Point), end: (Point, Point)) -> bool {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let forward = |a: Point, b: Point| (b.0 - a.0) * dx + (b.1 - a.1) * dy;
    // A margin, because the curves through the sides swing a little wider than the corners.
    let least = 0.12 * (dx * dx + dy * dy);
    forward(start.0, end.0) < least || forward(start.1, end.1) < least
}

fn ribbon(run: Vec<(Point, Point)>) -> Option<Shape> {
    (run.len() > 1).then(|| {
        let (left, right) = run.into_iter().unzip();
        Shape::Ribbon { left, right }
    })
}

/// Something that a path is written to.
pub(super) trait Pen {
    fn move_to(&mut self, to: Point);
    fn line_to(&mut self, to: Point);
    fn curve_to(&mut self, first: Point, second: Point, to: Point);
    fn close(&mut self);
}

impl Shape {
    /// Writes the shape, counter-clockwise: the right side forwards, the left side back.
    pub(super) fn trace(&self, pen: &mut impl Pen) {
        match self {
            Self::Disc { centre, radius } => circle(*centre, *radius, pen),
            Self::Ribbon { left, right } => {
                let back: Vec<Point> = left.iter().rev().copied().collect();
                if let (Some(first), Some(turn)) = (right.first(), back.first()) {
                    pen.move_to(*first);
                    through(right, pen);
                    pen.line_to(*turn);
                    through(&back, pen);
                    pen.close();
                }
            }
        }
    }
}

/// A smooth curve through all points, the pen standing on the first.
fn through(points: &[Point], pen: &mut impl Pen) {
    for (index, pair) in points.windows(2).enumerate() {
        let [from, to] = pair else { continue };
        let before = index
            .checked_sub(1)
            .and_then(|index| points.get(index))
            .unwrap_or(from);
        let after = points.get(index + 2).unwrap_or(to);
        let first = (
            from.0 + (to.0 - before.0) / 6.0,
            from.1 + (to.1 - before.1) / 6.0,
        );
        let second = (
            to.0 - (after.0 - from.0) / 6.0,
            to.1 - (after.1 - from.1) / 6.0,
        );
        pen.curve_to(first, second, *to);
    }
}

fn circle(centre: Point, radius: f32, pen: &mut impl Pen) {
    /// How far the control points of a quarter circle lie along its tangents.
    const ARM: f32 = 0.552_284_8;
    let at = |angle: f32| {
        (
            centre.0 + radius * angle.cos(),
            centre.1 + radius * angle.sin(),
        )
    };
    let tangent = |angle: f32| (-angle.sin() * radius * ARM, angle.cos() * radius * ARM);
    let mut angle = 0.0;
    pen.move_to(at(0.0));
    while angle < 2.0 * PI - 0.1 {
        let next = angle + FRAC_PI_2;
        let (from, to) = (at(angle), at(next));
        let (leave, arrive) = (tangent(angle), tangent(next));
        pen.curve_to(
            (from.0 + leave.0, from.1 + leave.1),
            (to.0 - arrive.0, to.1 - arrive.1),
            to,
        );
        angle = next;
    }
    pen.close();
}
