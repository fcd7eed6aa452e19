//! An edit, a removal, a truncation and a new log are found.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::*;
use crate::disk::{DiskOp, private_folder};

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
    for (what, id) in
        [(EventKind::Started, None), (EventKind::Held, Some("0a".to_string())), (EventKind::Purged, Some("0a".into()))]
    {
        audit.append(&[Event { id, ..Event::new(what) }]).expect("appended");
    }
    Fixture { root, audit }
}

impl Fixture {
    fn edit(&self, change: impl Fn(&str) -> String) -> Option<ChainFault> {
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
    assert_eq!(log.audit.verify().expect("readable"), VerifiedChain { records: 3, anchors: 0, fault: None });
    let cut = |text: &str, keep: &[usize]| {
        let lines: Vec<&str> = text.lines().collect();
        keep.iter().map(|at| format!("{}\n", lines[*at])).collect::<String>()
    };
    assert_eq!(log.edit(|text| text.replace("purged", "passed")), Some(ChainFault::Changed(3)));
    assert_eq!(log.edit(|text| cut(text, &[0, 2])), Some(ChainFault::Changed(2)));
    assert_eq!(log.edit(|text| cut(text, &[1, 0, 2])), Some(ChainFault::Changed(1)));
    assert_eq!(log.edit(|text| cut(text, &[0, 1])), Some(ChainFault::CutShort(3)));
    assert_eq!(log.edit(|text| text.replace('{', "")), Some(ChainFault::Unreadable(1)));
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
        forger.append(&[Event::new(EventKind::Started)]).expect("appended");
    }
    assert_eq!(forger.verify().expect("readable").fault, None, "without an anchor it cannot be told");
    assert!(matches!(log.audit.verify().expect("readable").fault, Some(ChainFault::Rewritten(_))));
}

#[test]
fn a_line_cut_by_a_crash_does_not_break_the_chain() {
    let log = three(false);
    let path = log.root.path().join("state/audit.jsonl");
    let whole = fs::read(&path).expect("a log");
    fs::write(&path, [&whole[..], b"{\"number\":4,"].concat()).expect("torn");
    log.audit.append(&[Event::new(EventKind::Stopped)]).expect("appended");
    assert_eq!(log.audit.verify().expect("readable"), VerifiedChain { records: 4, anchors: 0, fault: None });
}

#[test]
fn long_records_and_long_torn_lines_do_not_break_the_chain() {
    let log = three(false);
    let path = log.root.path().join("state/audit.jsonl");
    let reason = Some("checked with the author; ".repeat(2000));
    log.audit.append(&[Event { reason, ..Event::new(EventKind::Released) }]).expect("appended");
    log.audit.append(&[Event::new(EventKind::Stopped)]).expect("appended");
    assert_eq!(log.audit.verify().expect("readable"), VerifiedChain { records: 5, anchors: 0, fault: None });
    let whole = fs::read(&path).expect("a log");
    fs::write(&path, [&whole[..], &vec![b'x'; 40_000]].concat()).expect("torn");
    log.audit.append(&[Event::new(EventKind::Started)]).expect("appended");
    assert_eq!(log.audit.verify().expect("readable"), VerifiedChain { records: 6, anchors: 0, fault: None });
}

