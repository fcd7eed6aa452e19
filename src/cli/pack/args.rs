//! The arguments of `mizha pack`, with their English help. The Chinese help is in `help`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do with packs.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PackVerb {
    /// List the packs in force: built in, installed, named in the configuration
    List,
    /// Prove packs: examples, rules that cannot match or match too much, duplicates, sources
    Check(CheckArgs),
    /// Try packs on a folder of your own documents: what fires, how often, how fast
    Test(TestArgs),
    /// Compare two versions of a pack on a folder of your own documents
    Diff(DiffArgs),
    /// Turn a list of terms (txt, csv, a workbook) into a pack; shows what it would do unless -o is given
    Import(ImportArgs),
    /// Make a pair of keys for signing
    Keygen(KeygenArgs),
    /// Sign packs: one file that can be shipped
    Sign(SignArgs),
    /// Check a signed pack without installing it
    Verify(VerifyArgs),
    /// Install a signed pack from a file
    Install(InstallArgs),
    /// Fetch newer signed packs from folders, shares and web addresses
    Update(UpdateArgs),
    /// Go back to the pack that was in force before
    Rollback(RollbackArgs),
    /// Print the JSON Schema of pack files, for editors
    Schema,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArgs {
    /// Pack files or folders [default: the built-in packs]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Check again whenever a file is saved, until interrupted
    #[arg(long, requires = "paths")]
    pub(super) watch: bool,
    /// Warnings count as errors
    #[arg(long)]
    pub(super) strict: bool,
}

/// How a trial is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TrialFormat {
    Human,
    Json,
    Html,
}

/// Output of a trial.
#[derive(Debug, Args)]
pub(super) struct TrialOutput {
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: TrialFormat,
    /// Write the report to a file readable by you alone; it must not exist yet
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// Arguments of `test`.
#[derive(Debug, Args)]
pub(in crate::cli) struct TestArgs {
    /// Folder of documents; with --pack only those packs are tried, otherwise all in force
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    #[command(flatten)]
    pub(super) output: TrialOutput,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub(in crate::cli) struct DiffArgs {
    /// The pack as it is: a TOML file, a folder, or a signed pack
    pub(super) old: PathBuf,
    /// The pack as it would be
    pub(super) new: PathBuf,
    /// Folder of documents
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    #[command(flatten)]
    pub(super) output: TrialOutput,
}

/// How sure a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ConfidenceArg {
    Low,
    Medium,
    High,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    /// The list: txt (a term a line), csv, or a workbook (xlsx, xls, et, ods)
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Write the pack here; an existing one keeps its comments and its terms' ids
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// The pack's identifier [default: from the output's or the list's name]
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// The list's title
    #[arg(long, value_name = "TEXT")]
    pub(super) title: Option<String>,
    /// Tier of the terms that name none
    #[arg(long, value_name = "TIER", default_value = "internal")]
    pub(super) tier: String,
    /// How sure a match is: low leaves a note, medium warns, high blocks
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "medium")]
    pub(super) confidence: ConfidenceArg,
    /// Where the list comes from [default: the file's name and the day]
    #[arg(long, value_name = "TEXT")]
    pub(super) source: Option<String>,
    /// Only this sheet of a workbook
    #[arg(long, value_name = "NAME")]
    pub(super) sheet: Option<String>,
    /// Encoding of txt and csv [default: told from the content; gb18030 or utf-8]
    #[arg(long, value_name = "NAME")]
    pub(super) encoding: Option<String>,
    /// Say what a heading means that is not known, such as `term=HEADING` or `tier=HEADING`; may be repeated
    #[arg(long = "column", value_name = "KIND=HEADING")]
    pub(super) columns: Vec<String>,
    /// Say which level a code of the list is, such as `1=top-secret`; may be repeated
    #[arg(long = "level", value_name = "CODE=TIER")]
    pub(super) levels: Vec<String>,
    /// Seal the list: desktops find the terms and cannot read them [default from the tier work secret up]
    #[arg(long, conflicts_with = "open")]
    pub(super) sealed: bool,
    /// Leave the list open: whoever has the pack can read the terms [default below work secret]
    #[arg(long)]
    pub(super) open: bool,
    /// Write the other rows although some are refused
    #[arg(long)]
    pub(super) skip_refused: bool,
    /// Take terms that are refused for being too common or too short, or for what they hold
    #[arg(long)]
    pub(super) accept_dangerous: bool,
}

