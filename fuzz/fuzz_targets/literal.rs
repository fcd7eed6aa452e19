//! The engines that find words against the automaton: the lines before the last are the words, each
//! with any case if it begins with `~`; the last is the text.
//!
//! Seeds: text/*

#![no_main]

use mizha::literal::{Literals, Word};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let input = String::from_utf8_lossy(data);
    let (words, text) = input.rsplit_once('\n').unwrap_or(("", &input));
    // Enough words that no text holds have the windows chosen as well.
    let fillers: Vec<String> = (0x5000..0x5040).filter_map(char::from_u32).map(|c| format!("鼹{c}黼")).collect();
    let given = words.lines().take(200).map(|line| match line.strip_prefix('~') {
        Some(text) => Word { text, ignore_case: true },
        None => Word { text: line, ignore_case: false },
    });
    let given: Vec<Word<'_>> = given.collect();
    let many: Vec<_> = given.iter().copied().chain(fillers.iter().map(|text| Word { text, ignore_case: false })).collect();
    for words in [given, many] {
        if let (Ok(engines), Ok(reference)) = (Literals::new(&words), Literals::reference(&words)) {
            assert!(engines.find(text) == reference.find(text), "the engines differ");
        }
    }
});
