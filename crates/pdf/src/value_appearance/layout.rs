//! Where the words of a field's text go in its box.
//!
//! A text that does not fit at the size its form wants is made narrower, then smaller: whoever signs
//! must see all of what is signed.

use std::fmt::Write as _;

use super::setting::Setting;
use crate::embedded::{Run, Subset};
use crate::text::{Unwritable, short};

const PADDING: f32 = 2.0;
/// The size for "automatic", before it is made to fit.
const LARGEST_AUTOMATIC: f32 = 12.0;
const SMALLEST: f32 = 4.0;
/// From line to line, in font sizes.
const LEADING: f32 = 1.16;
/// Height of a capital letter, in font sizes.
const CAPITAL: f32 = 0.72;
/// No letter is made narrower than this share of its width.
const NARROWEST: f32 = 0.75;
const STEP: f32 = 0.5;
/// Behind the chosen option of a list.
const CHOSEN: &str = "0.6 0.757 0.855 rg";

pub(super) fn body(setting: &Setting, text: &str, font: &mut Subset) -> Result<String, Unwritable> {
    if let Some(cells) = setting.cells {
        return comb(setting, text, cells, font);
    }
    if setting.is_multi_line {
        return paragraph(setting, text, font);
    }
    let (_, height) = setting.size;
    let run = font.set(&text.replace(['\r', '\n', '\t'], " "))?;
    let room = setting.room();
    let wanted = if setting.font_size > 0.0 {
        setting.font_size
    } else {
        ((height - 2.0 * PADDING) / LEADING)
            .min(LARGEST_AUTOMATIC)
            .min(room / run.width.max(0.01))
            .max(SMALLEST)
    };
    let (size, stretch) = fitted(run.width, wanted, room);
    let baseline = (height - CAPITAL * size) / 2.0;
    let start = setting.start(run.width * size * stretch);
    Ok(run.draw(size, stretch, (start, baseline)))
}

/// Font size and stretch at which a line of `width` (at size 1) fits into `room`.
fn fitted(width: f32, size: f32, room: f32) -> (f32, f32) {
    let needed = width * size;
    if needed <= room {
        return (size, 1.0);
    }
    let stretch = room / needed;
    if stretch >= NARROWEST {
        (size, stretch)
    } else {
        (room / (width * NARROWEST), NARROWEST)
    }
}

impl Setting {
    fn inset(&self) -> f32 {
        PADDING.max(self.border + 1.0)
    }

    fn room(&self) -> f32 {
        (self.size.0 - 2.0 * self.inset()).max(1.0)
    }

    fn start(&self, length: f32) -> f32 {
        match self.quadding {
            1 => (self.size.0 - length) / 2.0,
            2 => self.size.0 - self.inset() - length,
            _ => self.inset(),
        }
    }
}

fn comb(
    setting: &Setting,
    text: &str,
    cells: usize,
    font: &mut Subset,
) -> Result<String, Unwritable> {
    let (width, height) = setting.size;
    #[expect(clippy::cast_precision_loss, reason = "a count of cells")]
    let cell = width / cells as f32;
    let size = if setting.font_size > 0.0 {
        setting.font_size
    } else {
        (height * 0.7).min(cell * 1.2)
    };
    let baseline = (height - CAPITAL * size) / 2.0;
    let letters: Vec<char> = crate::text::letters(text).take(cells).collect();
    #[expect(clippy::cast_precision_loss, reason = "a count of cells")]
    let free = (cells - letters.len()) as f32;
    let before = match setting.quadding {
        1 => (free / 2.0).floor(),
        2 => free,
        _ => 0.0,
    };
    let mut middle = cell * (before + 0.5);
    let mut out = String::new();
    for character in letters {
        let run = font.set(&character.to_string())?;
        out.push_str(&run.draw(size, 1.0, (middle - run.width * size / 2.0, baseline)));
        middle += cell;
    }
    Ok(out)
}

