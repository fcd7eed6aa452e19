//! Anchors: the head of the audit log, put where the user cannot change it: a file that can only
//! be appended to, and the system journal. Neither need exist; who checks is told how many did.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::Book;
use super::event::Head;

/// The journal's socket for programs (systemd, "Native Journal Protocol").
const JOURNAL: &str = "/run/systemd/journal/socket";
const FIELD: &str = "MIZHA_AUDIT_HEAD";

/// Why a file anchors nothing.
#[derive(Debug)]
pub enum Weakness {
    /// It is not there, or cannot be appended to.
    Missing(std::io::Error),
    /// Every user can write into it.
    Shared,
    /// It belongs to the user whose log it is.
    Own,
    /// What stands in it can be changed.
    Changeable,
}

/// Why this file anchors nothing; none if it does.
pub fn weakness(file: &Path) -> Option<Weakness> {
    use std::os::unix::fs::MetadataExt;
    let opened = OpenOptions::new().append(true).read(true).open(file).and_then(|file| Ok((file.metadata()?, file)));
    let (meta, file) = match opened {
        Ok(opened) => opened,
        Err(e) => return Some(Weakness::Missing(e)),
    };
    let user = rustix::process::geteuid();
    if meta.mode() & 0o002 != 0 {
        return Some(Weakness::Shared);
    }
    if meta.uid() == user.as_raw() && !user.is_root() {
        return Some(Weakness::Own);
    }
    let flags = rustix::fs::ioctl_getflags(&file);
    (!flags.is_ok_and(|flags| flags.contains(rustix::fs::IFlags::APPEND))).then_some(Weakness::Changeable)
}

/// A head and the book it is of.
#[derive(Serialize, Deserialize)]
struct Anchored {
    #[serde(default, skip_serializing_if = "is_first")]
    book: Book,
    #[serde(flatten)]
    head: Head,
}

fn is_first(book: &Book) -> bool {
    *book == Book::default()
}

/// Puts the head wherever there is a place for it.
pub(super) fn set(file: Option<&Path>, book: Book, head: &Head) {
    let Ok(json) = serde_json::to_string(&Anchored { book, head: head.clone() }) else { return };
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

/// Every head found of a book.
pub(super) fn heads(file: Option<&Path>, book: Book) -> Vec<Head> {
    let mut heads: Vec<Anchored> = Vec::new();
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
            heads.extend(text.lines().filter_map(|line| serde_json::from_str(line).ok()));
        }
    }
    heads.into_iter().filter(|anchored| anchored.book == book).map(|anchored| anchored.head).collect()
}
