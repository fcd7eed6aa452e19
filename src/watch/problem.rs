//! What is wrong with settings, or keeps the daemon from working as it should: values that the
//! daemon writes down, and that whoever shows them says in the reader's language.

use serde::{Deserialize, Serialize};

use crate::disk::RawPath;
use crate::gate::{Attempt, GateRefusal};
use crate::model::{Lang, Phrase, SystemFault, Tier, safe_name};

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WatchProblem {
    /// A gate's two folders lie inside each other.
    Nested {
        /// Where people save.
        pending: RawPath,
        /// Where cleared files appear.
        export: RawPath,
    },
    /// What one gate releases into is where another one takes in.
    Chained(RawPath),
    /// There is no such preset.
    NoPreset {
        /// The name given.
        id: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// A watch entry names neither a path nor a preset.
    NoFolder,
    /// A folder holds the state of Mizha, or lies in it.
    HoldsState(RawPath),
    /// The word for the folder of older files is no plain name.
    OlderFolder(String),
    /// A pattern of names to leave alone is wrong.
    Pattern {
        /// The pattern.
        pattern: String,
        /// What the library says of it.
        why: String,
    },
    /// A file of presets is wrong.
    Presets {
        /// The file.
        file: String,
        /// What the library says of it.
        why: String,
    },
    /// The officer's public key is none.
    OfficerKey(String),
    /// The settings cannot be used.
    Settings(Phrase),
    /// The user's settings cannot be used; the administrator's are in force alone.
    OwnSettings(Phrase),
    /// Files of these tiers can only be given back, not released: no officer's key is set.
    DeadEnd(Vec<Tier>),
    /// These folders only observe: nothing is held there.
    Observes(Vec<RawPath>),
    /// Packs are left out.
    Packs(Vec<Phrase>),
    /// Signals cannot be received.
    Signals(SystemFault),
    /// The audit log cannot be written.
    Audit(SystemFault),
    /// The system watches no more folders; this one is walked often.
    TooManyFolders(RawPath),
    /// The system refuses events; this folder is walked often.
    NoEvents {
        /// The folder; none for all.
        folder: Option<RawPath>,
        /// Why, if it is known.
        fault: Option<SystemFault>,
    },
    /// The file system does not tell of all changes; this folder is walked often.
    Silent(RawPath),
    /// A step with a file failed.
    Step(Attempt, SystemFault),
    /// On the way to the target lies a file where a folder is needed.
    Obstacle(RawPath),
    /// A file is larger than may be looked at; the limit in bytes.
    TooLarge(u64),
    /// The system does not say whether programs write the files of this folder: they rest longer.
    Untold,
    /// A file arrived, but the disk does not confirm it.
    Unsure(SystemFault),
    /// A folder cannot be read.
    Unreadable(SystemFault),
    /// The kernel has no Landlock.
    NoLandlock,
    /// Landlock refused.
    Landlock(String),
    /// Copied texts are not looked at.
    Clipboard(Phrase),
    /// Notifications cannot be shown.
    Notifications(Phrase),
}

impl WatchProblem {
    /// What a refusal means for the folder it happened in; none for those that pass by themselves.
    pub(super) fn of(refusal: &GateRefusal) -> Option<Self> {
        match refusal {
            GateRefusal::Io(attempt, e) => Some(WatchProblem::Step(*attempt, e.into())),
            GateRefusal::Unsure(e) => Some(WatchProblem::Unsure(e.into())),
            GateRefusal::Obstacle(path) => Some(WatchProblem::Obstacle(path.clone().into())),
            GateRefusal::TooLarge(most) => Some(WatchProblem::TooLarge(*most)),
            GateRefusal::Untold => Some(WatchProblem::Untold),
            GateRefusal::Special | GateRefusal::Busy | GateRefusal::Changed => None,
        }
    }

    /// In words: what, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        let colon = lang.pick(": ", "：");
        let named = |path: &RawPath| safe_name(&path.0.display().to_string());
        match self {
            WatchProblem::Nested { pending, export } => lang.pick(
                format!("gate: {} and {} lie inside each other", named(pending), named(export)),
                format!("闸口：{} 与 {} 互相包含，请改用两个独立的文件夹", named(pending), named(export)),
            ),
            WatchProblem::Chained(folder) => lang.pick(
                format!("gate: {} is the export folder of one gate and the pending folder of another: files would go round", named(folder)),
                format!("闸口：{} 既是一个闸口的外发目录，又是另一个闸口的待检目录，文件会反复循环，请改用独立的文件夹", named(folder)),
            ),
            WatchProblem::NoPreset { id, known } => lang.pick(
                format!("watch: no preset `{}`; there are {}", safe_name(id), known.join(", ")),
                format!("watch：没有名为“{}”的预设；可用的有 {}", safe_name(id), known.join("、")),
            ),
            WatchProblem::NoFolder => lang.pick(
                "watch: neither `path` nor `preset` is given".to_string(),
                "watch：没有写 path，也没有写 preset".to_string(),
            ),
            WatchProblem::HoldsState(path) => lang.pick(
                format!("{}: holds the state of mizha itself, or lies in it", named(path)),
                format!("{}：该文件夹包含密闸自身的状态目录，或位于其中，请换一个文件夹", named(path)),
            ),
            WatchProblem::OlderFolder(word) => lang.pick(
                format!("gate.older_folder: `{}` is not the name of one folder (no slash, no dot in front, at most 100 bytes)", safe_name(word)),
                format!("gate.older_folder：“{}”不能作为文件夹名（不得含斜杠、不得以点开头、不超过 100 字节）", safe_name(word)),
            ),
            WatchProblem::Pattern { pattern, why } => lang.pick(
                format!("skip: `{}`: {why}", safe_name(pattern)),
                format!("skip：“{}”不是正确的文件名模式：{why}", safe_name(pattern)),
            ),
            WatchProblem::Presets { file, why } => {
                format!("{}{colon}{why}", safe_name(file))
            }
            WatchProblem::OfficerKey(why) => lang.pick(
                format!("hold.officer_key or hold.officer_sign_key: not a public key (age1…, RW…): {why}"),
                format!("hold.officer_key 或 hold.officer_sign_key：不是公钥（age1…、RW…）：{why}"),
            ),
            WatchProblem::Settings(why) => format!("{}{colon}{}", lang.pick("settings", "配置"), why.get(lang)),
            WatchProblem::OwnSettings(why) => {
                let what = lang.pick("your settings are not used, only the administrator's", "未使用个人配置，仅按管理员策略运行");
                format!("{what}{colon}{}", why.get(lang))
            }
            WatchProblem::DeadEnd(tiers) => {
                let tiers: Vec<&str> = tiers.iter().map(|tier| tier.title(lang)).collect();
                lang.pick(
                    format!("only the security officer may release {}, and no key of the officer is set (hold.officer_key or hold.officer_sign_key): held files of these can be given back for correction (mizha quarantine return), not released", tiers.join(", ")),
                    format!("{}只能由保密管理员放行，但未设置保密管理员公钥（hold.officer_key 或 hold.officer_sign_key）：这类文件只能退回修改（mizha quarantine return），无法放行", tiers.join("、")),
                )
            }
            WatchProblem::Observes(folders) => {
                let folders: Vec<String> = folders.iter().map(named).collect();
                lang.pick(
                    format!("{}: observes only, nothing is held (action = \"observe\"); what it would have cost: mizha audit report", folders.join(", ")),
                    format!("{}：仅观察，不暂扣任何文件（action = \"observe\"）；启用后的影响见 mizha audit report", folders.join("、")),
                )
            }
            WatchProblem::Packs(why) => {
                let each: Vec<&str> = why.iter().map(|why| why.get(lang)).collect();
                format!("{}{colon}{}", lang.pick("packs", "规则包"), each.join(lang.pick("; ", "；")))
            }
            WatchProblem::Signals(fault) => {
                format!("{}{colon}{}", lang.pick("signals cannot be received", "无法接收信号"), fault.message(lang))
            }
            WatchProblem::Audit(fault) => {
                format!("{}{colon}{}", lang.pick("the audit log cannot be written", "无法写入审计日志"), fault.message(lang))
            }
            WatchProblem::TooManyFolders(folder) => lang.pick(
                format!(
                    "{}: too many folders for the system to watch (fs.inotify.max_user_watches); looked at every few seconds instead",
                    named(folder)
                ),
                format!("{}：文件夹数量超过系统监视上限（fs.inotify.max_user_watches），改为定时巡查", named(folder)),
            ),
            WatchProblem::NoEvents { folder, fault } => {
                let place = folder.as_ref().map(|folder| format!("{}{colon}", named(folder))).unwrap_or_default();
                let why = fault.map(|fault| lang.pick(format!(" ({})", fault.message(lang)), format!("（{}）", fault.message(lang))));
                let why = why.unwrap_or_default();
                lang.pick(
                    format!("{place}changes are not told by the system{why}; looked at every few seconds instead"),
                    format!("{place}无法接收文件变更通知{why}，改为定时巡查"),
                )
            }
            WatchProblem::Silent(folder) => lang.pick(
                format!("{}: this file system does not tell of all changes; looked at every few seconds instead", named(folder)),
                format!("{}：此文件系统不通知全部变更，改为定时巡查", named(folder)),
            ),
            WatchProblem::Step(attempt, fault) => format!("{}{colon}{}", attempt.title(lang), fault.message(lang)),
            WatchProblem::Unsure(fault) => {
                let what = lang.pick("arrived, but the disk does not confirm it", "已送达，但磁盘未确认");
                format!("{what}{colon}{}", fault.message(lang))
            }
            WatchProblem::Obstacle(path) => GateRefusal::Obstacle(path.0.clone()).message(lang),
            WatchProblem::TooLarge(most) => GateRefusal::TooLarge(*most).message(lang),
            WatchProblem::Untold => lang.pick(
                "the system does not say whether programs of others write here, so files rest longer before they are looked at",
                "系统无法告知其他账户的程序是否正在写入，文件将等待更久再检查",
            ).to_string(),
            WatchProblem::Unreadable(fault) => fault.message(lang),
            WatchProblem::NoLandlock => lang.pick("Landlock is not available", "内核不支持 Landlock").to_string(),
            WatchProblem::Landlock(why) => why.clone(),
            WatchProblem::Clipboard(why) => format!("{}{colon}{}", lang.pick("clipboard", "剪贴板"), why.get(lang)),
            WatchProblem::Notifications(why) => lang.pick(
                format!("notifications cannot be shown: {}", why.get(lang)),
                format!("无法显示桌面通知：{}", why.get(lang)),
            ),
        }
    }
}

impl std::fmt::Display for WatchProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_problem_is_written_down_as_a_value_and_said_in_both_languages() {
        // ENOTCONN, errno(3).
        let refusal = GateRefusal::Io(Attempt::OpenTarget, io::Error::from_raw_os_error(107));
        let problem = WatchProblem::of(&refusal).expect("a problem");
        assert_eq!(problem.message(Lang::Zh), "打开目标文件夹：未连接（设备可能已拔出）");
        assert_eq!(problem.message(Lang::En), "open the target folder: not connected (has a drive been removed?)");
        let silent = WatchProblem::Silent(PathBuf::from("/media/x").into());
        for problem in [problem, silent] {
            let json = serde_json::to_string(&problem).expect("JSON");
            assert_eq!(serde_json::from_str::<WatchProblem>(&json).expect("the same"), problem);
        }
    }
}
