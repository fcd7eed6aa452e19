//! Signatures of formats that begin with fixed bytes.

use crate::model::Format;

/// Fixed bytes at a fixed place.
const SIGNATURES: &[(usize, &[u8], Format, &str)] = &[
    (0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Format::Cfb, "compound file signature"),
    (0, b"{\\rt", Format::Rtf, "RTF signature"),
    (0, b"\x89PNG\r\n\x1a\n", Format::Image, "PNG signature"),
    (0, b"\xFF\xD8\xFF", Format::Image, "JPEG signature"),
    (0, b"GIF87a", Format::Image, "GIF signature"),
    (0, b"GIF89a", Format::Image, "GIF signature"),
    (0, b"II*\0", Format::Image, "TIFF signature"),
    (0, b"MM\0*", Format::Image, "TIFF signature"),
    (0, b"8BPS", Format::Image, "Photoshop signature"),
    (0, b"\xD7\xCD\xC6\x9A", Format::Image, "Windows metafile signature"),
    (0, b"\x01\0\x09\0\0\x03", Format::Image, "Windows metafile header"),
    (0, b"\x01\0\x09\0\0\x01", Format::Image, "Windows metafile header"),
    (40, b" EMF", Format::Image, "enhanced metafile signature"),
    (8, b"WEBP", Format::Image, "WebP signature"),
    (4, b"ftypheic", Format::Image, "HEIC signature"),
    (4, b"ftypheix", Format::Image, "HEIC signature"),
    (4, b"ftypmif1", Format::Image, "HEIF signature"),
    (4, b"ftypavif", Format::Image, "AVIF signature"),
    (0, b"\0\0\x01\0", Format::Image, "icon signature"),
    (0, b"DDS \x7C\0\0\0", Format::Image, "DirectDraw surface signature"),
    (0, b"\0\0\0\x0CjP  \r\n\x87\n", Format::Image, "JPEG 2000 signature"),
    (0, b"\xFF\x4F\xFF\x51", Format::Image, "JPEG 2000 signature"),
    (0, b"\0\0\0\x0CJXL \r\n\x87\n", Format::Image, "JPEG XL signature"),
    (0, b"\xFF\x0A", Format::Image, "JPEG XL signature"),
    (0, b"\x76\x2F\x31\x01", Format::Image, "OpenEXR signature"),
    (0, b"#?RADIANCE\n", Format::Image, "Radiance signature"),
    (0, b"qoif", Format::Image, "QOI signature"),
    (0, b"farbfeld", Format::Image, "farbfeld signature"),
    (0, b"gimp xcf ", Format::Image, "XCF signature"),
    (0, b"IIRO", Format::Image, "signature of a camera's raw pictures"),
    (0, b"IIRS", Format::Image, "signature of a camera's raw pictures"),
    (0, b"IIU\0", Format::Image, "signature of a camera's raw pictures"),
    (0, b"FUJIFILMCCD-RAW ", Format::Image, "signature of a camera's raw pictures"),
    (4, b"ftypcrx ", Format::Image, "signature of a camera's raw pictures"),
    (4, b"ftypheim", Format::Image, "HEIC signature"),
    (4, b"ftypheis", Format::Image, "HEIC signature"),
    (4, b"ftyphevc", Format::Image, "HEIC signature"),
    (4, b"ftypmsf1", Format::Image, "HEIF signature"),
    (8, b"WAVE", Format::Media, "WAVE signature"),
    (8, b"AVI ", Format::Media, "AVI signature"),
    (0, b"ID3", Format::Media, "MP3 signature"),
    (0, b"OggS", Format::Media, "Ogg signature"),
    (0, b"fLaC", Format::Media, "FLAC signature"),
    (0, b"\x1A\x45\xDF\xA3", Format::Media, "Matroska signature"),
    (4, b"ftyp", Format::Media, "MPEG-4 signature"),
    (0, b"\x1f\x8b\x08", Format::Compressed, "gzip signature"),
    (0, b"BZh", Format::Compressed, "bzip2 signature"),
    (0, b"\xFD7zXZ\0", Format::Compressed, "xz signature"),
    (0, b"LZIP\x01", Format::Compressed, "lzip signature"),
    (0, b"\x28\xB5\x2F\xFD", Format::Compressed, "zstd signature"),
    (0, b"7z\xBC\xAF\x27\x1C", Format::SevenZip, "7z signature"),
    (0, b"Rar!\x1A\x07", Format::Rar, "RAR signature"),
    (0, b"RE~^", Format::Rar, "RAR signature of old"),
    (0, b"MSCF\0\0\0\0", Format::Cab, "cabinet signature"),
    (257, b"ustar", Format::Tar, "tar signature"),
    (32769, b"CD001", Format::Iso, "ISO 9660 signature"),
    (32769, b"BEA01", Format::Iso, "UDF signature"),
    (0, b"!<arch>\n", Format::Ar, "ar signature"),
    (0, b"070701", Format::Cpio, "cpio signature"),
    (0, b"070702", Format::Cpio, "cpio signature"),
    (0, b"070707", Format::Cpio, "cpio signature"),
    (0, b"\x04\x22\x4D\x18", Format::Archive, "lz4 signature"),
    (0, b"\x1f\x9d", Format::Archive, "compress signature"),
    (0, b"\x60\xEA", Format::Archive, "arj signature"),
    (2, b"-lh", Format::Archive, "lzh signature"),
    (0, b"\x78\x9F\x3E\x22", Format::Tnef, "TNEF signature"),
    (0, b"\xC5\xD0\xD3\xC6", Format::Postscript, "EPS with a preview"),
    (0, b"\x1B%-12345X", Format::Postscript, "language of printers"),
    (0, b"\xDE\x12\x04\x95", Format::Catalog, "gettext signature"),
    (0, b"\x95\x04\x12\xDE", Format::Catalog, "gettext signature"),
    (0, b"\0\x05\x16\x07\0\x02\0\0", Format::Finder, "AppleDouble signature"),
    (0, b"\0\0\0\x01Bud1", Format::Finder, ".DS_Store signature"),
    (0, b"\x7fELF", Format::Executable, "ELF signature"),
    (0, b"\xCA\xFE\xBA\xBE", Format::Executable, "class or Mach-O signature"),
    (0, b"\xCF\xFA\xED\xFE", Format::Executable, "Mach-O signature"),
    (0, b"\0asm", Format::Executable, "WebAssembly signature"),
];

