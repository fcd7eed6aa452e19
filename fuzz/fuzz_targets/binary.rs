//! What is only searched for strings.
//!
//! Seeds: hostile/*.bin hostile/*.jpg

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Unknown, data));
