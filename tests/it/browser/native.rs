//! The real program at the end of a line: what a browser says, what a hostile one says, and how it ends.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::MARKED;

pub(super) struct Host {
    child: Child,
    to: Option<ChildStdin>,
    from: ChildStdout,
    home: Option<tempfile::TempDir>,
}

impl Host {
    fn start() -> Self {
        let home = crate::yard::quick_folder();
        let host = Host::at(home.path(), &[]);
        Host { home: Some(home), ..host }
    }

    /// In this home, with further arguments.
    pub(super) fn at(home: &Path, more: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
        command
            .args(["browser-host", "--lang", "zh", "--state"])
            .arg(home.join("state"))
            .args(more)
            .env("HOME", home)
            .env_remove("XDG_CONFIG_HOME");
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("our program runs");
        let (to, from) = (child.stdin.take(), child.stdout.take().expect("a pipe"));
        Host { child, to, from, home: None }
    }

    pub(super) fn say(&mut self, message: &Value) {
        let text = message.to_string();
        let frame = [&(text.len() as u32).to_ne_bytes()[..], text.as_bytes()].concat();
        self.raw(&frame);
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.to.as_mut().expect("open").write_all(bytes).expect("it hears");
    }

    pub(super) fn hear(&mut self) -> Value {
        let mut length = [0; 4];
        self.from.read_exact(&mut length).expect("an answer");
        let mut text = vec![0; u32::from_ne_bytes(length) as usize];
        self.from.read_exact(&mut text).expect("an answer");
        serde_json::from_slice(&text).expect("JSON")
    }

    /// Its exit code, when it ends by itself.
    pub(super) fn ends(&mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }

    /// Ends the line; the exit code and what was said beside it.
    pub(super) fn end(mut self) -> (Option<i32>, String) {
        drop(self.to.take());
        let mut said = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
        (self.child.wait().expect("it ends").code(), said)
    }
}

#[test]
fn it_tells_the_policy_judges_and_ends_with_the_line() {
    let mut host = Host::start();
    host.say(&json!({ "type": "hello", "version": 1 }));
    let policy = host.hear();
    assert_eq!((&policy["type"], &policy["lang"], &policy["guard"]), (&json!("policy"), &json!("zh"), &json!(true)));
    host.say(&json!({ "type": "text", "id": 1, "site": "oa.example.cn", "text": MARKED, "purpose": "sending" }));
    let verdict = host.hear();
    assert_eq!((&verdict["verdict"], &verdict["do"]), (&json!("block"), &json!("hold")));
    let told = &verdict["found"][0];
    assert!(told["what"]["zh"].is_string() && told["place"]["en"].is_string(), "{told}");
    assert_eq!(told["excerpt"], "机密★…");
    let audit = std::fs::read_to_string(host.home.as_ref().expect("its own").path().join("state/audit.jsonl"))
        .expect("written before it is told");
    assert!(audit.contains("\"upload-held\"") && !audit.contains("植树"), "{audit}");
    assert_eq!(host.end(), (Some(0), String::new()));
}

#[test]
fn a_hostile_line_ends_with_a_clear_error() {
    let text = |text: &str| [&(text.len() as u32).to_ne_bytes()[..], text.as_bytes()].concat();
    let flood = (0..80)
        .flat_map(|id| text(&format!("{{\"type\":\"begin\",\"id\":{id},\"site\":\"a\",\"name\":\"a\",\"bytes\":9}}")));
    for (what, bytes) in [
        ("a length of 4 GiB", u32::MAX.to_ne_bytes().to_vec()),
        ("no length", 0_u32.to_ne_bytes().to_vec()),
        ("no JSON", text("{{{")),
        ("deep JSON", text(&"[".repeat(100_000))),
        ("no UTF-8", [&3_u32.to_ne_bytes()[..], b"\xFF\xFE\xFD"].concat()),
        ("a path", text("{\"type\":\"begin\",\"id\":1,\"path\":\"/etc/shadow\"}")),
        ("a piece of nothing", text("{\"type\":\"piece\",\"id\":1,\"data\":\"AAAA\"}")),
        ("too much at once", flood.collect()),
    ] {
        let mut host = Host::start();
        // It may have gone before it heard everything.
        let _ = host.to.as_mut().expect("open").write_all(&bytes);
        let (code, said) = host.end();
        assert_eq!(code, Some(2), "{what}: {said}");
        assert!(
            said.contains("错误") && !said.contains("internal fault") && !said.contains("panicked"),
            "{what}: {said}"
        );
    }
}

#[test]
fn a_line_that_breaks_in_a_file_ends_quietly() {
    let mut host = Host::start();
    host.say(&json!({ "type": "begin", "id": 1, "site": "a", "name": "a.txt", "bytes": 1000 }));
    host.say(&json!({ "type": "piece", "id": 1, "data": "YWJj" }));
    assert_eq!(host.hear()["type"], "more");
    assert_eq!(host.end().0, Some(0));
}
