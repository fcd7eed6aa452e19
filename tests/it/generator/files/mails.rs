//! Messages: one for each place in which a mark can hide, and the ones that must stay quiet,
//! are cut short, or are closed.

use encoding_rs::GB18030;

use super::package::{Docx, letter_body, p};

const HEAD: &str = "From: =?UTF-8?B?5p6X5Y2V5L2N?= <lin@trees.example>\r\nTo: zhou@trees.example\r\nSubject: trees\r\nDate: Mon, 2 Mar 2026 09:00:00 +0800\r\nMIME-Version: 1.0\r\n";
const MARK: &str = "机密★10年";
const LETTER: &str = "000001\r\n机密★10年\r\n关于开展植树演练的通知\r\n";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = headers();
    files.extend(bodies());
    files.extend(parts());
    files.extend(others());
    files.into_iter().map(|(name, bytes)| (format!("mail/{name}"), bytes)).collect()
}

type Sample = (&'static str, Vec<u8>);

fn message(headers: &str, body: &[u8]) -> Vec<u8> {
    [HEAD.as_bytes(), headers.as_bytes(), b"\r\n", body].concat()
}

fn multipart(parts: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        body.extend(b"--trees\r\n");
        body.extend(*part);
        body.extend(b"\r\n");
    }
    message("Content-Type: multipart/mixed; boundary=trees\r\n", &[&body[..], b"--trees--\r\n"].concat())
}

fn gbk(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

fn quoted(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("={b:02X}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0u32, |bits, n| bits << 8 | u32::from(group.get(n).copied().unwrap_or(0)));
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize] as char;
            out.push(if n <= group.len() { letter } else { '=' });
        }
        if out.len() % 78 == 76 {
            out.push_str("\r\n");
        }
    }
    out
}

fn headers() -> Vec<Sample> {
    let raw = gbk(MARK);
    // The second word begins inside the second character.
    let split = format!("X-Topic: =?gb2312?Q?{}?=\r\n =?gb2312?Q?{}?=\r\n", quoted(&raw[..3]), quoted(&raw[3..]));
    let pieces = format!(
        "--trees\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''%E6%9C%BA%E5%AF%86;\r\n filename*1*={};\r\n filename*2=\"-plan.txt\"\r\n\r\nspades\r\n",
        MARK["机密".len()..].bytes().map(|b| format!("%{b:02X}")).collect::<String>()
    );
    let boundary = "Content-Type: multipart/mixed; boundary=trees\r\n";
    vec![
        ("split-encoded-word.eml", message(&split, b"see the topic\r\n")),
        (
            "folded-subject.eml",
            message("Comments: =?UTF-8?B?5py65a+G?=\r\n =?UTF-8?Q?=E2=98=8510=E5=B9=B4?=\r\n", b"x\r\n"),
        ),
        (
            "raw-header.eml",
            [&b"From: a@trees.example\r\nTo: b@trees.example\r\nSubject: "[..], &raw, b"\r\n\r\nspades\r\n"].concat(),
        ),
        (
            "label-header.eml",
            message(
                "X-Protective-Marking: VER=2018.1, NS=gov.example, SEC=SECRET, ORIGIN=lin@trees.example\r\n",
                b"spades\r\n",
            ),
        ),
        ("name-in-pieces.eml", message(boundary, format!("{pieces}--trees--\r\n").as_bytes())),
    ]
}

