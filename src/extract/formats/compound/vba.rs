//! Macros ([MS-OVBA]): the modules of a project, decompressed, as program source.

use encoding_rs::Encoding;

use super::store::Store;
use crate::extract::driver::{Context, TextStream};
use crate::extract::support::bytes::{Bytes, u16_at, utf16};
use crate::extract::support::code_page;
use crate::model::{GapReason, Limit, Part, PartKind, Unit};

/// Bytes one compressed chunk unfolds to at most ([MS-OVBA] 2.4.1).
const CHUNK: usize = 4096;

/// Modules of a project that are read.
const MODULES: usize = 20_000;

/// A module as the project's `dir` stream describes it.
#[derive(Default)]
struct Module {
    stream: String,
    offset: usize,
}

/// Reads the project in a `VBA` storage. Gives the streams that were read.
pub(super) fn read(store: &mut Store<'_>, storage: usize, cx: &mut Context<'_>) -> Result<Vec<usize>, GapReason> {
    let Some(dir) = store.child(storage, "dir") else { return Ok(Vec::new()) };
    let content = store.read(dir, cx.budget())?;
    let most = cx.budget().holdable();
    let Some(dir_bytes) = decompress(&content.bytes, most) else { return Err(GapReason::Damaged) };
    let mut project = Project::default();
    project.read(&dir_bytes, cx);
    let mut read = vec![dir];
    let mut outcome = content.trouble.map_or(Ok(()), Err);
    for module in project.modules {
        cx.budget().check()?;
        let Some(stream) = store.child(storage, &module.stream) else {
            outcome = Err(GapReason::Damaged);
            continue;
        };
        let content = store.read(stream, cx.budget())?;
        match content.bytes.get(module.offset..).and_then(|bytes| decompress(bytes, most)) {
            Some(code) if code.len() as u64 >= most => outcome = Err(GapReason::Limit(Limit::HeldBytes)),
            Some(code) => {
                cx.budget().charge(code.len() as u64)?;
                let text = code_page::decoded(&code, project.encoding).replace("\r\n", "\n");
                cx.as_source(|cx| {
                    let mut story = TextStream::new(Part::labelled(PartKind::Body, &module.stream), Unit::Line);
                    story.push(&text, cx);
                    story.finish(cx);
                });
                read.push(stream);
            }
            None => outcome = Err(GapReason::Damaged),
        }
    }
    outcome.map(|()| read)
}

#[derive(Default)]
struct Project {
    encoding: Option<&'static Encoding>,
    modules: Vec<Module>,
}

impl Project {
    /// Reads the records of the `dir` stream ([MS-OVBA] 2.3.4.2).
    fn read(&mut self, dir: &[u8], cx: &mut Context<'_>) -> Option<()> {
        let mut records = Bytes::new(dir);
        loop {
            let id = records.u16()?;
            let size = records.count()?;
            // PROJECTVERSION holds six bytes whatever its size says ([MS-OVBA] 2.3.4.2.1.11).
            let data = records.take(if id == 0x09 { 6 } else { size })?;
            match id {
                0x03 => self.encoding = u16_at(data, 0).and_then(|page| code_page::encoding(page.into())),
                0x04..=0x06 | 0x0C | 0x16 | 0x1C => {
                    let text = code_page::decoded(data, self.encoding);
                    cx.short(Part::labelled(PartKind::Markup, "VBA"), &text);
                }
                0x40 | 0x3C | 0x3E | 0x48 => cx.short(Part::labelled(PartKind::Markup, "VBA"), &utf16(data)),
                0x19 if self.modules.len() < MODULES => {
                    let stream = code_page::decoded(data, self.encoding);
                    self.modules.push(Module { stream, offset: 0 });
                }
                0x1A => self.modules.last_mut()?.stream = code_page::decoded(data, self.encoding),
                0x32 if !data.is_empty() => self.modules.last_mut()?.stream = utf16(data),
                0x31 => self.modules.last_mut()?.offset = Bytes::new(data).count()?,
                0x10 => return Some(()),
                _ => {}
            }
        }
    }
}

/// Unfolds a compressed container ([MS-OVBA] 2.4.1.3.1), until there are `most` bytes.
pub(super) fn decompress(container: &[u8], most: u64) -> Option<Vec<u8>> {
    let mut bytes = Bytes::new(container);
    if bytes.u8()? != 1 {
        return None;
    }
    let mut out = Vec::new();
    while let Some(header) = bytes.u16().filter(|_| (out.len() as u64) < most) {
        // Bits 12 to 14 are a signature; something else follows the container.
        if header >> 12 & 7 != 0b011 {
            break;
        }
        let size = usize::from(header & 0xFFF) + 1;
        if header & 0x8000 == 0 {
            out.extend(bytes.up_to(CHUNK));
            continue;
        }
        unfold(bytes.up_to(size), &mut out);
    }
    Some(out)
}

/// One compressed chunk: flags for eight tokens at a time, each a byte or a copy.
fn unfold(chunk: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    let mut bytes = Bytes::new(chunk);
    while !bytes.is_empty() {
        let flags = bytes.u8()?;
        for bit in 0..8 {
            if bytes.is_empty() {
                return Some(());
            }
            if flags >> bit & 1 == 0 {
                out.push(bytes.u8()?);
                continue;
            }
            let token = usize::from(bytes.u16()?);
            let done = out.len() - start;
            // How many bits are the offset depends on how much is there ([MS-OVBA] 2.4.1.3.19.1).
            let offset_bits = (usize::BITS - done.saturating_sub(1).leading_zeros()).clamp(4, 12);
            let length_bits = 16 - offset_bits;
            let length = (token & ((1 << length_bits) - 1)) + 3;
            let offset = (token >> length_bits) + 1;
            let from = out.len().checked_sub(offset).filter(|from| *from >= start)?;
            for at in from..from + length.min(CHUNK.saturating_sub(done)) {
                out.push(out[at]);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked examples of [MS-OVBA] 3.2.
    #[test]
    fn the_examples_of_the_specification() {
        let none = [
            0x01, 0x19, 0xB0, 0x00, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x00, 0x69, 0x6A, 0x6B, 0x6C, 0x6D,
            0x6E, 0x6F, 0x70, 0x00, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x2E,
        ];
        assert_eq!(decompress(&none, 1000).as_deref(), Some(&b"abcdefghijklmnopqrstuv."[..]));
        let normal = [
            0x01, 0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00, 0x70, 0x61, 0x67,
            0x68, 0x69, 0x6A, 0x01, 0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00, 0x30, 0x6D, 0x6E, 0x6F, 0x70, 0x06, 0x71, 0x02,
            0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7A, 0x00, 0x3C,
        ];
        assert_eq!(
            decompress(&normal, 1000).as_deref(),
            Some(&b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"[..])
        );
        let most = [0x01, 0x03, 0xB0, 0x02, 0x61, 0x45, 0x00];
        assert_eq!(decompress(&most, 1000), Some(vec![b'a'; 73]));
    }

    #[test]
    fn a_copy_from_before_the_beginning_ends_the_chunk() {
        assert_eq!(decompress(&[0x01, 0x03, 0xB0, 0x02, 0x61, 0x45, 0xF0], 1000), Some(vec![b'a']));
        assert_eq!(decompress(b"\x02abc", 1000), None);
    }
}
