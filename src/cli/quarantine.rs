//! `mizha quarantine`: what is held, why, and letting it go or deleting it.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::{ActArg, Common, DecisionArgs, QuarantineVerb};
use super::exit::Exit;
use super::setup;
use super::stdout::stdout;
use crate::act::local_time;
use crate::act::quarantine::{
    Act, Decision, DecisionDesk, Denied, Held, HeldRecord, Identity, Quarantine, Signed, Ticket,
};
use crate::act::report::badge;
use crate::config::Config;
use crate::disk::Disk;
use crate::gate::Gate;
use crate::model::{Lang, safe_name};
use crate::watch::{is_exit, next, tidy_notes};

/// Runs the verb.
pub(super) fn run(verb: QuarantineVerb, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    match verb {
        QuarantineVerb::List { state, json } => list(state.state.as_deref(), json, lang),
        QuarantineVerb::Show { state, id, json } => {
            let counter = Counter::open(state.state.as_deref(), common)?;
            let held = counter.find(&id, lang)?.held;
            let mut out = stdout();
            if json {
                writeln!(out, "{:#}", serde_json::to_value(&held)?)?;
            } else {
                write!(out, "{}", shown(&held, lang))?;
            }
            Ok(Exit::Clear)
        }
        QuarantineVerb::Return { decision, to } => {
            Counter::open(decision.state.state.as_deref(), common)?.give_back(&decision, &to, lang)
        }
        QuarantineVerb::Request { state, id, act } => {
            let held = Counter::open(state.state.as_deref(), common)?.find(&id, lang)?.held;
            write!(stdout(), "{}", Ticket::new(act.into(), &held))?;
            Ok(Exit::Clear)
        }
        QuarantineVerb::Dispute { state, id, reason } => {
            Counter::open(state.state.as_deref(), common)?.dispute(&id, &reason, lang)
        }
        QuarantineVerb::Release(decision) => {
            Counter::open(decision.state.state.as_deref(), common)?.release(&decision, lang)
        }
        QuarantineVerb::Purge { decision, yes } => {
            Counter::open(decision.state.state.as_deref(), common)?.purge(&decision, yes, lang)
        }
    }
}

fn list(state: Option<&Path>, json: bool, lang: Lang) -> anyhow::Result<Exit> {
    let (state, _) = setup::state(state)?;
    let quarantine = Quarantine::open(&Disk::default(), &state)?;
    let (held, unknown) = (quarantine.list()?, quarantine.unknown()?);
    let mut out = stdout();
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
                format!("{id}: its record is damaged; the file is safe, and can be given back: mizha quarantine return {id} --to DIR --reason …"),
                format!("{id}：记录已损坏，文件仍完好，可退回：mizha quarantine return {id} --to 目录 --reason 理由"),
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
    let words = lang.pick("Held by mistake? Tell the security officer:", "如属误报，请反映给保密管理员：");
    let reason = lang.pick("--reason …", "--reason 理由");
    text += &format!("{words} mizha quarantine dispute {} {reason}\n", held.id);
    text
}

/// Where held files are decided on, and the settings that say who may.
struct Counter {
    config: Config,
    state: PathBuf,
    desk: DecisionDesk,
}

impl Counter {
    fn open(state: Option<&Path>, common: &Common) -> anyhow::Result<Self> {
        let (config, _) = setup::config(common)?;
        let (state, _) = setup::state(state)?;
        let desk = DecisionDesk::open(&config, &state).with_context(|| state.display().to_string())?;
        Ok(Counter { config, state, desk })
    }

