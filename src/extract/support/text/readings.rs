//! The readings of one text: which encodings are tried, and when one is given up.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs as enc;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use memchr::{memchr, memchr_iter, memchr3, memmem, memrchr};

use super::cells::Cells;
use crate::extract::driver::{Context, TextStream};
use crate::extract::support::charset::{IMPLAUSIBLE, NO_CHANCE, guess, is_implausible};
use crate::extract::support::hz::hz_piece;
use crate::extract::support::seven_bit;
use crate::identify::{Width, utf16_or_32};
use crate::model::{Part, PartKind, Unit};

/// Encodings tried on bytes that are not UTF-8, besides the detector's guess.
const CANDIDATES: [&Encoding; 9] = [
    enc::GB18030,
    enc::BIG5,
    enc::SHIFT_JIS,
    enc::EUC_KR,
    enc::EUC_JP,
    enc::WINDOWS_1252,
    enc::WINDOWS_1251,
    enc::KOI8_R,
    enc::IBM866,
];
/// Characters judged before a reading may be given up.
const TRIAL: usize = 200;
/// Characters behind which nothing is given up any more.
const JUDGED: usize = 1 << 16;
/// Bytes of a text that is short: every reading of it is searched as if it were the right one.
const SHORT: usize = 64 * 1024;
/// Bytes looked at without a branch between them.
const BLOCK: usize = 1024;
/// Bytes on either side of a stretch of UTF-8 that are read in the other encodings too.
const EDGE: usize = 4096;

/// All readings of one text.
pub(in crate::extract) struct EncodingCandidates {
    kind: PartKind,
    /// The text is a table.
    table: bool,
    readings: Vec<EncodingCandidate>,
    /// Every byte so far was UTF-8 without a zero byte.
    plain: bool,
    started: bool,
    /// The text is longer than [`SHORT`].
    long: bool,
    /// Lines that ended so far.
    lines: u64,
    /// Bytes of a character cut by the end of a chunk, while the text is plain.
    cut: Vec<u8>,
}

struct EncodingCandidate {
    decoding: Decoding,
    story: TextStream,
    cells: Option<Cells>,
    characters: usize,
    implausible: usize,
    /// Kept whatever it reads like: UTF-8, or what a byte order mark says.
    certain: bool,
    /// It differs from UTF-8 in bytes above the seven bits of ASCII, or in their width.
    beyond_ascii: bool,
    given_up: bool,
    likely: Likely,
}

/// Whether a text may have been written so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likely {
    Yes,
    /// Until one character of two hundred makes no sense.
    WhileFaultless,
    /// Unless a chunk makes sense.
    ByChunk,
    No,
}

enum Decoding {
    Standard(Decoder),
    /// UTF-32, which no web standard knows: byte order and bytes left of a character.
    Utf32 {
        little: bool,
        left: Vec<u8>,
    },
    /// An encoding that starts anew with each line, and a line not yet ended.
    Lines {
        decode: seven_bit::Decode,
        left: Vec<u8>,
    },
    /// HZ, Chinese in seven bits: whether inside `~{ … ~}`, and a byte left over.
    Hz {
        inside: bool,
        left: Vec<u8>,
    },
}

impl EncodingCandidates {
    pub(in crate::extract) fn new(kind: PartKind) -> Self {
        EncodingCandidates {
            kind,
            table: false,
            readings: Vec::new(),
            plain: true,
            started: false,
            long: false,
            lines: 0,
            cut: Vec::new(),
        }
    }

    /// Readings of a table.
    pub(in crate::extract) fn of_cells(kind: PartKind) -> Self {
        EncodingCandidates { table: true, ..EncodingCandidates::new(kind) }
    }

    /// Readings of what follows these, as if it were a text of its own.
    pub(super) fn behind(&self) -> Self {
        EncodingCandidates { table: self.table, lines: self.lines, ..EncodingCandidates::new(self.kind) }
    }

    /// All was UTF-8 so far.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    /// The last chunk ended inside a character.
    pub(super) fn is_cut(&self) -> bool {
        !self.cut.is_empty()
    }

