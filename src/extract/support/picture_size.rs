//! How large a picture is in pixels, as its first bytes say; nothing is decoded. And the header
//! that makes a file of a bitmap that has none.

/// The sides of a page at 60 dots to the inch (A4: 496 by 702): in a smaller picture of one nobody
/// reads the text.
const PAGE: (u64, u64) = (480, 640);
/// Bytes in which the size stands, behind a profile of colours, say.
pub(in crate::extract) const SEARCHED: u64 = 1 << 20;
/// The kind of segment of JBIG2 that tells the size.
const PAGE_INFORMATION: u8 = 48;
/// Length of the two headers of a bitmap (Windows GDI: BITMAPFILEHEADER, BITMAPINFOHEADER).
const FILE_HEADER: u32 = 14;
const INFO_HEADER: usize = 40;
/// Later ones begin like it and hold the masks (BITMAPV4HEADER, BITMAPV5HEADER).
const LATER_HEADERS: [usize; 2] = [108, 124];

/// A picture of this many pixels can show a page that can be read.
pub(in crate::extract) fn holds_page(width: u64, height: u64) -> bool {
    width.min(height) >= PAGE.0 && width.max(height) >= PAGE.1
}

/// What begins so is a picture that can show a page: whatever does not say that it is smaller.
pub(in crate::extract) fn is_page(front: &[u8]) -> bool {
    sides(front).is_none_or(|(width, height)| holds_page(width, height))
}

/// Width and height in pixels, where the first bytes of a picture tell.
pub(in crate::extract) fn sides(front: &[u8]) -> Option<(u64, u64)> {
    imagesize::blob_size(front).ok().map(|size| (size.width as u64, size.height as u64))
}

/// Pictures each too small for a page, which may be the strips of one.
#[derive(Debug, Default)]
pub(in crate::extract) struct Strips {
    pixels: u64,
}

impl Strips {
    /// One more picture; what is short on both sides is no strip.
    pub(in crate::extract) fn add(&mut self, width: u64, height: u64) {
        if width.max(height) >= PAGE.0 {
            self.pixels = self.pixels.saturating_add(width.saturating_mul(height));
        }
    }

    /// And the strips found elsewhere.
    pub(in crate::extract) fn join(&mut self, other: Strips) {
        self.pixels = self.pixels.saturating_add(other.pixels);
    }

    /// Together they can show a page.
    pub(in crate::extract) fn hold_page(&self) -> bool {
        self.pixels >= PAGE.0 * PAGE.1
    }
}

/// What begins so is bilevel, as fixed layouts have it (JBIG2, ITU-T T.88: 7.2 header of a segment, 7.4.8
/// page information, annex D.4 header of a file, which may be missing), and smaller than a page.
pub(in crate::extract) fn is_small_jbig2(front: &[u8]) -> bool {
    let sides = || {
        let segment = match front.strip_prefix(b"\x97JB2\r\n\x1a\n") {
            Some(file) => file.get(if file.first()? & 2 == 0 { 5.. } else { 1.. })?,
            None => front,
        };
        let flags = *segment.get(4)?;
        let at = if flags & 0x40 == 0 { 11 } else { 14 };
        let side = |at: usize| segment.get(at..at + 4).map(|raw| u32::from_be_bytes([raw[0], raw[1], raw[2], raw[3]]));
        if flags & 0x3F == PAGE_INFORMATION { side(at).zip(side(at + 4)) } else { None }
    };
    sides().is_some_and(|(width, height)| !holds_page(width.into(), height.into()))
}

