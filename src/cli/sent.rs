//! `mizha sent`, also asked for as `mizha help sent`: what to do when something has left already.

use std::ffi::OsString;
use std::io::Write;

use super::args::Common;
use super::exit::Exit;
use super::setup;
use super::stdout::stdout;
use crate::act::sent::{duty, steps};
use crate::config::Config;
use crate::model::Lang;

/// Runs the verb.
pub(super) fn run(common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    // Whoever needs these lines needs them now: a configuration that cannot be read costs the officer's name only.
    let (config, broken) = match setup::config(common) {
        Ok((config, _)) => (config, None),
        Err(e) => (Config::default(), Some(e)),
    };
    let mut out = stdout();
    for (number, step) in steps(&config.officer, lang).iter().enumerate() {
        writeln!(out, "{:>2}. {step}", number + 1)?;
    }
    writeln!(out, "\n{}", duty(lang))?;
    broken.map_or(Ok(Exit::Clear), Err)
}

/// The arguments with `help sent` read as what it asks for: a person in need looks for help.
pub(super) fn asked(mut argv: Vec<OsString>) -> Vec<OsString> {
    if let Some(at) = argv.windows(2).position(|words| words[0] == "help" && words[1] == "sent") {
        argv.remove(at);
    }
    argv
}
