//! One connection of a mail server: what it says is gathered, and at the end of each message it is told what to do.

use std::io::{self, BufReader, Read, Write};
use std::time::Duration;

use super::answer::MilterAnswer;
use super::message::{Judgeable, Message};
use super::packet::{self, ACTIONS, Command, LEADING_BLANK, Reply, SILENT, STEPS, VERSION};
use super::{JudgedMessage, Relay};
use crate::model::{GapReason, Limit, Report};

/// A connection.
pub(super) trait Stream: Read + Write + Send {
    /// Bounds how long each reading and writing may take.
    fn within(&self, time: Duration) -> io::Result<()>;
}

/// A conversation under way.
pub(super) struct Session<'r> {
    relay: &'r Relay,
    stream: BufReader<Box<dyn Stream>>,
    message: Message<'r>,
    /// Steps to which nothing is said.
    silent: u32,
    /// What stands between the colon of a header and its value.
    separator: &'static str,
}

impl<'r> Session<'r> {
    pub(super) fn new(relay: &'r Relay, stream: Box<dyn Stream>) -> Self {
        let message = Message::new(&relay.memory, relay.policy.message_bytes);
        Session { relay, stream: BufReader::new(stream), message, silent: 0, separator: " " }
    }

    /// Answers until the server has enough.
    pub(super) fn run(mut self) -> io::Result<()> {
        while let Some(command) = packet::read(&mut self.stream)? {
            match command {
                Command::Negotiate(offered) => self.negotiate(offered)?,
                Command::Macros(pairs) => self.message.macros(&pairs),
                Command::Header { name, value } => {
                    self.message.header(&name, &value, self.separator);
                    self.go_on(0x80)?;
                }
                Command::EndOfHeaders => {
                    self.message.end_of_headers();
                    self.go_on(0x4_0000)?;
                }
                Command::Body(piece) => {
                    self.message.body(&piece);
                    self.go_on(0x8_0000)?;
                }
                Command::End(piece) => {
                    self.message.body(&piece);
                    self.answer()?;
                    self.forget();
                }
                Command::Abort | Command::NewConnection => self.forget(),
                Command::Other => self.send(&Reply::Continue)?,
                Command::Quit => break,
            }
        }
        Ok(())
    }

    fn negotiate(&mut self, [version, actions, steps]: [u32; 3]) -> io::Result<()> {
        // Without these a message could neither be held nor marked.
        if version < 2 || actions & ACTIONS != ACTIONS {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "a mail server that cannot hold or mark messages"));
        }
        let steps = steps & STEPS;
        self.silent = steps & SILENT;
        self.separator = if steps & LEADING_BLANK == 0 { " " } else { "" };
        self.send(&Reply::Negotiate([version.min(VERSION), ACTIONS, steps]))
    }

    /// Says that it may go on, unless nothing is to be said to this step.
    fn go_on(&mut self, step: u32) -> io::Result<()> {
        if self.silent & step == 0 { self.send(&Reply::Continue) } else { Ok(()) }
    }

    fn send(&mut self, reply: &Reply) -> io::Result<()> {
        reply.write(self.stream.get_mut())
    }

    /// Judges the message. What cannot be judged or written down now is to be tried again.
    fn answer(&mut self) -> io::Result<()> {
        let Some(report) = self.judge() else { return self.send(&Reply::TryAgain) };
        let answer = MilterAnswer::to(report.verdict, &self.relay.policy);
        let judged = JudgedMessage { queue_id: &self.message.queue_id, report: &report, answer };
        if let Err(e) = (self.relay.record)(&judged) {
            tracing::warn!(error = %e.kind(), "milter: the audit log cannot be written; messages are refused for now");
            return self.send(&Reply::TryAgain);
        }
        // Counted down: what stands before keeps its number.
        for number in (1..=self.message.forged).rev() {
            self.send(&Reply::DropHeader { name: super::answer::HEADER, number })?;
        }
        answer.replies(&report).iter().try_for_each(|reply| self.send(reply))
    }

    /// The report on the message; none if there is no room or no turn for it.
    fn judge(&self) -> Option<Report> {
        if self.message.state == Judgeable::NoRoom {
            tracing::warn!("milter: no memory for a message; it is refused for now (mail.memory_bytes)");
            return None;
        }
        let scan = || self.relay.scanner.scan_bytes(Some("message.eml"), self.message.bytes());
        let mut report = self.relay.turns.take(scan)?;
        if self.message.state == Judgeable::TooLong {
            report.add_gap(GapReason::Limit(Limit::EntryBytes));
        }
        Some(report)
    }

    fn forget(&mut self) {
        self.message = Message::new(&self.relay.memory, self.relay.policy.message_bytes);
    }
}
