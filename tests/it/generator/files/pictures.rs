//! Pictures and recordings whose metadata holds a mark: one for each place, clean ones, and ones
//! that are cut short. Their pixels and their sound are next to nothing.

use std::io::Write as _;

use encoding_rs::GB18030;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::cases::{chunk, picture};
use super::package::{Docx, letter_body, zip};

const MARK: &str = "机密★10年";
const CLEAN: &str = "trees";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = jpegs();
    files.extend(pngs());
    files.extend(others());
    files.extend(recordings());
    files.into_iter().map(|(name, bytes)| (format!("pictures/{name}"), bytes)).collect()
}

type Sample = (&'static str, Vec<u8>);

fn jpegs() -> Vec<Sample> {
    let exif = |tiff: &[u8]| jpeg(&[(0xE1, [b"Exif\0\0", tiff].concat())]);
    let gbk = GB18030.encode(MARK).0.into_owned();
    let unicode = |code: &[u8; 8], text: Vec<u8>| [&code[..], &text].concat();
    let packet = xmp(MARK).into_bytes();
    let cut = packet.len() / 2;
    let extension = |from: usize, to: usize| {
        let places = [(packet.len() as u32).to_be_bytes(), (from as u32).to_be_bytes()].concat();
        let guid = b"0123456789ABCDEF0123456789ABCDEF";
        (0xE1, [b"http://ns.adobe.com/xmp/extension/\0", &guid[..], &places, &packet[from..to]].concat())
    };
    let iim = [&[0x1C, 1, 90, 0, 3][..], b"\x1B%G", &[0x1C, 2, 120, 0, MARK.len() as u8], MARK.as_bytes()].concat();
    let resource = [b"8BIM\x04\x04\0\0", &(iim.len() as u32).to_be_bytes()[..], &iim, &vec![0; iim.len() % 2]].concat();
    let clean = jpeg(&[(0xE1, [b"Exif\0\0", &tiff(&[(0x010E, 2, b"trees in a row\0".to_vec())], &[])[..]].concat())]);
    vec![
        ("description.jpg", exif(&tiff(&[(0x010E, 2, [&gbk[..], b"\0"].concat())], &[]))),
        ("xp-title.jpg", exif(&tiff(&[(0x9C9B, 1, wide(MARK, true))], &[]))),
        ("user-comment.jpg", exif(&tiff(&[], &[(0x9286, 7, unicode(b"UNICODE\0", wide(MARK, true)))]))),
        ("user-comment-other-order.jpg", exif(&tiff(&[], &[(0x9286, 7, unicode(b"UNICODE\0", wide(MARK, false)))]))),
        ("comment.jpg", jpeg(&[(0xFE, MARK.as_bytes().to_vec())])),
        ("xmp.jpg", jpeg(&[(0xE1, [b"http://ns.adobe.com/xap/1.0/\0", &packet[..]].concat())])),
        // The later half comes first, and the cut may fall inside a character.
        ("extended-xmp.jpg", jpeg(&[extension(cut, packet.len()), extension(0, cut)])),
        ("iptc.jpg", jpeg(&[(0xED, [b"Photoshop 3.0\0", &resource[..]].concat())])),
        ("behind-the-end.jpg", [clean.clone(), MARK.as_bytes().to_vec()].concat()),
        ("clean.jpg", clean.clone()),
        ("truncated.jpg", clean[..40].to_vec()),
    ]
}

fn pngs() -> Vec<Sample> {
    let text = |key: &str, text: &[u8]| [key.as_bytes(), b"\0", text].concat();
    let packed = zlib(MARK.as_bytes());
    let hex: String =
        tiff(&[(0x010E, 2, format!("{MARK}\0").into_bytes())], &[]).iter().map(|b| format!("{b:02x}")).collect();
    let exif: String = b"Exif\0\0".iter().map(|b| format!("{b:02x}")).collect();
    let profile = format!("\nexif\n    {}\n{exif}{hex}\n", (exif.len() + hex.len()) / 2);
    let clean = png(b"tEXt", &text("Title", CLEAN.as_bytes()));
    let marked = png(b"zTXt", &text("Comment", &[&[0], &packed[..]].concat()));
    vec![
        ("text.png", png(b"tEXt", &text("Title", MARK.as_bytes()))),
        ("compressed-text.png", marked.clone()),
        ("international-text.png", png(b"iTXt", &text("Title", &[&[1, 0, b'z', b'h', 0, 0], &packed[..]].concat()))),
        ("xmp.png", png(b"iTXt", &text("XML:com.adobe.xmp", &[&[0; 4], xmp(MARK).as_bytes()].concat()))),
        ("exif.png", png(b"eXIf", &tiff(&[(0x9C9B, 1, wide(MARK, true))], &[]))),
        ("profile.png", png(b"zTXt", &text("Raw profile type exif", &[&[0], &zlib(profile.as_bytes())[..]].concat()))),
        ("clean.png", clean.clone()),
        ("truncated.png", clean[..60].to_vec()),
        ("text-bomb.png", png(b"zTXt", &text("Comment", &[&[0], &zlib(&vec![b'x'; 8 << 20])[..]].concat()))),
        ("in-a-document.docx", Docx::new(&letter_body()).bytes("word/media/image1.png", marked).build()),
    ]
}

fn others() -> Vec<Sample> {
    let comment = |text: &str| {
        // Blocks of five bytes, so that characters are cut.
        let blocks = text.as_bytes().chunks(5).flat_map(|block| [&[block.len() as u8], block].concat());
        [&[0x21, 0xFE][..], &blocks.collect::<Vec<u8>>(), &[0]].concat()
    };
    let trailer: Vec<u8> = [1].into_iter().chain((0..=255).rev()).chain([0]).collect();
    let packet = [b"\x21\xFF\x0BXMP DataXMP", xmp(MARK).as_bytes(), &trailer].concat();
    let clean = gif(&comment("trees in a row"));
    let photo = tiff(&[(0x9C9C, 1, wide(MARK, true))], &[]);
    let webp_clean = webp(b"EXIF", &tiff(&[(0x010E, 2, b"trees in a row\0".to_vec())], &[]));
    let tiff_clean = tiff(&[(0x010E, 2, b"trees in a row\0".to_vec())], &[]);
    vec![
        ("comment.gif", gif(&comment(MARK))),
        ("xmp.gif", gif(&packet)),
        ("clean.gif", clean.clone()),
        ("truncated.gif", clean[..25].to_vec()),
        ("exif.webp", webp(b"EXIF", &photo)),
        ("xmp.webp", webp(b"XMP ", xmp(MARK).as_bytes())),
        ("clean.webp", webp_clean.clone()),
        ("truncated.webp", webp_clean[..40].to_vec()),
        ("comment.tif", photo),
        ("clean.tif", tiff_clean.clone()),
        ("truncated.tif", tiff_clean[..30].to_vec()),
    ]
}

fn recordings() -> Vec<Sample> {
    let bom = [&[0xFF, 0xFE][..], &wide(MARK, true)].concat();
    let lyrics = [&[3][..], b"zho", b"\0", MARK.as_bytes()].concat();
    let packed = [&(lyrics.len() as u32).to_be_bytes()[..], &zlib(&lyrics)].concat();
    let mp3 = |id: &[u8; 4], flags: u8, data: &[u8]| {
        id3(&[&id[..], &(data.len() as u32).to_be_bytes(), &[0, flags], data].concat())
    };
    let clean = mp3(b"TIT2", 0, b"\x03trees in a row");
    let data = |text: &[u8], kind: u8| boxed(b"data", &[&[0, 0, 0, kind, 0, 0, 0, 0], text].concat());
    let item = |text: &[u8], kind: u8| {
        let handler = boxed(b"hdlr", &[0; 25]);
        let list = boxed(b"ilst", &boxed(b"\xA9nam", &data(text, kind)));
        mp4(&boxed(b"udta", &boxed(b"meta", &[&[0; 4][..], &handler, &list].concat())))
    };
    let name = [&(MARK.len() as u16).to_be_bytes()[..], &[0, 0], MARK.as_bytes()].concat();
    let clean_film = item(CLEAN.as_bytes(), 1);
    vec![
        ("title.mp3", mp3(b"TIT2", 0, &[&[1], &bom[..]].concat())),
        ("comment.mp3", mp3(b"COMM", 0, &[&[1], &b"zho\xFF\xFE\0\0"[..], &bom].concat())),
        ("lyrics.mp3", mp3(b"USLT", 0x80, &packed)),
        ("clean.mp3", clean.clone()),
        ("truncated.mp3", clean[..30].to_vec()),
        ("title.mp4", item(MARK.as_bytes(), 1)),
        ("wide-title.mp4", item(&wide(MARK, false), 2)),
        ("name.mov", mp4(&boxed(b"udta", &boxed(b"\xA9nam", &name)))),
        ("clean.mp4", clean_film.clone()),
        ("truncated.mp4", clean_film[..60].to_vec()),
        ("picture-and-zip.png", [picture(), zip(&[("plan.txt".to_string(), MARK.as_bytes().to_vec())])].concat()),
    ]
}

fn wide(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

/// The mark in an element, as character references, so that only a reader of XML sees it.
fn xmp(text: &str) -> String {
    let text: String = text.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    format!(
        "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{text}</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    )
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("written to memory");
    encoder.finish().expect("written to memory")
}

type Entry = (u16, u16, Vec<u8>);

/// A little-endian TIFF of one directory and an Exif directory below it.
fn tiff(entries: &[Entry], exif: &[Entry]) -> Vec<u8> {
    let below = if exif.is_empty() { 0 } else { 1 };
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    let second = 8 + 6 + 12 * (entries.len() + below);
    let mut data_at = second + if exif.is_empty() { 0 } else { 6 + 12 * exif.len() };
    let mut data: Vec<u8> = Vec::new();
    let mut directory = |entries: &[Entry], further: Option<usize>| {
        let mut out = ((entries.len() + usize::from(further.is_some())) as u16).to_le_bytes().to_vec();
        for (tag, kind, value) in entries {
            out.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            out.extend((value.len() as u32).to_le_bytes());
            out.extend((data_at as u32).to_le_bytes());
            data_at += value.len();
            data.extend(value);
        }
        if let Some(place) = further {
            out.extend(
                [&0x8769u16.to_le_bytes()[..], &4u16.to_le_bytes(), &1u32.to_le_bytes(), &(place as u32).to_le_bytes()]
                    .concat(),
            );
        }
        out.extend([0; 4]);
        out
    };
    out.extend(directory(entries, (below == 1).then_some(second)));
    if below == 1 {
        out.extend(directory(exif, None));
    }
    out.extend(data);
    out
}

fn jpeg(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    for (marker, data) in segments {
        out.extend([0xFF, *marker]);
        out.extend((data.len() as u16 + 2).to_be_bytes());
        out.extend(data);
    }
    // A scan of a few bytes, one of them stuffed.
    out.extend(b"\xFF\xDA\0\x08\x01\x01\0\0\x3F\0\x12\xFF\0\x34\xFF\xD9");
    out
}

fn png(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let plain = picture();
    // Behind the signature and the header of 13 bytes.
    let (head, rest) = plain.split_at(8 + 25);
    let mut out = head.to_vec();
    chunk(&mut out, kind, data);
    [&out[..], rest].concat()
}

fn gif(extension: &[u8]) -> Vec<u8> {
    let image = b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    [b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF", extension, image, b"\x3B"].concat()
}

fn webp(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let one = |kind: &[u8; 4], data: &[u8]| {
        [&kind[..], &(data.len() as u32).to_le_bytes(), data, &vec![0; data.len() % 2]].concat()
    };
    let chunks =
        [one(b"VP8X", &[0x0C, 0, 0, 0, 0, 0, 0, 0, 0, 0]), one(b"VP8L", &[0x2F, 0, 0, 0, 0, 0]), one(kind, data)]
            .concat();
    [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunks].concat()
}

fn id3(frames: &[u8]) -> Vec<u8> {
    let length = frames.len() as u32;
    let size = [0, 0, (length >> 7) as u8, (length & 0x7F) as u8];
    // One frame of silence would be as good as this.
    [b"ID3\x03\0\0", &size[..], frames, b"\xFF\xFB\x90\x00", &[0; 32]].concat()
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

fn mp4(inner: &[u8]) -> Vec<u8> {
    let kind = boxed(b"ftyp", b"isom\0\0\x02\0isom");
    [kind, boxed(b"mdat", &[0x5A; 16]), boxed(b"moov", inner)].concat()
}
