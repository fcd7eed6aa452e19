//! Seeing: decoding, the detector, the recogniser and what goes around them. All that needs the
//! feature `ocr`.

mod block;
mod boxes;
mod cut;
mod decode;
mod detect;
#[cfg(feature = "young")]
mod heif;
#[cfg(not(feature = "young"))]
#[path = "no_heif.rs"]
mod heif;
mod jpeg;
mod legible;
mod letters;
mod lines;
mod model;
mod orient;
mod pale;
mod read;
mod recognise;
mod red;
mod region;
mod rows;
mod still;
mod stripes;
mod thumbnail;
mod tiff;
mod tiles;

pub use decode::decode;
pub(super) use model::Model;
pub(super) use read::read;
pub use still::Take;
