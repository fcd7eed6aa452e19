//! Why a file stays where it is, and at which step of its journey that was decided.

use std::io;

use serde::{Deserialize, Serialize};

use crate::model::{Lang, SystemFault, safe_name};

/// A step of a file's journey that the system can refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attempt {
    /// Asking how the file looks.
    LookAt,
    /// Reading it.
    Read,
    /// Opening it.
    Open,
    /// Opening the folder it lies in.
    OpenFolder,
    /// Making the copy.
    MakeCopy,
    /// Finding a name for the copy.
    NameCopy,
    /// Copying.
    Copy,
    /// Reading the copy.
    ReadCopy,
    /// Making sure of the copy on the disk.
    SyncCopy,
    /// Removing the copy.
    RemoveCopy,
    /// Writing the journal.
    WriteJournal,
    /// Writing the record of a held file.
    WriteRecord,
    /// Giving the original its hidden name.
    Take,
    /// Opening the folder it is to arrive in.
    OpenTarget,
    /// Giving the copy its permissions.
    SetPermissions,
    /// Copying to another file system.
    CopyToTarget,
    /// Giving the copy its name.
    NameAtTarget,
}

impl Attempt {
    /// In words.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Attempt::LookAt => lang.pick("look at the file", "查看文件"),
            Attempt::Read => lang.pick("read the file", "读取文件"),
            Attempt::Open => lang.pick("open the file", "打开文件"),
            Attempt::OpenFolder => lang.pick("open the folder", "打开文件夹"),
            Attempt::MakeCopy => lang.pick("make the copy", "创建副本"),
            Attempt::NameCopy => lang.pick("name the copy", "命名副本"),
            Attempt::Copy => lang.pick("copy", "复制文件"),
            Attempt::ReadCopy => lang.pick("read the copy", "读取副本"),
            Attempt::SyncCopy => lang.pick("write the copy to the disk", "将副本写入磁盘"),
            Attempt::RemoveCopy => lang.pick("remove the copy", "删除副本"),
            Attempt::WriteJournal => lang.pick("write the journal", "写入流水"),
            Attempt::WriteRecord => lang.pick("write the record", "写入记录"),
            Attempt::Take => lang.pick("take the file", "取走原文件"),
            Attempt::OpenTarget => lang.pick("open the target folder", "打开目标文件夹"),
            Attempt::SetPermissions => lang.pick("set permissions", "设置权限"),
            Attempt::CopyToTarget => lang.pick("copy to the target folder", "复制到目标文件夹"),
            Attempt::NameAtTarget => lang.pick("name the file in the target folder", "在目标文件夹中命名"),
        }
    }
}

/// Why a file stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum GateRefusal {
    /// It is no regular file.
    #[error("not a regular file")]
    Special,
    /// A program still writes it.
    #[error("open for writing in a program")]
    Busy,
    /// The kernel does not say whether somebody writes it, and it changed a moment ago.
    #[error("the system does not say whether a program writes it")]
    Untold,
    /// It is no longer what was copied.
    #[error("changed meanwhile")]
    Changed,
    /// It arrived, but the disk does not promise that it will still be there: recovery decides.
    #[error("arrived, but not for certain: {0}")]
    Unsure(io::Error),
    /// On the way to the target lies a file where a folder is needed.
    #[error("a file lies where a folder is needed")]
    Obstacle(std::path::PathBuf),
    /// It is larger than what may be looked at: it was not even copied.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// Something the system refused, and at which step.
    #[error("{attempt}: {fault}", attempt = .0.title(Lang::En), fault = .1)]
    Io(Attempt, io::Error),
}

impl GateRefusal {
    /// The refusal of a step.
    pub(super) fn at(attempt: Attempt) -> impl Fn(io::Error) -> GateRefusal {
        move |e| GateRefusal::Io(attempt, e)
    }

    /// In words.
    pub fn message(&self, lang: Lang) -> String {
        let colon = lang.pick(": ", "：");
        match self {
            GateRefusal::Special => lang.pick("not a regular file", "不是普通文件").to_string(),
            GateRefusal::Busy => lang.pick("open for writing in a program", "有程序正在写入").to_string(),
            GateRefusal::Untold => lang
                .pick("the system does not say whether a program writes it", "系统无法告知是否有程序正在写入")
                .to_string(),
            GateRefusal::Changed => lang.pick("changed meanwhile", "期间有改动").to_string(),
            GateRefusal::Unsure(e) => {
                let what = lang.pick("arrived, but the disk does not confirm it", "已送达，但磁盘未确认");
                format!("{what}{colon}{}", SystemFault::from(e).message(lang))
            }
            GateRefusal::Obstacle(path) => {
                let path = safe_name(&path.display().to_string());
                lang.pick(
                    format!("{path}: a file lies where a folder is needed; move it away or give it another name"),
                    format!("{path}：应为文件夹的位置是一个文件，请将其移走或改名"),
                )
            }
            GateRefusal::TooLarge(most) => {
                let most = most >> 20;
                lang.pick(
                    format!("larger than {most} MiB, so it is not looked at and stays where it is; send it in parts, or raise limits.total_bytes"),
                    format!("超过 {most} MiB，不予检查，留在原处；请分卷外发，或调高 limits.total_bytes"),
                )
            }
            GateRefusal::Io(attempt, e) => {
                format!("{}{colon}{}", attempt.title(lang), SystemFault::from(e).message(lang))
            }
        }
    }
}
