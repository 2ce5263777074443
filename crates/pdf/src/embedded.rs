//! The font that filled fields are written in: of Inter, those letters that are used, embedded, with
//! the map back to text.
//!
//! One font for all that we write: every reader draws it alike, whatever fonts the form names and
//! the reader has, and what it shows can be searched, copied and read aloud.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use lopdf::{Dictionary, Object, ObjectId, Stream};
use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use super::packing;
use super::text::{SANS, Unwritable, letters, short};

/// Under this name appearances refer to the font.
pub(super) const RESOURCE: &str = "OkdText";
const NAME: &str = "Inter-Regular";
/// Font descriptor flag: letters are not addressed by a standard encoding.
const SYMBOLIC: i64 = 4;
/// About the thickness of the upright strokes, which the font itself does not tell.
const STEM: i64 = 88;
/// A `bfchar` section may hold no more.
const MAX_MAPPED: usize = 100;

/// The letters used so far.
pub(super) struct Subset {
    glyphs: GlyphRemapper,
    letters: BTreeMap<u16, Letter>,
}

#[derive(Clone, Copy)]
struct Letter {
    character: char,
    /// In thousandths of the font's size.
    width: f32,
}

/// A piece of text, ready to be shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    codes: Vec<u16>,
    /// At font size 1.
    pub(super) width: f32,
}

fn face() -> Option<&'static ttf_parser::Face<'static>> {
    static FACE: OnceLock<Option<ttf_parser::Face<'static>>> = OnceLock::new();
    FACE.get_or_init(|| ttf_parser::Face::parse(SANS, 0).ok())
        .as_ref()
}

/// From units of the font to thousandths of its size.
fn thousandths(face: &ttf_parser::Face<'_>, units: impl Into<f32>) -> f32 {
    units.into() * 1000.0 / f32::from(face.units_per_em())
}

