//! Helvetica as every reader has it: the Windows Latin-1 encoding and the width of each character.

use lopdf::Dictionary;

/// Widths of the characters 32..=126, in thousandths of the font size.
const ASCII_WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Characters of the Windows code page that are not at their Unicode place.
const MOVED: [(char, u8, u16); 27] = [
    ('€', 0x80, 556),
    ('‚', 0x82, 222),
    ('ƒ', 0x83, 556),
    ('„', 0x84, 333),
    ('…', 0x85, 1000),
    ('†', 0x86, 556),
    ('‡', 0x87, 556),
    ('ˆ', 0x88, 333),
    ('‰', 0x89, 1000),
    ('Š', 0x8a, 667),
    ('‹', 0x8b, 333),
    ('Œ', 0x8c, 1000),
    ('Ž', 0x8e, 611),
    ('‘', 0x91, 222),
    ('’', 0x92, 222),
    ('“', 0x93, 333),
    ('”', 0x94, 333),
    ('•', 0x95, 350),
    ('–', 0x96, 556),
    ('—', 0x97, 1000),
    ('˜', 0x98, 333),
    ('™', 0x99, 1000),
    ('š', 0x9a, 500),
    ('›', 0x9b, 333),
    ('œ', 0x9c, 944),
    ('ž', 0x9e, 500),
    ('Ÿ', 0x9f, 667),
];

/// The bytes that show `text` in Helvetica; `None` where a character is outside Windows Latin-1.
pub(super) fn encode(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|character| Some(glyph(character)?.0))
        .collect()
}

/// Width of `text` at font size 1; characters that Helvetica lacks count as a digit.
pub(super) fn width(text: &str) -> f32 {
    text.chars()
        .map(|character| f32::from(glyph(character).map_or(556, |(_, width)| width)))
        .sum::<f32>()
        / 1000.0
}

fn glyph(character: char) -> Option<(u8, u16)> {
    if let Some((_, byte, width)) = MOVED.iter().find(|(moved, ..)| *moved == character) {
        return Some((*byte, *width));
    }
    let byte = u8::try_from(character).ok()?;
    match byte {
        b' '..=b'~' => ASCII_WIDTHS
            .get(usize::from(byte - b' '))
            .map(|width| (byte, *width)),
        0xa0.. => Some((byte, latin_width(character))),
        _ => None,
    }
}

fn latin_width(character: char) -> u16 {
    match character {
        'À'..='Å' | 'È'..='Ë' | 'Ý' | 'Þ' => 667,
        'Æ' | '¼'..='¾' => 1000,
        'Ç' | 'Ð' | 'Ñ' | 'Ù'..='Ü' => 722,
        'Ì'..='Ï' | 'ì'..='ï' | '\u{a0}' | '·' | '¸' => 278,
        'Ò'..='Ö' | 'Ø' => 778,
        '×' | '÷' | '¬' | '±' => 584,
        'ß' | 'ø' => 611,
        'æ' => 889,
        'ç' | 'ý' | 'ÿ' => 500,
        '©' | '®' => 737,
        '¡' | '¨' | '¯' | '´' | '¹' | '²' | '³' | '­' => 333,
        'ª' => 370,
        'º' => 365,
        '°' => 400,
        '¦' => 260,
        _ => 556,
    }
}

/// The font as a resource.
pub(super) fn font(base: &str) -> Dictionary {
    let mut font = Dictionary::new();
    font.set("Type", "Font");
    font.set("Subtype", "Type1");
    font.set("BaseFont", base);
    font.set("Encoding", "WinAnsiEncoding");
    font
}
