//! Windows metafiles: orders that draw a mark, in pieces as programs write them, by themselves and
//! in documents; clean ones, ones cut short, ones whose text no order tells.

use super::package::{Docx, letter_body};

const MARK: [&str; 3] = ["机", "密★", "10年"];
const CLEAN: [&str; 3] = ["秋", "季植", "树"];

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let docx = |picture: Vec<u8>| Docx::new(&letter_body()).bytes("word/media/image1.emf", picture).build();
    let (marked, clean) = (emf(&texts(&MARK)), emf(&texts(&CLEAN)));
    let (marked_wmf, clean_wmf) = (wmf(&MARK), wmf(&CLEAN));
    let older = |picture: Vec<u8>| Docx::new(&letter_body()).bytes("word/media/image1.wmf", picture).build();
    vec![
        ("emf-marked.emf", marked.clone()),
        ("emf-clean.emf", clean.clone()),
        ("emf-truncated.emf", clean[..clean.len() - 60].to_vec()),
        ("emf-lines.emf", emf(&[order(54, &words(&[40, 40]))])),
        ("emf-in-a-document.docx", docx(marked)),
        ("emf-lines-in-a-document.docx", docx(emf(&[order(54, &words(&[40, 40]))]))),
        ("emf-glyphs-in-a-document.docx", docx(emf(&[text((0, 0), "XYZ", 0x10)]))),
        ("emf-page-in-a-document.docx", docx(emf(&[bitmap(496, 702)]))),
        ("emf-emblem-in-a-document.docx", docx(emf(&[bitmap(96, 96)]))),
        ("wmf-marked.wmf", marked_wmf.clone()),
        ("wmf-clean.wmf", clean_wmf.clone()),
        ("wmf-truncated.wmf", clean_wmf[..clean_wmf.len() - 9].to_vec()),
        ("wmf-in-a-document.docx", older(marked_wmf)),
        ("unknown-in-a-document.rtf", rtf(&[0x5A; 400])),
        ("nothing-in-a-document.rtf", rtf(&[0x5A; 4])),
    ]
    .into_iter()
    .map(|(name, bytes)| (format!("pictures/{name}"), bytes))
    .collect()
}

/// A letter with a picture of a kind that nothing tells.
fn rtf(picture: &[u8]) -> Vec<u8> {
    let hex: String = picture.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{{\\rtf1\\ansi Trees are planted on Saturday.\\par{{\\pict\\macpict {hex}}}}}").into_bytes()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn order(kind: u32, data: &[u8]) -> Vec<u8> {
    let data = [data, &vec![0; data.len().next_multiple_of(4) - data.len()]].concat();
    [&words(&[kind, data.len() as u32 + 8]), &data[..]].concat()
}

/// [MS-EMF] 2.3.4.2: a header, orders, the order that ends them.
fn emf(orders: &[Vec<u8>]) -> Vec<u8> {
    let body = [orders.concat(), order(14, &words(&[0, 16, 20]))].concat();
    let mut data = words(&[0, 0, 1000, 1000, 0, 0, 26000, 26000]);
    data.extend(b" EMF");
    data.extend(words(&[0x1_0000, 88 + body.len() as u32, orders.len() as u32 + 2, 1, 0, 0, 0, 1000, 1000, 260, 260]));
    [order(1, &data), body].concat()
}

/// EMR_EXTTEXTOUTW ([MS-EMF] 2.3.5.8): each character 20 units wide.
fn text(at: (u32, u32), text: &str, options: u32) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut characters: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    characters.resize(characters.len().next_multiple_of(4), 0);
    let widths = 76 + characters.len() as u32;
    let head = words(&[0, 0, 0, 0, 1, 0, 0, at.0, at.1, units.len() as u32, 76, options, 0, 0, 0, 0, widths]);
    order(84, &[head, characters, words(&vec![20; units.len()])].concat())
}

/// Pieces of one line, each by an order of its own.
fn texts(pieces: &[&str]) -> Vec<Vec<u8>> {
    let mut x = 0;
    let mut orders = Vec::new();
    for piece in pieces {
        orders.push(text((x, 100), piece, 0));
        x += 20 * piece.chars().count() as u32;
    }
    orders
}

/// STRETCHDIBITS ([MS-EMF] 2.3.1.7) of a bilevel bitmap.
fn bitmap(width: u32, height: u32) -> Vec<u8> {
    let header = words(&[40, width, height, 1 | 1 << 16, 0, 0, 0, 0, 2, 0, 0, 0xFF_FFFF]);
    let pixels = vec![0x55; (width.div_ceil(32) * 4 * height) as usize];
    let places = words(&[80, header.len() as u32, 80 + header.len() as u32, pixels.len() as u32]);
    order(81, &[&[0; 40][..], &places, &[0; 16], &header, &pixels].concat())
}

/// [MS-WMF] 2.3.2.3: a font of the character set of China, and texts by EXTTEXTOUT.
fn wmf(pieces: &[&str]) -> Vec<u8> {
    let shorts = |shorts: &[i16]| shorts.iter().flat_map(|short| short.to_le_bytes()).collect::<Vec<u8>>();
    let one = |function: u16, data: &[u8]| {
        let data = [data, &vec![0; data.len() % 2]].concat();
        [&(data.len() as u32 / 2 + 3).to_le_bytes()[..], &function.to_le_bytes(), &data].concat()
    };
    let mut body =
        one(0x02FB, &[&shorts(&[20, 0, 0, 0, 400])[..], &[0, 0, 0, 134, 0, 0, 0, 0], b"SimSun\0\0"].concat());
    body.extend(one(0x012D, &shorts(&[0])));
    let mut x = 0;
    for piece in pieces {
        let raw = encoding_rs::GBK.encode(piece).0.into_owned();
        let widths = shorts(&vec![10; raw.len()]);
        body.extend(one(0x0A32, &[&shorts(&[100, x, raw.len() as i16, 0])[..], &raw, &widths].concat()));
        x += 10 * raw.len() as i16;
    }
    body.extend(one(0, &[]));
    let placeable = [&b"\xD7\xCD\xC6\x9A\0\0"[..], &shorts(&[0, 0, 1000, 1000, 96]), &[0; 6]].concat();
    let size = (18 + body.len() as u32) / 2;
    let header =
        [&b"\x01\0\x09\0\0\x03"[..], &size.to_le_bytes(), &shorts(&[1]), &60u32.to_le_bytes(), &[0; 2]].concat();
    [placeable, header, body].concat()
}
