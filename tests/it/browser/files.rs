//! Files: chosen, dropped, in folders, by scripts. What is clear arrives as if nothing had happened, what is marked never.

use std::path::Path;

use serde_json::json;

use super::{ASKED, Desk, ENTER, MARKED, TAB};

#[test]
fn files_that_are_chosen_or_dropped() {
    let Some(desk) = Desk::open("") else { return };
    let (clean, marked) = (desk.file("植树.txt", "clean: saplings\n"), desk.file("marked.txt", MARKED));
    desk.go("files");

    desk.browser.choose("file", &[&clean]);
    desk.browser.until("both events", "return window.seen.length === 2");
    assert_eq!(desk.seen(), json!([["input", ["植树.txt"]], ["change", ["植树.txt"]]]), "as if nothing had happened");
    desk.browser.choose("file", &[&marked]);
    assert_eq!(desk.told("a marked file"), "block");
    assert_eq!(desk.browser.run("return file.files.length", &[]), 0);
    desk.browser.choose("file", &[&clean, &marked]);
    assert_eq!(desk.told("one of two is marked"), "block");
    assert_eq!(desk.seen(), json!([]), "the page heard of none");

    // Folders, with the way to each file.
    let folder = desk.file("folder/inner/a.txt", "one\n");
    let folder = folder.ancestors().nth(2).expect("a folder");
    desk.browser.choose("folder", &[folder]);
    desk.browser.until("both events", "return window.seen.length === 2");
    assert_eq!(desk.seen()[1], json!(["change", ["folder/inner/a.txt"]]));
    desk.file("folder/inner/b.txt", MARKED);
    desk.browser.choose("folder", &[folder]);
    assert_eq!(desk.told("a marked file in a folder"), "block");

    // Dropped.
    desk.browser.drop_files("#drop", &[&clean]);
    assert_eq!(desk.until_seen("a clean file is dropped"), json!([["drop", ["植树.txt"]]]));
    desk.browser.drop_files("#drop", &[&marked]);
    assert_eq!(desk.told("a marked file is dropped"), "block");
    desk.browser.drop_files("#drop", &[folder]);
    assert_eq!(desk.told("a folder with a marked file is dropped"), "block");
    assert_eq!(desk.seen(), json!([]));

    assert!(desk.server.arrived("clean: saplings") >= 1);
    assert_eq!(desk.server.arrivals("机密"), 0, "nothing marked arrived");
    let releases = std::fs::read_to_string(desk.at("state/releases.jsonl")).expect("a book");
    assert!(releases.contains("\"cleared\"") && releases.contains("\"127.0.0.1\""), "what was clear: {releases}");
    assert!(!releases.contains("植树") && !releases.contains("sapling"), "no name, no content: {releases}");
    let audit = desk.audit();
    assert!(audit.contains("\"upload-held\"") && audit.contains("\"127.0.0.1\"") && !audit.contains("植树"), "{audit}");
}

#[test]
fn inputs_that_are_no_part_of_the_page_or_hidden_in_it() {
    let Some(desk) = Desk::open("") else { return };
    let (clean, marked) = (desk.file("clean.txt", "clean: saplings\n"), desk.file("marked.txt", MARKED));
    for (button, input) in [("#detached", "made"), ("#removed", "made"), ("", "closed"), ("", "framed")] {
        desk.go("inputs");
        for (path, is_clean) in [(&marked, false), (&clean, true)] {
            if !button.is_empty() {
                desk.browser.click(button);
            }
            desk.browser.choose(input, &[path]);
            if is_clean {
                assert_eq!(desk.until_seen(button), json!([[input, "clean.txt"]]), "{button} {input}");
            } else {
                assert_eq!(desk.told(button), "block");
                assert_eq!(desk.seen(), json!([]), "{button} {input}");
            }
        }
    }
}

