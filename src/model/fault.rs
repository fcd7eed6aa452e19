//! What the operating system refuses, as a value that can be written down and said in both
//! languages. Only the kind: no path, no content.

use std::io;

use serde::{Deserialize, Serialize};

use super::Lang;

/// Why the system refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SystemFault {
    /// It is not there.
    NotFound,
    /// Permission denied.
    Denied,
    /// A device is gone.
    Disconnected,
    /// No space left.
    Full,
    /// The user's quota is used up.
    Quota,
    /// Read-only.
    ReadOnly,
    /// A file lies where a folder is needed.
    NotAFolder,
    /// The file system does not take this name.
    BadName,
    /// Larger than the file system can hold.
    TooLarge,
    /// A file on a network drive is another one now.
    Stale,
    /// No answer in time.
    TimedOut,
    /// Too many files are open, or another limit of the system is reached.
    Limit,
    /// Anything else; the number of the system, 0 if there is none (errno(3)).
    Other(i32),
}

impl From<&io::Error> for SystemFault {
    fn from(error: &io::Error) -> Self {
        // EMFILE and ENFILE have no kind of their own.
        if matches!(error.raw_os_error(), Some(23 | 24)) {
            return SystemFault::Limit;
        }
        match error.kind() {
            io::ErrorKind::NotFound => SystemFault::NotFound,
            io::ErrorKind::PermissionDenied => SystemFault::Denied,
            io::ErrorKind::NotConnected => SystemFault::Disconnected,
            io::ErrorKind::StorageFull => SystemFault::Full,
            io::ErrorKind::QuotaExceeded => SystemFault::Quota,
            io::ErrorKind::ReadOnlyFilesystem => SystemFault::ReadOnly,
            io::ErrorKind::NotADirectory => SystemFault::NotAFolder,
            io::ErrorKind::InvalidFilename => SystemFault::BadName,
            io::ErrorKind::FileTooLarge => SystemFault::TooLarge,
            io::ErrorKind::StaleNetworkFileHandle => SystemFault::Stale,
            io::ErrorKind::TimedOut => SystemFault::TimedOut,
            _ => SystemFault::Other(error.raw_os_error().unwrap_or_default()),
        }
    }
}

impl SystemFault {
    /// In words.
    pub fn message(self, lang: Lang) -> String {
        let words = match self {
            SystemFault::NotFound => lang.pick("not found", "不存在"),
            SystemFault::Denied => lang.pick("permission denied", "没有权限"),
            SystemFault::Disconnected => {
                lang.pick("not connected (has a drive been removed?)", "未连接（设备可能已拔出）")
            }
            SystemFault::Full => lang.pick("no space left", "空间不足"),
            SystemFault::Quota => lang.pick("the quota is used up", "超出配额"),
            SystemFault::ReadOnly => lang.pick("read-only", "只读"),
            SystemFault::NotAFolder => lang.pick("a file lies where a folder is needed", "应为文件夹的位置是一个文件"),
            SystemFault::BadName => lang.pick("the file system does not take this name", "文件系统不支持该文件名"),
            SystemFault::TooLarge => lang.pick("too large for the file system", "文件过大，超出文件系统上限"),
            SystemFault::Stale => lang.pick("stale network file", "网络文件句柄已失效"),
            SystemFault::TimedOut => lang.pick("timed out", "超时"),
            SystemFault::Limit => lang.pick("too many open files", "打开的文件过多"),
            SystemFault::Other(0) => lang.pick("system error", "系统错误"),
            SystemFault::Other(number) => {
                return lang.pick(format!("system error {number}"), format!("系统错误 {number}"));
            }
        };
        words.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_disks_usually_answer_is_said_in_both_languages_and_the_rest_by_its_number() {
        // errno(3): ENOENT, EACCES, ENOTCONN, ENOSPC, EDQUOT, EROFS, ENOTDIR, ENAMETOOLONG, EFBIG, ESTALE, ETIMEDOUT, EMFILE.
        let usual = [2, 13, 107, 28, 122, 30, 20, 36, 27, 116, 110, 24];
        let mut all: Vec<String> = usual
            .into_iter()
            .map(|number| {
                let fault = SystemFault::from(&io::Error::from_raw_os_error(number));
                assert!(!matches!(fault, SystemFault::Other(_)), "{number}");
                assert!(!fault.message(Lang::Zh).is_ascii() && fault.message(Lang::En).is_ascii(), "{number}");
                fault.message(Lang::Zh)
            })
            .collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), usual.len(), "each has words of its own");
        // EIO.
        let fault = SystemFault::from(&io::Error::from_raw_os_error(5));
        assert_eq!((fault.message(Lang::En), fault.message(Lang::Zh)), ("system error 5".into(), "系统错误 5".into()));
    }
}
