//! The local page: the real program, spoken to over a plain socket as an attacker would (`attacks`), and driven by a
//! real browser as a clerk would (`browser`); and the menu entries that open it (`menus`).

mod attacks;
mod browser;
mod menus;
mod plain;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// A text with a mark, invented.
const MARKED: &str = "机密★10年\n\n关于植树的通知\n";

/// A desktop with a gate, and the page over it.
struct Desk {
    home: tempfile::TempDir,
    settings: String,
    lang: &'static str,
}

impl Desk {
    fn new(settings: &str) -> Self {
        let home = crate::yard::quick_folder();
        for folder in ["pending", "export"] {
            fs::create_dir(home.path().join(folder)).expect("a folder");
        }
        Desk { home, settings: settings.to_string(), lang: "zh" }
    }

    fn at(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    fn command(&self, args: &[&str]) -> Command {
        let config = self.at("config.toml");
        let gate = format!(
            "{}\n[[gate]]\npending = {:?}\nexport = {:?}\nsettle_millis = 0\n",
            self.settings,
            self.at("pending"),
            self.at("export")
        );
        fs::write(&config, gate).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
        command.args(args).arg("--lang").arg(self.lang).arg("--config").arg(config);
        command.arg("--state").arg(self.at("state")).env("HOME", self.home.path()).env_remove("XDG_RUNTIME_DIR");
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program runs")
    }

    /// A file is saved for sending, and held. Its identifier.
    fn hold(&self, name: &str, text: &str) -> String {
        fs::write(self.at("pending").join(name), text).expect("written");
        self.run(&["watch", "--once"]);
        let list = self.run(&["quarantine", "list", "--json"]).stdout;
        let list: serde_json::Value = serde_json::from_slice(&list).expect("JSON");
        let held =
            list.as_array().expect("a list").iter().find(|held| held["from"].as_str().expect("text").ends_with(name));
        held.expect("held")["id"].as_str().expect("an id").to_string()
    }

    fn is_held(&self, id: &str) -> bool {
        self.at("state/quarantine").join(format!("{id}.data")).exists()
    }

    fn open(&self, args: &[&str]) -> Page {
        let child = self.command(&[&["ui", "--no-open"], args].concat()).stdout(Stdio::piped()).spawn();
        Page::started(child.expect("starts"))
    }
}

/// The page, as somebody with a socket sees it.
pub(crate) struct Page {
    /// The program, if it was this test that started it.
    child: Option<Child>,
    door: PathBuf,
    port: u16,
    code: String,
    cookie: String,
    /// The address that is shown first.
    pub(crate) first: String,
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    status: u16,
    head: String,
    pub(crate) body: String,
}

impl Page {
    /// Of a program that was started and has not yet said where its door is.
    fn unopened(child: Child) -> Self {
        let mut page = Page::nowhere();
        page.child = Some(child);
        page
    }

    /// Of a program that says where its door is on its first line.
    fn started(child: Child) -> Self {
        let mut page = Page::unopened(child);
        let mut line = String::new();
        BufReader::new(page.process().stdout.take().expect("piped")).read_line(&mut line).expect("readable");
        page.read(PathBuf::from(line.trim().strip_prefix("file://").expect("an address")));
        page
    }

    fn nowhere() -> Self {
        let (code, cookie, first) = Default::default();
        Page { child: None, door: PathBuf::new(), port: 0, code, cookie, first }
    }

    /// The program.
    fn process(&mut self) -> &mut Child {
        self.child.as_mut().expect("this test started it")
    }

    /// Of a program that somebody else started.
    pub(crate) fn at(door: &Path) -> Self {
        let mut page = Page::nowhere();
        page.read(door.to_path_buf());
        page
    }

    /// Learns port and code as the browser does, from the file that opens the page.
    fn read(&mut self, door: PathBuf) {
        let text = fs::read_to_string(&door).expect("the file that opens the page");
        let between =
            |from: &str, to: &str| text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).expect("there").0;
        self.port = between("http://127.0.0.1:", "/enter").parse().expect("a port");
        self.code = between("name=\"code\" value=\"", "\"").to_string();
        assert_eq!(fs::metadata(&door).expect("there").permissions().mode() & 0o777, 0o600);
        self.door = door;
    }

    /// With the code taken and the cookie of the session.
    pub(crate) fn entered(mut self) -> Self {
        let answer =
            self.ask("POST /enter", &["Origin: null", "Sec-Fetch-Site: cross-site"], &format!("code={}", self.code));
        assert_eq!(answer.status, 200, "{answer:?}");
        let line = answer.head.lines().find(|line| line.starts_with("Set-Cookie: ")).expect("a cookie");
        assert!(line.contains("HttpOnly") && line.contains("SameSite=Strict"), "{line}");
        self.cookie = line["Set-Cookie: ".len()..].split(';').next().expect("a value").to_string();
        let (_, rest) = answer.body.split_once("content=\"0;url=").expect("where it goes on");
        self.first = rest.split('"').next().expect("an address").to_string();
        self
    }

    /// As our own page would ask.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), &[&format!("Cookie: {}", self.cookie), "Sec-Fetch-Site: same-origin"], "")
    }

    fn post(&self, path: &str, fields: &[&str], body: &str) -> Answer {
        let own = [format!("Cookie: {}", self.cookie), format!("Origin: http://127.0.0.1:{}", self.port)];
        let all: Vec<&str> = own.iter().map(String::as_str).chain(fields.iter().copied()).collect();
        self.ask(&format!("POST {path}"), &all, body)
    }

    fn ask(&self, what: &str, fields: &[&str], body: &str) -> Answer {
        let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
        let host = format!("Host: 127.0.0.1:{}", self.port);
        let length =
            if what.starts_with("POST") { format!("Content-Length: {}\r\n", body.len()) } else { String::new() };
        self.raw(format!("{what} HTTP/1.1\r\n{host}\r\n{length}{fields}\r\n{body}").as_bytes())
    }

    fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        // It may have answered and gone before all was sent.
        let _ = stream.write_all(request);
        let _ = stream.shutdown(Shutdown::Write);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Answer { status, head: head.to_string(), body: body.to_string() }
    }
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}
