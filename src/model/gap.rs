//! Gaps: places that could not be inspected, and why. A gap is a result, not an error:
//! it raises the verdict to at least `uninspected`.

use serde::{Serialize, Serializer};

use super::{Format, Lang, Location, ReaderFault};

/// The limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// Bytes inflated in all for one item.
    TotalBytes,
    /// Bytes of one member.
    EntryBytes,
    /// Bytes held in memory at once.
    HeldBytes,
    /// Members of one container.
    Entries,
    /// Containers inside containers.
    Nesting,
    /// Elements inside elements of an XML part.
    XmlDepth,
    /// Length of one XML attribute value.
    AttributeBytes,
    /// Findings and gaps kept for one item.
    Reported,
    /// Pixels of one picture.
    PicturePixels,
    /// Pages, frames or pictures read for one item.
    PicturePages,
}

/// Why the model that reads pictures cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ModelFault {
    /// It is not installed.
    Missing,
    /// One of its files is missing.
    Incomplete,
    /// A file is cut short.
    Truncated,
    /// A file has the name of another.
    Swapped,
    /// A file is not of the version this build knows.
    OtherVersion,
    /// A file cannot be read, or not by this build.
    Unreadable,
}

impl ModelFault {
    /// What it means, for a person.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            ModelFault::Missing => {
                lang.pick("picture text not read: model not installed", "未识别图片文字：未安装识别模型")
            }
            ModelFault::Incomplete => {
                lang.pick("picture text not read: a file of the model is missing", "未识别图片文字：识别模型缺少文件")
            }
            ModelFault::Truncated => lang
                .pick("picture text not read: a file of the model is cut short", "未识别图片文字：识别模型文件不完整"),
            ModelFault::Swapped => lang.pick(
                "picture text not read: files of the model have each other's names",
                "未识别图片文字：识别模型的文件名互换了",
            ),
            ModelFault::OtherVersion => lang.pick(
                "picture text not read: the model is of another version or altered",
                "未识别图片文字：识别模型的版本不符或已被改动",
            ),
            ModelFault::Unreadable => {
                lang.pick("picture text not read: the model cannot be read", "未识别图片文字：识别模型无法读取")
            }
        }
    }
}

/// A way of packing members of archives that this build does not unpack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Packing {
    /// Quantum, in cabinets.
    Quantum,
    /// Shrink, in the oldest zip archives.
    Shrink,
    /// Reduce, in the oldest zip archives.
    Reduce,
    /// Implode, in old zip archives.
    Implode,
    /// Deflate64 together with a filter, in 7z archives.
    Deflate64,
    /// Zstandard, in 7z archives.
    Zstandard,
    /// Brotli, in 7z archives.
    Brotli,
    /// LZ4, in 7z archives.
    Lz4,
}

impl Packing {
    /// The name by which its programs know it.
    pub fn name(self) -> &'static str {
        match self {
            Packing::Quantum => "Quantum",
            Packing::Shrink => "Shrink",
            Packing::Reduce => "Reduce",
            Packing::Implode => "Implode",
            Packing::Deflate64 => "Deflate64",
            Packing::Zstandard => "Zstandard",
            Packing::Brotli => "Brotli",
            Packing::Lz4 => "LZ4",
        }
    }
}

/// A part of the program that a build may leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// Readers of PDF.
    Pdf,
    /// Decoders that have not been in the world for a year: RAR and HEIC.
    Young,
}

impl Feature {
    /// The feature without which a format is not read at all.
    pub fn of(format: Format) -> Option<Self> {
        match format {
            Format::Pdf => Some(Feature::Pdf),
            Format::Rar => Some(Feature::Young),
            _ => None,
        }
    }

    /// Its name when building.
    pub fn as_str(self) -> &'static str {
        match self {
            Feature::Pdf => "pdf",
            Feature::Young => "young",
        }
    }

    fn title(self, lang: Lang) -> &'static str {
        match self {
            Feature::Pdf => {
                lang.pick("not read by this build: it lacks the feature pdf", "本版本不含 pdf 功能，无法读取")
            }
            Feature::Young => {
                lang.pick("not read by this build: it lacks the feature young", "本版本不含 young 功能，无法读取")
            }
        }
    }
}

