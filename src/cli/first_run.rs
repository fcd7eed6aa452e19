//! `mizha setup`: the first run. It asks what it needs, writes a commented configuration, proves with a harmless marked
//! file that what must not leave is held, and has the guard started now and at every login.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::args::{Common, FirstRunArgs, ModeArg, StateArg, WatchArgs};
use super::exit::Exit;
use super::setup;
use super::stdout::stdout;
use super::watch::{make_gates, plan};
use crate::act::audit::EventKind;
use crate::act::quarantine::DecisionDesk;
use crate::config::{Config, FirstMode, FirstSettings};
use crate::disk::Disk;
use crate::model::Lang;
use crate::watch::{Daemon, Life};

/// The marked file of the proof: invented, and taken away again.
const PROOF: &str = "密闸测试 mizha-setup-test.txt";
const MARKED: &str = "机密★1年\n\n密闸自检，内容为虚构。This file is part of a self-test; its mark is invented.\n";

/// Runs the verb.
pub(super) fn run(args: &FirstRunArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let path = absent(common, lang)?;
    let settings = answers(args, lang)?;
    let place = Desk { path, state: args.state.state.clone(), is_served: !args.no_service };
    place.set_up(&settings, common, lang, &mut |words| Ok(writeln!(stdout(), "{words}")?))?;
    Ok(Exit::Clear)
}

/// Where the configuration goes: what a person has written already is never written over.
fn absent(common: &Common, lang: Lang) -> anyhow::Result<PathBuf> {
    let path = common.config.clone().or_else(setup::default_path).context("HOME is not set")?;
    if path.exists() {
        let shown = path.display();
        bail!(lang.pick(
            format!(
                "{shown}: there is a configuration already, and it is left as it is; edit it, then: mizha config check"
            ),
            format!("{shown}：已有配置，未作改动；请直接编辑，再运行 mizha config check 检查")
        ));
    }
    Ok(path)
}

/// The first run, for the page: what it was told, and what was done.
#[cfg(feature = "ui")]
pub(super) fn for_page(common: &Common, state: Option<PathBuf>, lang: Lang) -> Option<crate::ui::FirstRun> {
    absent(common, lang).ok()?;
    let common = common.clone();
    Some(Box::new(move |settings| {
        let mut told = Vec::new();
        let done = absent(&common, lang).and_then(|path| {
            let place = Desk { path, state: state.clone(), is_served: true };
            place.set_up(settings, &common, lang, &mut |words| {
                told.push(words.to_string());
                Ok(())
            })
        });
        done.map(|()| told).map_err(|e| super::message(&e, lang))
    }))
}

/// A desktop that is to be set up.
struct Desk {
    /// Where the configuration goes.
    path: PathBuf,
    /// The state folder, if it is not the usual one.
    state: Option<PathBuf>,
    /// The guard is started.
    is_served: bool,
}

impl Desk {
    /// Writes the configuration, proves that it holds and starts the guard; `tell` is given each step that was done.
    fn set_up(
        &self,
        settings: &FirstSettings,
        common: &Common,
        lang: Lang,
        tell: &mut dyn FnMut(&str) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let text = settings.text(lang);
        let shown = self.path.display();
        Config::parse(&shown.to_string(), &text)?;
        write_new(&self.path, &text, lang)?;
        tell(&lang.pick(format!("written: {shown}"), format!("已写入配置：{shown}")))?;
        let common = Common { config: Some(self.path.clone()), ..common.clone() };
        tell(self.prove(settings, &common, lang)?)?;
        tell(match self.is_served {
            true => self.start(&common, lang)?,
            false => lang.pick("start the guard with: mizha watch", "启动守护：mizha watch"),
        })?;
        let folder = settings.folder.display();
        tell(&match settings.mode {
            FirstMode::Gate => lang.pick(
                format!("Save what you want to send into {folder}/pending; what is clear appears in {folder}/export: send it from there."),
                format!("要发送的文件请存入 {folder}/pending，检查通过后会出现在 {folder}/export，从那里发送。"),
            ),
            FirstMode::Watch => lang.pick(
                format!("What must not leave is taken out of {folder} and held."),
                format!("{folder} 中不得外发的文件会被移出并暂扣。"),
            ),
            FirstMode::Observe => lang.pick(
                format!("Nothing is held: what would have been held in {folder} is written down (mizha audit show)."),
                format!("不暂扣文件，只记录 {folder} 中本应暂扣的文件（mizha audit show）。"),
            ),
        })?;
        tell(lang.pick("What is held, and checking before sending: mizha ui", "查看暂扣的文件、发送前检查：mizha ui"))
    }

