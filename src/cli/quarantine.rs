//! `mizha quarantine`: what is held, why, and letting it go or deleting it.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::{Common, DecisionArgs, QuarantineVerb};
use super::exit::Exit;
use super::setup;
use crate::act::audit::Audit;
use crate::act::local_time;
use crate::act::quarantine::{Denied, Held, Identity, Quarantine, Recipient, Release};
use crate::act::report::badge;
use crate::config::Config;
use crate::disk::{Disk, Key, private_folder};
use crate::gate::Gate;
use crate::model::{Lang, safe_name};
use crate::watch::{RELEASE, next};

/// Runs the verb.
pub(super) fn run(verb: QuarantineVerb, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    match verb {
        QuarantineVerb::List { state, json } => list(state.state.as_deref(), json, lang),
        QuarantineVerb::Show { state, id, json } => {
            let desk = Desk::open(state.state.as_deref(), common)?;
            let held = desk.find(&id, lang)?;
            let mut out = std::io::stdout().lock();
            if json {
                writeln!(out, "{:#}", serde_json::to_value(&held)?)?;
            } else {
                write!(out, "{}", shown(&held, lang))?;
            }
            Ok(Exit::Clear)
        }
        QuarantineVerb::Release(decision) => {
            Desk::open(decision.state.state.as_deref(), common)?.release(&decision, lang)
        }
        QuarantineVerb::Purge { decision, yes } => {
            Desk::open(decision.state.state.as_deref(), common)?.purge(&decision, yes, lang)
        }
    }
}

fn list(state: Option<&Path>, json: bool, lang: Lang) -> anyhow::Result<Exit> {
    let (state, _) = setup::state(state)?;
    let quarantine = Quarantine::open(&Disk::default(), &state)?;
    let (held, unknown) = (quarantine.list()?, quarantine.unknown()?);
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{:#}", serde_json::to_value(&held)?)?;
    } else if held.is_empty() && unknown.is_empty() {
        writeln!(out, "{}", lang.pick("Nothing is held.", "没有暂扣的文件。"))?;
    } else {
        for held in &held {
            let tier = held.tiers.first().map_or("", |tier| tier.title(lang));
            let officer = lang.pick("officer releases", "须保密管理员放行");
            let who = if held.officer { officer } else { lang.pick("you may release", "本人可放行") };
            let since = local_time(&held.since);
            writeln!(
                out,
                "{}  {since}  {}  {tier}  {}  [{who}]",
                held.id,
                badge(held.verdict, lang),
                safe_name(&held.name())
            )?;
        }
        writeln!(out, "{}", lang.pick("Why: mizha quarantine show ID", "查看原因：mizha quarantine show 编号"))?;
    }
    for id in &unknown {
        eprintln!(
            "mizha: {}",
            lang.pick(
                format!("{id}: its record is damaged; the file is safe in {}", quarantine.place(id).path().display()),
                format!("{id}：记录已损坏，文件仍完好保存在 {}", quarantine.place(id).path().display()),
            )
        );
    }
    Ok(if unknown.is_empty() { Exit::Clear } else { Exit::NotInspected })
}

fn shown(held: &Held, lang: Lang) -> String {
    let from: &Path = held.from.as_ref();
    let mut text = format!(
        "{}\n{}  {}  {}\n{} {}\n",
        safe_name(&held.name()),
        held.id,
        local_time(&held.since),
        badge(held.verdict, lang),
        lang.pick("from", "来自"),
        safe_name(&from.display().to_string()),
    );
    for why in &held.why {
        text += &format!("  {}  {}  {}  {}\n", why.what.get(lang), why.place.get(lang), why.excerpt, why.rule);
    }
    if held.more > 0 {
        text += &lang.pick(format!("  and {} more\n", held.more), format!("  另有 {} 处\n", held.more));
    }
    let (words, command) = next(held, lang);
    text += &format!("{words} {command}\n");
    text
}

/// Where held files are decided on.
struct Desk {
    config: Config,
    state: PathBuf,
    quarantine: Quarantine,
    audit: Audit,
    key: Key,
}

impl Desk {
    fn open(state: Option<&Path>, common: &Common) -> anyhow::Result<Self> {
        let (config, _) = setup::config(common)?;
        let (state, _) = setup::state(state)?;
        let disk = Disk::default();
        let folder = private_folder(&state).with_context(|| state.display().to_string())?;
        let key = Key::kept(&disk, &folder)?;
        let audit = Audit::new(&disk, &key, &folder, config.tell.anchor.clone());
        let quarantine = Quarantine::open(&disk, &state)?;
        Ok(Desk { config, state, quarantine, audit, key })
    }

