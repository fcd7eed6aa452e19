//! Folding only what stands around places where a rule may match, against folding everything: the same
//! findings.
//!
//! Seeds: text/* schemes/* clean/* damage/*

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::fold(data));
