//! What `deploy/browser/install` laid, in front of everything else: each browser installs the extension by itself and finds the
//! host. `.ci/channels` runs the script, in a mount namespace, before these.

use std::time::{Duration, Instant};

use serde_json::json;

use super::marionette::Mozilla;
use super::{Desk, Home, MARKED};
use crate::requirement::Requirement;
use crate::webdriver::Browser;

/// Tries again with a new page until the extension is there, and the host answers: without it the person is told another thing.
fn until_told(what: &str, mut choose: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !choose() {
        assert!(Instant::now() < end, "{what}: not installed in time");
    }
}

/// The page heard of the file, or the person was told.
const OUTCOME: &str = "return window.seen.length > 0 || document.getElementById('mizha-notice') !== null";
/// What the person was told, if they were.
const TOLD: &str = "return document.getElementById('mizha-notice')?.dataset.kind ?? null";

#[test]
#[ignore = "needs what deploy/browser/install lays: .ci/channels"]
fn chromium_installs_it_by_policy() {
    let Some(browser) = Browser::by_policy() else { return };
    let desk = Desk { home: Home::new(""), browser };
    let marked = desk.file("marked.txt", MARKED);
    until_told("Chromium", || {
        desk.go("files");
        desk.browser.choose("file", &[&marked]);
        desk.browser.until("an outcome", OUTCOME);
        desk.browser.run(TOLD, &[]) == "block"
    });
}

#[test]
#[ignore = "needs what deploy/browser/install lays: .ci/channels"]
fn firefox_installs_it_by_policy() {
    let home = Home::new("");
    let Some(mut firefox) = Mozilla::start("firefox-esr", home.path(), &[]) else {
        return Requirement::Firefox.is_missing("firefox-esr is not installed");
    };
    let marked = home.file("marked.txt", MARKED).display().to_string();
    until_told("Firefox", || {
        firefox.call("WebDriver:Navigate", &json!({ "url": format!("http://127.0.0.1:{}/files", home.server.port) }));
        firefox.keys("#file", &marked);
        firefox.until("an outcome", OUTCOME);
        firefox.run(TOLD, &[]) == "block"
    });
}
