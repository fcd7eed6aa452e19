//! From arguments and configuration to rules and options. Every verb that scans starts here.

use std::collections::BTreeSet;
#[cfg(target_os = "linux")]
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};

pub(super) use super::args::Common;
#[cfg(target_os = "linux")]
use crate::act::opener::Opener;
use crate::config::Config;
use crate::isolate::Reader;
use crate::model::{Lang, Limits, Phrase};
use crate::pack::{self, Pack, RuleSet};
use crate::scan::{self, EXAM_AUTHORITY, Options};

/// The administrator's configuration: what it says of holding and writing down stands above the
/// user's own.
const POLICY: &str = "/etc/mizha/config.toml";
/// What stands for the account's name in the path of an anchor.
const USER: &str = "{user}";

/// The configuration in force, and the files it came from.
pub(super) fn config(common: &Common) -> anyhow::Result<(Config, Vec<PathBuf>)> {
    let mut files = Vec::new();
    let own = own_config(common, &mut files)?;
    let policy = policy(&mut files)?;
    Ok((under(own, policy), files))
}

/// The language of what the guard did, where the person did not say another: that of the configuration, in which it
/// was done. What is wrong with the configuration is told by whoever reads it.
#[cfg(target_os = "linux")]
pub(super) fn lang(common: &Common, lang: Lang) -> Lang {
    let written = || config_or_policy(common).ok().and_then(|(config, _)| config.lang);
    if common.lang.is_some() { lang } else { written().unwrap_or(lang) }
}

/// The same for what has to go on working: a user's file that cannot be used leaves the administrator's in force, and
/// what is wrong with it is told.
#[cfg(target_os = "linux")]
pub(super) fn config_or_policy(common: &Common) -> anyhow::Result<(Config, Option<anyhow::Error>)> {
    let mut files = Vec::new();
    let policy = policy(&mut files)?;
    match own_config(common, &mut files) {
        Err(e) if policy.is_some() => Ok((under(Config::default(), policy), Some(e))),
        own => Ok((under(own?, policy), None)),
    }
}

fn own_config(common: &Common, files: &mut Vec<PathBuf>) -> anyhow::Result<Config> {
    let own = common.config.clone().or_else(|| default_path().filter(|path| path.exists()));
    own.map_or(Ok(Config::default()), |path| read(&path, files))
}

fn policy(files: &mut Vec<PathBuf>) -> anyhow::Result<Option<Config>> {
    let path = Path::new(POLICY);
    path.exists().then(|| read(path, files)).transpose()
}

fn under(own: Config, policy: Option<Config>) -> Config {
    let mut config = match policy {
        Some(policy) => own.under(policy),
        None => own,
    };
    config.tell.anchor = config.tell.anchor.map(of_this_user);
    config
}

/// The path with `{user}` for the name of this account: what one user may write, another must not.
fn of_this_user(path: PathBuf) -> PathBuf {
    match path.to_str().filter(|path| path.contains(USER)) {
        Some(text) => PathBuf::from(text.replace(USER, &account())),
        None => path,
    }
}

#[cfg(target_os = "linux")]
fn account() -> String {
    let uid = rustix::process::geteuid().as_raw();
    crate::disk::account(uid).unwrap_or_else(|| uid.to_string())
}

#[cfg(not(target_os = "linux"))]
fn account() -> String {
    std::env::var("USER").unwrap_or_default()
}

/// The user's own configuration, where there is an administrator's above it.
pub(super) fn own_under_policy(common: &Common) -> anyhow::Result<Option<Config>> {
    Path::new(POLICY).exists().then(|| own_config(common, &mut Vec::new())).transpose()
}

fn read(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<Config> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    files.push(path.to_path_buf());
    Ok(Config::parse(&path.display().to_string(), &text)?)
}

/// Files and folders whose change changes what is in force, whether they exist yet or not.
pub(super) fn settings(common: &Common, config: &Config) -> Vec<PathBuf> {
    let own = common.config.clone().or_else(default_path);
    let packs = config.scan.packs.iter().chain(&common.pack).cloned();
    own.into_iter().chain([PathBuf::from(POLICY)]).chain(packs).chain(installed_packs()).collect()
}

#[cfg(target_os = "linux")]
fn installed_packs() -> Vec<PathBuf> {
    stores()
}

#[cfg(not(target_os = "linux"))]
fn installed_packs() -> Vec<PathBuf> {
    Vec::new()
}

/// The user's own configuration file.
pub(super) fn default_path() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", ".config")?.join("mizha").join("config.toml"))
}

/// Where the model that reads pictures may lie: the user's own folder, then the system's.
pub(super) fn model_folders() -> Vec<PathBuf> {
    let own = base("XDG_DATA_HOME", ".local/share").map(|folder| folder.join("mizha/ocr"));
    own.into_iter().chain(["/usr/local/share/mizha/ocr", "/usr/share/mizha/ocr"].map(PathBuf::from)).collect()
}

