//! The door for browsers with a real one: our extension in Chromium asks the real program, and the log of a server on this
//! machine proves what arrived. `native` speaks to the program as a browser does, well and ill.

mod attacks;
mod closed;
mod daemon;
mod files;
mod firefox;
mod marionette;
mod native;
mod picker;
mod policy;
mod server;
mod texts;
mod thunderbird;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::webdriver::Browser;
use server::Server;

/// A text with a mark, invented.
const MARKED: &str = "机密★10年\n\n关于植树的通知\n";
/// One that a person is asked about, invented.
const ASKED: &str = "COMPANY CONFIDENTIAL\n\nPrices of saplings for the spring\n";
/// The public half of a key whose private half nobody has, and the extension's name by it.
const KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr/vW4CE60U6vIgglFgDHVJqI1kofeCWbSk2vKc1sIp+amWVdkrjdx6hJew41V3PeboISxJyz7tlRiv7IE7kFcdsB/dTGP3QR6FWPDRL/in4JUM03mXf06RhZp3Jy8YRsM56oYfJr6g7/Y7GlzjWo5VD5m6nWhoA8zAzyW861Ig53XQF7SyDkPWC6D/HlgHIkdjPjgfkIxFH7y0ziQQpkQk9eC/1MU0x+n2oQWmbTJskguDukkehNcCwV3XVLuk2esMeRrEDTjMIj3I2NgbYQUZukGhdmvV5o0sJzzKaThcbDJgfBWoGhQ9X011uVEkk+fbTtTHff8r0IDTczeG/osQIDAQAB";
const ID: &str = "canfahhlfgdcogfhnjjboffklacngifl";
/// Keys as WebDriver names them.
const CONTROL: char = '\u{E009}';
const ESCAPE: &str = "\u{E00C}";
const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";

/// A home with settings and the host, and a server out there.
struct Home {
    folder: tempfile::TempDir,
    server: Server,
}

impl Home {
    /// With these settings.
    fn new(settings: &str) -> Self {
        let home = Home { folder: crate::yard::quick_folder(), server: Server::start() };
        fs::write(home.at("config.toml"), settings).expect("written");
        home
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, below: &str) -> PathBuf {
        self.path().join(below)
    }

    /// Lays the script that starts the host, and in this folder the manifest that says who may start it.
    fn lay_host(&self, manifests: &Path, allowed: Value) {
        let host = self.at("host");
        let program = env!("CARGO_BIN_EXE_mizha");
        // As `install` writes it, and where to find the process.
        let script = format!(
            "#!/bin/sh\necho $$ >'{home}/pid'\nexec '{program}' browser-host --lang en --config '{home}/config.toml' --state '{home}/state'\n",
            home = self.path().display()
        );
        fs::write(&host, script).expect("written");
        executable(&host);
        let mut manifest =
            json!({ "name": "org.mizha.browser", "description": "Mizha", "path": host, "type": "stdio" });
        for (key, value) in allowed.as_object().expect("an object") {
            manifest[key] = value.clone();
        }
        fs::create_dir_all(manifests).expect("a folder");
        fs::write(manifests.join("org.mizha.browser.json"), manifest.to_string()).expect("written");
    }

    /// A file with this text.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.at("files").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("written");
        path
    }

    fn audit(&self) -> String {
        fs::read_to_string(self.at("state/audit.jsonl")).unwrap_or_default()
    }

    /// Ends the process that answers, as a crash would.
    fn kill_host(&self) {
        let pid = fs::read_to_string(self.at("pid")).expect("it ran").trim().parse().expect("a number");
        let pid = rustix::process::Pid::from_raw(pid).expect("a process");
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("ours");
    }
}

/// A home with Chromium, which asks Mizha.
struct Desk {
    home: Home,
    browser: Browser,
}

impl std::ops::Deref for Desk {
    type Target = Home;

    fn deref(&self) -> &Home {
        &self.home
    }
}

impl Desk {
    /// With these settings; none where there is no browser.
    fn open(settings: &str) -> Option<Self> {
        Desk::open_by(settings, Browser::with)
    }

    /// The same with a browser that is started so.
    fn open_by(settings: &str, start: impl FnOnce(tempfile::TempDir, &[String]) -> Option<Browser>) -> Option<Self> {
        let home = Home::new(settings);
        let extension = home.at("extension");
        lay_extension(&extension, "chromium.json");
        let profile = tempfile::tempdir().expect("a folder");
        let allowed = json!({ "allowed_origins": [format!("chrome-extension://{ID}/")] });
        home.lay_host(&profile.path().join("NativeMessagingHosts"), allowed);
        let browser = start(profile, &[format!("--load-extension={}", extension.display())])?;
        Some(Desk { home, browser })
    }

    /// Opens a page of ours.
    fn go(&self, page: &str) {
        self.browser.go(&format!("http://127.0.0.1:{}/{page}", self.server.port));
    }

    /// Waits until the person is told, closes it, and gives what it was.
    fn told(&self, what: &str) -> String {
        let kind = self.notice(what);
        self.browser.press(&[ESCAPE]);
        self.browser.until(what, "return document.getElementById('mizha-notice') === null");
        kind
    }

    /// Waits until something is shown to the person.
    fn notice(&self, what: &str) -> String {
        self.browser.until(what, "return document.getElementById('mizha-notice') !== null");
        let kind = self.browser.run("return document.getElementById('mizha-notice').dataset.kind", &[]);
        kind.as_str().expect("a word").to_string()
    }

    /// What the page heard, and forgets it.
    fn seen(&self) -> Value {
        self.browser.run("return window.seen.splice(0)", &[])
    }

    fn until_seen(&self, what: &str) -> Value {
        self.browser.until(what, "return window.seen.length > 0");
        self.seen()
    }
}

fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
}

/// The extension as it is shipped, with one of its manifests; in Chromium with a key that makes its name.
fn lay_extension(to: &Path, manifest: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/browser");
    copy(&from.join("extension"), to);
    let text = fs::read_to_string(from.join(manifest)).expect("the manifest");
    let mut read: Value = serde_json::from_str(&text).expect("JSON");
    if manifest == "chromium.json" {
        read["key"] = json!(KEY);
    }
    fs::write(to.join("manifest.json"), read.to_string()).expect("written");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}
