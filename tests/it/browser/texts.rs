//! Texts: pasted, typed into chats and forms. What is clear goes on by its own event; what is marked stays for correction.

use serde_json::json;

use super::{CONTROL, Desk, ENTER};

/// Copies a text with the keyboard, as a person does.
fn copy(desk: &Desk, text: &str) {
    desk.browser.run("source.value = arguments[0]; source.focus(); source.select()", &[json!(text)]);
    desk.browser.press(&[&format!("{CONTROL}c")]);
    // Not by an event: nobody typed it here.
    desk.browser.run("source.value = ''", &[]);
}

fn paste(desk: &Desk, field: &str) {
    desk.browser.run(&format!("{field}.focus()"), &[]);
    desk.browser.press(&[&format!("{CONTROL}v")]);
}

#[test]
fn texts_that_are_pasted() {
    let Some(desk) = Desk::open("") else { return };
    desk.go("texts");
    copy(&desk, "植树 clean");
    paste(&desk, "chat");
    desk.browser.until("it is there", "return chat.value === '植树 clean'");
    paste(&desk, "rich");
    desk.browser.until("it is there", "return rich.textContent === '植树 clean'");
    assert_eq!(
        desk.seen(),
        json!([["paste", true, "植树 clean"], ["paste", true, "植树 clean"]]),
        "the browser's own event"
    );
    copy(&desk, "机密★10年");
    for field in ["chat", "rich"] {
        paste(&desk, field);
        assert_eq!(desk.told(field), "block");
    }
    assert_eq!(desk.seen(), json!([]), "the page heard nothing");
    assert_eq!(desk.browser.run("return [chat.value, rich.textContent]", &[]), json!(["植树 clean", "植树 clean"]));
}

#[test]
fn texts_that_a_script_takes_from_the_clipboard() {
    let Some(desk) = Desk::open("") else { return };
    desk.go("texts");
    desk.browser.tool("Browser.grantPermissions", &json!({ "permissions": ["clipboardReadWrite"] }));
    let ways = [
        ("readText", "navigator.clipboard.readText()"),
        ("read", "navigator.clipboard.read().then(([item]) => item.getType('text/plain')).then((blob) => blob.text())"),
    ];
    for (way, call) in ways {
        let script = format!("{call}.then((text) => seen.push(['taken', text]), (e) => seen.push(['held', e.name]))");
        copy(&desk, "植树 clean");
        desk.browser.run(&script, &[]);
        assert_eq!(desk.until_seen(way), json!([["taken", "植树 clean"]]), "{way}");
        copy(&desk, "机密★10年");
        desk.browser.run(&script, &[]);
        assert_eq!(desk.told(way), "block");
        assert_eq!(desk.until_seen(way), json!([["held", "NotAllowedError"]]), "{way}");
    }
}

#[test]
fn texts_that_are_typed() {
    let Some(desk) = Desk::open("") else { return };
    desk.go("texts");
    desk.browser.keys("#chat", "see you at the trees");
    desk.browser.keys("#chat", ENTER);
    desk.browser.until("it is sent", "return chat.value === ''");
    assert_eq!(desk.server.arrived("see you at the trees"), 1);

    desk.browser.keys("#chat", "机密★10年");
    desk.browser.keys("#chat", ENTER);
    assert_eq!(desk.told("Enter"), "block");
    desk.browser.click("#send");
    assert_eq!(desk.told("the button"), "block");
    assert_eq!(desk.browser.run("return chat.value", &[]), "机密★10年", "it stays to be corrected");

    desk.go("texts");
    desk.browser.keys("#word", "机密★10年");
    desk.browser.click("#go");
    assert_eq!(desk.told("a form"), "block");
    desk.browser.run("word.value = ''", &[]);
    desk.browser.keys("#word", "trees in a form");
    desk.browser.keys("#word", ENTER);
    desk.browser.until("the form is sent", "return document.body?.textContent === 'taken'");
    assert_eq!(desk.server.arrived("trees+in+a+form"), 1);
    assert_eq!(desk.server.arrivals("%E6%9C%BA%E5%AF%86") + desk.server.arrivals("机密"), 0, "nothing marked arrived");

    // A password is nobody's business.
    desk.go("texts");
    desk.browser.keys("#password", "机密★10年");
    desk.browser.click("#enter");
    desk.browser.until("it is sent", "return document.body?.textContent === 'taken'");
    assert_eq!(desk.audit().matches("\"upload-held\"").count(), 3, "one for each try: {}", desk.audit());
}
