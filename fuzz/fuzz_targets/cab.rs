//! Cabinets. Panics of the foreign parser are not crashes here.
//!
//! Seeds: archives/*.cab

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Cab, data));
