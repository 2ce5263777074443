//! Where each piece of text stands on a page: the text operators of its content, followed.

use std::collections::HashMap;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::font::Font;
use crate::read;

/// What the content of a page, or of one form drawn on it, may unpack to.
const MAX_CONTENT_BYTES: usize = 32 * 1024 * 1024;
const MAX_OPERATIONS: usize = 3_000_000;
const MAX_GLYPHS: usize = 1_000_000;
const MAX_STATES: usize = 512;
const MAX_FORM_DEPTH: usize = 12;

/// What one code shows, in the page's own coordinates.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) text: String,
    pub(super) start: (f32, f32),
    pub(super) end: (f32, f32),
    pub(super) height: f32,
}

/// `[a b c d e f]` as the standard writes it.
#[derive(Clone, Copy, Debug)]
struct Matrix([f32; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// This one first, then `next`.
    fn then(self, next: Self) -> Self {
        let [xx, yx, xy, yy, right, up] = self.0;
        let first = next.turn(xx, yx);
        let second = next.turn(xy, yy);
        let origin = next.apply(right, up);
        Self([first.0, first.1, second.0, second.1, origin.0, origin.1])
    }

    fn apply(self, x: f32, y: f32) -> (f32, f32) {
        let [.., right, up] = self.0;
        let turned = self.turn(x, y);
        (turned.0 + right, turned.1 + up)
    }

    /// As `apply`, without the shift.
    fn turn(self, x: f32, y: f32) -> (f32, f32) {
        let [xx, yx, xy, yy, ..] = self.0;
        (xx * x + xy * y, yx * x + yy * y)
    }

    fn shift(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    fn from_operands(operands: &[Object]) -> Option<Self> {
        let numbers: Vec<f32> = operands
            .iter()
            .filter_map(|one| one.as_float().ok())
            .collect();
        <[f32; 6]>::try_from(numbers).ok().map(Self)
    }
}

#[derive(Clone)]
struct State {
    page: Matrix,
    font: Option<Vec<u8>>,
    size: f32,
    character_spacing: f32,
    word_spacing: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
}

struct Walk<'a> {
    document: &'a Document,
    found: Vec<Glyph>,
    operations: usize,
    fonts: HashMap<*const Dictionary, Font<'a>>,
}

/// The glyphs of a page in the order in which they are drawn.
pub(super) fn of_page(document: &Document, page: ObjectId) -> Vec<Glyph> {
    let mut walk = Walk {
        document,
        found: Vec::new(),
        operations: 0,
        fonts: HashMap::new(),
    };
    let Ok(content) = document.get_page_content_with_limit(page, MAX_CONTENT_BYTES) else {
        return Vec::new();
    };
    let state = State {
        page: Matrix::IDENTITY,
        font: None,
        size: 0.0,
        character_spacing: 0.0,
        word_spacing: 0.0,
        stretch: 1.0,
        leading: 0.0,
        rise: 0.0,
    };
    walk.run(&content, read::resources(document, page), state, 0);
    walk.found
}

/// One content stream being followed.
struct Run<'a> {
    resources: Option<&'a Dictionary>,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    depth: usize,
}

impl<'a> Walk<'a> {
    fn run(
        &mut self,
        content: &[u8],
        resources: Option<&'a Dictionary>,
        state: State,
        depth: usize,
    ) {
        let mut run = Run {
            resources,
            state,
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            depth,
        };
        for operation in Content::decode_iter(content) {
            let Ok(operation) = operation else { return };
            self.operations += 1;
            if self.operations > MAX_OPERATIONS || self.found.len() > MAX_GLYPHS {
                return;
            }
            self.follow(&mut run, &operation);
        }
    }

