//! Orders of Windows metafiles, both kinds.
//!
//! Seeds: pictures/*.emf pictures/*.wmf

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Image, data));
