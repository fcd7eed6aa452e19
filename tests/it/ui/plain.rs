//! What the pages answer and do, asked without a browser.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Desk, MARKED, Page, sample};

fn file(page: &Page, path: &str, content: &str) -> String {
    let answer = page.post("/check/file", &[&format!("X-Mizha-Path: {path}")], content);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

#[test]
fn a_file_a_folder_name_and_a_message_are_looked_at_and_nothing_is_kept() {
    let desk = Desk::new("");
    let page = desk.open(&[]).entered();
    let marked = file(&page, "a.txt", MARKED);
    assert!(marked.contains("data-verdict=\"block\"") && marked.contains("机密★…"), "{marked}");
    let clean = file(&page, "%E6%9C%BA%E5%AF%86%E2%98%8510%E5%B9%B4/b.txt", "植树通知\n");
    assert!(clean.contains("data-verdict=\"block\""), "a mark in the name of a folder: {clean}");
    // sha256sum of "a\n"
    let receipt = file(&page, "c.txt", "a\n");
    assert!(
        receipt.contains("data-verdict=\"clear\"")
            && receipt.contains("87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"),
        "{receipt}"
    );
    let zip = file(&page, "d.docx", "PK\u{3}\u{4}");
    assert!(zip.contains("data-verdict=\"uninspected\""), "{zip}");
    let message = page.post("/check/message", &[], MARKED).body;
    assert!(message.contains("<mark class=\"block\">机密★10年</mark>"), "{message}");
    let kept: Vec<_> =
        crate::yard::files(desk.home.path()).into_iter().filter(|path| !path.ends_with("config.toml")).collect();
    for path in kept {
        let text = String::from_utf8_lossy(&fs::read(&path).expect("readable")).into_owned();
        assert!(!text.contains("植树"), "{}", path.display());
    }
}

#[test]
fn what_was_named_at_the_start_is_looked_at_piece_by_piece() {
    let desk = Desk::new("");
    let docx = sample("docx/header.docx").display().to_string();
    let page = desk.open(&[&docx, "/nowhere/at-all.docx"]).entered();
    let mut said = String::new();
    loop {
        let answer = page.post("/check/given", &[], "");
        said += &answer.body;
        if answer.head.contains("X-Mizha-Done") {
            break;
        }
    }
    assert!(said.contains("data-verdict=\"block\"") && said.contains("data-verdict=\"uninspected\""), "{said}");
}

#[test]
fn a_held_file_is_given_back_let_go_or_deleted_by_the_one_it_belongs_to() {
    let desk = Desk::new("[hold]\nofficer_tiers = []\n");
    let page = desk.open(&[]).entered();
    let id = desk.hold("通知.txt", MARKED);
    let shown = page.get("/held").body;
    assert!(shown.contains("通知.txt") && shown.contains("退回修改") && !shown.contains("植树"), "{shown}");
    assert_eq!(page.post(&format!("/held/{id}/return"), &[], "reason=+").status, 409, "a reason is needed");
    assert!(desk.is_held(&id));
    assert_eq!(page.post(&format!("/held/{id}/return"), &[], "reason=%E4%BF%AE%E6%94%B9").status, 303);
    assert_eq!(fs::read_to_string(desk.at("密闸退回/通知.txt")).expect("given back"), MARKED);
    let told = page.get("/held").body;
    assert!(told.contains("已退回") && told.contains("没有暂扣的文件"), "{told}");
    assert!(!page.get("/held").body.contains("已退回"), "told once");
    let id = desk.hold("b.txt", MARKED);
    assert_eq!(page.post(&format!("/held/{id}/release"), &[], "reason=ok").status, 303);
    assert_eq!(fs::read_to_string(desk.at("export/b.txt")).expect("let go"), MARKED);
    let id = desk.hold("d.txt", &MARKED.replace("通知", "计划"));
    assert_eq!(page.post(&format!("/held/{id}/dispute"), &[], "reason=public").status, 303);
    assert!(page.get("/held").body.contains("异议已记录") && desk.is_held(&id));
    let id = desk.hold("c.txt", "绝密★启用前\n\n植树\n机密★5年\n");
    assert_eq!(page.post(&format!("/held/{id}/purge"), &[], "reason=ok").status, 409, "the box was not ticked");
    assert!(desk.is_held(&id));
    assert_eq!(page.post(&format!("/held/{id}/purge"), &[], "reason=ok&sure=yes").status, 303);
    assert!(!desk.is_held(&id));
    let log = String::from_utf8(desk.run(&["audit", "show", "--json"]).stdout).expect("text");
    for what in ["returned", "released", "purged", "disputed"] {
        assert!(log.contains(&format!("\"what\":\"{what}\"")), "{what}: {log}");
    }
}

#[test]
fn what_is_reserved_to_the_officer_needs_the_ticket_they_signed() {
    let keys = minisign::KeyPair::generate_unencrypted_keypair().expect("a key pair");
    let officer = "[officer]\nname = \"王老师\"\nphone = \"0000-1234\"\n";
    let desk = Desk::new(&format!("{officer}[hold]\nofficer_sign_key = \"{}\"\n", keys.pk.to_base64()));
    let page = desk.open(&[]).entered();
    let id = desk.hold("a.txt", MARKED);
    let refused = page.post(&format!("/held/{id}/release"), &[], "reason=mine");
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("王老师，电话 0000-1234"), "{}", refused.body);
    let request = page.get(&format!("/held/{id}/ticket?for=release"));
    assert!(request.head.contains(&format!("filename=\"mizha-{id}-release.ticket\"")), "{}", request.head);
    assert_eq!(request.body, String::from_utf8(desk.run(&["quarantine", "request", &id]).stdout).expect("text"));
    let signed = minisign::sign(None, &keys.sk, request.body.as_bytes(), None, None).expect("signed").into_string();
    let code = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    // Lines end as browsers end them in forms.
    let hand_in = |text: &str| {
        let (text, signed) = (text.replace('\n', "\r\n"), signed.replace('\n', "\r\n"));
        let body = format!("reason=ok&ticket={}&signature={}", code(&text), code(&signed));
        page.post(&format!("/held/{id}/signed"), &[], &body)
    };
    assert_eq!(hand_in(&request.body.replace("release", "purge")).status, 409, "a ticket that was changed");
    assert_eq!(hand_in("").status, 409);
    assert!(desk.is_held(&id));
    assert_eq!(hand_in(&request.body).status, 303);
    assert_eq!(fs::read_to_string(desk.at("export/a.txt")).expect("let go"), MARKED);
}

