//! `mizha setup`: the first run. It asks what it needs, writes a commented configuration, proves with a harmless marked
//! file that what must not leave is held, and has the guard started now and at every login.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::args::{Common, FirstRunArgs, ModeArg, WatchArgs};
use super::exit::Exit;
use super::setup;
use super::stdout::stdout;
use super::watch::{make_gates, plan};
use crate::act::audit::EventKind;
use crate::act::quarantine::DecisionDesk;
use crate::config::Config;
use crate::disk::Disk;
use crate::model::Lang;
use crate::watch::{Daemon, Life};

/// The marked file of the proof: invented, and taken away again.
const PROOF: &str = "密闸测试 mizha-setup-test.txt";
const MARKED: &str = "机密★1年\n\n密闸自检，内容为虚构。This file is part of a self-test; its mark is invented.\n";

/// Runs the verb.
pub(super) fn run(args: &FirstRunArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
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
    let answers = Answers::of(args, lang)?;
    let text = answers.text(lang);
    Config::parse(&path.display().to_string(), &text)?;
    write_new(&path, &text, lang)?;
    print(&lang.pick(format!("written: {}", path.display()), format!("已写入配置：{}", path.display())))?;
    let common = Common { config: Some(path), ..common.clone() };
    prove(&answers, args, &common, lang)?;
    if args.no_service {
        print(lang.pick("start the guard with: mizha watch", "启动守护：mizha watch"))?;
    } else {
        start(args, &common, lang)?;
    }
    let folder = answers.folder.display();
    print(&match answers.mode {
        ModeArg::Gate => lang.pick(
            format!("Save what you want to send into {folder}/pending; what is clear appears in {folder}/export: send it from there."),
            format!("要发送的文件请存入 {folder}/pending，检查通过后会出现在 {folder}/export，从那里发送。"),
        ),
        ModeArg::Watch => lang.pick(
            format!("What must not leave is taken out of {folder} and held."),
            format!("{folder} 中不得外发的文件会被移出并暂扣。"),
        ),
        ModeArg::Observe => lang.pick(
            format!("Nothing is held: what would have been held in {folder} is written down (mizha audit show)."),
            format!("不暂扣文件，只记录 {folder} 中本应暂扣的文件（mizha audit show）。"),
        ),
    })?;
    print(lang.pick("What is held, and checking before sending: mizha ui", "查看暂扣的文件、发送前检查：mizha ui"))?;
    Ok(Exit::Clear)
}

/// What was asked for.
struct Answers {
    folder: PathBuf,
    mode: ModeArg,
    officer: String,
    phone: String,
}

