//! Draws an audit record as a PDF: a title, what it is about, a table of what happened. Content in, bytes out; the same content
//! gives the same bytes. Knows paper and type, no record and no language.
//!
//! The file is PDF/A-2a and PDF/UA-1: fonts embedded, structure tagged, so that it can be archived and read aloud.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod layout;
mod paint;
mod sheet;
mod typeface;

use thiserror::Error;

/// A page's text, in one language.
#[derive(Clone, Debug)]
pub struct Content {
    /// BCP 47 tag of the language.
    pub lang: String,
    pub title: String,
    /// Beneath the title: the document's name.
    pub subject: String,
    /// A line that must not be overlooked.
    pub notice: Option<String>,
    pub link: Option<Link>,
    pub sections: Vec<Section>,
    pub table: Table,
    /// Paragraphs after the table.
    pub remarks: Vec<String>,
    /// On every page; `{page}` and `{pages}` stand for numbers.
    pub footer: Footer,
    /// When the page was made; part of the file's metadata.
    pub made: Made,
}

/// A moment in UTC.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

/// An address as a QR code.
#[derive(Clone, Debug)]
pub struct Link {
    pub url: String,
    /// What it leads to; also the code's alternative text.
    pub caption: String,
}

/// Labels and values under a heading.
#[derive(Clone, Debug)]
pub struct Section {
    pub heading: String,
    pub rows: Vec<(String, String)>,
}

/// What happened, one row each.
#[derive(Clone, Debug)]
pub struct Table {
    pub heading: String,
    /// Over the column of times and the column of acts.
    pub columns: [String; 2],
    pub rows: Vec<Row>,
}

/// One act.
#[derive(Clone, Debug)]
pub struct Row {
    /// In the reader's zone.
    pub when: String,
    /// The same moment in UTC.
    pub when_utc: String,
    pub act: String,
    pub details: Vec<String>,
}

/// What stands at the foot of every page.
#[derive(Clone, Debug)]
pub struct Footer {
    pub left: String,
    pub right: String,
}

/// The page could not be drawn: always a fault of ours.
#[derive(Debug, Error)]
pub enum DrawError {
    #[error("a font of the audit page cannot be read")]
    Font,
    #[error("the link is too long for a QR code")]
    Link,
    #[error("the audit page is not what its standard asks for: {0}")]
    Standard(String),
}

/// Draws the page.
pub fn draw(content: &Content) -> Result<Vec<u8>, DrawError> {
    let faces = typeface::Faces::load()?;
    let sheets = layout::lay_out(content, &faces)?;
    paint::paint(content, &sheets, &faces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(rows: usize) -> Content {
        let row = Row {
            when: "24. 11. 2026 10:15:02".to_owned(),
            when_utc: "2026-11-24 09:15:02 UTC".to_owned(),
            act: "Podpísané".to_owned(),
            details: vec!["Ľubomír Šťastný, myšou; 192.0.2.7".to_owned()],
        };
        Content {
            lang: "sk".to_owned(),
            title: "Záznam o podpísaní".to_owned(),
            subject: "Zmluva o dielo 契約.pdf".to_owned(),
            notice: Some("Skúšobný režim".to_owned()),
            link: Some(Link {
                url: "https://example.sk/verify".to_owned(),
                caption: "Overiť".to_owned(),
            }),
            sections: vec![Section {
                heading: "Dokument".to_owned(),
                rows: vec![("SHA-256".to_owned(), "ab".repeat(32))],
            }],
            table: Table {
                heading: "Priebeh".to_owned(),
                columns: ["Čas".to_owned(), "Úkon".to_owned()],
                rows: vec![row; rows],
            },
            remarks: vec!["Poznámka.".to_owned()],
            footer: Footer {
                left: "doc".to_owned(),
                right: "{page}/{pages}".to_owned(),
            },
            made: Made {
                year: 2026,
                month: 11,
                day: 24,
                hour: 9,
                minute: 15,
                second: 2,
            },
        }
    }

    #[test]
    fn the_same_content_gives_the_same_archivable_and_accessible_file() {
        let bytes = draw(&content(3)).unwrap();
        assert_eq!(bytes, draw(&content(3)).unwrap());
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            text.contains("pdfaid:part>2<") && text.contains("pdfuaid:part>1<"),
            "{text}"
        );
    }

    #[test]
    fn a_long_record_takes_more_sheets_and_loses_no_row() {
        let faces = typeface::Faces::load().unwrap();
        let sheets = layout::lay_out(&content(80), &faces).unwrap();
        let signed = sheets.pages.iter().flatten().filter(
            |(mark, _)| matches!(mark, sheet::Mark::Text { text, .. } if text == "Podpísané"),
        );
        assert_eq!(signed.count(), 80);
        assert!(3 < sheets.pages.len());
        for (mark, _) in sheets.pages.iter().flatten() {
            if let sheet::Mark::Text { y, .. } = mark {
                assert!(*y < layout::PAGE_HEIGHT - 20.0);
            }
        }
    }
}