/// How the settings say that everything is scanned. What a verb does otherwise it changes.
pub(super) fn options(config: &Config) -> Options {
    let mut options = Options {
        limits: config.limits.clone(),
        reader: reader(),
        policy: Arc::new(config.policy.clone()),
        ..Options::default()
    };
    if config.scan.exam_authority {
        options.profiles.insert(EXAM_AUTHORITY.to_string());
    }
    options
}

/// What starts the process that reads apart, with the first model there is.
pub(super) fn reader() -> Option<Reader> {
    Reader::this_program().map(|reader| reader.with_model(model_folder()))
}

/// The first folder that is there.
pub(super) fn model_folder() -> Option<PathBuf> {
    model_folders().into_iter().find(|folder| folder.is_dir())
}

/// A base folder of the user (XDG Base Directory Specification): from the environment or below home.
pub(super) fn base(name: &str, below_home: &str) -> Option<PathBuf> {
    variable(name).or_else(|| Some(variable("HOME")?.join(below_home)))
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The state folder, and the folder of what need not outlive the session.
#[cfg(target_os = "linux")]
pub(super) fn state(given: Option<&Path>) -> anyhow::Result<(PathBuf, PathBuf)> {
    if let Some(state) = given {
        let state = std::path::absolute(state)?;
        return Ok((state.clone(), state.join("run")));
    }
    let state = base("XDG_STATE_HOME", ".local/state").context("HOME is not set; name a folder with --state")?;
    let state = state.join("mizha");
    let run = variable("XDG_RUNTIME_DIR").map_or_else(|| state.join("run"), |folder| folder.join("mizha"));
    Ok((state, run))
}

/// What opens the local page at the desktop, with the settings this was started with.
#[cfg(target_os = "linux")]
pub(super) fn opener(common: &Common, state: Option<&Path>, lang: Lang) -> Opener {
    let Ok(program) = std::env::current_exe() else { return Opener::default() };
    if !cfg!(feature = "ui") {
        return Opener::default();
    }
    let whole = |path: &Path| std::path::absolute(path).unwrap_or(path.to_path_buf()).into_os_string();
    let mut words: Vec<OsString> = vec![program.into(), "ui".into()];
    for (name, path) in [("--config", common.config.as_deref()), ("--state", state)] {
        words.extend(path.into_iter().flat_map(|path| [name.into(), whole(path)]));
    }
    words.extend(common.pack.iter().flat_map(|pack| ["--pack".into(), whole(pack)]));
    words.extend(common.no_default_packs.then(|| "--no-default-packs".into()));
    words.extend(common.lang.iter().flat_map(|_| ["--lang".into(), lang.pick("en", "zh").into()]));
    Opener::new(words)
}

/// What becomes of a pack named in the configuration or as an argument that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnBadPack {
    /// Somebody waits for an answer: it is an error.
    Refused,
    /// Something has to go on working: it is left out, and told.
    Told,
}

/// The packs in force.
pub(super) struct PacksInForce {
    /// The packs, built-in ones first.
    pub(super) packs: Vec<Pack>,
    /// What is wrong, in both languages, and works all the same.
    pub(super) problems: Vec<Phrase>,
    /// What should be in force and is not.
    pub(super) lost: Vec<Phrase>,
}

/// The rules in force.
pub(super) struct Rules {
    /// The rules.
    pub(super) rules: Arc<RuleSet>,
    /// What is wrong with packs, in both languages, and works all the same.
    pub(super) problems: Vec<Phrase>,
    /// What should be in force and is not.
    pub(super) lost: Vec<Phrase>,
}

impl PacksInForce {
    /// Says on stderr what is wrong.
    pub(super) fn warn(&self, lang: Lang) {
        warn(&self.problems, lang);
        warn(&self.lost, lang);
    }

    /// Takes a pack, unless something in it is there already: two rules under one name would stop
    /// every scan.
    fn take(&mut self, pack: Pack, taken: &mut BTreeSet<Arc<str>>) {
        let double = pack.rules.iter().find(|rule| taken.contains(&rule.id));
        let (en, zh) = match double {
            _ if self.packs.iter().any(|known| known.id == pack.id) => {
                ("a pack of this name is in force already".to_string(), "已有同名规则包".to_string())
            }
            Some(rule) => (
                format!("its rule {} is in another pack already", rule.id),
                format!("规则 {} 与其他规则包重复", rule.id),
            ),
            None => {
                taken.extend(pack.rules.iter().map(|rule| rule.id.clone()));
                return self.packs.push(pack);
            }
        };
        let id = &pack.id;
        self.lost.push(Phrase::new(&format!("pack {id} is left out: {en}"), &format!("未使用规则包 {id}：{zh}")));
    }
}

impl Rules {
    /// Says on stderr what is wrong.
    pub(super) fn warn(&self, lang: Lang) {
        warn(&self.problems, lang);
        warn(&self.lost, lang);
    }
}

fn warn(problems: &[Phrase], lang: Lang) {
    for problem in problems {
        eprintln!("mizha: {}: {}", lang.pick("warning", "警告"), problem.get(lang));
    }
}