#[test]
fn what_to_do_after_sending_names_the_officer_and_the_record_holds_known_answers_only() {
    let desk = Desk::new("[officer]\nname = \"王老师\"\nphone = \"0000-1234\"\n");
    let page = desk.open(&[]).entered();
    let shown = page.get("/sent").body;
    for wanted in ["王老师，电话 0000-1234", "第四十七条", "第六十一条", "24小时", "不要撤回"] {
        assert!(shown.contains(wanted), "{wanted}");
    }
    assert_eq!(shown.matches("<li>").count(), 10);
    let record =
        page.post("/sent/record", &[], "when=2026-11-28T03%3A05&tier=&way=mail&to=a+group&files=1&done=nothing");
    assert_eq!(record.status, 200, "{record:?}");
    for line in ["发出时间：2026-11-28 03:05", "渠道：电子邮件", "接收人：群组", "报告对象：王老师，电话 0000-1234"]
    {
        assert!(record.body.lines().any(|known| known == line), "{line} in {}", record.body);
    }
    let secret = page.post(
        "/sent/record",
        &[],
        "when=2026-11-28T03%3A05&tier=&way=%E6%9C%BA%E5%AF%86&to=a+group&files=1&done=nothing",
    );
    assert_eq!(secret.status, 400, "only answers that are offered");
}

