//! `mizha pack verify`: checks a signed pack as a machine would, without its state.

use std::io::Write;
use std::path::Path;

use super::args::VerifyArgs;
use super::files::read;
use crate::cli::args::Common;
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::cli::stdout::stdout;
use crate::model::Lang;
use crate::pack::Pack;
use crate::pack::trust::{Bundle, Manifest, PackRefusal, PublicKey};
use crate::scan::prove;

/// Runs the verb.
pub(super) fn run(args: &VerifyArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let (config, _) = setup::config(common)?;
    let given = if args.public_key.is_empty() { &config.packs.keys } else { &args.public_key };
    let text = |key: &String| {
        if Path::new(key).is_file() { std::fs::read_to_string(key).unwrap_or_default() } else { key.clone() }
    };
    let keys = given.iter().map(|key| PublicKey::parse(&text(key))).collect::<Result<Vec<_>, PackRefusal>>()?;
    let verified = Bundle::read(&read(&args.file, lang)?)?.verify(&keys)?;
    let packs = verified.packs()?;
    for pack in &packs {
        if let Some(failure) = prove(pack)?.first() {
            return Err(failure.error(&pack.id).into());
        }
    }
    print_verified(&args.file, &verified.manifest, lang)?;
    if verified.manifest.is_over(now_in_seconds()) {
        return Err(PackRefusal::Expired(verified.manifest.expires.to_string()).into());
    }
    let (rules, terms) = (packs.iter().map(|pack| pack.rules.len()).sum::<usize>(), terms(&packs));
    let key = verified.key.as_str();
    writeln!(
        stdout(),
        "{}",
        lang.pick(
            format!("good signature of {key}; {rules} rules, {terms} terms, all examples as written"),
            format!("签名有效，公钥 {key}；{rules} 条规则，{terms} 个词条，示例全部相符"),
        )
    )?;
    Ok(Exit::Clear)
}

fn terms(packs: &[Pack]) -> usize {
    packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.terms.len()).sum()
}

/// Says what a signed pack is: its name, sequence, end and share of the machines.
pub(super) fn print_verified(output: &Path, manifest: &Manifest, lang: Lang) -> anyhow::Result<Exit> {
    let Manifest { id, sequence, expires, rollout, .. } = manifest;
    let shown = output.display();
    writeln!(
        stdout(),
        "{}",
        lang.pick(
            format!("{shown}: {id}, sequence {sequence}, until {expires}, for {rollout}% of the machines"),
            format!("{shown}：{id}，序号 {sequence}，有效期至 {expires}，推送比例 {rollout}%"),
        )
    )?;
    Ok(Exit::Clear)
}

/// Now, as manifests tell time.
pub(super) fn now_in_seconds() -> jiff::Timestamp {
    jiff::Timestamp::from_second(jiff::Timestamp::now().as_second()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}
