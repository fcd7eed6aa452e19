//! Zip archives and packages.
//!
//! Seeds: docx/* xlsx/* pptx/* odf/*.od? ofd/* archives/*.zip hostile/*.zip hostile/*.docx

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Zip, data));
