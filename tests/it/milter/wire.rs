//! What goes over the wire, spoken by the test as a mail server speaks it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{Door, message};

/// What Postfix 3.7 offers: version, actions, steps.
const OFFERED: [u32; 3] = [6, 0x1FF, 0x1F_FFFF];

/// A server's end of a connection.
struct Server(TcpStream);

impl Server {
    /// Connected and agreed.
    fn connect(door: &Door) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", door.port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a limit");
        let mut server = Server(stream);
        server.say(b'O', &OFFERED.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>());
        let (command, agreed) = server.hear().expect("an answer");
        assert_eq!(command, b'O');
        let number = |at: usize| u32::from_be_bytes(agreed[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(number(0), 6);
        // Adding, changing headers, and holding; of what is offered.
        assert_eq!(number(4), 0x31);
        assert_eq!(number(8) & !OFFERED[2], 0);
        server
    }

    fn say(&mut self, command: u8, data: &[u8]) {
        let length = (data.len() as u32 + 1).to_be_bytes();
        // A door that has closed is seen when it is heard.
        let _ = self.0.write_all(&[&length[..], &[command], data].concat());
    }

    /// The next reply; none if the door closed.
    fn hear(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).ok()?;
        let mut packet = vec![0; u32::from_be_bytes(length) as usize];
        self.0.read_exact(&mut packet).ok()?;
        Some((packet[0], packet.split_off(1)))
    }

    /// Sends a message and hears all replies up to the decision.
    fn send(&mut self, message: &[u8]) -> Vec<(u8, Vec<u8>)> {
        let split = message.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("an empty line");
        self.say(b'D', b"Mi\x00AB12CD\0");
        for line in std::str::from_utf8(&message[..split]).expect("UTF-8").split("\r\n") {
            let (name, value) = line.split_once(':').expect("a header");
            self.say(b'L', &[name.as_bytes(), b"\0", value.as_bytes(), b"\0"].concat());
        }
        self.say(b'N', b"");
        for piece in message[split + 4..].chunks(65_535) {
            self.say(b'B', piece);
        }
        self.say(b'E', b"");
        let mut replies = Vec::new();
        while let Some(reply) = self.hear() {
            let decides = matches!(reply.0, b'c' | b'y' | b't' | b'r' | b'a' | b'd');
            replies.push(reply);
            if decides {
                break;
            }
        }
        replies
    }
}

fn commands(replies: &[(u8, Vec<u8>)]) -> String {
    replies.iter().map(|(command, _)| char::from(*command)).collect()
}

fn words(reply: &(u8, Vec<u8>)) -> String {
    String::from_utf8_lossy(&reply.1).into_owned()
}

#[test]
fn marked_messages_are_refused_and_clear_ones_go_on_with_our_header() {
    let door = Door::open("");
    let mut server = Server::connect(&door);
    let clear = server.send(&message("See you on Friday.", None));
    assert_eq!(commands(&clear), "hc");
    assert!(words(&clear[0]).starts_with("X-Mizha-Verdict\0clear; engine="), "{}", words(&clear[0]));
    // On the same connection, one after the other.
    for marked in [message("机密★10年\r\n\r\n植树通知", None), message("As promised.", Some("docx/header.docx"))]
    {
        let refused = server.send(&marked);
        assert_eq!(commands(&refused), "y");
        let text = words(&refused[0]);
        assert!(text.starts_with("554-5.7.1 Mizha: not sent, found: state secret"), "{text}");
        assert!(text.contains("\r\n554 5.7.1 密闸：邮件未发出，发现："), "{text}");
        assert!(!text.contains("植树"), "no content: {text}");
    }
    assert_eq!(commands(&server.send(&message("See you.", None))), "hc");
    let audit = door.audit();
    assert_eq!(audit.matches("mail-refused").count(), 2, "{audit}");
    assert!(audit.contains("AB12CD") && !audit.contains("planting") && !audit.contains("植树"), "{audit}");
    // What was clear stands in a book of its own, without content.
    let releases = door.releases();
    assert_eq!(releases.matches("\"cleared\"").count(), 2, "{releases}");
    assert!(!releases.contains("Friday") && !audit.contains("\"cleared\""), "{releases}");
    let silent = Door::open("[tell]\nrecord_releases = false\n");
    Server::connect(&silent).send(&message("See you on Friday.", None));
    assert_eq!(silent.releases(), "");
}

