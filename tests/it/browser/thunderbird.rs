//! Messages in Thunderbird: subject, text and attachments wait for the verdict, and a mail server on this machine shows what left.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::marionette::Mozilla;
use super::{ASKED, ENTER, Home, MARKED, TAB, copy};
use crate::requirement::Requirement;

/// Writes a message and sends it, as the person does by the button.
const SEND: &str = r#"
const [body, attach, done] = arguments;
(async () => {
  const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
  const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
  const make = (name, type) => Cc[`@mozilla.org/${name};1`].createInstance(Ci[type]);
  const fields = make("messengercompose/composefields", "nsIMsgCompFields");
  Object.assign(fields, { to: "b@example.org", subject: "trees", body });
  for (const path of attach) {
    const file = make("file/local", "nsIFile");
    file.initWithPath(path);
    const attachment = make("messengercompose/attachment", "nsIMsgAttachment");
    Object.assign(attachment, { url: Services.io.newFileURI(file).spec, name: file.leafName });
    fields.addAttachment(attachment);
  }
  const params = make("messengercompose/composeparams", "nsIMsgComposeParams");
  const identity = MailServices.accounts.getIdentity("id1");
  Object.assign(params, { composeFields: fields, type: Ci.nsIMsgCompType.New, format: Ci.nsIMsgCompFormat.PlainText, identity });
  const ready = new Promise((resolve) => {
    const watch = { observe(window) {
      window.addEventListener?.("compose-editor-ready", () => { Services.ww.unregisterNotification(watch); resolve(window); }, { once: true });
    } };
    Services.ww.registerNotification(watch);
  });
  MailServices.compose.OpenComposeWindowWithParams(null, params);
  const window = await ready;
  // The extension hears of the window a moment after it is ready.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  window.goDoCommand("cmd_sendNow");
  done(true);
})().catch((e) => done(String(e)));
"#;
/// How many messages are being written, and whether the person is told something.
const STATE: &str = r#"
const all = [...Services.wm.getEnumerator(null)];
const notice = all.some((one) => one.document.querySelector("browser")?.currentURI?.spec.includes("notice.html"));
return [[...Services.wm.getEnumerator("msgcompose")].length, notice];
"#;
/// Closes what the person is told, and the message without keeping it.
const CLOSE: &str = r#"
for (const one of [...Services.wm.getEnumerator(null)]) {
  if (one.document.querySelector("browser")?.currentURI?.spec.includes("notice.html")) one.close();
}
for (const one of [...Services.wm.getEnumerator("msgcompose")]) {
  one.gContentChanged = false;
  one.close();
}
"#;

/// A mail server that takes everything and keeps it.
struct Sink {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let taken = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&taken);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let log = Arc::clone(&log);
                std::thread::spawn(move || take(&stream, &log));
            }
        });
        Sink { port, taken }
    }

    fn taken(&self) -> usize {
        self.taken.lock().expect("a lock").len()
    }
}

