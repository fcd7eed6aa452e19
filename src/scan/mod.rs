//! The pipeline, composed in one place: identify, extract, normalize, detect, judge. The
//! command line, the daemon, the local page and the tests all call this.

mod allowance;
mod breadth;
mod clean_cache;
mod collector;
mod proof;

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use crate::extract::{Budget, Input, Isolation, context, reason_of};
use crate::isolate::Reader;
use crate::judge::Profiles;
use crate::model::{Channel, Day, Gap, GapReason, Limits, Location, Part, PartKind, Policy, Report};
use crate::pack::{self, RuleSet};
use crate::source::{OpenFile, WalkEntry};

use allowance::Allowance;
pub use breadth::{broad, unshown};
use clean_cache::CleanCache;
use collector::Collector;
pub use proof::{Failure, finds, found_by_now, prove, prove_with_progress, unfound_when_sealed};

/// The profile of an administrator who runs an examination authority.
pub const EXAM_AUTHORITY: &str = "exam-authority";
/// Bytes of a file that is read into memory at once.
const SHORT: u64 = 64 * 1024;
/// Bytes of an item that earn one more millisecond.
const BYTES_A_MILLI: u64 = 10_000;

/// How to scan.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Limits of memory, time and nesting.
    pub limits: Limits,
    /// Every text is taken for text read from a picture: the noise-tolerant rules apply.
    pub ocr_text: bool,
    /// All text is folded, not only what stands around places where a rule may match: slower, and what the
    /// usual way is held against. The findings are the same.
    pub fold_all: bool,
    /// Profiles switched on, such as [`EXAM_AUTHORITY`].
    pub profiles: Profiles,
    /// Starts the process in which formats are read that are not read in this one; without it they are gaps.
    pub reader: Option<Reader>,
    /// What the administrator decided about findings.
    pub policy: Arc<Policy>,
    /// The way by which items leave.
    pub channel: Channel,
}

/// Scans items with one set of rules. Cheap to share between threads.
#[derive(Debug, Clone)]
pub struct Scanner {
    rules: Arc<RuleSet>,
    options: Options,
    clean: Arc<CleanCache>,
    /// Counts the pictures and pages whose text was read, for those who wait.
    pages: Arc<AtomicU64>,
}

impl Scanner {
    /// A scanner with these rules.
    pub fn new(rules: Arc<RuleSet>, options: Options) -> Self {
        Scanner { rules, options, clean: Arc::default(), pages: Arc::default() }
    }

    /// A scanner with the built-in packs and default options.
    ///
    /// # Errors
    /// If a built-in pack is broken, which the test suite rules out.
    pub fn builtin() -> Result<Self, pack::PackError> {
        let rules = RuleSet::new(&pack::builtin()?)?;
        Ok(Scanner::new(Arc::new(rules), Options::default()))
    }

    /// The same scanner, starting processes that read as told.
    pub fn with_reader(mut self, reader: Option<Reader>) -> Self {
        self.options.reader = reader;
        self
    }

    /// The same scanner for another way by which items leave.
    #[must_use]
    pub fn on(&self, channel: Channel) -> Self {
        // What is nothing on one way out may be something on another.
        let clean = if channel == self.options.channel { Arc::clone(&self.clean) } else { Arc::default() };
        Scanner { options: Options { channel, ..self.options.clone() }, clean, ..self.clone() }
    }

