//! The configuration file. Only its shape and how it is read from text; where it lies and what
//! overrides it is the command line's business.

mod browser;
mod first;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use browser::{Approved, Browser};
pub use first::{FirstMode, FirstSettings};

use crate::model::{Lang, Limits, Policy, Severity, Tier, Verdict};

/// The configuration, every key optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The language; otherwise that of the locale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// How to scan.
    pub scan: Scan,
    /// Limits of memory, time and nesting.
    pub limits: Limits,
    /// From which scores on findings count, what is exempt, which formats may pass unread.
    pub policy: Policy,
    /// Signed packs: who is trusted, where they come from.
    pub packs: Packs,
    /// What happens to a file that is not clear.
    pub hold: Hold,
    /// How people are told, and what is written down.
    pub tell: NotifySettings,
    /// The door at which a mail server asks.
    pub mail: Mail,
    /// The door at which browsers and mail programs ask.
    pub browser: Browser,
    /// Whom people turn to.
    #[serde(skip_serializing_if = "Officer::is_unnamed")]
    pub officer: Officer,
    /// Gate folders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gate: Vec<Gate>,
    /// Watch folders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub watch: Vec<Watch>,
    /// How many of the gates and of the watch folders, the first ones, are the administrator's.
    #[serde(skip)]
    pub administered: Administered,
}

/// How many folders are the administrator's: what they say binds everything below them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Administered {
    /// Gates.
    pub gates: usize,
    /// Watch folders.
    pub watches: usize,
}

/// Signed packs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Packs {
    /// Public keys that are trusted, in minisign's form: the current one and the next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Where `mizha pack update` looks: folders, files, or http(s) addresses of `.mzpack` files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// Sequences below which a pack is never taken, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub floor: BTreeMap<String, u64>,
}

/// A gate folder: what is saved into `pending` appears in `export` once it was found clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Where people save.
    pub pending: PathBuf,
    /// Where cleared files appear.
    pub export: PathBuf,
    /// What is done with a file that is not clear.
    #[serde(default, skip_serializing_if = "GateAction::is_usual")]
    pub action: GateAction,
    /// How long a file must rest before it is looked at, in milliseconds.
    #[serde(default = "settle")]
    pub settle_millis: u64,
    /// What appears in `export` without having come through the gate goes back to `pending` to be looked at.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub guard_export: bool,
    /// A newer file has its own name in `export`, and the older one of that name goes into a folder beside it that
    /// begins with this word and bears the day. Without, the newer one gets the highest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older_folder: Option<String>,
}

impl Gate {
    /// The same, holding.
    fn held(self) -> Self {
        Gate { action: GateAction::Hold, ..self }
    }

    /// A gate with the usual rest.
    pub fn new(pending: &Path, export: &Path) -> Self {
        Gate {
            pending: pending.to_path_buf(),
            export: export.to_path_buf(),
            action: GateAction::Hold,
            settle_millis: settle(),
            guard_export: true,
            older_folder: None,
        }
    }
}

/// What a gate does with a file that is not clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateAction {
    /// What `hold` says.
    #[default]
    Hold,
    /// It is let through, and written down as one that would have been held.
    Observe,
}

impl GateAction {
    fn is_usual(&self) -> bool {
        *self == GateAction::Hold
    }
}

/// A folder that is not ours: what must not leave is contained, or only reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The folder; not needed with a preset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// A preset that finds its folders; see `mizha watch --presets`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// What is done with a blocked file.
    #[serde(default)]
    pub action: Action,
    /// Names left alone, such as `*.db`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skip: Vec<String>,
    /// How long a file must rest before it is looked at, in milliseconds.
    #[serde(default = "settle")]
    pub settle_millis: u64,
}

fn yes() -> bool {
    true
}

fn is_yes(set: &bool) -> bool {
    *set
}

impl Default for Watch {
    fn default() -> Self {
        Watch { path: None, preset: None, action: Action::default(), skip: Vec::new(), settle_millis: settle() }
    }
}

