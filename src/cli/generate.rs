//! `mizha completions` and `mizha man`: generated from the arguments, so that they cannot drift.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, bail};
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::args::{Args, ManArgs};
use super::exit::Exit;
use super::help;
use super::stdout::stdout;
use crate::model::Lang;

/// Prints a completion script.
pub(super) fn completions(shell: Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "mizha", &mut script);
    stdout().write_all(&script)?;
    Ok(Exit::Clear)
}

/// Prints the page of a verb, or writes those of all.
pub(super) fn man(args: &ManArgs, lang: Lang) -> anyhow::Result<Exit> {
    let command = match lang {
        Lang::En => Args::command(),
        Lang::Zh => help::chinese(Args::command()),
    };
    if let Some(folder) = &args.all {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        all(&command, "mizha", folder, lang)?;
        return Ok(Exit::Clear);
    }
    let mut found = &command;
    let mut name = "mizha".to_string();
    for verb in &args.verb {
        name = format!("{name}-{verb}");
        match found.find_subcommand(verb) {
            Some(sub) => found = sub,
            None => bail!(lang.pick(
                format!("there is no command `{}`; `mizha --help` lists them", args.verb.join(" ")),
                format!("没有命令“{}”；可用 mizha --help 查看", args.verb.join(" "))
            )),
        }
    }
    stdout().write_all(&page(found, &name, lang)?)?;
    Ok(Exit::Clear)
}

/// Writes the pages of a command and of all below it.
fn all(command: &Command, name: &str, folder: &Path, lang: Lang) -> anyhow::Result<()> {
    let file = folder.join(format!("{name}.1"));
    std::fs::write(&file, page(command, name, lang)?).with_context(|| file.display().to_string())?;
    let verbs = command.get_subcommands().filter(|sub| sub.get_name() != "help");
    verbs.into_iter().try_for_each(|sub| all(sub, &format!("{name}-{}", sub.get_name()), folder, lang))
}

/// The page of one command, in roff.
fn page(command: &Command, name: &str, lang: Lang) -> io::Result<Vec<u8>> {
    let shown = name.replace('-', " ");
    let command = command.clone().name(name.to_string()).bin_name(shown).version(env!("CARGO_PKG_VERSION"));
    let has_verbs = command.has_subcommands();
    let man = Man::new(command).title(name.to_string());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_verbs {
        man.render_subcommands_section(&mut page)?;
    }
    exit_codes(lang).to_writer(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(page)
}

/// The exit codes, the same for every verb.
fn exit_codes(lang: Lang) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [lang.pick("EXIT STATUS", "退出码")]);
    for (code, meaning) in [
        ("0", lang.pick(
            "everything asked for was done; of a scan: everything was read to its end and nothing at or above the threshold was found",
            "已完成全部操作；检查时表示全部内容均已读完，且未发现达到阈值的内容",
        )),
        ("1", lang.pick("found; wins over 2", "有发现；优先于 2")),
        ("2", lang.pick(
            "something was not inspected, nothing was given to read, or wrong usage, configuration, pack or input",
            "有内容未能检查、没有可检查的内容，或用法、配置、规则包、输入有误",
        )),
        ("130", lang.pick("interrupted", "被中断")),
    ] {
        roff.control("TP", []);
        roff.text([bold(code)]);
        roff.text([roman(meaning)]);
    }
    roff
}
