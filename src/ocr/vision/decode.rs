//! From the bytes of a picture to its pixels: its size is looked at before anything is decoded,
//! pages and frames are counted, what shines through is laid on paper. Reads no text.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat};

use super::still::{Take, is_small, limits, on_paper, reason, still};
use super::{heif, jpeg, thumbnail, tiff};
use crate::model::{GapReason, Limit};
use crate::ocr::{Bounds, THUMBNAIL};

/// Frames of a moving picture that are decoded, most of them like the one before.
const FRAMES: usize = 256;
/// The side of the small copy by which two frames are compared, and the difference of one of its
/// values that makes them different.
const COPY: u32 = 48;
const DIFFERENCE: u8 = 24;

/// Decodes a picture and hands on its pages, or those of its frames that differ.
///
/// # Errors
/// It is damaged, of a format not decoded here, or larger than allowed; or what `take` says.
pub fn decode(bytes: &[u8], bounds: Bounds, take: Take<'_>) -> Result<(), GapReason> {
    if heif::is(bytes) {
        return heif::decode(bytes, bounds, take);
    }
    let format = image::guess_format(bytes).map_err(|_| GapReason::PictureFormat)?;
    let reader = || Cursor::new(bytes);
    match format {
        ImageFormat::Gif => {
            let decoder = GifDecoder::new(reader()).map_err(reason)?;
            frames(decoder, bounds, take)
        }
        ImageFormat::WebP if WebPDecoder::new(reader()).map_err(reason)?.has_animation() => {
            frames(WebPDecoder::new(reader()).map_err(reason)?, bounds, take)
        }
        ImageFormat::Png if PngDecoder::new(reader()).and_then(|png| png.is_apng()).map_err(reason)? => {
            // The still picture may be another than the first frame.
            take(0, &still(bytes, format, bounds)?)?;
            let decoder = PngDecoder::new(reader()).map_err(reason)?;
            is_small(decoder.dimensions(), bounds)?;
            frames_of(decoder.apng().map_err(reason)?.into_frames(), 1, bounds, take)
        }
        ImageFormat::Tiff => tiff::pages(bytes, bounds, take),
        ImageFormat::Jpeg => photograph(bytes, bounds, take),
        ImageFormat::Png | ImageFormat::WebP | ImageFormat::Bmp | ImageFormat::Pnm => {
            take(0, &still(bytes, format, bounds)?)
        }
        _ => Err(GapReason::PictureFormat),
    }
}

/// A JPEG file: its picture, the small one in its Exif if that shows something else, and those behind it.
fn photograph(bytes: &[u8], bounds: Bounds, take: Take<'_>) -> Result<(), GapReason> {
    let picture = still(bytes, ImageFormat::Jpeg, bounds)?;
    take(0, &picture)?;
    // One that cannot be decoded shows nothing.
    let small = thumbnail::find(bytes).and_then(|bytes| still(bytes, ImageFormat::Jpeg, bounds).ok());
    if let Some(small) = small.filter(|small| thumbnail::differs(small, &picture)) {
        take(THUMBNAIL, &small)?;
    }
    // The decoder makes grey of what is missing.
    let Some(end) = jpeg::end(bytes) else { return Err(GapReason::Damaged) };
    let mut outcome = Ok(());
    for (number, bytes) in (1..).zip(jpeg::pictures(&bytes[end..])) {
        if number >= bounds.pages {
            return Err(GapReason::Limit(Limit::PicturePages));
        }
        let whole = jpeg::end(bytes).map(drop).ok_or(GapReason::Damaged);
        let read =
            still(bytes, ImageFormat::Jpeg, bounds).and_then(|other| match thumbnail::differs(&other, &picture) {
                true => take(number, &other),
                false => Ok(()),
            });
        outcome = outcome.and(whole).and(read);
    }
    outcome
}

