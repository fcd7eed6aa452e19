//! RAR 4 and 5. Panics of the foreign parser are not crashes here.
//!
//! Seeds: archives/*.rar

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Rar, data));
