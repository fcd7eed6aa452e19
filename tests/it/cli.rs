//! The program as scripts see it: exit codes, the JSON contract, streams, bad input. Runs the
//! real binary; set `MIZHA_BIN` to test an installed one.

#![allow(clippy::panic)]

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::requirement::Requirement;

fn mizha() -> Command {
    let program = std::env::var("MIZHA_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mizha").to_string());
    let mut command = Command::new(program);
    command.env("LC_ALL", "C").env("XDG_CONFIG_HOME", "/nonexistent");
    command
}

fn run(arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = mizha()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments does not read on.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin);
    child.wait_with_output().expect("the program ends")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code, not a signal")
}

fn sample(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name).display().to_string()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stdout)))
}

#[test]
fn exit_codes_are_the_contract() {
    for (arguments, wanted) in [
        (vec!["scan", &sample("docx/clean-letter.docx")], 0),
        (vec!["scan", &sample("docx/header.docx")], 1),
        (vec!["scan", &sample("schemes/prc-exam.txt")], 1),
        (vec!["scan", "--fail-on", "block", &sample("schemes/prc-exam.txt")], 0),
        (vec!["scan", "--exam-authority", "--fail-on", "block", &sample("schemes/prc-exam.txt")], 1),
        (vec!["scan", &sample("hostile/password.zip")], 2),
        (vec!["scan", &sample("hostile/password.zip"), &sample("docx/header.docx")], 1),
        (vec!["scan", "/no/such/file"], 2),
        (vec!["scan"], 2),
        (vec!["scan", "--no-such-option"], 2),
        (vec!["scan", "--limit", "nonsense=1", "."], 2),
        (vec!["rule", "explain", "no.such.rule"], 2),
        (vec!["rule", "explain", "prc.state-secret.mark"], 0),
        (vec!["pack", "check"], 0),
        (vec!["formats"], 0),
        (vec!["config", "show"], 0),
        (vec!["completions", "bash"], 0),
        (vec!["man"], 0),
        (vec!["--help"], 0),
        (vec!["--version"], 0),
    ] {
        let output = run(&arguments, b"");
        assert_eq!(code(&output), wanted, "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn standard_input_may_be_a_document_or_a_message() {
    let docx = fs::read(sample("docx/header.docx")).expect("a sample");
    let output = run(&["scan", "--format", "jsonl", "-"], &docx);
    assert_eq!((code(&output), &json(&output)["path"]), (1, &"-".into()));
    assert_eq!(json(&output)["findings"][0]["location"], "header 1, paragraph 1");
    assert_eq!(json(&output)["bytes"], docx.len());
    assert_eq!(code(&run(&["scan", "--message"], "请看附件，机密★10年。".as_bytes())), 1);
    assert_eq!(code(&run(&["scan", "--message"], "请看附件。".as_bytes())), 0);
    let named = run(&["scan", "--stdin-filename", "（机密）方案.txt", "-"], b"trees");
    assert_eq!(code(&named), 1);
}

#[test]
fn results_go_to_stdout_and_faults_to_stderr_without_content() {
    let output = run(&["scan", "--format", "jsonl", &sample("docx/header.docx")], b"");
    assert!(output.stderr.is_empty());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!text.contains("10年"), "the excerpt is masked");
    let output = run(&["scan", "--show-text", &sample("docx/header.docx")], b"");
    assert_eq!(code(&output), 2, "a pipe is no terminal");
    assert!(output.stdout.is_empty());
    let output = run(&["scan", "--show-text=force", &sample("docx/header.docx")], b"");
    assert!(String::from_utf8_lossy(&output.stdout).contains("机密★10年"));
}

#[test]
fn a_closed_pipe_does_not_change_the_exit_code() {
    let mut child = mizha()
        .args(["scan", "--format", "jsonl", &sample("docx"), &sample("text")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("UTF-8");
    assert_eq!(child.wait().expect("the program ends").code(), Some(1));
    assert_eq!(said, "");
}

#[test]
fn strange_names_are_shown_safely() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = "a\nb\u{1b}[31m\u{202e}gpj.txt";
    fs::write(folder.path().join(name), "机密★10年").expect("a file");
    let output = run(&["scan", "-v", &folder.path().display().to_string()], b"");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("a\\u{a}b\\u{1b}[31m\\u{202e}gpj.txt"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    let output = run(&["scan", "--format", "jsonl", &folder.path().display().to_string()], b"");
    assert_eq!(output.stdout.iter().filter(|b| **b == b'\n').count(), 1, "one object, one line");
}

#[test]
fn a_pack_from_outside_must_keep_its_word() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pack = |example: &str| {
        format!(
            "schema_version = 1\nid = \"local\"\nversion = \"1\"\ntitle = {{ en = \"Local\", zh = \"本地\" }}\n\
             [[rule]]\nid = \"local.project\"\ntitle = {{ en = \"Project\", zh = \"项目\" }}\ntier = \"work-secret\"\n\
             anchors = [\"银杏计划\"]\nreferences = [\"order of the day\"]\nexamples = [\"{example}\"]\n\
             negative_examples = [\"银杏\"]\n[[rule.form]]\nplace = \"inline\"\npattern = \"银杏计划\"\nscore = 80\n\
             reason = {{ en = \"project name\", zh = \"项目名称\" }}\n"
        )
    };
    let path = folder.path().join("local.toml");
    let shown = path.display().to_string();
    fs::write(&path, pack("关于银杏计划的进展")).expect("a pack");
    assert_eq!(code(&run(&["pack", "check", &shown], b"")), 0);
    let output = run(&["scan", "--format", "jsonl", "--pack", &shown, "-"], "附件是银杏计划的预算".as_bytes());
    assert_eq!(json(&output)["findings"][0]["excerpt"], "银***");
    fs::write(&path, pack("没有那个名称")).expect("a pack");
    let output = run(&["scan", "--pack", &shown, "-"], b"trees");
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("P007"));
    fs::write(&path, pack("银杏计划").replace("anchors", "anchor")).expect("a pack");
    let output = run(&["pack", "check", &shown], b"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("P012") && said.contains(":9:"), "{said}");
}

#[test]
fn a_limit_is_told_with_its_name() {
    let output = run(&["scan", "--limit", "nesting=1", "--format", "jsonl", &sample("hostile/two-deep.zip")], b"");
    assert_eq!(json(&output)["gaps"][0]["reason"], "limit");
    let output = run(&["scan", "--limit", "nesting=1", &sample("hostile/two-deep.zip")], b"");
    assert!(String::from_utf8_lossy(&output.stdout).contains("(nesting)"));
}

#[test]
fn chinese_is_spoken_in_a_chinese_locale() {
    let output =
        mizha().env("LC_ALL", "zh_CN.UTF-8").args(["scan", &sample("docx/header.docx")]).output().expect("ran");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("结论：不得外发") && text.contains("页眉 1"), "{text}");
    let help = mizha().env("LC_ALL", "zh_CN.UTF-8").args(["scan", "--help"]).output().expect("ran");
    assert!(String::from_utf8_lossy(&help.stdout).contains("用法：mizha scan"));
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_message_in_a_file_is_read_as_a_message() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [marked, clean] = ["marked", "clean"].map(|name| folder.path().join(name).display().to_string());
    fs::write(&marked, "请看附件，机密★10年。").expect("a file");
    fs::write(&clean, "请看附件。").expect("a file");
    let output = run(&["scan", "--format", "jsonl", "--message", &marked], b"");
    assert_eq!((code(&output), &json(&output)["path"]), (1, &marked.clone().into()));
    assert_eq!(code(&run(&["scan", "--message", &clean], b"")), 0);
    assert_eq!(code(&run(&["scan", "--message", &clean, &marked], b"")), 1);
    let missing = run(&["scan", "--message", "/no/such/file"], b"");
    assert_eq!(code(&missing), 2);
    assert!(said(&missing).contains("No such file"), "{}", said(&missing));
}

#[test]
fn nothing_given_to_read_is_not_clear() {
    for arguments in [&["scan", "-"][..], &["scan", "--message"], &["scan", "--message", "-"]] {
        let output = run(arguments, b"");
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(said(&output).contains("nothing came on standard input"), "{arguments:?}: {}", said(&output));
    }
    // An empty file that a person named is read to its end.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = folder.path().join("empty.txt");
    fs::write(&empty, "").expect("a file");
    assert_eq!(code(&run(&["scan", &empty.display().to_string()], b"")), 0);
}

#[test]
fn no_argument_is_ignored() {
    let letter = sample("docx/header.docx");
    // What was taken for the value of --show-text is a path.
    let output = run(&["scan", "--format", "jsonl", "--show-text", &letter], b"");
    assert!(said(&output).contains("--show-text: the output is not a terminal"), "{}", said(&output));
    for arguments in [
        &["scan", "--stdin-filename", "a.txt", &letter][..],
        &["scan", "--message", "--stdin-filename", "a.txt"],
        &["scan", "--quiet", "--json", &letter],
        &["scan", "--threads", "0", &letter],
        &["scan", "--timeout", "0", &letter],
        &["formats", "--pack", "a.toml"],
        &["watch", "--presets", "--once"],
    ] {
        let output = run(arguments, b"");
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let clean = sample("docx/clean-letter.docx");
    for format in ["human", "json", "jsonl", "sarif", "html"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a device that is full");
        let output = mizha().args(["scan", "--format", format, &clean]).stdout(full).output().expect("ran");
        assert_eq!(code(&output), 2, "{format}");
        assert!(said(&output).contains("the report could not be written"), "{format}: {}", said(&output));
    }
    assert_eq!(code(&run(&["scan", "-o", "/dev/null", &clean], b"")), 0, "a device keeps nothing and may be there");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for arguments in [&["completions", "bash"][..], &["man", "scan"], &["rule", "list"], &["formats"]] {
        let mut child =
            mizha().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((code(&output), said(&output).as_str()), (0, ""), "{arguments:?}");
    }
}

/// The verdict of a verb does not depend on whether its words are read: a check in a script may be piped to `head`.
#[test]
fn a_verb_that_found_something_says_so_to_a_closed_pipe_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wrong = folder.path().join("wrong.toml");
    fs::write(&wrong, "[[gate]]\npending = \"relative\"\nexport = \"too\"\n").expect("a configuration");
    let wrong = wrong.display().to_string();
    let state = folder.path().join("state").display().to_string();
    for arguments in [&["status", "--state", &state][..], &["config", "check", "-c", &wrong]] {
        let read = run(arguments, b"");
        assert_ne!(code(&read), 0, "{arguments:?}");
        let mut child =
            mizha().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let unread = child.wait_with_output().expect("it ends");
        assert_eq!((code(&unread), said(&unread)), (code(&read), said(&read)), "{arguments:?}");
    }
}

/// What a report shows of marks is masked so that it is none: a report may be sent.
#[test]
fn a_report_of_marked_files_is_itself_clear() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let marked = sample("schemes");
    for lang in ["en", "zh"] {
        for format in ["human", "json", "jsonl", "sarif", "html"] {
            let report = folder.path().join(format!("{lang}.{format}")).display().to_string();
            let written = run(&["scan", "--explain", "--lang", lang, "--format", format, "-o", &report, &marked], b"");
            assert_eq!(code(&written), 1, "{lang} {format}");
        }
    }
    let looked = run(&["scan", &folder.path().display().to_string()], b"");
    assert_eq!(code(&looked), 0, "{}", String::from_utf8_lossy(&looked.stdout));
}

