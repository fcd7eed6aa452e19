//! Signed and sealed messages.
//!
//! Seeds: mail/*smime* mail/signed.eml

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Smime, data));
