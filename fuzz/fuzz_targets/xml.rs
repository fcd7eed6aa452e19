//! XML, and the parts of packages it stands for.
//!
//! Seeds: text/*.xml odf/*.fodt

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Xml, data));
