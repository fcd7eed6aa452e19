//! What an extension claims. Only extensions with one meaning are listed.

use crate::model::Format;

/// The extension of a name, lower case, if it looks like one.
pub(super) fn of(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\', '!']).next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    let plain = !extension.is_empty() && extension.len() <= 12 && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    (plain && !stem.is_empty()).then(|| extension.to_ascii_lowercase())
}

/// The format an extension stands for.
pub(super) fn claims(extension: &str) -> Option<Format> {
    Some(match extension {
        "txt" | "text" | "md" | "log" | "ini" => Format::Text,
        "csv" | "tsv" => Format::Csv,
        "json" | "jsonl" => Format::Json,
        "htm" | "html" | "xhtml" => Format::Html,
        "xml" => Format::Xml,
        "rtf" => Format::Rtf,
        "eml" | "emlx" | "mht" | "mhtml" => Format::Mail,
        "mbox" => Format::Mbox,
        "tnef" => Format::Tnef,
        "p7m" => Format::Smime,
        "docx" | "docm" | "dotx" | "dotm" => Format::Docx,
        "xlsx" | "xlsm" | "xltx" | "xltm" | "xlsb" => Format::Xlsx,
        "pptx" | "pptm" | "potx" | "potm" | "ppsx" | "ppsm" => Format::Pptx,
        "odt" | "ods" | "odp" | "odg" | "ott" => Format::Odf,
        "ofd" => Format::Ofd,
        "zip" => Format::Zip,
        "xls" | "ppt" | "msg" => Format::Cfb,
        "pdf" => Format::Pdf,
        "png" | "jpg" | "jpeg" | "gif" | "bmp" | "tif" | "tiff" | "webp" | "heic" => Format::Image,
        "mp3" | "mp4" | "wav" | "avi" | "mkv" | "mov" | "flac" => Format::Media,
        "7z" => Format::SevenZip,
        "rar" => Format::Rar,
        "tar" => Format::Tar,
        "deb" => Format::Ar,
        "cpio" => Format::Cpio,
        "gz" | "tgz" | "bz2" | "tbz2" | "xz" | "txz" | "lzma" | "zst" => Format::Compressed,
        "cab" => Format::Cab,
        "iso" => Format::Iso,
        "exe" | "dll" | "so" => Format::Executable,
        _ => return None,
    })
}

/// The extension stands for program source, where marks are quoted in lists and tests.
pub fn is_source_code(extension: Option<&str>) -> bool {
    const SOURCE: [&str; 46] = [
        "rs", "py", "pyi", "js", "mjs", "cjs", "ts", "tsx", "jsx", "vue", "java", "kt", "scala", "c", "h", "cc", "cpp",
        "hpp", "cs", "go", "rb", "php", "pl", "pm", "sh", "bash", "zsh", "ps1", "bat", "lua", "swift", "m", "mm", "r",
        "sql", "proto", "css", "scss", "less", "toml", "yaml", "yml", "json", "gradle", "cmake", "ipynb",
    ];
    extension.is_some_and(|extension| SOURCE.contains(&extension))
}