#[test]
fn a_warning_is_asked_about_once_and_goes_with_a_reason() {
    let Some(desk) = Desk::open("") else { return };
    let asked = desk.file("asked.txt", ASKED);
    desk.go("files");
    desk.browser.choose("file", &[&asked]);
    assert_eq!(desk.told("a warning, and no"), "warn");
    assert_eq!(desk.seen(), json!([]));
    desk.browser.choose("file", &[&asked]);
    assert_eq!(desk.notice("a warning, and yes"), "warn");
    // Without a reason nothing goes; the buttons lie behind the reason.
    desk.browser.press(&[TAB, TAB, ENTER]);
    desk.browser.press(&["p", "r", "i", "c", "e", "s", TAB, TAB, ENTER]);
    desk.browser.until("it goes", "return window.seen.length === 2");
    desk.seen();
    desk.browser.run("file.value = ''", &[]);
    desk.browser.choose("file", &[&asked]);
    desk.browser.until("it goes without another question", "return window.seen.length === 2");
    assert_eq!(desk.audit().matches("\"upload-confirmed\"").count(), 1, "{}", desk.audit());
    assert!(desk.audit().contains("\"prices\""), "{}", desk.audit());
}

#[test]
fn what_scripts_send_without_an_event() {
    let Some(desk) = Desk::open("") else { return };
    desk.go("files");
    for (way, script) in [
        ("fetch", "fetch('/up', { method: 'POST', body: made('marked') }).then(() => seen.push('sent'), () => seen.push('held'))"),
        (
            "XMLHttpRequest",
            "const x = new XMLHttpRequest(); x.open('POST', '/up'); const data = new FormData(); data.append('f', made('marked'));
             x.onload = () => seen.push('sent'); x.onerror = () => seen.push('held'); x.send(data)",
        ),
    ] {
        desk.browser.run(script, &[]);
        assert_eq!(desk.told(way), "block");
        assert_eq!(desk.until_seen(way), json!(["held"]), "{way}");
        desk.browser.run(&script.replace("marked", "clean"), &[]);
        assert_eq!(desk.until_seen(way), json!(["sent"]), "{way}");
    }
    desk.browser.run("navigator.sendBeacon('/up', made('marked'))", &[]);
    assert_eq!(desk.told("sendBeacon"), "block");
    // A file of the page's own private folder is none that a person chose; one that it opens is (the picker itself needs a person).
    desk.browser.run("word.value = '机密★10年'; form.submit()", &[]);
    assert_eq!(desk.told("submit"), "block");
    assert_eq!(desk.server.arrivals("机密"), 0);
    assert_eq!(desk.server.arrived("clean: saplings"), 2);
}

#[test]
#[ignore = "long: .ci/channels"]
fn two_hundred_files_and_one_of_forty_megabytes() {
    let Some(desk) = Desk::open("") else { return };
    let line = "第七号植树通知，请于本月十五日前报送材料。\n";
    let long = desk.file("long.txt", &line.repeat((40 << 20) / line.len()));
    let many: Vec<_> = (0..200).map(|n| desk.file(&format!("many/{n}.txt"), &format!("sapling {n}\n"))).collect();
    let mut many: Vec<&Path> = many.iter().map(AsRef::as_ref).collect();
    desk.go("files");
    desk.browser.choose("file", &many);
    desk.browser.until("two hundred files", "return window.seen.length === 2 && file.files.length === 200");
    desk.seen();
    let marked = desk.file("many/marked.txt", MARKED);
    many[199] = &marked;
    desk.browser.choose("file", &many);
    assert_eq!(desk.told("one of two hundred"), "block");
    desk.browser.choose("file", &[&long]);
    desk.browser.until("forty megabytes", "return window.seen.length === 2");
    let marked_at_the_end =
        desk.file("long-marked.txt", &format!("{}\n\n{MARKED}", line.repeat((40 << 20) / line.len())));
    desk.browser.choose("file", &[&marked_at_the_end]);
    assert_eq!(desk.told("the last line of forty megabytes"), "block");
    assert!(desk.server.longest() >= 40 << 20 && desk.server.arrivals("机密") == 0);
}
