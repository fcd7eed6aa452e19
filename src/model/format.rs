//! File formats by content, and what the name claimed.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Lang;

/// What is known of a format beside how it is read.
struct Row {
    format: Format,
    word: &'static str,
    title: (&'static str, &'static str),
    extensions: &'static [&'static str],
    read: (&'static str, &'static str),
}

/// Makes the formats and their table of one row each: the word used in JSON, the title in both languages, the
/// extensions that stand for it and for nothing else, what of it is read and what is a gap.
macro_rules! formats {
    ($(
        #[doc = $doc:literal]
        $format:ident {
            word: $word:literal,
            title: $title:expr,
            extensions: [$($extension:literal),*],
            read: $read:expr,
        }
    )*) => {
        /// A format recognised by content.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Format {
            $(#[doc = $doc] #[serde(rename = $word)] $format,)*
        }

        impl Format {
            /// Every format.
            pub const ALL: &[Format] = &[$(Format::$format),*];
        }

        /// The rows, in the order of the formats.
        const ROWS: &[Row] = &[$(Row {
            format: Format::$format,
            word: $word,
            title: $title,
            extensions: &[$($extension),*],
            read: $read,
        }),*];
    };
}

formats! {
    /// No bytes at all.
    Empty {
        word: "empty",
        title: ("empty file", "空文件"),
        extensions: [],
        read: (
            "nothing to read",
            "无内容",
        ),
    }
    /// Text in some encoding.
    Text {
        word: "text",
        title: ("text", "纯文本"),
        extensions: ["txt", "text", "md", "log", "ini"],
        read: (
            "any encoding, the old Chinese, Japanese, Korean and Russian ones included, also of one part only; files in base64, uuencode and data: addresses, escapes (\\uXXXX, quoted-printable, LDIF, .reg, addresses); Markdown and subtitles as they are shown, values of settings (yaml, toml, po, reg); drawings (dxf), tables (slk, dif); PGP text is a gap",
            "各种编码，包括 GBK、Big5、UTF-7 等，也可混用；base64、uuencode 及 data: 地址中的文件，转义文字（\\uXXXX、quoted-printable、LDIF、.reg、网址）；Markdown、字幕按显示内容读取，yaml、toml、po、reg 逐项取值；dxf 图纸，slk、dif 表格；PGP 密文报告为未检查",
        ),
    }
    /// Comma- or tab-separated values.
    Csv {
        word: "csv",
        title: ("comma-separated values", "CSV 表格"),
        extensions: ["csv", "tsv"],
        read: (
            "cells, whatever separates them; every encoding",
            "单元格（自动识别分隔符），各种编码",
        ),
    }
    /// JSON or JSON Lines.
    Json {
        word: "json",
        title: ("JSON", "JSON"),
        extensions: ["json", "jsonl"],
        read: (
            "text in any encoding, every string with its escapes resolved, pages and drawings of notebooks, files in base64",
            "各种编码的文本、每个字符串（还原转义）、Notebook 中的网页和图形，以及 base64 中的文件",
        ),
    }
    /// HTML.
    Html {
        word: "html",
        title: ("HTML", "HTML 网页"),
        extensions: ["htm", "html", "xhtml"],
        read: (
            "text as a browser shows it, symbol fonts, attributes, comments, scripts, drawings (svg), embedded data; a wrong character set is not believed; letters drawn as shapes or outlines are a gap",
            "浏览器所显示的正文（含符号字体）、属性、注释、脚本、SVG 图形及内嵌数据；声明的字符集有误时按实际内容读取；文字已转为字形或轮廓的图形报告为未检查",
        ),
    }
    /// XML that is not a document format known here.
    Xml {
        word: "xml",
        title: ("XML", "XML"),
        extensions: ["xml"],
        read: (
            "text, attributes, comments, pages in feeds and maps, files in base64, diagrams (drawio), drawings (svg) as they are shown; an SVG whose letters are shapes or outlines is a gap",
            "文字、属性、注释、订阅源和地图中的网页、base64 中的文件、drawio 图表、SVG 图形；文字已转为字形或轮廓的 SVG 报告为未检查",
        ),
    }
    /// Rich Text Format.
    Rtf {
        word: "rtf",
        title: ("Rich Text", "RTF 文档"),
        extensions: ["rtf"],
        read: (
            "every destination, fields, symbol fonts, enclosed characters, embedded objects",
            "全部目标、域、符号字体、带圈字符及内嵌对象",
        ),
    }
    /// An e-mail message or MHTML.
    Mail {
        word: "mail",
        title: ("e-mail message", "电子邮件"),
        extensions: ["eml", "emlx", "mht", "mhtml"],
        read: (
            "headers, bodies, parts, attachments, nested messages; parts kept elsewhere are a gap",
            "邮件头、正文、附件、嵌套邮件；不在文件内的部分报告为未检查",
        ),
    }
    /// A file of many messages, as Unix mail programs keep them.
    Mbox {
        word: "mbox",
        title: ("mailbox", "邮箱文件"),
        extensions: ["mbox"],
        read: (
            "each message as mail",
            "逐封按邮件读取",
        ),
    }
    /// Outlook's winmail.dat.
    Tnef {
        word: "tnef",
        title: ("Outlook winmail.dat", "Outlook winmail.dat"),
        extensions: ["tnef"],
        read: (
            "properties, bodies, attachments",
            "属性、正文、附件",
        ),
    }
    /// A signed or encrypted message of its own (S/MIME).
    Smime {
        word: "smime",
        title: ("S/MIME message", "S/MIME 邮件"),
        extensions: ["p7m"],
        read: (
            "what is signed; what is encrypted is a gap",
            "签名内容；加密内容报告为未检查",
        ),
    }
    /// Word document or template (Office Open XML).
    Docx {
        word: "docx",
        title: ("Word document", "Word 文档"),
        extensions: ["docx", "docm", "dotx", "dotm"],
        read: (
            "all parts, properties, embedded files, symbol fonts, enclosed characters, labels of lists; with the model the text in pictures",
            "全部部件、属性、内嵌文件、符号字体、带圈字符、列表编号；装有识别模型时识别图片中的文字",
        ),
    }
    /// Excel workbook (Office Open XML).
    Xlsx {
        word: "xlsx",
        title: ("Excel workbook", "Excel 工作簿"),
        extensions: ["xlsx", "xlsm", "xltx", "xltm", "xlsb"],
        read: (
            "all parts, properties, embedded files, symbol fonts, also where Excel locked it with its own default password; with the model the text in pictures",
            "全部部件、属性、内嵌文件、符号字体，以 Excel 默认密码锁定的亦可读取；装有识别模型时识别图片中的文字",
        ),
    }
    /// PowerPoint presentation (Office Open XML).
    Pptx {
        word: "pptx",
        title: ("PowerPoint presentation", "PowerPoint 演示文稿"),
        extensions: ["pptx", "pptm", "potx", "potm", "ppsx", "ppsm"],
        read: (
            "all parts, properties, embedded files, symbol fonts; with the model the text in pictures",
            "全部部件、属性、内嵌文件、符号字体；装有识别模型时识别图片中的文字",
        ),
    }
    /// Another zip package with Office Open XML content types.
    Opc {
        word: "opc",
        title: ("Office package", "Office 包"),
        extensions: [],
        read: (
            "all parts, properties, embedded files, texts of Visio, pages of XPS; a page of outlines or of glyphs without characters is a gap; with the model the text in pictures",
            "全部部件、属性、内嵌文件及 XPS 页面；全为曲线轮廓或字形无法对应文字的页面报告为未检查；装有识别模型时识别图片中的文字",
        ),
    }
    /// OpenDocument text, sheet or presentation.
    Odf {
        word: "odf",
        title: ("OpenDocument", "OpenDocument 文档"),
        extensions: ["odt", "ods", "odp", "odg", "ott"],
        read: (
            "all parts, properties, embedded files, symbol fonts, labels of lists; with the model the text in pictures",
            "全部部件、属性、内嵌文件、符号字体、列表编号；装有识别模型时识别图片中的文字",
        ),
    }
    /// OFD (GB/T 33190).
    Ofd {
        word: "ofd",
        title: ("OFD document", "OFD 版式文档"),
        extensions: ["ofd"],
        read: (
            "all parts, properties, attachments; a page of outlines, a line of outlines beside text, and glyphs without characters are a gap; with the model the text in pictures",
            "全部部件、属性、附件；全为曲线轮廓、含整行轮廓文字或字形无法对应文字的页面报告为未检查；装有识别模型时识别图片中的文字",
        ),
    }
    /// Zip archive.
    Zip {
        word: "zip",
        title: ("zip archive", "zip 压缩包"),
        extensions: ["zip"],
        read: (
            "members, also those not in the directory, names, comments, what follows the end; the oldest methods (shrink, reduce, implode) and volumes are a gap",
            "成员（含目录中未列出的）、文件名、注释、尾部数据；最早期算法（shrink、reduce、implode）及分卷报告为未检查",
        ),
    }
    /// Compound file: doc, xls, ppt, msg, the same of WPS, or an encrypted Office file.
    Cfb {
        word: "cfb",
        title: ("compound file (doc, xls, ppt, msg, wps)", "复合文档（doc、xls、ppt、msg、wps）"),
        extensions: ["xls", "ppt", "msg"],
        read: (
            "doc from Word 6 on, xls from Excel 2 on, ppt, msg and those of WPS, with macros and embedded objects, xls locked with Excel's own default password too; Visio, Publisher, Works, Word 2: readable strings, and a gap",
            "doc（Word 6 起）、xls（Excel 2 起）、ppt、msg 及 WPS 旧版格式，含宏代码与内嵌对象，以 Excel 默认密码锁定的 xls 亦可读取；Visio、Publisher、Works、Word 2 仅检索可读字符，并报告未检查",
        ),
    }
    /// PDF.
    Pdf {
        word: "pdf",
        title: ("PDF", "PDF"),
        extensions: ["pdf"],
        read: (
            "pages, every object, earlier versions, attachments, in a process apart, with the model scanned pages and pages of outlines too; pages whose pictures are not read and fonts that do not tell their characters are a gap",
            "页面、全部对象、历史版本、附件（在隔离进程中读取，装有识别模型时含扫描页和全为曲线轮廓的页）；未能识别的图片页面及无法对应文字的字体报告为未检查",
        ),
    }
    /// A picture.
    Image {
        word: "image",
        title: ("picture", "图片"),
        extensions: ["png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "ppm", "pgm", "pbm"],
        read: (
            "metadata key by key, a diagram (drawio) kept in it, the text of metafiles (emf, wmf); the film behind a photo is a gap; with the model (mizha ocr status) the text one sees in jpeg, png, webp, bmp, tiff, gif, heic, ppm, in a process apart: Chinese and Latin letters, no Hangul, kana or Cyrillic; what is seen and cannot be read, other formats (AVIF, raw) and a missing model are a gap",
            "逐项读取元数据、其中保存的 drawio 图表及图元文件（emf、wmf）中的文字；照片末尾附带的动态影像报告为未检查；装有识别模型时（见 mizha ocr status）在隔离进程中识别 jpeg、png、webp、bmp、tiff、gif、heic、ppm 中的中文和拉丁字母，不识韩文、日文假名和西里尔字母；看得见但辨认不出的、其余格式（AVIF、相机原始格式等）及未安装模型时报告为未检查",
        ),
    }
    /// Sound or film.
    Media {
        word: "media",
        title: ("audio or video", "音视频"),
        extensions: ["mp3", "mp4", "wav", "avi", "mkv", "mov", "flac"],
        read: (
            "metadata key by key, and readable strings; the rest is a gap",
            "逐项读取元数据，检索可读字符；其余报告为未检查",
        ),
    }
    /// Tar archive.
    Tar {
        word: "tar",
        title: ("tar archive", "tar 归档"),
        extensions: ["tar"],
        read: (
            "members, names, links, extended headers, what follows the end",
            "成员、文件名、链接、扩展头及尾部数据",
        ),
    }
    /// Unix ar archive, such as a Debian package.
    Ar {
        word: "ar",
        title: ("ar archive, Debian package", "ar 归档、deb 软件包"),
        extensions: ["deb"],
        read: (
            "members and names",
            "成员与文件名",
        ),
    }
    /// Cpio archive.
    Cpio {
        word: "cpio",
        title: ("cpio archive", "cpio 归档"),
        extensions: ["cpio"],
        read: (
            "members and names",
            "成员与文件名",
        ),
    }
    /// A single file compressed by gzip, bzip2, xz, lzma, lzip or zstd.
    Compressed {
        word: "compressed",
        title: ("gz, bz2, xz, lzma, lz, zst", "gz、bz2、xz、lzma、lz、zst 压缩文件"),
        extensions: ["gz", "tgz", "bz2", "tbz2", "xz", "txz", "lzma", "zst"],
        read: (
            "the file inside, names and comments in the header, trailing data",
            "内含文件、头部文件名与注释、尾部数据",
        ),
    }
    /// 7z archive.
    SevenZip {
        word: "7z",
        title: ("7z archive", "7z 压缩包"),
        extensions: ["7z"],
        read: (
            "members and names; Deflate64 behind a filter, Zstandard, Brotli and LZ4 are a gap",
            "成员与文件名；带过滤器的 Deflate64 以及 Zstandard、Brotli、LZ4 算法报告为未检查",
        ),
    }
    /// RAR archive.
    Rar {
        word: "rar",
        title: ("RAR archive", "RAR 压缩包"),
        extensions: ["rar"],
        read: (
            "members, names, comments, what follows the end, files and dictionaries up to 64 MB (limit held_bytes); other volumes are a gap",
            "成员、文件名、注释、尾部数据，文件与字典上限 64 MB（held_bytes）；分卷报告为未检查",
        ),
    }
    /// Windows cabinet.
    Cab {
        word: "cab",
        title: ("Windows cabinet", "cab 压缩包"),
        extensions: ["cab"],
        read: (
            "members and names; Quantum and sets of cabinets are a gap",
            "成员与文件名；Quantum 算法与分卷报告为未检查",
        ),
    }
    /// Disc image (ISO 9660).
    Iso {
        word: "iso",
        title: ("disc image", "光盘映像"),
        extensions: ["iso"],
        read: (
            "members and names of ISO 9660, Joliet, Rock Ridge; UDF is a gap",
            "ISO 9660、Joliet、Rock Ridge 成员与文件名；UDF 报告为未检查",
        ),
    }
    /// Another archive or compressed file.
    Archive {
        word: "archive",
        title: ("other archive (lz4, Z, arj, lzh …)", "其他压缩包（lz4、Z、arj、lzh 等）"),
        extensions: [],
        read: (
            "readable strings only, and a gap",
            "仅检索可读字符，并报告未检查",
        ),
    }
    /// PostScript: a program that draws pages, or a language of printers.
    Postscript {
        word: "postscript",
        title: ("PostScript, EPS, PCL", "PostScript、EPS、PCL 打印文件"),
        extensions: ["ps", "eps"],
        read: (
            "what is readable without running it, and a gap: convert to PDF",
            "仅读取无需运行即可见的字符，并报告未检查：请先转换为 PDF",
        ),
    }
    /// Texts of a program in other languages (gettext).
    Catalog {
        word: "catalog",
        title: ("message catalogue (gettext)", "界面翻译文件（gettext）"),
        extensions: ["mo", "gmo"],
        read: (
            "every text, in both languages",
            "原文与译文的全部文字",
        ),
    }
    /// What a Mac writes beside files: attributes, the places of icons.
    Finder {
        word: "finder",
        title: ("macOS file attributes, .DS_Store", "macOS 附加文件（._ 文件、.DS_Store）"),
        extensions: [],
        read: (
            "names and comments; a resource fork is a gap",
            "名称与注释；资源分支报告为未检查",
        ),
    }
    /// A program.
    Executable {
        word: "executable",
        title: ("program", "可执行程序"),
        extensions: ["exe", "dll", "so"],
        read: (
            "the archive in a program that unpacks itself, readable strings; the rest is a gap",
            "自解压程序内的压缩包、可读字符；其余报告为未检查",
        ),
    }
    /// Bytes that match nothing known.
    Unknown {
        word: "unknown",
        title: ("unknown binary", "未知的二进制文件"),
        extensions: [],
        read: (
            "readable strings only, and a gap",
            "仅检索可读字符，并报告未检查",
        ),
    }
}

impl Format {
    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The word used in JSON, in the configuration and by `mizha formats`.
    pub fn as_str(self) -> &'static str {
        self.row().word
    }

    /// The word a reader expects.
    pub fn title(self, lang: Lang) -> &'static str {
        let (en, zh) = self.row().title;
        lang.pick(en, zh)
    }

    /// What of it is read, and what is a gap.
    pub fn what_is_read(self, lang: Lang) -> &'static str {
        let (en, zh) = self.row().read;
        lang.pick(en, zh)
    }

    /// The extensions that stand for it and for no other, in lower case.
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().extensions
    }

    /// The format an extension in lower case stands for.
    pub fn of_extension(extension: &str) -> Option<Format> {
        ROWS.iter().find(|row| row.extensions.contains(&extension)).map(|row| row.format)
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
