//! The file information block of a Word document ([MS-DOC] 2.5): where everything is.

use std::ops::Range;

use encoding_rs::Encoding;

use crate::extract::support::bytes::{u16_at, u32_at};
use crate::extract::support::code_page;
use crate::model::{GapReason, PartKind};

/// Word 97, the first version of the format of today.
const WORD_97: u16 = 0x00C0;
/// The table of places begins here in Word 97.
const PLACES: usize = 154;

/// What the block says.
pub(super) struct Fib {
    /// Word 6 or 95: text in the code page, everything in one stream.
    pub(super) is_old: bool,
    /// The text is UTF-16 in Word 95 of East Asia.
    pub(super) is_wide: bool,
    /// The stream `1Table` rather than `0Table` goes with it.
    pub(super) second_table: bool,
    /// Where the document of AutoText entries has its block.
    pub(super) glossary: usize,
    /// The code page of the language it was written in.
    pub(super) encoding: &'static Encoding,
    /// First and last byte of the text where no table of pieces says more.
    pub(super) text: Range<usize>,
    /// Characters of each sub-document, in their order.
    pub(super) documents: Vec<(PartKind, u32)>,
    places: Vec<Range<usize>>,
    pieces_old: Range<usize>,
}

/// Places of the table ([MS-DOC] 2.5.6), by their number.
#[derive(Clone, Copy)]
pub(super) enum TableEntry {
    Styles = 1,
    Headers = 11,
    Formatting = 12,
    Paragraphs = 13,
    Fonts = 15,
    Bookmarks = 21,
    Properties = 32,
    Pieces = 33,
    CommentAuthors = 36,
    CommentBookmarks = 37,
    Drawings = 50,
    Revisers = 51,
    Captions = 52,
    Variables = 60,
    SavedBy = 71,
    FileNames = 72,
    Lists = 73,
}

impl Fib {
    /// Reads the block at an offset of the stream.
    pub(super) fn read(stream: &[u8], at: usize) -> Result<Self, GapReason> {
        let block = stream.get(at..).ok_or(GapReason::Damaged)?;
        let short = |at: usize| u16_at(block, at).ok_or(GapReason::Damaged);
        let long = |at: usize| u32_at(block, at).ok_or(GapReason::Damaged);
        if !matches!(short(0)?, 0xA5EC | 0xA5DC | 0xA5DB | 0xA699 | 0xA697) {
            return Err(GapReason::Damaged);
        }
        let (version, flags) = (short(2)?, short(10)?);
        // fEncrypted; with fObfuscated it is a mere XOR, which needs the password as well.
        if flags & 0x0100 != 0 {
            return Err(GapReason::Encrypted);
        }
        let is_old = version < WORD_97;
        let counts: Vec<usize> =
            if is_old { (0..8).map(|n| 52 + 4 * n).collect() } else { (0..8).map(|n| 76 + 4 * n).collect() };
        let kinds = [
            PartKind::Body,
            PartKind::Footnote,
            PartKind::Header,
            PartKind::Field,
            PartKind::Comment,
            PartKind::Endnote,
            PartKind::TextBox,
            PartKind::TextBox,
        ];
        let documents =
            kinds.into_iter().zip(counts).map(|(kind, at)| (kind, u32_at(block, at).unwrap_or(0))).collect();
        let range = |at: usize| {
            let (start, length) = (u32_at(block, at)? as usize, u32_at(block, at + 4)? as usize);
            Some(start..start.saturating_add(length))
        };
        let count = if is_old { 0 } else { usize::from(short(152)?).min(200) };
        Ok(Fib {
            is_old,
            is_wide: is_old && flags & 0x1000 != 0,
            second_table: flags & 0x0200 != 0,
            glossary: usize::from(short(8)?) * 512,
            encoding: code_page::of_language(short(6)?),
            text: long(24)? as usize..long(28)? as usize,
            documents,
            places: (0..count).map_while(|number| range(PLACES + 8 * number)).collect(),
            pieces_old: if is_old && flags & 4 != 0 { range(0x160).unwrap_or(0..0) } else { 0..0 },
        })
    }

    /// The bytes of a place in the table stream.
    pub(super) fn place(&self, place: TableEntry) -> Range<usize> {
        match place {
            TableEntry::Pieces if self.is_old => self.pieces_old.clone(),
            _ => self.places.get(place as usize).cloned().unwrap_or(0..0),
        }
    }
}
