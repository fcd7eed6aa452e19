//! The engines against what a person counts and against the automaton.

use proptest::prelude::*;

use super::*;

fn exact(text: &str) -> Word<'_> {
    Word { text, ignore_case: false }
}

fn any_case(text: &str) -> Word<'_> {
    Word { text, ignore_case: true }
}

fn places(literals: &Literals, text: &str) -> Vec<(usize, usize, usize)> {
    literals.find(text).iter().map(|found| (found.word, found.start, found.end)).collect()
}

/// Words that no text here holds, to have the windows chosen.
fn padded<'a>(words: &[Word<'a>], fillers: &'a [String]) -> Vec<Word<'a>> {
    words.iter().copied().chain(fillers.iter().map(|text| exact(text))).collect()
}

fn fillers() -> Vec<String> {
    (0..200).map(|n| format!("鼹{}黼", char::from_u32(0x5000 + n).expect("a character"))).collect()
}

#[test]
fn every_place_of_every_word_is_found_in_order() {
    let words = [exact("机密"), exact("机密文件"), exact("密"), any_case("Secret"), exact("кретно"), exact("SBU")];
    let text = "绝机密文件，SECRET 密 Секретно SBU sbu";
    let wanted = [(0, 3, 9), (2, 6, 9), (1, 3, 15), (3, 18, 24), (2, 25, 28), (4, 33, 45), (5, 46, 49)];
    let fillers = fillers();
    let many = padded(&words, &fillers);
    let literals = Literals::new(&many).expect("engines");
    assert!(literals.windows.is_some() && !literals.few.is_empty() && literals.plain.is_none());
    assert_eq!(places(&literals, text), wanted);
    assert_eq!(places(&Literals::reference(&many).expect("an automaton"), text), wanted);
}

#[test]
fn a_handful_is_found_by_the_packed_searcher() {
    let words = [exact("绝密"), exact("机密"), exact("机密文件"), exact("密文")];
    let literals = Literals::new(&words).expect("engines");
    assert!(!literals.few.is_empty() || !cfg!(target_arch = "x86_64"));
    assert_eq!(places(&literals, "机密文件机密"), [(1, 0, 6), (3, 3, 9), (2, 0, 12), (1, 12, 18)]);
}

#[test]
fn words_of_every_length_end_where_the_text_ends() {
    let fillers = fillers();
    let words = padded(&[exact("末尾"), any_case("tail"), exact("尾声终")], &fillers);
    let literals = Literals::new(&words).expect("engines");
    for before in 0..40 {
        for (number, word) in ["末尾", "TaiL", "尾声终"].into_iter().enumerate() {
            let text = format!("{}{word}", "x".repeat(before));
            assert_eq!(places(&literals, &text), [(number, before, text.len())]);
            let cut = &text[..text.len() - word.chars().next_back().map_or(0, char::len_utf8)];
            assert_eq!(places(&literals, cut), []);
        }
    }
}

#[test]
fn short_words_that_are_many_leave_out_the_automaton() {
    let pairs: Vec<String> = ('a'..='z').flat_map(|a| [format!("{a}_"), format!("{a}7-")]).collect();
    let fillers = fillers();
    let own: Vec<_> = pairs.iter().map(|text| exact(text)).chain([any_case("pwd"), any_case("tlp")]).collect();
    let words = padded(&own, &fillers);
    let literals = Literals::new(&words).expect("engines");
    assert!(literals.few.len() > 1 && literals.plain.is_none() || !cfg!(target_arch = "x86_64"));
    for text in ["", "a_", "xa_b7-c_", "PwD TLP tLp", "a7-a7-_a_", "pw d7 -", "密a_密z7-密"] {
        let wanted = Literals::reference(&words).expect("an automaton").find(text);
        assert_eq!(literals.find(text), wanted, "{text}");
    }
}

