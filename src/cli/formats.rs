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
                "doc, xls, ppt, msg and those of WPS: read; Visio, Publisher, Works: readable strings, and a gap",
                "doc、xls、ppt、msg 及 WPS 格式：可读取；Visio、Publisher、Works：仅检索可读字符，并报告未检查",
            ),
            (_, true) => lang.pick("read", "可读取"),
            (_, false) => lang.pick("readable strings only, and a gap", "仅检索可读字符，并报告未检查"),
        };
        writeln!(out, "{:11} {:44} {read}", format.as_str(), format.title(lang))?;
    }
    Ok(Exit::Clear)
}
