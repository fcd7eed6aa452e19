//! Files that a page opens by a dialog of its own (`showOpenFilePicker`): the real dialog, on a display of its own, answered by
//! mouse and keyboard.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Desk, MARKED};
use crate::requirement::Requirement;
use crate::webdriver::Browser;

/// A display, ended with the test.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// None where it is not installed, or nobody who types on it.
    fn start() -> Option<Self> {
        use std::io::{BufRead, BufReader};
        let typist = Command::new("xdotool").stdout(Stdio::null()).stderr(Stdio::null()).status();
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1366x900x24", "-nolisten", "tcp"]);
        let server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let (Ok(mut server), Ok(_)) = (server, typist) else {
            Requirement::Desktop.is_missing("Xvfb or xdotool is not installed");
            return None;
        };
        let mut number = String::new();
        BufReader::new(server.stdout.take().expect("a pipe")).read_line(&mut number).expect("a number");
        Some(Display { server, name: format!(":{}", number.trim()) })
    }

    fn tool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool").args(arguments).env("DISPLAY", &self.name).output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).trim().to_string()
    }

    /// The dialog's window, once it is there, or once it is gone.
    fn dialog(&self, is_there: bool) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let found = self.tool(&["search", "--onlyvisible", "--name", "Select a file"]);
            if found.is_empty() != is_there {
                return found.lines().last().unwrap_or_default().to_string();
            }
            assert!(Instant::now() < end, "the dialog");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Writes the file's path into the dialog, where the first sign of it opens a field, and opens it.
    fn choose(&self, file: &Path) {
        let dialog = self.dialog(true);
        self.tool(&["windowfocus", "--sync", &dialog]);
        self.tool(&["type", "--delay", "80", &file.display().to_string()]);
        let place = self.tool(&["getwindowgeometry", "--shell", &dialog]);
        let of = |name: &str| -> i32 {
            let line = place.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
            line.and_then(|number| number.parse().ok()).expect("a number")
        };
        // The button that opens stands in the lower right corner.
        let (x, y) = (of("X") + of("WIDTH") - 50, of("Y") + of("HEIGHT") - 24);
        self.tool(&["mousemove", "--sync", &x.to_string(), &y.to_string(), "click", "1"]);
        self.dialog(false);
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
#[ignore = "needs Xvfb and xdotool: .ci/channels"]
fn a_file_that_a_page_opens_by_a_dialog() {
    let Some(display) = Display::start() else { return };
    let shown = |profile, more: &[String]| Browser::shown_on(&display.name, profile, more);
    let Some(desk) = Desk::open_by("", shown) else { return };
    // Chromium opens nothing below /dev for a page, where memory may be mounted.
    let folder = tempfile::tempdir().expect("a folder");
    let (clean, marked) = (folder.path().join("clean.txt"), folder.path().join("marked.txt"));
    std::fs::write(&clean, "clean: saplings\n").expect("written");
    std::fs::write(&marked, MARKED).expect("written");
    desk.go("files");
    desk.browser.click("#open");
    display.choose(&clean);
    assert_eq!(desk.until_seen("a clean file"), json!([["opened", "clean: saplings\n"]]));
    desk.browser.click("#open");
    display.choose(&marked);
    assert_eq!(desk.told("a marked file"), "block");
    assert_eq!(desk.until_seen("a marked file"), json!([["held", "NotAllowedError"]]));
    // What was clear is looked at again when it is another: the page has kept its handle.
    std::fs::write(&clean, MARKED).expect("written");
    desk.browser.run("again()", &[]);
    assert_eq!(desk.told("the same file, marked since"), "block");
    assert_eq!(desk.until_seen("the same file"), json!([["held", "NotAllowedError"]]));
    assert_eq!((desk.server.arrivals("机密"), desk.server.arrived("clean: saplings")), (0, 1));
}
