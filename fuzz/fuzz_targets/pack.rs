//! What an administrator brings from outside: bundles, packs, manifests, keys, lists of terms.
//!
//! Seeds: ../patterns/*.toml text/*.csv text/*.txt xlsx/*

#![no_main]

use mizha::pack::Pack;
use mizha::pack::import::{Choices, TableOptions, plan, read};
use mizha::pack::trust::{Bundle, Manifest, PublicKey};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(bundle) = Bundle::read(data) {
        assert!(bundle.verify(&[]).is_err(), "nobody is trusted");
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Pack::parse("fuzz.toml", text, None);
        let _ = Manifest::parse(text);
        let _ = PublicKey::parse(text);
    }
    for name in ["list.txt", "list.csv", "list.xlsx"] {
        mizha_fuzz::foreign(|| read(name, data, TableOptions::default()).map(|rows| plan(&rows, &Choices::default())));
    }
});