/// Why a place could not be inspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum GapReason {
    /// It is encrypted or needs a password.
    Encrypted,
    /// It is damaged, cut short or not what it claims to be.
    Damaged,
    /// It is one volume of a set, and goes on in other files.
    Volume,
    /// Its format or compression is not read by this build.
    Unsupported,
    /// Its format is read by builds with this feature.
    Feature(Feature),
    /// It is packed in a way that this build does not unpack.
    Packing(Packing),
    /// A limit was reached.
    Limit(Limit),
    /// It took longer than allowed.
    Timeout,
    /// There is nothing of that name.
    NotFound,
    /// The account may not read it.
    Denied,
    /// The system failed to read it.
    Io,
    /// It changed while it was being read.
    Changed,
    /// It is a socket, a device, a pipe or a link out of the tree.
    Special,
    /// It is drawn with glyphs whose characters are not told.
    Glyphs,
    /// It is a picture whose text is not read.
    Picture,
    /// It is a picture, and the model that reads pictures cannot be used.
    PictureModel(ModelFault),
    /// It is a picture in a format or coding that is not decoded.
    PictureFormat,
    /// It is a picture with text that is too small, too blurred or of letters that are not read.
    Illegible,
    /// It may only be read in a confined process of its own, and there was none.
    NoReader(ReaderFault),
}

impl GapReason {
    /// The system did not give the file: it may do so later.
    pub fn is_io(self) -> bool {
        matches!(self, GapReason::NotFound | GapReason::Denied | GapReason::Io)
    }

    /// Every reason.
    pub const ALL: [GapReason; 48] = [
        GapReason::Encrypted,
        GapReason::Damaged,
        GapReason::Unsupported,
        GapReason::Feature(Feature::Pdf),
        GapReason::Feature(Feature::Young),
        GapReason::Packing(Packing::Quantum),
        GapReason::Packing(Packing::Shrink),
        GapReason::Packing(Packing::Reduce),
        GapReason::Packing(Packing::Implode),
        GapReason::Packing(Packing::Deflate64),
        GapReason::Packing(Packing::Zstandard),
        GapReason::Packing(Packing::Brotli),
        GapReason::Packing(Packing::Lz4),
        GapReason::Limit(Limit::TotalBytes),
        GapReason::Limit(Limit::EntryBytes),
        GapReason::Limit(Limit::HeldBytes),
        GapReason::Limit(Limit::Entries),
        GapReason::Limit(Limit::Nesting),
        GapReason::Limit(Limit::XmlDepth),
        GapReason::Limit(Limit::AttributeBytes),
        GapReason::Limit(Limit::Reported),
        GapReason::Limit(Limit::PicturePixels),
        GapReason::Limit(Limit::PicturePages),
        GapReason::Timeout,
        GapReason::NotFound,
        GapReason::Denied,
        GapReason::Io,
        GapReason::Changed,
        GapReason::Special,
        GapReason::Glyphs,
        GapReason::Picture,
        GapReason::NoReader(ReaderFault::Unset),
        GapReason::NoReader(ReaderFault::NotStarted),
        GapReason::NoReader(ReaderFault::Ended),
        GapReason::NoReader(ReaderFault::NoRoom),
        GapReason::NoReader(ReaderFault::Seccomp),
        GapReason::NoReader(ReaderFault::Processor),
        GapReason::NoReader(ReaderFault::Bounds),
        GapReason::NoReader(ReaderFault::System),
        GapReason::Volume,
        GapReason::PictureModel(ModelFault::Missing),
        GapReason::PictureModel(ModelFault::Incomplete),
        GapReason::PictureModel(ModelFault::Truncated),
        GapReason::PictureModel(ModelFault::Swapped),
        GapReason::PictureModel(ModelFault::OtherVersion),
        GapReason::PictureModel(ModelFault::Unreadable),
        GapReason::PictureFormat,
        GapReason::Illegible,
    ];

    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            GapReason::Encrypted => "encrypted",
            GapReason::Damaged => "damaged",
            GapReason::Volume => "volume",
            GapReason::Unsupported | GapReason::Feature(_) | GapReason::Packing(_) => "unsupported",
            GapReason::Limit(_) => "limit",
            GapReason::Timeout => "timeout",
            GapReason::NotFound => "not-found",
            GapReason::Denied => "denied",
            GapReason::Io => "io",
            GapReason::Changed => "changed",
            GapReason::Special => "special",
            GapReason::Glyphs => "glyphs",
            GapReason::Picture | GapReason::PictureModel(_) | GapReason::PictureFormat => "picture",
            GapReason::Illegible => "illegible",
            GapReason::NoReader(_) => "no-reader",
        }
    }

    /// The word used in JSON for what is behind it, where the reason alone does not tell what to do.
    pub fn cause(self) -> Option<&'static str> {
        match self {
            GapReason::NoReader(fault) => Some(fault.as_str()),
            GapReason::Feature(feature) => Some(feature.as_str()),
            _ => None,
        }
    }

    /// What it means, for a person.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            GapReason::Encrypted => lang.pick("encrypted or password-protected", "已加密或设有密码"),
            GapReason::Damaged => lang.pick("damaged or cut short", "文件损坏或不完整"),
            GapReason::Volume => {
                lang.pick("one volume of a set, the others are missing", "分卷文件中的一卷，缺少其余分卷")
            }
            GapReason::Unsupported => lang.pick("format not supported", "暂不支持的格式"),
            GapReason::Feature(feature) => feature.title(lang),
            GapReason::Packing(_) => lang.pick("compression method not supported", "暂不支持的压缩算法"),
            GapReason::Limit(limit) => limit.title(lang),
            GapReason::Timeout => lang.pick("took too long", "检查超时"),
            GapReason::NotFound => lang.pick("no such file", "没有这个文件"),
            GapReason::Denied => lang.pick("no permission to read it", "没有读取权限"),
            GapReason::Io => lang.pick("could not be read", "无法读取"),
            GapReason::Changed => lang.pick("changed while being read", "读取过程中文件被改动"),
            GapReason::Special => lang.pick("not a regular file", "不是普通文件"),
            GapReason::Glyphs => {
                lang.pick("drawn with glyphs that stand for no known characters", "字形无法对应到文字")
            }
            GapReason::Picture => lang.pick("a picture, its text was not read", "内容为图片，未识别其中文字"),
            GapReason::PictureModel(fault) => fault.title(lang),
            GapReason::PictureFormat => lang.pick(
                "a picture in a format that cannot be decoded, its text was not read",
                "图片格式无法解码，未识别其中文字",
            ),
            GapReason::Illegible => lang.pick(
                "text in a picture that cannot be read: too small, blurred, or in letters the model does not know",
                "图片中有文字但无法辨认：字太小、模糊，或为模型不识的文种",
            ),
            GapReason::NoReader(fault) => fault.title(lang),
        }
    }
}

