//! `mizha formats`: what is read of each format, and what is a gap.

use std::io::Write;

use super::exit::Exit;
use crate::extract::is_read;
use crate::model::{Format, Lang};

/// Runs the verb.
pub(super) fn run(lang: Lang) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    for format in Format::ALL {
        let sign = if is_read(format) { lang.pick("read", "可读取") } else { lang.pick("gap ", "未检查") };
        writeln!(out, "{:11} {sign}  {}", format.as_str(), format.title(lang))?;
        writeln!(out, "{:11}       {}", "", what(format, lang))?;
    }
    writeln!(
        out,
        "\n{}",
        lang.pick(
            "Encrypted, damaged and oversized files are gaps in every format. A gap makes a file `uninspected`, never clear.",
            "任何格式中，已加密、已损坏或超过上限的内容均报告为未检查；有未检查内容的文件不会判为通过。",
        )
    )?;
    Ok(Exit::Clear)
}

/// What of a format is read, and what of it is a gap.
fn what(format: Format, lang: Lang) -> &'static str {
    let (en, zh) = match format {
        Format::Empty => ("nothing to read", "无内容"),
        Format::Text => (
            "any encoding, the old Chinese, Japanese, Korean and Russian ones included; PGP text is a gap",
            "各种编码，包括 GBK、Big5、UTF-7 等；PGP 密文报告为未检查",
        ),
        Format::Csv => ("cells, whatever separates them; every encoding", "单元格（自动识别分隔符），各种编码"),
        Format::Json => ("text, and every string with its escapes resolved", "文本，以及每个字符串（还原转义）"),
        Format::Html => ("text, attributes, comments, scripts, embedded data", "正文、属性、注释、脚本及内嵌数据"),
        Format::Xml => ("text, attributes, comments", "文字、属性、注释"),
        Format::Rtf => ("every destination, fields, embedded objects", "全部目标、域及内嵌对象"),
        Format::Mail => (
            "headers, bodies, parts, attachments, nested messages; parts kept elsewhere are a gap",
            "邮件头、正文、附件、嵌套邮件；不在文件内的部分报告为未检查",
        ),
        Format::Mbox => ("each message as mail", "逐封按邮件读取"),
        Format::Tnef => ("properties, bodies, attachments", "属性、正文、附件"),
        Format::Smime => ("what is signed; what is encrypted is a gap", "签名内容；加密内容报告为未检查"),
        Format::Docx | Format::Xlsx | Format::Pptx | Format::Opc | Format::Odf => (
            "all parts, properties, embedded files; with the model the text in pictures",
            "全部部件、属性、内嵌文件；装有识别模型时识别图片中的文字",
        ),
        Format::Ofd => (
            "all parts, properties, attachments; with the model the text in pictures",
            "全部部件、属性、附件；装有识别模型时识别图片中的文字",
        ),
        Format::Zip => (
            "members, also those not in the directory, names, comments, what follows the end; the oldest methods (shrink, reduce, implode) and volumes are a gap",
            "成员（含目录中未列出的）、文件名、注释、尾部数据；最早期算法（shrink、reduce、implode）及分卷报告为未检查",
        ),
        Format::Cfb => (
            "doc from Word 6 on, xls from Excel 2 on, ppt, msg and those of WPS, with macros and embedded objects; Visio, Publisher, Works, Word 2: readable strings, and a gap",
            "doc（Word 6 起）、xls（Excel 2 起）、ppt、msg 及 WPS 旧版格式，含宏代码与内嵌对象；Visio、Publisher、Works、Word 2 仅检索可读字符，并报告未检查",
        ),
        Format::Tar => {
            ("members, names, links, extended headers, what follows the end", "成员、文件名、链接、扩展头及尾部数据")
        }
        Format::Ar | Format::Cpio => ("members and names", "成员与文件名"),
        Format::Compressed => {
            ("the file inside, names and comments in the header, trailing data", "内含文件、头部文件名与注释、尾部数据")
        }
        Format::SevenZip => (
            "members and names; Deflate64 behind a filter, Zstandard, Brotli and LZ4 are a gap",
            "成员与文件名；带过滤器的 Deflate64 以及 Zstandard、Brotli、LZ4 算法报告为未检查",
        ),
        Format::Rar => (
            "members, names, comments, what follows the end, files and dictionaries up to 64 MB (limit held_bytes); other volumes are a gap",
            "成员、文件名、注释、尾部数据，文件与字典上限 64 MB（held_bytes）；分卷报告为未检查",
        ),
        Format::Cab => (
            "members and names; Quantum and sets of cabinets are a gap",
            "成员与文件名；Quantum 算法与分卷报告为未检查",
        ),
        Format::Iso => (
            "members and names of ISO 9660, Joliet, Rock Ridge; UDF is a gap",
            "ISO 9660、Joliet、Rock Ridge 成员与文件名；UDF 报告为未检查",
        ),
        Format::Image => (
            "metadata key by key, the text of metafiles (emf, wmf); with the model (mizha ocr status) the text one sees in jpeg, png, webp, bmp, tiff, gif, heic, in a process apart; the rest, AVIF and a missing model are a gap",
            "逐项读取元数据及图元文件（emf、wmf）中的文字；装有识别模型时（见 mizha ocr status）在隔离进程中识别 jpeg、png、webp、bmp、tiff、gif、heic 中的文字；其余格式、AVIF 及未安装模型时报告为未检查",
        ),
        Format::Media => (
            "metadata key by key, and readable strings; the rest is a gap",
            "逐项读取元数据，检索可读字符；其余报告为未检查",
        ),
        Format::Executable => (
            "the archive in a program that unpacks itself, readable strings; the rest is a gap",
            "自解压程序内的压缩包、可读字符；其余报告为未检查",
        ),
        Format::Pdf => (
            "pages, every object, earlier versions, attachments, in a process apart, with the model scanned pages and pages of outlines too; pages whose pictures are not read and fonts that do not tell their characters are a gap",
            "页面、全部对象、历史版本、附件（在隔离进程中读取，装有识别模型时含扫描页和全为曲线轮廓的页）；未能识别的图片页面及无法对应文字的字体报告为未检查",
        ),
        Format::Archive | Format::Unknown => ("readable strings only, and a gap", "仅检索可读字符，并报告未检查"),
    };
    lang.pick(en, zh)
}
