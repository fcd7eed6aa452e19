//! `mizha completions` and `mizha man`: generated from the arguments, so that they cannot drift.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Args;
use super::exit::Exit;

/// Prints a completion script.
pub(super) fn completions(shell: Shell) -> anyhow::Result<Exit> {
    clap_complete::generate(shell, &mut Args::command(), "mizha", &mut io::stdout());
    Ok(Exit::Clear)
}

/// Prints the manual page.
pub(super) fn man() -> anyhow::Result<Exit> {
    clap_mangen::Man::new(Args::command()).render(&mut io::stdout())?;
    Ok(Exit::Clear)
}
