//! Anchors: the head of the audit log, put where the user cannot change it: a file that can only
//! be appended to, and the system journal. Neither need exist; who checks is told how many did.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};

use super::chain::Head;

/// The journal's socket for programs (systemd, "Native Journal Protocol").
const JOURNAL: &str = "/run/systemd/journal/socket";
const FIELD: &str = "MIZHA_AUDIT_HEAD";

/// Puts the head wherever there is a place for it.
pub(super) fn set(file: Option<&Path>, head: &Head) {
    let Ok(json) = serde_json::to_string(head) else { return };
    if let Some(path) = file {
        let appended = OpenOptions::new()
            .append(true)
            .open(path)
            .and_then(|mut file| file.write_all(format!("{json}\n").as_bytes()));
        if let Err(e) = appended {
            tracing::warn!(error = %e.kind(), "the head of the audit log could not be anchored in its file");
        }
    }
    if Path::new(JOURNAL).exists() {
        let message = format!("MESSAGE=audit head {}\nSYSLOG_IDENTIFIER=mizha\n{FIELD}={json}\n", head.number);
        if let Ok(socket) = UnixDatagram::unbound() {
            let _ = socket.send_to(message.as_bytes(), JOURNAL);
        }
    }
}

/// Every head found.
pub(super) fn heads(file: Option<&Path>) -> Vec<Head> {
    let mut heads = Vec::new();
    if let Some(file) = file.and_then(|path| std::fs::File::open(path).ok()) {
        heads.extend(BufReader::new(file).lines().map_while(Result::ok).filter_map(|l| serde_json::from_str(&l).ok()));
    }
    if Path::new(JOURNAL).exists() {
        let uid = format!("_UID={}", rustix::process::geteuid().as_raw());
        let output = Command::new("journalctl")
            .args(["--quiet", "--output=cat", "--output-fields", FIELD, "SYSLOG_IDENTIFIER=mizha", &uid])
            .stderr(Stdio::null())
            .output();
        if let Ok(output) = output {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            heads.extend(text.lines().filter_map(|line| serde_json::from_str::<Head>(line).ok()));
        }
    }
    heads
}
