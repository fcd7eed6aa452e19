//! Errors in the person's language: those of packs have both, those of the system are put into words here.

use std::io::{Error, ErrorKind};

use crate::model::Lang;
use crate::pack;

/// An error with all its causes.
pub(super) fn message(error: &anyhow::Error, lang: Lang) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in error.chain() {
        let word = if let Some(e) = cause.downcast_ref::<pack::PackError>() {
            e.message(lang)
        } else if let Some(refusal) = cause.downcast_ref::<pack::trust::PackRefusal>() {
            refusal.message(lang)
        } else if let Some(e) = cause.downcast_ref::<Error>() {
            system(e, lang)
        } else {
            cause.to_string()
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(lang.pick(": ", "："))
}

/// An error of the system.
pub(super) fn system(error: &Error, lang: Lang) -> String {
    let zh = match error.kind() {
        ErrorKind::NotFound => "没有这个文件或目录",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已经存在",
        ErrorKind::IsADirectory => "是目录，不是文件",
        ErrorKind::NotADirectory => "不是目录",
        ErrorKind::StorageFull => "磁盘空间不足",
        ErrorKind::QuotaExceeded => "超出磁盘配额",
        ErrorKind::ReadOnlyFilesystem => "文件系统只读",
        ErrorKind::FileTooLarge => "文件过大",
        ErrorKind::InvalidFilename => "文件名无效",
        ErrorKind::BrokenPipe => "管道已关闭",
        ErrorKind::TimedOut => "超时",
        ErrorKind::Interrupted => "被中断",
        ErrorKind::InvalidData => "内容无效",
        ErrorKind::UnexpectedEof => "文件不完整",
        ErrorKind::NotConnected => "未连接（设备可能已拔出）",
        ErrorKind::StaleNetworkFileHandle => "网络文件句柄已失效",
        ErrorKind::Unsupported => "系统不支持此操作",
        ErrorKind::OutOfMemory => "内存不足",
        _ => return lang.pick(error.to_string(), format!("系统错误：{error}")),
    };
    // The number is what a person can look up; our own errors of this type have none.
    match error.raw_os_error() {
        Some(number) => lang.pick(error.to_string(), format!("{zh}（系统错误 {number}）")),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_missing_file_is_told_in_both_languages() {
        let missing = || std::fs::read("/nowhere/at all").map(drop).context("/nowhere/at all").expect_err("missing");
        assert_eq!(message(&missing(), Lang::Zh), "/nowhere/at all：没有这个文件或目录（系统错误 2）");
        assert_eq!(message(&missing(), Lang::En), "/nowhere/at all: No such file or directory (os error 2)");
    }
}
