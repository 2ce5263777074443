//! One quantity over time, stroke by stroke: a line where the pen was down, nothing where it was up.

use std::fmt::Write as _;

use super::motion::{Motion, Step};
use super::xml::{number, text};

/// Where a chart stands in the picture.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// What a chart shows.
pub(super) struct Quantity {
    pub(super) title: &'static str,
    pub(super) color: &'static str,
    /// The upper end of its axis; the lower is 0.
    pub(super) most: f64,
    pub(super) of: fn(&Step) -> Option<f64>,
}

/// The chart as SVG elements.
pub(super) fn chart(motion: &Motion, quantity: &Quantity, frame: Frame) -> String {
    let Frame {
        x,
        y,
        width,
        height,
    } = frame;
    let duration = motion.duration_ms.max(1.0);
    let most = if 0.0 < quantity.most {
        quantity.most
    } else {
        1.0
    };
    let mut out = String::new();
    let _infallible = write!(
        out,
        "<text x=\"{}\" y=\"{}\" class=\"h\">{}</text>",
        number(x),
        number(y - 8.0),
        text(quantity.title)
    );
    for share in [0.0, 0.5, 1.0] {
        let level = y + height * (1.0 - share);
        let _infallible = write!(
            out,
            "<path class=\"g\" d=\"M{} {}h{}\"/><text x=\"{}\" y=\"{}\" class=\"n\" text-anchor=\"end\">{}</text>",
            number(x),
            number(level),
            number(width),
            number(x - 6.0),
            number(level + 3.0),
            number(most * share)
        );
    }
    for tick in ticks(duration) {
        let at = x + width * tick / duration;
        let _infallible = write!(
            out,
            "<path class=\"g\" d=\"M{} {}v{}\"/><text x=\"{}\" y=\"{}\" class=\"n\" text-anchor=\"middle\">{} ms</text>",
            number(at),
            number(y),
            number(height),
            number(at),
            number(y + height + 13.0),
            number(tick)
        );
    }
    for path in &motion.paths {
        let points: Vec<String> = path
            .steps
            .iter()
            .filter_map(|step| {
                let value = (quantity.of)(step)?;
                let at = x + width * (step.at_ms / duration).clamp(0.0, 1.0);
                let level = y + height * (1.0 - (value / most).clamp(0.0, 1.0));
                Some(format!("{},{}", number(at), number(level)))
            })
            .collect();
        let _infallible = write!(
            out,
            "<polyline class=\"c\" stroke=\"{}\" points=\"{}\"/>",
            quantity.color,
            points.join(" ")
        );
    }
    out
}

/// Round times, at most a dozen.
fn ticks(duration: f64) -> Vec<f64> {
    let steps = [
        10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 60_000.0,
    ];
    let step = steps
        .into_iter()
        .find(|step| duration / step <= 10.0)
        .unwrap_or(duration / 10.0);
    std::iter::successors(Some(0.0), |at| Some(at + step))
        .take_while(|at| *at <= duration)
        .take(12)
        .collect()
}
