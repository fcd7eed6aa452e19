//! Files of the oldest Office programs: workbooks of Excel 2 to 4, which are records without an
//! envelope, and what is not read: documents of Word 2, drawings of Visio, pages of Publisher.

use super::legacy::{compound, gbk, record, utf16};

const MARK: &str = "机密★10年";
const CLEAN: &str = "秋季植树";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = workbooks();
    files.extend(unread());
    files.into_iter().map(|(name, bytes)| (format!("legacy/{name}"), bytes)).collect()
}

/// The record that begins a sheet, a workbook of version 4 (0x100), or another sheet in it.
fn begin(version: u16, what: u16) -> Vec<u8> {
    let fields = [version << 8, what, 0].map(u16::to_le_bytes).concat();
    let kind = match version {
        2 => 0x0009,
        3 => 0x0209,
        _ => 0x0409,
    };
    record(kind, if version == 2 { &fields[..4] } else { &fields })
}

/// A cell with a text: row, column, format; the first version has three bytes of formats and a short length.
fn label(version: u16, row: u16, column: u16, text: &str) -> Vec<u8> {
    let text = gbk(text);
    let place = [row, column].map(u16::to_le_bytes).concat();
    match version {
        2 => record(0x0004, &[&place[..], &[0; 3], &[text.len() as u8], &text].concat()),
        _ => record(0x0204, &[&place[..], &[0; 2], &(text.len() as u16).to_le_bytes(), &text].concat()),
    }
}

/// A formula whose value is a text, which the next record holds.
fn formula(version: u16, text: &str) -> Vec<u8> {
    let text = gbk(text);
    let (formula, value) = match version {
        2 => (record(0x0006, &[0; 17]), record(0x0007, &[&[text.len() as u8][..], &text].concat())),
        _ => {
            let kind = if version == 3 { 0x0206 } else { 0x0406 };
            (record(kind, &[0; 20]), record(0x0207, &[&(text.len() as u16).to_le_bytes()[..], &text].concat()))
        }
    };
    [formula, value].concat()
}

/// One sheet of these records, in the code page of China.
fn sheet(version: u16, records: &[Vec<u8>]) -> Vec<u8> {
    let page = record(0x0042, &936u16.to_le_bytes());
    [begin(version, 0x10), page, records.concat(), record(0x000A, &[])].concat()
}

fn workbooks() -> Vec<(String, Vec<u8>)> {
    let text = |text: &str| [&[gbk(text).len() as u8][..], &gbk(text)].concat();
    let note = |text: &str| {
        let text = gbk(text);
        record(0x001C, &[&[3, 0, 1, 0][..], &(text.len() as u16).to_le_bytes(), &text].concat())
    };
    // A workbook of version 4: each sheet has a record with its length and its name in front.
    let named = |name: &str, records: &[Vec<u8>]| {
        let inner = sheet(4, records);
        [record(0x008F, &[&(inner.len() as u32).to_le_bytes()[..], &text(name)].concat()), inner].concat()
    };
    let together = |sheets: &[Vec<u8>]| [begin(4, 0x100), sheets.concat(), record(0x000A, &[])].concat();
    let clean = |version: u16| sheet(version, &[label(version, 0, 0, CLEAN), formula(version, "铁锹")]);
    let password = record(0x002F, &[0x5A; 4]);
    [
        ("xls-excel-2-cell.xls", sheet(2, &[label(2, 6, 1, MARK)])),
        ("xls-excel-2-formula.xls", sheet(2, &[formula(2, MARK)])),
        ("xls-excel-2-note.xls", sheet(2, &[label(2, 0, 0, CLEAN), note(MARK)])),
        ("xls-excel-2-header.xls", sheet(2, &[record(0x0014, &text(&format!("&C{MARK}"))), label(2, 0, 0, CLEAN)])),
        ("xls-excel-2-clean.xls", clean(2)),
        ("xls-excel-2-truncated.xls", clean(2)[..clean(2).len() - 10].to_vec()),
        ("xls-excel-2-password.xls", sheet(2, &[password, vec![0x5A; 40]])),
        ("xls-excel-3-cell.xls", sheet(3, &[label(3, 6, 1, MARK)])),
        ("xls-excel-3-formula.xls", sheet(3, &[formula(3, MARK)])),
        ("xls-excel-3-clean.xls", clean(3)),
        ("xls-excel-4-cell.xls", sheet(4, &[label(4, 6, 1, MARK)])),
        (
            "xls-excel-4-workbook.xls",
            together(&[named("树苗", &[label(4, 0, 0, CLEAN)]), named("薪酬", &[label(4, 6, 1, MARK)])]),
        ),
        ("xls-excel-4-sheet-name.xls", together(&[named(MARK, &[label(4, 0, 0, CLEAN)])])),
        ("xls-excel-4-clean.xls", together(&[named("树苗", &[label(4, 0, 0, CLEAN)])])),
    ]
    .map(|(name, bytes)| (name.to_string(), bytes))
    .to_vec()
}

/// Word 2 for Windows: a header of 384 bytes, then text in the code page.
fn word_2(text: &str) -> Vec<u8> {
    let text = gbk(text);
    let mut file = vec![0; 384];
    file[..8].copy_from_slice(b"\xDB\xA5\x2D\0\x33\xC0\x04\x08");
    let places = [384, 384 + text.len() as u32].map(u32::to_le_bytes).concat();
    file[24..32].copy_from_slice(&places);
    [file, text, vec![0; 128]].concat()
}

fn unread() -> Vec<(String, Vec<u8>)> {
    let letter = |mark: &str| format!("{mark}\r{}", "关于开展秋季植树活动的通知\r".repeat(8));
    // Bytes that nobody reads around a text.
    let around = |text: Vec<u8>| [&[0x81, 0, 0xFE, 3, 7, 0][..], &text, &[0, 0, 0x8F, 1, 2, 3]].concat();
    let visio = |text: &str| compound(&[("VisioDocument", around(utf16(text)))]);
    let publisher =
        |text: &str| compound(&[("Quill/QuillSub/CONTENTS", around(utf16(text))), ("Contents", around(vec![7; 64]))]);
    // Publisher before 98 had no compound file.
    let old = |text: &str| [&b"\xE7\xAC\x2C\0"[..], &[0x90; 60], &around(gbk(text))].concat();
    [
        ("word-2.doc", word_2(&letter(MARK))),
        ("word-2-clean.doc", word_2(&letter(CLEAN))),
        ("visio.vsd", visio(MARK)),
        ("visio-clean.vsd", visio(CLEAN)),
        ("publisher.pub", publisher(MARK)),
        ("publisher-clean.pub", publisher(CLEAN)),
        ("publisher-2.pub", old(MARK)),
        ("publisher-2-clean.pub", old(CLEAN)),
    ]
    .map(|(name, bytes)| (name.to_string(), bytes))
    .to_vec()
}
