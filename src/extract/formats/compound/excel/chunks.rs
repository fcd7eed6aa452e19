//! A record with the records that continue it ([MS-XLS] 2.4.58), read as one: numbers run over
//! the border as they are, but a string that does tells its width anew behind it.

use crate::extract::support::bytes::utf16;

/// A place in a record and its continuations.
pub(super) struct Chunks<'c, 'b> {
    chunks: &'c [&'b [u8]],
    chunk: usize,
    at: usize,
}

/// A string with what may stand behind it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    /// The reading aid of East Asian text.
    pub(super) phonetic: String,
}

impl<'c, 'b> Chunks<'c, 'b> {
    pub(super) fn new(chunks: &'c [&'b [u8]]) -> Self {
        Chunks { chunks, chunk: 0, at: 0 }
    }

    /// Goes to the beginning of the first continuation.
    pub(super) fn continue_anew(&mut self) {
        (self.chunk, self.at) = (1, 0);
    }

    /// The current chunk from here on.
    fn rest(&self) -> &'b [u8] {
        self.chunks.get(self.chunk).and_then(|chunk| chunk.get(self.at..)).unwrap_or_default()
    }

    /// Goes to the next chunk if this one is at its end; `false` if there is none.
    fn settle(&mut self) -> bool {
        while self.rest().is_empty() {
            if self.chunk + 1 >= self.chunks.len() {
                return false;
            }
            (self.chunk, self.at) = (self.chunk + 1, 0);
        }
        true
    }

    /// Nothing is left.
    pub(super) fn is_empty(&mut self) -> bool {
        !self.settle()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.settle().then(|| {
            let byte = self.rest()[0];
            self.at += 1;
            byte
        })
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            if !self.settle() {
                return None;
            }
            let step = count.min(self.rest().len());
            self.at += step;
            count -= step;
        }
        Some(())
    }

    fn take(&mut self, mut count: usize) -> Vec<u8> {
        let mut taken = Vec::new();
        while count > 0 && self.settle() {
            let step = count.min(self.rest().len());
            taken.extend(&self.rest()[..step]);
            self.at += step;
            count -= step;
        }
        taken
    }

    /// `count` characters, wide or not; at a border a byte says how wide they go on.
    pub(super) fn characters(&mut self, count: usize, mut wide: bool) -> String {
        let mut units: Vec<u8> = Vec::new();
        let mut left = count;
        while left > 0 {
            if self.rest().is_empty() {
                if !self.settle() {
                    break;
                }
                wide = self.u8().unwrap_or(0) & 1 == 1;
                continue;
            }
            let width = if wide { 2 } else { 1 };
            let rest = self.rest();
            let whole = (rest.len() / width).min(left);
            if whole == 0 {
                // Half a character at a border is not allowed; what follows is all the same read.
                self.at += rest.len();
                continue;
            }
            let bytes = &rest[..whole * width];
            if wide {
                units.extend(bytes);
            } else {
                units.extend(bytes.iter().flat_map(|byte| [*byte, 0]));
            }
            self.at += bytes.len();
            left -= whole;
        }
        utf16(&units)
    }

    /// A string with a length of 16 bits ([MS-XLS] 2.5.293 and 2.5.294).
    pub(super) fn text(&mut self) -> Option<Text> {
        let count = usize::from(self.u16()?);
        self.text_of(count)
    }

    /// A string behind its length.
    pub(super) fn text_of(&mut self, count: usize) -> Option<Text> {
        let flags = self.u8()?;
        let runs = if flags & 8 != 0 { usize::from(self.u16()?) } else { 0 };
        let extension = if flags & 4 != 0 { self.u32()? as usize } else { 0 };
        let text = self.characters(count, flags & 1 == 1);
        self.skip(runs * 4)?;
        let extension = self.take(extension);
        // Ten bytes of header, the length, the characters ([MS-XLS] 2.5.219).
        let count = extension.get(12..14).map_or(0, |count| usize::from(u16::from_le_bytes([count[0], count[1]])));
        let phonetic = extension.get(14..).map_or_else(String::new, |rest| utf16(&rest[..rest.len().min(count * 2)]));
        Some(Text { text, phonetic })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A string in wide characters, cut after `cut` of them; what follows is narrow if it can be.
    fn split(text: &str, cut: usize) -> (Vec<u8>, Vec<u8>) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut first = (units.len() as u16).to_le_bytes().to_vec();
        first.push(1);
        first.extend(units[..cut].iter().flat_map(|unit| unit.to_le_bytes()));
        let narrow = units[cut..].iter().all(|unit| *unit < 256);
        let mut second = vec![u8::from(!narrow)];
        for unit in &units[cut..] {
            if narrow { second.push(*unit as u8) } else { second.extend(unit.to_le_bytes()) }
        }
        (first, second)
    }

    #[test]
    fn a_string_reads_the_same_wherever_it_is_continued() {
        let text = "机密★10年 plan";
        for cut in 1..text.chars().count() {
            let (first, second) = split(text, cut);
            let chunks = [&first[..], &second[..]];
            let mut reader = Chunks::new(&chunks);
            assert_eq!(reader.text().map(|text| text.text).as_deref(), Some(text), "cut after {cut}");
            assert_eq!(reader.u8(), None);
        }
    }

    #[test]
    fn a_reading_aid_stands_behind_the_text() {
        let mut bytes = vec![2, 0, 5];
        let aid: Vec<u8> = "jimi".encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.extend((14 + aid.len() as u32).to_le_bytes());
        bytes.extend("机密".encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend([1, 0, 20, 0, 0, 0, 0, 0, 1, 0, 4, 0, 4, 0]);
        bytes.extend(aid);
        let read = Chunks::new(&[&bytes]).text();
        assert_eq!(read, Some(Text { text: "机密".into(), phonetic: "jimi".into() }));
    }
}
