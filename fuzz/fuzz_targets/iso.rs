//! Disc images.
//!
//! Seeds: archives/*.iso hostile/*.iso

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Iso, data));
