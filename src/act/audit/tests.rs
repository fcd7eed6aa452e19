//! An edit, a removal, a truncation and a new log are found.

use std::fs;

use super::*;
use crate::disk::private_folder;

struct Fixture {
    root: tempfile::TempDir,
    audit: Audit,
}

fn three(anchored: bool) -> Fixture {
    let root = tempfile::tempdir().expect("a temporary folder");
    let anchor = anchored.then(|| root.path().join("anchor"));
    if let Some(anchor) = &anchor {
        fs::write(anchor, "").expect("an anchor");
    }
    let state = private_folder(&root.path().join("state")).expect("a state folder");
    let audit = Audit::new(&Disk::default(), &Key::new(b"key"), &state, anchor);
    for (what, id) in [(What::Started, None), (What::Held, Some("0a".to_string())), (What::Purged, Some("0a".into()))] {
        audit.append(&[Event { id, ..Event::new(what) }]).expect("appended");
    }
    Fixture { root, audit }
}

impl Fixture {
    fn edit(&self, change: impl Fn(&str) -> String) -> Option<Fault> {
        let log = self.root.path().join("state/audit.jsonl");
        let text = fs::read_to_string(&log).expect("a log");
        fs::write(&log, change(&text)).expect("changed");
        let fault = self.audit.verify().expect("readable").fault;
        fs::write(&log, text).expect("restored");
        fault
    }
}

#[test]
fn every_tampering_is_found() {
    let log = three(false);
    assert_eq!(log.audit.verify().expect("readable"), Verified { records: 3, anchors: 0, fault: None });
    let cut = |text: &str, keep: &[usize]| {
        let lines: Vec<&str> = text.lines().collect();
        keep.iter().map(|at| format!("{}\n", lines[*at])).collect::<String>()
    };
    assert_eq!(log.edit(|text| text.replace("purged", "passed")), Some(Fault::Changed(3)));
    assert_eq!(log.edit(|text| cut(text, &[0, 2])), Some(Fault::Changed(2)));
    assert_eq!(log.edit(|text| cut(text, &[1, 0, 2])), Some(Fault::Changed(1)));
    assert_eq!(log.edit(|text| cut(text, &[0, 1])), Some(Fault::CutShort(3)));
    assert_eq!(log.edit(|text| text.replace('{', "")), Some(Fault::Unreadable(1)));
    assert_eq!(log.edit(str::to_string), None);
}

#[test]
fn a_log_written_anew_with_the_key_disagrees_with_its_anchor() {
    let log = three(true);
    assert_eq!(log.audit.verify().expect("readable").anchors, 3);
    let state = log.root.path().join("state");
    for name in ["audit.jsonl", "audit.head"] {
        fs::remove_file(state.join(name)).expect("removed");
    }
    let state = Folder::open(&state).expect("a folder");
    let forger = Audit::new(&Disk::default(), &Key::new(b"key"), &state, None);
    for _ in 0..3 {
        forger.append(&[Event::new(What::Started)]).expect("appended");
    }
    assert_eq!(forger.verify().expect("readable").fault, None, "without an anchor it cannot be told");
    assert!(matches!(log.audit.verify().expect("readable").fault, Some(Fault::Rewritten(_))));
}

#[test]
fn a_line_cut_by_a_crash_does_not_break_the_chain() {
    let log = three(false);
    let path = log.root.path().join("state/audit.jsonl");
    let whole = fs::read(&path).expect("a log");
    fs::write(&path, [&whole[..], b"{\"number\":4,"].concat()).expect("torn");
    log.audit.append(&[Event::new(What::Stopped)]).expect("appended");
    assert_eq!(log.audit.verify().expect("readable"), Verified { records: 4, anchors: 0, fault: None });
}

#[test]
fn long_records_and_long_torn_lines_do_not_break_the_chain() {
    let log = three(false);
    let path = log.root.path().join("state/audit.jsonl");
    let reason = Some("checked with the author; ".repeat(2000));
    log.audit.append(&[Event { reason, ..Event::new(What::Released) }]).expect("appended");
    log.audit.append(&[Event::new(What::Stopped)]).expect("appended");
    assert_eq!(log.audit.verify().expect("readable"), Verified { records: 5, anchors: 0, fault: None });
    let whole = fs::read(&path).expect("a log");
    fs::write(&path, [&whole[..], &vec![b'x'; 40_000]].concat()).expect("torn");
    log.audit.append(&[Event::new(What::Started)]).expect("appended");
    assert_eq!(log.audit.verify().expect("readable"), Verified { records: 6, anchors: 0, fault: None });
}
