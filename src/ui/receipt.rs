//! The receipt of a check: when, with what, and the hash of exactly the bytes that were looked at, so that a person can
//! show later that they checked. It holds names and verdicts, never content.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::act::local_time;
use crate::act::report::badge;
use crate::model::{Lang, PackRef, Report, safe_name};

/// A reader that hashes what passes through it.
pub(super) struct Hashing<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Hashing<R> {
    /// Hashes what this reader yields.
    pub(super) fn new(inner: R) -> Self {
        Hashing { inner, hash: Sha256::new() }
    }

    /// The hash of all of it; none when it breaks off.
    pub(super) fn finish(mut self) -> Option<String> {
        io::copy(&mut self, &mut io::sink()).ok()?;
        Some(self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(to)?;
        self.hash.update(&to[..n]);
        Ok(n)
    }
}

/// What stands on top: program and packs.
pub(super) fn head(packs: &[PackRef], lang: Lang) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let packs: Vec<String> = packs.iter().map(crate::act::quarantine::pack).collect();
    lang.pick(
        format!("Checked with Mizha {version}\nPacks: {}", packs.join(", ")),
        format!("密闸 {version} 外发检查凭据\n规则包：{}", packs.join("、")),
    )
}

/// The line of one item.
pub(super) fn line(report: &Report, hash: Option<&str>, lang: Lang) -> String {
    let time = local_time(&jiff::Timestamp::now().to_string());
    let hash = hash.map(|hash| format!("  SHA-256 {hash}")).unwrap_or_default();
    let bytes = report.bytes;
    lang.pick(
        format!("{time}  {}  {}  {bytes} bytes{hash}", badge(report.verdict, lang), safe_name(&report.path)),
        format!("{time}  {}  {}  {bytes} 字节{hash}", badge(report.verdict, lang), safe_name(&report.path)),
    )
}
