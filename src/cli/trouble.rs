//! What does not work, as the daemon writes it (steps and system errors, joined by `: `), in the
//! reader's language. Words that are not known here are shown as they are.

use crate::model::Lang;

/// Steps and errors, each with its Chinese words.
const WORDS: &[(&str, &str)] = &[
    // Steps of the gate.
    ("look at", "查看文件"),
    ("read", "读取文件"),
    ("open", "打开文件"),
    ("open the folder", "打开文件夹"),
    ("copy", "复制文件"),
    ("make the copy", "创建副本"),
    ("name the copy", "命名副本"),
    ("read the copy", "读取副本"),
    ("remove the copy", "删除副本"),
    ("take", "取走原文件"),
    ("open the target", "打开目标文件夹"),
    ("set permissions", "设置权限"),
    ("copy to the target", "复制到目标文件夹"),
    ("name at the target", "在目标文件夹中命名"),
    ("write the record", "写入记录"),
    ("arrived, but not for certain", "已送达，但磁盘未确认"),
    // Parts of the daemon.
    ("audit log", "审计日志"),
    ("settings", "配置"),
    ("notifications", "桌面通知"),
    ("clipboard", "剪贴板"),
    ("the desktop session ended", "桌面会话已结束"),
    ("this file system does not tell of all changes", "此文件系统不通知全部变更，改为定时巡查"),
    (
        "too many folders for the system to watch (fs.inotify.max_user_watches)",
        "文件夹数量超过系统监视上限（fs.inotify.max_user_watches），改为定时巡查",
    ),
    ("events cannot be had", "无法接收文件变更通知，改为定时巡查"),
    ("Landlock is not available", "内核不支持 Landlock"),
    // Errors of the system, as the standard library says them.
    ("entity not found", "不存在"),
    ("permission denied", "没有权限"),
    ("not connected", "未连接（设备可能已拔出）"),
    ("no storage space", "空间不足"),
    ("quota exceeded", "超出配额"),
    ("read-only filesystem or storage medium", "只读"),
    ("not a directory", "不是文件夹"),
    ("invalid filename", "文件名无效"),
    ("file too large", "文件过大"),
    ("stale network file handle", "网络文件句柄已失效"),
    ("timed out", "超时"),
    ("other error", "系统错误"),
    ("uncategorized error", "系统错误"),
];

/// A problem in the reader's words.
pub(super) fn trouble(problem: &str, lang: Lang) -> String {
    let word = |piece: &str| {
        let known = WORDS.iter().find(|(en, _)| *en == piece);
        known.map_or(piece, |(en, zh)| lang.pick(*en, *zh)).to_string()
    };
    let whole = word(problem);
    if whole != problem {
        return whole;
    }
    problem.split(": ").map(word).collect::<Vec<_>>().join(lang.pick(": ", "："))
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn steps_and_errors_are_said_in_chinese_and_the_rest_is_kept() {
        let problem = format!("open the target: {}", ErrorKind::NotConnected);
        assert_eq!(trouble(&problem, Lang::Zh), "打开目标文件夹：未连接（设备可能已拔出）");
        assert_eq!(trouble(&problem, Lang::En), problem);
        assert_eq!(trouble("/media/x: events cannot be had", Lang::Zh), "/media/x：无法接收文件变更通知，改为定时巡查");
    }

    #[test]
    fn what_folders_and_disks_usually_answer_is_known() {
        let usual = [
            ErrorKind::NotFound,
            ErrorKind::PermissionDenied,
            ErrorKind::NotConnected,
            ErrorKind::StorageFull,
            ErrorKind::QuotaExceeded,
            ErrorKind::ReadOnlyFilesystem,
            ErrorKind::NotADirectory,
            ErrorKind::InvalidFilename,
            ErrorKind::FileTooLarge,
            ErrorKind::StaleNetworkFileHandle,
            ErrorKind::TimedOut,
            ErrorKind::Other,
        ];
        for kind in usual {
            let words = kind.to_string();
            assert_ne!(trouble(&words, Lang::Zh), words, "{kind:?}");
        }
    }
}
