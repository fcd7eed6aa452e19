//! A pause: nothing is looked at and nothing leaves, what came meanwhile is looked at afterwards, and the log says who and
//! why.

use std::fs;

use mizha::config::Config;
use mizha::watch::Pause;

use super::{Desk, clean};

#[test]
fn in_a_pause_nothing_leaves_and_afterwards_everything_is_looked_at() {
    let desk = Desk::new();
    let config = Config::default();
    let watch = desk.watch();
    Pause::begin(&config, &desk.yard.state, "many files are sorted").expect("a pause");
    desk.until("paused", || desk.status()["paused"]["minutes"].as_u64().is_some_and(|left| (29..=30).contains(&left)));
    fs::write(desk.yard.pending.join("a.txt"), clean(1)).expect("written");
    // Settings that are read again do not end it.
    let before = desk.status()["since"].clone();
    watch.signal(rustix::process::Signal::HUP);
    desk.until("read again", || {
        let status = desk.status();
        status["since"] != before && status["paused"].is_object()
    });
    assert!(desk.yard.pending.join("a.txt").exists() && !desk.yard.export.join("a.txt").exists());
    let said = String::from_utf8(desk.run(&["status"]).stdout).expect("text");
    assert!(said.contains("paused until") && said.contains("nothing leaves a gate"), "{said}");
    Pause::end(&config, &desk.yard.state).expect("it ends");
    desk.until("let out", || desk.yard.export.join("a.txt").exists());
    assert!(desk.status()["paused"].is_null());
    watch.stop();
    let log = String::from_utf8(desk.run(&["audit", "show"]).stdout).expect("text");
    let line = log.lines().find(|line| line.contains("paused")).expect("written down");
    assert!(line.contains("many files are sorted") && log.contains("resumed"), "{log}");
}

#[test]
fn an_administrators_setting_forbids_it() {
    let desk = Desk::new();
    let settings = fs::read_to_string(&desk.config).expect("readable");
    fs::write(&desk.config, settings + "\n[hold]\npause = false\n").expect("written");
    let watch = desk.watch();
    // As a person would write it by hand.
    Pause::begin(&Config::default(), &desk.yard.state, "by hand").expect("a file");
    fs::write(desk.yard.pending.join("a.txt"), clean(1)).expect("written");
    desk.until("let out", || desk.yard.export.join("a.txt").exists());
    assert!(desk.status()["paused"].is_null());
    watch.stop();
}