#[test]
fn health_tells_whether_the_guard_runs_and_what_was_held() {
    let desk = Desk::new("");
    let page = desk.open(&[]).entered();
    assert!(page.get("/health").body.contains("守护程序未运行"));
    desk.hold("a.txt", MARKED);
    let mut watch = desk.command(&["watch"]).stdout(std::process::Stdio::null()).spawn().expect("starts");
    let ends = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let shown = loop {
        let shown = page.get("/health").body;
        if !shown.contains("守护程序未运行") || std::time::Instant::now() > ends {
            break shown;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    watch.kill().expect("ended");
    watch.wait().expect("ended");
    assert!(shown.contains(&desk.at("pending").display().to_string()), "{shown}");
    assert!(shown.contains("8 周内暂扣或报告 1 次") && !shown.contains("a.txt"), "{shown}");
}

#[test]
fn the_first_page_is_the_one_that_was_asked_for() {
    let desk = Desk::new("");
    let id = desk.hold("a.txt", MARKED);
    let page = desk.open(&["--page", "held", "--id", &id]).entered();
    assert_eq!(page.first, format!("/held#{id}"));
    assert_eq!(desk.open(&["--page", "health"]).entered().first, "/health");
    assert_eq!(desk.open(&[]).entered().first, "/");
    assert_eq!(desk.run(&["ui", "--id", &id]).status.code(), Some(2), "an identifier goes with held files");
}

#[test]
fn a_pause_is_begun_and_ended_on_the_page_where_it_is_allowed() {
    let desk = Desk::new("");
    let page = desk.open(&[]).entered();
    let form = ["Content-Type: application/x-www-form-urlencoded"];
    assert_eq!(page.post("/health/pause", &form, "reason=+").status, 403, "a reason is wanted");
    assert_eq!(page.get("/health/pause").status, 404, "nothing changes by looking");
    assert_eq!(page.post("/health/pause", &form, "reason=%E6%95%B4%E7%90%86").status, 303);
    assert!(desk.at("state/pause").exists());
    assert_eq!(page.post("/health/resume", &form, "").status, 303);
    assert!(!desk.at("state/pause").exists());
    let log = String::from_utf8(desk.run(&["audit", "show"]).stdout).expect("text");
    assert!(log.contains("整理") && log.contains("恢复守护"), "{log}");
    let forbidden = Desk::new("[hold]\npause = false\n");
    let page = forbidden.open(&[]).entered();
    assert_eq!(page.post("/health/pause", &form, "reason=why").status, 403);
    assert!(!forbidden.at("state/pause").exists() && !page.get("/health").body.contains("/health/pause"));
}

#[test]
fn a_computer_is_set_up_on_the_page_once() {
    let home = crate::yard::quick_folder();
    let config = home.path().join(".config/mizha/config.toml");
    let state = home.path().join(".local/state/mizha");
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
        for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"] {
            command.env_remove(name);
        }
        command.args(["ui", "--no-open", "--page", "setup", "--lang", "en"]).env("HOME", home.path());
        command.stdin(Stdio::null());
        Page::started(command.stdout(Stdio::piped()).spawn().expect("it starts")).entered()
    };
    let page = start();
    assert_eq!(page.first, "/setup");
    let form = ["Content-Type: application/x-www-form-urlencoded"];
    let outgoing = home.path().join("外发 文件");
    let answers = format!("mode=gate&officer=Wang&phone=&folder={}", outgoing.display());
    assert_eq!(page.post("/setup", &form, "mode=none&folder=/a").status, 400);
    let relative = page.post("/setup", &form, "mode=gate&folder=a");
    assert!(relative.status == 409 && relative.body.contains("whole path"), "{relative:?}");
    assert!(!config.exists());
    let done = page.post("/setup", &form, &answers);
    assert!(done.status == 200 && done.body.contains("It is set up") && done.body.contains("was stopped"), "{done:?}");
    // The guard runs: what is marked is held, and nothing of the test is left.
    fs::write(outgoing.join("pending/a.txt"), MARKED).expect("written");
    let held = || {
        crate::yard::files(&state.join("quarantine"))
            .iter()
            .any(|path| path.extension().is_some_and(|end| end == "data"))
    };
    let end = Instant::now() + Duration::from_secs(60);
    while !held() {
        assert!(Instant::now() < end, "it was not held");
        std::thread::sleep(Duration::from_millis(50));
    }
    // Ended by its own number.
    let status = fs::read_to_string(state.join("run/status.json")).expect("a status");
    let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
    let before = fs::read(&config).expect("written");
    let again = page.post("/setup", &form, &answers);
    assert!(again.status == 409 && again.body.contains("already"), "{again:?}");
    assert!(start().get("/setup").body.contains("set up already"));
    assert_eq!(fs::read(&config).expect("there"), before, "what was written is left");
    let guard = rustix::process::Pid::from_raw(status["pid"].as_i64().expect("a number") as i32).expect("a process");
    rustix::process::kill_process(guard, rustix::process::Signal::TERM).expect("it is asked to end");
}

#[test]
fn the_officers_corner_is_there_where_the_settings_open_it() {
    let shut = Desk::new("").open(&[]).entered();
    assert_eq!((shut.get("/officer/report").status, shut.post("/officer/import", &[], "a").status), (404, 404));
    let desk = Desk { lang: "en", ..Desk::new("[tell]\nofficer_pages = true\n") };
    desk.hold("昆仑名单.txt", MARKED);
    let page = desk.open(&[]).entered();
    assert!(page.get("/health").body.contains("Last week's report"));
    let report = page.get("/officer/report");
    assert!(report.head.contains("attachment; filename=\"mizha-report-"), "{}", report.head);
    assert!(report.body.contains("prc.state-secret") && !report.body.contains("昆仑"), "{}", report.body);
    let list = "term,level\nProject Kestrel Alder,secret\na,secret\n";
    let preview = page.post("/officer/import", &["X-Mizha-Path: terms.csv"], list);
    assert!(preview.status == 200 && preview.body.contains("Project Kestrel Alder"), "{preview:?}");
    assert!(preview.body.contains("Refused: 1") && preview.body.contains("Nothing was written"), "{preview:?}");
}
