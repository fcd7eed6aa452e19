//! What a child says that reads a file apart.
//!
//! Seeds: none

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::listen(data));
