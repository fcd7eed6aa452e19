//! Firefox and Thunderbird, spoken to as Mozilla's own tests do (Marionette): a length, a colon, and JSON over a local socket.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A program of Mozilla's without a screen, with a home of its own.
pub(super) struct Mozilla {
    child: Child,
    stream: TcpStream,
    number: u64,
}

impl Drop for Mozilla {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Mozilla {
    /// Starts the program with these preferences; none where it is not installed.
    pub(super) fn start(program: &str, home: &Path, preferences: &[(&str, Value)]) -> Option<Self> {
        let profile = home.join("profile");
        fs::create_dir_all(&profile).expect("a folder");
        let usual = [("marionette.port", json!(0)), ("datareporting.policy.dataSubmissionEnabled", json!(false))];
        let lines = usual.iter().chain(preferences).map(|(name, value)| format!("user_pref({name:?}, {value});\n"));
        fs::write(profile.join("user.js"), lines.collect::<String>()).expect("written");
        let mut command = Command::new(program);
        command.args(["--headless", "--marionette", "-remote-allow-system-access", "--profile"]).arg(&profile);
        command.env("HOME", home).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().ok()?;
        let mut mozilla = Mozilla { child, stream: connected(&profile.join("MarionetteActivePort")), number: 0 };
        mozilla.hear();
        mozilla.call("WebDriver:NewSession", &json!({}));
        Some(mozilla)
    }

    /// Takes an extension for as long as the program runs.
    pub(super) fn install(&mut self, extension: &Path) {
        self.call("Addon:Install", &json!({ "path": extension, "temporary": true }));
    }

    /// A command, done.
    pub(super) fn call(&mut self, command: &str, params: &Value) -> Value {
        self.number += 1;
        let text = json!([0, self.number, command, params]).to_string();
        self.stream.write_all(format!("{}:{text}", text.len()).as_bytes()).expect("sent");
        let answer = self.hear();
        assert!(answer[2].is_null(), "{command}: {:#}", answer[2]);
        match &answer[3] {
            Value::Object(object) if object.contains_key("value") => object["value"].clone(),
            other => other.clone(),
        }
    }

    /// What a script gives.
    pub(super) fn run(&mut self, script: &str, args: &[Value]) -> Value {
        self.call("WebDriver:ExecuteScript", &json!({ "script": script, "args": args, "sandbox": null }))
    }

    /// Waits until a script gives true.
    pub(super) fn until(&mut self, what: &str, script: &str) {
        let end = Instant::now() + Duration::from_secs(60);
        while self.run(script, &[]) != Value::Bool(true) {
            assert!(Instant::now() < end, "{what}: not in time");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Types, or chooses a file.
    pub(super) fn keys(&mut self, selector: &str, text: &str) {
        let id = self.find(selector);
        self.call("WebDriver:ElementSendKeys", &json!({ "id": id, "text": text }));
    }

    pub(super) fn click(&mut self, selector: &str) {
        let id = self.find(selector);
        self.call("WebDriver:ElementClick", &json!({ "id": id }));
    }

    /// Presses keys together.
    pub(super) fn press(&mut self, keys: &str) {
        let down = keys.chars().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.chars().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": down.chain(up).collect::<Vec<_>>() });
        self.call("WebDriver:PerformActions", &json!({ "actions": [keyboard] }));
    }

    fn find(&mut self, selector: &str) -> Value {
        let found = self.call("WebDriver:FindElement", &json!({ "using": "css selector", "value": selector }));
        found.as_object().and_then(|object| object.values().next()).expect("an element").clone()
    }

    fn hear(&mut self) -> Value {
        let (mut length, mut byte) = (0, [0]);
        loop {
            self.stream.read_exact(&mut byte).expect("an answer");
            match byte[0] {
                b':' => break,
                digit => length = length * 10 + usize::from(digit - b'0'),
            }
        }
        let mut text = vec![0; length];
        self.stream.read_exact(&mut text).expect("an answer");
        serde_json::from_slice(&text).expect("JSON")
    }
}

/// The socket whose port the program writes down once it listens.
fn connected(file: &Path) -> TcpStream {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        let port = fs::read_to_string(file).ok().and_then(|text| text.trim().parse::<u16>().ok());
        if let Some(stream) = port.and_then(|port| TcpStream::connect(("127.0.0.1", port)).ok()) {
            stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a limit");
            return stream;
        }
        assert!(Instant::now() < end, "the program does not listen");
        std::thread::sleep(Duration::from_millis(100));
    }
}
