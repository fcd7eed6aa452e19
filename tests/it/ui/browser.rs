//! A clerk with a real browser: drops, pastes and types, sees one verdict, has a held file back, hands in a ticket.

use std::fs;

use serde_json::json;

use super::{Desk, MARKED, Page, sample};
use crate::requirement::Requirement;
use crate::webdriver::Browser;

/// The page, opened in a browser as the desktop opens it: by the file.
fn opened(desk: &Desk, browser: &Browser, args: &[&str]) -> Page {
    let page = desk.open(args);
    browser.go(&format!("file://{}", page.door.display()));
    let own = format!("http://127.0.0.1:{}/", page.port);
    browser.until("entered", &format!("return location.href === '{own}' && document.readyState === 'complete'"));
    page
}

/// Waits for the big verdict.
fn verdict(browser: &Browser, wanted: &str) {
    browser.until(wanted, &format!("return !document.querySelector('[data-banner={wanted}]').hidden"));
}

#[test]
fn files_folders_screenshots_and_messages_get_one_verdict() {
    let Some(browser) = Browser::start(false) else { return };
    let desk = Desk::new("");
    let _page = opened(&desk, &browser, &[]);
    verdict(&browser, "idle");

    // A message, as it is typed: highlighted where it stands.
    browser.keys("#message", "植树通知");
    verdict(&browser, "clear");
    browser.keys("#message", "\n机密★10年\n");
    verdict(&browser, "block");
    let marked = browser.run("return document.querySelector('#marked mark').textContent", &[]);
    assert_eq!(marked, "机密★10年");
    let places = browser.run(
        "const [a, b] = ['#marked', '#message'].map((s) => document.querySelector(s));
         return [a.clientWidth === b.clientWidth, getComputedStyle(a).font === getComputedStyle(b).font]",
        &[],
    );
    assert_eq!(places, json!([true, true]), "the highlight lies exactly behind the text");
    browser.click("#again");
    verdict(&browser, "idle");

    // A folder and a file, dropped as by a file manager.
    let folder = desk.at("准备发送");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("a.txt"), "植树通知\n").expect("written");
    fs::copy(sample("docx/clean-letter.docx"), folder.join("b.docx")).expect("copied");
    browser.drop_files("#drop", &[&folder]);
    browser.until("two files", "return document.querySelectorAll('#results .item').length === 2");
    verdict(&browser, "clear");
    browser.drop_files("#drop", &[&sample("docx/header.docx")]);
    verdict(&browser, "block");
    let receipt = browser.run("return document.getElementById('receipt').value", &[]);
    let receipt = receipt.as_str().expect("text");
    assert!(receipt.contains("准备发送/b.docx") && receipt.matches("SHA-256").count() == 3, "{receipt}");

    // A screenshot without the model that reads it: never clear.
    browser.click("#again");
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    browser.run(
        "const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0));
         const data = new DataTransfer();
         data.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
         document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))",
        &[json!(png)],
    );
    browser.until("looked at", "return document.querySelectorAll('#results .item').length === 1");
    let name = browser.run("return document.querySelector('#results b').textContent", &[]);
    assert_eq!(name, "image.png");

    // A marked text, pasted anywhere.
    browser.click("#again");
    browser.run(
        "const data = new DataTransfer();
         data.setData('text/plain', arguments[0]);
         document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))",
        &[json!(MARKED)],
    );
    verdict(&browser, "block");
}

#[test]
fn what_was_named_at_the_start_is_there_and_stopping_leaves_nothing_called_clear() {
    let Some(browser) = Browser::start(false) else { return };
    let desk = Desk::new("");
    let docx = sample("docx/header.docx").display().to_string();
    let _page = opened(&desk, &browser, &[&docx]);
    verdict(&browser, "block");
    browser.click("#again");
    // Many files, chosen at once, and stopped.
    browser.run(
        "const data = new DataTransfer();
         for (let i = 0; i < 400; i++) data.items.add(new File(['植树 ' + i], i + '.txt'));
         document.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))",
        &[],
    );
    browser.until("under way", "return document.querySelectorAll('#results .item').length > 0");
    browser.click("#cancel");
    verdict(&browser, "uninspected");
    let all = browser.run("return document.querySelectorAll('#results [data-verdict]').length", &[]);
    assert_eq!(all, 400, "each file is told of");
}

#[test]
fn a_clerk_has_a_held_file_back_and_hands_in_a_ticket() {
    let Some(browser) = Browser::start(false) else { return };
    let keys = minisign::KeyPair::generate_unencrypted_keypair().expect("a key pair");
    let desk = Desk::new(&format!("[hold]\nofficer_sign_key = \"{}\"\n", keys.pk.to_base64()));
    let (back, out) = (desk.hold("退回.txt", MARKED), desk.hold("放行.txt", &MARKED.replace("通知", "方案")));
    let page = opened(&desk, &browser, &[]);
    browser.click("nav a[href='/held']");
    browser.until("held", "return document.querySelectorAll('article').length === 2");
    // Identifiers may begin with a digit.
    let of = |id: &str, what: &str| format!("[id='{id}'] {what}");
    browser.click(&of(&back, ".return summary"));
    browser.click(&of(&back, ".return button"));
    browser.until("given back", "return document.querySelectorAll('article').length === 1");
    assert_eq!(fs::read_to_string(desk.at("密闸退回/退回.txt")).expect("given back"), MARKED);

    let request = desk.at("request.ticket");
    let signature = desk.at("request.ticket.minisig");
    let text = desk.run(&["quarantine", "request", &out]).stdout;
    let signed = minisign::sign(None, &keys.sk, &text[..], None, None).expect("signed");
    fs::write(&request, text).expect("written");
    fs::write(&signature, signed.into_string()).expect("written");
    browser.click(&of(&out, ".officer summary"));
    browser.keys(&of(&out, "[data-to=ticket]"), &request.display().to_string());
    browser.keys(&of(&out, "[data-to=signature]"), &signature.display().to_string());
    browser.keys(&of(&out, ".ticket input[name=reason]"), "已解密");
    browser.click(&of(&out, ".ticket button"));
    browser.until("let go", "return document.querySelectorAll('article').length === 0");
    assert!(desk.at("export/放行.txt").is_file());
    assert_eq!(browser.address(), format!("http://127.0.0.1:{}/held", page.port));
}

