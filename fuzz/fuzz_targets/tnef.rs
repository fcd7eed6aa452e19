//! What Outlook sends as winmail.dat.
//!
//! Seeds: mail/*.dat

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Tnef, data));
