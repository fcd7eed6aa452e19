//! 7z. Panics of the foreign parser are not crashes here.
//!
//! Seeds: archives/*.7z hostile/*.7z

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::SevenZip, data));