/// Pictures of every page for people to look at: `MIZHA_SCREENSHOTS=DIR`.
#[test]
fn pages_are_pictured_and_have_no_fault_that_bars_people() {
    let folder = std::env::var_os("MIZHA_SCREENSHOTS").map(std::path::PathBuf::from);
    let axe = std::env::var_os("MIZHA_AXE").map(|path| fs::read_to_string(path).expect("axe-core"));
    if axe.is_none() {
        Requirement::Axe.is_missing("MIZHA_AXE names no axe.min.js");
    }
    for dark in [false, true] {
        for lang in ["zh", "en"] {
            let Some(browser) = Browser::start(dark) else { return };
            let officer = "[officer]\nname = \"Wang, Room 301\"\nphone = \"0000-1234\"\n";
            let desk = Desk { lang, ..Desk::new(officer) };
            desk.hold("季度名单.txt", MARKED);
            let page = opened(&desk, &browser, &[]);
            let look = |name: &str| {
                if let Some(folder) = &folder {
                    let shade = if dark { "dark" } else { "light" };
                    fs::write(folder.join(format!("{name}.{lang}.{shade}.png.base64")), browser.screenshot())
                        .expect("written");
                }
                if let Some(axe) = &axe {
                    accessible(&browser, axe, &format!("{name} {lang} dark: {dark}"));
                }
            };
            look("check");
            browser.keys("#message", "请查收：\n机密★10年\n植树通知");
            verdict(&browser, "block");
            browser.drop_files("#drop", &[&sample("docx/clean-letter.docx")]);
            browser.until("both", "return document.querySelectorAll('#results .item').length === 2 && !document.querySelector('#after').hidden");
            look("check-block");
            for name in ["held", "sent", "health"] {
                browser.go(&format!("http://127.0.0.1:{}/{name}", page.port));
                look(name);
            }
            let fresh = unset(&desk);
            browser.go(&format!("file://{}", fresh.door.display()));
            browser.until("entered", "return location.pathname === '/setup' && document.readyState === 'complete'");
            look("setup");
            // They share stylesheet and words: light in one language, dark in the other is all there is to see.
            let pages = if dark == (lang == "en") { reports(&desk) } else { Vec::new() };
            for (name, report) in pages {
                browser.go(&format!("file://{}", report.display()));
                look(name);
            }
        }
    }
}

/// The page where nobody has set anything up yet.
fn unset(desk: &Desk) -> Page {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mizha"));
    command.args(["ui", "--no-open", "--page", "setup", "--lang", desk.lang]).env("HOME", desk.home.path());
    for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"] {
        command.env_remove(name);
    }
    Page::started(command.stdout(std::process::Stdio::piped()).spawn().expect("it starts"))
}

/// The pages that are files: of a scan, of a trial of packs, of an inspection, and of what is held.
fn reports(desk: &Desk) -> Vec<(&'static str, std::path::PathBuf)> {
    let samples = sample("docx").display().to_string();
    let folder = sample("clean").display().to_string();
    let written = |name: &'static str, args: &[&str]| {
        let path = desk.at(&format!("{name}.html"));
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mizha"));
        command.args(args).args(["--format", "html", "--lang", desk.lang, "-o"]).arg(&path);
        command.env("HOME", desk.home.path()).output().expect("it runs");
        assert!(path.exists(), "{name} was not written");
        (name, path)
    };
    let state = desk.at("state").display().to_string();
    let audit = written("inspection", &["audit", "report", "--since", "7d", "--state", &state]);
    let mut pages = vec![written("report", &["scan", &samples]), written("trial", &["pack", "test", &folder]), audit];
    // What a notification opens where there is no local page: the guard writes it with the news.
    let held = desk.at("state/held.html");
    fs::write(desk.at("pending/another.txt"), MARKED.replace("植树", "浇水")).expect("written");
    let mut guard = desk.command(&["watch"]).spawn().expect("it starts");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !held.exists() && std::time::Instant::now() < end {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let _ = guard.kill();
    let _ = guard.wait();
    assert!(held.exists(), "the guard wrote no page of what is held");
    pages.push(("held-report", held));
    pages
}

/// No violation that axe-core knows of (WCAG 2.2 A and AA, and its best practices).
fn accessible(browser: &Browser, axe: &str, page: &str) {
    browser.run(axe, &[]);
    browser.run("window.found = null; axe.run().then((found) => { window.found = found.violations; })", &[]);
    browser.until("axe-core", "return window.found !== null");
    let violations = browser.run(
        "return window.found.map((one) => one.id + ': ' + one.nodes.map((node) => node.target + ' ' + node.failureSummary).join('; '))",
        &[],
    );
    assert_eq!(violations, json!([]), "{page}");
}
