//! `mizha tray`: the icon in the tray of the desktop, until the session ends.

use super::args::{Common, TrayArgs};
use super::exit::Exit;
use super::{log, setup};
use crate::model::Lang;
use crate::tray::{TrayContext, TrayError};

/// Runs the verb.
pub(super) fn run(args: &TrayArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    log::log_to_stderr(common.verbose);
    let (config, _) = setup::config_or_policy(common)?;
    let given = args.state.state.as_deref();
    let (state, run) = setup::state(given)?;
    let context = TrayContext { config, state, run, opener: setup::opener(common, given, lang), lang };
    match crate::tray::run(&context, &mut |words| eprintln!("mizha: {words}")) {
        Ok(()) => Ok(Exit::Clear),
        // Started twice, as by autostart and by hand: what was wanted is there.
        Err(shown @ TrayError::Shown) => {
            eprintln!("mizha: {}", shown.message(lang));
            Ok(Exit::Clear)
        }
        Err(e) => Err(anyhow::Error::msg(e.message(lang))),
    }
}