#[test]
fn a_hundred_thousand_words_stay_small() {
    let texts: Vec<String> = (0..100_000_u32)
        .map(|n| {
            [n % 317, n / 317, n % 89].map(|n| char::from_u32(0x4E00 + n * 31).expect("a character")).iter().collect()
        })
        .collect();
    let words: Vec<_> = texts.iter().map(|text| exact(text)).collect();
    let literals = Literals::new(&words).expect("engines");
    assert!(literals.memory() <= 16_000_000, "{}", literals.memory());
    for number in [0, 317, 99_999] {
        assert!(literals.find(&texts[number]).contains(&Match { word: number, start: 0, end: 9 }));
    }
}

const ALPHABET: &str = r"(机|密|文|件|鼹|é|ß|Я|д|a|B|b|\[|\{|@| |😀|密密|abab){1,7}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn the_engines_find_what_the_automaton_finds(
        words in prop::collection::vec((ALPHABET, any::<bool>()), 0..40),
        many in any::<bool>(),
        text in r"(机|密|文|件|鼹|é|ß|Я|д|a|B|b|A|\[|\{|@|`| |😀|密密|abab|机密文件|机机机机|abcdefghijkl){0,60}",
    ) {
        let fillers = fillers();
        let mut all: Vec<_> = words.iter().map(|(text, ignore_case)| Word { text, ignore_case: *ignore_case }).collect();
        if many {
            all = padded(&all, &fillers);
        }
        let wanted = Literals::reference(&all).expect("an automaton").find(&text);
        prop_assert_eq!(Literals::new(&all).expect("engines").find(&text), wanted);
    }

    #[test]
    fn planned_words_are_found_whatever_their_plan_says(
        words in prop::collection::vec((ALPHABET, any::<bool>()), 0..40),
        many in any::<bool>(),
        turned in any::<bool>(),
        off in 0..3_u8,
        text in r"(机|密|文|件|鼹|é|ß|Я|д|a|B|b|A|\[|\{|@|`| |😀|密密|abab|机密文件|机机机机|abcdefghijkl){0,60}",
    ) {
        let fillers = fillers();
        let mut own: Vec<_> = words.iter().filter(|(_, planned)| !planned).map(|(text, _)| exact(text)).collect();
        if many {
            own = padded(&own, &fillers);
        }
        let planned: Vec<&str> = words.iter().filter(|(_, planned)| *planned).map(|(text, _)| text.as_str()).collect();
        let (mut lines, mut order) = Plan::of(&planned).expect("a plan");
        if turned {
            lines = lines.lines().rev().map(|line| format!("{line}\n")).collect();
            order = order.as_bytes().chunks(5).rev().flatten().map(|byte| char::from(*byte)).collect();
        }
        let off = |(at, byte): (usize, u8)| char::from(if at % 5 == 4 { (byte + off) & 0x7F } else { byte });
        order = order.bytes().enumerate().map(off).collect();
        let set = Set { first: own.len(), ignore_case: true, plan: Plan::new(&lines, order.as_bytes()) };
        let numbered: Vec<_> = own.iter().copied().enumerate().collect();
        let all: Vec<_> = own.into_iter().chain(planned.into_iter().map(any_case)).collect();
        let wanted = Literals::reference(&all).expect("an automaton").find(&text);
        prop_assert_eq!(Literals::with_sets(&numbered, &[set]).expect("engines").find(&text), wanted);
    }
}

#[test]
fn a_plan_that_lacks_something_is_not_whole() {
    let (lines, order) = Plan::of(&["机密文件", "规定"]).expect("a plan");
    let words: Vec<_> = Plan::new(&lines, order.as_bytes()).words().map(|word| (word.number, word.text)).collect();
    assert!(words.contains(&(0, "机密文件")) && words.contains(&(1, "规定")) && words.len() == 2);
    assert!(Plan::new(&lines, order.as_bytes()).is_whole());
    assert!(
        !Plan::new(&lines, &order.as_bytes()[..5]).is_whole()
            && !Plan::new(lines.trim_end(), order.as_bytes()).is_whole()
    );
    assert!(Plan::new("", b"").is_whole() && Plan::new("", b"").is_empty());
}
