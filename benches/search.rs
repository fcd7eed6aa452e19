//! What finding costs: words in text beside the automaton, its packed searcher and a double-array
//! automaton; a sealed list beside the open one; and the whole path of text with the built-in packs beside the matching alone and beside
//! the usual chain of normalising and searching. All in one process, in CPU time of this thread.
//!
//! `TEXT=folder` searches what lies there instead of made-up text, `WORDS=file` takes words (one a
//! line, most usual ones need not come first) from there, `MB` is the amount of text. Built without
//! optimisation, as by `cargo test`, it only shows that everything still runs and counts alike.

#![allow(clippy::print_stdout, clippy::expect_used)]

mod clock;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::hint::black_box;
use std::path::Path;

use aho_corasick::{AhoCorasick, packed};
use clock::now;
use daachorse::CharwiseDoubleArrayAhoCorasick;
use mizha::literal::{Literals, Word};
#[cfg(feature = "author")]
use mizha::pack::{Pack, RuleSet, builtin, common, seal};
use mizha::scan::Scanner;
use unicode_normalization::UnicodeNormalization;
#[cfg(feature = "author")]
use {mizha::scan::Options, std::sync::Arc};

/// Bytes searched at once, as in a scan.
const PIECE: usize = 512 * 1024;

fn main() {
    let brief = cfg!(debug_assertions);
    let megabytes: usize = variable("MB").and_then(|value| value.parse().ok()).unwrap_or(if brief { 1 } else { 40 });
    let text = text(megabytes * 1_000_000);
    let pieces = pieces(&text);
    let words = words(&text);
    leave("text.txt", &text);
    println!("{} bytes of text, {} different words", text.len(), words.len());
    println!("\n| words | ours | automaton | packed | double array | hits | build ms | KB |");
    println!("|---|---|---|---|---|---|---|---|");
    let sizes: &[usize] = if brief { &[10, 1_000] } else { &[10, 20, 30, 50, 100, 1_000, 10_000, 100_000] };
    for size in sizes {
        row(&format!("{size} rare"), &rare(&text, &words, *size), &pieces);
    }
    for size in sizes.iter().filter(|size| (1_000..=10_000).contains(*size)) {
        row(&format!("{size} frequent"), &words.iter().take(*size).cloned().collect::<Vec<_>>(), &pieces);
    }
    #[cfg(feature = "author")]
    sealed_lists(&text, &words, if brief { &[100] } else { &[10, 100, 1_000, 10_000, 100_000] });
    whole_path(&text, &pieces);
}