    /// Takes the next chunk; `last` if no other follows.
    pub(in crate::extract) fn take(&mut self, chunk: &[u8], last: bool, cx: &mut Context<'_>) {
        if chunk.is_empty() {
            return;
        }
        self.long |= chunk.len() > SHORT;
        if !self.started {
            self.start(chunk);
        }
        let joined;
        let chunk = if self.cut.is_empty() {
            chunk
        } else {
            joined = [std::mem::take(&mut self.cut), chunk.to_vec()].concat();
            &joined[..]
        };
        self.take_whole(chunk, last, cx);
        self.lines += memchr_iter(b'\n', chunk).count() as u64;
    }

    fn take_whole(&mut self, chunk: &[u8], last: bool, cx: &mut Context<'_>) {
        let mut plain = None;
        if self.plain {
            plain = plain_part(chunk).filter(|(_, rest)| rest.is_empty() || !last);
            self.plain = plain.is_some();
            if plain.is_none() {
                self.branch(chunk);
            }
        }
        let shows = shows_seven_bit(chunk);
        if shows {
            self.open_seven_bit(chunk);
        }
        let mut others = &mut self.readings[..];
        if let Some((text, rest)) = plain {
            self.cut = rest.to_vec();
            others[0].push(text, cx);
            others = &mut others[1..];
        }
        let chunk = plain.map_or(chunk, |(text, _)| text.as_bytes());
        let plain: Vec<_> = others
            .iter()
            .any(|reading| reading.beyond_ascii)
            .then(|| utf8_between(chunk))
            .flatten()
            .into_iter()
            .collect();
        // Nothing in it shows an encoding of seven bits.
        let quiet = if shows || others.is_empty() { Vec::new() } else { far_from(chunk, std::iter::empty()) };
        for reading in others {
            let passed = match &reading.decoding {
                _ if reading.certain => Vec::new(),
                _ if reading.beyond_ascii => plain.clone(),
                // What was shifted stays so over lines.
                Decoding::Standard(_) => Vec::new(),
                _ if reading.is("UTF-7") => far_from(chunk, seven_bit::shifted_places(chunk)),
                _ => quiet.clone(),
            };
            reading.decode_around(chunk, &passed, cx);
        }
    }

    /// Ends all readings.
    pub(in crate::extract) fn finish(mut self, cx: &mut Context<'_>) {
        if self.plain && !self.cut.is_empty() {
            let rest = std::mem::take(&mut self.cut);
            self.branch(&rest);
            for reading in &mut self.readings {
                reading.decode(&rest, false, cx);
            }
        }
        for mut reading in self.readings {
            reading.decode(&[], true, cx);
            if !reading.given_up {
                reading.story.finish(cx);
            }
        }
    }

