//! The pixels of pictures, decoded in this process within small bounds. Panics of the foreign
//! decoders are not crashes here; memory and time without bound are.
//!
//! Seeds: pictures/* seen/*

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::decode(data));
