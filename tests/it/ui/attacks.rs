//! Whoever is not the one person the page belongs to gets nothing, and whatever is sent, the page goes on.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{Desk, MARKED, Page};
use crate::requirement::Requirement;

const PAGES: [&str; 6] = ["/", "/held", "/sent", "/health", "/page.js", "/page.css"];

fn refused(page: &Page, what: &str, fields: &[&str], body: &str) {
    let answer = page.ask(what, fields, body);
    assert_eq!((answer.status, answer.body.as_str()), (403, "403 Forbidden\n"), "{what} {fields:?}");
}

#[test]
fn without_the_session_nothing_is_shown_and_nothing_done() {
    let desk = Desk::new("");
    let id = desk.hold("a.txt", MARKED);
    let page = desk.open(&[]);
    let own = format!("Origin: http://127.0.0.1:{}", page.port);
    for path in PAGES {
        refused(&page, &format!("GET {path}"), &[], "");
        refused(&page, &format!("GET {path}"), &[&format!("Cookie: mizha-{}=0", page.port)], "");
    }
    refused(&page, &format!("POST /held/{id}/return"), &[&own], "reason=x");
    refused(&page, "POST /check/message", &[&own], "x");
    refused(&page, "POST /alive", &[&own], "");
    assert!(desk.is_held(&id));
}

#[test]
fn another_host_or_origin_is_refused_even_with_the_cookie() {
    let desk = Desk::new("");
    let id = desk.hold("a.txt", MARKED);
    let page = desk.open(&[]).entered();
    let cookie = format!("Cookie: {}", page.cookie);
    let own = format!("Origin: http://127.0.0.1:{}", page.port);
    // A name that was made to lead here (DNS rebinding), or none.
    for host in ["evil.example", "127.0.0.1", &format!("localhost:{}", page.port), &format!("127.0.0.1:{}.", page.port)]
    {
        let answer = page.raw(format!("GET / HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\n\r\n").as_bytes());
        assert_eq!(answer.status, 403, "{host}");
    }
    assert_eq!(page.raw(format!("GET / HTTP/1.1\r\n{cookie}\r\n\r\n").as_bytes()).status, 403, "no host");
    // A page of somebody else's, one of another port of this machine's, and a file.
    let act = format!("POST /held/{id}/return");
    let other_port = format!("Origin: http://127.0.0.1:{}", page.port.wrapping_add(1));
    for origin in ["Origin: https://evil.example", "Origin: null", other_port.as_str(), "Accept: */*"] {
        refused(&page, &act, &[&cookie, origin], "reason=x");
    }
    for site in ["same-site", "cross-site"] {
        refused(&page, &act, &[&cookie, &own, &format!("Sec-Fetch-Site: {site}")], "reason=x");
        refused(&page, "GET /held", &[&cookie, &format!("Sec-Fetch-Site: {site}")], "");
    }
    assert!(desk.is_held(&id));
    assert_eq!(page.get("/held").status, 200, "the page itself goes on");
}

#[test]
fn the_code_cannot_be_guessed_and_is_good_once() {
    let desk = Desk::new("");
    let page = desk.open(&[]);
    for guess in ["", "0", &"0".repeat(64), &page.code[1..]] {
        refused(&page, "POST /enter", &["Origin: null"], &format!("code={guess}"));
    }
    refused(&page, "POST /enter", &["Origin: https://evil.example"], &format!("code={}", page.code));
    assert_eq!(page.ask("GET /enter", &[], "").status, 403);
    let page = page.entered();
    assert!(!page.door.exists(), "the file that hands over the code goes with it");
    refused(&page, "POST /enter", &["Origin: null"], &format!("code={}", page.code));
    let command = fs::read(format!("/proc/{}/cmdline", page.child.as_ref().expect("ours").id())).expect("readable");
    assert!(!String::from_utf8_lossy(&command).contains(&page.code), "the code stands on no command line");
}