    /// A marked file is put where people put theirs, and must be held, or told of; then it is taken away.
    fn prove(&self, settings: &FirstSettings, common: &Common, lang: Lang) -> anyhow::Result<&'static str> {
        let once = WatchArgs {
            state: StateArg { state: self.state.clone() },
            pending: None,
            export: None,
            once: true,
            presets: false,
            restart: false,
            kept_by: None,
        };
        let plan = plan(&once, common, lang)?;
        make_gates(&plan.config, lang)?;
        let folder = settings.watched();
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let (state, _) = setup::state(self.state.as_deref())?;
        let file = folder.join(PROOF);
        super::output::private(&file, lang)?.write_all(MARKED.as_bytes())?;
        let config = plan.config.clone();
        let looked = Daemon::new(&state, plan.config, plan.scanner, Disk::default()).map(|mut daemon| {
            daemon.begin();
            daemon.once();
        });
        let desk = DecisionDesk::open(&config, &state).with_context(|| state.display().to_string())?;
        let mut proven = false;
        for found in desk.quarantine.list()?.iter().filter(|held| held.from.0.ends_with(PROOF)) {
            // Ours and invented: nobody has to allow that it goes.
            desk.quarantine.purge(&found.id)?;
            proven = true;
        }
        if settings.mode == FirstMode::Observe {
            let last = desk.audit.records()?.into_iter().rev().take(8);
            proven = last.into_iter().any(|record| record.event.what == Some(EventKind::Observed));
        }
        if file.exists() {
            std::fs::remove_file(&file).with_context(|| file.display().to_string())?;
        }
        looked.map_err(|e| anyhow::Error::msg(e.message(lang)))?;
        if !proven {
            bail!(lang.pick(
                "the test failed: a marked file was put into the folder and was not held; see mizha status",
                "自检未通过：放入带密级标志的测试文件后没有被暂扣，请用 mizha status 查看原因"
            ));
        }
        Ok(lang.pick(
            "tested: a marked file was put there, was stopped, and has been taken away again",
            "自检通过：放入的测试文件已被拦下，并已清除",
        ))
    }

    /// The guard runs now and at every login: as a user service where there is one, else by an autostart file.
    fn start(&self, common: &Common, lang: Lang) -> anyhow::Result<&'static str> {
        let (state, _) = setup::state(self.state.as_deref())?;
        let quiet = |words: &[&str]| {
            let mut command = Command::new(words[0]);
            command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        let is_usual = self.state.is_none() && common.config == setup::default_path();
        if !(is_usual
            && quiet(&["systemctl", "--user", "cat", "mizha-watch"])
            && quiet(&["systemctl", "--user", "enable", "--now", "mizha-watch"]))
        {
            self.by_hand(common, lang)?;
        }
        let end = Instant::now() + Duration::from_secs(20);
        while !Life::lasts(&state) {
            if Instant::now() > end {
                bail!(lang.pick(
                    "the guard did not start; start it with: mizha watch",
                    "守护程序未能启动，请运行 mizha watch"
                ));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(lang.pick("the guard runs, and starts at every login", "守护程序已启动，登录时自动运行"))
    }

    /// Starts the guard beside us, and leaves a file by which the desktop starts it at login.
    fn by_hand(&self, common: &Common, lang: Lang) -> anyhow::Result<()> {
        use std::os::unix::process::CommandExt;
        let program = std::env::current_exe()?;
        let mut words = vec![program.display().to_string(), "watch".into(), "--restart".into()];
        if let Some(config) = &common.config {
            words.extend(["--config".into(), config.display().to_string()]);
        }
        if let Some(state) = &self.state {
            words.extend(["--state".into(), std::path::absolute(state)?.display().to_string()]);
        }
        let autostart = setup::base("XDG_CONFIG_HOME", ".config").context("HOME is not set")?.join("autostart");
        let file = autostart.join("mizha-watch.desktop");
        if !file.exists() {
            // Desktop Entry Specification, "The Exec key": in quotes, with a backslash before what is special there.
            let quoted: Vec<String> = words.iter().map(|word| format!("\"{}\"", special(word))).collect();
            let text =
                format!("[Desktop Entry]\nType=Application\nName=Mizha\nName[zh_CN]=密闸\nExec={}\n", quoted.join(" "));
            write_new(&file, &text, lang)?;
        }
        Command::new(&program)
            .args(&words[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| program.display().to_string())?;
        Ok(())
    }
}

/// From the arguments; what they leave open is asked, or with `--yes` taken as usual.
fn answers(args: &FirstRunArgs, lang: Lang) -> anyhow::Result<FirstSettings> {
    let home = std::env::var("HOME").context("HOME is not set")?;
    let usual = FirstSettings::usual_folder(Path::new(&home), lang);
    if !args.yes && !std::io::stdin().is_terminal() {
        bail!(lang.pick(
            "nobody can be asked here: name what you want (see --help) and add --yes, or use --page",
            "当前无法提问：请用参数说明（见 --help）并加上 --yes，或用 --page 在页面上设置"
        ));
    }
    let given = |given: &Option<String>, question: &str, usual: &str| match given {
        Some(given) => Ok(given.clone()),
        None if args.yes => Ok(usual.to_string()),
        None => ask(question, usual),
    };
    let folder = args.folder.as_ref().map(|folder| folder.display().to_string());
    let question = lang.pick("Which folder do you send files from?", "从哪个目录外发文件？");
    let folder = given(&folder, question, &usual.display().to_string())?;
    let question = lang.pick(
        "How: gate (only what is clear gets out), watch (what must not leave is taken away), observe (only written down)?",
        "方式：gate 闸口（检查通过才放行）、watch 监视（不得外发的移出暂扣）、observe 观察（只记录）？",
    );
    let word = given(&args.mode.map(|mode| FirstMode::from(mode).as_str().to_string()), question, "gate")?;
    let mode = FirstMode::of(&word).with_context(|| {
        lang.pick(format!("{word}: none of gate, watch, observe"), format!("{word}：不是 gate、watch、observe 之一"))
    })?;
    let question = lang.pick("Who is your security officer (may stay empty)?", "保密管理员或保密工作机构（可留空）？");
    let officer = given(&args.officer, question, "")?;
    let phone = given(&args.phone, lang.pick("Their telephone (may stay empty)?", "联系电话（可留空）？"), "")?;
    Ok(FirstSettings { folder: std::path::absolute(folder)?, mode, officer, phone })
}

impl From<ModeArg> for FirstMode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Gate => FirstMode::Gate,
            ModeArg::Watch => FirstMode::Watch,
            ModeArg::Observe => FirstMode::Observe,
        }
    }
}

fn ask(question: &str, usual: &str) -> anyhow::Result<String> {
    let mut out = std::io::stderr().lock();
    write!(out, "{question} {}", if usual.is_empty() { String::new() } else { format!("[{usual}] ") })?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(if answer.is_empty() { usual } else { answer }.to_string())
}

fn write_new(path: &Path, text: &str, lang: Lang) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Ok(super::output::private(path, lang)?.write_all(text.as_bytes())?)
}

/// A word of an `Exec` line: escaped for the quotes, and then, as every value, for the file.
fn special(word: &str) -> String {
    let mut text = String::new();
    for c in word.chars() {
        match c {
            '"' | '`' | '$' => text.extend(["\\\\", c.encode_utf8(&mut [0; 4])]),
            '\\' => text += "\\\\\\\\",
            '%' => text += "%%",
            '\n' => text += "\\n",
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_an_exec_line_is_escaped_twice() {
        // Desktop Entry Specification: \ in quotes is \\, and in the file \\\\; $ is \$ and \\$; a percent sign is %%.
        assert_eq!(special("/a b/$c\\d%"), "/a b/\\\\$c\\\\\\\\d%%");
    }
}
