//! Messages.
//!
//! Seeds: mail/*.eml mail/*.mht hostile/*.eml

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Mail, data));