/// The whole path with a list of names beside the built-in packs: open, and sealed.
#[cfg(feature = "author")]
fn sealed_lists(text: &str, words: &[String], sizes: &[usize]) {
    println!("\n| names | open | sealed | sealed / open | findings |\n|---|---|---|---|---|");
    for size in sizes {
        let names = rare(text, words, *size);
        let open = format!(
            "schema_version = 1\nid = \"names\"\nversion = \"1\"\ntitle = {{ en = \"N\", zh = \"N\" }}\n[[list]]\nid = \"names.all\"\n\
             title = {{ en = \"N\", zh = \"N\" }}\ntier = \"work-secret\"\nreferences = [\"invented\"]\nterms = '''\n{}\n'''\n",
            names.join("\n")
        );
        let sealed = seal("names.toml", &open, || [1, 2, 3, 4]).expect("sealed");
        let [open, sealed] = [open, sealed].map(|pack| {
            let mut packs = builtin().expect("built-in packs");
            packs.push(Pack::parse("names.toml", &pack, Some(&common().expect("common"))).expect("a pack"));
            let scanner = Scanner::new(Arc::new(RuleSet::new(&packs).expect("rules")), Options::default());
            best(|| scanner.scan_bytes(None, text.as_bytes()).findings.len())
        });
        assert_eq!(open.1, sealed.1, "{size}");
        let rate = |seconds: f64| text.len() as f64 / 1e6 / seconds;
        let (open, sealed, found) = (rate(open.0), rate(sealed.0), open.1);
        println!("| {size} | {open:.0} | {sealed:.0} | {:.2} | {found} |", sealed / open);
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Leaves what is searched in the folder `OUT`, for programs to be measured beside this.
fn leave(name: &str, text: &str) {
    if let Some(folder) = variable("OUT") {
        fs::write(Path::new(&folder).join(name), text).expect("the folder OUT");
    }
}

/// One set of words through every engine.
fn row(name: &str, words: &[String], pieces: &[&str]) {
    leave(&format!("{}.words", name.replace(' ', "-")), &words.join("\n"));
    let bytes: usize = pieces.iter().map(|piece| piece.len()).sum();
    let list: Vec<Word<'_>> = words.iter().map(|text| Word { text, ignore_case: false }).collect();
    let (built, ours) = once(|| Literals::new(&list).expect("engines"));
    let automaton = AhoCorasick::new(words).expect("an automaton");
    let packed = packed::Config::new().builder().extend(words).build();
    let double = CharwiseDoubleArrayAhoCorasick::<u32>::new(words).expect("an automaton");
    let count = |find: &dyn Fn(&str) -> usize| pieces.iter().map(|piece| find(piece)).sum::<usize>();
    let (fast, hits) = best(|| count(&|piece| ours.find(piece).len()));
    let (slow, same) = best(|| count(&|piece| automaton.find_overlapping_iter(piece).count()));
    let (array, alike) = best(|| count(&|piece| double.find_overlapping_iter(piece).count()));
    assert!(hits == same && hits == alike, "{name}: {hits}, {same}, {alike}");
    let teddy = packed.map(|packed| best(|| count(&|piece| packed.find_iter(piece).count())).0);
    let rate = |seconds: f64| format!("{:.0}", bytes as f64 / 1e6 / seconds);
    let (fast, slow, array) = (rate(fast), rate(slow), rate(array));
    let teddy = teddy.map_or("-".into(), rate);
    let (built, memory) = (built * 1e3, ours.memory() / 1000);
    println!("| {name} | {fast} | {slow} | {teddy} | {array} | {hits} | {built:.1} | {memory} |");
}

/// The built-in packs: matching alone, the whole path, and the usual chain.
fn whole_path(text: &str, pieces: &[&str]) {
    let scanner = Scanner::builtin().expect("built-in packs");
    let literals = scanner.rules().literals();
    let (matching, hits) = best(|| pieces.iter().map(|piece| literals.find(piece).len()).sum::<usize>());
    let (folding, _) = best(|| pieces.iter().map(|piece| mizha::normalize::fold(piece).text.len()).sum::<usize>());
    let (path, _) = best(|| scanner.scan_bytes(None, text.as_bytes()).findings.len());
    let anchors: Vec<&str> = scanner
        .rules()
        .rules()
        .iter()
        .flat_map(|rule| rule.anchors.iter())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let automaton = AhoCorasick::new(anchors).expect("an automaton");
    let simple: HashMap<char, char> =
        "機密級絕對檔長開關東車馬門問聞間電話語說讀書學習區廣慶應當務員".chars().map(|c| (c, '简')).collect();
    let (chain, _) = best(|| {
        let count = |piece: &str| {
            let folded: String = piece.nfkc().collect();
            let lower = folded.to_lowercase();
            let visible: String =
                lower.chars().filter(|c| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}')).collect();
            let simple: String = visible.chars().map(|c| simple.get(&c).copied().unwrap_or(c)).collect();
            automaton.find_overlapping_iter(&simple).count()
        };
        pieces.iter().map(|piece| count(piece)).sum::<usize>()
    });
    println!("\n| built-in packs | MB/s |\n|---|---|");
    for (name, seconds) in
        [("matching alone", matching), ("folding alone", folding), ("whole path", path), ("usual chain", chain)]
    {
        println!("| {name} | {:.0} |", text.len() as f64 / 1e6 / seconds);
    }
    println!(
        "\n{hits} anchors; whole path {:.2} of matching alone, {:.1} times the usual chain",
        matching / path,
        chain / path
    );
}

fn once<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let start = now();
    let result = black_box(run());
    (now() - start, result)
}

/// The best of three.
fn best(mut run: impl FnMut() -> usize) -> (f64, usize) {
    let mut passes = (0..3).map(|_| once(&mut run));
    let first = passes.next().unwrap_or_default();
    passes.fold(first, |best, pass| if pass.0 < best.0 { pass } else { best })
}

fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// Text of a folder, or sentences made of common words.
fn text(bytes: usize) -> String {
    let mut text = String::new();
    match variable("TEXT") {
        Some(folder) => gather(Path::new(&folder), bytes, &mut text),
        None => invent(bytes, &mut text),
    }
    text.truncate(text.floor_char_boundary(bytes));
    text
}

fn gather(folder: &Path, bytes: usize, text: &mut String) {
    let mut paths: Vec<_> = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if text.len() >= bytes {
            return;
        }
        if path.is_dir() {
            gather(&path, bytes, text);
        } else if let Ok(more) = fs::read_to_string(&path) {
            text.push_str(&more);
        }
    }
}

