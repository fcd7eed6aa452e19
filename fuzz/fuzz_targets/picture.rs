//! Metadata of pictures, sound and film.
//!
//! Seeds: pictures/*

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Image, data));
