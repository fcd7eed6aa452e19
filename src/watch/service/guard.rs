//! The clipboard guard: a marked text that was copied is warned of before it is pasted elsewhere.
//! Off unless asked for. It can only warn: the text is in the clipboard already. Keeps nothing
//! but, for an instant, a keyed number that tells the same text from another.

use std::hash::{BuildHasher, RandomState};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::Told;
use crate::act::audit::{Event, What};
use crate::act::notify::News;
use crate::act::quarantine::{pack, tiers};
use crate::model::Verdict;
use crate::scan::Scanner;
use crate::source::watch_clipboard;

/// A text that comes again within this time was copied once: desktops tell of one copy twice when
/// another follows at once.
const ONCE: Duration = Duration::from_secs(1);

/// The guard; it listens only while it has a scanner.
#[derive(Default)]
pub(super) struct Guard {
    scanner: Arc<Mutex<Option<Scanner>>>,
    listening: bool,
}

impl Guard {
    /// Looks at copied texts with this scanner from now on, or no longer.
    pub(super) fn set(&mut self, scanner: Option<&Scanner>, told: &Sender<Told>) {
        let wanted = scanner.is_some();
        if let Ok(mut kept) = self.scanner.lock() {
            *kept = scanner.cloned();
        }
        if wanted && !self.listening {
            self.listening = true;
            listen(Arc::clone(&self.scanner), told.clone());
        }
    }
}

fn listen(scanner: Arc<Mutex<Option<Scanner>>>, told: Sender<Told>) {
    std::thread::spawn(move || {
        let key = RandomState::new();
        let mut last: Option<(u64, Instant)> = None;
        let ended = watch_clipboard(|text| {
            let number = key.hash_one(text);
            let again = last.is_some_and(|(before, since)| before == number && since.elapsed() < ONCE);
            last = Some((number, Instant::now()));
            if again {
                return true;
            }
            let scanner = scanner.lock().ok().and_then(|kept| kept.clone());
            match scanner.and_then(|scanner| seen(&scanner, text)) {
                Some((news, event)) => told.send(Told::Copied(news, Box::new(event))).is_ok(),
                None => true,
            }
        });
        let problem = ended.err().unwrap_or_else(|| "the desktop session ended".into());
        let _ = told.send(Told::Degraded("clipboard".into(), Some(problem)));
    });
}

/// What is to be said of a copied text; nothing of most.
fn seen(scanner: &Scanner, text: &[u8]) -> Option<(News, Event)> {
    let report = scanner.scan_message(text);
    if !matches!(report.verdict, Verdict::Warn | Verdict::Block) {
        return None;
    }
    let tiers = tiers(&report);
    let mut rules: Vec<String> = report.findings.iter().map(|finding| finding.rule.to_string()).collect();
    rules.sort();
    rules.dedup();
    let event = Event {
        verdict: Some(report.verdict),
        tiers: tiers.clone(),
        rules,
        packs: report.packs.iter().map(pack).collect(),
        ..Event::new(What::Clipboard)
    };
    Some((News { name: None, verdict: report.verdict, tiers, held: false, clipboard: true }, event))
}
