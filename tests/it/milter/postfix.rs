//! The same with a real Postfix, started for the test in folders of its own: what is refused, held and taken, and that
//! nothing is taken while the door is closed.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Door, free_port, message};
use crate::requirement::Requirement;

/// A mail server that asks the door at a port, ended with the test.
struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
}

impl Postfix {
    /// Started, or none where there is no Postfix or we may not start it.
    fn start(door: u16) -> Option<Self> {
        let is_there =
            Command::new("postconf").arg("mail_version").output().is_ok_and(|output| output.status.success());
        if !is_there || !rustix::process::geteuid().is_root() {
            Requirement::Postfix.is_missing("Postfix is not installed, or this account may not start it");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["config", "queue", "data", "log"] {
            fs::create_dir(at(name)).expect("a folder");
        }
        allow(folder.path());
        assert!(Command::new("chown").arg("postfix").arg(at("data")).status().expect("chown runs").success());
        let port = free_port();
        fs::write(at("config/main.cf"), main_cf(folder.path(), door)).expect("settings");
        fs::write(at("config/master.cf"), master_cf(port)).expect("settings");
        let server = Postfix { folder, port };
        server.postfix("start");
        let until = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "Postfix does not listen: {}", server.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    fn postfix(&self, what: &str) {
        let mut command = Command::new("postfix");
        command.arg("-c").arg(self.folder.path().join("config")).arg(what);
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/mail.log")).unwrap_or_default()
    }

    /// Files in the hold queue.
    fn on_hold(&self) -> usize {
        fn files(folder: &Path) -> usize {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
        }
        files(&self.folder.path().join("queue/hold"))
    }

    /// The server's last answer to a message.
    fn send(&self, message: &[u8]) -> String {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a limit");
        let mut answers = BufReader::new(stream.try_clone().expect("a descriptor"));
        let mut stream = stream;
        let mut answer = String::new();
        hear(&mut answers, &mut answer);
        for line in ["EHLO test", "MAIL FROM:<a@example.org> BODY=8BITMIME", "RCPT TO:<b@example.org>", "DATA"] {
            stream.write_all(format!("{line}\r\n").as_bytes()).expect("sent");
            hear(&mut answers, &mut answer);
        }
        assert!(answer.starts_with("354"), "{answer} {}", self.log());
        stream.write_all(&[message, b".\r\n"].concat()).expect("sent");
        hear(&mut answers, &mut answer);
        answer
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.postfix("abort");
    }
}

/// Reads one answer, of several lines perhaps (RFC 5321, 4.2.1).
fn hear(from: &mut impl BufRead, answer: &mut String) {
    answer.clear();
    loop {
        let mut line = String::new();
        assert!(from.read_line(&mut line).expect("an answer") > 0, "closed after {answer:?}");
        answer.push_str(&line);
        if line.as_bytes().get(3) != Some(&b'-') {
            return;
        }
    }
}

/// The account of Postfix may look into a folder that is ours alone by default.
fn allow(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("a mode");
}

fn main_cf(folder: &Path, door: u16) -> String {
    let at = |name: &str| -> PathBuf { folder.join(name) };
    format!(
        "compatibility_level = 3.6\nqueue_directory = {}\ndata_directory = {}\nmaillog_file = {}\n\
         maillog_file_prefixes = {}\nmyhostname = gate.example.org\nmydestination =\nmynetworks = 127.0.0.0/8\n\
         inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nalias_maps =\nlocal_recipient_maps =\n\
         default_transport = discard:\nrelay_transport = discard:\nsmtpd_relay_restrictions = permit_mynetworks, reject\n\
         smtpd_milters = inet:127.0.0.1:{door}\nnon_smtpd_milters = inet:127.0.0.1:{door}\n\
         message_size_limit = 100000000\nmilter_content_timeout = 300s\nmilter_default_action = tempfail\nmilter_connect_timeout = 5s\n",
        at("queue").display(),
        at("data").display(),
        at("log/mail.log").display(),
        folder.display(),
    )
}

fn master_cf(port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
         rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\npickup unix n - n 1 1 pickup\ndiscard unix - - n - - discard\nproxymap unix - - n - - proxymap\n\
         anvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\nshowq unix n - n - - showq\n\
         error unix - - n - - error\nretry unix - - n - - error\npostlog unix-dgram n - n - 1 postlogd\n"
    )
}

#[test]
fn postfix_refuses_holds_and_takes_as_it_is_told() {
    let door = Door::open("");
    let Some(server) = Postfix::start(door.port) else { return };
    assert!(server.send(&message("See you on Friday.", None)).starts_with("250"), "{}", server.log());
    let refused = server.send(&message("机密★10年\r\n\r\n植树通知", None));
    assert!(refused.starts_with("554") && refused.contains("5.7.1 Mizha: not sent"), "{refused}");
    assert!(refused.contains("密闸：邮件未发出"), "{refused}");
    let refused = server.send(&message("As promised.", Some("docx/header.docx")));
    assert!(refused.starts_with("554"), "{refused}");
    assert_eq!(server.on_hold(), 0);
    let held = server.send(&message("As promised.", Some("archives/encrypted-aes.zip")));
    assert!(held.starts_with("250"), "{held}");
    assert_eq!(server.on_hold(), 1, "{}", server.log());
    assert!(!server.log().contains("植树"), "no content in the server's log");
}

#[test]
fn postfix_takes_nothing_while_the_door_is_closed() {
    let door = Door::open("");
    let Some(server) = Postfix::start(door.port) else { return };
    drop(door);
    let stream = TcpStream::connect(("127.0.0.1", server.port)).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
    let mut answers = BufReader::new(stream.try_clone().expect("a descriptor"));
    let mut stream = stream;
    let mut answer = String::new();
    hear(&mut answers, &mut answer);
    for line in ["EHLO test", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA"] {
        stream.write_all(format!("{line}\r\n").as_bytes()).expect("sent");
        hear(&mut answers, &mut answer);
        if answer.starts_with('4') {
            return;
        }
    }
    stream.write_all(&[&message("See you.", None)[..], b".\r\n"].concat()).expect("sent");
    hear(&mut answers, &mut answer);
    assert!(answer.starts_with("451"), "{answer}");
}

/// What swaks, a program that sends mail, comes to: whether the message was taken, and what was said.
fn swaks(server: &Postfix, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new("swaks");
    command.args(["--server", "127.0.0.1", "--port", &server.port.to_string()]);
    command.args(["--from", "a@example.org", "--to", "b@example.org", "--timeout", "120s", "--suppress-data"]);
    let output = command.args(arguments).stdin(Stdio::null()).output().expect("swaks runs");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
#[ignore = "needs swaks, and is long: .ci/channels"]
fn whole_messages_of_every_kind_by_another_program() {
    if !Command::new("swaks").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return Requirement::Postfix.is_missing("swaks is not installed");
    }
    let door = Door::open("");
    let Some(server) = Postfix::start(door.port) else { return };
    let files = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = files.path().join(name);
        fs::write(&path, text).expect("written");
        format!("@{}", path.display())
    };
    let marked = "机密★10年\n\n关于植树的通知\n";
    let line = "第七号植树通知，请于本月十五日前报送材料。\n";
    let long = line.repeat((40 << 20) / line.len());
    let (clean, bad) = (file("clean.txt", "saplings\n"), file("marked.txt", marked));
    let (big, big_bad) = (file("big.txt", &long), file("big-marked.txt", &format!("{long}\n\n{marked}")));
    let many: Vec<String> = (0..200).map(|n| file(&format!("{n}.txt"), &format!("sapling {n}\n"))).collect();
    let attached = |files: &[&String]| -> Vec<String> {
        files.iter().flat_map(|file| ["--attach".to_string(), file.to_string()]).collect()
    };
    let all: Vec<&String> = many.iter().collect();
    let (mut taken, mut refused) = (0, 0);
    for (what, arguments, is_taken) in [
        ("a clean text", vec!["--body".to_string(), "See you at the trees.".to_string()], true),
        ("a marked text", vec!["--body".to_string(), marked.to_string()], false),
        ("a clean file", attached(&[&clean]), true),
        ("a marked file", attached(&[&clean, &bad]), false),
        ("40 MB", attached(&[&big]), true),
        ("40 MB with a mark in the last line", attached(&[&big_bad]), false),
        ("200 files", attached(&all), true),
        ("200 files and a marked one", attached(&[&all[..], &[&bad]].concat()), false),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (went, said) = swaks(&server, &arguments);
        assert_eq!(went, is_taken, "{what}: {said} {}", server.log());
        assert!(went || said.contains("554-5.7.1 Mizha: not sent"), "{what}: {said}");
        *(if went { &mut taken } else { &mut refused }) += 1;
    }

