//! Why no process apart could read a file: it could not be made, or not be confined. What nobody confined reads nothing.

use serde::{Deserialize, Serialize};

use super::Lang;

/// Why there was no confined process to read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ReaderFault {
    /// Whoever uses this library set none up.
    Unset,
    /// The program could not be started.
    NotStarted,
    /// It ended before it was confined, or said what no program of ours says.
    Ended,
    /// The system has no memory or no number left for one more process.
    NoRoom,
    /// The kernel has no filter for system calls (seccomp), or does not give it to this program.
    Seccomp,
    /// No list of system calls is known for this kind of processor.
    Processor,
    /// Its limits of memory, time and processes could not be set.
    Bounds,
    /// Nothing on this operating system confines a process.
    System,
}

impl ReaderFault {
    /// Every fault.
    pub const ALL: [ReaderFault; 8] = [
        ReaderFault::Unset,
        ReaderFault::NotStarted,
        ReaderFault::Ended,
        ReaderFault::NoRoom,
        ReaderFault::Seccomp,
        ReaderFault::Processor,
        ReaderFault::Bounds,
        ReaderFault::System,
    ];

    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ReaderFault::Unset => "unset",
            ReaderFault::NotStarted => "not-started",
            ReaderFault::Ended => "ended",
            ReaderFault::NoRoom => "no-room",
            ReaderFault::Seccomp => "seccomp",
            ReaderFault::Processor => "processor",
            ReaderFault::Bounds => "bounds",
            ReaderFault::System => "system",
        }
    }

    /// What it means, for a person.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            ReaderFault::Unset => lang.pick("no separate reading process was set up", "未设置隔离读取进程"),
            ReaderFault::NotStarted => {
                lang.pick("the separate reading process could not be started", "隔离读取进程未能启动")
            }
            ReaderFault::Ended => {
                lang.pick("the separate reading process ended before it was confined", "隔离读取进程在隔离生效之前退出")
            }
            ReaderFault::NoRoom => lang.pick(
                "no separate reading process: the system has no memory or processes left",
                "系统内存或进程数不足，无法创建隔离读取进程",
            ),
            ReaderFault::Seccomp => lang.pick(
                "the reading process cannot be confined: this kernel has no seccomp, or withholds it",
                "无法隔离读取进程：内核不支持或禁止使用 seccomp",
            ),
            ReaderFault::Processor => lang.pick(
                "the reading process cannot be confined: no list of system calls for this processor",
                "无法隔离读取进程：没有适用于本机处理器架构的系统调用清单",
            ),
            ReaderFault::Bounds => lang.pick(
                "the reading process cannot be confined: its limits could not be set",
                "无法隔离读取进程：资源上限设置失败",
            ),
            ReaderFault::System => lang
                .pick("the reading process cannot be confined on this operating system", "本操作系统无法隔离读取进程"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_word_and_says_what_it_means_in_both_languages() {
        for fault in ReaderFault::ALL {
            let word = serde_json::to_value(fault).expect("a word");
            assert_eq!(word, fault.as_str());
            assert_ne!(fault.title(Lang::En), fault.title(Lang::Zh));
        }
    }
}
