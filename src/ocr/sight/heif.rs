//! HEIC, as telephones write photographs (ISO/IEC 23008-12): stills of HEVC, the right way up.
//! Other codecs in the same container, such as that of AVIF, are not decoded.

use heic_rs::{DecodeOptions, Error, PixelLayout};
use image::RgbImage;

use crate::model::{GapReason, Limit};
use crate::ocr::Bounds;

/// It is a file of this container.
pub(super) fn is(bytes: &[u8]) -> bool {
    heic_rs::io::looks_like_heif(bytes)
}

/// The picture such a file shows first; its size is looked at before it is decoded.
///
/// # Errors
/// It is damaged, coded in another way, or larger than allowed.
pub(super) fn decode(bytes: &[u8], bounds: Bounds) -> Result<RgbImage, GapReason> {
    let options = DecodeOptions::default().with_layout(PixelLayout::Rgb8).with_alpha(false).with_threads(Some(1));
    let picture = heic_rs::decode(bytes, &options.with_max_pixels(Some(bounds.pixels))).map_err(|e| reason(&e))?;
    RgbImage::from_raw(picture.width, picture.height, picture.data).ok_or(GapReason::Damaged)
}

fn reason(error: &Error) -> GapReason {
    match error {
        Error::Unsupported(_) => GapReason::PictureFormat,
        Error::PixelLimit { .. } => GapReason::Limit(Limit::PicturePixels),
        _ => GapReason::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { pixels: 10_000, pages: 1 };

    #[test]
    fn what_cannot_be_decoded_is_a_gap() {
        let file = |brand: &[u8]| [&[0, 0, 0, 16][..], b"ftyp", brand, &[0; 4]].concat();
        assert!(is(&file(b"heic")) && is(&file(b"avif")) && !is(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(decode(&file(b"avif"), BOUNDS), Err(GapReason::PictureFormat));
        assert_eq!(decode(&file(b"heic"), BOUNDS), Err(GapReason::Damaged));
    }

    #[test]
    fn it_is_measured_before_it_is_decoded() {
        let bytes = include_bytes!("../../../samples/seen/photo.heic");
        assert_eq!(decode(bytes, BOUNDS), Err(GapReason::Limit(Limit::PicturePixels)));
        assert!(decode(bytes, Bounds { pixels: 10_000_000, ..BOUNDS }).is_ok());
        let half = &bytes[..bytes.len() / 2];
        assert!(decode(half, Bounds { pixels: 10_000_000, ..BOUNDS }).is_err(), "cut short");
    }
}
