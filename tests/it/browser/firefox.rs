//! The same extension in Firefox ESR: what differs there is how a content script sees a page, a file and the clipboard.

use serde_json::json;

use super::marionette::Mozilla;
use super::{CONTROL, ENTER, ESCAPE, Home, MARKED, lay_extension};
use crate::requirement::Requirement;

/// Waits until the person is told, and closes it.
fn told(firefox: &mut Mozilla, what: &str) {
    firefox.until(what, "return document.getElementById('mizha-notice') !== null");
    firefox.press(ESCAPE);
    firefox.until(what, "return document.getElementById('mizha-notice') === null");
}

fn paste(firefox: &mut Mozilla, text: &str) {
    firefox.run("window.copied = false; source.value = arguments[0]; source.focus(); source.select()", &[json!(text)]);
    firefox.press(&format!("{CONTROL}c"));
    firefox.until("it is copied", "return window.copied");
    firefox.run("source.value = ''; rich.focus()", &[]);
    firefox.press(&format!("{CONTROL}v"));
}

#[test]
#[ignore = "needs Firefox ESR: .ci/channels"]
fn files_and_texts_in_firefox() {
    let home = Home::new("");
    let extension = home.at("extension");
    lay_extension(&extension, "firefox.json");
    home.lay_host(&home.at(".mozilla/native-messaging-hosts"), json!({ "allowed_extensions": ["browser@mizha.org"] }));
    let Some(mut firefox) = Mozilla::start("firefox-esr", home.path(), &[]) else {
        return Requirement::Firefox.is_missing("firefox-esr is not installed");
    };
    firefox.install(&extension);
    let go = |firefox: &mut Mozilla, page: &str| {
        firefox.call("WebDriver:Navigate", &json!({ "url": format!("http://127.0.0.1:{}/{page}", home.server.port) }));
    };
    go(&mut firefox, "files");
    let (clean, marked) = (home.file("clean.txt", "clean: saplings\n"), home.file("marked.txt", MARKED));
    firefox.keys("#file", &clean.display().to_string());
    firefox.until("both events", "return window.seen.length === 2");
    firefox.run("window.seen.length = 0; file.value = ''", &[]);
    firefox.keys("#file", &marked.display().to_string());
    told(&mut firefox, "a marked file");
    assert_eq!(firefox.run("return [window.seen.length, file.files.length]", &[]), json!([0, 0]));
    firefox.run(
        "window.eval(\"fetch('/up', { method: 'POST', body: made('marked') }).catch(() => seen.push('held'))\")",
        &[],
    );
    told(&mut firefox, "fetch");
    firefox.until("fetch", "return window.seen[0] === 'held'");

    go(&mut firefox, "texts");
    paste(&mut firefox, "trees, pasted");
    firefox.until("it is there", "return rich.textContent === 'trees, pasted'");
    paste(&mut firefox, "机密★10年");
    told(&mut firefox, "a marked text");
    assert_eq!(firefox.run("return rich.textContent", &[]), "trees, pasted");
    firefox.keys("#chat", "see you at the trees");
    firefox.keys("#chat", ENTER);
    firefox.until("it is sent", "return chat.value === ''");
    firefox.keys("#chat", "机密★10年");
    firefox.click("#send");
    told(&mut firefox, "a chat");

    home.kill_host();
    std::fs::remove_file(home.at("host")).expect("ours");
    go(&mut firefox, "files");
    firefox.keys("#file", &clean.display().to_string());
    told(&mut firefox, "nobody answers");
    assert_eq!(home.server.arrivals("机密"), 0);
    assert_eq!((home.server.arrived("clean: saplings"), home.server.arrived("see you")), (1, 1));
}
