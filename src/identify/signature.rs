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
    (40, b" EMF", Format::Image, "enhanced metafile signature"),
    (8, b"WEBP", Format::Image, "WebP signature"),
    (4, b"ftypheic", Format::Image, "HEIC signature"),
    (4, b"ftypheix", Format::Image, "HEIC signature"),
    (4, b"ftypmif1", Format::Image, "HEIF signature"),
    (4, b"ftypavif", Format::Image, "AVIF signature"),
    (0, b"\0\0\x01\0", Format::Image, "icon signature"),
    (8, b"WAVE", Format::Media, "WAVE signature"),
    (8, b"AVI ", Format::Media, "AVI signature"),
    (0, b"ID3", Format::Media, "MP3 signature"),
    (0, b"OggS", Format::Media, "Ogg signature"),
    (0, b"fLaC", Format::Media, "FLAC signature"),
    (0, b"\x1A\x45\xDF\xA3", Format::Media, "Matroska signature"),
    (4, b"ftyp", Format::Media, "MPEG-4 signature"),
    (0, b"\x1f\x8b\x08", Format::Archive, "gzip signature"),
    (0, b"BZh", Format::Archive, "bzip2 signature"),
    (0, b"\xFD7zXZ\0", Format::Archive, "xz signature"),
    (0, b"\x28\xB5\x2F\xFD", Format::Archive, "zstd signature"),
    (0, b"7z\xBC\xAF\x27\x1C", Format::Archive, "7z signature"),
    (0, b"Rar!\x1A\x07", Format::Archive, "RAR signature"),
    (0, b"MSCF\0\0\0\0", Format::Archive, "cabinet signature"),
    (257, b"ustar", Format::Archive, "tar signature"),
    (32769, b"CD001", Format::Archive, "ISO 9660 signature"),
    (0, b"\x7fELF", Format::Executable, "ELF signature"),
    (0, b"\xCA\xFE\xBA\xBE", Format::Executable, "class or Mach-O signature"),
    (0, b"\xCF\xFA\xED\xFE", Format::Executable, "Mach-O signature"),
    (0, b"\0asm", Format::Executable, "WebAssembly signature"),
];

/// A format that a signature shows.
pub(super) fn identify(head: &[u8]) -> Option<(Format, &'static str)> {
    let at = |offset: usize, bytes: &[u8]| head.get(offset..offset + bytes.len()) == Some(bytes);
    for (offset, bytes, format, why) in SIGNATURES {
        if at(*offset, bytes) {
            return Some((*format, why));
        }
    }
    if head.starts_with(b"BM") && head.len() > 14 && head[6..10] == [0; 4] {
        return Some((Format::Image, "BMP signature"));
    }
    if head.starts_with(b"MZ") && head.iter().take(256).filter(|b| **b == 0).count() >= 3 {
        return Some((Format::Executable, "DOS program signature"));
    }
    let front = &head[..head.len().min(1024)];
    if front.windows(5).any(|window| window == b"%PDF-") {
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
