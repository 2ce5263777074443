//! The samples as CSV (RFC 4180), for an expert's own program.

use std::fmt::Write as _;

use super::motion::Motion;
use super::xml::number;
use crate::content::Evidence;

/// One line a sample, in the order of writing; `None` where the evidence holds no ink.
pub fn table(evidence: &Evidence) -> Option<String> {
    let motion = Motion::of(evidence.ink.as_ref()?);
    let mut out = String::from(
        "stroke,pointer,sample,x_px,y_px,time_ms,pressure,tilt_x_deg,tilt_y_deg,speed_px_per_s\r\n",
    );
    for (stroke, path) in (1_usize..).zip(&motion.paths) {
        for (sample, step) in (1_usize..).zip(&path.steps) {
            let _infallible = write!(
                out,
                "{stroke},{},{sample},{},{},{},{},{},{},{}\r\n",
                path.pointer,
                number(step.x),
                number(step.y),
                number(step.at_ms),
                number(step.pressure),
                number(step.tilt_x),
                number(step.tilt_y),
                step.speed.map(number).unwrap_or_default()
            );
        }
    }
    Some(out)
}