impl Subset {
    pub(super) fn new() -> Self {
        Self {
            glyphs: GlyphRemapper::new(),
            letters: BTreeMap::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Sets a line of text; its letters will be in the font.
    pub(super) fn set(&mut self, text: &str) -> Result<Run, Unwritable> {
        let mut run = Run::default();
        for character in letters(text) {
            let (code, letter) = self.letter(character).ok_or(Unwritable(character))?;
            run.codes.push(code);
            run.width += letter.width / 1000.0;
        }
        Ok(run)
    }

    fn letter(&mut self, character: char) -> Option<(u16, Letter)> {
        let face = face()?;
        let glyph = face.glyph_index(character)?;
        let width = thousandths(face, face.glyph_hor_advance(glyph)?);
        let code = self.glyphs.remap(glyph.0);
        // Two characters may share a glyph; the first is what it is read as.
        let letter = *self
            .letters
            .entry(code)
            .or_insert(Letter { character, width });
        Some((code, letter))
    }

    /// Writes the font by `add`ing its parts; answers the font itself.
    pub(super) fn write<E>(
        &self,
        mut add: impl FnMut(Object) -> Result<ObjectId, E>,
    ) -> Result<Option<ObjectId>, E> {
        let Some((face, program)) = face().zip(subsetter::subset(SANS, 0, &self.glyphs).ok())
        else {
            return Ok(None);
        };
        let name = format!("{}+{NAME}", self.tag());
        let length = i64::try_from(program.len()).unwrap_or(i64::MAX);
        let mut program = packed(program);
        program.dict.set("Length1", length);
        let program = add(program.into())?;
        let descriptor = add(descriptor(face, &name, program).into())?;
        let below = add(self.descendant(&name, descriptor).into())?;
        let map = add(packed(self.unicode_map().into_bytes()).into())?;
        let mut font = Dictionary::new();
        font.set("Type", "Font");
        font.set("Subtype", "Type0");
        font.set("BaseFont", name.as_str());
        font.set("Encoding", "Identity-H");
        font.set("DescendantFonts", vec![Object::Reference(below)]);
        font.set("ToUnicode", map);
        add(font.into()).map(Some)
    }

    /// Six letters that say which subset it is: readers must not take one for another.
    fn tag(&self) -> String {
        let mut hash = Sha256::new();
        for letter in self.letters.values() {
            hash.update(u32::from(letter.character).to_be_bytes());
        }
        hash.finalize()
            .iter()
            .take(6)
            .map(|byte| char::from(b'A' + byte % 26))
            .collect()
    }

    fn descendant(&self, name: &str, descriptor: ObjectId) -> Dictionary {
        let mut system = Dictionary::new();
        system.set("Registry", Object::string_literal("Adobe"));
        system.set("Ordering", Object::string_literal("Identity"));
        system.set("Supplement", 0);
        let widths = self
            .letters
            .values()
            .map(|letter| Object::Real(letter.width));
        let first = self.letters.keys().next().copied().unwrap_or(1);
        let mut font = Dictionary::new();
        font.set("Type", "Font");
        font.set("Subtype", "CIDFontType2");
        font.set("BaseFont", name);
        font.set("CIDSystemInfo", system);
        font.set("FontDescriptor", descriptor);
        // The codes are consecutive: the subset numbers its glyphs so.
        font.set(
            "W",
            vec![
                Object::Integer(first.into()),
                Object::Array(widths.collect()),
            ],
        );
        font.set("CIDToGIDMap", "Identity");
        font
    }

    fn unicode_map(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n",
        );
        let letters: Vec<(&u16, &Letter)> = self.letters.iter().collect();
        for section in letters.chunks(MAX_MAPPED) {
            let _infallible = writeln!(map, "{} beginbfchar", section.len());
            for (code, letter) in section {
                let mut units = [0; 2];
                let _infallible = write!(map, "<{code:04x}> <");
                for unit in letter.character.encode_utf16(&mut units) {
                    let _infallible = write!(map, "{unit:04x}");
                }
                map.push_str(">\n");
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}

impl Run {
    /// Operators that show it with its baseline starting at `(x, y)`, each letter `stretch` times as
    /// wide as it is by itself.
    pub(super) fn draw(&self, size: f32, stretch: f32, (x, y): (f32, f32)) -> String {
        if self.codes.is_empty() {
            return String::new();
        }
        let stretched = if (stretch - 1.0).abs() < f32::EPSILON {
            String::new()
        } else {
            format!("{} Tz ", short(stretch * 100.0))
        };
        let mut out = format!(
            "BT /{RESOURCE} {} Tf {stretched}{} {} Td <",
            short(size),
            short(x),
            short(y)
        );
        for code in &self.codes {
            let _infallible = write!(out, "{code:04x}");
        }
        out.push_str("> Tj ");
        if !stretched.is_empty() {
            out.push_str("100 Tz ");
        }
        out.push_str("ET\n");
        out
    }
}

fn descriptor(face: &ttf_parser::Face<'_>, name: &str, program: ObjectId) -> Dictionary {
    let number = |units: i16| Object::Real(thousandths(face, units));
    let area = face.global_bounding_box();
    let mut descriptor = Dictionary::new();
    descriptor.set("Type", "FontDescriptor");
    descriptor.set("FontName", name);
    descriptor.set("Flags", SYMBOLIC);
    descriptor.set(
        "FontBBox",
        [area.x_min, area.y_min, area.x_max, area.y_max]
            .map(number)
            .to_vec(),
    );
    descriptor.set("ItalicAngle", 0);
    descriptor.set("Ascent", number(face.ascender()));
    descriptor.set("Descent", number(face.descender()));
    let capital = face.capital_height().unwrap_or_else(|| face.ascender());
    descriptor.set("CapHeight", number(capital));
    descriptor.set("StemV", STEM);
    descriptor.set("FontFile2", program);
    descriptor
}

fn packed(content: Vec<u8>) -> Stream {
    let mut stream = Stream::new(Dictionary::new(), content);
    packing::pack(&mut stream);
    stream
}
