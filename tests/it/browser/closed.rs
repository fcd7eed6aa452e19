//! The door when nobody answers at it, and where it is not meant to stand.

use serde_json::json;

use super::{Desk, MARKED};

#[test]
fn where_nobody_answers_everything_is_held() {
    let Some(desk) = Desk::open("") else { return };
    let clean = desk.file("clean.txt", "clean: saplings\n");
    desk.go("files");
    desk.browser.choose("file", &[&clean]);
    desk.browser.until("both events", "return window.seen.length === 2");
    desk.seen();

    // One that was ended is started anew by the next question.
    desk.kill_host();
    desk.browser
        .until("closed, or started anew", "window.asked ??= Date.now(); return Date.now() - window.asked > 300");
    let fresh = desk.file("fresh.txt", "fresh: saplings\n");
    desk.browser.choose("file", &[&fresh]);
    desk.browser.until("both events", "return window.seen.length === 2");
    desk.seen();

    // One that cannot be started is said to be missing, on every way.
    std::fs::remove_file(desk.at("host")).expect("ours");
    desk.kill_host();
    desk.go("files");
    let other = desk.file("other.txt", "other: saplings\n");
    desk.browser.choose("file", &[&other]);
    assert_eq!(desk.told("a file"), "closed");
    desk.browser.drop_files("#drop", &[&other]);
    assert_eq!(desk.told("a drop"), "closed");
    desk.browser.run("fetch('/up', { method: 'POST', body: made('other') }).catch(() => seen.push('held'))", &[]);
    assert_eq!(desk.told("fetch"), "closed");
    assert_eq!(desk.until_seen("fetch"), json!(["held"]));
    desk.browser.keys("#word", "see you");
    desk.browser.click("#go");
    assert_eq!(desk.told("a form"), "closed");
    assert_eq!(desk.server.arrivals("other: saplings") + desk.server.arrivals("see+you"), 0);
}

#[test]
fn where_the_door_is_not_meant_to_stand_nothing_is_looked_at() {
    let all =
        "[\"personal\", \"credential\", \"internal\", \"work-secret\", \"confidential\", \"secret\", \"top-secret\"]";
    let approved = format!(
        "[[browser.approved]]\nsite = \"127.0.0.1\"\ntiers = {all}\nreason = \"a test\"\nexpires = \"2999-12-31\"\n"
    );
    for settings in ["[browser]\nguard = false\n", &approved] {
        let Some(desk) = Desk::open(settings) else { return };
        let marked = desk.file("marked.txt", MARKED);
        desk.go("files");
        desk.browser.choose("file", &[&marked]);
        desk.browser.until("both events", "return window.seen.length === 2");
        assert_eq!(desk.audit(), "", "{settings}");
    }
}

#[test]
fn a_site_is_fit_for_what_it_was_approved_for() {
    let settings = "[[browser.approved]]\nsite = \"127.0.0.1\"\ntiers = [\"secret\"]\nreason = \"record 7\"\nexpires = \"2999-12-31\"\n";
    let Some(desk) = Desk::open(settings) else { return };
    let (secret, top) = (desk.file("a.txt", MARKED), desk.file("b.txt", &MARKED.replace("机密", "绝密")));
    desk.go("files");
    desk.browser.choose("file", &[&secret]);
    desk.browser.until("both events", "return window.seen.length === 2");
    desk.browser.choose("file", &[&top]);
    assert_eq!(desk.told("a tier it was not approved for"), "block");
    assert!(desk.audit().contains("record 7"), "what went is written down, with who approved it: {}", desk.audit());
}
