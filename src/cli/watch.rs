//! `mizha watch`: settings become a daemon; it tells what it looks after and then only works.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::args::{Common, WatchArgs};
use super::exit::Exit;
use super::log::log_to_stderr;
use super::stdout::stdout;
use super::{browser_host, setup};
use crate::channel::local::Door;
use crate::config::{Config, Gate};
use crate::disk::Disk;
use crate::isolate::Reader;
use crate::model::{Lang, Phrase};
use crate::scan::{Options, Scanner};
use crate::watch::{
    Daemon, Duty, Root, ServicePlaces, ServicePlan, Status, WatchError, WatchProblem, confine, end_with, keep, presets,
    roots, serve, warnings,
};

/// Runs the verb.
pub(super) fn run(args: &WatchArgs, common: Common, lang: Lang) -> anyhow::Result<Exit> {
    if args.presets {
        return list_presets(lang);
    }
    log_to_stderr(common.verbose);
    if args.restart {
        return kept(args);
    }
    if args.kept_by.is_some_and(|keeper| !end_with(keeper)) {
        return Ok(Exit::Clear);
    }
    let (config, _) = setup::config_or_policy(&common)?;
    let (state, status) = setup::state(args.state.state.as_deref())?;
    let plan = plan(args, &common, lang)?;
    make_gates(&plan.config, lang)?;
    let folders = roots(&plan.config, &state).map_err(|e| anyhow::Error::msg(e.message(lang)))?;
    let Config { gate, watch, tell, .. } = &plan.config;
    if gate.is_empty() && watch.is_empty() && !tell.clipboard {
        bail!(lang.pick(
            "nothing to look after: give --pending DIR --export DIR, or set [[gate]] or [[watch]] in the configuration",
            "没有需要守护的目录：请指定 --pending 目录 --export 目录，或在配置中设置 [[gate]] 或 [[watch]]"
        ));
    }
    raise_files();
    for problem in plan.problems.iter().chain(&plan.lost) {
        eprintln!("mizha: {}: {}", lang.pick("warning", "警告"), problem.get(lang));
    }
    if args.once {
        let is_lacking = !plan.lost.is_empty();
        let mut daemon = Daemon::new(&state, plan.config, plan.scanner, Disk::default())
            .map_err(|e| anyhow::Error::msg(e.message(lang)))?;
        daemon.begin();
        let (_, status) = daemon.once();
        let exit = report_once(status, lang);
        daemon.settle_notes();
        daemon.end();
        let exit = exit?;
        // Clear by fewer rules than were configured.
        return Ok(if is_lacking && exit == Exit::Clear { Exit::NotInspected } else { exit });
    }
    announce(&folders, lang)?;
    for problem in warnings(&plan.config).into_iter().chain(plan.own_settings.clone().map(WatchProblem::OwnSettings)) {
        eprintln!("mizha: {}: {}", lang.pick("warning", "警告"), problem.message(lang));
    }
    let opener = setup::opener(&common, args.state.state.as_deref(), lang);
    let places = ServicePlaces { state, status, settings: setup::settings(&common, &config), opener };
    let load = || {
        self::plan(args, &common, lang).map_err(|e| {
            WatchProblem::Settings(Phrase::new(&super::message(&e, Lang::En), &super::message(&e, Lang::Zh)))
        })
    };
    let mut door = None;
    let state = places.state.clone();
    match serve(&places, lang, &load, &mut |plan| answer_channels(&mut door, &state, plan, lang)) {
        Ok(()) => Ok(Exit::Clear),
        Err(fault @ WatchError::Fault) if args.kept_by.is_some() => {
            eprintln!("mizha: {}{}", lang.pick("error: ", "错误："), fault.message(lang));
            // No end of its own, so that the keeper starts another.
            std::process::abort()
        }
        Err(e) => Err(anyhow::Error::msg(e.message(lang))),
    }
}

/// Browsers and mail programs are answered by this plan from now on. Where that cannot be, they have engines of their own.
fn answer_channels(door: &mut Option<Door>, state: &Path, plan: &ServicePlan, lang: Lang) {
    let (state, config) = (state.to_path_buf(), plan.config.clone());
    // A person waits: not as gently as what is done with folders.
    let scanner = plan.scanner.clone().with_reader(setup::reader());
    let begin = {
        let state = state.clone();
        move || {
            let writable: Vec<&Path> =
                [Some(state.as_path()), config.tell.anchor.as_deref()].into_iter().flatten().collect();
            confine(&writable);
            let host = browser_host::host(scanner, &config, &state, lang);
            let unmade =
                |e: &anyhow::Error| tracing::warn!(error = %super::message(e, Lang::En), "browsers are not answered");
            host.inspect_err(unmade).ok().map(browser_host::talk)
        }
    };
    // The one before ends when this one is there: whoever it answered finds the next.
    let unopened = |e: &std::io::Error| tracing::warn!(error = %e.kind(), "browsers are not answered");
    *door = Door::open(&state, begin).inspect_err(unopened).ok();
}

