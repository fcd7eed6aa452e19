//! The small picture a camera puts into a JPEG file (CIPA DC-008, 4.5.4: the second directory of
//! Exif). Programs that crop or blacken a picture may leave the old one there.

use image::RgbImage;
use image::imageops::{FilterType, resize};

/// Bytes at the beginning in which it stands: a segment is no longer than 64 KiB.
const SEARCHED: usize = 256 << 10;
/// The side of the copies compared, and the mean difference of their values that tells them apart.
const COPY: u32 = 24;
const DIFFERENCE: u64 = 28;

/// The bytes of the small picture, if there is one.
pub(super) fn find(jpeg: &[u8]) -> Option<&[u8]> {
    let front = &jpeg[..jpeg.len().min(SEARCHED)];
    let exif = front.windows(6).position(|bytes| bytes == b"Exif\0\0")?;
    let length = front.get(exif.checked_sub(2)?..exif).map(|raw| usize::from(raw[0]) << 8 | usize::from(raw[1]))?;
    let segment = &front[exif..(exif + length).min(front.len())];
    let start = segment.windows(3).position(|bytes| bytes == [0xFF, 0xD8, 0xFF])?;
    Some(&segment[start..])
}

/// The small picture shows something else than the large one.
pub(super) fn differs(small: &RgbImage, large: &RgbImage) -> bool {
    let copy = |picture: &RgbImage| resize(picture, COPY, COPY, FilterType::Triangle).into_raw();
    let (small, large) = (copy(small), copy(&image::imageops::thumbnail(large, COPY * 8, COPY * 8)));
    let difference: u64 = small.iter().zip(&large).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    difference > DIFFERENCE * small.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_in_the_segment_of_exif_and_nowhere_else() {
        let small = [0xFF, 0xD8, 0xFF, 0xDB, 1, 2, 3];
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 2 + 6 + 4 + 7];
        jpeg.extend(b"Exif\0\0II*\0");
        jpeg.extend(small);
        jpeg.extend([0xFF, 0xD9]);
        assert_eq!(find(&jpeg).map(|found| &found[..7]), Some(&small[..]));
        assert_eq!(find(&[0xFF, 0xD8, 0xFF, 0xDB, 0, 4, 0xFF, 0xD8]), None);
        assert_eq!(find(b"Exif\0\0"), None);
    }

    #[test]
    fn another_picture_is_told_from_the_same_one_made_small() {
        let shade = |x: u32| image::Rgb([if x < 50 { 0 } else { 255 }; 3]);
        let large = RgbImage::from_fn(100, 100, |x, _| shade(x));
        let same = RgbImage::from_fn(20, 20, |x, _| shade(x * 5));
        assert!(!differs(&same, &large));
        assert!(differs(&RgbImage::new(20, 20), &large));
    }
}
