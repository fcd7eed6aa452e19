//! Signed and sealed messages: the bytes as they are, and as the content of a signed message, which no
//! change of a few bytes makes of anything else.
//!
//! Seeds: mail/*smime* mail/signed.eml

#![no_main]

use mizha::model::Format;

/// A signed message up to its content: its type, its version, no digests, the type of what is signed.
const SIGNED: &[u8] = b"\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02\xA0\x80\x30\x80\x02\x01\x01\x31\x00\
    \x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    mizha_fuzz::read(Format::Smime, data);
    mizha_fuzz::read(Format::Smime, &[SIGNED, data].concat());
});
