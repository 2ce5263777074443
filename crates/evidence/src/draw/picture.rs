//! The signature as it was written: colour tells speed, width tells pressure, numbers tell the order of the strokes; below,
//! pressure and speed over time.

use std::fmt::Write as _;

use super::chart::{Frame, Quantity, chart};
use super::motion::{Motion, Path};
use super::xml::{number, text};
use crate::content::{Evidence, Ink};

const WIDTH: f64 = 960.0;
const MARGIN: f64 = 60.0;
const HEAD: f64 = 150.0;
const CHART_HEIGHT: f64 = 130.0;
const CHART_GAP: f64 = 52.0;
/// A pad of any shape stays readable between these.
const INK_HEIGHT: (f64, f64) = (120.0, 900.0);

/// An SVG; `None` where the evidence holds no ink.
pub fn picture(evidence: &Evidence) -> Option<String> {
    let ink = evidence.ink.as_ref()?;
    let motion = Motion::of(ink);
    let scale = scale(ink);
    let ink_height = (f64::from(ink.pad.height) * scale).clamp(INK_HEIGHT.0, INK_HEIGHT.1);
    let chart_width = WIDTH - 2.0 * MARGIN;
    let first = HEAD + ink_height + CHART_GAP;
    let height = first + 2.0 * (CHART_HEIGHT + CHART_GAP);
    let mut out = head(evidence, &motion, height);
    let _infallible = write!(
        out,
        "<g transform=\"translate({} {HEAD})\"><rect class=\"p\" width=\"{}\" height=\"{}\"/>",
        number(MARGIN),
        number(f64::from(ink.pad.width) * scale),
        number(ink_height)
    );
    way_between(&mut out, &motion, scale);
    for (index, path) in motion.paths.iter().enumerate() {
        stroke(&mut out, path, scale, motion.fastest);
        number_of(&mut out, path, scale, index + 1);
    }
    out.push_str("</g>");
    let at = |row: f64| Frame {
        x: MARGIN,
        y: first + row * (CHART_HEIGHT + CHART_GAP),
        width: chart_width,
        height: CHART_HEIGHT,
    };
    let pressure = Quantity {
        title: "Pressure over time (0 to 1, as the device told it)",
        color: "#7a1fa2",
        most: 1.0,
        of: |step| Some(step.pressure),
    };
    let speed = Quantity {
        title: "Speed over time (pixels of the pad a second)",
        color: "#c2410c",
        most: motion.fastest,
        of: |step| step.speed,
    };
    out.push_str(&chart(&motion, &pressure, at(0.0)));
    out.push_str(&chart(&motion, &speed, at(1.0)));
    out.push_str("</svg>\n");
    Some(out)
}

pub(super) fn scale(ink: &Ink) -> f64 {
    let (width, height) = (f64::from(ink.pad.width), f64::from(ink.pad.height));
    ((WIDTH - 2.0 * MARGIN) / width.max(1.0)).min(INK_HEIGHT.1 / height.max(1.0))
}

fn head(evidence: &Evidence, motion: &Motion, height: f64) -> String {
    let note = &evidence.signature;
    let place = match (&note.field, note.place) {
        (Some(field), _) => format!("field {field}"),
        (None, Some(place)) => format!("page {}, at {} {} pt", place.page, place.x, place.y),
        (None, None) => "no place".to_owned(),
    };
    let pointers: std::collections::BTreeSet<_> =
        motion.paths.iter().map(|path| path.pointer).collect();
    let lines = [
        format!(
            "Signature {} of {} · {place} · {}",
            note.number, note.of, note.signer_name
        ),
        format!(
            "Submitted {} (server's clock) · time zone {}",
            evidence.submitted_at.to_jiff(),
            note.time_zone
        ),
        format!(
            "Document {} · request {}",
            evidence.document_id, evidence.signature_request_id
        ),
        format!("Served revision, SHA-256 {}", evidence.served.sha256),
        format!(
            "{} strokes · {} samples · {} ms · {}",
            motion.paths.len(),
            motion.samples(),
            number(motion.duration_ms),
            pointers.into_iter().collect::<Vec<_>>().join(", ")
        ),
        "Colour: speed, blue 0 to red fastest · width: pressure · dashed: pen up · numbers: order"
            .to_owned(),
    ];
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{0}\" viewBox=\"0 0 {WIDTH} {0}\">\
         <style>text{{font:12px sans-serif;fill:#1f2937}}.h{{font-weight:bold}}.n{{font-size:10px;fill:#4b5563}}\
         .g{{stroke:#e5e7eb;fill:none}}.p{{fill:#fff;stroke:#9ca3af}}.c{{fill:none;stroke-width:1.2}}\
         .u{{stroke:#9ca3af;stroke-dasharray:3 3;fill:none}}.s{{stroke-linecap:round}}</style>\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
        number(height)
    );
    for (row, line) in (0_u32..).zip(&lines) {
        let y = 28.0 + 19.0 * f64::from(row);
        let _infallible = write!(
            out,
            "<text x=\"{}\" y=\"{}\">{}</text>",
            number(MARGIN),
            number(y),
            text(line)
        );
    }
    out
}

/// Where the pen went in the air: from the end of a stroke straight to the start of the next.
fn way_between(out: &mut String, motion: &Motion, scale: f64) {
    for pair in motion.paths.windows(2) {
        if let [before, after] = pair
            && let (Some(from), Some(to)) = (before.steps.last(), after.steps.first())
        {
            let _infallible = write!(
                out,
                "<path class=\"u\" d=\"M{} {}L{} {}\"/>",
                number(from.x * scale),
                number(from.y * scale),
                number(to.x * scale),
                number(to.y * scale)
            );
        }
    }
}

fn stroke(out: &mut String, path: &Path, scale: f64, fastest: f64) {
    if let [only] = path.steps.as_slice() {
        let _infallible = write!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"2\" fill=\"#2563eb\"/>",
            number(only.x * scale),
            number(only.y * scale)
        );
    }
    let mut speed = 0.0;
    for pair in path.steps.windows(2) {
        let [from, to] = pair else { continue };
        speed = to.speed.unwrap_or(speed);
        let _infallible = write!(
            out,
            "<path class=\"s\" d=\"M{} {}L{} {}\" stroke=\"{}\" stroke-width=\"{}\"/>",
            number(from.x * scale),
            number(from.y * scale),
            number(to.x * scale),
            number(to.y * scale),
            color(if 0.0 < fastest { speed / fastest } else { 0.0 }),
            number(0.8 + 4.2 * to.pressure)
        );
    }
}

fn number_of(out: &mut String, path: &Path, scale: f64, order: usize) {
    if let Some(start) = path.steps.first() {
        let (x, y) = (start.x * scale, start.y * scale);
        let _infallible = write!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"3\" fill=\"#16a34a\"/><text class=\"n\" x=\"{}\" y=\"{}\">{order}</text>",
            number(x),
            number(y),
            number(x + 5.0),
            number(y - 5.0)
        );
    }
}

/// From blue over violet to red.
fn color(share: f64) -> String {
    let hue = 220.0 + 140.0 * share.clamp(0.0, 1.0);
    format!("hsl({} 85% 45%)", number(hue))
}
