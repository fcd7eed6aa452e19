//! Files of the older formats byte by byte: what LibreOffice cannot write, such as text a fast
//! save left behind, strings cut by continuations, passwords, messages and macros. The others
//! come from `tests/generator/legacy/make.py`.

use std::io::{Cursor, Write};

use super::package::{Docx, zip};

const MARK: &str = "机密★10年";
const LETTER: &str = "关于开展秋季植树活动的通知\r各部门：\r定于下周六上午组织植树，请自备手套和饮水。\r";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = word();
    files.extend(excel());
    files.extend(presentations());
    files.extend(messages());
    files.into_iter().map(|(name, bytes)| (format!("legacy/{name}"), bytes)).collect()
}

/// A compound file of streams, their storages made as needed.
pub(crate) fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("created in memory");
    for (path, bytes) in streams {
        if let Some((storage, _)) = path.rsplit_once('/') {
            file.create_storage_all(storage).expect("new storages");
        }
        file.create_stream(path).expect("a new stream").write_all(bytes).expect("written to memory");
    }
    let storages: Vec<_> =
        file.walk().filter(|entry| entry.is_storage()).map(|entry| entry.path().to_path_buf()).collect();
    for storage in storages {
        // Times would make every run differ.
        file.set_created_time(&storage, std::time::SystemTime::UNIX_EPOCH).expect("a storage");
        file.set_modified_time(&storage, std::time::SystemTime::UNIX_EPOCH).expect("a storage");
    }
    file.flush().expect("flushed to memory");
    file.into_inner().into_inner()
}

fn cut(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() * 3 / 5].to_vec()
}

pub(crate) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(super) fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

