//! Rectangles and the quarter turns of pages.

use serde::{Deserialize, Serialize};

/// A rectangle in PDF points, in the coordinates of the file: origin and axes of the unrotated
/// page as its boxes give them, y upwards.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Rect {
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// From two opposite corners in any order.
    pub(super) fn from_corners(a: (f32, f32), b: (f32, f32)) -> Self {
        let (x, y) = (a.0.min(b.0), a.1.min(b.1));
        Self {
            x,
            y,
            width: (a.0 - b.0).abs(),
            height: (a.1 - b.1).abs(),
        }
    }

    pub(super) fn right(self) -> f32 {
        self.x + self.width
    }

    pub(super) fn top(self) -> f32 {
        self.y + self.height
    }

    pub(super) fn is_finite(self) -> bool {
        [self.x, self.y, self.width, self.height]
            .iter()
            .all(|number| number.is_finite())
    }

    /// The part inside `other`; `None` where they do not meet.
    pub(super) fn within(self, other: Self) -> Option<Self> {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let (right, top) = (self.right().min(other.right()), self.top().min(other.top()));
        (x < right && y < top).then(|| Self::new(x, y, right - x, top - y))
    }
}

/// How far a page is turned clockwise when it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Turn {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

impl Turn {
    /// From `/Rotate`; what is no multiple of 90 counts as not turned, as readers do.
    pub(super) fn from_degrees(degrees: i64) -> Self {
        match degrees.rem_euclid(360) {
            90 => Self::Quarter,
            180 => Self::Half,
            270 => Self::ThreeQuarters,
            _ => Self::None,
        }
    }

    pub fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Quarter => 90,
            Self::Half => 180,
            Self::ThreeQuarters => 270,
        }
    }

    /// Width and height as the viewer sees them.
    pub(super) fn seen(self, width: f32, height: f32) -> (f32, f32) {
        match self {
            Self::None | Self::Half => (width, height),
            Self::Quarter | Self::ThreeQuarters => (height, width),
        }
    }

    /// The `/Matrix` that turns an appearance back, so that it is upright on the turned page.
    ///
    /// Readers move the result into `/Rect` by themselves, hence no translation.
    pub(super) fn upright_matrix(self) -> [i64; 6] {
        match self {
            Self::None => [1, 0, 0, 1, 0, 0],
            Self::Quarter => [0, 1, -1, 0, 0, 0],
            Self::Half => [-1, 0, 0, -1, 0, 0],
            Self::ThreeQuarters => [0, -1, 1, 0, 0, 0],
        }
    }
}
