//! The older binary formats, and what is wrapped in them.

use std::ops::Range;

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockEncrypt, KeyInit};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::Sha512;

use super::Wanted::{Clear, Found, Gap};
use super::*;
use crate::files::legacy::{compound, record, utf16};

const PASSWORD: &str = "VelvetSweatshop";

/// What formatting says of a document's characters, by their range.
#[derive(Clone, Copy)]
struct Formatted<'f> {
    characters: &'f [(Range<usize>, Vec<u8>)],
    paragraphs: &'f [(Range<usize>, Vec<u8>)],
    fonts: &'f [&'f str],
    /// The text of a level of a list.
    label: Option<&'f str>,
}

/// A document of Word 97: its text in one piece, a page of formatting for characters and one for paragraphs.
fn doc(text: &str, formatted: &Formatted<'_>) -> Vec<u8> {
    const TEXT: usize = 1536;
    let mut stream = vec![0; TEXT];
    stream.extend(utf16(text));
    let end = stream.len();
    let place = |at: usize| (TEXT + 2 * at) as u32;
    // Borders, what stands between them, and the changes from the end of the page on.
    let page = |runs: &[(Range<usize>, Vec<u8>)], width: usize| {
        let mut page = vec![0; 512];
        let borders: Vec<u32> = runs.iter().flat_map(|(range, _)| [place(range.start), place(range.end)]).collect();
        let mut at = 510;
        for (number, (_, changes)) in runs.iter().enumerate() {
            let changes = match width {
                1 => [&[changes.len() as u8][..], changes].concat(),
                // A length in words, less a byte, and the style.
                _ => [&[(changes.len() as u8 + 4) / 2, 0, 0][..], changes].concat(),
            };
            at = (at - changes.len()) / 2 * 2;
            page[at..at + changes.len()].copy_from_slice(&changes);
            page[4 * borders.len() + 2 * number * width] = (at / 2) as u8;
        }
        for (number, border) in borders.iter().enumerate() {
            page[4 * number..4 * number + 4].copy_from_slice(&border.to_le_bytes());
        }
        page[511] = borders.len().saturating_sub(1) as u8;
        page
    };
    let (characters, paragraphs) = (page(formatted.characters, 1), page(formatted.paragraphs, 13));
    stream[512..1024].copy_from_slice(&characters);
    stream[1024..1536].copy_from_slice(&paragraphs);
    let count = (text.encode_utf16().count()) as u32;
    let mut table = Vec::new();
    let mut put = |number: usize, bytes: &[u8], stream: &mut Vec<u8>| {
        let place = [table.len() as u32, bytes.len() as u32].map(u32::to_le_bytes).concat();
        stream[154 + 8 * number..162 + 8 * number].copy_from_slice(&place);
        table.extend_from_slice(bytes);
    };
    let pages = |number: u32| [TEXT as u32, end as u32, number].map(u32::to_le_bytes).concat();
    put(12, &pages(1), &mut stream);
    put(13, &pages(2), &mut stream);
    let mut fonts = [(formatted.fonts.len() as u16).to_le_bytes(), [0, 0]].concat();
    for font in formatted.fonts {
        let font = [&[0; 39][..], &utf16(font), &[0, 0]].concat();
        fonts.push(font.len() as u8);
        fonts.extend(font);
    }
    put(15, &fonts, &mut stream);
    let mut pieces = vec![2];
    pieces.extend([16u32, 0, count].map(u32::to_le_bytes).concat());
    pieces.extend([&[0, 0][..], &(TEXT as u32).to_le_bytes(), &[0, 0]].concat());
    put(33, &pieces, &mut stream);
    if let Some(label) = formatted.label {
        put(73, &[&[1, 0][..], &[0; 26], &[1, 0]].concat(), &mut stream);
        let level =
            [&10u32.to_le_bytes()[..], &[0; 24], &(label.encode_utf16().count() as u16).to_le_bytes(), &utf16(label)];
        put(92, &level.concat(), &mut stream);
    }
    for (at, value) in [(0, 0xA5ECu16), (2, 0x00C1), (6, 0x0804), (32, 14), (62, 22), (152, 93)] {
        stream[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }
    stream[76..80].copy_from_slice(&count.to_le_bytes());
    compound(&[("WordDocument", stream), ("0Table", table)])
}

#[test]
fn documents_of_word_97_read_as_word_shows_them() {
    let more = LINES.join("\r");
    let plain = Formatted { characters: &[], paragraphs: &[], fonts: &[], label: None };
    let fonts = ["宋体", "Wingdings"];
    let symbol = Formatted { characters: &[(2..3, vec![0x09, 0x6A, 1, 0, 0xAB, 0xF0])], fonts: &fonts, ..plain };
    let set = Formatted { characters: &[(2..3, vec![0x4F, 0x4A, 1, 0])], fonts: &fonts, ..plain };
    let initial = Formatted { paragraphs: &[(0..2, vec![0x2C, 0x44, 0x19, 0])], ..plain };
    let numbered = Formatted { label: Some("机密★\0年"), ..plain };
    hold(vec![
        ("a counted label", "g.doc", doc(&format!("{more}\r"), &numbered), Found),
        ("a symbol", "a.doc", doc(&format!("机密(10年\r{more}\r"), &symbol), Found),
        ("a letter in a symbol font", "b.doc", doc(&format!("机密\u{AB}10年\r{more}\r"), &set), Found),
        ("a private character", "c.doc", doc(&format!("机密\u{F0AB}10年\r{more}\r"), &plain), Found),
        ("a large first letter", "d.doc", doc(&format!("机\r密★10年\r{more}\r"), &initial), Found),
        (
            "an enclosed character",
            "e.doc",
            doc(&format!("机\u{13} EQ \\o\\ac(○,密) \u{15}★10年\r{more}\r"), &plain),
            Found,
        ),
        ("nothing of it", "f.doc", doc(&format!("{more}\r"), &plain), Clear),
    ]);
}

/// RC4, which undoes itself.
fn rc4(key: &[u8]) -> impl FnMut() -> u8 + use<> {
    let mut state: Vec<u8> = (0..=255).collect();
    let mut j = 0usize;
    for i in 0..256 {
        j = (j + usize::from(state[i]) + usize::from(key[i % key.len()])) % 256;
        state.swap(i, j);
    }
    let (mut i, mut j) = (0usize, 0usize);
    move || {
        i = (i + 1) % 256;
        j = (j + usize::from(state[i])) % 256;
        state.swap(i, j);
        state[(usize::from(state[i]) + usize::from(state[j])) % 256]
    }
}

/// Encrypts a stream but for what is kept as it is.
type Cipher = Box<dyn Fn(&mut [u8], &[Kept])>;

/// How a binary workbook is locked: what FILEPASS says, and what it does to the bytes of its records.
struct Lock {
    said: Vec<u8>,
    cipher: Cipher,
}

/// A record of a stream: where its data begins, and how many bytes of it stay as they are.
struct Kept {
    data: Range<usize>,
    plain: usize,
}

/// Encrypts with a stream of bytes that begins anew every 1024.
fn by_blocks(block: impl Fn(u32) -> Vec<u8> + 'static) -> Cipher {
    Box::new(move |stream, records| {
        let mut bytes: Vec<u8> = Vec::new();
        for number in 0..stream.len().div_ceil(1024) {
            let mut next = rc4(&block(number as u32));
            bytes.extend((0..1024).map(|_| next()));
        }
        for at in records.iter().flat_map(|record| record.data.clone().skip(record.plain)) {
            stream[at] ^= bytes[at];
        }
    })
}

/// RC4 with a key of 40 bits ([MS-OFFCRYPTO] 2.3.6).
fn rc4_of_97(password: &str) -> Lock {
    let salt = [5u8; 16];
    let first = Md5::digest(utf16(password));
    let key = Md5::digest([&first[..5], &salt[..]].concat().repeat(16))[..5].to_vec();
    let block = move |number: u32| Md5::digest([&key[..], &number.to_le_bytes()].concat()).to_vec();
    let mut bytes = rc4(&block(0));
    let verifier = [9u8; 16];
    let mut locked = |plain: &[u8]| plain.iter().map(|byte| byte ^ bytes()).collect::<Vec<u8>>();
    let (check, hash) = (locked(&verifier), locked(&Md5::digest(verifier)));
    Lock { said: [&[1, 0, 1, 0, 1, 0][..], &salt, &check, &hash].concat(), cipher: by_blocks(block) }
}

/// RC4 by a provider of cryptography, with a key of so many bits ([MS-OFFCRYPTO] 2.3.5).
fn rc4_of_2002(password: &str, bits: u32) -> Lock {
    let salt = [5u8; 16];
    let hashed = Sha1::digest([&salt[..], &utf16(password)].concat());
    let block = move |number: u32| {
        let mut key = Sha1::digest([&hashed[..], &number.to_le_bytes()].concat())[..bits as usize / 8].to_vec();
        // A key of 40 bits is filled up with zeros.
        key.resize(key.len().max(if bits == 40 { 16 } else { 0 }), 0);
        key
    };
    let mut bytes = rc4(&block(0));
    let verifier = [9u8; 16];
    let mut locked = |plain: &[u8]| plain.iter().map(|byte| byte ^ bytes()).collect::<Vec<u8>>();
    let (check, hash) = (locked(&verifier), locked(&Sha1::digest(verifier)));
    let mut header = [4u32, 0, 0x6801, 0x8004, bits, 1, 0, 0].map(u32::to_le_bytes).concat();
    header.extend(utf16("Trees Cryptographic Provider\0"));
    let verifying = [&16u32.to_le_bytes()[..], &salt, &check, &20u32.to_le_bytes(), &hash].concat();
    let version = [&[1, 0, 2, 0, 2, 0][..], &4u32.to_le_bytes(), &(header.len() as u32).to_le_bytes()].concat();
    Lock { said: [version, header, verifying].concat(), cipher: by_blocks(block) }
}

/// XOR obfuscation ([MS-OFFCRYPTO] 2.3.7.2 to 2.3.7.4, [MS-XLS] 2.2.10), with the check of the default password
/// (2.3.7.1: 0x9A0A) or another.
fn xor(check: u16) -> Lock {
    const FILL: [u8; 15] = [0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00];
    let key = 0xB359u16;
    let letters: Vec<u8> = PASSWORD.bytes().chain(FILL).take(16).collect();
    let array: Vec<u8> = letters
        .iter()
        .enumerate()
        .map(|(number, letter)| (letter ^ key.to_le_bytes()[number % 2]).rotate_right(1))
        .collect();
    let cipher = move |stream: &mut [u8], records: &[Kept]| {
        for Kept { data, plain } in records {
            for (number, at) in data.clone().enumerate().skip(*plain) {
                stream[at] = stream[at].rotate_left(5) ^ array[(data.end + number) % 16];
            }
        }
    };
    Lock { said: [[0, 0], key.to_le_bytes(), check.to_le_bytes()].concat(), cipher: Box::new(cipher) }
}

/// A workbook of Excel 97 with one cell, locked ([MS-XLS] 2.2.10).
fn xls(text: &str, lock: &Lock) -> Vec<u8> {
    let begin = |what: u16| record(0x0809, &[0x0600u16, what, 0, 0].map(u16::to_le_bytes).concat());
    let end = record(0x000A, &[]);
    let name = [&[2, 1][..], &utf16("薪酬")].concat();
    let sheet = |start: u32| record(0x0085, &[&start.to_le_bytes()[..], &[0, 0], &name].concat());
    let said = record(0x002F, &lock.said);
    let cell = [&[0u8; 6][..], &(text.encode_utf16().count() as u16).to_le_bytes(), &[1], &utf16(text)].concat();
    let filler = record(0x0293, &[0; 4]).repeat(600);
    let start = begin(5).len() + said.len() + sheet(0).len() + end.len();
    let mut stream =
        [begin(5), said, sheet(start as u32), end.clone(), begin(0x10), record(0x0204, &cell), filler, end].concat();
    let (mut at, mut records) = (0, Vec::new());
    while at < stream.len() {
        let kind = u16::from_le_bytes([stream[at], stream[at + 1]]);
        let data = at + 4..at + 4 + usize::from(u16::from_le_bytes([stream[at + 2], stream[at + 3]]));
        let plain = match kind {
            0x0809 | 0x002F => data.len(),
            0x0085 => 4,
            _ => 0,
        };
        at = data.end;
        records.push(Kept { data, plain });
    }
    (lock.cipher)(&mut stream, &records);
    compound(&[("Workbook", stream)])
}

/// AES with chained blocks.
fn chained(key: &[u8], first: &[u8], plain: &[u8]) -> Vec<u8> {
    let aes = aes::Aes256Enc::new_from_slice(key).expect("a key of 32 bytes");
    let mut before: Vec<u8> = first[..16].to_vec();
    let mut out = Vec::new();
    for block in plain.chunks(16) {
        let mut block: Vec<u8> = block.iter().copied().chain(std::iter::repeat(0)).take(16).collect();
        block.iter_mut().zip(&before).for_each(|(byte, before)| *byte ^= before);
        aes.encrypt_block(GenericArray::from_mut_slice(&mut block));
        out.extend_from_slice(&block);
        before = block;
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let letters = (0..4).map(|n| LETTERS[(bits >> (18 - 6 * n)) as usize & 63] as char);
        letters.take(three.len() + 1).chain("==".chars()).take(4).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

/// A package in an envelope, as Excel 2013 and later encrypt it ([MS-OFFCRYPTO] 2.3.4.10).
fn agile(package: &[u8], password: &str) -> Vec<u8> {
    const ROUNDS: u32 = 1000;
    let hash = |pieces: &[&[u8]]| Sha512::digest(pieces.concat()).to_vec();
    let (salt, key) = ([3u8; 16], [4u8; 32]);
    let mut hashed = hash(&[&salt, &utf16(password)]);
    for round in 0..ROUNDS {
        hashed = hash(&[&round.to_le_bytes(), &hashed]);
    }
    let locked = |purpose: [u8; 8], plain: &[u8]| base64(&chained(&hash(&[&hashed, &purpose])[..32], &salt, plain));
    let verifier = [6u8; 16];
    let how = format!(
        "saltSize=\"16\" blockSize=\"16\" keyBits=\"256\" hashSize=\"64\" cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\" saltValue=\"{}\"",
        base64(&salt)
    );
    let info = format!(
        "<encryption xmlns=\"http://schemas.microsoft.com/office/2006/encryption\" xmlns:p=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\"><keyData {how}/><keyEncryptors><keyEncryptor><p:encryptedKey spinCount=\"{ROUNDS}\" {how} encryptedVerifierHashInput=\"{}\" encryptedVerifierHashValue=\"{}\" encryptedKeyValue=\"{}\"/></keyEncryptor></keyEncryptors></encryption>",
        locked([0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79], &verifier),
        locked([0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E], &hash(&[&verifier])),
        locked([0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], &key),
    );
    let mut locked = (package.len() as u64).to_le_bytes().to_vec();
    for (number, segment) in package.chunks(4096).enumerate() {
        locked.extend(chained(&key, &hash(&[&salt, &(number as u32).to_le_bytes()]), segment));
    }
    let info = [&[4, 0, 4, 0, 0x40, 0, 0, 0][..], info.as_bytes()].concat();
    compound(&[("EncryptionInfo", info), ("EncryptedPackage", locked)])
}

/// The same as Excel 2007 encrypts it ([MS-OFFCRYPTO] 2.3.4.5).
fn standard(package: &[u8], password: &str) -> Vec<u8> {
    let salt = [3u8; 16];
    let hash = |pieces: &[&[u8]]| Sha1::digest(pieces.concat()).to_vec();
    let mut hashed = hash(&[&salt, &utf16(password)]);
    for round in 0..50_000u32 {
        hashed = hash(&[&round.to_le_bytes(), &hashed]);
    }
    hashed = hash(&[&hashed, &[0; 4]]);
    let mut pad = [0x36u8; 64];
    pad.iter_mut().zip(&hashed).for_each(|(byte, hashed)| *byte ^= hashed);
    let aes = aes::Aes128Enc::new_from_slice(&hash(&[&pad])[..16]).expect("a key of 16 bytes");
    let locked = |plain: &[u8]| {
        let mut bytes = plain.to_vec();
        bytes.resize(plain.len().next_multiple_of(16), 0);
        bytes.chunks_mut(16).for_each(|block| aes.encrypt_block(GenericArray::from_mut_slice(block)));
        bytes
    };
    let verifier = [6u8; 16];
    let header = [0x24u32, 0, 0x660E, 0x8004, 128, 0x18, 0, 0, 0].map(u32::to_le_bytes).concat();
    let verifying =
        [&16u32.to_le_bytes()[..], &salt, &locked(&verifier), &20u32.to_le_bytes(), &locked(&hash(&[&verifier]))]
            .concat();
    let info = [&[4, 0, 2, 0, 0x24, 0, 0, 0][..], &(header.len() as u32).to_le_bytes(), &header, &verifying].concat();
    let locked = [&(package.len() as u64).to_le_bytes()[..], &locked(package)].concat();
    compound(&[("EncryptionInfo", info), ("EncryptedPackage", locked)])
}

#[test]
fn workbooks_locked_with_the_password_of_excel_open_unasked() {
    let book = |text: &str| super::xlsx(&[&format!("<t>{text}</t>")], "", &[]);
    hold(vec![
        ("a binary workbook", "a.xls", xls("植树预算", &rc4_of_97(PASSWORD)), Clear),
        ("a mark in it", "b.xls", xls("机密★10年", &rc4_of_97(PASSWORD)), Found),
        ("another password", "c.xls", xls("机密★10年", &rc4_of_97("another")), Gap(GapReason::Encrypted)),
        ("a binary workbook of 2002", "i.xls", xls("植树预算", &rc4_of_2002(PASSWORD, 128)), Clear),
        ("a mark in it", "j.xls", xls("机密★10年", &rc4_of_2002(PASSWORD, 128)), Found),
        ("with a short key", "k.xls", xls("机密★10年", &rc4_of_2002(PASSWORD, 40)), Found),
        ("another password", "l.xls", xls("机密★10年", &rc4_of_2002("another", 128)), Gap(GapReason::Encrypted)),
        ("an obfuscated workbook", "m.xls", xls("植树预算", &xor(0x9A0A)), Clear),
        ("a mark in it", "n.xls", xls("机密★10年", &xor(0x9A0A)), Found),
        ("another password", "o.xls", xls("机密★10年", &xor(0x1234)), Gap(GapReason::Encrypted)),
        ("a package", "d.xlsx", agile(&book("植树预算"), PASSWORD), Clear),
        ("a mark in it", "e.xlsx", agile(&book("机密★10年"), PASSWORD), Found),
        ("another password", "f.xlsx", agile(&book("机密★10年"), "another"), Gap(GapReason::Encrypted)),
        ("a package of 2007", "g.xlsx", standard(&book("机密★10年"), PASSWORD), Found),
        ("another password", "h.xlsx", standard(&book("机密★10年"), "another"), Gap(GapReason::Encrypted)),
    ]);
}

#[test]
fn objects_of_other_programs_are_read_or_told_for_themselves() {
    // A bitmap of two by two pixels, as Paintbrush embeds it: behind its length.
    let pixels = [[0u8; 8], [255; 8]].concat();
    let mut bitmap = [&b"BM"[..], &70u32.to_le_bytes(), &[0; 4], &54u32.to_le_bytes(), &40u32.to_le_bytes()].concat();
    bitmap.extend([2u32, 2].map(u32::to_le_bytes).concat());
    bitmap.extend([1, 0, 24, 0]);
    bitmap.extend([0; 24]);
    bitmap.extend(pixels);
    let native = [&(bitmap.len() as u32).to_le_bytes()[..], &bitmap].concat();
    let paintbrush = compound(&[("\u{1}Ole10Native", native), ("\u{1}CompObj", vec![0; 16])]);
    let visio = compound(&[("VisioDocument", [&b"Visio (TM) Drawing\r\n"[..], &utf16("机密★10年")].concat())]);
    let with = |bytes: Vec<u8>| Docx::letter().bytes("word/embeddings/oleObject1.bin", bytes).build();
    let scanner = Scanner::builtin().expect("built-in packs are valid");
    let report = scanner.scan_bytes(Some("b.docx"), &with(visio.clone()));
    let at: Vec<String> = report.gaps.iter().map(|gap| gap.location.to_string()).collect();
    assert!(at.len() == 1 && at[0].contains("oleObject1.bin"), "{at:?}");
    hold(vec![
        ("a picture of Paintbrush", "a.docx", with(paintbrush), Clear),
        ("a mark in a drawing of Visio", "b.docx", with(visio), Found),
    ]);
}
