//! PDF, read in this process. Panics of the foreign parsers are not crashes here.
//!
//! Seeds: pdf/*.pdf hostile/*.pdf

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Pdf, data));
