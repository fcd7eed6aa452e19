//! Mailboxes of one file.
//!
//! Seeds: mail/*.mbox

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Mbox, data));