fn paragraph(setting: &Setting, text: &str, font: &mut Subset) -> Result<String, Unwritable> {
    let (_, height) = setting.size;
    let room = setting.room();
    let mut size = if setting.font_size > 0.0 {
        setting.font_size
    } else {
        LARGEST_AUTOMATIC
    };
    let mut lines = wrapped(text, room / size, font)?;
    while size > SMALLEST {
        #[expect(clippy::cast_precision_loss, reason = "a count of lines")]
        let needed = lines.len() as f32 * size * LEADING;
        if needed <= height - 2.0 * PADDING {
            break;
        }
        size = (size - STEP).max(SMALLEST);
        lines = wrapped(text, room / size, font)?;
    }
    let mut baseline = height - setting.inset() - size * 0.86;
    let mut out = String::new();
    for run in lines {
        out.push_str(&run.draw(size, 1.0, (setting.start(run.width * size), baseline)));
        baseline -= size * LEADING;
    }
    Ok(out)
}

/// Breaks text into lines no wider than `room` (at font size 1); words that are wider are cut.
fn wrapped(text: &str, room: f32, font: &mut Subset) -> Result<Vec<Run>, Unwritable> {
    let space = font.set(" ")?.width;
    let mut lines = Vec::new();
    for paragraph in text
        .replace("\r\n", "\n")
        .split(['\n', '\r', '\u{2028}', '\u{2029}'])
    {
        let (mut current, mut width) = (String::new(), 0.0);
        for word in paragraph.split([' ', '\t']) {
            let long = font.set(word)?.width;
            let gap = if current.is_empty() { 0.0 } else { space };
            if width + gap + long <= room {
                if gap > 0.0 {
                    current.push(' ');
                }
                current.push_str(word);
                width += gap + long;
                continue;
            }
            if !current.is_empty() {
                lines.push(std::mem::take(&mut current));
                width = 0.0;
            }
            for character in crate::text::letters(word) {
                let wide = font.set(&character.to_string())?.width;
                if !current.is_empty() && width + wide > room {
                    lines.push(std::mem::take(&mut current));
                    width = 0.0;
                }
                current.push(character);
                width += wide;
            }
        }
        lines.push(current);
    }
    lines.iter().map(|line| font.set(line)).collect()
}

/// The options of a list below each other, the chosen one marked; scrolled so that it is seen.
pub(super) fn list(
    setting: &Setting,
    options: &[&str],
    chosen: &str,
    font: &mut Subset,
) -> Result<String, Unwritable> {
    let (width, height) = setting.size;
    let size = if setting.font_size > 0.0 {
        setting.font_size
    } else {
        LARGEST_AUTOMATIC.min((height - 2.0 * PADDING) / LEADING)
    }
    .max(SMALLEST);
    let line = size * LEADING;
    let inset = setting.inset();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of lines; `as` saturates"
    )]
    let shown = (((height - 2.0 * inset) / line).floor() as usize).max(1);
    let at = options.iter().position(|option| *option == chosen);
    let first = match at {
        Some(at) if at < setting.top_index => at,
        Some(at) if setting.top_index + shown <= at => at + 1 - shown,
        _ => setting.top_index,
    };
    let first = first.min(options.len().saturating_sub(shown));
    let mut top = height - inset;
    let mut out = String::new();
    for (index, option) in options.iter().enumerate().skip(first).take(shown) {
        if at == Some(index) {
            let _infallible = writeln!(
                out,
                "q {CHOSEN} {} {} {} {} re f Q",
                short(inset),
                short(top - line),
                short(width - 2.0 * inset),
                short(line)
            );
        }
        let run = font.set(option)?;
        let (size, stretch) = fitted(run.width, size, setting.room());
        let start = setting.start(run.width * size * stretch);
        out.push_str(&run.draw(size, stretch, (start, top - size * 0.9)));
        top -= line;
    }
    Ok(out)
}