/// 300 ms: longer than the pause between two writes of one save, shorter than a person notices.
/// A file some program still has open for writing waits longer, whatever this says.
fn settle() -> u64 {
    300
}

/// What is done with a blocked file in a watch folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The person is told; the file stays.
    #[default]
    Report,
    /// The file goes to the quarantine.
    Quarantine,
    /// Nobody is told, the file stays, and it is written down as one that would have been held.
    Observe,
}

/// What happens to a file in a gate folder that needs a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldAnswer {
    /// It is released, and written down.
    Release,
    /// It waits until the person confirms with a reason.
    Confirm,
    /// It stays held; only the security officer releases it.
    Hold,
}

/// What happens to files that are not clear. A block is always held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hold {
    /// A warning.
    pub warn: HoldAnswer,
    /// Something that could not be inspected.
    pub uninspected: HoldAnswer,
    /// Tiers only the security officer releases.
    pub officer_tiers: Vec<Tier>,
    /// Tiers only the security officer gives back for correction; others the user takes back with a record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub officer_returns: Vec<Tier>,
    /// The person may pause the guard for half an hour, with a reason that is written down. While it rests nothing leaves a
    /// gate, and watch folders are not looked at until it goes on.
    pub pause: bool,
    /// The officer's public key of minisign (`RW…`): tickets signed with it allow what is reserved to the officer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer_sign_key: Option<String>,
    /// The officer's public key (`age1…`): held files are sealed to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer_key: Option<String>,
}

impl Default for Hold {
    fn default() -> Self {
        Hold {
            warn: HoldAnswer::Confirm,
            uninspected: HoldAnswer::Confirm,
            officer_tiers: vec![Tier::WorkSecret, Tier::Confidential, Tier::Secret, Tier::TopSecret],
            officer_returns: Vec::new(),
            pause: true,
            officer_sign_key: None,
            officer_key: None,
        }
    }
}

impl Hold {
    /// What happens to a file with this verdict; a clear one is released.
    pub fn answer(&self, verdict: Verdict) -> HoldAnswer {
        match verdict {
            Verdict::Clear => HoldAnswer::Release,
            Verdict::Warn => self.warn,
            // Never released unread without a person who answers for it.
            Verdict::Uninspected => self.uninspected.max(HoldAnswer::Confirm),
            Verdict::Block => HoldAnswer::Hold,
        }
    }

    /// Only the security officer may release a file with this verdict and these tiers. A file that could not be read
    /// whole and in whose readable part a mark was found is the mark's tier.
    pub fn needs_officer(&self, verdict: Verdict, tiers: &[Tier]) -> bool {
        self.answer(verdict) == HoldAnswer::Hold && verdict != Verdict::Block
            || verdict >= Verdict::Uninspected && tiers.iter().any(|tier| self.officer_tiers.contains(tier))
    }

    /// Tiers that only the officer may release while no key of the officer is set: nobody can release them.
    pub fn dead_end(&self) -> &[Tier] {
        let has_key = self.officer_key.is_some() || self.officer_sign_key.is_some();
        if has_key { &[] } else { &self.officer_tiers }
    }
}

/// The door at which a mail server asks (`mizha milter`). A block is always refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// Where the server finds it: `inet:HOST:PORT` or `unix:PATH`, as Postfix writes it.
    pub listen: String,
    /// A warning.
    pub warn: MailAnswer,
    /// Something that could not be inspected.
    pub uninspected: MailAnswer,
    /// Bytes of one message that are read; a longer one counts as not inspected.
    pub message_bytes: usize,
    /// Bytes that all messages under way may take together; beyond them a message is refused for now.
    pub memory_bytes: usize,
}

impl Default for Mail {
    fn default() -> Self {
        Mail {
            listen: "inet:127.0.0.1:8891".to_string(),
            warn: MailAnswer::Hold,
            uninspected: MailAnswer::Hold,
            // Postfix takes 10 MB unless told otherwise (`message_size_limit`).
            message_bytes: 64 << 20,
            memory_bytes: 256 << 20,
        }
    }
}