/// A log whose disk is watched, in this folder.
fn watched(root: &Path, observer: impl Fn(DiskOp<'_>) -> io::Result<()> + Send + Sync + 'static) -> Audit {
    let state = private_folder(root).expect("a state folder");
    Audit::new(&Disk::observed(Arc::new(observer)), &Key::new(b"key"), &state, None)
}

fn is_sync_of_log(step: DiskOp<'_>) -> bool {
    matches!(step, DiskOp::SyncFile(path) if path.ends_with("audit.jsonl"))
}

fn lines(log: &Path) -> u64 {
    fs::read_to_string(log).map_or(0, |text| text.lines().count() as u64)
}

#[test]
fn events_are_seen_while_the_disk_is_busy_and_a_power_cut_then_leaves_a_whole_log() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let (free, busy) = channel::<()>();
    let busy = Mutex::new(busy);
    let audit = watched(root.path(), move |step| {
        if is_sync_of_log(step) {
            // Until the other end is dropped.
            let _ = busy.lock().map(|busy| busy.recv());
        }
        Ok(())
    });
    let later = DeferredLog::new(&audit).expect("a thread");
    for (at, what) in [EventKind::Started, EventKind::Held, EventKind::Passed].into_iter().enumerate() {
        later.append(&[Event::new(what)]).expect("written");
        assert_eq!(audit.records().expect("readable").len(), at + 1);
    }
    // Nothing was synced: a power cut may leave none of it, or the first and a part of the second.
    let text = fs::read_to_string(root.path().join("audit.jsonl")).expect("a log");
    let first = text.find('\n').expect("a line") + 1;
    for (left, records) in [(0, 0), (first, 1), (first + 20, 1)] {
        let after = tempfile::tempdir().expect("a temporary folder");
        fs::write(after.path().join("audit.jsonl"), &text[..left]).expect("written");
        assert!(!root.path().join("audit.head").exists());
        let audit = watched(after.path(), |_| Ok(()));
        audit.append(&[Event::new(EventKind::Started)]).expect("appended");
        assert_eq!(audit.verify().expect("readable"), VerifiedChain { records: records + 1, anchors: 0, fault: None });
    }
    drop(free);
    drop(later);
    let head = fs::read_to_string(root.path().join("audit.head")).expect("a head");
    assert!(head.starts_with(r#"{"number":3,"#), "{head}");
    assert_eq!(audit.verify().expect("readable"), VerifiedChain { records: 3, anchors: 0, fault: None });
}

#[test]
fn the_head_never_names_what_was_not_synced() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let log = root.path().join("audit.jsonl");
    let (synced, heads) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (in_sync, kept) = (Arc::clone(&synced), Arc::clone(&heads));
    let audit = watched(root.path(), move |step| {
        if is_sync_of_log(step) {
            *in_sync.lock().expect("a number") = lines(&log);
        }
        if let DiskOp::Rename(from, to) = step
            && to.ends_with("audit.head")
        {
            let head: Head = serde_json::from_slice(&fs::read(from)?)?;
            kept.lock().expect("heads").push((head.number, *in_sync.lock().expect("a number")));
        }
        Ok(())
    });
    let later = DeferredLog::new(&audit).expect("a thread");
    for _ in 0..40 {
        later.append(&[Event::new(EventKind::Reported)]).expect("written");
        // Another process does the same and waits for the disk: the head never goes back.
        audit.append(&[Event::new(EventKind::Released)]).expect("written");
    }
    drop(later);
    let heads = heads.lock().expect("heads");
    assert!(heads.iter().all(|(head, synced)| head <= synced), "{heads:?}");
    assert!(heads.is_sorted_by_key(|(head, _)| *head), "{heads:?}");
    assert_eq!(heads.last().map(|(head, _)| *head), Some(80));
    assert_eq!(audit.verify().expect("readable"), VerifiedChain { records: 80, anchors: 0, fault: None });
}

#[test]
fn a_disk_that_cannot_sync_is_told_with_a_later_event() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let audit = watched(root.path(), |step| match is_sync_of_log(step) {
        true => Err(io::ErrorKind::StorageFull.into()),
        false => Ok(()),
    });
    let later = DeferredLog::new(&audit).expect("a thread");
    let told = (0..100_000).find_map(|_| later.append(&[Event::new(EventKind::Reported)]).err());
    assert_eq!(told.map(|e| e.kind()), Some(io::ErrorKind::StorageFull));
    drop(later);
    assert_eq!(audit.verify().expect("readable").fault, None);
}

