//! What a configuration says that is not in force: each with where it stands, in the reader's language. A setting
//! that is believed to hold and does not is worse than none.

use std::path::Path;

use crate::cli::setup::{self, Common, Rules};
use crate::config::{Config, GateAction};
use crate::model::{Lang, safe_name};

/// Everything that is not in force.
pub(super) fn complaints(common: &Common, config: &Config, rules: &Rules, lang: Lang) -> anyhow::Result<Vec<String>> {
    let mut all: Vec<String> = rules.lost.iter().map(|lost| lost.get(lang).to_string()).collect();
    all.extend(relative(config, lang));
    all.extend(unknown_rules(config, rules, lang));
    all.extend(sites(config, lang));
    all.extend(mail(config, lang));
    #[cfg(target_os = "linux")]
    {
        all.extend(keys(config, lang));
        all.extend(anchor(config, lang));
        if let Err(problem) = crate::watch::check(config, &setup::state(None)?.0) {
            all.push(problem.message(lang));
        }
    }
    if setup::own_under_policy(common)?
        .is_some_and(|own| own.gate.iter().any(|gate| gate.action == GateAction::Observe))
    {
        all.push(lang.pick(
            "gate: action = \"observe\" in your own configuration is not followed: where there is a policy, only the administrator's gates may observe".into(),
            "gate：个人配置中的 action = \"observe\" 不生效：存在管理员策略时，只有管理员设置的闸口可以仅观察".into(),
        ));
    }
    Ok(all)
}

/// Paths that mean another place in every folder the program is started in.
fn relative(config: &Config, lang: Lang) -> Vec<String> {
    let gates = config
        .gate
        .iter()
        .flat_map(|gate| [("gate.pending", gate.pending.as_path()), ("gate.export", gate.export.as_path())]);
    let watched = config.watch.iter().filter_map(|watch| Some(("watch.path", watch.path.as_deref()?)));
    let packs = config.scan.packs.iter().map(|path| ("scan.packs", path.as_path()));
    let anchor = config.tell.anchor.iter().map(|path| ("tell.anchor", path.as_path()));
    let from = config.packs.from.iter().filter(|from| !from.contains("://"));
    let from = from.map(|path| ("packs.from", Path::new(path)));
    let is_relative = |(_, path): &(&str, &Path)| !path.is_absolute() && !path.starts_with("~");
    let all = gates.chain(watched).chain(packs).chain(anchor).chain(from).filter(is_relative);
    all.map(|(setting, path)| {
        let shown = safe_name(&path.display().to_string());
        lang.pick(
            format!("{setting}: {shown} is relative, and means another place wherever the program is started; write it in full"),
            format!("{setting}：{shown} 是相对路径，随启动目录而变，请写绝对路径"),
        )
    })
    .collect()
}

/// A message longer than all messages may be together would be refused for now, for ever.
fn mail(config: &Config, lang: Lang) -> Option<String> {
    let (one, all) = (config.mail.message_bytes, config.mail.memory_bytes);
    (one > all).then(|| {
        lang.pick(
            format!("mail: message_bytes = {one} is more than memory_bytes = {all}: a message longer than {all} bytes is put off again and again instead of being judged"),
            format!("mail：message_bytes = {one} 大于 memory_bytes = {all}，超过 {all} 字节的邮件会一再被推迟，而不会得到检查"),
        )
    })
}

/// Exceptions for rules that no pack in force has.
fn unknown_rules(config: &Config, rules: &Rules, lang: Lang) -> Vec<String> {
    let is_known = |id: &str| rules.rules.rules().iter().any(|rule| &*rule.id == id);
    let unknown = config.policy.exemptions.iter().filter(|one| !is_known(&one.rule));
    unknown
        .map(|one| {
            let rule = safe_name(&one.rule);
            lang.pick(
                format!("policy.exempt: no pack in force has the rule {rule} (see `mizha rule list`)"),
                format!("policy.exempt：生效的规则包中没有规则 {rule}（见 mizha rule list）"),
            )
        })
        .collect()
}

/// Approved sites that are written so that they name none.
fn sites(config: &Config, lang: Lang) -> Vec<String> {
    let wrong = config.browser.approved.iter().filter(|one| !one.is_well_written());
    let words = |site: String| {
        lang.pick(
            format!(
                "browser.approved: {site} is no host's name; write oa.example.cn, or *.example.cn for all below it"
            ),
            format!("browser.approved：{site} 不是主机名；请写成 oa.example.cn，或以 *.example.cn 表示其下全部主机"),
        )
    };
    wrong.map(|one| words(safe_name(&one.site))).collect()
}

/// Keys that are none, sources without a key, and packs that must be there and are not.
#[cfg(target_os = "linux")]
fn keys(config: &Config, lang: Lang) -> Vec<String> {
    use crate::pack::trust::PublicKey;
    let mut all = Vec::new();
    for key in &config.packs.keys {
        if let Err(refusal) = PublicKey::parse(key) {
            all.push(format!("packs.keys{}{}", lang.pick(": ", "："), refusal.message(lang)));
        }
    }
    if config.packs.keys.is_empty() && !config.packs.from.is_empty() {
        all.push(lang.pick(
            "packs.from is set and packs.keys is empty: nothing that comes from there can be taken".into(),
            "设置了 packs.from 而 packs.keys 为空：任何规则包都无法采用".into(),
        ));
    }
    let installed = setup::installed_ids(config);
    for id in config.packs.floor.keys().filter(|id| !installed.contains(*id)) {
        let id = safe_name(id);
        all.push(lang.pick(
            format!("packs.floor: the pack {id} is not installed (mizha pack install, or update)"),
            format!("packs.floor：规则包 {id} 未安装（mizha pack install 或 update）"),
        ));
    }
    all
}

/// An anchor that anchors nothing.
#[cfg(target_os = "linux")]
fn anchor(config: &Config, lang: Lang) -> Option<String> {
    use crate::act::audit::{Weakness, weakness};
    let path = config.tell.anchor.as_deref()?;
    let why = match weakness(path)? {
        Weakness::Missing(e) => {
            let fault = crate::model::SystemFault::from(&e).message(lang);
            lang.pick(format!("it cannot be appended to: {fault}"), format!("无法追加写入：{fault}"))
        }
        Weakness::Shared => lang
            .pick(
                "every user can write into it; give each user one of their own, with {user} in its name",
                "所有用户都可写入；请用 {user} 为每个用户各设一个",
            )
            .to_string(),
        Weakness::Own => lang
            .pick(
                "it belongs to the user whose log it anchors; root must own it",
                "属主是被锚定的用户本人，应归 root 所有",
            )
            .to_string(),
        Weakness::Changeable => lang
            .pick(
                "it is not append-only (chattr +a), so what stands in it can be changed",
                "未设置只追加属性（chattr +a），其内容可被改动",
            )
            .to_string(),
    };
    let shown = safe_name(&path.display().to_string());
    Some(lang.pick(format!("tell.anchor: {shown}: {why}"), format!("tell.anchor：{shown}：{why}")))
}
