//! The walk over a package's XML: the bytes are its document and a sheet.
//!
//! Seeds: text/*.xml odf/*.fodt

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read_as_parts(
    &["word/document.xml", "xl/worksheets/sheet1.xml"],
    data
));
