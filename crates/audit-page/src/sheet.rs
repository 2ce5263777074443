//! What sheets hold: marks, and the structure elements they belong to.

use crate::typeface::Weight;

/// A colour of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// What is put on a sheet. Coordinates in points from the top left.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    Text {
        x: f32,
        /// Of the baseline.
        y: f32,
        weight: Weight,
        size: f32,
        colour: Colour,
        text: String,
    },
    Area {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        colour: Colour,
    },
    /// Dark modules of a QR code.
    Modules {
        x: f32,
        y: f32,
        side: f32,
        size: usize,
        dark: Vec<(usize, usize)>,
    },
}

/// What a mark is in the document's structure; none: decoration.
pub(crate) type Owner = Option<usize>;

/// Kinds of structure elements (ISO 32000-1, 14.8.4).
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A heading of this level, with its text.
    Heading(u16, String),
    Paragraph,
    Table,
    Row,
    HeaderCell,
    Cell,
    /// With its alternative text.
    Figure(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) kind: Kind,
    pub(crate) parent: Option<usize>,
}

/// Pages and their structure.
#[derive(Debug, Default)]
pub(crate) struct Sheets {
    pub(crate) pages: Vec<Vec<(Mark, Owner)>>,
    pub(crate) elements: Vec<Element>,
}
