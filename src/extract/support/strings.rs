//! A strings pass: runs of readable characters in bytes of no known structure, in UTF-8,
//! UTF-16 of both orders at both parities, and GB 18030. One line a run. It knows no format.

use std::io::Read;

use crate::extract::driver::{Context, TextStream, reason_of};
use crate::model::{GapReason, Limit, Part, Unit};

/// Bytes looked at at a time.
const CHUNK: usize = 128 * 1024;
/// Bytes of a chunk seen again with the next one, so that no run is lost at the border.
const OVERLAP: usize = 1024;
/// Longest run taken as one line, in characters.
const LONGEST: usize = 2000;

/// Reads at most `most` bytes and hands on what is readable in them, as the given part.
/// More bytes than that are a limit reached, and said so.
pub(in crate::extract) fn scan(
    reader: impl Read,
    part: Part,
    most: u64,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let mut reader = reader.take(most.saturating_add(1));
    let mut total = 0;
    let mut story = TextStream::new(part, Unit::None);
    let mut bytes: Vec<u8> = Vec::new();
    let mut outcome = Ok(());
    loop {
        let kept = bytes.len();
        let read = match reader.by_ref().take((CHUNK - kept.min(CHUNK / 2)) as u64).read_to_end(&mut bytes) {
            Ok(read) => read,
            Err(e) => {
                outcome = Err(reason_of(&e));
                bytes.len() - kept
            }
        };
        total += read as u64;
        if read == 0 || cx.budget().check().is_err() {
            break;
        }
        let mut lines = Lines { story: &mut story, cx };
        utf8(&bytes, &mut lines);
        for parity in [0, 1] {
            for order in [0, 1] {
                utf16(&bytes[parity.min(bytes.len())..], order, &mut lines);
            }
        }
        gb18030(&bytes, &mut lines);
        if outcome.is_err() {
            break;
        }
        bytes.drain(..bytes.len().saturating_sub(OVERLAP));
    }
    story.finish(cx);
    cx.budget().check()?;
    if total > most { outcome.and(Err(GapReason::Limit(Limit::EntryBytes))) } else { outcome }
}

struct Lines<'s, 'c, 'a> {
    story: &'s mut TextStream,
    cx: &'c mut Context<'a>,
}

impl Lines<'_, '_, '_> {
    /// Takes a run if it is long enough to mean something.
    fn take(&mut self, run: &mut String, least_ascii: usize) {
        let wide = run.chars().filter(|c| !c.is_ascii()).count();
        if wide >= 2 || wide == 0 && run.len() >= least_ascii {
            self.story.push(run, self.cx);
            self.story.end_unit(self.cx);
        }
        run.clear();
    }
}

/// Characters that text in an office is made of.
pub(in crate::extract) fn readable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{A0}'..='\u{17F}' | '\u{400}'..='\u{45F}' | '\u{200B}'..='\u{200D}' | '\u{2010}'..='\u{203B}'
        | '\u{2460}'..='\u{2473}' | '\u{25A0}'..='\u{25FF}' | '\u{2600}'..='\u{2606}' | '\u{2722}'..='\u{274B}' | '\u{2B50}'
        | '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FA5}' | '\u{AC00}'..='\u{D7A3}' | '\u{FF01}'..='\u{FF5E}')
}

fn utf8(bytes: &[u8], lines: &mut Lines<'_, '_, '_>) {
    let mut run = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if readable(c) && run.len() < LONGEST {
                run.push(c);
            } else {
                lines.take(&mut run, 4);
            }
        }
        if !chunk.invalid().is_empty() {
            lines.take(&mut run, 4);
        }
    }
    lines.take(&mut run, 4);
}

fn utf16(bytes: &[u8], order: usize, lines: &mut Lines<'_, '_, '_>) {
    let mut run = String::new();
    for pair in bytes.chunks_exact(2) {
        let unit = u16::from_le_bytes([pair[order], pair[1 - order]]);
        match char::from_u32(u32::from(unit)) {
            Some(c) if readable(c) && run.len() < LONGEST => run.push(c),
            _ => lines.take(&mut run, 4),
        }
    }
    lines.take(&mut run, 4);
}

/// Runs of two-byte characters of GB 2312 with ASCII between them.
fn gb18030(bytes: &[u8], lines: &mut Lines<'_, '_, '_>) {
    let mut run: Vec<u8> = Vec::new();
    let mut pairs = 0;
    let mut at = 0;
    let mut close = |run: &mut Vec<u8>, pairs: &mut usize| {
        if *pairs >= 2 {
            let (text, _) = encoding_rs::GB18030.decode_without_bom_handling(run);
            lines.take(&mut text.into_owned(), usize::MAX);
        }
        run.clear();
        *pairs = 0;
    };
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (0xA1..=0xA3 | 0xB0..=0xF7, Some(0xA1..=0xFE)) if run.len() < LONGEST => {
                run.extend(&bytes[at..at + 2]);
                pairs += 1;
                at += 2;
            }
            (b' '..=b'~', _) if run.len() < LONGEST => {
                run.push(bytes[at]);
                at += 1;
            }
            _ => {
                close(&mut run, &mut pairs);
                at += 1;
            }
        }
    }
    close(&mut run, &mut pairs);
}
