//! The note in `pending`: there while something saved there is held, in both languages, never let out, and never in the
//! way of what a person saves.

use std::fs;

use super::{Desk, clean, files, marked};
use crate::yard::NOTE;

#[test]
fn a_note_says_where_held_files_went_until_none_is_held() {
    let desk = Desk::new();
    let note = desk.yard.pending.join(NOTE);
    let watch = desk.watch();
    fs::write(desk.yard.pending.join("clean.txt"), clean(1)).expect("written");
    desk.drained();
    assert!(!note.exists(), "nothing is held");
    for number in 1..=2 {
        fs::write(desk.yard.pending.join(format!("植树方案 {number}.txt")), marked(number)).expect("written");
    }
    desk.until("two held", || desk.held().len() == 2);
    desk.until("a note", || note.exists());
    let text = fs::read_to_string(&note).expect("readable");
    for words in ["暂扣", "没有丢失", "Held files", "nothing is lost"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("植树"), "no name of a file: {text}");
    // More work, and a walk over everything: it stays, waits for nothing and goes nowhere.
    fs::write(desk.yard.pending.join("later.txt"), clean(2)).expect("written");
    watch.signal(rustix::process::Signal::HUP);
    desk.until("let out", || desk.yard.export.join("later.txt").exists());
    // The status is written down a moment after the file is out.
    desk.until("nothing waits", || desk.status()["folders"][0]["waiting"] == 0);
    assert!(note.exists());
    let back = tempfile::tempdir().expect("a folder");
    let to = back.path().display().to_string();
    for (number, held) in desk.held().iter().enumerate() {
        assert!(note.exists(), "{number} of 2 given back");
        let id = held["id"].as_str().expect("an id");
        let done = desk.run(&["quarantine", "return", id, "--to", &to, "--reason", "to be corrected"]);
        assert!(done.status.success(), "{done:?}");
    }
    assert!(!note.exists(), "the last one was given back");
    watch.stop();
    assert_eq!(files(&desk.yard.export).len(), 2, "the note was never let out");
    assert!(files(&desk.yard.pending).is_empty());
}

#[test]
fn what_a_person_saves_over_the_note_is_a_document() {
    let desk = Desk::new();
    let note = desk.yard.pending.join(NOTE);
    let watch = desk.watch();
    fs::write(desk.yard.pending.join("a.txt"), marked(1)).expect("written");
    desk.until("a note", || note.exists());
    // As editors save: another file under this name.
    let draft = desk.yard.pending.with_file_name("draft");
    fs::write(&draft, clean(7)).expect("written");
    fs::rename(&draft, &note).expect("renamed");
    desk.until("let out", || desk.yard.export.join(NOTE).exists());
    assert_eq!(fs::read_to_string(desk.yard.export.join(NOTE)).expect("readable"), clean(7));
    fs::write(&draft, marked(2)).expect("written");
    fs::rename(&draft, &note).expect("renamed");
    desk.until("held", || desk.held().len() == 2);
    desk.until("a note again", || fs::read_to_string(&note).is_ok_and(|text| text.contains("Files are held")));
    watch.stop();
}
