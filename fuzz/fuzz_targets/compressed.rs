//! Single compressed streams.
//!
//! Seeds: archives/*.gz archives/*.tgz archives/*.bz2 archives/*.xz archives/*.zst archives/*.lz archives/*.lzma hostile/*.gz hostile/*.lzma

#![no_main]

use mizha::model::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mizha_fuzz::read(Format::Compressed, data));