/// The packs in force: built in, installed, named in the configuration or as arguments. Those
/// from outside must keep their word before they are used.
pub(super) fn packs(common: &Common, config: &Config, faults: OnBadPack, lang: Lang) -> anyhow::Result<PacksInForce> {
    let packs = if common.no_default_packs { Vec::new() } else { pack::builtin()? };
    let mut all = PacksInForce { packs, problems: Vec::new(), lost: Vec::new() };
    let mut taken: BTreeSet<Arc<str>> =
        all.packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.id.clone()).collect();
    #[cfg(target_os = "linux")]
    installed(config, &mut all, &mut taken);
    for path in config.scan.packs.iter().chain(&common.pack) {
        match named(path) {
            Ok(packs) if faults == OnBadPack::Refused => all.packs.extend(packs),
            Ok(packs) => packs.into_iter().for_each(|pack| all.take(pack, &mut taken)),
            Err(e) if faults == OnBadPack::Refused => return Err(e.into()),
            Err(e) => all.lost.push(Phrase::new(&e.message(Lang::En), &e.message(Lang::Zh))),
        }
    }
    if all.packs.is_empty() {
        bail!(lang.pick("no pack to scan with; name one with --pack", "没有可用的规则包，请用 --pack 指定"));
    }
    Ok(all)
}

/// Packs of a file or a folder, proven.
fn named(path: &Path) -> Result<Vec<Pack>, pack::PackError> {
    let packs = pack::load(path)?;
    for pack in &packs {
        if let Some(failure) = scan::prove(pack)?.first() {
            return Err(failure.error(&path.display().to_string()));
        }
    }
    Ok(packs)
}

/// Packs of the stores: the machine's, then the user's own.
#[cfg(target_os = "linux")]
fn installed(config: &Config, all: &mut PacksInForce, taken: &mut BTreeSet<Arc<str>>) {
    use crate::disk::{Disk, Readers};
    use crate::store::{Store, StoreProblem, keys};
    let trusted = match keys(&config.packs.keys) {
        Ok(trusted) => trusted,
        Err(e) => {
            all.lost.push(Phrase::new(&e.message(Lang::En), &e.message(Lang::Zh)));
            Vec::new()
        }
    };
    for folder in stores() {
        let loaded = Store::new(&folder, Readers::Owner, Disk::default()).load(&trusted, jiff::Timestamp::now());
        for problem in &loaded.problems {
            let words = Phrase::new(&problem.message(Lang::En), &problem.message(Lang::Zh));
            match problem {
                StoreProblem::Stale { .. } | StoreProblem::OldKey { .. } => all.problems.push(words),
                StoreProblem::WentBack { .. } | StoreProblem::Lost { .. } | StoreProblem::LeftOut { .. } => {
                    all.lost.push(words);
                }
            }
        }
        for pack in loaded.installed.into_iter().flat_map(|installed| installed.packs) {
            all.take(pack, taken);
        }
    }
}

/// The names of the packs that are installed and can be used.
#[cfg(target_os = "linux")]
pub(super) fn installed_ids(config: &Config) -> BTreeSet<String> {
    use crate::disk::{Disk, Readers};
    use crate::store::{Store, keys};
    let trusted = keys(&config.packs.keys).unwrap_or_default();
    let load =
        |folder: PathBuf| Store::new(&folder, Readers::Owner, Disk::default()).load(&trusted, jiff::Timestamp::now());
    stores().into_iter().map(load).flat_map(|loaded| loaded.installed).map(|one| one.manifest.id).collect()
}

/// Where installed packs lie.
#[cfg(target_os = "linux")]
fn stores() -> Vec<PathBuf> {
    let own = state(None).ok().map(|(state, _)| own_store(&state));
    [PathBuf::from(crate::store::SYSTEM)].into_iter().chain(own).collect()
}

/// The user's own store in their state folder.
#[cfg(target_os = "linux")]
pub(super) fn own_store(state: &Path) -> PathBuf {
    state.join("packs")
}

/// The rules of the packs in force.
pub(super) fn rules(common: &Common, config: &Config, faults: OnBadPack, lang: Lang) -> anyhow::Result<Rules> {
    let PacksInForce { packs, problems, lost } = packs(common, config, faults, lang)?;
    Ok(Rules { rules: Arc::new(RuleSet::new(&packs)?), problems, lost })
}

/// Limits of the configuration with those of the command line over them.
pub(super) fn limits(config: &Config, settings: &[String], lang: Lang) -> anyhow::Result<Limits> {
    let mut table = toml::Table::try_from(&config.limits)?;
    for setting in settings {
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        let number: Option<i64> = value.trim().replace('_', "").parse().ok().filter(|number| *number > 0);
        let known = table.contains_key(name);
        match (known, number) {
            (true, Some(number)) => {
                table.insert(name.to_string(), number.into());
            }
            (false, _) => {
                let names = table.keys().cloned().collect::<Vec<_>>().join(", ");
                bail!(lang.pick(
                    format!("--limit {name}: no such limit; there are {names}"),
                    format!("--limit {name}：没有这个上限；可用的有 {names}")
                ));
            }
            (true, None) => bail!(lang.pick(
                format!("--limit {name}: `{value}` is not a whole number above zero"),
                format!("--limit {name}：“{value}”不是大于零的整数")
            )),
        }
    }
    Ok(table.try_into()?)
}