/// The frames of a moving picture.
fn frames<'d>(
    mut decoder: impl ImageDecoder + AnimationDecoder<'d>,
    bounds: Bounds,
    take: Take<'_>,
) -> Result<(), GapReason> {
    is_small(decoder.dimensions(), bounds)?;
    decoder.set_limits(limits(bounds)).map_err(reason)?;
    frames_of(decoder.into_frames(), 0, bounds, take)
}

/// Frames from the number `first` on; one like the last that was handed on is left out.
fn frames_of(frames: image::Frames<'_>, first: u64, bounds: Bounds, take: Take<'_>) -> Result<(), GapReason> {
    let mut last: Option<Vec<u8>> = None;
    let mut taken = first;
    for (number, frame) in frames.enumerate() {
        let picture = on_paper(DynamicImage::ImageRgba8(frame.map_err(reason)?.into_buffer()));
        let copy = image::imageops::thumbnail(&picture, COPY, COPY).into_raw();
        let differs = |last: &Vec<u8>| last.iter().zip(&copy).any(|(a, b)| a.abs_diff(*b) > DIFFERENCE);
        if last.as_ref().is_none_or(differs) {
            if taken == bounds.pages {
                return Err(GapReason::Limit(Limit::PicturePages));
            }
            take(taken, &picture)?;
            taken += 1;
            last = Some(copy);
        }
        if number + 1 == FRAMES {
            return Err(GapReason::Limit(Limit::PicturePages));
        }
    }
    if taken == first && first == 0 { Err(GapReason::Damaged) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use image::{RgbImage, RgbaImage};

    use super::*;

    const BOUNDS: Bounds = Bounds { pixels: 10_000, pages: 3 };

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("written to memory");
        bytes.into_inner()
    }

    fn sizes(bytes: &[u8]) -> (Vec<(u32, u32)>, Result<(), GapReason>) {
        let mut sizes = Vec::new();
        let outcome = decode(bytes, BOUNDS, &mut |_, picture| {
            sizes.push(picture.dimensions());
            Ok(())
        });
        (sizes, outcome)
    }

    #[test]
    fn a_picture_is_measured_before_it_is_decoded() {
        let small = encoded(&DynamicImage::new_rgb8(100, 100), ImageFormat::Png);
        assert_eq!(sizes(&small), (vec![(100, 100)], Ok(())));
        let large = encoded(&DynamicImage::new_rgb8(101, 100), ImageFormat::Png);
        assert_eq!(sizes(&large), (vec![], Err(GapReason::Limit(Limit::PicturePixels))));
        // A header that promises 50,000 by 50,000 pixels, and none of them.
        let mut header = small;
        header[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
        let crc = crc(&header[12..29]);
        header[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(sizes(&header), (vec![], Err(GapReason::Limit(Limit::PicturePixels))));
    }

    /// The checksum of PNG (ISO/IEC 15948, annex D).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 })
        })
    }

    #[test]
    fn frames_that_differ_are_handed_on_and_too_many_are_a_gap() {
        let gif = |shades: &[u8]| {
            let mut bytes = Vec::new();
            {
                let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
                for shade in shades {
                    let picture = RgbaImage::from_pixel(8, 8, image::Rgba([*shade, *shade, *shade, 255]));
                    encoder.encode_frame(image::Frame::new(picture)).expect("a frame");
                }
            }
            bytes
        };
        assert_eq!(sizes(&gif(&[0, 0, 255, 255, 0])), (vec![(8, 8); 3], Ok(())));
        let (seen, outcome) = sizes(&gif(&[0, 255, 0, 255]));
        assert_eq!((seen.len(), outcome), (3, Err(GapReason::Limit(Limit::PicturePages))));
    }

    #[test]
    fn a_photograph_cut_short_is_shown_as_far_as_it_goes_and_is_damaged() {
        let shade = |x: u32, y: u32| image::Rgb([(x * 7 % 256) as u8, (y * 5 % 256) as u8, 90]);
        let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(90, 90, shade));
        let whole = encoded(&picture, ImageFormat::Jpeg);
        assert_eq!(sizes(&whole), (vec![(90, 90)], Ok(())));
        assert_eq!(sizes(&whole[..whole.len() / 2]).1, Err(GapReason::Damaged));
        let header = whole.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("a scan");
        assert_eq!(sizes(&whole[..header]).1, Err(GapReason::Damaged));
        assert_eq!(sizes(&[&whole[..header], &[0xFF, 0xD9]].concat()).1, Err(GapReason::Damaged), "no scan");
    }

    #[test]
    fn pictures_behind_a_photograph_are_read_unless_they_show_the_same() {
        let plain = |shade: u8, side: u32| {
            let picture = RgbImage::from_pixel(side, side, image::Rgb([shade; 3]));
            encoded(&DynamicImage::ImageRgb8(picture), ImageFormat::Jpeg)
        };
        // CIPA DC-007 lets zeros stand between them.
        let file = [plain(250, 80), vec![0; 40], plain(250, 40), plain(10, 64)].concat();
        assert_eq!(sizes(&file), (vec![(80, 80), (64, 64)], Ok(())));
        let many = [plain(250, 80), plain(10, 40), plain(10, 41), plain(10, 42)].concat();
        assert_eq!(sizes(&many).1, Err(GapReason::Limit(Limit::PicturePages)));
        let cut = [plain(250, 80), plain(10, 64)[..300].to_vec()].concat();
        assert_eq!(sizes(&cut).1, Err(GapReason::Damaged));
    }

    #[test]
    fn plain_pixels_are_a_picture() {
        assert_eq!(sizes(b"P6\n# by hand\n2 1\n255\n\xFF\xFF\xFF\0\0\0"), (vec![(2, 1)], Ok(())));
        assert_eq!(sizes(b"P1\n3 1\n1 0 1\n"), (vec![(3, 1)], Ok(())));
        assert!(sizes(b"P6\n2 1\n255\n\xFF").1.is_err());
    }

    #[test]
    fn a_tiff_file_that_goes_in_circles_ends() {
        let mut tiff = encoded(&DynamicImage::new_rgb8(8, 8), ImageFormat::Tiff);
        assert_eq!(sizes(&tiff), (vec![(8, 8)], Ok(())));
        let place = u32::from_le_bytes(tiff[4..8].try_into().expect("four bytes")) as usize;
        let entries = usize::from(u16::from_le_bytes(tiff[place..place + 2].try_into().expect("two bytes")));
        let next = place + 2 + entries * 12;
        let first: [u8; 4] = tiff[4..8].try_into().expect("four bytes");
        tiff[next..next + 4].copy_from_slice(&first);
        // The decoder refuses a directory that leads to itself: a gap, and no page twice.
        assert_eq!(sizes(&tiff), (vec![], Err(GapReason::Damaged)));
    }

    #[test]
    fn what_is_not_drawn_is_paper() {
        let nothing = on_paper(DynamicImage::new_rgba8(2, 2));
        assert!(nothing.pixels().all(|pixel| pixel.0 == [255; 3]));
        // A white letter on nothing is read on black.
        let mut letter = RgbaImage::new(2, 2);
        letter.put_pixel(0, 0, image::Rgba([255; 4]));
        let letter = on_paper(DynamicImage::ImageRgba8(letter));
        assert_eq!((letter.get_pixel(0, 0).0, letter.get_pixel(1, 1).0), ([255; 3], [0; 3]));
    }

    #[test]
    fn what_is_no_picture_is_a_gap() {
        for bytes in
            [&b""[..], b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xFF\xD8\xFF", b"II*\0\x08\0\0\0", b"BM", b"MM\0*\0\0\0\0"]
        {
            assert!(sizes(bytes).1.is_err(), "{bytes:?}");
        }
    }
}
