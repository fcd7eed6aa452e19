//! File formats by content, and what the name claimed.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Lang;

/// A format recognised by content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// No bytes at all.
    Empty,
    /// Text in some encoding.
    Text,
    /// Comma- or tab-separated values.
    Csv,
    /// JSON or JSON Lines.
    Json,
    /// HTML.
    Html,
    /// XML that is not a document format known here.
    Xml,
    /// Rich Text Format.
    Rtf,
    /// An e-mail message or MHTML.
    Mail,
    /// A file of many messages, as Unix mail programs keep them.
    Mbox,
    /// Outlook's winmail.dat.
    Tnef,
    /// A signed or encrypted message of its own (S/MIME).
    Smime,
    /// Word document or template (Office Open XML).
    Docx,
    /// Excel workbook (Office Open XML).
    Xlsx,
    /// PowerPoint presentation (Office Open XML).
    Pptx,
    /// Another zip package with Office Open XML content types.
    Opc,
    /// OpenDocument text, sheet or presentation.
    Odf,
    /// OFD (GB/T 33190).
    Ofd,
    /// Zip archive.
    Zip,
    /// Compound file: doc, xls, ppt, msg, the same of WPS, or an encrypted Office file.
    Cfb,
    /// PDF.
    Pdf,
    /// A picture.
    Image,
    /// Sound or film.
    Media,
    /// Tar archive.
    Tar,
    /// Unix ar archive, such as a Debian package.
    Ar,
    /// Cpio archive.
    Cpio,
    /// A single file compressed by gzip, bzip2, xz, lzma, lzip or zstd.
    Compressed,
    /// 7z archive.
    #[serde(rename = "7z")]
    SevenZip,
    /// RAR archive.
    Rar,
    /// Windows cabinet.
    Cab,
    /// Disc image (ISO 9660).
    Iso,
    /// Another archive or compressed file.
    Archive,
    /// A program.
    Executable,
    /// Bytes that match nothing known.
    Unknown,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 33] = [
        Format::Empty,
        Format::Text,
        Format::Csv,
        Format::Json,
        Format::Html,
        Format::Xml,
        Format::Rtf,
        Format::Mail,
        Format::Mbox,
        Format::Tnef,
        Format::Smime,
        Format::Docx,
        Format::Xlsx,
        Format::Pptx,
        Format::Opc,
        Format::Odf,
        Format::Ofd,
        Format::Zip,
        Format::Cfb,
        Format::Pdf,
        Format::Image,
        Format::Media,
        Format::Tar,
        Format::Ar,
        Format::Cpio,
        Format::Compressed,
        Format::SevenZip,
        Format::Rar,
        Format::Cab,
        Format::Iso,
        Format::Archive,
        Format::Executable,
        Format::Unknown,
    ];

    /// The word used in JSON, in the configuration and by `mizha formats`.
    pub fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The word a reader expects.
    pub fn title(self, lang: Lang) -> &'static str {
        let (_, en, zh) = self.words();
        lang.pick(en, zh)
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Format::Empty => ("empty", "empty file", "空文件"),
            Format::Text => ("text", "text", "纯文本"),
            Format::Csv => ("csv", "comma-separated values", "CSV 表格"),
            Format::Json => ("json", "JSON", "JSON"),
            Format::Html => ("html", "HTML", "HTML 网页"),
            Format::Xml => ("xml", "XML", "XML"),
            Format::Rtf => ("rtf", "Rich Text", "RTF 文档"),
            Format::Mail => ("mail", "e-mail message", "电子邮件"),
            Format::Mbox => ("mbox", "mailbox", "邮箱文件"),
            Format::Tnef => ("tnef", "Outlook winmail.dat", "Outlook winmail.dat"),
            Format::Smime => ("smime", "S/MIME message", "S/MIME 邮件"),
            Format::Docx => ("docx", "Word document", "Word 文档"),
            Format::Xlsx => ("xlsx", "Excel workbook", "Excel 工作簿"),
            Format::Pptx => ("pptx", "PowerPoint presentation", "PowerPoint 演示文稿"),
            Format::Opc => ("opc", "Office package", "Office 包"),
            Format::Odf => ("odf", "OpenDocument", "OpenDocument 文档"),
            Format::Ofd => ("ofd", "OFD document", "OFD 版式文档"),
            Format::Zip => ("zip", "zip archive", "zip 压缩包"),
            Format::Cfb => ("cfb", "compound file (doc, xls, ppt, msg, wps)", "复合文档（doc、xls、ppt、msg、wps）"),
            Format::Pdf => ("pdf", "PDF", "PDF"),
            Format::Image => ("image", "picture", "图片"),
            Format::Media => ("media", "audio or video", "音视频"),
            Format::Tar => ("tar", "tar archive", "tar 归档"),
            Format::Ar => ("ar", "ar archive, Debian package", "ar 归档、deb 软件包"),
            Format::Cpio => ("cpio", "cpio archive", "cpio 归档"),
            Format::Compressed => ("compressed", "gz, bz2, xz, lzma, lz, zst", "gz、bz2、xz、lzma、lz、zst 压缩文件"),
            Format::SevenZip => ("7z", "7z archive", "7z 压缩包"),
            Format::Rar => ("rar", "RAR archive", "RAR 压缩包"),
            Format::Cab => ("cab", "Windows cabinet", "cab 压缩包"),
            Format::Iso => ("iso", "disc image", "光盘映像"),
            Format::Archive => ("archive", "other archive (lz4, Z, arj, lzh …)", "其他压缩包（lz4、Z、arj、lzh 等）"),
            Format::Executable => ("executable", "program", "可执行程序"),
            Format::Unknown => ("unknown", "unknown binary", "未知的二进制文件"),
        }
    }
}

/// What an item was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The format its content shows.
    pub format: Format,
    /// The extension its name carries, lower case, without the dot.
    pub extension: Option<String>,
    /// The format that extension stands for, where it is known.
    pub claimed: Option<Format>,
    /// What in the content decided, such as `zip directory names word/document.xml`.
    pub why: Cow<'static, str>,
}

impl Identified {
    /// The name claims one thing and the content is another.
    pub fn disagrees(&self) -> bool {
        self.claimed.is_some_and(|claimed| claimed != self.format && self.format != Format::Empty)
    }
}
