//! Raw ink for an expert's eyes: a picture with order, speed and pressure, a replay in true time, and the samples as a table.
//!
//! Nothing is smoothed: what is drawn is what was recorded, from sample to sample.

mod chart;
mod motion;
mod picture;
mod replay;
mod table;
mod xml;

pub use picture::picture;
pub use replay::replay;
pub use table::table;
