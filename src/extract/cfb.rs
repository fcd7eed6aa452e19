//! Compound files: the envelope of encrypted Office files, of embedded objects and of the
//! older Office formats. Embedded files become members; every stream is searched for readable
//! text. The older formats are not yet read properly and say so.

use std::io::{Cursor, Read, Seek, SeekFrom};

use super::{Cx, Extractor, Input, reason_of, strings};
use crate::model::{Format, GapReason, Limit, Part, PartKind};

/// Reads compound files.
pub(super) struct Compound;

/// Bytes of one stream that are searched for readable text.
const STREAM: u64 = 64 << 20;
/// Streams by which the older Office formats and mail are known.
const OFFICE: [&str; 6] =
    ["WordDocument", "Workbook", "Book", "PowerPoint Document", "__properties_version1.0", "VisioDocument"];

impl Extractor for Compound {
    fn formats(&self) -> &'static [Format] {
        &[Format::Cfb]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Cx<'_>) -> Result<(), GapReason> {
        let mut source = input.into_random(cx.budget())?;
        let streams = match cfb::CompoundFile::open(&mut source) {
            Ok(file) => file.walk().filter(cfb::Entry::is_stream).map(|entry| entry.path().to_path_buf()).collect(),
            Err(_) => Vec::new(),
        };
        if streams.is_empty() {
            source.seek(SeekFrom::Start(0)).map_err(|e| reason_of(&e))?;
            strings::scan(source, Part::only(PartKind::Strings), STREAM, cx)?;
            return Err(GapReason::Damaged);
        }
        let Ok(mut file) = cfb::CompoundFile::open(&mut source) else {
            return Err(GapReason::Damaged);
        };
        let mut outcome = Ok(());
        for (number, path) in streams.iter().enumerate() {
            if number as u64 >= cx.budget().limits.entries {
                return Err(GapReason::Limit(Limit::Entries));
            }
            cx.budget().check()?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            cx.short(Part::only(PartKind::EntryName), &path.to_string_lossy());
            let Ok(mut stream) = file.open_stream(path) else {
                outcome = Err(GapReason::Damaged);
                continue;
            };
            match name.as_str() {
                "EncryptedPackage" | "EncryptionInfo" | "EncryptedSummary" => outcome = Err(GapReason::Encrypted),
                "\u{1}Ole10Native" => native(&mut stream, cx),
                "Package" | "CONTENTS" | "EmbeddedOdf" => contained(&name, &mut stream, cx),
                "WordDocument" if is_encrypted_word(&mut stream) => outcome = Err(GapReason::Encrypted),
                _ => {
                    let budget = cx.budget();
                    let part = Part::labelled(PartKind::Strings, &name);
                    if let Err(reason) = strings::scan(budget.metered(&mut stream), part, STREAM, cx) {
                        outcome = Err(reason);
                    }
                }
            }
            if OFFICE.iter().any(|known| known.eq_ignore_ascii_case(&name)) && outcome.is_ok() {
                outcome = Err(GapReason::Unsupported);
            }
        }
        // Inside a document it is the wrapping of an embedded object; by itself it is a document
        // of an older program, whichever its streams are.
        if cx.at().steps.is_empty() && outcome.is_ok() {
            outcome = Err(GapReason::Unsupported);
        }
        outcome
    }
}

/// An embedded file with its names, as the packager of old wrote it: length, flags, label,
/// file name, flags, path, length, data.
fn native(stream: &mut impl Read, cx: &mut Cx<'_>) {
    let budget = cx.budget();
    let mut bytes = Vec::new();
    let room = budget.holdable();
    if budget.metered(stream).take(room).read_to_end(&mut bytes).is_err() || bytes.len() as u64 == room {
        cx.gap(Some(Part::labelled(PartKind::Strings, "Ole10Native")), GapReason::Limit(Limit::HeldBytes));
        return;
    }
    let _held = budget.hold(bytes.len() as u64);
    let part = Part::labelled(PartKind::Strings, "Ole10Native");
    let _ = strings::scan(Cursor::new(&bytes[..bytes.len().min(4096)]), part, 4096, cx);
    match native_parts(&bytes) {
        Some((names, data)) => {
            for name in &names {
                cx.short(Part::only(PartKind::EntryName), name);
            }
            let name = names.iter().find(|name| !name.is_empty()).cloned().unwrap_or_else(|| "embedded".to_string());
            cx.member(&name, Input::bytes(data));
        }
        // Without the packager's header the data follows its length.
        None => cx.member("embedded", Input::bytes(bytes.get(4..).unwrap_or_default())),
    }
}

fn native_parts(bytes: &[u8]) -> Option<(Vec<String>, &[u8])> {
    let long = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
    let string = |at: usize| {
        let end = at + bytes.get(at..)?.iter().take(1024).position(|b| *b == 0)?;
        Some((decoded(&bytes[at..end]), end + 1))
    };
    let (label, at) = string(6)?;
    let (file, at) = string(at)?;
    // Two flags, then the length of the temporary path with its own end.
    let path_length = long(at + 4)?;
    let (path, _) = string(at + 8)?;
    let at = at + 8 + path_length;
    let length = long(at)?;
    let data = bytes.get(at + 4..)?;
    Some((vec![label, file, path], &data[..length.min(data.len())]))
}

fn decoded(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_string(),
        Err(_) => encoding_rs::GB18030.decode(raw).0.into_owned(),
    }
}

/// A stream that holds a file, at its beginning or behind a short header.
fn contained(name: &str, stream: &mut impl Read, cx: &mut Cx<'_>) {
    let budget = cx.budget();
    match Input::stream(budget.metered(stream)) {
        Ok(input) => cx.member(name, input),
        Err(e) => cx.unreadable_member(name, reason_of(&e)),
    }
}

/// Bit 8 of the flags in the file information block: fEncrypted ([MS-DOC] 2.5.2).
fn is_encrypted_word(stream: &mut (impl Read + Seek)) -> bool {
    let mut head = [0; 12];
    let encrypted = stream.read_exact(&mut head).is_ok() && head[11] & 1 != 0;
    let _ = stream.seek(SeekFrom::Start(0));
    encrypted
}
