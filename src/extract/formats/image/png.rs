//! PNG (ISO/IEC 15948): chunks of text, plain or compressed, Exif and XMP in them, and what
//! follows the last chunk.

use super::{behind, emit_decoded, inflated, iptc, number, search, tiff, xmp};
use crate::extract::driver::Context;
use crate::extract::support::encoded;
use crate::model::GapReason;

/// Chunks that hold pixels, colours and numbers only.
const NUMBERS: [&[u8]; 15] = [
    b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"tIME", b"bKGD", b"hIST", b"sBIT",
    b"acTL", b"fcTL", b"fdAT",
];

/// Reads a PNG file.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut outcome = Ok(());
    let mut rest = bytes.get(8..).unwrap_or_default();
    loop {
        cx.budget().check()?;
        let Some((kind, data, after)) = chunk(rest) else {
            // A last chunk that is cut short still shows what there is of it.
            search("chunk", &rest[..rest.len().min(1 << 20)], cx)?;
            return Err(GapReason::Damaged);
        };
        rest = after;
        if kind == b"IEND" {
            return outcome.and(behind(rest, cx));
        }
        outcome = outcome.and(match kind {
            b"tEXt" => plain(data, cx),
            b"zTXt" => compressed(data, cx),
            b"iTXt" => international(data, cx),
            b"eXIf" => tiff::read(data, cx),
            b"iCCP" => compressed(data, cx),
            _ if NUMBERS.contains(&kind) => Ok(()),
            _ => search(&String::from_utf8_lossy(kind), data, cx),
        });
    }
}

/// Kind, data, and what follows the checksum.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(4)?;
    let (kind, rest) = rest.split_at_checked(4)?;
    let (data, rest) = rest.split_at_checked(number(length))?;
    Some((kind, data, rest.get(4..)?))
}

/// The bytes before a zero, and those behind it.
fn cut(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = data.iter().position(|b| *b == 0)?;
    Some((&data[..at], &data[at + 1..]))
}

fn plain(data: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    match cut(data) {
        Some((key, text)) => keyed(key, text, cx),
        None => emit_decoded("tEXt", data, cx),
    }
}

/// A keyword, the method of compression, a compressed text or colour profile.
fn compressed(data: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let (key, rest) = cut(data).ok_or(GapReason::Damaged)?;
    let text = inflated(rest.get(1..).ok_or(GapReason::Damaged)?, cx)?;
    keyed(key, &text, cx)
}

/// A keyword, whether and how the text is compressed, its language, the keyword in that
/// language, the text.
fn international(data: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let (key, rest) = cut(data).ok_or(GapReason::Damaged)?;
    let (how, rest) = rest.split_at_checked(2).ok_or(GapReason::Damaged)?;
    let (language, rest) = cut(rest).ok_or(GapReason::Damaged)?;
    let (translated, text) = cut(rest).ok_or(GapReason::Damaged)?;
    emit_decoded("language", language, cx)?;
    emit_decoded("keyword", translated, cx)?;
    if how[0] == 0 { keyed(key, text, cx) } else { keyed(key, &inflated(text, cx)?, cx) }
}

fn keyed(key: &[u8], text: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    emit_decoded("keyword", key, cx)?;
    if key == b"XML:com.adobe.xmp" {
        return xmp(text, cx);
    }
    if key.starts_with(b"Raw profile type ")
        && let Some(profile) = profile(text)
    {
        return match profile {
            _ if profile.starts_with(b"Exif\0\0") => tiff::read(&profile[6..], cx),
            _ if profile.starts_with(b"8BIM") => iptc::resources(&profile, cx),
            _ if profile.starts_with(b"<") => xmp(&profile, cx),
            _ => search("profile", &profile, cx),
        };
    }
    emit_decoded(&String::from_utf8_lossy(key), text, cx)?;
    // The diagram that was drawn (diagrams.net).
    encoded::value(&String::from_utf8_lossy(text), cx);
    cx.budget().check()
}

/// Bytes spelled out in hexadecimal behind a line with a name and a line with their number, as
/// ImageMagick keeps the metadata of other formats.
fn profile(text: &[u8]) -> Option<Vec<u8>> {
    let mut lines = text.trim_ascii_start().splitn(3, |b| *b == b'\n');
    let (_, _, digits) = (lines.next()?, lines.next()?, lines.next()?);
    let digit = |b: &u8| char::from(*b).to_digit(16).map(|digit| digit as u8);
    let digits: Vec<u8> = digits.iter().filter_map(digit).collect();
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
