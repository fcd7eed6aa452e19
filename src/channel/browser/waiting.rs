//! Items a person is asked about: kept until there is a reason, or until too many others have come.

use std::collections::BTreeMap;

use crate::model::Report;

/// Items that may wait at once.
const MOST: usize = 256;
/// Characters of a reason.
const REASON: usize = 1000;

/// An item that waits.
pub(super) struct Item {
    pub(super) site: String,
    pub(super) report: Report,
}

/// All that wait.
#[derive(Default)]
pub(super) struct Waiting(BTreeMap<u64, Item>);

impl Waiting {
    pub(super) fn add(&mut self, id: u64, item: Item) {
        self.0.insert(id, item);
        if self.0.len() > MOST {
            self.0.pop_first();
        }
    }

    /// The item, once there is a reason worth the name.
    pub(super) fn take(&mut self, id: u64, reason: &str) -> Option<Item> {
        let is_reason = !reason.trim().is_empty() && reason.chars().count() <= REASON;
        is_reason.then(|| self.0.remove(&id)).flatten()
    }

    pub(super) fn forget(&mut self, id: u64) {
        self.0.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Scanner;

    #[test]
    fn an_item_goes_once_and_with_a_reason() {
        let report = Scanner::builtin().expect("built-in packs are valid").scan_message("植树");
        let mut waiting = Waiting::default();
        let item = || Item { site: String::new(), report: report.clone() };
        waiting.add(1, item());
        assert!(waiting.take(1, "  \n").is_none() && waiting.take(1, &"长".repeat(REASON + 1)).is_none());
        assert!(waiting.take(1, "checked").is_some() && waiting.take(1, "checked").is_none());
        (0..=MOST as u64).for_each(|id| waiting.add(id, item()));
        assert!(waiting.take(0, "checked").is_none(), "the oldest makes room");
    }
}