    /// Looks at the first bytes: a byte order mark decides, zero bytes or `~{` open readings.
    fn start(&mut self, chunk: &[u8]) {
        self.started = true;
        let with_mark = Encoding::for_bom(chunk).map(|(encoding, _)| encoding);
        let width = utf16_or_32(chunk);
        let marked = matches!(chunk, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 0, 0xFE, 0xFF, ..]);
        if let Some(width) = width {
            self.plain = false;
            self.open(width_decoding(width), width_name(width), marked);
        }
        if !marked {
            let reading = self.reading(Decoding::Standard(UTF_8.new_decoder()), None, true);
            self.readings.insert(0, reading);
        }
        if !self.plain && !marked && with_mark.is_none() {
            self.branch(chunk);
        }
    }

    /// Opens every reading that may have been meant, from this chunk on.
    fn branch(&mut self, chunk: &[u8]) {
        let guess = guess(chunk);
        let mut encodings: Vec<&'static Encoding> = vec![guess];
        encodings.extend(CANDIDATES.iter().filter(|encoding| **encoding != guess));
        for encoding in encodings {
            if encoding != UTF_8 {
                self.open(Decoding::Standard(encoding.new_decoder_without_bom_handling()), encoding.name(), false);
                let chinese = [enc::GB18030, enc::BIG5].contains(&encoding);
                self.settle(match () {
                    () if !self.long || encoding == guess => Likely::Yes,
                    () if chinese => Likely::WhileFaultless,
                    () => Likely::No,
                });
            }
        }
        for width in [Width::Utf16Le, Width::Utf16Be] {
            if !self.has(width_name(width)) {
                self.open(width_decoding(width), width_name(width), false);
                self.settle(if self.long { Likely::No } else { Likely::Yes });
            }
        }
    }

    /// Whether the text may have been written in the encoding opened last.
    fn settle(&mut self, likely: Likely) {
        if let Some(reading) = self.readings.last_mut() {
            reading.story.unlikely = likely == Likely::No;
            reading.likely = likely;
        }
    }

    /// Opens readings of seven bits that something in a chunk shows. They read ASCII as everyone does, so
    /// text that is UTF-8 so far goes on being that too.
    fn open_seven_bit(&mut self, chunk: &[u8]) {
        let mut shown = Vec::new();
        if memmem::find(chunk, b"~{").is_some() {
            shown.push(("HZ", Decoding::Hz { inside: false, left: Vec::new() }));
        }
        if let Some((name, decode)) = seven_bit::shown_by(chunk) {
            shown.push((name, Decoding::Lines { decode, left: Vec::new() }));
        }
        if shows_shifts(chunk) {
            shown.push((enc::ISO_2022_JP.name(), Decoding::Standard(enc::ISO_2022_JP.new_decoder())));
        }
        for (name, decoding) in shown {
            if !self.has(name) {
                self.open(decoding, name, false);
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.readings.iter().any(|reading| reading.is(name))
    }

    fn open(&mut self, decoding: Decoding, name: &str, certain: bool) {
        let reading = self.reading(decoding, Some(name), certain);
        self.readings.push(reading);
    }

    fn reading(&self, decoding: Decoding, name: Option<&str>, certain: bool) -> EncodingCandidate {
        let part = name.map_or(Part::only(self.kind), |name| Part::labelled(self.kind, name));
        let beyond_ascii = match &decoding {
            Decoding::Standard(decoder) => decoder.encoding() != enc::ISO_2022_JP,
            Decoding::Utf32 { .. } => true,
            Decoding::Lines { .. } | Decoding::Hz { .. } => false,
        };
        EncodingCandidate {
            decoding,
            story: TextStream::after(part, Unit::Line, self.lines),
            beyond_ascii,
            cells: self.table.then(Cells::default),
            characters: 0,
            implausible: 0,
            certain,
            given_up: false,
            likely: if self.long && certain { Likely::ByChunk } else { Likely::Yes },
        }
    }
}

/// The valid text of a chunk and the cut character behind it, if the chunk is plain UTF-8.
fn plain_part(chunk: &[u8]) -> Option<(&str, &[u8])> {
    if memchr(0, chunk).is_some() {
        return None;
    }
    match simdutf8::compat::from_utf8(chunk) {
        Ok(text) => Some((text, &[])),
        Err(e) if e.error_len().is_none() => {
            let (valid, rest) = chunk.split_at(e.valid_up_to());
            simdutf8::basic::from_utf8(valid).ok().map(|text| (text, rest))
        }
        Err(_) => None,
    }
}

/// The stretch of a chunk that need not be read in encodings other than UTF-8: all of the chunk is ASCII, or
/// so much UTF-8 that it can be nothing else. It begins with a line.
fn utf8_between(chunk: &[u8]) -> Option<Range<usize>> {
    // A character may be cut at either end.
    let start = chunk.iter().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count();
    let text = match simdutf8::compat::from_utf8(&chunk[start..]) {
        Ok(_) => &chunk[start..],
        Err(e) if e.error_len().is_none() => &chunk[start..start + e.valid_up_to()],
        Err(_) => return None,
    };
    let beyond = text.iter().filter(|byte| **byte >= 0xC0).count();
    if (1..NO_CHANCE).contains(&beyond) || memchr(0, chunk).is_some() {
        return None;
    }
    let lines = lines_between(chunk)?;
    // Units of two and of four bytes stay whole.
    Some(lines.start..lines.start + lines.len() / 4 * 4)
}

/// Something in a chunk shows an encoding of seven bits, or is in one that was announced before.
fn shows_seven_bit(chunk: &[u8]) -> bool {
    let shifts =
        || memchr(seven_bit::SHIFT_OUT, chunk).is_some() || shows_shifts(chunk) || seven_bit::shown_by(chunk).is_some();
    memmem::find(chunk, b"~{").is_some() || if has_controls(chunk) { shifts() } else { seven_bit::is_utf7(chunk) }
}

/// Control characters other than tabs and line ends, without which nothing is shifted.
fn has_controls(chunk: &[u8]) -> bool {
    // Every byte of a block is treated alike, so that many are looked at at once.
    let is_control = |byte: u8| (byte < b' ') & !matches!(byte, b'\t' | b'\n' | b'\r');
    chunk.chunks(BLOCK).any(|block| block.iter().fold(false, |any, byte| any | is_control(*byte)))
}

/// The whole lines of a chunk but for those at its ends.
fn lines_between(chunk: &[u8]) -> Option<Range<usize>> {
    lines_in(chunk, EDGE..chunk.len().saturating_sub(EDGE))
}

/// Whole lines of a chunk, in stretches: all but what is near its ends or near some places in it.
fn far_from(chunk: &[u8], places: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut stretches = Vec::new();
    let mut from = 0;
    for place in places.chain(std::iter::once(chunk.len()..chunk.len())) {
        stretches.extend(lines_in(chunk, from + EDGE..place.start.saturating_sub(EDGE)));
        from = place.end;
    }
    stretches
}

/// The whole lines in a range of a chunk that does not begin with one.
fn lines_in(chunk: &[u8], range: Range<usize>) -> Option<Range<usize>> {
    let inside = chunk.get(range.clone())?;
    let (from, to) = (memchr(b'\n', inside)? + 1, memrchr(b'\n', inside)? + 1);
    (to > from).then_some(range.start + from..range.start + to)
}

/// An escape of ISO-2022 (ISO/IEC 2022) that names a set of characters; those that colour a terminal do not.
fn shows_shifts(chunk: &[u8]) -> bool {
    memchr_iter(0x1B, chunk).any(|at| matches!(chunk.get(at + 1), Some(b'$' | b'(')))
}

fn width_decoding(width: Width) -> Decoding {
    match width {
        Width::Utf16Le => Decoding::Standard(enc::UTF_16LE.new_decoder_with_bom_removal()),
        Width::Utf16Be => Decoding::Standard(enc::UTF_16BE.new_decoder_with_bom_removal()),
        Width::Utf32Le => Decoding::Utf32 { little: true, left: Vec::new() },
        Width::Utf32Be => Decoding::Utf32 { little: false, left: Vec::new() },
    }
}

fn width_name(width: Width) -> &'static str {
    match width {
        Width::Utf16Le => "UTF-16LE",
        Width::Utf16Be => "UTF-16BE",
        Width::Utf32Le => "UTF-32LE",
        Width::Utf32Be => "UTF-32BE",
    }
}

