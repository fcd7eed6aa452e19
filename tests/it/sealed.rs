//! Sealed lists through the whole pipeline: what an open list finds, the sealed one finds, under the same names and
//! with the same verdicts, and shows nothing of it. The reader of sealed lists over seeded mutations.

use std::sync::{Arc, LazyLock};

use mizha::model::{Report, Verdict};
use mizha::pack::{Pack, RuleSet, builtin, common, seal};
use mizha::scan::{Options, Scanner, prove, unfound_when_sealed};
use proptest::prelude::*;

const PACK: &str = r#"
schema_version = 1
id = "trees"
version = "1"
title = { en = "Trees", zh = "树木" }

# The director's own words.
[[list]]
id = "trees.names"
title = { en = "Names of nurseries", zh = "苗圃名称" }
tier = "work-secret"
confidence = "high"
references = ["invented for tests"]
examples = ["昆仑苗圃的预算"]
negative_examples = ["青松路今日封闭"]
terms = [
  { term = "昆仑苗圃", id = "k", note = "in spring" },
  { term = "祁连林场二期南段扩建工程初步设计", id = "k2" },
  { term = "青松", id = "qs", near = ["苗圃", "育苗"] },
  { term = "GREENLEAF", id = "gl", confidence = "low" },
  { term = "Oak Grove Survey of the Northern Slope", id = "og" },
  { term = "白桦方案", id = "bh", tier = "internal" },
  { term = "J-20（甲）", id = "j" },
  { term = "云杉擴建", id = "ys" },
]

[[list]]
id = "trees.codes"
title = { en = "Codes", zh = "代号" }
tier = "internal"
confidence = "medium"
ignore_case = false
inside_words = true
references = ["invented for tests"]
terms = ["Larch", "ÉCORCE", "ПИХТА"]
"#;

fn sealed_text() -> String {
    let mut last = 0;
    seal("trees.toml", PACK, || {
        last += 1;
        [last, 2, 3, 4]
    })
    .expect("sealed")
}

fn parsed(text: &str) -> Pack {
    Pack::parse("trees.toml", text, Some(&common().expect("common"))).expect("a pack")
}

/// With the open list, and with the sealed one; each beside the built-in packs, as on a desktop.
static SCANNERS: LazyLock<[Scanner; 2]> = LazyLock::new(|| {
    [PACK.to_string(), sealed_text()].map(|text| {
        let mut packs = builtin().expect("built-in packs");
        packs.push(parsed(&text));
        Scanner::new(Arc::new(RuleSet::new(&packs).expect("rules")), Options::default())
    })
});

/// Everything but what is shown of the text.
fn told(report: &Report) -> (Verdict, Vec<String>) {
    let told = report.findings.iter().map(|one| {
        format!(
            "{} {:?} {:?} {} {:?} {:?} {:?}",
            one.rule, one.term, one.tier, one.score, one.verdict, one.location, one.why
        )
    });
    (report.verdict, told.collect())
}

#[test]
fn a_sealed_list_finds_what_the_open_one_finds_and_shows_nothing() {
    let text = "请把昆 仑苗\u{200b}圃的预算与 ｇｒｅｅｎｌｅａｆ 一并报来。\n\
                云杉扩建、白桦方案已定。\n青松的育苗安排见附件。\n\
                祁连林场二期南段擴建工程初步设计\nAbout the oak grove survey of the  northern slope, Larch and larch.\n\
                关于 J－20(甲) 的说明\n苗 圃 青 松 育 苗\n";
    let [open, sealed] = SCANNERS.each_ref().map(|scanner| scanner.scan_message(text));
    let terms: Vec<&str> = open.findings.iter().filter_map(|one| one.term.as_deref()).collect();
    for id in ["k", "k2", "qs", "gl", "og", "bh", "j", "ys", "1"] {
        assert!(terms.contains(&id), "{id} of {terms:?}");
    }
    assert_eq!(told(&open), told(&sealed));
    let shown = serde_json::to_string(&sealed).expect("JSON");
    for part in ["昆", "祁", "云杉", "白", "青", "gree", "Oak", "oak", "****\",\"why"] {
        assert_eq!(shown.contains(part), part.starts_with('*'), "{part}: {shown}");
    }
}

