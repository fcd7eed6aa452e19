//! Drawings (SVG 1.1) that show words which are not there: letters that are shapes, used again and again, as
//! programs that print into a drawing make them, and letters that are outlines.

use std::collections::HashSet;

use memchr::memmem;

use super::legibility::Legibility;
use super::picture_size::holds_page;
use crate::extract::driver::Context;
use crate::model::{GapReason, Part, PartKind};

/// Letters drawn as shapes that are more than a label, and different ones among them.
const LETTERS: usize = 20;
const DIFFERENT: usize = 5;
/// Bytes of the tag that tells the size.
const TAG: usize = 4096;

/// Tells of each drawing of a text that shows more than its words.
pub(in crate::extract) fn shapes(text: &[u8], cx: &mut Context<'_>) {
    let mut done = 0;
    for at in memmem::find_iter(text, b"<svg") {
        if at < done {
            continue;
        }
        done = memmem::find(&text[at..], b"</svg").map_or(text.len(), |end| at + end);
        let drawing = &text[at..done];
        let Some(reason) = unread(drawing) else { continue };
        match sides(drawing) {
            Some((width, height)) if !holds_page(width, height) => cx.picture("svg"),
            _ => cx.gap(Some(Part::only(PartKind::Drawing)), reason),
        }
    }
}

/// Why a drawing cannot be read, where that is so.
fn unread(drawing: &[u8]) -> Option<GapReason> {
    let mut names = HashSet::new();
    let mut uses = 0;
    for at in memmem::find_iter(drawing, b"href=") {
        let rest = &drawing[at + 5..];
        if let Some([b'"' | b'\'', b'#', name @ ..]) = rest.get(..rest.len().min(64)) {
            let end = name.iter().position(|byte| matches!(byte, b'"' | b'\'')).unwrap_or(name.len());
            uses += 1;
            names.insert(&name[..end]);
        }
    }
    if uses >= LETTERS && names.len() >= DIFFERENT {
        return Some(GapReason::Glyphs);
    }
    let has_words = [&b"<text"[..], b"oreignObject", b"oreignobject", b":text"]
        .iter()
        .any(|words| memmem::find(drawing, words).is_some());
    let mut drawn = Legibility::default();
    drawn.strokes = memmem::find_iter(drawing, b" d=").map(|at| strokes(&drawing[at + 3..])).sum();
    drawn.gap(!has_words)
}

/// Lines and curves of the data of a path between quotes: a letter may begin many (SVG 1.1, 8.3).
fn strokes(data: &[u8]) -> usize {
    let Some((quote, data)) = data.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\'')) else { return 0 };
    let end = memchr::memchr(*quote, data).unwrap_or(data.len());
    let (mut strokes, mut each, mut numbers, mut in_number) = (0, 2, 0, false);
    for byte in &data[..end] {
        let is_digit = byte.is_ascii_digit() || *byte == b'.';
        numbers += usize::from(is_digit && !in_number || *byte == b'.' && in_number);
        in_number = is_digit;
        if byte.is_ascii_alphabetic() && *byte != b'e' {
            strokes += numbers / each;
            numbers = 0;
            each = match byte.to_ascii_lowercase() {
                b'h' | b'v' => 1,
                b'q' | b's' => 4,
                b'c' => 6,
                b'a' => 7,
                // Where it begins is no line.
                b'm' => usize::MAX,
                _ => 2,
            };
        }
    }
    strokes + numbers / each
}

/// Width and height of a drawing: as it says, else those of its view.
fn sides(drawing: &[u8]) -> Option<(u64, u64)> {
    let tag = &drawing[..drawing.len().min(TAG)];
    let tag = String::from_utf8_lossy(&tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())]).into_owned();
    let value = |name: &str| {
        let (_, rest) = tag.split_once(name)?;
        let rest = rest.trim_start().strip_prefix('=')?.trim_start();
        rest.get(1..)?.split(['"', '\'']).next()
    };
    if let (Some(width), Some(height)) = (value(" width").and_then(pixels), value(" height").and_then(pixels)) {
        return Some((width.ceil() as u64, height.ceil() as u64));
    }
    let numbers: Vec<f64> = value(" viewBox")?.split([' ', ',']).filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [_, _, width, height] if width >= 0.0 && height >= 0.0 => Some((width.ceil() as u64, height.ceil() as u64)),
        _ => None,
    }
}

/// A length in pixels (CSS Values 3, 6.2); none for one that depends on what is around.
fn pixels(length: &str) -> Option<f64> {
    let length = length.trim();
    let at = length.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(length.len());
    let factor = match length[at..].trim() {
        "" | "px" => 1.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "mm" => 96.0 / 25.4,
        "cm" => 96.0 / 2.54,
        "in" => 96.0,
        // The height of letters.
        "em" | "ex" | "rem" => 16.0,
        _ => return None,
    };
    length[..at].trim().parse::<f64>().ok().map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_drawing_is_what_it_says_or_its_view() {
        assert_eq!(sides(b"<svg viewBox=\"0 0 595.2 842\" id='1'>"), Some((596, 842)));
        assert_eq!(sides(b"<svg viewBox='0,0,10,20'"), Some((10, 20)));
        assert_eq!(sides(b"<svg viewBox=\"0 0 x\">"), None);
        assert_eq!(sides(b"<svg width=\"1em\" height=\"1em\" viewBox=\"0 0 1024 1024\">"), Some((16, 16)));
        assert_eq!(sides(b"<svg width='210mm' height='297mm'>"), Some((794, 1123)));
        assert_eq!(sides(b"<svg stroke-width='2' width='100%' height='100%' viewBox='0 0 8 9'>"), Some((8, 9)));
    }

    #[test]
    fn lines_and_curves_are_counted_by_their_numbers() {
        assert_eq!(strokes(b"\"M0 0L1 1 2 2h3v4C1 2 3 4 5 6z\""), 5);
        assert_eq!(strokes(b"'m.5.5l-1-1.5.5z' x='L 1 1'"), 2);
        assert_eq!(strokes(b"none"), 0);
    }

    #[test]
    fn letters_as_shapes_are_told_from_an_icon_and_from_words() {
        let uses = |different: usize| -> String {
            (0..40).map(|n| format!("<use xlink:href='#g{}' x='{n}'/>", n % different)).collect()
        };
        let outlines = format!("<path d=\"M 0 0 {}\"/>", "C 1 2 3 4 5 6 ".repeat(500));
        assert_eq!(unread(format!("<svg>{}", uses(7)).as_bytes()), Some(GapReason::Glyphs));
        assert_eq!(unread(format!("<svg>{}", uses(2)).as_bytes()), None);
        assert_eq!(unread(format!("<svg>{outlines}").as_bytes()), Some(GapReason::Picture));
        assert_eq!(unread(format!("<svg>{outlines}<text>植树</text>").as_bytes()), None);
    }
}
