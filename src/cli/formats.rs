//! `mizha formats`: what is read of each format, and what is a gap.

use std::io::Write;

use super::exit::Exit;
use super::setup;
use crate::extract::is_read;
use crate::isolate::Landlock;
use crate::model::{Format, Lang};

/// Runs the verb.
pub(super) fn run(lang: Lang) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    for format in Format::ALL.iter().copied() {
        let sign = if is_read(format) { lang.pick("read", "可读取") } else { lang.pick("gap ", "未检查") };
        writeln!(out, "{:11} {sign}  {}", format.as_str(), format.title(lang))?;
        writeln!(out, "{:11}       {}", "", format.what_is_read(lang))?;
    }
    writeln!(
        out,
        "\n{}",
        lang.pick(
            "Encrypted, damaged and oversized files are gaps in every format. A gap makes a file `uninspected`, never clear.",
            "任何格式中，已加密、已损坏或超过上限的内容均报告为未检查；有未检查内容的文件不会判为通过。",
        )
    )?;
    writeln!(out, "{}", sandbox(lang))?;
    Ok(Exit::Clear)
}

/// Which layers confine the processes that read on this machine: tried, not asked.
pub(super) fn sandbox(lang: Lang) -> &'static str {
    match setup::reader().map(|reader| reader.confinement()) {
        Some(Ok(Landlock::Full)) => lang.pick(
            "Files are parsed in a sandbox: seccomp, Landlock.",
            "文件在沙箱进程中解析：seccomp、Landlock 均生效。",
        ),
        Some(Ok(Landlock::Partial)) => lang.pick(
            "Files are parsed in a sandbox: seccomp; Landlock as far as this kernel has it.",
            "文件在沙箱进程中解析：seccomp 生效，Landlock 部分生效（取决于内核版本）。",
        ),
        Some(Ok(Landlock::Absent)) => lang.pick(
            "Files are parsed in a sandbox: seccomp; this kernel has no Landlock.",
            "文件在沙箱进程中解析：seccomp 生效；本机内核没有 Landlock。",
        ),
        _ => lang.pick(
            "! No sandbox can be set up here (seccomp is missing): nothing but plain text is read, all else is a gap (no-reader).",
            "！本机无法建立沙箱（缺少 seccomp）：仅读取纯文本，其余一律报告为未检查（no-reader）。",
        ),
    }
}
