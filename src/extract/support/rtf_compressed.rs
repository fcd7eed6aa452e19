//! Compressed RTF, as Outlook keeps it ([MS-OXRTFCP]): a window of 4,096 bytes that begins with
//! the words every such text uses.

use crate::model::GapReason;

/// What the window holds at the beginning (2.1.2.1).
const PRELOAD: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW: usize = 4096;
const COMPRESSED: &[u8] = b"LZFu";
const UNCOMPRESSED: &[u8] = b"MELA";

/// The RTF text of a compressed stream, at most `most` bytes of it; a stream that ends before
/// its end mark, with less than its header promises, gives what there is, and a gap.
pub(in crate::extract) fn inflate(bytes: &[u8], most: u64) -> (Vec<u8>, Result<(), GapReason>) {
    let Some((header, data)) = bytes.split_at_checked(16) else { return (Vec::new(), Err(GapReason::Damaged)) };
    let promised = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
    match &header[8..12] {
        COMPRESSED => match expand(data, usize::try_from(most).unwrap_or(usize::MAX)) {
            (text, Err(GapReason::Damaged)) if text.len() >= promised => (text, Ok(())),
            expanded => expanded,
        },
        UNCOMPRESSED => (data.to_vec(), Ok(())),
        _ => (Vec::new(), Err(GapReason::Damaged)),
    }
}

fn expand(data: &[u8], most: usize) -> (Vec<u8>, Result<(), GapReason>) {
    let mut window = [0; WINDOW];
    window[..PRELOAD.len()].copy_from_slice(PRELOAD);
    let mut at = PRELOAD.len();
    let mut out = Vec::new();
    let mut put = |byte: u8, at: &mut usize, window: &mut [u8; WINDOW]| {
        window[*at] = byte;
        *at = (*at + 1) % WINDOW;
        out.push(byte);
        out.len() < most
    };
    let mut bytes = data.iter();
    let end = 'all: loop {
        let Some(control) = bytes.next() else { break Err(GapReason::Damaged) };
        for bit in 0..8 {
            if control >> bit & 1 == 0 {
                let Some(byte) = bytes.next() else { break 'all Err(GapReason::Damaged) };
                if !put(*byte, &mut at, &mut window) {
                    break 'all Err(too_long());
                }
                continue;
            }
            let (Some(high), Some(low)) = (bytes.next(), bytes.next()) else { break 'all Err(GapReason::Damaged) };
            // Twelve bits of place, four of length; the place of the next byte is the end.
            let reference = usize::from(u16::from_be_bytes([*high, *low]));
            let from = reference >> 4;
            if from == at {
                break 'all Ok(());
            }
            for n in 0..(reference & 15) + 2 {
                let byte = window[(from + n) % WINDOW];
                if !put(byte, &mut at, &mut window) {
                    break 'all Err(too_long());
                }
            }
        }
    };
    (out, end)
}

fn too_long() -> GapReason {
    GapReason::Limit(crate::model::Limit::EntryBytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_are_read() {
        assert_eq!(PRELOAD.len(), 207);
        // [MS-OXRTFCP] 4.1.1: a short text with one reference into the preload.
        let example = [
            0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00,
            0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09,
            0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        let (text, outcome) = inflate(&example, 1000);
        assert_eq!(String::from_utf8_lossy(&text), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(outcome, Ok(()));
        // Cut short it says so, and gives what it has.
        let (text, outcome) = inflate(&example[..40], 1000);
        assert!(text.starts_with(b"{\\rtf1"));
        assert_eq!(outcome, Err(GapReason::Damaged));
        assert_eq!(inflate(&example, 8).0.len(), 8);
        // Nothing is missing but the end mark.
        assert_eq!(inflate(&example[..example.len() - 2], 1000), inflate(&example, 1000));
    }
}