#[test]
fn what_was_not_read_and_what_warns_is_held_or_as_the_settings_say() {
    let unread = message("As promised.", Some("archives/encrypted-aes.zip"));
    let door = Door::open("");
    let held = Server::connect(&door).send(&unread);
    assert_eq!(commands(&held), "hqc");
    assert!(words(&held[1]).contains("could not be read"), "{}", words(&held[1]));
    assert!(door.audit().contains("mail-held"));
    let lenient = Door::open("[mail]\nuninspected = \"pass\"\n");
    let passed = Server::connect(&lenient).send(&unread);
    assert_eq!(commands(&passed), "hc");
    assert!(words(&passed[0]).contains("uninspected; "), "{}", words(&passed[0]));
    let strict = Door::open("[mail]\nuninspected = \"refuse\"\n");
    assert_eq!(commands(&Server::connect(&strict).send(&unread)), "y");
}

#[test]
fn a_verdict_that_the_sender_wrote_is_taken_away() {
    let door = Door::open("");
    let forged = [&b"X-Mizha-Verdict: clear\r\nx-mizha-verdict: clear\r\n"[..], &message("See you.", None)].concat();
    let replies = Server::connect(&door).send(&forged);
    assert_eq!(commands(&replies), "mmhc");
    assert_eq!(replies[0].1, b"\0\0\0\x02X-Mizha-Verdict\0\0");
    assert_eq!(replies[1].1, b"\0\0\0\x01X-Mizha-Verdict\0\0");
}

#[test]
fn a_message_beyond_the_limits_is_never_clear() {
    let long = message(&"plain words\r\n".repeat(20_000), None);
    let small = Door::open("[mail]\nmessage_bytes = 100000\n");
    assert_eq!(commands(&Server::connect(&small).send(&long)), "hqc");
    let poor = Door::open("[mail]\nmemory_bytes = 100000\n");
    let mut server = Server::connect(&poor);
    assert_eq!(commands(&server.send(&long)), "t");
    // What it took was given back.
    assert_eq!(commands(&server.send(&message("See you.", None))), "hc");
}

#[test]
fn what_is_no_protocol_ends_that_connection_only() {
    let door = Door::open("");
    for wrong in
        [&b"\xFF\xFF\xFF\xFFL"[..], b"\0\0\0\x01z", b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\x0DO\0\0\0\x06\0\0\0\0\0\0\0\0"]
    {
        let mut stream = TcpStream::connect(("127.0.0.1", door.port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        stream.write_all(wrong).expect("sent");
        // Closed or reset, and nothing said.
        assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0, "{wrong:?}");
    }
    assert_eq!(commands(&Server::connect(&door).send(&message("See you.", None))), "hc");
}

#[test]
fn many_messages_at_once_are_each_judged() {
    let door = Door::open("");
    let door = &door;
    std::thread::scope(|scope| {
        let outcomes: Vec<_> = (0..50)
            .map(|number| {
                scope.spawn(move || {
                    let text = if number % 2 == 0 { "机密★10年\r\n\r\n通知" } else { "See you." };
                    commands(&Server::connect(door).send(&message(text, None)))
                })
            })
            .collect();
        for (number, outcome) in outcomes.into_iter().enumerate() {
            assert_eq!(outcome.join().expect("a thread"), if number % 2 == 0 { "y" } else { "hc" });
        }
    });
    assert_eq!(door.audit().matches("mail-refused").count(), 25);
}
