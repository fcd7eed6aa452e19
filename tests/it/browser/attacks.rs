//! A page that does not want to be guarded: what it cannot do. What it can is said in deploy/browser/README.md.

use serde_json::json;

use super::{Desk, ID, MARKED};

#[test]
fn a_page_neither_forges_nor_reads_nor_races() {
    let Some(desk) = Desk::open("") else { return };
    let marked = desk.file("marked.txt", MARKED);
    desk.go("attacks");

    // Forged messages: another port, answers to everything, a word to the extension, files of it.
    let page = desk.browser.run("return attack.forge(arguments[0])", &[json!(ID)]);
    assert_eq!(page, json!({ "runtime": false, "global": false }), "there is nobody to speak to");
    desk.browser.until("not reachable", "return attack.reached === false");

    // The race: everything that can look, looks.
    desk.browser.run("attack.race()", &[]);
    desk.browser.choose("file", &[&marked]);
    assert_eq!(desk.notice("a marked file"), "block");
    assert_eq!(desk.browser.run("return attack.caught", &[]), json!([]), "no moment in which the file is there");

    // The dialog: closed to scripts, deaf to their clicks, and gone is no.
    let state = desk.browser.run(
        "const notice = document.getElementById('mizha-notice');
         const before = [notice.shadowRoot, notice.textContent];
         notice.click(); notice.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
         const still = notice.isConnected; notice.remove(); return [...before, still]",
        &[],
    );
    assert_eq!(state, json!([null, "", true]));
    assert_eq!(desk.browser.run("return file.files.length", &[]), 0);
    assert_eq!(desk.server.arrivals("机密"), 0);
}

#[test]
fn frames_of_every_kind_are_guarded() {
    let Some(desk) = Desk::open("") else { return };
    let (clean, marked) = (desk.file("clean.txt", "clean: saplings\n"), desk.file("marked.txt", MARKED));
    desk.go("attacks");
    for frame in ["#srcdoc", "#sandboxed", "#blob", "#data", "#nested"] {
        desk.browser.frame(Some(frame));
        if frame == "#nested" {
            desk.browser.frame(Some("iframe"));
        }
        desk.browser.until(frame, "return document.getElementById('file') !== null");
        desk.browser.keys("#file", &marked.display().to_string());
        desk.browser.frame(None);
        assert_eq!(desk.told(frame), "block", "told in the window's own frame");
        desk.browser.frame(Some(frame));
        if frame == "#nested" {
            desk.browser.frame(Some("iframe"));
        }
        assert_eq!(desk.browser.run("return file.files.length", &[]), 0, "{frame}");
        desk.browser.keys("#file", &clean.display().to_string());
        desk.browser.until(frame, "return file.files.length === 1");
        desk.browser.frame(None);
    }
}

#[test]
fn a_worker_gets_no_file_that_was_not_looked_at() {
    let Some(desk) = Desk::open("") else { return };
    let marked = desk.file("marked.txt", MARKED);
    desk.go("attacks");
    desk.browser.run("attack.worker()", &[]);
    desk.browser.choose("file", &[&marked]);
    assert_eq!(desk.told("a page that hands its files to a worker"), "block");
    let clean = desk.file("clean.txt", "clean: saplings\n");
    desk.browser.choose("file", &[&clean]);
    desk.browser.until("the worker sent it", "return attack.sent === 1");
    assert_eq!((desk.server.arrivals("机密"), desk.server.arrived("clean: saplings")), (0, 1));
}
