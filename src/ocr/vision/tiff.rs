//! The pages of a TIFF file, and those a camera hides below a page (TIFF 6.0, section 2; technical
//! note 1, SubIFDs): the decoder reads the first, so each directory in turn is made the first.

use image::ImageFormat;

use super::still::{Take, still};
use crate::model::{GapReason, Limit};
use crate::ocr::Bounds;

/// Directories that are looked for.
const DIRECTORIES: usize = 4096;
/// The field that says where further directories of a page lie, and the numbers of its types: LONG, IFD.
const BELOW: usize = 330;
const TYPES: [usize; 2] = [4, 13];

/// Hands on the pages.
///
/// # Errors
/// One is damaged, of a coding not decoded here, or larger than allowed; there are too many; or what `take` says.
pub(super) fn pages(bytes: &[u8], bounds: Bounds, take: Take<'_>) -> Result<(), GapReason> {
    let places = directories(bytes);
    let last = places.len().saturating_sub(1);
    let mut patched = bytes.to_vec();
    let mut outcome = Ok(());
    for (number, place) in places.iter().enumerate() {
        // The last page is read even where those before it are too many.
        if number as u64 + 1 >= bounds.pages && number != last {
            outcome = Err(GapReason::Limit(Limit::PicturePages));
            continue;
        }
        patched[4..8].copy_from_slice(place);
        let read = still(&patched, ImageFormat::Tiff, bounds).and_then(|page| take(number as u64, &page));
        outcome = outcome.and(read);
    }
    if places.is_empty() { Err(GapReason::Damaged) } else { outcome }
}

/// Where the directories begin, as the file writes it, each once: those of the pages, then what lies below them.
fn directories(bytes: &[u8]) -> Vec<[u8; 4]> {
    let file = File { bytes, is_little: bytes.starts_with(b"II") };
    let mut places: Vec<[u8; 4]> = Vec::new();
    let mut below: Vec<usize> = Vec::new();
    let mut at = 4;
    while let Some(place) = file.add(at, &mut places) {
        let Some(entries) = file.number(place, 2) else { break };
        below.extend(file.below(place, entries));
        at = place + 2 + entries * 12;
    }
    for at in below {
        file.add(at, &mut places);
    }
    places
}

struct File<'f> {
    bytes: &'f [u8],
    is_little: bool,
}

impl File<'_> {
    fn number(&self, at: usize, length: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..at.checked_add(length)?)?;
        let add = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
        Some(if self.is_little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) })
    }

    /// Adds the place that stands at `at`, if it is a new one, and says which it is.
    fn add(&self, at: usize, places: &mut Vec<[u8; 4]>) -> Option<usize> {
        let raw = self.bytes.get(at..)?.first_chunk()?;
        let place = self.number(at, 4)?;
        if place == 0 || places.contains(raw) || places.len() == DIRECTORIES {
            return None;
        }
        places.push(*raw);
        Some(place)
    }

    /// Where the file writes the places of the directories below one.
    fn below(&self, place: usize, entries: usize) -> Vec<usize> {
        let field = (0..entries).map(|entry| place + 2 + entry * 12).find(|at| self.number(*at, 2) == Some(BELOW));
        let Some(at) = field.filter(|at| self.number(at + 2, 2).is_some_and(|kind| TYPES.contains(&kind))) else {
            return Vec::new();
        };
        let many = self.number(at + 4, 4).unwrap_or_default().min(DIRECTORIES);
        // One stands in the field itself.
        let first = if many == 1 { at + 8 } else { self.number(at + 8, 4).unwrap_or(usize::MAX / 2) };
        (0..many).map(|nth| first + nth * 4).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A little-endian directory of one field, and where the next lies.
    fn directory(tag: u16, count: u32, value: u32, next: u32) -> Vec<u8> {
        let field = [&tag.to_le_bytes()[..], &4u16.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat();
        [&1u16.to_le_bytes()[..], &field, &next.to_le_bytes()].concat()
    }

    #[test]
    fn directories_below_a_page_are_found_and_circles_end() {
        // At 8 a page with one directory below, at 26 a page with two, at 44 the list of those.
        let header = [&b"II*\0"[..], &8u32.to_le_bytes()].concat();
        let list = [60u32.to_le_bytes(), 8u32.to_le_bytes()].concat();
        let file = [header, directory(330, 1, 52, 26), directory(330, 2, 44, 8), list].concat();
        let places: Vec<u32> = directories(&file).into_iter().map(u32::from_le_bytes).collect();
        assert_eq!(places, [8, 26, 52, 60]);
        assert!(directories(b"II*\0").is_empty());
        let far = [&b"MM\0*"[..], &8u32.to_be_bytes(), &[0xFF; 60]].concat();
        assert_eq!(directories(&far), [8u32.to_be_bytes()]);
    }
}
