//! The two public cases behind this product, replayed with invented documents: a photo sent to
//! a chat group, and drafts sent over an office system that felt internal.

use super::package::{Docx, letter_body, p, root, zip};

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let draft = Docx::new(&format!("{}{}", p("关于星河镇植树演练的方案（征求意见稿）"), letter_body()))
        .part("word/header1.xml", &root("hdr", &p("机密★10年")));
    let second = Docx::new(&format!("{}{}{}", p("秘　密"), p("星河镇植树演练联络表"), letter_body()));
    let chat = "群聊记录（虚构）\n老周：刚开完植树会，拍了张首页给大家看看\n老周：[图片]\n老周 撤回了一条消息\n小林：已经下载了\n";
    let names = |inner: &str| inner.to_string();
    vec![
        ("cases/1-photo-in-a-chat-group/chat.txt".into(), chat.as_bytes().to_vec()),
        ("cases/2-drafts-over-the-office-system/draft-1.docx".into(), draft.build()),
        ("cases/2-drafts-over-the-office-system/draft-2.docx".into(), second.build()),
        (
            "cases/2-drafts-over-the-office-system/mail-attachment.zip".into(),
            zip(&[
                (names("植树演练/附件1.docx"), draft.build()),
                (names("植树演练/说明.txt"), "请查收附件。\n".as_bytes().to_vec()),
            ]),
        ),
        (
            "cases/2-drafts-over-the-office-system/（机密）植树演练口令.txt".into(),
            "口令每日更换，由值班员当面告知。\n".as_bytes().to_vec(),
        ),
    ]
}

/// A small PNG: grey bars in place of lines of text. What it would say is for a reader of
/// pictures to tell; without one it is a place that could not be inspected.
pub(crate) fn picture() -> Vec<u8> {
    const SIDE: usize = 64;
    let mut rows = Vec::new();
    for y in 0..SIDE {
        rows.push(0);
        rows.extend((0..SIDE).map(|x| if y % 8 < 3 && (6..58).contains(&x) { 90u8 } else { 235 }));
    }
    let mut png = vec![0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
    let side = (SIDE as u32).to_be_bytes();
    chunk(&mut png, b"IHDR", &[&side[..], &side[..], &[8, 0, 0, 0, 0]].concat());
    chunk(&mut png, b"IDAT", &stored_zlib(&rows));
    chunk(&mut png, b"IEND", &[]);
    png
}

pub(crate) fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let body = [&kind[..], data].concat();
    png.extend(&body);
    let mut crc = flate2::Crc::new();
    crc.update(&body);
    png.extend(crc.sum().to_be_bytes());
}

/// A zlib stream without compression, so that no compressor's version shows in the bytes.
fn stored_zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = data.chunks(65_535).collect();
    for (at, block) in blocks.iter().enumerate() {
        let length = block.len() as u16;
        out.push(u8::from(at + 1 == blocks.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(*block);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}