    /// The one file whose identifier begins so, its record damaged or not.
    fn find(&self, prefix: &str, lang: Lang) -> anyhow::Result<HeldRecord> {
        let mut found = self.desk.find(prefix)?;
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
    fn all(&self, decision: &DecisionArgs, lang: Lang) -> anyhow::Result<Vec<HeldRecord>> {
        explained(&decision.reason, lang)?;
        decision.id.iter().map(|id| self.find(id, lang)).collect()
    }

    /// Does with each file what was decided; says which could not be.
    fn each(
        &self,
        found: &[HeldRecord],
        args: &DecisionArgs,
        lang: Lang,
        mut act: impl FnMut(&Held, &Decision<'_>) -> Result<(), Denied>,
    ) -> anyhow::Result<Exit> {
        let keys = self.desk.keys().map_err(anyhow::Error::msg)?;
        let read = |path: &PathBuf| Identity::read(path).with_context(|| path.display().to_string());
        let identity = args.identity.as_ref().map(read).transpose()?;
        let ticket = args.ticket.as_deref().map(signed).transpose()?;
        let decision = Decision {
            identity: identity.as_ref(),
            ticket: ticket.as_ref().map(|(text, signature)| Signed { text, signature }),
            ..keys.decision(&args.reason, &self.desk.hold)
        };
        let mut exit = Exit::Clear;
        for HeldRecord { held, .. } in found {
            if let Err(denied) = act(held, &decision) {
                eprintln!("mizha: {}: {}", held.id, denial(&denied, lang));
                exit = Exit::NotInspected;
            }
        }
        tidy_notes(&self.config, &self.state, &self.desk.quarantine);
        Ok(exit)
    }

    /// The gate through which held files get out.
    fn gate(&self, lang: Lang) -> anyhow::Result<Gate> {
        self.desk.gate().with_context(|| lang.pick("another release is under way", "另一个放行操作正在进行"))
    }

    fn release(&self, args: &DecisionArgs, lang: Lang) -> anyhow::Result<Exit> {
        let found = self.all(args, lang)?;
        if let Some(HeldRecord { held, .. }) = found.iter().find(|found| found.damaged) {
            let id = &held.id;
            bail!(lang.pick(
                format!("{id}: its record is damaged, so where it was meant to go is not known; have it given back: mizha quarantine return {id} --to DIR --reason …"),
                format!("{id}：记录已损坏，原定去向未知，请退回：mizha quarantine return {id} --to 目录 --reason 理由")
            ));
        }
        let mut gate = self.gate(lang)?;
        self.each(&found, args, lang, |held, decision| {
            let arrived = self.desk.quarantine.release(held, decision, &mut gate, &self.desk.audit)?;
            println!("{} → {}", held.id, arrived.display());
            Ok(())
        })
    }

    fn give_back(&self, args: &DecisionArgs, to: &Path, lang: Lang) -> anyhow::Result<Exit> {
        let found = self.all(args, lang)?;
        let folder = std::path::absolute(to)?;
        if !folder.is_dir() {
            bail!(lang.pick(
                format!("{}: no such folder; make it first", folder.display()),
                format!("{}：没有这个目录，请先新建", folder.display())
            ));
        }
        if is_exit(&self.config, &self.state, &folder).map_err(|e| anyhow::Error::msg(e.message(lang)))? {
            bail!(lang.pick(
                format!(
                    "{}: files leave through this folder or are looked after there; name another one",
                    folder.display()
                ),
                format!("{}：该目录用于外发或受监视，请换一个目录", folder.display())
            ));
        }
        let mut gate = self.gate(lang)?;
        self.each(&found, args, lang, |held, decision| {
            let arrived = self.desk.quarantine.give_back(held, decision, &folder, &mut gate, &self.desk.audit)?;
            println!("{} → {}", held.id, arrived.display());
            Ok(())
        })
    }

    fn dispute(&self, ids: &[String], reason: &str, lang: Lang) -> anyhow::Result<Exit> {
        explained(reason, lang)?;
        let found = ids.iter().map(|id| self.find(id, lang)).collect::<anyhow::Result<Vec<HeldRecord>>>()?;
        for HeldRecord { held, .. } in &found {
            self.desk.quarantine.dispute(held, reason, &self.desk.audit)?;
            println!(
                "{}",
                lang.pick(
                    format!("{}: noted for the security officer; it stays held until then", held.id),
                    format!("{}：已记录，供保密管理员核查；核查之前文件仍暂扣", held.id),
                )
            );
        }
        Ok(Exit::Clear)
    }

    fn purge(&self, args: &DecisionArgs, yes: bool, lang: Lang) -> anyhow::Result<Exit> {
        let found = self.all(args, lang)?;
        if !yes && !agreed(found.len(), lang)? {
            return Ok(Exit::NotInspected);
        }
        self.each(&found, args, lang, |held, decision| self.desk.quarantine.destroy(held, decision, &self.desk.audit))
    }
}

/// A reason has to be one.
fn explained(reason: &str, lang: Lang) -> anyhow::Result<()> {
    if reason.trim().is_empty() {
        bail!(lang.pick("--reason: say why, in words", "--reason：请写明理由"));
    }
    Ok(())
}

impl From<ActArg> for Act {
    fn from(act: ActArg) -> Self {
        match act {
            ActArg::Release => Act::Release,
            ActArg::Return => Act::Return,
            ActArg::Purge => Act::Purge,
        }
    }
}

/// A ticket and its signature.
fn signed(path: &Path) -> anyhow::Result<(Vec<u8>, String)> {
    let mut name = path.as_os_str().to_os_string();
    name.push(".minisig");
    let beside = PathBuf::from(name);
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    let signature = std::fs::read_to_string(&beside).with_context(|| beside.display().to_string())?;
    Ok((text, signature))
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

fn denial(denied: &Denied, lang: Lang) -> String {
    let words = match denied {
        Denied::Officer => lang.pick(
            "only the security officer may do this: --ticket FILE with a ticket the officer signed (mizha quarantine request), or --identity FILE; for correction: mizha quarantine return",
            "只有保密管理员可以操作：用 --ticket 出示其签名的放行单（由 mizha quarantine request 生成），或 --identity 密钥文件；如需修改请用 mizha quarantine return",
        ),
        Denied::NoKey => lang.pick(
            "only the security officer may do this, and the configuration names no key of the officer (hold.officer_sign_key or hold.officer_key); for correction: mizha quarantine return",
            "只有保密管理员可以操作，但配置中没有保密管理员公钥（hold.officer_sign_key 或 hold.officer_key）；如需修改请用 mizha quarantine return",
        ),
        Denied::WrongKey => lang.pick(
            "this identity does not belong to the officer's key of the configuration",
            "该密钥与配置中的保密管理员公钥不符",
        ),
        Denied::WrongTicket => lang.pick(
            "the ticket does not allow this: it is for another file, content or act, or not signed with the officer's key",
            "放行单无效：与该文件、内容或事项不符，或不是用保密管理员密钥签名",
        ),
        Denied::Sealed => lang.pick(
            "the file is sealed to the officer's key: only the officer's secret key opens it (--identity FILE)",
            "文件已用保密管理员公钥加密，须用其密钥打开（--identity 密钥文件）",
        ),
        Denied::Altered => lang.pick(
            "the held file is not what was held any more; ask your security officer",
            "暂扣的文件已被改动，请联系保密管理员",
        ),
        Denied::Edited => lang.pick(
            "its record is not what the audit log says was written: it is not released; ask your security officer",
            "该文件的记录与审计日志不符，不予放行，请联系保密管理员",
        ),
        Denied::Carry(refusal) => return refusal.message(lang),
        Denied::Io(e) => return super::message::system(e, lang),
    };
    words.to_string()
}