impl Answers {
    /// From the arguments; what they leave open is asked, or with `--yes` taken as usual.
    fn of(args: &FirstRunArgs, lang: Lang) -> anyhow::Result<Self> {
        let home = std::env::var("HOME").context("HOME is not set")?;
        let usual = Path::new(&home).join(lang.pick("Outgoing", "外发"));
        if !args.yes && !std::io::stdin().is_terminal() {
            bail!(lang.pick(
                "nobody can be asked here: name what you want (see --help) and add --yes",
                "当前无法提问：请用参数说明（见 --help），并加上 --yes"
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
        let mode = match args.mode {
            Some(mode) => mode,
            None => match given(&None, question, "gate")?.as_str() {
                "gate" => ModeArg::Gate,
                "watch" => ModeArg::Watch,
                "observe" => ModeArg::Observe,
                other => bail!(lang.pick(
                    format!("{other}: none of gate, watch, observe"),
                    format!("{other}：不是 gate、watch、observe 之一")
                )),
            },
        };
        let question =
            lang.pick("Who is your security officer (may stay empty)?", "保密管理员或保密工作机构（可留空）？");
        let officer = given(&args.officer, question, "")?;
        let phone = given(&args.phone, lang.pick("Their telephone (may stay empty)?", "联系电话（可留空）？"), "")?;
        Ok(Answers { folder: std::path::absolute(folder)?, mode, officer, phone })
    }

    /// The commented configuration.
    fn text(&self, lang: Lang) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
        let path = |path: &Path| quoted(&path.display().to_string());
        let mut text = lang
            .pick(
                "# Mizha's settings. All that there are, with their defaults: mizha config show\n",
                "# 密闸的配置。全部设置及默认值：mizha config show\n",
            )
            .to_string();
        text +=
            lang.pick("\n# Whom people call when something is held or was sent.\n", "\n# 文件被暂扣或误发时联系谁。\n");
        text += "[officer]\n";
        for (key, value) in [("name", &self.officer), ("phone", &self.phone)] {
            let off = if value.trim().is_empty() { "# " } else { "" };
            text += &format!("{off}{key} = {}\n", quoted(value));
        }
        text += &match self.mode {
            ModeArg::Gate => format!(
                "\n{}[[gate]]\npending = {}\nexport = {}\n",
                lang.pick(
                    "# What is saved into `pending` appears in `export` once it was found clear.\n",
                    "# 存入 pending 的文件检查通过后出现在 export。\n"
                ),
                path(&self.folder.join("pending")),
                path(&self.folder.join("export"))
            ),
            ModeArg::Watch | ModeArg::Observe => {
                let action = if self.mode == ModeArg::Watch { "quarantine" } else { "observe" };
                format!(
                    "\n{}[[watch]]\npath = {}\naction = \"{action}\"\n",
                    lang.pick(
                        "# quarantine: what is blocked is taken out and held. observe: it stays and is written down.\n",
                        "# quarantine：拦截的文件移出暂扣；observe：不移动，只记录。\n"
                    ),
                    path(&self.folder)
                )
            }
        };
        text
    }

    /// Where the guard looks.
    fn watched(&self) -> PathBuf {
        if self.mode == ModeArg::Gate { self.folder.join("pending") } else { self.folder.clone() }
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

fn print(words: &str) -> std::io::Result<()> {
    writeln!(stdout(), "{words}")
}

fn write_new(path: &Path, text: &str, lang: Lang) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Ok(super::output::private(path, lang)?.write_all(text.as_bytes())?)
}

/// A marked file is put where people put theirs, and must be held, or told of; then it is taken away.
fn prove(answers: &Answers, args: &FirstRunArgs, common: &Common, lang: Lang) -> anyhow::Result<()> {
    let once = WatchArgs {
        state: args.state.clone(),
        pending: None,
        export: None,
        once: true,
        presets: false,
        restart: false,
        kept_by: None,
    };
    let plan = plan(&once, common, lang)?;
    make_gates(&plan.config, lang)?;
    let folder = answers.watched();
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let (state, _) = setup::state(args.state.state.as_deref())?;
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
    if answers.mode == ModeArg::Observe {
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
    Ok(print(lang.pick(
        "tested: a marked file was put there, was stopped, and has been taken away again",
        "自检通过：放入的测试文件已被拦下，并已清除",
    ))?)
}

/// The guard runs now and at every login: as a user service where there is one, else by an autostart file.
fn start(args: &FirstRunArgs, common: &Common, lang: Lang) -> anyhow::Result<()> {
    let (state, _) = setup::state(args.state.state.as_deref())?;
    let quiet = |words: &[&str]| {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let is_usual = args.state.state.is_none() && common.config == setup::default_path();
    if !(is_usual
        && quiet(&["systemctl", "--user", "cat", "mizha-watch"])
        && quiet(&["systemctl", "--user", "enable", "--now", "mizha-watch"]))
    {
        by_hand(args, common, lang)?;
    }
    let end = Instant::now() + Duration::from_secs(20);
    while !Life::lasts(&state) {
        if Instant::now() > end {
            bail!(
                lang.pick(
                    "the guard did not start; start it with: mizha watch",
                    "守护程序未能启动，请运行 mizha watch"
                )
            );
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(print(lang.pick("the guard runs, and starts at every login", "守护程序已启动，登录时自动运行"))?)
}

/// Starts the guard beside us, and leaves a file by which the desktop starts it at login.
fn by_hand(args: &FirstRunArgs, common: &Common, lang: Lang) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    let program = std::env::current_exe()?;
    let mut words = vec![program.display().to_string(), "watch".into(), "--restart".into()];
    if let Some(config) = &common.config {
        words.extend(["--config".into(), config.display().to_string()]);
    }
    if let Some(state) = &args.state.state {
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
    fn what_is_written_says_what_was_answered() {
        let answers = Answers {
            folder: "/home/王/外发 \"a\"".into(),
            mode: ModeArg::Gate,
            officer: "保密办".into(),
            phone: String::new(),
        };
        for lang in [Lang::Zh, Lang::En] {
            let config = Config::parse("c", &answers.text(lang)).expect("a configuration");
            assert_eq!(config.gate[0].pending, Path::new("/home/王/外发 \"a\"/pending"));
            assert_eq!((config.officer.name.as_deref(), config.officer.phone), (Some("保密办"), None));
        }
        let observe = Answers { mode: ModeArg::Observe, ..answers };
        let config = Config::parse("c", &observe.text(Lang::Zh)).expect("a configuration");
        assert_eq!(config.watch[0].action, crate::config::Action::Observe);
    }

    #[test]
    fn a_word_of_an_exec_line_is_escaped_twice() {
        // Desktop Entry Specification: \ in quotes is \\, and in the file \\\\; $ is \$ and \\$; a percent sign is %%.
        assert_eq!(special("/a b/$c\\d%"), "/a b/\\\\$c\\\\\\\\d%%");
    }
}
