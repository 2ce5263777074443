//! Small PDFs, written out so that their cross-reference tables are right to the byte.

pub(crate) fn pdf(text: &str) -> Vec<u8> {
    let content = format!("BT /F1 18 Tf 72 720 Td ({text}) Tj ET");
    file(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        page(""),
        stream(&content),
        FONT.to_owned(),
    ])
}

/// A form with a field of every kind: some compulsory by their names (spec section 9.3), some not.
pub(crate) fn form() -> Vec<u8> {
    const FIELDS: &str = "6 0 R 7 0 R 8 0 R 9 0 R 10 0 R 11 0 R 12 0 R";
    let widget = |of: &str, y: u32| {
        let top = y + 30;
        format!("<< /Type /Annot /Subtype /Widget /F 4 /P 3 0 R /Rect [72 {y} 272 {top}] {of} >>")
    };
    let look = || {
        "<< /Type /XObject /Subtype /Form /BBox [0 0 20 20] /Length 0 >>\nstream\n\nendstream"
            .to_owned()
    };
    let on_off = "/AS /Off /AP << /N << /Yes 15 0 R /Off 16 0 R >> >>";
    file(&[
        format!(
            "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{FIELDS}] /SigFlags 1 /DA (/F1 12 Tf 0 g) /DR << /Font << /F1 5 0 R >> >> >> >>"
        ),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        page("/Annots [6 0 R 7 0 R 8 0 R 9 0 R 10 0 R 11 0 R 13 0 R 14 0 R]"),
        stream("BT /F1 18 Tf 72 780 Td (A form) Tj ET"),
        FONT.to_owned(),
        widget("/FT /Sig /T (S1)", 100),
        widget("/FT /Sig /T (SO1)", 150),
        widget("/FT /Tx /T (TC_name) /MaxLen 20", 200),
        widget("/FT /Tx /T (TO_note)", 250),
        widget(&format!("/FT /Btn /T (CC_agree) {on_off}"), 300),
        widget(
            "/FT /Ch /Ff 131072 /T (CBC_country) /Opt [(Slovakia) (Czechia)]",
            350,
        ),
        "<< /FT /Btn /Ff 49152 /T (RC_way) /Kids [13 0 R 14 0 R] /V /Off >>".to_owned(),
        widget(
            "/Parent 12 0 R /AS /Off /AP << /N << /post 15 0 R /Off 16 0 R >> >>",
            400,
        ),
        widget(
            "/Parent 12 0 R /AS /Off /AP << /N << /mail 15 0 R /Off 16 0 R >> >>",
            450,
        ),
        look(),
        look(),
    ])
}

const FONT: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";

fn page(more: &str) -> String {
    format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> {more} >>"
    )
}

fn stream(content: &str) -> String {
    format!(
        "<< /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    )
}

fn file(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let table_at = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    file.extend(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    file
}
