//! Letters for text whose font is not in the file: fonts that we carry, never the machine's.

use std::sync::Arc;

use hayro::hayro_interpret::FontResolverFn;
use hayro::hayro_interpret::font::{FontData, FontQuery, StandardFont};

/// The standard fonts and whatever comes nearest to any other font; where we have no face of our
/// own (symbols), the renderer's.
pub(super) fn resolver() -> FontResolverFn {
    Arc::new(|query| {
        let wanted = match query {
            FontQuery::Standard(font) => *font,
            FontQuery::Fallback(described) => described.pick_standard_font(),
        };
        Some(face(wanted).map_or_else(
            || wanted.get_font_data(),
            |file| -> (FontData, u32) { (Arc::new(file), 0) },
        ))
    })
}

/// As wide as the standard fonts, and with the letters of Central and Eastern Europe, which those
/// that renderers usually carry lack.
fn face(font: StandardFont) -> Option<&'static [u8]> {
    let file: &'static [u8] = match font {
        StandardFont::Helvetica => include_bytes!("fonts/OkdSans-Regular.ttf"),
        StandardFont::HelveticaBold => include_bytes!("fonts/OkdSans-Bold.ttf"),
        StandardFont::HelveticaOblique => include_bytes!("fonts/OkdSans-Italic.ttf"),
        StandardFont::HelveticaBoldOblique => include_bytes!("fonts/OkdSans-BoldItalic.ttf"),
        StandardFont::Courier => include_bytes!("fonts/OkdMono-Regular.ttf"),
        StandardFont::CourierBold => include_bytes!("fonts/OkdMono-Bold.ttf"),
        StandardFont::CourierOblique => include_bytes!("fonts/OkdMono-Italic.ttf"),
        StandardFont::CourierBoldOblique => include_bytes!("fonts/OkdMono-BoldItalic.ttf"),
        StandardFont::TimesRoman => include_bytes!("fonts/OkdSerif-Regular.ttf"),
        StandardFont::TimesBold => include_bytes!("fonts/OkdSerif-Bold.ttf"),
        StandardFont::TimesItalic => include_bytes!("fonts/OkdSerif-Italic.ttf"),
        StandardFont::TimesBoldItalic => include_bytes!("fonts/OkdSerif-BoldItalic.ttf"),
        StandardFont::ZapfDingBats | StandardFont::Symbol => return None,
    };
    Some(file)
}
