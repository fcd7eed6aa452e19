//! Mailboxes (RFC 4155): messages one after the other, each begun by a line `From `. A line of
//! a message that begins so is quoted with `>`.

use std::io::{BufRead, BufReader, Read};

use super::MESSAGE;
use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::names;
use crate::model::{Format, GapReason, Limit, Part, PartKind};

/// Reads mailboxes.
pub(in crate::extract) struct Mbox;

impl Extractor for Mbox {
    fn formats(&self) -> &'static [Format] {
        &[Format::Mbox]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut source = BufReader::new(input.into_reader());
        let mut number = 0;
        let mut message = Vec::new();
        let mut blank = true;
        loop {
            let start = message.len();
            let left = (MESSAGE - start as u64).max(1);
            let outcome = source.by_ref().take(left).read_until(b'\n', &mut message);
            let read = match outcome {
                Ok(read) => read,
                Err(e) => {
                    hand_on(&mut message, &mut number, cx)?;
                    return Err(reason_of(&e));
                }
            };
            if read == 0 {
                return hand_on(&mut message, &mut number, cx);
            }
            let begins = blank && message[start..].starts_with(b"From ");
            if begins || message.len() as u64 >= MESSAGE {
                let line = message.split_off(if begins { start } else { message.len() });
                if !begins {
                    cx.gap(None, GapReason::Limit(Limit::HeldBytes));
                }
                hand_on(&mut message, &mut number, cx)?;
                message = line;
            } else {
                let quotes = message[start..].iter().take_while(|b| **b == b'>').count();
                if quotes > 0 && message[start + quotes..].starts_with(b"From ") {
                    message.remove(start);
                }
            }
            let start = start.min(message.len());
            blank = message[start..].trim_ascii().is_empty();
        }
    }
}

fn hand_on(message: &mut Vec<u8>, number: &mut u64, cx: &mut Context<'_>) -> Result<(), GapReason> {
    if message.trim_ascii().is_empty() {
        message.clear();
        return Ok(());
    }
    *number += 1;
    if *number > cx.budget().limits.entries {
        return Err(GapReason::Limit(Limit::Entries));
    }
    let _held = cx.budget().hold(message.len() as u64)?;
    // The line that begins it belongs to the mailbox, and names a sender.
    let end = message.iter().position(|b| *b == b'\n').map_or(message.len(), |at| at + 1);
    let (line, rest) = if message.starts_with(b"From ") { message.split_at(end) } else { (&[][..], &message[..]) };
    cx.short(Part::only(PartKind::MessageHeader), &names::decoded(line));
    cx.embedded(&format!("message-{number}.eml"), Input::bytes(rest));
    message.clear();
    cx.budget().check()
}
