//! Where everything stands: marks on sheets of A4, and the structure they belong to. Draws nothing.

use crate::sheet::{Colour, Element, Kind, Mark, Owner, Sheets};
use crate::typeface::{Faces, Weight};
use crate::{Content, DrawError, Row, Section};

/// A4, in points.
pub(crate) const PAGE_WIDTH: f32 = 595.28;
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
const MARGIN: f32 = 51.0;
const TOP: f32 = 54.0;
/// Nothing but the footer stands below.
const BOTTOM: f32 = PAGE_HEIGHT - 62.0;
const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
const LABEL_WIDTH: f32 = 128.0;
const TIME_WIDTH: f32 = 128.0;
const QR_SIDE: f32 = 78.0;
const GAP: f32 = 16.0;

pub(crate) const INK: Colour = Colour(0x1b, 0x21, 0x2d);
const MUTED: Colour = Colour(0x5a, 0x64, 0x78);
const LINE: Colour = Colour(0xd3, 0xd9, 0xe2);
const ACCENT: Colour = Colour(0x25, 0x46, 0xd8);
const NOTICE: Colour = Colour(0xfd, 0xf0, 0xcf);

/// How a text looks.
#[derive(Clone, Copy)]
struct Style(Weight, f32, Colour);

const TITLE: Style = Style(Weight::SemiBold, 21.0, INK);
const SUBJECT: Style = Style(Weight::Regular, 11.0, MUTED);
const HEADING: Style = Style(Weight::SemiBold, 12.0, INK);
const LABEL: Style = Style(Weight::Regular, 8.5, MUTED);
const VALUE: Style = Style(Weight::Regular, 9.0, INK);
const COLUMN: Style = Style(Weight::SemiBold, 8.0, MUTED);
const STRONG: Style = Style(Weight::SemiBold, 9.5, INK);
const WHEN: Style = Style(Weight::SemiBold, 9.0, INK);
const SMALL: Style = Style(Weight::Regular, 7.5, MUTED);
const DETAIL: Style = Style(Weight::Regular, 8.0, MUTED);

impl Style {
    const fn leading(self) -> f32 {
        self.1 * 1.36
    }
}

struct Pen<'a> {
    faces: &'a Faces,
    sheets: Sheets,
    y: f32,
}

/// Lays a page's content out on as many sheets as it takes.
pub(crate) fn lay_out(content: &Content, faces: &Faces) -> Result<Sheets, DrawError> {
    let mut pen = Pen {
        faces,
        sheets: Sheets::default(),
        y: TOP,
    };
    pen.new_sheet();
    pen.head(content)?;
    for section in &content.sections {
        pen.section(section);
    }
    pen.table(&content.table);
    pen.y += GAP;
    for remark in &content.remarks {
        let element = pen.element(Kind::Paragraph, None);
        pen.block(remark, SMALL, (MARGIN, WIDTH), Some(element));
        pen.y += 3.0;
    }
    pen.footers(content);
    Ok(pen.sheets)
}