/// A format that a signature shows.
pub(super) fn identify(head: &[u8]) -> Option<(Format, &'static str)> {
    // The first byte tells nearly all of them apart from what stands there.
    let at = |offset: usize, bytes: &[u8]| {
        head.get(offset) == bytes.first() && head.get(offset..offset + bytes.len()) == Some(bytes)
    };
    for (offset, bytes, format, why) in SIGNATURES {
        if at(*offset, bytes) {
            return Some((*format, why));
        }
    }
    if head.starts_with(b"BM") && head.len() > 14 && head[6..10] == [0; 4] {
        return Some((Format::Image, "BMP signature"));
    }
    if is_plain_pixels(head) {
        return Some((Format::Image, "header of plain pixels"));
    }
    if is_bare_workbook(head) {
        return Some((Format::Cfb, "beginning of a workbook's records"));
    }
    if head.starts_with(b"MZ") && head.iter().take(256).filter(|b| **b == 0).count() >= 3 {
        return Some((Format::Executable, "DOS program signature"));
    }
    // A sequence whose first value is a PKCS #7 content type (RFC 5652, 3).
    if head.first() == Some(&0x30) && head[..head.len().min(24)].windows(10).any(|window| window == PKCS7) {
        return Some((Format::Smime, "PKCS #7 content type"));
    }
    if is_old_tar(head) {
        return Some((Format::Tar, "tar header checksum"));
    }
    if is_lzma(head) {
        return Some((Format::Compressed, "LZMA properties"));
    }
    if is_postscript(head) {
        return Some((Format::Postscript, "PostScript signature"));
    }
    let front = &head[..head.len().min(1024)];
    if memchr::memmem::find(front, b"%PDF-").is_some() {
        return Some((Format::Pdf, "PDF signature"));
    }
    // Readers open it without its first line, too.
    let start = &front[..front.len().min(64)];
    if start.first().is_some_and(|b| *b == b'%' || b.is_ascii_digit())
        && start.windows(6).any(|window| window == b" 0 obj")
    {
        return Some((Format::Pdf, "PDF objects"));
    }
    None
}

