//! A server somewhere out there: shows the pages beside this file, and keeps what arrives.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The server; it ends with the test program.
pub(super) struct Server {
    pub(super) port: u16,
    arrived: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let arrived = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let log = Arc::clone(&arrived);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let log = Arc::clone(&log);
                // A browser that goes away in the middle is none of ours.
                std::thread::spawn(move || answer(stream, &log));
            }
        });
        Server { port, arrived }
    }

    /// How many requests with a body had this text in it.
    pub(super) fn arrivals(&self, text: &str) -> usize {
        let arrived = self.arrived.lock().expect("a lock");
        arrived.iter().filter(|body| body.windows(text.len()).any(|part| part == text.as_bytes())).count()
    }

    /// Waits until something with this text has come; how often it has.
    pub(super) fn arrived(&self, text: &str) -> usize {
        let end = Instant::now() + Duration::from_secs(60);
        while self.arrivals(text) == 0 {
            assert!(Instant::now() < end, "{text:?} did not arrive in time");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.arrivals(text)
    }

    /// Bytes of the longest body.
    pub(super) fn longest(&self) -> usize {
        self.arrived.lock().expect("a lock").iter().map(Vec::len).max().unwrap_or_default()
    }
}

fn answer(stream: TcpStream, log: &Mutex<Vec<Vec<u8>>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.trim_start_matches('/').split('?').next()?.to_string();
    let is_post = line.starts_with("POST");
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/browser/pages").join(format!("{path}.html"));
    let (status, page) = match std::fs::read(page) {
        _ if is_post => ("200 OK", b"taken".to_vec()),
        Ok(page) => ("200 OK", page),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    if is_post {
        log.lock().ok()?.push(body);
    }
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&page).ok()
}
