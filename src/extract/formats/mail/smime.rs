//! S/MIME messages (RFC 5652): what is signed holds its content in the open, what is enveloped
//! is encrypted. Only the way to the content is walked; signatures are not checked.

use std::io::Read;

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::strings;
use crate::model::{Format, GapReason, Limit, Part, PartKind};

/// Reads S/MIME messages.
pub(in crate::extract) struct Smime;

/// The arc of PKCS #7 content types; the byte behind it tells which.
const PKCS7: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07";
const SIGNED: u8 = 2;
/// Values inside values.
const DEPTH: usize = 32;
const OCTET_STRING: u8 = 0x04;

impl Extractor for Smime {
    fn formats(&self) -> &'static [Format] {
        &[Format::Smime]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let room = cx.budget().holdable();
        let mut bytes = Vec::new();
        input.into_reader().take(room + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        if bytes.len() as u64 > room {
            return Err(GapReason::Limit(Limit::HeldBytes));
        }
        let _held = cx.budget().hold(bytes.len() as u64)?;
        // Certificates and signed attributes hold names and texts.
        strings::scan(&bytes[..], Part::only(PartKind::Strings), 1 << 20, cx)?;
        let mut types = bytes.windows(PKCS7.len() + 1).enumerate().filter(|(_, window)| window.starts_with(PKCS7));
        match types.next() {
            Some((_, window)) if window[PKCS7.len()] == SIGNED => {}
            _ => return Err(GapReason::Encrypted),
        }
        // The type of what is signed, then the content itself in a context tag; without it the
        // signature stands beside a content that is read elsewhere.
        let Some((at, _)) = types.next() else { return Err(GapReason::Damaged) };
        let mut content = Vec::new();
        let whole = match bytes[at + PKCS7.len() + 1..].split_first() {
            // What is signed stands elsewhere: the sequence ends with its type.
            _ if at >= 2 && bytes[at - 2..at] == [0x30, PKCS7.len() as u8 + 1] => true,
            Some((0xA0, _)) => octets(&bytes[at + PKCS7.len() + 1..], 0, &mut content).is_some(),
            _ => true,
        };
        if !content.is_empty() {
            cx.member("signed-content", Input::bytes(&content));
        }
        if whole { Ok(()) } else { Err(GapReason::Damaged) }
    }
}

/// Collects the octet strings inside the first value of `bytes`; returns what follows it.
/// Lengths may be indefinite (X.690, 8.1.3.6).
fn octets<'b>(bytes: &'b [u8], depth: usize, out: &mut Vec<u8>) -> Option<&'b [u8]> {
    if depth > DEPTH {
        return None;
    }
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let constructed = tag & 0x20 != 0;
    if *first == 0x80 {
        let mut inner = rest;
        while !inner.starts_with(&[0, 0]) {
            inner = octets(inner, depth + 1, out)?;
        }
        return Some(&inner[2..]);
    }
    let (length, rest) = match first {
        0..=0x7F => (usize::from(*first), rest),
        _ => {
            let count = usize::from(first & 0x7F);
            let digits = rest.get(..count).filter(|_| count <= 4)?;
            (digits.iter().fold(0, |n, b| n << 8 | usize::from(*b)), &rest[count..])
        }
    };
    let inner = rest.get(..length).unwrap_or(rest);
    if constructed {
        let mut inner = inner;
        while !inner.is_empty() {
            inner = octets(inner, depth + 1, out)?;
        }
    } else if tag & 0x1F == OCTET_STRING {
        out.extend(inner);
    }
    rest.get(length..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octet_strings_are_collected_whatever_their_form() {
        let mut out = Vec::new();
        assert_eq!(octets(b"\xA0\x05\x04\x03abc!", 0, &mut out), Some(&b"!"[..]));
        assert_eq!(out, b"abc");
        out.clear();
        let indefinite = b"\xA0\x80\x24\x80\x04\x02ab\x04\x01c\0\0\0\0rest";
        assert_eq!(octets(indefinite, 0, &mut out), Some(&b"rest"[..]));
        assert_eq!(out, b"abc");
        out.clear();
        assert_eq!(octets(b"\xA0\x82\xFF\xFF\x04\x02ab", 0, &mut out), None);
        assert_eq!(octets(&[0x30, 0x80].repeat(500), 0, &mut out), None);
    }
}
