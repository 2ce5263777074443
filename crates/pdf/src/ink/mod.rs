//! Handwriting: raw pointer samples become the smooth, filled outline of a pen line.
//!
//! Deterministic: the same samples give the same bytes, so a sealed file can be made again.

mod outline;
mod path;
mod pen;
mod spline;

use serde::{Deserialize, Serialize};

pub(super) use path::draw;

/// At most this many samples are drawn; a signature has a few thousand.
pub const MAX_SAMPLES: usize = 50_000;

/// One signature as it was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ink {
    pub strokes: Vec<Stroke>,
    /// Size of the pad that the samples refer to.
    pub pad_width: f32,
    pub pad_height: f32,
}

/// From pen down to pen up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    pub samples: Vec<Sample>,
    pub pointer: Pointer,
}

/// One point of a stroke: pad coordinates, origin top left, y downwards.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    pub x: f32,
    pub y: f32,
    /// Milliseconds, from any start.
    pub at_ms: f32,
    /// 0 to 1; means something only where the pointer is a pen.
    pub pressure: f32,
    /// Degrees from upright, -90 to 90.
    pub tilt_x: f32,
    pub tilt_y: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pointer {
    Mouse,
    Touch,
    Pen,
}

impl Ink {
    /// Whether anything would be seen.
    pub fn is_blank(&self) -> bool {
        self.strokes
            .iter()
            .all(|stroke| stroke.samples.iter().all(|sample| !sample.is_finite()))
    }
}

impl Sample {
    fn is_finite(&self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}