#[test]
fn nothing_of_the_terms_is_left_in_a_sealed_pack() {
    let text = sealed_text();
    for part in [
        "昆仑", "祁连", "苗圃", "青松", "白桦", "云杉", "GREEN", "green", "Oak", "Larch", "育苗", "spring", "director",
        "预算",
    ] {
        // What the title of a list says is its officer's own choice.
        assert!(!text.replace("苗圃名称", "").contains(part), "{part} in {text}");
    }
    let (open, sealed) = (parsed(PACK), parsed(&text));
    assert!(
        prove(&sealed).expect("compiles").is_empty()
            && unfound_when_sealed(&open, &sealed, &mut |_, _| {}).expect("compiles").is_empty()
    );
    assert_eq!(sealed.rules[0].terms.len(), 8);
    assert!(!format!("{sealed:?}").contains("0000000000000002"), "the key is not shown");
    // The compiled form says the same, another key something else.
    let compiled = mizha::pack::compile("trees.toml", &text).expect("compiled");
    assert!(compiled.contains("sealed") && !compiled.contains("昆仑"));
    assert_ne!(sealed, open);
    assert_eq!(sealed, parsed(&text));
}

#[test]
fn a_list_that_would_be_guessed_at_once_is_not_sealed() {
    let short = PACK.replace("\"Larch\"", "\"F35\"");
    let refused = seal("trees.toml", &short, || [1; 4]).expect_err("too short").to_string();
    assert!(refused.contains("trees.codes") && refused.contains("F35") && refused.contains("too short"), "{refused}");
}

#[test]
fn a_damaged_seal_is_refused_with_its_list() {
    let text = sealed_text();
    let line = |key: &str| text.lines().find(|line| line.starts_with(key)).expect(key).to_string();
    let first = text.lines().find(|line| line.starts_with("k\\t")).expect("a term");
    for (from, to) in [
        ("form = 1".into(), "form = 2".into()),
        (line("key = "), "key = \"0011\"".into()),
        (line("windows = "), "windows = \"00\"".into()),
        (line("outlines = "), "outlines = \"\"".into()),
        (first.into(), "k\\tnone".into()),
        (first.into(), format!("{first}\\t1\\t2")),
        ("ids = [\"gl\"]".into(), "ids = [\"nobody\"]".into()),
        ("[list.sealed]".into(), "terms = [\"红杉\"]\n[list.sealed]".into()),
    ] as [(String, String); 8]
    {
        assert!(text.contains(&from), "{from}");
        let broken = Pack::parse("trees.toml", &text.replacen(&from, &to, 1), Some(&common().expect("common")));
        let said = broken.expect_err(&to).to_string();
        assert!(said.contains("trees."), "{to}: {said}");
    }
}

#[test]
fn no_mutation_of_a_sealed_list_makes_its_reader_panic() {
    let (text, common) = (sealed_text(), common().expect("common"));
    let mut dice = 9_u64;
    let mut draw = |end: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % end
    };
    let from = text.find("[list.sealed]").expect("a sealed list");
    let (mut read, mut refused) = (0, 0);
    for _ in 0..600 {
        let mut bytes = text.clone().into_bytes();
        for _ in 0..=draw(3) {
            let at = from + draw(bytes.len() - from);
            match draw(3) {
                0 => bytes[at] = b"0123456789abcdef\t\n,[]\""[draw(22)],
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"09f\t"[draw(4)]),
            }
        }
        let mutated = String::from_utf8_lossy(&bytes);
        match Pack::parse("trees.toml", &mutated, Some(&common)) {
            Err(_) => refused += 1,
            Ok(pack) => {
                read += 1;
                let scanner = Scanner::new(Arc::new(RuleSet::new(&[pack]).expect("rules")), Options::default());
                scanner.scan_message("昆仑苗圃、青松育苗、GREENLEAF、Oak Grove Survey of the Northern Slope 甲");
            }
        }
    }
    assert!(read > 20 && refused > 200, "{read} read, {refused} refused");
}

const PIECES: &str = "(昆仑|祁连林场|崑崙|昆 仑|昆\u{200b}仑|苗圃|苗　圃|苗\n圃|二期南段扩建|工程初步设计|青松|青.松|育苗|GREEN|green|ＬＥＡＦ|leaf|Oak Grove|oak  grove| Survey of the|Northern Slope| |白桦|方案|J-20|（甲）|J－20|(甲)|云杉|扩建|擴建|扩 建|Larch|larch|Écorce|ÉCORCE|E\u{301}CORCE|ПИХТА|пихта|，|。\n|\n|机密|★|的)";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_sealed_list_finds_what_the_open_one_finds(pieces in prop::collection::vec(PIECES, 1..60), long in any::<bool>()) {
        let mut text = pieces.concat();
        if long {
            // So long that places are looked for before anything is folded.
            text.push_str(&"\n各单位应当按照规定，做好统计资料的管理工作；See item 5 of the annex.\n".repeat(40));
            text.push_str(&pieces.concat());
        }
        let [open, sealed] = SCANNERS.each_ref().map(|scanner| told(&scanner.scan_message(&text)));
        prop_assert_eq!(open, sealed, "{}", text);
    }
}
