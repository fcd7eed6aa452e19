//! `mizha config`: what is in force, and whether the file is right.

mod complaints;

use std::io::Write;

use super::args::{Common, ConfigVerb};
use super::exit::Exit;
use super::setup;
use super::stdout::stdout;
use crate::config::Config;
use crate::model::Lang;
use crate::scan::today;

/// Runs the verb.
pub(super) fn run(verb: ConfigVerb, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let (config, files) = setup::config(common)?;
    let mut out = stdout();
    let mut from = files.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" + ");
    if files.is_empty() {
        from = lang.pick("no file: these are the defaults", "没有配置文件，以下为默认值").to_string();
    }
    match verb {
        ConfigVerb::Show => write!(out, "# {from}\n{}", toml::to_string_pretty(&config)?)?,
        ConfigVerb::Check => {
            let rules = setup::rules(common, &config, setup::OnBadPack::Told, lang)?;
            let complaints = complaints::complaints(common, &config, &rules, lang)?;
            for problem in &rules.problems {
                eprintln!("mizha: {}: {}", lang.pick("warning", "警告"), problem.get(lang));
            }
            #[cfg(target_os = "linux")]
            for problem in crate::watch::warnings(&config) {
                eprintln!("mizha: {}: {}", lang.pick("warning", "警告"), problem.message(lang));
            }
            ended(&config, lang);
            for complaint in &complaints {
                eprintln!("mizha: {}{complaint}", lang.pick("error: ", "错误："));
            }
            if !complaints.is_empty() {
                let n = complaints.len();
                let words = lang.pick(format!("not in force: {n}"), format!("有 {n} 项未生效"));
                writeln!(out, "{from}: {words}")?;
                return Ok(Exit::NotInspected);
            }
            writeln!(out, "{from}: {}", lang.pick("in order", "配置正确"))?;
        }
    }
    Ok(Exit::Clear)
}

/// Says which exceptions of the policy hold no longer.
fn ended(config: &Config, lang: Lang) {
    let policy = &config.policy;
    let rules = policy.exemptions.iter().map(|one| (one.rule.as_str(), one.expires));
    let formats = policy.accepted.iter().map(|one| (one.format.as_str(), one.expires));
    let sites = config.browser.approved.iter().map(|one| (one.site.as_str(), one.expires));
    for (what, until) in rules.chain(formats).chain(sites).filter(|(_, until)| until.is_over(today())) {
        let words = lang.pick(
            format!("warning: the exception for {what} ended on {until} and holds no longer"),
            format!("警告：{what} 的例外已于 {until} 到期，不再有效"),
        );
        eprintln!("mizha: {words}");
    }
}