impl Pen<'_> {
    fn new_sheet(&mut self) {
        self.sheets.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Begins a new sheet where less than this is left.
    fn need(&mut self, height: f32) {
        if BOTTOM < self.y + height {
            self.new_sheet();
        }
    }

    fn element(&mut self, kind: Kind, parent: Option<usize>) -> usize {
        self.sheets.elements.push(Element { kind, parent });
        self.sheets.elements.len() - 1
    }

    fn put(&mut self, mark: Mark, owner: Owner) {
        if let Some(page) = self.sheets.pages.last_mut() {
            page.push((mark, owner));
        }
    }

    fn line(&mut self, (x, y): (f32, f32), style: Style, text: String, owner: Owner) {
        let Style(weight, size, colour) = style;
        let mark = Mark::Text {
            x,
            y,
            weight,
            size,
            colour,
            text,
        };
        self.put(mark, owner);
    }

    fn wrapped(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        self.faces.of(style.0).wrap(text, style.1, width)
    }

    /// Sets a text from the pen downwards, over as many sheets as it takes.
    fn block(&mut self, text: &str, style: Style, (x, width): (f32, f32), owner: Owner) {
        for line in self.wrapped(text, style, width) {
            self.need(style.leading());
            self.y += style.leading();
            self.line((x, self.y - style.1 * 0.32), style, line, owner);
        }
    }

    fn rule(&mut self) {
        let mark = Mark::Area {
            x: MARGIN,
            y: self.y,
            width: WIDTH,
            height: 0.6,
            colour: LINE,
        };
        self.put(mark, None);
    }

    fn head(&mut self, content: &Content) -> Result<(), DrawError> {
        let bar = Mark::Area {
            x: MARGIN,
            y: TOP - 14.0,
            width: 34.0,
            height: 3.0,
            colour: ACCENT,
        };
        self.put(bar, None);
        let width = match &content.link {
            Some(_) => WIDTH - QR_SIDE - 44.0,
            None => WIDTH,
        };
        let title = Kind::Heading(1, content.title.clone());
        let title = self.element(title, None);
        self.block(&content.title, TITLE, (MARGIN, width), Some(title));
        self.y += 2.0;
        let subject = self.element(Kind::Paragraph, None);
        self.block(&content.subject, SUBJECT, (MARGIN, width), Some(subject));
        if let Some(link) = &content.link {
            self.qr(link)?;
        }
        if let Some(notice) = &content.notice {
            self.y += 12.0;
            self.notice(notice);
        }
        Ok(())
    }

    fn qr(&mut self, link: &crate::Link) -> Result<(), DrawError> {
        let code = qrcode::QrCode::with_error_correction_level(&link.url, qrcode::EcLevel::M)
            .map_err(|_| DrawError::Link)?;
        let size = code.width();
        let colours = code.to_colors();
        let dark = (0..size)
            .flat_map(|row| (0..size).map(move |column| (column, row)))
            .zip(colours)
            .filter(|(_, colour)| *colour == qrcode::Color::Dark)
            .map(|(at, _)| at)
            .collect();
        let alt = format!("{} {}", link.caption, link.url);
        let figure = self.element(Kind::Figure(alt), None);
        let x = PAGE_WIDTH - MARGIN - QR_SIDE;
        let mark = Mark::Modules {
            x,
            y: TOP - 14.0,
            side: QR_SIDE,
            size,
            dark,
        };
        self.put(mark, Some(figure));
        let caption = self.element(Kind::Paragraph, None);
        let below = self.y;
        self.y = TOP - 14.0 + QR_SIDE + 4.0;
        self.block(&link.caption, SMALL, (x, QR_SIDE), Some(caption));
        self.y = self.y.max(below);
        Ok(())
    }

    fn notice(&mut self, text: &str) {
        let lines = self.wrapped(text, STRONG, WIDTH - 24.0).len();
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let height = lines as f32 * STRONG.leading() + 14.0;
        let mark = Mark::Area {
            x: MARGIN,
            y: self.y,
            width: WIDTH,
            height,
            colour: NOTICE,
        };
        self.put(mark, None);
        let element = self.element(Kind::Paragraph, None);
        let below = self.y + height;
        self.y += 6.0;
        self.block(text, STRONG, (MARGIN + 12.0, WIDTH - 24.0), Some(element));
        self.y = below;
    }

    fn heading(&mut self, text: &str) {
        self.y += GAP;
        // A heading does not stand alone at the foot of a sheet.
        self.need(90.0);
        let element = self.element(Kind::Heading(2, text.to_owned()), None);
        self.block(text, HEADING, (MARGIN, WIDTH), Some(element));
        self.y += 5.0;
    }

    fn section(&mut self, section: &Section) {
        self.heading(&section.heading);
        let table = self.element(Kind::Table, None);
        for (label, value) in &section.rows {
            let width = WIDTH - LABEL_WIDTH - 12.0;
            let height = self
                .height(label, LABEL, LABEL_WIDTH)
                .max(self.height(value, VALUE, width));
            self.need(height + 5.0);
            let row = self.element(Kind::Row, Some(table));
            let cells = (
                self.element(Kind::HeaderCell, Some(row)),
                self.element(Kind::Cell, Some(row)),
            );
            let top = self.y;
            self.block(label, LABEL, (MARGIN, LABEL_WIDTH), Some(cells.0));
            self.y = top;
            let x = MARGIN + LABEL_WIDTH + 12.0;
            self.block(value, VALUE, (x, width), Some(cells.1));
            self.y = self.y.max(top + height) + 3.0;
        }
    }

    fn height(&self, text: &str, style: Style, width: f32) -> f32 {
        let lines = self.wrapped(text, style, width).len();
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let lines = lines as f32;
        lines * style.leading()
    }

    fn table(&mut self, table: &crate::Table) {
        self.heading(&table.heading);
        let element = self.element(Kind::Table, None);
        let head = self.element(Kind::Row, Some(element));
        let cells = [0, 1].map(|_| Some(self.element(Kind::HeaderCell, Some(head))));
        self.columns(&table.columns, cells);
        for row in &table.rows {
            let height = self.row_height(row);
            if BOTTOM < self.y + height && height < BOTTOM - TOP - 40.0 {
                self.new_sheet();
                // Repeated for the eye; in the structure the table has one head.
                self.columns(&table.columns, [None, None]);
            }
            let element = self.element(Kind::Row, Some(element));
            self.row(row, element);
        }
    }

    fn columns(&mut self, columns: &[String; 2], [first, second]: [Owner; 2]) {
        let top = self.y;
        let [when, act] = columns;
        self.block(when, COLUMN, (MARGIN, TIME_WIDTH), first);
        let below = self.y;
        self.y = top;
        let x = MARGIN + TIME_WIDTH + 12.0;
        self.block(act, COLUMN, (x, WIDTH - TIME_WIDTH - 12.0), second);
        self.y = self.y.max(below) + 4.0;
        self.rule();
    }

    fn row_height(&self, row: &Row) -> f32 {
        let width = WIDTH - TIME_WIDTH - 12.0;
        let details: f32 = row
            .details
            .iter()
            .map(|detail| self.height(detail, DETAIL, width))
            .sum();
        self.height(&row.act, STRONG, width)
            .max(WHEN.leading() + SMALL.leading())
            + details
            + 14.0
    }

    fn row(&mut self, row: &Row, element: usize) {
        self.y += 6.0;
        let times = self.element(Kind::Cell, Some(element));
        let acts = self.element(Kind::Cell, Some(element));
        let top = self.y;
        self.block(&row.when, WHEN, (MARGIN, TIME_WIDTH), Some(times));
        self.block(&row.when_utc, SMALL, (MARGIN, TIME_WIDTH), Some(times));
        let (below, sheet) = (self.y, self.sheets.pages.len());
        self.y = top;
        let (x, width) = (MARGIN + TIME_WIDTH + 12.0, WIDTH - TIME_WIDTH - 12.0);
        self.block(&row.act, STRONG, (x, width), Some(acts));
        for detail in &row.details {
            self.block(detail, DETAIL, (x, width), Some(acts));
        }
        if self.sheets.pages.len() == sheet {
            self.y = self.y.max(below);
        }
        self.y += 6.0;
        self.rule();
    }

    fn footers(&mut self, content: &Content) {
        let pages = self.sheets.pages.len();
        let face = self.faces.of(SMALL.0);
        let y = PAGE_HEIGHT - 34.0;
        for (index, page) in self.sheets.pages.iter_mut().enumerate() {
            let right = content
                .footer
                .right
                .replace("{pages}", &pages.to_string())
                .replace("{page}", &(index + 1).to_string());
            let right = face.drawable(&right);
            let x = PAGE_WIDTH - MARGIN - face.width(&right, SMALL.1);
            for (x, text) in [(MARGIN, face.drawable(&content.footer.left)), (x, right)] {
                let Style(weight, size, colour) = SMALL;
                let mark = Mark::Text {
                    x,
                    y,
                    weight,
                    size,
                    colour,
                    text,
                };
                page.push((mark, None));
            }
        }
    }
}
