//! `mizha-tuf`: fetches signed packs from a TUF repository (The Update Framework) and hands each
//! to `mizha pack update`, which checks the officer's own signature once more. For fleets that need
//! more than a static server: thresholds, delegations, snapshots. TUF's state is kept as a copy
//! that is swapped in only after everything was verified, so that a crash leaves the old one.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use clap::Parser;
use futures::StreamExt;
use tough::{RepositoryLoader, TargetName};
use url::Url;

/// Fetches signed packs from a TUF repository and hands them to mizha.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Address of the metadata: http(s), or file:///…/
    #[arg(long, value_name = "URL")]
    metadata: Url,
    /// Address of the targets
    #[arg(long, value_name = "URL")]
    targets: Url,
    /// The trusted root.json, brought to this machine by other means
    #[arg(long, value_name = "FILE")]
    root: PathBuf,
    /// Where TUF's state is kept: it is what finds a rollback
    #[arg(long, value_name = "DIR", default_value = "/var/lib/mizha/tuf")]
    state: PathBuf,
    /// The program packs are handed to
    #[arg(long, value_name = "PROGRAM", default_value = "mizha")]
    mizha: PathBuf,
    /// Hand over for the whole machine: mizha pack update --system
    #[arg(long)]
    system: bool,
}

/// Bytes of a signed pack.
const MOST: usize = 256 << 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    std::fs::create_dir_all(&args.state).with_context(|| args.state.display().to_string())?;
    let (kept, aside) = (args.state.join("metadata"), args.state.join("metadata.new"));
    find_again(&kept)?;
    copy_folder(&kept, &aside)?;
    let root = std::fs::read(&args.root).with_context(|| args.root.display().to_string())?;
    let repository = RepositoryLoader::new(&root, args.metadata.clone(), args.targets.clone())
        .datastore(&aside)
        .load()
        .await
        .context("the repository is refused; what is installed keeps working")?;
    let inbox = args.state.join("inbox");
    std::fs::create_dir_all(&inbox)?;
    let names: Vec<TargetName> = repository.all_targets().map(|(name, _)| name.clone()).collect();
    for name in names.iter().filter(|name| name.resolved().ends_with(".mzpack")) {
        let file = Path::new(name.resolved()).file_name().context("a target without a name")?;
        let mut stream = repository.read_target(name).await?.context("the target is gone")?;
        let mut bytes = Vec::new();
        while let Some(part) = stream.next().await {
            bytes.extend_from_slice(&part?);
            if bytes.len() > MOST {
                bail!("{}: too big", name.resolved());
            }
        }
        std::fs::write(inbox.join(file), bytes)?;
    }
    swap(&aside, &kept)?;
    hand_over(&args, &inbox)
}

/// A copy of TUF's state to work on.
fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::create_dir(to)?;
    for entry in std::fs::read_dir(from).into_iter().flatten().flatten() {
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// A swap that was killed half-way left the state under its old name. Without it, a repository older than
/// what was seen would be taken.
fn find_again(kept: &Path) -> anyhow::Result<()> {
    let old = kept.with_extension("old");
    if !kept.exists() && old.exists() {
        std::fs::rename(&old, kept)?;
    }
    Ok(())
}

/// The new state in place of the old one. Killed in between, the old one is found again by the next run.
fn swap(new: &Path, kept: &Path) -> anyhow::Result<()> {
    let old = kept.with_extension("old");
    if old.exists() {
        std::fs::remove_dir_all(&old)?;
    }
    if kept.exists() {
        std::fs::rename(kept, &old)?;
    }
    std::fs::rename(new, kept)?;
    Ok(())
}

/// The last word is mizha's: the officer's signature, sequence, floor, self-test, switch.
fn hand_over(args: &Args, inbox: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(&args.mizha);
    command.args(["pack", "update"]).arg(inbox);
    if args.system {
        command.arg("--system");
    }
    let status = command.status().with_context(|| args.mizha.display().to_string())?;
    if !status.success() {
        bail!("mizha did not take every pack; see above");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_that_was_killed_half_way_loses_no_state() {
        let folder = std::env::temp_dir().join(format!("mizha-tuf-{}", std::process::id()));
        let kept = folder.join("metadata");
        std::fs::create_dir_all(kept.with_extension("old")).expect("a folder");
        std::fs::write(kept.with_extension("old").join("timestamp.json"), "7").expect("written");
        find_again(&kept).expect("found");
        assert_eq!(std::fs::read_to_string(kept.join("timestamp.json")).ok().as_deref(), Some("7"));
        find_again(&kept).expect("nothing to do");
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