/// What a mail server is told about a message that is not clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailAnswer {
    /// It is taken and kept in the server's hold queue until somebody looks at it.
    Hold,
    /// It is refused; the sender is told.
    Refuse,
    /// It is taken and marked in its header.
    Pass,
}

/// Whom people turn to: shown where they need it, used for nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Officer {
    /// The security officer's name, or that of the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Officer {
    /// Neither name nor telephone is set.
    pub fn is_unnamed(&self) -> bool {
        self.message(Lang::En).is_none()
    }

    /// Name and telephone, as far as they are set.
    pub fn message(&self, lang: Lang) -> Option<String> {
        let set = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let phone = set(&self.phone).map(|phone| lang.pick(format!("telephone {phone}"), format!("电话 {phone}")));
        let known: Vec<String> = set(&self.name).into_iter().chain(phone).collect();
        (!known.is_empty()).then(|| known.join(lang.pick(", ", "，")))
    }
}

/// How people are told, and what is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotifySettings {
    /// Show desktop notifications.
    pub notify: bool,
    /// File names in notifications: never for state and work secrets.
    pub names_in_notifications: bool,
    /// File names in the audit log.
    pub names_in_audit: NameStyle,
    /// Releases of clear files are written down too.
    pub record_releases: bool,
    /// The unit's name, at the head of a report for an inspection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// A file the user can append to but not change, where the head of the audit log is anchored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<PathBuf>,
    /// Look at texts copied to the clipboard and warn; keeps nothing.
    pub clipboard: bool,
    /// The local page has the officer's corner: last week's report, and what an import of a list would come to.
    pub officer_pages: bool,
}

impl Default for NotifySettings {
    fn default() -> Self {
        NotifySettings {
            notify: true,
            names_in_notifications: false,
            names_in_audit: NameStyle::Keyed,
            record_releases: true,
            unit: None,
            anchor: None,
            clipboard: false,
            officer_pages: false,
        }
    }
}

/// How file names are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameStyle {
    /// As a keyed hash: two records of one name can be told to be so.
    Keyed,
    /// As they are.
    Plain,
}

/// How to scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scan {
    /// From which severity on the exit code is 1.
    pub fail_on: Severity,
    /// This is an examination authority: marked papers block instead of asking.
    pub exam_authority: bool,
    /// Further packs, files or folders.
    pub packs: Vec<PathBuf>,
    /// `mizha scan` reads documents and archives in its own process, without the sandbox: faster, for folders whose
    /// origin is known. PDF and pictures are read apart even then. The daemon ignores it.
    pub in_process: bool,
}

impl Default for Scan {
    fn default() -> Self {
        Scan { fail_on: Severity::Warn, exam_authority: false, packs: Vec::new(), in_process: false }
    }
}

/// The configuration text is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {message} (compare with `mizha config show`)")]
pub struct ConfigError {
    file: String,
    line: usize,
    message: String,
}

impl Packs {
    /// Whom to trust is the administrator's alone once they name a key; floors only rise.
    fn under(self, policy: Packs) -> Packs {
        let mut floor = policy.floor;
        for (id, own) in self.floor {
            let known = floor.entry(id).or_default();
            *known = own.max(*known);
        }
        Packs {
            keys: if policy.keys.is_empty() { self.keys } else { policy.keys },
            from: if policy.from.is_empty() { self.from } else { policy.from },
            floor,
        }
    }
}