#[test]
fn another_user_gets_nothing_even_with_the_cookie() {
    let desk = Desk::new("");
    let page = desk.open(&[]).entered();
    let request =
        format!("GET /held HTTP/1.1\\r\\nHost: 127.0.0.1:{0}\\r\\nCookie: {1}\\r\\n\\r\\n", page.port, page.cookie);
    let script = format!("exec 3<>/dev/tcp/127.0.0.1/{}; printf '{request}' >&3; cat <&3", page.port);
    let ask = |other: u32| {
        let mut command = Command::new("bash");
        command.args(["-c", &script]).current_dir("/").uid(other);
        command.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let own = rustix::process::geteuid().as_raw();
    assert!(ask(own).expect("bash").starts_with("HTTP/1.1 200"), "the same request of the same user");
    match ask(65534) {
        Ok(said) => assert!(said.is_empty() || said.starts_with("HTTP/1.1 403"), "{said}"),
        Err(_) => Requirement::Mount.is_missing("only root can ask as another user"),
    }
}

#[test]
fn no_path_leads_anywhere_else_and_getting_changes_nothing() {
    let desk = Desk::new("");
    let id = desk.hold("a.txt", MARKED);
    let page = desk.open(&[]).entered();
    for path in [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/page.css/../held",
        "/held/../../key/ticket?for=release",
        "/held/..%2f..%2fkey/ticket?for=release",
        "/held//ticket?for=release",
        "/held/0/ticket?for=release",
        &format!("/held/{}/ticket?for=release", &id[..4]),
        "/PAGE.CSS",
        "/held/",
        "/favicon.ico",
    ] {
        assert_eq!(page.get(path).status, 404, "{path}");
    }
    for act in ["return", "release", "purge"] {
        let path = format!("/held/{id}/{act}?reason=x&sure=yes");
        assert_eq!(page.get(&path).status, 404, "{path}");
    }
    assert_eq!(page.post(&format!("/held/{id}/burn"), &[], "reason=x").status, 404);
    assert_eq!(page.post("/held/../key/purge", &[], "reason=x&sure=yes").status, 404);
    assert!(desk.is_held(&id));
}

#[test]
fn what_is_malformed_or_too_large_is_refused_and_the_page_goes_on() {
    let desk = Desk::new("[limits]\ntotal_bytes = 1000000\n");
    let page = desk.open(&[]).entered();
    let host = format!("Host: 127.0.0.1:{}", page.port);
    let ours = format!("{host}\r\nCookie: {}\r\nOrigin: http://127.0.0.1:{}", page.cookie, page.port);
    let long = "a".repeat(20_000);
    for (request, status) in [
        ("\0\u{1}garbage\r\n\r\n".to_string(), 400),
        ("GET".to_string(), 400),
        (format!("PUT / HTTP/1.1\r\n{ours}\r\n\r\n"), 405),
        (format!("GET /{long} HTTP/1.1\r\n{ours}\r\n\r\n"), 431),
        (format!("GET / HTTP/1.1\r\n{ours}\r\n{}\r\n", "A: b\r\n".repeat(100)), 431),
        (format!("GET / HTTP/1.1\r\n{ours}\r\n{host}\r\n\r\n"), 400),
        (format!("POST /alive HTTP/1.1\r\n{ours}\r\n\r\n"), 411),
        (format!("POST /alive HTTP/1.1\r\n{ours}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 411),
        (format!("POST /check/message HTTP/1.1\r\n{ours}\r\nContent-Length: -1\r\n\r\n"), 400),
        (format!("POST /check/message HTTP/1.1\r\n{ours}\r\nContent-Length: 9999999\r\n\r\n"), 413),
        (format!("POST /check/message HTTP/1.1\r\n{ours}\r\nContent-Length: 99999999999999999999\r\n\r\n"), 413),
        (format!("POST /check/message HTTP/1.1\r\n{ours}\r\nContent-Length: 100\r\n\r\nbroken off"), 400),
        (format!("POST /check/file HTTP/1.1\r\n{ours}\r\nX-Mizha-Path: a\r\nContent-Length: 2000000\r\n\r\n"), 413),
        (
            format!("POST /check/file HTTP/1.1\r\n{ours}\r\nX-Mizha-Path: a\r\nContent-Length: 100\r\n\r\nbroken off"),
            400,
        ),
        (format!("POST /check/file HTTP/1.1\r\n{ours}\r\nX-Mizha-Path: %FF\r\nContent-Length: 1\r\n\r\na"), 400),
        (format!("POST /check/file HTTP/1.1\r\n{ours}\r\nContent-Length: 1\r\n\r\na"), 400),
        (format!("POST /sent/record HTTP/1.1\r\n{ours}\r\nContent-Length: 9\r\n\r\nway=other"), 400),
        (format!("POST /sent/record HTTP/1.1\r\n{ours}\r\nContent-Length: 90000\r\n\r\n"), 413),
    ] {
        let said = page.raw(request.as_bytes());
        assert_eq!(said.status, status, "{:.80} {}", request, said.head);
        assert!(!said.body.contains("verdict"), "{request:.80}");
    }
    assert_eq!(page.get("/").status, 200);
}

#[test]
fn every_answer_keeps_other_pages_away() {
    let desk = Desk::new("");
    let page = desk.open(&[]).entered();
    let mut size = 0;
    for path in PAGES {
        let answer = page.get(path);
        assert_eq!(answer.status, 200, "{path}");
        for field in [
            "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Referrer-Policy: same-origin",
            "Cross-Origin-Resource-Policy: same-origin",
        ] {
            assert!(answer.head.lines().any(|line| line == field), "{path}: {field}");
        }
        assert!(
            !answer.body.contains("<script>") && !answer.body.contains(" style=") && !answer.body.contains("onclick="),
            "{path}"
        );
        size += answer.body.len();
    }
    assert!(size < 300_000, "all pages together: {size} bytes");
}

#[test]
fn connections_that_say_nothing_do_not_shut_others_out_for_long() {
    let desk = Desk::new("");
    let page = desk.open(&[]).entered();
    let mut silent: Vec<TcpStream> =
        (0..60).map(|_| TcpStream::connect(("127.0.0.1", page.port)).expect("a connection")).collect();
    silent.iter_mut().for_each(|stream| drop(stream.write_all(b"GET / HTTP/1.1\r\nA: ")));
    let started = Instant::now();
    while page.get("/").status != 200 {
        assert!(started.elapsed() < Duration::from_secs(60), "shut out");
        // One more byte now and then does not keep a connection.
        silent.iter_mut().for_each(|stream| drop(stream.write_all(b"x")));
        std::thread::sleep(Duration::from_millis(200));
    }
    let threads =
        fs::read_dir(format!("/proc/{}/task", page.child.as_ref().expect("ours").id())).expect("its threads").count();
    assert!(threads < 40, "{threads} threads");
}

#[test]
fn it_ends_when_nobody_uses_it() {
    let desk = Desk::new("");
    let mut page = desk.open(&["--idle", "1"]);
    let code = page.process().wait().expect("it ends").code();
    assert_eq!(code, Some(0));
    assert!(!page.door.exists(), "nothing is left");
}