/// Where a password comes from.
#[derive(Debug, Args)]
pub(super) struct PasswordArgs {
    /// Read the password from the first line of a file (`-` is standard input) [default: asked for]
    #[arg(long, value_name = "FILE")]
    pub(super) password_file: Option<PathBuf>,
}

/// Arguments of `keygen`.
#[derive(Debug, Args)]
pub(in crate::cli) struct KeygenArgs {
    /// Name of the pair: NAME.key is kept secret, NAME.pub goes to every machine
    #[arg(value_name = "NAME", default_value = "mizha")]
    pub(super) name: PathBuf,
    #[command(flatten)]
    pub(super) password: PasswordArgs,
    /// Leave the secret key without a password
    #[arg(long, conflicts_with = "password_file")]
    pub(super) no_password: bool,
}

/// Arguments of `sign`.
#[derive(Debug, Args)]
pub(in crate::cli) struct SignArgs {
    /// Pack files
    #[arg(value_name = "PACK", required_unless_present = "assemble")]
    pub(super) packs: Vec<PathBuf>,
    /// The secret key
    #[arg(short, long, value_name = "FILE", required_unless_present_any = ["prepare", "assemble"])]
    pub(super) key: Option<PathBuf>,
    #[command(flatten)]
    pub(super) password: PasswordArgs,
    /// The signed pack to write [default: ID.mzpack]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// What the pack is called over all its sequences [default: the first pack's id]
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// Sequence; must grow with every signing [default: one more than in the output file, or 1]
    #[arg(long, value_name = "N")]
    pub(super) sequence: Option<u64>,
    /// Days until it is no longer taken as new
    #[arg(long, value_name = "DAYS", default_value = "180")]
    pub(super) days: u32,
    /// Percent of machines that take it by themselves
    #[arg(long, value_name = "PERCENT", default_value = "100", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(super) rollout: u8,
    /// Oldest mizha that reads it [default: this one]
    #[arg(long, value_name = "VERSION")]
    pub(super) min_engine: Option<String>,
    /// Write manifest and files into a folder, to be signed with the minisign tool
    #[arg(long, value_name = "DIR", conflicts_with_all = ["key", "assemble"])]
    pub(super) prepare: Option<PathBuf>,
    /// Pack such a folder, with manifest.toml.minisig beside the manifest
    #[arg(long, value_name = "DIR", conflicts_with_all = ["key", "packs"])]
    pub(super) assemble: Option<PathBuf>,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyArgs {
    /// The signed pack
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Public key, its line or its file [default: those of the configuration]
    #[arg(short = 'P', long, value_name = "KEY")]
    pub(super) public_key: Vec<String>,
}

/// Which store.
#[derive(Debug, Args)]
pub(super) struct StoreArg {
    /// The store of the whole machine; an administrator's
    #[arg(long)]
    pub(super) system: bool,
}

/// Arguments of `install`.
#[derive(Debug, Args)]
pub(in crate::cli) struct InstallArgs {
    /// Signed packs
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) store: StoreArg,
}

/// Arguments of `update`.
#[derive(Debug, Args)]
pub(in crate::cli) struct UpdateArgs {
    /// Folders, signed packs, or http(s) addresses of signed packs [default: packs.from of the configuration]
    #[arg(value_name = "FROM")]
    pub(super) from: Vec<String>,
    #[command(flatten)]
    pub(super) store: StoreArg,
}

/// Arguments of `rollback`.
#[derive(Debug, Args)]
pub(in crate::cli) struct RollbackArgs {
    /// The pack's name, as `mizha pack list` shows it
    #[arg(value_name = "ID")]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) store: StoreArg,
}
