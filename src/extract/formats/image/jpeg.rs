//! JPEG (ITU-T T.81, annex B): segments behind markers, with Exif, XMP, IPTC records and
//! comments in them, and what follows the end of the picture.

use std::collections::BTreeMap;

use super::{behind, emit_decoded, iptc, number, search, tiff, xmp};
use crate::extract::driver::Context;
use crate::model::GapReason;

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
const START: u8 = 0xD8;
const END: u8 = 0xD9;
const COMMENT: u8 = 0xFE;

/// Reads a JPEG file.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut gathered = Gathered::default();
    let mut outcome = Ok(());
    let mut at = 2;
    while at < bytes.len() {
        cx.budget().check()?;
        // Compressed data goes on until a marker that is not part of it.
        let Some(next) = bytes[at..].windows(2).position(|pair| pair[0] == 0xFF && is_marker(pair[1])) else { break };
        let (marker, start) = (bytes[at + next + 1], at + next + 2);
        at = start;
        match marker {
            START => {}
            END if bytes[start..].starts_with(&[0xFF, START]) => {}
            END => {
                outcome = outcome.and(behind(&bytes[start..], cx));
                break;
            }
            _ => {
                let length = bytes.get(start..start + 2).map(number).filter(|length| *length >= 2);
                let Some(data) = length.and_then(|length| bytes.get(start + 2..start + length)) else {
                    // Its beginning is searched, at least.
                    search("segment", bytes.get(start..).unwrap_or_default(), cx)?;
                    outcome = Err(GapReason::Damaged);
                    break;
                };
                at = start + 2 + data.len();
                outcome = outcome.and(segment(marker, data, &mut gathered, cx));
            }
        }
    }
    outcome.and(gathered.finish(cx))
}

/// Neither a byte of compressed data nor a restart or fill in it.
fn is_marker(byte: u8) -> bool {
    !matches!(byte, 0x00 | 0x01 | 0xD0..=0xD7 | 0xFF)
}

fn segment<'b>(marker: u8, data: &'b [u8], gathered: &mut Gathered<'b>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    match marker {
        COMMENT => emit_decoded("comment", data, cx),
        0xE0..=0xEF => {
            if let Some(exif) = data.strip_prefix(EXIF) {
                return tiff::read(exif, cx);
            }
            if let Some(packet) = data.strip_prefix(XMP) {
                return xmp(packet, cx);
            }
            if let Some((guid, rest)) = data.strip_prefix(EXTENSION).and_then(|rest| rest.split_at_checked(32))
                && let Some((places, piece)) = rest.split_at_checked(8)
            {
                gathered.xmp.entry(guid).or_default().push((number(&places[4..]), piece));
                return Ok(());
            }
            if let Some(resources) = data.strip_prefix(PHOTOSHOP) {
                gathered.photoshop.extend(resources);
                return Ok(());
            }
            search(&format!("APP{}", marker - 0xE0), data, cx)
        }
        _ => Ok(()),
    }
}

/// What is split over several segments.
#[derive(Default)]
struct Gathered<'b> {
    photoshop: Vec<u8>,
    /// Packets by their identifier: pieces and where they belong.
    xmp: BTreeMap<&'b [u8], Vec<(usize, &'b [u8])>>,
}

impl Gathered<'_> {
    fn finish(self, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut outcome = if self.photoshop.is_empty() { Ok(()) } else { iptc::resources(&self.photoshop, cx) };
        for mut pieces in self.xmp.into_values() {
            pieces.sort_by_key(|(at, _)| *at);
            let packet: Vec<u8> = pieces.iter().flat_map(|(_, piece)| piece.iter().copied()).collect();
            outcome = outcome.and(xmp(&packet, cx));
        }
        outcome
    }
}
