//! The whole pipeline over text: folding, matching, weighing.
//!
//! Seeds: damage/* schemes/* clean/*

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::scan(data));