fn invent(bytes: usize, text: &mut String) {
    let words: BTreeSet<&str> = mizha::pack::common_words().collect();
    let words: Vec<&str> = words.into_iter().collect();
    let mut dice = Dice(1);
    while text.len() < bytes {
        // Few words are frequent.
        let word = words[dice.below(words.len()).min(dice.below(words.len()))];
        text.push_str(word);
        match dice.below(24) {
            0 => text.push('，'),
            1 => text.push_str("。\n"),
            _ if word.is_ascii() => text.push(' '),
            _ => {}
        }
    }
}

/// Words of two to eight characters: of a file, or pieces of the text; the most frequent first.
fn words(text: &str) -> Vec<String> {
    let chinese = |word: &str| (2..=8).contains(&word.chars().count()) && word.chars().all(mizha::normalize::is_cjk);
    let listed: Vec<String> = match variable("WORDS") {
        Some(file) => {
            let list = fs::read_to_string(file).expect("a list of words");
            list.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_string).collect()
        }
        None => {
            let chars: Vec<char> = text.chars().take(300_000).collect();
            let mut dice = Dice(7);
            (0..150_000)
                .map(|_| chars[dice.below(chars.len() - 8)..].iter().take(2 + dice.below(3)).collect())
                .collect()
        }
    };
    let listed: BTreeSet<String> = listed.into_iter().filter(|word| chinese(word)).collect();
    let listed: Vec<String> = listed.into_iter().collect();
    let counter = CharwiseDoubleArrayAhoCorasick::<u32>::new(&listed).expect("an automaton");
    let mut counts = vec![0_u32; listed.len()];
    counter.find_overlapping_iter(text).for_each(|hit| counts[hit.value() as usize] += 1);
    let mut order: Vec<usize> = (0..listed.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(counts[*at]));
    order.into_iter().map(|at| listed[at].clone()).collect()
}

/// Words that stand nowhere in the text: of the list, and where it does not suffice, its words
/// turned about and joined.
fn rare(text: &str, words: &[String], size: usize) -> Vec<String> {
    let mut dice = Dice(3);
    let mut rare = BTreeSet::new();
    let joined = std::iter::repeat_with(|| {
        let pick = |dice: &mut Dice| words[dice.below(words.len())].chars().rev().take(2).collect::<String>();
        format!("{}{}", pick(&mut dice), pick(&mut dice))
    });
    let candidates: Vec<String> = words.iter().rev().take(size * 2).cloned().chain(joined.take(size * 2)).collect();
    let counter =
        CharwiseDoubleArrayAhoCorasick::<u32>::new(candidates.iter().collect::<BTreeSet<_>>()).expect("an automaton");
    let candidates: Vec<String> = candidates.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut seen = vec![false; candidates.len()];
    counter.find_overlapping_iter(text).for_each(|hit| seen[hit.value() as usize] = true);
    let mut unseen: Vec<String> =
        candidates.into_iter().zip(seen).filter(|(_, seen)| !seen).map(|(word, _)| word).collect();
    while rare.len() < size && !unseen.is_empty() {
        rare.insert(unseen.swap_remove(dice.below(unseen.len())));
    }
    rare.into_iter().collect()
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}
