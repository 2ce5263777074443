//! Draws pages.

use bytes::Bytes;
use jail::{Fault, Parent};
use pdf::render::{Picture, RenderError};
use serde::{Deserialize, Serialize};

use crate::{Job, PdfWorkers, Worked};

/// A page as a picture: see [`pdf::render::page_picture`]. The PNG is beside the answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Render {
    /// Counts from 1.
    pub page: usize,
    /// In pixels.
    pub width: u32,
}

impl Job for Render {
    const NAME: &'static str = "render";
    type Answer = Result<Picture, RenderError>;

    fn work(self, files: Vec<Bytes>, _: &mut Parent) -> Worked<Self::Answer> {
        let file = files.into_iter().next().unwrap_or_default();
        match pdf::render::page_picture(file.into(), self.page, self.width) {
            Ok(mut picture) => {
                let png = std::mem::take(&mut picture.png);
                Worked {
                    answer: Ok(picture),
                    files: vec![png.into()],
                }
            }
            Err(error) => Err(error).into(),
        }
    }
}

impl PdfWorkers {
    /// Draws a page of a file; answers the PNG.
    pub async fn render(
        &self,
        job: Render,
        file: Bytes,
    ) -> Result<Result<Bytes, RenderError>, Fault> {
        let worked = self.run(job, vec![file]).await?;
        let png = worked.files.into_iter().next().unwrap_or_default();
        Ok(worked.answer.map(|_| png))
    }
}
