//! The door for mail: what a server says over the wire and what it is told, by the protocol's own description; and the
//! same with a real Postfix (`postfix`).

mod postfix;
mod wire;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running door, ended with the test.
pub(super) struct Door {
    child: Child,
    pub(super) port: u16,
    pub(super) state: tempfile::TempDir,
}

impl Door {
    /// A door with these settings, once it listens.
    pub(super) fn open(settings: &str) -> Self {
        let state = tempfile::tempdir().expect("a folder");
        let config = state.path().join("config.toml");
        std::fs::write(&config, settings).expect("settings");
        let port = free_port();
        let child = Command::new(env!("CARGO_BIN_EXE_mizha"))
            .args(["milter", "--lang", "en", "--listen", &format!("inet:127.0.0.1:{port}"), "--state"])
            .arg(state.path().join("state"))
            .arg("--config")
            .arg(&config)
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.expect("our program runs");
        let mut said = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        while !line.contains("listens at") {
            line.clear();
            assert!(said.read_line(&mut line).expect("a line") > 0, "the door ended before it listened");
        }
        // Read on, or the door would wait for us.
        std::thread::spawn(move || said.lines().for_each(drop));
        Door { child, port, state }
    }

    /// What the audit log holds.
    pub(super) fn audit(&self) -> String {
        std::fs::read_to_string(self.state.path().join("state/audit.jsonl")).unwrap_or_default()
    }

    /// The book of what went through.
    pub(super) fn releases(&self) -> String {
        std::fs::read_to_string(self.state.path().join("state/releases.jsonl")).unwrap_or_default()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody has now.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

/// A message of mail with this text, and perhaps a sample attached.
pub(super) fn message(text: &str, attached: Option<&str>) -> Vec<u8> {
    let head = "From: <a@example.org>\r\nTo: <b@example.org>\r\nSubject: tree planting\r\nMIME-Version: 1.0\r\n";
    let Some(sample) = attached else {
        let head = format!("{head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
        return format!("{head}{text}\r\n").into_bytes();
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(sample);
    let bytes = std::fs::read(&path).expect("a sample");
    let name = path.file_name().expect("a name").to_string_lossy();
    let lines: Vec<String> =
        base64(&bytes).as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!(
        "{head}Content-Type: multipart/mixed; boundary=\"xx\"\r\n\r\n--xx\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n--xx\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--xx--\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

/// Base64 (RFC 4648), for fixtures.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let sign = SIGNS[(number >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= group.len() { char::from(sign) } else { '=' });
        }
    }
    out
}