#[test]
fn a_missing_file_and_one_without_permission_are_told_as_that() {
    let output = run(&["scan", "--format", "jsonl", "/no/such/file"], b"");
    assert_eq!((code(&output), &json(&output)["gaps"][0]["reason"]), (2, &"not-found".into()));
    let output = mizha().env("LC_ALL", "zh_CN.UTF-8").args(["scan", "/no/such/file"]).output().expect("ran");
    assert!(String::from_utf8_lossy(&output.stdout).contains("没有这个文件"));
}

#[test]
fn every_verb_has_a_manual_page_that_man_reads() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let shown = folder.path().display().to_string();
    for lang in ["en", "zh"] {
        assert_eq!(code(&run(&["man", "--lang", lang, "--all", &shown], b"")), 0);
        for page in ["mizha.1", "mizha-scan.1", "mizha-pack-import.1", "mizha-quarantine-release.1"] {
            let text = fs::read_to_string(folder.path().join(page)).expect("a page");
            let title = if lang == "en" { "EXIT STATUS" } else { "退出码" };
            assert!(text.contains(title) && text.contains("130"), "{page} in {lang}");
        }
        if lang == "zh" {
            continue;
        }
        let Ok(output) =
            Command::new("man").args(["--warnings", "-l"]).arg(folder.path().join("mizha-scan.1")).output()
        else {
            Requirement::Man.is_missing("the tool man is not installed");
            continue;
        };
        assert_eq!(said(&output), "", "man complains");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("mizha scan") && text.contains("--fail-on"), "{text}");
    }
    assert_eq!(code(&run(&["man", "no", "such"], b"")), 2);
}