/// A text in the `WordDocument` stream, in characters of one or two bytes.
enum Piece<'t> {
    Wide(&'t str),
    /// Bytes of the code page of China.
    Narrow(&'t str),
    /// Not part of the document any more.
    Left(&'t str),
}

/// A Word 97 document of pieces, all of them main text.
fn word_97(pieces: &[Piece<'_>], flags: u16) -> Vec<u8> {
    word_97_drawn(pieces, flags, &[])
}

/// The same with drawings.
fn word_97_drawn(pieces: &[Piece<'_>], flags: u16, drawings: &[u8]) -> Vec<u8> {
    let mut stream = vec![0; 1024];
    let (mut positions, mut places, mut position) = (vec![0u32], Vec::new(), 0);
    for piece in pieces {
        let start = stream.len() as u32;
        let (bytes, count, place) = match piece {
            Piece::Wide(text) => (utf16(text), text.encode_utf16().count() as u32, Some(start)),
            Piece::Narrow(text) => {
                let bytes = gbk(text);
                let count = bytes.len() as u32;
                (bytes, count, Some((start * 2) | 0x4000_0000))
            }
            Piece::Left(text) => (utf16(text), 0, None),
        };
        stream.extend(bytes);
        // Even offsets, and a border that no string runs over.
        let even = stream.len().next_multiple_of(16) + 16;
        stream.resize(even, 0);
        if let Some(place) = place {
            position += count;
            positions.push(position);
            places.push(place);
        }
    }
    let mut table = vec![2];
    table.extend((positions.len() as u32 * 4 + places.len() as u32 * 8).to_le_bytes());
    table.extend(positions.iter().flat_map(|position| position.to_le_bytes()));
    for place in places {
        table.extend([0, 0]);
        table.extend(place.to_le_bytes());
        table.extend([0, 0]);
    }
    for (at, value) in [(0, 0xA5ECu16), (2, 0x00C1), (6, 0x0804), (10, flags), (32, 14), (62, 22), (152, 93)] {
        put(&mut stream, at, &value.to_le_bytes());
    }
    put(&mut stream, 76, &position.to_le_bytes());
    put(&mut stream, 154 + 8 * 33 + 4, &(table.len() as u32).to_le_bytes());
    let place = [table.len() as u32, drawings.len() as u32].map(u32::to_le_bytes).concat();
    put(&mut stream, 154 + 8 * 50, &place);
    table.extend(drawings);
    compound(&[("WordDocument", stream), ("0Table", table)])
}

/// A shape with one property of text ([MS-ODRAW] 2.2.9).
fn shape(property: u16, text: &str) -> Vec<u8> {
    let text = [&utf16(text)[..], &[0, 0]].concat();
    let table = [&(property | 0x8000).to_le_bytes()[..], &(text.len() as u32).to_le_bytes(), &text].concat();
    atom(15, 0, 0xF004, &atom(3, 1, 0xF00B, &table))
}

/// A document of Word 95: bytes of the code page in one run.
fn word_95(text: &str) -> Vec<u8> {
    let text = gbk(text);
    let mut stream = vec![0; 768];
    for (at, value) in [(0, 0xA5DCu16), (2, 104), (6, 0x0804)] {
        put(&mut stream, at, &value.to_le_bytes());
    }
    for (at, value) in [(24, 768), (28, 768 + text.len() as u32), (52, text.len() as u32)] {
        put(&mut stream, at, &value.to_le_bytes());
    }
    stream.extend(text);
    compound(&[("WordDocument", stream)])
}

fn word() -> Vec<(String, Vec<u8>)> {
    let marked = format!("000001\r{MARK}\r{LETTER}");
    let halves = marked.split_at(marked.find('密').unwrap_or(0));
    let macros = |code: &str| {
        let mut streams = vec![("WordDocument", Vec::new()), ("0Table", Vec::new())];
        let plain = word_97(&[Piece::Wide(LETTER)], 0);
        let mut file = cfb::CompoundFile::open(Cursor::new(plain)).expect("made above");
        for (name, bytes) in &mut streams {
            std::io::Read::read_to_end(&mut file.open_stream(*name).expect("made above"), bytes).expect("in memory");
        }
        streams.push(("Macros/VBA/dir", packed(&dir("ThisDocument"))));
        streams.push(("Macros/VBA/_VBA_PROJECT", vec![0xCC, 0x61, 0xFF, 0xFF, 0, 0, 0]));
        streams.push(("Macros/VBA/ThisDocument", packed(&gbk(code))));
        compound(&streams)
    };
    [
        ("doc-split-over-pieces.doc", word_97(&[Piece::Wide(halves.0), Piece::Wide(halves.1)], 0)),
        ("doc-left-by-a-fast-save.doc", word_97(&[Piece::Wide(LETTER), Piece::Left(MARK)], 4)),
        ("doc-gbk-pieces.doc", word_97(&[Piece::Narrow(&marked)], 0)),
        (
            "doc-field.doc",
            word_97(&[Piece::Wide(&format!("\u{13} DOCPROPERTY \"{MARK}\" \u{14}通知\u{15}\r{LETTER}"))], 0),
        ),
        ("doc-alt-text.doc", word_97_drawn(&[Piece::Wide(LETTER)], 0, &shape(0x0381, MARK))),
        ("doc-wordart.doc", word_97_drawn(&[Piece::Wide(LETTER)], 0, &shape(0x00C0, MARK))),
        ("doc-password.doc", word_97(&[Piece::Wide(&marked)], 0x0100)),
        ("doc-truncated.doc", cut(&word_97(&[Piece::Wide(&LETTER.repeat(80))], 0))),
        ("doc-word-95.doc", word_95(&marked)),
        ("doc-word-95-clean.doc", word_95(LETTER)),
        ("doc-macro.doc", macros("Sub Auto()\r\n' 机密★10年\r\nEnd Sub\r\n")),
        ("doc-macro-clean.doc", macros("Sub Auto()\r\n' 浇水\r\nEnd Sub\r\n")),
        ("docm-macro.docm", {
            let project = [
                ("VBA/dir", packed(&dir("ThisDocument"))),
                ("VBA/_VBA_PROJECT", vec![0xCC, 0x61, 0xFF, 0xFF, 0, 0, 0]),
                ("VBA/ThisDocument", packed(&gbk("Sub Auto()\r\n' 机密★10年\r\nEnd Sub\r\n"))),
            ];
            Docx::letter().bytes("word/vbaProject.bin", compound(&project)).build()
        }),
        ("wps-named.wps", word_97(&[Piece::Wide(&marked)], 0)),
        ("wps-clean.wps", word_97(&[Piece::Wide(LETTER)], 0)),
        ("wps-truncated.wps", cut(&word_97(&[Piece::Wide(&LETTER.repeat(80))], 0))),
        ("wps-password.wps", word_97(&[Piece::Wide(&marked)], 0x0100)),
    ]
    .map(|(name, bytes)| (name.to_string(), bytes))
    .to_vec()
}

/// A container of [MS-OVBA] whose tokens are all plain bytes.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let body: Vec<u8> = bytes.chunks(8).flat_map(|eight| [&[0], eight].concat()).collect();
    let mut packed = vec![1];
    packed.extend((0xB000 | (body.len() as u16 - 1)).to_le_bytes());
    packed.extend(body);
    packed
}

/// The `dir` stream of a project with one module.
fn dir(module: &str) -> Vec<u8> {
    let record = |id: u16, data: &[u8]| [&id.to_le_bytes()[..], &(data.len() as u32).to_le_bytes(), data].concat();
    [
        record(0x03, &936u16.to_le_bytes()),
        record(0x04, b"Project"),
        // The version: a size of four, then six bytes.
        [&9u16.to_le_bytes()[..], &4u32.to_le_bytes(), &[0; 6]].concat(),
        record(0x0F, &1u16.to_le_bytes()),
        record(0x19, module.as_bytes()),
        record(0x1A, module.as_bytes()),
        record(0x32, &utf16(module)),
        record(0x31, &0u32.to_le_bytes()),
        record(0x2B, &[]),
        record(0x10, &[]),
    ]
    .concat()
}

/// A record of a workbook.
pub(crate) fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// A workbook stream: what stands before the list of sheets, one sheet, its records.
fn book(version: u16, before: &[u8], name: &[u8], after: &[u8], sheet: &[u8]) -> Vec<u8> {
    let begin = |what: u16| record(0x0809, &[version.to_le_bytes(), what.to_le_bytes(), [0; 2], [0; 2]].concat());
    let end = record(0x000A, &[]);
    let list = |start: u32| record(0x0085, &[&start.to_le_bytes()[..], &[0, 0], name].concat());
    let start = begin(5).len() + before.len() + list(0).len() + after.len() + end.len();
    [begin(5), before.to_vec(), list(start as u32), after.to_vec(), end.clone(), begin(0x10), sheet.to_vec(), end]
        .concat()
}

/// A name or a text of Excel 97: its length, a byte for the width, characters.
fn short(text: &str) -> Vec<u8> {
    [&[text.encode_utf16().count() as u8, 1][..], &utf16(text)].concat()
}

fn excel() -> Vec<(String, Vec<u8>)> {
    let cell = |row: u16, column: u16, number: u32| {
        let mut data = [row, column, 0].map(u16::to_le_bytes).concat();
        data.extend(number.to_le_bytes());
        record(0x00FD, &data)
    };
    let (first, second) = ("机密", "★10年");
    let text = |text: &str| [&[text.encode_utf16().count() as u8, 0, 1][..], &utf16(text)].concat();
    let mut table = [1u32, 2].map(u32::to_le_bytes).concat();
    table.extend(text("树种"));
    // The mark's length and its first two characters; the rest after the border, in wide
    // characters, of which the continuation's first byte tells.
    table.extend([6, 0, 1]);
    table.extend(utf16(first));
    let continued = [record(0x00FC, &table), record(0x003C, &[&[1][..], &utf16(second)].concat())].concat();
    let sheet = [cell(0, 0, 0), cell(6, 1, 1)].concat();
    let continued = book(0x0600, &[], &short("薪酬"), &continued, &sheet);
    // Five texts are announced and one is there.
    let announced = [&[1u32, 5].map(u32::to_le_bytes).concat()[..], &text("树种")].concat();
    let announced = |shown: u32| book(0x0600, &[], &short("薪酬"), &record(0x00FC, &announced), &cell(0, 0, shown));
    let old = |text: &str| {
        let text = gbk(text);
        let label = [&[6, 0, 1, 0, 0, 0][..], &(text.len() as u16).to_le_bytes(), &text].concat();
        let name = [&[4][..], &gbk("薪酬")].concat();
        book(0x0500, &record(0x0042, &936u16.to_le_bytes()), &name, &[], &record(0x0204, &label))
    };
    let password = record(0x002F, &[&[1, 0, 1, 0, 1, 0][..], &[0x5A; 48]].concat());
    let xlsb = |shared: &str, sheet: Vec<u8>| {
        let part = |id: u8, data: Vec<u8>| [&[id, data.len() as u8][..], &data].concat();
        let long = |text: &str| [&(text.encode_utf16().count() as u32).to_le_bytes()[..], &utf16(text)].concat();
        let types =
            "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
        let bundle = [&[0; 4][..], &1u32.to_le_bytes(), &long("rId1"), &long("植树")].concat();
        zip(&[
            ("[Content_Types].xml".into(), types.as_bytes().to_vec()),
            ("xl/workbook.bin".into(), [&[0x9C, 0x01, bundle.len() as u8][..], &bundle].concat()),
            ("xl/sharedStrings.bin".into(), part(19, [&[0][..], &long(shared)].concat())),
            ("xl/worksheets/sheet1.bin".into(), sheet),
        ])
    };
    let row = [&[0, 4][..], &6u32.to_le_bytes()].concat();
    let inline = [&1u32.to_le_bytes()[..], &[0; 4], &6u32.to_le_bytes(), &utf16(MARK)].concat();
    let inline = [&row[..], &[6, inline.len() as u8], &inline].concat();
    [
        ("xls-continued-string.xls", compound(&[("Workbook", continued.clone())])),
        ("et-named.et", compound(&[("Workbook", continued.clone())])),
        ("et-clean.et", compound(&[("Workbook", announced(0))])),
        ("et-truncated.et", compound(&[("Workbook", continued[..continued.len() - 20].to_vec())])),
        ("et-password.et", compound(&[("Workbook", book(0x0600, &password, &short("薪酬"), &[], &[]))])),
        ("xls-password.xls", compound(&[("Workbook", book(0x0600, &password, &short("薪酬"), &[], &[]))])),
        ("xls-truncated.xls", compound(&[("Workbook", continued[..continued.len() - 20].to_vec())])),
        ("xls-announced-strings.xls", compound(&[("Workbook", announced(0))])),
        ("xls-missing-string.xls", compound(&[("Workbook", announced(3))])),
        ("xls-excel-95.xls", compound(&[("Book", old(MARK))])),
        ("xls-excel-95-clean.xls", compound(&[("Book", old("树种"))])),
        ("xlsb-clean.xlsb", xlsb("树种", row.clone())),
        ("xlsb-shared-string.xlsb", xlsb(MARK, row)),
        ("xlsb-cell.xlsb", xlsb("树种", inline.clone())),
        ("xlsb-truncated.xlsb", xlsb("树种", inline[..inline.len() - 4].to_vec())),
    ]
    .map(|(name, bytes)| (name.to_string(), bytes))
    .to_vec()
}

/// A record of a presentation; version 15 holds records.
fn atom(version: u16, instance: u16, kind: u16, data: &[u8]) -> Vec<u8> {
    let first = version | instance << 4;
    [&first.to_le_bytes()[..], &kind.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data].concat()
}

fn slide(text: &str) -> Vec<u8> {
    slide_of(&atom(15, 0, 0xF00D, &atom(0, 0, 0x0FA0, &utf16(text))))
}

/// Slide > drawing > what is drawn.
fn slide_of(drawn: &[u8]) -> Vec<u8> {
    atom(15, 0, 0x03EE, &atom(15, 0, 0x040C, drawn))
}

/// A presentation of slides, of which the first is what an earlier edit left.
fn presentation(left: &str, slides: &[&str], token: u32) -> Vec<u8> {
    presentation_of(left, slides.iter().map(|text| slide(text)).collect(), token)
}

fn presentation_of(left: &str, slides: Vec<Vec<u8>>, token: u32) -> Vec<u8> {
    let mut stream = slide(left);
    let mut places = Vec::new();
    for slide in &slides {
        places.push(stream.len() as u32);
        stream.extend(slide);
    }
    let list: Vec<u8> = (0..slides.len() as u32)
        .flat_map(|number| {
            let atom_data = [2 + number, 0, 0, 256 + number, 0].map(u32::to_le_bytes).concat();
            atom(0, 0, 0x03F3, &atom_data)
        })
        .collect();
    let document = stream.len() as u32;
    stream.extend(atom(15, 0, 0x03E8, &atom(15, 0, 0x0FF0, &list)));
    let directory = stream.len() as u32;
    let mut entries = (1u32 | (1 + places.len() as u32) << 20).to_le_bytes().to_vec();
    entries.extend(document.to_le_bytes());
    entries.extend(places.iter().flat_map(|place| place.to_le_bytes()));
    stream.extend(atom(0, 0, 0x1772, &entries));
    let edit = stream.len() as u32;
    stream.extend(atom(0, 0, 0x0FF5, &[0, 0x0300_0000, 0, directory, 1, 8, 0].map(u32::to_le_bytes).concat()));
    let user = atom(0, 0, 0x0FF6, &[20, token, edit, 0, 8].map(u32::to_le_bytes).concat());
    compound(&[("PowerPoint Document", stream), ("Current User", user)])
}

fn presentations() -> Vec<(String, Vec<u8>)> {
    const PLAIN: u32 = 0xE391_C05F;
    const ENCRYPTED: u32 = 0xF3D1_C4DF;
    let clean = presentation("旧页", &["秋季植树", "植树要领\r浇水"], PLAIN);
    [
        ("ppt-slide.ppt", presentation("旧页", &["秋季植树", &format!("{MARK}\r要领")], PLAIN)),
        ("ppt-earlier-edit.ppt", presentation(MARK, &["秋季植树"], PLAIN)),
        ("ppt-alt-text.ppt", presentation_of("旧页", vec![slide_of(&shape(0x0381, MARK))], PLAIN)),
        (
            "ppt-comment.ppt",
            presentation_of(
                "旧页",
                // Binary tags hold a comment: its author, its text.
                vec![atom(
                    15,
                    0,
                    0x03EE,
                    &atom(
                        15,
                        0,
                        0x2EE0,
                        &[atom(0, 0, 0x0FBA, &utf16("星河镇")), atom(0, 1, 0x0FBA, &utf16(MARK))].concat(),
                    ),
                )],
                PLAIN,
            ),
        ),
        ("ppt-password.ppt", presentation("旧页", &["秋季植树"], ENCRYPTED)),
        ("ppt-truncated.ppt", cut(&clean)),
        ("dps-named.dps", presentation("旧页", &[MARK], PLAIN)),
        ("dps-clean.dps", clean.clone()),
        ("dps-truncated.dps", cut(&clean)),
        ("dps-password.dps", presentation("旧页", &["秋季植树"], ENCRYPTED)),
    ]
    .map(|(name, bytes)| (name.to_string(), bytes))
    .to_vec()
}

/// A message in the making: streams by path.
struct Message(Vec<(String, Vec<u8>)>);

impl Message {
    /// A message with a subject and a body, 8-bit texts in the code page of China.
    fn new() -> Self {
        let page = [&0x3FFD_0003u32.to_le_bytes()[..], &[0; 4], &936u64.to_le_bytes()].concat();
        Message(vec![("__properties_version1.0".into(), [vec![0; 32], page].concat())])
            .with("0037001F", utf16("植树通知"))
            .with("1000001F", utf16("下周六植树。\r\n"))
    }

    /// Adds a property, or replaces it.
    fn with(self, number: &str, bytes: Vec<u8>) -> Self {
        self.at(&format!("__substg1.0_{number}"), bytes)
    }

    fn at(mut self, path: &str, bytes: Vec<u8>) -> Self {
        self.0.retain(|(known, _)| known != path);
        self.0.push((path.to_string(), bytes));
        self
    }

    fn attached(self, name: &str, bytes: Vec<u8>) -> Self {
        let storage = "__attach_version1.0_#00000000";
        self.at(&format!("{storage}/__substg1.0_3707001F"), utf16(name))
            .at(&format!("{storage}/__substg1.0_37010102"), bytes)
    }

    fn build(&self) -> Vec<u8> {
        let streams: Vec<(&str, Vec<u8>)> = self.0.iter().map(|(path, bytes)| (path.as_str(), bytes.clone())).collect();
        compound(&streams)
    }
}

fn messages() -> Vec<(String, Vec<u8>)> {
    let inner = "__attach_version1.0_#00000000/__substg1.0_3701000D";
    let nested = Message::new()
        .at("__attach_version1.0_#00000000/__substg1.0_3707001F", utf16("转发"))
        .at(&format!("{inner}/__properties_version1.0"), vec![0; 24])
        .at(&format!("{inner}/__substg1.0_0037001F"), utf16("植树"))
        .at(&format!("{inner}/__substg1.0_1000001F"), utf16(MARK));
    let label = "MSIP_Label_11111111-2222-3333-4444-555555555555_Enabled=true; MSIP_Label_11111111-2222-3333-4444-555555555555_Name=Top Secret;";
    let name = [&22u32.to_le_bytes()[..], &utf16("msip_labels")].concat();
    let labelled = Message::new()
        .at("__nameid_version1.0/__substg1.0_00020102", Vec::new())
        .at("__nameid_version1.0/__substg1.0_00030102", vec![0, 0, 0, 0, 5, 0, 0, 0])
        .at("__nameid_version1.0/__substg1.0_00040102", name)
        .with("8000001F", utf16(label));
    let rtf = |text: &str| {
        let body: Vec<u8> =
            text.bytes().collect::<Vec<_>>().chunks(8).flat_map(|eight| [&[0], eight].concat()).collect();
        let sizes = [body.len() as u32 + 12, text.len() as u32].map(u32::to_le_bytes).concat();
        [&sizes[..], b"LZFu", &[0; 4], &body].concat()
    };
    [
        ("msg-clean.msg", Message::new()),
        ("msg-subject.msg", Message::new().with("0037001F", utf16(&format!("（{MARK}）植树")))),
        ("msg-body.msg", Message::new().with("1000001F", utf16(&format!("{MARK}\r\n植树\r\n")))),
        ("msg-gbk-body.msg", Message::new().with("1000001E", gbk(&format!("{MARK}\r\n植树\r\n")))),
        (
            "msg-rtf-body.msg",
            Message::new().with("10090102", rtf(r"{\rtf1\ansi\ansicpg936 \'bb\'fa\'c3\'dc\u9733?10\'c4\'ea\par}")),
        ),
        (
            "msg-html-body.msg",
            Message::new()
                .with("10130102", "<html><meta charset=\"utf-8\"><body><p>机<b>密</b>★10年</p></body></html>".into()),
        ),
        (
            "msg-headers.msg",
            Message::new().with(
                "007D001F",
                utf16("From: a@trees.example\r\nX-Protective-Marking: VER=2018.4, NS=gov.au, SEC=SECRET\r\n\r\n"),
            ),
        ),
        ("msg-recipient.msg", Message::new().at("__recip_version1.0_#00000000/__substg1.0_3001001F", utf16(MARK))),
        ("msg-attachment.msg", Message::new().attached("计划.txt", format!("{MARK}\n植树\n").into_bytes())),
        ("msg-attachment-name.msg", Message::new().attached("（机密★10年）计划.txt", "植树\n".into())),
        ("msg-nested.msg", nested),
        ("msg-label.msg", labelled),
    ]
    .map(|(name, message)| (name.to_string(), message.build()))
    .into_iter()
    .chain([(
        "msg-truncated.msg".to_string(),
        cut(&Message::new().with("1000001F", utf16(&LETTER.repeat(100))).build()),
    )])
    .collect()
}
