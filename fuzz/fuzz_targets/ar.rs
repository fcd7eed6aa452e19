//! Archives of ar.
//!
//! Seeds: archives/*.ar

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Ar, data));
