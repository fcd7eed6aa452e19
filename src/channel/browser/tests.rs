//! Whole conversations, by the protocol's own description.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::config::Approved;
use crate::model::Tier;

const MARKED: &str = "机密★10年\n\n关于植树的通知\n";
/// The same in base 64 (RFC 4648).
const MARKED_BASE64: &str = "5py65a+G4piFMTDlubQKCuWFs+S6juakjeagkeeahOmAmuefpQo=";

/// What is written is kept.
#[derive(Clone, Default)]
struct Line(Arc<Mutex<Vec<u8>>>);

impl Write for Line {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a lock").write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Said {
    answers: Vec<Value>,
    outcome: io::Result<()>,
    records: Vec<String>,
}

impl Said {
    fn verdict(&self, id: u64) -> (&str, &str) {
        let found = self.answers.iter().find(|answer| answer["type"] == "verdict" && answer["id"] == id);
        let found = found.unwrap_or_else(|| panic!("no verdict {id}: {:?}", self.answers));
        (found["verdict"].as_str().expect("a word"), found["do"].as_str().expect("a word"))
    }
}

fn talk(browser: Browser, messages: &[Value]) -> Said {
    let mut from = Vec::new();
    for message in messages {
        frame::write(&mut from, &message.to_string()).expect("memory");
    }
    let (line, records) = (Line::default(), Arc::new(Mutex::new(Vec::new())));
    let kept = Arc::clone(&records);
    let record = move |judged: &JudgedItem<'_>| {
        kept.lock().expect("a lock").push(format!("{} {:?}", judged.site, judged.outcome));
        Ok(())
    };
    let settings = HostSettings { browser, hold: Hold::default(), officer: Officer::default(), lang: Lang::Zh };
    let host = Host::new(Scanner::builtin().expect("built-in packs are valid"), settings, Box::new(record));
    let outcome = host.serve(&mut &from[..], Box::new(line.clone()));
    let bytes = line.0.lock().expect("a lock").clone();
    let mut answers = Vec::new();
    let mut rest = &bytes[..];
    while let Some(text) = frame::read(&mut rest).expect("frames") {
        answers.push(serde_json::from_slice(&text).expect("JSON"));
    }
    let records = records.lock().expect("a lock").clone();
    Said { answers, outcome, records }
}

fn text(id: u64, site: &str, text: &str, purpose: &str) -> Value {
    json!({ "type": "text", "id": id, "site": site, "text": text, "purpose": purpose })
}

fn begin(id: u64, name: &str, bytes: usize) -> Value {
    json!({ "type": "begin", "id": id, "site": "oa.example.cn", "name": name, "bytes": bytes })
}

#[test]
fn a_browser_is_told_the_policy_first() {
    let approved = |site: &str, tiers: &[Tier]| Approved {
        site: site.into(),
        tiers: tiers.to_vec(),
        reason: "tested".into(),
        expires: "2999-12-31".parse().expect("a day"),
    };
    let browser = Browser {
        approved: vec![approved("all.example.cn", &Tier::ALL), approved("some.example.cn", &[Tier::Internal])],
        ..Browser::default()
    };
    let said = talk(browser, &[json!({ "type": "hello", "version": 1 })]);
    let policy = &said.answers[0];
    assert_eq!((&policy["type"], &policy["lang"], &policy["guard"]), (&json!("policy"), &json!("zh"), &json!(true)));
    assert_eq!(policy["free"], json!(["all.example.cn"]), "approved for some is guarded");
}

