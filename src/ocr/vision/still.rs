//! One still picture, decoded within bounds, and how a decoder's errors are told. Knows nothing of further pages.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage, RgbaImage};

use crate::model::{GapReason, Limit};
use crate::ocr::Bounds;

/// Bytes a decoder may use for one pixel: sixteen bits of four colours, twice.
const BYTES_A_PIXEL: u64 = 16;

/// Takes a page or frame: its number, from 0, and its pixels.
pub type Take<'t> = &'t mut dyn FnMut(u64, &RgbImage) -> Result<(), GapReason>;

/// One picture, the right way up as its camera says.
pub(super) fn still(bytes: &[u8], format: ImageFormat, bounds: Bounds) -> Result<RgbImage, GapReason> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits(bounds));
    let mut decoder = reader.into_decoder().map_err(reason)?;
    is_small(decoder.dimensions(), bounds)?;
    let orientation = decoder.orientation().map_err(reason)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(reason)?;
    picture.apply_orientation(orientation);
    Ok(on_paper(picture))
}

pub(super) fn limits(bounds: Bounds) -> image::Limits {
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(bounds.pixels.saturating_mul(BYTES_A_PIXEL));
    limits
}

pub(super) fn is_small((width, height): (u32, u32), bounds: Bounds) -> Result<(), GapReason> {
    match u64::from(width) * u64::from(height) {
        0 => Err(GapReason::Damaged),
        pixels if pixels > bounds.pixels => Err(GapReason::Limit(Limit::PicturePixels)),
        _ => Ok(()),
    }
}

pub(super) fn reason(error: ImageError) -> GapReason {
    match error {
        ImageError::Unsupported(_) => GapReason::PictureFormat,
        ImageError::Limits(_) => GapReason::Limit(Limit::PicturePixels),
        _ => GapReason::Damaged,
    }
}

/// What shines through, on white paper; where what is drawn is itself light, on black.
pub(super) fn on_paper(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture: RgbaImage = picture.into_rgba8();
    let (mut light, mut seen) = (0u64, 0u64);
    for pixel in picture.pixels() {
        light += u64::from(pixel[3]) * (u64::from(pixel[0]) + u64::from(pixel[1]) + u64::from(pixel[2])) / 3;
        seen += u64::from(pixel[3]);
    }
    let opaque = u64::from(picture.width()) * u64::from(picture.height()) * 255;
    let paper: u16 = if seen < opaque && light > seen * 200 { 0 } else { 255 };
    let laid =
        |ink: u8, alpha: u8| ((u16::from(ink) * u16::from(alpha) + paper * (255 - u16::from(alpha))) / 255) as u8;
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, alpha] = picture.get_pixel(x, y).0;
        image::Rgb([laid(r, alpha), laid(g, alpha), laid(b, alpha)])
    })
}
