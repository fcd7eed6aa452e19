//! `mizha status`: how the watch is doing, as it last wrote it.

use std::collections::BTreeMap;
use std::io::Write;

use super::args::StatusArgs;
use super::exit::Exit;
use super::stdout::stdout;
use super::{formats, setup};
use crate::act::local_time;
use crate::model::Lang;
use crate::watch::{Confinement, FolderStatus, Life, Paused, Status, WatchProblem};

/// Runs the verb: 0 in order, 1 when something does not work, 2 when it does not run.
pub(super) fn run(args: &StatusArgs, lang: Lang) -> anyhow::Result<Exit> {
    let (state, run) = setup::state(args.state.state.as_deref())?;
    let alive = Life::lasts(&state);
    let status = Status::read(&run).ok().filter(|_| alive).map(|status| status.counted(&state));
    let mut out = stdout();
    let Some(status) = status else {
        if args.json {
            writeln!(out, "{}", serde_json::json!({ "running": alive }))?;
        } else {
            let words = match alive {
                true => lang.pick("starting", "正在启动"),
                false => lang.pick(
                    "not running: nothing is held and nothing is released. Start it with: mizha watch",
                    "未运行：既不暂扣也不放行。启动：mizha watch",
                ),
            };
            writeln!(out, "{words}")?;
        }
        return Ok(Exit::NotInspected);
    };
    let life = Life::of(&status);
    let confinement = formats::confinement();
    if args.json {
        let mut json = json(&status, &life, lang)?;
        json["reading"] = match confinement {
            Ok(landlock) => serde_json::json!({ "seccomp": true, "landlock": landlock.as_str() }),
            Err(fault) => serde_json::json!({ "seccomp": false, "cause": fault, "problem": fault.title(lang) }),
        };
        writeln!(out, "{json:#}")?;
    } else {
        write!(out, "{}{}", life.message(lang), human(&status, lang))?;
        writeln!(out, "\n{}", formats::sandbox(confinement, lang))?;
    }
    Ok(if status.is_well() && confinement.is_ok() { Exit::Clear } else { Exit::Found })
}

/// For machines: as it is written, problems in words.
fn json(status: &Status, life: &Life, lang: Lang) -> serde_json::Result<serde_json::Value> {
    let words = |problem: &WatchProblem| serde_json::Value::from(problem.message(lang));
    let mut json = serde_json::to_value(status)?;
    json["running"] = true.into();
    json["stopped"] = life.stopped.into();
    json["age_seconds"] = life.age.into();
    json["degraded"] = status.degraded.iter().map(words).collect();
    if let Confinement::None(problem) = &status.confined {
        json["confined"] = words(problem);
    }
    for (at, folder) in status.folders.iter().enumerate() {
        json["folders"][at]["unreachable"] = folder.unreachable.as_ref().map(words).into();
        json["folders"][at]["stuck"] = folder.stuck.as_ref().map(words).into();
    }
    Ok(json)
}

