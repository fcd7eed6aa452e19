//! Embedded files as the packager of old wrote them, with their names.

use crate::extract::driver::{Context, HEAD, Input};
use crate::extract::support::bytes::Bytes;
use crate::extract::support::code_page::decoded;
use crate::extract::support::picture;
use crate::extract::support::strings;
use crate::identify;
use crate::model::{Format, Part, PartKind};

/// Reads the content of an `Ole10Native` stream.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) {
    let data = bytes.get(4..).unwrap_or_default();
    match parts(bytes).filter(|_| !data.starts_with(b"BM")) {
        Some((names, data)) => {
            for name in &names {
                cx.short(Part::only(PartKind::EntryName), name);
            }
            let name = names.iter().find(|name| !name.is_empty()).cloned().unwrap_or_else(|| "embedded".to_string());
            cx.member(&name, Input::bytes(data));
        }
        // Without the packager's header the data follows its length; Paintbrush's begins as a bitmap does.
        None => private(data, cx),
    }
}

/// The data of an embedded program: a file, a picture of it, or what only that program knows.
fn private(data: &[u8], cx: &mut Context<'_>) {
    let format = identify::identify(&data[..data.len().min(HEAD)], None).format;
    match format {
        Format::Image => picture::inside("object", data, cx),
        Format::Unknown => {
            let _ = strings::scan(data, Part::labelled(PartKind::Strings, "Ole10Native"), u64::MAX - 1, cx);
        }
        _ => cx.member("embedded", Input::bytes(data)),
    }
}

/// Length, flags, label, file name, flags, path, data; newer writers add the three names in
/// UTF-16 behind it ([MS-OLEDS] 2.3.6 and what programs write).
fn parts(bytes: &[u8]) -> Option<(Vec<String>, &[u8])> {
    let mut native = Bytes::from(bytes, 6);
    let label = string(&mut native)?;
    let file = string(&mut native)?;
    native.skip(4)?;
    let length = native.count()?;
    let path = native.take(length)?.split(|byte| *byte == 0).next().map(|path| decoded(path, None))?;
    let length = native.count()?;
    let data = native.up_to(length);
    let mut names = vec![label, file, path];
    for _ in 0..3 {
        let Some(length) = native.count() else { break };
        let Some(raw) = length.checked_mul(2).and_then(|length| native.take(length)) else { break };
        names.push(crate::extract::support::bytes::utf16(raw));
    }
    names.dedup();
    Some((names, data))
}

fn string(native: &mut Bytes<'_>) -> Option<String> {
    let length = native.rest().iter().take(1024).position(|byte| *byte == 0)?;
    let raw = native.take(length)?;
    native.skip(1)?;
    Some(decoded(raw, None))
}