/// Keeps another process with the same arguments alive.
fn kept(args: &WatchArgs) -> anyhow::Result<Exit> {
    use std::os::unix::process::CommandExt;
    let (_, run) = setup::state(args.state.state.as_deref())?;
    // No folder is kept from being removed or its drive from being pulled out.
    let here = std::env::current_dir()?;
    std::env::set_current_dir("/")?;
    let program = std::env::current_exe()?;
    let arguments: Vec<OsString> = std::env::args_os().skip(1).filter(|word| word != "--restart").collect();
    let keeper = std::process::id().to_string();
    let mut again = || {
        let mut command = Command::new(&program);
        // What a terminal sends to its group reaches the daemon once, from us.
        command.args(&arguments).args(["--kept-by", &keeper]).current_dir(&here).process_group(0);
        command
    };
    let status = keep(&run, &mut again).with_context(|| program.display().to_string())?;
    Ok(match status.code() {
        Some(0) => Exit::Clear,
        Some(1) => Exit::Found,
        _ => Exit::NotInspected,
    })
}

/// What the daemon works with: settings, rules, and what is wrong with either.
pub(super) fn plan(args: &WatchArgs, common: &Common, lang: Lang) -> anyhow::Result<ServicePlan> {
    let (mut config, broken) = setup::config_or_policy(common)?;
    if let (Some(pending), Some(export)) = (&args.pending, &args.export) {
        config.gate.push(Gate::new(pending, export));
    }
    let options = setup::options(&config);
    let options = Options { reader: options.reader.map(Reader::gentle), ..options };
    let own_settings = broken.map(|e| Phrase::new(&super::message(&e, Lang::En), &super::message(&e, Lang::Zh)));
    // One bad pack must not leave the folders unguarded.
    let in_force = setup::rules(common, &config, setup::OnBadPack::Told, lang)?;
    let scanner = Scanner::new(in_force.rules, options);
    Ok(ServicePlan { config, scanner, problems: in_force.problems, lost: in_force.lost, own_settings })
}

/// The folders of a gate are made: at home with all they lie in, elsewhere only where that is
/// there already, for a drive may only be missing.
pub(super) fn make_gates(config: &Config, lang: Lang) -> anyhow::Result<()> {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from);
    for folder in config.gate.iter().flat_map(|gate| [&gate.pending, &gate.export]) {
        let folder = crate::watch::absolute(folder);
        let at_home = home.as_ref().is_some_and(|home| home.is_dir() && folder.starts_with(home));
        if !folder.exists() && (at_home || folder.parent().is_some_and(Path::is_dir)) {
            std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
            eprintln!("{}{}", lang.pick("made folder ", "已新建目录 "), folder.display());
        }
    }
    Ok(())
}

fn announce(roots: &[Root], lang: Lang) -> std::io::Result<()> {
    let mut out = std::io::stderr().lock();
    for root in roots {
        let path = root.path.display();
        match &root.duty {
            Duty::Gate { export, .. } => {
                let export = export.display();
                writeln!(
                    out,
                    "{}",
                    lang.pick(
                        format!("gate: save into {path}; what is clear appears in {export}"),
                        format!("闸口：文件存入 {path}，检查通过后出现在 {export}"),
                    )
                )?;
            }
            // Its gate was named with it.
            Duty::Export { .. } => {}
            Duty::Watch { .. } => writeln!(out, "{}{path}", lang.pick("watched: ", "监视："))?,
        }
        if root.observes() {
            writeln!(out, "  {}", lang.pick("observes only: holds nothing", "仅观察：不暂扣任何文件"))?;
        }
    }
    writeln!(
        out,
        "{}",
        lang.pick(
            "working; stop with Ctrl-C. How things are: mizha status. What is held: mizha quarantine list",
            "开始守护，按 Ctrl-C 停止。查看状态：mizha status；查看暂扣文件：mizha quarantine list",
        )
    )
}

fn report_once(status: &Status, lang: Lang) -> anyhow::Result<Exit> {
    let sum = |count: fn(&crate::watch::FolderStatus) -> u64| status.folders.iter().map(count).sum::<u64>();
    let passed = sum(|folder| folder.passed);
    let (held, observed) = (sum(|folder| folder.held), sum(|folder| folder.observed));
    let left = sum(|folder| folder.waiting as u64 + folder.refused as u64);
    writeln!(
        stdout(),
        "{}",
        lang.pick(
            format!("{passed} clear or left, {held} held, {left} could not be taken"),
            format!("通过或原样保留 {passed} 个，暂扣 {held} 个，未能处理 {left} 个"),
        )
    )?;
    if observed > 0 {
        writeln!(
            stdout(),
            "{}",
            lang.pick(
                format!("observed only: {observed} of them would have been held"),
                format!("仅观察：其中 {observed} 个本应暂扣"),
            )
        )?;
    }
    let unreachable = status.folders.iter().any(|folder| folder.unreachable.is_some());
    Ok(match (held + observed, left) {
        (1.., _) => Exit::Found,
        (0, 1..) => Exit::NotInspected,
        (0, 0) if unreachable => Exit::NotInspected,
        (0, 0) => Exit::Clear,
    })
}

fn list_presets(lang: Lang) -> anyhow::Result<Exit> {
    let mut out = stdout();
    for preset in presets().map_err(|e| anyhow::Error::msg(e.message(lang)))? {
        writeln!(out, "{:14} {}", preset.id, preset.title.get(lang))?;
        let found = [preset.find(), preset.find_sending()].concat();
        for path in &found {
            writeln!(out, "{:14}   {}", "", path.display())?;
        }
        if found.is_empty() {
            writeln!(out, "{:14}   {}", "", lang.pick("nothing on this machine now", "本机当前没有"))?;
        }
    }
    Ok(Exit::Clear)
}

/// A big batch holds many files open.
fn raise_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const WANTED: u64 = 8192;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < WANTED) {
        let current = maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(current), maximum });
    }
}