fn human(status: &Status, lang: Lang) -> String {
    let mut text = lang.pick(
        format!("running since {} (process {}, version {})\n", local_time(&status.since), status.pid, status.version),
        format!("运行中，启动于 {}（进程 {}，版本 {}）\n", local_time(&status.since), status.pid, status.version),
    );
    if let Some(Paused { until, .. }) = &status.paused {
        let until = local_time(until);
        text += &lang.pick(
            format!("paused until {until}: nothing is looked at, and nothing leaves a gate\n"),
            format!("已暂停，{until} 恢复：期间不检查，闸口不放行\n"),
        );
    }
    for folder in &status.folders {
        let path = |path: &Option<crate::disk::RawPath>| path.as_ref().map(|p| p.0.display().to_string());
        let from = path(&folder.path).unwrap_or_default();
        text += &match path(&folder.export) {
            Some(export) => format!("\n{} {from} → {export}\n", lang.pick("gate", "闸口")),
            None => format!("\n{} {from}\n", lang.pick("watched", "监视")),
        };
        let FolderStatus { waiting, passed, held, unread, refused, .. } = folder;
        text += &lang.pick(
            format!(
                "  waiting {waiting}, passed {passed}, held {held}, not inspected {unread}, links and special files left alone {refused}\n"
            ),
            format!("  等待 {waiting}，通过 {passed}，暂扣 {held}，未检查 {unread}，链接和特殊文件（不处理）{refused}\n"),
        );
        if folder.observes {
            let n = folder.observed;
            text += &lang.pick(
                format!("  observes only, holds nothing: {n} would have been held\n"),
                format!("  仅观察，不暂扣：本应暂扣 {n} 个\n"),
            );
        }
        if folder.taken_back > 0 {
            let n = folder.taken_back;
            text += &lang.pick(
                format!("  taken back from export because it did not come through the gate: {n}\n"),
                format!("  未经闸口直接存入外发目录、已收回检查：{n}\n"),
            );
        }
        text += &newest(folder, lang);
        if let Some(problem) = &folder.unreachable {
            text += &format!("  {}{}\n", lang.pick("! cannot be read: ", "！无法读取："), problem.message(lang));
        }
        if folder.closed > 0 {
            let closed = folder.closed;
            text += &lang.pick(
                format!("  ! folders in it that cannot be read, so nothing in them is looked at: {closed}\n"),
                format!("  ！其中有 {closed} 个文件夹无法读取，里面的文件未经检查，请检查其权限\n"),
            );
        }
        if let Some(problem) = &folder.stuck {
            let problem = problem.message(lang);
            text += &format!("  {}{problem}\n", lang.pick("! a file cannot be dealt with: ", "！有文件无法处理："));
        }
    }
    text += &format!(
        "\n{}{}\n{}{}\n",
        lang.pick("last walk  ", "最近巡查 "),
        local_time(&status.last_walk),
        lang.pick("packs      ", "规则包   "),
        packs(&status.packs, lang),
    );
    text += &match &status.confined {
        Confinement::Unknown | Confinement::Full => String::new(),
        Confinement::Partial => lang.pick("sandbox    partial\n", "沙箱     部分生效\n").to_string(),
        Confinement::None(problem) => {
            format!("{}{}\n", lang.pick("sandbox    none: ", "沙箱     未生效："), problem.message(lang))
        }
    };
    if status.unsettled > 0 {
        let n = status.unsettled;
        text += &lang.pick(
            format!("! files under way that cannot be put in order now (is a drive or folder gone?): {n}; given up after a day\n"),
            format!("！有 {n} 个文件中途滞留、暂时无法处理（磁盘或文件夹不在？），一天后放弃\n"),
        );
    }
    for problem in &status.degraded {
        text += &format!("{}{}\n", lang.pick("! ", "！"), problem.message(lang));
    }
    text
}

/// Which of several files of one name is the newest.
fn newest(folder: &FolderStatus, lang: Lang) -> String {
    let mut text = String::new();
    if let n @ 1.. = folder.numbered {
        text += &lang.pick(
            format!("  saved again under a name that was taken in export: {n}; the newest has the highest number\n"),
            format!("  与外发目录中已有文件同名：{n} 个，编号最大的是最新的一份\n"),
        );
    }
    if let n @ 1.. = folder.put_aside {
        text += &lang.pick(
            format!("  saved again: {n}; the newest has the name, older ones lie in the dated folder beside it\n"),
            format!("  同名文件再次存入：{n} 个，最新的一份用原名，旧的在旁边带日期的文件夹中\n"),
        );
    }
    text
}

/// Packs of one version together: the built-in ones are many.
fn packs(packs: &[String], lang: Lang) -> String {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, version) in packs.iter().filter_map(|pack| pack.split_once(' ')) {
        versions.entry(version).or_default().push(id);
    }
    let shown = |(version, ids): (&str, Vec<&str>)| match ids.len() {
        n @ 4.. => lang.pick(format!("{n} packs {version}"), format!("{n} 个，版本 {version}")),
        _ => format!("{} {version}", ids.join(lang.pick(", ", "、"))),
    };
    versions.into_iter().map(shown).collect::<Vec<_>>().join(lang.pick("; ", "；"))
}