    /// Counts the pictures and pages whose text was read.
    pub fn pages(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.pages)
    }

    /// The limits of one item.
    pub fn limits(&self) -> &Limits {
        &self.options.limits
    }

    /// The rules.
    pub fn rules(&self) -> &Arc<RuleSet> {
        &self.rules
    }

    /// Scans bytes in memory, with the name they would have as a file.
    pub fn scan_bytes(&self, name: Option<&str>, bytes: &[u8]) -> Report {
        let names: Vec<String> = name.map(str::to_string).into_iter().collect();
        self.scan(name.unwrap_or("-"), &names, bytes.len() as u64, || Ok(Input::bytes(bytes)))
    }

    /// Scans what a reader yields, such as standard input.
    pub fn scan_reader(&self, path: &str, name: Option<&str>, reader: impl Read) -> Report {
        let names: Vec<String> = name.map(str::to_string).into_iter().collect();
        self.scan_named(path, &names, reader)
    }

    /// The same with the names on its way, its own first and then those of the folders around it.
    pub fn scan_named(&self, path: &str, names: &[String], reader: impl Read) -> Report {
        let counted = std::cell::Cell::new(0);
        let counting = Counting { inner: reader, count: &counted };
        let mut report = self.scan(path, names, 0, || Input::stream(counting).map_err(|e| reason_of(&e)));
        report.bytes = counted.get();
        report
    }

    /// Scans the text of a message.
    pub fn scan_message(&self, text: impl AsRef<[u8]>) -> Report {
        let text = text.as_ref();
        self.scan("message", &[], text.len() as u64, || Ok(Input::bytes(text)))
    }

    /// Scans one entry of a walk: its names, then the file, which must not change meanwhile.
    pub fn scan_entry(&self, entry: &WalkEntry) -> Report {
        let path = entry.path.to_string_lossy();
        if let Some(reason) = entry.gap {
            return self.gap_report(&path, &entry.names, reason);
        }
        let opened = match OpenFile::open(&entry.path) {
            Ok(opened) => opened,
            Err(reason) => return self.gap_report(&path, &entry.names, reason),
        };
        // Asking the system costs more than a short file does.
        let mut report = match (opened.bytes <= SHORT).then(|| opened.whole()) {
            Some(whole) => {
                let open = || whole.as_deref().map(Input::bytes).map_err(reason_of);
                self.scan(&path, &entry.names, opened.bytes, open)
            }
            None => {
                let open = || Input::file(&opened.file).map_err(|e| reason_of(&e));
                self.scan(&path, &entry.names, opened.bytes, open)
            }
        };
        if opened.has_changed() {
            report.add_gap(GapReason::Changed);
        }
        report
    }

    /// The report on something that could not even be opened; its names are scanned all the same.
    pub fn gap_report(&self, path: &str, names: &[String], reason: GapReason) -> Report {
        self.scan(path, names, 0, || Err(reason))
    }

    /// Scans one item: the names on its way, then its content.
    pub fn scan<'i>(
        &self,
        path: &str,
        names: &[String],
        bytes: u64,
        open: impl FnOnce() -> Result<Input<'i>, GapReason>,
    ) -> Report {
        let started = Instant::now();
        let millis = self.options.limits.item_millis.saturating_add(bytes / BYTES_A_MILLI);
        let limits = Limits { item_millis: millis, ..self.options.limits.clone() };
        let allowance = Allowance::begin(millis);
        let expired = || allowance.is_over();
        let budget = Budget::new(&limits, &expired);
        let mut collector = Collector::new(&self.rules, &self.options).remembering(&self.clean).counting(&self.pages);
        let isolation = self.options.reader.as_ref().map_or(Isolation::Nowhere, |reader| Isolation::Apart(reader));
        let mut cx = context(&mut collector, &budget).with_isolation(isolation);
        for name in names {
            cx.short(Part::only(PartKind::FileName), stem(name));
        }
        let name = names.first().map(String::as_str).unwrap_or_default();
        match open() {
            Ok(input) => cx.open(name, input),
            Err(reason) => cx.gap(None, reason),
        }
        let (findings, gaps, identified) = collector.finish();
        tracing::debug!(bytes, findings = findings.len(), gaps = gaps.len(), "item scanned");
        Report {
            path: path.to_string(),
            verdict: Report::verdict_of(&findings, &gaps),
            findings,
            gaps,
            packs: self.rules.packs(),
            bytes,
            millis: started.elapsed().as_millis() as u64,
            identified,
        }
    }
}

/// Today, where this machine is.
pub fn today() -> Day {
    Day::new(jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::system()).date())
}

impl Report {
    /// Adds a gap found after the scan, such as a file that changed meanwhile.
    pub fn add_gap(&mut self, reason: GapReason) {
        self.gaps.push(Gap::new(Location::item(), reason));
        self.verdict = Report::verdict_of(&self.findings, &self.gaps);
    }
}

/// A file name without its extension: the part a person writes.
fn stem(name: &str) -> &str {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= 6 && name[at + 1..].bytes().all(|b| b.is_ascii_alphanumeric()) => {
            &name[..at]
        }
        _ => name,
    }
}

struct Counting<'c, R> {
    inner: R,
    count: &'c std::cell::Cell<u64>,
}

impl<R: Read> Read for Counting<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count.set(self.count.get() + n as u64);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ReaderFault, Verdict};

    #[test]
    fn an_accepted_format_is_listed_and_holds_nothing_back() {
        let policy =
            toml::from_str("[[accept]]\nformat = \"image\"\nreason = \"public photos\"\nexpires = \"2999-01-01\"\n");
        let policy = Arc::new(policy.expect("a policy"));
        let options = Options { policy, ..Options::default() };
        let rules = Scanner::builtin().expect("built-in packs are valid").rules().clone();
        let scanner = Scanner::new(rules, options);
        let report = scanner.scan_bytes(Some("a.gif"), b"GIF89a\x01\0\x01\0\0\0\0;");
        assert_eq!(report.verdict, Verdict::Clear);
        assert!(
            matches!(&report.gaps[..], [gap] if gap.accepted && gap.reason == GapReason::NoReader(ReaderFault::Unset))
        );
        let json = serde_json::to_value(&report.gaps).expect("JSON");
        assert_eq!(json[0]["accepted"], true);
        // Another format, and another reason, stay what they are.
        assert_eq!(scanner.scan_bytes(Some("a.gif"), b"GIF89a\x01\0\x01\0").verdict, Verdict::Uninspected);
        assert_eq!(scanner.scan_bytes(None, b"\x7fELF\x02\x01\x01\0").verdict, Verdict::Uninspected);
        assert_eq!(scanner.scan_bytes(None, b"\xFD7zXZ\0broken").verdict, Verdict::Uninspected);
    }

    #[test]
    fn text_of_a_picture_that_was_read_well_is_told_by_the_rule_for_text() {
        let options = Options { ocr_text: true, ..Options::default() };
        let scanner = Scanner::new(Scanner::builtin().expect("built-in packs are valid").rules().clone(), options);
        let rules = |text: &str| {
            let report = scanner.scan_bytes(Some("a.txt"), text.as_bytes());
            (report.verdict, report.findings.into_iter().map(|finding| finding.rule.to_string()).collect::<Vec<_>>())
        };
        // Levels nearby speak against the exact rule only; it blocks all the same.
        let listed = |mark: &str| format!("000001\n{mark}\n绝密 机密 秘密\n关于植树的通知\n");
        assert_eq!(rules(&listed("机密★10年")), (Verdict::Block, vec!["prc.state-secret.mark".to_string()]));
        assert_eq!(rules(&listed("机害★10年")), (Verdict::Block, vec!["ocr.prc-mark".to_string()]));
    }
}