    fn find(&self, prefix: &str, lang: Lang) -> anyhow::Result<Held> {
        let mut found = self.quarantine.find(prefix)?;
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => bail!(lang.pick(
                format!("{prefix}: nothing held has this identifier; see `mizha quarantine list`"),
                format!("{prefix}：没有这个编号的暂扣文件，可用 mizha quarantine list 查看")
            )),
            n => bail!(lang.pick(
                format!("{prefix}: {n} held files begin so; give more of the identifier"),
                format!("{prefix}：有 {n} 个文件的编号以此开头，请多写几位")
            )),
        }
    }

    /// Every file asked for is known before the first is touched.
    fn all(&self, decision: &DecisionArgs, lang: Lang) -> anyhow::Result<Vec<Held>> {
        if decision.reason.trim().is_empty() {
            bail!(lang.pick("--reason: say why, in words", "--reason：请写明理由"));
        }
        decision.id.iter().map(|id| self.find(id, lang)).collect()
    }

    /// Does with each file what was decided; says which could not be.
    fn each(
        &self,
        held: &[Held],
        decision: &DecisionArgs,
        lang: Lang,
        mut act: impl FnMut(&Held, &Release<'_>) -> Result<(), Denied>,
    ) -> anyhow::Result<Exit> {
        let key = self.config.hold.officer_key.as_ref();
        let recipient = key.map(|key| key.parse::<Recipient>()).transpose().map_err(anyhow::Error::msg)?;
        let read = |path: &PathBuf| Identity::read(path).with_context(|| path.display().to_string());
        let identity = decision.identity.as_ref().map(read).transpose()?;
        let release = Release { reason: &decision.reason, recipient: recipient.as_ref(), identity: identity.as_ref() };
        let mut exit = Exit::Clear;
        for held in held {
            if let Err(denied) = act(held, &release) {
                eprintln!("mizha: {}: {}", held.id, said(&denied, lang));
                exit = Exit::NotInspected;
            }
        }
        Ok(exit)
    }

    fn release(&self, decision: &DecisionArgs, lang: Lang) -> anyhow::Result<Exit> {
        let held = self.all(decision, lang)?;
        let mut gate = Gate::open(&self.state.join(RELEASE), &Disk::default(), &self.key)
            .with_context(|| lang.pick("another release is under way", "另一个放行操作正在进行"))?;
        gate.recover();
        self.each(&held, decision, lang, |held, release| {
            let arrived = self.quarantine.release(held, release, &mut gate, &self.audit)?;
            println!("{} → {}", held.id, arrived.display());
            Ok(())
        })
    }

    fn purge(&self, decision: &DecisionArgs, yes: bool, lang: Lang) -> anyhow::Result<Exit> {
        let held = self.all(decision, lang)?;
        if !yes && !agreed(held.len(), lang)? {
            return Ok(Exit::NotInspected);
        }
        self.each(&held, decision, lang, |held, release| self.quarantine.destroy(held, release, &self.audit))
    }
}

/// Asks on a terminal; elsewhere `--yes` has to say it.
fn agreed(count: usize, lang: Lang) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!(lang.pick("deleting cannot be undone: confirm with --yes", "删除后无法恢复：请加 --yes 确认"));
    }
    eprint!(
        "{}",
        lang.pick(format!("Delete {count} files for good? [y/N] "), format!("彻底删除 {count} 个文件？[y/N] "))
    );
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "是"))
}

fn said(denied: &Denied, lang: Lang) -> String {
    match denied {
        Denied::Officer => lang.pick(
            "only the security officer may do this: --identity FILE".into(),
            "只有保密管理员可以操作：--identity 密钥文件".into(),
        ),
        Denied::NoKey => lang.pick(
            "only the security officer may do this, and the configuration names no officer's key (hold.officer_key)"
                .into(),
            "只有保密管理员可以操作，但配置中没有保密管理员公钥（hold.officer_key）".into(),
        ),
        Denied::WrongKey => lang.pick(
            "this identity does not belong to the officer's key of the configuration".into(),
            "该密钥与配置中的保密管理员公钥不符".into(),
        ),
        Denied::Altered => lang.pick(
            "the held file is not what was held any more; ask your security officer".into(),
            "暂扣的文件已被改动，请联系保密管理员".into(),
        ),
        other => other.to_string(),
    }
}
