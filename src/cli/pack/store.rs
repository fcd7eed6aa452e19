//! `mizha pack install`, `update`, `rollback`: signed packs into and out of force.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::{InstallArgs, RollbackArgs, StoreArg, UpdateArgs};
use super::files::read;
use crate::cli::args::Common;
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::cli::stdout::stdout;
use crate::config::Config;
use crate::disk::{Disk, Readers};
use crate::model::Lang;
use crate::pack::trust::{Bundle, EXTENSION, Manifest};
use crate::store::{Caller, InstallOutcome, SYSTEM, Store, StoreError, Trust, keys};

/// Installs the files a person named.
pub(super) fn install(args: &InstallArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let (config, _) = setup::config(common)?;
    let (store, trust) = (store(&args.store)?, trust(&config)?);
    for file in &args.files {
        let bytes = read(file, lang)?;
        let outcome = store
            .install(&bytes, &trust, Caller::Person)
            .map_err(|e| refusal(&file.display().to_string(), &e, lang))?;
        print_outcome(&outcome, lang)?;
    }
    Ok(Exit::Clear)
}

/// Takes what is new from where packs come from. One source that fails does not stop the others.
pub(super) fn update(args: &UpdateArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let (config, _) = setup::config(common)?;
    let from = if args.from.is_empty() { &config.packs.from } else { &args.from };
    if from.is_empty() {
        bail!(lang.pick(
            "nowhere to update from: name a folder, a file or an address, or set packs.from in the configuration",
            "没有更新来源：请给出目录、文件或网址，或在配置中设置 packs.from"
        ));
    }
    let (store, trust) = (store(&args.store)?, trust(&config)?);
    let mut exit = Exit::Clear;
    for source in from {
        let mut settled: BTreeSet<String> = BTreeSet::new();
        for (name, bytes) in offered(source, lang) {
            let (id, _) = bytes.as_ref().map_or_else(|_| Default::default(), |bytes| claims(bytes));
            if settled.contains(&id) {
                continue;
            }
            let outcome = bytes
                .and_then(|bytes| store.install(&bytes, &trust, Caller::Update).map_err(|e| refusal(&name, &e, lang)));
            match outcome {
                Ok(outcome) => {
                    print_outcome(&outcome, lang)?;
                    settled.insert(id);
                }
                Err(e) => {
                    eprintln!("mizha: {}: {}", lang.pick("error", "错误"), crate::cli::message(&e, lang));
                    exit = Exit::NotInspected;
                }
            }
        }
    }
    Ok(exit)
}

/// What a source offers: every signed pack of a folder, or one file, or one address.
fn offered(source: &str, lang: Lang) -> Vec<(String, anyhow::Result<Vec<u8>>)> {
    if source.starts_with("http://") || source.starts_with("https://") {
        #[cfg(feature = "update")]
        let fetched = super::fetch::fetch(source, lang);
        #[cfg(not(feature = "update"))]
        let fetched = Err(super::absent::absent("update", lang));
        return vec![(source.to_string(), fetched)];
    }
    let path = PathBuf::from(source);
    if !path.is_dir() {
        return vec![(source.to_string(), read(&path, lang))];
    }
    let entries = std::fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|file| file.extension().is_some_and(|e| e == EXTENSION)).collect();
    files.sort();
    if files.is_empty() {
        let none = lang
            .pick(format!("{source}: no .{EXTENSION} file in it"), format!("{source}：目录中没有 .{EXTENSION} 文件"));
        return vec![(source.to_string(), Err(anyhow::Error::msg(none)))];
    }
    let read = |file: PathBuf| (file.display().to_string(), read(&file, lang));
    let mut offered: Vec<(String, anyhow::Result<Vec<u8>>)> = files.into_iter().map(read).collect();
    // The newest first: once it is taken, older ones of the same pack are of no interest.
    offered.sort_by_cached_key(|(_, bytes)| std::cmp::Reverse(bytes.as_ref().map_or(0, |bytes| claims(bytes).1)));
    offered
}

/// What a pack says of itself, unverified: its name and sequence, to sort by and nothing else.
fn claims(bytes: &[u8]) -> (String, u64) {
    let manifest = Bundle::read(bytes).and_then(|bundle| Manifest::parse(&bundle.manifest));
    manifest.map(|manifest| (manifest.id, manifest.sequence)).unwrap_or_default()
}

/// Goes back to what was before.
pub(super) fn rollback(args: &RollbackArgs, lang: Lang) -> anyhow::Result<Exit> {
    let (left, now) = store(&args.store)?.rollback(&args.id).map_err(|e| refusal(&args.id, &e, lang))?;
    let id = &args.id;
    let text = match now {
        Some(now) => {
            lang.pick(format!("{id}: back from sequence {left} to {now}"), format!("{id}：已从序号 {left} 退回 {now}"))
        }
        None => lang.pick(
            format!("{id}: sequence {left} is out of force; there was none before it"),
            format!("{id}：序号 {left} 已停用；此前没有其他版本"),
        ),
    };
    writeln!(stdout(), "{text}")?;
    Ok(Exit::Clear)
}

fn store(arg: &StoreArg) -> anyhow::Result<Store> {
    if arg.system {
        return Ok(Store::new(Path::new(SYSTEM), Readers::Everyone, Disk::default()));
    }
    let (state, _) = setup::state(None)?;
    // The state folder holds more than packs, and nobody else reads it.
    crate::disk::private_folder(&state).with_context(|| state.display().to_string())?;
    Ok(Store::new(&setup::own_store(&state), Readers::Owner, Disk::default()))
}

fn trust(config: &Config) -> anyhow::Result<Trust> {
    let now = jiff::Timestamp::now();
    Ok(Trust { keys: keys(&config.packs.keys)?, floors: config.packs.floor.clone(), now })
}

fn print_outcome(outcome: &InstallOutcome, lang: Lang) -> anyhow::Result<()> {
    let text = match outcome {
        InstallOutcome::Switched { id, from: Some(from), to } => lang.pick(
            format!("{id}: sequence {to} is in force, before it was {from}"),
            format!("{id}：序号 {to} 已生效，此前为 {from}"),
        ),
        InstallOutcome::Switched { id, from: None, to } => {
            lang.pick(format!("{id}: sequence {to} is in force"), format!("{id}：序号 {to} 已生效"))
        }
        InstallOutcome::Same { id, sequence } => lang.pick(
            format!("{id}: sequence {sequence} is in force already"),
            format!("{id}：序号 {sequence} 早已生效，无须更新"),
        ),
        InstallOutcome::Later { id, sequence, rollout } => lang.pick(
            format!("{id}: sequence {sequence} goes to {rollout}% of the machines first; this one is not among them"),
            format!("{id}：序号 {sequence} 先推送 {rollout}% 的机器，本机尚未轮到"),
        ),
    };
    Ok(writeln!(stdout(), "{text}")?)
}

fn refusal(what: &str, e: &StoreError, lang: Lang) -> anyhow::Error {
    let text = match e {
        StoreError::Refused(refusal) => refusal.message(lang),
        StoreError::Busy => lang
            .pick(
                "another mizha changes the installed packs right now; try again",
                "另一个 mizha 正在更改已安装的规则包，请稍后再试",
            )
            .to_string(),
        StoreError::Unknown(id) => lang.pick(
            format!("no pack {id} is installed here; `mizha pack list` shows them"),
            format!("没有安装规则包 {id}；可用 mizha pack list 查看"),
        ),
        StoreError::Io(e) => e.to_string(),
    };
    anyhow::anyhow!("{what}: {text}")
}
