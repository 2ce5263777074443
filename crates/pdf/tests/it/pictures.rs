//! Pages as pictures, drawn by other people's programs, and how far two of them differ.

use std::path::Path;

use crate::oracle;

/// Points an inch are 72; fine enough that a lost accent counts.
const RESOLUTION: &str = "100";
/// Of 255: programs soften edges each in their own way.
const TOLERANCE: u8 = 110;

/// A grey picture.
pub(crate) struct Picture {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

pub(crate) fn by_poppler(file: &Path) -> Option<Picture> {
    let output = oracle::asked("pdftoppm", &["-gray", "-r", RESOLUTION], file)?;
    Some(Picture::read(&output.stdout))
}

pub(crate) fn by_mupdf(file: &Path) -> Option<Picture> {
    let arguments = [
        "draw", "-q", "-F", "pgm", "-c", "gray", "-r", RESOLUTION, "-o", "-",
    ];
    let output = oracle::asked("mutool", &arguments, file)?;
    Some(Picture::read(&output.stdout))
}

impl Picture {
    /// Binary PGM: the magic number, width, height and the largest value, then the dots.
    fn read(bytes: &[u8]) -> Self {
        let mut numbers = Vec::new();
        let mut at = 2;
        assert!(bytes.starts_with(b"P5"), "no picture");
        while numbers.len() < 3 {
            while bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            let end = at
                + bytes[at..]
                    .iter()
                    .position(u8::is_ascii_whitespace)
                    .unwrap();
            if bytes[at] != b'#' {
                let text = std::str::from_utf8(&bytes[at..end]).unwrap();
                numbers.push(text.parse::<usize>().unwrap());
            }
            at = end;
        }
        let (width, height) = (numbers[0], numbers[1]);
        let dots = bytes[at + 1..].to_vec();
        assert_eq!(dots.len(), width * height);
        Self {
            width,
            height,
            dots,
        }
    }

    /// Dots that have no equal in the other picture, neither in their place nor beside it.
    pub(crate) fn share_that_differs(&self, other: &Self) -> f64 {
        assert_eq!((self.width, self.height), (other.width, other.height));
        let one_way = |a: &Self, b: &Self| {
            (0..a.dots.len())
                .filter(|at| a.dots[*at].abs_diff(b.dots[*at]) > TOLERANCE)
                .filter(|at| !b.has_near(at % a.width, at / a.width, a.dots[*at]))
                .count()
        };
        let differing = one_way(self, other).max(one_way(other, self));
        let all = u32::try_from(self.dots.len()).unwrap();
        f64::from(u32::try_from(differing).unwrap()) / f64::from(all)
    }

    fn has_near(&self, x: usize, y: usize, wanted: u8) -> bool {
        let columns = x.saturating_sub(1)..=(x + 1).min(self.width - 1);
        columns.into_iter().any(|column| {
            let rows = y.saturating_sub(1)..=(y + 1).min(self.height - 1);
            rows.into_iter()
                .any(|row| self.dots[row * self.width + column].abs_diff(wanted) <= TOLERANCE)
        })
    }
}