/// The file of a bitmap as programs keep it inside their own: without the header of a file.
pub(in crate::extract) fn bitmap_file(bitmap: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| bitmap.get(at..at + 4).map(|raw| u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]));
    let header = number(0)? as usize;
    if header != INFO_HEADER && !LATER_HEADERS.contains(&header) {
        return None;
    }
    let bits = u32::from(*bitmap.get(14)?);
    let (masks, used) = (header == INFO_HEADER && number(16)? == 3, number(32)?);
    let colours = if bits <= 8 && used == 0 { 1 << bits } else { used.min(256) };
    let start = FILE_HEADER + header as u32 + 4 * colours + if masks { 12 } else { 0 };
    let length = u32::try_from(bitmap.len()).ok()?.checked_add(FILE_HEADER)?;
    let header = [&b"BM"[..], &length.to_le_bytes(), &[0; 4], &start.to_le_bytes()].concat();
    Some([&header, bitmap].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_from_a_logo_by_its_pixels() {
        let png = |width: u32, height: u32| {
            let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
            [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &sides, &[8, 2, 0, 0, 0]].concat()
        };
        assert!(is_page(&png(1240, 1754)) && is_page(&png(702, 496)));
        assert!(!is_page(&png(400, 160)) && !is_page(&png(2000, 200)));
        let icon = b"\0\0\x01\0\x01\0\x20\x20\0\0\x01\0\x20\0\0\0\0\0\x16\0\0\0";
        let photoshop = |height: u32, width: u32| {
            [&b"8BPS\0\x01\0\0\0\0\0\0\0\x03"[..], &height.to_be_bytes(), &width.to_be_bytes(), &[0, 8, 0, 3]].concat()
        };
        assert!(!is_page(icon) && !is_page(&photoshop(100, 100)) && is_page(&photoshop(1754, 1240)));
        // What tells no size may be of any.
        assert!(is_page(b"") && is_page(b"\x89PNG\r\n\x1a\n"));
    }

    #[test]
    fn strips_make_a_page_together() {
        let strips = |sides: &[(u64, u64)]| {
            let mut strips = Strips::default();
            sides.iter().for_each(|(width, height)| strips.add(*width, *height));
            strips.hold_page()
        };
        assert!(strips(&[(1240, 100); 3]) && !strips(&[(1240, 100); 2]));
        assert!(!strips(&[(400, 400); 100]));
    }

    #[test]
    fn a_bilevel_picture_is_small_only_if_it_says_so() {
        let segment = |width: u32, height: u32| {
            let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
            [&[0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19][..], &sides, &[0; 11]].concat()
        };
        let file = |segment: &[u8]| [b"\x97JB2\r\n\x1a\n\x01\0\0\0\x01", segment].concat();
        let (seal, page) = (segment(100, 100), segment(1240, 1754));
        assert!(is_small_jbig2(&seal) && is_small_jbig2(&file(&seal)));
        assert!(!is_small_jbig2(&page) && !is_small_jbig2(&file(&page)));
        assert!(!is_small_jbig2(b"") && !is_small_jbig2(&seal[..14]));
    }

    #[test]
    fn a_bitmap_gets_the_header_of_a_file() {
        // Two by one pixels of 24 bits: no palette, so the pixels begin behind both headers.
        let mut bitmap = [40, 2, 1, 1 | 24 << 16].map(u32::to_le_bytes).concat();
        bitmap.resize(40, 0);
        bitmap.extend([1, 2, 3, 4, 5, 6, 0, 0]);
        let file = bitmap_file(&bitmap).expect("a bitmap");
        assert_eq!(&file[..14], b"BM\x3e\0\0\0\0\0\0\0\x36\0\0\0");
        assert_eq!(&file[14..], bitmap);
        // Of 256 colours, each with four bytes.
        bitmap[14] = 8;
        assert_eq!(bitmap_file(&bitmap).map(|file| file[10..14].to_vec()), Some(vec![0x36, 4, 0, 0]));
        // A later header is longer and holds the masks.
        let mut later = [124, 2, 1, 1 | 32 << 16, 3].map(u32::to_le_bytes).concat();
        later.resize(124 + 8, 0);
        assert_eq!(bitmap_file(&later).map(|file| file[10..14].to_vec()), Some(vec![138, 0, 0, 0]));
        assert_eq!(bitmap_file(b"\x0c\0\0\0"), None);
    }
}