impl Config {
    /// The user's configuration under an administrator's: how to scan, what is held and what is
    /// written down is the administrator's; folders and packs of both count; the language, and
    /// whether to be told, are the user's.
    #[must_use]
    pub fn under(self, policy: Config) -> Config {
        Config {
            lang: self.lang.or(policy.lang),
            scan: Scan {
                packs: [policy.scan.packs, self.scan.packs].concat(),
                exam_authority: policy.scan.exam_authority || self.scan.exam_authority,
                fail_on: policy.scan.fail_on,
                // Where there is a policy, only it can give up the sandbox.
                in_process: policy.scan.in_process,
            },
            limits: policy.limits,
            policy: self.policy.under(policy.policy),
            packs: self.packs.under(policy.packs),
            hold: policy.hold,
            mail: policy.mail,
            browser: policy.browser,
            officer: if policy.officer.is_unnamed() { self.officer } else { policy.officer },
            tell: NotifySettings {
                notify: self.tell.notify,
                clipboard: self.tell.clipboard || policy.tell.clipboard,
                names_in_notifications: self.tell.names_in_notifications && policy.tell.names_in_notifications,
                unit: policy.tell.unit.clone().or(self.tell.unit),
                ..policy.tell
            },
            administered: Administered { gates: policy.gate.len(), watches: policy.watch.len() },
            // To let through what would be held is the administrator's to say.
            gate: policy.gate.into_iter().chain(self.gate.into_iter().map(Gate::held)).collect(),
            watch: [policy.watch, self.watch].concat(),
        }
    }

    /// Reads a configuration; `file` is named in errors.
    ///
    /// # Errors
    /// If the text is not TOML, or has a key or value that is not known.
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|e| {
            let offset = e.span().map_or(0, |span| span.start).min(text.len());
            let line = text.as_bytes()[..offset].iter().filter(|b| **b == b'\n').count() + 1;
            ConfigError { file: file.to_string(), line, message: e.message().trim_end().to_string() }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_is_told_with_its_line() {
        let error = Config::parse("c.toml", "[scan]\nfail_no = \"warn\"\n").expect_err("a misspelt key");
        assert!(error.to_string().starts_with("c.toml:2: unknown field `fail_no`"), "{error}");
    }

    #[test]
    fn an_administrators_word_on_holding_stands() {
        let own = "[hold]\nwarn = \"release\"\nofficer_tiers = []\n[[watch]]\npreset = \"downloads\"\n";
        let own = Config::parse("own", own).expect("TOML");
        let policy = Config::parse("policy", "[hold]\nwarn = \"hold\"\n[[watch]]\npreset = \"removable\"\n");
        let both = own.under(policy.expect("TOML"));
        assert_eq!(both.hold.answer(Verdict::Warn), HoldAnswer::Hold);
        assert!(both.hold.needs_officer(Verdict::Block, &[Tier::Secret]));
        assert_eq!(both.watch.len(), 2);
        let gate =
            |pending: &str| format!("[[gate]]\npending = \"{pending}\"\nexport = \"/e\"\naction = \"observe\"\n");
        let own = Config::parse("own", &gate("/own")).expect("TOML");
        assert_eq!(own.gate[0].action, GateAction::Observe);
        let both = own.under(Config::parse("policy", &gate("/theirs")).expect("TOML"));
        assert_eq!([both.gate[0].action, both.gate[1].action], [GateAction::Observe, GateAction::Hold]);
    }

    #[test]
    fn the_administrator_alone_says_whom_to_trust_and_floors_only_rise() {
        let own = "[packs]\nkeys = [\"mine\"]\n[packs.floor]\na = 9\nb = 1\n";
        let own = Config::parse("own", own).expect("TOML");
        let policy = Config::parse("policy", "[packs]\nkeys = [\"theirs\"]\n[packs.floor]\na = 3\nb = 2\n");
        let both = own.clone().under(policy.expect("TOML")).packs;
        assert_eq!(both.keys, ["theirs"]);
        assert_eq!((both.floor["a"], both.floor["b"]), (9, 2));
        assert_eq!(own.under(Config::default()).packs.keys, ["mine"]);
    }

    #[test]
    fn what_is_shown_can_be_read_back() {
        let config = Config { lang: Some(Lang::Zh), ..Config::default() };
        let text = toml::to_string(&config).expect("TOML");
        assert_eq!(Config::parse("c.toml", &text).expect("the same"), config);
    }
}
