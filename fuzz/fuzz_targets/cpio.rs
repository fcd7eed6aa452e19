//! Archives of cpio.
//!
//! Seeds: archives/*.cpio

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Cpio, data));
