//! `mizha formats`: the table of what is read and what is a gap.

use std::io::Write;

use super::exit::Exit;
use crate::extract::is_read;
use crate::model::{Format, Lang};

/// Runs the verb.
pub(super) fn run(lang: Lang) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    for format in Format::ALL {
        let read = match (format, is_read(format)) {
            (Format::Cfb, _) => lang.pick(
                "embedded and encrypted Office files; the older formats: readable strings, and a gap",
                "内嵌对象与加密文件；旧版格式仅检索可读字符，并报告未检查",
            ),
            (Format::Pdf, _) => lang.pick(
                "read, in a process apart; pages that are only pictures, and fonts that do not tell their characters: a gap",
                "可读取（在隔离进程中）；仅有图片的页面及无法对应文字的字体报告未检查",
            ),
            (_, true) => lang.pick("read", "可读取"),
            (_, false) => lang.pick("readable strings only, and a gap", "仅检索可读字符，并报告未检查"),
        };
        writeln!(out, "{:11} {:44} {read}", format.as_str(), format.title(lang))?;
    }
    Ok(Exit::Clear)
}