#[test]
fn texts_and_files_of_many_tabs_are_told_apart() {
    let said = talk(
        Browser::default(),
        &[
            text(1, "oa.example.cn", "植树通知", "sending"),
            begin(2, "通知/a.txt", MARKED.len()),
            text(3, "chat.example.cn", MARKED, "sending"),
            json!({ "type": "piece", "id": 2, "data": MARKED_BASE64 }),
            text(4, "chat.example.cn", MARKED, "writing"),
            json!({ "type": "end", "id": 2 }),
        ],
    );
    assert!(said.outcome.is_ok());
    assert_eq!(said.verdict(1), ("clear", "go"));
    assert_eq!(said.verdict(2), ("block", "hold"));
    assert_eq!(said.verdict(3), ("block", "hold"));
    assert_eq!(said.verdict(4), ("block", "hold"));
    let mut records = said.records;
    records.sort();
    assert_eq!(
        records,
        ["chat.example.cn Held", "oa.example.cn Held"],
        "what is only being written is not written down"
    );
}

#[test]
fn a_file_that_is_not_whole_or_too_long_is_not_clear() {
    let long = (crate::model::Limits::default().total_bytes + 1) as usize;
    let said = talk(
        Browser::default(),
        &[
            begin(1, "a.txt", 9),
            json!({ "type": "piece", "id": 1, "data": "YWJj" }),
            json!({ "type": "end", "id": 1 }),
            begin(2, "b.bin", long),
            json!({ "type": "end", "id": 2 }),
        ],
    );
    assert_eq!(said.verdict(1), ("uninspected", "confirm"));
    assert_eq!(said.verdict(2), ("uninspected", "confirm"));
}

#[test]
fn a_site_is_fit_for_what_it_was_approved_for() {
    let approved = Approved {
        site: "oa.example.cn".into(),
        tiers: vec![Tier::Secret],
        reason: "tested 2026-7".into(),
        expires: "2999-12-31".parse().expect("a day"),
    };
    let browser = Browser { approved: vec![approved], ..Browser::default() };
    let said = talk(
        browser,
        &[text(1, "oa.example.cn", MARKED, "sending"), text(2, "oa.example.cn.evil.org", MARKED, "sending")],
    );
    assert_eq!(said.verdict(1), ("clear", "go"));
    assert_eq!(said.verdict(2), ("block", "hold"));
    assert!(said.records.contains(&"oa.example.cn Passed(Some(\"tested 2026-7\"))".to_string()), "{:?}", said.records);
}

#[test]
fn a_reason_that_nobody_was_asked_for_lets_nothing_go() {
    let said = talk(
        Browser::default(),
        &[text(1, "", MARKED, "sending"), json!({ "type": "confirm", "id": 1, "reason": "please" })],
    );
    assert!(said.answers.iter().any(|answer| answer["type"] == "failed" && answer["id"] == 1), "{:?}", said.answers);
    assert_eq!(said.records, [" Held"]);
}

#[test]
fn whoever_does_not_keep_to_the_protocol_is_told_and_left() {
    for wrong in [
        json!({ "type": "hello", "version": 9 }),
        json!({ "type": "open", "path": "/etc/passwd" }),
        json!({ "type": "piece", "id": 5, "data": "" }),
        json!({ "type": "text", "id": 1, "site": "a b", "text": "", "purpose": "sending" }),
        text(1, "a", &"a".repeat(TEXT + 1), "sending"),
    ] {
        let kept = wrong.to_string().chars().take(60).collect::<String>();
        // A text that is too long for an answer's frame is written as a browser would.
        let mut from = Vec::new();
        let message = wrong.to_string();
        from.extend((message.len() as u32).to_ne_bytes());
        from.extend(message.as_bytes());
        let line = Line::default();
        let settings = HostSettings {
            browser: Browser::default(),
            hold: Hold::default(),
            officer: Officer::default(),
            lang: Lang::En,
        };
        let host = Host::new(Scanner::builtin().expect("built-in packs are valid"), settings, Box::new(|_| Ok(())));
        assert!(host.serve(&mut &from[..], Box::new(line.clone())).is_err(), "{kept}");
        let bytes = line.0.lock().expect("a lock").clone();
        assert!(String::from_utf8_lossy(&bytes).contains("\"type\":\"error\""), "{kept}");
    }
}