impl Limit {
    /// The name of the setting, as in the configuration file.
    pub fn setting(self) -> &'static str {
        match self {
            Limit::TotalBytes => "total_bytes",
            Limit::EntryBytes => "entry_bytes",
            Limit::HeldBytes => "held_bytes",
            Limit::Entries => "entries",
            Limit::Nesting => "nesting",
            Limit::XmlDepth => "xml_depth",
            Limit::AttributeBytes => "attribute_bytes",
            Limit::Reported => "reported",
            Limit::PicturePixels => "picture_pixels",
            Limit::PicturePages => "picture_pages",
        }
    }

    fn title(self, lang: Lang) -> &'static str {
        match self {
            Limit::TotalBytes => lang.pick("more inflated data than allowed", "解压后的数据量超过上限"),
            Limit::EntryBytes => lang.pick("a member larger than allowed", "单个成员大小超过上限"),
            Limit::HeldBytes => lang.pick("more data held in memory than allowed", "占用内存超过上限"),
            Limit::Entries => lang.pick("more members than allowed", "成员数量超过上限"),
            Limit::Nesting => lang.pick("nested deeper than allowed", "嵌套层数超过上限"),
            Limit::XmlDepth => lang.pick("XML nested deeper than allowed", "XML 嵌套层数超过上限"),
            Limit::AttributeBytes => lang.pick("an attribute longer than allowed", "XML 属性长度超过上限"),
            Limit::Reported => lang.pick("more places than a report holds", "问题数量超过报告上限"),
            Limit::PicturePixels => lang.pick("a picture with more pixels than allowed", "图片像素数超过上限"),
            Limit::PicturePages => {
                lang.pick("more pictures, pages or frames than are read", "图片、页面或帧的数量超过识别上限")
            }
        }
    }
}

impl Serialize for GapReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A place that could not be inspected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Gap {
    /// Where.
    pub location: Location,
    /// Why.
    pub reason: GapReason,
    /// The format that is not read, where that is the reason.
    pub format: Option<Format>,
    /// The policy accepts that this format is not read: listed, and no reason to stop.
    pub accepted: bool,
}

/// A gap as it stands in JSON.
#[derive(Serialize)]
struct Written<'g> {
    location: &'g Location,
    reason: GapReason,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    accepted: bool,
}

impl Serialize for Gap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Gap { location, reason, accepted, .. } = self;
        Written { location, reason: *reason, cause: reason.cause(), accepted: *accepted }.serialize(serializer)
    }
}

impl Gap {
    /// A gap at a place.
    pub fn new(location: Location, reason: GapReason) -> Self {
        Gap { location, reason, format: None, accepted: false }
    }

    /// The gap that files of a format are not read.
    pub fn unread(location: Location, format: Format) -> Self {
        let reason = Feature::of(format).map_or(GapReason::Unsupported, GapReason::Feature);
        Gap { format: Some(format), ..Gap::new(location, reason) }
    }
}
