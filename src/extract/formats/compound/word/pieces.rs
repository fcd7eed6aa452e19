//! The table of pieces ([MS-DOC] 2.8.35): which bytes of the stream are the characters of the
//! document, in what order and in which width.

use std::ops::Range;

use crate::extract::support::bytes::{Bytes, u32_at};

/// A run of characters that stand together in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextPiece {
    /// Character positions in the document.
    pub(super) characters: Range<u32>,
    /// Its first byte.
    pub(super) start: usize,
    /// Two bytes a character.
    pub(super) is_wide: bool,
}

impl TextPiece {
    /// Bytes of a character.
    pub(super) fn width(&self) -> usize {
        if self.is_wide { 2 } else { 1 }
    }

    /// The bytes of those of its characters that are in a range of positions.
    pub(super) fn bytes(&self, wanted: &Range<u32>) -> Option<Range<usize>> {
        let from = self.characters.start.max(wanted.start);
        let to = self.characters.end.min(wanted.end);
        let at = |position: u32| self.start + (position - self.characters.start) as usize * self.width();
        (from < to).then(|| at(from)..at(to))
    }
}

/// Reads the table. `old` documents have one width for all pieces.
pub(super) fn read(clx: &[u8], old: Option<bool>) -> Option<Vec<TextPiece>> {
    let mut clx = Bytes::new(clx);
    loop {
        match clx.u8()? {
            // Formatting of pieces, of no meaning for the text.
            1 => {
                let length = clx.u16()?;
                clx.skip(usize::from(length))?;
            }
            2 => break,
            _ => return None,
        }
    }
    let length = clx.count()?;
    let table = clx.up_to(length);
    let count = table.len().saturating_sub(4) / 12;
    let mut pieces = Vec::with_capacity(count);
    for number in 0..count {
        let characters = u32_at(table, number * 4)?..u32_at(table, number * 4 + 4)?;
        let place = u32_at(table, (count + 1) * 4 + number * 8 + 2)?;
        if characters.start > characters.end {
            return None;
        }
        // Bit 30: eight bits a character, and the offset is doubled ([MS-DOC] 2.9.73).
        let (start, is_wide) = match old {
            Some(is_wide) => (place as usize, is_wide),
            None if place & 0x4000_0000 != 0 => ((place & 0x3FFF_FFFF) as usize / 2, false),
            None => (place as usize & 0x3FFF_FFFF, true),
        };
        pieces.push(TextPiece { characters, start, is_wide });
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_offsets() {
        let mut clx = vec![1, 2, 0, 9, 9, 2, 28, 0, 0, 0];
        for position in [0u32, 3, 5] {
            clx.extend(position.to_le_bytes());
        }
        for place in [0x800u32, 0x4000_0000 | 0x1000] {
            clx.extend([0, 0]);
            clx.extend(place.to_le_bytes());
            clx.extend([0, 0]);
        }
        let pieces = read(&clx, None).expect("well-formed");
        assert_eq!(pieces[0], TextPiece { characters: 0..3, start: 0x800, is_wide: true });
        assert_eq!(pieces[1], TextPiece { characters: 3..5, start: 0x800, is_wide: false });
        assert_eq!(pieces[0].bytes(&(1..9)), Some(0x802..0x806));
        assert_eq!(pieces[1].bytes(&(0..2)), None);
    }
}
