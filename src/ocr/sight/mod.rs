//! Seeing: decoding, the detector, the recogniser and what goes around them. All that needs the
//! feature `ocr`.

mod boxes;
mod cut;
mod decode;
mod detect;
mod heif;
mod model;
mod orient;
mod read;
mod recognise;
mod red;
mod rows;
mod thumbnail;
mod tiles;

pub use decode::{Take, decode};
pub(super) use model::Model;
pub(super) use read::read;