/// A header of the Netpbm family: its letter, a blank, comments, and the width and the height in digits. A text may
/// begin with the letter alone.
fn is_plain_pixels(head: &[u8]) -> bool {
    let [b'P', b'1'..=b'6', rest @ ..] = head else { return head.starts_with(b"P7\nWIDTH ") };
    let lines =
        rest.split(|byte| *byte == b'\n').map(|line| line.split(|byte| *byte == b'#').next().unwrap_or_default());
    let mut words =
        lines.flat_map(|line| line.split(|byte| byte.is_ascii_whitespace())).filter(|word| !word.is_empty());
    let is_side = |word: &[u8]| word.len() < 7 && word.iter().all(u8::is_ascii_digit);
    rest.first().is_some_and(u8::is_ascii_whitespace)
        && words.by_ref().take(2).filter(|word| is_side(word)).count() == 2
}

const PKCS7: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07";

/// The records of a workbook without the envelope of a compound file: a record that begins it, of
/// any version from 2 on, for a workbook, a sheet, a chart or macros ([MS-XLS] 2.4.21 and before).
pub fn is_bare_workbook(head: &[u8]) -> bool {
    let number = |at: usize| head.get(at..at + 2).map(|raw| u16::from_le_bytes([raw[0], raw[1]]));
    let (Some(kind), Some(length), Some(what)) = (number(0), number(2), number(6)) else { return false };
    matches!((kind, length), (0x0009, 4 | 6) | (0x0209 | 0x0409, 6) | (0x0809, 8 | 16))
        && matches!(what, 0x05 | 0x10 | 0x20 | 0x40 | 0x100)
}

/// A program of pages; a font or a resource in the language shows none. Printers are sent a control
/// character before it.
fn is_postscript(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\x04").unwrap_or(head);
    let line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    line.starts_with(b"%!")
        && (line.trim_ascii().len() == 2 || line.starts_with(b"%!PS"))
        && ![&b"Font"[..], b"Resource-"].iter().any(|other| line.windows(other.len()).any(|window| window == *other))
}

/// A tar header from before the signature: the checksum it holds is the sum of its bytes.
fn is_old_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else { return false };
    let stored = &header[148..156];
    let digits: String =
        stored.iter().map(|b| *b as char).skip_while(|c| *c == ' ').take_while(|c| c.is_digit(8)).collect();
    let sum: u32 = header[..148].iter().chain(&header[156..]).map(|b| u32::from(*b)).sum::<u32>() + 8 * 32;
    header[0] != 0 && u32::from_str_radix(&digits, 8) == Ok(sum)
}

/// A bare LZMA stream has no signature: usual properties, a dictionary of a usual size, and an
/// unknown length or one below a terabyte.
fn is_lzma(head: &[u8]) -> bool {
    let Some(header) = head.get(..14) else { return false };
    let dictionary = u32::from_le_bytes([header[1], header[2], header[3], header[4]]);
    let usual = dictionary >= 4096 && (dictionary.is_power_of_two() || (dictionary / 3).is_power_of_two());
    header[0] == 0x5D && usual && (header[5..13] == [0xFF; 8] || header[10..13] == [0; 3]) && header[13] == 0
}