impl EncodingCandidate {
    fn is(&self, name: &str) -> bool {
        self.story.label() == Some(name)
    }

    fn decode(&mut self, bytes: &[u8], last: bool, cx: &mut Context<'_>) {
        if self.given_up {
            return;
        }
        let text = match &mut self.decoding {
            Decoding::Standard(decoder) => standard(decoder, bytes, last),
            Decoding::Utf32 { little, left } => utf32(*little, left, bytes),
            Decoding::Hz { inside, left } => hz_piece(inside, left, bytes),
            Decoding::Lines { decode, left } => whole_lines(*decode, left, bytes, last),
        };
        if !self.certain && self.characters < JUDGED {
            self.characters += text.chars().count();
            self.implausible += text.chars().filter(|c| is_implausible(*c)).count();
            // A short text is read in every way; a long one only in ways that make sense.
            if self.characters > TRIAL && self.implausible * 100 > self.characters * IMPLAUSIBLE {
                self.given_up = true;
                return;
            }
        }
        match self.likely {
            Likely::WhileFaultless => self.story.unlikely |= self.implausible * 200 > self.characters,
            // Texts are put together of others.
            Likely::ByChunk if !text.is_empty() => {
                let faults = text.matches(char::REPLACEMENT_CHARACTER).count();
                self.story.unlikely = faults * 100 > text.len() / 2 * IMPLAUSIBLE;
            }
            Likely::ByChunk | Likely::Yes | Likely::No => {}
        }
        self.push(&text, cx);
    }

