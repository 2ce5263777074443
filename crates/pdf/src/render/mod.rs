//! Pages as pictures, and whether two revisions of a file look alike where nothing may have changed.
//!
//! Drawn by one renderer, without any font or file of the machine: the same bytes give the same
//! pixels. Time and memory are for the caller's jail to bound; what is bounded here is the size of
//! the picture.

mod canvas;
mod compare;
mod fonts;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use hayro::RenderCache;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{LoadPdfError, Pdf};

use super::limits::{MAX_PICTURE_WIDTH, MIN_PICTURE_WIDTH};
use super::read::Refusal;
use canvas::{Canvas, Scale};

pub use compare::{Change, Spot, compare};

/// A page as a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    pub height: u32,
    /// A PNG file, 8 bits for each of red, green and blue, on white.
    pub png: Vec<u8>,
}

/// Why a page was not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RenderError {
    #[error("the file cannot be drawn: {0}")]
    Refused(Refusal),
    #[error("the file has no page {page}; it has {pages}")]
    NoSuchPage { page: usize, pages: usize },
    #[error("the renderer failed on this page")]
    Failed,
    #[error("the picture could not be written")]
    Encoding,
}

/// Draws a page as it is shown: turned, cut to its visible part, with form fields and annotations.
///
/// `page` counts from 1. `width` is in pixels and is brought within [`MIN_PICTURE_WIDTH`] and
/// [`MAX_PICTURE_WIDTH`]; the height follows the page.
pub fn page_picture(bytes: Vec<u8>, page: usize, width: u32) -> Result<Picture, RenderError> {
    let width = width.clamp(MIN_PICTURE_WIDTH, MAX_PICTURE_WIDTH);
    let file = File::open(bytes)?;
    let canvas = file.draw(page, Scale::Width(width))?;
    Ok(Picture {
        png: canvas.png().ok_or(RenderError::Encoding)?,
        width: canvas.width(),
        height: canvas.height(),
    })
}

/// A file to be drawn.
struct File(Pdf);

impl File {
    fn open(bytes: Vec<u8>) -> Result<Self, RenderError> {
        if !bytes.starts_with(b"%PDF-") {
            return Err(RenderError::Refused(Refusal::NotPdf));
        }
        guarded(|| Pdf::new(Arc::new(bytes)))?
            .map(Self)
            .map_err(|error| {
                RenderError::Refused(match error {
                    LoadPdfError::Decryption(_) => Refusal::Encrypted,
                    LoadPdfError::Invalid => Refusal::Broken,
                })
            })
    }

    fn page_count(&self) -> Result<usize, RenderError> {
        guarded(|| self.0.pages().len())
    }

    fn draw(&self, page: usize, scale: Scale) -> Result<Canvas, RenderError> {
        guarded(|| {
            let pages = self.0.pages();
            let found = page.checked_sub(1).and_then(|index| pages.get(index));
            let found = found.ok_or(RenderError::NoSuchPage {
                page,
                pages: pages.len(),
            })?;
            let settings = InterpreterSettings {
                font_resolver: fonts::resolver(),
                ..InterpreterSettings::default()
            };
            Canvas::draw(found, &RenderCache::new(), &settings, scale)
        })?
    }
}

/// The renderer reads hostile bytes; should it ever panic, that is the file's fault, not a crash.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, RenderError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| RenderError::Failed)
}
