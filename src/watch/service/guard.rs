//! The clipboard guard: a marked text that was copied is warned of before it is pasted elsewhere.
//! Off unless asked for. It can only warn: the text is in the clipboard already. Keeps nothing
//! but, for an instant, a keyed number that tells the same text from another.

use std::hash::{BuildHasher, RandomState};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{ServiceMessage, Subject};
use crate::act::audit::{Event, EventKind};
use crate::act::notify::{Notification, NotificationKind};
use crate::act::quarantine::{pack, tiers};
use crate::model::{Channel, Lang, Phrase, Verdict};
use crate::scan::Scanner;
use crate::source::watch_clipboard;
use crate::watch::WatchProblem;

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
    pub(super) fn set(&mut self, scanner: Option<&Scanner>, told: &Sender<ServiceMessage>) {
        let wanted = scanner.is_some();
        if let Ok(mut kept) = self.scanner.lock() {
            *kept = scanner.map(|scanner| scanner.on(Channel::Clipboard));
        }
        if wanted && !self.listening {
            self.listening = true;
            listen(Arc::clone(&self.scanner), told.clone());
        }
    }
}

fn listen(scanner: Arc<Mutex<Option<Scanner>>>, told: Sender<ServiceMessage>) {
    std::thread::spawn(move || {
        let mut last = Last::default();
        let ended = watch_clipboard(|text| {
            if last.is_again(text, Instant::now()) {
                return true;
            }
            let scanner = scanner.lock().ok().and_then(|kept| kept.clone());
            match scanner.and_then(|scanner| seen(&scanner, text)) {
                Some((news, event)) => told.send(ServiceMessage::Copied(news, Box::new(event))).is_ok(),
                None => true,
            }
        });
        let why = match ended {
            Ok(()) => Phrase::new("the desktop session ended", "桌面会话已结束"),
            Err(unheard) => Phrase::new(&unheard.message(Lang::En), &unheard.message(Lang::Zh)),
        };
        let _ = told.send(ServiceMessage::Degraded(Subject::Clipboard, Some(WatchProblem::Clipboard(why))));
    });
}

/// The text that came last, as a number with a key of its own: the text is not kept.
#[derive(Default)]
struct Last {
    key: RandomState,
    seen: Option<(u64, Instant)>,
}

impl Last {
    /// Whether this is the last text told once more.
    fn is_again(&mut self, text: &[u8], now: Instant) -> bool {
        let number = self.key.hash_one(text);
        let before = self.seen.replace((number, now));
        before.is_some_and(|(same, since)| same == number && now.duration_since(since) < ONCE)
    }
}

/// What is to be said of a copied text; nothing of most.
fn seen(scanner: &Scanner, text: &[u8]) -> Option<(Notification, Event)> {
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
        ..Event::new(EventKind::Clipboard)
    };
    let (verdict, kind) = (report.verdict, NotificationKind::Copied);
    Some((Notification { name: None, verdict, tiers, kind, id: None, place: None }, event))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_told_twice_at_once_was_copied_once_and_a_later_copy_counts() {
        let (mut last, start) = (Last::default(), Instant::now());
        assert!(!last.is_again("机密★10年".as_bytes(), start));
        assert!(last.is_again("机密★10年".as_bytes(), start + Duration::from_millis(5)));
        assert!(!last.is_again("植树节".as_bytes(), start + Duration::from_millis(10)));
        assert!(!last.is_again("机密★10年".as_bytes(), start + Duration::from_millis(15)));
        assert!(!last.is_again("机密★10年".as_bytes(), start + Duration::from_millis(15) + ONCE));
    }
}