    /// Decodes a chunk but for some stretches of it.
    fn decode_around(&mut self, chunk: &[u8], stretches: &[Range<usize>], cx: &mut Context<'_>) {
        let mut at = 0;
        for stretch in stretches {
            self.decode(&chunk[at..stretch.start], false, cx);
            if !self.given_up {
                self.story.leave_out(memchr_iter(b'\n', &chunk[stretch.clone()]).count() as u64, cx);
            }
            at = stretch.end;
        }
        self.decode(&chunk[at..], false, cx);
    }

    /// Adds text with all line ends made alike.
    fn push(&mut self, text: &str, cx: &mut Context<'_>) {
        let mut text = Cow::Borrowed(text);
        if has_other_line_ends(text.as_bytes()) {
            text = text
                .replace("\r\n", "\n")
                .replace(['\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{c}', '\u{b}'], "\n")
                .into();
        }
        if let Some(cells) = &mut self.cells {
            text = cells.take(&text).into();
        }
        self.story.push(&text, cx);
    }
}

/// Some line may end otherwise than with `\n`.
fn has_other_line_ends(text: &[u8]) -> bool {
    // The last two bytes of U+0085, and of U+2028 and U+2029.
    let ends = |pair: &[u8]| (pair[0] == 0xC2) & (pair[1] == 0x85) | (pair[0] == 0x80) & (pair[1] & 0xFE == 0xA8);
    memchr3(b'\r', 0x0B, 0x0C, text).is_some()
        || (0..text.len()).step_by(BLOCK).any(|at| {
            // Every byte of a block is treated alike, so that many are looked at at once.
            let block = &text[at..text.len().min(at + BLOCK + 1)];
            block.windows(2).fold(false, |any, pair| any | ends(pair))
        })
}

fn standard(decoder: &mut Decoder, bytes: &[u8], last: bool) -> String {
    let mut text = String::new();
    let mut rest = bytes;
    loop {
        let needed = decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len() * 3 + 16);
        text.reserve(needed.clamp(64, 1 << 20));
        let (result, read, _) = decoder.decode_to_string(rest, &mut text, last);
        rest = &rest[read..];
        if result == CoderResult::InputEmpty {
            return text;
        }
    }
}

/// Longest line waited for.
const LINE: usize = 64 * 1024;

fn whole_lines(decode: seven_bit::Decode, left: &mut Vec<u8>, bytes: &[u8], last: bool) -> String {
    left.extend(bytes);
    let end = match left.iter().rposition(|b| *b == b'\n') {
        _ if last => left.len(),
        Some(at) => at + 1,
        None if left.len() > LINE => left.len(),
        None => 0,
    };
    let text = decode(&left[..end]);
    left.drain(..end);
    text
}

fn utf32(little: bool, left: &mut Vec<u8>, bytes: &[u8]) -> String {
    left.extend(bytes);
    let whole = left.len() / 4 * 4;
    let text = left[..whole]
        .chunks_exact(4)
        .map(|unit| {
            let unit = [unit[0], unit[1], unit[2], unit[3]];
            let code = if little { u32::from_le_bytes(unit) } else { u32::from_be_bytes(unit) };
            char::from_u32(code).unwrap_or('\u{FFFD}')
        })
        .filter(|c| *c != '\u{FEFF}')
        .collect();
    left.drain(..whole);
    text
}
