//! The words both forms for people share: verdicts, next steps, sizes and times.

use std::collections::BTreeSet;

use super::Summary;
use crate::model::{Gap, GapReason, Lang, ReaderFault, Verdict};

/// The badge of a verdict.
pub(crate) fn badge(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Block => lang.pick("BLOCK", "拦截"),
        Verdict::Uninspected => lang.pick("UNREAD", "未检查"),
        Verdict::Warn => lang.pick("CHECK", "请确认"),
        Verdict::Clear => lang.pick("CLEAR", "通过"),
    }
}

/// The conclusion of a run, in one sentence.
pub(super) fn conclusion(summary: &Summary, lang: Lang) -> String {
    let n = summary.count(summary.worst());
    match summary.worst() {
        _ if summary.items == 0 => lang.pick("Nothing was scanned.".into(), "没有可检查的内容。".into()),
        Verdict::Block => lang.pick(
            format!("Do not send. {} must not leave this computer.", files(n, lang)),
            format!("结论：不得外发。有 {n} 个文件不得传出本机。"),
        ),
        Verdict::Uninspected => lang.pick(
            format!("Do not send yet. {} could not be inspected in full.", files(n, lang)),
            format!("结论：暂不得外发。有 {n} 个文件未能完整检查。"),
        ),
        Verdict::Warn => lang.pick(
            format!("Look before you send. {} needs your confirmation.", files(n, lang)),
            format!("结论：请核实后再外发。有 {n} 个文件需要确认。"),
        ),
        Verdict::Clear => lang.pick("Clear: nothing was found.".to_string(), "结论：未发现问题。".to_string()),
    }
}

fn files(n: u64, lang: Lang) -> String {
    lang.pick(if n == 1 { "1 file".to_string() } else { format!("{n} files") }, format!("{n} 个文件"))
}

/// What to do now, most important first.
pub(crate) fn next_steps(worst: Verdict, reasons: &BTreeSet<GapReason>, lang: Lang) -> Vec<&'static str> {
    let mut steps = Vec::new();
    if worst == Verdict::Block {
        steps.push(lang.pick(
            "Keep what is marked where it is. If a mark is wrong, have it corrected by whoever set it; ask your secrecy office when in doubt.",
            "带有密级或敏感标志的文件请勿通过邮件、即时通信、网盘等方式外发；标志有误的，由定密责任人更正；拿不准的，请咨询本单位保密工作机构。",
        ));
    }
    if worst == Verdict::Warn {
        steps.push(lang.pick(
            "Open each file listed, check the place named, and decide. Remove personal data or keys that the recipient does not need.",
            "请打开所列文件，核对提示的位置后再决定；收件人不需要的个人信息、密钥等请先删除。",
        ));
    }
    for reason in reasons {
        let step = remedy(*reason, lang);
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    steps
}

/// What to do about a place that could not be inspected.
fn remedy(reason: GapReason, lang: Lang) -> &'static str {
    match reason {
        GapReason::Encrypted => lang.pick(
            "Encrypted: remove the password from a copy and scan that copy.",
            "已加密：请另存一份去除密码的副本，对副本重新检查。",
        ),
        GapReason::Damaged => lang.pick(
            "Damaged: open the file in its program, save it anew and scan again.",
            "文件损坏：请用原软件打开并重新保存，再次检查。",
        ),
        GapReason::Volume => lang.pick(
            "One volume of a set: put the volumes together, unpack them and scan what was inside.",
            "分卷文件：请集齐各分卷并解压，对解压出的文件重新检查。",
        ),
        GapReason::Packing(_) => lang.pick(
            "Packed by a rare method: unpack the archive and scan what was inside, or pack it anew as zip or 7z.",
            "压缩算法少见：请解压后对解压出的文件重新检查，或改用普通 zip、7z 重新打包。",
        ),
        GapReason::Unsupported | GapReason::Feature(_) => lang.pick(
            "Not supported: send the content in a format listed by `mizha formats`, or have a person look at it.",
            "格式不支持：请换用 `mizha formats` 所列格式，或由专人人工审查。",
        ),
        GapReason::Limit(_) | GapReason::Timeout => lang.pick(
            "Over a limit: split the file, or raise the limit named with --limit or --timeout.",
            "超过上限：请拆分文件，或用 --limit、--timeout 调高相应上限。",
        ),
        GapReason::NotFound => lang.pick(
            "No such file: check the name and the folder, and scan again.",
            "没有这个文件：请核对文件名和所在目录后重新检查。",
        ),
        GapReason::Denied => lang.pick(
            "No permission: have its owner let you read it, or scan it from the owner's account.",
            "没有读取权限：请由文件所有者授权，或用其账户检查。",
        ),
        GapReason::Io => lang.pick(
            "Could not be read: check that the disk or share is connected and scan again.",
            "无法读取：请确认磁盘或共享目录已连接后重新检查。",
        ),
        GapReason::Changed => lang.pick(
            "Changed while being read: close the program that writes it and scan again.",
            "读取时被改动：请关闭正在写入的程序后重新检查。",
        ),
        GapReason::Special => lang.pick(
            "Not a regular file: scan what it leads to by its own path.",
            "不是普通文件：请直接指定其实际路径进行检查。",
        ),
        GapReason::Glyphs => lang.pick(
            "Unreadable glyphs: export the document anew from its source, or have a person look at these pages.",
            "字形无法识别：请从原始文档重新导出，或由专人人工审查相关页面。",
        ),
        GapReason::Picture => lang.pick(
            "Pictures only: have a person look at these pages. Whether pictures can be read: mizha ocr status.",
            "仅有图片：请由专人人工审查相关页面。图片识别是否可用，见 mizha ocr status。",
        ),
        GapReason::PictureModel(_) => lang.pick(
            "Pictures need the reading model: install it once (deploy/fetch-ocr-model.sh, or without a network `mizha ocr install DIR`), or have a person look at them.",
            "识别图片需要安装识别模型（运行 deploy/fetch-ocr-model.sh；无网络时运行 `mizha ocr install 目录`）；未安装时请由专人人工审查图片。",
        ),
        GapReason::PictureFormat => lang.pick(
            "A picture that cannot be decoded: open it, save it as JPEG or PNG (or take a screenshot of it) and scan that.",
            "图片格式无法解码：请打开该图片，另存为 JPEG 或 PNG（或截图）后重新检查。",
        ),
        GapReason::Illegible => lang.pick(
            "Text in a picture that cannot be read: take the photo closer, in focus and in good light, or send the document itself; otherwise have a person look at it.",
            "图片中的文字无法辨认：请靠近、对准焦点并在光线充足处重新拍摄，或改为检查原始文件；否则请由专人人工审查。",
        ),
        GapReason::NoReader(fault) => reader_remedy(fault, lang),
    }
}