#[test]
fn the_events_of_a_moment_share_one_sync() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let synced = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&synced);
    let audit = watched(root.path(), move |step| {
        seen.fetch_add(u32::from(is_sync_of_log(step)), Ordering::SeqCst);
        Ok(())
    });
    let (later, begun) = (DeferredLog::new(&audit).expect("a thread"), Instant::now());
    for _ in 0..20 {
        later.append(&[Event::new(EventKind::Reported)]).expect("written");
        std::thread::sleep(Duration::from_millis(2));
    }
    drop(later);
    // However slow the machine: one for every moment that passed, and the last.
    let moments = begun.elapsed().as_millis() / deferred::MOMENT.as_millis();
    let synced = synced.load(Ordering::SeqCst);
    assert!(u128::from(synced) <= moments + 1, "{synced} syncs in {moments} moments");
    let head = fs::read_to_string(root.path().join("audit.head")).expect("a head");
    assert!(head.starts_with(r#"{"number":20,"#), "{head}");
}

/// So many releases, twenty at a time.
fn release(audit: &Audit, count: usize) {
    let cleared = |_| Event { name: Some("invented".into()), ..Event::new(EventKind::Cleared) };
    let events: Vec<Event> = (0..count).map(cleared).collect();
    events.chunks(20).for_each(|some| audit.append(some).expect("appended"));
}

fn files_of_releases(state: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(state).expect("a folder").flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.filter(|path| path.to_string_lossy().contains("releases-")).collect();
    files.sort();
    files
}

#[test]
fn releases_have_a_bounded_book_that_stays_whole_and_incidents_never_make_room() {
    let log = three(false);
    let state = log.root.path().join("state");
    // A record has about 140 bytes, a file of the book 4 KiB, eight of them are kept: some 260 records.
    release(&log.audit, 600);
    let files = files_of_releases(&state);
    assert_eq!(files.len(), 8, "{files:?}");
    let kept = log.audit.records_of(Book::Releases).expect("readable");
    assert!(kept[0].number > 1 && kept.windows(2).all(|pair| pair[1].number == pair[0].number + 1));
    let verified = log.audit.verify_book(Book::Releases).expect("readable");
    assert_eq!(verified, VerifiedChain { records: kept.len() as u64, anchors: 0, fault: None });
    assert_eq!(log.audit.records().expect("readable").len(), 3);
    // What goes without a record of it is missed.
    let oldest = fs::read(&files[0]).expect("a file");
    fs::remove_file(&files[0]).expect("removed");
    let fault = log.audit.verify().expect("readable").fault;
    assert!(matches!(fault, Some(ChainFault::Beheaded(_))), "{fault:?}");
    fs::write(&files[0], oldest).expect("put back");
    let middle = fs::read(&files[4]).expect("a file");
    fs::remove_file(&files[4]).expect("removed");
    let fault = log.audit.verify().expect("readable").fault;
    assert!(matches!(fault, Some(ChainFault::Changed(_))), "{fault:?}");
    fs::write(&files[4], middle).expect("put back");
    fs::remove_file(state.join("releases.jsonl")).expect("removed");
    let fault = log.audit.verify().expect("readable").fault;
    // Its end is missing, and with it what says that the oldest files made room.
    assert!(matches!(fault, Some(ChainFault::CutShort(_) | ChainFault::Beheaded(_))), "{fault:?}");
}

#[test]
fn a_stop_at_any_step_of_making_room_leaves_a_whole_book() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let left = Arc::new(AtomicU32::new(u32::MAX));
    let budget = Arc::clone(&left);
    // From one step on the disk does nothing any more, as if the process had died.
    let audit = watched(root.path(), move |_| {
        match budget.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
            Ok(_) => Ok(()),
            Err(_) => Err(io::ErrorKind::Interrupted.into()),
        }
    });
    release(&audit, 400);
    // More than the steps of one append that makes room.
    for steps in 0..30 {
        let before = files_of_releases(root.path());
        // Forty records fill a page: at the latest the next append but one turns it.
        while files_of_releases(root.path()) == before {
            left.store(steps, Ordering::SeqCst);
            let appended = audit.append(&vec![Event::new(EventKind::Cleared); 40]);
            left.store(u32::MAX, Ordering::SeqCst);
            assert_eq!(audit.verify().expect("readable").fault, None, "after {steps} steps");
            if appended.is_err() {
                release(&audit, 1);
                assert_eq!(audit.verify().expect("readable").fault, None, "after {steps} steps and one more");
            }
        }
    }
}

#[test]
fn a_book_of_releases_written_anew_disagrees_with_its_anchor() {
    let log = three(true);
    release(&log.audit, 64);
    release(&log.audit, 6);
    let state = log.root.path().join("state");
    // The head is anchored where it passes a multiple of 64.
    assert_eq!(log.audit.verify_book(Book::Releases).expect("readable").anchors, 1);
    for entry in fs::read_dir(&state).expect("a folder").flatten() {
        if entry.file_name().to_string_lossy().starts_with("releases") {
            fs::remove_file(entry.path()).expect("removed");
        }
    }
    let state = Folder::open(&state).expect("a folder");
    release(&Audit::new(&Disk::default(), &Key::new(b"key"), &state, None), 70);
    let fault = log.audit.verify().expect("readable").fault;
    assert_eq!(fault, Some(ChainFault::Rewritten(64)));
}

#[test]
fn the_end_of_the_log_is_read_in_whole_lines_and_says_whether_it_is_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = private_folder(folder.path()).expect("private");
    let disk = Disk::default();
    let audit = Audit::new(&disk, &Key::new(b"key"), &state, None);
    assert_eq!(audit.recent(1000).expect("readable"), (Vec::new(), true), "there is no log yet");
    for number in 0..5 {
        let id = Some(format!("{number}"));
        audit.append(&[Event { id, ..Event::new(EventKind::Held) }]).expect("written");
    }
    let all = audit.records().expect("readable");
    assert_eq!(audit.recent(1 << 20).expect("readable"), (all.clone(), true));
    let text = std::fs::read(folder.path().join("audit.jsonl")).expect("a log");
    let last_two: usize = text.split_inclusive(|b| *b == b'\n').rev().take(2).map(<[u8]>::len).sum();
    let last_two = last_two as u64;
    for (bytes, lines) in [(last_two, 2), (last_two + 1, 2), (last_two - 1, 1), (1, 0), (text.len() as u64, 5)] {
        let (records, whole) = audit.recent(bytes).expect("readable");
        assert_eq!((records.as_slice(), whole), (&all[5 - lines..], lines == 5), "{bytes} bytes");
    }
}