    fn follow(&mut self, run: &mut Run<'a>, operation: &Operation) {
        let operands = operation.operands.as_slice();
        let number = |index: usize| operands.get(index).and_then(|one| one.as_float().ok());
        match operation.operator.as_str() {
            "q" if run.saved.len() < MAX_STATES => run.saved.push(run.state.clone()),
            "Q" => {
                if let Some(state) = run.saved.pop() {
                    run.state = state;
                }
            }
            "cm" => {
                if let Some(matrix) = Matrix::from_operands(operands) {
                    run.state.page = matrix.then(run.state.page);
                }
            }
            "Do" => self.draw_form(run, operands),
            "BT" => (run.text, run.line) = (Matrix::IDENTITY, Matrix::IDENTITY),
            "Tf" => {
                run.state.font = operands
                    .first()
                    .and_then(|name| Some(name.as_name().ok()?.to_vec()));
                run.state.size = number(1).unwrap_or(0.0);
            }
            "Tc" => run.state.character_spacing = number(0).unwrap_or(0.0),
            "Tw" => run.state.word_spacing = number(0).unwrap_or(0.0),
            "Tz" => run.state.stretch = number(0).unwrap_or(100.0) / 100.0,
            "TL" => run.state.leading = number(0).unwrap_or(0.0),
            "Ts" => run.state.rise = number(0).unwrap_or(0.0),
            "Td" => run.next_line(number(0), number(1)),
            "TD" => {
                run.state.leading = -number(1).unwrap_or(0.0);
                run.next_line(number(0), number(1));
            }
            "Tm" => {
                if let Some(matrix) = Matrix::from_operands(operands) {
                    (run.text, run.line) = (matrix, matrix);
                }
            }
            "T*" => run.next_line(None, Some(-run.state.leading)),
            "Tj" => self.show(run, operands.first()),
            "'" => {
                run.next_line(None, Some(-run.state.leading));
                self.show(run, operands.first());
            }
            "\"" => {
                run.state.word_spacing = number(0).unwrap_or(0.0);
                run.state.character_spacing = number(1).unwrap_or(0.0);
                run.next_line(None, Some(-run.state.leading));
                self.show(run, operands.get(2));
            }
            "TJ" => self.show_all(run, operands.first()),
            _ => {}
        }
    }

    fn show_all(&mut self, run: &mut Run<'a>, pieces: Option<&Object>) {
        for piece in pieces
            .and_then(|pieces| pieces.as_array().ok())
            .into_iter()
            .flatten()
        {
            match piece.as_float() {
                Ok(back) => {
                    run.advance(-back / 1000.0 * run.state.size * run.state.stretch);
                }
                Err(_) => self.show(run, Some(piece)),
            }
        }
    }

    fn show(&mut self, run: &mut Run<'a>, shown: Option<&Object>) {
        let Some(shown) = shown.and_then(|shown| shown.as_str().ok()) else {
            return;
        };
        let document = self.document;
        let font = run.state.font.as_deref().and_then(|name| {
            let fonts = read::dictionary(document, run.resources?, b"Font")?;
            read::dictionary(document, fonts, name)
        });
        let Some(font) = font else { return };
        let font = self
            .fonts
            .entry(std::ptr::from_ref(font))
            .or_insert_with(|| Font::read(document, font));
        for code in font.codes(shown) {
            let (size, stretch) = (run.state.size, run.state.stretch);
            let placed = run.text.then(run.state.page);
            let start = placed.apply(0.0, run.state.rise);
            let end = placed.apply(code.width * size * stretch, run.state.rise);
            let top = placed.apply(0.0, run.state.rise + size);
            if !code.text.is_empty() {
                let height = (top.0 - start.0).hypot(top.1 - start.1);
                self.found.push(Glyph {
                    text: code.text,
                    start,
                    end,
                    height,
                });
            }
            let spacing = run.state.character_spacing
                + if code.is_space {
                    run.state.word_spacing
                } else {
                    0.0
                };
            run.advance((code.width * size + spacing) * stretch);
        }
    }

    fn draw_form(&mut self, run: &mut Run<'a>, operands: &[Object]) {
        if run.depth >= MAX_FORM_DEPTH {
            return;
        }
        let document = self.document;
        let form = operands.first().and_then(|name| {
            let drawn = read::dictionary(document, run.resources?, b"XObject")?;
            read::entry(document, drawn, name.as_name().ok()?)?
                .as_stream()
                .ok()
        });
        let Some(form) = form else { return };
        if read::name(document, &form.dict, b"Subtype") != Some(b"Form") {
            return;
        }
        let Ok(content) = form.get_plain_content_with_limit(MAX_CONTENT_BYTES) else {
            return;
        };
        let mut state = run.state.clone();
        if let Some(matrix) = read::array(document, &form.dict, b"Matrix") {
            let matrix = Matrix::from_operands(matrix).unwrap_or(Matrix::IDENTITY);
            state.page = matrix.then(state.page);
        }
        // A form without resources of its own uses those of the page, as old files do.
        let resources = read::dictionary(document, &form.dict, b"Resources").or(run.resources);
        self.run(&content, resources, state, run.depth + 1);
    }
}

impl Run<'_> {
    fn next_line(&mut self, x: Option<f32>, y: Option<f32>) {
        self.line = Matrix::shift(x.unwrap_or(0.0), y.unwrap_or(0.0)).then(self.line);
        self.text = self.line;
    }

    fn advance(&mut self, by: f32) {
        self.text = Matrix::shift(by, 0.0).then(self.text);
    }
}
