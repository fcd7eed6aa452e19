//! Tables of strings beside the text: names of bookmarks and styles, authors, document
//! variables, the places a document was saved at ([MS-DOC] 2.2.4, 2.9.271).

use super::fib::{Fib, TableEntry};
use super::labels::labels;
use crate::extract::driver::Context;
use crate::extract::formats::compound::unread_ranges::UnreadRanges;
use crate::extract::support::bytes::{Bytes, utf16};
use crate::extract::support::code_page::decoded;
use crate::extract::support::paragraphs::SideText;
use crate::extract::support::property;
use crate::model::PartKind;

/// Strings of one table that are read.
const MOST: usize = 50_000;

/// Hands on the strings of all tables.
pub(super) fn emit(
    fib: &Fib,
    table: &[u8],
    remains: &mut UnreadRanges<'_>,
    sides: &mut SideText,
    cx: &mut Context<'_>,
) {
    let mut bytes_of = |place: TableEntry| {
        let range = fib.place(place);
        let bytes = table.get(range.clone()).unwrap_or_default();
        if !bytes.is_empty() {
            remains.read(range);
        }
        bytes
    };
    for (place, kind) in [
        (TableEntry::Bookmarks, PartKind::Markup),
        (TableEntry::CommentBookmarks, PartKind::Markup),
        (TableEntry::Captions, PartKind::Markup),
        (TableEntry::FileNames, PartKind::Markup),
        (TableEntry::SavedBy, PartKind::Property),
        (TableEntry::Revisers, PartKind::Comment),
    ] {
        for string in strings(bytes_of(place)).unwrap_or_default() {
            sides.emit(kind, &string, cx);
        }
    }
    // Title, author and the like once more, in a fixed order ([MS-DOC] 2.9.272).
    const ASSOCIATED: [&str; 9] =
        ["", "Template", "title", "subject", "keywords", "description", "creator", "lastModifiedBy", "mailMerge"];
    for (number, string) in strings(bytes_of(TableEntry::Properties)).unwrap_or_default().iter().enumerate() {
        property::emit(PartKind::Property, ASSOCIATED.get(number).copied().unwrap_or("document"), string, cx);
    }
    let lists = fib.place(TableEntry::Lists);
    let levels = table.get(lists.end..).unwrap_or_default();
    for label in labels(table.get(lists).unwrap_or_default(), levels) {
        sides.emit(PartKind::Markup, &label, cx);
    }
    for name in counted(bytes_of(TableEntry::CommentAuthors)) {
        sides.emit(PartKind::Comment, &name, cx);
    }
    for name in styles(bytes_of(TableEntry::Styles)).unwrap_or_default() {
        sides.emit(PartKind::Markup, &name, cx);
    }
    variables(bytes_of(TableEntry::Variables), cx);
}

/// A table of strings: extended ones are UTF-16, each with the same number of bytes behind it.
fn strings(table: &[u8]) -> Option<Vec<String>> {
    let mut bytes = Bytes::new(table);
    string_table(&mut bytes)
}

fn string_table(bytes: &mut Bytes<'_>) -> Option<Vec<String>> {
    let first = bytes.u16()?;
    let is_wide = first == 0xFFFF;
    let count = if is_wide { bytes.u16()? } else { first };
    let extra = usize::from(bytes.u16()?);
    let mut strings = Vec::new();
    for _ in 0..usize::from(count).min(MOST) {
        let string = if is_wide {
            let length = usize::from(bytes.u16()?) * 2;
            utf16(bytes.up_to(length))
        } else {
            let length = usize::from(bytes.u8()?);
            decoded(bytes.up_to(length), None)
        };
        strings.push(string);
        if bytes.skip(extra).is_none() {
            break;
        }
    }
    Some(strings)
}

/// Strings one after another, each with its length.
fn counted(table: &[u8]) -> Vec<String> {
    let mut bytes = Bytes::new(table);
    let mut strings = Vec::new();
    while let Some(length) = bytes.u16() {
        strings.push(utf16(bytes.up_to(usize::from(length) * 2)));
        if strings.len() >= MOST {
            break;
        }
    }
    strings
}

/// Document variables: a table of names, then a value for each ([MS-DOC] 2.9.286).
fn variables(table: &[u8], cx: &mut Context<'_>) {
    let mut bytes = Bytes::new(table);
    let Some(names) = string_table(&mut bytes) else { return };
    for name in &names {
        property::emit(PartKind::Property, "name", name, cx);
        let Some(length) = bytes.u16() else { return };
        let value = utf16(bytes.up_to(usize::from(length) * 2));
        property::emit(PartKind::Property, name, value.trim_end_matches('\0'), cx);
        bytes.skip(2);
    }
}

/// Names of the styles ([MS-DOC] 2.9.271): the header, then each style with its length; the name
/// follows a base of the length the header tells.
fn styles(sheet: &[u8]) -> Option<Vec<String>> {
    let mut bytes = Bytes::new(sheet);
    let header_length = usize::from(bytes.u16()?);
    let header = bytes.take(header_length)?;
    let mut header = Bytes::new(header);
    let count = usize::from(header.u16()?);
    let base = usize::from(header.u16()?);
    let mut names = Vec::new();
    for _ in 0..count.min(MOST) {
        let Some(length) = bytes.u16() else { break };
        let style = bytes.up_to(usize::from(length) + usize::from(length) % 2);
        let mut style = Bytes::from(style, base);
        let Some(length) = style.u16() else { continue };
        names.push(utf16(style.up_to(usize::from(length) * 2)));
    }
    Some(names)
}