fn bodies() -> Vec<Sample> {
    let text = |rest: &str| format!("Content-Type: text/plain; {rest}\r\n");
    let qp = "Content-Transfer-Encoding: quoted-printable\r\n";
    let soft = quoted(&gbk(LETTER)).replace("=FA", "=F=\r\nA").replace("=F=\r\nA", "=FA=\r\n");
    let damaged = base64(LETTER.as_bytes()).replace("\r\n", "");
    let damaged = format!("{}\r\n {}*\r\n", &damaged[..17], &damaged[17..].trim_end_matches('='));
    vec![
        ("gbk-quoted-printable.eml", message(&(text("charset=gb2312") + qp), soft.as_bytes())),
        ("gbk-undeclared.eml", message(&text("format=fixed"), &gbk(LETTER))),
        ("gbk-called-latin.eml", message(&text("charset=iso-8859-1"), &gbk(LETTER))),
        (
            "base64-damaged.eml",
            message(&(text("charset=utf-8") + "Content-Transfer-Encoding: base64\r\n"), damaged.as_bytes()),
        ),
        ("utf-7.eml", message(&text("charset=utf-7"), b"000001\r\n+Zzpbxg-+JgU-10+XnQ-\r\nplan\r\n")),
        (
            "flowed.eml",
            message(
                &text("charset=utf-8; format=flowed; delsp=yes"),
                "000001\r\n机 \r\n密★ \r\n10年\r\n通知\r\n".as_bytes(),
            ),
        ),
        (
            "html.eml",
            message(
                "Content-Type: text/html; charset=gbk\r\n",
                &gbk("<p>000001</p><p>机<b>密</b>★10年</p><p>植树通知</p>"),
            ),
        ),
        ("uuencoded.eml", message(&text("charset=us-ascii"), &uuencoded("plan.txt", LETTER.as_bytes()))),
        ("calendar.eml", message("Content-Type: text/calendar; charset=utf-8\r\n", CALENDAR.as_bytes())),
    ]
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:植树\r\nDESCRIPTION:000001\\n机\r\n 密★1\r\n 0年\\n关于植树演练\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn uuencoded(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("see below\r\nbegin 644 {name}\r\n").into_bytes();
    for line in bytes.chunks(45) {
        out.push(line.len() as u8 + 32);
        for group in line.chunks(3) {
            let bits = (0..3).fold(0u32, |bits, n| bits << 8 | u32::from(group.get(n).copied().unwrap_or(0)));
            out.extend((0..4).map(|n| (bits >> (18 - 6 * n) & 63) as u8 + 32));
        }
        out.extend(b"\r\n");
    }
    out.extend(b"`\r\nend\r\n");
    out
}

fn parts() -> Vec<Sample> {
    let plain: &[u8] = b"Content-Type: text/plain; charset=utf-8\r\n\r\nspades\r\n";
    let document = Docx::new(&format!("{}{}", p(MARK), letter_body())).build();
    let attached = format!(
        "Content-Type: application/octet-stream; name=plan.docx\r\nContent-Disposition: attachment; filename=plan.docx\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        base64(&document)
    );
    let inner = format!(
        "From: a@trees.example\r\nTo: b@trees.example\r\nSubject: =?UTF-8?B?{}?=\r\n\r\nspades\r\n",
        base64(MARK.as_bytes())
    );
    let nested = format!("Content-Type: message/rfc822\r\n\r\n{inner}");
    let nested64 = format!(
        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        base64(inner.as_bytes())
    );
    let around = |before: &str, after: &str| {
        let whole = multipart(&[plain]);
        let at = whole.windows(7).position(|window| window == b"--trees").unwrap_or(0);
        [&whole[..at], before.as_bytes(), &whole[at..], after.as_bytes()].concat()
    };
    let winmail = format!(
        "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        base64(&tnef())
    );
    let page = "Content-Type: text/html; charset=utf-8\r\nContent-Location: http://trees.example/\r\n\r\n<p>spades</p><img alt=\"机密★10年\" src=x>\r\n";
    let saved = multipart(&[page.replace("机密★10年", "a spade").as_bytes()]);
    vec![
        ("attachment.eml", multipart(&[plain, attached.as_bytes()])),
        ("nested-message.eml", multipart(&[plain, nested.as_bytes()])),
        ("nested-base64.eml", multipart(&[plain, nested64.as_bytes()])),
        ("preamble.eml", around("机密★10年\r\n", "")),
        ("epilogue.eml", around("", "\r\n机密★10年\r\n")),
        ("winmail.eml", multipart(&[plain, winmail.as_bytes()])),
        ("saved-page.mht", multipart(&[page.as_bytes()])),
        ("clean.mht", saved.clone()),
        ("truncated.mht", saved[..saved.len() * 2 / 3].to_vec()),
        ("truncated.eml", {
            let whole = multipart(&[plain, attached.as_bytes()]);
            whole[..whole.len() * 2 / 3].to_vec()
        }),
        ("clean.eml", multipart(&[plain, b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>gloves</p>\r\n"])),
    ]
}

fn others() -> Vec<Sample> {
    let mailbox = format!(
        "From lin@trees.example Mon Mar  2 09:00:00 2026\n{}\nspades\n>From the tree\n\nFrom zhou@trees.example Mon Mar  2 10:00:00 2026\n{}Content-Type: text/plain; charset=utf-8\n\n{}",
        HEAD.replace("\r\n", "\n"),
        HEAD.replace("\r\n", "\n"),
        LETTER.replace("\r\n", "\n")
    );
    let spades = multipart(&[b"Content-Type: text/plain\r\n\r\nspades\r\n"]);
    let signed = signed(&[b"Content-Type: text/plain; charset=utf-8\r\n\r\n".as_slice(), LETTER.as_bytes()].concat());
    let pem = format!("See below.\r\n-----BEGIN PKCS7-----\r\n{}\r\n-----END PKCS7-----\r\n", base64(&signed));
    // One program believes the first field, another the last.
    let two_encodings = message(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: base64\r\n",
        base64(LETTER.repeat(2).as_bytes()).replace("\r\n", "\r\n!!!\r\n").as_bytes(),
    );
    let two_types = message(
        "Content-Type: application/x-trees; name=a.bin\r\nContent-Type: multipart/mixed; boundary=trees\r\n",
        format!("--trees\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--trees--\r\n", base64(LETTER.as_bytes()))
            .as_bytes(),
    );
    let smime = |kind: &str, bytes: &[u8]| {
        let head = format!(
            "Content-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n"
        );
        message(&head, base64(bytes).as_bytes())
    };
    let enveloped = der(0x30, &[&OID[..], &[3], &der(0xA0, &[&der(0x30, &[&[2, 1, 0], &[0x5A; 200]])])]);
    let pgp = "-----BEGIN PGP MESSAGE-----\r\n\r\nVHJlZXMgYW5kIGJ1c2hlcw==\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n";
    vec![
        ("mailbox.mbox", mailbox.into_bytes()),
        ("clean.mbox", mailbox_of(&spades)),
        ("truncated.mbox", {
            let whole = mailbox_of(&spades);
            whole[..whole.len() - 20].to_vec()
        }),
        ("winmail.dat", tnef()),
        ("clean-winmail.dat", tnef_of("Bring a spade.\n")),
        ("truncated-winmail.dat", tnef()[..60].to_vec()),
        ("pkcs7-text.txt", pem.clone().into_bytes()),
        ("pkcs7-text.eml", message("Content-Type: text/plain\r\n", pem.as_bytes())),
        ("two-encodings.eml", two_encodings),
        ("two-types.eml", two_types),
        (
            "iso-2022-cn.eml",
            message("Content-Type: text/plain; charset=iso-2022-cn\r\n", b"\x1B$)A\x0E;zC\\!o\x0F10\x0EDj\x0F\r\n"),
        ),
        ("signed.eml", smime("signed-data", &signed)),
        ("encrypted-smime.eml", smime("enveloped-data", &enveloped)),
        ("encrypted-pgp.eml", message("Content-Type: text/plain\r\n", pgp.as_bytes())),
        ("encrypted-pgp.asc", pgp.as_bytes().to_vec()),
        ("calendar.ics", CALENDAR.as_bytes().to_vec()),
    ]
}

/// PKCS #7 content types, without the last byte.
const OID: [u8; 10] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];

/// SignedData with its content and without certificates and signers.
fn signed(content: &[u8]) -> Vec<u8> {
    let octets = der(0xA0, &[&der(0x04, &[content])]);
    let inner = der(0x30, &[&OID, &[1], &octets]);
    let data = der(0x30, &[&[2, 1, 1], &der(0x31, &[]), &inner, &der(0x31, &[])]);
    der(0x30, &[&OID, &[2], &der(0xA0, &[&data])])
}

fn der(tag: u8, pieces: &[&[u8]]) -> Vec<u8> {
    let content = pieces.concat();
    let length = content.len() as u16;
    [&[tag, 0x82][..], &length.to_be_bytes(), &content].concat()
}

/// A mailbox with one message.
fn mailbox_of(message: &[u8]) -> Vec<u8> {
    let message = String::from_utf8_lossy(message).replace("\r\n", "\n");
    format!("From lin@trees.example Mon Mar  2 09:00:00 2026\n{message}").into_bytes()
}

/// A winmail.dat with one attachment, which has a short and a long name, and an RTF body.
pub(crate) fn tnef() -> Vec<u8> {
    tnef_of(LETTER)
}

fn tnef_of(letter: &str) -> Vec<u8> {
    let mut out = b"\x78\x9F\x3E\x22\x01\x00".to_vec();
    let mut attribute = |level: u8, id: u32, data: &[u8]| {
        out.push(level);
        out.extend(id.to_le_bytes());
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        let sum: u16 = data.iter().fold(0, |sum, b| sum.wrapping_add(u16::from(*b)));
        out.extend(sum.to_le_bytes());
    };
    let rtf = b"{\\rtf1\\ansi spades}";
    let stored =
        [&(rtf.len() as u32 + 12).to_le_bytes()[..], &(rtf.len() as u32).to_le_bytes(), b"MELA\0\0\0\0", rtf].concat();
    attribute(1, 0x0006_9003, &properties(&[(0x1009_0102, &stored)]));
    attribute(2, 0x0006_9002, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    attribute(2, 0x0001_8010, b"PLAN~1.TXT\0");
    attribute(2, 0x0006_800F, letter.as_bytes());
    let name: Vec<u8> = "植树演练计划.txt\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    attribute(2, 0x0006_9005, &properties(&[(0x3707_001F, &name)]));
    out
}

fn properties(list: &[(u32, &[u8])]) -> Vec<u8> {
    let mut out = (list.len() as u32).to_le_bytes().to_vec();
    for (tag, value) in list {
        out.extend((*tag as u16).to_le_bytes());
        out.extend(((tag >> 16) as u16).to_le_bytes());
        out.extend(1u32.to_le_bytes());
        out.extend((value.len() as u32).to_le_bytes());
        out.extend(*value);
        out.extend(vec![0; (4 - value.len() % 4) % 4]);
    }
    out
}
