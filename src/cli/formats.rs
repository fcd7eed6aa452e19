//! `mizha formats`: what is read of each format, and what is a gap.

use std::io::Write;

use super::exit::Exit;
use super::setup;
use super::stdout::stdout;
use crate::extract::is_read;
use crate::isolate::Landlock;
use crate::model::{Format, Gap, GapReason, Lang, Location, ReaderFault};

/// Runs the verb.
pub(super) fn run(lang: Lang) -> anyhow::Result<Exit> {
    let mut out = stdout();
    for format in Format::ALL.iter().copied() {
        let sign = if is_read(format) { lang.pick("read", "可读取") } else { lang.pick("gap ", "未检查") };
        writeln!(out, "{:11} {sign}  {}", format.as_str(), format.title(lang))?;
        // What would be read of it is no answer where it is not.
        let what = match Gap::unread(Location::item(), format).reason {
            reason @ GapReason::Feature(_) if !is_read(format) => reason.title(lang),
            _ => format.what_is_read(lang),
        };
        writeln!(out, "{:11}       {what}", "")?;
    }
    writeln!(
        out,
        "\n{}",
        lang.pick(
            "Encrypted, damaged and oversized files are gaps in every format. A gap makes a file `uninspected`, never clear.",
            "任何格式中，已加密、已损坏或超过上限的内容均报告为未检查；有未检查内容的文件不会判为通过。",
        )
    )?;
    writeln!(out, "{}", sandbox(confinement(), lang))?;
    Ok(Exit::Clear)
}

/// Which layers confine the processes that read on this machine: tried, not asked.
pub(super) fn confinement() -> Result<Landlock, ReaderFault> {
    setup::reader().map_or(Err(ReaderFault::Unset), |reader| reader.confinement())
}

/// The same in words.
pub(super) fn sandbox(confinement: Result<Landlock, ReaderFault>, lang: Lang) -> String {
    let words = match confinement {
        Ok(Landlock::Full) => lang.pick(
            "Files are parsed in a sandbox: seccomp, Landlock.",
            "文件在沙箱进程中解析：seccomp、Landlock 均生效。",
        ),
        Ok(Landlock::Partial) => lang.pick(
            "Files are parsed in a sandbox: seccomp; Landlock as far as this kernel has it.",
            "文件在沙箱进程中解析：seccomp 生效，Landlock 部分生效（取决于内核版本）。",
        ),
        Ok(Landlock::Absent) => lang.pick(
            "Files are parsed in a sandbox: seccomp; this kernel has no Landlock.",
            "文件在沙箱进程中解析：seccomp 生效；本机内核没有 Landlock。",
        ),
        Err(fault) => {
            let why = fault.title(lang);
            return lang.pick(
                format!("! No sandbox: nothing but plain text is read, all else is a gap (no-reader). Why: {why}."),
                format!("！沙箱未能建立：仅读取纯文本，其余一律报告为未检查（no-reader）。原因：{why}。"),
            );
        }
    };
    words.to_string()
}
