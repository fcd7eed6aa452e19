//! Compressed RTF, the body of Outlook messages ([MS-OXRTFCP]): copies from a ring of 4096
//! bytes that begins with common words.

use crate::extract::compound::bytes::Bytes;

/// What the ring begins with ([MS-OXRTFCP] 2.1.2.1).
const BEGINNING: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Bytes of the ring.
const RING: usize = 4096;

/// Unfolds a compressed body until there are `most` bytes; `None` if it is none.
pub(super) fn decompress(body: &[u8], most: u64) -> Option<Vec<u8>> {
    let mut bytes = Bytes::new(body);
    let (_, _, kind, _) = (bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?);
    match &kind.to_le_bytes() {
        b"MELA" => Some(bytes.rest().to_vec()),
        b"LZFu" => Some(unfold(&mut bytes, usize::try_from(most).unwrap_or(usize::MAX))),
        _ => None,
    }
}

fn unfold(bytes: &mut Bytes<'_>, most: usize) -> Vec<u8> {
    let mut ring = [0; RING];
    ring[..BEGINNING.len()].copy_from_slice(BEGINNING);
    let mut at = BEGINNING.len();
    let mut out = Vec::new();
    let put = |byte: u8, at: &mut usize, ring: &mut [u8; RING], out: &mut Vec<u8>| {
        out.push(byte);
        ring[*at] = byte;
        *at = (*at + 1) % RING;
    };
    'all: while let Some(flags) = bytes.u8().filter(|_| out.len() < most) {
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let Some(byte) = bytes.u8() else { break 'all };
                put(byte, &mut at, &mut ring, &mut out);
                continue;
            }
            let (Some(high), Some(low)) = (bytes.u8(), bytes.u8()) else { break 'all };
            let offset = usize::from(high) << 4 | usize::from(low >> 4);
            // A copy from where the next byte goes ends the text.
            if offset == at {
                break 'all;
            }
            for step in 0..usize::from(low & 0xF) + 2 {
                let byte = ring[(offset + step) % RING];
                put(byte, &mut at, &mut ring, &mut out);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of [MS-OXRTFCP] 4.1.
    #[test]
    fn the_example_of_the_specification() {
        let body = [
            0x2D, 0x00, 0x00, 0x00, 0x2B, 0x00, 0x00, 0x00, 0x4C, 0x5A, 0x46, 0x75, 0xF1, 0xC5, 0xC7, 0xA7, 0x03, 0x00,
            0x0A, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0A, 0xF3, 0x20, 0x68, 0x65, 0x6C, 0x09,
            0x00, 0x20, 0x62, 0x77, 0x05, 0xB0, 0x6C, 0x64, 0x7D, 0x0A, 0x80, 0x0F, 0xA0,
        ];
        let text = decompress(&body, 1000).expect("well-formed");
        assert_eq!(String::from_utf8_lossy(&text), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }

    #[test]
    fn the_ring_begins_as_specified() {
        assert_eq!(BEGINNING.len(), 207);
    }
}