/// One conversation, as far as a client needs it.
fn take(mut stream: &TcpStream, log: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    stream.write_all(b"220 sink\r\n").ok()?;
    while let Some(Ok(line)) = lines.next() {
        let answer: &[u8] = match line.to_ascii_uppercase().split(' ').next()? {
            "DATA" => {
                stream.write_all(b"354 go on\r\n").ok()?;
                let message: Vec<String> =
                    lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                log.lock().ok()?.push(message.join("\n"));
                b"250 taken\r\n"
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n").ok(),
            _ => b"250 fine\r\n",
        };
        stream.write_all(answer).ok()?;
    }
    None
}

/// An account whose mail goes to the sink.
fn preferences(port: u16) -> Vec<(&'static str, Value)> {
    vec![
        ("mail.accountmanager.accounts", json!("account1")),
        ("mail.accountmanager.localfoldersserver", json!("server1")),
        ("mail.account.account1.server", json!("server1")),
        ("mail.account.account1.identities", json!("id1")),
        ("mail.server.server1.type", json!("none")),
        ("mail.server.server1.hostname", json!("Local Folders")),
        ("mail.server.server1.userName", json!("nobody")),
        ("mail.server.server1.name", json!("Local Folders")),
        ("mail.server.server1.directory-rel", json!("[ProfD]Mail/Local Folders")),
        ("mail.identity.id1.useremail", json!("a@example.org")),
        ("mail.identity.id1.smtpServer", json!("smtp1")),
        ("mail.identity.id1.valid", json!(true)),
        ("mail.identity.id1.fcc", json!(false)),
        ("mail.smtpservers", json!("smtp1")),
        ("mail.smtp.defaultserver", json!("smtp1")),
        ("mail.smtpserver.smtp1.type", json!("smtp")),
        ("mail.smtpserver.smtp1.hostname", json!("127.0.0.1")),
        ("mail.smtpserver.smtp1.port", json!(port)),
        ("mail.smtpserver.smtp1.authMethod", json!(1)),
        ("mail.smtpserver.smtp1.try_ssl", json!(0)),
        ("mail.provider.enabled", json!(false)),
        ("mail.spotlight.firstRunDone", json!(true)),
        ("app.donation.eoy.version.viewed", json!(999)),
    ]
}

/// Sends, and waits until it left or the person is told; whether it left.
fn leaves(thunderbird: &mut Mozilla, sink: &Sink, body: &str, attached: &[&Path]) -> bool {
    let before = sink.taken();
    let sent = thunderbird.call(
        "WebDriver:ExecuteAsyncScript",
        &json!({ "script": SEND, "args": [body, attached], "newSandbox": true, "sandbox": "system" }),
    );
    assert_eq!(sent, true);
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let state = thunderbird.run(STATE, &[]);
        if state[1] == true {
            assert_eq!(state[0], 1, "the message stays to be corrected");
            return false;
        }
        if sink.taken() > before && state[0] == 0 {
            return true;
        }
        assert!(Instant::now() < end, "neither sent nor told: {state}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Gives a reason in the window in which the person is asked, by the keyboard.
fn answer(thunderbird: &mut Mozilla, reason: &str) {
    let windows = thunderbird.call("WebDriver:GetWindowHandles", &json!({}));
    let windows = windows.as_array().expect("a list");
    let asks = "return document.querySelector('browser')?.currentURI?.spec.includes('notice.html') === true";
    let asking = windows.iter().find(|window| {
        thunderbird.call("WebDriver:SwitchToWindow", &json!({ "handle": window }));
        thunderbird.run(asks, &[]) == true
    });
    assert!(asking.is_some(), "a window asks");
    thunderbird.run("window.focus(); document.querySelector('browser').focus()", &[]);
    // The title is that of the question once the field is there.
    thunderbird
        .until("the question", "return document.querySelector('browser').contentTitle === 'Look before you send'");
    for key in reason.chars().map(String::from).chain([TAB, TAB, ENTER].map(String::from)) {
        thunderbird.press(&key);
    }
    thunderbird.call("WebDriver:SwitchToWindow", &json!({ "handle": windows[0] }));
}

#[test]
#[ignore = "needs Thunderbird: .ci/channels"]
fn messages_in_thunderbird() {
    let (home, sink) = (Home::new(""), Sink::start());
    let extension = home.at("extension");
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    copy(&deploy.join("thunderbird/extension"), &extension);
    for shared in ["words.js", "send.js", "notice.js", "weigh.js"] {
        fs::copy(deploy.join("browser/extension").join(shared), extension.join(shared)).expect("copied");
    }
    home.lay_host(
        &home.at(".mozilla/native-messaging-hosts"),
        json!({ "allowed_extensions": ["thunderbird@mizha.org"] }),
    );
    fs::create_dir_all(home.at("profile/Mail/Local Folders")).expect("folders");
    let Some(mut thunderbird) = Mozilla::start("thunderbird", home.path(), &preferences(sink.port)) else {
        return Requirement::Thunderbird.is_missing("thunderbird is not installed");
    };
    thunderbird.install(&extension);
    thunderbird.call("Marionette:SetContext", &json!({ "value": "chrome" }));
    let (clean, marked) = (home.file("clean.txt", "saplings\n"), home.file("marked.txt", MARKED));
    let many: Vec<_> = (0..80).map(|n| home.file(&format!("many/{n}.txt"), &format!("sapling {n}\n"))).collect();
    let many: Vec<&Path> = many.iter().map(AsRef::as_ref).collect();
    for (body, attached, wanted) in [
        ("see you at the trees", vec![], true),
        ("机密★10年", vec![], false),
        ("see attached", vec![&*marked], false),
        ("see attached", vec![&clean], true),
        // More than Mizha takes at once.
        ("see all of them", many.clone(), true),
        ("see all of them", [many, vec![&marked]].concat(), false),
    ] {
        assert_eq!(leaves(&mut thunderbird, &sink, body, &attached), wanted, "{body} {attached:?}");
        thunderbird.run(CLOSE, &[]);
    }

    // A warning is asked about; closing the window is no, and a reason is yes.
    assert!(!leaves(&mut thunderbird, &sink, ASKED, &[]));
    thunderbird.run(CLOSE, &[]);
    assert!(!home.audit().contains("\"upload-confirmed\""), "{}", home.audit());
    let before = sink.taken();
    assert!(!leaves(&mut thunderbird, &sink, ASKED, &[]));
    answer(&mut thunderbird, "prices");
    let end = Instant::now() + Duration::from_secs(60);
    while sink.taken() == before {
        assert!(Instant::now() < end, "it goes with a reason");
        std::thread::sleep(Duration::from_millis(100));
    }
    let audit = home.audit();
    assert!(
        audit.contains("\"upload-confirmed\"") && audit.contains("\"prices\"") && audit.contains("\"example.org\""),
        "{audit}"
    );

    // What went without a finding is in the book of releases: where to and how long, and nothing of what it was.
    let releases = fs::read_to_string(home.at("state/releases.jsonl")).expect("a book");
    assert!(releases.contains("\"cleared\"") && releases.contains("\"example.org\""), "{releases}");
    assert!(
        !releases.contains("sapling") && !releases.contains("trees") && !releases.contains("clean.txt"),
        "{releases}"
    );

    // Nobody answers.
    home.kill_host();
    fs::remove_file(home.at("host")).expect("ours");
    assert!(!leaves(&mut thunderbird, &sink, "see you", &[]));
    assert!(sink.taken.lock().expect("a lock").iter().all(|mail| !mail.contains("机密")), "nothing marked left");
}