    // Handed in on the machine itself.
    for (text, is_taken) in [("See you at the trees.", true), (marked, false)] {
        let mut sendmail = Command::new("sendmail");
        sendmail.arg("-C").arg(server.folder.path().join("config")).args(["-f", "a@example.org", "b@example.org"]);
        let mut child = sendmail.stdin(Stdio::piped()).spawn().expect("it runs");
        child.stdin.take().expect("a pipe").write_all(&message(text, None)).expect("heard");
        assert!(child.wait().expect("it ends").success());
        *(if is_taken { &mut taken } else { &mut refused }) += 1;
    }
    let until = Instant::now() + Duration::from_secs(60);
    // What was handed in and refused is told to its sender by a message of the server's own, which leaves as well.
    while server.log().matches("status=sent").count() < taken + 1 {
        assert!(Instant::now() < until, "{}", server.log());
        std::thread::sleep(Duration::from_millis(100));
    }
    let log = server.log();
    assert_eq!(log.matches("milter-reject: END-OF-MESSAGE").count(), refused, "{log}");
    let left = log.lines().filter(|line| line.contains("to=<b@example.org>") && line.contains("status=sent")).count();
    assert_eq!(left, taken, "as many left as may: {log}");
    assert_eq!(server.on_hold(), 0);

    drop(door);
    let (went, said) = swaks(&server, &["--body", "See you."]);
    assert!(!went && said.contains("<** 4"), "nothing is taken while the door is closed: {said}");
}
