//! Archives made here: tar, cpio, ar, gzip with stored blocks; and hostile ones, all small.
//! Those that need the real tools lie in `samples/archives`, with the script that made them.

use super::package::zip;

const LETTER: &str = "000001\n机密★10年\n特急\n关于开展植树演练的通知\n";
const CLEAN: &str = "Bring gloves and a spade.\n";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> =
        plain().into_iter().map(|(name, bytes)| (format!("archives/{name}"), bytes)).collect();
    files.extend(beside().into_iter().map(|(name, bytes)| (format!("archives/{name}"), bytes)));
    files.extend(hostile().into_iter().map(|(name, bytes)| (format!("hostile/{name}"), bytes)));
    files
}

type Sample = (&'static str, Vec<u8>);

fn plain() -> Vec<Sample> {
    let marked = tar(&[("植树/plan.txt".as_bytes(), b'0', LETTER.as_bytes()), (b"list.txt", b'0', CLEAN.as_bytes())]);
    let clean = tar(&[(b"trees/", b'5', b""), (b"list.txt", b'0', CLEAN.as_bytes())]);
    let gbk_name = encoding_rs::GB18030.encode("机密★10年.txt").0.into_owned();
    let gz = gzip(LETTER.as_bytes(), None, None);
    let text = |name: &str, text: &str| (name.to_string(), text.as_bytes().to_vec());
    let plain_zip = zip(&[text("list.txt", CLEAN)]);
    vec![
        ("marked.tar", marked.clone()),
        ("clean.tar", clean.clone()),
        ("truncated.tar", marked[..700].to_vec()),
        ("gbk-name.tar", tar(&[(&gbk_name, b'0', CLEAN.as_bytes())])),
        ("link-target.tar", tar(&[("机密★10年".as_bytes(), b'2', b"")])),
        ("two-in-one.tar", [&clean[..], &marked].concat()),
        ("trailing-text.tar", [&clean[..], LETTER.as_bytes()].concat()),
        (
            "pax-comment.tar",
            tar(&[(b"pax", b'x', "26 comment=机密★10年\n".as_bytes()), (b"a.txt", b'0', CLEAN.as_bytes())]),
        ),
        ("marked.tar.gz", gzip(&marked, None, None)),
        ("clean.tgz", gzip(&clean, None, None)),
        ("truncated.tar.gz", gzip(&marked, None, None)[..900].to_vec()),
        ("name-in-header.gz", gzip(CLEAN.as_bytes(), Some("机密★10年.txt"), None)),
        ("comment-in-header.gz", gzip(CLEAN.as_bytes(), None, Some("机密★10年"))),
        (
            "two-members.txt.gz",
            [gzip(b"000001\n\xE6\x9C\xBA", None, None), gzip(&LETTER.as_bytes()[10..], None, None)].concat(),
        ),
        ("trailing-text.gz", [gzip(CLEAN.as_bytes(), None, None), LETTER.as_bytes().to_vec()].concat()),
        ("bad-checksum.txt.gz", {
            let mut bytes = gzip(CLEAN.as_bytes(), None, None);
            let at = bytes.len() - 8;
            bytes[at] ^= 1;
            bytes
        }),
        ("marked.cpio", cpio(&[("plan.txt", LETTER), ("list.txt", CLEAN)])),
        ("clean.cpio", cpio(&[("list.txt", CLEAN)])),
        ("clean.zip", plain_zip.clone()),
        ("truncated.zip", plain_zip[..plain_zip.len() / 2].to_vec()),
        ("clean.txt.gz", gzip(CLEAN.as_bytes(), None, None)),
        ("truncated.cpio", cpio(&[("list.txt", CLEAN)])[..130].to_vec()),
        ("marked.ar", ar(&[("plan.txt/", LETTER), ("list.txt/", CLEAN)])),
        ("clean.ar", ar(&[("list.txt/", CLEAN)])),
        ("truncated.ar", ar(&[("list.txt/", CLEAN)])[..75].to_vec()),
        ("gz-in-tar-in-zip.zip", zip(&[("t.tar".to_string(), tar(&[(b"plan.txt.gz", b'0', &gz)]))])),
        ("unicode-path.zip", with_unicode_path(&plain_zip, "机密★10年.txt")),
    ]
}

/// Archives behind something else, and something else behind archives or between their members.
fn beside() -> Vec<Sample> {
    let rar = include_bytes!("../../../../samples/archives/clean-rar5.rar");
    let old_rar = include_bytes!("../../../../samples/archives/clean-rar4.rar");
    let marked_rar = include_bytes!("../../../../samples/archives/marked-rar5.rar");
    let marked_7z = include_bytes!("../../../../samples/archives/marked.7z");
    let text = |name: &str, text: &str| (name.to_string(), text.as_bytes().to_vec());
    let marked = zip(&[text("plan.txt", LETTER)]);
    let clean = zip(&[text("list.txt", CLEAN)]);
    let prefix = "Oaks, limes and maples stand along the road.\n".repeat(3000);
    let program: Vec<u8> = [&b"MZ\x90\0\x03\0\0\0"[..], &[0; 500]].concat();
    let (front, end) = rar.split_at(rar.len() - 8);
    let mut second = clean.clone();
    let record = clean.len() - 22;
    second[record + 4..record + 8].copy_from_slice(&[1, 0, 1, 0]);
    vec![
        ("text-and-zip.txt", [prefix.as_bytes(), &marked].concat()),
        ("short-text-and-zip.txt", [b"Oaks and limes.\n", &marked[..]].concat()),
        ("program-and-zip.exe", [&program[..], &marked].concat()),
        ("program-and-7z.exe", [&program[..], marked_7z].concat()),
        ("program-and-rar.exe", [&program[..], marked_rar].concat()),
        ("text-and-zip-in-a-zip.zip", zip(&[("road.txt".to_string(), [prefix.as_bytes(), &marked].concat())])),
        ("text-and-zip-clean.txt", [prefix.as_bytes(), &clean].concat()),
        ("trailing-text.zip", [&clean[..], LETTER.as_bytes()].concat()),
        ("trailing-text-rar5.rar", [&rar[..], LETTER.as_bytes()].concat()),
        // The end record that the writer of the library leaves out.
        ("trailing-text-rar4.rar", [&old_rar[..], b"\xC4\x3D\x7B\0\x40\x07\0", LETTER.as_bytes()].concat()),
        ("file-comment-rar5.rar", [front, &file_comment("机密★10年"), end].concat()),
        ("volume-rar5.rar", volume(rar)),
        ("last-volume.zip", second),
        ("first-volume.z01", [b"PK\x07\x08", &clean[..clean.len() * 2 / 3]].concat()),
    ]
}

/// The main header of a RAR 5 archive, changed to say that it is one of several volumes.
fn volume(rar: &[u8]) -> Vec<u8> {
    let mut bytes = rar.to_vec();
    let size = usize::from(bytes[12]);
    // Type, flags, archive flags: no extra area in ours.
    bytes[15] |= 1;
    let crc = checksum(&bytes[12..13 + size]);
    bytes[8..12].copy_from_slice(&crc);
    bytes
}

/// A service of RAR 5 that holds the comment of the file before it, stored.
fn file_comment(text: &str) -> Vec<u8> {
    let length = text.len() as u8;
    // Type, flags: data follows, its length; flags, length, attributes, method, system, name.
    let header = [3, 2, length, 0, length, 0, 0, 0, 3, b'C', b'M', b'T'];
    let sized = [&[header.len() as u8][..], &header].concat();
    [&checksum(&sized)[..], &sized, text.as_bytes()].concat()
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

fn hostile() -> Vec<Sample> {
    let huge = {
        let mut bytes = tar(&[(b"list.txt", b'0', CLEAN.as_bytes())]);
        bytes[124..136].copy_from_slice(b"77777777777\0");
        seal(&mut bytes[..512]);
        bytes
    };
    let negative = {
        let mut bytes = tar(&[(b"list.txt", b'0', CLEAN.as_bytes())]);
        // Base 256, below zero.
        bytes[124..136].copy_from_slice(&[0xFF; 12]);
        seal(&mut bytes[..512]);
        bytes
    };
    let nest = {
        let head = "From: a@trees.example\r\nTo: b@trees.example\r\nSubject: nest\r\n";
        let open = |n: usize| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n");
        let mut text = head.to_string();
        (0..2000).for_each(|n| text.push_str(&open(n)));
        text.push_str("\r\nspades\r\n");
        (0..2000).rev().for_each(|n| text.push_str(&format!("--b{n}--\r\n")));
        text.into_bytes()
    };
    let garbage = format!(
        "From: a@trees.example\r\nTo: b@trees.example\r\nSubject: garbage\r\nContent-Type: application/x-trees; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        (0..200u32)
            .map(|n| format!("{:x}!~{:o}==", n.wrapping_mul(2_654_435_761), n * 7919))
            .collect::<Vec<_>>()
            .join("\r\n")
    );
    vec![
        ("tar-huge-size.tar", huge),
        ("tar-negative-size.tar", negative),
        ("mime-nest.eml", nest),
        ("base64-garbage.eml", garbage.into_bytes()),
        ("iso-loop.iso", iso_loop()),
        ("lzma-dictionary.lzma", [&[0x5D, 0, 0, 0, 0x80][..], &[0xFF; 8], &[0; 64]].concat()),
        ("7z-huge-header.7z", seven_zip_huge_header()),
        ("gz-bomb.gz", deep_gzip(40)),
    ]
}

/// A tar (POSIX.1-1988): a header of 512 bytes for each member, the data filled up.
fn tar(members: &[(&[u8], u8, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, kind, data) in members {
        let mut header = [0; 512];
        let link = *kind == b'2';
        let shown: &[u8] = if link { b"link" } else { name };
        header[..shown.len()].copy_from_slice(shown);
        if link {
            header[157..157 + name.len()].copy_from_slice(name);
        }
        header[100..108].copy_from_slice(b"0000644\0");
        header[108..116].copy_from_slice(b"0000000\0");
        header[116..124].copy_from_slice(b"0000000\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", data.len()).as_bytes());
        header[136..148].copy_from_slice(b"00000000000\0");
        header[156] = *kind;
        header[257..265].copy_from_slice(b"ustar\x0000");
        seal(&mut header);
        out.extend(header);
        out.extend(*data);
        out.extend(vec![0; (512 - data.len() % 512) % 512]);
    }
    out.extend([0; 1024]);
    out
}

/// Sets the checksum of a tar header.
fn seal(header: &mut [u8]) {
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// A gzip member (RFC 1952) of stored blocks, so that no compressor's version shows.
fn gzip(data: &[u8], name: Option<&str>, comment: Option<&str>) -> Vec<u8> {
    let flags = u8::from(name.is_some()) << 3 | u8::from(comment.is_some()) << 4;
    let mut out = vec![0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 255];
    for text in [name, comment].into_iter().flatten() {
        out.extend(text.as_bytes());
        out.push(0);
    }
    let blocks: Vec<&[u8]> = data.chunks(65_535).collect();
    for (at, block) in blocks.iter().enumerate() {
        let length = block.len() as u16;
        out.push(u8::from(at + 1 == blocks.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(*block);
    }
    let mut crc = flate2::Crc::new();
    crc.update(data);
    out.extend(crc.sum().to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out
}

fn deep_gzip(depth: usize) -> Vec<u8> {
    (0..depth).fold(CLEAN.as_bytes().to_vec(), |inner, _| gzip(&inner, None, None))
}

fn cpio(members: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, data) in members.iter().chain(&[("TRAILER!!!", "")]) {
        let fields = [1, 0o100_644, 0, 0, 1, 0, data.len(), 0, 0, 0, 0, name.len() + 1, 0];
        out.extend(b"070701");
        fields.iter().for_each(|field| out.extend(format!("{field:08x}").as_bytes()));
        out.extend(name.as_bytes());
        out.push(0);
        out.extend(vec![0; (4 - out.len() % 4) % 4]);
        out.extend(data.as_bytes());
        out.extend(vec![0; (4 - out.len() % 4) % 4]);
    }
    out
}

fn ar(members: &[(&str, &str)]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, data) in members {
        out.extend(format!("{name:16}{:12}{:6}{:6}{:8}{:<10}`\n", 0, 0, 0, 644, data.len()).as_bytes());
        out.extend(data.as_bytes());
        out.extend(vec![b'\n'; data.len() % 2]);
    }
    out
}

/// Adds the Info-ZIP field with the name in Unicode to the directory of a one-member zip.
fn with_unicode_path(zip: &[u8], name: &str) -> Vec<u8> {
    let field =
        [&0x7075u16.to_le_bytes()[..], &(name.len() as u16 + 5).to_le_bytes(), &[1, 0, 0, 0, 0], name.as_bytes()];
    let field = field.concat();
    let find = |what: &[u8]| zip.windows(4).position(|window| window == what).unwrap_or(0);
    let (central, end) = (find(b"PK\x01\x02"), find(b"PK\x05\x06"));
    let mut header = zip[central..end].to_vec();
    let mut tail = zip[end..].to_vec();
    let name_length = usize::from(u16::from_le_bytes([header[28], header[29]]));
    header[30..32].copy_from_slice(&(field.len() as u16).to_le_bytes());
    header.splice(46 + name_length..46 + name_length, field);
    tail[12..16].copy_from_slice(&(header.len() as u32).to_le_bytes());
    [&zip[..central], &header, &tail].concat()
}

/// A disc whose only folder is its own parent and child.
fn iso_loop() -> Vec<u8> {
    const SECTOR: usize = 2048;
    let record = |name: &[u8], extent: u32, flags: u8| {
        let mut record = vec![0; 33];
        record[2..6].copy_from_slice(&extent.to_le_bytes());
        record[10..14].copy_from_slice(&(SECTOR as u32).to_le_bytes());
        record[25] = flags;
        record[32] = name.len() as u8;
        record.extend(name);
        record.extend(vec![0; record.len() % 2]);
        record[0] = record.len() as u8;
        record
    };
    let mut disc = vec![0; 19 * SECTOR];
    disc[16 * SECTOR..16 * SECTOR + 7].copy_from_slice(b"\x01CD001\x01");
    disc[16 * SECTOR + 80..16 * SECTOR + 84].copy_from_slice(&19u32.to_le_bytes());
    let root = record(&[0], 18, 2);
    disc[16 * SECTOR + 156..16 * SECTOR + 156 + root.len()].copy_from_slice(&root);
    disc[17 * SECTOR..17 * SECTOR + 7].copy_from_slice(b"\xFFCD001\x01");
    let folder = [record(&[0], 18, 2), record(&[1], 18, 2), record(b"AGAIN", 18, 2)].concat();
    disc[18 * SECTOR..18 * SECTOR + folder.len()].copy_from_slice(&folder);
    disc
}

/// A 7z whose closing header claims to be as long as memory.
fn seven_zip_huge_header() -> Vec<u8> {
    let start = [&0u64.to_le_bytes()[..], &(1u64 << 40).to_le_bytes(), &0u32.to_le_bytes()].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&start);
    [b"7z\xBC\xAF\x27\x1C\0\x04", &crc.sum().to_le_bytes()[..], &start, &[0; 32]].concat()
}
