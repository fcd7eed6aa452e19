//! Where the pictures of a JPEG file end (ITU-T T.81, annex B), and those that follow the first as
//! cameras write them (CIPA DC-007). Decodes nothing.

const START: [u8; 2] = [0xFF, 0xD8];
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;

/// Where the first picture ends, behind its end marker. None, where it is cut short or has no scan.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let mut at = bytes.starts_with(&START).then_some(2)?;
    let mut has_scan = false;
    loop {
        let next = bytes.get(at..)?.windows(2).position(|pair| pair[0] == 0xFF && is_marker(pair[1]))?;
        let (marker, start) = (bytes[at + next + 1], at + next + 2);
        if marker == END {
            return has_scan.then_some(start);
        }
        has_scan |= marker == SCAN;
        let length = bytes.get(start..start + 2)?;
        at = start + (usize::from(length[0]) << 8 | usize::from(length[1])).max(2);
    }
}

/// Neither a byte of compressed data nor a restart, a start or fill in it.
fn is_marker(byte: u8) -> bool {
    !matches!(byte, 0x00 | 0x01 | 0xD0..=0xD8 | 0xFF)
}

/// The pictures that follow one another, from where the one before ended; zeros may lie between them.
pub(super) fn pictures(rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    let from = |rest: &'_ [u8]| rest.iter().position(|byte| *byte != 0);
    let mut rest = rest;
    std::iter::from_fn(move || {
        let picture = &rest[from(rest)?..];
        rest = end(picture).map_or(&[], |end| &picture[end..]);
        picture.starts_with(&START).then_some(picture)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_inside_a_segment_is_none() {
        // A segment that holds a whole small picture, a scan with a restart and a stuffed byte, the end.
        let small = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 9, 0xFF, 0xD9];
        let mut file = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 2 + 9];
        file.extend(small);
        file.extend([0xFF, 0xDA, 0, 2, 1, 0xFF, 0, 2, 0xFF, 0xD0, 3]);
        assert_eq!(end(&file), None);
        file.extend([0xFF, 0xD9]);
        assert_eq!(end(&file), Some(file.len()));
        assert_eq!(pictures(&[&[0, 0][..], &file, &small, b"mp4"].concat()).count(), 2);
        assert_eq!(pictures(b"").count(), 0);
    }
}