/// What to do where there was no confined process to read in.
fn reader_remedy(fault: ReaderFault, lang: Lang) -> &'static str {
    match fault {
        ReaderFault::Unset | ReaderFault::NotStarted | ReaderFault::Ended => lang.pick(
            "No reading process: check that the program file is whole and may be run, then scan again.",
            "隔离读取进程未启动：请确认程序文件完整且允许执行，再次检查。",
        ),
        ReaderFault::NoRoom | ReaderFault::Bounds => lang.pick(
            "No reading process: close other programs, or raise this account's limit of processes, then scan again.",
            "无法创建隔离读取进程：请关闭其他程序，或调高本账户的进程数上限，再次检查。",
        ),
        ReaderFault::Seccomp | ReaderFault::Processor | ReaderFault::System => lang.pick(
            "No sandbox on this machine, so nothing but plain text is read: have the administrator allow seccomp in the kernel or the container, or scan on another machine (see `mizha formats`).",
            "本机无法建立沙箱，仅读取纯文本：请管理员在内核或容器中启用 seccomp，或换一台机器检查（详见 `mizha formats`）。",
        ),
    }
}

/// A gap in one line.
pub(super) fn gap(gap: &Gap, lang: Lang) -> String {
    let place = gap.location.describe(lang);
    let detail = match gap.reason {
        GapReason::Limit(limit) => lang.pick(format!(" ({})", limit.setting()), format!("（{}）", limit.setting())),
        GapReason::Packing(packing) => lang.pick(format!(" ({})", packing.name()), format!("（{}）", packing.name())),
        _ if gap.accepted => lang.pick(" (accepted by the policy)", "（策略已接受）").to_string(),
        _ => String::new(),
    };
    lang.pick(
        format!("{place}: {}{detail}", gap.reason.title(lang)),
        format!("{place}：{}{detail}", gap.reason.title(lang)),
    )
}

/// A size with a unit.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// The counts of a run.
pub(super) fn counts(summary: &Summary, lang: Lang) -> String {
    let mut pieces = Vec::new();
    for verdict in [Verdict::Block, Verdict::Uninspected, Verdict::Warn, Verdict::Clear] {
        let n = summary.count(verdict);
        if n > 0 {
            let word = match verdict {
                Verdict::Block => lang.pick("blocked", "拦截"),
                Verdict::Uninspected => lang.pick("not inspected", "未检查"),
                Verdict::Warn => lang.pick("to confirm", "待确认"),
                Verdict::Clear => lang.pick("clear", "通过"),
            };
            pieces.push(lang.pick(format!("{n} {word}"), format!("{word} {n}")));
        }
    }
    let seconds = summary.millis as f64 / 1e3;
    lang.pick(
        format!(
            "{} scanned ({}, {seconds:.1} s): {}",
            files(summary.items, lang),
            size(summary.bytes),
            pieces.join(", ")
        ),
        format!("共检查 {} 个文件（{}，{seconds:.1} 秒）：{}", summary.items, size(summary.bytes), pieces.join("，")),
    )
}
