//! HEIC, as telephones write photographs (ISO/IEC 23008-12): stills of HEVC, the right way up.
//! Other codecs in the same container, such as that of AVIF, are not decoded.

use std::collections::BTreeSet;

use heic_rs::context::Context;
use heic_rs::meta::iref::RefKind;
use heic_rs::{DecodeOptions, Error, PixelLayout};
use image::RgbImage;

use super::still::Take;
use crate::model::{GapReason, Limit};
use crate::ocr::Bounds;

/// It is a file of this container.
pub(super) fn is(bytes: &[u8]) -> bool {
    heic_rs::io::looks_like_heif(bytes)
}

/// Hands on the picture such a file shows first, then the others it shows; the size of each is looked at
/// before it is decoded.
///
/// # Errors
/// One is damaged, coded in another way, or larger than allowed; or what `take` says.
pub(super) fn decode(bytes: &[u8], bounds: Bounds, take: Take<'_>) -> Result<(), GapReason> {
    take(0, &first(bytes, bounds)?)?;
    let others = others(bytes).map_err(|e| reason(&e))?;
    let Some(named) = bytes.windows(4).position(|name| name == b"pitm") else { return Ok(()) };
    let mut outcome = Ok(());
    for (number, item) in (1..).zip(others) {
        if number >= bounds.pages {
            return Err(GapReason::Limit(Limit::PicturePages));
        }
        // The decoder reads the first: each in turn is made the first.
        let read = renamed(bytes, named, item).and_then(|bytes| first(&bytes, bounds));
        outcome = outcome.and(read.and_then(|picture| take(number, &picture)));
    }
    outcome
}

fn first(bytes: &[u8], bounds: Bounds) -> Result<RgbImage, GapReason> {
    let options = DecodeOptions::default().with_layout(PixelLayout::Rgb8).with_alpha(false).with_threads(Some(1));
    let picture = heic_rs::decode(bytes, &options.with_max_pixels(Some(bounds.pixels))).map_err(|e| reason(&e))?;
    RgbImage::from_raw(picture.width, picture.height, picture.data).ok_or(GapReason::Damaged)
}

/// The pictures a file shows beside the first: none that is hidden, a piece of another, its small copy or what
/// belongs to it, such as its depth.
fn others(bytes: &[u8]) -> Result<Vec<u32>, Error> {
    let meta = Context::open(bytes)?.meta;
    let mut serving: BTreeSet<u32> = BTreeSet::from([meta.primary]);
    for reference in &meta.refs {
        match reference.kind {
            RefKind::Dimg => serving.extend(&reference.to),
            RefKind::Thmb | RefKind::Auxl => drop(serving.insert(reference.from)),
            _ => {}
        }
    }
    let pictures = meta.items.iter().filter(|item| is_picture(&item.item_type) && !item.hidden);
    Ok(pictures.map(|item| item.id).filter(|item| !serving.contains(item)).collect())
}

/// A picture in any coding: one not decoded here is told.
fn is_picture(kind: &[u8; 4]) -> bool {
    [b"hvc1", b"hev1", b"grid", b"iden", b"iovl", b"av01", b"avc1", b"jpeg", b"unci", b"vvc1", b"j2k1"].contains(&kind)
}

/// The file with another item as its first; `named` is where the box `pitm` has its name.
fn renamed(bytes: &[u8], named: usize, item: u32) -> Result<Vec<u8>, GapReason> {
    let mut bytes = bytes.to_vec();
    let (version, at) = (bytes.get(named + 4).copied(), named + 8);
    let written = item.to_be_bytes();
    let written = if version == Some(0) { &written[2..] } else { &written[..] };
    bytes.get_mut(at..at + written.len()).ok_or(GapReason::Damaged)?.copy_from_slice(written);
    Ok(bytes)
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

    const BOUNDS: Bounds = Bounds { pixels: 10_000, pages: 3 };
    const LARGE: Bounds = Bounds { pixels: 10_000_000, ..BOUNDS };
    const PHOTO: &[u8] = include_bytes!("../../../samples/seen/photo.heic");

    fn seen(bytes: &[u8], bounds: Bounds) -> (usize, Result<(), GapReason>) {
        let mut seen = 0;
        let outcome = decode(bytes, bounds, &mut |_, _| {
            seen += 1;
            Ok(())
        });
        (seen, outcome)
    }

    #[test]
    fn what_cannot_be_decoded_is_a_gap() {
        let file = |brand: &[u8]| [&[0, 0, 0, 16][..], b"ftyp", brand, &[0; 4]].concat();
        assert!(is(&file(b"heic")) && is(&file(b"avif")) && !is(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(seen(&file(b"avif"), BOUNDS), (0, Err(GapReason::PictureFormat)));
        assert_eq!(seen(&file(b"heic"), BOUNDS), (0, Err(GapReason::Damaged)));
    }

    #[test]
    fn it_is_measured_before_it_is_decoded() {
        assert_eq!(seen(PHOTO, BOUNDS), (0, Err(GapReason::Limit(Limit::PicturePixels))));
        assert_eq!(seen(PHOTO, LARGE), (1, Ok(())));
        assert!(seen(&PHOTO[..PHOTO.len() / 2], LARGE).1.is_err(), "cut short");
    }

    fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
    }

    /// A file without pixels whose items are these, the first of them number 1; each is 1 if it is hidden.
    fn items(kinds: &[(&[u8; 4], u8)], references: &[u8]) -> Vec<u8> {
        let entry = |number: usize, (kind, hidden): &(&[u8; 4], u8)| {
            boxed(b"infe", &[&[2, 0, 0, *hidden, 0, number as u8, 0, 0], &kind[..], &[0]].concat())
        };
        let entries = (1..).zip(kinds).flat_map(|(number, item)| entry(number, item));
        let list = boxed(b"iinf", &[0, 0, 0, 0, 0, kinds.len() as u8].into_iter().chain(entries).collect::<Vec<_>>());
        let handler = boxed(b"hdlr", &[&[0; 8][..], b"pict", &[0; 13]].concat());
        let first = boxed(b"pitm", &[0, 0, 0, 0, 0, 1]);
        let related = boxed(b"iref", &[&[0, 0, 0, 0], references].concat());
        let meta = [vec![0; 4], handler, first, list, related].concat();
        [boxed(b"ftyp", b"heic\0\0\0\0heic"), boxed(b"meta", &meta)].concat()
    }

    #[test]
    fn further_pictures_are_told_from_what_serves_the_first() {
        let small = boxed(b"thmb", &[0, 2, 0, 1, 0, 1]);
        let tiles = boxed(b"dimg", &[0, 5, 0, 1, 0, 4]);
        let kinds: [(&[u8; 4], u8); 6] =
            [(b"hvc1", 0), (b"hvc1", 0), (b"Exif", 0), (b"hvc1", 0), (b"grid", 0), (b"hvc1", 1)];
        let file = items(&kinds, &[small, tiles].concat());
        assert_eq!(others(&file).expect("a file"), [5]);
        let named = file.windows(4).position(|name| name == b"pitm").expect("it names a first");
        let other = renamed(&file, named, 5).expect("room");
        assert_eq!(Context::open(&other).expect("a file").meta.primary, 5);
    }
}
