//! Ink as movement: speeds, times and bounds, computed from the samples and nothing else.

use crate::content::Ink;

/// One recorded sample, and how fast the pointer came to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) at_ms: f64,
    pub(super) pressure: f64,
    pub(super) tilt_x: f64,
    pub(super) tilt_y: f64,
    /// Pixels a second since the sample before; nothing at a stroke's start, and where the clock did not move on.
    pub(super) speed: Option<f64>,
}

/// From pen down to pen up.
pub(super) struct Path {
    pub(super) pointer: &'static str,
    pub(super) steps: Vec<Step>,
}

pub(super) struct Motion {
    pub(super) paths: Vec<Path>,
    pub(super) duration_ms: f64,
    pub(super) fastest: f64,
}

impl Motion {
    pub(super) fn of(ink: &Ink) -> Self {
        let paths: Vec<Path> = ink
            .strokes
            .iter()
            .map(|stroke| Path {
                pointer: stroke.pointer.as_str(),
                steps: steps(&stroke.points),
            })
            .collect();
        let all = || paths.iter().flat_map(|path| &path.steps);
        Self {
            duration_ms: all().map(|step| step.at_ms).fold(0.0, f64::max),
            fastest: all().filter_map(|step| step.speed).fold(0.0, f64::max),
            paths,
        }
    }

    pub(super) fn samples(&self) -> usize {
        self.paths.iter().map(|path| path.steps.len()).sum()
    }
}

fn steps(points: &[[f32; 6]]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::with_capacity(points.len());
    for [x, y, at_ms, pressure, tilt_x, tilt_y] in points {
        let mut step = Step {
            x: f64::from(*x),
            y: f64::from(*y),
            at_ms: f64::from(*at_ms),
            pressure: f64::from(*pressure).clamp(0.0, 1.0),
            tilt_x: f64::from(*tilt_x),
            tilt_y: f64::from(*tilt_y),
            speed: None,
        };
        step.speed = steps.last().and_then(|before| {
            let seconds = (step.at_ms - before.at_ms) / 1000.0;
            let way = (step.x - before.x).hypot(step.y - before.y);
            (0.0 < seconds).then(|| way / seconds)
        });
        steps.push(step);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_way_by_time_and_nothing_where_time_stood_still() {
        let points = [
            [0.0, 0.0, 0.0, 0.5, 0.0, 0.0],
            [3.0, 4.0, 10.0, 0.5, 0.0, 0.0],
            [9.0, 9.0, 10.0, 0.5, 0.0, 0.0],
        ];
        let speeds: Vec<_> = steps(&points).iter().map(|step| step.speed).collect();
        assert_eq!(speeds, [None, Some(500.0), None]);
    }
}
