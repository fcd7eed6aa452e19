//! Sealed words beside open ones: whatever the automaton finds of them, the sealed form finds, and nothing else; what
//! its parts may be.

use proptest::prelude::*;

use super::*;
use crate::literal::{Literals, Match, Word};

const KEY: [u64; 4] = [1, 2, 3, 4];
const ANYWHERE: WordRules = WordRules { ignore_case: true, words_apart: false };

fn found(words: &[&str], ignore_case: bool, text: &str) -> Vec<Match> {
    let Sealing { sealed, order } =
        Sealing::of(words, WordRules { ignore_case, words_apart: false }, KEY).expect("sealed");
    let mut found = Vec::new();
    sealed.find(text.as_bytes(), &mut found);
    found.iter_mut().for_each(|found| found.word = order[found.word]);
    found.sort_by_key(Match::order);
    found
}

#[test]
fn a_sealed_word_is_found_where_it_stands() {
    let words = ["昆仑苗圃扩建", "青松", "Oak Grove Survey", "昆仑苗圃扩建工程二期南段初步设计方案"];
    let text = "关于青松和昆仑苗圃扩建的通知，见 oak grove survey。昆仑苗圃扩建工程二期南段初步设计方案";
    let spans: Vec<_> =
        found(&words, true, text).into_iter().map(|found| (found.word, &text[found.start..found.end])).collect();
    assert_eq!(spans, [(1, "青松"), (0, words[0]), (2, "oak grove survey"), (0, words[0]), (3, words[3])],);
    assert_eq!(found(&["Oak Grove"], false, "oak grove, OAK GROVE"), []);
}

#[test]
fn what_has_no_window_is_not_sealed() {
    for word in ["", "甲", "F35", "歼20"] {
        assert_eq!(Sealing::of(&["青松", word], ANYWHERE, KEY).map(|_| ()), Err(Unsealable(1)), "{word}");
    }
}

#[test]
fn parts_that_do_not_fit_are_no_words() {
    let parts = Sealing::of(&["青松", "昆仑苗圃"], ANYWHERE, KEY).expect("sealed").sealed.parts().clone();
    assert!(Sealed::new(parts.clone()).is_some());
    let turned = Parts { tags: parts.tags.iter().rev().copied().collect(), ..parts.clone() };
    let beyond = Parts { longer: [(2, Longer { before: 0, characters: 9, tag: 0 })].into_iter().collect(), ..parts };
    assert!(Sealed::new(turned).is_none() && Sealed::new(beyond).is_none());
    assert!(Bitmap::new(vec![0; 3]).is_none() && Bitmap::new(Vec::new()).is_none());
    assert!(
        [[0, 11, 14, 3], [3, 0, 4, 3], [2, 255, 4, 3], [2, 0, 2, 4]]
            .into_iter()
            .all(|shape| Shape::new(shape).is_none())
    );
}

#[test]
fn the_words_are_not_in_what_is_kept() {
    let words: Vec<String> = (0..2000_u32)
        .filter_map(|n| Some(format!("{}{}号", char::from_u32(0x4E00 + n)?, char::from_u32(0x5E00 + 7 * n)?)))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Sealing { sealed, order } = Sealing::of(&words, ANYWHERE, KEY).expect("sealed");
    assert_eq!(format!("{sealed:?}"), "Sealed(2000)");
    // Their order says nothing of the order in which they came.
    assert!(!order.is_sorted());
    // A bitmap lets through a share of all windows that does not shrink with the list.
    let set: u32 = sealed.parts().outlines.words().iter().map(|word| word.count_ones()).sum();
    let share = f64::from(set) / (64 * sealed.parts().outlines.words().len()) as f64;
    assert!((1.0 / 130.0..1.0 / 63.0).contains(&share), "{share}");
}

const PIECES: &str = r"(机|密|文|件|鼹|é|ß|Я|д|a|B|b|Ab|cd|1|-| |😀|密密|abab|机密文件){1,16}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn sealed_words_are_found_where_open_ones_are(
        words in prop::collection::vec(PIECES, 1..20),
        ignore_case in any::<bool>(),
        between in prop::collection::vec((PIECES, 0..20_usize), 0..20),
    ) {
        let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| Sealing::of(&[word], ANYWHERE, KEY).is_ok()).collect();
        prop_assume!(!words.is_empty());
        let text: String = between.iter().map(|(piece, at)| format!("{piece}{}", words[at % words.len()])).collect();
        let all: Vec<_> = words.iter().map(|text| Word { text, ignore_case }).collect();
        let wanted = Literals::reference(&all).expect("an automaton").find(&text);
        prop_assert_eq!(found(&words, ignore_case, &text), wanted);
    }
}
