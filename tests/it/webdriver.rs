//! A real browser, spoken to as WebDriver says (W3C): Chromium through its driver, over plain HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::requirement::Requirement;

/// Browsers at once: each is many processes, and tests are more than processors.
const AT_ONCE: usize = 3;
static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// One of the browsers that may run at once.
struct Place;

impl Place {
    fn take() -> Self {
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        *ENDED.wait_while(running, |running| *running >= AT_ONCE).unwrap_or_else(PoisonError::into_inner) += 1;
        Place
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}

/// A browser with one window.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
    _place: Place,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.call("DELETE", "", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// A browser in the dark or in the light; none where it is not installed.
    pub(crate) fn start(dark: bool) -> Option<Self> {
        let dark = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"].iter().filter(|_| dark);
        let args: Vec<String> = dark.map(ToString::to_string).collect();
        Browser::with(tempfile::tempdir().expect("a folder"), &args)
    }

    /// A browser with this profile and further arguments.
    pub(crate) fn with(profile: tempfile::TempDir, more: &[String]) -> Option<Self> {
        // The driver's own arguments would keep extensions out.
        Browser::launch(profile, more, &["disable-extensions"], None)
    }

    /// A browser that installs what the machine's policy says.
    pub(crate) fn by_policy() -> Option<Self> {
        let profile = tempfile::tempdir().expect("a folder");
        Browser::launch(profile, &[], &["disable-extensions", "disable-background-networking"], None)
    }

    /// A browser with this profile that shows itself, and the desktop's own dialogs, on a display.
    pub(crate) fn shown_on(display: &str, profile: tempfile::TempDir, more: &[String]) -> Option<Self> {
        Browser::launch(profile, more, &["disable-extensions"], Some(display))
    }

    fn launch(profile: tempfile::TempDir, more: &[String], without: &[&str], display: Option<&str>) -> Option<Self> {
        let place = Place::take();
        let mut ready = None;
        // Several start at once, and a port that one of them chose may be gone by then.
        for _ in 0..3 {
            let mut command = Command::new("chromedriver");
            command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
            // The dialogs of the toolkit, not those of somebody's session.
            command.envs(display.map(|display| [("DISPLAY", display), ("GTK_USE_PORTAL", "0")]).into_iter().flatten());
            let Ok(mut driver) = command.spawn() else {
                Requirement::Browser.is_missing("chromedriver is not installed");
                return None;
            };
            let lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
            let port = lines.map_while(Result::ok).find_map(|line| {
                line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
            });
            if let Some(port) = port {
                ready = Some((driver, port));
                break;
            }
            let _ = driver.kill();
            let _ = driver.wait();
        }
        let (driver, port) = ready.expect("chromedriver tells its port");
        let mut browser = Browser { driver, port, session: String::new(), _profile: profile, _place: place };
        let data = format!("--user-data-dir={}", browser._profile.path().display());
        let usual = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1366,900",
            &data,
        ];
        let usual = usual.into_iter().filter(|arg| display.is_none() || !arg.starts_with("--headless"));
        let args: Vec<&str> = usual.chain(more.iter().map(String::as_str)).collect();
        let options = json!({ "args": args, "excludeSwitches": without });
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": options } } });
        let answer = browser.send("POST", "/session", &wanted);
        let Some(session) = answer["value"]["sessionId"].as_str() else {
            Requirement::Browser.is_missing(&format!("chromium does not start: {}", answer["value"]["message"]));
            return None;
        };
        browser.session = session.to_string();
        Some(browser)
    }

    pub(crate) fn go(&self, address: &str) {
        self.done("POST", "/url", &json!({ "url": address }));
    }

    pub(crate) fn address(&self) -> String {
        self.done("GET", "/url", &Value::Null).as_str().expect("text").to_string()
    }

    /// What a script gives.
    pub(crate) fn run(&self, script: &str, args: &[Value]) -> Value {
        self.done("POST", "/execute/sync", &json!({ "script": script, "args": args }))
    }

    /// Waits until a script gives true.
    pub(crate) fn until(&self, what: &str, script: &str) {
        let end = Instant::now() + Duration::from_secs(90);
        while self.run(script, &[]) != Value::Bool(true) {
            assert!(Instant::now() < end, "{what}: not in time; {}", self.run("return document.body.innerText", &[]));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn click(&self, selector: &str) {
        let id = self.find(selector);
        self.done("POST", &format!("/element/{id}/click"), &json!({}));
    }

    /// Types, or chooses a file.
    pub(crate) fn keys(&self, selector: &str, text: &str) {
        let id = self.find(selector);
        self.done("POST", &format!("/element/{id}/value"), &json!({ "text": text }));
    }

    /// Drops files as the file manager does.
    pub(crate) fn drop_files(&self, selector: &str, paths: &[&Path]) {
        let place = self.run(
            "const r = document.querySelector(arguments[0]).getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]",
            &[json!(selector)],
        );
        for kind in ["dragEnter", "dragOver", "drop"] {
            let data = json!({ "items": [], "files": paths, "dragOperationsMask": 1 });
            let params = json!({ "type": kind, "x": place[0], "y": place[1], "data": data });
            self.tool("Input.dispatchDragEvent", &params);
        }
    }

    /// Presses keys one after the other; a pair is pressed together.
    pub(crate) fn press(&self, keys: &[&str]) {
        let mut actions = Vec::new();
        for together in keys {
            let keys = together.chars();
            actions.extend(keys.clone().map(|key| json!({ "type": "keyDown", "value": key })));
            actions.extend(keys.rev().map(|key| json!({ "type": "keyUp", "value": key })));
        }
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.done("POST", "/actions", &json!({ "actions": [keyboard] }));
    }

    /// Goes into a frame of the page, or back to the window's own.
    pub(crate) fn frame(&self, selector: Option<&str>) {
        let id = selector.map(|selector| json!({ "element-6066-11e4-a52e-4f735466cecf": self.find(selector) }));
        self.done("POST", "/frame", &json!({ "id": id }));
    }

    /// Chooses files in the input that an expression gives, be it part of the page or not.
    pub(crate) fn choose(&self, input: &str, paths: &[&Path]) {
        let found = self.tool("Runtime.evaluate", &json!({ "expression": input }));
        let object = &found["result"]["objectId"];
        self.tool("DOM.setFileInputFiles", &json!({ "files": paths, "objectId": object }));
    }

    /// A command of the browser's developer tools.
    pub(crate) fn tool(&self, command: &str, params: &Value) -> Value {
        self.done("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    /// A picture of the window, as PNG in base 64.
    pub(crate) fn screenshot(&self) -> String {
        self.done("GET", "/screenshot", &Value::Null).as_str().expect("text").to_string()
    }

    fn find(&self, selector: &str) -> String {
        let found = self.done("POST", "/element", &json!({ "using": "css selector", "value": selector }));
        let id = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        id.expect("an element").to_string()
    }

    fn done(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.call(method, path, body);
        assert!(answer["value"]["error"].is_null(), "{method} {path} {body:.200}: {answer:#}");
        answer["value"].clone()
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.send(method, &format!("/session/{}{path}", self.session), body)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the driver listens");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a limit");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).expect("sent");
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).expect("a line");
            if line.trim().is_empty() {
                break;
            }
            if let Some((_, value)) = line.to_ascii_lowercase().split_once("content-length:") {
                length = value.trim().parse().expect("a number");
            }
        }
        let mut bytes = vec![0; length];
        reader.read_exact(&mut bytes).expect("the answer");
        serde_json::from_slice(&bytes).expect("JSON")
    }
}
