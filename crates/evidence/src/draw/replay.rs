//! The signature written again in true time: an SVG that moves, once, from pen down to pen up.

use std::fmt::Write as _;

use super::motion::{Motion, Path};
use super::picture::scale;
use super::xml::number;
use crate::content::Evidence;

/// An animated SVG (SMIL); `None` where the evidence holds no ink.
pub fn replay(evidence: &Evidence) -> Option<String> {
    let ink = evidence.ink.as_ref()?;
    let motion = Motion::of(ink);
    let scale = scale(ink);
    let width = number(f64::from(ink.pad.width) * scale);
    let height = number(f64::from(ink.pad.height) * scale);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
         <style>polyline{{fill:none;stroke:#1e2a6b;stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}}</style>\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\" stroke=\"#9ca3af\"/>"
    );
    for path in &motion.paths {
        stroke(&mut out, path, scale);
    }
    out.push_str("</svg>\n");
    Some(out)
}

/// A dash as long as the stroke is drawn out of its start, at the pace of the samples.
fn stroke(out: &mut String, path: &Path, scale: f64) {
    let (Some(first), Some(last)) = (path.steps.first(), path.steps.last()) else {
        return;
    };
    let points: Vec<String> = path
        .steps
        .iter()
        .map(|step| format!("{},{}", number(step.x * scale), number(step.y * scale)))
        .collect();
    let mut way = 0.0;
    let mut ways = vec![0.0];
    for pair in path.steps.windows(2) {
        if let [from, to] = pair {
            way += (to.x - from.x).hypot(to.y - from.y) * scale;
            ways.push(way);
        }
    }
    let length = way.max(0.1);
    let lasting = (last.at_ms - first.at_ms).max(1.0);
    let mut latest = 0.0_f64;
    let times: Vec<String> = path
        .steps
        .iter()
        .map(|step| {
            // Key times may not run backwards, whatever a device's clock did.
            latest = latest.max(((step.at_ms - first.at_ms) / lasting).clamp(0.0, 1.0));
            format!("{latest:.5}")
        })
        .collect();
    let offsets: Vec<String> = ways.iter().map(|way| number(length - way)).collect();
    let _infallible = write!(
        out,
        "<polyline points=\"{}\" stroke-dasharray=\"{1} {1}\" stroke-dashoffset=\"{1}\" visibility=\"hidden\">\
         <set attributeName=\"visibility\" to=\"visible\" begin=\"{2}ms\"/>\
         <animate attributeName=\"stroke-dashoffset\" begin=\"{2}ms\" dur=\"{3}ms\" fill=\"freeze\" \
         values=\"{4};0\" keyTimes=\"{5};1\"/></polyline>",
        points.join(" "),
        number(length),
        number(first.at_ms.max(0.0)),
        number(lasting),
        offsets.join(";"),
        times.join(";")
    );
}
